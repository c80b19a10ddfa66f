//! Log-in, from the event to the response. `cargo +nightly fuzz run login -- -dict=fuzz/event.dict`
#![no_main]

use std::sync::LazyLock;

use fuzz::{Attempts, Credentials, Event, Harness, Keys, Tokens, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use login::{Config, Login};

struct Target {
    tokens: Tokens,
    attempts: Attempts,
    at_hand: Harness<Login<Attempts, Credentials, Keys>>,
    away: Harness<Login<Attempts, Credentials, Keys>>,
}

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let (tokens, attempts, credentials) = (Tokens::new(), Attempts::default(), Credentials::of_grace());
    let over = |keys: Keys| {
        Harness::new(|environment, clock| {
            Login::new(
                Config::read(environment).expect("a configuration"),
                attempts.clone(),
                credentials.clone(),
                keys,
                clock,
            )
        })
    };
    let (at_hand, away) = (over(Keys::AtHand(tokens.keys.clone())), over(Keys::Away));
    Target { tokens, attempts, at_hand, away }
});

fuzz_target!(init: let_panics_unwind(), |input: &[u8]| {
    let target = &*TARGET;
    let Some(event) = Event::read(input, "/auth/login", &target.tokens) else { return };
    target.attempts.stand_at(event.attempts);
    let function = if event.keys_at_hand { &target.at_hand } else { &target.away };
    let Some(answer) = function.answer(&event.text, event.minutes) else { return };
    if event.keys_at_hand {
        answer.must_not_be_a_server_error();
    } else {
        answer.may_say_that_the_store_is_away();
        assert!(answer.status >= 400, "without keys nobody logs in: {answer:?}");
    }
    if answer.status < 300 {
        let grace_asked = event.decoded().to_lowercase().contains("grace@example.com");
        assert!(grace_asked && event.decoded().contains(Credentials::PASSWORD), "a token for nothing: {answer:?}");
    }
});
