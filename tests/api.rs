//! The API from the outside. A file's path is the path of the route that it tests; what concerns no route in
//! particular lies beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what went wrong by panicking")]
#![allow(clippy::indexing_slicing, reason = "a missing member of an answer fails the test, as it should")]

mod admission;
mod auth;
mod bad_input;
mod cors;
mod digest_keys;
mod dynamodb;
mod journey;
mod key_rotation;
mod limits;
mod log;
mod mail;
mod oauth;
mod openapi;
mod panic;
mod pre_hijacking;
mod refresh_schedules;
mod routes;
mod session_races;
mod store;
mod upgrade;
mod well_known;
mod xano;
