//! What sign-ups need that wait for a code.

use std::sync::Arc;

use lambda_http::http::StatusCode;
use shared::attempts::{CodeLimits, MailLimits};
use shared::environment::{ConfigError, Environment};
use shared::http::Problem;
use shared::mail::{OutboxStore, SignupStore};

use super::Signup;

/// Accounts are made at once here.
pub const NO_CONFIRMATION: Problem = Problem::new(
    StatusCode::NOT_FOUND,
    "confirmation_is_off",
    "Sign-ups need no code here. Sign up and use your account at once.",
);

/// Xano's clients have no second step.
pub const CODE_NEEDED: Problem = Problem::new(StatusCode::FORBIDDEN, "code_needed", "Sign up through /auth/signup");

/// The stores of sign-ups that wait.
#[derive(Clone, Debug)]
pub struct ConfirmationStores {
    /// Where they wait.
    pub signups: Arc<dyn SignupStore>,
    /// Where mails wait to be sent.
    pub outbox: Arc<dyn OutboxStore>,
}

/// What the sign-ups are built from that wait for a code.
#[derive(Debug)]
pub(crate) struct Confirmation {
    pub(crate) stores: ConfirmationStores,
    pub(crate) mails: MailLimits,
    pub(crate) codes: CodeLimits,
}

impl Confirmation {
    /// `None` if no sign-up waits. The limits are read all the same, so that a bad one is found before it counts.
    pub(crate) fn read(
        environment: &Environment,
        stores: Option<ConfirmationStores>,
    ) -> Result<Option<Self>, ConfigError> {
        let (mails, codes) = (MailLimits::read(environment)?, CodeLimits::read(environment)?);
        Ok(stores.map(|stores| Self { stores, mails, codes }))
    }
}

impl Signup {
    pub(crate) fn confirmation(&self) -> Result<&Confirmation, Problem> {
        self.confirmation.as_ref().ok_or(NO_CONFIRMATION)
    }
}
