//! What the stream of Outbox does on AWS.

use std::sync::Arc;

use shared::clock::Clock;
use shared::environment::{ConfigError, Environment};
use shared::store::Client;
use tokio::task::JoinHandle;

use super::{Delivery, Inbox};
use crate::rounds::Rounds;

/// Sends what Outbox holds, until it is dropped. No DynamoDB on this machine starts a function, so it looks for itself.
#[derive(Debug)]
pub struct MailWorker {
    delivery: Arc<Delivery>,
    looking: JoinHandle<()>,
}

impl MailWorker {
    /// Starts to look. The sender and the app have names for a machine on which nobody set them.
    pub fn start(
        environment: Environment,
        client: &Client,
        clock: Clock,
        inbox: Arc<Inbox>,
    ) -> Result<Self, ConfigError> {
        let delivery = Arc::new(Delivery::new(environment, client, clock, inbox)?);
        let looking = tokio::spawn(look(Arc::clone(&delivery)));
        Ok(Self { delivery, looking })
    }

    /// What it sends with.
    pub(crate) fn delivery(&self) -> Arc<Delivery> {
        Arc::clone(&self.delivery)
    }
}

impl Drop for MailWorker {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

async fn look(delivery: Arc<Delivery>) {
    let mut rounds = Rounds::start();
    rounds.next().await;
    loop {
        if delivery.send_all().await {
            rounds.next().await;
        } else {
            rounds.next_after_failure().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::Arc;
    use std::time::Duration;

    use shared::clock::Clock;
    use shared::domain::EmailAddress;
    use shared::environment::Environment;
    use shared::keys::{RotationPeriod, SigningKeys};
    use shared::mail::{Intent, IntentId, Languages, Notice, OutboxStore as _, PersonDevice, Subject};
    use shared::store::{OutboxTable, SigningKeyTables};

    use super::super::Inbox;
    use super::MailWorker;
    use crate::{EmbeddedDynamoDb, create_tables, with_table_names};

    #[tokio::test]
    async fn what_outbox_asks_for_lands_in_the_inbox_and_in_the_folder() {
        let dynamodb = EmbeddedDynamoDb::start(None, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let environment = with_table_names(Environment::default());
        create_tables(dynamodb.dynamodb(), &environment).await.unwrap();
        let (client, clock) = (dynamodb.dynamodb().client(), Clock::system());
        let store = Arc::new(SigningKeyTables::read(&environment, &client).unwrap());
        SigningKeys::new(store, RotationPeriod::read(&environment, Duration::ZERO).unwrap())
            .at(clock.now())
            .await
            .unwrap();

        let folder = tempfile::tempdir().unwrap();
        let inbox = Arc::new(Inbox::new(Some(folder.path().join("mails")), false, clock.clone()));
        let worker = MailWorker::start(environment.clone(), &client, clock.clone(), Arc::clone(&inbox)).unwrap();
        let outbox = OutboxTable::read(&environment, &client).unwrap();
        for language in ["de", "fr"] {
            let intent = Intent {
                id: IntentId::generate(clock.now()),
                subject: Subject::Notice(Notice::Deleted),
                email: EmailAddress::parse("Ada@example.com").unwrap(),
                languages: Languages::of_header(language),
                device: PersonDevice::of_user_agent(b""),
                at: clock.now(),
            };
            outbox.add(&intent).await.unwrap();
        }
        inbox.has_got(2).await;
        drop(worker);
        let mails = inbox.list();
        assert!(mails.iter().all(|mail| (mail.to.as_str(), mail.kind) == ("Ada@example.com", "deleted")), "{mails:?}");
        let mut subjects: Vec<_> = mails.iter().map(|mail| mail.subject.as_str()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, ["Ihr Konto bei Latchkey wurde gelöscht", "Your account at Latchkey was deleted"]);
        let files = std::fs::read_dir(folder.path().join("mails")).unwrap().map(|file| file.unwrap().file_name());
        assert_eq!(files.count(), 2);
    }
}
