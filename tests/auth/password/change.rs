//! `POST /auth/password/change`.

use api_tests::{Api, OwnStack, Person, Session, TestClock, claims_of, own_stack, shared_api};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use serde_json::{Value, json};

/// What a change from the person's password to another one sends.
fn change(person: &Person, new: &str) -> Value {
    json!({"password": person.password, "newPassword": new})
}

/// The same person with another password, which is as good.
fn renewed(person: &Person) -> Person {
    Person { password: Person::new().password, ..person.clone() }
}

async fn assert_has_password(api: &Api, person: &Person) {
    let _ = api.login(person).await.expect(200);
}

async fn generations(stack: &OwnStack) -> [Option<AttributeValue>; 2] {
    let mut generations = [None, None];
    for (generation, table) in generations.iter_mut().zip(["USERS_TABLE", "CREDENTIALS_TABLE"]) {
        *generation = stack.items(table).await.pop().unwrap().remove("generation");
    }
    generations
}

#[tokio::test]
async fn the_new_password_logs_in_and_all_that_the_old_one_has_opened_ends_but_the_callers_own_session() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let (old, alone) = api.somebody().await;
    let (own, other) = (Session::log_in(api, &old).await, Session::log_in(api, &old).await);
    let own = own.refreshed(api).await;
    let mut old = old;
    for generation in 1..3 {
        let new = renewed(&old);
        let _ = api.change_password(&own.access, &change(&old, &new.password)).await.expect(204);
        let _ = api.login(&old).await.expect_problem(401, "invalid_credentials");
        let token = api.login(&new).await.expect(200).token();
        assert_eq!(claims_of(&token)["gen"], generation);
        let expected = Some(AttributeValue::N(generation.to_string()));
        assert_eq!(generations(&stack).await, [expected.clone(), expected]);
        old = new;
    }
    for ended in [&alone, &other.access] {
        let _ = api.me(ended).await.expect_problem(401, "invalid_token");
    }
    let _ = other.refresh(api).await.expect_problem(401, "invalid_refresh_token");
    let own = own.refreshed(api).await;
    let _ = api.me(&own.access).await.expect(200);
    let user = stack.items("USERS_TABLE").await.pop().unwrap();
    assert!(user.contains_key("tokens_valid_after"), "a version of before, which knows no generation, revives nothing");
}

#[tokio::test]
async fn a_token_without_a_session_ends_with_the_rest() {
    let api = shared_api();
    let (old, token) = api.somebody().await;
    let new = renewed(&old);
    let _ = api.change_password(&token, &change(&old, &new.password)).await.expect(204);
    let _ = api.me(&token).await.expect_problem(401, "invalid_token");
    assert_has_password(&api, &new).await;
}

#[tokio::test]
async fn whoever_holds_the_token_alone_changes_nothing() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let new = Person::new().password;
    let _ = api
        .change_password(&token, &json!({"password": Person::new().password, "newPassword": new}))
        .await
        .expect_problem(401, "invalid_credentials");
    for password in [Value::Null, json!(1)] {
        let body = json!({"password": password, "newPassword": new});
        let answer = api.change_password(&token, &body).await.expect_problem(422, "validation_failed");
        assert_eq!(answer.wrong_fields()[0].0, "password");
    }
    let _ = api.me(&token).await.expect(200);
    assert_has_password(&api, &person).await;
}

#[tokio::test]
async fn a_new_password_is_as_at_sign_up_and_another_one() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    for (new, code) in [
        ("short", "too_short"),
        ("password1", "too_weak"),
        ("Grace Hopper 1", "too_weak"),
        (&"x".repeat(129), "too_long"),
        (&person.password, "same_password"),
    ] {
        let answer = api.change_password(&token, &change(&person, new)).await;
        assert_eq!(answer.status, 422, "{new}");
        assert_eq!(answer.wrong_fields(), [("newPassword".to_owned(), code.to_owned())], "{new}");
    }
    assert_has_password(&api, &person).await;
}

#[tokio::test]
async fn it_takes_a_good_token_and_in_a_cookie_the_header_that_only_a_page_of_ours_can_send() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let new = renewed(&person);
    let request = || api.post("/auth/password/change").json(&change(&person, &new.password));
    let _ = api.send(request()).await.expect_problem(401, "missing_token");
    let _ = api.send(request().bearer_auth("forged")).await.expect_problem(401, "invalid_token");
    let by_cookie = || request().header("cookie", format!("__Host-authToken={token}"));
    let _ = api.send(by_cookie()).await.expect_problem(400, "token_transport_required");
    let _ = api.send(by_cookie().header("x-token-transport", "cookie")).await.expect(204);
    assert_has_password(&api, &new).await;
}

/// Guesses with a stolen token and guesses at log-in are counted together.
#[tokio::test]
async fn a_stolen_token_buys_no_further_guesses() {
    for (limit, elsewhere) in [("LIMIT_PAIR", false), ("LIMIT_ACCOUNT", true), ("LIMIT_ADDRESS", true)] {
        let Some(stack) = own_stack() else { return };
        let stack = stack.clock(TestClock::standing_still().clock()).variable(limit, "3/86400").start().await;
        let (person, token) = stack.api.somebody().await;
        let thief = if elsewhere { stack.from(2) } else { stack.from(1) };
        let guess = change(&renewed(&person), &Person::new().password);
        let _ = thief.login(&renewed(&person)).await.expect(401);
        let _ = thief.change_password(&token, &guess).await.expect_problem(401, "invalid_credentials");
        let _ = thief.delete_account(&token, &guess).await.expect_problem(401, "invalid_credentials");
        let right = change(&person, &Person::new().password);
        for refused in [&guess, &right] {
            let _ = thief.change_password(&token, refused).await.expect_problem(429, "too_many_attempts");
            let _ = thief.delete_account(&token, refused).await.expect_problem(429, "too_many_attempts");
        }
        let _ = thief.login(&person).await.expect_problem(429, "too_many_attempts");
        let _ = stack.api.me(&token).await.expect(200);
    }
}

#[tokio::test]
async fn a_weak_password_uses_up_no_attempt() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.clock(TestClock::standing_still().clock()).variable("LIMIT_PAIR", "1/86400").start().await;
    let (person, token) = stack.api.somebody().await;
    for _ in 0..3 {
        let _ = stack.api.change_password(&token, &change(&person, "password1")).await.expect(422);
    }
    let _ = stack.api.change_password(&token, &change(&person, &Person::new().password)).await.expect(204);
}

#[tokio::test]
async fn of_50_racing_changes_one_wins() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let (person, _token) = api.somebody().await;
    let session = Session::log_in(api, &person).await;
    let passwords: Vec<_> = (0..50).map(|_| Person::new().password).collect();
    let racing = passwords.iter().map(|new| async {
        let body = change(&person, new);
        api.change_password(&session.access, &body).await
    });
    let answers = join_all(racing).await;
    let mut winners = Vec::new();
    for (answer, new) in answers.iter().zip(&passwords) {
        assert!([204, 401, 503].contains(&answer.status), "{answer:?}");
        let logs_in = api.login(&Person { password: new.clone(), ..person.clone() }).await.status == 200;
        assert_eq!(answer.status == 204, logs_in, "{answer:?}");
        winners.extend(logs_in.then_some(new));
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(generations(&stack).await[0], Some(AttributeValue::N("1".to_owned())));
    let _ = session.refreshed(api).await;
}

/// A log-in with other parameters of Argon2 replaces the hash while the change is on its way.
#[tokio::test]
async fn a_change_that_meets_a_renewed_hash_or_a_refresh_of_its_own_session_is_tried_again() {
    let Some(stack) = own_stack() else { return };
    let slow = stack.start_behind_proxy(None).await;
    let fast = own_stack().unwrap().beside_proxied(&slow).variable("ARGON2_PASSES", "3");
    let fast = fast.variable("ISSUER", slow.api.url()).start().await;
    let (person, _token) = slow.api.somebody().await;
    let session = Session::log_in(&slow.api, &person).await;
    let held = slow.proxy.hold_next("TransactWriteItems");
    let meanwhile = async {
        held.reached(1).await;
        let _ = fast.api.login(&person).await.expect(200);
        let refreshed = session.refreshed(&fast.api).await;
        held.release();
        refreshed
    };
    let new = renewed(&person);
    let body = change(&person, &new.password);
    let (changed, refreshed) = tokio::join!(slow.api.change_password(&session.access, &body), meanwhile);
    let _ = changed.expect(204);
    let _ = slow.api.login(&person).await.expect_problem(401, "invalid_credentials");
    assert_has_password(&slow.api, &new).await;
    let _ = refreshed.refreshed(&slow.api).await;
}

/// Both have read the account before either writes it.
#[tokio::test]
async fn a_session_that_a_log_in_with_the_old_password_begins_meanwhile_does_not_outlive_the_change() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let new = renewed(&person);

    // The log-in is slower.
    let held = stack.proxy.hold_calls("UpdateItem", "SET #sessions", 1);
    let mut body = person.login_body();
    body["refresh"] = true.into();
    let overtake = async {
        held.reached(1).await;
        let _ = api.change_password(&token, &change(&person, &new.password)).await.expect(204);
        held.release();
    };
    let (late, ()) = tokio::join!(api.send(api.post("/auth/login").json(&body)), overtake);
    let _ = late.expect_problem(401, "invalid_credentials");

    // The change is slower.
    let token = api.login(&new).await.expect(200).token();
    let newest = renewed(&person);
    let held = stack.proxy.hold_next("TransactWriteItems");
    let overtake = async {
        held.reached(1).await;
        let session = Session::log_in(api, &new).await;
        held.release();
        session
    };
    let body = change(&new, &newest.password);
    let (changed, session) = tokio::join!(api.change_password(&token, &body), overtake);
    let _ = changed.expect(204);
    let _ = api.me(&session.access).await.expect_problem(401, "invalid_token");
    let _ = session.refresh(api).await.expect_problem(401, "invalid_refresh_token");
    assert_has_password(api, &newest).await;
}

/// After a restore the address may be another account's. Its password does not speak for this one.
#[tokio::test]
async fn the_password_of_whoever_has_the_address_now_is_not_the_users() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let update = stack.dynamodb.update_item().table_name(stack.table("CREDENTIALS_TABLE"));
    let update = update.key("email", AttributeValue::S(person.email.to_lowercase()));
    let update = update.update_expression("SET user_id = :other");
    let other = AttributeValue::S("01a20fd7-f5c3-7b8f-af50-c42188bc36b1".to_owned());
    update.expression_attribute_values(":other", other).send().await.unwrap();
    let before = stack.items("CREDENTIALS_TABLE").await;
    let body = change(&person, &Person::new().password);
    let _ = api.change_password(&token, &body).await.expect_problem(401, "invalid_credentials");
    let _ = api.delete_account(&token, &body).await.expect_problem(401, "invalid_credentials");
    assert_eq!(stack.items("CREDENTIALS_TABLE").await, before);
    let _ = api.me(&token).await.expect(200);
}

#[tokio::test]
async fn without_the_keys_it_says_what_to_do_and_a_log_in_makes_them() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    stack.clear("DIGEST_KEYS_TABLE").await;
    clock.advance(std::time::Duration::from_millis(5 * 60 * 1000 + 1));
    let body = change(&person, &Person::new().password);
    let answer = api.change_password(&token, &body).await.expect_problem(503, "no_keys_yet");
    assert_eq!(answer.header("retry-after"), Some("1"));
    let _ = api.delete_account(&token, &body).await.expect_problem(503, "no_keys_yet");
    let token = api.login(&person).await.expect(200).token();
    let _ = api.change_password(&token, &body).await.expect(204);
}
