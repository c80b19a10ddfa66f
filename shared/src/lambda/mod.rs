//! A function as a program on AWS Lambda.

mod invoke;
mod run;

pub use invoke::invoke;
pub use run::run;
