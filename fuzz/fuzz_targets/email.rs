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
            return;
        }
    };
    assert_eq!(email.as_typed(), typed.trim(), "it is shown back as it was typed");
    assert_eq!(EmailAddress::parse(email.as_typed()).as_ref(), Ok(&email));

    let canonical = email.canonical();
    let again = EmailAddress::parse(canonical).expect("the canonical form is an address");
    assert_eq!((again.as_typed(), again.canonical()), (canonical, canonical));
    let upper = EmailAddress::parse(&canonical.to_ascii_uppercase()).expect("case does not matter");
    assert_eq!(upper.canonical(), canonical);

    let (local, domain) = canonical.split_once('@').expect("an address has an at sign");
    assert!(!local.is_empty() && !domain.contains('@'), "{canonical}");
    assert!(canonical.len() <= 254, "{canonical}");
    assert!(canonical.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()), "{canonical}");
    assert!(domain.split('.').all(|label| (1..=63).contains(&label.len())), "{canonical}");
    assert!(!format!("{email:?}").contains(canonical));
});
