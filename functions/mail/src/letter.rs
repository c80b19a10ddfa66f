//! A mail, as it is handed to a transport.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use shared::clock::Timestamp;
use shared::mail::IntentId;
use thiserror::Error;

use crate::kind::Kind;
use crate::sender::Sender;
use crate::templates::Rendered;

/// A mail. Most of it is secret: whoever has the code or the link can do what it is for.
#[derive(Clone)]
pub struct Letter {
    /// What kind of mail it is.
    pub kind: Kind,
    /// Whom it goes to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Its code, as the mail shows it.
    pub code: Option<String>,
    /// Its link.
    pub link: Option<String>,
    /// The whole message (RFC 5322).
    pub message: Vec<u8>,
    pub(crate) envelope: Envelope,
}

/// A mail of which no message can be made.
#[derive(Debug, Error)]
#[error("no message can be made of it")]
pub(crate) struct Unwritable;

/// What a letter is made of.
pub(crate) struct Draft<'d> {
    pub(crate) kind: Kind,
    pub(crate) intent: &'d IntentId,
    pub(crate) to: Address,
    pub(crate) language: &'d str,
    pub(crate) rendered: Rendered,
    pub(crate) code: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) now: Timestamp,
}

impl Draft<'_> {
    /// The letter from this sender. It has the same id each time that it is made, so that a mail server that gets it twice can
    /// tell.
    pub(crate) fn from(self, sender: &Sender) -> Result<Letter, Unwritable> {
        let Self { kind, intent, to, language, rendered, code, link, now } = self;
        let Rendered { subject, text, html } = rendered;
        let envelope = Envelope::new(Some(sender.from.clone()), vec![to.clone()]).map_err(|_error| Unwritable)?;
        let mut message = Message::builder()
            .from(sender.mailbox())
            .to(Mailbox::from(to.clone()))
            .subject(subject.clone())
            .date(UNIX_EPOCH + Duration::from_millis(now.as_millis()))
            .message_id(Some(format!("<{}@{}>", intent.as_str(), sender.from.domain())))
            // RFC 3834: nobody's holiday replies to it. The second header is Exchange's.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All".to_owned()))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Content-Language"), language.to_owned()));
        if let Some(reply_to) = &sender.reply_to {
            message = message.reply_to(Mailbox::from(reply_to.clone()));
        }
        let parts = MultiPart::alternative_plain_html(text.clone(), html);
        let message = message.envelope(envelope.clone()).multipart(parts).map_err(|_error| Unwritable)?;
        Ok(Letter { kind, to: to.to_string(), subject, text, code, link, message: message.formatted(), envelope })
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("kind", &self.kind).finish_non_exhaustive()
    }
}
