//! Who mails come from.

use lettre::Address;
use lettre::message::Mailbox;
use shared::domain::EmailAddress;
use shared::environment::{ConfigError, Environment};

const FROM: &str = "MAIL_FROM";
const REPLY_TO: &str = "MAIL_REPLY_TO";
const APP_NAME: &str = "APP_NAME";
/// How long the name of an app may be, in characters: mail programs show fewer.
const MAX_NAME_CHARS: usize = 64;

/// No domain ends like this (RFC 6761 6.4). A mail that is sent there bounces, and bounces can cost a sender its account at SES.
const NOWHERE: &str = ".invalid";

/// The sender of every mail.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) app: String,
    pub(crate) from: Address,
    pub(crate) reply_to: Option<Address>,
}

impl Sender {
    /// `MAIL_FROM`, `MAIL_REPLY_TO`, and `APP_NAME`, by default the host of `MAIL_FROM`.
    pub(crate) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let from = environment.required(FROM, "the address that mails come from", "no-reply@example.com")?;
        let from = read_address(FROM, from)?;
        let reply_to = match environment.chosen(REPLY_TO) {
            Some(value) => Some(read_address(REPLY_TO, value)?),
            None => None,
        };
        let app = match environment.chosen(APP_NAME) {
            None => from.domain().to_owned(),
            Some(name) => {
                let is_name = name.chars().count() <= MAX_NAME_CHARS && !name.chars().any(char::is_control);
                let expected = format!("a name of at most {MAX_NAME_CHARS} characters");
                if !is_name {
                    return Err(ConfigError::invalid(APP_NAME, name, expected, "Example"));
                }
                name.to_owned()
            }
        };
        Ok(Self { app, from, reply_to })
    }

    /// The sender as mail programs show it.
    pub(crate) fn mailbox(&self) -> Mailbox {
        Mailbox::new(Some(self.app.clone()), self.from.clone())
    }
}

fn read_address(variable: &'static str, value: &str) -> Result<Address, ConfigError> {
    let email = EmailAddress::parse_new(value).ok().filter(|_email| value.trim() == value);
    let expected = "an email address, and nothing beside it";
    email
        .and_then(|email| wire_address(&email))
        .ok_or_else(|| ConfigError::invalid(variable, value, expected, "no-reply@example.com"))
}

/// The address as SMTP takes it: its local part as it was typed, since RFC 5321 2.4 leaves its case to the server, and its domain
/// in ASCII. `None` if no mail can reach it.
pub(crate) fn wire_address(email: &EmailAddress) -> Option<Address> {
    let (local, _shown_domain) = email.shown().rsplit_once('@')?;
    let domain = email.domain();
    if domain.ends_with(NOWHERE) {
        return None;
    }
    // Dots at an end or side by side are no dot-string (RFC 5321 4.1.2), but a quoted string may hold them.
    let is_dot_string = local.split('.').all(|atom| !atom.is_empty());
    let local = if is_dot_string { local.to_owned() } else { format!("\"{local}\"") };
    Address::new(local, domain).ok()
}
