//! What users of providers change of their own account.

use std::time::Duration;

use api_tests::{OwnStack, Person, Session, TestClock, claims_of, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use shared::domain::Provider;

use super::support::{SignIns, Someone, linked_to, me, user_item};

const TEN_MINUTES: Duration = Duration::from_mins(10);

async fn start() -> Option<(OwnStack, SignIns, TestClock)> {
    let clock = TestClock::standing_still();
    let stack = own_stack()?.clock(clock.clock()).start().await;
    let sign_ins = SignIns::by(&clock.clock(), &stack);
    Some((stack, sign_ins, clock))
}

#[tokio::test]
async fn a_user_without_a_password_sets_the_first_one_right_after_a_sign_in() {
    let Some((stack, sign_ins, clock)) = start().await else { return };
    let api = &stack.api;
    let someone = Someone::at(Provider::Google);
    let session = sign_ins.session(api, &someone).await;
    let email = someone.email.clone().unwrap();
    let person = Person { email, ..Person::new() };
    let first = json!({"newPassword": person.password});
    let _ = api.login(&person).await.expect_problem(401, "invalid_credentials");

    clock.advance(TEN_MINUTES + Duration::from_secs(1));
    let _ = api.change_password(&session.access, &first).await.expect_problem(403, "reauthentication_required");
    let refreshed = session.refreshed(api).await;
    let _ = api.change_password(&refreshed.access, &first).await.expect_problem(403, "reauthentication_required");

    let session = sign_ins.session(api, &someone).await;
    clock.advance(TEN_MINUTES);
    // A password that the account does not have is not looked at.
    let with_another = json!({"password": Person::new().password, "newPassword": person.password});
    let _ = api.change_password(&session.access, &with_another).await.expect(204);
    let _ = api.login(&person).await.expect(200);
    let _ = api.me(&refreshed.access).await.expect_problem(401, "invalid_token");
    let session = session.refreshed(api).await;
    assert_eq!(me(api, &session.access).await["identities"], json!(["google"]));
    let id = claims_of(&session.access)["sub"].as_str().unwrap().to_owned();
    assert!(!user_item(&stack, &id).await.contains_key("passwordless"));
    let _ = sign_ins.log_in(api, &someone).await.expect(200);

    // From now on the password is asked for, however recent the sign-in.
    let session = sign_ins.session(api, &someone).await;
    let again = json!({"newPassword": Person::new().password});
    let _ = api.change_password(&session.access, &again).await.expect_problem(422, "validation_failed");
    let _ = api.delete_account(&session.access, &json!({})).await.expect_problem(422, "validation_failed");
    let with_it = json!({"password": person.password, "newPassword": again["newPassword"]});
    let _ = api.change_password(&session.access, &with_it).await.expect(204);
}

#[tokio::test]
async fn a_user_without_an_address_can_have_no_password() {
    let Some((stack, sign_ins, _clock)) = start().await else { return };
    let someone = Someone::at(Provider::X).without_email();
    let session = sign_ins.session(&stack.api, &someone).await;
    let body = json!({"newPassword": Person::new().password});
    let answer = stack.api.change_password(&session.access, &body).await.expect_problem(409, "no_address");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("change your email address"), "{detail}");
    assert!(stack.items("CREDENTIALS_TABLE").await.is_empty());
}

#[tokio::test]
async fn a_user_without_a_password_is_deleted_right_after_a_sign_in_with_every_identity() {
    let Some((stack, sign_ins, clock)) = start().await else { return };
    let api = &stack.api;
    for someone in [Someone::at(Provider::Google), Someone::at(Provider::Github).without_email()] {
        let second = someone.also_at(Provider::X);
        let session = sign_ins.session(api, &someone).await;
        let _ = sign_ins.of(&second).await.link(api, &session.access).await.expect(204);
        clock.advance(TEN_MINUTES + Duration::from_secs(1));
        let old = session.refreshed(api).await;
        let _ = api.delete_account(&old.access, &json!({})).await.expect_problem(403, "reauthentication_required");
        let fresh = sign_ins.session(api, &someone).await;
        let _ = api.delete_account(&fresh.access, &json!({})).await.expect(204);
        for table in ["USERS_TABLE", "CREDENTIALS_TABLE", "IDENTITIES_TABLE"] {
            assert!(stack.items(table).await.is_empty(), "{table}");
        }
        for session in [&old, &fresh] {
            let _ = api.me(&session.access).await.expect_problem(401, "invalid_token");
            let _ = session.refresh(api).await.expect_problem(401, "invalid_refresh_token");
        }
        let newer = sign_ins.log_in(api, &someone).await.expect(201).token();
        assert_ne!(claims_of(&newer)["sub"], claims_of(&fresh.access)["sub"]);
        let _ = api.delete_account(&newer, &json!({})).await.expect(204);
    }
}

#[tokio::test]
async fn a_deletion_with_the_password_takes_the_identities_along() {
    let Some((stack, sign_ins, _clock)) = start().await else { return };
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let someone = Someone::at(Provider::Github);
    let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
    let session = Session::log_in(api, &person).await;
    let _ = api.delete_account(&session.access, &json!({"password": person.password})).await.expect(204);
    assert_eq!(linked_to(&stack, &someone).await, None);
}

/// What a restore can leave: a user lists an identity that signs another one in.
#[tokio::test]
async fn an_identity_that_signs_another_user_in_stays_theirs() {
    let Some((stack, sign_ins, _clock)) = start().await else { return };
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let (own, of_another) = (Someone::at(Provider::Github), Someone::at(Provider::Google));
    for someone in [&of_another, &own] {
        let _ = sign_ins.of(someone).await.link(api, &token).await.expect(204);
    }
    let update = stack.dynamodb.update_item().table_name(stack.table("IDENTITIES_TABLE"));
    let update = update.key("id", AttributeValue::S(of_another.key())).update_expression("SET user_id = :other");
    let other = AttributeValue::S("somebody-else".to_owned());
    update.expression_attribute_values(":other", other).send().await.unwrap();
    let _ = api.delete_account(&token, &json!({"password": person.password})).await.expect(204);
    assert_eq!(linked_to(&stack, &of_another).await.as_deref(), Some("somebody-else"));
    assert_eq!(linked_to(&stack, &own).await, None);
    assert!(stack.items("USERS_TABLE").await.is_empty());
}
