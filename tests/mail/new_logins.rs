//! Notices of log-ins from sources that are new to the account.

use api_tests::{Fault, Mailbox, OwnStack, Person, own_stack};

async fn start(verification: &str) -> Option<(OwnStack, Mailbox)> {
    let stack = own_stack()?.variable("EMAIL_VERIFICATION", verification).start().await;
    let mailbox = Mailbox::of(&stack);
    Some((stack, mailbox))
}

#[tokio::test]
async fn a_log_in_from_a_new_source_is_told_once() {
    for verification in ["off", "on", "required"] {
        let Some((stack, mailbox)) = start(verification).await else { return };
        let person = Person::new();
        if verification == "required" {
            let _ = mailbox.sign_up(&stack.from(1), &person).await;
        } else {
            let _ = stack.from(1).signup(&person).await.expect(201);
            mailbox.prove(&person).await;
        }
        let before = mailbox.kinds_to(&person.email).await;
        let _ = stack.from(1).login(&person).await.expect(200);
        assert_eq!(mailbox.kinds_to(&person.email).await, before, "{verification}");
        let wrong = Person { password: Person::new().password, ..person.clone() };
        let _ = stack.from(2).login(&wrong).await.expect(401);
        assert_eq!(mailbox.kinds_to(&person.email).await, before, "{verification}");
        for _ in 0..2 {
            let _ = stack.from(2).login(&person).await.expect(200);
        }
        let after = [before, vec!["new_login".to_owned()]].concat();
        assert_eq!(mailbox.kinds_to(&person.email).await, after, "{verification}");
    }
}

#[tokio::test]
async fn an_address_that_was_not_proved_gets_no_notice() {
    let Some((stack, mailbox)) = start("on").await else { return };
    let person = Person::new();
    let _ = stack.from(1).signup(&person).await.expect(201);
    let _ = stack.from(2).login(&person).await.expect(200);
    assert_eq!(mailbox.kinds_to(&person.email).await, ["verify"]);
}

/// Accounts of before there were known sources have none.
#[tokio::test]
async fn the_first_source_of_an_account_is_not_told_of() {
    let Some((stack, mailbox)) = start("off").await else { return };
    let person = Person::new();
    let _ = stack.api.signup(&person).await.expect(201);
    mailbox.prove(&person).await;
    let credential = stack.items("CREDENTIALS_TABLE").await.remove(0);
    let forget = stack.dynamodb.update_item().table_name(stack.table("CREDENTIALS_TABLE"));
    let forget = forget.key("email", credential["email"].clone()).update_expression("REMOVE known_addresses");
    forget.send().await.unwrap();
    let _ = stack.from(2).login(&person).await.expect(200);
    assert_eq!(mailbox.all().await, []);
    let _ = stack.from(3).login(&person).await.expect(200);
    assert_eq!(mailbox.kinds_to(&person.email).await, ["new_login"]);
}

#[tokio::test]
async fn a_notice_that_fails_keeps_nobody_out_and_the_next_log_in_from_there_tells() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "off").start_behind_proxy(None).await;
    let mailbox = Mailbox::of_proxied(&stack);
    let person = Person::new();
    let _ = stack.from(1).signup(&person).await.expect(201);
    mailbox.prove(&person).await;
    let outbox = stack.table("OUTBOX_TABLE");
    stack.proxy.fail_key("PutItem", &outbox, usize::MAX, Fault::Refuse("InternalServerError"));
    let _ = stack.from(2).login(&person).await.expect(200);
    stack.proxy.heal();
    assert_eq!(mailbox.all().await, []);
    let _ = stack.from(2).login(&person).await.expect(200);
    assert_eq!(mailbox.kinds_to(&person.email).await, ["new_login"]);
}
