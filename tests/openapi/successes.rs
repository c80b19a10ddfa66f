//! Every way to succeed.

use api_tests::OpenApi;
use reqwest::StatusCode;
use shared::clock::Timestamp;
use shared::domain::{IdentityKey, LinkedIdentities, LinkedIdentity, Name, Provider, User, UserClaims, UserId};
use shared::http::{Answer, Cookie, Dialect, IssuedTokens, TokenTransport};
use shared::tokens::{IssuedRefreshToken, IssuedToken};
use url::Url;

const UUID: &str = "01a20fd7-f5c3-7b8f-af50-c42188bc36b1";
const INTEGER: &str = "4503599627370497";

/// The successes that the document shows for an operation.
pub(super) fn of(operation: &str, dialect: Dialect) -> Vec<Answer> {
    match operation {
        "signup" => {
            let begun = (dialect == Dialect::Native).then(signup_begun);
            tokens(StatusCode::CREATED, dialect).into_iter().chain(begun).collect()
        }
        "confirmSignup" => tokens(StatusCode::CREATED, dialect),
        "resendSignup" | "forgotPassword" | "sendVerification" | "changeEmail" => {
            vec![Answer::empty(StatusCode::ACCEPTED)]
        }
        "login" => tokens(StatusCode::OK, dialect),
        "refresh" => sessions(StatusCode::OK),
        "sessions" => vec![listed_sessions()],
        "endSessions" | "oauthLink" | "oauthUnlink" | "changePassword" | "resetPassword" | "verifyEmail"
        | "confirmEmail" => vec![Answer::empty(StatusCode::NO_CONTENT)],
        "me" => users(),
        "updateMe" => named_users(),
        "oauthProviders" => vec![listed_providers()],
        "oauthStart" | "oauthCallback" => vec![sent_on()],
        "oauthLogin" => [StatusCode::OK, StatusCode::CREATED].into_iter().flat_map(|it| tokens(it, dialect)).collect(),
        "logout" | "deleteAccount" => [TokenTransport::Body, TokenTransport::Cookie]
            .map(|transport| Answer::empty(StatusCode::NO_CONTENT).dropping_tokens(transport))
            .into(),
        "keys" | "discovery" => vec![Answer::document("{}".to_owned())],
        other => panic!("how {other} succeeds is not written down here"),
    }
}

/// Xano's dialect sets no cookie.
fn tokens(status: StatusCode, dialect: Dialect) -> Vec<Answer> {
    let transports: &[_] = match dialect {
        Dialect::Native => &[TokenTransport::Body, TokenTransport::Cookie],
        Dialect::Xano => &[TokenTransport::Body],
    };
    let mut answers = if dialect == Dialect::Native { sessions(status) } else { Vec::new() };
    for transport in transports {
        let tokens = || IssuedTokens { access: token(86_400), refresh: None };
        answers.extend([UUID, INTEGER].map(|id| Answer::tokens(status, tokens(), *transport, user_id(id))));
    }
    answers
}

fn signup_begun() -> Answer {
    Answer::json(StatusCode::ACCEPTED, OpenApi::read().at("/components/examples/signup_begun/value"))
}

fn sent_on() -> Answer {
    let cookie = Cookie::set("oauth-github", "c2VhbGVk".into(), 600).always_lax();
    Answer::redirect(&Url::parse("https://app.example.com/signed-in?code=c2VhbGVk#").unwrap()).with_cookie(cookie)
}

/// The tokens of a session.
fn sessions(status: StatusCode) -> Vec<Answer> {
    let tokens = || {
        let refresh = "lkr1.c2Vzc2lvbi1hbmQtbnVtYmVyLWFuZC10YWctYW5kLXVzZXI".to_owned();
        let refresh = IssuedRefreshToken { token: refresh.into(), expires_in: 1_209_600 };
        IssuedTokens { access: token(900), refresh: Some(refresh) }
    };
    let transports = [TokenTransport::Body, TokenTransport::Cookie];
    transports.map(|transport| Answer::tokens(status, tokens(), transport, user_id(UUID))).into()
}

fn listed_providers() -> Answer {
    Answer::document(OpenApi::read().at("/components/examples/providers/value").to_string())
}

fn listed_sessions() -> Answer {
    let example = OpenApi::read().at("/components/examples/sessions/value");
    Answer::json(StatusCode::OK, example)
}

/// A user of two providers, one without a name, and one without an email address.
fn users() -> Vec<Answer> {
    of_each_id(|[named, unnamed, without_address]| vec![named, unnamed, without_address])
}

/// Whoever changes their name has one.
fn named_users() -> Vec<Answer> {
    of_each_id(|[named, _unnamed, without_address]| vec![named, without_address])
}

fn of_each_id(chosen: impl Fn([Answer; 3]) -> Vec<Answer>) -> Vec<Answer> {
    let key = IdentityKey::new("https://issuer.example.com", "1").unwrap();
    let identities = |providers: &[Provider]| -> LinkedIdentities {
        providers.iter().map(|provider| LinkedIdentity::new(*provider, &key)).collect()
    };
    let user = |id| User::new(user_id(id), Timestamp::from_millis(1_795_562_141_123));
    let (name, email) = (Name::parse("Grace Hopper").ok(), Some("Grace@example.com".to_owned()));
    let of_id = |id| {
        let both = identities(&[Provider::Google, Provider::Github]);
        let named = User {
            name: name.clone(),
            email: email.clone(),
            email_verified: true,
            identities: both,
            claims: UserClaims::parse(r#"{"scope":"notes:admin"}"#).unwrap(),
            ..user(id)
        };
        let unnamed = User { email: email.clone(), ..user(id) };
        let without_address = User { name: name.clone(), identities: identities(&[Provider::X]), ..user(id) };
        [named, unnamed, without_address].map(Answer::user)
    };
    [UUID, INTEGER].into_iter().flat_map(|id| chosen(of_id(id))).collect()
}

fn user_id(id: &str) -> UserId {
    UserId::from_trusted(id.to_owned())
}

fn token(expires_in: u64) -> IssuedToken {
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMWEyMGZkNyJ9.c2lnbmF0dXJl".to_owned();
    IssuedToken { token: token.into(), expires_in }
}
