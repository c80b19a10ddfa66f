//! Who may have an account.

use idna::AsciiDenyList;

use super::{EmailAddress, Invalid};
use crate::environment::{ConfigError, Environment};

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUps {
    /// Anyone.
    Open,
    /// Anyone with an invitation.
    Invited,
    /// Nobody. Operators make the accounts.
    Closed,
}

impl SignUps {
    /// `SIGNUP`: `open`, `invited` or `closed`.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        const VARIABLE: &str = "SIGNUP";

        match environment.get(VARIABLE) {
            None | Some("open") => Ok(Self::Open),
            Some("invited") => Ok(Self::Invited),
            Some("closed") => Ok(Self::Closed),
            Some(value) => Err(ConfigError::invalid(VARIABLE, value, "open, invited or closed", "open")),
        }
    }
}

/// A domain of addresses that may have accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Domain {
    /// This one.
    Exactly(String),
    /// Those below this one, without itself. It begins with a dot.
    Below(String),
}

impl Domain {
    /// Reads `example.com`, or `*.example.com` for the domains below it. `None` if it is neither.
    fn parse(text: &str) -> Option<Self> {
        let (is_below, name) = text.strip_prefix("*.").map_or((false, text), |name| (true, name));
        // Every spelling in ASCII is taken, so that no value of the parameter stops a deployment.
        let ascii = if name.is_ascii() {
            name.to_ascii_lowercase()
        } else {
            idna::domain_to_ascii_cow(name.as_bytes(), AsciiDenyList::STD3).ok()?.into_owned()
        };
        let is_label =
            |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !ascii.split('.').all(is_label) {
            return None;
        }
        Some(if is_below { Self::Below(format!(".{ascii}")) } else { Self::Exactly(ascii) })
    }

    fn includes(&self, domain: &str) -> bool {
        match self {
            Self::Exactly(name) => domain == name,
            Self::Below(suffix) => domain.ends_with(suffix),
        }
    }
}

/// The domains of the addresses that accounts may have. Without any, every address may have one.
#[derive(Clone, Debug)]
pub struct AllowedDomains(Vec<Domain>);

impl AllowedDomains {
    const VARIABLE: &str = "ALLOWED_EMAIL_DOMAINS";

    /// `ALLOWED_EMAIL_DOMAINS`, a list such as `example.com,*.example.org`. Anyone could sign up with an address of others, so
    /// it must come with addresses that are proved before there is an account.
    pub fn read(environment: &Environment, addresses_are_proved: bool) -> Result<Self, ConfigError> {
        let Some(list) = environment.chosen(Self::VARIABLE) else { return Ok(Self(Vec::new())) };
        if !addresses_are_proved {
            let expected =
                "none unless EMAIL_VERIFICATION is required, since anyone could sign up with an address of others";
            return Err(ConfigError::invalid(Self::VARIABLE, list, expected, "none"));
        }
        let domains: Option<Vec<_>> = list.split(',').map(|name| Domain::parse(name.trim())).collect();
        let domains = domains.ok_or_else(|| {
            let expected = "a list of domains, with *. in front of one for those below it";
            ConfigError::invalid(Self::VARIABLE, list, expected, "example.com,*.example.org")
        })?;
        Ok(Self(domains))
    }

    /// Whether an account may have this address, or may have none.
    #[must_use]
    pub fn allow(&self, email: Option<&EmailAddress>) -> bool {
        let is_listed = |email: &EmailAddress| self.0.iter().any(|domain| domain.includes(email.domain()));
        self.0.is_empty() || email.is_some_and(is_listed)
    }

    /// Reads the address of a new account, which must be allowed.
    pub fn parse_email(&self, typed: &str) -> Result<EmailAddress, Invalid> {
        let email = EmailAddress::parse_new(typed)?;
        if self.allow(Some(&email)) {
            return Ok(email);
        }
        Err(Invalid::new(
            "email_domain_not_allowed",
            "Addresses of this domain cannot have an account here. Use another one.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{AllowedDomains, SignUps};
    use crate::domain::EmailAddress;
    use crate::environment::Environment;

    fn domains(list: &str, addresses_are_proved: bool) -> Option<AllowedDomains> {
        AllowedDomains::read(&Environment::default().with(AllowedDomains::VARIABLE, list), addresses_are_proved).ok()
    }

    #[test]
    fn sign_ups_are_open_unless_it_is_said() {
        for (value, expected) in [
            ("", Some(SignUps::Open)),
            ("open", Some(SignUps::Open)),
            ("invited", Some(SignUps::Invited)),
            ("closed", Some(SignUps::Closed)),
            ("no", None),
            ("Closed", None),
        ] {
            let environment = Environment::default().with("SIGNUP", value);
            assert_eq!(SignUps::read(&environment).ok(), expected, "{value}");
        }
    }

    #[test]
    fn an_address_is_allowed_by_its_whole_domain() {
        let list = "Example.com, *.example.org,bücher.example";
        let listed = domains(list, true).unwrap();
        let allows = |typed| listed.allow(Some(&EmailAddress::parse(typed).unwrap()));
        for typed in
            ["a@example.com", "a@EXAMPLE.COM", "a@eu.example.org", "a@a.b.example.org", "a@xn--bcher-kva.example"]
        {
            assert!(allows(typed), "{typed}");
        }
        for typed in [
            "a@example.org",
            "a@eu.example.com",
            "a@badexample.com",
            "a@example.com.evil.example",
            "a@badexample.org",
            "example.com@evil.example",
        ] {
            assert!(!allows(typed), "{typed}");
            assert_eq!(listed.parse_email(typed).unwrap_err().code, "email_domain_not_allowed");
        }
        assert!(!listed.allow(None));
        let everybody = domains("", false).unwrap();
        assert!(everybody.allow(None) && everybody.parse_email("a@evil.example").is_ok());
    }

    #[test]
    fn a_list_that_is_not_one_or_that_stops_nobody_is_refused() {
        for list in ["example.com,", ",", "*", "*.", "*example.com", "a@example.com", "example.com/a", "a..b", "a b"] {
            assert!(domains(list, true).is_none(), "{list}");
        }
        assert!(domains("example.com", false).is_none());
        assert!(domains("none", false).is_some());
    }
}
