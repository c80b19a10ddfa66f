//! What somebody is told who is refused for too many log-ins.

use api_tests::{Person, own_stack};

const LATER: &str = "Try again after the time in Retry-After.";

#[tokio::test]
async fn whoever_tried_too_often_is_told_that_the_password_can_be_reset_whether_or_not_there_is_an_account() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("LIMIT_PAIR", "1/900").start().await;
    let api = &stack.api;
    let (person, _token) = api.somebody().await;
    for person in [person, Person::new()] {
        let _first = api.login(&person).await;
        let refused = api.login(&person).await.expect_problem(429, "too_many_attempts");
        let words = "There were too many attempts. Reset your password to log in now, or wait and try again.";
        assert_eq!(refused.json()["detail"], words);
        let login = api.post("/api:aB3/auth/login").json(&person.login_body());
        let _ = api.send(login).await.expect_xano_error(429, "ERROR_CODE_TOO_MANY_REQUESTS", LATER, None);
    }
}
