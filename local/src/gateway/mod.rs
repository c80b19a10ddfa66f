//! What API Gateway does in production: it routes, answers CORS preflights, and hands requests to functions as events.

mod cors;
mod event;
mod incoming;
mod outgoing;
mod page;
mod serve;

pub(crate) use serve::Gateway;
