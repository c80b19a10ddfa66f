//! Imports that end early, meet others, or are run twice.

use std::path::PathBuf;

use api_tests::{DynamoDbProxy, Fault, OwnStack, Person, own_stack};
use serde_json::{Value, json};
use shared::store::schema::{CREDENTIALS, USERS};
use tempfile::TempDir;

use super::{export, import, import_by_way_of, told};
use crate::command::start_in;

const HASH: &str = "$2b$04$ZJOStOyuW93XWqGKnIMQXeOmnwxQuwYNkc4enc5Dj1O0NaVZwi1Pe";
const PASSWORD: &str = "correct horse 9!";

fn user(number: usize) -> Person {
    Person { name: "Ada".to_owned(), email: format!("user{number}@example.com"), password: PASSWORD.to_owned() }
}

/// A file with so many users.
fn file_of(count: usize) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.csv");
    let rows: String =
        (0..count).map(|number| format!("{number},user{number}@example.com,{HASH},2022-10-19 12:00:00\n")).collect();
    std::fs::write(&path, format!("id,email,password,created_at\n{rows}")).unwrap();
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
    let (folder, file) = file_of(COUNT);
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
    let (_folder, first) = file_of(3);
    let _ = import(&stack, &first, "laravel", &[]).await;
    let token = stack.api.login(&user(0)).await.expect(200).token();
    let body = json!({"password": PASSWORD, "newPassword": "ten-Amber-teapots"});
    let _ = stack.api.change_password(&token, &body).await.expect(204);
    let (_folder, second) = file_of(5);
    let outcome = import(&stack, &second, "laravel", &[]).await;
    assert_eq!((outcome.code, here(&told(&outcome).1)), (Some(0), 5), "{outcome:?}");
    let _ = stack.api.login(&user(0)).await.expect_problem(401, "invalid_credentials");
    let changed = Person { password: "ten-Amber-teapots".to_owned(), ..user(0) };
    for person in [changed, user(4)] {
        let _ = stack.api.login(&person).await.expect(200);
    }
}

/// Of a sign-up and an import of one address exactly one makes the account, and nothing of the other is left.
#[tokio::test]
async fn sign_ups_that_race_an_import_lose_nothing() {
    const COUNT: usize = 6;

    let Some(stack) = own_stack() else { return };
    let stack: OwnStack = stack.variable("LIMIT_SIGNUP", "1000/900").start().await;
    let (_folder, file) = file_of(COUNT);
    let people: Vec<_> =
        (0..COUNT).map(|number| Person { password: "kZ9!vQ4m-own-words".to_owned(), ..user(number) }).collect();
    let sign_ups = futures_util::future::join_all(people.iter().map(|person| stack.api.signup(person)));
    let (outcome, answers) = tokio::join!(import(&stack, &file, "laravel", &[]), sign_ups);
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let (lines, totals) = told(&outcome);
    assert_eq!((here(&totals), lines.len()), ((COUNT - made) as u64, made), "{outcome:?}");
    for table in [&USERS, &CREDENTIALS] {
        assert_eq!(stack.items(table.variable).await.len(), COUNT, "{}", table.suffix);
    }
    for (person, answer) in people.iter().zip(answers) {
        let (own, imported) = if answer.status == 201 { (200, 401) } else { (401, 200) };
        let _ = stack.api.login(person).await.expect(own);
        let _ = stack.api.login(&Person { password: PASSWORD.to_owned(), ..person.clone() }).await.expect(imported);
    }
}

#[tokio::test]
async fn an_import_waits_for_a_table_that_is_asked_for_too_much() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
    proxy.fail("TransactWriteItems", 12, Fault::Refuse("ThrottlingException"));
    proxy.fail("TransactWriteItems", 4, Fault::Cancel("ThrottlingError"));
    let (_folder, file) = file_of(8);
    let outcome = import_by_way_of(proxy.dynamodb().url(), &stack, &file, "laravel", &[]).await;
    assert_eq!((outcome.code, told(&outcome).1["imported"].as_u64()), (Some(0), Some(8)), "{outcome:?}");
}

#[tokio::test]
async fn an_import_without_a_store_ends_and_says_so() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
    proxy.fail("TransactWriteItems", usize::MAX, Fault::Refuse("InternalServerError"));
    let (_folder, file) = file_of(40);
    let outcome = import_by_way_of(proxy.dynamodb().url(), &stack, &file, "laravel", &["--concurrency", "2"]).await;
    assert!(outcome.code == Some(1) && outcome.stderr.contains("the users at"), "{outcome:?}");
    assert!(stack.items(USERS.variable).await.is_empty());
    // Whoever is under way is waited for, and nobody else is begun.
    let begun = proxy.take_calls().iter().filter(|call| call.operation == "TransactWriteItems").count();
    assert!(begun < 40, "{begun}");
}
