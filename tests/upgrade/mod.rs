//! A deployment updates in place: what version 0.1 wrote (every table, both kinds of ids) and the tokens that it
//! issued are good for the functions as they are now. `uuid-ids.json` and `integer-ids.json` were written by it
//! and are never changed.

use std::collections::HashMap;
use std::time::Duration;

use api_tests::{OwnStack, Person, Session, TestClock, claims_of, own_stack};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::store::schema::TABLES;

const UUID_IDS: &str = include_str!("uuid-ids.json");
const INTEGER_IDS: &str = include_str!("integer-ids.json");

struct Deployment {
    fixture: Value,
    clock: TestClock,
    stack: OwnStack,
}

impl Deployment {
    /// The present functions over the tables of a fixture, at the time it was written. `None` against a deployment.
    async fn of(fixture: &str) -> Option<Self> {
        Self::with_limit_account(fixture, "100/3600").await
    }

    async fn with_limit_account(fixture: &str, limit_account: &str) -> Option<Self> {
        let fixture: Value = serde_json::from_str(fixture).unwrap();
        let clock = TestClock::standing_still_at(fixture["now"].as_u64().unwrap());
        // The first stack makes empty tables; the second one finds them filled, as an update does.
        let empty = own_stack()?.start().await;
        for table in TABLES {
            empty.clear(table.variable).await;
            // A table that came later was empty then.
            for item in fixture["tables"][table.suffix].as_array().into_iter().flatten() {
                let put = empty.dynamodb.put_item().table_name(empty.table(table.variable));
                put.set_item(Some(attributes(item))).send().await.unwrap();
            }
        }
        let stack = own_stack()?.beside(&empty).clock(clock.clock());
        let stack = stack.variable("ISSUER", fixture["issuer"].as_str().unwrap());
        let stack = [("LIMIT_PAIR", "10/900"), ("LIMIT_ACCOUNT", limit_account), ("LIMIT_ADDRESS", "300/900")]
            .into_iter()
            .fold(stack, |stack, (name, value)| stack.variable(name, value));
        let stack = stack.start().await.keeping(empty);
        Some(Self { fixture, clock, stack })
    }

    fn people(&self) -> &[Value] {
        self.fixture["people"].as_array().unwrap()
    }

    fn person(&self, local_part: &str) -> &Value {
        let email = format!("{local_part}@Example.com");
        self.people().iter().find(|person| person["email"] == email.as_str()).unwrap()
    }
}

/// An item as DynamoDB writes it in JSON. The times at which items expire are past by now, and DynamoDB sweeps by a clock
/// of its own, so they are put off.
fn attributes(item: &Value) -> HashMap<String, AttributeValue> {
    let mut attributes: HashMap<_, _> =
        item.as_object().unwrap().iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
    if let Some(expires_at) = attributes.get_mut("expires_at") {
        *expires_at = AttributeValue::N("32503680000".to_owned());
    }
    attributes
}

fn attribute(value: &Value) -> AttributeValue {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "S" => AttributeValue::S(value.as_str().unwrap().to_owned()),
        "N" => AttributeValue::N(value.as_str().unwrap().to_owned()),
        "B" => AttributeValue::B(Blob::new(STANDARD.decode(value.as_str().unwrap()).unwrap())),
        "BOOL" => AttributeValue::Bool(value.as_bool().unwrap()),
        "L" => AttributeValue::L(value.as_array().unwrap().iter().map(attribute).collect()),
        other => panic!("the fixture holds no {other}"),
    }
}

/// What `/auth/me` shows of a person of the fixture: what it showed then, and what came later.
fn shown_now(person: &Value) -> Value {
    let mut me = person["me"].clone();
    me["email_verified"] = false.into();
    me["identities"] = json!([]);
    me
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn as_person(value: &Value) -> Person {
    let text = |member: &str| value[member].as_str().unwrap().to_owned();
    Person { name: String::new(), email: text("email"), password: text("password") }
}

#[tokio::test]
async fn tokens_of_before_are_good_and_ended_ones_stay_ended() {
    for fixture in [UUID_IDS, INTEGER_IDS] {
        let Some(deployment) = Deployment::of(fixture).await else { return };
        let api = &deployment.stack.api;
        for person in deployment.people() {
            for token in strings(&person["tokens"]) {
                assert_eq!(api.me(token).await.expect(200).json(), shown_now(person), "{}", person["story"]);
                let xano = api.send(api.get("/api:aB3/auth/me").bearer_auth(token)).await.expect(200);
                assert_eq!(xano.json(), person["xano_me"], "{}", person["story"]);
            }
            for token in strings(&person["ended_tokens"]) {
                let _ = api.me(token).await.expect_problem(401, "invalid_token");
            }
        }
    }
}

#[tokio::test]
async fn passwords_of_before_log_in_and_their_tokens_end_everywhere() {
    for fixture in [UUID_IDS, INTEGER_IDS] {
        let Some(deployment) = Deployment::of(fixture).await else { return };
        let api = deployment.stack.from(2);
        for person in deployment.people() {
            let who = as_person(person);
            let wrong = Person { password: "wrong-Violet-kettles".to_owned(), ..who.clone() };
            let _ = api.login(&wrong).await.expect_problem(401, "invalid_credentials");
            let token = api.login(&who).await.expect(200).token();
            assert_eq!(claims_of(&token)["sub"], person["me"]["id"]);
            assert_eq!(api.me(&token).await.expect(200).json(), shown_now(person));

            deployment.clock.advance(Duration::from_secs(1));
            let everywhere = api.post("/auth/logout").bearer_auth(&token).json(&json!({"everywhere": true}));
            let _ = api.send(everywhere).await.expect(204);
            for token in strings(&person["tokens"]).into_iter().chain([token.as_str()]) {
                let _ = api.me(token).await.expect_problem(401, "invalid_token");
            }
        }
    }
}

/// Users of version 0.1 have no sessions, no ended tokens and no generation.
#[tokio::test]
async fn users_of_before_begin_sessions_and_log_out_of_one_token() {
    for fixture in [UUID_IDS, INTEGER_IDS] {
        let Some(deployment) = Deployment::of(fixture).await else { return };
        let api = deployment.stack.from(2);
        for person in deployment.people() {
            let who = as_person(person);
            let (first, second) = (Session::log_in(&api, &who).await, Session::log_in(&api, &who).await);
            let first = first.refreshed(&api).await;
            let ended = api.login(&who).await.expect(200).token();
            let _ = api.send(api.post("/auth/logout").bearer_auth(&ended)).await.expect(204);
            let _ = api.me(&ended).await.expect_problem(401, "invalid_token");
            for good in [first.access.as_str(), &second.access].into_iter().chain(strings(&person["tokens"])) {
                assert_eq!(api.me(good).await.expect(200).json(), shown_now(person), "{}", person["story"]);
            }
        }
    }
}

/// Version 0.1 writes the key set whole, and knows nothing of the refresh key: during a roll-out, or after a roll-back, it
/// must not take it away.
#[tokio::test]
async fn a_rotation_by_the_version_before_keeps_every_session() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let session = Session::sign_up(&stack.api, &Person::new()).await;
    for variable in ["SIGNING_KEYS_TABLE", "PUBLIC_KEYS_TABLE"] {
        let table = stack.table(variable);
        let mut item = stack.items(variable).await.into_iter().find(|item| item.contains_key("version")).unwrap();
        item.insert("version".to_owned(), AttributeValue::N("2".to_owned()));
        stack.dynamodb.put_item().table_name(table).set_item(Some(item)).send().await.unwrap();
    }
    clock.advance(Duration::from_secs(5 * 60 + 1));
    let _ = session.refreshed(&stack.api).await;
}

/// Version 0.1 took each of these; a sign-up with them is 422 now.
#[tokio::test]
async fn a_user_keeps_a_name_that_is_refused_now() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    for name in ["\u{200b}", "\u{3164}", "\u{202e}evil", "a\u{2028}b"] {
        let (_person, token) = stack.api.somebody().await;
        let rename = stack.dynamodb.update_item().table_name(stack.table("USERS_TABLE"));
        let rename = rename.key("id", AttributeValue::S(claims_of(&token)["sub"].as_str().unwrap().to_owned()));
        let rename = rename.update_expression("SET #name = :name").expression_attribute_names("#name", "name");
        rename.expression_attribute_values(":name", AttributeValue::S(name.to_owned())).send().await.unwrap();
        assert_eq!(stack.api.me(&token).await.expect(200).json()["name"], name);
    }
}

#[tokio::test]
async fn sources_of_before_stay_known() {
    for fixture in [UUID_IDS, INTEGER_IDS] {
        let Some(deployment) = Deployment::with_limit_account(fixture, "1/3600").await else { return };
        let grace = as_person(deployment.person("Grace"));
        let guess = Person { password: "wrong-Violet-kettles".to_owned(), ..grace.clone() };
        let elsewhere = deployment.stack.from(7);
        let _ = elsewhere.login(&guess).await.expect(401);
        let _ = elsewhere.login(&grace).await.expect_problem(429, "too_many_attempts");
        for known in [&deployment.stack.api, &deployment.stack.from(2)] {
            let _ = known.login(&grace).await.expect(200);
        }
    }
}

#[tokio::test]
async fn addresses_limits_and_keys_of_before_stay_as_they_are() {
    for fixture in [UUID_IDS, INTEGER_IDS] {
        let Some(deployment) = Deployment::of(fixture).await else { return };
        let api = &deployment.stack.api;
        let mut grace = as_person(deployment.person("Grace"));
        grace.name = "Somebody Else".to_owned();
        let _ = api.signup(&grace).await.expect_problem(409, "email_taken");

        let barbara = as_person(deployment.person("Barbara"));
        let _ = api.login(&barbara).await.expect_problem(429, "too_many_attempts");
        let _ = deployment.stack.from(2).login(&barbara).await.expect(200);

        let jwks = deployment.fixture["tables"]["public-keys"][0]["jwks"]["S"].as_str().unwrap();
        let published = api.send(api.get("/.well-known/jwks.json")).await.expect(200).json();
        assert_eq!(published, serde_json::from_str::<Value>(jwks).unwrap());
        let _ = api.signup(&Person::new()).await.expect(201);
    }
}

/// Version 0.1 has no digest keys, no generation and no sessions.
#[tokio::test]
async fn users_of_before_change_their_password_and_delete_their_account() {
    for fixture in [UUID_IDS, INTEGER_IDS] {
        let Some(deployment) = Deployment::of(fixture).await else { return };
        let (stack, api) = (&deployment.stack, &deployment.stack.api);
        let old = as_person(deployment.person("Grace"));
        let token = api.login(&old).await.expect(200).token();
        let digest_key = |items: Vec<HashMap<String, AttributeValue>>| {
            items.into_iter().find_map(|mut item| item.remove("digest_key")).unwrap()
        };
        assert_eq!(
            digest_key(stack.items("DIGEST_KEYS_TABLE").await),
            digest_key(stack.items("SIGNING_KEYS_TABLE").await)
        );

        let new = Person { password: Person::new().password, ..old.clone() };
        let change = json!({"password": old.password, "newPassword": new.password});
        let _ = api.change_password(&token, &change).await.expect(204);
        let _ = api.login(&old).await.expect_problem(401, "invalid_credentials");
        let token = api.login(&new).await.expect(200).token();
        let _ = api.delete_account(&token, &json!({"password": new.password})).await.expect(204);
        let _ = api.me(&token).await.expect_problem(401, "invalid_token");
    }
}
