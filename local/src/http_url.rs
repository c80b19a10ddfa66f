//! The address of a DynamoDB on the command line.

use thiserror::Error;
use url::Url;

/// What an option for such an address takes nothing else than.
#[derive(Debug, Error)]
#[error("pass a URL such as http://127.0.0.1:8000")]
pub(crate) struct NotHttpUrl;

/// The AWS SDK would panic on an empty endpoint, and answer others that are no URL with all of its request.
pub(crate) fn http_url(text: &str) -> Result<String, NotHttpUrl> {
    let url = Url::parse(text).map_err(|_| NotHttpUrl)?;
    let is_http = matches!(url.scheme(), "http" | "https");
    is_http.then(|| url.as_str().trim_end_matches('/').to_owned()).ok_or(NotHttpUrl)
}

#[cfg(test)]
mod tests {
    use super::http_url;

    #[test]
    fn an_address_is_a_url_before_the_sdk_sees_it() {
        for (text, expected) in [
            ("http://127.0.0.1:8000", Some("http://127.0.0.1:8000")),
            ("http://[::1]:8000/", Some("http://[::1]:8000")),
            ("https://dynamodb.example.com", Some("https://dynamodb.example.com")),
            ("", None),
            ("dynamodb", None),
            ("127.0.0.1:8000", None),
            ("localhost:8000", None),
            ("http://", None),
            ("ftp://localhost", None),
        ] {
            assert_eq!(http_url(text).ok().as_deref(), expected, "{text}");
        }
    }
}
