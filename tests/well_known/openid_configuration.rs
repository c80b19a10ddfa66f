use api_tests::{own_stack, shared_api};
use serde_json::json;

#[tokio::test]
async fn discovery_leads_from_the_issuer_to_the_keys() {
    let api = shared_api();
    let answer = api.send(api.get("/.well-known/openid-configuration")).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let document = answer.json();
    let issuer = document["issuer"].as_str().unwrap();
    assert!(!issuer.ends_with('/'));
    assert_eq!(
        document,
        json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })
    );
}

#[tokio::test]
async fn an_issuer_with_a_path_serves_its_routes_below_that_path() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ISSUER", "https://example.com/accounts").start().await;
    let document = stack.api.send(stack.api.get("/.well-known/openid-configuration")).await.expect(200).json();
    assert_eq!(document["jwks_uri"], "https://example.com/accounts/.well-known/jwks.json");
}
