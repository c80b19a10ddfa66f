//! Any event gets a response of the contract.

use api_tests::{assert_every_event_is_answered, http_api_event};
use serde_json::json;

#[test]
fn every_event_is_answered() {
    let good = http_api_event("POST", "/auth/password/change", &json!({"newPassword": "ten-Amber-teapots"}));
    assert_every_event_is_answered::<account::Account>("/auth/password/change", (&good, 401));
}
