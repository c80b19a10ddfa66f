//! The pretend providers, held to the documents of the real ones: each test of what one of them does differently names the
//! document that says so.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod client;
mod facebook;
mod github;
mod google;
mod page;
mod trouble;
mod x;
