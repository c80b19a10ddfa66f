//! The token that a request carries.

use cookie::Cookie;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{AUTHORIZATION, COOKIE};

use super::header::ascii;

/// A token as it was presented, good or bad, and the way it came.
#[derive(Debug, PartialEq, Eq)]
pub enum PresentedToken<'c> {
    /// In `Authorization: Bearer` (RFC 6750 2.1). Empty where the header is there and holds no single token.
    Bearer(&'c str),
    /// In the cookie.
    Cookie(&'c str),
}

impl<'c> PresentedToken<'c> {
    /// The token, however it came.
    #[must_use]
    pub fn as_str(&self) -> &'c str {
        match self {
            Self::Bearer(token) | Self::Cookie(token) => token,
        }
    }

    /// Looks for a bearer token first and for the cookie second. A bearer header wins also when it is bad: a caller
    /// that sends one means it. A header of another scheme says nothing about a token.
    pub(super) fn of_headers(headers: &'c HeaderMap, cookie_name: &str) -> Option<Self> {
        bearer(headers).map(Self::Bearer).or_else(|| cookie(headers, cookie_name).map(Self::Cookie))
    }
}

impl<'c> PresentedToken<'c> {
    /// Looks for a token as Xano does: `X-Xano-Authorization`, with or without a scheme, wins over `Authorization`,
    /// which `X-Xano-Authorization-Only: true` takes out of sight. No cookie is read.
    pub(super) fn of_xano_headers(headers: &'c HeaderMap) -> Option<Self> {
        let own = headers.get("x-xano-authorization").map(|value| value.to_str().unwrap_or_default());
        let own = own.map(|value| match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim_start_matches(' '),
            _ => value,
        });
        let only = headers.get("x-xano-authorization-only").is_some_and(|value| value.as_bytes() == b"true");
        own.or_else(|| if only { None } else { bearer(headers) }).map(Self::Bearer)
    }
}

/// A refresh token in a cookie, as it was presented, good or bad.
#[derive(Debug, PartialEq, Eq)]
pub enum RefreshCookie<'c> {
    /// There is no such cookie.
    None,
    /// There is one.
    One(&'c str),
    /// There are several, of which a sibling host may have planted one.
    Several,
}

impl<'c> RefreshCookie<'c> {
    pub(super) fn of_headers(headers: &'c HeaderMap, cookie_name: &str) -> Self {
        let mut values = cookies(headers, cookie_name);
        match (values.next(), values.next()) {
            (None, _) => Self::None,
            (Some(value), None) => Self::One(value),
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let mut first = values.next()?.as_bytes().splitn(2, |byte| *byte == b' ');
    let (scheme, credentials) = (first.next()?, first.next().unwrap_or_default());
    let repeated = values.next().is_some();
    let token = if repeated { "" } else { ascii(credentials).unwrap_or_default().trim_start_matches(' ') };
    scheme.eq_ignore_ascii_case(b"bearer").then_some(token)
}

fn cookie<'c>(headers: &'c HeaderMap, name: &str) -> Option<&'c str> {
    cookies(headers, name).next()
}

/// The values of every cookie of this name.
fn cookies<'c>(headers: &'c HeaderMap, name: &str) -> impl Iterator<Item = &'c str> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| Cookie::parse(ascii(pair)?).ok())
        .filter(move |cookie| cookie.name() == name)
        .filter_map(|cookie| cookie.value_raw())
}

#[cfg(test)]
mod tests {
    use lambda_http::http::{HeaderMap, HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::PresentedToken;

    fn check(headers: &[(&str, &str)], expected: Option<PresentedToken<'_>>) {
        let map: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect();
        assert_eq!(PresentedToken::of_headers(&map, "__Host-authToken"), expected, "{headers:?}");
    }

    #[test]
    fn an_odd_byte_elsewhere_hides_no_token() {
        for odd in ["lang=fran\u{e7}ais", "\u{30af}=\u{30af}", "\u{e9}", "=\u{e9}", "__Host-authToken=\u{e9}"] {
            for cookie in [format!("{odd}; __Host-authToken=c.d.e"), format!("__Host-authToken=c.d.e; {odd}")] {
                check(&[("cookie", &cookie)], Some(PresentedToken::Cookie("c.d.e")));
            }
            check(&[("cookie", odd), ("cookie", "__Host-authToken=c.d.e")], Some(PresentedToken::Cookie("c.d.e")));
            check(&[("cookie", odd)], None);
        }
        let mut latin_1 = HeaderMap::new();
        latin_1.insert("cookie", HeaderValue::from_bytes(b"lang=fran\xe7ais; __Host-authToken=c.d.e").unwrap());
        let found = PresentedToken::of_headers(&latin_1, "__Host-authToken");
        assert_eq!(found, Some(PresentedToken::Cookie("c.d.e")));
    }

    #[test]
    fn a_bearer_header_wins_over_the_cookie_also_when_it_is_bad() {
        let cookie = ("cookie", "a=b; __Host-authToken=c.d.e; other=1");
        check(&[], None);
        check(&[cookie], Some(PresentedToken::Cookie("c.d.e")));
        check(&[("authorization", "Bearer x.y.z"), cookie], Some(PresentedToken::Bearer("x.y.z")));
        check(&[("authorization", "bearer   x.y.z")], Some(PresentedToken::Bearer("x.y.z")));
        check(&[("authorization", "Bearer"), cookie], Some(PresentedToken::Bearer("")));
        check(&[("authorization", "Bearer a"), ("authorization", "Bearer b")], Some(PresentedToken::Bearer("")));
        check(&[("authorization", "Bearer \u{e9}"), cookie], Some(PresentedToken::Bearer("")));
        check(&[("authorization", "Digest realm=\u{e9}"), cookie], Some(PresentedToken::Cookie("c.d.e")));
        check(&[("authorization", "Basic YTpi"), cookie], Some(PresentedToken::Cookie("c.d.e")));
        check(&[("authorization", "Basic YTpi")], None);
        check(&[("cookie", "authToken=c.d.e; xx__Host-authToken=1")], None);
    }

    proptest! {
        #[test]
        fn a_token_is_found_among_whatever_else_a_caller_sends(
            token in "[!-:<-~&&[^\"]]{1,40}", before in "[a-z]{1,8}=[!-:<-~]{0,20}", after in "[ -~]{0,20}", spaces in " {1,3}",
        ) {
            let cookie = format!("{before}; __Host-authToken={token}; {after}");
            check(&[("cookie", &cookie)], Some(PresentedToken::Cookie(&token)));
            let bearer = format!("bEaReR{spaces}{token}");
            check(&[("cookie", &cookie), ("authorization", &bearer)], Some(PresentedToken::Bearer(&token)));
        }

        #[test]
        fn what_is_found_was_sent(
            authorization in prop::option::of("[ -~]{0,30}|[Bb]earer [ -~]{0,20}"), cookie in prop::option::of("[ -~]{0,40}"),
            own in prop::option::of("[ -~]{0,30}"), only in prop::option::of("true|false|"),
        ) {
            let named = [
                ("authorization", authorization),
                ("cookie", cookie),
                ("x-xano-authorization", own),
                ("x-xano-authorization-only", only),
            ];
            let headers: HeaderMap = named
                .iter()
                .filter_map(|(name, value)| Some((HeaderName::from_static(name), value.as_ref()?.parse().unwrap())))
                .collect();
            let found = [PresentedToken::of_headers(&headers, "__Host-authToken"), PresentedToken::of_xano_headers(&headers)];
            for presented in found.into_iter().flatten() {
                let sent = headers.values().any(|value| value.to_str().unwrap().contains(presented.as_str()));
                prop_assert!(sent, "{:?}", presented);
            }
        }
    }
}
