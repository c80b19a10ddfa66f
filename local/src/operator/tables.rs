//! `tables remove-empty`.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, Write as _};
use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters as _;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::TableStatus;
use clap::{Args, Subcommand};
use futures_util::future::try_join_all;
use shared::environment::Environment;
use shared::store::schema::TABLES;
use shared::store::{Client, Table};

use super::CommandError;
use super::confirmation::Confirmation;
use super::target::{Target, TargetArgs};

/// DynamoDB deletes an empty table within seconds.
const GONE_WITHIN: Duration = Duration::from_mins(5);

/// The tables command.
#[derive(Args, Debug)]
pub(crate) struct TablesArgs {
    #[command(subcommand)]
    command: TablesCommand,
}

#[derive(Debug, Subcommand)]
enum TablesCommand {
    /// Deletes the tables that a failed first deploy left, if every one of them is empty
    ///
    /// CloudFormation keeps tables that it made when a first deploy fails, protected against deletion, and the next
    /// deploy then fails because they exist. This looks into all tables first, and does nothing if any of them holds
    /// an item. Then it removes the protection of each and deletes it. Tables that do not exist are left out, so it can
    /// be run again.
    RemoveEmpty {
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        target: TargetArgs,
    },
}

pub(super) async fn run(args: TablesArgs, environment: Environment) -> Result<(), Box<dyn Error>> {
    let TablesCommand::RemoveEmpty { confirmation, target } = args.command;
    let target = target.find(environment).await?;
    let mut out = io::stdout().lock();
    let tables = empty_tables(&target).await?;
    if tables.is_empty() {
        return Ok(writeln!(out, "There are no tables {target}: there was nothing to delete.")?);
    }
    let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
    confirmation.ask(&format!(
        "Delete {} {target}? They are empty. A deployment that uses them stops working.",
        names.join(", ")
    ))?;
    // Somebody may have signed up while the question was open.
    for table in empty_tables(&target).await? {
        table.delete(&target.client).await.map_err(|error| failed(&table.name, &target, error.as_ref()))?;
        writeln!(out, "Deleted {}.", table.name)?;
    }
    try_join_all(names.iter().map(|name| until_gone(name, &target))).await?;
    Ok(writeln!(out, "The tables {target} are gone: deploy again.")?)
}

/// A table that is there and holds nothing.
#[derive(Debug)]
struct EmptyTable {
    name: String,
    is_protected: bool,
}

impl EmptyTable {
    async fn delete(&self, client: &Client) -> Result<(), Box<dyn Error>> {
        if self.is_protected {
            client.update_table().table_name(&self.name).deletion_protection_enabled(false).send().await?;
            client.wait_until_table_exists().table_name(&self.name).wait(GONE_WITHIN).await?;
        }
        client.delete_table().table_name(&self.name).send().await?;
        Ok(())
    }
}

/// Those of the stack's tables that exist. Fails if any of them holds an item, or cannot be deleted now.
async fn empty_tables(target: &Target) -> Result<Vec<EmptyTable>, Box<dyn Error>> {
    let (mut empty, mut full) = (Vec::new(), Vec::new());
    for spec in TABLES {
        let table = Table::read(&target.environment, &target.client, spec)?;
        let name = table.name();
        let described = target.client.describe_table().table_name(name).send().await;
        let described = match described {
            Ok(described) => described.table,
            Err(error) if error.as_service_error().is_some_and(DescribeTableError::is_resource_not_found_exception) => {
                continue;
            }
            Err(error) => return Err(failed(name, target, &error).into()),
        };
        let status = described.as_ref().and_then(|table| table.table_status());
        if status != Some(&TableStatus::Active) {
            let status = status.map_or("in no known state", TableStatus::as_str);
            let reason = format!("{name} {target} is {status}, so nothing was deleted: try again in a minute");
            return Err(CommandError::new(reason).into());
        }
        if holds_an_item(&target.client, name).await.map_err(|error| failed(name, target, error.as_ref()))? {
            full.push(name.to_owned());
        }
        let is_protected = described.and_then(|table| table.deletion_protection_enabled).unwrap_or_default();
        empty.push(EmptyTable { name: name.to_owned(), is_protected });
    }
    if full.is_empty() {
        return Ok(empty);
    }
    let full = full.join(", ");
    let reason = format!("not empty {target}: {full}. Nothing was deleted, since functions have used these tables");
    Err(CommandError::new(reason).into())
}

/// Looks, since `ItemCount` may be six hours old.
async fn holds_an_item(client: &Client, table: &str) -> Result<bool, Box<dyn Error>> {
    let items = client.scan().table_name(table).consistent_read(true).limit(1).into_paginator().items();
    Ok(items.send().try_next().await?.is_some())
}

/// Until then CloudFormation cannot make a table of this name.
async fn until_gone(table: &str, target: &Target) -> Result<(), CommandError> {
    let gone = target.client.wait_until_table_not_exists().table_name(table).wait(GONE_WITHIN).await;
    gone.map(drop).map_err(|error| failed(table, target, &error))
}

fn failed(table: &str, target: &Target, error: &(dyn Error + 'static)) -> CommandError {
    CommandError::of(&format!("table {table}"), target, error)
}
