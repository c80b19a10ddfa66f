//! Refresh, log-out and the end of sessions, from the event to the response. `cargo +nightly fuzz run sessions -- -dict=fuzz/event.dict`
#![no_main]

use std::sync::{Arc, LazyLock};

use fuzz::{Event, Harness, Keys, Tokens, Users, authenticator, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use sessions::{Sessions, Stores};
use shared::sign_in::SignIn;

struct Target {
    tokens: Tokens,
    function: Harness<Sessions>,
}

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let tokens = Tokens::new();
    let users = Arc::new(Users { tokens_valid_after: Tokens::ENDED_AT });
    let stores = Stores {
        users: Arc::<Users>::clone(&users),
        refreshes: Arc::<Users>::clone(&users),
        reuses: Arc::<Users>::clone(&users),
        session_ends: Arc::<Users>::clone(&users),
        token_ends: users,
    };
    let function = Harness::new(|context| {
        let keys = Arc::new(Keys::AtHand(tokens.keys.clone()));
        let sign_in = SignIn::new(&context.environment, keys, context.clock.clone()).expect("settings");
        Sessions::new(context, authenticator(context, &tokens), stores, sign_in, false)
    });
    Target { tokens, function }
});

fuzz_target!(init: let_panics_unwind(), |input: &[u8]| {
    let target = &*TARGET;
    for path in ["/auth/logout", "/auth/refresh", "/auth/sessions/end"] {
        let Some(event) = Event::read(input, path, &target.tokens) else { return };
        let Some(answer) = target.function.answer(&event.text, event.minutes) else { return };
        answer.must_not_be_a_server_error();
    }
});
