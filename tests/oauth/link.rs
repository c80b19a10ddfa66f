//! `POST /auth/oauth/link`.

use std::time::Duration;

use api_tests::{OwnStack, Person, Session, TestClock, claims_of, own_stack};
use futures_util::future::join_all;
use serde_json::json;
use shared::domain::Provider;

use super::support::{Proof, SignIns, Someone, linked_to, me, unlink, user_of};

const SECOND: Duration = Duration::from_secs(1);

async fn start() -> Option<(OwnStack, SignIns)> {
    let stack = own_stack()?.start().await;
    let sign_ins = SignIns::at(&stack);
    Some((stack, sign_ins))
}

/// A link by somebody who made another page begin the sign-in, or whose page began it while somebody else is logged in.
#[tokio::test]
async fn a_link_needs_the_page_that_began_it_and_the_user_who_is_logged_in() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (_victim, token) = api.somebody().await;
    let (attackers, victims) = (Someone::at(Provider::Google), Someone::at(Provider::Github));
    let attackers = sign_ins.of(&attackers).await;
    let other_page = Proof { verifier: sign_ins.of(&victims).await.verifier, ..attackers.clone() };
    let _ = other_page.link(api, &token).await.expect_problem(401, "invalid_code");

    let link = || api.post("/auth/oauth/link").json(&attackers.body());
    let _ = api.send(link()).await.expect_problem(401, "missing_token");
    let _ = api.send(link().bearer_auth("forged")).await.expect_problem(401, "invalid_token");
    let by_cookie = || link().header("cookie", format!("__Host-authToken={token}"));
    let _ = api.send(by_cookie()).await.expect_problem(400, "token_transport_required");
    let other_site = by_cookie().header("x-token-transport", "cookie").header("origin", "https://evil.example");
    let restricted = own_stack().unwrap().beside(&stack).variable("ALLOWED_ORIGINS", "https://app.example.com");
    let restricted = restricted.variable("ISSUER", api.url()).start().await;
    let other_site = restricted.api.post("/auth/oauth/link").headers(other_site.build().unwrap().headers().clone());
    let other_site = other_site.json(&attackers.body());
    let _ = restricted.api.send(other_site).await.expect_problem(403, "origin_not_allowed");
    assert_eq!(me(api, &token).await["identities"], json!([]));

    let _ = api.send(by_cookie().header("x-token-transport", "cookie")).await.expect(204);
    assert_eq!(me(api, &token).await["identities"], json!(["google"]));
}

#[tokio::test]
async fn a_link_needs_a_log_in_of_the_last_ten_minutes() {
    let clock = TestClock::standing_still();
    let Some(stack) = own_stack() else { return };
    let stack = stack.clock(clock.clock()).start().await;
    let sign_ins = SignIns::by(&clock.clock(), &stack);
    let api = &stack.api;
    let person = Person::new();
    let password = api.signup(&person).await.expect(201).token();
    let session = Session::log_in(api, &person).await;
    let provider = sign_ins.log_in(api, &Someone::at(Provider::Google)).await.expect(201).token();
    clock.advance(600 * SECOND);
    let session = session.refreshed(api).await;
    for token in [&password, &session.access, &provider] {
        let _ = sign_ins.of(&Someone::at(Provider::X)).await.link(api, token).await.expect(204);
    }
    clock.advance(SECOND);
    let session = session.refreshed(api).await;
    for token in [&password, &session.access, &provider] {
        let proof = sign_ins.of(&Someone::at(Provider::X)).await;
        let _ = proof.link(api, token).await.expect_problem(403, "reauthentication_required");
        let _ = unlink(api, token, Provider::X).await.expect_problem(403, "reauthentication_required");
    }
    let token = api.login(&person).await.expect(200).token();
    let _ = sign_ins.of(&Someone::at(Provider::X)).await.link(api, &token).await.expect(204);
}

/// Whoever got into an account through a provider cannot add a way in of their own.
#[tokio::test]
async fn a_user_who_has_a_password_links_and_unlinks_with_it_alone() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (owner, token) = api.somebody().await;
    let someone = Someone::at(Provider::Google);
    let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
    let by_provider = sign_ins.log_in(api, &someone).await.expect(200).token();
    let session = sign_ins.session(api, &someone).await;
    for token in [&by_provider, &session.access] {
        let proof = sign_ins.of(&Someone::at(Provider::Github)).await;
        let _ = proof.link(api, token).await.expect_problem(403, "reauthentication_required");
        let _ = unlink(api, token, Provider::Google).await.expect_problem(403, "reauthentication_required");
        let with_password = api.login(&owner).await.expect(200).token();
        let _ = proof.link(api, &with_password).await.expect(204);
    }
}

#[tokio::test]
async fn there_may_be_ten_identities_and_no_more() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (_owner, token) = api.somebody().await;
    for number in 0..9 {
        let provider = Provider::ALL[number % 5];
        let _ = sign_ins.of(&Someone::at(provider)).await.link(api, &token).await.expect(204);
    }
    let proofs = join_all((0..4).map(|_| async { sign_ins.of(&Someone::at(Provider::Oidc)).await })).await;
    let answers = join_all(proofs.iter().map(|proof| proof.link(api, &token))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409, 409, 409], "{answers:?}");
    for answer in answers.into_iter().filter(|answer| answer.status == 409) {
        let _ = answer.expect_problem(409, "too_many_identities");
    }
    assert_eq!(stack.items("USERS_TABLE").await[0]["identities"].as_ss().unwrap().len(), 10);
    assert_eq!(stack.items("IDENTITIES_TABLE").await.len(), 10);
}

#[tokio::test]
async fn of_fifty_racing_links_with_one_code_one_succeeds() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let tokens = join_all((0..5).map(|_| async { api.somebody().await.1 })).await;
    let someone = Someone::at(Provider::Google);
    let proof = sign_ins.of(&someone).await;
    let answers = join_all((0..50).map(|number| proof.link(api, &tokens[number % 5]))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| [204, 401, 409, 503].contains(&answer.status)), "{answers:?}");
    let linked = linked_to(&stack, &someone).await.unwrap();
    let with_identity: Vec<_> =
        stack.items("USERS_TABLE").await.into_iter().filter(|user| user.contains_key("identities")).collect();
    assert_eq!(with_identity.iter().map(|user| user["id"].as_s().unwrap()).collect::<Vec<_>>(), [&linked]);
}

/// Two users link one identity, each with a code of their own.
#[tokio::test]
async fn of_two_users_who_race_for_an_identity_one_gets_it() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let (api, sign_ins) = (&stack.api, SignIns::behind_proxy(&stack));
    let ((_slow, slow), (_fast, fast)) = (api.somebody().await, api.somebody().await);
    let someone = Someone::at(Provider::Google);
    let (slows, fasts) = (sign_ins.of(&someone).await, sign_ins.of(&someone).await);
    let held = stack.proxy.hold_next("TransactWriteItems");
    let overtake = async {
        held.reached(1).await;
        let _ = fasts.link(api, &fast).await.expect(204);
        held.release();
    };
    let (slow, ()) = tokio::join!(slows.link(api, &slow), overtake);
    let _ = slow.expect_problem(409, "identity_taken");
    let answer = sign_ins.log_in(api, &someone).await.expect(200);
    assert_eq!(user_of(&answer), claims_of(&fast)["sub"].as_str().unwrap());
}

#[tokio::test]
async fn a_link_and_a_log_in_that_race_with_one_new_identity_agree_on_its_user() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let (api, sign_ins) = (&stack.api, SignIns::behind_proxy(&stack));
    let (_owner, token) = api.somebody().await;
    let someone = Someone::at(Provider::Google);
    let (slow, fast) = (sign_ins.of(&someone).await, sign_ins.of(&someone).await);
    let held = stack.proxy.hold_next("TransactWriteItems");
    let overtake = async {
        held.reached(1).await;
        let _ = fast.link(api, &token).await.expect(204);
        held.release();
    };
    let (slow, ()) = tokio::join!(slow.log_in(api), overtake);
    assert_eq!(user_of(&slow.expect(200)), claims_of(&token)["sub"].as_str().unwrap());
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let Some((stack, _sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (_owner, token) = api.somebody().await;
    let link = api.post("/auth/oauth/link").bearer_auth(&token).json(&json!({"code": true}));
    let answer = api.send(link).await.expect_problem(422, "validation_failed");
    let wrong = [("code", "wrong_type"), ("code_verifier", "required")];
    assert_eq!(answer.wrong_fields(), wrong.map(|(field, code)| (field.to_owned(), code.to_owned())));
}
