//! Any event gets a response of the contract.

use api_tests::{assert_every_event_is_answered, http_api_event};
use serde_json::json;

#[test]
fn every_event_is_answered() {
    let good = http_api_event("POST", "/auth/logout", &json!({}));
    assert_every_event_is_answered::<sessions::Sessions>("/auth/logout", (&good, 204));
}
