//! The pretend providers of `cargo dev`, and the real ones in their place.

use std::net::Ipv4Addr;

use tokio::net::TcpListener;
use tokio::process::Command;

use crate::program::{Dev, PROGRAM};

const GITHUB: [(&str, &str); 2] = [("OAUTH_GITHUB_CLIENT_ID", "an-id"), ("OAUTH_GITHUB_CLIENT_SECRET", "a-secret")];

#[tokio::test]
async fn pretend_providers_are_there_by_default_and_each_call_is_a_line() {
    let mut dev = Dev::start(&[]).await;
    let line = dev.line_said_with("Pretend providers are at").await;
    let url = line.split_whitespace().find_map(|word| word.strip_suffix(':')).unwrap().to_owned();
    assert!(url.starts_with("http://127.0.0.1:"), "{line}");
    let document = reqwest::get(format!("{url}/google/.well-known/openid-configuration")).await.unwrap();
    assert_eq!(document.status(), 200);
    let line = dev.line_of_the_log_with("/google/").await;
    assert!(line.starts_with("GET  /google/.well-known/openid-configuration 200"), "{line}");
    let refused = reqwest::get(format!("{url}/github/login/oauth/authorize?client_id=secret-1")).await.unwrap();
    assert_eq!(refused.status(), 400);
    let line = dev.line_of_the_log_with("/github/").await;
    assert!(line.starts_with("GET  /github/login/oauth/authorize 400 invalid_client"), "{line}");
    dev.stop().await;
}

#[tokio::test]
async fn with_an_id_the_real_provider_takes_their_place_and_its_redirect_uri_is_said() {
    let mut dev = Dev::start_with(&[], &GITHUB).await;
    let expected = format!("{}/auth/oauth/github/callback", dev.url());
    let line = dev.line_said_with("OAUTH_GITHUB_CLIENT_ID").await;
    assert!(line.ends_with(&format!("to the letter: {expected}")), "{line}");
    let said = dev.said_until_the_end().await;
    assert!(said.contains("Stopped.") && !said.contains("Pretend providers"), "{said}");
}

#[tokio::test]
async fn the_redirect_uri_is_at_the_issuer_and_x_takes_no_localhost() {
    let x =
        [("OAUTH_X_CLIENT_ID", "an-id"), ("OAUTH_X_CLIENT_SECRET", "a-secret"), ("ISSUER", "http://localhost:4000")];
    let mut dev = Dev::start_with(&[], &x).await;
    let line = dev.line_said_with("OAUTH_X_CLIENT_ID").await;
    assert!(line.ends_with("http://localhost:4000/auth/oauth/x/callback"), "{line}");
    let line = dev.line_said_with("X takes no redirect URI on localhost").await;
    assert!(line.contains("ISSUER=http://127.0.0.1:4000"), "{line}");
    dev.stop().await;
}

#[tokio::test]
async fn an_id_of_none_is_not_set() {
    let mut dev = Dev::start_with(&[], &[("OAUTH_GITHUB_CLIENT_ID", "none")]).await;
    let _line = dev.line_said_with("Pretend providers are at").await;
    dev.stop().await;
}

#[tokio::test]
async fn a_taken_port_is_named_with_the_option_that_changes_it() {
    let somebody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = somebody.local_addr().unwrap().port().to_string();
    let arguments = ["--memory", "--port", "0", "--dynamodb-port", "0", "--provider-port", port.as_str()];
    let output = Command::new(PROGRAM).args(arguments).kill_on_drop(true).output().await.unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains(&format!("127.0.0.1:{port} is taken")), "{error}");
    assert!(error.trim_end().ends_with("pass another --provider-port"), "{error}");
}
