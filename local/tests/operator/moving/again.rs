//! Imports that end early, meet others, or are run twice.

use std::path::PathBuf;

use api_tests::{DynamoDbProxy, Fault, Person, own_stack};
use serde_json::{Value, json};
use shared::store::schema::{CREDENTIALS, USERS};
use tempfile::TempDir;

use super::{export, import, import_by_way_of, told};
use crate::command::{run_beside, start_in};

const HASH: &str = "$2b$04$ZJOStOyuW93XWqGKnIMQXeOmnwxQuwYNkc4enc5Dj1O0NaVZwi1Pe";
const PASSWORD: &str = "correct horse 9!";

fn user(number: usize) -> Person {
    Person { name: "Ada".to_owned(), email: format!("user{number}@example.com"), password: PASSWORD.to_owned() }
}

/// A file with so many users, which says that they are of this year.
fn file_of(count: usize, year: u32) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.csv");
    let row = |number| format!("{number},user{number}@example.com,{HASH},{year}-10-19 12:00:00\n");
    let rows: Vec<String> = (0..count).map(row).collect();
    std::fs::write(&path, format!("id,email,password,created_at\n{}", rows.concat())).unwrap();
    (folder, path)
}

/// How many users are here once the import is done, whether they were before or not.
fn here(totals: &Value) -> u64 {
    totals["imported"].as_u64().unwrap() + totals["already"].as_u64().unwrap()
}

#[tokio::test]
async fn an_import_that_is_killed_and_run_again_ends_as_one_that_was_not() {
    const COUNT: usize = 12;

    let (Some(killed), Some(other)) = (own_stack(), own_stack()) else { return };
    let (killed, other) = (killed.start().await, other.start().await);
    let (folder, file) = file_of(COUNT, 2022);
    let proxy = DynamoDbProxy::start(killed.local_dynamodb()).await;
    let url = proxy.dynamodb().url().to_owned();
    for (at, concurrency) in [("user0@", "1"), ("user5@", "1"), ("user9@", "4")] {
        let held = proxy.hold_calls("TransactWriteItems", at, 1);
        let path = file.to_str().unwrap();
        let arguments =
            ["users", "import", path, "--from", "laravel", "--concurrency", concurrency, "--dynamodb-url", &url];
        let mut import = start_in(folder.path(), &arguments, &killed.table_variables());
        held.reached(1).await;
        import.kill().await.unwrap();
        held.release();
        proxy.heal();
        let (users, credentials) = (killed.items(USERS.variable).await, killed.items(CREDENTIALS.variable).await);
        assert!(users.len() == credentials.len() && users.len() < COUNT, "{at}: half an account, or it was not killed");
    }
    let outcome = import(&killed, &file, "laravel", &[]).await;
    assert_eq!((outcome.code, here(&told(&outcome).1)), (Some(0), COUNT as u64), "{outcome:?}");
    let outcome = import(&other, &file, "laravel", &[]).await;
    assert_eq!((outcome.code, here(&told(&outcome).1)), (Some(0), COUNT as u64), "{outcome:?}");
    let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
    assert_eq!(export(&killed, &one, &[]).await, export(&other, &two, &[]).await);
    let _ = killed.api.login(&user(5)).await.expect(200);
}

#[tokio::test]
async fn a_second_import_brings_those_who_are_new_and_leaves_the_others_as_they_are() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_folder, first) = file_of(3, 2022);
    let _ = import(&stack, &first, "laravel", &[]).await;
    let token = stack.api.login(&user(0)).await.expect(200).token();
    let body = json!({"password": PASSWORD, "newPassword": "ten-Amber-teapots"});
    let _ = stack.api.change_password(&token, &body).await.expect(204);
    // DynamoDB takes what is the same to the letter for the same transaction, for ten minutes.
    let (_folder, second) = file_of(5, 2023);
    for options in [&["--dry-run"][..], &[]] {
        let outcome = import(&stack, &second, "laravel", options).await;
        let totals = told(&outcome).1;
        assert_eq!(
            (outcome.code, &totals["imported"], &totals["already"]),
            (Some(0), &json!(2), &json!(3)),
            "{outcome:?}"
        );
    }
    let _ = stack.api.login(&user(0)).await.expect_problem(401, "invalid_credentials");
    let changed = Person { password: "ten-Amber-teapots".to_owned(), ..user(0) };
    for person in [changed, user(4)] {
        let _ = stack.api.login(&person).await.expect(200);
    }
}

#[tokio::test]
async fn whoever_was_banned_there_meanwhile_is_reported_and_a_deleted_account_leaves_no_good_token() {
    let Some(stack) = own_stack() else { return };
    let (stack, folder) = (stack.start().await, tempfile::tempdir().unwrap());
    let file = folder.path().join("users");
    let write = |disabled: &str| {
        std::fs::write(&file, format!("id,email,password,disabled\nd1,user0@example.com,{HASH},{disabled}\n")).unwrap();
    };
    write("");
    let _ = import(&stack, &file, "laravel", &[]).await;
    let token = stack.api.login(&user(0)).await.expect(200).token();
    write("true");
    let outcome = import(&stack, &file, "laravel", &[]).await;
    assert!(outcome.code == Some(1) && outcome.stdout.contains("users disable"), "{outcome:?}");

    write("");
    let _ = run_beside(&stack, &["users", "delete", "d1", "--yes"]).await.expect_success();
    let outcome = import(&stack, &file, "laravel", &[]).await;
    assert_eq!(told(&outcome).1["imported"], 1, "{outcome:?}");
    let _ = stack.api.login(&user(0)).await.expect(200);
    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
}

/// Of a sign-up and an import of one address exactly one makes the account, and nothing of the other is left.
#[tokio::test]
async fn sign_ups_that_race_an_import_lose_nothing() {
    const COUNT: usize = 4;

    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (_folder, file) = file_of(COUNT, 2022);
    let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
    // The import has begun with these two when they sign up, and is done with the others.
    let held = ["user1@", "user3@"].map(|email| proxy.hold_calls("TransactWriteItems", email, 1));
    let own = |number| Person { password: "kZ9!vQ4m-own-words".to_owned(), ..user(number) };
    let sign_ups = async {
        for (held, number) in held.iter().zip([1, 3]) {
            held.reached(1).await;
            let _ = stack.api.signup(&own(number)).await.expect(201);
            held.release();
        }
    };
    let (outcome, ()) = tokio::join!(import_by_way_of(proxy.dynamodb().url(), &stack, &file, "laravel", &[]), sign_ups);
    let (lines, totals) = told(&outcome);
    assert_eq!((outcome.code, here(&totals)), (Some(1), 2), "{outcome:?}");
    let mut rows: Vec<_> = lines.iter().map(|line| (line["row"].as_u64(), line["result"].as_str())).collect();
    rows.sort_unstable();
    assert_eq!(rows, [(Some(2), Some("conflict")), (Some(4), Some("conflict"))]);
    for table in [&USERS, &CREDENTIALS] {
        assert_eq!(stack.items(table.variable).await.len(), COUNT, "{}", table.suffix);
    }
    for number in 0..COUNT {
        let (of_sign_up, of_import) = if [1, 3].contains(&number) { (200, 401) } else { (401, 200) };
        let _ = stack.api.login(&own(number)).await.expect(of_sign_up);
        let _ = stack.api.login(&user(number)).await.expect(of_import);
    }
}

#[tokio::test]
async fn an_import_waits_for_a_table_that_is_asked_for_too_much() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
    proxy.fail("TransactWriteItems", 12, Fault::Refuse("ThrottlingException"));
    proxy.fail("TransactWriteItems", 4, Fault::Cancel("ThrottlingError"));
    let (_folder, file) = file_of(8, 2022);
    let outcome = import_by_way_of(proxy.dynamodb().url(), &stack, &file, "laravel", &[]).await;
    assert_eq!((outcome.code, told(&outcome).1["imported"].as_u64()), (Some(0), Some(8)), "{outcome:?}");
}

#[tokio::test]
async fn an_import_without_a_store_ends_and_says_so() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
    proxy.fail("TransactWriteItems", usize::MAX, Fault::Refuse("InternalServerError"));
    let (_folder, file) = file_of(40, 2022);
    let outcome = import_by_way_of(proxy.dynamodb().url(), &stack, &file, "laravel", &["--concurrency", "2"]).await;
    assert!(outcome.code == Some(1) && outcome.stderr.contains("the users at"), "{outcome:?}");
    assert!(stack.items(USERS.variable).await.is_empty());
    // Whoever is under way is waited for, and nobody else is begun.
    let begun = proxy.take_calls().iter().filter(|call| call.operation == "TransactWriteItems").count();
    assert!(begun < 40, "{begun}");
}
