//! How often somebody may try: counters in windows of time, and what they refuse.
//!
//! A log-in is counted for the pair of account and source, for the account, and, if it fails, for the source; a sign-up
//! for the source, as a new account or as a failure; a return from a provider for the source; a mail for its address and for
//! the source, and, to an address that nobody has proved, for all of them; a notice of a new log-in for its address; a code
//! for its pair, its address, its source and everybody. Counters are named by digests:
//! anyone who reads them learns no email address and no IP address.
//! Nobody can use up an account's attempts for its owner's known sources (OWASP ASVS 5.0 6.1.1).

mod callback_attempt;
mod code_attempt;
mod counter;
mod limit;
mod limits;
mod login_attempt;
mod mail_attempt;
mod refusal;
mod sending;
mod signup_attempt;
mod source_digest;
mod storage;

pub use callback_attempt::CallbackAttempt;
pub use code_attempt::{CodeAttempt, CodeCounts};
pub use counter::Counter;
pub use limit::Limit;
pub use limits::{CodeLimits, LoginLimits, MailLimits, OAuthLimits, SendingLimits, SignupLimits, without_limits};
pub use login_attempt::{LoginAttempt, LoginCounts};
pub use mail_attempt::MailAttempt;
pub use refusal::{AttemptError, Refusal};
pub use sending::Sending;
pub use signup_attempt::SignupAttempt;
pub use source_digest::source_digest;
pub use storage::AttemptStore;

/// The name of the counter of a source's failures. Version 0.1 wrote it, and counters must not begin anew at an update.
const SOURCE_COUNTER: &str = "address";
