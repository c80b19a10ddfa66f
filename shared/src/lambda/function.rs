//! What the three functions have in common.

use std::future::Future;

use lambda_http::http::Method;

use super::{Call, Failure, HttpConfig, Success};

/// A path that a function serves.
#[derive(Clone, Debug)]
pub struct Route<R> {
    /// The path, without stage, base path or trailing slash.
    pub path: &'static str,
    /// The one method it is served for.
    pub method: Method,
    /// Whether it is served in Xano's dialect too.
    pub in_xano: bool,
    /// What the function calls it.
    pub name: R,
}

/// A Lambda function behind the gateway.
pub trait Function: Send + Sync + 'static {
    /// The function's own names for its routes.
    type Name: Copy + Send + Sync + 'static;

    /// The paths that the function serves.
    fn routes(&self) -> &'static [Route<Self::Name>];

    /// How the function meets its callers.
    fn http(&self) -> &HttpConfig;

    /// Does what would otherwise hold up the first request. What fails is logged, and the first request tries again.
    fn warm_up(&self) -> impl Future<Output = ()> + Send;

    /// Decides what to answer to a request whose path, method and origin are in order.
    fn handle(&self, route: Self::Name, call: &Call) -> impl Future<Output = Result<Success, Failure>> + Send;
}
