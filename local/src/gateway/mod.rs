//! What API Gateway does in production: it routes, answers CORS preflights, and hands requests to functions as events.

mod cors;
mod event;
mod incoming;
mod mails;
mod outgoing;
mod page;
mod routes;
mod serve;

pub(crate) use cors::AllowedHeaders;
pub(crate) use routes::Routes;
pub(crate) use serve::Gateway;
