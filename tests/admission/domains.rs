use api_tests::{Mailbox, OwnStack, Person, Waiting, own_stack};
use serde_json::json;
use shared::domain::Provider;

use crate::oauth::support::{SignIns, Someone, with_provider};

async fn start() -> Option<OwnStack> {
    let stack = own_stack()?.variable("EMAIL_VERIFICATION", "required");
    let stack = stack.variable("ALLOWED_EMAIL_DOMAINS", "example.com,*.example.org");
    Some(with_provider(with_provider(stack, Provider::Github), Provider::Facebook).start().await)
}

fn at(domain: &str) -> Person {
    let person = Person::new();
    Person { email: person.email.replace("example.com", domain), ..person }
}

#[tokio::test]
async fn only_addresses_of_the_domains_sign_up() {
    let Some(stack) = start().await else { return };
    let _ = Waiting::begin(&stack.api, &at("example.com")).await;
    let _ = Waiting::begin(&stack.api, &at("eu.example.org")).await;
    for domain in ["example.org", "eu.example.com", "example.com.evil.example"] {
        let refused = stack.api.signup(&at(domain)).await.expect_problem(422, "validation_failed");
        assert_eq!(refused.json()["errors"][0]["code"], "email_domain_not_allowed", "{domain}");
    }
    assert_eq!(Mailbox::of(&stack).all().await.len(), 2);
}

#[tokio::test]
async fn a_provider_has_to_vouch_for_such_an_address() {
    let Some(stack) = start().await else { return };
    let (api, sign_ins) = (&stack.api, SignIns::at(&stack));
    let github = || Someone::at(Provider::Github);
    let _ = sign_ins.log_in(api, &github().with_email("grace@example.com", true)).await.expect(201);
    for someone in [
        github().with_email("ada@evil.example", true),
        github().with_email("ada@example.com", false),
        github().without_email(),
        Someone::at(Provider::Facebook).with_email("ada@example.com", false),
    ] {
        let _ = sign_ins.log_in(api, &someone).await.expect_problem(403, "email_domain_not_allowed");
    }
    assert_eq!(stack.items("USERS_TABLE").await.len(), 1);
}

#[tokio::test]
async fn nobody_moves_to_an_address_of_another_domain() {
    let Some(stack) = start().await else { return };
    let (api, person, mailbox) = (&stack.api, at("example.com"), Mailbox::of(&stack));
    let waiting = Waiting::begin(api, &person).await;
    let token = waiting.confirm(api, &mailbox.digits(&waiting.pending()).await).await.expect(201).token();
    for (domain, expected) in [("evil.example", 422), ("eu.example.org", 202)] {
        let body = json!({"email": at(domain).email, "password": person.password});
        let answer = api.send(api.post("/auth/email/change").bearer_auth(&token).json(&body)).await;
        assert_eq!(answer.status, expected, "{domain}");
    }
}
