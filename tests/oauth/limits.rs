//! How often browsers may come back.

use std::time::Duration;

use api_tests::{Fault, ForgedOp, TestClock};

use super::flow::{Flow, error_of, stack_at};

#[tokio::test]
async fn callbacks_of_one_source_are_counted_before_the_provider_is_called() {
    let (op, clock) = (ForgedOp::start().await, TestClock::standing_still_at(1_800_000_000_000));
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.variable("LIMIT_OAUTH", "2/900").clock(clock.clock()).start().await;
    let flow = Flow::begin(&stack.api, "oidc").await;
    let elsewhere = stack.from(7);
    for (api, expected, calls) in [
        (&stack.api, "provider_refused", 1),
        (&stack.api, "provider_refused", 1),
        (&stack.api, "too_many_attempts", 0),
        (&elsewhere, "provider_refused", 1),
        (&stack.api, "too_many_attempts", 0),
    ] {
        let _ = op.server.take_calls();
        assert_eq!(error_of(&flow.come_back(api).await), expected);
        assert_eq!(op.server.count_calls("/token"), calls);
    }
    clock.advance(Duration::from_mins(15));
    let flow = Flow::begin(&stack.api, "oidc").await;
    assert_eq!(error_of(&flow.come_back(&stack.api).await), "provider_refused", "the next window");
}

#[tokio::test]
async fn what_reaches_no_provider_is_not_counted() {
    let op = ForgedOp::start().await;
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.variable("LIMIT_OAUTH", "1/900").start_behind_proxy(None).await;
    let flow = Flow::begin(&stack.api, "oidc").await;
    for _ in 0..3 {
        let cancelled = [("error", "access_denied"), ("state", flow.state())];
        assert_eq!(error_of(&flow.come_back_with(&stack.api, &cancelled).await), "sign_in_cancelled");
        assert_eq!(error_of(&flow.come_back_with(&stack.api, &[("code", "c")]).await), "sign_in_expired");
    }
    assert!(stack.proxy.take_calls().iter().all(|call| call.operation.contains("Get")));
    assert_eq!(error_of(&flow.come_back(&stack.api).await), "provider_refused");
}

#[tokio::test]
async fn what_cannot_be_counted_reaches_no_provider() {
    let op = ForgedOp::start().await;
    let Some(stack) = stack_at(&op) else { return };
    let stack = stack.variable("LIMIT_OAUTH", "1/900").start_behind_proxy(None).await;
    let flow = Flow::begin(&stack.api, "oidc").await;
    stack.proxy.fail("UpdateItem", usize::MAX, Fault::Close);
    assert_eq!(error_of(&flow.come_back(&stack.api).await), "unavailable");
    assert_eq!(op.server.count_calls("/token"), 0);
}
