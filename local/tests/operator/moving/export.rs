//! Everybody moves out, and in again elsewhere.

use std::os::unix::fs::PermissionsExt as _;

use api_tests::own_stack;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use shared::store::schema::{CREDENTIALS, IDENTITIES, USERS};

use super::{export, import, told};
use crate::command::run_beside;

#[tokio::test]
async fn an_export_that_is_imported_elsewhere_and_exported_again_is_the_same() {
    let (Some(here), Some(there)) = (own_stack(), own_stack()) else { return };
    let (here, there) = (here.start().await, there.start().await);
    let (ada, token) = here.api.somebody().await;
    let ada_id = here.api.me(&token).await.expect(200).json()["id"].as_str().unwrap().to_owned();
    let (grace, _token) = here.api.somebody().await;
    let (_disabled, token) = here.api.somebody().await;
    let disabled = here.api.me(&token).await.expect(200).json()["id"].as_str().unwrap().to_owned();
    for arguments in [
        &["users", "claims", "set", &ada_id, r#"{"plan":"pro"}"#][..],
        &["users", "profile", "set", &ada_id, r#"{"company":"Acme","tags":["a"]}"#],
        &["users", "verify-email", &ada_id],
        &["users", "disable", &disabled],
        &["users", "create", "--email", "no-password@example.com", "--without-password"],
    ] {
        let _ = run_beside(&here, arguments).await.expect_success();
    }
    // One who has no address and signs in with a provider, and one whose password the old system knows.
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = |spec: &'static shared::store::TableSpec| here.dynamodb.put_item().table_name(here.table(spec.variable));
    let identity = AttributeValue::Ss(vec!["github#https://github.com#7".to_owned()]);
    let user = put(&USERS).item("id", text("7")).item("created_at", AttributeValue::N("1".to_owned()));
    let user = user.item("passwordless", AttributeValue::Bool(true)).item("identities", identity);
    user.send().await.unwrap();
    let link = put(&IDENTITIES).item("id", text("https://github.com#7")).item("user_id", text("7"));
    link.item("linked_at", AttributeValue::N("1".to_owned())).send().await.unwrap();
    let user = put(&USERS).item("id", text("8")).item("created_at", AttributeValue::N("2".to_owned()));
    user.item("email", text("old@example.com")).send().await.unwrap();
    let credential = put(&CREDENTIALS).item("email", text("old@example.com")).item("user_id", text("8"));
    credential.item("legacy", AttributeValue::Bool(true)).send().await.unwrap();

    // One of a deployment with a high cost, and one who came before imports refused what is cheap.
    for (id, hash) in [
        ("9", "$argon2id$v=19$m=1048576,t=16,p=1$c2FsdHNhbHRzYWx0c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0"),
        ("10", "$pbkdf2-sha256$i=1$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0"),
    ] {
        let email = format!("user{id}@example.com");
        let user = put(&USERS).item("id", text(id)).item("created_at", AttributeValue::N("3".to_owned()));
        user.item("email", text(&email)).send().await.unwrap();
        let credential = put(&CREDENTIALS).item("email", text(&email)).item("user_id", text(id));
        credential.item("password_hash", text(hash)).send().await.unwrap();
    }

    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let lines = export(&here, &first, &["--segments", "3"]).await;
    assert_eq!(lines.len(), 8, "{lines:?}");
    assert_eq!(std::fs::metadata(&first).unwrap().permissions().mode() & 0o777, 0o600);
    let outcome = import(&there, &first, "latchkey", &[]).await;
    assert_eq!((outcome.code, told(&outcome)), (Some(0), (vec![], totals(8))), "{outcome:?}");
    assert_eq!(export(&there, &second, &[]).await, lines);

    for person in [&ada, &grace] {
        let token = there.api.login(person).await.expect(200).token();
        let _ = there.api.me(&token).await.expect(200);
    }
    let token = there.api.login(&ada).await.expect(200).token();
    let me = there.api.me(&token).await.expect(200).json();
    assert_eq!((me["id"].as_str(), &me["email_verified"]), (Some(ada_id.as_str()), &json!(true)));
    assert_eq!(there.items(IDENTITIES.variable).await[0]["user_id"], text("7"));
}

fn totals(imported: u64) -> serde_json::Value {
    json!({"imported": imported, "already": 0, "skipped": 0, "conflicts": 0, "refused": 0, "warnings": 0})
}

#[tokio::test]
async fn an_export_is_written_over_nothing_and_can_leave_hashes_out() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, _token) = stack.api.somebody().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users");
    let lines = export(&stack, &file, &["--no-hashes"]).await;
    assert!(lines[0].contains(&person.email) && !lines[0].contains("argon2"), "{lines:?}");
    let before = std::fs::read_to_string(&file).unwrap();
    let said = run_beside(&stack, &["users", "export", "--to", file.to_str().unwrap()]).await.expect_refusal();
    assert!(said.contains("is there already"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    let piped = run_beside(&stack, &["users", "export", "--to", "-"]).await.expect_success();
    assert!(piped.contains("$argon2id$") && piped.ends_with("{\"complete\":true,\"users\":1}\n"), "{piped}");
}
