//! Log-out: in this browser, or everywhere.

use std::sync::Arc;

use lambda_http::http::StatusCode;
use shared::authentication::Authenticator;
use shared::clock::Clock;
use shared::domain::TokenEndStore;
use shared::environment::ConfigError;
use shared::http::problem::{UNKNOWN_TOKEN_TRANSPORT, VALIDATION_FAILED};
use shared::http::{
    Answer, Call, Cookie, Endpoint, Failure, HttpConfig, PresentedToken, Problem, Route, TokenTransport,
};
use shared::lambda::{Context, Function};
use shared::logging::Part;
use shared::store::{PublicKeyTable, UserTable};

/// A token in a cookie, without the header that only a page of an allowed origin can send.
pub const TOKEN_TRANSPORT_REQUIRED: Problem = Problem::new(
    StatusCode::BAD_REQUEST,
    "token_transport_required",
    "Send X-Token-Transport: cookie to end all tokens by cookie.",
);

/// The function that ends sessions.
#[derive(Debug)]
pub struct Sessions {
    http: HttpConfig,
    authenticator: Authenticator,
    token_ends: Arc<dyn TokenEndStore>,
    clock: Clock,
}

impl Sessions {
    /// Builds the function over this authenticator and this store.
    #[must_use]
    pub fn new(context: &Context, authenticator: Authenticator, token_ends: Arc<dyn TokenEndStore>) -> Self {
        Self { http: context.http.clone(), authenticator, token_ends, clock: context.clock.clone() }
    }

    async fn log_out(&self, call: &Call) -> Result<Answer, Failure> {
        let transport = call.token_transport()?;
        let everywhere = match call.optional_members()? {
            Some(body) => body.flag("everywhere").map_err(|error| Failure::Fields(vec![error]))?,
            None => false,
        };
        if everywhere {
            self.end_all_tokens(call, transport).await?;
        }
        let answer = Answer::empty(StatusCode::NO_CONTENT);
        Ok(match transport {
            TokenTransport::Cookie => answer.with_cookie(Cookie::dropped(Cookie::TOKEN)),
            TokenTransport::Body => answer,
        })
    }

    async fn end_all_tokens(&self, call: &Call, transport: TokenTransport) -> Result<(), Failure> {
        let token = call.presented_token();
        if matches!(token, Some(PresentedToken::Cookie(_))) && transport != TokenTransport::Cookie {
            return Err(TOKEN_TRANSPORT_REQUIRED.into());
        }
        let now = self.clock.now();
        let user = self.authenticator.user_of(call, token, now).await?;
        call.timed(Part::Store, self.token_ends.end_tokens(&user.id, now)).await?;
        Ok(())
    }
}

impl Function for Sessions {
    const NAME: &'static str = "sessions";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[Route::post("/auth/logout", "logout")
        .with_body()
        .gives(&[Authenticator::PROBLEMS, &[UNKNOWN_TOKEN_TRANSPORT, TOKEN_TRANSPORT_REQUIRED, VALIDATION_FAILED]])
        .to(|sessions, call| Box::pin(sessions.log_out(call)))];

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, .. } = context;
        let users = Arc::new(UserTable::read(environment, client)?);
        let keys = Arc::new(PublicKeyTable::read(environment, client)?);
        let authenticator = Authenticator::new(environment, Arc::<UserTable>::clone(&users), keys);
        Ok(Self::new(context, authenticator, users))
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {
        self.authenticator.keys().warm_up(self.clock.now()).await;
    }
}
