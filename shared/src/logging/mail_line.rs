//! The line of a mail, field by field.

use std::time::Duration;

use tracing::Level;

use super::Timings;
use super::timings::{Part, millis};

/// What the log says about a mail: one line for each time that it is tried, without a code and without an address.
#[derive(Debug)]
pub struct MailLine<'m> {
    /// How much it matters to an operator.
    pub level: Level,
    /// The key of its item in Outbox.
    pub intent_id: &'m str,
    /// What it is about, once that is known.
    pub kind: Option<&'static str>,
    /// What became of it, such as `sent`.
    pub outcome: &'static str,
    /// The digest of the address that it goes to, once that is known.
    pub email_digest: Option<&'m str>,
    /// How long the whole took.
    pub total: Duration,
    /// How long its parts took.
    pub timings: &'m Timings,
    /// What it counts for in the metrics, such as `mails`.
    pub count: Option<&'static str>,
    /// Why it was not sent.
    pub cause: Option<String>,
}

impl MailLine<'_> {
    /// Writes the line, at its level.
    pub fn write(&self) {
        let Self { intent_id, kind, outcome, email_digest, cause, .. } = self;
        let (total_ms, counts) = (millis(self.total), self.count);
        let (store_ms, send_ms) = (self.timings.millis(Part::Store), self.timings.millis(Part::Send));
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    intent_id,
                    kind,
                    outcome,
                    email_digest,
                    total_ms,
                    store_ms,
                    send_ms,
                    counts,
                    cause,
                    "mail"
                )
            };
        }
        match self.level {
            Level::ERROR => line!(error),
            Level::WARN => line!(warn),
            _ => line!(info),
        }
    }
}
