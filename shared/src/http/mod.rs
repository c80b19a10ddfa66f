//! The HTTP contract: how an event becomes a [`Call`], which [`Endpoint`] serves it, and how what its handler decides
//! becomes a response.

mod answer;
mod body;
mod call;
mod code;
mod config;
mod cookie;
mod dialect;
mod failure;
mod header;
mod origin;
mod pattern;
mod presented_token;
pub mod problem;
mod profile;
mod query;
mod respond;
mod response;
mod return_urls;
mod route;
#[cfg(test)]
pub(crate) mod stub;
mod transport;
mod trusted_proxy;

pub use answer::{Answer, IssuedTokens};
pub use body::{FieldError, Members};
pub use call::Call;
pub use config::HttpConfig;
pub use cookie::{Cookie, CookieConfig, SameSite};
pub use dialect::Dialect;
pub use failure::{Failure, SentBack};
pub use origin::AllowedOrigins;
pub use pattern::Pattern;
pub use presented_token::{PresentedToken, RefreshCookie};
pub use problem::Problem;
pub use query::Query;
pub use respond::{refuse_event, respond};
pub use return_urls::{ReturnUrl, ReturnUrls};
pub use route::{Decision, Endpoint, Route, most_specific};
pub use transport::TokenTransport;
pub use trusted_proxy::TrustedProxy;
