//! Accounts that an operator finds and changes.

use std::collections::HashMap;

use api_tests::{Delivery, DynamoDbProxy, OwnStack, Person, Session, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::store::schema::{CREDENTIALS, IDENTITIES, OUTBOX, USERS};

use crate::command::{Outcome, run, run_at, run_beside};

/// How often a change is tried that others overtake.
const TRIES: usize = 10;

async fn users(stack: &OwnStack, arguments: &[&str]) -> Outcome {
    run_beside(stack, &[&["users"], arguments].concat()).await
}

/// Runs a command that reads this from standard input.
async fn users_reading(stack: &OwnStack, arguments: &[&str], input: &str) -> Outcome {
    let arguments = [&["users"], arguments, &["--dynamodb-url", stack.local_dynamodb().url()]].concat();
    run(&arguments, &stack.table_variables(), input).await
}

/// What a command says with `--json`, line by line.
async fn told(stack: &OwnStack, arguments: &[&str]) -> Vec<Value> {
    let said = users(stack, &[arguments, &["--json"]].concat()).await.expect_success();
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn id_of(stack: &OwnStack, token: &str) -> String {
    stack.api.me(token).await.expect(200).json()["id"].as_str().unwrap().to_owned()
}

/// Links an identity to a user, as the function does.
async fn link(stack: &OwnStack, user: &str, key: &str) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item = HashMap::from([
        (IDENTITIES.key.to_owned(), text(key)),
        ("user_id".to_owned(), text(user)),
        ("linked_at".to_owned(), AttributeValue::N("1795788300000".to_owned())),
    ]);
    let put = stack.dynamodb.put_item().table_name(stack.table(IDENTITIES.variable));
    put.set_item(Some(item)).send().await.unwrap();
    let update = stack.dynamodb.update_item().table_name(stack.table(USERS.variable)).key(USERS.key, text(user));
    let value = AttributeValue::Ss(vec![format!("google#{key}")]);
    update.update_expression("ADD identities :it").expression_attribute_values(":it", value).send().await.unwrap();
}

/// The address, digest and id of somebody lead to the same user, and nobody else's do.
#[tokio::test]
async fn a_user_is_found_by_address_digest_and_id() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    let _ = stack.api.somebody().await;
    let id = id_of(&stack, &token).await;
    let digest = run_beside(&stack, &["digest", "--email", &person.email]).await.expect_success();
    let shouted = person.email.to_uppercase();
    for by in [["--email", &shouted], ["--digest", digest.trim()], ["--id", &id]] {
        let said = users(&stack, &[&["find"][..], &by].concat()).await.expect_success();
        assert!(said.contains(&id) && said.contains(&person.email) && said.contains("unverified"), "{by:?}: {said}");
        let found = told(&stack, &[&["find"][..], &by].concat()).await;
        assert_eq!((found.len(), found[0]["id"].as_str()), (1, Some(id.as_str())));
    }
    for by in [["--email", "nobody@example.com"], ["--digest", "nothing"], ["--id", "nobody"]] {
        let said = users(&stack, &[&["find"][..], &by].concat()).await.expect_refusal();
        assert!(said.contains("no such user"), "{said}");
    }
    let said = users(&stack, &["find", "--email", "nobody"]).await.expect_refusal();
    assert!(said.contains("not an email address"), "{said}");
}

#[tokio::test]
async fn an_account_is_shown_with_everything_but_its_secrets() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    let _session = Session::log_in(&stack.api, &person).await;
    let id = id_of(&stack, &token).await;
    link(&stack, &id, "https://accounts.google.com#1").await;
    let said = users(&stack, &["show", &id]).await.expect_success();
    for part in [&person.email, &person.name, "argon2id", "google#https://accounts.google.com#1", "session"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let shown = &told(&stack, &["show", &id]).await[0];
    assert_eq!((&shown["email"], &shown["password"]), (&json!(person.email), &json!("argon2id")));
    let identity = json!({"provider": "google", "issuer": "https://accounts.google.com", "subject": "1"});
    assert_eq!((&shown["identities"], shown["sessions"].as_array().unwrap().len()), (&json!([identity]), 1));
    assert!(!shown.to_string().contains("$argon2id") && !said.contains("$argon2id"), "{shown}");
}

#[tokio::test]
async fn a_list_has_everybody_however_many_pages_there_are_and_can_be_narrowed_down() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (_person, token) = stack.api.somebody().await;
        ids.push(id_of(&stack, &token).await);
    }
    // A page has at most 1 MB.
    for id in &ids {
        let update = stack.dynamodb.update_item().table_name(stack.table(USERS.variable));
        let update = update.key(USERS.key, AttributeValue::S(id.clone())).update_expression("SET padding = :it");
        let padding = AttributeValue::S("x".repeat(390_000));
        update.expression_attribute_values(":it", padding).send().await.unwrap();
    }
    let listed = |lines: Vec<Value>| {
        let mut ids: Vec<_> = lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(listed(told(&stack, &["list"]).await), ids);
    assert_eq!(users(&stack, &["list"]).await.expect_success().lines().count(), 3);

    let _ = users(&stack, &["disable", &ids[0]]).await.expect_success();
    let _ = users(&stack, &["verify-email", &ids[1]]).await.expect_success();
    assert_eq!(listed(told(&stack, &["list", "--disabled"]).await), ids[..1]);
    assert_eq!(listed(told(&stack, &["list", "--unverified"]).await), [ids[0].clone(), ids[2].clone()]);
    assert_eq!(listed(told(&stack, &["list", "--unverified", "--disabled"]).await), ids[..1]);
    assert_eq!(listed(told(&stack, &["list", "--since", "2020-01-01T00:00:00Z"]).await), ids);
    assert!(told(&stack, &["list", "--since", "2120-01-01T00:00:00Z"]).await.is_empty());
    assert!(told(&stack, &["list", "--legacy"]).await.is_empty());
    assert_eq!(told(&stack, &["list", "--hashes"]).await, [json!({"password": "argon2id", "users": 3})]);

    let update = stack.dynamodb.update_item().table_name(stack.table(CREDENTIALS.variable));
    let email = told(&stack, &["show", &ids[2]]).await[0]["email"].as_str().unwrap().to_lowercase();
    let update = update.key(CREDENTIALS.key, AttributeValue::S(email));
    let update = update.update_expression("REMOVE password_hash SET legacy = :yes");
    update.expression_attribute_values(":yes", AttributeValue::Bool(true)).send().await.unwrap();
    assert_eq!(listed(told(&stack, &["list", "--legacy"]).await), ids[2..]);
    let kinds = told(&stack, &["list", "--hashes"]).await;
    assert_eq!(kinds, [json!({"password": "argon2id", "users": 2}), json!({"password": "legacy", "users": 1})]);
}

#[tokio::test]
async fn an_account_that_an_operator_makes_is_one_like_any_other() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let person = Person::new();
    let create = ["create", "--email", &person.email, "--name", &person.name];
    let said = users_reading(&stack, &create, &format!("{}\n", person.password)).await.expect_success();
    let token = stack.api.login(&person).await.expect(200).token();
    let me = stack.api.me(&token).await.expect(200).json();
    assert!(said.contains(me["id"].as_str().unwrap()) && !said.contains(&person.password), "{said}");
    assert_eq!(
        (&me["email"], &me["name"], &me["email_verified"]),
        (&json!(person.email), &json!(person.name), &json!(false))
    );
    let _ = stack.api.signup(&person).await.expect_problem(409, "email_taken");

    let said = users_reading(&stack, &create, &person.password).await.expect_refusal();
    assert!(said.contains("another account has this email address"), "{said}");
    let other = Person::new();
    for (password, reason) in
        [("short", "at least 8 characters"), ("password1", "Add another word"), ("", "at least 8")]
    {
        let said = users_reading(&stack, &["create", "--email", &other.email], password).await.expect_refusal();
        assert!(said.contains(reason), "{password}: {said}");
    }
    let _ = stack.api.login(&other).await.expect_problem(401, "invalid_credentials");

    let made = told(&stack, &["create", "--email", &other.email, "--random", "--verified"]).await;
    let password = made[0]["password"].as_str().unwrap().to_owned();
    let token = stack.api.login(&Person { password, ..other }).await.expect(200).token();
    assert_eq!(stack.api.me(&token).await.expect(200).json()["email_verified"], json!(true));
}

/// Somebody has taken an account over, and its owner has asked for help.
#[tokio::test]
async fn a_password_that_an_operator_sets_ends_every_other_way_into_the_account() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    let session = Session::log_in(&stack.api, &person).await;
    let id = id_of(&stack, &token).await;
    let thiefs = "https://accounts.google.com#666";
    link(&stack, &id, thiefs).await;
    let _ = users(&stack, &["verify-email", &id]).await.expect_success();

    let said = users_reading(&stack, &["set-password", &id], "ten-Amber-teapots\n").await.expect_refusal();
    assert!(said.contains("--yes"), "{said}");
    let said = users_reading(&stack, &["set-password", &id, "--yes"], "password1\n").await.expect_refusal();
    assert!(said.contains("Add another word"), "{said}");
    let _ = stack.api.me(&token).await.expect(200);
    let said = users_reading(&stack, &["set-password", &id, "--yes"], "ten-Amber-teapots\n").await.expect_success();
    assert!(said.contains(&id) && !said.contains("teapots"), "{said}");

    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
    let _ = session.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
    let _ = stack.api.login(&person).await.expect_problem(401, "invalid_credentials");
    let owner = Person { password: "ten-Amber-teapots".to_owned(), ..person };
    let token = stack.api.login(&owner).await.expect(200).token();
    let me = stack.api.me(&token).await.expect(200).json();
    assert_eq!((&me["identities"], &me["email_verified"]), (&json!([]), &json!(true)));
    assert!(stack.items(IDENTITIES.variable).await.is_empty(), "a link of the thief is left");
    let notices = stack.items(OUTBOX.variable).await;
    let is_notice =
        |item: &HashMap<String, AttributeValue>| item["kind"] == AttributeValue::S("password_changed".to_owned());
    assert_eq!(notices.iter().filter(|item| is_notice(item)).count(), 1, "{notices:?}");

    let random = told(&stack, &["set-password", &id, "--random", "--yes"]).await;
    let password = random[0]["password"].as_str().unwrap().to_owned();
    let _ = stack.api.login(&owner).await.expect_problem(401, "invalid_credentials");
    let _ = stack.api.login(&Person { password, ..owner }).await.expect(200);
}

/// Whoever had taken the account over could otherwise still move it to an address of theirs.
#[tokio::test]
async fn a_password_that_an_operator_sets_ends_a_change_of_address() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "on").start().await;
    let (api, mails) = (&stack.api, Delivery::beside(&stack, Clock::system()));
    let (person, token) = api.somebody().await;
    let id = id_of(&stack, &token).await;
    let elsewhere = Person::new().email;
    let post =
        async |path: &str, token: &str, body: &Value| api.send(api.post(path).bearer_auth(token).json(body)).await;
    let change = json!({"email": elsewhere, "password": person.password});
    let _ = post("/auth/email/change", &token, &change).await.expect(202);
    let code = json!({"code": mails.digits("change", &elsewhere).await});

    let told = told(&stack, &["set-password", &id, "--random", "--yes"]).await;
    let owner = Person { password: told[0]["password"].as_str().unwrap().to_owned(), ..person };
    let owners = api.login(&owner).await.expect(200).token();
    for (token, refusal) in [(&token, "invalid_token"), (&owners, "invalid_code")] {
        let _ = post("/auth/email/change/confirm", token, &code).await.expect_problem(401, refusal);
    }
    assert_eq!(api.me(&owners).await.expect(200).json()["email"], json!(owner.email));
}

#[tokio::test]
async fn what_others_overtake_is_tried_again_and_given_up_in_the_end() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;
    let id = id_of(&stack, &token).await;
    let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
    let disable = async |times: usize| {
        let mut held = proxy.hold_next("TransactWriteItems");
        let overtaking = async {
            for time in 1..=times {
                held.reached(1).await;
                let generation = AttributeValue::N(format!("{times}{time}"));
                stack.set(USERS.variable, &id, "generation", generation).await;
                let next = (time < times).then(|| proxy.hold_next("TransactWriteItems"));
                held.release();
                held = next.unwrap_or_default();
            }
        };
        let arguments = ["users", "disable", &id];
        let (outcome, ()) = tokio::join!(run_at(proxy.dynamodb().url(), &stack, &arguments), overtaking);
        outcome
    };
    let said = disable(TRIES).await.expect_refusal();
    assert!(said.contains("others kept changing user") && said.contains("nothing was done"), "{said}");
    assert_eq!(told(&stack, &["show", &id]).await[0]["disabled_at"], Value::Null);
    let _ = disable(TRIES - 1).await.expect_success();
    assert!(told(&stack, &["show", &id]).await[0]["disabled_at"].is_u64());
}

#[tokio::test]
async fn nobody_stays_logged_in_who_is_disabled_and_nothing_of_before_is_good_when_they_are_enabled() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    let session = Session::log_in(&stack.api, &person).await;
    let (_other, others) = stack.api.somebody().await;
    let id = id_of(&stack, &token).await;
    let said = users(&stack, &["disable", &id]).await.expect_success();
    assert!(said.contains(&id), "{said}");
    let first = told(&stack, &["show", &id]).await[0]["disabled_at"].as_u64().unwrap();
    let _ = users(&stack, &["disable", &id]).await.expect_success();
    assert_eq!(told(&stack, &["show", &id]).await[0]["disabled_at"].as_u64(), Some(first));

    for again in ["disabled", "enabled"] {
        let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
        let _ = session.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
        if again == "disabled" {
            let _ = users(&stack, &["enable", &id]).await.expect_success();
        }
    }
    let new = stack.api.login(&person).await.expect(200).token();
    for good in [&new, &others] {
        let _ = stack.api.me(good).await.expect(200);
    }
    assert_eq!(told(&stack, &["show", &id]).await[0]["disabled_at"], Value::Null);
}

/// As after a restore of one table alone.
#[tokio::test]
async fn a_user_without_a_credential_can_be_disabled_and_is_told_of_when_a_password_is_set() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;
    let id = id_of(&stack, &token).await;
    stack.clear("CREDENTIALS_TABLE").await;
    let refused = users(&stack, &["set-password", &id, "--random", "--yes"]).await.expect_refusal();
    assert!(refused.contains("restore the table Credentials"), "{refused}");
    let _ = users(&stack, &["disable", &id]).await.expect_success();
    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_deleted_account_leaves_nothing_and_its_address_can_sign_up_again() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    let id = id_of(&stack, &token).await;
    link(&stack, &id, "https://accounts.google.com#1").await;
    let said = users(&stack, &["delete", &id]).await.expect_refusal();
    assert!(said.contains("--yes"), "{said}");
    let _ = stack.api.me(&token).await.expect(200);
    let _ = users(&stack, &["delete", &id, "--yes"]).await.expect_success();
    for table in [&USERS, &CREDENTIALS, &IDENTITIES] {
        assert!(stack.items(table.variable).await.is_empty(), "{}", table.suffix);
    }
    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
    let _ = stack.api.signup(&person).await.expect(201);
}

#[tokio::test]
async fn claims_are_set_shown_and_taken_away_and_bad_ones_are_refused() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;
    let id = id_of(&stack, &token).await;
    let claims = r#"{"plan":"pro","scope":"orders:read"}"#;
    let _ = users(&stack, &["claims", "set", &id, claims]).await.expect_success();
    assert_eq!(users(&stack, &["claims", "show", &id]).await.expect_success(), format!("{claims}\n"));
    let _ = stack.api.me(&token).await.expect(200);
    for (wrong, reason) in [("[]", "JSON object"), (r#"{"sub":"root"}"#, "sub"), (r#"{"a":{"b":{"c":[]}}}"#, "nested")]
    {
        let said = users(&stack, &["claims", "set", &id, wrong]).await.expect_refusal();
        assert!(said.contains(reason), "{said}");
    }
    assert_eq!(told(&stack, &["claims", "show", &id]).await, [json!({"plan": "pro", "scope": "orders:read"})]);
    let _ = users(&stack, &["claims", "set", &id, "{}", "--end-tokens"]).await.expect_success();
    assert_eq!(users(&stack, &["claims", "show", &id]).await.expect_success(), "{}\n");
    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_reset_is_mailed_if_there_is_mail() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    let id = id_of(&stack, &token).await;
    stack.clear(OUTBOX.variable).await;
    let _ = users(&stack, &["send-reset", &id]).await.expect_success();
    let intents = stack.items(OUTBOX.variable).await;
    let text = |name: &str| intents[0][name].as_s().unwrap().clone();
    assert_eq!((intents.len(), text("kind"), text("email")), (1, "reset".to_owned(), person.email));

    stack.dynamodb.delete_table().table_name(stack.table(OUTBOX.variable)).send().await.unwrap();
    let said = users(&stack, &["send-reset", &id]).await.expect_refusal();
    assert!(said.contains("no mail"), "{said}");
}

#[tokio::test]
async fn a_profile_is_replaced_shown_and_removed_and_bad_ones_are_refused() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;
    let id = id_of(&stack, &token).await;
    let too_long = json!({"a": "x".repeat(1024)}).to_string();
    for profile in [r#"{"company":"Acme","tags":["a"]}"#, "{}"] {
        let _ = users(&stack, &["profile", "set", &id, profile]).await.expect_success();
        assert_eq!(users(&stack, &["profile", "show", &id]).await.expect_success(), format!("{profile}\n"));
        let shown = stack.api.me(&token).await.expect(200).json()["profile"].clone();
        let expected: Value = serde_json::from_str(profile).unwrap();
        assert_eq!(if shown.is_null() { json!({}) } else { shown }, expected);
        for (wrong, reason) in [("[]", "JSON object"), (too_long.as_str(), "1024 bytes")] {
            let said = users(&stack, &["profile", "set", &id, wrong]).await.expect_refusal();
            assert!(said.contains(reason), "{said}");
        }
        assert_eq!(told(&stack, &["profile", "show", &id]).await, [expected]);
    }
    assert!(!stack.items(USERS.variable).await[0].contains_key("profile"));
}

#[tokio::test]
async fn an_invitation_makes_one_account_with_its_claims_and_for_its_address() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("SIGNUP", "invited").start().await;
    let (ada, other) = (Person::new(), Person::new());
    let claims = r#"{"role":"editor"}"#;
    let told = told(&stack, &["invite", "--email", &ada.email, "--claims", claims, "--days", "1"]).await;
    let with = |person: &Person, code: &str| {
        let mut body = person.signup_body();
        body["invite"] = json!(code);
        stack.api.send(stack.api.post("/auth/signup").json(&body))
    };
    let code = told[0]["invite"].as_str().unwrap();
    assert!(!format!("{:?}", stack.items("PENDING_TABLE").await).contains(code), "the code is stored");
    let _ = with(&other, code).await.expect_problem(403, "invalid_invite");
    let _ = with(&ada, code).await.expect(201);
    let _ = with(&Person::new(), code).await.expect_problem(403, "invalid_invite");
    assert_eq!(stack.items(USERS.variable).await[0]["claims"], AttributeValue::S(claims.to_owned()));
    for (wrong, reason) in [(["--claims", "[]"], "JSON object"), (["--email", "nobody"], "not an email address")] {
        let said = users(&stack, &[&["invite"][..], &wrong].concat()).await.expect_refusal();
        assert!(said.contains(reason), "{said}");
    }
}

#[tokio::test]
async fn sessions_end_as_by_tokens_end() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    let session = Session::log_in(&stack.api, &person).await;
    let _ = users(&stack, &["end-sessions", &id_of(&stack, &token).await]).await.expect_success();
    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
    let _ = session.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
    let _ = stack.api.login(&person).await.expect(200);
}

#[tokio::test]
async fn nobody_is_made_by_a_command_about_a_user_who_is_not_there() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    for arguments in [
        &["show", "nobody"][..],
        &["set-password", "nobody", "--random", "--yes"],
        &["disable", "nobody"],
        &["enable", "nobody"],
        &["delete", "nobody", "--yes"],
        &["claims", "show", "nobody"],
        &["profile", "show", "nobody"],
        &["profile", "set", "nobody", "{}"],
        &["claims", "set", "nobody", "{}"],
        &["verify-email", "nobody"],
        &["send-reset", "nobody"],
        &["end-sessions", "nobody"],
    ] {
        let said = users(&stack, arguments).await.expect_refusal();
        assert!(said.contains("there is no user \"nobody\""), "{arguments:?}: {said}");
    }
    assert!(stack.items(USERS.variable).await.is_empty());
}
