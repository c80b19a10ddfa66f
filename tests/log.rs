//! What the log may show. The harness looks at every line of the whole suite, whenever a test lets go of the API.

use api_tests::{Person, assert_log_is_clean, is_clean, lines_logged, own_stack};

#[test]
fn a_line_with_a_secret_in_it_is_noticed() {
    assert!(is_clean(r#"{"level":"INFO","message":"request","route":"/auth/login","status":401}"#));
    assert!(is_clean(r#"{"email_digest":"04SDULCqmir75L5fjRgMs0seyJ4wpyX1w58qctoDShg"}"#));
    for dirty in [
        format!("login of {}", Person::new().email),
        format!("login with {}", Person::new().password),
        "issued eyJhbGciOiJSUzI1NiJ9.e30.c2ln".to_owned(),
        "issued eyJ0eXAiOiJKV1QifQ.e30.c2ln".to_owned(),
        "issued e30.eyJzdWIiOiIxIn0.c2ln".to_owned(),
        "issued lkr1.c2Vzc2lvbg".to_owned(),
        "stored $argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
    ] {
        assert!(!is_clean(&dirty), "{dirty}");
    }
}

#[tokio::test]
async fn no_line_in_the_log_of_the_suite_shows_a_password_a_token_or_an_email_address() {
    let Some(stack) = own_stack() else { return };
    let (stack, before) = (stack.start().await, lines_logged());
    let api = &stack.api;
    let (person, token) = api.somebody().await;
    let _ = api.login(&Person { password: Person::new().password, ..person.clone() }).await.expect(401);
    let _ = api.login(&person).await.expect(200);
    let _ = api.me(&token).await.expect(200);
    api.expect_no_route(api.get(&format!("/auth/{}", person.email)).bearer_auth(&token)).await;
    let in_the_query = api.get(&format!("/auth/me?email={}", person.email)).bearer_auth(&token);
    let _ = api.send(in_the_query).await.expect(200);
    assert!(lines_logged() >= before + 5, "each request has its line");
    assert_log_is_clean();
}
