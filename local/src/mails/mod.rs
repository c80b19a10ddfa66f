//! Mail without a mail server: whatever Outbox asks for lands in an inbox on this machine.

mod delivery;
mod inbox;
mod worker;

pub(crate) use delivery::Delivery;
pub use inbox::{Inbox, ReceivedMail};
pub use worker::MailWorker;
