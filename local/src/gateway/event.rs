//! Events of an HTTP API, payload format 2.0.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use axum::http::header::COOKIE;
use serde_json::{Map, Value, json};

use super::incoming::Incoming;

/// The event of a request that leads to this route.
pub(super) fn event(incoming: &Incoming, route: &str) -> Value {
    let path = incoming.uri.path();
    let (body, is_base64_encoded) = incoming.body();
    let mut event = json!({
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": incoming.uri.query().unwrap_or_default(),
        "headers": headers(incoming),
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": incoming.domain_name(),
            "domainPrefix": incoming.domain_name().split('.').next(),
            "http": {
                "method": incoming.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": incoming.source.to_string(),
                "userAgent": incoming.user_agent(),
            },
            "requestId": incoming.request_id,
            "routeKey": route,
            "stage": "$default",
            "time": incoming.written_time(),
            "timeEpoch": incoming.time.as_millis(),
        },
        "isBase64Encoded": is_base64_encoded,
    });
    // What a request does not have, its event does not have either.
    if let Some(members) = event.as_object_mut() {
        members.extend(body.map(|body| ("body".to_owned(), body.into())));
        let cookies = cookies(incoming);
        members.extend((!cookies.is_empty()).then(|| ("cookies".to_owned(), cookies.into())));
    }
    event
}

fn headers(incoming: &Incoming) -> Map<String, Value> {
    let names = incoming.headers.keys().filter(|name| *name != COOKIE);
    names.filter_map(|name| Some((name.to_string(), incoming.header(name.as_str())?.into()))).collect()
}

fn cookies(incoming: &Incoming) -> Vec<String> {
    let headers = incoming.headers.get_all(COOKIE).iter();
    let text = headers.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    text.flat_map(|header| header.split(';').map(|cookie| cookie.trim().to_owned()).collect::<Vec<_>>())
        .filter(|cookie| !cookie.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::{HeaderMap, HeaderValue, Method};
    use lambda_http::request::LambdaRequest;
    use serde_json::json;
    use shared::clock::Timestamp;

    use super::{Incoming, event};

    fn incoming(headers: &[(&'static str, &'static str)], body: &'static [u8]) -> Incoming {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        Incoming {
            method: Method::POST,
            uri: "/auth/login?a=1&a=2".parse().unwrap(),
            headers: map,
            body: Bytes::from_static(body),
            source: [127, 0, 0, 7].into(),
            request_id: "id-1".to_owned(),
            time: Timestamp::from_millis(1_700_000_000_123),
        }
    }

    #[test]
    fn a_request_becomes_the_event_that_an_http_api_sends() {
        let headers = [
            ("host", "localhost:3000"),
            ("content-type", "application/json"),
            ("cookie", "a=1; b=2"),
            ("cookie", "c=3"),
            ("x-many", "one"),
            ("x-many", "two"),
        ];
        let event = event(&incoming(&headers, b"{}"), "POST /auth/login");
        assert_eq!((&event["routeKey"], &event["rawPath"]), (&json!("POST /auth/login"), &json!("/auth/login")));
        assert_eq!(event["rawQueryString"], "a=1&a=2");
        assert_eq!(event["cookies"], json!(["a=1", "b=2", "c=3"]));
        let expected = json!({"host": "localhost:3000", "content-type": "application/json", "x-many": "one,two"});
        assert_eq!(event["headers"], expected);
        assert_eq!(event["body"], "{}");
        assert_eq!(event["isBase64Encoded"], false);
        assert_eq!(event["requestContext"]["http"]["method"], "POST");
        assert_eq!(event["requestContext"]["http"]["sourceIp"], "127.0.0.7");
        assert_eq!(event["requestContext"]["requestId"], "id-1");
        assert_eq!(event["requestContext"]["domainName"], "localhost");
        assert_eq!(event["requestContext"]["time"], "14/Nov/2023:22:13:20 +0000");
        let parsed: LambdaRequest = serde_json::from_value(event).unwrap();
        assert!(matches!(parsed, LambdaRequest::ApiGatewayV2(_)), "{parsed:?}");
    }

    #[test]
    fn what_is_not_text_goes_as_base64() {
        let binary = event(&incoming(&[("content-type", "application/octet-stream")], b"{}"), "POST /auth/login");
        assert_eq!((&binary["body"], &binary["isBase64Encoded"]), (&json!("e30="), &json!(true)));
        let not_utf8 = event(&incoming(&[("content-type", "application/json")], b"\xff"), "POST /auth/login");
        assert_eq!((&not_utf8["body"], &not_utf8["isBase64Encoded"]), (&json!("/w=="), &json!(true)));
        let empty = event(&incoming(&[], b""), "POST /auth/login");
        assert!(empty.get("body").is_none() && empty.get("cookies").is_none(), "{empty}");
    }
}
