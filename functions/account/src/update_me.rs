//! `PATCH /auth/me`: another name, another profile.

use lambda_http::http::StatusCode;
use shared::authentication::INVALID_TOKEN;
use shared::domain::Name;
use shared::http::{Answer, Call, Failure, Members, Problem};
use shared::logging::Part;

use super::{Account, TRIES};

/// Other requests kept changing the same profile.
pub const CONFLICT: Problem = Problem::new(
    StatusCode::CONFLICT,
    "conflict",
    "Your profile changed at the same time. Look at it, then save your change again.",
);

impl Account {
    /// Changes what the body has of name and profile. A change of the profile that meets another one is made again on top of it.
    pub(crate) async fn update_me(&self, call: &Call) -> Result<Answer, Failure> {
        let (_source, transport) = (self.source(call)?, call.token_transport()?);
        let body = call.members()?;
        let name = body.parse_if_given("name", Name::parse).map_err(|error| Failure::Fields(vec![error]))?;
        let mut user = self.authenticate(call, transport, self.clock.now()).await?.user;
        for _ in 0..TRIES {
            let profile = call.changed_profile(&body, &self.profile_fields, &user.profile).map_err(Failure::Fields)?;
            if name.is_none() && profile.is_none() {
                return Err(Failure::Fields(vec![Members::missing("name")]));
            }
            let change = self.stores.profiles.change_profile(&user, name.as_ref(), profile.as_ref());
            if let Some(changed) = call.timed(Part::Store, change).await? {
                return Ok(Answer::user(changed));
            }
            // The user may have been deleted meanwhile.
            user = call.timed(Part::Store, self.stores.users.user(&user.id)).await?.ok_or(INVALID_TOKEN)?;
        }
        Err(CONFLICT.into())
    }
}
