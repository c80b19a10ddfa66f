//! Whether there is mail, and what an address must prove.

use crate::environment::{ConfigError, Environment};

/// The variable that names the table of intents. There is mail if it is set.
const OUTBOX: &str = "OUTBOX_TABLE";
const VERIFICATION: &str = "EMAIL_VERIFICATION";

/// What an email address must prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailVerification {
    /// Nothing.
    Off,
    /// A new account gets a code by mail, and works without it. The claim `email_verified` says whether it came back.
    On,
    /// No account exists before its code came back. Then the response to a sign-up is the same for everybody (OWASP ASVS 5.0
    /// 6.3.8).
    Required,
}

/// What a deployment does with mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// Whether there is mail at all.
    pub is_on: bool,
    /// What an address must prove.
    pub verification: EmailVerification,
}

/// Whether there is mail: if `OUTBOX_TABLE` is set.
#[must_use]
pub fn is_mail_on(environment: &Environment) -> bool {
    environment.get(OUTBOX).is_some()
}

impl MailSettings {
    /// Mail is on if `OUTBOX_TABLE` is set. `EMAIL_VERIFICATION` is `off`, `on` or `required`; with mail it is `on` by default,
    /// and without mail it must be `off`.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let is_on = is_mail_on(environment);
        let verification = match environment.get(VERIFICATION) {
            None | Some("on") if is_on => EmailVerification::On,
            None | Some("off") => EmailVerification::Off,
            Some("required") if is_on => EmailVerification::Required,
            Some(value @ ("on" | "required")) => {
                return Err(ConfigError::invalid(VERIFICATION, value, "off, since MAIL_FROM is not set", "off"));
            }
            Some(value) => return Err(ConfigError::invalid(VERIFICATION, value, "off, on or required", "on")),
        };
        Ok(Self { is_on, verification })
    }

    /// Whether every new account has proved its address.
    #[must_use]
    pub fn proves_addresses(&self) -> bool {
        self.verification == EmailVerification::Required
    }
}

#[cfg(test)]
mod tests {
    use super::{EmailVerification, MailSettings};
    use crate::environment::Environment;

    #[test]
    fn verification_needs_mail() {
        for (outbox, value, expected) in [
            ("", "", Some(EmailVerification::Off)),
            ("", "off", Some(EmailVerification::Off)),
            ("", "on", None),
            ("", "required", None),
            ("t", "", Some(EmailVerification::On)),
            ("t", "off", Some(EmailVerification::Off)),
            ("t", "on", Some(EmailVerification::On)),
            ("t", "required", Some(EmailVerification::Required)),
            ("t", "true", None),
        ] {
            let environment = Environment::default().with("OUTBOX_TABLE", outbox).with("EMAIL_VERIFICATION", value);
            let read = MailSettings::read(&environment);
            assert_eq!(read.map(|settings| settings.verification).ok(), expected, "{outbox} {value}");
        }
    }
}
