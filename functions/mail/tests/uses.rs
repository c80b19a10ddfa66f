//! What the program uses of its surroundings, seen from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]
#![allow(dead_code, reason = "each file of tests uses a part of what they share")]

mod office;

use api_tests::RuntimeApi;
use office::{EMAIL, Office, PROGRAM, again_from, done, stream_event, user};
use shared::mail::{Notice, PendingId, Subject};

#[tokio::test]
async fn it_calls_and_reads_what_is_written_down() {
    let office = Office::open().await;
    let (proxy, mut variables) = office.tables.behind_proxy(PROGRAM).await;
    variables.extend(office.settings());
    variables.push(("AWS_LAMBDA_LOG_LEVEL", "DEBUG".to_owned()));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    office.add_account(EMAIL).await;
    let signup = PendingId::new_signup().unwrap();
    office.let_wait(&signup, "new@example.com", 3600).await;
    for (subject, email) in [
        (Subject::Signup(signup), "new@example.com"),
        (Subject::Verify(user("7")), EMAIL),
        (Subject::Reset, EMAIL),
        (Subject::Notice(Notice::NewLogin), EMAIL),
        // What is taken back is an update, too.
        (Subject::Change(user("8")), "next@example.com"),
    ] {
        let id = office.ask(subject, email).await;
        assert_eq!(runtime.invoke(stream_event(&[&id])).await, done());
    }
    let calls = proxy.take_calls();
    let whole = |call: &&api_tests::Recorded| {
        call.body["TableName"] == "latchkey-credentials" && call.body["ProjectionExpression"] != "#key"
    };
    assert_eq!(calls.iter().filter(whole).count(), 0, "it reads hashes: {calls:?}");
    let mut log = function.stop().await.stdout;

    // Nobody listens there, so the mail comes again.
    variables.extend([("MAIL_TRANSPORT", "smtp".to_owned()), ("SMTP_URL", "smtps://127.0.0.1:1".to_owned())]);
    let function = runtime.start_function(PROGRAM, &variables);
    let id = office.ask(Subject::Notice(Notice::Deleted), EMAIL).await;
    assert_eq!(runtime.invoke(stream_event(&[&id])).await, again_from(1));
    log.extend(function.stop().await.stdout);
    PROGRAM.assert_uses_of_stream(&calls, &log);
}
