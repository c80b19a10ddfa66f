//! What an identity is to this service.

use shared::domain::{IdentityKey, Link, LinkedIdentity, User};
use shared::http::{Call, Failure};
use shared::logging::Part;

use super::OAuth;

/// Whether somebody signs in with an identity.
pub(crate) enum Standing {
    /// This user does, and lists it so.
    Known(Box<User>, LinkedIdentity),
    /// Nobody does. The link, if there is one, is left over.
    New(Option<Link>),
}

impl OAuth {
    /// The link alone proves nothing: the user may have lost the identity since. The same read of the user gives the
    /// generation that all else depends on.
    pub(crate) async fn standing_of(&self, call: &Call, key: &IdentityKey) -> Result<Standing, Failure> {
        let Some(link) = call.timed(Part::Store, self.stores.identities.link(key)).await? else {
            return Ok(Standing::New(None));
        };
        let user = call.timed(Part::Store, self.stores.users.user(&link.user_id)).await?;
        let listed = user.and_then(|user| user.identities.with_key(key).cloned().map(|listed| (user, listed)));
        Ok(match listed {
            Some((user, listed)) => Standing::Known(Box::new(user), listed),
            None => Standing::New(Some(link)),
        })
    }
}
