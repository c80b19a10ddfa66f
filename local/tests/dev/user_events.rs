//! `--on-user`: a command for each user who signs up or is deleted.

use api_tests::Person;
use serde_json::{Value, json};

use crate::fifo::{fifo_in, open_for_reading};
use crate::program::Dev;

/// The event that the command has printed next.
async fn next_event(dev: &mut Dev) -> Value {
    serde_json::from_str(&dev.line_printed_with(r#""source":"latchkey""#).await).unwrap()
}

async fn id_of(dev: &Dev, token: &str) -> String {
    dev.api().me(token).await.expect(200).json()["id"].as_str().unwrap().to_owned()
}

async fn delete(dev: &Dev, person: &Person, token: &str) {
    let _ = dev.api().delete_account(token, &json!({"password": person.password})).await.expect(204);
}

#[tokio::test]
async fn a_sign_up_and_a_deletion_run_the_command_each_with_its_event_and_in_their_order() {
    let mut dev = Dev::start(&["--on-user", "cat"]).await;
    let mut expected = Vec::new();
    for _ in 0..3 {
        let (person, token) = dev.api().somebody().await;
        let id = id_of(&dev, &token).await;
        // A change has no event.
        let _ = dev.api().update_me(&token, &json!({"name": "Grace"})).await.expect(200);
        delete(&dev, &person, &token).await;
        expected.push(("latchkey.user.created", id.clone()));
        expected.push(("latchkey.user.deleted", id));
    }
    for (kind, id) in expected {
        let event = next_event(&mut dev).await;
        assert_eq!((&event["detail-type"], &event["detail"]), (&json!(kind), &json!({"id": id})));
    }
    dev.stop().await;
}

#[tokio::test]
async fn the_command_can_read_the_user_at_the_embedded_dynamodb() {
    let variables =
        ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "USERS_TABLE"];
    let command = format!("echo told {}", variables.map(|name| format!("\"${name}\"")).join(" "));
    let mut dev = Dev::start(&["--on-user", &command]).await;
    let _ = dev.api().somebody().await;
    // The line that says what is run has the names in it, and comes first.
    let line = dev.line_printed_with("told http://").await;
    let told: Vec<_> = line.split(' ').skip(1).collect();
    assert!(told[0].starts_with("http://127.0.0.1:"), "{line}");
    assert_eq!((told.len(), told[1], told[4]), (5, "us-east-1", "latchkey-users"), "{line}");
    dev.stop().await;
}

#[tokio::test]
async fn a_command_that_fails_is_one_line_and_fails_no_sign_up() {
    let mut dev = Dev::start(&["--on-user", "exit 3"]).await;
    for _ in 0..2 {
        let (_person, token) = dev.api().somebody().await;
        let id = id_of(&dev, &token).await;
        let line = dev.line_of_the_log_with("--on-user").await;
        let expected = format!("--on-user (exit 3) failed for latchkey.user.created of {id}: exit status: 3");
        assert!(line.contains(&expected), "{line}");
    }
    dev.stop().await;
}

#[tokio::test]
async fn a_command_that_hangs_keeps_nobody_waiting_and_ends_with_cargo_dev() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = fifo_in(&folder);
    let dev = Dev::start(&["--on-user", &format!("(echo started; exec sleep 600) > '{fifo}' & wait")]).await;
    let _ = dev.api().somebody().await;
    let started = open_for_reading(fifo).await;
    let (person, token) = dev.api().somebody().await;
    delete(&dev, &person, &token).await;
    dev.stop().await;
    started.assert_ended();
}

#[tokio::test]
async fn users_who_signed_up_before_the_start_have_no_event() {
    let folder = tempfile::tempdir().unwrap();
    let mut dev = Dev::start_in(&folder, &["--on-user", "cat"]).await;
    let (person, token) = dev.api().somebody().await;
    assert_eq!(next_event(&mut dev).await["detail"]["id"], id_of(&dev, &token).await);
    dev.stop().await;

    let mut dev = Dev::start_in(&folder, &["--on-user", "cat"]).await;
    let token = dev.api().login(&person).await.expect(200).token();
    let _ = dev.api().update_me(&token, &json!({"name": "Grace"})).await.expect(200);
    let (_other, token) = dev.api().somebody().await;
    assert_eq!(next_event(&mut dev).await["detail"]["id"], id_of(&dev, &token).await);
    dev.stop().await;
}
