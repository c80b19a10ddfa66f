//! The cookie that carries a token.

use api_tests::{Answer, set_cookie_of};
use serde_json::json;

/// The token of an answer that keeps it in the cookie, with every attribute that keeps it there, and in no other place.
pub(super) fn token_kept_in(answer: &Answer) -> String {
    assert_eq!(answer.json(), json!({"tokenType": "Bearer", "expiresIn": 86400}));
    let (name, token, attributes) = set_cookie_of(answer);
    assert_eq!(name, "__Host-authToken");
    assert_eq!(attributes, ["httponly", "max-age=86400", "path=/", "samesite=lax", "secure"]);
    token
}
