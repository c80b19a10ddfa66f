//! What others verify tokens with.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use super::site::{Site, Wrong, send};

/// The path of the discovery document (OpenID Connect Discovery 1.0, section 4).
pub(super) const DISCOVERY: &str = "/.well-known/openid-configuration";
const KEY_SET: &str = "/.well-known/jwks.json";

const KEYS_OF_ANOTHER: &str = "The key set is not the one that signs. All functions must have the same tables; and what \
                               stands in front must not keep /.well-known/jwks.json for longer than its max-age.";

/// Reads the discovery document. It must name the URL that was called: verifiers compare the two to the letter.
pub(super) async fn discovery(site: &Site) -> Result<(), Wrong> {
    let answer = send(site.get(DISCOVERY)).await?.expect(200)?;
    let (Some(issuer), Some(jwks_uri)) = (answer.text("issuer"), answer.text("jwks_uri")) else {
        return Err(answer.unexpected());
    };
    if issuer != site.url() {
        return Err(other_issuer(issuer, site.url()));
    }
    if jwks_uri != format!("{issuer}{KEY_SET}") {
        let advice = "Verifiers read the keys there. Find out what stands in front and changes the document.";
        return Err(Wrong::new(format!("jwks_uri is {jwks_uri}"), advice));
    }
    Ok(())
}

/// The keys, which the first sign-up makes.
pub(super) async fn key_set(site: &Site) -> Result<JwkSet, Wrong> {
    let answer = send(site.get(KEY_SET)).await?.expect(200)?;
    match serde_json::from_value::<JwkSet>(answer.body.clone()) {
        Ok(keys) if !keys.keys.is_empty() => Ok(keys),
        _ => Err(answer.unexpected()),
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
}

/// Verifies a token as a service of the app does that has nothing but the key set.
pub(super) fn verify(token: &str, keys: &JwkSet, issuer: &str, audience: &str) -> Result<(), Wrong> {
    let not_a_token = |error: jsonwebtoken::errors::Error| {
        Wrong::new(format!("the token cannot be read: {error}"), "This is not Latchkey's token: check the URL.")
    };
    let kid = decode_header(token).map_err(not_a_token)?.kid.unwrap_or_default();
    let Some(key) = keys.find(&kid) else {
        return Err(Wrong::new(format!("no published key has the token's kid, {kid:?}"), KEYS_OF_ANOTHER));
    };
    let key = DecodingKey::from_jwk(key).map_err(not_a_token)?;
    let mut validation = Validation::new(Algorithm::RS256);
    // Compared below, so that the message can say what was found.
    validation.validate_aud = false;
    let claims = decode::<Claims>(token, &key, &validation).map_err(|error| match error.kind() {
        ErrorKind::ExpiredSignature => {
            let advice = "Set the clock of this machine, or TokenLifetimeSeconds higher.";
            Wrong::new("the token has expired already", advice)
        }
        ErrorKind::InvalidSignature => Wrong::new("the signature is not by the key of its kid", KEYS_OF_ANOTHER),
        _ => not_a_token(error),
    })?;
    let Claims { iss, aud } = claims.claims;
    if iss != issuer {
        return Err(other_issuer(&iss, issuer));
    }
    if aud != audience {
        let advice = "Verifiers must expect the audience that is deployed. Pass it with --audience, or set Audience.";
        return Err(Wrong::new(format!("the audience is {aud:?}, not {audience:?}"), advice));
    }
    Ok(())
}

fn other_issuer(found: &str, called: &str) -> Wrong {
    let advice = format!(
        "Verifiers expect the issuer at the URL that they call. Call {found}, if that is where people reach the API; or \
         set Issuer={called}, or DomainName, and everybody logs in again."
    );
    Wrong::new(format!("the issuer is {found}"), advice)
}
