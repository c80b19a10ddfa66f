//! A link counts only while its user exists and lists the identity. Each test is an attack.

use api_tests::{OwnStack, Person, Session, claims_of, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::domain::Provider;

use super::support::{SignIns, Someone, linked_to, me, reset, user_of};

async fn start() -> Option<(OwnStack, SignIns)> {
    let stack = own_stack()?.start().await;
    let sign_ins = SignIns::at(&stack);
    Some((stack, sign_ins))
}

/// A squatter signs up with the address of somebody else and links an identity of their own. When the owner has reset the
/// password, that identity is nobody's.
#[tokio::test]
async fn a_squatters_identity_does_not_outlive_the_owners_reset() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let (_squatter, token) = api.somebody().await;
    let victim = claims_of(&token)["sub"].as_str().unwrap().to_owned();
    let someone = Someone::at(Provider::Google);
    let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
    let _ = sign_ins.log_in(api, &someone).await.expect(200);
    let before = sign_ins.session(api, &someone).await;

    reset(&stack, &victim).await;
    let answer = sign_ins.log_in(api, &someone).await.expect(201);
    assert_ne!(user_of(&answer), victim);
    assert_eq!(linked_to(&stack, &someone).await, Some(user_of(&answer)), "the link that was left over is replaced");
    let _ = before.refresh(api).await.expect_problem(401, "invalid_refresh_token");
    let _ = sign_ins.log_in(api, &someone).await.expect(200);
}

/// The provider's account has an address that its owner lost; the new owner of the address has reset the password.
#[tokio::test]
async fn a_stale_address_at_a_provider_does_not_lead_to_who_has_it_now() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Github);
    let id = user_of(&sign_ins.log_in(api, &someone).await.expect(201));
    reset(&stack, &id).await;
    let _ = sign_ins.log_in(api, &someone).await.expect_problem(409, "email_taken");
    assert_ne!(user_of(&sign_ins.log_in(api, &someone.without_email()).await.expect(201)), id);
}

/// The log-in has found the link when the reset happens, and reads the user after it.
#[tokio::test]
async fn a_sign_in_that_read_the_link_before_a_reset_and_the_user_after_it_does_not_get_in() {
    let Some(stack) = own_stack() else { return };
    let behind = stack.start_behind_proxy(None).await;
    let stack = own_stack().unwrap().beside_proxied(&behind).start().await;
    let sign_ins = SignIns::behind_proxy(&behind);
    for with_session in [false, true] {
        let someone = Someone::at(Provider::Google);
        let victim = user_of(&sign_ins.log_in(&behind.api, &someone).await.expect(201));
        let proof = sign_ins.of(&someone.clone().without_email()).await;
        let held = behind.proxy.hold_calls("GetItem", &victim, 1);
        let racing = async {
            if with_session { proof.log_in_with_session(&behind.api).await } else { proof.log_in(&behind.api).await }
        };
        let resetting = async {
            held.reached(1).await;
            reset(&stack, &victim).await;
            held.release();
        };
        let (answer, ()) = tokio::join!(racing, resetting);
        assert_ne!(user_of(&answer.expect(201)), victim);
    }
}

/// The sign-in has read the user when the reset happens. Its token is of a generation that is over; its session is refused.
#[tokio::test]
async fn a_sign_in_that_read_its_user_before_a_reset_is_over_with_it() {
    let Some(stack) = own_stack() else { return };
    let behind = stack.start_behind_proxy(None).await;
    let stack = own_stack().unwrap().beside_proxied(&behind).start().await;
    let (api, sign_ins) = (&behind.api, SignIns::behind_proxy(&behind));
    let someone = Someone::at(Provider::Google);
    let victim = user_of(&sign_ins.log_in(api, &someone).await.expect(201));
    let (once, lasting) = (sign_ins.of(&someone).await, sign_ins.of(&someone).await);
    let held = behind.proxy.hold_calls("UpdateItem", "oauth#", 2);
    let resetting = async {
        held.reached(2).await;
        reset(&stack, &victim).await;
        held.release();
    };
    let (once, lasting, ()) = tokio::join!(once.log_in(api), lasting.log_in_with_session(api), resetting);
    let _ = api.me(&once.expect(200).token()).await.expect_problem(401, "invalid_token");
    let _ = lasting.expect_problem(401, "invalid_code");
}

/// The squatter sends a link before the reset, and it arrives after it.
#[tokio::test]
async fn a_link_that_would_commit_after_a_reset_does_not() {
    let Some(stack) = own_stack() else { return };
    let behind = stack.start_behind_proxy(None).await;
    let stack = own_stack().unwrap().beside_proxied(&behind).start().await;
    let (api, sign_ins) = (&behind.api, SignIns::behind_proxy(&behind));
    for with_session in [false, true] {
        let person = Person::new();
        let token = api.signup(&person).await.expect(201).token();
        let victim = claims_of(&token)["sub"].as_str().unwrap().to_owned();
        let token = if with_session { Session::log_in(api, &person).await.access } else { token };
        let someone = Someone::at(Provider::Google);
        let proof = sign_ins.of(&someone).await;
        let held = behind.proxy.hold_next("TransactWriteItems");
        let resetting = async {
            held.reached(1).await;
            reset(&stack, &victim).await;
            held.release();
        };
        let (answer, ()) = tokio::join!(proof.link(api, &token), resetting);
        let _ = answer.expect_problem(401, "invalid_token");
        assert_eq!(linked_to(&stack, &someone).await, None);
    }
}

/// A user is deleted, and a link to them is left over.
#[tokio::test]
async fn a_link_to_a_user_who_is_gone_is_replaced() {
    let Some((stack, sign_ins)) = start().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Oidc);
    let id = user_of(&sign_ins.log_in(api, &someone).await.expect(201));
    let delete = stack.dynamodb.delete_item().table_name(stack.table("USERS_TABLE"));
    delete.key("id", AttributeValue::S(id.clone())).send().await.unwrap();
    let (_owner, token) = api.somebody().await;
    let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
    assert_eq!(me(api, &token).await["identities"][0], "oidc");
    assert_ne!(user_of(&sign_ins.log_in(api, &someone).await.expect(200)), id);
}
