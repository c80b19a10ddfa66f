//! The functions, each as something that takes an event and gives a response: ours in this process, and those of the
//! app's other services as programs of their own. Such a program is started with the address of a runtime API from which
//! it fetches its events, as Lambda starts it.

mod command;
mod invoke;
mod ours;
mod program;
mod runtime_api;

pub use command::{FunctionCommand, NotFunctionCommand};
pub use ours::{FUNCTIONS, OurFunction};
pub use runtime_api::{InvocationError, RuntimeApi};

pub(crate) use invoke::{Invoke, InvokeError};
pub(crate) use ours::start_all;
pub(crate) use program::Program;
