//! A function, from its environment to its endpoints.

use std::future::Future;

use crate::environment::ConfigError;
use crate::http::{Endpoint, HttpConfig};

use super::Context;

/// A Lambda function behind the gateway.
pub trait Function: Sized + Send + Sync + 'static {
    /// Its name, which is also that of its crate and its program.
    const NAME: &'static str;

    /// What it serves.
    const ENDPOINTS: &'static [Endpoint<Self>];

    /// Begins what takes processor time and needs no settings, on a thread of its own. It runs beside all that follows.
    fn begin() {}

    /// Builds it, with every setting read and checked.
    fn build(context: &Context) -> Result<Self, ConfigError>;

    /// How it meets its callers.
    fn http(&self) -> &HttpConfig;

    /// Does what would otherwise hold up the first request. What fails is logged, and the first request tries again.
    fn warm_up(&self) -> impl Future<Output = ()> + Send;
}
