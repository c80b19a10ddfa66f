//! Log-ins of users from before `EMAIL_VERIFICATION=required`.

use api_tests::{Api, Fault, Mailbox, Person, own_stack};

async fn log_in_in_xanos_dialect(api: &Api, person: &Person) {
    let login = api.post("/api:aB3/auth/login").json(&person.login_body());
    let words =
        "Your email address is not confirmed yet. We have sent you a mail: set your password anew with its code.";
    let _ = api.send(login).await.expect_xano_error(403, "ERROR_CODE_ACCESS_DENIED", words, None);
}

#[tokio::test]
async fn the_right_password_of_an_unverified_user_gets_a_mail_and_no_token() {
    let Some(before) = own_stack() else { return };
    let before = before.variable("EMAIL_VERIFICATION", "off").start().await;
    let person = Person::new();
    let _ = before.api.signup(&person).await.expect(201);
    let Some(stack) = own_stack() else { return };
    let stack = stack.beside(&before).variable("EMAIL_VERIFICATION", "required").variable("LIMIT_MAIL", "5/3600");
    let stack = stack.start().await;
    let (api, mailbox) = (&stack.api, Mailbox::of(&stack));

    let wrong = Person { password: Person::new().password, ..person.clone() };
    let _ = api.login(&wrong).await.expect_problem(401, "invalid_credentials");
    assert_eq!(mailbox.all().await, []);
    let refused = api.login(&person).await.expect_problem(403, "email_not_verified");
    assert_eq!(refused.header("set-cookie"), None);
    assert_eq!(mailbox.kinds_to(&person.email).await, ["reset"]);
    // One in ten minutes, and the response is the same.
    let again = api.login(&person).await.expect_problem(403, "email_not_verified");
    assert_eq!((again.text, mailbox.all().await.len()), (refused.text, 1));
    log_in_in_xanos_dialect(api, &person).await;
    mailbox.prove(&person).await;
    let _ = api.login(&person).await.expect(200);
}

#[tokio::test]
async fn no_session_begins_and_no_source_becomes_known() {
    let Some(before) = own_stack() else { return };
    let before = before.variable("EMAIL_VERIFICATION", "off").start().await;
    let person = Person::new();
    let _ = before.from(1).signup(&person).await.expect(201);
    let Some(stack) = own_stack() else { return };
    let stack = stack.beside(&before).variable("EMAIL_VERIFICATION", "required").start().await;
    let (users, credentials) = (stack.items("USERS_TABLE").await, stack.items("CREDENTIALS_TABLE").await);
    let mut body = person.login_body();
    body["refresh"] = true.into();
    let api = stack.from(2);
    let _ = api.send(api.post("/auth/login").json(&body)).await.expect_problem(403, "email_not_verified");
    assert_eq!(stack.items("USERS_TABLE").await, users);
    assert_eq!(stack.items("CREDENTIALS_TABLE").await, credentials);
}

#[tokio::test]
async fn a_user_who_cannot_be_read_is_not_let_in() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "required").start_behind_proxy(None).await;
    let mailbox = Mailbox::of_proxied(&stack);
    let person = Person::new();
    let _ = mailbox.sign_up(&stack.api, &person).await;
    stack.proxy.fail_key("GetItem", &stack.table("USERS_TABLE"), usize::MAX, Fault::Refuse("InternalServerError"));
    let _ = stack.api.login(&person).await.expect_problem(503, "unavailable");
    stack.proxy.heal();
    let _ = stack.api.login(&person).await.expect(200);
}
