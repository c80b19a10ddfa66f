//! Every way to succeed, and where.

use shared::clock::Timestamp;
use shared::domain::{Name, User, UserId};
use shared::http::{Success, TokenTransport};
use shared::tokens::IssuedToken;

const UUID: &str = "01a20fd7-f5c3-7b8f-af50-c42188bc36b1";
const INTEGER: &str = "4503599627370497";

/// The successes that the document shows.
pub(super) fn all() -> Vec<Success> {
    let mut successes = vec![Success::Document("{}".to_owned())];
    for transport in [TokenTransport::Body, TokenTransport::Cookie] {
        successes.push(Success::LoggedOut(transport));
        for id in [UUID, INTEGER] {
            successes.push(Success::SignedUp { token: token(), transport, user_id: user_id(id) });
            successes.push(Success::LoggedIn { token: token(), transport, user_id: user_id(id) });
        }
    }
    for name in [Some("Grace Hopper"), None] {
        for id in [UUID, INTEGER] {
            successes.push(Success::Known(User {
                id: user_id(id),
                name: name.map(|name| Name::parse(name).unwrap()),
                email: "Grace@example.com".to_owned(),
                created_at: Timestamp::from_millis(1_795_562_141_123),
                tokens_valid_after: None,
            }));
        }
    }
    successes
}

/// The operations that can succeed in this way. A new one belongs into [`all`] too.
pub(super) fn operations_of(success: &Success) -> Vec<&'static str> {
    match success {
        Success::SignedUp { .. } => vec!["signup", "xanoSignup"],
        Success::LoggedIn { .. } => vec!["login", "xanoLogin"],
        Success::Known(_) => vec!["me", "xanoMe"],
        Success::LoggedOut(_) => vec!["logout"],
        Success::Document(_) => vec!["keys", "discovery"],
    }
}

fn user_id(id: &str) -> UserId {
    UserId::from_trusted(id.to_owned())
}

fn token() -> IssuedToken {
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMWEyMGZkNyJ9.c2lnbmF0dXJl".to_owned();
    IssuedToken { token: token.into(), expires_in: 86_400 }
}
