//! Email addresses.

use std::fmt;

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup, Script};
use idna::AsciiDenyList;

use super::Invalid;

/// RFC 5321 4.5.3.1.3 bounds a path at 256 octets, two of which are its angle brackets.
const MAX_LENGTH: usize = 254;
/// RFC 5321 4.5.3.1.1. No mail server has to take a longer one.
const MAX_LOCAL_LENGTH: usize = 64;
/// RFC 1035 2.3.4.
const MAX_LABEL_LENGTH: usize = 63;

/// What a domain shown in Unicode is made of, besides dots and hyphens. Symbols can look like a slash or a dot.
const SHOWN: GeneralCategoryGroup =
    GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Mark).union(GeneralCategoryGroup::DecimalNumber);

/// Scripts that may stand together: those of Japanese, Chinese and Korean, each with Latin. Any other script stands alone
/// ("highly restrictive", [UTS 39](https://www.unicode.org/reports/tr39/#Restriction_Level_Detection) 5.2).
const WRITTEN_TOGETHER: [&[Script]; 3] = [
    &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hangul],
];

/// An email address by the rule of HTML's `input type=email`, its local part ASCII, its domain after IDNA.
///
/// Two addresses are the same account exactly when their [`canonical`](Self::canonical) forms are equal.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress {
    shown: String,
    canonical: String,
}

impl EmailAddress {
    /// Reads the address of a new account: one that [`parse`](Self::parse) takes, and that mail can reach.
    pub fn parse_new(typed: &str) -> Result<Self, Invalid> {
        let email = Self::parse(typed)?;
        match email.canonical.split_once('@') {
            Some((local, _domain)) if local.len() > MAX_LOCAL_LENGTH => {
                let detail = format!("Use an email address of at most {MAX_LOCAL_LENGTH} characters before the @.");
                Err(Invalid::new("too_long", detail))
            }
            _ => Ok(email),
        }
    }

    /// Reads an address as it was typed; surrounding white space is dropped. It takes every address that some version took at
    /// sign-up, so that its owner can log in.
    ///
    /// The grammar is that of the [HTML standard](https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address).
    /// A local part outside ASCII is refused: two accounts could otherwise look alike.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let typed = typed.trim();
        let (local, domain) = typed.rsplit_once('@').ok_or_else(invalid)?;
        if local.is_empty() || !local.bytes().all(is_local_byte) {
            return Err(invalid());
        }
        let domain =
            idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::STD3).map_err(|_not_a_domain| invalid())?;
        if !domain.split('.').all(is_label) {
            return Err(invalid());
        }
        let canonical = format!("{}@{domain}", local.to_ascii_lowercase());
        if canonical.len() > MAX_LENGTH {
            return Err(Invalid::new("too_long", format!("Use an email address of at most {MAX_LENGTH} characters.")));
        }
        Ok(Self { shown: format!("{local}@{}", shown_domain(&domain)), canonical })
    }

    /// The address for showing: its local part as typed, its domain as IDNA spells it, without what IDNA drops. A domain of
    /// several scripts or with symbols, which could look like another domain, is in ASCII.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The address in lower case with its domain in ASCII: what makes an account unique.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The domain, in lower case and in ASCII.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.canonical.rsplit_once('@').map_or("", |(_local, domain)| domain)
    }
}

/// An address is personal data, so its debug form does not show it.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress([REDACTED])")
    }
}

fn invalid() -> Invalid {
    Invalid::new("invalid_email", "Enter an email address such as name@example.com.")
}

/// A domain in Unicode, if all of it is of letters and digits of one script, or else as it is: in ASCII.
fn shown_domain(ascii: &str) -> String {
    let (unicode, valid) = idna::domain_to_unicode(ascii);
    let is_shown = valid.is_ok() && unicode.chars().all(is_shown_char) && is_of_one_script(&unicode);
    if is_shown { unicode } else { ascii.to_owned() }
}

fn is_shown_char(c: char) -> bool {
    c == '.' || c == '-' || SHOWN.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

/// Whether a text is of one script, or of scripts that are written together. Digits, hyphens and dots are of any.
fn is_of_one_script(text: &str) -> bool {
    let of_any = [Script::Common, Script::Inherited];
    let scripts = text.chars().map(|c| CodePointMapData::<Script>::new().get(c));
    let scripts: Vec<Script> = scripts.filter(|script| !of_any.contains(script)).collect();
    let is_one = scripts.iter().all(|script| Some(script) == scripts.first());
    is_one || WRITTEN_TOGETHER.iter().any(|together| scripts.iter().all(|script| together.contains(script)))
}

fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL_LENGTH).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::EmailAddress;

    fn check(typed: &str, expected: Result<(&str, &str), &str>) {
        let parsed = EmailAddress::parse(typed);
        let parsed = parsed.as_ref().map(|email| (email.shown(), email.canonical())).map_err(|invalid| invalid.code);
        assert_eq!(parsed, expected, "{typed:?}");
    }

    #[test]
    fn local_parts_keep_their_spelling_and_compare_in_lower_case() {
        check("ada@example.com", Ok(("ada@example.com", "ada@example.com")));
        check(" Ada.Lovelace+x@Example.COM\r\n", Ok(("Ada.Lovelace+x@example.com", "ada.lovelace+x@example.com")));
        check("root@localhost", Ok(("root@localhost", "root@localhost")));
        check("!#$%&'*+/=?^_`{|}~-.@a.b", Ok(("!#$%&'*+/=?^_`{|}~-.@a.b", "!#$%&'*+/=?^_`{|}~-.@a.b")));
    }

    #[test]
    fn domains_go_through_idna() {
        check("ada@BÜCHER.example", Ok(("ada@bücher.example", "ada@xn--bcher-kva.example")));
        check("ada@xn--bcher-kva.example", Ok(("ada@bücher.example", "ada@xn--bcher-kva.example")));
        check("ada@ｅｘａｍｐｌｅ.com", Ok(("ada@example.com", "ada@example.com")));
    }

    #[test]
    fn what_idna_drops_is_not_shown() {
        for dropped in ["\u{ad}", "\u{200b}", "\u{2060}", "\u{feff}", "\u{fe0f}", "\u{34f}", "\u{180b}"] {
            check(&format!("ada@exam{dropped}ple.com"), Ok(("ada@example.com", "ada@example.com")));
        }
    }

    #[test]
    fn a_domain_is_shown_in_unicode_if_all_of_it_is_of_one_script() {
        for (shown, canonical) in [
            ("ada@bücher.de", "ada@xn--bcher-kva.de"),
            ("ada@почта.рф", "ada@xn--80a1acny.xn--p1ai"),
            ("ada@παράδειγμα.ελ", "ada@xn--hxajbheg2az3al.xn--qxam"),
            ("ada@日本語.jp", "ada@xn--wgv71a119e.jp"),
            ("ada@みんなの会社.jp", "ada@xn--q9ji3c6dr76qn32c.jp"),
            ("ada@한국.kr", "ada@xn--3e0b707e.kr"),
            ("ada@中文网.cn", "ada@xn--fiq228c5hs.cn"),
            // All Cyrillic but for the top-level domain, which makes it look like apple.com.
            ("ada@xn--80ak6aa92e.com", "ada@xn--80ak6aa92e.com"),
            ("ada@xn--pple-43d.com", "ada@xn--pple-43d.com"),
            ("ada@xn--e1afmkfd.com", "ada@xn--e1afmkfd.com"),
        ] {
            check(shown, Ok((shown, canonical)));
            check(canonical, Ok((shown, canonical)));
        }
        // A symbol is of any script.
        check("ada@\u{1f4a9}.la", Ok(("ada@xn--ls8h.la", "ada@xn--ls8h.la")));
        check("ada@\u{430}pple.com", Ok(("ada@xn--pple-43d.com", "ada@xn--pple-43d.com")));
    }

    #[test]
    fn a_new_account_has_a_local_part_of_at_most_64_characters() {
        for (length, expected) in [(64, Ok(())), (65, Err("too_long")), (200, Err("too_long"))] {
            let typed = format!("{}@example.com", "l".repeat(length));
            let parsed = EmailAddress::parse_new(&typed);
            assert_eq!(parsed.map(drop).map_err(|invalid| invalid.code), expected, "{length}");
            assert!(EmailAddress::parse(&typed).is_ok(), "an account of before can log in");
        }
    }

    #[test]
    fn what_html_refuses_is_refused() {
        for typed in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@@example.com",
            "ada@example..com",
            "ada@.example.com",
            "ada@example.com.",
            "ada@-example.com",
            "ada@example-.com",
            "ada@exa_mple.com",
            "ada@[127.0.0.1]",
            "a da@example.com",
            "\"ada\"@example.com",
            "ada@example.com, bob@example.com",
            "аda@example.com",
            "ada@exam\u{0}ple.com",
        ] {
            check(typed, Err("invalid_email"));
        }
        check(&format!("ada@{}.com", "a".repeat(64)), Err("invalid_email"));
    }

    #[test]
    fn the_longest_address_has_254_characters() {
        let domain = format!("{}.{}.{}.com", "a".repeat(63), "b".repeat(63), "c".repeat(57));
        let longest = format!("{}@{domain}", "l".repeat(254 - 1 - domain.len()));
        check(&longest, Ok((&longest, &longest)));
        check(&format!("l{longest}"), Err("too_long"));
    }

    #[test]
    fn the_debug_form_does_not_show_the_address() {
        assert!(!format!("{:?}", EmailAddress::parse("ada@example.com").unwrap()).contains("ada"));
    }

    proptest! {
        #[test]
        fn both_forms_parse_again_to_the_same_account(
            typed in "[ ]?[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,70}@[a-zA-Zäßé0-9-]{1,30}(\\.[a-zA-Z0-9-]{1,30}){0,3}"
        ) {
            if let Ok(email) = EmailAddress::parse(&typed) {
                prop_assert_eq!(EmailAddress::parse(email.shown()).unwrap(), email.clone());
                let canonical = EmailAddress::parse(email.canonical()).unwrap();
                prop_assert_eq!(canonical.canonical(), email.canonical());
            }
        }

        #[test]
        fn no_input_panics(typed in "\\PC{0,300}") {
            let _ = EmailAddress::parse(&typed);
        }
    }
}
