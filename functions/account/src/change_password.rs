//! `POST /auth/password/change`: a new password, or the first.

use lambda_http::http::StatusCode;
use shared::domain::{
    Credential, EmailAddress, Invalid, NewGeneration, PasswordChange, PasswordContext, PasswordPolicy,
    PresentedPassword, ProposedPassword, User,
};
use shared::http::{Answer, Call, Failure, FieldError, Problem};
use shared::logging::Part;
use shared::mail::Notice;

use super::ownership::{Proof, presented_password};
use super::{Account, TRIES};

const NO_ADDRESS_CODE: &str = "no_address";

/// The account has no email address, which a log-in with a password needs. `POST /auth/email/change` gives it one.
pub const NO_ADDRESS: Problem = Problem::new(
    StatusCode::CONFLICT,
    NO_ADDRESS_CODE,
    "This account has no email address, which a password needs. Add an address first: change your email address.",
);
/// The same without mail, where no address can be added.
pub const NO_ADDRESS_EVER: Problem = Problem::new(
    StatusCode::CONFLICT,
    NO_ADDRESS_CODE,
    "This account has no email address, so it can have no password. Go on to sign in with its provider.",
);

/// The metric of a password that was changed.
const PASSWORD_CHANGES: &str = "password_changes";

/// The member of the body that holds the new password.
const NEW_PASSWORD: &str = "newPassword";

/// What the body holds.
struct PasswordChangeRequest {
    password: Option<PresentedPassword>,
    new_password: ProposedPassword,
}

impl PasswordChangeRequest {
    fn parse(call: &Call, policy: PasswordPolicy) -> Result<Self, Failure> {
        let body = call.members()?;
        let password = presented_password(&body);
        let new_password = body.parse(NEW_PASSWORD, |typed| policy.parse(typed));
        match (password, new_password) {
            (Ok(None), Ok(new_password)) => Ok(Self { password: None, new_password }),
            (Ok(Some(password)), Ok(new_password)) => {
                let new_password = new_password.other_than(&password).map_err(refused)?;
                Ok(Self { password: Some(password), new_password })
            }
            (password, new_password) => {
                let errors = [password.err(), new_password.err()];
                Err(Failure::Fields(errors.into_iter().flatten().collect()))
            }
        }
    }
}

fn refused(invalid: Invalid) -> Failure {
    Failure::Fields(vec![FieldError { field: NEW_PASSWORD.into(), invalid }])
}

impl Account {
    /// What is to be done about an account without an address.
    fn no_address(&self) -> Problem {
        if self.mailing.is_some() { NO_ADDRESS } else { NO_ADDRESS_EVER }
    }

    /// Whoever knew the old password may still be there: every session ends but the caller's own, and every token without a
    /// session.
    pub(crate) async fn change_password(&self, call: &Call) -> Result<Answer, Failure> {
        let (source, transport) = (self.source(call)?, call.token_transport()?);
        let request = call.timed_now(Part::Decode, || PasswordChangeRequest::parse(call, self.policy))?;
        let now = self.clock.now();
        let mut proof = Proof::new(request.password, source, now);
        let mut hash = None;
        for _ in 0..TRIES {
            let authenticated = self.authenticate(call, transport, now).await?;
            let user = &authenticated.user;
            let email = user.address()?.ok_or_else(|| self.no_address())?;
            // A weak password must not use up attempts, so it is refused before they are counted.
            let context = PasswordContext { name: user.name.as_ref(), email: Some(&email) };
            let scored =
                call.timed_now(Part::Decode, || request.new_password.clone().score(context)).map_err(refused)?;
            let proven = self.prove(call, &authenticated, Some(&email), &mut proof).await?;
            let Some(credential) = self.own_credential(call, user, &email, proven).await? else { continue };
            let hash = match &mut hash {
                Some(hash) => hash,
                none => none.insert(call.timed(Part::Argon2, self.hasher.hash(scored)).await?),
            };
            let generation = NewGeneration { user, kept: authenticated.session(), at: now };
            let change = PasswordChange { generation, email: &email, credential: &credential, hash };
            let notice = self.notice(call, Notice::PasswordChanged, user, now);
            if call.timed(Part::Store, self.stores.passwords.change_password(change, notice.as_ref())).await? {
                call.count(PASSWORD_CHANGES);
                return Ok(Answer::empty(StatusCode::NO_CONTENT));
            }
        }
        Err(Failure::Unavailable("others kept changing the user".into()))
    }

    /// The credential that the password was right for or, of a user without one, that which takes their address. `None` if
    /// the address is another user's by now.
    async fn own_credential(
        &self,
        call: &Call,
        user: &User,
        email: &EmailAddress,
        proven: Option<Credential>,
    ) -> Result<Option<Credential>, Failure> {
        if proven.is_some() {
            return Ok(proven);
        }
        let credential = call.timed(Part::Store, self.stores.credentials.credential(email)).await?;
        Ok(credential.filter(|credential| credential.user_id == user.id))
    }
}
