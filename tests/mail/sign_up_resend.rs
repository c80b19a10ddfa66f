//! `POST /auth/signup/resend`.

use std::time::Duration;

use api_tests::{Mailbox, OwnStack, Person, TestClock, Waiting, own_stack};
use reqwest::header::ACCEPT_LANGUAGE;

async fn start() -> Option<(OwnStack, Mailbox, TestClock)> {
    let clock = TestClock::standing_still();
    let stack = own_stack()?.variable("EMAIL_VERIFICATION", "required").clock(clock.clock()).start().await;
    let mailbox = Mailbox::of(&stack);
    Some((stack, mailbox, clock))
}

#[tokio::test]
async fn the_same_code_comes_again_in_the_language_of_the_sign_up() {
    let Some((stack, mailbox, clock)) = start().await else { return };
    let api = &stack.api;
    let person = Person::new();
    let request = api.post("/auth/signup").header(ACCEPT_LANGUAGE, "de").json(&person.signup_body());
    let waiting = Waiting::of(&api.send(request).await.expect(202));
    let digits = mailbox.digits(&waiting.pending()).await;
    clock.advance(Duration::from_hours(23));
    let _ = waiting.resend(api).await.expect(202);
    let all = mailbox.all().await;
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|asked| asked.kind == "signup" && asked.email == person.email), "{all:?}");
    assert!(all.iter().all(|asked| asked.languages == ["de"] && asked.reference == Some(waiting.pending())), "{all:?}");
    assert_eq!(mailbox.digits(&waiting.pending()).await, digits);
    let _ = waiting.confirm(api, &digits).await.expect(201);
}

#[tokio::test]
async fn a_sign_up_that_expires_soon_goes_on_with_a_new_code() {
    let Some((stack, mailbox, clock)) = start().await else { return };
    let api = &stack.api;
    let waiting = Waiting::begin(api, &Person::new()).await;
    let old = mailbox.digits(&waiting.pending()).await;
    clock.advance(Duration::from_mins(23 * 60 + 31));
    let _ = waiting.resend(api).await.expect(202);
    assert_eq!(mailbox.all().await.len(), 2);
    let new = mailbox.digits(&waiting.pending()).await;
    let _ = waiting.confirm(api, &old).await.expect_problem(401, "invalid_code");
    clock.advance(Duration::from_hours(23));
    let _ = waiting.confirm(api, &new).await.expect(201);
}

#[tokio::test]
async fn nothing_is_sent_for_a_sign_up_that_does_not_wait_and_the_response_is_the_same() {
    let Some((stack, mailbox, clock)) = start().await else { return };
    let api = &stack.api;
    let (expired, done) = (Waiting::begin(api, &Person::new()).await, Waiting::begin(api, &Person::new()).await);
    let _ = done.confirm(api, &mailbox.digits(&done.pending()).await).await.expect(201);
    clock.advance(Duration::from_hours(24));
    let before = mailbox.all().await;
    for waiting in [expired, done, Waiting { id: "q83vEjRWeJC83vASNFZ4kA".to_owned() }] {
        let answer = waiting.resend(api).await.expect(202);
        assert_eq!(answer.text, "", "{answer:?}");
    }
    assert_eq!(mailbox.all().await, before);
}
