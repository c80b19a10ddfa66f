//! What API Gateway does in production: it routes, answers CORS preflights, and hands requests to functions as events.

mod cors;
mod event_v1;
mod event_v2;
mod incoming;
mod outgoing;
mod page;
mod serve;

pub(crate) use serve::Gateway;

/// How requests are handed over as events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadFormat {
    /// As a REST API does it, payload format 1.0.
    V1,
    /// As an HTTP API does it, payload format 2.0.
    V2,
}
