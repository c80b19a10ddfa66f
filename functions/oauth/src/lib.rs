//! Sign-in through others: Google, GitHub, Facebook, X, and any issuer of OpenID Connect.
//!
//! A page sends the browser to [`start`], the provider sends it back to [`callback`], and that sends it to the page with a
//! code. Nothing is written until the page redeems the code.

mod code;
mod pkce;

use std::sync::Arc;

use shared::attempts::AttemptStore;
use shared::clock::Clock;
use shared::environment::ConfigError;
use shared::http::{Endpoint, HttpConfig, Problem};
use shared::lambda::{Context, Function};
use shared::sign_in::SignIn;
use shared::store::{AttemptTable, SigningKeyTables};

pub use code::Code;
pub use pkce::Challenge;

/// The stores of the function.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Where attempts are counted.
    pub attempts: Arc<dyn AttemptStore>,
}

/// The function that signs people in through providers.
#[derive(Debug)]
pub struct OAuth {
    http: HttpConfig,
    stores: Stores,
    sign_in: SignIn,
    clock: Clock,
}

impl OAuth {
    /// Builds the function over these stores.
    pub fn new(context: &Context, stores: Stores, sign_in: SignIn) -> Result<Self, ConfigError> {
        Ok(Self { http: context.http.clone(), stores, sign_in, clock: context.clock.clone() })
    }
}

impl Function for OAuth {
    const NAME: &'static str = "oauth";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[];

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, clock, .. } = context;
        let stores = Stores { attempts: Arc::new(AttemptTable::read(environment, client)?) };
        let keys = Arc::new(SigningKeyTables::read(environment, client)?);
        Self::new(context, stores, SignIn::new(environment, keys, clock.clone())?)
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {
        self.sign_in.warm_up().await;
    }
}
