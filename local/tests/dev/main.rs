//! The program `cargo dev`, from the outside.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

mod fifo;
mod functions;
mod limits;
mod program;
mod providers;
mod user_events;
