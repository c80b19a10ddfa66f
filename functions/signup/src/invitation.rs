//! Whether somebody may sign up, and the invitation that they use.

use lambda_http::http::StatusCode;
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, SignUps, UserClaims};
use shared::http::problem::SIGNUP_CLOSED;
use shared::http::{Call, Failure, Problem};
use shared::logging::Part;
use shared::mail::{InvitationCode, UsedInvitation};

use super::Signup;

/// The sign-up has no invitation, and every one needs one.
pub const INVITE_REQUIRED: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "invite_required",
    "You need an invitation to sign up. Ask the people who run this for one.",
);
/// The invitation was used, has expired, is for another address, or never was. The response does not say which.
pub const INVALID_INVITE: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "invalid_invite",
    "This invitation cannot be used with this email address any more. Ask for a new one.",
);

/// What the tokens say of a user who comes by this invitation.
pub(crate) fn claims_of(invitation: Option<&UsedInvitation>) -> UserClaims {
    invitation.map(|invitation| invitation.claims.clone()).unwrap_or_default()
}

impl Signup {
    /// Refuses every sign-up if operators make the accounts.
    pub(crate) fn check_open(&self) -> Result<(), Problem> {
        if self.sign_ups == SignUps::Closed { Err(SIGNUP_CLOSED) } else { Ok(()) }
    }

    /// Refuses a sign-up that has no invitation and needs one.
    pub(crate) fn check_invited(&self, invite: Option<&InvitationCode>) -> Result<(), Problem> {
        if invite.is_none() && self.sign_ups == SignUps::Invited { Err(INVITE_REQUIRED) } else { Ok(()) }
    }

    /// The invitation that this address can use, if one is presented.
    pub(crate) async fn invitation(
        &self,
        call: &Call,
        invite: Option<&InvitationCode>,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<Option<UsedInvitation>, Failure> {
        let Some(invite) = invite else { return Ok(None) };
        let id = invite.id();
        let invitation = call.timed(Part::Store, self.stores.invitations.invitation(&id)).await?;
        let usable = invitation.filter(|invitation| invitation.is_for(email, now)).ok_or(INVALID_INVITE)?;
        Ok(Some(UsedInvitation { id, claims: usable.claims }))
    }
}
