//! Everything that mail needs around it, and who asks for it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use api_tests::{PretendSes, Program, Tables};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::domain::EmailAddress;
use shared::keys::{DigestKeySet, DigestKeyStore as _, RotationPeriod, SigningKeys};
use shared::mail::{
    Code, Intent, IntentId, Languages, OutboxStore as _, PendingId, PendingStore as _, PersonDevice, Subject,
};
use shared::store::{DigestKeyTable, OutboxTable, PendingTable, SigningKeyTables, TableSpec, schema};

pub(crate) const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_mail"), include_str!("../uses.json"));
pub(crate) const EMAIL: &str = "Ada@example.com";
pub(crate) const HOUR: u64 = 60 * 60;

/// Tables with the keys that signers make, and an SES.
pub(crate) struct Office {
    pub(crate) tables: Tables,
    pub(crate) ses: PretendSes,
    outbox: OutboxTable,
    pending: PendingTable,
    keys: DigestKeySet,
}

impl Office {
    pub(crate) async fn open() -> Self {
        let tables = Tables::start().await;
        let (environment, client) = (tables.environment(), tables.client());
        let signers = Arc::new(SigningKeyTables::read(environment, &client).unwrap());
        let rotation = RotationPeriod::read(environment, std::time::Duration::ZERO).unwrap();
        let _keys = SigningKeys::new(signers, rotation).at(Clock::system().now()).await.unwrap();
        let keys = DigestKeyTable::read(environment, &client).unwrap().digest_keys().await.unwrap().unwrap();
        Self {
            ses: PretendSes::start().await,
            outbox: OutboxTable::read(environment, &client).unwrap(),
            pending: PendingTable::read(environment, &client).unwrap(),
            keys: DigestKeySet::from_record(keys),
            tables,
        }
    }

    /// The variables of the program, beside those of its tables.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("MAIL_FROM", "no-reply@mail.example.com".to_owned()),
            ("APP_NAME", "Flower Shop".to_owned()),
            ("RESET_URL", "https://app.example.com/reset".to_owned()),
            ("VERIFY_URL", "https://app.example.com/verify".to_owned()),
            ("AWS_ENDPOINT_URL_SESV2", self.ses.url().to_owned()),
        ]
    }

    /// All variables of the program.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let tables = self.tables.variables(PROGRAM).into_iter().map(|(name, value)| (name, value.to_owned()));
        tables.chain(self.settings()).collect()
    }

    /// Asks for a mail, as a function that serves requests does.
    pub(crate) async fn ask(&self, subject: Subject, email: &str) -> IntentId {
        let now = Clock::system().now();
        let intent = Intent {
            id: IntentId::generate(now),
            subject,
            email: address(email),
            languages: Languages::of_header("en"),
            device: PersonDevice::of_user_agent(
                b"Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
            ),
            at: now,
        };
        self.outbox.add(&intent).await.unwrap();
        intent.id
    }

    /// Makes an account with this address.
    pub(crate) async fn add_account(&self, email: &str) {
        let item = [("user_id", AttributeValue::S("somebody".to_owned()))];
        self.put(&schema::CREDENTIALS, address(email).canonical(), item).await;
    }

    /// Lets something wait for the code of a sign-up or a change, for so many seconds from now.
    pub(crate) async fn let_wait(&self, id: &PendingId, email: &str, seconds: i64) {
        let now = i64::try_from(Clock::system().now().as_secs()).unwrap();
        // Items are kept for an hour after their codes have expired.
        let expires_at = now + seconds + 60 * 60;
        let item = [
            ("email", AttributeValue::S(address(email).shown().to_owned())),
            ("expires_at", AttributeValue::N(expires_at.to_string())),
        ];
        self.put(&schema::PENDING, id.as_str(), item).await;
    }

    async fn put<const N: usize>(&self, spec: &TableSpec, key: &str, item: [(&str, AttributeValue); N]) {
        let name = self.tables.environment().get(spec.variable).unwrap();
        let put = self.tables.client().put_item().table_name(name).item(spec.key, AttributeValue::S(key.to_owned()));
        item.into_iter().fold(put, |put, (name, value)| put.item(name, value)).send().await.unwrap();
    }

    /// The digest by which a reset of this address is found.
    pub(crate) fn digest(&self, email: &str) -> String {
        self.keys.digest.digest(address(email).canonical())
    }

    /// The code that is good for what waits there, as a mail shows it, and that of a link.
    pub(crate) async fn live_code(&self, id: &PendingId) -> (String, String) {
        let pending = self.pending.pending(id).await.unwrap().unwrap();
        let code = Code::new(&self.keys.codes, id, pending.live_seed(Clock::system().now()).unwrap());
        let (first, second) = code.digits().split_at(4);
        (format!("{first} {second}"), code.link().to_owned())
    }

    /// Changes when the code of what waits there expires.
    pub(crate) async fn set_seconds_left(&self, id: &PendingId, seconds: u64) {
        let expires_at = Clock::system().now().as_secs() + seconds + HOUR;
        let name = self.tables.environment().get(schema::PENDING.variable).unwrap();
        let update = self.tables.client().update_item().table_name(name);
        let update = update.key(schema::PENDING.key, AttributeValue::S(id.as_str().to_owned()));
        let update = update.update_expression("SET expires_at = :expires_at");
        let update = update.expression_attribute_values(":expires_at", AttributeValue::N(expires_at.to_string()));
        update.send().await.unwrap();
    }

    /// When the code of what waits there expires, in seconds from now.
    pub(crate) async fn seconds_left(&self, id: &PendingId) -> u64 {
        let pending = self.pending.pending(id).await.unwrap().unwrap();
        pending.good_until.as_secs() - Clock::system().now().as_secs()
    }

    /// Every item of every table, as text.
    pub(crate) async fn everything_stored(&self) -> String {
        let mut all = String::new();
        for spec in schema::TABLES {
            let name = self.tables.environment().get(spec.variable).unwrap();
            let items = self.tables.client().scan().table_name(name).send().await.unwrap();
            writeln!(all, "{name} {:?}", items.items()).unwrap();
        }
        all
    }

    /// How many intents are left.
    pub(crate) async fn left(&self) -> usize {
        let name = self.tables.environment().get(schema::OUTBOX.variable).unwrap();
        self.tables.client().scan().table_name(name).send().await.unwrap().items().len()
    }
}

/// A pending id of a user, which also names the user.
pub(crate) fn user(id: &str) -> shared::domain::UserId {
    shared::domain::UserId::from_trusted(id.to_owned())
}

pub(crate) fn address(email: &str) -> EmailAddress {
    EmailAddress::parse(email).unwrap()
}

/// What the stream of Outbox sends about these intents.
pub(crate) fn stream_event(ids: &[&IntentId]) -> Value {
    let records = (1..).zip(ids).map(|(number, id)| {
        json!({
            "eventID": format!("event-{number}"), "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-1", "eventSourceARN": "arn:aws:dynamodb:us-east-1:111111111111:table/latchkey-outbox/stream/1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_795_819_620, "Keys": {"id": {"S": id.as_str()}},
                "SequenceNumber": number.to_string(), "SizeBytes": 38, "StreamViewType": "KEYS_ONLY",
            },
        })
    });
    json!({"Records": records.collect::<Vec<_>>()})
}

/// The response that says that everything is done.
pub(crate) fn done() -> Value {
    json!({"batchItemFailures": []})
}

/// The response that wants everything from this record on again.
pub(crate) fn again_from(number: u32) -> Value {
    json!({"batchItemFailures": [{"itemIdentifier": number.to_string()}]})
}

/// The code in a mail, if it has one.
pub(crate) fn code_in(mail: &Value) -> Option<String> {
    let is_code = |line: &&str| {
        line.len() == 9
            && line.bytes().enumerate().all(|(at, byte)| if at == 4 { byte == b' ' } else { byte.is_ascii_digit() })
    };
    mail["message"].as_str().unwrap().lines().find(is_code).map(str::to_owned)
}

/// A header of a mail.
pub(crate) fn header(mail: &Value, name: &str) -> String {
    let lines = mail["message"].as_str().unwrap().lines().take_while(|line| !line.is_empty());
    let headers: HashMap<&str, &str> = lines.filter_map(|line| line.split_once(": ")).collect();
    headers.get(name).map(|value| (*value).to_owned()).unwrap_or_default()
}

/// The lines of the log about mails.
pub(crate) fn mail_lines(log: &[u8]) -> Vec<Value> {
    let lines = std::str::from_utf8(log).unwrap().lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["message"] == "mail").collect()
}
