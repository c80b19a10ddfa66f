//! Where a password may be sent.

use shared::web_origin::WebOrigin;
use url::Url;

/// The URL, if nobody can listen on the way to it: `https`, or `http` on a loopback host, and without a user's name.
pub(super) fn secure_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_secure = WebOrigin::parse(&url.origin().ascii_serialization()).is_some();
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_secure && is_plain).then_some(url)
}
