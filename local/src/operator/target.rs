//! Which tables a command works on.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::fmt;

use clap::Args;
use local::{with_stack_table_names, with_table_names};
use shared::environment::Environment;
use shared::store::{Client, local_client, operator_client};

use crate::http_url::http_url;

const DEFAULT_URL: &str = "http://127.0.0.1:8000";

/// Where the tables are.
#[derive(Args, Debug)]
#[command(next_help_heading = "Where the tables are")]
pub(super) struct TargetArgs {
    /// A DynamoDB on this machine, with the table names of `cargo dev` [default: http://127.0.0.1:8000]
    #[arg(long, value_name = "URL", value_parser = http_url, conflicts_with = "stack")]
    dynamodb_url: Option<String>,

    /// A deployment by the name of its CloudFormation stack, with AWS credentials from the environment, a profile's
    /// access keys or assumed role, a container or an instance. Its tables are NAME-users, NAME-signing-keys and
    /// NAME-public-keys; USERS_TABLE, SIGNING_KEYS_TABLE and PUBLIC_KEYS_TABLE name others
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    stack: Option<String>,

    /// The deployment's region [default: AWS_REGION or the profile's]
    #[arg(long, value_name = "REGION", requires = "stack", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    region: Option<String>,
}

/// The client and the names of the tables.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) client: Client,
    pub(super) environment: Environment,
    place: String,
}

impl TargetArgs {
    pub(super) async fn find(self, environment: Environment) -> Target {
        let Some(stack) = self.stack else {
            let url = self.dynamodb_url.unwrap_or_else(|| DEFAULT_URL.to_owned());
            let client = local_client(&url);
            return Target { client, environment: with_table_names(environment), place: format!("at {url}") };
        };
        let client = operator_client(&environment, self.region).await;
        let place = match (environment.get("AWS_ENDPOINT_URL_DYNAMODB"), client.config().region()) {
            (Some(url), _) => format!("of stack {stack} at {url}"),
            (None, Some(region)) => format!("of stack {stack} in {region}"),
            (None, None) => format!("of stack {stack}, whose region is not known (pass --region)"),
        };
        Target { client, environment: with_stack_table_names(environment, &stack), place }
    }
}

/// The place, to follow a noun.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}
