//! CORS, as API Gateway does it: preflights never reach a function, and the headers are the gateway's.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use shared::environment::{ConfigError, Environment};
use shared::http::AllowedOrigins;

/// What the functions read.
const OWN_HEADERS: &str = "authorization,content-type,x-token-transport,x-requested-with,x-xano-authorization,\
                           x-xano-authorization-only,x-data-source,x-branch";
/// What the tracing of a page adds to its requests: W3C Trace Context, W3C Baggage and Sentry.
const DEFAULT_ALLOWED_HEADERS: &str = "traceparent,baggage,sentry-trace";
const EXPOSED_HEADERS: &str = "retry-after,www-authenticate,apigw-requestid";

/// The request headers that pages may send, as the value of `Access-Control-Allow-Headers`.
#[derive(Clone, Debug)]
pub(crate) struct AllowedHeaders(HeaderValue);

impl AllowedHeaders {
    /// Those that the functions read, and `ALLOWED_HEADERS`: further ones, separated by commas.
    pub(crate) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        const VARIABLE: &str = "ALLOWED_HEADERS";

        let further = environment.get(VARIABLE).unwrap_or(DEFAULT_ALLOWED_HEADERS);
        let are_names = further.split(',').all(|name| name.parse::<HeaderName>().is_ok());
        let all = HeaderValue::from_str(&format!("{OWN_HEADERS},{further}")).ok().filter(|_all| are_names);
        all.map(Self).ok_or_else(|| {
            let expected = "names of headers separated by commas, without spaces";
            ConfigError::invalid(VARIABLE, further, expected, DEFAULT_ALLOWED_HEADERS)
        })
    }
}

/// Whether a browser asks what it may send.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Adds what a browser wants to know before it sends the request itself.
pub(super) fn allow_request(
    origins: &AllowedOrigins,
    methods: &str,
    headers: &AllowedHeaders,
    request: &HeaderMap,
    response: &mut HeaderMap,
) {
    if allow_origin(origins, request, response) {
        if let Ok(methods) = HeaderValue::from_str(methods) {
            response.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        }
        response.insert(ACCESS_CONTROL_ALLOW_HEADERS, headers.0.clone());
        response.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300"));
    }
}

/// Adds what a browser wants to know before it shows the answer to the page. What a function says about it is
/// dropped, as API Gateway drops it.
pub(super) fn allow_response(origins: &AllowedOrigins, request: &HeaderMap, response: &mut HeaderMap) {
    for name in [
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_MAX_AGE,
    ] {
        response.remove(name);
    }
    if allow_origin(origins, request, response) {
        response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    }
}

/// Every response depends on `Origin`, also one to a request without it or from a page that may not call: a cache must not
/// show it to a page that may. <https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches>
fn allow_origin(origins: &AllowedOrigins, request: &HeaderMap, response: &mut HeaderMap) -> bool {
    response.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = request.get(ORIGIN) else { return false };
    if !origin.to_str().is_ok_and(|origin| origins.allows(origin)) {
        return false;
    }
    if origins.allow_credentials() {
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        response.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    } else {
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    true
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
    use shared::http::AllowedOrigins;

    use shared::environment::Environment;

    use super::{AllowedHeaders, allow_request, allow_response, is_preflight};

    const APP: &str = "https://app.example.com";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn who_may_call_and_with_what() {
        let any = AllowedOrigins::Any;
        let listed = AllowedOrigins::Listed(vec![APP.to_owned()]);
        let allowed_headers = AllowedHeaders::read(&Environment::default()).unwrap();
        // The allowed origin, and whether credentials are allowed.
        let nobody = (None, false);
        for (origins, origin, expected) in [
            (&any, Some(APP), (Some("*"), false)),
            (&any, Some("null"), (Some("*"), false)),
            (&any, None, nobody),
            (&listed, Some(APP), (Some(APP), true)),
            (&listed, Some("https://evil.example"), nobody),
            (&listed, Some("null"), nobody),
            (&listed, None, nobody),
            (&AllowedOrigins::Loopback, Some("http://localhost:5173"), (Some("http://localhost:5173"), true)),
            (&AllowedOrigins::Loopback, Some(APP), nobody),
        ] {
            let request: HeaderMap = origin.map(|origin| headers(&[("origin", origin)])).unwrap_or_default();
            let (mut preflight, mut actual) = (HeaderMap::new(), HeaderMap::new());
            allow_request(origins, "GET,OPTIONS", &allowed_headers, &request, &mut preflight);
            allow_response(origins, &request, &mut actual);
            for (answer, last) in
                [(&preflight, "access-control-allow-headers"), (&actual, "access-control-expose-headers")]
            {
                let value = |name: &str| answer.get(name).and_then(|value| value.to_str().ok());
                let credentials = value("access-control-allow-credentials") == Some("true");
                assert_eq!((value("access-control-allow-origin"), credentials), expected, "{origins:?} {origin:?}");
                assert_eq!(value("vary"), Some("Origin"), "{origins:?} {origin:?}");
                assert_eq!(answer.contains_key(last), expected.0.is_some(), "{origins:?} {origin:?}");
            }
        }
    }

    #[test]
    fn pages_may_send_what_the_functions_read_and_further_headers() {
        let read = |value: &str| AllowedHeaders::read(&Environment::default().with("ALLOWED_HEADERS", value));
        for (value, further) in [("", "traceparent,baggage,sentry-trace"), ("x-a", "x-a"), ("x-a,x-b", "x-a,x-b")] {
            let headers = read(value).unwrap().0;
            let headers = headers.to_str().unwrap();
            assert!(headers.starts_with("authorization,") && headers.ends_with(&format!(",{further}")), "{headers}");
        }
        for wrong in ["x a", "x-a,", "x-a, x-b", "x-a\nx-b", ","] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.starts_with("ALLOWED_HEADERS is") && error.contains("separated by commas"), "{error}");
        }
    }

    #[test]
    fn what_a_function_says_about_cors_is_dropped() {
        let mut response = headers(&[
            ("access-control-allow-origin", "*"),
            ("access-control-allow-credentials", "true"),
            ("access-control-max-age", "1"),
            ("vary", "accept"),
        ]);
        allow_response(&AllowedOrigins::Loopback, &headers(&[("origin", APP)]), &mut response);
        assert_eq!(response, headers(&[("vary", "accept"), ("vary", "Origin")]));
    }

    #[test]
    fn a_preflight_is_options_with_both_headers() {
        let both = [("origin", APP), ("access-control-request-method", "POST")];
        assert!(is_preflight(&Method::OPTIONS, &headers(&both)));
        assert!(!is_preflight(&Method::POST, &headers(&both)));
        for header in both {
            assert!(!is_preflight(&Method::OPTIONS, &headers(&[header])), "{header:?}");
        }
    }
}
