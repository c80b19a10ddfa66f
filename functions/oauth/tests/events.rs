//! Any event gets a response of the contract.

use api_tests::{assert_every_event_is_answered, http_api_event};
use serde_json::Value;

#[test]
fn every_event_is_answered() {
    let good = http_api_event("GET", "/auth/oauth", &Value::Null);
    assert_every_event_is_answered::<oauth::OAuth>("/auth/oauth/login", (&good, 200));
}

#[test]
fn every_event_of_a_callback_is_answered() {
    let good = http_api_event("GET", "/auth/oauth", &Value::Null);
    assert_every_event_is_answered::<oauth::OAuth>("/auth/oauth/github/callback", (&good, 200));
}
