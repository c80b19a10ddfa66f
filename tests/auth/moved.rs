//! Users who come from another system, with the hash that it made.

use api_tests::{OwnStack, Person, claims_of, own_stack_with_somebody};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

/// Of "correct horse 9!", made by bcrypt of `PyPI`.
const BCRYPT: &str = "$2b$04$ZJOStOyuW93XWqGKnIMQXeOmnwxQuwYNkc4enc5Dj1O0NaVZwi1Pe";
const PASSWORD: &str = "correct horse 9!";
/// Of the ten digits seven times and "ab": as much as bcrypt sees.
const BCRYPT_OF_72_BYTES: &str = "$2b$04$Z7XtH/Wg0jOZxpebcUGhf..GGQc2Ym.7Fn2.zrOsEhbc./Dr0Pi2W";

/// Somebody with this hash.
async fn somebody_with(hash: &str) -> Option<(OwnStack, Person, String)> {
    let (stack, person, id) = own_stack_with_somebody().await?;
    stack
        .set("CREDENTIALS_TABLE", &person.email.to_lowercase(), "password_hash", AttributeValue::S(hash.to_owned()))
        .await;
    Some((stack, person, id))
}

async fn hash_in(stack: &OwnStack) -> String {
    stack.items("CREDENTIALS_TABLE").await[0]["password_hash"].as_s().unwrap().clone()
}

#[tokio::test]
async fn the_right_password_logs_in_and_gets_a_hash_of_ours() {
    let Some((stack, person, id)) = somebody_with(BCRYPT).await else { return };
    let api = &stack.api;
    let _ = api.login(&person).await.expect_problem(401, "invalid_credentials");
    assert_eq!(hash_in(&stack).await, BCRYPT);
    let person = Person { password: PASSWORD.to_owned(), ..person };
    let token = api.login(&person).await.expect(200).token();
    assert_eq!(claims_of(&token)["sub"], id.as_str());
    let hash = hash_in(&stack).await;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let _ = api.login(&person).await.expect(200);
    let _ = api.login(&Person { password: format!("{PASSWORD}!"), ..person }).await.expect(401);
}

#[tokio::test]
async fn a_foreign_hash_proves_the_owner_of_an_account_too() {
    let Some((stack, person, _id)) = somebody_with(BCRYPT).await else { return };
    let api = &stack.api;
    let token = api.login(&Person { password: PASSWORD.to_owned(), ..person.clone() }).await.expect(200).token();
    stack
        .set("CREDENTIALS_TABLE", &person.email.to_lowercase(), "password_hash", AttributeValue::S(BCRYPT.to_owned()))
        .await;
    let change = |password: &str| json!({"password": password, "newPassword": person.password});
    let _ = api.change_password(&token, &change("wrong")).await.expect_problem(401, "invalid_credentials");
    let _ = api.change_password(&token, &change(PASSWORD)).await.expect(204);
    let _ = api.login(&person).await.expect(200);
}

#[tokio::test]
async fn a_typing_error_that_bcrypt_does_not_see_does_not_become_the_password() {
    let Some((stack, person, _id)) = somebody_with(BCRYPT_OF_72_BYTES).await else { return };
    let seen = format!("{}ab", "0123456789".repeat(7));
    let typed = |password: String| Person { password, ..person.clone() };
    let _ = stack.api.login(&typed(format!("{seen}oops"))).await.expect(200);
    assert_eq!(hash_in(&stack).await, BCRYPT_OF_72_BYTES);
    // Nor do these 72 bytes: nobody knows whether more stand behind them.
    let _ = stack.api.login(&typed(seen)).await.expect(200);
    assert_eq!(hash_in(&stack).await, BCRYPT_OF_72_BYTES);
}

/// bcrypt repeats its key with a NUL between, so this opens the hash.
#[tokio::test]
async fn a_password_with_a_nul_is_not_bcrypts() {
    let Some((stack, person, _id)) = somebody_with(BCRYPT).await else { return };
    let repeated = Person { password: format!("{PASSWORD}\0{PASSWORD}"), ..person };
    let _ = stack.api.login(&repeated).await.expect_problem(401, "invalid_credentials");
    assert_eq!(hash_in(&stack).await, BCRYPT);
}

/// With no other system to ask, such an account waits for a reset.
#[tokio::test]
async fn an_account_without_a_hash_takes_no_password() {
    let Some((stack, person, _id)) = somebody_with(BCRYPT).await else { return };
    let email = person.email.to_lowercase();
    stack.remove("CREDENTIALS_TABLE", &email, "password_hash").await;
    stack.set("CREDENTIALS_TABLE", &email, "legacy", AttributeValue::Bool(true)).await;
    for password in [PASSWORD.to_owned(), person.password.clone(), String::new()] {
        let _ =
            stack.api.login(&Person { password, ..person.clone() }).await.expect_problem(401, "invalid_credentials");
    }
    assert!(!stack.items("CREDENTIALS_TABLE").await[0].contains_key("password_hash"));
}
