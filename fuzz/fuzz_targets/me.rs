//! The function behind `/auth/me`, log-out and the public documents, from the event to the response.
//! `cargo +nightly fuzz run me -- -dict=fuzz/event.dict`
#![no_main]

use std::sync::LazyLock;

use fuzz::{Event, GRACE, Harness, Keys, Tokens, Users, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use me::{Config, Me};

struct Target {
    tokens: Tokens,
    function: Harness<Me<Users, Keys>>,
}

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let tokens = Tokens::new();
    let (users, keys) = (Users { tokens_valid_after: Tokens::ENDED_AT }, Keys::AtHand(tokens.keys.clone()));
    let function = Harness::new(|environment, clock| {
        Me::new(Config::read(environment).expect("a configuration"), users, keys, clock)
    });
    Target { tokens, function }
});

fuzz_target!(init: let_panics_unwind(), |input: &[u8]| {
    let target = &*TARGET;
    let Some(event) = Event::read(input, "/auth/me", &target.tokens) else { return };
    let Some(answer) = target.function.answer(&event.text, event.minutes) else { return };
    answer.must_not_be_a_server_error();
    let body = if answer.body.is_empty() { return } else { answer.json() };
    if body.get("email").is_some() {
        assert_eq!(body["id"], GRACE, "{answer:?}");
        assert!(event.text.contains(&target.tokens.valid), "known without a valid token: {answer:?}");
    }
});
