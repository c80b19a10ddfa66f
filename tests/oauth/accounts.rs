//! The rules by which a provider's identity and an account find each other: one test for each, at each provider. The
//! identity alone counts. An address never links; it can only be taken.

use api_tests::{Api, OwnStack, Person, claims_of, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::domain::Provider;

use super::support::{SignIns, Someone, linked_to, me, unlink, user_item, user_of, with_providers};

/// A stack, and the sign-ins at its providers.
async fn start() -> Option<(OwnStack, SignIns)> {
    let stack = own_stack()?.start().await;
    let sign_ins = SignIns::at(&stack);
    Some((stack, sign_ins))
}

/// Nobody can sign up with an address that is taken.
async fn assert_taken(api: &Api, email: &str) {
    let person = Person { email: email.to_uppercase(), ..Person::new() };
    let _ = api.signup(&person).await.expect_problem(409, "email_taken");
}

/// Everything in the tables of accounts.
async fn accounts(stack: &OwnStack) -> Vec<String> {
    let mut items = Vec::new();
    for table in ["USERS_TABLE", "CREDENTIALS_TABLE", "IDENTITIES_TABLE"] {
        // A map in no order, so each is sorted by its attributes.
        let sorted = |item| std::collections::BTreeMap::<String, _>::from_iter(item);
        items.extend(stack.items(table).await.into_iter().map(|item| format!("{:?}", sorted(item))));
    }
    items.sort_unstable();
    items
}

#[tokio::test]
async fn a_known_identity_is_its_user_whatever_the_address_is_today() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    for provider in Provider::ALL {
        let someone = Someone::at(provider);
        let first = sign_ins.log_in(api, &someone).await.expect(201);
        let shown = me(api, &first.token()).await;
        let (person, _token) = api.somebody().await;
        for today in [
            someone.clone(),
            someone.clone().without_email(),
            someone.clone().with_email(&Person::new().email, true),
            someone.clone().with_email(&person.email, true),
            Someone { name: Some("Somebody Else".to_owned()), ..someone.clone() },
        ] {
            let again = sign_ins.log_in(api, &today).await.expect(200);
            assert_eq!(me(api, &again.token()).await, shown, "{provider}: nothing is brought up to date");
        }
    }
}

#[tokio::test]
async fn a_new_identity_with_a_verified_address_takes_the_address() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    for provider in [Provider::Google, Provider::Github, Provider::X, Provider::Oidc] {
        let someone = Someone::at(provider);
        let email = someone.email.clone().unwrap();
        let answer = sign_ins.log_in(api, &someone).await.expect(201);
        let shown = me(api, &answer.token()).await;
        assert_eq!((&shown["email"], &shown["email_verified"]), (&email.as_str().into(), &true.into()), "{shown}");
        assert_eq!(
            (shown["name"].as_str(), &shown["identities"][0]),
            (someone.name.as_deref(), &provider.as_str().into())
        );
        assert_taken(api, &email).await;
    }
}

#[tokio::test]
async fn a_new_identity_with_an_address_that_is_not_verified_takes_it_too_and_it_stays_unverified() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    for provider in Provider::ALL {
        let email = Person::new().email;
        let someone = Someone::at(provider).with_email(&email, false);
        let answer = sign_ins.log_in(api, &someone).await.expect(201);
        let shown = me(api, &answer.token()).await;
        assert_eq!((&shown["email"], &shown["email_verified"]), (&email.as_str().into(), &false.into()), "{shown}");
        assert_taken(api, &email).await;
    }
}

#[tokio::test]
async fn a_new_identity_without_an_address_makes_a_user_without_one() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    for provider in Provider::ALL {
        let nameless = Someone { name: None, ..Someone::at(provider).without_email() };
        let token = sign_ins.log_in(api, &nameless).await.expect(201).token();
        let shown = me(api, &token).await;
        assert!(shown["email"].is_null() && shown["name"].is_null(), "{shown}");
        assert_eq!(shown["email_verified"], false);
        let xano = api.send(api.get("/api:aB3/auth/me").bearer_auth(&token)).await.expect(200).json();
        assert!(xano["email"].is_null() && xano.get("identities").is_none(), "{xano}");
    }
    assert!(stack.items("CREDENTIALS_TABLE").await.is_empty(), "no address is taken");
}

#[tokio::test]
async fn a_new_identity_with_somebodys_address_is_409_and_links_after_a_log_in() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    for provider in Provider::ALL {
        for verified in [true, false] {
            let (owner, _token) = api.somebody().await;
            let someone = Someone::at(provider).with_email(&owner.email.to_lowercase(), verified);
            let before = accounts(&stack).await;
            let proof = sign_ins.of(&someone).await;
            for _ in 0..2 {
                let _ = proof.log_in(api).await.expect_problem(409, "email_taken");
            }
            assert_eq!(accounts(&stack).await, before, "{provider}: nothing is written");

            let token = api.login(&owner).await.expect(200).token();
            let _ = proof.link(api, &token).await.expect(204);
            let again = sign_ins.log_in(api, &someone).await.expect(200);
            assert_eq!(user_of(&again), claims_of(&token)["sub"].as_str().unwrap(), "{provider}");
        }
    }
}

#[tokio::test]
async fn an_address_that_another_provider_took_is_409_whoever_verified_it() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    for provider in Provider::ALL {
        for (theirs, ours) in [(true, true), (true, false), (false, true), (false, false)] {
            let email = Person::new().email;
            let first = Someone::at(Provider::Google).with_email(&email, theirs);
            let _ = sign_ins.log_in(api, &first).await.expect(201);
            let second = first.also_at(provider).with_email(&email, ours);
            let _ = sign_ins.log_in(api, &second).await.expect_problem(409, "email_taken");
            assert_eq!(linked_to(&stack, &second).await, None);
        }
    }
}

#[tokio::test]
async fn a_link_gives_a_user_one_more_way_to_log_in() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (_owner, token) = api.somebody().await;
    let before = me(api, &token).await;
    for provider in Provider::ALL {
        let someone = Someone::at(provider);
        let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
        let answer = sign_ins.log_in(api, &someone).await.expect(200);
        assert_eq!(user_of(&answer), before["id"].as_str().unwrap(), "{provider}");
    }
    let after = me(api, &token).await;
    assert_eq!(after["identities"], serde_json::json!(["facebook", "github", "google", "oidc", "x"]));
    assert_eq!(
        (&after["email"], &after["email_verified"], &after["name"]),
        (&before["email"], &false.into(), &before["name"])
    );
}

#[tokio::test]
async fn a_link_of_what_is_linked_already_changes_nothing() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (_owner, token) = api.somebody().await;
    for provider in Provider::ALL {
        let someone = Someone::at(provider);
        let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
        let before = accounts(&stack).await;
        let again = sign_ins.of(&someone).await;
        let _ = again.link(api, &token).await.expect(204);
        assert_eq!(accounts(&stack).await, before, "{provider}");
        let _ = again.link(api, &token).await.expect_problem(401, "invalid_code");
    }
}

#[tokio::test]
async fn a_link_of_another_users_identity_is_409() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (_owner, token) = api.somebody().await;
    for provider in Provider::ALL {
        let someone = Someone::at(provider);
        let theirs = user_of(&sign_ins.log_in(api, &someone).await.expect(201));
        let before = accounts(&stack).await;
        let _ = sign_ins.of(&someone).await.link(api, &token).await.expect_problem(409, "identity_taken");
        assert_eq!((accounts(&stack).await, linked_to(&stack, &someone).await), (before, Some(theirs)), "{provider}");
    }
}

#[tokio::test]
async fn an_unlinked_identity_is_nobodys_while_a_password_or_another_identity_is_left() {
    let Some(stack) = own_stack() else { return };
    let stack = with_providers(stack).start().await;
    let sign_ins = SignIns::at(&stack);
    let api = &stack.api;
    for provider in Provider::ALL {
        let (owner, token) = api.somebody().await;
        let someone = Someone::at(provider);
        let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
        let _ = unlink(api, &token, provider).await.expect(204);
        let token = api.login(&owner).await.expect(200).token();
        assert_eq!(me(api, &token).await["identities"], serde_json::json!([]), "{provider}");
        assert_eq!(linked_to(&stack, &someone).await, None);
        let other = sign_ins.log_in(api, &someone).await.expect(201);
        assert_ne!(user_of(&other), claims_of(&token)["sub"].as_str().unwrap(), "{provider}");

        let other_provider = if provider == Provider::X { Provider::Oidc } else { Provider::X };
        let more = Someone::at(other_provider);
        let _ = sign_ins.of(&more).await.link(api, &other.token()).await.expect(204);
        let _ = unlink(api, &other.token(), provider).await.expect(204);
        assert_eq!(user_of(&sign_ins.log_in(api, &more).await.expect(200)), user_of(&other), "{provider}");
    }
}

#[tokio::test]
async fn the_last_way_to_log_in_stays() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    for provider in Provider::ALL {
        let someone = Someone::at(provider);
        let first = sign_ins.log_in(api, &someone).await.expect(201);
        let second = Someone::at(provider);
        let _ = sign_ins.of(&second).await.link(api, &first.token()).await.expect(204);
        let before = accounts(&stack).await;
        let _ = unlink(api, &first.token(), provider).await.expect_problem(409, "last_sign_in_method");
        assert_eq!(accounts(&stack).await, before, "{provider}");
        for identity in [&someone, &second] {
            assert_eq!(user_of(&sign_ins.log_in(api, identity).await.expect(200)), user_of(&first), "{provider}");
        }
    }
}

#[tokio::test]
async fn a_sign_up_with_an_address_that_a_provider_took_is_409() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    for provider in Provider::ALL {
        let someone = Someone::at(provider);
        let first = sign_ins.log_in(api, &someone).await.expect(201);
        assert_taken(api, someone.email.as_deref().unwrap()).await;
        assert_eq!(user_of(&sign_ins.log_in(api, &someone).await.expect(200)), user_of(&first), "{provider}");
    }
}

#[tokio::test]
async fn a_password_for_a_user_without_one_is_as_wrong_as_for_nobody() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let nobody = api.login(&Person::new()).await.expect_problem(401, "invalid_credentials");
    for provider in Provider::ALL {
        let someone = Someone::at(provider);
        let id = user_of(&sign_ins.log_in(api, &someone).await.expect(201));
        assert!(user_item(&stack, &id).await.contains_key("passwordless"));
        let guess = Person { email: someone.email.unwrap(), ..Person::new() };
        let answer = api.login(&guess).await.expect(401);
        assert_eq!(
            (&answer.text, &answer.headers["www-authenticate"]),
            (&nobody.text, &nobody.headers["www-authenticate"])
        );
        let with_session = serde_json::json!({"email": guess.email, "password": guess.password, "refresh": true});
        let _ = api.send(api.post("/auth/login").json(&with_session)).await.expect_problem(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn an_account_that_the_provider_made_again_is_somebody_new() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    for provider in Provider::ALL {
        let someone = Someone::at(provider);
        let _ = sign_ins.log_in(api, &someone).await.expect(201);
        let made_again = someone.also_at(provider);
        let _ = sign_ins.log_in(api, &made_again).await.expect_problem(409, "email_taken");
        assert_eq!(linked_to(&stack, &made_again).await, None, "{provider}");
    }
}

#[tokio::test]
async fn of_two_sign_ins_that_race_with_one_new_identity_one_makes_the_user_and_both_are_that_user() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let (api, sign_ins) = (&stack.api, SignIns::behind_proxy(&stack));
    for provider in Provider::ALL {
        let someone = Someone::at(provider);
        let (slow, fast) = (sign_ins.of(&someone).await, sign_ins.of(&someone).await);
        let held = stack.proxy.hold_next("TransactWriteItems");
        let overtake = async {
            held.reached(1).await;
            let answer = fast.log_in(api).await.expect(201);
            held.release();
            answer
        };
        let (slow, fast) = tokio::join!(slow.log_in(api), overtake);
        assert_eq!(user_of(&slow.expect(200)), user_of(&fast), "{provider}");
    }
}

#[tokio::test]
async fn a_disabled_user_gets_in_with_no_identity() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Google);
    let id = user_of(&sign_ins.log_in(api, &someone).await.expect(201));
    let session = sign_ins.session(api, &someone).await;
    let disabled_at = AttributeValue::N("1795562141123".to_owned());
    stack.set("USERS_TABLE", &id, "disabled_at", disabled_at).await;
    let _ = sign_ins.log_in(api, &someone).await.expect_problem(403, "account_disabled");
    let proof = sign_ins.of(&someone).await;
    let _ = proof.log_in_with_session(api).await.expect_problem(403, "account_disabled");
    let another = sign_ins.of(&someone.also_at(Provider::Github)).await;
    let _ = another.link(api, &session.access).await.expect_problem(401, "invalid_token");
    let _ = session.refresh(api).await.expect_problem(401, "invalid_refresh_token");

    stack.remove("USERS_TABLE", &id, "disabled_at").await;
    let _ = sign_ins.log_in(api, &someone).await.expect(200);
}

#[tokio::test]
async fn a_token_of_a_provider_says_what_the_apps_server_says() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Google);
    let id = user_of(&sign_ins.log_in(api, &someone).await.expect(201));
    let claims = AttributeValue::S(r#"{"scope":"notes:admin"}"#.to_owned());
    stack.set("USERS_TABLE", &id, "claims", claims).await;
    let token = sign_ins.log_in(api, &someone).await.expect(200).token();
    let session = sign_ins.session(api, &someone).await;
    for token in [&token, &session.access] {
        assert_eq!(claims_of(token)["scope"], "notes:admin");
        assert_eq!(me(api, token).await["claims"]["scope"], "notes:admin");
    }
}
