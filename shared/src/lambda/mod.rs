//! A function as a program on AWS Lambda.

mod context;
mod function;
mod invoke;
mod records;
mod run;
mod run_stream;
mod stream_function;

pub use context::Context;
pub use function::Function;
pub use invoke::invoke;
pub use run::run;
pub use run_stream::run_stream;
pub use stream_function::StreamFunction;
