//! ID tokens that no honest issuer makes, and those that one does.

use std::time::Duration;

use api_tests::{Forge, ForgedOp, OpKey, OwnStack, Reply, TestClock, message};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::clock::Timestamp;
use shared::domain::EmailAddress;

use super::flow::{Flow, code_of, error_of, identity_in, stack_at};

const KID: &str = "key-1";

/// An issuer, a stack that knows it, and a clock that stands still.
struct Case {
    op: ForgedOp,
    key: OpKey,
    clock: TestClock,
    stack: OwnStack,
}

impl Case {
    async fn start(key: OpKey) -> Option<Self> {
        let (op, clock) = (ForgedOp::start().await, TestClock::standing_still());
        op.publish_keys(&[key.jwk(KID)]);
        let stack = stack_at(&op)?.clock(clock.clock()).start().await;
        Some(Self { op, key, clock, stack })
    }

    fn now(&self) -> u64 {
        let now: Timestamp = self.clock.clock().now();
        now.as_secs()
    }

    fn header(&self) -> Value {
        json!({"alg": self.key.alg(), "kid": KID})
    }

    /// Whether a sign-in succeeds with the token that is made of its nonce.
    async fn accepts(&self, token: impl FnOnce(&str) -> String) -> bool {
        let flow = Flow::begin(&self.stack.api, "oidc").await;
        self.op.give_token(&token(flow.nonce()));
        let answer = flow.come_back(&self.stack.api).await;
        if answer.header("location").unwrap().contains("?code=") {
            let _ = code_of(&answer);
            return true;
        }
        assert_eq!(error_of(&answer), "provider_refused");
        false
    }

    /// Whether a token in order but for these changes is accepted.
    async fn accepts_claims(&self, changes: Value) -> bool {
        self.accepts(|nonce| self.key.sign(&self.header(), &self.op.claims(nonce, self.now(), changes))).await
    }

    /// Whether a token of this header is accepted.
    async fn accepts_header(&self, header: Value) -> bool {
        self.accepts(|nonce| self.key.sign(&header, &self.op.claims(nonce, self.now(), json!({})))).await
    }
}

#[tokio::test]
async fn a_token_in_order_is_accepted_under_each_algorithm() {
    for key in [OpKey::rsa(), OpKey::ec(), OpKey::ed()] {
        let Some(case) = Case::start(key).await else { return };
        let flow = Flow::begin(&case.stack.api, "oidc").await;
        case.op.give_token(&case.key.sign(&case.header(), &case.op.claims(flow.nonce(), case.now(), json!({}))));
        let identity = identity_in(&case.stack, &code_of(&flow.come_back(&case.stack.api).await)).await;
        assert_eq!(identity.key.as_str(), format!("{}#subject-1", case.op.issuer()), "{}", case.key.alg());
        assert_eq!(identity.email.unwrap().shown(), "ada@example.com");
        assert!(identity.email_verified && identity.name.unwrap().as_str() == "Ada Lovelace");
    }
}

#[tokio::test]
async fn alg_none_is_refused() {
    let Some(case) = Case::start(OpKey::rsa()).await else { return };
    for alg in ["none", "None", "NONE", ""] {
        for signature in ["", "AAAA"] {
            let header = json!({"alg": alg, "kid": KID});
            let token = |nonce: &str| {
                format!("{}.{signature}", message(&header, &case.op.claims(nonce, case.now(), json!({}))))
            };
            assert!(!case.accepts(token).await, "{alg}");
        }
    }
    assert!(case.accepts_claims(json!({})).await);
}

#[tokio::test]
async fn hs256_under_the_public_key_and_under_the_secret_is_refused() {
    let Some(case) = Case::start(OpKey::rsa()).await else { return };
    let jwk = case.key.jwk(KID);
    let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    let secrets = [jwk.to_string().into_bytes(), modulus, ForgedOp::APP.1.as_bytes().to_vec()];
    for alg in ["HS256", "RS256"] {
        for secret in &secrets {
            let header = json!({"alg": alg, "kid": KID});
            let token = |nonce: &str| Forge::tagged(&header, &case.op.claims(nonce, case.now(), json!({})), secret);
            assert!(!case.accepts(token).await, "{alg}");
        }
    }
}

#[tokio::test]
async fn an_algorithm_that_is_not_the_keys_is_refused() {
    let Some(case) = Case::start(OpKey::rsa()).await else { return };
    for alg in ["RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256"] {
        assert!(!case.accepts_header(json!({"alg": alg, "kid": KID})).await, "{alg}");
    }
    let mut of_another = case.key.jwk("key-2");
    of_another["alg"] = "RS512".into();
    let mut for_encryption = case.key.jwk("key-3");
    for_encryption["use"] = "enc".into();
    let mut symmetric = json!({"kty": "oct", "kid": "key-4", "k": URL_SAFE_NO_PAD.encode("secret"), "alg": "HS256"});
    symmetric["use"] = "sig".into();
    let Some(case) = Case::start(OpKey::rsa()).await else { return };
    case.op.publish_keys(&[of_another, for_encryption, symmetric]);
    for kid in ["key-2", "key-3"] {
        assert!(!case.accepts_header(json!({"alg": "RS256", "kid": kid})).await, "{kid}");
    }
    let header = json!({"alg": "HS256", "kid": "key-4"});
    let token = |nonce: &str| Forge::tagged(&header, &case.op.claims(nonce, case.now(), json!({})), b"secret");
    assert!(!case.accepts(token).await);
}

#[tokio::test]
async fn a_header_that_brings_its_own_key_is_not_followed() {
    let Some(case) = Case::start(OpKey::rsa()).await else { return };
    let attacker = OpKey::rsa();
    let stolen = format!("{}/attackers-keys", case.op.issuer());
    case.op.server.reply("/attackers-keys", Reply::Json(200, json!({"keys": [attacker.jwk("theirs")]})));
    for kid in [KID, "theirs"] {
        for (member, value) in
            [("jku", json!(stolen)), ("jwk", attacker.jwk(kid)), ("x5u", json!(stolen)), ("x5c", json!(["AAAA"]))]
        {
            let mut header = json!({"alg": "RS256", "kid": kid});
            header[member] = value;
            let token = |nonce: &str| attacker.sign(&header, &case.op.claims(nonce, case.now(), json!({})));
            assert!(!case.accepts(token).await, "{member} {kid}");
        }
    }
    assert_eq!(case.op.server.count_calls("/attackers-keys"), 0);
    assert!(!case.accepts_header(json!({"alg": "RS256", "kid": KID, "crit": ["exp"]})).await);
    assert!(!case.accepts_header(json!({"alg": "RS256"})).await, "without a name there is no key");
}

#[tokio::test]
async fn another_nonce_audience_issuer_or_subject_is_refused() {
    let Some(case) = Case::start(OpKey::ec()).await else { return };
    let app = ForgedOp::APP.0;
    for changes in [
        json!({"nonce": "another"}),
        json!({"nonce": null}),
        json!({"aud": "another"}),
        json!({"aud": null}),
        json!({"aud": []}),
        json!({"aud": [app]}),
        json!({"aud": [app, "another"]}),
        json!({"aud": [app, "another"], "azp": app}),
        json!({"aud": [app], "azp": "another"}),
        json!({"aud": app, "azp": "another"}),
        json!({"iss": "https://accounts.evil.example"}),
        json!({"iss": format!("{}/", case.op.issuer())}),
        json!({"iss": case.op.issuer().strip_prefix("http://").unwrap()}),
        json!({"iss": null}),
        json!({"sub": ""}),
        json!({"sub": null}),
        json!({"sub": "a b"}),
        json!({"sub": "\u{e9}"}),
        json!({"sub": "s".repeat(256)}),
        json!({"sub": 42}),
    ] {
        assert!(!case.accepts_claims(changes.clone()).await, "{changes}");
    }
    for changes in [json!({"azp": app}), json!({"aud": [app], "azp": app}), json!({"sub": "s".repeat(255)})] {
        assert!(case.accepts_claims(changes.clone()).await, "{changes}");
    }
}

#[tokio::test]
async fn an_expired_one_and_one_that_was_not_issued_just_now_is_refused() {
    let Some(case) = Case::start(OpKey::ed()).await else { return };
    let now = case.now();
    for (changes, accepted) in [
        (json!({"exp": now - 59}), true),
        (json!({"exp": now - 60}), false),
        (json!({"exp": null}), false),
        (json!({"exp": 0}), false),
        (json!({"iat": now + 60}), true),
        (json!({"iat": now + 61}), false),
        (json!({"iat": now - 600}), true),
        (json!({"iat": now - 601}), false),
        (json!({"iat": null}), false),
    ] {
        assert_eq!(case.accepts_claims(changes.clone()).await, accepted, "{changes}");
    }
}

#[tokio::test]
async fn an_address_or_a_name_that_is_not_in_order_is_left_out() {
    let Some(case) = Case::start(OpKey::ec()).await else { return };
    for (changes, email, verified, name) in [
        (json!({"email_verified": "true"}), Some("ada@example.com"), false, true),
        (json!({"email_verified": 1}), Some("ada@example.com"), false, true),
        (json!({"email_verified": null}), Some("ada@example.com"), false, true),
        (json!({"email": null}), None, false, true),
        (json!({"email": "no address"}), None, false, true),
        (json!({"email": ["ada@example.com"]}), None, false, true),
        (json!({"name": {"given": "Ada"}}), Some("ada@example.com"), true, false),
        (json!({"name": "\u{202e}"}), Some("ada@example.com"), true, false),
    ] {
        let flow = Flow::begin(&case.stack.api, "oidc").await;
        let claims = case.op.claims(flow.nonce(), case.now(), changes.clone());
        case.op.give_token(&case.key.sign(&case.header(), &claims));
        let identity = identity_in(&case.stack, &code_of(&flow.come_back(&case.stack.api).await)).await;
        assert_eq!(identity.email.as_ref().map(EmailAddress::shown), email, "{changes}");
        assert_eq!((identity.email_verified, identity.name.is_some()), (verified, name), "{changes}");
    }
}

#[tokio::test]
async fn one_bit_more_or_less_in_the_signature_is_refused() {
    let Some(case) = Case::start(OpKey::ec()).await else { return };
    let other = OpKey::ec();
    let sign_with_another = |nonce: &str| other.sign(&case.header(), &case.op.claims(nonce, case.now(), json!({})));
    assert!(!case.accepts(sign_with_another).await);
    for text in ["", ".", "..", "a.b.c", "e30.e30.", "e30.e30.e30.e30"] {
        assert!(!case.accepts(|_nonce| text.to_owned()).await, "{text}");
    }
    let tampered = |nonce: &str| {
        let token = case.key.sign(&case.header(), &case.op.claims(nonce, case.now(), json!({})));
        let parts: Vec<_> = token.split('.').collect();
        let claims = case.op.claims(nonce, case.now(), json!({"sub": "somebody-else"}));
        format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(claims.to_string()), parts[2])
    };
    assert!(!case.accepts(tampered).await);
}

#[tokio::test]
async fn keys_that_the_issuer_has_rotated_are_read_again_at_most_once_a_minute() {
    let Some(case) = Case::start(OpKey::ec()).await else { return };
    assert!(case.accepts_claims(json!({})).await);
    let (new, unknown) = (OpKey::ec(), OpKey::ec());
    let _ = case.op.server.take_calls();

    let unknown_header = json!({"alg": "ES256", "kid": "key-9"});
    let forged = |nonce: &str| unknown.sign(&unknown_header, &case.op.claims(nonce, case.now(), json!({})));
    assert!(!case.accepts(forged).await);
    assert_eq!(case.op.server.count_calls("/keys"), 0, "they were read less than a minute ago");

    case.op.publish_keys(&[case.key.jwk(KID), new.jwk("key-2")]);
    case.clock.advance(Duration::from_mins(1));
    let new_header = json!({"alg": "ES256", "kid": "key-2"});
    let by_the_new = |nonce: &str| new.sign(&new_header, &case.op.claims(nonce, case.now(), json!({})));
    assert!(case.accepts(by_the_new).await);
    assert_eq!(case.op.server.count_calls("/keys"), 1);
    for _ in 0..3 {
        assert!(!case.accepts(forged).await);
    }
    assert_eq!(case.op.server.count_calls("/keys"), 0, "forged tokens do not cost a call each");
    case.clock.advance(Duration::from_mins(1));
    assert!(!case.accepts(forged).await);
    assert_eq!(case.op.server.count_calls("/keys"), 1);
}

#[tokio::test]
async fn keys_in_memory_outlast_an_issuer_that_is_away_for_less_than_an_hour() {
    let Some(case) = Case::start(OpKey::ec()).await else { return };
    assert!(case.accepts_claims(json!({})).await);
    case.op.server.reply("/keys", Reply::Json(503, json!({})));
    case.clock.advance(Duration::from_secs(3599));
    assert!(case.accepts_claims(json!({})).await);
    case.clock.advance(Duration::from_secs(1));
    let flow = Flow::begin(&case.stack.api, "oidc").await;
    case.op.give_token(&case.key.sign(&case.header(), &case.op.claims(flow.nonce(), case.now(), json!({}))));
    assert_eq!(error_of(&flow.come_back(&case.stack.api).await), "provider_unavailable");
}

#[tokio::test]
async fn keys_that_are_not_understood_hide_none_that_is() {
    let Some(case) = Case::start(OpKey::ec()).await else { return };
    let odd = [json!(7), json!({}), json!({"kty": "new", "kid": "a"}), json!({"kty": "RSA", "kid": KID}), json!(null)];
    let keys: Vec<_> = odd.into_iter().chain([case.key.jwk(KID)]).collect();
    case.op.publish_keys(&keys);
    assert!(case.accepts_claims(json!({})).await);
}
