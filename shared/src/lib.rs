//! What the three functions share: the domain, the store, the keys, the tokens, and the HTTP contract.
//!
//! Data flows one way: an event comes in through [`http`], a function's handler decides with [`domain`], [`attempts`],
//! [`keys`] and [`tokens`], and [`store`] keeps what has to be kept.

pub mod attempts;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error_chain;
pub mod http;
pub mod keys;
pub mod lambda;
pub mod logging;
pub mod store;
pub mod tokens;

mod uuid_v7;
