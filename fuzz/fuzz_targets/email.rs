//! The parser of email addresses. `cargo +nightly fuzz run email -- -dict=fuzz/email.dict`
#![no_main]

use fuzz::MARK;
use libfuzzer_sys::fuzz_target;
use shared::domain::{EmailAddress, Invalid};

fuzz_target!(|typed: &str| {
    let email = match EmailAddress::parse(typed) {
        Ok(email) => email,
        Err(invalid) => {
            assert!(Invalid::CODES.contains(&invalid.code) && !invalid.detail.contains(MARK), "{invalid:?}");
            assert_eq!(EmailAddress::parse_new(typed), Err(invalid));
            return;
        }
    };
    let (local, domain) = email.canonical().split_once('@').expect("an address has an at sign");
    let of_a_new_account = EmailAddress::parse_new(typed).map_err(|invalid| invalid.code);
    assert_eq!(of_a_new_account, if local.len() > 64 { Err("too_long") } else { Ok(email.clone()) });

    let (shown, canonical) = (email.shown(), email.canonical());
    assert_eq!(shown.split('@').next(), typed.trim().split('@').next(), "a local part is shown as it was typed");
    assert_eq!(EmailAddress::parse(shown).as_ref(), Ok(&email), "what is shown is the same address");
    let again = EmailAddress::parse(canonical).expect("the canonical form is an address");
    assert_eq!(again.canonical(), canonical);
    assert_eq!(again.shown().split('@').nth(1), shown.split('@').nth(1));
    let upper = EmailAddress::parse(&canonical.to_ascii_uppercase()).expect("case does not matter");
    assert_eq!(upper.canonical(), canonical);

    assert!(!local.is_empty() && !domain.contains('@'), "{canonical}");
    assert!(canonical.len() <= 254, "{canonical}");
    assert!(canonical.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()), "{canonical}");
    assert!(domain.split('.').all(|label| (1..=63).contains(&label.len())), "{canonical}");
    assert!(!format!("{email:?}").contains(canonical));
});
