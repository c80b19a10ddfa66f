//! `POST /auth/oauth/unlink`.

use api_tests::{OwnStack, Person, Session, claims_of, own_stack};
use serde_json::json;
use shared::domain::Provider;

use super::support::{SignIns, Someone, linked_to, me, unlink, user_item, user_of, with_provider, with_providers};

async fn start() -> Option<(OwnStack, SignIns)> {
    let stack = with_providers(own_stack()?).start().await;
    let sign_ins = SignIns::at(&stack);
    Some((stack, sign_ins))
}

#[tokio::test]
async fn every_session_but_the_callers_own_ends_and_every_token_without_one() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (owner, token) = api.somebody().await;
    let someone = Someone::at(Provider::Google);
    let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
    let of_provider = sign_ins.session(api, &someone).await;
    let stateless = sign_ins.log_in(api, &someone).await.expect(200).token();
    let (own, other) = (Session::log_in(api, &owner).await, Session::log_in(api, &owner).await);
    let own = own.refreshed(api).await;
    let _ = unlink(api, &own.access, Provider::Google).await.expect(204);
    for ended in [&token, &stateless, &of_provider.access, &other.access] {
        let _ = api.me(ended).await.expect_problem(401, "invalid_token");
    }
    for ended in [&of_provider, &other] {
        let _ = ended.refresh(api).await.expect_problem(401, "invalid_refresh_token");
    }
    let own = own.refreshed(api).await;
    let shown = me(api, &own.access).await;
    assert_eq!(shown["identities"], json!([]));
    let user = user_item(&stack, shown["id"].as_str().unwrap()).await;
    assert!(user.contains_key("tokens_valid_after"), "a version of before, which knows no generation, revives nothing");
    assert_eq!(linked_to(&stack, &someone).await, None);
}

#[tokio::test]
async fn without_a_session_the_callers_own_token_ends_too_and_the_password_still_logs_in() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (owner, token) = api.somebody().await;
    for generation in 1..3 {
        let token = if generation == 1 { token.clone() } else { api.login(&owner).await.expect(200).token() };
        let _ = sign_ins.of(&Someone::at(Provider::Google)).await.link(api, &token).await.expect(204);
        let _ = unlink(api, &token, Provider::Google).await.expect(204);
        let _ = api.me(&token).await.expect_problem(401, "invalid_token");
        let token = api.login(&owner).await.expect(200).token();
        assert_eq!(claims_of(&token)["gen"], generation);
        let _ = api.me(&token).await.expect(200);
        let _ = Session::log_in(api, &owner).await.refreshed(api).await;
    }
}

#[tokio::test]
async fn a_user_without_an_address_unlinks_too() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Google).without_email();
    let session = sign_ins.session(api, &someone).await;
    let other = Someone::at(Provider::X);
    let _ = sign_ins.of(&other).await.link(api, &session.access).await.expect(204);
    let _ = unlink(api, &session.access, Provider::Google).await.expect(204);
    assert_eq!(me(api, &session.refreshed(api).await.access).await["identities"], json!(["x"]));
}

#[tokio::test]
async fn every_identity_of_the_provider_goes_and_no_other() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let session = Session::sign_up(api, &Person::new()).await;
    let (one, two, other) =
        (Someone::at(Provider::Google), Someone::at(Provider::Google), Someone::at(Provider::Github));
    for someone in [&one, &two, &other] {
        let _ = sign_ins.of(someone).await.link(api, &session.access).await.expect(204);
    }
    let _ = unlink(api, &session.access, Provider::Google).await.expect(204);
    assert_eq!(me(api, &session.access).await["identities"], json!(["github"]));
    assert_eq!((linked_to(&stack, &one).await, linked_to(&stack, &two).await), (None, None));
    let _ = sign_ins.log_in(api, &other).await.expect(200);
}

/// An identity of a provider that is switched off, or of the issuer that a provider had before, logs nobody in.
#[tokio::test]
async fn what_no_configured_provider_vouches_for_is_no_way_left_to_log_in() {
    let Some(builder) = own_stack() else { return };
    let stack = with_providers(builder).start().await;
    let sign_ins = SignIns::at(&stack);
    let google = Someone::at(Provider::Google);
    let session = sign_ins.session(&stack.api, &google).await;
    let (x, github) = (Someone::at(Provider::X), Someone::at(Provider::Github));
    let _ = sign_ins.of(&x).await.link(&stack.api, &session.access).await.expect(204);

    let beside = || own_stack().unwrap().beside(&stack).variable("ISSUER", stack.api.url());
    let with_google = || with_provider(beside(), Provider::Google);
    let x_is_off = with_google().start().await;
    let x_has_moved = with_provider(with_google(), Provider::X).variable("OAUTH_X_URL", "https://x.example.com");
    let x_has_moved = x_has_moved.start().await;
    for api in [&x_is_off.api, &x_has_moved.api] {
        let _ = unlink(api, &session.access, Provider::Google).await.expect_problem(409, "last_sign_in_method");
        let _ = sign_ins.log_in(api, &google).await.expect(200);
    }
    let _ = sign_ins.of(&github).await.link(&stack.api, &session.access).await.expect(204);
    let _ = unlink(&x_is_off.api, &session.access, Provider::X).await.expect(204);
    let _ = unlink(&stack.api, &session.access, Provider::Google).await.expect(204);
    assert_eq!(me(&stack.api, &session.access).await["identities"], json!(["github"]));
}

#[tokio::test]
async fn what_is_not_linked_is_unlinked_already_and_no_token_ends() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let token = sign_ins.log_in(api, &Someone::at(Provider::Google)).await.expect(201).token();
    for provider in [Provider::Github, Provider::Facebook, Provider::X, Provider::Oidc] {
        let _ = unlink(api, &token, provider).await.expect(204);
    }
    let _ = api.me(&token).await.expect(200);
}

/// A user of two providers unlinks one in each of two tabs, at the same moment.
#[tokio::test]
async fn of_two_racing_unlinks_of_the_last_two_one_is_409() {
    let Some(stack) = own_stack() else { return };
    let stack = with_providers(stack).start_behind_proxy(None).await;
    let (api, sign_ins) = (&stack.api, SignIns::behind_proxy(&stack));
    let (google, x) = (Someone::at(Provider::Google), Someone::at(Provider::X));
    let session = sign_ins.session(api, &google).await;
    let _ = sign_ins.of(&x).await.link(api, &session.access).await.expect(204);
    let held = stack.proxy.hold_next("TransactWriteItems");
    let overtake = async {
        held.reached(1).await;
        let _ = unlink(api, &session.access, Provider::X).await.expect(204);
        held.release();
    };
    let (slow, ()) = tokio::join!(unlink(api, &session.access, Provider::Google), overtake);
    let _ = slow.expect_problem(409, "last_sign_in_method");
    let _ = sign_ins.log_in(api, &google).await.expect(200);
    let _ = sign_ins.log_in(api, &x.without_email()).await.expect(201);
}

/// Of two tokens without a session, the one that was faster ends the other.
#[tokio::test]
async fn a_racing_unlink_ends_the_token_of_the_slower_one() {
    let Some(stack) = own_stack() else { return };
    let stack = with_providers(stack).start_behind_proxy(None).await;
    let (api, sign_ins) = (&stack.api, SignIns::behind_proxy(&stack));
    let (google, x) = (Someone::at(Provider::Google), Someone::at(Provider::X));
    let token = sign_ins.log_in(api, &google).await.expect(201).token();
    let _ = sign_ins.of(&x).await.link(api, &token).await.expect(204);
    let held = stack.proxy.hold_next("TransactWriteItems");
    let overtake = async {
        held.reached(1).await;
        let _ = unlink(api, &token, Provider::X).await.expect(204);
        held.release();
    };
    let (slow, ()) = tokio::join!(unlink(api, &token, Provider::Google), overtake);
    let _ = slow.expect_problem(401, "invalid_token");
    assert_eq!(user_of(&sign_ins.log_in(api, &google).await.expect(200)), claims_of(&token)["sub"].as_str().unwrap());
}

/// The caller's session is written back as it was seen: one that moved on meanwhile must not fall behind its refresh token.
#[tokio::test]
async fn a_session_that_is_refreshed_while_its_user_unlinks_goes_on() {
    let Some(stack) = own_stack() else { return };
    let stack = with_providers(stack).start_behind_proxy(None).await;
    let (api, sign_ins) = (&stack.api, SignIns::behind_proxy(&stack));
    let session = Session::sign_up(api, &Person::new()).await;
    let _ = sign_ins.of(&Someone::at(Provider::Google)).await.link(api, &session.access).await.expect(204);
    let held = stack.proxy.hold_next("TransactWriteItems");
    let overtake = async {
        held.reached(1).await;
        let refreshed = session.refreshed(api).await;
        held.release();
        refreshed
    };
    let (answer, refreshed) = tokio::join!(unlink(api, &session.access, Provider::Google), overtake);
    let _ = answer.expect(204);
    let again = refreshed.refreshed(api).await;
    assert_eq!(me(api, &again.access).await["identities"], json!([]));
}

#[tokio::test]
async fn a_log_in_that_races_an_unlink_of_its_identity_does_not_outlive_it() {
    let Some(stack) = own_stack() else { return };
    let stack = with_providers(stack).start_behind_proxy(None).await;
    let (api, sign_ins) = (&stack.api, SignIns::behind_proxy(&stack));
    let session = Session::sign_up(api, &Person::new()).await;
    let someone = Someone::at(Provider::Google);
    let _ = sign_ins.of(&someone).await.link(api, &session.access).await.expect(204);
    let (once, lasting) = (sign_ins.of(&someone).await, sign_ins.of(&someone).await);
    let held = stack.proxy.hold_calls("UpdateItem", "oauth#", 2);
    let overtake = async {
        held.reached(2).await;
        let _ = unlink(api, &session.access, Provider::Google).await.expect(204);
        held.release();
    };
    let (once, lasting, ()) = tokio::join!(once.log_in(api), lasting.log_in_with_session(api), overtake);
    let _ = api.me(&once.expect(200).token()).await.expect_problem(401, "invalid_token");
    let _ = lasting.expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn a_token_in_the_cookie_needs_the_header() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let session = Session::sign_up(api, &Person::new()).await;
    let _ = sign_ins.of(&Someone::at(Provider::Google)).await.link(api, &session.access).await.expect(204);
    let body = json!({"provider": "google"});
    let by_cookie =
        || api.post("/auth/oauth/unlink").header("cookie", format!("__Host-authToken={}", session.access)).json(&body);
    let _ = api.send(by_cookie()).await.expect_problem(400, "token_transport_required");
    let _ = api.send(api.post("/auth/oauth/unlink").json(&body)).await.expect_problem(401, "missing_token");
    assert_eq!(me(api, &session.access).await["identities"], json!(["google"]));
    let _ = api.send(by_cookie().header("x-token-transport", "cookie")).await.expect(204);
}

#[tokio::test]
async fn a_provider_that_there_is_not_is_422() {
    let Some((stack, _sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (_owner, token) = api.somebody().await;
    for (provider, code) in [
        (json!("Google"), "unknown_provider"),
        (json!(""), "unknown_provider"),
        (json!(1), "wrong_type"),
        (json!(null), "required"),
    ] {
        let unlink = api.post("/auth/oauth/unlink").bearer_auth(&token).json(&json!({"provider": provider}));
        let answer = api.send(unlink).await.expect_problem(422, "validation_failed");
        assert_eq!(answer.wrong_fields(), [("provider".to_owned(), code.to_owned())]);
    }
}
