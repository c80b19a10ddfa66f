//! What an operator does to accounts, with rights that no function has.

mod account;
mod accounts;
mod storage;

pub use account::{Account, NewAccount};
pub use accounts::{Accounts, ChangeError};
pub use storage::{AdminStore, CreationError};
