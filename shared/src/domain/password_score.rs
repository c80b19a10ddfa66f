//! How hard a new password is to guess.

use std::panic::{AssertUnwindSafe, catch_unwind};

use zxcvbn::feedback::Feedback;
use zxcvbn::{Entropy, Score, zxcvbn};

use super::Invalid;

/// The signs that zxcvbn reads as letters, those of one letter together. It tries every combination of what the signs
/// of a password may stand for on every part of it, so that a long one with all of them holds it up for seconds.
const SIGNS_OF_A_LETTER: [&str; 12] = ["4@", "8", "({[<", "3", "69", "1!|", "1|7", "0", "$5", "+7", "%", "2"];
/// The signs that may stand for either of two letters.
const SIGNS_OF_TWO_LETTERS: [char; 3] = ['1', '|', '7'];
/// How many characters of a password zxcvbn ever looks at.
const MOST_CHARS: usize = 100;
/// How much zxcvbn may have to do: combinations times the cube of the characters, since it looks up every part of the
/// password, and to look one up takes as long as the part is. Of 100 characters one combination is tried, of 90 two, and of
/// 45 sixteen.
///
/// No password then takes longer than a hash. The worst that a search by mutation found takes half as long: 8.4 ms of
/// processor time in a release build, beside 16 ms for Argon2id at its floor.
const MOST_TRIALS: usize = 1_500_000;

/// Refuses a password as `too_weak` if [zxcvbn](https://www.usenix.org/conference/usenixsecurity16/technical-sessions/presentation/wheeler)
/// scores it under 3 of 4 ("safely unguessable"), with zxcvbn's reason in words.
pub(super) fn check_score(password: &str, known_words: &[&str]) -> Result<(), Invalid> {
    match estimate(quickly_estimated(password), known_words) {
        Some(estimate) if estimate.score() >= Score::Three => Ok(()),
        Some(estimate) => Err(Invalid::new("too_weak", reason_in_words(&estimate))),
        None => Err(Invalid::new("too_weak", "Choose another password. This one cannot be checked.")),
    }
}

/// What zxcvbn says; `None` if it panics, which is logged.
///
/// zxcvbn 3.1.1 multiplies numbers of guesses without looking whether they still fit 64 bits, in `scoring.rs`: for a
/// dictionary word the product of its factors, for a keyboard pattern the power of its turns. If overflow checks are on, that
/// panics. They are off for this crate in every profile of ours but that of fuzzing, as in a release build. The number then
/// wraps and is too small, which makes a password weaker, never stronger. If anything panics all the same, one password is
/// refused, and no request is lost.
fn estimate(password: &str, known_words: &[&str]) -> Option<Entropy> {
    let estimated = catch_unwind(AssertUnwindSafe(|| zxcvbn(password, known_words)));
    if estimated.is_err() {
        // What a panic says may hold the password.
        tracing::error!("zxcvbn panicked; the password is refused as too weak");
    }
    estimated.ok()
}

/// The longest beginning of a password that zxcvbn is done with in less time than a hash takes. If that is not the whole, the
/// beginning alone must be hard to guess: what follows does not make the password easier.
fn quickly_estimated(password: &str) -> &str {
    let beginnings = (1..=MOST_CHARS).map(|chars| (chars, beginning(password, chars)));
    let quick = beginnings.take_while(|(chars, beginning)| combinations(beginning) * chars.pow(3) <= MOST_TRIALS);
    quick.last().map_or("", |(_chars, beginning)| beginning)
}

/// How many combinations of letters the signs of a text may stand for, at the most.
fn combinations(text: &str) -> usize {
    let of_a_letter = |signs: &str| signs.chars().filter(|sign| text.contains(*sign)).count().max(1);
    let of_two = SIGNS_OF_TWO_LETTERS.iter().filter(|sign| text.contains(**sign)).count();
    SIGNS_OF_A_LETTER.iter().map(|signs| of_a_letter(signs)).product::<usize>() << of_two
}

/// The first `chars` characters of a text.
fn beginning(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).and_then(|(end, _next)| text.get(..end)).unwrap_or(text)
}

fn reason_in_words(estimate: &Entropy) -> String {
    let feedback = estimate.feedback();
    let warning = feedback.and_then(Feedback::warning).map(|warning| warning.to_string());
    let suggestions = feedback.map(Feedback::suggestions).unwrap_or_default();
    let sentences: Vec<String> = warning.into_iter().chain(suggestions.iter().map(ToString::to_string)).collect();
    if sentences.is_empty() { "This password is easy to guess.".to_owned() } else { sentences.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::{SIGNS_OF_A_LETTER, check_score, quickly_estimated};

    #[test]
    fn what_is_scored_is_the_whole_unless_that_takes_too_long() {
        let signs: String = SIGNS_OF_A_LETTER.concat();
        for (password, expected) in [
            ("", 0),
            ("correct horse battery staple", 28),
            (&"x".repeat(128), 100),
            (&"4@1!$5+kZ".repeat(14), 45),
            (&signs, 15),
            (&signs.repeat(6), 15),
            (&format!("{}{signs}", "x".repeat(60)), 65),
        ] {
            assert_eq!(quickly_estimated(password).len(), expected, "{password}");
        }
    }

    /// With overflow checks, zxcvbn 3.1.1 panics on each of these.
    #[test]
    fn numbers_that_overflow_get_a_verdict() {
        let walk = format!("my cat walked over it: {}", "zx".repeat(17));
        for password in
            [walk.as_str(), &"zx".repeat(50), &"qwertyuiop[]asdfghjkl;'zxcvbnm,./".repeat(3), &"aB".repeat(50)]
        {
            let verdict = check_score(password, &[]).map_err(|invalid| invalid.code);
            assert!(matches!(verdict, Ok(()) | Err("too_weak")), "{password}: {verdict:?}");
        }
    }
}
