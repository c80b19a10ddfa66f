//! What users change of their own account, and the way back in by mail, from the event to the response.
//! `cargo +nightly fuzz run account -- -dict=fuzz/event.dict`
#![no_main]

use std::sync::{Arc, LazyLock};

use account::{Account, MailStores, Stores};
use fuzz::{Attempts, Credentials, Event, Harness, Keys, Mails, Tokens, Users, authenticator, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use shared::keys::DigestKeys;

struct Target {
    tokens: Tokens,
    attempts: Attempts,
    at_hand: Harness<Account>,
    away: Harness<Account>,
}

/// Of every route, one after the other, since an input cannot know what its event is for.
const PATHS: [&str; 8] = [
    "/auth/password/change",
    "/auth/account/delete",
    "/auth/password/forgot",
    "/auth/password/reset",
    "/auth/email/verify/send",
    "/auth/email/verify",
    "/auth/email/change",
    "/auth/email/change/confirm",
];

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let (tokens, attempts, mails) = (Tokens::new(), Attempts::default(), Arc::new(Mails));
    let stores = Stores {
        attempts: Arc::new(attempts.clone()),
        credentials: Arc::new(Credentials::of_grace()),
        passwords: Arc::<Mails>::clone(&mails),
        deletions: Arc::<Mails>::clone(&mails),
        profiles: Arc::<Mails>::clone(&mails),
        users: Arc::new(Users { tokens_valid_after: Tokens::ENDED_AT }),
        mail: Some(MailStores {
            outbox: Arc::<Mails>::clone(&mails),
            pending: Arc::<Mails>::clone(&mails),
            recovery: mails,
        }),
    };
    let over = |keys: Keys| {
        Harness::new(|context| {
            let digest_keys = DigestKeys::new(Arc::new(keys));
            Account::new(context, authenticator(context, &tokens), digest_keys, stores.clone()).expect("settings")
        })
    };
    let (at_hand, away) = (over(Keys::AtHand(tokens.keys.clone())), over(Keys::Away));
    Target { tokens, attempts, at_hand, away }
});

fuzz_target!(init: let_panics_unwind(), |input: &[u8]| {
    let target = &*TARGET;
    for path in PATHS {
        let Some(event) = Event::read(input, path, &target.tokens) else { return };
        target.attempts.stand_at(event.attempts);
        let function = if event.keys_at_hand { &target.at_hand } else { &target.away };
        let Some(answer) = function.answer(&event.text, event.minutes) else { return };
        if event.keys_at_hand {
            answer.must_not_be_a_server_error();
        } else {
            answer.may_say_that_the_store_is_away();
        }
    }
});
