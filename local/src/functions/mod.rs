//! Functions that are programs of their own: each is started with the address of a runtime API from which it fetches
//! its events, as Lambda starts it.

mod command;
mod program;
mod runtime_api;

pub use command::{FunctionCommand, NotFunctionCommand};
pub use runtime_api::{InvocationError, RuntimeApi};

pub(crate) use program::Program;
