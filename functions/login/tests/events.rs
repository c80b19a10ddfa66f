//! Any event gets a response of the contract.

use api_tests::{Person, assert_every_event_is_answered, http_api_event};

#[test]
fn every_event_is_answered() {
    let good = http_api_event("POST", "/auth/login", &Person::new().login_body());
    assert_every_event_is_answered::<login::Login>("/auth/login", (&good, 401));
}
