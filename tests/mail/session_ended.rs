//! Notices of sessions that ended because two parties used them.

use std::time::Duration;

use api_tests::{Fault, Mailbox, OwnStack, Person, Session, TestClock, own_stack};

/// Past the time in which a refresh token of before is taken for a lost response.
const GRACE: Duration = Duration::from_secs(61);

/// A session whose refresh token of two refreshes before somebody else has.
async fn stolen(stack: &OwnStack, clock: &TestClock, person: &Person) -> Session {
    let stolen = Session::log_in(&stack.api, person).await;
    let _ = stolen.refreshed(&stack.api).await.refreshed(&stack.api).await;
    clock.advance(GRACE);
    stolen
}

async fn start(clock: &TestClock) -> Option<(OwnStack, Mailbox, Person)> {
    let stack = own_stack()?.variable("EMAIL_VERIFICATION", "off").clock(clock.clock()).start().await;
    let mailbox = Mailbox::of(&stack);
    let (person, _token) = stack.api.somebody().await;
    Some((stack, mailbox, person))
}

#[tokio::test]
async fn a_session_that_two_parties_use_ends_and_its_owner_is_told_once() {
    let clock = TestClock::standing_still();
    let Some((stack, mailbox, person)) = start(&clock).await else { return };
    mailbox.prove(&person).await;
    let stolen = stolen(&stack, &clock, &person).await;
    for _ in 0..2 {
        let _ = stolen.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
    }
    assert_eq!(mailbox.kinds_to(&person.email).await, ["session_ended"]);
    let session = Session::log_in(&stack.api, &person).await;
    let _ = session.refreshed(&stack.api).await;
    assert_eq!(mailbox.all().await.len(), 1);
}

#[tokio::test]
async fn an_address_that_was_not_proved_gets_no_notice_and_the_session_ends_all_the_same() {
    let clock = TestClock::standing_still();
    let Some((stack, mailbox, person)) = start(&clock).await else { return };
    let owner = Session::log_in(&stack.api, &person).await;
    let current = owner.refreshed(&stack.api).await.refreshed(&stack.api).await;
    clock.advance(GRACE);
    let _ = owner.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
    let _ = current.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
    assert_eq!(mailbox.all().await, []);
}

#[tokio::test]
async fn neither_the_session_ends_nor_a_notice_is_there_without_the_other() {
    let clock = TestClock::standing_still();
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "off").clock(clock.clock()).start_behind_proxy(None).await;
    let mailbox = Mailbox::of_proxied(&stack);
    let (person, _token) = stack.api.somebody().await;
    mailbox.prove(&person).await;
    let stolen = Session::log_in(&stack.api, &person).await;
    let _ = stolen.refreshed(&stack.api).await.refreshed(&stack.api).await;
    clock.advance(GRACE);
    stack.proxy.fail("TransactWriteItems", usize::MAX, Fault::Refuse("InternalServerError"));
    let _ = stolen.refresh(&stack.api).await.expect_problem(503, "unavailable");
    stack.proxy.heal();
    assert_eq!(mailbox.all().await, []);
    stack.proxy.fail("TransactWriteItems", 1, Fault::LoseAnswer);
    let _ = stolen.refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
    assert_eq!(mailbox.kinds_to(&person.email).await, ["session_ended"]);
}
