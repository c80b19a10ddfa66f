//! Mail without a mail server: whatever Outbox asks for lands in an inbox on this machine.

mod inbox;
mod worker;

pub use inbox::{Inbox, ReceivedMail};
pub use worker::MailWorker;
