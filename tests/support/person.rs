//! People who sign up.

use serde_json::{Value, json};
use uuid::{NoContext, Timestamp, Uuid};

use shared::clock::Clock;

/// Somebody with an email address that nobody else has, and a password that only they know.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their email address, as they type it.
    pub email: String,
    /// Their password.
    pub password: String,
}

impl Person {
    /// What every password starts with, so that it is found wherever it leaks.
    pub const PASSWORD_PREFIX: &'static str = "kZ9!vQ4m";

    /// Somebody new.
    #[must_use]
    pub fn new() -> Self {
        let seconds = Clock::system().now().as_secs();
        let unique = Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, 0)).simple().to_string();
        Self {
            name: "Grace Hopper".to_owned(),
            email: format!("Grace.{unique}@example.com"),
            password: format!("{}-{unique}", Self::PASSWORD_PREFIX),
        }
    }

    /// The body of their sign-up.
    #[must_use]
    pub fn signup_body(&self) -> Value {
        json!({"name": self.name, "email": self.email, "password": self.password})
    }

    /// The body of their log-in.
    #[must_use]
    pub fn login_body(&self) -> Value {
        json!({"email": self.email, "password": self.password})
    }
}

impl Default for Person {
    fn default() -> Self {
        Self::new()
    }
}
