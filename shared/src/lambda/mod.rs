//! A function as a program on AWS Lambda.

mod context;
mod function;
mod invoke;
mod run;

pub use context::Context;
pub use function::Function;
pub use invoke::invoke;
pub use run::run;
