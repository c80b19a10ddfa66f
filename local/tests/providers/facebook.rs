//! Facebook.

use std::fmt::Write as _;
use std::time::Duration;

use aws_lc_rs::hmac;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::client::{Pairs, Reply, StandIn, StandIns, send, with};

const TOKEN: &str = "/v25.0/oauth/access_token";
const ADA: Pairs<'_> = &[("person", "ada")];

fn query(path: &str, pairs: Pairs<'_>) -> String {
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

async fn access_token(facebook: &StandIn<'_>, changes: Pairs<'_>, person: Pairs<'_>) -> String {
    let code = facebook.code(changes, person).await;
    let reply = send(facebook.get(&query(TOKEN, &facebook.token_form(&code)))).await.expect(200);
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

fn proof(secret: &str, access_token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, access_token.as_bytes()).as_ref().iter().fold(String::new(), |mut proof, byte| {
        write!(proof, "{byte:02x}").unwrap();
        proof
    })
}

async fn me(facebook: &StandIn<'_>, fields: &str, access_token: &str) -> Reply {
    let proof = proof(&facebook.secret, access_token);
    let all = [("fields", fields), ("access_token", access_token), ("appsecret_proof", &proof)];
    let sent: Vec<_> = all.into_iter().filter(|(_name, value)| !value.is_empty()).collect();
    send(facebook.get(&query("/v25.0/me", &sent))).await
}

#[track_caller]
fn assert_error(reply: &Reply, kind: &str, code: u32, subcode: Option<u32>) {
    assert_eq!(reply.status, 400, "{reply:?}");
    let error = &reply.json()["error"];
    assert_eq!((&error["type"], &error["code"]), (&json!(kind), &json!(code)), "{reply:?}");
    assert_eq!(error.get("error_subcode"), subcode.map(Value::from).as_ref(), "{reply:?}");
    assert!(error["message"].is_string() && error["fbtrace_id"].is_string(), "{reply:?}");
}

/// <https://developers.facebook.com/docs/graph-api/guides/error-handling>: an error is an object. Its codes for a code that does
/// not work are shown in <https://github.com/laravel/socialite/issues/385>.
#[tokio::test]
async fn an_error_is_an_object_with_a_code() {
    let all = StandIns::start().await;
    let facebook = all.facebook();
    for (name, value, code, subcode) in [
        ("client_secret", "wrong", 1, None),
        ("client_id", "wrong", 1, None),
        ("code", "wrong", 100, None),
        ("redirect_uri", "http://localhost:3001/auth/oauth/facebook/callback", 100, Some(36008)),
        ("redirect_uri", "", 100, Some(36008)),
        ("code_verifier", "another-verifier-of-forty-three-characters-", 100, None),
        ("code_verifier", "", 100, None),
    ] {
        let granted = facebook.code(&[], ADA).await;
        let form = with(&facebook.token_form(&granted), name, value);
        assert_error(&send(facebook.post(TOKEN, &form)).await, "OAuthException", code, subcode);
    }
    let used = facebook.code(&[], ADA).await;
    assert_eq!(send(facebook.post(TOKEN, &facebook.token_form(&used))).await.status, 200);
    let again = send(facebook.post(TOKEN, &facebook.token_form(&used))).await;
    assert_error(&again, "OAuthException", 100, Some(36009));
    let old = facebook.code(&[], ADA).await;
    facebook.advance(Duration::from_mins(10));
    let late = send(facebook.post(TOKEN, &facebook.token_form(&old))).await;
    assert_error(&late, "OAuthException", 100, Some(36007));
}

/// <https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow#confirm>: GET with a query. Clients also POST.
#[tokio::test]
async fn a_token_is_got_by_get_or_post() {
    let all = StandIns::start().await;
    let facebook = all.facebook();
    for is_get in [true, false] {
        let code = facebook.code(&[], ADA).await;
        let form = facebook.token_form(&code);
        let request = if is_get { facebook.get(&query(TOKEN, &form)) } else { facebook.post(TOKEN, &form) };
        let token = send(request).await.expect(200).json();
        assert_eq!(token["token_type"], "bearer");
        assert!(token["access_token"].is_string() && token["expires_in"].is_u64(), "{token}");
    }
}

/// <https://developers.facebook.com/blog/post/552/>, under "Change in Session Redirect Behavior": the fragment.
#[tokio::test]
async fn the_redirect_ends_in_a_fragment_and_names_no_issuer() {
    let all = StandIns::start().await;
    let facebook = all.facebook();
    for answer in ["continue", "cancel"] {
        let reply = facebook.decide(&[], &[("answer", answer), ("person", "ada")]).await;
        assert_eq!(reply.location().fragment(), Some("_=_"), "{answer}");
        assert_eq!((reply.parameter("iss"), reply.parameter("state").as_deref()), (None, Some("a state")));
    }
}

/// <https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow#canceled-login>
#[tokio::test]
async fn cancelling_has_a_reason() {
    let all = StandIns::start().await;
    let reply = all.facebook().decide(&[], &[("answer", "cancel")]).await;
    for (name, value) in
        [("error", "access_denied"), ("error_reason", "user_denied"), ("error_description", "Permissions error.")]
    {
        assert_eq!(reply.parameter(name).as_deref(), Some(value));
    }
    assert_eq!(reply.parameter("code"), None);
}

/// <https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow#login>: `state` is required.
#[tokio::test]
async fn a_state_is_required() {
    let all = StandIns::start().await;
    let reply = all.facebook().page(&[("state", "")]).await.expect(400);
    assert!(reply.body.contains("It needs state."), "{}", reply.body);
}

/// <https://developers.facebook.com/docs/graph-api/guides/secure-requests#appsecret_proof>
#[tokio::test]
async fn the_app_proves_that_it_has_the_secret() {
    let all = StandIns::start().await;
    let facebook = all.facebook();
    let token = access_token(&facebook, &[], ADA).await;
    let wrong = proof("another secret", &token);
    for proof in [&[][..], &[("appsecret_proof", "")], &[("appsecret_proof", wrong.as_str())]] {
        let sent = [&[("access_token", token.as_str())], proof].concat();
        assert_error(&send(facebook.get(&query("/v25.0/me", &sent))).await, "GraphMethodException", 100, None);
    }
    assert_eq!(me(&facebook, "id", &token).await.status, 200);
}

/// <https://developers.facebook.com/docs/graph-api/reference/user/>: `email` is left out where there is none, `id` is a string,
/// and nothing says whether an address is verified.
#[tokio::test]
async fn an_address_may_be_missing_and_is_never_called_verified() {
    let all = StandIns::start().await;
    let facebook = all.facebook();
    for (person, name, email) in [
        ("ada", "Ada Lovelace", json!("ada@example.com")),
        ("grace", "Grace Hopper", json!("grace@example.com")),
        ("katherine", "Katherine Johnson", Value::Null),
    ] {
        let token = access_token(&facebook, &[], &[("person", person)]).await;
        let user = me(&facebook, "id,name,email", &token).await.expect(200).json();
        let mut expected = json!({"id": user["id"], "name": name, "email": email});
        expected.as_object_mut().unwrap().retain(|_name, value| !value.is_null());
        assert_eq!(user, expected);
        assert!(user["id"].is_string(), "{user}");
    }
}

/// <https://developers.facebook.com/docs/graph-api/overview#fields>: `id` and `name` unless fields are named, and `email` with its
/// permission alone, <https://developers.facebook.com/docs/permissions>. Scopes are separated by commas or spaces.
#[tokio::test]
async fn fields_are_asked_for_and_permitted() {
    let all = StandIns::start().await;
    let facebook = all.facebook();
    for (scope, fields, has_name, has_email) in [
        ("public_profile,email", "", true, false),
        ("public_profile,email", "email", false, true),
        ("public_profile email", "id,email", false, true),
        ("public_profile", "id,name,email", true, false),
    ] {
        let token = access_token(&facebook, &[("scope", scope)], ADA).await;
        let user = me(&facebook, fields, &token).await.expect(200).json();
        let has = |member: &str| user.get(member).is_some();
        assert_eq!((has("id"), has("name"), has("email")), (true, has_name, has_email), "{scope} {fields}");
    }
}

/// <https://developers.facebook.com/docs/graph-api/guides/error-handling#errorcodes>: 190 for a token that does not work.
#[tokio::test]
async fn a_token_that_does_not_work_is_code_190() {
    let all = StandIns::start().await;
    let facebook = all.facebook();
    assert_error(&me(&facebook, "id", "EAAwrong").await, "OAuthException", 190, None);
    let token = access_token(&facebook, &[], ADA).await;
    facebook.advance(Duration::from_hours(60 * 24));
    assert_error(&me(&facebook, "id", &token).await, "OAuthException", 190, None);
    assert_error(&send(facebook.get("/v25.0/me")).await, "OAuthException", 2500, None);
}
