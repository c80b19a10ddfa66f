//! What becomes of a log-in: refresh, log-out, and the end of sessions.

mod end;
mod log_out;
mod presented;
mod refresh;

use std::sync::Arc;

use shared::authentication::Authenticator;
use shared::clock::{Clock, Timestamp};
use shared::domain::{RefreshStore, SessionEndStore, TokenEndStore, User, UserStore};
use shared::environment::ConfigError;
use shared::http::problem::{TOKEN_TRANSPORT_REQUIRED, UNKNOWN_TOKEN_TRANSPORT, VALIDATION_FAILED};
use shared::http::{Endpoint, HttpConfig, Route};
use shared::lambda::{Context, Function};
use shared::mail::{ReuseStore, is_mail_on};
use shared::sign_in::SignIn;
use shared::store::{PublicKeyTable, SessionTable, SigningKeyTables, UserTable};

pub use presented::INVALID_REFRESH_TOKEN;
pub use refresh::REFRESH_SUPERSEDED;

/// The stores of sessions.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Whose sessions they are.
    pub users: Arc<dyn UserStore>,
    /// Where sessions go on.
    pub refreshes: Arc<dyn RefreshStore>,
    /// Where a session ends that two parties use.
    pub reuses: Arc<dyn ReuseStore>,
    /// Where one session or one token ends.
    pub session_ends: Arc<dyn SessionEndStore>,
    /// Where all of a user's tokens end.
    pub token_ends: Arc<dyn TokenEndStore>,
}

/// The function that refreshes and ends sessions.
#[derive(Debug)]
pub struct Sessions {
    http: HttpConfig,
    authenticator: Authenticator,
    stores: Stores,
    sign_in: SignIn,
    mail_is_on: bool,
    clock: Clock,
}

impl Sessions {
    /// Builds the function over this authenticator and these stores. With mail, users are told of a session that ends
    /// because two parties use it.
    #[must_use]
    pub fn new(
        context: &Context,
        authenticator: Authenticator,
        stores: Stores,
        sign_in: SignIn,
        mail_is_on: bool,
    ) -> Self {
        Self { http: context.http.clone(), authenticator, stores, sign_in, mail_is_on, clock: context.clock.clone() }
    }

    /// The issue time up to which all of a user's tokens end: now, or that of the presented token or of one in `ended`, if a
    /// clock that is ahead made it later. Ask for it once the user is read, or a token from meanwhile stays.
    fn end_of_all(&self, user: &User, presented: Option<Timestamp>) -> Timestamp {
        let issued = [presented, user.ended_tokens.last_issued()].into_iter().flatten();
        issued.fold(self.clock.now(), Timestamp::max)
    }
}

impl Function for Sessions {
    const NAME: &'static str = "sessions";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[
        Route::post("/auth/refresh", "refresh")
            .with_body()
            .gives(&[
                SignIn::PROBLEMS,
                &[INVALID_REFRESH_TOKEN, REFRESH_SUPERSEDED, TOKEN_TRANSPORT_REQUIRED, VALIDATION_FAILED],
            ])
            .to(|sessions, call| Box::pin(sessions.refresh(call))),
        Route::post("/auth/logout", "logout")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, &[UNKNOWN_TOKEN_TRANSPORT, TOKEN_TRANSPORT_REQUIRED, VALIDATION_FAILED]])
            .to(|sessions, call| Box::pin(sessions.log_out(call))),
        Route::post("/auth/sessions/end", "endSessions")
            .with_body()
            .gives(&[Authenticator::PROBLEMS, &[UNKNOWN_TOKEN_TRANSPORT, TOKEN_TRANSPORT_REQUIRED, VALIDATION_FAILED]])
            .to(|sessions, call| Box::pin(sessions.end_sessions(call))),
    ];

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, clock, .. } = context;
        let (users, sessions) =
            (Arc::new(UserTable::read(environment, client)?), Arc::new(SessionTable::read(environment, client)?));
        let stores = Stores {
            users: Arc::<UserTable>::clone(&users),
            refreshes: Arc::<SessionTable>::clone(&sessions),
            reuses: Arc::<SessionTable>::clone(&sessions),
            session_ends: sessions,
            token_ends: Arc::<UserTable>::clone(&users),
        };
        let public_keys = Arc::new(PublicKeyTable::read(environment, client)?);
        let signing_keys = Arc::new(SigningKeyTables::read(environment, client)?);
        let authenticator = Authenticator::new(environment, users, public_keys);
        let sign_in = SignIn::new(environment, signing_keys, clock.clone())?;
        Ok(Self::new(context, authenticator, stores, sign_in, is_mail_on(environment)))
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {
        let now = self.clock.now();
        tokio::join!(self.authenticator.keys().warm_up(now), self.sign_in.warm_up());
    }
}
