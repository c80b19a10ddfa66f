//! The function `mail` beside a stack, and the inbox that it sends to.

use std::sync::Arc;

use local::{Inbox, ReceivedMail};
use mail::Mail;
use shared::clock::Clock;
use shared::environment::Environment;
use shared::mail::IntentId;
use shared::store::Client;
use shared::store::schema::TABLES;

use crate::{OwnStack, ProxiedStack};

/// Sends what Outbox asks for, whenever a test says so.
#[derive(Debug)]
pub struct Delivery {
    mail: Mail,
    inbox: Arc<Inbox>,
    dynamodb: Client,
    outbox: String,
}

impl Delivery {
    /// Of a stack, at the time of this clock.
    #[must_use]
    pub fn beside(stack: &OwnStack, clock: Clock) -> Self {
        Self::over(&stack.dynamodb, |variable| stack.table(variable), clock)
    }

    /// Of a stack, past its proxy.
    #[must_use]
    pub fn past_proxy(stack: &ProxiedStack, clock: Clock) -> Self {
        Self::over(&stack.proxy.target().client(), |variable| stack.table(variable), clock)
    }

    fn over(dynamodb: &Client, table: impl Fn(&str) -> String, clock: Clock) -> Self {
        let names = TABLES
            .iter()
            .fold(Environment::default(), |environment, spec| environment.with(spec.variable, table(spec.variable)));
        let environment = names
            .with("MAIL_FROM", "no-reply@latchkey.example")
            .with("RESET_URL", "https://app.example.com/reset")
            .with("VERIFY_URL", "https://app.example.com/account");
        let inbox = Arc::new(Inbox::new(None, false, clock.clone()));
        let transport = Arc::<Inbox>::clone(&inbox);
        let mail = Mail::with_transport(&environment, dynamodb, clock, transport).unwrap();
        Self { mail, inbox, dynamodb: dynamodb.clone(), outbox: table("OUTBOX_TABLE") }
    }

    /// Sends everything that Outbox asks for, in the order in which it was asked for.
    pub async fn deliver(&self) {
        let scan = self.dynamodb.scan().table_name(&self.outbox).send().await.unwrap();
        let ids = scan.items().iter().map(|item| item["id"].as_s().unwrap().clone());
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        for id in ids {
            self.mail.process(&IntentId::from_trusted(id)).await.unwrap();
        }
    }

    /// Everything that has come for this address, newest first, once all is sent.
    pub async fn mails_to(&self, email: &str) -> Vec<ReceivedMail> {
        self.deliver().await;
        self.inbox.list().into_iter().filter(|mail| mail.to.eq_ignore_ascii_case(email)).collect()
    }

    /// The kinds of what has come for this address, oldest first.
    pub async fn kinds_to(&self, email: &str) -> Vec<&'static str> {
        self.mails_to(email).await.iter().rev().map(|mail| mail.kind).collect()
    }

    /// The digits of the newest mail of this kind for this address.
    pub async fn digits(&self, kind: &str, email: &str) -> String {
        self.newest(kind, email).await.code.expect("a mail with a code").replace(' ', "")
    }

    /// The secret of the link of the newest mail of this kind for this address.
    pub async fn link_secret(&self, kind: &str, email: &str) -> String {
        let link = self.newest(kind, email).await.link.expect("a mail with a link");
        link.rsplit_once("code=").unwrap().1.to_owned()
    }

    async fn newest(&self, kind: &str, email: &str) -> ReceivedMail {
        self.mails_to(email).await.into_iter().find(|mail| mail.kind == kind).expect("a mail of this kind")
    }
}
