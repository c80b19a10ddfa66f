//! The code that a page redeems.

use shared::clock::Timestamp;
use shared::domain::{OneTimeCode, ProvenIdentity};
use shared::http::{Failure, FieldError, Members, Problem};
use shared::keys::SigningKeySet;

use super::Code;

/// The code is not one of ours, too old or used, or another page began the sign-in. The response does not say which.
pub const INVALID_CODE: Problem = Problem::unauthorized(
    "Bearer",
    "invalid_code",
    "The sign-in took too long, or this page did not begin it. Start again.",
);

/// A code and its verifier, as they were presented, good or bad.
pub(crate) struct PresentedCode {
    code: String,
    verifier: String,
}

impl PresentedCode {
    /// Reads both members, so that the response can name every one that is wrong.
    pub(crate) fn parse(body: &Members) -> Result<Self, Vec<FieldError>> {
        let text = |field| body.parse(field, |text| Ok(text.to_owned()));
        match (text("code"), text("code_verifier")) {
            (Ok(code), Ok(verifier)) => Ok(Self { code, verifier }),
            (code, verifier) => Err([code.err(), verifier.err()].into_iter().flatten().collect()),
        }
    }

    /// The identity that the code stands for, if the verifier is that of the page which began the sign-in.
    pub(crate) fn open(&self, keys: &SigningKeySet, now: Timestamp) -> Result<(ProvenIdentity, OneTimeCode), Failure> {
        let code = Code::open(&self.code, &keys.seal_keys()?, now);
        let code = code.filter(|code| code.challenge.is_of(&self.verifier)).ok_or(INVALID_CODE)?;
        let once = code.once(&self.code);
        Ok((code.identity, once))
    }
}
