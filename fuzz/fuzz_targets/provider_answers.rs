//! What providers answer: tokens, people, documents, keys and ID tokens. `cargo +nightly fuzz run provider_answers`
#![no_main]

use arbitrary::Arbitrary;
use fuzz::{START, let_panics_unwind};
use libfuzzer_sys::fuzz_target;
use oauth::provider::id_token::{Expected, Keys, verify};
use oauth::provider::{Person, facebook, github, oidc, x};
use secrecy::ExposeSecret as _;
use shared::domain::EmailAddress;
use shared::web_client::WebAnswer;

#[derive(Arbitrary, Debug)]
enum Parser<'a> {
    GithubToken,
    GithubUser,
    GithubEmails,
    FacebookToken,
    FacebookMe,
    XToken,
    XMe,
    Document,
    IdToken(&'a str),
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    parser: Parser<'a>,
    is_error: bool,
    body: &'a [u8],
}

const ISSUER: &str = "https://login.example.com";

/// A subject comes from the body, and an address is one that it would be read as again.
fn check(person: &Person) {
    if let Some(email) = &person.email {
        assert_eq!(EmailAddress::parse(email.shown()).as_ref(), Ok(email));
    }
    assert!(person.email.is_some() || !person.email_verified);
}

fuzz_target!(init: let_panics_unwind(), |input: Input<'_>| {
    let answer = WebAnswer { status: if input.is_error { 400 } else { 200 }, body: input.body.to_vec() };
    let token = match input.parser {
        Parser::GithubToken => Some(github::read_token(&answer)),
        Parser::FacebookToken => Some(facebook::read_token(&answer)),
        Parser::XToken => Some(x::read_token(&answer)),
        _ => None,
    };
    if let Some(Ok(token)) = token {
        assert!(!input.is_error && token.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()));
    }
    let person = match input.parser {
        Parser::GithubUser => Some(github::read_user(&answer)),
        Parser::FacebookMe => Some(facebook::read_me(&answer)),
        Parser::XMe => Some(x::read_me(&answer)),
        _ => None,
    };
    if let Some(Ok(person)) = person {
        assert!(!input.is_error);
        check(&person);
    }
    match input.parser {
        Parser::GithubEmails => drop(github::read_emails(&answer)),
        Parser::Document => drop(oidc::Document::read(&answer, ISSUER)),
        Parser::IdToken(token) => {
            let Ok(keys) = Keys::parse(&answer) else { return };
            let issuers = [ISSUER.to_owned()];
            let expected = Expected { issuers: &issuers, client_id: "app-1", nonce: "nonce-1" };
            if let Ok(person) = verify(token, &keys, &expected, START) {
                check(&person);
            }
        }
        _ => {}
    }
});
