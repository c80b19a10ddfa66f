//! `--no-limits`, and how somebody who is refused learns of it.

use std::time::Duration;

use api_tests::Person;
use tokio::process::Command;

use crate::program::{Dev, PROGRAM};

/// One attempt of each kind, and no more.
const TIGHT: [(&str, &str); 4] = [
    ("LIMIT_PAIR", "1/86400"),
    ("LIMIT_ACCOUNT", "1/86400"),
    ("LIMIT_ADDRESS", "1/86400"),
    ("LIMIT_SIGNUP", "1/86400"),
];

#[tokio::test]
async fn without_limits_nothing_is_refused_whatever_the_variables_say() {
    let dev = Dev::start_with(&["--no-limits"], &TIGHT).await;
    let api = dev.api();
    for _ in 0..3 {
        let (person, _token) = api.somebody().await;
        let _ = api.signup(&person).await.expect(409);
        for _ in 0..3 {
            let _ = api.login(&Person { password: Person::new().password, ..person.clone() }).await.expect(401);
            let _ = api.login(&person).await.expect(200);
        }
    }
    dev.stop().await;
}

#[tokio::test]
async fn the_line_of_a_refused_attempt_names_the_option() {
    let mut dev = Dev::start_with(&[], &TIGHT).await;
    let (person, _token) = dev.api().somebody().await;
    let _ = dev.api().login(&person).await.expect(200);
    let _ = dev.api().login(&person).await.expect(429);
    let line = dev.line_of_the_log_with("too_many_attempts").await;
    assert!(line.ends_with("from 127.0.0.1 (cargo dev --no-limits switches the limits off)"), "{line}");
    dev.stop().await;
}

#[tokio::test]
async fn tables_alone_have_no_limits_to_switch_off() {
    let arguments = ["--tables-only", "--no-limits", "--memory", "--dynamodb-port", "0"];
    // Were it taken, the tables would stay there.
    let output = Command::new(PROGRAM).args(arguments).kill_on_drop(true).output();
    let output = tokio::time::timeout(Duration::from_secs(30), output).await.unwrap().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && error.contains("--no-limits"), "{error}");
}
