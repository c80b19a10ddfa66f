//! Mail: what is to be sent, and the codes that come back.
//!
//! No function that serves requests sends mail. It writes an [`Intent`] into Outbox, in the transaction of what the mail is
//! about, and the function `mail` decides, makes the code and sends. So a request takes the same steps whether or not there
//! is an account, nothing is sent for what did not happen, and nothing that happened goes untold.

mod code;
mod intent;
mod invitation;
mod languages;
mod pending;
mod person_device;
mod recovery;
mod settings;
mod signups;
mod storage;
mod trial;
mod writes;

pub use code::{Code, PresentedCode};
pub use intent::{Intent, IntentId, Notice, Subject};
pub use invitation::{Invitation, InvitationCode, InvitationStore, UsedInvitation};
pub use languages::Languages;
pub use pending::{Pending, PendingId, PendingSignup, Seed};
pub use person_device::PersonDevice;
pub use recovery::{CodeUse, CodeUseError, EmailChange, PasswordReset, RecoveryStore};
pub use settings::{EmailVerification, MailSettings, is_mail_on};
pub use signups::{ConfirmError, SignupStore};
pub use storage::{AddressStore, IntentStore, OutboxStore, PendingStore, SeedStore};
pub use trial::CodeTrial;
pub use writes::{
    AccountStore, DeletionStore, FederatedAccountStore, LinkStore, NewAccount, PasswordStore, ReuseStore,
};
