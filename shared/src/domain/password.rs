//! Passwords, on their way from the edge to the hash and nowhere else.

use icu_normalizer::ComposingNormalizerBorrowed;
use secrecy::{ExposeSecret, SecretString};

use super::Invalid;

/// NIST SP 800-63B-4 3.1.1.2 asks for at least 64; every character counts, none is cut off.
pub(super) const MAX_CHARS: usize = 128;

/// A password for a new account that is long enough. Made by [`PasswordPolicy`](super::PasswordPolicy).
#[derive(Clone, Debug)]
pub struct ProposedPassword(pub(super) SecretString);

/// A password for a new account that is long enough and hard to guess. Made by [`ProposedPassword::score`].
#[derive(Clone, Debug)]
pub struct NewPassword(pub(super) SecretString);

/// A password presented at log-in. Only its upper bound is checked, so that an old password keeps working when the
/// rules for new ones get stricter.
#[derive(Clone, Debug)]
pub struct PresentedPassword {
    nfc: SecretString,
    /// What was typed, if that is not the NFC form. Other systems hash it as it is.
    typed: Option<SecretString>,
}

impl ProposedPassword {
    /// Refuses the password that its user already has. Whoever presents both knows them, so time may tell.
    pub fn other_than(self, old: &PresentedPassword) -> Result<Self, Invalid> {
        if self.0.expose_secret() == old.as_nfc() {
            return Err(Invalid::new("same_password", "Choose a password that is not the one you have."));
        }
        Ok(self)
    }
}

impl PresentedPassword {
    /// Reads a password as it was typed.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let nfc = normalise(typed)?;
        let typed = (nfc.expose_secret() != typed).then(|| SecretString::from(typed));
        Ok(Self { nfc, typed })
    }

    /// The NFC form, which our own hashes are of.
    pub(super) fn as_nfc(&self) -> &str {
        self.nfc.expose_secret()
    }

    /// What was typed, if that is not the NFC form.
    pub(super) fn as_typed_if_not_nfc(&self) -> Option<&str> {
        self.typed.as_ref().map(ExposeSecret::expose_secret)
    }

    /// What was typed. Nobody but the system that an account comes from gets to see it.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        self.as_typed_if_not_nfc().unwrap_or_else(|| self.as_nfc())
    }

    /// What was typed and, if that is something else, its NFC form.
    pub(super) fn as_typed_and_nfc(&self) -> impl Iterator<Item = &str> {
        self.as_typed_if_not_nfc().into_iter().chain([self.as_nfc()])
    }
}

/// The same password as it is presented at the next log-in.
impl From<NewPassword> for PresentedPassword {
    fn from(NewPassword(nfc): NewPassword) -> Self {
        Self { nfc, typed: None }
    }
}

/// The NFC form, which is what gets hashed: keyboards differ in how they compose the same character
/// (NIST SP 800-63B-4 3.1.1.2).
pub(super) fn normalise(typed: &str) -> Result<SecretString, Invalid> {
    let password = SecretString::from(ComposingNormalizerBorrowed::new_nfc().normalize(typed).into_owned());
    if password.expose_secret().chars().count() > MAX_CHARS {
        return Err(Invalid::new("too_long", format!("Use a password of at most {MAX_CHARS} characters.")));
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::PresentedPassword;

    #[test]
    fn the_bound_counts_composed_characters() {
        let longest = PresentedPassword::parse(&"e\u{301}".repeat(128)).unwrap();
        assert_eq!(longest.as_nfc(), "é".repeat(128));
        assert_eq!(longest.as_typed(), "e\u{301}".repeat(128));
        assert_eq!(PresentedPassword::parse(&"a".repeat(129)).unwrap_err().code, "too_long");
        assert!(PresentedPassword::parse("").is_ok());
        assert_eq!(PresentedPassword::parse("  two  spaces ").unwrap().as_typed(), "  two  spaces ");
    }

    #[test]
    fn the_debug_form_does_not_show_the_password() {
        for typed in ["hunter2", "hunter2e\u{301}"] {
            assert!(!format!("{:?}", PresentedPassword::parse(typed).unwrap()).contains("hunter2"));
        }
    }
}
