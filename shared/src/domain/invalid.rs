//! Why a value that came from outside is not acceptable.

use thiserror::Error;

/// What is wrong with one value, for the program that sent it and for the person who typed it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{detail}")]
pub struct Invalid {
    /// A stable word that a program can act on, one of [`CODES`](Self::CODES).
    pub code: &'static str,
    /// One sentence that says what to do about it. It never repeats the value.
    pub detail: String,
    /// The bound that was missed, where there is one.
    pub limit: Option<usize>,
}

impl Invalid {
    /// Every code there is, as openapi.yaml promises them.
    pub const CODES: [&'static str; 14] = [
        "required",
        "wrong_type",
        "too_short",
        "too_deep",
        "too_long",
        "too_weak",
        "same_password",
        "invalid_email",
        "email_domain_not_allowed",
        "control_character",
        "invalid_session_id",
        "unknown_provider",
        "invalid_code",
        "invalid_signup_id",
    ];

    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        debug_assert!(Self::CODES.contains(&code), "{code} is not among the codes");
        Self { code, detail: detail.into(), limit: None }
    }

    /// The same, where the value is beyond `limit`.
    pub(crate) fn beyond(self, limit: usize) -> Self {
        Self { limit: Some(limit), ..self }
    }
}
