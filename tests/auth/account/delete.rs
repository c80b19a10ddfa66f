//! `POST /auth/account/delete`.

use api_tests::{OwnStack, Person, Session, claims_of, own_stack, set_cookies_of, shared_api};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::store::TableSpec;
use shared::store::schema::{ATTEMPTS, OUTBOX, PENDING, TABLES};

fn password_of(person: &Person) -> Value {
    json!({"password": person.password})
}

/// What these tables hold expires by itself, after so many hours at the latest: counters when the window after theirs ends, what
/// waits for a code an hour after the code, and mails after seven days.
const EXPIRING: [(&TableSpec, u64); 3] = [(&ATTEMPTS, 2 * 24), (&PENDING, 24 + 1), (&OUTBOX, 7 * 24)];

/// Every table in which one of these texts stands, but for those whose items expire.
async fn traces(stack: &OwnStack, texts: &[&str]) -> Vec<&'static str> {
    let now = Clock::system().now().as_secs();
    let mut found = Vec::new();
    for spec in TABLES {
        for item in stack.items(spec.variable).await {
            if let Some((_spec, hours)) = EXPIRING.iter().find(|(expiring, _hours)| *expiring == spec) {
                let expires_at: u64 = item["expires_at"].as_n().unwrap().parse().unwrap();
                assert!(expires_at <= now + hours * 60 * 60, "{item:?}");
                continue;
            }
            let item = format!("{item:?}").to_lowercase();
            found.extend(texts.iter().any(|text| item.contains(&text.to_lowercase())).then_some(spec.suffix));
        }
    }
    found
}

/// The digest by which the log and the counters name an address.
async fn digest_of(stack: &OwnStack, address: &str) -> String {
    use shared::keys::{DigestKeySet, DigestKeyStore as _};
    let environment = TABLES.map(|spec| (spec.variable.to_owned(), stack.table(spec.variable)));
    let table = shared::store::DigestKeyTable::read(&environment.into_iter().collect(), &stack.dynamodb).unwrap();
    DigestKeySet::from_record(table.digest_keys().await.unwrap().unwrap()).digest.digest(&address.to_lowercase())
}

#[tokio::test]
async fn nothing_of_the_user_is_left_and_the_address_can_sign_up_again() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("LIMIT_PAIR", "10/900").variable("LIMIT_ACCOUNT", "10/900").start().await;
    let api = &stack.api;
    let (person, alone) = api.somebody().await;
    let (own, other) = (Session::log_in(api, &person).await, Session::log_in(api, &person).await);
    let (bystander, _token) = api.somebody().await;
    let id = claims_of(&alone)["sub"].as_str().unwrap().to_owned();
    let digest = digest_of(&stack, &person.email).await;
    let all_of_them = [id.as_str(), person.email.as_str(), digest.as_str()];
    assert_eq!(traces(&stack, &all_of_them).await, ["users", "credentials"]);

    let _ = api.delete_account(&own.access, &password_of(&person)).await.expect(204);
    assert!(traces(&stack, &all_of_them).await.is_empty());
    for token in [&alone, &own.access, &other.access] {
        let _ = api.me(token).await.expect_problem(401, "invalid_token");
        let _ = api.update_me(token, &json!({"name": "Ada"})).await.expect_problem(401, "invalid_token");
        let _ = api.delete_account(token, &password_of(&person)).await.expect_problem(401, "invalid_token");
    }
    for session in [&own, &other] {
        let _ = session.refresh(api).await.expect_problem(401, "invalid_refresh_token");
    }
    let _ = api.login(&person).await.expect_problem(401, "invalid_credentials");
    assert!(traces(&stack, &all_of_them).await.is_empty());
    let _ = api.login(&bystander).await.expect(200);
    let token = api.signup(&person).await.expect(201).token();
    assert_ne!(claims_of(&token)["sub"], id.as_str());
    let _ = api.me(&alone).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_stolen_token_alone_deletes_nothing() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let wrong = json!({"password": Person::new().password});
    let _ = api.delete_account(&token, &wrong).await.expect_problem(401, "invalid_credentials");
    for body in [json!({}), json!({"password": null}), json!({"password": 1})] {
        let answer = api.delete_account(&token, &body).await.expect_problem(422, "validation_failed");
        assert_eq!(answer.wrong_fields()[0].0, "password", "{body}");
    }
    let delete = || api.post("/auth/account/delete").json(&password_of(&person));
    let _ = api.send(delete()).await.expect_problem(401, "missing_token");
    let by_cookie = delete().header("cookie", format!("__Host-authToken={token}"));
    let _ = api.send(by_cookie).await.expect_problem(400, "token_transport_required");
    let _ = api.me(&token).await.expect(200);
}

#[tokio::test]
async fn with_the_token_in_a_cookie_both_cookies_are_dropped() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let delete = api.post("/auth/account/delete").json(&password_of(&person)).header("x-token-transport", "cookie");
    let answer = api.send(delete.header("cookie", format!("__Host-authToken={token}"))).await.expect(204);
    let dropped: Vec<_> = set_cookies_of(&answer).into_iter().map(|(name, value, _attributes)| (name, value)).collect();
    let expected = ["__Host-authToken", "__Host-refreshToken"].map(|name| (name.to_owned(), String::new()));
    assert_eq!(dropped, expected);
}

/// A refresh and a log-in have read the user when the deletion comes.
#[tokio::test]
async fn a_refresh_or_a_log_in_that_is_on_its_way_brings_nothing_back() {
    for log_in in [false, true] {
        let Some(stack) = own_stack() else { return };
        let stack = stack.start_behind_proxy(None).await;
        let api = &stack.api;
        let (person, token) = api.somebody().await;
        let session = Session::log_in(api, &person).await;
        let held = stack.proxy.hold_calls("UpdateItem", "#sessions", 1);
        let delete = async {
            held.reached(1).await;
            let _ = api.delete_account(&token, &password_of(&person)).await.expect(204);
            held.release();
        };
        let late = async {
            if log_in {
                let mut body = person.login_body();
                body["refresh"] = true.into();
                api.send(api.post("/auth/login").json(&body)).await
            } else {
                session.refresh(api).await
            }
        };
        let (late, ()) = tokio::join!(late, delete);
        let _ = late.expect_problem(401, if log_in { "invalid_credentials" } else { "invalid_refresh_token" });
        let users = stack.proxy.target().client().scan().table_name(stack.table("USERS_TABLE")).send().await.unwrap();
        assert_eq!(users.count(), 0);
    }
}

/// The deletion has checked the old password when it changes.
#[tokio::test]
async fn a_deletion_with_a_password_that_changes_meanwhile_deletes_nothing() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let api = &stack.api;
    let (person, _token) = api.somebody().await;
    let (thief, owner) = (Session::log_in(api, &person).await, Session::log_in(api, &person).await);
    let new = Person { password: Person::new().password, ..person.clone() };
    let held = stack.proxy.hold_next("TransactWriteItems");
    let overtake = async {
        held.reached(1).await;
        let body = json!({"password": person.password, "newPassword": new.password});
        let _ = api.change_password(&owner.access, &body).await.expect(204);
        held.release();
    };
    let body = password_of(&person);
    let (late, ()) = tokio::join!(api.delete_account(&thief.access, &body), overtake);
    let _ = late.expect_problem(401, "invalid_token");
    let _ = api.login(&new).await.expect(200);
}

/// What a restore can leave: the address is another account's by now.
#[tokio::test]
async fn of_racing_deletions_each_is_204_or_401_and_none_deletes_a_newer_account() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let held = stack.proxy.hold_next("TransactWriteItems");
    let overtake = async {
        held.reached(1).await;
        let _ = api.delete_account(&token, &password_of(&person)).await.expect(204);
        let newer = api.signup(&person).await.expect(201).token();
        held.release();
        newer
    };
    let body = password_of(&person);
    let (late, newer) = tokio::join!(api.delete_account(&token, &body), overtake);
    let _ = late.expect_problem(401, "invalid_token");
    let _ = api.me(&newer).await.expect(200);
    let _ = api.login(&person).await.expect(200);
}

/// Somebody else's credential stands at the address: it stays, and so does the whole account.
#[tokio::test]
async fn a_credential_that_becomes_somebody_elses_meanwhile_is_not_deleted() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let held = stack.proxy.hold_next("TransactWriteItems");
    let direct = stack.proxy.target().client();
    let overtake = async {
        held.reached(1).await;
        let update = direct.update_item().table_name(stack.table("CREDENTIALS_TABLE"));
        let update = update.key("email", AttributeValue::S(person.email.to_lowercase()));
        let update = update.update_expression("SET user_id = :other");
        let other = AttributeValue::S("somebody-else".to_owned());
        update.expression_attribute_values(":other", other).send().await.unwrap();
        held.release();
    };
    let body = password_of(&person);
    let (late, ()) = tokio::join!(api.delete_account(&token, &body), overtake);
    let _ = late.expect_problem(401, "invalid_credentials");
    let credentials = direct.scan().table_name(stack.table("CREDENTIALS_TABLE")).send().await.unwrap();
    assert_eq!(credentials.count(), 1);
    let _ = api.me(&token).await.expect(200);
}
