//! What the functions share: the domain, the store, the keys, the tokens, and the HTTP contract.
//!
//! The modules lie in layers, and each imports only from those below it: `tests/layers.rs` lists them, and
//! docs/architecture.md draws them.

pub mod admin;
pub mod attempts;
pub mod authentication;
pub mod clock;
pub mod domain;
pub mod environment;
pub mod error_chain;
pub mod http;
pub mod keys;
pub mod lambda;
pub mod logging;
pub mod mail;
pub mod sign_in;
pub mod store;
pub mod tls;
pub mod tokens;
pub mod web_client;
pub mod web_origin;

mod uuid_v7;
