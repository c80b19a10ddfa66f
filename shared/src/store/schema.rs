//! Every table's key and every attribute's name, spelled once.

/// The partition key of Users: the user's id.
pub const USER_ID_KEY: &str = "id";
/// The partition key of Credentials: the email address in lower case.
pub const CREDENTIAL_EMAIL_KEY: &str = "email";
/// The partition key of Attempts: the name of a counter and its window.
pub const ATTEMPT_BUCKET_KEY: &str = "bucket";
/// The attribute of Attempts that DynamoDB's TTL reads, in seconds since the Unix epoch.
pub const ATTEMPT_EXPIRES_AT: &str = "expires_at";
/// The partition key of SigningKeys and PublicKeys.
pub const KEYS_ID_KEY: &str = "id";
/// The one item of SigningKeys and the one of PublicKeys.
pub const KEYS_ID: &str = "keys";

pub(super) const NAME: &str = "name";
pub(super) const EMAIL: &str = "email";
pub(super) const EMAIL_VERIFIED: &str = "email_verified";
pub(super) const CREATED_AT: &str = "created_at";
pub(super) const TOKENS_VALID_AFTER: &str = "tokens_valid_after";

pub(super) const ATTEMPT_COUNT: &str = "count";

pub(super) const USER_ID: &str = "user_id";
pub(super) const PASSWORD_HASH: &str = "password_hash";
pub(super) const KNOWN_ADDRESSES: &str = "known_addresses";

pub(super) const VERSION: &str = "version";
pub(super) const CURRENT_SINCE: &str = "current_since";
pub(super) const PREVIOUS: &str = "previous";
pub(super) const CURRENT: &str = "current";
pub(super) const NEXT: &str = "next";
pub(super) const DIGEST_KEY: &str = "digest_key";
pub(super) const JWKS: &str = "jwks";
