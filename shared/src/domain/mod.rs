//! What a user, a name, an email address and a password are, whatever carries them in and wherever they are kept.
//!
//! A value of these types is valid: it can only be made by parsing. Nothing here knows of the wire or of the store.

mod email;
mod hash_memory;
mod invalid;
mod known_addresses;
mod name;
mod password;
mod password_hasher;
mod password_policy;
mod source_address;
mod storage;
mod user;

pub use email::EmailAddress;
pub use invalid::Invalid;
pub use known_addresses::{AddressDigest, KnownAddresses};
pub use name::Name;
pub use password::{NewPassword, PresentedPassword};
pub use password_hasher::{HashError, PasswordHash, PasswordHasher, PasswordHasherParams, Verdict};
pub use password_policy::{PasswordContext, PasswordPolicy};
pub use source_address::SourceAddress;
pub use storage::{AccountStore, CreateError, Credential, CredentialChanges, CredentialStore, StoreError, UserStore};
pub use user::{User, UserId, UserIdKind};
