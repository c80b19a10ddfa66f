//! What a user, a name, an email address and a password are, whatever carries them in and wherever they are kept.
//!
//! A value of these types is valid: it can only be made by parsing. Nothing here knows of the wire or of the store.

mod admission;
mod argon2_hash;
mod authentication;
mod email;
mod ended_tokens;
mod foreign_hash;
mod hash_memory;
mod identity;
mod identity_storage;
mod invalid;
mod known_sources;
mod linked_identities;
mod name;
mod owner_storage;
mod password;
mod password_hash;
mod password_hasher;
mod password_policy;
mod password_score;
mod profile;
mod session;
mod source;
mod storage;
mod user;
mod user_claims;

pub use admission::{AllowedDomains, SignUps};
pub use authentication::{Authentication, AuthenticationMethods};
pub use email::EmailAddress;
pub use ended_tokens::{EndedToken, EndedTokens};
pub use foreign_hash::{FirebaseHashConfig, UnreadableHash};
pub use identity::{IdentityKey, ProvenIdentity, Provider};
pub use identity_storage::{FederateError, IdentityStore, Link, LinkError, NewLink, OneTimeCode, Unlinking};
pub use invalid::Invalid;
pub use known_sources::{KnownSources, SourceDigest};
pub use linked_identities::{LinkedIdentities, LinkedIdentity};
pub use name::{Name, breaks_text};
pub use owner_storage::{NewGeneration, PasswordChange, ProfileStore};
pub use password::{NewPassword, PresentedPassword, ProposedPassword};
pub use password_hash::PasswordHash;
pub use password_hasher::{HashError, PasswordHasher, PasswordHasherParams, Verdict};
pub use password_policy::{PasswordContext, PasswordPolicy};
pub use profile::{FieldFault, Profile, ProfileFields};
pub use session::{Device, NewSession, Presented, Session, SessionId, Sessions};
pub use source::Source;
pub use storage::{
    AddSessionError, Advance, Advanced, Checked, CreateError, Credential, CredentialChanges, CredentialStore,
    RefreshStore, SessionEndStore, SessionStore, StoreError, TokenEndStore, UserStore,
};
pub use user::{User, UserId, UserIdKind};
pub use user_claims::{UserClaims, UserClaimsError};
