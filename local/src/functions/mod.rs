//! The functions, each as something that takes an event and gives an answer: ours in this process, and those of the
//! app's other services as programs of their own. Such a program is started with the address of a runtime API from which
//! it fetches its events, as Lambda starts it.

mod command;
mod invoke;
mod program;
mod runtime_api;

pub use command::{FunctionCommand, NotFunctionCommand};
pub use runtime_api::{InvocationError, RuntimeApi};

pub(crate) use invoke::{Functions, Invoke, InvokeError, function};
pub(crate) use program::Program;
