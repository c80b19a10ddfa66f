//! What users say of themselves: `PROFILE_FIELDS`, the `profile` of sign-up and `PATCH /auth/me`, and Xano's further columns.

use api_tests::{Answer, Api, Mailbox, OwnStack, Person, ProxiedStack, Waiting, claims_of, own_stack, shared_api};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

/// How often `account` tries a change that others overtake.
const TRIES: usize = 3;

async fn start() -> Option<OwnStack> {
    let stack = own_stack()?.variable("PROFILE_FIELDS", "company:string:10!,newsletter:boolean,age:integer,more:json");
    Some(stack.start().await)
}

async fn sign_up(api: &Api, profile: Value) -> Answer {
    let mut body = Person::new().signup_body();
    body["profile"] = profile;
    api.send(api.post("/auth/signup").json(&body)).await
}

async fn me(api: &Api, token: &str) -> Value {
    api.me(token).await.expect(200).json()
}

#[tokio::test]
async fn a_sign_up_brings_the_fields_that_are_named_and_no_others() {
    let Some(stack) = start().await else { return };
    let api = &stack.api;
    let profile = json!({"company": "Acme", "age": 40, "role": "admin", "claims": {"a": 1}});
    let token = sign_up(api, profile).await.expect(201).token();
    let user = me(api, &token).await;
    assert_eq!((&user["profile"], &user["claims"]), (&json!({"company": "Acme", "age": 40}), &Value::Null));
    assert!(claims_of(&token).get("company").is_none() && claims_of(&token).get("profile").is_none());

    let refused = sign_up(api, json!({"company": "longer than it", "age": "old"})).await;
    let refused = refused.expect_problem(422, "validation_failed");
    let expected = [("profile.age", "wrong_type"), ("profile.company", "too_long")];
    assert_eq!(refused.wrong_fields(), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    for (profile, field, code) in [(json!({}), "profile.company", "required"), (json!("Acme"), "profile", "wrong_type")]
    {
        let refused = sign_up(api, profile).await.expect_problem(422, "validation_failed");
        assert_eq!(refused.wrong_fields(), [(field.to_owned(), code.to_owned())]);
    }
    let big = json!({"company": "Acme", "more": "x".repeat(1024)});
    let refused = sign_up(api, big).await.expect_problem(422, "validation_failed");
    assert_eq!(refused.wrong_fields(), [("profile".to_owned(), "too_long".to_owned())]);
}

/// It could show anyone who reads it, such as the app's support, something else than what stands there.
#[tokio::test]
async fn a_text_moves_or_breaks_nothing_around_it() {
    let Some(stack) = start().await else { return };
    let api = &stack.api;
    let token = sign_up(api, json!({"company": "two\nlines"})).await.expect(201).token();
    for c in ['\u{7}', '\r', '\u{202e}', '\u{2066}', '\u{200f}', '\u{2028}', '\u{85}'] {
        let profile = json!({"company": format!("a{c}b")});
        let signed_up = sign_up(api, profile.clone()).await;
        let changed = api.update_me(&token, &json!({"profile": profile})).await;
        for refused in [signed_up, changed] {
            let refused = refused.expect_problem(422, "validation_failed");
            let expected = [("profile.company".to_owned(), "control_character".to_owned())];
            assert_eq!(refused.wrong_fields(), expected, "{c:?}");
        }
    }
    assert_eq!(me(api, &token).await["profile"], json!({"company": "two\nlines"}));
}

#[tokio::test]
async fn without_fields_a_profile_is_ignored() {
    let api = shared_api();
    let token = sign_up(&api, json!({"company": "Acme"})).await.expect(201).token();
    assert_eq!(me(&api, &token).await.get("profile"), None);
    let _ = api.update_me(&token, &json!({"profile": {"company": "Acme"}})).await.expect(200);
    assert_eq!(me(&api, &token).await.get("profile"), None);
}

#[tokio::test]
async fn a_change_merges_and_null_takes_a_field_away() {
    let Some(stack) = start().await else { return };
    let api = &stack.api;
    let token = sign_up(api, json!({"company": "Acme", "age": 40, "more": {"a": 1}})).await.expect(201).token();
    let patch = json!({"profile": {"age": null, "newsletter": true, "more": {"b": 2}}});
    let changed = api.update_me(&token, &patch).await.expect(200).json();
    assert_eq!(changed["profile"], json!({"company": "Acme", "newsletter": true, "more": {"a": 1, "b": 2}}));
    assert_eq!(changed, me(api, &token).await);
    let both = json!({"name": "Ada", "profile": {"company": "Other"}});
    let changed = api.update_me(&token, &both).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["profile"]["company"]), (&json!("Ada"), &json!("Other")));
    let refused = api.update_me(&token, &json!({"name": "Eve", "profile": {"company": null}})).await;
    let refused = refused.expect_problem(422, "validation_failed");
    assert_eq!(refused.wrong_fields(), [("profile.company".to_owned(), "required".to_owned())]);
    assert_eq!(me(api, &token).await, changed);
}

/// Each write of `slow` waits until `fast` has written the same profile.
async fn overtaken(slow: &ProxiedStack, fast: &OwnStack, token: &str, times: usize) -> Answer {
    let mut held = slow.proxy.hold_next("UpdateItem");
    let overtaking = async {
        for time in 0..times {
            held.reached(1).await;
            let patch = json!({"profile": {"more": {format!("fast{time}of{times}"): true}}});
            let _ = fast.api.update_me(token, &patch).await.expect(200);
            let next = (time + 1 < times).then(|| slow.proxy.hold_next("UpdateItem"));
            held.release();
            held = next.unwrap_or_default();
        }
    };
    let patch = json!({"profile": {"more": {"slow": true}}});
    let (late, ()) = tokio::join!(slow.api.update_me(token, &patch), overtaking);
    late
}

#[tokio::test]
async fn a_change_that_another_overtakes_loses_nothing_and_gives_up_in_the_end() {
    let Some(stack) = own_stack() else { return };
    let fields = ("PROFILE_FIELDS", "more:json");
    let slow = stack.variable(fields.0, fields.1).start_behind_proxy(None).await;
    let fast = own_stack().unwrap().variable(fields.0, fields.1).beside_proxied(&slow);
    let fast = fast.variable("ISSUER", slow.api.url()).start().await;
    let token = sign_up(&slow.api, json!({})).await.expect(201).token();

    let changed = overtaken(&slow, &fast, &token, 1).await.expect(200).json();
    assert_eq!(changed["profile"]["more"], json!({"fast0of1": true, "slow": true}));
    let _ = overtaken(&slow, &fast, &token, TRIES).await.expect_problem(409, "conflict");
    let last = format!("fast{}of{TRIES}", TRIES - 1);
    assert_eq!(me(&fast.api, &token).await["profile"]["more"][last], true);
}

#[tokio::test]
async fn where_a_code_is_needed_the_account_has_the_profile_of_its_sign_up() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("PROFILE_FIELDS", "company:string:10").variable("EMAIL_VERIFICATION", "required");
    let stack = stack.start().await;
    let waiting = Waiting::of(&sign_up(&stack.api, json!({"company": "Acme"})).await.expect(202));
    let digits = Mailbox::of(&stack).digits(&waiting.pending()).await;
    let token = waiting.confirm(&stack.api, &digits).await.expect(201).token();
    assert_eq!(me(&stack.api, &token).await["profile"], json!({"company": "Acme"}));
}

#[tokio::test]
async fn in_xanos_dialect_they_are_columns() {
    let Some(stack) = start().await else { return };
    let api = &stack.api;
    let mut body = Person::new().signup_body();
    body["company"] = json!("Acme");
    body["newsletter"] = json!(true);
    body["created_at"] = json!(1);
    let signed_up = api.send(api.post("/api:aB3/auth/signup").json(&body)).await.expect(200).json();
    let shown = async |token: &Value| {
        let request = api.request(reqwest::Method::GET, "/api:aB3/auth/me").bearer_auth(token.as_str().unwrap());
        api.send(request).await.expect(200).json()
    };
    let user = shown(&signed_up["authToken"]).await;
    assert_eq!((&user["company"], &user["newsletter"]), (&json!("Acme"), &json!(true)));
    assert!(user["created_at"].as_u64().unwrap() > 1 && user.get("profile").is_none());

    let person = Person::new();
    let form = [
        ("email", person.email.as_str()),
        ("password", &person.password),
        ("company", "Acme"),
        ("newsletter", "true"),
        ("age", "40"),
    ];
    let signed_up = api.send(api.post("/api:aB3/auth/signup").form(&form)).await.expect(200).json();
    let user = shown(&signed_up["authToken"]).await;
    assert_eq!((&user["newsletter"], &user["age"]), (&json!(true), &json!(40)));

    let refused = api.send(api.post("/api:aB3/auth/signup").json(&Person::new().signup_body())).await;
    let _ = refused.expect_xano_error(400, "ERROR_CODE_INPUT_ERROR", "Missing param: company", Some("company"));
}

/// A front end would take such a column for the server's word.
#[tokio::test]
async fn in_xanos_dialect_no_column_looks_like_a_right_whoever_stored_it() {
    let Some(stack) = start().await else { return };
    let token = sign_up(&stack.api, json!({"company": "Acme"})).await.expect(201).token();
    let id = claims_of(&token)["sub"].as_str().unwrap().to_owned();
    let profile =
        AttributeValue::S(r#"{"role":"admin","is_admin":true,"email_verified":true,"company":"Acme"}"#.to_owned());
    stack.set("USERS_TABLE", &id, "profile", profile).await;
    let request = stack.api.request(reqwest::Method::GET, "/api:aB3/auth/me").bearer_auth(&token);
    let user = stack.api.send(request).await.expect(200).json();
    let names: Vec<_> = user.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["company", "created_at", "email", "id", "name"]);
}

/// A front end may send more than columns, such as the password once more.
#[tokio::test]
async fn in_xanos_dialect_a_star_names_no_column() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("PROFILE_FIELDS", "*").start().await;
    let mut body = Person::new().signup_body();
    body["password_confirmation"] = body["password"].clone();
    let _ = stack.api.send(stack.api.post("/api:aB3/auth/signup").json(&body)).await.expect(200);
    let stored = format!("{:?}", stack.items("USERS_TABLE").await);
    assert!(!stored.contains(body["password"].as_str().unwrap()), "{stored}");
}
