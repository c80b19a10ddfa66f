//! What signing in with providers has to do with mail.

use api_tests::{Mailbox, OwnStack, Person, claims_of, own_stack};
use serde_json::{Value, json};
use shared::domain::Provider;

use super::support::{SignIns, Someone, me, unlink};

async fn start(verification: &str) -> Option<(OwnStack, SignIns, Mailbox)> {
    let stack = own_stack()?.variable("EMAIL_VERIFICATION", verification).start().await;
    let (sign_ins, mailbox) = (SignIns::at(&stack), Mailbox::of(&stack));
    Some((stack, sign_ins, mailbox))
}

#[tokio::test]
async fn an_address_that_the_provider_did_not_verify_is_to_be_proved_where_that_is_on() {
    for (verification, verified, kinds) in
        [("off", false, vec![]), ("on", false, vec!["verify"]), ("on", true, vec![]), ("required", true, vec![])]
    {
        let Some((stack, sign_ins, mailbox)) = start(verification).await else { return };
        let someone = Someone::at(Provider::Google).with_email(&Person::new().email, verified);
        let token = sign_ins.log_in(&stack.api, &someone).await.expect(201).token();
        let all = mailbox.all().await;
        assert_eq!(all.iter().map(|asked| asked.kind.as_str()).collect::<Vec<_>>(), kinds, "{verification} {verified}");
        assert!(all.iter().all(|asked| asked.reference.as_deref() == claims_of(&token)["sub"].as_str()), "{all:?}");
        let me = me(&stack.api, &token).await;
        assert_eq!((&me["email"], &me["email_verified"]), (&json!(someone.email), &json!(verified)), "{verification}");
        let _ = sign_ins.log_in(&stack.api, &someone).await.expect(200);
        assert_eq!(mailbox.all().await, all);
    }
}

/// An address that nobody has proved would keep its owner from signing up.
#[tokio::test]
async fn where_a_proof_is_required_an_account_has_no_other_address() {
    let Some((stack, sign_ins, mailbox)) = start("required").await else { return };
    let owner = Person::new();
    for provider in [Provider::Facebook, Provider::Google] {
        let someone = Someone::at(provider).with_email(&owner.email, false);
        let token = sign_ins.log_in(&stack.api, &someone).await.expect(201).token();
        let me = me(&stack.api, &token).await;
        assert_eq!((&me["email"], &me["email_verified"]), (&Value::Null, &json!(false)), "{provider}");
    }
    assert!(stack.items("CREDENTIALS_TABLE").await.is_empty() && mailbox.all().await.is_empty());
    let _ = mailbox.sign_up(&stack.api, &owner).await;
    let _ = stack.api.login(&owner).await.expect(200);
}

#[tokio::test]
async fn a_user_whose_address_was_proved_is_told_of_links_that_come_and_go() {
    let Some((stack, sign_ins, mailbox)) = start("off").await else { return };
    let api = &stack.api;
    for is_proved in [true, false] {
        let (person, token) = api.somebody().await;
        if is_proved {
            mailbox.prove(&person).await;
        }
        let someone = Someone::at(Provider::Github);
        let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
        let _ = sign_ins.of(&someone).await.link(api, &token).await.expect(204);
        let _ = unlink(api, &token, Provider::Github).await.expect(204);
        let token = api.login(&person).await.expect(200).token();
        let _ = unlink(api, &token, Provider::Github).await.expect(204);
        let told: &[&str] = if is_proved { &["identity_linked", "identity_unlinked"] } else { &[] };
        assert_eq!(mailbox.kinds_to(&person.email).await, told);
    }
}
