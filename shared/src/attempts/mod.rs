//! How often somebody may try: counters in windows of time, and what they refuse.
//!
//! A log-in is counted for the pair of account and address, for the account, and, where it fails, for the address; a
//! sign-up for the address. Counters are named by digests: who reads them learns no email address and no IP address.
//! Nobody can use up an account's attempts for its owner's known addresses (OWASP ASVS 5.0 6.1.1).

mod address_digest;
mod counter;
mod limit;
mod login_attempt;
mod refusal;
mod signup_attempt;
mod storage;

pub use address_digest::address_digest;
pub use counter::Counter;
pub use limit::Limit;
pub use login_attempt::{LoginAttempt, LoginLimits};
pub use refusal::{AttemptError, Refusal};
pub use signup_attempt::SignupAttempt;
pub use storage::AttemptStore;
