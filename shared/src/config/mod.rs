//! Configuration: environment variables, read once into typed values, one file for each section.

mod environment;
mod http;
mod keys;
mod limits;
mod passwords;
mod tables;
mod tokens;
mod users;

pub use environment::{ConfigError, Environment};
pub use http::read_http;
pub use keys::read_key_rotation;
pub use limits::{read_login_limits, read_signup_limit};
pub use passwords::{read_password_hasher, read_password_policy};
pub use tables::{
    read_attempts_table, read_credentials_table, read_public_keys_table, read_signing_keys_table, read_users_table,
};
pub use tokens::{read_audience, read_token_issuer, read_token_lifetime, read_token_verifier};
pub use users::read_user_id_kind;
