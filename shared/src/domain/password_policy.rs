//! Which passwords a new account may have.

use secrecy::ExposeSecret;
use tokio::task::spawn_blocking;

use super::password::{MAX_CHARS, NewPassword, ProposedPassword, normalise};
use super::password_score::check_score;
use super::{EmailAddress, Invalid, Name};
use crate::environment::{ConfigError, Environment};

/// Words that an attacker of this product would try first.
const PRODUCT_WORDS: [&str; 2] = ["latchkey", "latch key"];

/// The rules for a new password: its length, and how hard it is to guess. There are no rules of composition
/// (NIST SP 800-63B-4 3.1.1.2).
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy {
    min_chars: usize,
}

/// What an attacker may know about the person who chooses the password.
#[derive(Clone, Copy, Debug, Default)]
pub struct PasswordContext<'a> {
    /// The name.
    pub name: Option<&'a Name>,
    /// The email address.
    pub email: Option<&'a EmailAddress>,
}

impl PasswordPolicy {
    /// OWASP ASVS 5.0 6.2.1 asks for at least 8 characters.
    pub const LOWEST_MIN_CHARS: usize = 8;
    /// The most characters that any password may have.
    pub const HIGHEST_MIN_CHARS: usize = MAX_CHARS;

    /// The policy that the environment asks for: `PASSWORD_MIN_LENGTH`, in characters; 8 by default.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let bounds = Self::LOWEST_MIN_CHARS..=Self::HIGHEST_MIN_CHARS;
        environment.within("PASSWORD_MIN_LENGTH", bounds, Self::LOWEST_MIN_CHARS, "characters", Self::new)
    }

    /// A policy whose passwords have at least `min_chars` characters, counted after NFC. `None` where that is under
    /// [`LOWEST_MIN_CHARS`](Self::LOWEST_MIN_CHARS) or over [`HIGHEST_MIN_CHARS`](Self::HIGHEST_MIN_CHARS).
    #[must_use]
    pub fn new(min_chars: usize) -> Option<Self> {
        (Self::LOWEST_MIN_CHARS..=Self::HIGHEST_MIN_CHARS).contains(&min_chars).then_some(Self { min_chars })
    }

    /// Reads a password as it was typed, and checks its length.
    pub fn parse(self, typed: &str) -> Result<ProposedPassword, Invalid> {
        let password = normalise(typed)?;
        if password.expose_secret().chars().count() < self.min_chars {
            let detail = format!("Use a password of at least {} characters.", self.min_chars);
            return Err(Invalid::new("too_short", detail).beyond(self.min_chars));
        }
        Ok(ProposedPassword(password))
    }

    /// Begins to load the word lists on a thread of its own. They need no settings, and take longer than all else of a start.
    pub fn load_word_lists() {
        if let Err(error) = std::thread::Builder::new().name("word lists".to_owned()).spawn(score_something) {
            tracing::warn!("no thread to load word lists on: {error}");
        }
    }

    /// Waits for the word lists, which the first password would otherwise wait for.
    pub async fn wait_for_word_lists() {
        if let Err(error) = spawn_blocking(score_something).await {
            tracing::warn!("the thread that loads word lists ended early: {error}");
        }
    }
}

/// Has zxcvbn load its word lists, or wait for whoever loads them.
fn score_something() {
    // What it says of this password is of no interest.
    let _scored = check_score("a password of no meaning", &[]);
}

impl ProposedPassword {
    /// Refuses a password that is easy to guess, as `too_weak`. This takes processor time, so count the request first.
    pub fn score(self, context: PasswordContext<'_>) -> Result<NewPassword, Invalid> {
        let Self(password) = self;
        let words = context.words();
        let known_words: Vec<&str> = words.iter().map(String::as_str).chain(PRODUCT_WORDS).collect();
        check_score(password.expose_secret(), &known_words)?;
        Ok(NewPassword(password))
    }
}

impl PasswordContext<'_> {
    /// The name, the address, and the words that they are made of. An address is taken apart at every sign; words
    /// under three letters would match by chance.
    fn words(&self) -> Vec<String> {
        let address = self.email.map(|email| [email.shown(), email.canonical()]);
        let texts = self.name.map(Name::as_str).into_iter().chain(address.into_iter().flatten());
        texts
            .flat_map(|text| std::iter::once(text).chain(text.split(|c: char| !c.is_alphanumeric())))
            .filter(|word| word.chars().count() >= 3)
            .map(str::to_lowercase)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
    use proptest::prelude::*;

    use super::{EmailAddress, Invalid, Name, PasswordContext, PasswordPolicy};

    fn scored(typed: &str, name: &str, email: &str) -> Result<(), Invalid> {
        let (name, email) = (Name::parse(name).ok(), EmailAddress::parse(email).ok());
        let context = PasswordContext { name: name.as_ref(), email: email.as_ref() };
        PasswordPolicy::new(8).unwrap().parse(typed)?.score(context).map(drop)
    }

    /// As Ada would be answered.
    fn scored_for_ada(typed: &str) -> Result<(), Invalid> {
        scored(typed, "Ada Lovelace", "countess@analytical.example")
    }

    fn check(typed: &str, expected: Result<(), (&str, &str)>) {
        let parsed = scored_for_ada(typed).map_err(|invalid| (invalid.code, invalid.detail));
        assert_eq!(parsed.as_ref().copied().map_err(|(code, detail)| (*code, detail.as_str())), expected, "{typed}");
    }

    #[test]
    fn length_is_counted_in_characters_after_nfc() {
        check("kZ9!vQ", Err(("too_short", "Use a password of at least 8 characters.")));
        check("e\u{301}".repeat(7).as_str(), Err(("too_short", "Use a password of at least 8 characters.")));
        check(&"kZ9!vQ4m".repeat(17), Err(("too_long", "Use a password of at most 128 characters.")));
        check("kZ9!vQ4mT", Ok(()));
        check("пять чёрных кошек спят", Ok(()));
    }

    #[test]
    fn a_guessable_password_is_refused_with_the_reason_in_words() {
        check(
            "password",
            Err(("too_weak", "This is a top-10 common password. Add another word or two. Uncommon words are better.")),
        );
        for guessable in ["12345678", "qwertyuiop", "aaaaaaaaaaaa", "P@ssw0rd", "latchkey1", "monkey1987"] {
            let invalid = scored_for_ada(guessable).unwrap_err();
            assert_eq!(invalid.code, "too_weak", "{guessable}");
            assert!(invalid.detail.ends_with('.'), "{}", invalid.detail);
        }
    }

    #[test]
    fn what_the_attacker_knows_about_the_person_is_guessable() {
        for known in ["Ada Lovelace", "adalovelace", "countess1", "analyticalcountess", "countess@analytical.example"] {
            let invalid = scored_for_ada(known).unwrap_err();
            assert_eq!(invalid.code, "too_weak", "{known}");
        }
    }

    #[test]
    fn the_minimum_can_be_raised_but_not_lowered() {
        assert!(PasswordPolicy::new(7).is_none());
        assert!(PasswordPolicy::new(129).is_none());
        let strict = PasswordPolicy::new(15).unwrap();
        assert_eq!(strict.parse("kZ9!vQ4mTx-2Lp").unwrap_err().code, "too_short");
        assert!(strict.parse("kZ9!vQ4mTx-2Lpw").is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_input_panics(typed in "\\PC{0,140}", name in "\\PC{0,110}", email in "\\PC{0,60}") {
            let _ = scored(&typed, &name, &email);
        }

        #[test]
        fn however_it_is_composed_it_is_the_same_password(typed in "[a-zA-Zäéïõñ\u{300}-\u{345}가-힣]{0,40}") {
            let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&typed);
            let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(&typed);
            prop_assert_eq!(scored_for_ada(&composed), scored_for_ada(&typed));
            prop_assert_eq!(scored_for_ada(&decomposed), scored_for_ada(&typed));
        }
    }
}
