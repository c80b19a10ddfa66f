//! Bad input by the thousand, for a function's program.

use serde_json::{Map, Value, json};

use crate::{BadString, Person, Program, RuntimeApi, Tables, body_of, http_api_event};

/// How many requests each function gets.
const REQUESTS: usize = 3334;
/// One in so many is a good one. A sign-up and a log-in cost a hash.
const GOOD_ONE_IN: usize = 250;
/// One in so many is as large as an event of Lambda's can be: 6 MB.
const LARGEST_ONE_IN: usize = 1000;
const LARGEST: usize = 6_000_000 - 10_000;

/// The most memory that a function may ever hold, in KiB: the smallest that Lambda gives a function, 128 MiB.
const MOST_KIB: u64 = 128 * 1024;
/// How much more that may be after all of the requests than after a fifth of them, in KiB. What is sent in between is
/// several times as much, so whoever kept it would hold more.
const MOST_GROWTH_KIB: u64 = 8 * 1024;

/// Starts the function whose file this is over these tables, sends it the mix by `method` and `path`, and checks that
/// nothing is a 5xx and how much memory the process holds at most.
pub async fn assert_bears_the_mix(program: Program, method: &str, path: &str) {
    let stored = Tables::start().await;
    let runtime = RuntimeApi::start().await;
    let mut process = runtime.start_function(program, &stored.variables(program));
    process.discard_log();
    let strings = BadString::all();
    let mut after_a_fifth = 0;
    for number in 0..REQUESTS {
        let string = &strings[number % strings.len()];
        let event = event(number, string, method, path);
        let answer = runtime.invoke(event).await;
        let status = answer["statusCode"].as_u64().unwrap();
        assert!((200..500).contains(&status), "{number} {string:?}: {answer}");
        assert!(status < 300 || body_of(&answer)["code"].is_string(), "{number} {string:?}: {answer}");
        if number == REQUESTS / 5 {
            after_a_fifth = process.peak_memory_kib();
        }
    }
    let most = process.peak_memory_kib();
    assert!(most <= MOST_KIB, "{path}: {most} KiB at most");
    assert!(most - after_a_fifth <= MOST_GROWTH_KIB, "{path}: {after_a_fifth} KiB and then {most} KiB");
}

fn event(number: usize, string: &BadString, method: &str, path: &str) -> Value {
    let text = string.text.clone().unwrap_or_default();
    if number % LARGEST_ONE_IN == 100 {
        return with_body(method, path, "x".repeat(LARGEST));
    }
    if number.is_multiple_of(GOOD_ONE_IN) {
        return http_api_event(method, path, &Person::new().signup_body());
    }
    let all = ["name", "email", "password", "everywhere"];
    match number % 19 {
        0 => with_body(method, path, string.in_members(&all, &json!({}))),
        1 => with_body(method, &format!("/api:aB3{path}"), string.in_members(&all, &json!({}))),
        2 => with_header(with_body(method, path, text), "content-type", "application/x-www-form-urlencoded"),
        3 => with_body(method, path, text),
        4 => with_header(with_body(method, path, "{}".to_owned()), "content-type", &text),
        5 => with_body(method, path, "x".repeat(number * 37 % 20_000)),
        6 => with_body(method, path, "[{\"a\":".repeat(number % 1500)),
        7 => with_header(http_api_event(method, path, &json!({})), "authorization", &format!("Bearer {text}")),
        8 => with_header(http_api_event(method, path, &json!({})), "authorization", &forged_token(number)),
        9 => with(
            http_api_event(method, path, &json!({})),
            "cookies",
            json!(vec![format!("__Host-authToken={text}"); 50]),
        ),
        10 => with(http_api_event(method, path, &json!({})), "headers", flood(number).into()),
        11 => with_header(http_api_event(method, path, &json!({})), "x-flood", &"x".repeat(64 * 1024)),
        12 => with_header(http_api_event(method, path, &json!({})), "host", &text),
        13 => with(http_api_event(method, path, &json!({})), "rawQueryString", text.into()),
        14 => with(with_body(method, path, text), "isBase64Encoded", true.into()),
        15 => with_body(["PUT", "OPTIONS", "X", ""][number % 4], path, text),
        16 => http_api_event(method, &format!("/auth/{text}"), &json!({})),
        17 => json!({"Records": [text], "version": number}),
        _ => event_of_a_rest_api(method, path, &text),
    }
}

fn with(mut event: Value, member: &str, value: Value) -> Value {
    event[member] = value;
    event
}

fn with_body(method: &str, path: &str, body: String) -> Value {
    with(http_api_event(method, path, &json!({})), "body", body.into())
}

fn with_header(mut event: Value, name: &str, value: &str) -> Value {
    event["headers"][name] = value.into();
    event
}

/// A token of a key that nobody has, another for each number.
fn forged_token(number: usize) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let header = json!({"alg": "RS256", "typ": "JWT", "kid": number.to_string()}).to_string();
    format!("Bearer {}.e30.{}", URL_SAFE_NO_PAD.encode(header), "A".repeat(342))
}

fn flood(number: usize) -> Map<String, Value> {
    (0..500).map(|line| (format!("x-flood-{number}-{line}"), "x".repeat(100).into())).collect()
}

/// Payload format 1.0, which no function takes.
fn event_of_a_rest_api(method: &str, path: &str, text: &str) -> Value {
    json!({
        "resource": path, "path": path, "httpMethod": method,
        "multiValueHeaders": {"content-type": ["application/json"], "origin": [text, text], "cookie": [text]},
        "queryStringParameters": {"a": text}, "multiValueQueryStringParameters": {"a": [text, text]},
        "requestContext": {"httpMethod": method, "domainName": "a.example", "identity": {"sourceIp": "192.0.2.1"}},
        "body": text, "isBase64Encoded": false,
    })
}
