use api_tests::{Mailbox, Person, Waiting, own_stack};
use serde_json::json;
use shared::domain::Provider;

use crate::oauth::support::{SignIns, Someone, with_provider};

#[tokio::test]
async fn nobody_signs_up_and_whoever_has_an_account_stays() {
    let Some(open) = own_stack() else { return };
    let open = with_provider(open, Provider::Github).start().await;
    let (person, _token) = open.api.somebody().await;
    let known = Someone::at(Provider::Github);
    let _ = SignIns::at(&open).log_in(&open.api, &known).await.expect(201);

    let Some(closed) = own_stack() else { return };
    let closed = with_provider(closed.beside(&open), Provider::Github).variable("SIGNUP", "closed").start().await;
    let (api, sign_ins) = (&closed.api, SignIns::at(&closed));
    let mut invited = Person::new().signup_body();
    invited["invite"] = json!("an-invitation");
    for body in [Person::new().signup_body(), json!({}), invited] {
        let _ = api.send(api.post("/auth/signup").json(&body)).await.expect_problem(403, "signup_closed");
    }
    let xano = api.send(api.post("/api:aB3/auth/signup").json(&Person::new().signup_body())).await.expect(403).json();
    assert_eq!(xano["code"], "ERROR_CODE_ACCESS_DENIED");
    let stranger = Someone::at(Provider::Github);
    let _ = sign_ins.log_in(api, &stranger).await.expect_problem(403, "signup_closed");

    let _ = api.login(&person).await.expect(200);
    let _ = sign_ins.log_in(api, &known).await.expect(200);
    assert_eq!(closed.items("USERS_TABLE").await.len(), 2);
}

#[tokio::test]
async fn what_waits_for_its_code_ends_with_open_sign_up() {
    let Some(open) = own_stack() else { return };
    let open = open.variable("EMAIL_VERIFICATION", "required").start().await;
    let waiting = Waiting::begin(&open.api, &Person::new()).await;
    let digits = Mailbox::of(&open).digits(&waiting.pending()).await;

    let Some(closed) = own_stack() else { return };
    let closed = closed.beside(&open).variable("EMAIL_VERIFICATION", "required").variable("SIGNUP", "closed");
    let closed = closed.start().await;
    let _ = waiting.confirm(&closed.api, &digits).await.expect_problem(403, "signup_closed");
    assert!(open.items("USERS_TABLE").await.is_empty());
    let _ = waiting.confirm(&open.api, &digits).await.expect(201);
}
