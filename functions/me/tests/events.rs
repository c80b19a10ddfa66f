//! Any event gets a response of the contract.

use api_tests::{assert_every_event_is_answered, http_api_event};
use serde_json::Value;

#[test]
fn every_event_is_answered() {
    let good = http_api_event("GET", "/.well-known/openid-configuration", &Value::Null);
    assert_every_event_is_answered::<me::Me>("/auth/me", (&good, 200));
}
