//! Who is it, and which sessions do they have; and the two documents with which others verify tokens. It only reads.

#[cfg(test)]
mod key_schedules;
mod sessions;

use std::sync::Arc;

use lambda_http::http::StatusCode;
use serde_json::json;
use shared::authentication::{Authenticated, Authenticator};
use shared::clock::Clock;
use shared::environment::ConfigError;
use shared::http::problem::{NO_ISSUER, UNAVAILABLE};
use shared::http::{Answer, Call, Endpoint, Failure, HttpConfig, Problem, Route};
use shared::lambda::{Context, Function};
use shared::logging::Part;
use shared::store::{PublicKeyTable, UserTable};

/// There are no signing keys yet, so there is nothing to publish.
pub const NO_KEYS_YET: Problem = Problem::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "no_keys_yet",
    "The signing keys do not exist yet. The first sign-up makes them.",
);

/// The function that knows users by their tokens.
#[derive(Debug)]
pub struct Me {
    http: HttpConfig,
    authenticator: Authenticator,
    clock: Clock,
}

impl Me {
    /// Builds the function over this authenticator.
    #[must_use]
    pub fn new(context: &Context, authenticator: Authenticator) -> Self {
        Self { http: context.http.clone(), authenticator, clock: context.clock.clone() }
    }

    async fn show(&self, call: &Call) -> Result<Answer, Failure> {
        let Authenticated { user, .. } =
            self.authenticator.authenticate(call, call.presented_token(), self.clock.now()).await?;
        Ok(Answer::user(user))
    }

    async fn list_sessions(&self, call: &Call) -> Result<Answer, Failure> {
        let now = self.clock.now();
        let Authenticated { user, token } = self.authenticator.authenticate(call, call.presented_token(), now).await?;
        Ok(Answer::json(StatusCode::OK, &sessions::list(&user.sessions, token.session.as_ref(), now)))
    }

    async fn publish_keys(&self, call: &Call) -> Result<Answer, Failure> {
        let keys = call.timed(Part::Store, self.authenticator.keys().at(self.clock.now())).await?;
        let keys = keys.ok_or(NO_KEYS_YET)?;
        Ok(Answer::document(keys.jwks().to_owned()))
    }
}

/// What OpenID Connect Discovery 1.0 section 3 requires of an issuer that has no endpoints but its keys. There is no
/// authorization endpoint, so its response type is the one that asks for nothing but a token of this issuer.
fn discovery(call: &Call) -> Result<Answer, Failure> {
    let issuer = call.issuer()?;
    let document = json!({
        "issuer": issuer.as_str(),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    Ok(Answer::document(document.to_string()))
}

impl Function for Me {
    const NAME: &'static str = "me";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[
        Route::get("/auth/me", "me")
            .in_xano("xanoMe")
            .gives(&[Authenticator::PROBLEMS])
            .to(|me, call| Box::pin(me.show(call))),
        Route::get("/auth/sessions", "sessions")
            .gives(&[Authenticator::PROBLEMS])
            .to(|me, call| Box::pin(me.list_sessions(call))),
        Route::get("/.well-known/jwks.json", "keys")
            .with_head()
            .gives(&[&[NO_KEYS_YET, UNAVAILABLE]])
            .to(|me, call| Box::pin(me.publish_keys(call))),
        Route::get("/.well-known/openid-configuration", "discovery")
            .with_head()
            .gives(&[&[NO_ISSUER]])
            .to(|_me, call| Box::pin(async { discovery(call) })),
    ];

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, .. } = context;
        let users = Arc::new(UserTable::read(environment, client)?);
        let keys = Arc::new(PublicKeyTable::read(environment, client)?);
        Ok(Self::new(context, Authenticator::new(environment, users, keys)))
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {
        self.authenticator.keys().warm_up(self.clock.now()).await;
    }
}
