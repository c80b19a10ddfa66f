//! What is to be sent, and the codes that `mail` would send.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use serde_json::{Value, json};
use shared::keys::{CodeKey, DigestKey};
use shared::mail::{Code, PendingId, Seed};
use shared::store::Client;
use shared::store::schema::TABLES;

use crate::{Answer, Api, OwnStack, Person, ProxiedStack, Tables};

/// The mailboxes of everybody.
#[derive(Clone, Debug)]
pub struct Mailbox {
    dynamodb: Client,
    tables: Arc<HashMap<&'static str, String>>,
}

/// A mail that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its kind.
    pub kind: String,
    /// Whom it goes to, as they typed it.
    pub email: String,
    /// The user or the sign-up that it concerns.
    pub reference: Option<String>,
    /// The languages, the preferred one first.
    pub languages: Vec<String>,
    /// The browser and the system.
    pub device: Vec<String>,
}

impl Mailbox {
    /// Of a stack.
    #[must_use]
    pub fn of(stack: &OwnStack) -> Self {
        Self::over(&stack.dynamodb, |variable| stack.table(variable))
    }

    /// Of a stack, past its proxy.
    #[must_use]
    pub fn of_proxied(stack: &ProxiedStack) -> Self {
        Self::over(&stack.proxy.target().client(), |variable| stack.table(variable))
    }

    /// Of a program's tables.
    #[must_use]
    pub fn in_tables(tables: &Tables) -> Self {
        Self::over(&tables.client(), |variable| tables.environment().get(variable).unwrap().to_owned())
    }

    fn over(dynamodb: &Client, table: impl Fn(&str) -> String) -> Self {
        let tables = TABLES.map(|spec| (spec.variable, table(spec.variable)));
        Self { dynamodb: dynamodb.clone(), tables: Arc::new(tables.into()) }
    }

    /// Everything that is to be sent, in the order in which it was asked for.
    pub async fn all(&self) -> Vec<Asked> {
        let scan = self.dynamodb.scan().table_name(&self.tables["OUTBOX_TABLE"]).send().await.unwrap();
        let mut items = scan.items.unwrap_or_default();
        items.sort_by_key(|item| item["id"].as_s().unwrap().clone());
        items.iter().map(Asked::of_item).collect()
    }

    /// The kinds of what is to be sent to somebody.
    pub async fn kinds_to(&self, email: &str) -> Vec<String> {
        let all = self.all().await.into_iter();
        all.filter(|asked| asked.email.eq_ignore_ascii_case(email)).map(|asked| asked.kind).collect()
    }

    /// The digits that a mail about this carries. As `mail` does, it makes the seed if there is none.
    pub async fn digits(&self, id: &str) -> String {
        self.code(id).await.digits().to_owned()
    }

    /// The code that a mail about this carries.
    pub async fn code(&self, id: &str) -> Code {
        let mut seed = [0; 16];
        aws_lc_rs::rand::fill(&mut seed).unwrap();
        let update = self.dynamodb.update_item().table_name(&self.tables["PENDING_TABLE"]);
        let updated = update
            .key("id", AttributeValue::S(id.to_owned()))
            .update_expression("SET seed = if_not_exists(seed, :seed)")
            .condition_expression("attribute_exists(id)")
            .expression_attribute_values(":seed", AttributeValue::B(Blob::new(seed)))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .unwrap();
        let seed = Seed::from_bytes(bytes(&updated.attributes.unwrap()["seed"]).into());
        Code::new(&self.code_key().await, &PendingId::from_trusted(id.to_owned()), &seed)
    }

    /// Lets something wait for its code as `mail` does, and returns the digits.
    pub async fn let_wait(&self, id: &str, email: Option<&str>) -> String {
        let in_an_hour = shared::clock::Clock::system().now().as_secs() + 2 * 3600;
        let mut put = self.dynamodb.put_item().table_name(&self.tables["PENDING_TABLE"]);
        put = put
            .item("id", AttributeValue::S(id.to_owned()))
            .item("expires_at", AttributeValue::N(in_an_hour.to_string()));
        if let Some(email) = email {
            put = put.item("email", AttributeValue::S(email.to_owned()));
        }
        put.send().await.unwrap();
        self.digits(id).await
    }

    /// Lets a reset of the password at this address wait for its code, and returns the digits.
    pub async fn let_reset(&self, email: &str) -> String {
        let scan = self.dynamodb.scan().table_name(&self.tables["DIGEST_KEYS_TABLE"]).send().await.unwrap();
        let key = DigestKey::from_bytes(bytes(&scan.items.unwrap()[0]["digest_key"]).into());
        self.let_wait(&format!("reset#{}", key.digest(&email.to_lowercase())), None).await
    }

    async fn code_key(&self) -> CodeKey {
        let scan = self.dynamodb.scan().table_name(&self.tables["DIGEST_KEYS_TABLE"]).send().await.unwrap();
        CodeKey::from_bytes(bytes(&scan.items.unwrap()[0]["code_key"]).into())
    }

    /// Says of somebody that they have proved their address.
    pub async fn prove(&self, person: &Person) {
        let table = &self.tables["CREDENTIALS_TABLE"];
        let get = self.dynamodb.get_item().table_name(table);
        let credential = get.key("email", AttributeValue::S(person.email.to_lowercase())).send().await.unwrap();
        let user_id = credential.item.unwrap()["user_id"].clone();
        let update = self.dynamodb.update_item().table_name(&self.tables["USERS_TABLE"]).key("id", user_id);
        update
            .update_expression("SET email_verified = :verified")
            .expression_attribute_values(":verified", AttributeValue::Bool(true))
            .send()
            .await
            .unwrap();
    }

    /// Signs somebody up where a code is needed, up to the end.
    pub async fn sign_up(&self, api: &Api, person: &Person) -> Answer {
        let waiting = Waiting::begin(api, person).await;
        waiting.confirm(api, &self.digits(&waiting.pending()).await).await.expect(201)
    }
}

impl Asked {
    fn of_item(item: &HashMap<String, AttributeValue>) -> Self {
        let text = |value: &AttributeValue| value.as_s().unwrap().clone();
        let texts = |name: &str| item[name].as_l().unwrap().iter().map(text).collect();
        Self {
            kind: text(&item["kind"]),
            email: text(&item["email"]),
            reference: item.get("reference").map(text),
            languages: texts("languages"),
            device: texts("device"),
        }
    }
}

/// A sign-up that waits for its code.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What names it.
    pub id: String,
}

impl Waiting {
    /// Signs somebody up where a code is needed.
    pub async fn begin(api: &Api, person: &Person) -> Self {
        Self::of(&api.signup(person).await.expect(202))
    }

    /// The sign-up in a response.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        Self { id: answer.json()["signupId"].as_str().unwrap().to_owned() }
    }

    /// The key of what waits.
    #[must_use]
    pub fn pending(&self) -> String {
        format!("signup#{}", self.id)
    }

    /// The body of its confirmation.
    #[must_use]
    pub fn body(&self, code: &str) -> Value {
        json!({"signupId": self.id, "code": code})
    }

    /// Confirms it, without a session.
    pub async fn confirm(&self, api: &Api, code: &str) -> Answer {
        api.send(api.post("/auth/signup/confirm").json(&self.body(code))).await
    }

    /// Asks for its mail again.
    pub async fn resend(&self, api: &Api) -> Answer {
        api.send(api.post("/auth/signup/resend").json(&json!({"signupId": self.id}))).await
    }
}

/// Digits that are not these.
#[must_use]
pub fn other_digits(digits: &str) -> String {
    let (first, rest) = digits.split_at(1);
    format!("{}{rest}", if first == "0" { "1" } else { "0" })
}

fn bytes(value: &AttributeValue) -> Vec<u8> {
    value.as_b().unwrap().as_ref().to_vec()
}
