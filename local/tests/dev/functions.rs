//! `--function`: what happens around a function's program. What happens in one is tested in examples/notes.

use std::fs::File;
use std::process::Command;
use std::time::Duration;

use crate::fifo::{fifo_in, open_for_reading};
use crate::program::{Dev, PROGRAM};

#[tokio::test]
async fn a_program_that_ends_is_reported_in_one_line_and_its_requests_are_500() {
    let mut dev = Dev::start(&["--function", "/gone=exit 3"]).await;
    let line = dev.line_of_the_log_with("has ended").await;
    assert!(line.contains("/gone (exit 3) has ended (exit status: 3)"), "{line}");
    for path in ["/gone", "/gone/and/below"] {
        let answer = dev.get(path).await;
        assert_eq!(answer, (500, r#"{"message":"Internal Server Error"}"#.to_owned()), "{path}");
    }
    assert_eq!(dev.get("/gone-not").await.0, 404);
    assert_eq!(dev.get("/.well-known/openid-configuration").await.0, 200, "the rest goes on");
    dev.stop().await;
}

#[tokio::test]
async fn a_request_is_500_also_when_the_program_ends_under_it() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = fifo_in(&folder);
    // Reads from the pipe until the test has written, and ends then.
    let dev = Dev::start(&["--function", &format!("/ends=cat '{fifo}'")]).await;
    let write_once_asked = tokio::task::spawn_blocking(move || File::create(fifo).map(drop).unwrap());
    let (answer, written) = tokio::join!(dev.get("/ends"), write_once_asked);
    written.unwrap();
    assert_eq!(answer, (500, r#"{"message":"Internal Server Error"}"#.to_owned()));
    dev.stop().await;
}

#[tokio::test]
async fn nothing_that_a_program_has_started_outlives_cargo_dev() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = fifo_in(&folder);
    let dev = Dev::start(&["--function", &format!("/long=(echo started; exec sleep 600) > '{fifo}' & wait")]).await;
    let started = open_for_reading(fifo).await;
    dev.stop().await;
    started.assert_ended();
}

#[tokio::test]
async fn a_function_that_cannot_be_one_is_refused_with_an_example() {
    for (function, expected) in [("notes", "/notes='cargo run -p notes'"), ("/auth/more=x", "Latchkey's own")] {
        // Were it taken, the program would run: on no port of others, and for so long.
        let elsewhere = ["--memory", "--port", "0", "--provider-port", "0", "--dynamodb-port", "0"];
        let mut command = tokio::process::Command::new(PROGRAM);
        let output = command.args(elsewhere).args(["--function", function]).kill_on_drop(true).output();
        let output = tokio::time::timeout(Duration::from_secs(30), output).await.unwrap().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(expected), "{function}: {error}");
    }
}

#[tokio::test]
async fn two_functions_at_one_path_are_refused() {
    let elsewhere = ["--memory", "--port", "0", "--provider-port", "0", "--dynamodb-port", "0"];
    let twice = ["--function", "/a=cat", "--function", "/a=cat"];
    let output = Command::new(PROGRAM).args(elsewhere).args(twice).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success()
            && error.ends_with("error: two functions are to answer /a: pass one --function for each path\n"),
        "{error}"
    );
}
