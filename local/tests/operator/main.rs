//! What an operator does by hand: the program, run beside a stack, and what the stack then answers.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod command;
mod credentials;
mod deployment;
mod digest;
mod identities;
mod keys;
mod local_key;
mod mails;
mod meddler;
mod moving;
mod restore;
mod smoke;
mod tables;
mod tokens;
mod users;
