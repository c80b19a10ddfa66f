//! Confirmations at the same time.

use std::collections::BTreeMap;

use api_tests::{Api, Mailbox, Person, Waiting, own_stack};
use futures_util::future::join_all;

async fn statuses(api: &Api, confirmations: &[(Waiting, String)]) -> BTreeMap<u16, usize> {
    let answers = join_all(confirmations.iter().map(|(waiting, digits)| waiting.confirm(api, digits))).await;
    let mut statuses = BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.status).or_default() += 1;
    }
    statuses
}

#[tokio::test]
async fn of_fifty_racing_confirmations_of_one_code_exactly_one_makes_the_account() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "required").start().await;
    let person = Person::new();
    let waiting = Waiting::begin(&stack.api, &person).await;
    let digits = Mailbox::of(&stack).digits(&waiting.pending()).await;
    let statuses = statuses(&stack.api, &vec![(waiting, digits); 50]).await;
    assert_eq!(statuses, BTreeMap::from([(201, 1), (401, 49)]));
    assert_eq!((stack.items("USERS_TABLE").await.len(), stack.items("CREDENTIALS_TABLE").await.len()), (1, 1));
    let _ = stack.api.login(&person).await.expect(200);
}

/// Both have found the code good before either uses it.
#[tokio::test]
async fn of_two_confirmations_that_found_the_same_code_good_one_uses_it() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "required").start_behind_proxy(None).await;
    let waiting = Waiting::begin(&stack.api, &Person::new()).await;
    let digits = Mailbox::of_proxied(&stack).digits(&waiting.pending()).await;
    let held = stack.proxy.hold_calls("TransactWriteItems", "", 2);
    let let_go = async {
        held.reached(2).await;
        held.release();
    };
    let confirmations = vec![(waiting, digits); 2];
    let (statuses, ()) = tokio::join!(statuses(&stack.api, &confirmations), let_go);
    assert_eq!(statuses, BTreeMap::from([(201, 1), (401, 1)]));
}

#[tokio::test]
async fn of_racing_sign_ups_for_one_address_exactly_one_becomes_an_account() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "required").start().await;
    let (api, mailbox, person) = (&stack.api, Mailbox::of(&stack), Person::new());
    let mut sign_ups = Vec::new();
    for _ in 0..20 {
        let waiting = Waiting::begin(api, &Person { email: person.email.clone(), ..Person::new() }).await;
        let digits = mailbox.digits(&waiting.pending()).await;
        sign_ups.push((waiting, digits));
    }
    assert_eq!(statuses(api, &sign_ups).await, BTreeMap::from([(201, 1), (409, 19)]));
    assert_eq!((stack.items("USERS_TABLE").await.len(), stack.items("CREDENTIALS_TABLE").await.len()), (1, 1));
}
