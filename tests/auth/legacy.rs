//! Users of another system that gives nobody its hashes: it is asked once whether a password is right.

use std::collections::HashMap;

use api_tests::{Api, OwnStack, Person, Reply, ScriptedProvider, claims_of, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::domain::{CredentialChanges, CredentialStore as _, EmailAddress, PasswordHash};
use shared::store::CredentialTable;

/// The id that the person has in the old system.
const ID: &str = "9007199254740990";
const LOG_IN: &str = "/log-in";

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

/// Imports somebody without a hash.
async fn import(stack: &OwnStack, id: &str, person: &Person) {
    let user = HashMap::from([
        ("id".to_owned(), text(id)),
        ("email".to_owned(), text(&person.email)),
        ("email_verified".to_owned(), AttributeValue::Bool(true)),
        ("created_at".to_owned(), AttributeValue::N("1795562141123".to_owned())),
        ("sessions".to_owned(), AttributeValue::M(HashMap::new())),
    ]);
    let credential = HashMap::from([
        ("email".to_owned(), text(&person.email.to_lowercase())),
        ("user_id".to_owned(), text(id)),
        ("legacy".to_owned(), AttributeValue::Bool(true)),
    ]);
    for (variable, item) in [("USERS_TABLE", user), ("CREDENTIALS_TABLE", credential)] {
        stack.dynamodb.put_item().table_name(stack.table(variable)).set_item(Some(item)).send().await.unwrap();
    }
}

/// The one credential there is: its hash, if it has one, and whether the old system knows its password.
async fn credential(stack: &OwnStack) -> (Option<String>, bool) {
    let items = stack.items("CREDENTIALS_TABLE").await;
    let [credential] = items.as_slice() else { panic!("{items:?}") };
    let hash = credential.get("password_hash").map(|hash| hash.as_s().unwrap().clone());
    (hash, credential.contains_key("legacy"))
}

async fn assert_has_hash_of_ours(stack: &OwnStack) {
    let (hash, is_legacy) = credential(stack).await;
    assert!(hash.is_some_and(|hash| hash.starts_with("$argon2id$v=19$")));
    assert!(!is_legacy);
}

fn with_other_password(person: &Person) -> Person {
    Person { password: Person::new().password, ..person.clone() }
}

/// A stack that asks an old system of the test's own, and somebody who was imported.
struct World {
    old: ScriptedProvider,
    stack: OwnStack,
    person: Person,
}

impl World {
    async fn new() -> Option<Self> {
        let old = ScriptedProvider::start().await;
        let stack = own_stack()?.variable("LEGACY_LOGIN", &format!("{}{LOG_IN}", old.url()));
        Self::of(old, stack.start().await).await
    }

    async fn of_cognito() -> Option<Self> {
        let old = ScriptedProvider::start().await;
        let stack = own_stack()?
            .variable("LEGACY_LOGIN", "cognito:eu-central-1:4example")
            .variable("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", old.url());
        Self::of(old, stack.start().await).await
    }

    async fn of(old: ScriptedProvider, stack: OwnStack) -> Option<Self> {
        let person = Person::new();
        import(&stack, ID, &person).await;
        Some(Self { old, stack, person })
    }

    fn api(&self) -> &Api {
        &self.stack.api
    }

    async fn assert_unchanged(&self) {
        assert_eq!(credential(&self.stack).await, (None, true));
    }
}

#[tokio::test]
async fn xano_is_asked_once() {
    let Some(old) = own_stack() else { return };
    let old = old.variable("USER_IDS", "integer").start().await;
    let (person, token) = old.api.somebody().await;
    let id = claims_of(&token)["sub"].as_str().unwrap().to_owned();
    let workspace = format!("xano:{}/api:jVuUQATw/auth/login", old.api.url());
    let stack = own_stack().unwrap().variable("LEGACY_LOGIN", &workspace).start().await;
    import(&stack, &id, &person).await;

    let wrong = with_other_password(&person);
    let _ = stack.api.login(&wrong).await.expect_problem(401, "invalid_credentials");
    assert_eq!(credential(&stack).await, (None, true));
    let token = stack.api.login(&person).await.expect(200).token();
    assert_eq!(claims_of(&token)["sub"], id.as_str());
    assert_has_hash_of_ours(&stack).await;

    drop(old);
    let _ = stack.api.login(&person).await.expect(200);
    let _ = stack.api.login(&wrong).await.expect_problem(401, "invalid_credentials");
}

/// Whoever takes the address there later, or took it since, must not get this account.
#[tokio::test]
async fn another_user_of_the_old_system_gets_nothing() {
    let Some(old) = own_stack() else { return };
    let old = old.variable("USER_IDS", "integer").start().await;
    let (person, _token) = old.api.somebody().await;
    let workspace = format!("xano:{}/api:jVuUQATw/auth/login", old.api.url());
    let stack = own_stack().unwrap().variable("LEGACY_LOGIN", &workspace).start().await;
    import(&stack, ID, &person).await;
    let _ = stack.api.login(&person).await.expect_problem(401, "invalid_credentials");
    assert_eq!(credential(&stack).await, (None, true));
}

#[tokio::test]
async fn any_endpoint_is_asked_with_what_was_typed() {
    for id in [json!(ID), json!(ID.parse::<u64>().unwrap())] {
        let Some(mut world) = World::new().await else { return };
        world.person.password.push_str("e\u{301}");
        world.old.reply(LOG_IN, Reply::Json(200, json!({"id": id})));
        let login =
            json!({"email": world.person.email.to_uppercase(), "password": world.person.password, "refresh": true});
        let login = world.api().post("/auth/login").json(&login);
        let _ = world.api().send(login).await.expect(200);
        let [call] = world.old.take_calls().try_into().unwrap();
        assert_eq!(call.json, json!({"email": world.person.email, "password": world.person.password}));
        assert_eq!(
            (call.method.as_str(), &call.headers["content-type"]),
            ("POST", &"application/json".parse().unwrap())
        );
        assert_has_hash_of_ours(&world.stack).await;
        let _ = world.api().login(&world.person).await.expect(200);
        assert!(world.old.take_calls().is_empty(), "it is asked once");
    }
}

#[tokio::test]
async fn a_no_is_401_and_whatever_is_neither_is_503() {
    let Some(world) = World::new().await else { return };
    for no in [401, 403] {
        world.old.reply(LOG_IN, Reply::Json(no, json!({"id": ID})));
        let _ = world.api().login(&world.person).await.expect_problem(401, "invalid_credentials");
    }
    world.old.reply(LOG_IN, Reply::Json(200, json!({"id": "another"})));
    let _ = world.api().login(&world.person).await.expect_problem(401, "invalid_credentials");
    world.old.reply("/elsewhere", Reply::Json(200, json!({"id": ID})));
    for neither in [
        Reply::Json(200, json!({"user": ID})),
        Reply::Json(200, json!({"id": {"is": ID}})),
        Reply::Json(204, Value::Null),
        Reply::Json(404, json!({"id": ID})),
        Reply::Json(500, json!({"id": ID})),
        Reply::Text(200, "<html>".to_owned()),
        Reply::Redirect(format!("{}/elsewhere", world.old.url())),
        Reply::Huge,
        Reply::Stalled,
    ] {
        world.old.reply(LOG_IN, neither.clone());
        let answer = world.api().login(&world.person).await;
        assert_eq!(answer.status, 503, "{neither:?}");
        let _ = answer.expect_problem(503, "unavailable");
    }
    let calls = world.old.take_calls();
    assert!(calls.iter().all(|call| call.path == LOG_IN), "no redirect is followed");
    world.assert_unchanged().await;
}

#[tokio::test]
async fn the_old_system_hears_of_its_own_users_alone() {
    let Some(world) = World::new().await else { return };
    world.old.reply(LOG_IN, Reply::Json(200, json!({"id": ID})));
    let (neighbour, _token) = world.api().somebody().await;
    for login in [&with_other_password(&neighbour), &Person::new()] {
        let _ = world.api().login(login).await.expect_problem(401, "invalid_credentials");
    }
    let _ = world.api().login(&neighbour).await.expect(200);
    // Without the mark, an account without a hash is nobody's to answer for.
    let email = world.person.email.to_lowercase();
    world.stack.remove("CREDENTIALS_TABLE", &email, "legacy").await;
    let _ = world.api().login(&world.person).await.expect_problem(401, "invalid_credentials");
    // With a hash, the mark says nothing: the password may have been set anew.
    world.stack.set("CREDENTIALS_TABLE", &email, "legacy", AttributeValue::Bool(true)).await;
    let neighbours = world.stack.items("CREDENTIALS_TABLE").await;
    let of_neighbour = neighbours.iter().find_map(|item| item.get("password_hash")).unwrap();
    world.stack.set("CREDENTIALS_TABLE", &email, "password_hash", of_neighbour.clone()).await;
    let _ = world.api().login(&world.person).await.expect_problem(401, "invalid_credentials");
    assert!(world.old.take_calls().is_empty());
}

#[tokio::test]
async fn a_refused_attempt_asks_nobody() {
    let Some(stack) = own_stack() else { return };
    let old = ScriptedProvider::start().await;
    let stack = stack.variable("LEGACY_LOGIN", &format!("{}{LOG_IN}", old.url())).variable("LIMIT_PAIR", "1/86400");
    let world = World::of(old, stack.start().await).await.unwrap();
    world.old.reply(LOG_IN, Reply::Json(401, json!({})));
    let _ = world.api().login(&world.person).await.expect_problem(401, "invalid_credentials");
    let _ = world.api().login(&world.person).await.expect_problem(429, "too_many_attempts");
    assert_eq!(world.old.count_calls(LOG_IN), 1);
}

#[tokio::test]
async fn a_disabled_user_is_told_after_the_right_password_alone() {
    let Some(world) = World::new().await else { return };
    world.stack.set("USERS_TABLE", ID, "disabled_at", AttributeValue::N("1795562141123".to_owned())).await;
    world.old.reply(LOG_IN, Reply::Json(401, json!({})));
    let _ = world.api().login(&world.person).await.expect_problem(401, "invalid_credentials");
    world.old.reply(LOG_IN, Reply::Json(200, json!({"id": ID})));
    let _ = world.api().login(&world.person).await.expect_problem(403, "account_disabled");
    world.assert_unchanged().await;
}

/// A reset that commits while the old system is being asked must not be overwritten by the old password.
#[tokio::test]
async fn a_hash_that_is_set_meanwhile_stays() {
    let Some(world) = World::new().await else { return };
    let variables = world.stack.table_variables().into_iter().map(|(name, value)| (name.to_owned(), value));
    let credentials = CredentialTable::read(&variables.collect(), &world.stack.dynamodb).unwrap();
    let email = EmailAddress::parse(&world.person.email).unwrap();
    let read = credentials.credential(&email).await.unwrap().unwrap();
    assert!(read.is_legacy());
    let hash = |text: &str| PasswordHash::from_stored(text.to_owned());
    let changes = |text| CredentialChanges { password_hash: Some(hash(text)), known_sources: None };
    let set_anew = AttributeValue::S("set by the reset".to_owned());
    world.stack.set("CREDENTIALS_TABLE", email.canonical(), "password_hash", set_anew).await;
    credentials.change_credential(&email, &read, &changes("of the old password")).await.unwrap();
    assert_eq!(credential(&world.stack).await.0.as_deref(), Some("set by the reset"));
    // Nor does a credential come back that was deleted.
    world.stack.clear("CREDENTIALS_TABLE").await;
    credentials.change_credential(&email, &read, &changes("of the old password")).await.unwrap();
    assert!(world.stack.items("CREDENTIALS_TABLE").await.is_empty());
}

/// A token of Cognito's, as far as it is read.
fn result_of(sub: &str) -> Value {
    let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let token = format!("{}.{}.c2lnbmF0dXJl", part(json!({"alg": "RS256"})), part(json!({"sub": sub})));
    json!({"AuthenticationResult": {"AccessToken": token, "ExpiresIn": 3600, "TokenType": "Bearer"}})
}

#[tokio::test]
async fn cognito_is_asked_once() {
    let Some(world) = World::of_cognito().await else { return };
    let no = |kind: &str| Reply::Json(400, json!({"__type": kind, "message": "Incorrect username or password."}));
    for kind in ["NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException"] {
        world.old.reply("/", no(kind));
        let _ = world.api().login(&world.person).await.expect_problem(401, "invalid_credentials");
    }
    for (status, body) in [(400, json!({"__type": "TooManyRequestsException"})), (200, json!({})), (500, json!({}))] {
        world.old.reply("/", Reply::Json(status, body));
        let _ = world.api().login(&world.person).await.expect_problem(503, "unavailable");
    }
    // A second factor there would be dropped here.
    world.old.reply("/", Reply::Json(200, json!({"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "x"})));
    let _ = world.api().login(&world.person).await.expect_problem(403, "password_reset_required");
    world.old.reply("/", Reply::Json(200, result_of("another")));
    let _ = world.api().login(&world.person).await.expect_problem(401, "invalid_credentials");
    world.assert_unchanged().await;

    let _ = world.old.take_calls();
    world.old.reply("/", Reply::Json(200, result_of(ID)));
    let _ = world.api().login(&world.person).await.expect(200);
    assert_has_hash_of_ours(&world.stack).await;
    let [call] = world.old.take_calls().try_into().unwrap();
    assert_eq!(call.headers["x-amz-target"], "AWSCognitoIdentityProviderService.InitiateAuth");
    assert_eq!(call.headers["content-type"], "application/x-amz-json-1.1");
    assert!(!call.headers.contains_key("authorization"));
    let parameters = json!({"USERNAME": world.person.email, "PASSWORD": world.person.password});
    let expected = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "4example", "AuthParameters": parameters});
    assert_eq!(call.json, expected);
}
