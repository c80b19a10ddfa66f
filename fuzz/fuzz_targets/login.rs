//! Log-in, from the event to the response. `cargo +nightly fuzz run login -- -dict=fuzz/event.dict`
#![no_main]

use std::sync::{Arc, LazyLock};

use fuzz::{Attempts, Credentials, Event, Harness, Keys, Tokens, Users, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use login::{Login, Stores};
use shared::sign_in::SignIn;

struct Target {
    tokens: Tokens,
    attempts: Attempts,
    at_hand: Harness<Login>,
    away: Harness<Login>,
}

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let (tokens, attempts, credentials) = (Tokens::new(), Attempts::default(), Credentials::of_grace());
    let users = Users { tokens_valid_after: Tokens::ENDED_AT };
    let (attempts_store, credentials, users) = (Arc::new(attempts.clone()), Arc::new(credentials), Arc::new(users));
    let sessions = Arc::<Users>::clone(&users);
    let stores = Stores { attempts: attempts_store, credentials, users, sessions, outbox: None };
    let over = |keys: Keys| {
        Harness::new(|context| {
            let sign_in = SignIn::new(&context.environment, Arc::new(keys), context.clock.clone());
            Login::new(context, stores.clone(), sign_in.expect("settings")).expect("settings")
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
