use std::time::Duration;

use api_tests::{Answer, Api, Mailbox, OwnStack, Person, StackBuilder, TestClock, Waiting, own_stack};
use futures_util::future::join_all;
use secrecy::ExposeSecret as _;
use serde_json::json;
use shared::clock::Timestamp;
use shared::domain::{EmailAddress, Provider, UserClaims};
use shared::mail::{Invitation, InvitationCode, InvitationStore as _};
use shared::store::InvitationTable;
use shared::store::schema::TABLES;

use crate::oauth::support::{SignIns, Someone, with_provider};

fn invited() -> Option<StackBuilder> {
    Some(own_stack()?.variable("SIGNUP", "invited"))
}

/// Invites whoever has this address or, without one, anyone, and returns the code.
async fn invite(stack: &OwnStack, email: Option<&str>, good_until: Timestamp) -> String {
    let tables = TABLES.iter().map(|table| (table.variable.to_owned(), stack.table(table.variable)));
    let invitations = InvitationTable::read(&tables.collect(), &stack.dynamodb).unwrap();
    let code = InvitationCode::generate().unwrap();
    let invitation = Invitation {
        good_until,
        email: email.map(|email| EmailAddress::parse(email).unwrap()),
        claims: UserClaims::parse(r#"{"plan":"pro"}"#).unwrap(),
    };
    invitations.invite(&code.id(), &invitation).await.unwrap();
    code.as_secret().expose_secret().to_owned()
}

fn tomorrow() -> Timestamp {
    shared::clock::Clock::system().now().after(Duration::from_hours(24))
}

async fn sign_up(api: &Api, person: &Person, code: &str) -> Answer {
    let mut body = person.signup_body();
    body["invite"] = json!(code);
    api.send(api.post("/auth/signup").json(&body)).await
}

#[tokio::test]
async fn an_invitation_makes_one_account_with_its_claims() {
    let Some(stack) = invited() else { return };
    let stack = stack.start().await;
    let (api, person) = (&stack.api, Person::new());
    let _ = api.signup(&person).await.expect_problem(403, "invite_required");
    let _ = sign_up(api, &person, "").await.expect_problem(403, "invite_required");
    let _ = sign_up(api, &person, "AAAAAAAAAAAAAAAAAAAAAA").await.expect_problem(403, "invalid_invite");
    let code = invite(&stack, None, tomorrow()).await;
    // Who fails for another reason has not used it.
    let weak = Person { password: "password".to_owned(), ..person.clone() };
    let _ = sign_up(api, &weak, &code).await.expect_problem(422, "validation_failed");
    let _ = sign_up(api, &person, &code).await.expect(201);
    let user = &stack.items("USERS_TABLE").await[0];
    assert_eq!(user["claims"].as_s().unwrap(), r#"{"plan":"pro"}"#);
    let _ = sign_up(api, &Person::new(), &code).await.expect_problem(403, "invalid_invite");
    assert!(stack.items("PENDING_TABLE").await.is_empty());
}

#[tokio::test]
async fn of_racing_sign_ups_with_one_invitation_one_wins() {
    let Some(stack) = invited() else { return };
    let stack = stack.start().await;
    let code = invite(&stack, None, tomorrow()).await;
    let people: Vec<_> = (0..20).map(|_| Person::new()).collect();
    let answers = join_all(people.iter().map(|person| sign_up(&stack.api, person, &code))).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 19, "{statuses:?}");
    for table in ["USERS_TABLE", "CREDENTIALS_TABLE"] {
        assert_eq!(stack.items(table).await.len(), 1, "{table}");
    }
}

#[tokio::test]
async fn an_invitation_is_for_its_address_and_its_time() {
    let Some(stack) = invited() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start().await;
    let (api, person) = (&stack.api, Person::new());
    let code =
        invite(&stack, Some(&person.email.to_uppercase()), clock.clock().now().after(Duration::from_mins(10))).await;
    let _ = sign_up(api, &Person::new(), &code).await.expect_problem(403, "invalid_invite");
    clock.advance(Duration::from_mins(9));
    let _ = sign_up(api, &person, &code).await.expect(201);

    let late = Person::new();
    let code = invite(&stack, None, clock.clock().now().after(Duration::from_mins(10))).await;
    clock.advance(Duration::from_mins(10));
    let _ = sign_up(api, &late, &code).await.expect_problem(403, "invalid_invite");
}

#[tokio::test]
async fn where_a_code_is_needed_the_account_uses_the_invitation_up() {
    let Some(stack) = invited() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "required").start().await;
    let (api, mailbox) = (&stack.api, Mailbox::of(&stack));
    let _ = api.signup(&Person::new()).await.expect_problem(403, "invite_required");
    let code = invite(&stack, None, tomorrow()).await;
    let (first, second) = (Person::new(), Person::new());
    let first = Waiting::of(&sign_up(api, &first, &code).await.expect(202));
    let second = Waiting::of(&sign_up(api, &second, &code).await.expect(202));
    let (for_first, for_second) = (mailbox.digits(&first.pending()).await, mailbox.digits(&second.pending()).await);
    let _ = second.confirm(api, &for_second).await.expect(201);
    assert_eq!(stack.items("USERS_TABLE").await[0]["claims"].as_s().unwrap(), r#"{"plan":"pro"}"#);
    let _ = first.confirm(api, &for_first).await.expect_problem(403, "invalid_invite");
    assert_eq!(stack.items("USERS_TABLE").await.len(), 1);
}

#[tokio::test]
async fn where_a_code_is_needed_the_invitation_must_last_until_it_comes_back() {
    let Some(stack) = invited() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.variable("EMAIL_VERIFICATION", "required").clock(clock.clock()).start().await;
    let (api, mailbox) = (&stack.api, Mailbox::of(&stack));
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let code = invite(&stack, None, clock.clock().now().after(Duration::from_mins(10))).await;
        let begun = Waiting::of(&sign_up(api, &Person::new(), &code).await.expect(202));
        let digits = mailbox.digits(&begun.pending()).await;
        waiting.push((begun, digits));
    }
    let [(in_time, digits), (late, late_digits)] = waiting.as_slice() else { panic!("two wait") };
    clock.advance(Duration::from_mins(9));
    let _ = in_time.confirm(api, digits).await.expect(201);
    clock.advance(Duration::from_mins(1));
    let _ = late.confirm(api, late_digits).await.expect_problem(403, "invalid_invite");
    assert_eq!(stack.items("USERS_TABLE").await.len(), 1);
}

#[tokio::test]
async fn a_providers_account_is_no_invitation() {
    let Some(stack) = invited() else { return };
    let stack = with_provider(stack, Provider::Github).start().await;
    let stranger = Someone::at(Provider::Github);
    let _ = SignIns::at(&stack).log_in(&stack.api, &stranger).await.expect_problem(403, "signup_closed");
    assert!(stack.items("USERS_TABLE").await.is_empty());
}

#[tokio::test]
async fn where_anyone_may_sign_up_an_invitation_still_brings_its_claims() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let code = invite(&stack, None, tomorrow()).await;
    let _ = sign_up(&stack.api, &Person::new(), &code).await.expect(201);
    assert_eq!(stack.items("USERS_TABLE").await[0]["claims"].as_s().unwrap(), r#"{"plan":"pro"}"#);
    let _ = sign_up(&stack.api, &Person::new(), "AAAAAAAAAAAAAAAAAAAAAA").await.expect_problem(403, "invalid_invite");
}
