//! Accounts are made, many at the same time, or looked up only.

use std::sync::Arc;
use std::time::Duration;

use shared::admin::{AdminStore, CreationError};
use shared::domain::{EmailAddress, StoreError, UserId};

use super::candidate::Candidate;
use super::outcome::{Done, Outcome};
use super::pace::Pace;

/// How long a row waits before it is sent again, which doubles, and how often. A new on-demand table needs minutes to adapt.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const TRIES: u32 = 60;

/// What is done with the rows of a file.
#[derive(Clone, Debug)]
pub(super) struct Writing {
    pub(super) store: Arc<dyn AdminStore>,
    pub(super) pace: Arc<Pace>,
    pub(super) is_dry_run: bool,
}

impl Writing {
    /// Makes the account of a row, unless it is there.
    pub(super) async fn write(self, row: u64, candidate: Box<Candidate>) -> Result<Done, StoreError> {
        let mut wait = FIRST_WAIT;
        let mut tries = TRIES;
        let outcome = loop {
            match self.once(&candidate).await {
                Err(StoreError::Throttled(_)) if tries > 1 => {
                    self.pace.slow_down();
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    tries -= 1;
                }
                outcome => break outcome?,
            }
        };
        self.pace.went_well();
        Ok(Done { row, id: Some(candidate.user.id.to_string()), outcome, warnings: candidate.warnings })
    }

    async fn once(&self, candidate: &Candidate) -> Result<Outcome, StoreError> {
        if self.is_dry_run {
            return Ok(self.in_the_way(candidate).await?.unwrap_or(Outcome::Imported));
        }
        let refusal = match self.store.create(candidate.as_new()).await {
            Ok(()) => return Ok(Outcome::Imported),
            Err(CreationError::Store(error)) => return Err(error),
            Err(refusal) => refusal,
        };
        Ok(self.in_the_way(candidate).await?.unwrap_or_else(|| Outcome::Conflict(refusal.to_string())))
    }

    /// What is there already that the account would need.
    async fn in_the_way(&self, candidate: &Candidate) -> Result<Option<Outcome>, StoreError> {
        let (id, email) = (&candidate.user.id, candidate.email.as_ref());
        let account = self.store.account(id).await?;
        if let Some(account) = account {
            let its = account.user.address()?;
            let is_same = its.as_ref().map(EmailAddress::canonical) == email.map(EmailAddress::canonical);
            let is_banned_there_alone = candidate.user.disabled_at.is_some() && account.user.disabled_at.is_none();
            return Ok(Some(match (is_same, is_banned_there_alone) {
                (false, _) => Outcome::Conflict("the user with its id has another email address here".to_owned()),
                (true, true) => {
                    Outcome::Conflict("the user is disabled there and not here: run users disable".to_owned())
                }
                (true, false) => Outcome::Already,
            }));
        }
        let owner: Option<UserId> = match email {
            Some(email) => self.store.owner(email).await?,
            None => None,
        };
        if let Some(owner) = owner {
            return Ok(Some(Outcome::Conflict(format!("user {owner} has its email address"))));
        }
        for identity in candidate.user.identities.iter() {
            if let Some(owner) = self.store.linked_to(identity).await? {
                return Ok(Some(Outcome::Conflict(format!(
                    "user {owner} has its identity of {}",
                    identity.provider()
                ))));
            }
        }
        Ok(None)
    }
}
