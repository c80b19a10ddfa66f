//! Sign-up, from the event to the response. `cargo +nightly fuzz run signup -- -dict=fuzz/event.dict`
#![no_main]

use std::sync::{Arc, LazyLock};

use fuzz::{AUDIENCE, Accounts, Attempts, Event, Harness, Keys, Mails, Tokens, after, issuer, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use shared::domain::{EmailAddress, Name};
use shared::environment::Environment;
use shared::keys::PublicKeySet;
use shared::sign_in::SignIn;
use shared::tokens::TokenVerifier;
use signup::{ConfirmationStores, Signup, Stores};

struct Target {
    tokens: Tokens,
    attempts: Attempts,
    accounts: Accounts,
    public_keys: PublicKeySet,
    at_hand: Harness<Signup>,
    away: Harness<Signup>,
    /// Over the same stores, if no account exists before its code came back.
    waiting: Harness<Signup>,
}

const ROUTES_THAT_WAIT: [&str; 3] = ["/auth/signup", "/auth/signup/confirm", "/auth/signup/resend"];

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let (tokens, attempts, accounts) = (Tokens::new(), Attempts::default(), Accounts::default());
    let mails = Arc::new(Mails);
    let stores = Stores {
        attempts: Arc::new(attempts.clone()),
        accounts: Arc::new(accounts.clone()),
        invitations: Arc::<Mails>::clone(&mails),
        confirmation: None,
    };
    let over = |keys: Keys| {
        Harness::new(|context| {
            let sign_in = SignIn::new(&context.environment, Arc::new(keys), context.clock.clone());
            Signup::new(context, stores.clone(), sign_in.expect("settings")).expect("settings")
        })
    };
    let public_keys = PublicKeySet::from_record(tokens.keys.to_public_record()).expect("public keys");
    let (at_hand, away) = (over(Keys::AtHand(tokens.keys.clone())), over(Keys::Away));
    let environment = Environment::default().with("OUTBOX_TABLE", "outbox").with("EMAIL_VERIFICATION", "required");
    let confirmation = ConfirmationStores { signups: Arc::<Mails>::clone(&mails), outbox: mails };
    let waiting = Harness::with(environment, |context| {
        let keys = Arc::new(Keys::AtHand(tokens.keys.clone()));
        let sign_in = SignIn::new(&context.environment, keys, context.clock.clone()).expect("settings");
        let stores = Stores { confirmation: Some(confirmation), ..stores.clone() };
        Signup::new(context, stores, sign_in).expect("settings")
    });
    Target { tokens, attempts, accounts, public_keys, at_hand, away, waiting }
});

/// No code is right, so no account is made.
fn wait(target: &Target, input: &[u8]) {
    for route in ROUTES_THAT_WAIT {
        let Some(event) = Event::read(input, route, &target.tokens) else { return };
        // What waits is hashed first.
        if route == "/auth/signup" && !event.keys_at_hand {
            continue;
        }
        let Some(answer) = target.waiting.answer(&event.text, event.minutes) else { return };
        answer.must_not_be_a_server_error();
        assert_ne!(answer.status, 201, "an account without a code: {answer:?}");
        assert!(target.accounts.take_last().is_none(), "an account without a code: {answer:?}");
    }
}

fuzz_target!(init: let_panics_unwind(), |input: &[u8]| {
    let target = &*TARGET;
    wait(target, input);
    let Some(event) = Event::read(input, "/auth/signup", &target.tokens) else { return };
    target.attempts.stand_at(event.attempts);
    let function = if event.keys_at_hand { &target.at_hand } else { &target.away };
    let Some(answer) = function.answer(&event.text, event.minutes) else { return };
    if event.keys_at_hand {
        answer.must_not_be_a_server_error();
    } else {
        answer.may_say_that_the_store_is_away();
        assert!(answer.status >= 400, "without keys nobody signs up: {answer:?}");
    }
    let made = target.accounts.take_last();
    assert_eq!(answer.status < 300, made.is_some(), "an account and its token come together: {answer:?}");
    let Some(user) = made else { return };

    // What is kept is what parses to itself.
    assert!(user.name.as_ref().is_none_or(|name| Name::parse(name.as_str()).as_ref() == Ok(name)), "{user:?}");
    let email = user.email.expect("a sign-up has an email address");
    assert_eq!(EmailAddress::parse_new(&email).map(|parsed| parsed.shown().to_owned()).as_ref(), Ok(&email));

    let body = answer.json();
    let lasts = if body.get("refreshExpiresIn").is_some() { 900 } else { 86_400 };
    let cookie = answer.cookie().map(|cookie| {
        let (name, rest) = cookie.split_once('=').expect("a cookie has a value");
        let attributes = format!("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age={lasts}");
        assert!(name == "__Host-authToken" && rest.ends_with(&attributes), "{cookie}");
        rest.split(';').next().unwrap_or_default().to_owned()
    });
    let token = body["authToken"].as_str().map(str::to_owned).xor(cookie).expect("one token, in one place");
    let now = after(event.minutes);
    let verifier = TokenVerifier::new(AUDIENCE.to_owned());
    if let Ok(verified) = verifier.verify(&target.public_keys, &issuer(), &token, now) {
        assert_eq!(verified.user_id, user.id);
    }
});
