//! How often somebody may ask for mails of sign-ups, and try their codes.

use api_tests::{Answer, Api, Mailbox, OwnStack, Person, TestClock, Waiting, other_digits, own_stack};

async fn limited(limits: &[(&str, &str)]) -> Option<(OwnStack, Mailbox)> {
    let clock = TestClock::standing_still();
    let stack = own_stack()?.variable("EMAIL_VERIFICATION", "required").clock(clock.clock());
    let stack = limits.iter().fold(stack, |stack, (variable, limit)| stack.variable(variable, limit)).start().await;
    let mailbox = Mailbox::of(&stack);
    Some((stack, mailbox))
}

/// Somebody else with the same address.
fn again(person: &Person) -> Person {
    Person { email: person.email.clone(), ..Person::new() }
}

#[tokio::test]
async fn an_address_gets_five_mails_an_hour_whether_or_not_it_has_an_account() {
    let Some((stack, mailbox)) = limited(&[("LIMIT_MAIL", "5/3600")]).await else { return };
    let (api, elsewhere) = (&stack.api, stack.from(2));
    let (owner, nobody) = (Person::new(), Person::new());
    let _ = mailbox.sign_up(api, &owner).await;
    for (person, sent) in [(&owner, 1), (&nobody, 0)] {
        for _ in sent..5 {
            let _ = elsewhere.signup(&again(person)).await.expect(202);
        }
        for api in [api, &elsewhere] {
            let _ = api.signup(&again(person)).await.expect_problem(429, "too_many_attempts");
        }
        assert_eq!(mailbox.kinds_to(&person.email).await, ["signup"; 5]);
    }
    let waiting = Waiting::begin(api, &Person::new()).await;
    for _ in 1..5 {
        let _ = waiting.resend(api).await.expect(202);
    }
    let _ = waiting.resend(api).await.expect_problem(429, "too_many_attempts");
    let unknown = Waiting { id: "q83vEjRWeJC83vASNFZ4kA".to_owned() };
    for _ in 0..5 {
        let _ = unknown.resend(api).await.expect(202);
    }
    let _ = unknown.resend(api).await.expect_problem(429, "too_many_attempts");
}

#[tokio::test]
async fn one_source_asks_for_so_many_mails() {
    let Some((stack, mailbox)) = limited(&[("LIMIT_MAIL_SOURCE", "2/3600")]).await else { return };
    let api = &stack.api;
    let waiting = Waiting::begin(api, &Person::new()).await;
    let _ = Waiting::begin(api, &Person::new()).await;
    let refused = Person::new();
    let _ = api.signup(&refused).await.expect_problem(429, "too_many_attempts");
    let _ = waiting.resend(api).await.expect_problem(429, "too_many_attempts");
    assert_eq!(mailbox.kinds_to(&refused.email).await, Vec::<String>::new());
    let _ = Waiting::begin(&stack.from(2), &refused).await;
}

/// A password that is too easy to guess costs the address none of its mails.
#[tokio::test]
async fn what_is_refused_for_its_fields_counts_for_no_address() {
    let Some((stack, _mailbox)) = limited(&[("LIMIT_MAIL", "1/3600")]).await else { return };
    let person = Person::new();
    for password in ["password", "short"] {
        let weak = Person { password: password.to_owned(), ..person.clone() };
        let _ = stack.api.signup(&weak).await.expect_problem(422, "validation_failed");
    }
    let _ = Waiting::begin(&stack.api, &person).await;
}

async fn guess(waiting: &Waiting, api: &Api, digits: &str) -> Answer {
    waiting.confirm(api, &other_digits(digits)).await
}

#[tokio::test]
async fn codes_count_for_the_address_however_many_sign_ups_it_has() {
    let Some((stack, mailbox)) = limited(&[("LIMIT_CODE_PAIR", "5/900")]).await else { return };
    let api = &stack.api;
    let person = Person::new();
    let mut sign_ups = Vec::new();
    for _ in 0..6 {
        let waiting = Waiting::begin(api, &again(&person)).await;
        let digits = mailbox.digits(&waiting.pending()).await;
        sign_ups.push((waiting, digits));
    }
    let (last, tried) = sign_ups.split_last().unwrap();
    for (waiting, digits) in tried {
        let _ = guess(waiting, api, digits).await.expect_problem(401, "invalid_code");
    }
    let _ = last.0.confirm(api, &last.1).await.expect_problem(429, "too_many_attempts");
    // The owner is somewhere else.
    let _ = last.0.confirm(&stack.from(2), &last.1).await.expect(201);
}

#[tokio::test]
async fn of_many_guesses_from_many_sources_so_many_are_looked_at() {
    let limits = [("LIMIT_CODE_PAIR", "2/900"), ("LIMIT_CODE_ACCOUNT", "5/3600")];
    let Some((stack, mailbox)) = limited(&limits).await else { return };
    let waiting = Waiting::begin(&stack.api, &Person::new()).await;
    let code = mailbox.code(&waiting.pending()).await;
    let mut looked_at = 0;
    for host in 1..=8 {
        for _ in 0..3 {
            let answer = guess(&waiting, &stack.from(host), code.digits()).await;
            looked_at += u32::from(answer.status == 401);
            assert!([401, 429].contains(&answer.status), "{answer:?}");
        }
    }
    assert_eq!(looked_at, 5);
    let _ = waiting.confirm(&stack.from(9), code.digits()).await.expect_problem(429, "too_many_attempts");
    // Nobody guesses the code of a link.
    let _ = waiting.confirm(&stack.from(9), code.link()).await.expect(201);
}

#[tokio::test]
async fn wrong_digits_of_everybody_count_together() {
    let Some((stack, mailbox)) = limited(&[("LIMIT_CODE_ALL", "3/3600")]).await else { return };
    let api = &stack.api;
    for _ in 0..3 {
        let waiting = Waiting::begin(api, &Person::new()).await;
        let digits = mailbox.digits(&waiting.pending()).await;
        let _ = guess(&waiting, api, &digits).await.expect_problem(401, "invalid_code");
    }
    let waiting = Waiting::begin(api, &Person::new()).await;
    let code = mailbox.code(&waiting.pending()).await;
    let _ = waiting.confirm(api, code.digits()).await.expect_problem(429, "too_many_attempts");
    let _ = waiting.confirm(api, code.link()).await.expect(201);
}
