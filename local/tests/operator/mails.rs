use std::time::Duration;

use api_tests::own_stack;
use shared::clock::Clock;
use shared::domain::EmailAddress;
use shared::mail::{Intent, IntentId, IntentStore as _, Languages, Notice, OutboxStore as _, PersonDevice, Subject};
use shared::store::OutboxTable;

use crate::command::run_beside;

#[tokio::test]
async fn what_lies_in_outbox_is_put_there_anew_and_what_is_on_its_way_stays() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let environment = stack.table_variables().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let outbox = OutboxTable::read(&environment, &stack.dynamodb).unwrap();
    let now = Clock::system().now();
    let intent = |id, at| Intent {
        id,
        subject: Subject::Notice(Notice::Deleted),
        email: EmailAddress::parse("ada@example.com").unwrap(),
        languages: Languages::default(),
        device: PersonDevice::default(),
        at,
    };
    let (old, young) = (IntentId::generate(now), IntentId::generate(now));
    outbox.add(&intent(old.clone(), now.before(Duration::from_hours(3)))).await.unwrap();
    outbox.add(&intent(young.clone(), now)).await.unwrap();

    let said = run_beside(&stack, &["mails", "send"]).await.expect_success();
    assert!(
        said.starts_with("deleted, asked for at ") && said.contains("sent again: 1.") && said.contains("way: 1."),
        "{said}"
    );
    assert!(!said.contains("ada"), "{said}");
    assert!(outbox.intent(&old).await.unwrap().is_none());
    assert!(outbox.intent(&young).await.unwrap().is_some());
    let ids = outbox.ids().await.unwrap();
    let new = ids.iter().find(|id| **id != young).unwrap();
    let again = outbox.intent(new).await.unwrap().unwrap();
    assert_eq!((again.email.shown(), again.at), ("ada@example.com", now.before(Duration::from_hours(3))));
    // Whoever was quicker has sent it.
    assert!(!outbox.put_again(&intent(old, now), IntentId::generate(now)).await.unwrap());
}
