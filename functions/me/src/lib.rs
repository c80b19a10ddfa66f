//! Being known: who a token belongs to, logging out, and what others need to verify tokens themselves.

mod authenticate;
#[cfg(test)]
mod key_schedules;

use lambda_http::http::Method;
use serde_json::json;
use shared::clock::Clock;
use shared::config::{self, ConfigError, Environment};
use shared::domain::UserStore;
use shared::http::{Call, Failure, Function, HttpConfig, PresentedToken, Route, Stage, Success, TokenTransport};
use shared::keys::{PublicKeyStore, VerificationKeys};
use shared::store::{Client, PublicKeyTable, UserTable};
use shared::tokens::TokenVerifier;

use authenticate::Authenticator;

/// The settings of this function.
#[derive(Debug)]
pub struct Config {
    /// How the function meets its callers.
    pub http: HttpConfig,
    tokens: TokenVerifier,
}

impl Config {
    /// Reads the settings from the environment.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self { http: config::read_http(environment)?, tokens: config::read_token_verifier(environment) })
    }
}

/// The function's routes.
#[derive(Clone, Copy, Debug)]
pub enum Name {
    /// `GET /auth/me`
    Me,
    /// `POST /auth/logout`
    Logout,
    /// `GET /.well-known/jwks.json`
    Keys,
    /// `GET /.well-known/openid-configuration`
    Discovery,
}

/// The function that knows users by their tokens.
#[derive(Debug)]
pub struct Me<U, K> {
    http: HttpConfig,
    authenticator: Authenticator<U, K>,
    clock: Clock,
}

/// The function over DynamoDB.
pub type DynamoMe = Me<UserTable, PublicKeyTable>;

impl DynamoMe {
    /// Builds the function over the tables that the environment names.
    pub fn read(environment: &Environment, config: Config, client: &Client, clock: Clock) -> Result<Self, ConfigError> {
        let users = UserTable::read(environment, client)?;
        let keys = PublicKeyTable::read(environment, client)?;
        Ok(Self::new(config, users, keys, clock))
    }
}

impl<U: UserStore, K: PublicKeyStore> Me<U, K> {
    /// Builds the function over these stores.
    pub fn new(config: Config, users: U, keys: K, clock: Clock) -> Self {
        let authenticator = Authenticator { tokens: config.tokens, users, keys: VerificationKeys::new(keys) };
        Self { http: config.http, authenticator, clock }
    }

    async fn show(&self, call: &Call) -> Result<Success, Failure> {
        let user = self.authenticator.user_of(call, call.presented_token(), call.issuer()?, self.clock.now()).await?;
        call.note_user(&user.id);
        Ok(Success::Known(user))
    }

    async fn log_out(&self, call: &Call) -> Result<Success, Failure> {
        let transport = call.token_transport()?;
        let everywhere = match call.optional_members()? {
            Some(body) => body.flag("everywhere").map_err(|error| Failure::InvalidFields(vec![error]))?,
            None => false,
        };
        if everywhere {
            self.end_all_tokens(call, transport).await?;
        }
        Ok(Success::LoggedOut(transport))
    }

    async fn end_all_tokens(&self, call: &Call, transport: TokenTransport) -> Result<(), Failure> {
        let token = call.presented_token();
        if matches!(token, Some(PresentedToken::Cookie(_))) && transport != TokenTransport::Cookie {
            return Err(Failure::TransportRequired);
        }
        let now = self.clock.now();
        let user = self.authenticator.user_of(call, token, call.issuer()?, now).await?;
        call.note_user(&user.id);
        call.timed(Stage::Store, self.authenticator.users.end_tokens(&user.id, now)).await?;
        Ok(())
    }

    async fn publish_keys(&self, call: &Call) -> Result<Success, Failure> {
        let keys = call.timed(Stage::Store, self.authenticator.keys.at(self.clock.now())).await?;
        let keys = keys.ok_or(Failure::NoKeysYet)?;
        Ok(Success::Document(keys.jwks().to_owned()))
    }
}

/// What OpenID Connect Discovery 1.0 section 3 requires of an issuer that has no endpoints but its keys. There is no
/// authorization endpoint, so its response type is the one that asks for nothing but a token of this issuer.
fn discovery(call: &Call) -> Result<Success, Failure> {
    let issuer = call.issuer()?;
    let document = json!({
        "issuer": issuer.as_str(),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    Ok(Success::Document(document.to_string()))
}

impl<U: UserStore + 'static, K: PublicKeyStore + 'static> Function for Me<U, K> {
    type Name = Name;

    fn routes(&self) -> &'static [Route<Name>] {
        const ROUTES: &[Route<Name>] = &[
            Route { path: "/auth/me", method: Method::GET, in_xano: true, name: Name::Me },
            Route { path: "/auth/logout", method: Method::POST, in_xano: false, name: Name::Logout },
            Route { path: "/.well-known/jwks.json", method: Method::GET, in_xano: false, name: Name::Keys },
            Route {
                path: "/.well-known/openid-configuration",
                method: Method::GET,
                in_xano: false,
                name: Name::Discovery,
            },
        ];
        ROUTES
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {
        self.authenticator.keys.warm_up(self.clock.now()).await;
    }

    async fn handle(&self, name: Name, call: &Call) -> Result<Success, Failure> {
        match name {
            Name::Me => self.show(call).await,
            Name::Logout => self.log_out(call).await,
            Name::Keys => self.publish_keys(call).await,
            Name::Discovery => discovery(call),
        }
    }
}
