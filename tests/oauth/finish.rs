//! `POST /auth/oauth/login`: what a code is good for, and what its token is.

use std::sync::Arc;
use std::time::Duration;

use api_tests::{OwnStack, Person, Session, TestClock, claims_of, own_stack, set_cookie_of, set_cookies_of};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use serde_json::json;
use shared::domain::Provider;
use shared::environment::Environment;
use shared::keys::KeyAdministration;
use shared::store::SigningKeyTables;
use shared::store::schema::TABLES;

use super::support::{Proof, SignIns, Someone, user_of};

const MINUTE: Duration = Duration::from_mins(1);
const MILLISECOND: Duration = Duration::from_millis(1);
const ALMOST_TEN_MINUTES: Duration = Duration::from_millis(10 * 60 * 1000 - 1);
const ALMOST_A_ROTATION: Duration = Duration::from_mins(30 * 24 * 60 - 1);

async fn start() -> Option<(OwnStack, SignIns)> {
    let stack = own_stack()?.start().await;
    let sign_ins = SignIns::at(&stack);
    Some((stack, sign_ins))
}

/// A stack whose clock stands still.
async fn start_at_a_standstill() -> Option<(OwnStack, SignIns, TestClock)> {
    let clock = TestClock::standing_still();
    let stack = own_stack()?.clock(clock.clock()).start().await;
    let sign_ins = SignIns::by(&clock.clock(), &stack);
    Some((stack, sign_ins, clock))
}

#[tokio::test]
async fn a_code_without_its_verifier_is_401() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let proof = sign_ins.of(&Someone::at(Provider::Google)).await;
    let other = sign_ins.of(&Someone::at(Provider::Google)).await;
    let challenge = oauth::Challenge::of(&proof.verifier).as_str().to_owned();
    for verifier in ["", &other.verifier, &challenge, proof.verifier.split_at(1).1, &format!("{} ", proof.verifier)] {
        let stolen = Proof { verifier: verifier.to_owned(), ..proof.clone() };
        let _ = stolen.log_in(api).await.expect_problem(401, "invalid_code");
    }
    let _ = proof.log_in(api).await.expect(201);
}

#[tokio::test]
async fn a_code_with_one_bit_flipped_anywhere_is_401() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let proof = sign_ins.of(&Someone::at(Provider::Google)).await;
    let bytes = URL_SAFE_NO_PAD.decode(&proof.code).unwrap();
    for place in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << (place % 8);
        let forged = Proof { code: URL_SAFE_NO_PAD.encode(flipped), ..proof.clone() };
        let _ = forged.log_in(api).await.expect_problem(401, "invalid_code");
    }
    for text in ["", "a", proof.code.split_at(1).1, &format!("{}AAAA", proof.code), &proof.verifier] {
        let forged = Proof { code: text.to_owned(), ..proof.clone() };
        let _ = forged.log_in(api).await.expect_problem(401, "invalid_code");
    }
    let _ = proof.log_in(api).await.expect(201);
}

#[tokio::test]
async fn a_code_of_another_deployment_is_401() {
    let (Some((ours, _)), Some((_theirs, their_sign_ins))) = (start().await, start().await) else { return };
    let proof = their_sign_ins.of(&Someone::at(Provider::Google)).await;
    let _ = proof.log_in(&ours.api).await.expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn of_fifty_racing_uses_of_a_code_one_succeeds() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Github);
    for success in [201, 200] {
        let proof = sign_ins.of(&someone).await;
        let answers =
            join_all(
                (0..50).map(|number| {
                    let proof = &proof;
                    async move {
                        if number % 2 == 0 { proof.log_in(api).await } else { proof.log_in_with_session(api).await }
                    }
                }),
            )
            .await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status < 400);
        assert_eq!(good.iter().map(|answer| answer.status).collect::<Vec<_>>(), [success], "{bad:?}");
        // A write that keeps meeting others asks to come back.
        assert!(bad.iter().all(|answer| [401, 503].contains(&answer.status)), "{bad:?}");
    }
    assert_eq!(stack.items("USERS_TABLE").await.len(), 1);
    let sessions = stack.items("USERS_TABLE").await[0]["sessions"].as_m().unwrap().len();
    assert!(sessions <= 2, "who loses the race leaves no session: {sessions}");
}

#[tokio::test]
async fn a_code_works_once_also_in_the_next_window_of_every_limit() {
    let Some((stack, sign_ins, clock)) = start_at_a_standstill().await else { return };
    let proof = sign_ins.of(&Someone::at(Provider::X)).await;
    let _ = proof.log_in(&stack.api).await.expect(201);
    for _ in 0..9 {
        clock.advance(MINUTE);
        let _ = proof.log_in(&stack.api).await.expect_problem(401, "invalid_code");
    }
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes_to_the_second() {
    let Some((stack, sign_ins, clock)) = start_at_a_standstill().await else { return };
    let [last, late] = [Someone::at(Provider::Google), Someone::at(Provider::Google)];
    let (last, late) = (sign_ins.of(&last).await, sign_ins.of(&late).await);
    clock.advance(ALMOST_TEN_MINUTES);
    let _ = last.log_in(&stack.api).await.expect(201);
    clock.advance(MILLISECOND);
    let _ = late.log_in(&stack.api).await.expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn after_a_revocation_no_code_from_before_is_good() {
    let Some((stack, sign_ins, clock)) = start_at_a_standstill().await else { return };
    let proof = sign_ins.of(&Someone::at(Provider::Google)).await;
    let names: Environment =
        TABLES.map(|spec| (spec.variable.to_owned(), stack.table(spec.variable))).into_iter().collect();
    let keys = KeyAdministration::new(Arc::new(SigningKeyTables::read(&names, &stack.dynamodb).unwrap()));
    keys.revoke(clock.clock().now()).await.unwrap();
    // A function goes on with the keys in its memory for five minutes.
    clock.advance(5 * MINUTE + MILLISECOND);
    let _ = proof.log_in(&stack.api).await.expect_problem(401, "invalid_code");
    let _ = sign_ins.log_in(&stack.api, &Someone::at(Provider::Google)).await.expect(201);
}

#[tokio::test]
async fn a_rotation_between_start_and_finish_is_not_noticed() {
    let Some((stack, sign_ins, clock)) = start_at_a_standstill().await else { return };
    let before = stack.api.published_kids().await;
    clock.advance(ALMOST_A_ROTATION);
    let proof = sign_ins.of(&Someone::at(Provider::Google)).await;
    clock.advance(6 * MINUTE);
    let answer = proof.log_in(&stack.api).await.expect(201);
    assert_eq!(api_tests::kid_of(&answer.token()), before[1], "the keys have rotated");
}

#[tokio::test]
async fn the_token_says_how_and_when_the_provider_proved_it() {
    let Some((stack, sign_ins, clock)) = start_at_a_standstill().await else { return };
    let api = &stack.api;
    for with_session in [false, true] {
        let someone = Someone::at(Provider::Google);
        for status in [201, 200] {
            let proven_at = clock.clock().now().as_secs();
            let proof = sign_ins.of(&someone).await;
            clock.advance(7 * MINUTE);
            let answer = if with_session { proof.log_in_with_session(api).await } else { proof.log_in(api).await };
            let token = answer.expect(status).token();
            let claims = claims_of(&token);
            assert_eq!((&claims["auth_time"], &claims["amr"]), (&json!(proven_at), &json!(["fed"])), "{claims}");
            assert_eq!(claims["iat"], clock.clock().now().as_secs());
            assert_eq!((claims.get("sid").is_some(), claims.get("gen").is_some()), (with_session, !with_session));
            let _ = api.me(&token).await.expect(200);
        }
    }
}

#[tokio::test]
async fn a_session_of_a_providers_log_in_refreshes_is_listed_and_ends_like_any_other() {
    let Some((stack, sign_ins, clock)) = start_at_a_standstill().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Facebook);
    let proven_at = clock.clock().now().as_secs();
    let first = sign_ins.session(api, &someone).await;
    clock.advance(MINUTE);
    let second = sign_ins.session(api, &someone).await;
    let first = first.refreshed(api).await;
    let claims = claims_of(&first.access);
    assert_eq!((&claims["auth_time"], &claims["amr"]), (&json!(proven_at), &json!(["fed"])), "a refresh copies them");
    let listed = api.send(api.get("/auth/sessions").bearer_auth(&first.access)).await.expect(200).json();
    assert_eq!(listed["sessions"].as_array().unwrap().len(), 2);

    let end = api.post("/auth/sessions/end").bearer_auth(&first.access).json(&json!({"others": true}));
    let _ = api.send(end).await.expect(204);
    let _ = second.refresh(api).await.expect_problem(401, "invalid_refresh_token");
    let log_out = api.post("/auth/logout").json(&json!({"refreshToken": first.refresh}));
    let _ = api.send(log_out).await.expect(204);
    let _ = first.refresh(api).await.expect_problem(401, "invalid_refresh_token");
    let _ = api.me(&first.access).await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_new_session_takes_the_place_of_the_one_that_the_browser_had() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Google);
    let old = sign_ins.session(api, &someone).await;
    let mut body = sign_ins.of(&someone).await.body();
    body["refresh"] = true.into();
    let again = api.post("/auth/oauth/login").bearer_auth(&old.access).json(&body);
    let new = Session::of(&api.send(again).await.expect(200));
    let _ = old.refresh(api).await.expect_problem(401, "invalid_refresh_token");
    let _ = new.refreshed(api).await;
}

#[tokio::test]
async fn ten_sessions_stay_and_the_eleventh_takes_the_oldest_place() {
    let Some((stack, sign_ins, clock)) = start_at_a_standstill().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Oidc);
    let oldest = sign_ins.session(api, &someone).await;
    for _ in 0..10 {
        clock.advance(MINUTE);
        let _ = sign_ins.session(api, &someone).await;
    }
    let _ = oldest.refresh(api).await.expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn by_cookie_the_tokens_are_in_cookies_alone() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Google);
    for status in [201, 200] {
        let by_cookie = |body| api.post("/auth/oauth/login").header("x-token-transport", "cookie").json(&body);
        let answer = api.send(by_cookie(sign_ins.of(&someone).await.body())).await.expect(status);
        assert_eq!(answer.json(), json!({"tokenType": "Bearer", "expiresIn": 86400}));
        let (name, token, _attributes) = set_cookie_of(&answer);
        assert_eq!(name, "__Host-authToken");
        let _ = api.me(&token).await.expect(200);

        let mut body = sign_ins.of(&someone).await.body();
        body["refresh"] = true.into();
        let answer = api.send(by_cookie(body)).await.expect(200);
        let names: Vec<_> = set_cookies_of(&answer).into_iter().map(|(name, _, _)| name).collect();
        assert_eq!((names.len(), answer.json().get("refreshToken")), (2, None), "{names:?}");
    }
}

#[tokio::test]
async fn a_refresh_cookie_of_somebody_else_does_not_survive_a_log_in_by_cookie() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let other = Session::sign_up(api, &Person::new()).await;
    let body = sign_ins.of(&Someone::at(Provider::Google)).await.body();
    let log_in = api.post("/auth/oauth/login").header("x-token-transport", "cookie").json(&body);
    let log_in = log_in.header("cookie", format!("__Host-refreshToken={}", other.refresh));
    let cookies = set_cookies_of(&api.send(log_in).await.expect(201));
    let dropped: Vec<_> = cookies.iter().filter(|(_, value, _)| value.is_empty()).map(|(name, _, _)| name).collect();
    assert_eq!(dropped, ["__Host-refreshToken"]);
}

#[tokio::test]
async fn a_first_sign_in_counts_as_a_sign_up_and_a_later_one_does_not() {
    let clock = TestClock::standing_still();
    let Some(stack) = own_stack() else { return };
    let stack = stack.clock(clock.clock()).variable("LIMIT_SIGNUP", "2/3600").variable("LIMIT_ADDRESS", "100/3600");
    let stack = stack.start().await;
    let sign_ins = SignIns::by(&clock.clock(), &stack);
    let api = &stack.api;
    let someone = Someone::at(Provider::Google);
    let _ = sign_ins.log_in(api, &someone).await.expect(201);
    for _ in 0..3 {
        let taken = someone.also_at(Provider::Github);
        let _ = sign_ins.log_in(api, &taken).await.expect_problem(409, "email_taken");
    }
    let _ = api.signup(&Person::new()).await.expect(201);
    let refused = sign_ins.of(&Someone::at(Provider::X)).await;
    let _ = refused.log_in(api).await.expect_problem(429, "too_many_attempts");
    let _ = sign_ins.log_in(api, &someone).await.expect(200);
    let _ = refused.log_in(&stack.from(2)).await.expect(201);
}

#[tokio::test]
async fn a_user_of_a_provider_has_an_id_of_the_deployments_kind() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("USER_IDS", "integer").start().await;
    let sign_ins = SignIns::at(&stack);
    let answer = sign_ins.log_in(&stack.api, &Someone::at(Provider::Google)).await.expect(201);
    assert!(user_of(&answer).bytes().all(|byte| byte.is_ascii_digit()), "{}", user_of(&answer));
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let Some((stack, _sign_ins)) = start().await else { return };
    let api = &stack.api;
    for (body, expected) in [
        (json!({}), vec![("code", "required"), ("code_verifier", "required")]),
        (
            json!({"code": 1, "code_verifier": null, "refresh": "yes"}),
            vec![("code", "wrong_type"), ("code_verifier", "required"), ("refresh", "wrong_type")],
        ),
    ] {
        let answer = api.send(api.post("/auth/oauth/login").json(&body)).await.expect_problem(422, "validation_failed");
        let expected: Vec<_> = expected.into_iter().map(|(field, code)| (field.to_owned(), code.to_owned())).collect();
        assert_eq!(answer.wrong_fields(), expected);
    }
}

#[tokio::test]
async fn a_page_of_an_origin_that_is_not_listed_ends_no_sign_in() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    let (api, proof) = (&stack.api, SignIns::at(&stack).of(&Someone::at(Provider::Google)).await);
    let from = |origin: &str| api.post("/auth/oauth/login").header("origin", origin).json(&proof.body());
    let _ = api.send(from("https://evil.example")).await.expect_problem(403, "origin_not_allowed");
    let _ = api.send(from("https://app.example.com")).await.expect(201);
}

#[tokio::test]
async fn a_sign_in_whose_answer_was_lost_on_the_way_makes_one_user() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let (api, sign_ins) = (&stack.api, SignIns::behind_proxy(&stack));
    let someone = Someone::at(Provider::Google);
    stack.proxy.fail("TransactWriteItems", 1, api_tests::Fault::LoseAnswer);
    let first = sign_ins.log_in(api, &someone).await.expect(201);
    assert_eq!(user_of(&sign_ins.log_in(api, &someone).await.expect(200)), user_of(&first));
}

#[tokio::test]
async fn whoever_was_overtaken_with_the_same_new_identity_does_not_count_as_a_sign_up() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("LIMIT_SIGNUP", "2/86400").start_behind_proxy(None).await;
    let (api, sign_ins) = (&stack.api, SignIns::behind_proxy(&stack));
    let someone = Someone::at(Provider::Google);
    let (slow, fast) = (sign_ins.of(&someone).await, sign_ins.of(&someone).await);
    let held = stack.proxy.hold_next("TransactWriteItems");
    let overtake = async {
        held.reached(1).await;
        let _ = fast.log_in(api).await.expect(201);
        held.release();
    };
    let (slow, ()) = tokio::join!(slow.log_in(api), overtake);
    let _ = slow.expect(200);
    let _ = sign_ins.log_in(api, &Someone::at(Provider::X)).await.expect(201);
    let _ = sign_ins.log_in(api, &Someone::at(Provider::X)).await.expect_problem(429, "too_many_attempts");
}
