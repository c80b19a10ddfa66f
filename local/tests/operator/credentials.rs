//! What a command says that AWS does not let in.

use api_tests::{DynamoDbProxy, Fault, own_stack};

use crate::command::run;

const HAND_OVER: &str = r#"eval "$(aws configure export-credentials --profile NAME --format env)""#;

const COMMANDS: [&[&str]; 5] = [
    &["keys", "rotate", "--stack", "shop"],
    &["keys", "revoke", "--stack", "shop"],
    &["keys", "repair", "--stack", "shop"],
    &["tokens", "end", "--user", "1", "--stack", "shop"],
    &["digest", "--email", "grace@example.com", "--stack", "shop"],
];

/// Nothing listens there. Where a command has credentials, it fails later than without.
const NOWHERE: (&str, &str) = ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1");

fn variables<const N: usize>(variables: [(&'static str, &str); N]) -> Vec<(&'static str, String)> {
    variables.into_iter().chain([NOWHERE]).map(|(name, value)| (name, value.to_owned())).collect()
}

#[tokio::test]
async fn without_credentials_a_command_says_which_profile_or_variables_to_set() {
    for command in COMMANDS {
        let said = run(command, &variables([("AWS_REGION", "eu-central-1")]), "").await.expect_refusal();
        assert!(said.contains("of stack shop") && said.contains("there are no AWS credentials"), "{said}");
        for word in ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", HAND_OVER] {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert!(!said.contains("IMDS") && !said.contains("not enabled"), "{said}");
    }
}

#[tokio::test]
async fn without_a_region_a_command_says_how_to_name_it() {
    let key = [("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    for command in COMMANDS {
        let said = run(command, &variables(key), "").await.expect_refusal();
        assert!(said.contains("the region of stack shop is not known"), "{said}");
        assert!(said.contains("--region") && said.contains("AWS_REGION") && said.contains("AWS_PROFILE"), "{said}");
    }
}

#[tokio::test]
async fn a_profile_that_gives_no_credentials_is_said_to_be_the_matter() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    std::fs::write(
        &config,
        "[profile ops]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\
         sso_account_id = 000000000000\nsso_role_name = ops\n",
    )
    .unwrap();
    for profile in ["ops", "nobody"] {
        let given =
            [("AWS_REGION", "us-east-1"), ("AWS_CONFIG_FILE", config.to_str().unwrap()), ("AWS_PROFILE", profile)];
        let said = run(COMMANDS[0], &variables(given), "").await.expect_refusal();
        assert!(said.contains("AWS credentials") && said.contains("AWS_PROFILE"), "{profile}: {said}");
        assert!(said.contains(HAND_OVER), "{profile}: {said}");
    }
}

#[tokio::test]
async fn credentials_that_aws_refuses_are_told_apart() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    for (exception, expected) in [
        ("ExpiredTokenException", "the session of these AWS credentials has expired: log in again"),
        ("UnrecognizedClientException", "AWS does not know these credentials"),
        ("InvalidSignatureException", "AWS does not know these credentials"),
    ] {
        let proxy = DynamoDbProxy::start(stack.local_dynamodb()).await;
        proxy.fail("", usize::MAX, Fault::Refuse(exception));
        let given = proxy.dynamodb().variables().map(|(name, value)| (name, value.to_owned()));
        let said = run(COMMANDS[0], &given, "").await.expect_refusal();
        assert!(said.contains(expected) && said.contains(HAND_OVER), "{exception}: {said}");
    }
}
