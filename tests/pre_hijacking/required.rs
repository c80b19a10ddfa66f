//! Where a proof is required, nobody squats on an address by signing up with it.

use api_tests::{Mailbox, Person, Waiting, own_stack};
use shared::domain::Provider;

use crate::oauth::support::{SignIns, Someone, me};

#[tokio::test]
async fn a_sign_up_with_the_address_of_somebody_else_stands_in_nobodys_way() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "required").start().await;
    let (api, sign_ins, mailbox) = (&stack.api, SignIns::at(&stack), Mailbox::of(&stack));
    for by_provider in [false, true] {
        let owner = Person::new();
        let squatter = Person { email: owner.email.clone(), ..Person::new() };
        let waiting = Waiting::begin(api, &squatter).await;
        let token = if by_provider {
            let of_owner = Someone::at(Provider::Google).with_email(&owner.email, true);
            sign_ins.log_in(api, &of_owner).await.expect(201).token()
        } else {
            mailbox.sign_up(api, &owner).await.token()
        };
        let _ = api.login(&squatter).await.expect_problem(401, "invalid_credentials");
        // Even the code that only the owner can read makes nothing of it.
        let digits = mailbox.digits(&waiting.pending()).await;
        let _ = waiting.confirm(api, &digits).await.expect_problem(409, "email_taken");
        assert_eq!(me(api, &token).await["email_verified"], true);
        let _ = api.login(&squatter).await.expect_problem(401, "invalid_credentials");
    }
}
