//! A whole Latchkey in one process: the functions behind a gateway that hands requests over as API Gateway does,
//! and an embedded DynamoDB that the unchanged AWS SDK talks to.

mod addressee;
mod embedded_dynamodb;
mod functions;
mod gateway;
mod mails;
mod process_group;
pub mod providers;
mod rounds;
mod server;
mod stack;
mod start_error;
mod tables;
mod user_events;

pub use embedded_dynamodb::{EmbeddedDynamoDb, key_file, running_dynamodb};
pub use functions::{FUNCTIONS, FunctionCommand, InvocationError, NotFunctionCommand, OurFunction, RuntimeApi};
pub use mails::{Inbox, MailWorker, ReceivedMail};
pub use stack::{Stack, StackOptions, TablesAt};
pub use start_error::StartError;
pub use tables::{create_tables, with_stack_table_names, with_table_names};
