//! The store on DynamoDB: one adapter for each table or pair of tables, over one client.
//!
//! There are only reads and writes by key. Every read is consistent, and every update of a user or a credential is
//! conditional on its existence. [`Table`] and [`Transaction`] are what adapters are made of.

mod account_scan;
mod account_tables;
mod admin_tables;
mod attempt_table;
mod client;
mod conflicts;
mod credential_table;
mod digest_key_table;
mod error;
mod eviction;
mod expression;
mod identity_tables;
mod invitation_table;
mod item;
mod new_generation;
mod outbox_table;
mod own_identities;
mod owner_tables;
mod pending_table;
mod public_key_table;
mod recovery_tables;
pub mod schema;
mod session_item;
mod session_table;
mod signing_key_tables;
mod signup_tables;
mod table;
mod transaction;
mod user_item;
mod user_table;

pub use account_scan::AccountScan;
pub use account_tables::AccountTables;
pub use admin_tables::AdminTables;
pub use attempt_table::AttemptTable;
pub use client::{LocalDynamoDb, function_client, operator_client};
pub use credential_table::CredentialTable;
pub use digest_key_table::DigestKeyTable;
pub use expression::Expression;
pub use identity_tables::IdentityTables;
pub use invitation_table::InvitationTable;
pub use item::Item;
pub use outbox_table::OutboxTable;
pub use owner_tables::OwnerTables;
pub use pending_table::PendingTable;
pub use public_key_table::PublicKeyTable;
pub use recovery_tables::RecoveryTables;
pub use schema::TableSpec;
pub use session_table::SessionTable;
pub use signing_key_tables::SigningKeyTables;
pub use signup_tables::SignupTables;
pub use table::{Table, Updated};
pub use transaction::{Sent, Transaction, get_together};
pub use user_table::UserTable;

pub use aws_sdk_dynamodb::Client;
