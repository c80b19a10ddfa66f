//! Every table, and every attribute's name, spelled once.

/// A table as it is made and found: template.yaml and the tables of `cargo dev` are held against this.
#[derive(Debug, PartialEq, Eq)]
pub struct TableSpec {
    /// The environment variable that names the table.
    pub variable: &'static str,
    /// What follows the stack's name and a hyphen in the table's name.
    pub suffix: &'static str,
    /// The partition key, a string.
    pub key: &'static str,
    /// The attribute that DynamoDB's TTL reads, in seconds since the Unix epoch, if items expire.
    pub ttl: Option<&'static str>,
}

impl TableSpec {
    /// The table's name in the CloudFormation stack `stack`.
    #[must_use]
    pub fn name_in(&self, stack: &str) -> String {
        format!("{stack}-{}", self.suffix)
    }
}

/// Every table there is.
pub const TABLES: [&TableSpec; 9] =
    [&USERS, &CREDENTIALS, &IDENTITIES, &ATTEMPTS, &SIGNING_KEYS, &PUBLIC_KEYS, &DIGEST_KEYS, &PENDING, &OUTBOX];

/// Users, by their ids.
pub const USERS: TableSpec = TableSpec { variable: "USERS_TABLE", suffix: "users", key: "id", ttl: None };
/// What log-ins are checked against, by the email address in lower case.
pub const CREDENTIALS: TableSpec =
    TableSpec { variable: "CREDENTIALS_TABLE", suffix: "credentials", key: "email", ttl: None };
/// Whom a provider's identity is linked to, by `issuer#subject`.
pub const IDENTITIES: TableSpec =
    TableSpec { variable: "IDENTITIES_TABLE", suffix: "identities", key: "id", ttl: None };
/// Counters of attempts, by the name of a counter and its window.
pub const ATTEMPTS: TableSpec =
    TableSpec { variable: "ATTEMPTS_TABLE", suffix: "attempts", key: "bucket", ttl: Some(EXPIRES_AT) };
/// The private key set, and the key of refresh tokens: one item each.
pub const SIGNING_KEYS: TableSpec =
    TableSpec { variable: "SIGNING_KEYS_TABLE", suffix: "signing-keys", key: "id", ttl: None };
/// The public key set: one item.
pub const PUBLIC_KEYS: TableSpec =
    TableSpec { variable: "PUBLIC_KEYS_TABLE", suffix: "public-keys", key: "id", ttl: None };
/// The keys of functions that make digests and do not sign: one item.
pub const DIGEST_KEYS: TableSpec =
    TableSpec { variable: "DIGEST_KEYS_TABLE", suffix: "digest-keys", key: "id", ttl: None };

/// What waits for a code, by its purpose and whom it is about.
pub const PENDING: TableSpec =
    TableSpec { variable: "PENDING_TABLE", suffix: "pending", key: "id", ttl: Some(EXPIRES_AT) };
/// Mails that are to be sent, by random ids.
pub const OUTBOX: TableSpec =
    TableSpec { variable: "OUTBOX_TABLE", suffix: "outbox", key: "id", ttl: Some(EXPIRES_AT) };

/// The key of the key set's item in `SigningKeys` and of the one item in `PublicKeys` and in `DigestKeys`.
pub(super) const KEYS_ID: &str = "keys";
/// The key of the refresh key's item in `SigningKeys`.
pub(super) const REFRESH_KEY_ID: &str = "refresh";

pub(super) const NAME: &str = "name";
pub(super) const EMAIL: &str = "email";
pub(super) const EMAIL_VERIFIED: &str = "email_verified";
pub(super) const CREATED_AT: &str = "created_at";
pub(super) const TOKENS_VALID_AFTER: &str = "tokens_valid_after";
pub(super) const GENERATION: &str = "generation";
/// A map from session ids to sessions.
pub(super) const SESSIONS: &str = "sessions";
/// A map from the ids of ended tokens to the times at which they expire.
pub(super) const ENDED: &str = "ended";

/// The set of a user's identities, each as `provider#issuer#subject`. A user without any has no such attribute.
pub(super) const IDENTITIES_OF_USER: &str = "identities";
/// There, and true, if the user has no password.
pub(super) const PASSWORDLESS: &str = "passwordless";
/// When an operator disabled the user, in milliseconds since the Unix epoch. A user who is not disabled has no such attribute.
pub(super) const DISABLED_AT: &str = "disabled_at";
/// What tokens say of the user beside what every token says: a JSON object as a string.
pub(super) const CLAIMS: &str = "claims";
/// What a user says of themselves beside name and address, a JSON object as a string. Absent if they say nothing.
pub(super) const PROFILE: &str = "profile";

pub(super) const COUNTER: &str = "counter";
pub(super) const FROM: &str = "from";
pub(super) const ROTATED_AT: &str = "rotated_at";
pub(super) const AUTHENTICATED_AT: &str = "auth_time";
pub(super) const METHODS: &str = "amr";
pub(super) const DEVICE: &str = "device";

pub(super) const COUNT: &str = "count";
pub(super) const EXPIRES_AT: &str = "expires_at";

/// Whom a credential or an identity leads to.
pub const USER_ID: &str = "user_id";
/// When an identity was linked, in milliseconds since the Unix epoch.
pub const LINKED_AT: &str = "linked_at";
pub(super) const PASSWORD_HASH: &str = "password_hash";
/// There, and true, if the password is still known to the old system alone.
pub(super) const LEGACY: &str = "legacy";
/// The digests of known sources. Version 0.1 called a source an address, and the stored name stays.
pub(super) const KNOWN_SOURCES: &str = "known_addresses";

pub(super) const SEED: &str = "seed";
/// The digest of where a sign-up that waits came from.
pub(super) const SOURCE: &str = "source";

/// The invitation that a sign-up that waits will use up.
pub(super) const INVITATION: &str = "invitation";

pub(super) const KIND: &str = "kind";
/// The user or the sign-up that a mail concerns.
pub(super) const REFERENCE: &str = "reference";
pub(super) const LANGUAGES: &str = "languages";
pub(super) const AT: &str = "at";

pub(super) const VERSION: &str = "version";
pub(super) const CURRENT_SINCE: &str = "current_since";
pub(super) const PREVIOUS: &str = "previous";
pub(super) const CURRENT: &str = "current";
pub(super) const NEXT: &str = "next";
pub(super) const DIGEST_KEY: &str = "digest_key";
pub(super) const CODE_KEY: &str = "code_key";
pub(super) const REFRESH_KEY: &str = "refresh_key";
pub(super) const JWKS: &str = "jwks";
