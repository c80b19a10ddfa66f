//! openapi.yaml against the code. That every answer which any test gets is in it is checked where they are got, in
//! `tests/support/api.rs`.

mod answers;
mod fields;
mod successes;

use std::collections::BTreeSet;

use api_tests::{OpenApi, own_stack};
use local::FUNCTIONS;
use reqwest::Method;
use serde_json::Value;
use shared::domain::Invalid;

#[tokio::test]
async fn cargo_dev_serves_the_document() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let answer = stack.api.send_to_gateway(stack.api.get("/openapi.yaml")).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/yaml"));
    assert_eq!(answer.text, OpenApi::TEXT);
    let _ = stack.api.send_to_gateway(stack.api.post("/openapi.yaml")).await.expect(404);
}

#[test]
fn it_has_the_routes_of_the_functions_and_no_others() {
    let mut served = BTreeSet::new();
    for route in FUNCTIONS.into_iter().flat_map(|function| (function.routes)()) {
        let method = |method: &Method| method.to_string();
        let path = route.pattern.as_str().to_owned();
        served.insert((route.operation.to_owned(), method(route.method), path.clone()));
        if route.head {
            served.insert((format!("{}Head", route.operation), method(&Method::HEAD), path.clone()));
        }
        if let Some(operation) = route.xano_operation {
            served.insert((operation.to_owned(), method(route.method), format!("/api:{{group}}{path}")));
        }
    }
    let operations = OpenApi::operations().iter().cloned();
    let documented = operations.map(|operation| (operation.id, operation.method, operation.path));
    assert_eq!(documented.collect::<BTreeSet<_>>(), served);
}

#[test]
fn each_operation_has_the_statuses_headers_types_and_codes_that_the_code_gives() {
    for operation in OpenApi::operations() {
        let encoded = answers::of(operation);
        let (id, statuses) = (&operation.id, |keys: Vec<&u16>| keys.into_iter().copied().collect::<Vec<_>>());
        assert_eq!(statuses(operation.answers.keys().collect()), statuses(encoded.keys().collect()), "{id}");
        for (status, documented) in &operation.answers {
            let encoded = &encoded[status];
            assert_eq!(documented.codes(), encoded.codes(), "{id} {status}");
            assert_eq!(documented.headers, encoded.headers, "{id} {status}");
            assert_eq!(documented.content_type.iter().cloned().collect::<BTreeSet<_>>(), encoded.content_types);
        }
    }
}

#[test]
fn each_example_is_what_the_code_gives() {
    for operation in OpenApi::operations() {
        let encoded = answers::of(operation);
        for (status, documented) in &operation.answers {
            for (name, example) in &documented.examples {
                // The documents depend on the keys and the issuer, field errors on the request: both are got below.
                if ["keys", "discovery"].contains(&name.as_str()) || fields::is_field_error(example) {
                    continue;
                }
                let bodies = &encoded[status].bodies;
                assert!(bodies.contains(example), "{} {status} {name} is none of {bodies:#?}", operation.id);
            }
        }
    }
}

#[test]
fn the_codes_are_listed() {
    let document = OpenApi::read();
    let mut codes = [BTreeSet::new(), BTreeSet::new()];
    for operation in OpenApi::operations() {
        let of_dialect = &mut codes[usize::from(operation.path.starts_with("/api:"))];
        of_dialect.extend(answers::of(operation).values().flat_map(answers::Encoded::codes));
    }
    assert_eq!([document.words_of("Code"), document.words_of("XanoCode")], codes);
    assert_eq!(document.words_of("FieldCode"), Invalid::CODES.map(str::to_owned).into());
}

#[tokio::test]
async fn the_documents_look_as_shown() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ISSUER", "https://api.example.com").start().await;
    let discovery = stack.api.send(stack.api.get("/.well-known/openid-configuration")).await.expect(200).json();
    assert_eq!(&discovery, OpenApi::read().at("/components/examples/discovery/value"));

    let members = |set: &Value| -> BTreeSet<String> { set["keys"][0].as_object().unwrap().keys().cloned().collect() };
    let keys = stack.api.send(stack.api.get("/.well-known/jwks.json")).await.expect(200).json();
    assert_eq!(keys.as_object().unwrap().len(), 1);
    assert_eq!(members(&keys), members(OpenApi::read().at("/components/examples/keys/value")));
}

#[tokio::test]
async fn the_example_requests_work() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let api = &stack.api;
    let example = |name: &str| OpenApi::read().at(&format!("/components/examples/{name}/value")).clone();
    let _ = api.send(api.post("/auth/signup").json(&example("signup"))).await.expect(201);
    let _ = api.send(api.post("/api:aB3/auth/signup").json(&example("xano_signup"))).await.expect(200);

    let mut grace = example("login");
    grace["name"] = "Grace Hopper".into();
    let _ = api.send(api.post("/auth/signup").json(&grace)).await.expect(201);
    let token = api.send(api.post("/auth/login").json(&example("login"))).await.expect(200).token();
    let everywhere = api.post("/auth/logout").bearer_auth(token).json(&example("logout_everywhere"));
    let _ = api.send(everywhere).await.expect(204);
}
