//! Google.

use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use crate::client::{Pairs, StandIn, StandIns, send, with};

const ADA: Pairs<'_> = &[("person", "ada")];
const GRACE: Pairs<'_> = &[("person", "grace")];
const KATHERINE: Pairs<'_> = &[("person", "katherine")];

async fn token(google: &StandIn<'_>, changes: Pairs<'_>, person: Pairs<'_>) -> Value {
    let code = google.code(changes, person).await;
    send(google.post("/token", &google.token_form(&code))).await.expect(200).json()
}

/// The claims of an ID token that somebody gets. Its signature is checked with the published keys.
async fn claims(google: &StandIn<'_>, changes: Pairs<'_>, person: Pairs<'_>) -> Value {
    let keys: JwkSet = serde_json::from_str(&send(google.get("/oauth2/v3/certs")).await.expect(200).body).unwrap();
    let token = token(google, changes, person).await;
    let id_token = token["id_token"].as_str().unwrap();
    let kid = decode_header(id_token).unwrap().kid.unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[&google.id]);
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    decode::<Value>(id_token, &key, &validation).unwrap().claims
}

/// <https://developers.google.com/identity/openid-connect/reference#discovery-document>
#[tokio::test]
async fn the_discovery_document_names_endpoints_that_are_there() {
    let all = StandIns::start().await;
    let google = all.google();
    let reply = send(google.get("/.well-known/openid-configuration")).await.expect(200);
    assert!(reply.header("cache-control").unwrap().contains("max-age"), "{reply:?}");
    let document = reply.json();
    assert_eq!(document["issuer"], google.base);
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    let path = |member: &str| document[member].as_str().unwrap().strip_prefix(&google.base).unwrap().to_owned();
    assert!(google.authorization(&[]).as_str().starts_with(document["authorization_endpoint"].as_str().unwrap()));
    assert_eq!(send(google.get(&path("jwks_uri"))).await.status, 200);
    assert_eq!(send(google.post(&path("token_endpoint"), &[])).await.status, 401);
}

/// <https://developers.google.com/identity/openid-connect/openid-connect#confirmxsrftoken> has the scope in the redirect, and
/// <https://developers.google.com/identity/openid-connect/reference#discovery-document> says that `iss` is there (RFC 9207).
#[tokio::test]
async fn the_redirect_names_the_issuer_and_repeats_the_scope() {
    let all = StandIns::start().await;
    let google = all.google();
    let reply = google.decide(&[], &[("answer", "continue"), ("person", "ada")]).await;
    assert!(reply.location().as_str().starts_with(&format!("{}?", google.callback)), "{reply:?}");
    assert_eq!(reply.parameter("iss").as_deref(), Some(google.base.as_str()));
    assert_eq!(reply.parameter("state").as_deref(), Some("a state"));
    assert_eq!(reply.parameter("scope").as_deref(), Some("openid email profile"));
    assert!(reply.parameter("code").unwrap().starts_with("4/"), "{reply:?}");
    assert_eq!(reply.location().fragment(), None);
}

/// <https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload>
#[tokio::test]
async fn an_id_token_says_who_somebody_is_and_where_they_work() {
    let all = StandIns::start().await;
    let google = all.google();
    let claims = claims(&google, &[("nonce", "a nonce")], ADA).await;
    let now = all.clock.clock().now().as_secs();
    let expected = json!({
        "iss": google.base, "aud": google.id, "azp": google.id, "iat": now, "exp": now + 3600,
        "email": "ada@example.com", "email_verified": true, "name": "Ada Lovelace", "hd": "example.com", "nonce": "a nonce",
        "sub": claims["sub"], "at_hash": claims["at_hash"],
    });
    assert_eq!(claims, expected);
    assert!(claims["sub"].as_str().unwrap().bytes().all(|byte| byte.is_ascii_digit()), "{claims}");
}

/// <https://developers.google.com/identity/openid-connect/reference#id-token-claims>: `iss` has two spellings.
#[tokio::test]
async fn the_issuer_of_some_people_has_no_scheme() {
    let all = StandIns::start().await;
    let google = all.google();
    let claims = claims(&google, &[], GRACE).await;
    assert_eq!(claims["iss"], google.base.strip_prefix("http://").unwrap());
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("grace@example.com"), &json!(false)));
    assert_eq!((claims.get("hd"), claims.get("nonce")), (None, None));
}

/// <https://developers.google.com/identity/openid-connect/reference#id-token-claims>: `email` and `name` come with their scopes.
#[tokio::test]
async fn claims_follow_the_scopes() {
    let all = StandIns::start().await;
    let google = all.google();
    let nobody = claims(&google, &[], KATHERINE).await;
    assert_eq!((nobody.get("email"), nobody.get("email_verified")), (None, None));
    let unasked = claims(&google, &[("scope", "openid")], ADA).await;
    assert_eq!((unasked.get("email"), unasked.get("name")), (None, None));
    let plain = token(&google, &[("scope", "email")], ADA).await;
    assert_eq!(plain.get("id_token"), None);
    assert_eq!(plain["scope"], "https://www.googleapis.com/auth/userinfo.email");
}

/// <https://developers.google.com/identity/openid-connect/reference#discovery-document>:
/// `token_endpoint_auth_methods_supported`.
#[tokio::test]
async fn an_app_authenticates_in_the_body_or_by_basic() {
    let all = StandIns::start().await;
    let google = all.google();
    let [id, secret] = google.encoded_credentials();
    let code = google.code(&[], ADA).await;
    let form = google.bare_token_form(&code);
    assert_eq!(send(google.post("/token", &form).basic_auth(&id, Some(&secret))).await.status, 200);

    let code = google.code(&[], ADA).await;
    let (good, bare) = (google.token_form(&code), google.bare_token_form(&code));
    for wrong in [
        google.post("/token", &bare),
        google.post("/token", &with(&good, "client_secret", "wrong")),
        google.post("/token", &with(&good, "client_id", "wrong")),
        google.post("/token", &bare).basic_auth(&id, Some("wrong")),
    ] {
        assert_eq!(send(wrong).await.expect(401).json()["error"], "invalid_client");
    }
    assert_eq!(send(google.post("/token", &good)).await.status, 200, "none of them has used the code");
}

/// <https://developers.google.com/identity/openid-connect/openid-connect#exchangecode>: the redirect URI must be the same, and
/// the code is one-time. PKCE: <https://developers.google.com/identity/protocols/oauth2/native-app#step1-code-verifier>.
#[tokio::test]
async fn a_code_is_good_once_with_its_redirect_uri_and_verifier() {
    let all = StandIns::start().await;
    let google = all.google();
    for (name, value, error) in [
        ("redirect_uri", "http://localhost:3001/auth/oauth/google/callback", "redirect_uri_mismatch"),
        ("redirect_uri", "", "redirect_uri_mismatch"),
        ("code_verifier", "another-verifier-of-forty-three-characters-", "invalid_grant"),
        ("code_verifier", "", "invalid_grant"),
        ("code", "4/0another", "invalid_grant"),
        ("grant_type", "password", "unsupported_grant_type"),
    ] {
        let code = google.code(&[], ADA).await;
        let form = with(&google.token_form(&code), name, value);
        assert_eq!(send(google.post("/token", &form)).await.expect(400).json()["error"], error, "{name}={value}");
    }
    let code = google.code(&[], ADA).await;
    let form = google.token_form(&code);
    assert_eq!(send(google.post("/token", &form)).await.expect(200).json()["token_type"], "Bearer");
    assert_eq!(send(google.post("/token", &form)).await.expect(400).json()["error"], "invalid_grant");
    let code = google.code(&[], ADA).await;
    google.advance(Duration::from_mins(10));
    let late = send(google.post("/token", &google.token_form(&code))).await.expect(400);
    assert_eq!(late.json()["error"], "invalid_grant");
}

/// <https://developers.google.com/identity/protocols/oauth2/native-app#step1-code-verifier>: `plain` too, and none at all.
#[tokio::test]
async fn pkce_is_optional_and_may_be_plain() {
    let all = StandIns::start().await;
    let google = all.google();
    let none: Pairs<'_> = &[("code_challenge", ""), ("code_challenge_method", "")];
    let plain: Pairs<'_> = &[("code_challenge", "a-verifier"), ("code_challenge_method", "plain")];
    for (changes, verifier, status) in
        [(none, "", 200), (plain, "a-verifier", 200), (plain, "another", 400), (&[], "", 400)]
    {
        let code = google.code(changes, ADA).await;
        let form = with(&google.token_form(&code), "code_verifier", verifier);
        assert_eq!(send(google.post("/token", &form)).await.status, status, "{changes:?} {verifier}");
    }
}

/// <https://developers.google.com/identity/openid-connect/openid-connect#authenticationuriparameters>
#[tokio::test]
async fn cancelling_is_access_denied_with_the_issuer() {
    let all = StandIns::start().await;
    let google = all.google();
    let reply = google.decide(&[], &[("answer", "cancel"), ("person", "ada")]).await;
    assert_eq!(reply.parameter("error").as_deref(), Some("access_denied"));
    assert_eq!(reply.parameter("iss").as_deref(), Some(google.base.as_str()));
    assert_eq!((reply.parameter("state").as_deref(), reply.parameter("code")), (Some("a state"), None));
}
