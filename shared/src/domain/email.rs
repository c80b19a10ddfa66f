//! Email addresses.

use std::fmt;

use idna::AsciiDenyList;

use super::Invalid;

/// RFC 5321 4.5.3.1.3 bounds a path at 256 octets, two of which are its angle brackets.
const MAX_LENGTH: usize = 254;
/// RFC 1035 2.3.4.
const MAX_LABEL_LENGTH: usize = 63;

/// An email address by the rule of HTML's `input type=email`, its local part ASCII, its domain after IDNA.
///
/// Two addresses are the same account exactly when their [`canonical`](Self::canonical) forms are equal.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress {
    typed: String,
    canonical: String,
}

impl EmailAddress {
    /// Reads an address as it was typed; surrounding white space is dropped.
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
        Ok(Self { typed: typed.to_owned(), canonical })
    }

    /// The address as its owner typed it, for showing back.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// The address in lower case with its domain in ASCII: what makes an account unique.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
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
        let parsed = parsed.as_ref().map(|email| (email.as_typed(), email.canonical())).map_err(|invalid| invalid.code);
        assert_eq!(parsed, expected, "{typed:?}");
    }

    #[test]
    fn addresses_keep_their_spelling_and_compare_in_lower_case() {
        check("ada@example.com", Ok(("ada@example.com", "ada@example.com")));
        check(" Ada.Lovelace+x@Example.COM\r\n", Ok(("Ada.Lovelace+x@Example.COM", "ada.lovelace+x@example.com")));
        check("root@localhost", Ok(("root@localhost", "root@localhost")));
        check("!#$%&'*+/=?^_`{|}~-.@a.b", Ok(("!#$%&'*+/=?^_`{|}~-.@a.b", "!#$%&'*+/=?^_`{|}~-.@a.b")));
    }

    #[test]
    fn domains_go_through_idna() {
        check("ada@BÜCHER.example", Ok(("ada@BÜCHER.example", "ada@xn--bcher-kva.example")));
        check("ada@xn--bcher-kva.example", Ok(("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example")));
        check("ada@ｅｘａｍｐｌｅ.com", Ok(("ada@ｅｘａｍｐｌｅ.com", "ada@example.com")));
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
                prop_assert_eq!(EmailAddress::parse(email.as_typed()).unwrap(), email.clone());
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
