//! A code that came back, and what it is held against.

use super::{Code, Pending, PendingId, PresentedCode, Seed};
use crate::clock::Timestamp;
use crate::domain::HashError;
use crate::keys::CodeKey;

/// A code that came back for what waits under an id.
#[derive(Clone, Copy, Debug)]
pub struct CodeTrial<'t> {
    /// The key of codes.
    pub key: &'t CodeKey,
    /// What the code is for.
    pub id: &'t PendingId,
    /// The code.
    pub presented: &'t PresentedCode,
    /// The time now.
    pub now: Timestamp,
}

impl CodeTrial<'_> {
    /// The seed of the code, if it is right and still good. If nothing waits, the same work is done on a seed that nobody
    /// has.
    pub fn seed_if_right(&self, pending: Option<&Pending>) -> Result<Option<Seed>, HashError> {
        let stand_in = Seed::generate().ok_or(HashError::NoRandomness)?;
        let live = pending.and_then(|pending| pending.live_seed(self.now));
        let is_right = Code::new(self.key, self.id, live.unwrap_or(&stand_in)).is(self.presented);
        Ok(live.filter(|_seed| is_right).cloned())
    }
}
