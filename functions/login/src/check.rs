//! Whether a password is right, and whether its user may log in.

use lambda_http::http::StatusCode;
use shared::attempts::LoginAttempt;
use shared::authentication::{ACCOUNT_DISABLED, INVALID_CREDENTIALS};
use shared::domain::{Credential, PresentedPassword, User, UserId, Verdict};
use shared::http::{Call, Failure, Problem};
use shared::logging::Part;

use super::Login;
use super::legacy::{LegacyLogin, LegacyVerdict};

/// The system that the account comes from knows the password, and asks for more than that.
pub const PASSWORD_RESET_REQUIRED: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "password_reset_required",
    "This account has moved here without its password. Reset the password, and log in with the new one.",
);

/// The metric of a password that another system knew.
const LEGACY_LOG_INS: &str = "legacy_log_ins";

/// A credential whose password was presented, and its user, who may log in.
pub(crate) struct Proven {
    pub(crate) credential: Credential,
    pub(crate) user: User,
    pub(crate) verdict: Verdict,
}

impl Login {
    /// The credential and its user, if this is the password and nobody has disabled the account. Users is read while Argon2
    /// runs, so that nobody waits for it.
    pub(crate) async fn check(
        &self,
        call: &Call,
        attempt: &LoginAttempt,
        password: &PresentedPassword,
        credential: Option<Credential>,
    ) -> Result<Proven, Failure> {
        if let Some(legacy) = &self.legacy
            && let Some(credential) = credential.as_ref().filter(|credential| credential.is_legacy())
        {
            return self.check_with(legacy, call, attempt, password, credential.clone()).await;
        }
        // Without an account, or without a password, the same work is done on a hash that no password opens.
        let stand_in = self.hasher.stand_in(attempt.email_digest())?;
        let own_hash = credential.as_ref().and_then(|credential| credential.password_hash.clone());
        let has_password = own_hash.is_some();
        let hash = own_hash.unwrap_or(stand_in);
        // The user of an address that nobody has is looked up too: no user's id is a digest of one.
        let nobody = || UserId::from_trusted(attempt.email_digest().to_owned());
        let user_id = credential.as_ref().map_or_else(nobody, |credential| credential.user_id.clone());
        let verify = self.hasher.verify(password.clone(), hash);
        let (verdict, user) =
            tokio::join!(call.timed(Part::Argon2, verify), call.timed(Part::Store, self.stores.users.user(&user_id)));
        let (verdict, user) = (verdict?, user?);
        let is_right = has_password && verdict != Verdict::Wrong;
        let (Some(credential), Some(user), true) = (credential, user, is_right) else {
            return Err(self.refusal(call, attempt).await);
        };
        Self::prove(call, credential, user, verdict)
    }

    /// The same, where the system that the account comes from knows the password. It is asked by the address that it knows.
    async fn check_with(
        &self,
        legacy: &LegacyLogin,
        call: &Call,
        attempt: &LoginAttempt,
        password: &PresentedPassword,
        credential: Credential,
    ) -> Result<Proven, Failure> {
        let user = call.timed(Part::Store, self.stores.users.user(&credential.user_id)).await?;
        let Some((user, email)) = user.and_then(|user| user.email.clone().map(|email| (user, email))) else {
            return Err(self.refusal(call, attempt).await);
        };
        match call.timed(Part::Provider, legacy.ask(&email, password, &user.id)).await? {
            LegacyVerdict::Wrong => Err(self.refusal(call, attempt).await),
            LegacyVerdict::ResetRequired => Err(PASSWORD_RESET_REQUIRED.into()),
            LegacyVerdict::Right => {
                call.count(LEGACY_LOG_INS);
                Self::prove(call, credential, user, Verdict::RightButOutdated)
            }
        }
    }

    /// Counts a failure, and says no more than that.
    async fn refusal(&self, call: &Call, attempt: &LoginAttempt) -> Failure {
        match call.timed(Part::Store, attempt.count_failure(self.stores.attempts.as_ref())).await {
            Ok(()) => INVALID_CREDENTIALS.into(),
            Err(error) => error.into(),
        }
    }

    /// Whoever knows the password learns whether the account is disabled.
    fn prove(call: &Call, credential: Credential, user: User, verdict: Verdict) -> Result<Proven, Failure> {
        call.note_user(&user.id);
        if user.disabled_at.is_some() {
            return Err(ACCOUNT_DISABLED.into());
        }
        Ok(Proven { credential, user, verdict })
    }
}
