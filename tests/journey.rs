//! The whole way of one user.

use api_tests::{set_cookie_of, set_cookies_of, shared_api};
use serde_json::json;

#[tokio::test]
async fn one_user_signs_up_logs_in_is_known_and_logs_out() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let _ = api.signup(&person).await.expect_problem(409, "email_taken");
    let me = api.me(&token).await.expect(200).json();
    let login = api.post("/auth/login").header("x-token-transport", "cookie").json(&person.login_body());
    let (name, cookie, _attributes) = set_cookie_of(&api.send(login).await.expect(200));
    let by_cookie = api.get("/auth/me").header("cookie", format!("a=b; {name}={cookie}"));
    assert_eq!(api.send(by_cookie).await.expect(200).json(), me);
    let logout = api.post("/auth/logout").header("cookie", format!("{name}={cookie}"));
    let logout = logout.header("x-token-transport", "cookie").json(&json!({"everywhere": true}));
    let dropped = set_cookies_of(&api.send(logout).await.expect(204));
    assert!(dropped.iter().all(|(_name, value, _attributes)| value.is_empty()), "{dropped:?}");
    let _ = api.me(&token).await.expect_problem(401, "invalid_token");
    let _ = api.send(api.get("/.well-known/jwks.json")).await.expect(200);
}
