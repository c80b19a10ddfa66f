//! The function behind `/auth/me` and the public documents, from the event to the response.
//! `cargo +nightly fuzz run me -- -dict=fuzz/event.dict`
#![no_main]

use std::sync::LazyLock;

use fuzz::{Event, GRACE, Known, let_panics_unwind};
use libfuzzer_sys::fuzz_target;

static KNOWN: LazyLock<Known> = LazyLock::new(Known::new);

fuzz_target!(init: let_panics_unwind(), |input: &[u8]| {
    let known = &*KNOWN;
    let Some(event) = Event::read(input, "/auth/me", &known.tokens) else { return };
    let Some(answer) = known.function.answer(&event.text, event.minutes) else { return };
    answer.must_not_be_a_server_error();
    let body = if answer.body.is_empty() { return } else { answer.json() };
    if body.get("email").is_some() {
        assert_eq!(body["id"], GRACE, "{answer:?}");
        assert!(event.text.contains(&known.tokens.valid), "known without a valid token: {answer:?}");
    }
});
