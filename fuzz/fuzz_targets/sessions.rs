//! Log-out, from the event to the response. `cargo +nightly fuzz run sessions -- -dict=fuzz/event.dict`
#![no_main]

use std::sync::{Arc, LazyLock};

use fuzz::{Event, Harness, Tokens, Users, authenticator, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use sessions::Sessions;

struct Target {
    tokens: Tokens,
    function: Harness<Sessions>,
}

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let tokens = Tokens::new();
    let users = Arc::new(Users { tokens_valid_after: Tokens::ENDED_AT });
    let function = Harness::new(|context| Sessions::new(context, authenticator(context, &tokens), users));
    Target { tokens, function }
});

fuzz_target!(init: let_panics_unwind(), |input: &[u8]| {
    let target = &*TARGET;
    let Some(event) = Event::read(input, "/auth/logout", &target.tokens) else { return };
    let Some(answer) = target.function.answer(&event.text, event.minutes) else { return };
    answer.must_not_be_a_server_error();
});
