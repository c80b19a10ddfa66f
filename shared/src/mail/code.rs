//! The codes that mails carry.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use super::{PendingId, Seed};
use crate::domain::Invalid;
use crate::keys::CodeKey;

/// How many digits a person types. NIST SP 800-63B-4 4.2.1.2 asks for at least six. With 50 guesses an hour, eight digits are
/// guessed within a year with a chance of 0.44 %, and six with one of 35 %.
const DIGITS: usize = 8;
/// How many codes there are.
const CODES: u32 = 100_000_000;
/// The largest multiple of [`CODES`] that 32 bits hold. Below it, every code has the same chance.
const EVEN: u32 = u32::MAX / CODES * CODES;
/// The length of a link's secret, in bytes.
const LINK_BYTES: usize = 16;

/// A code in the two forms in which a mail carries it. It is stored nowhere: it is computed from the key of codes and from a
/// seed, so that whoever has only the key or only the table knows no code.
pub struct Code {
    digits: SecretString,
    link: SecretString,
}

impl Code {
    /// The code of what is pending under this id.
    #[must_use]
    pub fn new(key: &CodeKey, id: &PendingId, seed: &Seed) -> Self {
        // The first half is the link's secret, the second the digits.
        let mut round = 0_u8;
        let tag = |round: u8| key.tag(&[b"latchkey code v1", id.as_str().as_bytes(), seed.as_bytes(), &[round]]);
        let first = tag(round);
        let link = URL_SAFE_NO_PAD.encode(first.split_at(LINK_BYTES).0);
        let mut numbers = numbers_of(first.split_at(LINK_BYTES).1);
        let number = loop {
            if let Some(number) = numbers.iter().find(|number| **number < EVEN) {
                break number % CODES;
            }
            round = round.wrapping_add(1);
            numbers = numbers_of(&tag(round));
        };
        Self { digits: format!("{number:0DIGITS$}").into(), link: link.into() }
    }

    /// The eight digits that a person types.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.digits.expose_secret()
    }

    /// The secret of a link: 128 bits as base64url, 22 characters.
    #[must_use]
    pub fn link(&self) -> &str {
        self.link.expose_secret()
    }

    /// Whether this code was presented, in constant time.
    #[must_use]
    pub fn is(&self, presented: &PresentedCode) -> bool {
        let own = match presented.form {
            CodeForm::Digits => &self.digits,
            CodeForm::Link => &self.link,
        };
        verify_slices_are_equal(own.expose_secret().as_bytes(), presented.text.expose_secret().as_bytes()).is_ok()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code([REDACTED])")
    }
}

/// Numbers of 32 bits.
fn numbers_of(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|chunk| chunk.try_into().ok().map(u32::from_be_bytes)).collect()
}

/// In which form a code came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CodeForm {
    Digits,
    Link,
}

/// A code as somebody sent it.
#[derive(Clone)]
pub struct PresentedCode {
    form: CodeForm,
    text: SecretString,
}

impl PresentedCode {
    /// Reads eight digits, which may be grouped by spaces or hyphens, or the secret of a link.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let dense: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if dense.len() == DIGITS && dense.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self { form: CodeForm::Digits, text: dense.into() });
        }
        let text = text.trim();
        if URL_SAFE_NO_PAD.decode(text).is_ok_and(|secret| secret.len() == LINK_BYTES) {
            return Ok(Self { form: CodeForm::Link, text: text.into() });
        }
        Err(Invalid::new("invalid_code", format!("Enter the {DIGITS} digits of the mail.")))
    }

    /// Whether it is the secret of a link, which nobody guesses.
    #[must_use]
    pub fn is_of_link(&self) -> bool {
        self.form == CodeForm::Link
    }
}

impl fmt::Debug for PresentedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedCode([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Code, PresentedCode};
    use crate::keys::CodeKey;
    use crate::mail::{PendingId, Seed};

    fn code(key: &CodeKey, id: &str, seed: &Seed) -> Code {
        Code::new(key, &PendingId::from_trusted(id.to_owned()), seed)
    }

    #[test]
    fn a_code_is_good_in_both_forms_and_only_under_its_key_id_and_seed() {
        let (key, seed) = (CodeKey::generate().unwrap(), Seed::generate().unwrap());
        let own = code(&key, "reset#a", &seed);
        let (digits, link) = (own.digits().to_owned(), own.link().to_owned());
        assert_eq!((digits.len(), link.len()), (8, 22));
        let spaced = format!(" {} {}\n", digits.split_at(4).0, digits.split_at(4).1);
        for text in [digits.as_str(), &spaced, &link] {
            let presented = PresentedCode::parse(text).unwrap();
            assert!(own.is(&presented));
            assert!(code(&key, "reset#a", &seed).is(&presented));
            assert!(!code(&key, "verify#a", &seed).is(&presented));
            assert!(!code(&key, "reset#a", &Seed::generate().unwrap()).is(&presented));
            assert!(!code(&CodeKey::generate().unwrap(), "reset#a", &seed).is(&presented));
            assert_eq!(presented.is_of_link(), text == link);
        }
        assert!(!format!("{own:?} {:?}", PresentedCode::parse(&digits).unwrap()).contains(&digits));
    }

    #[test]
    fn codes_are_spread_evenly() {
        let key = CodeKey::generate().unwrap();
        let mut first_digits = [0_u32; 10];
        for _ in 0..5000 {
            let code = code(&key, "verify#a", &Seed::generate().unwrap());
            first_digits[usize::from(code.digits().as_bytes()[0] - b'0')] += 1;
        }
        // 500 of each are expected, with a standard deviation of 21.
        assert!(first_digits.iter().all(|count| (350..650).contains(count)), "{first_digits:?}");
    }

    #[test]
    fn what_has_the_form_of_no_code_is_refused() {
        let mut seen = BTreeSet::new();
        for text in
            ["", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB"]
        {
            seen.insert(PresentedCode::parse(text).unwrap_err().code);
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["invalid_code"]);
    }
}
