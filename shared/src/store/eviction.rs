//! A new password that ends every other way into an account: every session and token, every identity and every known source.

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{number, string, strings};
use super::new_generation::{begin_generation, next_generation};
use super::{Expression, schema};
use crate::domain::{NewGeneration, PasswordHash, SourceDigest, User};

/// The update of the user, who has the address that they were read with. `proves_email` if a mail there has led to it.
pub(super) fn evict_from_user(generation: NewGeneration<'_>, proves_email: bool) -> Expression {
    let eviction = if proves_email {
        begin_generation(generation, ", #verified = :verified")
            .name("#verified", schema::EMAIL_VERIFIED)
            .value(":verified", AttributeValue::Bool(true))
    } else {
        begin_generation(generation, "")
    };
    eviction
        .and_update(", #identities, #passwordless")
        .and("#email = :email")
        .name("#identities", schema::IDENTITIES_OF_USER)
        .name("#passwordless", schema::PASSWORDLESS)
        .name("#email", schema::EMAIL)
        .value(":email", string(generation.user.email.as_deref().unwrap_or_default()))
}

/// The update of the user's credential. It knows this source from then on, if there is one, and no other.
pub(super) fn evict_from_credential(
    generation: NewGeneration<'_>,
    hash: &PasswordHash,
    known: Option<&SourceDigest>,
) -> Expression {
    if_of_user(generation.user)
        .update("SET #hash = :hash, #known = :known, #generation = :next REMOVE #legacy")
        .name("#hash", schema::PASSWORD_HASH)
        .name("#known", schema::KNOWN_SOURCES)
        .name("#generation", schema::GENERATION)
        .name("#legacy", schema::LEGACY)
        .value(":hash", string(hash.as_str()))
        .value(":known", strings(known.map(SourceDigest::as_str)))
        .value(":next", number(next_generation(generation)))
}

/// The write happens only if the credential is this user's.
pub(super) fn if_of_user(user: &User) -> Expression {
    Expression::new().condition("#user = :user").name("#user", schema::USER_ID).value(":user", string(user.id.as_str()))
}
