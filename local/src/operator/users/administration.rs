//! The accounts that a command works on.

use std::error::Error;
use std::sync::Arc;

use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use shared::admin::{Account, Accounts, ChangeError};
use shared::domain::{EmailAddress, Invalid, User, UserId};
use shared::environment::Environment;
use shared::store::schema::OUTBOX;
use shared::store::{AdminTables, Table};

use crate::operator::CommandError;
use crate::operator::target::{Target, TargetArgs};

/// The accounts of a target, and the words for what goes wrong there.
#[derive(Debug)]
pub(super) struct Administration {
    pub(super) accounts: Accounts,
    pub(super) target: Target,
}

impl Administration {
    /// For commands that send nobody a mail.
    pub(super) async fn open(target: TargetArgs, environment: Environment) -> Result<Self, Box<dyn Error>> {
        let target = target.find(environment).await?;
        Self::over(target, false)
    }

    /// For commands that tell a user what was done, if the deployment has mail.
    pub(super) async fn open_with_mail(target: TargetArgs, environment: Environment) -> Result<Self, Box<dyn Error>> {
        let target = target.find(environment).await?;
        let is_mail_on = has_mail(&target).await?;
        Self::over(target, is_mail_on)
    }

    fn over(target: Target, is_mail_on: bool) -> Result<Self, Box<dyn Error>> {
        let tables = AdminTables::read(&target.environment, &target.client)?;
        Ok(Self { accounts: Accounts::new(Arc::new(tables), is_mail_on), target })
    }

    /// The account of this user.
    pub(super) async fn account(&self, id: &UserId) -> Result<Account, CommandError> {
        self.accounts.account(id).await.map_err(|error| self.refused(id, &error))
    }

    /// The address of a user, who must have one.
    pub(super) fn address(&self, user: &User) -> Result<EmailAddress, CommandError> {
        let address =
            user.address().map_err(ChangeError::from).and_then(|address| address.ok_or(ChangeError::NoAddress));
        address.map_err(|error| self.refused(&user.id, &error))
    }

    /// Why nothing was done with this user.
    pub(super) fn refused(&self, id: &UserId, error: &ChangeError) -> CommandError {
        let target = &self.target;
        match error {
            ChangeError::NoUser => {
                CommandError::new(format!("there is no user {:?} {target}: nothing was done", id.as_str()))
            }
            ChangeError::NoAddress => CommandError::new(format!(
                "user {id} {target} has no email address, so there is no password to log in with: nothing was done"
            )),
            ChangeError::NoCredential => CommandError::new(format!(
                "the email address of user {id} {target} has no credential of theirs, so nothing was done: restore the table \
                 Credentials first"
            )),
            ChangeError::Changing => {
                CommandError::new(format!("others kept changing user {id} {target}, so nothing was done: run it again"))
            }
            ChangeError::Store(error) => CommandError::of("users", target, error),
        }
    }
}

/// Whether the deployment has mail: if it has the table Outbox.
pub(super) async fn has_mail(target: &Target) -> Result<bool, Box<dyn Error>> {
    let outbox = Table::read(&target.environment, &target.client, &OUTBOX)?;
    let Err(error) = target.client.describe_table().table_name(outbox.name()).send().await else { return Ok(true) };
    match error.as_service_error() {
        Some(DescribeTableError::ResourceNotFoundException(_)) => Ok(false),
        _ => Err(CommandError::of(&format!("table {}", outbox.name()), target, &error).into()),
    }
}

/// Reads an address that an operator typed.
pub(super) fn email(typed: &str) -> Result<EmailAddress, CommandError> {
    let refused = |invalid: Invalid| CommandError::new(format!("this is not an email address: {}", invalid.detail));
    EmailAddress::parse(typed).map_err(refused)
}
