//! A person's name.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

use super::Invalid;

const MAX_CHARS: usize = 100;

/// The categories whose characters show nothing by themselves.
const INVISIBLE: GeneralCategoryGroup = GeneralCategoryGroup::Separator
    .union(GeneralCategoryGroup::Mark)
    .union(GeneralCategoryGroup::Control)
    .union(GeneralCategoryGroup::Format);

/// Letters and symbols by their category, which are drawn as nothing: Braille without dots, a note without a head, and two
/// blank hieroglyphs.
const BLANK: [char; 4] = ['\u{2800}', '\u{1d159}', '\u{13441}', '\u{13442}'];

/// A name of 1 to 100 characters, at least one of them visible, without surrounding white space, in Unicode NFC.
///
/// It holds no character that moves or breaks the text around it: no control character, line or paragraph separator, and no
/// bidirectional control ([UAX 9](https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters)). Characters that
/// join others, as in emoji and in many scripts, stay.
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
        if name.chars().any(breaks_text) {
            return Err(Invalid::new("control_character", "Use a name without control characters or line breaks."));
        }
        if !name.chars().any(is_visible) {
            return Err(Invalid::new("required", "Enter a name."));
        }
        Ok(Self(name.into_owned()))
    }

    /// A name as it came out of the store. An earlier version took names that are refused now.
    #[must_use]
    pub fn from_trusted(name: String) -> Self {
        Self(name)
    }

    /// The name in NFC.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character moves or breaks the text around it, as a name must not.
#[must_use]
pub fn breaks_text(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || CodePointSetData::new::<BidiControl>().contains(c)
}

fn is_visible(c: char) -> bool {
    !INVISIBLE.contains(CodePointMapData::<GeneralCategory>::new().get(c))
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        && !BLANK.contains(&c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ComposingNormalizerBorrowed, Name};

    fn nfc(text: &str) -> String {
        ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
    }

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

    #[test]
    fn what_moves_or_breaks_the_text_around_it_is_refused() {
        let bidi = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        for c in bidi.chars().chain("\u{2028}\u{2029}".chars()) {
            check(&format!("Ada {c} Lovelace"), Err("control_character"));
        }
    }

    #[test]
    fn a_name_has_a_visible_character() {
        let invisible = "\u{ad}\u{34f}\u{115f}\u{1160}\u{17b4}\u{180e}\u{200b}\u{200c}\u{200d}\u{2060}\u{2800}\u{3164}\u{fe0f}\
                         \u{feff}\u{ffa0}\u{301}\u{13441}\u{1d159}\u{e0020}\u{e0100}";
        for c in invisible.chars() {
            check(&c.to_string(), Err("required"));
            check(&format!("{c} {c}"), Err("required"));
            check(&format!("Ada{c}"), Ok(&nfc(&format!("Ada{c}"))));
        }
        check(invisible, Err("required"));
        for visible in ["a", "1", ".", "\u{1f980}", "李", "ー", "$", "\u{e000}", "\u{10fffe}"] {
            check(visible, Ok(visible));
        }
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
