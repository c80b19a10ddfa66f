//! AWS Signature Version 4: whether the sender of a request has the key.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::time::SystemTime;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};

use super::refusal::Refusal;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: &str = "x-amz-date";

/// Lets a request through that is signed with `key`. How old it is does not matter: the key is as old as the process.
pub(super) fn verify(parts: &Parts, body: &[u8], key: &Credentials) -> Result<(), Refusal> {
    let Some(claimed) = Claimed::read(&parts.headers) else {
        return Err(unknown("MissingAuthenticationTokenException", "The request is not signed."));
    };
    if verify_slices_are_equal(claimed.key_id.as_bytes(), key.access_key_id().as_bytes()).is_err() {
        return Err(unknown("UnrecognizedClientException", "The request is signed with another access key."));
    }
    let signature = claimed.sign_again(parts, body, key);
    if signature.is_some_and(|own| verify_slices_are_equal(own.as_bytes(), claimed.signature.as_bytes()).is_ok()) {
        return Ok(());
    }
    let message = "The signature does not match: see that AWS_SECRET_ACCESS_KEY is this run's too, and that no proxy changes \
                   the request or its Host.";
    Err(Refusal::new(StatusCode::BAD_REQUEST, "InvalidSignatureException", message))
}

fn unknown(kind: &'static str, what: &str) -> Refusal {
    let message = format!(
        "{what} This DynamoDB knows the key of its run alone: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what `cargo \
         dev` printed."
    );
    Refusal::new(StatusCode::BAD_REQUEST, kind, message)
}

/// What an `Authorization` says.
struct Claimed<'a> {
    key_id: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: Vec<(&'a str, &'a str)>,
    signature: &'a str,
    date: SystemTime,
}

impl<'a> Claimed<'a> {
    /// `None` if a part is missing, or the host is not signed.
    fn read(headers: &'a HeaderMap) -> Option<Self> {
        let value = |name| headers.get(name)?.to_str().ok();
        let fields = value(AUTHORIZATION.as_str())?.strip_prefix(ALGORITHM)?;
        let field = |name| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
        let [key_id, _date, region, service, _aws4_request] =
            field("Credential")?.split('/').collect::<Vec<_>>().try_into().ok()?;
        let mut signed_headers = Vec::new();
        for name in field("SignedHeaders")?.split(';') {
            for value in headers.get_all(name) {
                signed_headers.push((name, value.to_str().ok()?));
            }
        }
        signed_headers.iter().find(|(name, _value)| *name == HOST.as_str())?;
        Some(Self {
            key_id,
            region,
            service,
            signed_headers,
            signature: field("Signature")?,
            date: date(value(DATE)?)?,
        })
    }

    /// The signature that somebody with the key would have made.
    fn sign_again(&self, parts: &Parts, body: &[u8], key: &Credentials) -> Option<String> {
        let identity = key.clone().into();
        let mut settings = SigningSettings::default();
        // Those that the other side signed, and no others.
        settings.excluded_headers = None;
        let params = SigningParams::builder().identity(&identity).region(self.region).name(self.service);
        let params = params.time(self.date).settings(settings).build().ok()?.into();
        let target = parts.uri.to_string();
        let headers = self.signed_headers.iter().copied();
        let request = SignableRequest::new(parts.method.as_str(), target, headers, SignableBody::Bytes(body)).ok()?;
        Some(sign(request, &params).ok()?.into_parts().1)
    }
}

/// The time that `20150830T123600Z` stands for.
fn date(text: &str) -> Option<SystemTime> {
    let [year, month, day] = [text.get(..4)?, text.get(4..6)?, text.get(6..8)?];
    let [hour, minute, rest] = [text.get(8..11)?, text.get(11..13)?, text.get(13..)?];
    let spelled_out = format!("{year}-{month}-{day}{hour}:{minute}:{rest}");
    DateTime::from_str(&spelled_out, DateTimeFormat::DateTime).ok()?.try_into().ok()
}
