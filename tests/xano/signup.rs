use api_tests::{Person, emulator_answers_by_itself, own_stack, shared_api};
use serde_json::json;

use super::sign_up;

#[tokio::test]
async fn a_new_user_gets_a_token_and_an_id() {
    let api = shared_api();
    let person = Person::new();
    let body = sign_up(&api, &person).await.expect(200).json();
    let members: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["authToken", "user_id"]);
    let me = api.me(body["authToken"].as_str().unwrap()).await.expect(200).json();
    assert_eq!((&me["id"], me["email"].as_str()), (&body["user_id"], Some(person.email.as_str())));
    let error = sign_up(&api, &person).await;
    let _ = error.expect_xano_error(403, "ERROR_CODE_ACCESS_DENIED", "This account is already in use.", None);
}

#[tokio::test]
async fn a_form_is_as_good_as_json_and_a_branch_may_be_named() {
    let api = shared_api();
    let person = Person::new();
    let form = [("name", &person.name), ("email", &person.email), ("password", &person.password)];
    let signup = api.post("/api:aB3:v2/auth/signup").header("x-data-source", "live").header("x-branch", "v2");
    let _ = api.send(signup.form(&form)).await.expect(200);
    let _ = api.login(&person).await.expect(200);
}

#[tokio::test]
async fn a_name_may_be_missing_and_is_null_then() {
    let api = shared_api();
    let person = Person::new();
    let signup = api.post("/api:aB3/auth/signup").json(&person.login_body());
    let token = api.send(signup).await.expect(200).token();
    assert_eq!(api.me(&token).await.expect(200).json()["name"], json!(null));
    let me = api.send(api.get("/api:aB3/auth/me").bearer_auth(&token)).await.expect(200).json();
    assert_eq!(me["name"], json!(null));
    let person = Person::new();
    let blank = [("name", " "), ("email", &person.email), ("password", &person.password)];
    let token = api.send(api.post("/api:aB3/auth/signup").form(&blank)).await.expect(200).token();
    assert_eq!(api.me(&token).await.expect(200).json()["name"], json!(null));
}

#[tokio::test]
async fn the_first_wrong_field_is_named_in_xanos_words() {
    let api = shared_api();
    let person = Person::new();
    let too_short = "Input does not meet minimum length requirement of 8 characters";
    let weak = "Weak password detected. This is a top-10 common password. Add another word or two. Uncommon words are \
                better.";
    let no_email = "Enter an email address such as name@example.com.";
    for (body, code, message, param) in [
        (json!({}), "ERROR_CODE_INPUT_ERROR", "Missing param: email", "email"),
        (json!({"password": 1}), "ERROR_CODE_INPUT_ERROR", "Missing param: email", "email"),
        (json!({"email": person.email}), "ERROR_CODE_INPUT_ERROR", "Missing param: password", "password"),
        (json!({"email": person.email, "password": "short"}), "ERROR_CODE_INPUT_ERROR", too_short, "password"),
        (json!({"email": person.email, "password": "password"}), "ERROR_CODE_INPUT_ERROR", weak, "password"),
        (json!({"email": "nobody", "password": person.password}), "ERROR_CODE_INPUT_ERROR", no_email, "email"),
        (
            json!({"email": 1, "password": person.password}),
            "ERROR_CODE_BAD_REQUEST",
            "Send \"email\" as a string.",
            "email",
        ),
    ] {
        let answer = api.send(api.post("/api:aB3/auth/signup").json(&body)).await;
        let _ = answer.expect_xano_error(400, code, message, Some(param));
    }
}

#[tokio::test]
async fn what_is_not_understood_is_a_bad_request() {
    let api = shared_api();
    let post = || api.post("/api:aB3/auth/signup");
    let json_type = ("content-type", "application/json");
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    for request in [
        post().header(json_type.0, json_type.1).body("{"),
        post().header(json_type.0, json_type.1).body("x".repeat(8193)),
        post().header(form_type.0, form_type.1).body("email=a&email=b"),
        post().header("content-type", "text/plain").body("{}"),
        post().body("{}"),
    ] {
        let answer = api.send(request).await.expect(400);
        assert_eq!(answer.json()["code"], "ERROR_CODE_BAD_REQUEST", "{answer:?}");
    }
    if emulator_answers_by_itself("it hands a function every method of a path") {
        return;
    }
    api.expect_no_route(api.get("/api:aB3/auth/signup")).await;
    api.expect_no_route(api.request(reqwest::Method::DELETE, "/api:aB3/auth/login")).await;
    for path in ["/api:aB3/auth/logout", "/api:aB3/auth/nothing"] {
        api.expect_no_route(api.post(path)).await;
    }
}

#[tokio::test]
async fn no_cookie_is_set_and_the_transport_is_ignored() {
    let api = shared_api();
    let signup = api.post("/api:aB3/auth/signup").header("x-token-transport", "cookie");
    let answer = api.send(signup.json(&Person::new().signup_body())).await.expect(200);
    assert!(answer.json()["authToken"].is_string());
    let signup = api.post("/api:aB3/auth/signup").header("x-token-transport", "carrier-pigeon");
    let _ = api.send(signup.json(&Person::new().signup_body())).await.expect(200);
}

#[tokio::test]
async fn pages_of_other_origins_are_denied() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    for path in ["/api:aB3/auth/signup", "/api:aB3/auth/login"] {
        for origin in ["https://evil.example", "https://app.example.com.evil.example", "null"] {
            let answer =
                stack.api.send(stack.api.post(path).header("origin", origin).json(&json!({}))).await.expect(403);
            assert_eq!(answer.json()["code"], "ERROR_CODE_ACCESS_DENIED");
        }
    }
}

#[tokio::test]
async fn integer_ids_are_numbers_here_and_strings_in_our_own_dialect() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("USER_IDS", "integer").start().await;
    let body = sign_up(&stack.api, &Person::new()).await.expect(200).json();
    let id = body["user_id"].as_u64().unwrap_or_else(|| panic!("{body}"));
    assert!((1..1 << 53).contains(&id), "{id}");
    let token = body["authToken"].as_str().unwrap();
    assert_eq!(stack.api.me(token).await.expect(200).json()["id"], id.to_string());
    let me = stack.api.send(stack.api.get("/api:aB3/auth/me").bearer_auth(token)).await.expect(200).json();
    assert_eq!(me["id"], id);
}
