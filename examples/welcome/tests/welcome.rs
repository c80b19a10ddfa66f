//! The function, started as Lambda starts it and as `cargo dev --on-user` does, over the tables of a stack.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use std::process::{Output, Stdio};

use api_tests::{DynamoDbProxy, Function, OwnStack, Person, Program, RuntimeApi, own_stack};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_welcome");

/// The function beside a stack, and the app's table.
struct App {
    stack: OwnStack,
    messages: String,
    /// What stands between the function and DynamoDB.
    proxy: DynamoDbProxy,
    runtime: RuntimeApi,
    function: Function,
}

impl App {
    async fn start() -> Option<Self> {
        let stack = own_stack()?.start().await;
        let messages = format!("{}-messages", stack.table("USERS_TABLE"));
        let key = AttributeDefinition::builder().attribute_name("user_id").attribute_type(ScalarAttributeType::S);
        let schema = KeySchemaElement::builder().attribute_name("user_id").key_type(KeyType::Hash);
        let create = stack.dynamodb.create_table().table_name(&messages).billing_mode(BillingMode::PayPerRequest);
        let create = create.attribute_definitions(key.build().unwrap()).key_schema(schema.build().unwrap());
        create.send().await.unwrap();
        let runtime = RuntimeApi::start().await;
        let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
        let reach = proxy.dynamodb().variables().map(|(name, value)| (name, value.to_owned()));
        let tables = [("USERS_TABLE", stack.table("USERS_TABLE")), ("MESSAGES_TABLE", messages.clone())];
        let variables: Vec<_> = reach.into_iter().chain(tables).collect();
        let function = runtime.start_function(Program::new(PROGRAM, r#"{"variables": []}"#), &variables);
        Some(Self { stack, messages, proxy, runtime, function })
    }

    async fn somebody(&self) -> (Person, String, String) {
        let (person, token) = self.stack.api.somebody().await;
        let id = self.stack.api.me(&token).await.expect(200).json()["id"].as_str().unwrap().to_owned();
        (person, token, id)
    }

    async fn delete(&self, person: &Person, token: &str) {
        let _ = self.stack.api.delete_account(token, &json!({"password": person.password})).await.expect(204);
    }

    /// Hands the event of a user over, as the rule does.
    async fn tell(&self, event: Value) {
        assert_eq!(self.runtime.invoke_in_time(event).await, Value::Null);
    }

    /// The message of a user.
    async fn message(&self, id: &str) -> Option<String> {
        let get = self.stack.dynamodb.get_item().table_name(&self.messages).key("user_id", s(id));
        let item = get.consistent_read(true).send().await.unwrap().item?;
        Some(item["text"].as_s().unwrap().clone())
    }
}

fn s(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn created(id: &str) -> Value {
    of(include_str!("../events/created.json"), id)
}

fn deleted(id: &str) -> Value {
    of(include_str!("../events/deleted.json"), id)
}

fn of(event: &str, id: &str) -> Value {
    let mut event: Value = serde_json::from_str(event).unwrap();
    event["detail"]["id"] = id.into();
    event
}

/// Runs the program with this on its standard input.
async fn run(stdin: &str, variables: &[(&'static str, String)]) -> Output {
    let variables = variables.iter().map(|(name, value)| (name, value));
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(variables).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.kill_on_drop(true).spawn().unwrap();
    // It may end before it reads: what it says then is what counts.
    let _ = program.stdin.take().unwrap().write_all(stdin.as_bytes()).await;
    program.wait_with_output().await.unwrap()
}

#[tokio::test]
async fn a_new_user_has_a_message_with_their_name_and_keeps_it_if_the_event_comes_again() {
    let Some(app) = App::start().await else { return };
    let (person, _token, id) = app.somebody().await;
    app.tell(created(&id)).await;
    assert_eq!(app.message(&id).await.unwrap(), format!("Welcome, {}!", person.name));
    // The app has changed it meanwhile.
    let put = app.stack.dynamodb.put_item().table_name(&app.messages);
    put.item("user_id", s(&id)).item("text", s("read")).send().await.unwrap();
    app.tell(created(&id)).await;
    assert_eq!(app.message(&id).await.unwrap(), "read");
}

#[tokio::test]
async fn the_message_goes_with_the_user_whichever_event_comes_first() {
    let Some(app) = App::start().await else { return };
    let (person, token, id) = app.somebody().await;
    app.tell(created(&id)).await;
    app.delete(&person, &token).await;
    app.tell(deleted(&id)).await;
    assert_eq!(app.message(&id).await, None);
    // Late, or again.
    app.tell(created(&id)).await;
    app.tell(deleted(&id)).await;
    assert_eq!(app.message(&id).await, None);
}

#[tokio::test]
async fn no_message_is_left_of_a_user_who_is_deleted_meanwhile() {
    let Some(app) = App::start().await else { return };
    let (person, token, id) = app.somebody().await;
    let write = app.proxy.hold_next("TransactWriteItems");
    let deleted_meanwhile = async {
        write.reached(1).await;
        app.delete(&person, &token).await;
        write.release();
    };
    tokio::join!(app.tell(created(&id)), deleted_meanwhile);
    assert_eq!(app.message(&id).await, None);
}

#[tokio::test]
async fn events_that_somebody_made_up_change_nothing() {
    let Some(app) = App::start().await else { return };
    let (_person, _token, id) = app.somebody().await;
    app.tell(created(&id)).await;
    let message = app.message(&id).await;
    app.tell(deleted(&id)).await;
    assert_eq!(app.message(&id).await, message, "the user is still there");
    app.tell(created("nobody")).await;
    assert_eq!(app.message("nobody").await, None);
    let mut other = created(&id);
    other["detail-type"] = "latchkey.user.changed".into();
    app.runtime.expect_error(other).await;
}

#[tokio::test]
async fn without_the_app_s_table_the_event_comes_again() {
    let Some(app) = App::start().await else { return };
    let (_person, _token, id) = app.somebody().await;
    app.stack.dynamodb.delete_table().table_name(&app.messages).send().await.unwrap();
    app.runtime.expect_error(created(&id)).await;
}

#[tokio::test]
async fn the_log_says_what_was_done_and_nothing_of_the_user() {
    let Some(app) = App::start().await else { return };
    let (person, _token, id) = app.somebody().await;
    app.tell(created(&id)).await;
    let output = app.function.stop().await;
    let log = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(log.contains("a new user was greeted"), "{log}");
    for personal in [&person.name, &person.email, &id] {
        assert!(!log.contains(personal.as_str()), "{personal}: {log}");
    }
}

#[tokio::test]
async fn it_starts_with_no_table_less_than_it_needs() {
    let users = ("USERS_TABLE", "users".to_owned());
    let on_lambda = ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1".to_owned());
    for (variables, missing) in [(&[][..], "USERS_TABLE"), (&[users, on_lambda], "MESSAGES_TABLE")] {
        let output = run("", variables).await;
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(missing), "{missing}: {error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn cargo_dev_runs_it_for_a_new_user() {
    let Some(stack) = own_stack() else { return };
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&fifo).status().await.unwrap().success());
    let stack = stack.on_user(&format!("'{PROGRAM}' > '{}'", fifo.display())).start().await;
    let next = async || {
        let fifo = fifo.clone();
        tokio::task::spawn_blocking(move || std::fs::read_to_string(fifo).unwrap()).await.unwrap()
    };
    let (person, token) = stack.api.somebody().await;
    assert_eq!(next().await, format!("Welcome, {}!\n", person.name));
    let _ = stack.api.delete_account(&token, &json!({"password": person.password})).await.expect(204);
    assert_eq!(next().await, "the message of a deleted user is gone\n");
}
