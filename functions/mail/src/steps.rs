//! From an intent to a mail that is sent.

use std::sync::Arc;

use shared::attempts::Sending;
use shared::clock::{Stopwatch, Timestamp};
use shared::domain::{EmailAddress, StoreError};
use shared::error_chain::with_causes;
use shared::keys::{DigestKeySet, KeysError};
use shared::logging::{MailLine, Part, Timings};
use shared::mail::{Intent, IntentId, Notice, PendingId, Subject};
use thiserror::Error;
use tracing::Level;

use crate::Mail;
use crate::codes::{CodeError, LiveCode};
use crate::kind::Kind;
use crate::letter::{Draft, Letter, Unwritable};
use crate::sender::wire_address;
use crate::templates::Words;
use crate::transport::SendError;
use crate::words::{shown_code, shown_device, shown_time};

/// What became of an intent. It is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The mail is sent.
    Sent(Kind),
    /// The intent was done before.
    Gone,
    /// No account has the address that a reset is asked for.
    NoAccount,
    /// What a code was asked for is over.
    NothingPending,
    /// There were too many mails to addresses that nobody has proved.
    OverLimit,
    /// The address has had enough notices of this kind for a day.
    EnoughNotices,
    /// The transport will never take the mail.
    Refused,
}

impl Outcome {
    /// Its name in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent(_) => "sent",
            Self::Gone => "gone",
            Self::NoAccount => "no_account",
            Self::NothingPending => "nothing_pending",
            Self::OverLimit => "over_limit",
            Self::EnoughNotices => "enough_notices",
            Self::Refused => "refused",
        }
    }

    /// What it counts for in the metrics.
    const fn count(self) -> Option<&'static str> {
        match self {
            Self::Sent(_) => Some("mails"),
            Self::Refused => Some("mail_failures"),
            Self::OverLimit => Some("unproved_mails_dropped"),
            Self::EnoughNotices | Self::Gone | Self::NoAccount | Self::NothingPending => None,
        }
    }

    const fn level(self) -> Level {
        match self {
            Self::Refused => Level::ERROR,
            Self::OverLimit => Level::WARN,
            Self::Sent(_) | Self::EnoughNotices | Self::Gone | Self::NoAccount | Self::NothingPending => Level::INFO,
        }
    }
}

/// Why an intent has to come again.
#[derive(Debug, Error)]
pub enum MailError {
    /// A table did not answer, or holds what no version writes.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys cannot be read.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// No function that signs has made the keys yet.
    #[error("there are no digest keys yet")]
    NoKeys,
    /// There is no code to send.
    #[error("no code was made")]
    Code(#[from] CodeError),
    /// The transport did not take the mail.
    #[error("the mail was not taken")]
    Send(#[source] SendError),
}

/// What is known of an intent while it is worked on, for the log.
#[derive(Default)]
struct Known {
    kind: Option<&'static str>,
    email_digest: Option<String>,
    timings: Timings,
    refusal: Option<String>,
}

/// What is to be sent, or why nothing is.
enum Decision {
    Send(Kind, Option<LiveCode>),
    Nothing(Outcome),
}

impl Mail {
    /// Does what the intent with this id asks for, and removes it. It writes one line to the log. After an error, the intent is
    /// there as before.
    pub async fn process(&self, id: &IntentId) -> Result<Outcome, MailError> {
        let stopwatch = Stopwatch::start();
        let mut known = Known::default();
        let result = self.send_and_remove(id, &mut known).await;
        let (level, outcome, count, cause) = match &result {
            Ok(outcome) => (outcome.level(), outcome.as_str(), outcome.count(), known.refusal),
            Err(error) => (Level::ERROR, "failed", Some("mail_failures"), Some(with_causes(error))),
        };
        let line = MailLine {
            level,
            intent_id: id.as_str(),
            kind: known.kind,
            outcome,
            email_digest: known.email_digest.as_deref(),
            total: stopwatch.elapsed(),
            timings: &known.timings,
            count,
            cause,
        };
        line.write();
        result
    }

    async fn send_and_remove(&self, id: &IntentId, known: &mut Known) -> Result<Outcome, MailError> {
        let Some(intent) = known.timings.timed(Part::Store, self.intents.intent(id)).await? else {
            return Ok(Outcome::Gone);
        };
        known.kind = Some(intent.subject.kind());
        let now = self.clock.now();
        let keys = known.timings.timed(Part::Store, self.keys.at(now)).await?.ok_or(MailError::NoKeys)?;
        let digest = keys.digest.digest(intent.email.canonical());
        known.email_digest = Some(digest.clone());

        let sending = self.counted(&intent, &digest, now);
        let outcome = if known.timings.timed(Part::Store, sending.admit(self.attempts.as_ref())).await? {
            let sent = self.decide_and_send(&intent, &keys, &digest, now, known).await;
            if !matches!(sent, Ok(Outcome::Sent(_))) {
                sending.withdraw(self.attempts.as_ref()).await;
            }
            sent?
        } else if matches!(intent.subject, Subject::Notice(_)) {
            Outcome::EnoughNotices
        } else {
            Outcome::OverLimit
        };
        // Last of all: whatever ends this function before, the intent comes again.
        known.timings.timed(Part::Store, self.intents.remove(id)).await?;
        Ok(outcome)
    }

    /// What the mail counts for.
    fn counted(&self, intent: &Intent, digest: &str, now: Timestamp) -> Sending {
        match intent.subject {
            Subject::Signup(_) | Subject::Verify(_) | Subject::Change(_) => Sending::unproved(self.limits, now),
            Subject::Notice(Notice::NewLogin) => Sending::new_login(digest, now),
            Subject::Reset | Subject::Notice(_) => Sending::uncounted(),
        }
    }

    async fn decide_and_send(
        &self,
        intent: &Intent,
        keys: &Arc<DigestKeySet>,
        digest: &str,
        now: Timestamp,
        known: &mut Known,
    ) -> Result<Outcome, MailError> {
        let decision = known.timings.timed(Part::Store, self.decide(intent, keys, digest, now)).await?;
        let (kind, code) = match decision {
            Decision::Send(kind, code) => (kind, code),
            Decision::Nothing(outcome) => return Ok(outcome),
        };
        let Ok(letter) = self.write(intent, kind, code.as_ref(), now) else {
            known.refusal = Some("no mail can reach such an address".to_owned());
            return Ok(Outcome::Refused);
        };
        match known.timings.timed(Part::Send, self.transport.send(&letter)).await {
            Ok(()) => Ok(Outcome::Sent(kind)),
            Err(SendError::Refused(why)) => {
                known.refusal = Some(why);
                Ok(Outcome::Refused)
            }
            Err(failed) => Err(MailError::Send(failed)),
        }
    }

    /// Decides what to send. Whoever asked does not learn it, so that nobody learns who has an account.
    async fn decide(
        &self,
        intent: &Intent,
        keys: &Arc<DigestKeySet>,
        digest: &str,
        now: Timestamp,
    ) -> Result<Decision, MailError> {
        let (email, key) = (&intent.email, &keys.codes);
        let asked = async |id: &PendingId, kind| {
            let code = self.codes.of_asked(key, id, email, now).await?;
            Ok(code.map_or(Decision::Nothing(Outcome::NothingPending), |code| Decision::Send(kind, Some(code))))
        };
        match &intent.subject {
            Subject::Signup(_) if self.addresses.is_taken(email).await? => {
                Ok(Decision::Send(Kind::AccountExists, None))
            }
            Subject::Signup(id) => asked(id, Kind::Signup).await,
            Subject::Change(_) if self.addresses.is_taken(email).await? => Ok(Decision::Send(Kind::AddressTaken, None)),
            Subject::Change(user) => asked(&PendingId::of_change(user), Kind::Change).await,
            Subject::Verify(user) => {
                let code = self.codes.of_verification(key, &PendingId::of_verification(user), email, now).await?;
                Ok(Decision::Send(Kind::Verify, Some(code)))
            }
            Subject::Reset if !self.addresses.is_taken(email).await? => Ok(Decision::Nothing(Outcome::NoAccount)),
            Subject::Reset => {
                let code = self.codes.of_reset(key, &PendingId::of_reset(digest), now).await?;
                Ok(Decision::Send(Kind::Reset, Some(code)))
            }
            Subject::Notice(notice) => Ok(Decision::Send(Kind::Notice(*notice), None)),
        }
    }

    fn write(
        &self,
        intent: &Intent,
        kind: Kind,
        code: Option<&LiveCode>,
        now: Timestamp,
    ) -> Result<Letter, Unwritable> {
        let to = recipient(intent)?;
        let link = code.and_then(|live| self.links.with_code(kind, &intent.email, &live.code));
        let code_shown = code.map(|live| shown_code(&live.code));
        let words = Words {
            app: &self.sender.app,
            code: code_shown.clone(),
            link: link.clone(),
            time: shown_time(code.map_or(intent.at, |live| live.good_until)),
            device: shown_device(&intent.device),
        };
        let (language, rendered) = self.templates.render(kind, &intent.languages, &words).ok_or(Unwritable)?;
        let draft = Draft { kind, intent: &intent.id, to, language, rendered, code: code_shown, link, now };
        draft.from(&self.sender)
    }
}

/// Whom the mail goes to. A reset is for the account, which is known by its address in lower case: whoever asks must not
/// choose between mailboxes that some server tells apart by case.
fn recipient(intent: &Intent) -> Result<lettre::Address, Unwritable> {
    let canonical = || EmailAddress::parse(intent.email.canonical()).ok();
    let email = match intent.subject {
        Subject::Reset => canonical().ok_or(Unwritable)?,
        _ => intent.email.clone(),
    };
    wire_address(&email).ok_or(Unwritable)
}
