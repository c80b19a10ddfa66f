//! `GET /mails`, which `cargo dev` alone has.

use std::sync::Arc;

use api_tests::{Person, own_stack};
use local::Inbox;
use reqwest::header::ORIGIN;
use shared::clock::Clock;

#[tokio::test]
async fn mails_are_listed_for_programs_and_the_page_and_for_no_page_of_another_origin() {
    let Some(stack) = own_stack() else { return };
    let inbox = Arc::new(Inbox::new(None, false, Clock::system()));
    let stack = stack.variable("EMAIL_VERIFICATION", "on").inbox(&inbox).start().await;
    let api = &stack.api;
    let person = Person::new();
    let _ = api.signup(&person).await.expect(201);
    let own = api.url().to_owned();
    for origin in [None, Some(own.as_str())] {
        let request = origin.into_iter().fold(api.get("/mails"), |request, origin| request.header(ORIGIN, origin));
        let mails = api.send_to_gateway(request).await.expect(200).json();
        assert_eq!((&mails[0]["kind"], &mails[0]["to"]), (&"verify".into(), &person.email.as_str().into()), "{mails}");
        for member in ["at", "subject", "text", "code", "link"] {
            assert!(mails[0].get(member).is_some(), "{member}: {mails}");
        }
        // Links lead to the page of `cargo dev`.
        let link = mails[0]["link"].as_str().unwrap();
        assert!(link.starts_with(&format!("{own}/#kind=verify&code=")), "{link}");
    }
    for origin in ["http://localhost:1", "https://evil.example", "null"] {
        let answer = api.send_to_gateway(api.get("/mails").header(ORIGIN, origin)).await.expect(403);
        assert!(!answer.text.contains("verify"), "{origin}");
    }
}

#[tokio::test]
async fn a_stack_without_an_inbox_lists_none() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    stack.api.expect_no_route(stack.api.get("/mails")).await;
}
