//! Mail: what other functions ask for is decided, written and sent here.
//!
//! A function that serves requests puts an intent into Outbox, and the stream of that table starts this function. An intent is
//! removed once it is done. So nothing is lost if this function ends at any moment: it comes again, with the same code.

mod codes;
mod kind;
mod letter;
mod links;
mod sender;
mod steps;
mod templates;
mod transport;
mod words;

use std::sync::Arc;

use shared::attempts::{AttemptStore, SendingLimits};
use shared::clock::Clock;
use shared::environment::{ConfigError, Environment};
use shared::keys::DigestKeys;
use shared::lambda::StreamFunction;
use shared::mail::{AddressStore, IntentId, IntentStore};
use shared::store::{AttemptTable, Client, CredentialTable, DigestKeyTable, OutboxTable, PendingTable, schema};

use codes::Codes;
use links::Links;
use sender::Sender;
use templates::Templates;

pub use codes::CodeError;
pub use kind::Kind;
pub use letter::Letter;
pub use steps::{MailError, Outcome};
pub use transport::{SendError, Transport};

/// The function that sends mail.
#[derive(Debug)]
pub struct Mail {
    intents: Arc<dyn IntentStore>,
    addresses: Arc<dyn AddressStore>,
    attempts: Arc<dyn AttemptStore>,
    keys: DigestKeys,
    codes: Codes,
    sender: Sender,
    links: Links,
    templates: Templates,
    limits: SendingLimits,
    transport: Arc<dyn Transport>,
    clock: Clock,
}

impl Mail {
    /// Builds the function over this transport, whatever `MAIL_TRANSPORT` says.
    pub fn with_transport(
        environment: &Environment,
        client: &Client,
        clock: Clock,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConfigError> {
        let links = Links::read(environment)?;
        Ok(Self {
            intents: Arc::new(OutboxTable::read(environment, client)?),
            addresses: Arc::new(CredentialTable::read(environment, client)?),
            attempts: Arc::new(AttemptTable::read(environment, client)?),
            keys: DigestKeys::new(Arc::new(DigestKeyTable::read(environment, client)?)),
            codes: Codes::read(environment, Arc::new(PendingTable::read(environment, client)?))?,
            sender: Sender::read(environment)?,
            templates: Templates::read(environment, &links)?,
            links,
            limits: SendingLimits::read(environment)?,
            transport,
            clock,
        })
    }
}

impl StreamFunction for Mail {
    const NAME: &'static str = "mail";
    const KEY: &'static str = schema::OUTBOX.key;
    type Failure = MailError;

    fn build(environment: &Environment, client: &Client, clock: Clock) -> Result<Self, ConfigError> {
        Self::with_transport(environment, client, clock, transport::read(environment)?)
    }

    async fn warm_up(&self) {
        self.keys.warm_up(self.clock.now()).await;
    }

    async fn handle(&self, key: &str) -> Result<(), MailError> {
        self.process(&IntentId::from_trusted(key.to_owned())).await.map(drop)
    }
}
