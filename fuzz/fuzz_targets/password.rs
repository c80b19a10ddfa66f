//! The parsers of new and of presented passwords. `cargo +nightly fuzz run password`
#![no_main]

use arbitrary::Arbitrary;
use fuzz::{MARK, let_panics_unwind};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use libfuzzer_sys::fuzz_target;
use shared::domain::{EmailAddress, Invalid, Name, NewPassword, PasswordContext, PasswordPolicy, PresentedPassword};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    password: &'a str,
    name: Option<&'a str>,
    email: Option<&'a str>,
    min_chars: u8,
}

fuzz_target!(init: let_panics_unwind(), |input: Input<'_>| {
    let Some(policy) = PasswordPolicy::new(8 + usize::from(input.min_chars % 16)) else { return };
    let name = input.name.and_then(|name| Name::parse(name).ok());
    let email = input.email.and_then(|email| EmailAddress::parse_new(email).ok());
    let context = PasswordContext { name: name.as_ref(), email: email.as_ref() };
    let typed = format!("{}{MARK}", input.password);
    let parse = |typed: &str| policy.parse(typed)?.score(context);
    let parsed = parse(&typed);

    // However a keyboard composes it, it is the same password and meets the same answer.
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&typed);
    let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(&typed);
    let verdict = |parsed: &Result<NewPassword, Invalid>| parsed.as_ref().err().cloned();
    for otherwise in [&composed, &decomposed] {
        if **otherwise != typed {
            assert_eq!(verdict(&parsed), verdict(&parse(otherwise)));
        }
    }

    let chars = composed.chars().count();
    let presented = PresentedPassword::parse(&typed);
    assert_eq!(presented.is_ok(), chars <= 128, "log-in asks for the upper bound and nothing else");
    match parsed {
        Ok(password) => {
            assert!((8..=128).contains(&chars), "{chars}");
            let shown = format!("{password:?} {presented:?}");
            assert!(!shown.contains(MARK), "{shown}");
        }
        Err(invalid) => {
            assert!(["too_short", "too_long", "too_weak"].contains(&invalid.code), "{invalid:?}");
            assert!(!invalid.detail.contains(MARK) && invalid.detail.is_ascii(), "{invalid:?}");
        }
    }
});
