//! Whom the embedded DynamoDB answers: programs that sign with the key of its run, and no web page.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

mod signed;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use local::EmbeddedDynamoDb;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use shared::store::LocalDynamoDb;

use signed::Signed;

const UNSIGNED: &str = "MissingAuthenticationTokenException";
const OTHER_KEY: &str = "UnrecognizedClientException";
const OTHER_SIGNATURE: &str = "InvalidSignatureException";
const ELSEWHERE: &str = "AccessDeniedException";

async fn start(listen: IpAddr) -> EmbeddedDynamoDb {
    EmbeddedDynamoDb::start(None, SocketAddr::new(listen, 0)).await.unwrap()
}

async fn on_loopback() -> EmbeddedDynamoDb {
    start(Ipv4Addr::LOCALHOST.into()).await
}

/// A scan, signed with the key of this DynamoDB.
async fn scan(dynamodb: &LocalDynamoDb) -> Signed {
    signed::create_table(dynamodb, "secrets", "id").await;
    Signed::scan(dynamodb, "secrets")
}

/// Checks that nothing of the data comes back, and nothing that would let a page of another origin read the answer.
async fn expect_refusal(request: Signed, kind: &str, what: &str) {
    let answer = request.send().await;
    assert!(answer.status.is_client_error(), "{what}: {answer:?}");
    assert!(answer.body.contains(kind), "{what}: {answer:?}");
    assert!(!answer.body.contains("Items"), "{what}: {answer:?}");
    assert_no_cors(&answer.headers, what);
}

fn assert_no_cors(headers: &HeaderMap, what: &str) {
    assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{what}: {headers:?}");
}

#[tokio::test]
async fn a_request_signed_with_the_key_of_the_run_is_answered() {
    let dynamodb = on_loopback().await;
    let answer = scan(dynamodb.dynamodb()).await.send().await;
    assert_eq!((answer.status, answer.body.contains(r#""Items":[]"#)), (StatusCode::OK, true), "{answer:?}");
    assert_no_cors(&answer.headers, "scan");
}

#[tokio::test]
async fn no_other_request_is_answered() {
    let dynamodb = on_loopback().await;
    let good = scan(dynamodb.dynamodb()).await;
    let [(_, id), (_, secret)] = dynamodb.dynamodb().key_variables();
    let url = dynamodb.dynamodb().url();
    let other_run = on_loopback().await;
    for (what, key, expected) in [
        ("the key that DynamoDB Local gets", LocalDynamoDb::with_key(url, "local", "local"), OTHER_KEY),
        ("the key of another run", other_run.dynamodb().at(url), OTHER_KEY),
        ("this run's secret under another id", LocalDynamoDb::with_key(url, "local", secret), OTHER_KEY),
        ("this run's id with another secret", LocalDynamoDb::with_key(url, id, "local"), OTHER_SIGNATURE),
    ] {
        expect_refusal(Signed::scan(&key, "secrets"), expected, what).await;
    }
    let authorization = good.header("authorization");
    let credential_alone = authorization.split_once(", ").unwrap().0;
    for (what, changed, expected) in [
        ("no Authorization", good.without("authorization"), UNSIGNED),
        ("Basic", good.with("authorization", "Basic bG9jYWw6bG9jYWw="), UNSIGNED),
        ("the credential alone", good.with("authorization", credential_alone), UNSIGNED),
        ("no date", good.without("x-amz-date"), UNSIGNED),
        ("a date that is none", good.with("x-amz-date", "today"), UNSIGNED),
        ("another date", good.with("x-amz-date", "20260101T000000Z"), OTHER_SIGNATURE),
        ("another operation", good.with("x-amz-target", "DynamoDB_20120810.ListTables"), OTHER_SIGNATURE),
        ("another host of this machine", good.with("host", "localhost:1"), OTHER_SIGNATURE),
        ("another body", good.with_body(r#"{"TableName":"others"}"#), OTHER_SIGNATURE),
        ("a body more", good.with_body(&format!("{} ", good.body)), OTHER_SIGNATURE),
        (
            "no signature",
            good.with("authorization", &authorization.replace("Signature=", "Signature=0")),
            OTHER_SIGNATURE,
        ),
        (
            "a signature over less",
            good.with("authorization", &authorization.replace("SignedHeaders=", "SignedHeaders=accept;")),
            OTHER_SIGNATURE,
        ),
        (
            "a signature that leaves the host open",
            good.with("authorization", &authorization.replace("host;", "")),
            UNSIGNED,
        ),
    ] {
        expect_refusal(changed, expected, what).await;
    }
    assert_eq!(good.send().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_web_page_is_answered_nothing_even_with_the_key() {
    let dynamodb = on_loopback().await;
    let good = scan(dynamodb.dynamodb()).await;
    for origin in ["https://evil.example", "http://localhost:3000", "null", dynamodb.dynamodb().url(), ""] {
        expect_refusal(good.with("origin", origin), ELSEWHERE, origin).await;
    }
    let preflight = good
        .with("origin", "https://evil.example")
        .with("access-control-request-method", "POST")
        .with("access-control-request-headers", "authorization,x-amz-date,x-amz-target")
        .with_method(Method::OPTIONS);
    expect_refusal(preflight, ELSEWHERE, "a preflight").await;
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT] {
        let answer = good.without("authorization").with_method(method.clone()).send().await;
        assert!(answer.status.is_client_error(), "{method}: {answer:?}");
        assert_no_cors(&answer.headers, method.as_str());
    }
}

/// A page whose name leads to this machine is of the same origin as DynamoDB, and sends no `Origin` with a `GET`.
#[tokio::test]
async fn nobody_is_answered_who_calls_it_by_a_name_of_the_internet() {
    for listen in [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv4Addr::UNSPECIFIED.into()] {
        let dynamodb = start(listen).await;
        let signed = scan(dynamodb.dynamodb()).await;
        let port = dynamodb.dynamodb().url().rsplit(':').next().unwrap().to_owned();
        let everywhere = listen.is_unspecified();
        for (host, answered) in [
            (format!("127.0.0.1:{port}"), true),
            (format!("localhost:{port}"), true),
            (format!("[::1]:{port}"), true),
            // Containers call the machine that they run on by these.
            (format!("host.docker.internal:{port}"), true),
            (format!("host.containers.internal:{port}"), true),
            (format!("192.0.2.1:{port}"), everywhere),
            (format!("evil.example:{port}"), false),
            (format!("localhost.evil.example:{port}"), false),
            (format!("docker.internal:{port}"), false),
            (String::new(), false),
        ] {
            let answer = signed.with("host", &host).send().await;
            let let_in = !answer.body.contains(ELSEWHERE);
            assert_eq!(let_in, answered, "{listen} {host}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    let dynamodb = on_loopback().await;
    let good = scan(dynamodb.dynamodb()).await;
    for (refused, expected) in [
        (good.without("authorization"), "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        (good.with_body("{}"), "see that AWS_SECRET_ACCESS_KEY"),
        (good.with("origin", "null"), "call it from a program"),
        (good.with("host", "evil.example"), "call it at 127.0.0.1 or localhost"),
    ] {
        let answer = refused.send().await;
        assert!(answer.body.contains(expected), "{answer:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_carried_out_is_an_error_of_dynamodb() {
    let dynamodb = on_loopback().await;
    let local = dynamodb.dynamodb();
    let missing = local.client().get_item().table_name("nowhere").key("id", signed::string("1")).send().await;
    assert!(missing.unwrap_err().into_service_error().is_resource_not_found_exception());
    for (target, body, expected) in [
        ("DynamoDB_20120810.Sing", "{}", "UnknownOperationException"),
        ("Sing", "{}", "UnknownOperationException"),
        ("DynamoDB_20120810.Scan", "", "SerializationException"),
        ("DynamoDB_20120810.Scan", r#"{"TableName":1}"#, "SerializationException"),
    ] {
        expect_refusal(Signed::call(local, target, body), expected, target).await;
    }
}
