//! A deployment is found by its stack's name, with credentials as the AWS SDK finds them.

use api_tests::{kid_of, own_stack};

use shared::store::schema::TABLES;

use crate::command::run;

#[tokio::test]
async fn a_deployment_is_found_by_the_name_of_its_stack() {
    let Some(mut stack) = own_stack() else { return };
    for table in TABLES {
        stack = stack.variable(table.variable, &table.name_in("shop"));
    }
    let stack = stack.start().await;
    let (_person, token) = stack.api.somebody().await;

    let folder = tempfile::tempdir().unwrap();
    let profiles = folder.path().join("credentials");
    let in_environment = stack.local_dynamodb().key_variables().map(|(name, value)| (name, value.to_owned()));
    let [(_, id), (_, secret)] = &in_environment;
    std::fs::write(&profiles, format!("[ops]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")).unwrap();
    let endpoint = ("AWS_ENDPOINT_URL_DYNAMODB", stack.local_dynamodb().url().to_owned());
    let in_profile =
        [("AWS_PROFILE", "ops".to_owned()), ("AWS_SHARED_CREDENTIALS_FILE", profiles.to_str().unwrap().to_owned())];
    let revoke = ["keys", "revoke", "--stack", "shop", "--region", "eu-central-1"];
    let mut kid = kid_of(&token);
    for credentials in [in_environment, in_profile] {
        let variables = [credentials.as_slice(), std::slice::from_ref(&endpoint)].concat();
        let said = run(&revoke, &variables, "").await.expect_success();
        assert!(said.contains(&format!("dropped   {kid}")), "{said}");
        let current = said.lines().find_map(|line| line.trim().strip_prefix("current ")).unwrap();
        kid = current.trim().to_owned();

        let elsewhere = [variables, vec![("SIGNING_KEYS_TABLE", "other-keys".to_owned())]].concat();
        let said = run(&revoke, &elsewhere, "").await.expect_refusal();
        assert!(said.contains("other-keys"), "{said}");
    }
    let without = run(&revoke, &[endpoint], "").await.expect_refusal();
    assert!(without.contains("credentials"), "{without}");
}

#[tokio::test]
async fn options_that_do_not_go_together_are_refused() {
    for arguments in [
        vec!["keys", "revoke", "--region", "eu-central-1"],
        vec!["keys", "revoke", "--stack", "shop", "--dynamodb-url", "http://127.0.0.1:8000"],
        vec!["keys", "revoke", "--stack", ""],
        vec!["tokens", "end"],
        vec!["keys"],
        vec!["digest", "--email", "grace@example.com", "--source", "203.0.113.7"],
    ] {
        let outcome = run(&arguments, &[], "").await;
        assert!(outcome.code == Some(2) && outcome.stdout.is_empty(), "{arguments:?}: {outcome:?}");
    }
}
