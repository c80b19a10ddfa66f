//! Every way to succeed.

use reqwest::StatusCode;
use shared::clock::Timestamp;
use shared::domain::{Name, User, UserId};
use shared::http::{Answer, Cookie, Dialect, TokenTransport};
use shared::tokens::IssuedToken;

const UUID: &str = "01a20fd7-f5c3-7b8f-af50-c42188bc36b1";
const INTEGER: &str = "4503599627370497";

/// The successes that the document shows for an operation.
pub(super) fn of(operation: &str, dialect: Dialect) -> Vec<Answer> {
    match operation {
        "signup" => tokens(StatusCode::CREATED, dialect),
        "login" => tokens(StatusCode::OK, dialect),
        "me" => users(),
        "logout" => {
            let logged_out = || Answer::empty(StatusCode::NO_CONTENT);
            vec![logged_out(), logged_out().with_cookie(Cookie::dropped(Cookie::TOKEN))]
        }
        "keys" | "discovery" => vec![Answer::document("{}".to_owned())],
        other => panic!("how {other} succeeds is not written down here"),
    }
}

/// Xano's dialect sets no cookie.
fn tokens(status: StatusCode, dialect: Dialect) -> Vec<Answer> {
    let transports: &[_] = match dialect {
        Dialect::Native => &[TokenTransport::Body, TokenTransport::Cookie],
        Dialect::Xano => &[TokenTransport::Body],
    };
    let mut answers = Vec::new();
    for transport in transports {
        answers.extend([UUID, INTEGER].map(|id| Answer::token(status, token(), *transport, user_id(id))));
    }
    answers
}

fn users() -> Vec<Answer> {
    let mut answers = Vec::new();
    for name in [Some("Grace Hopper"), None] {
        answers.extend([UUID, INTEGER].map(|id| {
            Answer::user(User {
                id: user_id(id),
                name: name.map(|name| Name::parse(name).unwrap()),
                email: Some("Grace@example.com".to_owned()),
                created_at: Timestamp::from_millis(1_795_562_141_123),
                tokens_valid_after: None,
            })
        }));
    }
    answers
}

fn user_id(id: &str) -> UserId {
    UserId::from_trusted(id.to_owned())
}

fn token() -> IssuedToken {
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMWEyMGZkNyJ9.c2lnbmF0dXJl".to_owned();
    IssuedToken { token: token.into(), expires_in: 86_400 }
}
