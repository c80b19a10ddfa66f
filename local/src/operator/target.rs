//! Which tables a command works on.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use local::{key_file, running_dynamodb, with_stack_table_names, with_table_names};
use shared::environment::Environment;
use shared::store::{Client, LocalDynamoDb, operator_client};

use super::CommandError;
use crate::data_folder;
use crate::http_url::http_url;

const DEFAULT_URL: &str = "http://127.0.0.1:8000";

/// Where the tables are.
#[derive(Args, Debug)]
#[command(next_help_heading = "Where the tables are")]
pub(super) struct TargetArgs {
    /// A DynamoDB on this machine, with the table names of `cargo dev` [default: that of the `cargo dev` that runs, whose
    /// address and key are in .local/dynamodb.key, or else http://127.0.0.1:8000]. For `cargo dev --memory`, and whenever this
    /// option is given, the key is that of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: set them to what `cargo dev` printed
    #[arg(long, value_name = "URL", value_parser = http_url, conflicts_with = "stack")]
    dynamodb_url: Option<String>,

    /// A deployment by the name of its CloudFormation stack, with AWS credentials from the environment, a profile's
    /// access keys or assumed role, a container or an instance. Its tables are NAME-users, NAME-signing-keys,
    /// NAME-public-keys and NAME-digest-keys; USERS_TABLE, SIGNING_KEYS_TABLE, PUBLIC_KEYS_TABLE and DIGEST_KEYS_TABLE name
    /// others
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
    pub(super) place: Place,
}

/// Where the tables are.
#[derive(Debug)]
pub(super) enum Place {
    /// In a DynamoDB on this machine.
    Local {
        /// Its address.
        url: String,
        /// The file that its key comes from, if it does not come from the environment.
        key_file: Option<PathBuf>,
    },
    /// In the deployment of a CloudFormation stack.
    Deployment {
        /// The stack's name.
        stack: String,
        /// The region, or the address of another DynamoDB.
        at: String,
    },
}

impl TargetArgs {
    pub(super) async fn find(self, environment: Environment) -> Result<Target, CommandError> {
        match self.stack {
            Some(stack) => deployment(stack, self.region, environment).await,
            None => local(self.dynamodb_url, environment),
        }
    }
}

async fn deployment(stack: String, region: Option<String>, environment: Environment) -> Result<Target, CommandError> {
    let client = operator_client(&environment, region).await;
    let Some(region) = client.config().region() else {
        return Err(CommandError::new(format!(
            "the region of stack {stack} is not known: pass --region, or set AWS_REGION, or AWS_PROFILE to a profile that has a \
             region"
        )));
    };
    let at = match environment.get("AWS_ENDPOINT_URL_DYNAMODB") {
        Some(url) => format!("at {url}"),
        None => format!("in {region}"),
    };
    let environment = with_stack_table_names(environment, &stack);
    Ok(Target { client, environment, place: Place::Deployment { stack, at } })
}

fn local(url: Option<String>, environment: Environment) -> Result<Target, CommandError> {
    let file = key_file(&data_folder::of(&environment));
    let running = match url {
        Some(_) => None,
        None => running_dynamodb(&file)
            .map_err(|error| CommandError::new(format!("cannot read the key in {}: {error}", file.display())))?,
    };
    let key_file = running.as_ref().map(|_running| file);
    let dynamodb =
        running.unwrap_or_else(|| LocalDynamoDb::read(&environment, url.unwrap_or_else(|| DEFAULT_URL.to_owned())));
    let place = Place::Local { url: dynamodb.url().to_owned(), key_file };
    Ok(Target { client: dynamodb.client(), environment: with_table_names(environment), place })
}

/// The place, to follow a noun.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Local { url, .. } => write!(f, "at {url}"),
            Place::Deployment { stack, at } => write!(f, "of stack {stack} {at}"),
        }
    }
}
