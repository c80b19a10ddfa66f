//! What a handler answers to a request that succeeded.

use std::fmt;

use lambda_http::http::StatusCode;
use url::Url;

use super::{Cookie, TokenTransport};
use crate::domain::{User, UserId};
use crate::tokens::{IssuedRefreshToken, IssuedToken};

/// A response before any dialect has put it on the wire.
pub struct Answer {
    pub(super) status: StatusCode,
    pub(super) content: Content,
    pub(super) cookies: Vec<Cookie>,
    pub(super) location: Option<Url>,
}

/// A response may hold a secret or personal data, so the debug form shows its status alone.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// What a response carries. Only a token and a user look different in Xano's dialect.
pub(super) enum Content {
    Empty,
    Json(String),
    Document(String),
    Token(TokenContent),
    User(User),
}

/// The tokens of a user who signs in.
#[derive(Debug)]
pub struct IssuedTokens {
    /// The access token.
    pub access: IssuedToken,
    /// The refresh token, in a session.
    pub refresh: Option<IssuedRefreshToken>,
}

pub(super) struct TokenContent {
    pub(super) tokens: IssuedTokens,
    pub(super) transport: TokenTransport,
    pub(super) user_id: UserId,
}

impl Answer {
    /// Nothing but a status.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self::with(status, Content::Empty)
    }

    /// JSON that is not cached.
    #[must_use]
    pub fn json(status: StatusCode, json: &serde_json::Value) -> Self {
        Self::with(status, Content::Json(json.to_string()))
    }

    /// A public document for machines, in JSON, that may be cached for five minutes.
    #[must_use]
    pub fn document(json: String) -> Self {
        Self::with(StatusCode::OK, Content::Document(json))
    }

    /// Tokens, in the body or in cookies that live as long as they do, as the caller chose.
    #[must_use]
    pub fn tokens(status: StatusCode, tokens: IssuedTokens, transport: TokenTransport, user_id: UserId) -> Self {
        let mut cookies = Vec::new();
        if transport == TokenTransport::Cookie {
            let IssuedTokens { access, refresh } = &tokens;
            cookies.push(Cookie::set(Cookie::TOKEN, access.token.clone(), access.expires_in));
            let refresh = refresh.as_ref();
            cookies.extend(refresh.map(|it| Cookie::set(Cookie::REFRESH, it.token.clone(), it.expires_in)));
        }
        Self { cookies, ..Self::with(status, Content::Token(TokenContent { tokens, transport, user_id })) }
    }

    /// The user that the caller's token belongs to.
    #[must_use]
    pub fn user(user: User) -> Self {
        Self::with(StatusCode::OK, Content::User(user))
    }

    /// Sends the browser to another URL by GET (302). The other side is not told which URL sent it: that may hold a secret.
    #[must_use]
    pub fn redirect(location: &Url) -> Self {
        Self { location: Some(location.clone()), ..Self::empty(StatusCode::FOUND) }
    }

    /// Drops the cookies of both tokens, if that is where the caller has them.
    #[must_use]
    pub fn dropping_tokens(self, transport: TokenTransport) -> Self {
        match transport {
            TokenTransport::Cookie => {
                self.with_cookie(Cookie::dropped(Cookie::TOKEN)).with_cookie(Cookie::dropped(Cookie::REFRESH))
            }
            TokenTransport::Body => self,
        }
    }

    /// Adds a cookie to set or to drop.
    #[must_use]
    pub fn with_cookie(mut self, cookie: Cookie) -> Self {
        self.cookies.push(cookie);
        self
    }

    fn with(status: StatusCode, content: Content) -> Self {
        Self { status, content, cookies: Vec::new(), location: None }
    }
}
