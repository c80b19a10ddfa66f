//! `PATCH /auth/me`: another name.

use shared::authentication::INVALID_TOKEN;
use shared::domain::Name;
use shared::http::{Answer, Call, Failure};
use shared::logging::Part;

use super::Account;

impl Account {
    pub(crate) async fn rename(&self, call: &Call) -> Result<Answer, Failure> {
        let (_source, transport) = (self.source(call)?, call.token_transport()?);
        let name = call.members()?.parse("name", Name::parse).map_err(|error| Failure::Fields(vec![error]))?;
        let user = self.authenticate(call, transport, self.clock.now()).await?.user;
        let renamed = call.timed(Part::Store, self.stores.profiles.rename(&user.id, &name)).await?;
        // The user may have been deleted meanwhile.
        Ok(Answer::user(renamed.ok_or(INVALID_TOKEN)?))
    }
}
