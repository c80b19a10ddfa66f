//! The command line.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::net::{IpAddr, Ipv4Addr};

use clap::Parser;
use clap::builder::NonEmptyStringValueParser;
use local::FunctionCommand;

use crate::http_url::http_url;
use crate::operator::Command;

/// The heading of the options about where data is.
const DATA: &str = "Data";

/// Runs Latchkey's functions on this machine, with a DynamoDB of its own and a page to try them on.
///
/// Without options: the API and the page at http://localhost:3000/, data in .local/, where it survives a restart.
/// Variables of the functions, such as ALLOWED_ORIGINS or PASSWORD_MIN_LENGTH, are passed on to them.
///
/// The commands do by hand what an operator has to, here or in a deployment.
#[derive(Debug, Parser)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(name = "cargo dev", bin_name = "cargo dev", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// The port of the API and the page, on localhost
    #[arg(long, default_value_t = 3000)]
    pub(crate) port: u16,

    /// The port of the pretend providers, on 127.0.0.1; 0 takes a free one
    ///
    /// They stand in for Google, GitHub, Facebook and X as long as no OAUTH_..._CLIENT_ID is set.
    #[arg(long, value_name = "PORT", default_value_t = 3001)]
    pub(crate) provider_port: u16,

    /// Keep nothing: users are gone when this ends
    #[arg(long, conflicts_with = "dynamodb_url", help_heading = DATA)]
    pub(crate) memory: bool,

    /// The port of the embedded DynamoDB
    #[arg(long, value_name = "PORT", default_value_t = 8000, conflicts_with = "dynamodb_url", help_heading = DATA)]
    pub(crate) dynamodb_port: u16,

    /// The address that the embedded DynamoDB listens on; containers of `sam local` cannot reach the default
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), conflicts_with = "dynamodb_url", help_heading = DATA)]
    pub(crate) dynamodb_bind: IpAddr,

    /// Use a DynamoDB that runs already, and make the tables that are missing there
    #[arg(long, value_name = "URL", value_parser = http_url, help_heading = DATA)]
    pub(crate) dynamodb_url: Option<String>,

    /// Start only DynamoDB and its tables, for `cargo lambda watch` and `sam local`
    #[arg(long, conflicts_with = "plain_cookie", help_heading = DATA)]
    pub(crate) tables_only: bool,

    /// Run the program of another function, which answers the paths at and below PATH: '/notes=cargo run -p notes'
    ///
    /// It gets the events of an HTTP API from a Lambda runtime API, and ISSUER, AUDIENCE and TOKEN_COOKIE to check
    /// tokens with. May be given more than once.
    #[arg(long = "function", value_name = "PATH=COMMAND", conflicts_with = "tables_only")]
    pub(crate) functions: Vec<FunctionCommand>,

    /// Run a command for each user who signs up or is deleted: 'cargo run -p welcome'
    ///
    /// It gets the event on its standard input, as EventBridge delivers it if a deployment has UserEvents=on, and the variables
    /// that lead the AWS SDK to the embedded DynamoDB. One runs at a time. If it fails, a line says so, and nothing else does.
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new(), conflicts_with_all = ["dynamodb_url", "tables_only"])]
    pub(crate) on_user: Option<String>,

    /// Use a cookie without Secure, for Safari, which drops secure cookies on http://localhost
    #[arg(long)]
    pub(crate) plain_cookie: bool,

    /// Switch every attempt limit off, for end-to-end tests: they log in and sign up more often than people do
    ///
    /// The limits are those of LIMIT_PAIR and the other LIMIT_ variables, whatever these say.
    #[arg(long, conflicts_with = "tables_only")]
    pub(crate) no_limits: bool,
}
