//! The smoke test, beside stacks that are right and stacks that are wrong on purpose.

use std::net::Ipv4Addr;

use api_tests::{StackBuilder, TlsEndpoint, own_stack};
use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;

use crate::command::{Outcome, run};
use crate::meddler::{Meddler, Meddling};

const APP: &str = "https://app.example.com";
const PAGE: &str = "https://app.example.com/signed-in";

/// Tries this URL out.
async fn smoke(url: &str, options: &[&str]) -> Outcome {
    run(&[&["smoke", url], options].concat(), &[], "").await
}

/// A stack with the limit of log-ins that a deployment has by default, and a provider.
fn deployment() -> Option<StackBuilder> {
    let stack = own_stack()?.variable("ALLOWED_ORIGINS", APP).variable("LIMIT_PAIR", "10/900");
    let stack = stack.variable("OAUTH_RETURN_URLS", PAGE).variable("OAUTH_GITHUB_CLIENT_ID", "an-id");
    Some(stack.variable("OAUTH_GITHUB_CLIENT_SECRET", "a-secret"))
}

impl Outcome {
    /// The checks that failed, each with what was seen and what is to be done.
    fn expect_failures(self) -> Vec<String> {
        assert!(self.code == Some(1) && self.stderr.starts_with("error: "), "{self:?}");
        assert_eq!(self.stderr.trim_end().lines().count(), 1, "{self:?}");
        let mut failures: Vec<String> = Vec::new();
        let mut is_of_a_failure = false;
        for line in self.stdout.split("\n\n").next().unwrap().lines() {
            if let Some(name) = line.strip_prefix("failed   ") {
                failures.push(name.to_owned());
                is_of_a_failure = true;
            } else if let (true, Some(text)) = (is_of_a_failure, line.strip_prefix("         ")) {
                let failure = failures.last_mut().unwrap();
                failure.push('\n');
                failure.push_str(text);
            } else {
                is_of_a_failure = false;
            }
        }
        failures
    }

    /// The one check that failed.
    fn expect_failure(self) -> String {
        let mut failures = self.expect_failures();
        assert_eq!(failures.len(), 1, "{failures:?}");
        failures.remove(0)
    }
}

fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

#[tokio::test]
async fn a_deployment_that_is_right_passes_every_check_and_keeps_no_user() {
    let Some(stack) = deployment() else { return };
    let stack = stack.start().await;
    let said = smoke(stack.api.url(), &["--origin", APP, "--return-to", PAGE]).await.expect_success();
    let (checks, rest) = said.split_once("\n\n").unwrap();
    assert_says(
        checks,
        &[&format!("leads to github, where this must be registered: {}/auth/oauth/github/callback", stack.api.url())],
    );
    assert!(checks.lines().all(|line| line.starts_with("ok       ")), "{said}");
    assert_says(rest, &["28 ok, 0 failed, 0 skipped."]);
    assert!(!said.contains("eyJ"), "a token is shown: {said}");

    assert!(!rest.contains("stays"), "{said}");
    let (users, credentials) = (stack.items("USERS_TABLE").await, stack.items("CREDENTIALS_TABLE").await);
    assert_eq!((users.len(), credentials.len()), (0, 0));
}

#[tokio::test]
async fn a_user_who_cannot_be_deleted_is_left_with_the_way_to_remove_it() {
    let Some(stack) = deployment() else { return };
    let meddler = Meddler::bind().await;
    let stack = stack.variable("ISSUER", meddler.url()).start().await;
    let front = meddler.serve(stack.api.url(), stack.api.url());
    front.meddle(Meddling::Answers("/auth/account/delete"));
    let outcome = smoke(front.url(), &["--origin", APP, "--return-to", PAGE]).await;
    let (users, credentials) = (stack.items("USERS_TABLE").await, stack.items("CREDENTIALS_TABLE").await);
    let (id, email) = (users[0]["id"].as_s().unwrap(), credentials[0]["email"].as_s().unwrap());
    assert!(email.ends_with(".invalid"), "{email}");
    for key in [format!(r#"'{{"id":{{"S":"{id}"}}}}'"#), format!(r#"'{{"email":{{"S":"{email}"}}}}'"#)] {
        assert_says(&outcome.stdout, &[&format!("--key {key}")]);
    }
    assert_says(&outcome.expect_failure(), &["A deletion ends the account", "the response was 200"]);
}

#[tokio::test]
async fn a_sign_up_that_waits_for_its_code_is_tried_without_it() {
    let Some(stack) = deployment() else { return };
    let stack = stack.variable("EMAIL_VERIFICATION", "required").start().await;
    let said = smoke(stack.api.url(), &["--origin", APP, "--return-to", PAGE]).await.expect_success();
    assert_says(
        &said,
        &[
            "ok       A wrong code makes no account",
            "ok       A wrong code sets no password",
            "skipped  Whatever needs an account\n         EmailVerification is required",
            "15 ok, 0 failed, 1 skipped.",
        ],
    );
    assert_eq!(stack.items("USERS_TABLE").await.len(), 0);
}

#[tokio::test]
async fn a_deployment_without_mail_is_said_to_have_none() {
    let Some(stack) = deployment() else { return };
    let meddler = Meddler::bind().await;
    let stack = stack.variable("ISSUER", meddler.url()).start().await;
    let front = meddler.serve(stack.api.url(), stack.api.url());
    front.meddle(Meddling::HasNoMail);
    let said = smoke(front.url(), &["--origin", APP, "--return-to", PAGE]).await.expect_success();
    assert_says(
        &said,
        &[
            "ok       Without mail, no route asks for codes",
            "skipped  Whatever needs mail",
            "26 ok, 0 failed, 1 skipped.",
        ],
    );
}

#[tokio::test]
async fn what_is_not_passed_is_not_checked_and_said_so() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let said = smoke(stack.api.url(), &["--limit-pair", "0"]).await.expect_success();
    assert_says(
        &said,
        &[
            "ok       Pages of other origins may not call",
            "--origin",
            "LimitPair is 0",
            "no provider is set up",
            "25 ok, 0 failed",
        ],
    );
    let said = smoke(stack.api.url(), &["--limit-pair", "51/900"]).await.expect_success();
    assert_says(&said, &["LimitPair allows 51"]);
}

#[tokio::test]
async fn another_issuer_is_named_with_both_ways_out() {
    let Some(stack) = deployment() else { return };
    let stack = stack.variable("ISSUER", "https://auth.example.com").start().await;
    let url = stack.api.url();
    let failures = smoke(url, &["--origin", APP]).await.expect_failures();
    assert_eq!(failures.len(), 2, "the document and the token: {failures:?}");
    assert_says(
        &failures[0],
        &["issuer is https://auth.example.com", "Call https://auth.example.com", &format!("Issuer={url}")],
    );
    assert!(!failures[1].contains("Call "), "advice is given once: {failures:?}");
}

#[tokio::test]
async fn another_audience_is_named() {
    let Some(stack) = deployment() else { return };
    let stack = stack.variable("AUDIENCE", "shop").start().await;
    let failure = smoke(stack.api.url(), &["--origin", APP]).await.expect_failure();
    assert_says(&failure, &["the audience is \"shop\", not \"latchkey\"", "--audience"]);
    let _ = smoke(stack.api.url(), &["--origin", APP, "--audience", "shop"]).await.expect_success();
}

#[tokio::test]
async fn an_origin_that_is_not_listed_is_to_be_listed() {
    let Some(stack) = deployment() else { return };
    let stack = stack.start().await;
    let failure = smoke(stack.api.url(), &["--origin", "https://shop.example.com"]).await.expect_failure();
    assert_says(
        &failure,
        &["https://shop.example.com may call", "not on the list", "AllowedOrigins=https://shop.example.com"],
    );
}

#[tokio::test]
async fn origins_that_are_not_listed_at_all_are_to_be_listed() {
    let Some(stack) = deployment() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "*").start().await;
    let failures = smoke(stack.api.url(), &["--origin", APP]).await.expect_failures();
    assert_eq!(failures.len(), 2, "{failures:?}");
    assert_says(&failures[0], &["AllowedOrigins is *", "AllowedOrigins=https://app.example.com"]);
    assert_says(&failures[1], &["other origins", "AllowedOrigins is *"]);
    let said = smoke(stack.api.url(), &[]).await.expect_success();
    assert_says(&said, &["skipped  Pages of other origins", "list your origins"]);
}

#[tokio::test]
async fn a_page_that_no_sign_in_may_return_to_is_to_be_listed() {
    let Some(stack) = deployment() else { return };
    let stack = stack.start().await;
    let other = "https://app.example.com/signed-in/";
    let failure = smoke(stack.api.url(), &["--origin", APP, "--return-to", other]).await.expect_failure();
    assert_says(&failure, &["leads to github", "400 return_url_not_allowed", "OAuthReturnUrls"]);
    let said = smoke(stack.api.url(), &["--origin", APP]).await.expect_success();
    assert_says(&said, &["skipped  A sign-in leads to the provider", "--return-to"]);
}

#[tokio::test]
async fn an_issuer_that_cannot_be_reached_leads_to_the_log() {
    let Some(stack) = deployment() else { return };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let stack = stack.variable("OAUTH_OIDC_ISSUER", &nobody).variable("OAUTH_OIDC_CLIENT_ID", "an-id");
    let stack = stack.variable("OAUTH_OIDC_CLIENT_SECRET", "a-secret").start().await;
    let failure = smoke(stack.api.url(), &["--origin", APP, "--return-to", PAGE]).await.expect_failure();
    assert_says(&failure, &["leads to oidc", "sent back with \"provider_unavailable\"", "OidcIssuer"]);
}

#[tokio::test]
async fn limits_that_are_off_are_to_be_set() {
    let Some(stack) = deployment() else { return };
    let stack = stack.variable("LIMIT_PAIR", "0").start().await;
    let failure = smoke(stack.api.url(), &["--origin", APP, "--limit-pair", "3/900"]).await.expect_failure();
    assert_says(&failure, &["none of 7 wrong passwords", "Set LimitPair", "--limit-pair"]);
}

#[tokio::test]
async fn a_deployment_behind_a_proxy_is_to_be_called_through_it() {
    let Some(stack) = deployment() else { return };
    let stack = stack.variable("ORIGIN_SECRET", &"s".repeat(64)).start().await;
    let failures = smoke(stack.api.url(), &[]).await.expect_failures();
    assert_says(&failures[0], &["403 origin_required", "the distribution in front"]);
}

#[tokio::test]
async fn tables_that_cannot_be_used_lead_to_the_log() {
    let Some(stack) = deployment() else { return };
    let stack = stack.start().await;
    stack.dynamodb.delete_table().table_name(stack.table("USERS_TABLE")).send().await.unwrap();
    let outcome = smoke(stack.api.url(), &["--origin", APP]).await;
    assert_says(&outcome.stdout, &["skipped  Whatever needs an account"]);
    assert_says(&outcome.expect_failure(), &["A sign-up", "503 unavailable", "/aws/lambda/STACK-FUNCTION"]);
}

#[tokio::test]
async fn a_server_that_is_not_latchkey_is_said_not_to_be() {
    for (body, expected) in [
        (r#"{"message":"Not Found"}"#, "API Gateway has no such route"),
        ("<h1>Not Found</h1>", "This is not Latchkey"),
    ] {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(move || async move { (StatusCode::NOT_FOUND, body) });
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let failures = smoke(&url, &["--origin", APP]).await.expect_failures();
        assert_says(&failures[0], &["404", expected]);
        assert!(failures.iter().filter(|failure| failure.contains(expected)).count() == 1, "{failures:?}");
        server.abort();
    }
}

#[tokio::test]
async fn a_url_that_leads_nowhere_ends_the_test_at_once() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let dead = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    // No resolver takes a label of more than 63 characters (RFC 1035 2.3.4), so none is asked over the network.
    let no_name = format!("http://{}.localhost", "a".repeat(64));
    for (url, expected) in [(dead, "Nothing can be connected to"), (no_name, "The name has no address")] {
        let outcome = smoke(&url, &[]).await;
        assert_says(&outcome.stdout, &["skipped  Everything else", "0 ok, 1 failed, 1 skipped."]);
        assert_says(&outcome.expect_failure(), &["The API can be reached", expected]);
    }
}

#[tokio::test]
async fn what_stands_in_front_and_meddles_is_to_pass_things_on() {
    let Some(stack) = deployment() else { return };
    let meddler = Meddler::bind().await;
    let stack = stack.variable("ISSUER", meddler.url()).start().await;
    let Some(other) = own_stack() else { return };
    let other = other.start().await;
    let front = meddler.serve(stack.api.url(), other.api.url());
    let _ = smoke(front.url(), &["--origin", APP]).await.expect_success();
    for (meddling, check, expected) in [
        (
            Meddling::DropsFromRequests("authorization"),
            "by Authorization: Bearer",
            "401 missing_token\nThe token did not arrive",
        ),
        (Meddling::DropsFromRequests("cookie"), "by the cookie", "401 missing_token\nThe token did not arrive"),
        (Meddling::DropsFromRequests("x-token-transport"), "A log-in by cookie", "there is no cookie"),
        (Meddling::DropsFromResponses("set-cookie"), "A log-in by cookie", "X-Token-Transport"),
        (
            Meddling::SetsInResponses("set-cookie", "__Host-authToken=x; Path=/; HttpOnly"),
            "A log-in by cookie",
            "Secure",
        ),
        (Meddling::DropsFromResponses("www-authenticate"), "without a token", "no header WWW-Authenticate"),
        (Meddling::DropsFromResponses("retry-after"), "Too many log-ins", "no header Retry-After"),
        (
            Meddling::SetsInResponses("access-control-allow-origin", APP),
            "other origins",
            "adds CORS headers of its own",
        ),
        (
            Meddling::SetsInResponses("access-control-allow-headers", "content-type"),
            "may call",
            "does not allow x-token-transport\nDeploy the template",
        ),
        (Meddling::AnswersPreflights, "may call", "the preflight of POST /auth/login gets 405\nDeploy the template"),
        (Meddling::ServesKeysOfAnother, "signed by a published key", "The key set is not the one that signs"),
        (Meddling::ForgetsLogOuts, "A log-out everywhere", "the token is still good"),
        (Meddling::Answers("/auth/password/change"), "A change of password", "the response was 200"),
        (Meddling::Answers("/auth/password/forgot"), "Codes can be asked for", "the response was 200"),
        (Meddling::Answers("/auth/password/reset"), "A wrong code sets no password", "the response was 200"),
        (Meddling::Answers("/auth/email/verify"), "A wrong code proves no address", "the response was 200"),
        (Meddling::Answers("/auth/email/change/confirm"), "A wrong code proves no address", "the response was 200"),
        (Meddling::Answers("/auth/oauth"), "The providers are listed", "the response was 200"),
        (Meddling::Answers("/auth/oauth/smoke-test"), "An unknown provider", "the response was 200"),
        (Meddling::Answers("/auth/oauth/login"), "A forged code", "the response was 200"),
        (Meddling::DropsFromResponses("location"), "leads to github", "does not say where to go"),
        (Meddling::DropsFromResponses("set-cookie"), "leads to github", "there is no cookie"),
        (
            Meddling::SetsInResponses("set-cookie", "__Host-oauth-github=x; Path=/; Secure; HttpOnly; SameSite=Strict"),
            "leads to github",
            "with other attributes or name",
        ),
        (
            Meddling::SetsInResponses(
                "location",
                "https://github.com/login/oauth/authorize?redirect_uri=https://a.example/",
            ),
            "leads to github",
            "the redirect URI is https://a.example/",
        ),
    ] {
        front.meddle(meddling);
        let failures = smoke(front.url(), &["--origin", APP, "--return-to", PAGE]).await.expect_failures();
        let failure = failures.iter().find(|failure| failure.lines().next().unwrap().contains(check));
        let failure = failure.unwrap_or_else(|| panic!("{check} is not among {failures:?}"));
        assert_says(failure, &[expected]);
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_is_named_and_one_of_a_trusted_root_is_good() {
    let Some(stack) = deployment() else { return };
    let behind = Meddler::bind().await;
    let endpoint = TlsEndpoint::start(behind.url()).await;
    let stack = stack.variable("ISSUER", endpoint.url()).start().await;
    let _front = behind.serve(stack.api.url(), stack.api.url());
    let failure = smoke(endpoint.url(), &[]).await.expect_failure();
    assert_says(&failure, &["The certificate is not one that clients accept", "CertificateArn"]);

    // Elsewhere the system's own store says who is trusted, and no variable.
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    endpoint.append_root(&roots);
    let trusted = [("SSL_CERT_FILE", roots.to_str().unwrap().to_owned())];
    let said = run(&["smoke", endpoint.url(), "--origin", APP], &trusted, "").await.expect_success();
    assert_says(&said, &["27 ok, 0 failed"]);
}

#[tokio::test]
async fn a_password_is_not_sent_in_the_clear() {
    for arguments in [
        vec!["smoke", "http://auth.example.com"],
        vec!["smoke", "auth.example.com"],
        vec!["smoke"],
        vec!["smoke", "https://auth.example.com", "--origin", "app.example.com"],
        vec!["smoke", "https://auth.example.com", "--origin", "*"],
        vec!["smoke", "https://auth.example.com", "--return-to", "https://app.example.com/?a"],
        vec!["smoke", "https://auth.example.com", "--origin", "https://a.example,https://b.example"],
    ] {
        let outcome = run(&arguments, &[], "").await;
        assert!(outcome.code == Some(2) && outcome.stdout.is_empty(), "{arguments:?}: {outcome:?}");
    }
}
