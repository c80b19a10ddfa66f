//! Events of a REST API, payload format 1.0.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::incoming::Incoming;

pub(super) fn event(incoming: &Incoming) -> Value {
    let path = incoming.uri.path();
    let (body, is_base64_encoded) = incoming.body();
    let headers = group(
        incoming
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())),
    );
    let query = incoming.uri.query().unwrap_or_default();
    let query = group(form_urlencoded::parse(query.as_bytes()).into_owned());
    json!({
        "resource": path,
        "path": path,
        "httpMethod": incoming.method.as_str(),
        "headers": last_of_each(&headers),
        "multiValueHeaders": headers,
        "queryStringParameters": last_of_each(&query),
        "multiValueQueryStringParameters": query,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": incoming.domain_name(),
            "httpMethod": incoming.method.as_str(),
            "identity": {"sourceIp": incoming.source.to_string(), "userAgent": incoming.user_agent()},
            "path": path,
            "protocol": "HTTP/1.1",
            "requestId": incoming.request_id,
            "requestTime": incoming.written_time(),
            "requestTimeEpoch": incoming.time.as_millis(),
            "resourcePath": path,
            "stage": "local",
        },
        "body": body,
        "isBase64Encoded": is_base64_encoded,
    })
}

fn group(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut groups = Map::new();
    for (name, value) in pairs {
        if let Value::Array(values) = groups.entry(name).or_insert_with(|| json!([])) {
            values.push(value.into());
        }
    }
    groups
}

fn last_of_each(groups: &Map<String, Value>) -> Map<String, Value> {
    let last = |values: &Value| values.as_array().and_then(|values| values.last()).cloned().unwrap_or_default();
    groups.iter().map(|(name, values)| (name.clone(), last(values))).collect()
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::{HeaderMap, HeaderValue, Method};
    use lambda_http::request::LambdaRequest;
    use serde_json::json;
    use shared::clock::Timestamp;

    use super::{Incoming, event};

    #[test]
    fn a_request_becomes_the_event_that_a_rest_api_sends() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", HeaderValue::from_static("a=1; b=2"));
        headers.append("x-many", HeaderValue::from_static("one"));
        headers.append("x-many", HeaderValue::from_static("two"));
        let event = event(&Incoming {
            method: Method::GET,
            uri: "/auth/me?a=1&a=2".parse().unwrap(),
            headers,
            body: Bytes::new(),
            source: [127, 0, 0, 7].into(),
            request_id: "id-1".to_owned(),
            time: Timestamp::from_millis(0),
        });
        assert_eq!(event["headers"], json!({"cookie": "a=1; b=2", "x-many": "two"}));
        assert_eq!(event["multiValueHeaders"], json!({"cookie": ["a=1; b=2"], "x-many": ["one", "two"]}));
        assert_eq!(event["multiValueQueryStringParameters"], json!({"a": ["1", "2"]}));
        assert_eq!(event["requestContext"]["identity"]["sourceIp"], "127.0.0.7");
        assert_eq!(event["requestContext"]["requestTime"], "01/Jan/1970:00:00:00 +0000");
        let parsed: LambdaRequest = serde_json::from_value(event).unwrap();
        assert!(matches!(parsed, LambdaRequest::ApiGatewayV1(_)), "{parsed:?}");
    }
}
