//! To whom what is sent, and to whom nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]
#![allow(dead_code, reason = "each file of tests uses a part of what they share")]

mod office;

use api_tests::{RuntimeApi, is_clean};
use office::{EMAIL, Office, PROGRAM, code_in, done, mail_lines, stream_event, user};
use serde_json::Value;
use shared::mail::{IntentId, Notice, PendingId, Subject};

/// Lets a program with these variables handle these intents, one event for all, and returns the mails and the lines of the log.
async fn handled(office: &Office, more: &[(&'static str, &str)], ids: &[&IntentId]) -> (Vec<Value>, Vec<Value>) {
    let mut variables = office.variables();
    variables.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    assert_eq!(runtime.invoke(stream_event(ids)).await, done());
    let log = function.stop().await.stdout;
    assert!(is_clean(std::str::from_utf8(&log).unwrap()));
    assert_eq!(office.left().await, 0, "what is done is removed");
    (office.ses.take_mails(), mail_lines(&log))
}

#[tokio::test]
async fn nothing_is_sent_where_nothing_is_asked_for() {
    let office = Office::open().await;
    let expired = PendingId::new_signup().unwrap();
    office.let_wait(&expired, EMAIL, -1).await;
    let mut ids = Vec::new();
    for (subject, email) in [
        (Subject::Reset, "nobody@example.com"),
        (Subject::Signup(PendingId::new_signup().unwrap()), EMAIL),
        (Subject::Signup(expired), EMAIL),
        (Subject::Change(user("7")), EMAIL),
    ] {
        ids.push(office.ask(subject, email).await);
    }
    let unknown = IntentId::from_trusted("gone".to_owned());
    let ids: Vec<_> = ids.iter().chain([&unknown]).collect();
    let (mails, lines) = handled(&office, &[], &ids).await;
    assert_eq!(mails, Vec::<Value>::new());
    let outcomes: Vec<_> = lines.iter().map(|line| line["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["no_account", "nothing_pending", "nothing_pending", "nothing_pending", "gone"]);
}

/// Whoever asks for a change to their own address, and then to somebody else's, must not get the code of the second by the
/// first mail.
#[tokio::test]
async fn a_code_goes_to_the_address_that_it_proves_and_to_no_other() {
    let office = Office::open().await;
    let change = PendingId::of_change(&user("7"));
    let first = office.ask(Subject::Change(user("7")), "mallory@example.com").await;
    let second = office.ask(Subject::Change(user("7")), "victim@example.com").await;
    office.let_wait(&change, "victim@example.com", 3600).await;
    let own = office.ask(Subject::Verify(user("7")), "mallory@example.com").await;
    let (mails, _lines) = handled(&office, &[], &[&first, &second, &own]).await;
    let to: Vec<_> = mails.iter().map(|mail| mail["Destination"]["ToAddresses"][0].as_str().unwrap()).collect();
    assert_eq!(to, ["victim@example.com", "mallory@example.com"]);
    let (code, _link) = office.live_code(&change).await;
    assert_eq!(code_in(&mails[0]).unwrap(), code);
    let proof = code_in(&mails[1]).unwrap();

    // The address of the account changes, and its proof is asked for again, within the life of the first code.
    let next = office.ask(Subject::Verify(user("7")), "victim@example.com").await;
    let (mails, _lines) = handled(&office, &[], &[&next]).await;
    assert_ne!(code_in(&mails[0]).unwrap(), proof, "the code that went to one address proves another one");
}

#[tokio::test]
async fn a_code_is_the_same_in_every_mail_while_it_lives() {
    let office = Office::open().await;
    office.add_account(EMAIL).await;
    let signup = PendingId::new_signup().unwrap();
    office.let_wait(&signup, "new@example.com", 24 * 3600).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(office.ask(Subject::Reset, EMAIL).await);
        ids.push(office.ask(Subject::Verify(user("7")), EMAIL).await);
        ids.push(office.ask(Subject::Signup(signup.clone()), "new@example.com").await);
    }
    let ids: Vec<_> = ids.iter().collect();
    let (mails, _lines) = handled(&office, &[], &ids).await;
    let codes: Vec<_> = mails.iter().map(|mail| code_in(mail).unwrap()).collect();
    assert_eq!(codes.len(), 9);
    assert!(codes[..3] == codes[3..6] && codes[..3] == codes[6..], "{codes:?}");
    assert!(codes[0] != codes[1] && codes[1] != codes[2], "{codes:?}");
}

#[tokio::test]
async fn a_code_with_less_than_twenty_minutes_left_is_replaced() {
    let office = Office::open().await;
    office.add_account(EMAIL).await;
    let reset = PendingId::of_reset(&office.digest(EMAIL));
    let mut codes = Vec::new();
    for left in [None, Some(1230), Some(1190)] {
        if let Some(left) = left {
            office.set_seconds_left(&reset, left).await;
        }
        let id = office.ask(Subject::Reset, EMAIL).await;
        let (mails, _lines) = handled(&office, &[], &[&id]).await;
        assert_eq!(code_in(&mails[0]).unwrap(), office.live_code(&reset).await.0);
        codes.push(code_in(&mails[0]).unwrap());
    }
    assert!(codes[0] == codes[1] && codes[1] != codes[2], "{codes:?}");
    assert!(office.seconds_left(&reset).await > 1700);
}

#[tokio::test]
async fn mails_to_unproved_addresses_have_a_limit_together_and_a_reset_has_none_of_it() {
    let office = Office::open().await;
    office.add_account(EMAIL).await;
    let mut ids = Vec::new();
    for number in 0..4 {
        ids.push(office.ask(Subject::Verify(user(&number.to_string())), &format!("a{number}@example.com")).await);
    }
    ids.push(office.ask(Subject::Reset, EMAIL).await);
    ids.push(office.ask(Subject::Notice(Notice::PasswordChanged), EMAIL).await);
    let ids: Vec<_> = ids.iter().collect();
    let (mails, lines) = handled(&office, &[("LIMIT_MAIL_UNPROVED", "2/86400")], &ids).await;
    assert_eq!(mails.len(), 4);
    let dropped: Vec<_> = lines.iter().filter(|line| line["outcome"] == "over_limit").collect();
    assert_eq!(dropped.len(), 2, "{lines:#?}");
    assert!(dropped.iter().all(|line| line["level"] == "WARN" && line["unproved_mails_dropped"] == 1), "{dropped:#?}");
}

#[tokio::test]
async fn an_address_gets_at_most_ten_notices_of_new_log_ins_a_day() {
    let office = Office::open().await;
    let mut ids = Vec::new();
    for _ in 0..11 {
        ids.push(office.ask(Subject::Notice(Notice::NewLogin), EMAIL).await);
    }
    ids.push(office.ask(Subject::Notice(Notice::NewLogin), "grace@example.com").await);
    let ids: Vec<_> = ids.iter().collect();
    let (mails, lines) = handled(&office, &[], &ids).await;
    assert_eq!((mails.len(), lines[10]["outcome"].as_str()), (11, Some("enough_notices")));
}

#[tokio::test]
async fn an_address_that_no_mail_reaches_ends_its_intent() {
    let office = Office::open().await;
    let long = format!("{}@example.com", "x".repeat(70));
    let ids = [
        office.ask(Subject::Notice(Notice::Deleted), &long).await,
        office.ask(Subject::Notice(Notice::Deleted), "ada@latchkey.invalid").await,
        office.ask(Subject::Notice(Notice::Deleted), "a..b@example.com").await,
    ];
    let (mails, lines) = handled(&office, &[], &ids.each_ref()).await;
    let outcomes: Vec<_> = lines.iter().map(|line| line["outcome"].as_str().unwrap()).collect();
    assert_eq!((outcomes, mails.len()), (vec!["refused", "refused", "sent"], 1));
    assert_eq!(mails[0]["Destination"]["ToAddresses"][0], "\"a..b\"@example.com");
}
