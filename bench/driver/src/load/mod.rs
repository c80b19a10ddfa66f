//! Load over HTTP/1.1: as many connections as the plan says, each with one request at a time.
//!
//! hyper's own connections, one thread and no pool: a request costs the driver a small part of what it costs the subject.

mod connection;
mod error;
mod plan;
mod run;
mod template;

pub use error::LoadError;
pub use plan::Plan;
pub use run::{Measured, run};
