//! The squatter has an account at a provider that does not verify addresses.

use api_tests::{Delivery, Mailbox, Person, Session, own_stack};
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::domain::Provider;

use super::{LEVELS, take_over};
use crate::oauth::support::{SignIns, Someone, me, user_of};

#[tokio::test]
async fn whoever_reads_the_mailbox_takes_the_account_over_and_at_required_there_is_none_to_take() {
    for level in LEVELS {
        let Some(stack) = own_stack() else { return };
        let stack = stack.variable("EMAIL_VERIFICATION", level).start().await;
        let (api, sign_ins) = (&stack.api, SignIns::at(&stack));
        let mails = Delivery::beside(&stack, Clock::system());
        let owner = Person::new();
        let squatter = Someone::at(Provider::Facebook).with_email(&owner.email, false);
        let first = sign_ins.log_in(api, &squatter).await.expect(201);
        let session: Session = sign_ins.session(api, &squatter).await;
        let of_owner = Someone::at(Provider::Google).with_email(&owner.email, true);
        if level == "required" {
            assert_eq!(me(api, &first.token()).await["email"], Value::Null);
            let token = sign_ins.log_in(api, &of_owner).await.expect(201).token();
            assert_eq!(me(api, &token).await["email"], json!(owner.email));
            continue;
        }
        let _ = api.signup(&owner).await.expect_problem(409, "email_taken");
        let _ = sign_ins.log_in(api, &of_owner).await.expect_problem(409, "email_taken");
        let token = take_over(api, &mails, &owner).await;
        let _ = session.refresh(api).await.expect_problem(401, "invalid_refresh_token");
        let _ = api.me(&first.token()).await.expect_problem(401, "invalid_token");
        let _ = sign_ins.log_in(api, &squatter).await.expect_problem(409, "email_taken");
        assert_eq!(json!(user_of(&first)), me(api, &token).await["id"]);
    }
}

#[tokio::test]
async fn an_account_that_is_there_is_linked_to_no_provider_by_its_address() {
    for level in LEVELS {
        let Some(stack) = own_stack() else { return };
        let stack = stack.variable("EMAIL_VERIFICATION", level).start().await;
        let (api, sign_ins) = (&stack.api, SignIns::at(&stack));
        let owner = Person::new();
        let answer = match level {
            "required" => Mailbox::of(&stack).sign_up(api, &owner).await,
            _ => api.signup(&owner).await.expect(201),
        };
        for (verified, at_required) in [(false, 201), (true, 409)] {
            let squatter = Someone::at(Provider::Google).with_email(&owner.email, verified);
            let signed_in = sign_ins.log_in(api, &squatter).await;
            let signed_in = signed_in.expect(if level == "required" { at_required } else { 409 });
            if signed_in.status == 201 {
                assert_ne!(user_of(&signed_in), user_of(&answer));
            }
        }
        assert_eq!(me(api, &answer.token()).await["identities"], json!([]));
    }
}
