//! The HTTP contract: how an event becomes a [`Call`], and how what the handler decides becomes an answer.
//!
//! A [`Function`] names its routes and handles them; [`answer()`] does everything that is the same for all.

mod answer;
mod body;
mod call;
mod cookie;
mod dialect;
mod encode;
mod failure;
mod function;
mod origin;
mod presented_token;
mod stages;
#[cfg(test)]
pub(crate) mod stub;
mod success;
mod transport;
mod trusted_proxy;

pub use answer::{answer, refuse_event};
pub use body::{FieldError, Members};
pub use call::Call;
pub use cookie::{CookieConfig, SameSite};
pub use dialect::Dialect;
pub use encode::{encode_failure, encode_success};
pub use failure::Failure;
pub use function::{Function, Route};
pub use origin::AllowedOrigins;
pub use presented_token::PresentedToken;
pub use stages::Stage;
pub use success::Success;
pub use transport::TokenTransport;
pub use trusted_proxy::TrustedProxy;

use crate::tokens::Issuer;

/// How a function meets its callers.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// The origins whose pages may sign up, log in and log out.
    pub allowed_origins: AllowedOrigins,
    /// The cookie that carries a token.
    pub cookie: CookieConfig,
    /// The issuer where it is configured; otherwise it is the host name in the event.
    pub issuer: Option<Issuer>,
    /// The proxy that every request has to come through, if any.
    pub trusted_proxy: Option<TrustedProxy>,
}
