//! What is said about fields, which only a request tells.

use std::collections::BTreeSet;

use api_tests::{OpenApi, own_stack, shared_api};
use serde_json::{Value, json};

/// Whether a body says what is wrong with fields.
pub(super) fn is_field_error(body: &Value) -> bool {
    body.get("errors").is_some() || body.pointer("/payload/param").is_some()
}

#[tokio::test]
async fn each_example_of_a_field_error_is_what_the_api_answers() {
    let api = shared_api();
    let (email, same) = ("grace@example.com", "nine-Violet-kettles");
    let (_person, token) = api.somebody().await;
    let confirming = match own_stack() {
        Some(stack) => Some(stack.variable("EMAIL_VERIFICATION", "required").start().await),
        None => None,
    };
    let mut seen = BTreeSet::new();
    for (id, name, request) in [
        ("signup", "validation_failed", json!({"name": " ", "email": "grace", "password": "short"})),
        ("confirmSignup", "validation_failed", json!({"signupId": "mine", "code": "1234"})),
        ("resendSignup", "validation_failed", json!({})),
        ("login", "validation_failed", json!({"email": email})),
        ("logout", "validation_failed", json!({"everywhere": "yes"})),
        ("refresh", "validation_failed", json!({})),
        ("endSessions", "validation_failed", json!({"id": "mine"})),
        ("updateMe", "validation_failed", json!({"name": " "})),
        ("changePassword", "validation_failed", json!({"password": same, "newPassword": same})),
        ("deleteAccount", "validation_failed", json!({})),
        ("forgotPassword", "validation_failed", json!({})),
        ("resetPassword", "validation_failed", json!({"email": "grace", "code": "1234", "password": "short"})),
        ("verifyEmail", "validation_failed", json!({"code": "1234"})),
        ("changeEmail", "validation_failed", json!({"password": same})),
        ("confirmEmail", "validation_failed", json!({})),
        ("oauthLogin", "validation_failed", json!({})),
        ("oauthLink", "validation_failed", json!({"code": "a-code"})),
        ("oauthUnlink", "validation_failed", json!({"provider": "myspace"})),
        ("xanoSignup", "missing_param", json!({"password": "nine-Violet-kettles"})),
        ("xanoSignup", "invalid_email", json!({"email": "grace", "password": "nine-Violet-kettles"})),
        ("xanoSignup", "too_short", json!({"email": email, "password": "short"})),
        ("xanoSignup", "too_weak", json!({"email": email, "password": "password"})),
        ("xanoSignup", "wrong_type", json!({"email": email, "password": 1})),
        ("xanoLogin", "missing_param", json!({"password": "nine-Violet-kettles"})),
        ("xanoLogin", "invalid_email", json!({"email": "grace", "password": "nine-Violet-kettles"})),
        ("xanoLogin", "wrong_type", json!({"email": email, "password": 1})),
    ] {
        let operation = OpenApi::operations().iter().find(|operation| operation.id == id).unwrap();
        let path = operation.path.replace("{group}", "aB3");
        seen.insert((id.to_owned(), name.to_owned()));
        // Without `required`, or without mail, these routes read no field.
        let of_confirmation = ["confirmSignup", "resendSignup"];
        let of_mail = ["forgotPassword", "resetPassword", "verifyEmail", "changeEmail", "confirmEmail"];
        let is_of_confirmation = of_confirmation.contains(&id) || of_mail.contains(&id);
        let api = match &confirming {
            Some(stack) if is_of_confirmation => &stack.api,
            None if is_of_confirmation => continue,
            _ => &api,
        };
        let request = api.request(operation.method.parse().unwrap(), &path).bearer_auth(&token).json(&request);
        let answer = api.send(request).await;
        let documented = &operation.answers[&answer.status];
        assert_eq!(Some(&answer.json()), documented.examples.get(name), "{id} {name}");
    }

    let mut shown = BTreeSet::new();
    for operation in OpenApi::operations() {
        for (name, _) in
            operation.answers.values().flat_map(|answer| &answer.examples).filter(|(_, e)| is_field_error(e))
        {
            shown.insert((operation.id.clone(), name.clone()));
        }
    }
    assert_eq!(seen, shown);
}
