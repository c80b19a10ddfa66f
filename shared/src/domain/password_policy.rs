//! Which passwords a new account may have.

use secrecy::ExposeSecret;
use tokio::task::spawn_blocking;
use zxcvbn::{Score, zxcvbn};

use super::password::{MAX_CHARS, NewPassword, normalise};
use super::{EmailAddress, Invalid};
use crate::environment::{ConfigError, Environment};

/// Words that an attacker of this product would try first.
const PRODUCT_WORDS: [&str; 2] = ["latchkey", "latch key"];

/// How much of a name and of an address is looked at, in characters: no good one is longer.
const MAX_CONTEXT_CHARS: usize = 254;

/// The signs that zxcvbn reads as letters, those of one letter together. It tries every combination of what the signs
/// of a password may stand for on every part of it, so that a long one with all of them holds it up for seconds.
const SIGNS_OF_A_LETTER: [&str; 12] = ["4@", "8", "({[<", "3", "69", "1!|", "1|7", "0", "$5", "+7", "%", "2"];
/// How many combinations times parts are tried: 32 on each part of the 100 characters that zxcvbn ever looks at, which
/// takes about as long as one hash.
const MOST_TRIALS: usize = 32 * 100 * 100;

/// The rules for a new password: its length, and how hard it is to guess. There are no rules of composition
/// (NIST SP 800-63B-4 3.1.1.2).
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy {
    min_chars: usize,
}

/// What an attacker may know about the person who chooses the password: the name and the email address as they were
/// typed, valid or not.
#[derive(Clone, Copy, Debug, Default)]
pub struct PasswordContext<'a> {
    /// The name as it was typed.
    pub name: Option<&'a str>,
    /// The email address as it was typed.
    pub email: Option<&'a str>,
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

    /// Reads a password as it was typed.
    ///
    /// It is refused as `too_weak` where [zxcvbn](https://www.usenix.org/conference/usenixsecurity16/technical-sessions/presentation/wheeler)
    /// scores it under 3 of 4 ("safely unguessable"), with zxcvbn's reason in words.
    pub fn parse(self, typed: &str, context: PasswordContext<'_>) -> Result<NewPassword, Invalid> {
        let password = normalise(typed)?;
        if password.expose_secret().chars().count() < self.min_chars {
            let detail = format!("Use a password of at least {} characters.", self.min_chars);
            return Err(Invalid::new("too_short", detail).beyond(self.min_chars));
        }
        let known_words = context.words();
        let known_words: Vec<&str> = known_words.iter().map(String::as_str).chain(PRODUCT_WORDS).collect();
        let estimate = zxcvbn(quickly_estimated(password.expose_secret()), &known_words);
        if estimate.score() < Score::Three {
            return Err(Invalid::new("too_weak", reason_in_words(&estimate)));
        }
        Ok(NewPassword(password))
    }

    /// Loads the word lists, which the first password would otherwise wait for.
    pub async fn warm_up(self) {
        let loaded = spawn_blocking(move || self.parse("a password of no meaning", PasswordContext::default()));
        if let Err(error) = loaded.await {
            tracing::warn!("the thread that loads word lists ended early: {error}");
        }
    }
}

/// The longest beginning of a password that zxcvbn is done with in time. Where that is not the whole, it is at least 23
/// characters, eight different signs among them: nobody guesses that, nor what goes on after it.
fn quickly_estimated(password: &str) -> &str {
    let combinations = |beginning: &str| -> usize {
        let of_a_letter = |signs: &str| signs.chars().filter(|sign| beginning.contains(*sign)).count().max(1);
        SIGNS_OF_A_LETTER.iter().map(|signs| of_a_letter(signs)).product()
    };
    let beginnings = (1..=MAX_CHARS).map(|chars| (chars, beginning(password, chars)));
    let quick = beginnings.take_while(|(chars, beginning)| combinations(beginning) * chars * chars <= MOST_TRIALS);
    quick.last().map_or("", |(_chars, beginning)| beginning)
}

/// The first `chars` characters of a text.
fn beginning(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).and_then(|(end, _next)| text.get(..end)).unwrap_or(text)
}

impl PasswordContext<'_> {
    /// The name, the address, and the words that they are made of. An address is taken apart at every sign; words
    /// under three letters would match by chance.
    fn words(&self) -> Vec<String> {
        let canonical = self.email.and_then(|email| EmailAddress::parse(email).ok());
        let texts = [self.name, self.email, canonical.as_ref().map(EmailAddress::canonical)];
        texts
            .into_iter()
            .flatten()
            .map(|text| beginning(text.trim(), MAX_CONTEXT_CHARS))
            .flat_map(|text| std::iter::once(text).chain(text.split(|c: char| !c.is_alphanumeric())))
            .filter(|word| word.chars().count() >= 3)
            .map(str::to_lowercase)
            .collect()
    }
}

fn reason_in_words(estimate: &zxcvbn::Entropy) -> String {
    let feedback = estimate.feedback();
    let warning = feedback.and_then(zxcvbn::feedback::Feedback::warning).map(|warning| warning.to_string());
    let suggestions = feedback.map(zxcvbn::feedback::Feedback::suggestions).unwrap_or_default();
    let sentences: Vec<String> = warning.into_iter().chain(suggestions.iter().map(ToString::to_string)).collect();
    if sentences.is_empty() { "This password is easy to guess.".to_owned() } else { sentences.join(" ") }
}

#[cfg(test)]
mod tests {
    use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
    use proptest::prelude::*;

    use super::{PasswordContext, PasswordPolicy, SIGNS_OF_A_LETTER, quickly_estimated};

    const ADA: PasswordContext<'_> =
        PasswordContext { name: Some("Ada Lovelace"), email: Some("countess@analytical.example") };

    fn check(typed: &str, expected: Result<(), (&str, &str)>) {
        let parsed = PasswordPolicy::new(8).unwrap().parse(typed, ADA);
        let parsed = parsed.map(drop).map_err(|invalid| (invalid.code, invalid.detail));
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
            let invalid = PasswordPolicy::new(8).unwrap().parse(guessable, ADA).unwrap_err();
            assert_eq!(invalid.code, "too_weak", "{guessable}");
            assert!(invalid.detail.ends_with('.'), "{}", invalid.detail);
        }
    }

    #[test]
    fn what_the_attacker_knows_about_the_person_is_guessable() {
        for known in ["Ada Lovelace", "adalovelace", "countess1", "analyticalcountess", "countess@analytical.example"] {
            let invalid = PasswordPolicy::new(8).unwrap().parse(known, ADA).unwrap_err();
            assert_eq!(invalid.code, "too_weak", "{known}");
        }
    }

    #[test]
    fn the_minimum_can_be_raised_but_not_lowered() {
        assert!(PasswordPolicy::new(7).is_none());
        assert!(PasswordPolicy::new(129).is_none());
        let strict = PasswordPolicy::new(15).unwrap();
        assert_eq!(strict.parse("kZ9!vQ4mTx-2Lp", ADA).unwrap_err().code, "too_short");
        assert!(strict.parse("kZ9!vQ4mTx-2Lpw", ADA).is_ok());
    }

    #[test]
    fn what_is_estimated_is_the_whole_unless_that_takes_too_long() {
        let signs: String = SIGNS_OF_A_LETTER.concat();
        for (password, expected) in [
            ("", 0),
            ("correct horse battery staple", 28),
            (&"x".repeat(128), 128),
            (&"4@1!$5+kZ".repeat(14), 126),
            (&signs, signs.len()),
            (&signs.repeat(6), 23),
            (&format!("{}{signs}", "x".repeat(100)), 111),
        ] {
            assert_eq!(quickly_estimated(password).len(), expected, "{password}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_input_panics(typed in "\\PC{0,140}", name in "\\PC{0,110}", email in "\\PC{0,60}") {
            let context = PasswordContext { name: Some(&name), email: Some(&email) };
            let _ = PasswordPolicy::new(8).unwrap().parse(&typed, context);
        }

        #[test]
        fn however_it_is_composed_it_is_the_same_password(typed in "[a-zA-Zäéïõñ\u{300}-\u{345}가-힣]{0,40}") {
            let verdict = |typed: &str| PasswordPolicy::new(8).unwrap().parse(typed, ADA).map(drop);
            let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&typed);
            let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(&typed);
            prop_assert_eq!(verdict(&composed), verdict(&typed));
            prop_assert_eq!(verdict(&decomposed), verdict(&typed));
        }
    }
}
