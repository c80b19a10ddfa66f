//! An account that an operator has disabled.

use api_tests::{Answer, OwnStack, Person, Session, own_stack_with_somebody};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

const NOW: &str = "1795562141123";

/// Disables somebody, and does nothing else: what is there of tokens and sessions stays there.
async fn disable(stack: &OwnStack, id: &str) {
    stack.set("USERS_TABLE", id, "disabled_at", AttributeValue::N(NOW.to_owned())).await;
}

#[tokio::test]
async fn only_the_right_password_learns_that_it_is_disabled() {
    let Some((stack, person, id)) = own_stack_with_somebody().await else { return };
    disable(&stack, &id).await;
    let api = &stack.api;
    let wrong = api.login(&Person { password: Person::new().password, ..person.clone() }).await;
    let unknown = api.login(&Person::new()).await;
    assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
    let _ = wrong.expect_problem(401, "invalid_credentials");
    let _ = api.login(&person).await.expect_problem(403, "account_disabled");
    let with_refresh = json!({"email": person.email, "password": person.password, "refresh": true});
    let _ = api.send(api.post("/auth/login").json(&with_refresh)).await.expect_problem(403, "account_disabled");
    let xano = api.send(api.post("/api:abc/auth/login").json(&person.login_body())).await;
    let message = "This account is disabled. Ask the people who run this service.";
    let _ = xano.expect_xano_error(403, "ERROR_CODE_ACCESS_DENIED", message, None);

    stack.remove("USERS_TABLE", &id, "disabled_at").await;
    let _ = api.login(&person).await.expect(200);
}

#[tokio::test]
async fn no_token_or_session_of_it_is_good() {
    let Some((stack, person, id)) = own_stack_with_somebody().await else { return };
    let api = &stack.api;
    let token = api.login(&person).await.expect(200).token();
    let session = Session::log_in(api, &person).await;
    let next = session.refreshed(api).await;
    disable(&stack, &id).await;

    for access in [&token, &next.access] {
        let _ = api.me(access).await.expect_problem(401, "invalid_token");
        let _ = api.update_me(access, &json!({"name": "Somebody else"})).await.expect_problem(401, "invalid_token");
        let new_password = json!({"password": person.password, "newPassword": Person::new().password});
        let _ = api.change_password(access, &new_password).await.expect_problem(401, "invalid_token");
    }
    // The current refresh token, and its predecessor, which a lost response would bring back.
    for refresh in [next.refresh(api).await, session.refresh(api).await] {
        let _: Answer = refresh.expect_problem(401, "invalid_refresh_token");
    }
    stack.remove("USERS_TABLE", &id, "disabled_at").await;
    let _ = api.me(&next.access).await.expect(200);
    let _ = next.refreshed(api).await;
}
