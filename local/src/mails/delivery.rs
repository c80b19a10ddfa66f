//! From Outbox to the inbox.

use std::sync::Arc;

use mail::Mail;
use shared::clock::Clock;
use shared::environment::{ConfigError, Environment};
use shared::error_chain::with_causes;
use shared::store::{Client, OutboxTable};
use tokio::sync::Mutex;

use super::{Inbox, ReceivedMail};

/// The function `mail`, and the inbox that it sends to.
#[derive(Debug)]
pub(crate) struct Delivery {
    mail: Mail,
    outbox: OutboxTable,
    inbox: Arc<Inbox>,
    /// Two who send at once would send the same mail twice.
    turn: Mutex<()>,
}

impl Delivery {
    pub(super) fn new(
        environment: Environment,
        client: &Client,
        clock: Clock,
        inbox: Arc<Inbox>,
    ) -> Result<Self, ConfigError> {
        let environment =
            environment.with_default("MAIL_FROM", "no-reply@example.com").with_default("APP_NAME", "Latchkey");
        let mail = Mail::with_transport(&environment, client, clock, Arc::<Inbox>::clone(&inbox))?;
        Ok(Self { mail, outbox: OutboxTable::read(&environment, client)?, inbox, turn: Mutex::default() })
    }

    /// Sends all that is there, the oldest first. `false` if something has to be tried again.
    pub(super) async fn send_all(&self) -> bool {
        let _turn = self.turn.lock().await;
        let ids = match self.outbox.ids().await {
            Ok(ids) => ids,
            Err(error) => {
                tracing::warn!("Outbox cannot be read: {}", with_causes(&error));
                return false;
            }
        };
        let mut all = true;
        for id in ids {
            all &= self.mail.process(&id).await.is_ok();
        }
        all
    }

    /// The mails, newest first. Those of every request that has its response are among them, so nobody has to ask twice.
    pub(crate) async fn mails(&self) -> Vec<ReceivedMail> {
        self.send_all().await;
        self.inbox.list()
    }
}
