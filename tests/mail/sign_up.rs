//! `POST /auth/signup` where an account works before its address is proved.

use api_tests::{Mailbox, Person, Waiting, claims_of, own_stack};
use reqwest::header::{ACCEPT_LANGUAGE, USER_AGENT};
use serde_json::json;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";

#[tokio::test]
async fn a_new_account_is_sent_a_code_in_the_language_of_the_request() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "on").start().await;
    let api = &stack.api;
    let person = Person::new();
    let request = api.post("/auth/signup").header(ACCEPT_LANGUAGE, "de-AT,en;q=0.5").header(USER_AGENT, FIREFOX);
    let token = api.send(request.json(&person.signup_body())).await.expect(201).token();
    assert_eq!(api.me(&token).await.expect(200).json()["email_verified"], false);
    let all = Mailbox::of(&stack).all().await;
    let [asked] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((asked.kind.as_str(), &asked.email), ("verify", &person.email));
    assert_eq!(asked.reference.as_deref(), claims_of(&token)["sub"].as_str());
    assert_eq!((asked.languages.join(" "), asked.device.join(" ")), ("de en".to_owned(), "Firefox Linux".to_owned()));
    let _ = api.signup(&person).await.expect_problem(409, "email_taken");
    assert_eq!(Mailbox::of(&stack).all().await.len(), 1);
}

#[tokio::test]
async fn in_xanos_dialect_too() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "on").start().await;
    let person = Person::new();
    let _ = stack.api.send(stack.api.post("/api:aB3/auth/signup").json(&person.signup_body())).await.expect(200);
    assert_eq!(Mailbox::of(&stack).kinds_to(&person.email).await, ["verify"]);
}

#[tokio::test]
async fn without_verification_nothing_is_sent() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "off").start().await;
    let _ = stack.api.somebody().await;
    assert_eq!(Mailbox::of(&stack).all().await, []);
}

#[tokio::test]
async fn where_no_code_is_needed_there_is_nothing_to_confirm() {
    for verification in ["off", "on"] {
        let Some(stack) = own_stack() else { return };
        let stack = stack.variable("EMAIL_VERIFICATION", verification).start().await;
        let waiting = Waiting { id: "q83vEjRWeJC83vASNFZ4kA".to_owned() };
        let _ = waiting.confirm(&stack.api, "12345678").await.expect_problem(404, "confirmation_is_off");
        let _ = waiting.resend(&stack.api).await.expect_problem(404, "confirmation_is_off");
        let nothing = stack.api.post("/auth/signup/confirm").json(&json!({}));
        let _ = stack.api.send(nothing).await.expect_problem(404, "confirmation_is_off");
    }
}
