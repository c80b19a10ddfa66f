use api_tests::{Api, Person, StackBuilder};
use reqwest::RequestBuilder;

use super::{guess, guess_at, limited};

const SECRET: &str = "b1946ac92492d2347c6235b4d2611184";

fn behind_proxy(limits: &[(&str, &str)]) -> Option<StackBuilder> {
    let (stack, _clock) = limited(limits)?;
    Some(stack.variable("ORIGIN_SECRET", SECRET))
}

/// A request as the proxy passes it on, for a viewer at this IP address.
fn pass_on(request: RequestBuilder, viewer: &str) -> RequestBuilder {
    request.header("x-origin-secret", SECRET).header("cloudfront-viewer-address", viewer)
}

fn login(api: &Api, person: &Person) -> RequestBuilder {
    api.post("/auth/login").json(&person.login_body())
}

#[tokio::test]
async fn every_route_asks_for_the_secret() {
    let Some(stack) = behind_proxy(&[]) else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    for (method, path) in [
        ("POST", "/auth/signup"),
        ("POST", "/auth/login"),
        ("GET", "/auth/me"),
        ("POST", "/auth/logout"),
        ("GET", "/.well-known/jwks.json"),
        ("GET", "/.well-known/openid-configuration"),
    ] {
        let request = || api.request(method.parse().unwrap(), path);
        let _ = api.send(request()).await.expect_problem(403, "origin_required");
        for wrong in [
            "",
            "b1946ac92492d2347c6235b4d2611185",
            "B1946AC92492D2347C6235B4D2611184",
            "1946ac92492d2347c6235b4d2611184",
        ] {
            let _ = api.send(request().header("x-origin-secret", wrong)).await.expect_problem(403, "origin_required");
        }
        let twice = request().header("x-origin-secret", SECRET).header("x-origin-secret", SECRET);
        let _ = api.send(twice).await.expect_problem(403, "origin_required");
        let answer = api.send(pass_on(request(), "192.0.2.1:1")).await;
        assert_ne!(answer.status, 403, "{answer:?}");
    }
    for (method, path) in [("POST", "signup"), ("POST", "login"), ("GET", "me")] {
        let request = || api.request(method.parse().unwrap(), &format!("/api:aB3/auth/{path}"));
        let message = "Call this API at its public address, not at its origin.";
        let _ = api.send(request()).await.expect_xano_error(403, "ERROR_CODE_ACCESS_DENIED", message, None);
        let answer = api.send(pass_on(request(), "192.0.2.1:1")).await;
        assert_ne!(answer.status, 403, "{answer:?}");
    }
}

#[tokio::test]
async fn while_the_secret_is_changed_either_is_accepted() {
    const NEXT_SECRET: &str = "6f1ed002ab5595859014ebf0951522d9";
    let Some(stack) = behind_proxy(&[]) else { return };
    let stack = stack.variable("ORIGIN_SECRET_NEXT", NEXT_SECRET).start().await;
    let attempt = async |secret: &str| {
        let request = login(&stack.api, &guess(&Person::new())).header("cloudfront-viewer-address", "192.0.2.1:1");
        stack.api.send(request.header("x-origin-secret", secret)).await
    };
    for secret in [SECRET, NEXT_SECRET] {
        let _ = attempt(secret).await.expect_problem(401, "invalid_credentials");
    }
    for wrong in
        ["", "6f1ed002ab5595859014ebf0951522d8", "b1946ac92492d2347c6235b4d26111846f1ed002ab5595859014ebf0951522d9"]
    {
        let _ = attempt(wrong).await.expect_problem(403, "origin_required");
    }
    let _ = stack.api.send(login(&stack.api, &guess(&Person::new()))).await.expect_problem(403, "origin_required");
}

#[tokio::test]
async fn attempts_count_for_the_viewer_and_not_for_the_proxy() {
    let Some(stack) = behind_proxy(&[("LIMIT_ADDRESS", "1/900")]) else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let attempt = async |viewer: &str| api.send(pass_on(login(api, &guess(&Person::new())), viewer)).await.status;
    assert_eq!(attempt("192.0.2.1:1000").await, 401);
    assert_eq!(attempt("192.0.2.1:2000").await, 429);
    assert_eq!(attempt("192.0.2.2:1000").await, 401);
    assert_eq!(attempt("2001:db8:1:2:3:4:5:6:1000").await, 401);
    assert_eq!(attempt("2001:db8:1:2:ffff:ffff:ffff:ffff:2000").await, 429);
    assert_eq!(attempt("2001:db8:1:3::1:1000").await, 401);
}

#[tokio::test]
async fn a_proxy_that_does_not_say_for_whom_it_speaks_is_refused() {
    let Some(stack) = behind_proxy(&[]) else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let person = Person::new();
    for (path, body) in [("/auth/login", person.login_body()), ("/auth/signup", person.signup_body())] {
        let request = || api.post(path).json(&body);
        let silent = request().header("x-origin-secret", SECRET);
        let _ = api.send(silent).await.expect_problem(403, "origin_required");
        for unreadable in ["", "192.0.2.1", "somewhere:1", "192.0.2.1:1, 192.0.2.2:1"] {
            let _ = api.send(pass_on(request(), unreadable)).await.expect_problem(403, "origin_required");
        }
        let twice = pass_on(request(), "192.0.2.1:1").header("cloudfront-viewer-address", "192.0.2.2:1");
        let _ = api.send(twice).await.expect_problem(403, "origin_required");
    }
}

#[tokio::test]
async fn another_header_can_carry_the_source() {
    let Some(stack) = behind_proxy(&[("LIMIT_ADDRESS", "1/900"), ("ORIGIN_ADDRESS_HEADER", "True-Client-IP")]) else {
        return;
    };
    let stack = stack.start().await;
    let api = &stack.api;
    let attempt = async |viewer: &str| {
        let request = login(api, &guess(&Person::new())).header("true-client-ip", viewer);
        api.send(request.header("x-origin-secret", SECRET)).await.status
    };
    assert_eq!(attempt("192.0.2.1").await, 401);
    assert_eq!(attempt("192.0.2.1").await, 429);
    assert_eq!(attempt("192.0.2.2").await, 401);
}

#[tokio::test]
async fn without_a_proxy_no_header_changes_the_source() {
    let Some((stack, _clock)) = limited(&[("LIMIT_ADDRESS", "1/900")]) else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let _ = guess_at(api, &Person::new()).await.expect(401);
    for header in
        ["x-forwarded-for", "forwarded", "x-real-ip", "cloudfront-viewer-address", "true-client-ip", "x-origin-secret"]
    {
        let request = login(api, &guess(&Person::new())).header(header, "192.0.2.1:1");
        let _ = api.send(request).await.expect(429);
    }
}
