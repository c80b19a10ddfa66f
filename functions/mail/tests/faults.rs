//! What becomes of a mail when SES or DynamoDB fails, or when the function itself ends.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]
#![allow(dead_code, reason = "each file of tests uses a part of what they share")]

mod office;

use api_tests::{Fault, RuntimeApi, SesAnswer, is_clean};
use office::{EMAIL, Office, PROGRAM, again_from, code_in, done, mail_lines, stream_event, user};
use shared::mail::{Notice, PendingId, Subject};

#[tokio::test]
async fn a_mail_that_ses_does_not_take_comes_again_with_the_same_code() {
    let office = Office::open().await;
    office.add_account(EMAIL).await;
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &office.variables());
    let first = office.ask(Subject::Reset, EMAIL).await;
    let verify = office.ask(Subject::Verify(user("7")), EMAIL).await;
    let mut codes = Vec::new();
    for answer in [
        SesAnswer::Refuse("TooManyRequestsException"),
        SesAnswer::Refuse("LimitExceededException"),
        SesAnswer::Refuse("InternalServerError"),
        SesAnswer::Refuse("SendingPausedException"),
        SesAnswer::TakeAndClose,
        SesAnswer::TakeSilently,
    ] {
        office.ses.answer(answer);
        assert_eq!(runtime.invoke(stream_event(&[&first, &verify])).await, again_from(1), "{answer:?}");
        let mails = office.ses.take_mails();
        assert!(!mails.is_empty(), "{answer:?}");
        codes.extend(mails.iter().map(|mail| code_in(mail).unwrap()));
        assert_eq!(office.left().await, 2, "after {answer:?}");
    }
    office.ses.answer(SesAnswer::Take);
    assert_eq!(runtime.invoke(stream_event(&[&first, &verify])).await, done());
    let mails = office.ses.take_mails();
    assert_eq!((mails.len(), office.left().await), (2, 0));
    codes.push(code_in(&mails[0]).unwrap());
    codes.dedup();
    assert_eq!(codes, [office.live_code(&PendingId::of_reset(&office.digest(EMAIL))).await.0]);

    let log = function.stop().await.stdout;
    assert!(is_clean(std::str::from_utf8(&log).unwrap()), "{}", String::from_utf8_lossy(&log));
    let failed: Vec<_> = mail_lines(&log).into_iter().filter(|line| line["outcome"] == "failed").collect();
    assert_eq!(failed.len(), 6);
    assert!(failed.iter().all(|line| line["level"] == "ERROR" && line["mail_failures"] == 1), "{failed:#?}");
    let causes: Vec<_> = failed.iter().map(|line| line["cause"].as_str().unwrap()).collect();
    assert!(causes[0].contains("TooManyRequestsException") && causes[5].contains("SES did not answer"), "{causes:?}");
}

#[tokio::test]
async fn a_function_that_ends_after_sending_sends_the_same_code_again() {
    let office = Office::open().await;
    office.add_account(EMAIL).await;
    let id = office.ask(Subject::Reset, EMAIL).await;
    let mut codes = Vec::new();
    office.ses.answer(SesAnswer::TakeSilently);
    for _ in 0..2 {
        let runtime = RuntimeApi::start().await;
        let function = runtime.start_function(PROGRAM, &office.variables());
        tokio::select! {
            response = runtime.invoke(stream_event(&[&id])) => panic!("{response}"),
            () = office.ses.has_got(1) => {}
        }
        let _log = function.stop().await;
        codes.push(code_in(&office.ses.take_mails()[0]).unwrap());
    }
    office.ses.answer(SesAnswer::Take);
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &office.variables());
    assert_eq!(runtime.invoke(stream_event(&[&id])).await, done());
    codes.push(code_in(&office.ses.take_mails()[0]).unwrap());
    codes.dedup();
    assert_eq!(codes, [office.live_code(&PendingId::of_reset(&office.digest(EMAIL))).await.0]);
    // The stream repeats what is done.
    assert_eq!(runtime.invoke(stream_event(&[&id])).await, done());
    assert_eq!(office.ses.take_mails().len(), 0);
}

#[tokio::test]
async fn a_mail_that_ses_refuses_for_good_is_done_and_the_log_says_what_to_do() {
    let office = Office::open().await;
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &office.variables());
    for exception in ["MessageRejected", "BadRequestException"] {
        office.ses.answer(SesAnswer::Refuse(exception));
        let id = office.ask(Subject::Notice(Notice::Deleted), EMAIL).await;
        assert_eq!(runtime.invoke(stream_event(&[&id])).await, done(), "{exception}");
        assert_eq!((office.ses.take_mails().len(), office.left().await), (1, 0));
    }
    let log = function.stop().await.stdout;
    // SES's own words hold the address.
    assert!(is_clean(std::str::from_utf8(&log).unwrap()), "{}", String::from_utf8_lossy(&log));
    for line in mail_lines(&log) {
        assert_eq!((&line["level"], &line["outcome"]), (&"ERROR".into(), &"refused".into()));
        assert_eq!(line["email_digest"], office.digest(EMAIL));
        assert!(line["cause"].as_str().unwrap().contains("ask AWS for production access"), "{line}");
    }
}

#[tokio::test]
async fn a_mail_is_not_lost_whichever_call_to_dynamodb_fails() {
    let office = Office::open().await;
    office.add_account(EMAIL).await;
    let (proxy, mut variables) = office.tables.behind_proxy(PROGRAM).await;
    variables.extend(office.settings());
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let mut codes = Vec::new();
    for call in [
        ("GetItem", "latchkey-outbox"),
        ("GetItem", "latchkey-credentials"),
        ("GetItem", "latchkey-pending"),
        ("PutItem", "latchkey-pending"),
        ("DeleteItem", "latchkey-outbox"),
    ] {
        for fault in [Fault::Refuse("ThrottlingException"), Fault::LoseAnswer, Fault::Close] {
            let id = office.ask(Subject::Reset, EMAIL).await;
            proxy.fail_call(call, usize::MAX, fault.clone());
            let failed = runtime.invoke(stream_event(&[&id])).await;
            proxy.heal();
            // A code is written once, so later mails have nothing to put.
            let is_put_before = call.0 == "PutItem" && failed == done();
            assert!(is_put_before || failed == again_from(1), "{call:?} {fault:?}: {failed}");
            assert_eq!(runtime.invoke(stream_event(&[&id])).await, done(), "{call:?} {fault:?}");
            let mails = office.ses.take_mails();
            assert!(!mails.is_empty(), "{call:?} {fault:?}");
            codes.extend(mails.iter().map(|mail| code_in(mail).unwrap()));
            assert_eq!(office.left().await, 0);
        }
    }
    codes.dedup();
    assert_eq!(codes, [office.live_code(&PendingId::of_reset(&office.digest(EMAIL))).await.0]);
    let log = function.stop().await.stdout;
    assert!(is_clean(std::str::from_utf8(&log).unwrap()), "{}", String::from_utf8_lossy(&log));
}

#[tokio::test]
async fn records_before_a_failure_are_done_and_those_after_it_wait() {
    let office = Office::open().await;
    let runtime = RuntimeApi::start().await;
    let (proxy, mut variables) = office.tables.behind_proxy(PROGRAM).await;
    variables.extend(office.settings());
    let _function = runtime.start_function(PROGRAM, &variables);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(office.ask(Subject::Notice(Notice::Deleted), EMAIL).await);
    }
    let ids: Vec<_> = ids.iter().collect();
    proxy.fail_key("GetItem", ids[1].as_str(), usize::MAX, Fault::Refuse("InternalServerError"));
    assert_eq!(runtime.invoke(stream_event(&ids)).await, again_from(2));
    assert_eq!((office.ses.take_mails().len(), office.left().await), (1, 2));
    proxy.heal();
    assert_eq!(runtime.invoke(stream_event(&ids[1..])).await, done());
    assert_eq!((office.ses.take_mails().len(), office.left().await), (2, 0));
}

#[tokio::test]
async fn a_limit_does_not_count_mails_that_were_not_sent() {
    let office = Office::open().await;
    let mut variables = office.variables();
    variables.push(("LIMIT_MAIL_UNPROVED", "1/86400".to_owned()));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let id = office.ask(Subject::Verify(user("7")), EMAIL).await;
    office.ses.answer(SesAnswer::Refuse("TooManyRequestsException"));
    for _ in 0..2 {
        assert_eq!(runtime.invoke(stream_event(&[&id])).await, again_from(1));
    }
    office.ses.answer(SesAnswer::Take);
    let _refused = office.ses.take_mails();
    assert_eq!(runtime.invoke(stream_event(&[&id])).await, done());
    assert_eq!(office.ses.take_mails().len(), 1);
}
