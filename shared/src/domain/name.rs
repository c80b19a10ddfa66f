//! A person's name.

use icu_normalizer::ComposingNormalizerBorrowed;

use super::Invalid;

const MAX_CHARS: usize = 100;

/// A name of 1 to 100 characters, without surrounding white space or control characters, in Unicode NFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Reads a name as it was typed.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let name = ComposingNormalizerBorrowed::new_nfc().normalize(typed.trim());
        if name.is_empty() {
            return Err(Invalid::new("required", "Enter a name."));
        }
        if name.chars().count() > MAX_CHARS {
            return Err(Invalid::new("too_long", format!("Use a name of at most {MAX_CHARS} characters.")));
        }
        if name.chars().any(char::is_control) {
            return Err(Invalid::new("control_character", "Use a name without control characters or line breaks."));
        }
        Ok(Self(name.into_owned()))
    }

    /// The name in NFC.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Name;

    fn check(typed: &str, expected: Result<&str, &str>) {
        let parsed = Name::parse(typed);
        assert_eq!(parsed.as_ref().map(Name::as_str).map_err(|invalid| invalid.code), expected, "{typed:?}");
    }

    #[test]
    fn names_are_trimmed_composed_and_bounded() {
        check("  Ada Lovelace\n", Ok("Ada Lovelace"));
        check("Zoe\u{308}", Ok("Zo\u{eb}"));
        check("李小龍 🐉", Ok("李小龍 🐉"));
        check(&"é".repeat(100), Ok(&"é".repeat(100)));
        check(&"e\u{301}".repeat(100), Ok(&"é".repeat(100)));
        check(&"a".repeat(101), Err("too_long"));
        check(" \u{3000}\t ", Err("required"));
        check("Ada\u{0}", Err("control_character"));
        check("Ada\nLovelace", Err("control_character"));
        check("Ada\u{85}Lovelace", Err("control_character"));
    }

    proptest! {
        #[test]
        fn a_parsed_name_parses_to_itself(typed in "\\PC{0,120}") {
            if let Ok(name) = Name::parse(&typed) {
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name));
            }
        }
    }
}
