//! Tokens that somebody made who is not the issuer, or that the issuer would never make. To try the latter, the test
//! takes the signing key out of the table.

use api_tests::{Forge, message, own_stack, sign_with};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use uuid::{NoContext, Timestamp, Uuid};

async fn set_up() -> Option<Forge> {
    Some(Forge::of(own_stack()?.start().await).await)
}

async fn assert_refused(forge: &Forge, what: &str, token: &str) {
    let answer = forge.stack.api.me(token).await;
    assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("invalid_token")), "{what}: {answer:?}");
}

/// Without this, every other test here could pass because the forge is broken.
#[tokio::test]
async fn what_the_forge_makes_without_a_change_is_accepted() {
    let Some(forge) = set_up().await else { return };
    let token = forge.signed(&forge.header, &forge.claims);
    let _ = forge.stack.api.me(&token).await.expect(200);
}

#[tokio::test]
async fn alg_none_is_401_in_every_spelling() {
    let Some(forge) = set_up().await else { return };
    let signature = forge.token.rsplit('.').next().unwrap();
    for alg in ["none", "None", "NONE", "nOnE", "", " none", "none "] {
        let message = message(&forge.header_with(json!({"alg": alg})), &forge.claims);
        for token in [format!("{message}."), message.clone(), format!("{message}.{signature}")] {
            assert_refused(&forge, alg, &token).await;
        }
    }
}

#[tokio::test]
async fn hs256_under_the_public_key_is_401_in_each_of_its_encodings() {
    let Some(forge) = set_up().await else { return };
    let jwks = forge.stack.api.send(forge.stack.api.get("/.well-known/jwks.json")).await.expect(200);
    let keys = jwks.json()["keys"].clone();
    let jwk = keys.as_array().unwrap().iter().find(|key| key["kid"] == forge.header["kid"]).unwrap().clone();
    let pkcs1 = forge.key.public_key().as_ref().to_vec();
    let spki = forge.key.public_key().as_der().unwrap().as_ref().to_vec();
    let pem = |label: &str, der: &[u8], end: &str| {
        let base64 = STANDARD.encode(der);
        let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----{end}", lines.join("\n")).into_bytes()
    };
    let modulus = jwk["n"].as_str().unwrap();
    for (encoding, secret) in [
        ("JWK", jwk.to_string().into_bytes()),
        ("JWKS", jwks.text.clone().into_bytes()),
        ("modulus in base64url", modulus.as_bytes().to_vec()),
        ("modulus", URL_SAFE_NO_PAD.decode(modulus).unwrap()),
        ("SPKI PEM", pem("PUBLIC KEY", &spki, "\n")),
        ("SPKI PEM without a last line break", pem("PUBLIC KEY", &spki, "")),
        ("PKCS#1 PEM", pem("RSA PUBLIC KEY", &pkcs1, "\n")),
        ("SPKI DER", spki),
        ("PKCS#1 DER", pkcs1),
        ("nothing", Vec::new()),
    ] {
        let token = Forge::tagged(&forge.header_with(json!({"alg": "HS256"})), &forge.claims, &secret);
        assert_refused(&forge, encoding, &token).await;
    }
}

#[tokio::test]
async fn a_foreign_key_is_401_under_a_known_kid_and_in_the_header() {
    let Some(forge) = set_up().await else { return };
    let foreign = RsaKeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
    assert_refused(&forge, "known kid", &sign_with(&foreign, &forge.header, &forge.claims)).await;
    let jwk = json!({"kty": "RSA", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode(foreign.public_key().as_ref())});
    for header in [
        json!({"jwk": jwk}),
        json!({"jwk": jwk, "kid": null}),
        json!({"jku": "https://evil.example/jwks.json"}),
        json!({"x5u": "https://evil.example/cert.pem"}),
        json!({"x5c": ["MIIB"]}),
    ] {
        let header = forge.header_with(header);
        assert_refused(&forge, "signed by the foreign key", &sign_with(&foreign, &header, &forge.claims)).await;
        assert_refused(&forge, "signed by our own key", &forge.signed(&header, &forge.claims)).await;
    }
}

/// A library that reads such a member as an absent one sees a header like ours.
#[tokio::test]
async fn a_header_with_an_empty_member_more_than_ours_is_401_even_under_our_own_key() {
    let Some(forge) = set_up().await else { return };
    for member in ["jku", "jwk", "x5u", "x5c", "x5t", "crit", "cty", "url", "nonce", "enc", "zip", "epk", "b64", ""] {
        let mut header = forge.header.clone();
        header[member] = Value::Null;
        assert_refused(&forge, member, &forge.signed(&header, &forge.claims)).await;
    }
}

#[tokio::test]
async fn a_header_that_is_not_ours_is_401_even_under_our_own_key() {
    let Some(forge) = set_up().await else { return };
    for header in [
        json!({"crit": ["exp"]}),
        json!({"crit": []}),
        json!({"b64": false, "crit": ["b64"]}),
        json!({"kid": null}),
        json!({"kid": ""}),
        json!({"kid": "../../../../etc/passwd"}),
        json!({"kid": "' OR 1=1 --"}),
        json!({"kid": [forge.header["kid"]]}),
        json!({"kid": {}}),
        json!({"typ": null}),
        json!({"typ": "at+jwt"}),
        json!({"typ": "jwt"}),
        json!({"typ": "JWS"}),
        json!({"alg": "RS512"}),
        json!({"alg": "PS256"}),
        json!({"alg": null}),
        json!({"cty": "JWT"}),
        json!({"zip": "DEF"}),
        json!({"anything": "else"}),
        json!({"x5c": []}),
    ] {
        assert_refused(&forge, &header.to_string(), &forge.signed(&forge.header_with(header.clone()), &forge.claims))
            .await;
    }
}

#[tokio::test]
async fn claims_that_are_not_ours_are_401_even_under_our_own_key() {
    let Some(forge) = set_up().await else { return };
    let issued_at = forge.claims["iat"].as_u64().unwrap();
    let uuid_v4 = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
    for name in ["iss", "aud", "client_id", "sub", "iat", "exp", "token_use", "jti"] {
        for value in [json!(null), json!([forge.claims[name]]), json!({}), json!(""), json!(true), json!(-1)] {
            let claims = forge.claims_with(json!({name: value}));
            assert_refused(&forge, &format!("{name}: {value}"), &forge.signed(&forge.header, &claims)).await;
        }
    }
    for claims in [
        json!({"iss": "https://evil.example"}),
        json!({"iss": format!("{}/", forge.claims["iss"].as_str().unwrap())}),
        json!({"aud": "other"}),
        json!({"client_id": "other"}),
        json!({"sub": "nobody"}),
        json!({"iat": issued_at + 3600}),
        json!({"iat": issued_at + 1}),
        json!({"iat": issued_at.to_string()}),
        json!({"token_use": "id"}),
        json!({"token_use": "Access"}),
        json!({"jti": "not a uuid"}),
        json!({"jti": uuid_v4}),
    ] {
        let token = forge.signed(&forge.header, &forge.claims_with(claims.clone()));
        assert_refused(&forge, &claims.to_string(), &token).await;
    }
    let in_two_minutes = issued_at + 120;
    let jti = Uuid::new_v7(Timestamp::from_unix(NoContext, in_two_minutes, 0)).to_string();
    let of_the_future = forge.claims_with(json!({"iat": in_two_minutes, "jti": jti}));
    assert_refused(&forge, "of the future", &forge.signed(&forge.header, &of_the_future)).await;
    let expired = forge.claims_with(json!({"exp": issued_at - 1}));
    let answer = forge.stack.api.me(&forge.signed(&forge.header, &expired)).await;
    let _ = answer.expect_problem(401, "expired_token");
}

#[tokio::test]
async fn a_token_in_another_shape_is_401() {
    let Some(forge) = set_up().await else { return };
    let token = &forge.token;
    let parts: Vec<_> = token.split('.').collect();
    for changed in [
        format!("{token}="),
        format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
        format!("{token}."),
        format!("{token}.{}", parts[2]),
        format!(".{token}"),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}..{}", parts[0], parts[2]),
        "..".to_owned(),
        parts[2].to_owned(),
        token.replace('.', " "),
        token.to_uppercase(),
        token.chars().take(token.len() - 1).collect(),
        format!("{token}A"),
    ] {
        assert_refused(&forge, "another shape", &changed).await;
    }
}

#[test]
fn a_token_with_one_bit_flipped_anywhere_is_401() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let Some(forge) = runtime.block_on(set_up()) else { return };
    let bits = forge.token.len() * 8;
    TestRunner::new(Config::with_cases(200))
        .run(&(0..bits), |bit| {
            let mut flipped = forge.token.clone().into_bytes();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // What no header can hold never arrives, and white space at either end is not part of a header's value.
            let arrives = flipped.iter().all(|byte| (0x21..0x7f).contains(byte));
            if arrives {
                runtime.block_on(assert_refused(&forge, "one bit", &String::from_utf8(flipped).unwrap()));
            }
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn repeated_headers_and_a_hundred_cookies_are_borne() {
    let Some(forge) = set_up().await else { return };
    let api = &forge.stack.api;
    let twice =
        api.get("/auth/me").bearer_auth(&forge.token).header("authorization", format!("Bearer {}", forge.token));
    let _ = api.send(twice).await.expect_problem(401, "invalid_token");
    let many: Vec<_> = (0..100).map(|number| format!("cookie{number}=value{number}")).collect();
    let with_ours = format!("{}; __Host-authToken={}", many.join("; "), forge.token);
    let _ = api.send(api.get("/auth/me").header("cookie", with_ours)).await.expect(200);
    let _ = api.send(api.get("/auth/me").header("cookie", many.join("; "))).await.expect_problem(401, "missing_token");
    let _ = api.send(api.get("/auth/me").header("AUTHORIZATION", format!("BEARER {}", forge.token))).await.expect(200);
}
