use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use serde_json::{Value, json};

use super::{Keys, MAX_BYTES};

const PATH: &str = "/.well-known/jwks.json";
/// Seconds.
const MINUTE: u64 = 60;
/// When the tests start, in seconds since the Unix epoch.
const START: u64 = 1_800_000_000;

/// An issuer that publishes keys of these ids, or fails while there are none, and counts how often it is asked.
#[derive(Clone, Default)]
struct Issuer(Arc<Mutex<(Vec<&'static str>, usize)>>);

impl Issuer {
    async fn start(&self) -> Keys {
        keys_at(Router::new().route(PATH, get(publish)).with_state(self.clone())).await
    }

    fn publish(&self, kids: &[&'static str]) {
        self.0.lock().unwrap().0 = kids.to_vec();
    }

    fn times_asked(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

/// The keys of an issuer that answers like this.
async fn keys_at(router: Router) -> Keys {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Keys::of(&url).unwrap()
}

fn jwk(kid: &str) -> Value {
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": "AQAB", "e": "AQAB"})
}

async fn publish(State(issuer): State<Issuer>) -> (StatusCode, String) {
    let mut state = issuer.0.lock().unwrap();
    state.1 += 1;
    let keys: Vec<_> = state.0.iter().map(|kid| jwk(kid)).collect();
    let status = if keys.is_empty() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (status, json!({"keys": keys}).to_string())
}

/// Asks for a key this many seconds after the start: whether it is there, or `None` where there are no keys; and how often the
/// issuer has been asked since.
async fn ask(keys: &Keys, issuer: &Issuer, kid: &str, at: u64) -> (Option<bool>, usize) {
    let key = keys.key(kid, UNIX_EPOCH + Duration::from_secs(START + at)).await;
    (key.ok().map(|key| key.is_some()), issuer.times_asked())
}

#[tokio::test]
async fn keys_are_read_again_when_they_are_five_minutes_old() {
    let issuer = Issuer::default();
    let keys = issuer.start().await;
    issuer.publish(&["a"]);
    assert_eq!(ask(&keys, &issuer, "a", 0).await, (Some(true), 1));
    assert_eq!(ask(&keys, &issuer, "a", 5 * MINUTE - 1).await, (Some(true), 1));
    issuer.publish(&["b"]);
    assert_eq!(ask(&keys, &issuer, "a", 5 * MINUTE).await, (Some(false), 2), "a revoked key is dropped");
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_a_minute() {
    let issuer = Issuer::default();
    let keys = issuer.start().await;
    issuer.publish(&["a"]);
    assert_eq!(ask(&keys, &issuer, "a", 0).await, (Some(true), 1));
    issuer.publish(&["a", "b"]);
    assert_eq!(ask(&keys, &issuer, "b", MINUTE - 1).await, (Some(false), 1));
    assert_eq!(ask(&keys, &issuer, "b", MINUTE).await, (Some(true), 2));
    assert_eq!(ask(&keys, &issuer, "c", 2 * MINUTE - 1).await, (Some(false), 2));
    assert_eq!(ask(&keys, &issuer, "c", 2 * MINUTE).await, (Some(false), 3));
}

#[tokio::test]
async fn the_last_keys_are_used_for_two_hours_without_the_issuer() {
    let issuer = Issuer::default();
    let keys = issuer.start().await;
    issuer.publish(&["a"]);
    assert_eq!(ask(&keys, &issuer, "a", 0).await, (Some(true), 1));
    issuer.publish(&[]);
    assert_eq!(ask(&keys, &issuer, "a", 5 * MINUTE).await, (Some(true), 2));
    assert_eq!(ask(&keys, &issuer, "a", 5 * MINUTE + 1).await, (Some(true), 2), "nor is it asked at once again");
    assert_eq!(ask(&keys, &issuer, "a", 120 * MINUTE - 1).await, (Some(true), 3));
    assert_eq!(ask(&keys, &issuer, "a", 120 * MINUTE).await, (None, 4));
    assert_eq!(ask(&keys, &issuer, "a", 120 * MINUTE + 1).await, (None, 5), "it is asked until it answers");
    issuer.publish(&["a"]);
    assert_eq!(ask(&keys, &issuer, "a", 120 * MINUTE + 2).await, (Some(true), 6));
}

/// Asks an issuer that answers like this.
async fn assert_no_keys(router: Router) {
    let keys = keys_at(router).await;
    let asked = keys.key("a", UNIX_EPOCH + Duration::from_secs(START));
    let answer = tokio::time::timeout(Duration::from_secs(30), asked).await;
    assert!(answer.expect("an end to the wait").is_err());
}

#[tokio::test]
async fn an_issuer_that_never_answers_is_given_up() {
    let never = get(std::future::pending::<()>);
    assert_no_keys(Router::new().route(PATH, never)).await;
}

#[tokio::test]
async fn keys_that_are_too_long_are_not_taken() {
    for (length, taken) in [(MAX_BYTES, true), (MAX_BYTES + 1, false)] {
        let jwks = json!({"keys": [jwk("a")]}).to_string();
        let jwks = format!("{jwks}{}", " ".repeat(length - jwks.len()));
        let keys = keys_at(Router::new().route(PATH, get(async move || jwks))).await;
        let key = keys.key("a", UNIX_EPOCH + Duration::from_secs(START)).await;
        assert_eq!(key.is_ok_and(|key| key.is_some()), taken, "{length}");
    }
}

#[tokio::test]
async fn keys_are_taken_from_the_issuer_alone_and_not_where_it_leads() {
    let moved = get(async || Redirect::temporary("/elsewhere"));
    let elsewhere = get(async || json!({"keys": [jwk("a")]}).to_string());
    assert_no_keys(Router::new().route(PATH, moved).route("/elsewhere", elsewhere)).await;
}

#[test]
fn an_issuer_whose_keys_come_in_the_clear_is_refused_except_on_this_machine() {
    for (issuer, taken) in [
        ("https://auth.example.com", true),
        ("https://auth.example.com/base", true),
        ("http://localhost:3000", true),
        ("http://127.0.0.1:3000", true),
        ("http://[::1]:3000", true),
        ("http://auth.example.com", false),
        ("http://localhost.example.com", false),
        ("auth.example.com", false),
    ] {
        assert_eq!(Keys::of(issuer).is_ok(), taken, "{issuer}");
    }
}

#[tokio::test]
async fn a_clock_that_went_back_makes_keys_old() {
    let issuer = Issuer::default();
    let keys = issuer.start().await;
    issuer.publish(&["a"]);
    assert_eq!(ask(&keys, &issuer, "a", 60 * MINUTE).await, (Some(true), 1));
    assert_eq!(ask(&keys, &issuer, "a", 0).await, (Some(true), 2));
}

#[tokio::test]
async fn of_many_requests_at_once_one_reads_the_keys() {
    let issuer = Issuer::default();
    let keys = Arc::new(issuer.start().await);
    issuer.publish(&["a"]);
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let (keys, issuer) = (Arc::clone(&keys), issuer.clone());
            tokio::spawn(async move { ask(&keys, &issuer, "a", 0).await })
        })
        .collect();
    for answer in asking {
        assert_eq!(answer.await.unwrap(), (Some(true), 1));
    }
}
