//! Header values, which may hold any byte. A part that is ours is found among the bytes, so that an odd byte elsewhere in
//! the header, such as in the cookie of another site of the same domain, hides nothing.

use lambda_http::http::HeaderMap;
use lambda_http::http::header::AsHeaderName;

/// The value of a header that may come once. A repeated header reads as empty, which nothing matches.
pub(super) fn only_value(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&[u8]> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    Some(if values.next().is_some() { b"" } else { first.as_bytes() })
}

/// Bytes as text if all of them are ASCII, as every value of ours is.
pub(super) fn ascii(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii())
}
