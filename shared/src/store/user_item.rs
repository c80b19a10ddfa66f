//! Users as their items hold them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{Item, number, string, string_set, timestamp};
use super::session_item::{read_sessions, sessions_value};
use super::{Expression, schema};
use crate::domain::{EndedTokens, LinkedIdentity, Name, Profile, StoreError, User, UserClaims, UserId};

/// The item of a new user. It holds a map of sessions, also an empty one, so that a session can be added by one write.
pub(super) fn user_item(user: &User) -> HashMap<String, AttributeValue> {
    let mut item = HashMap::from([
        (schema::USERS.key.to_owned(), string(user.id.as_str())),
        (schema::EMAIL_VERIFIED.to_owned(), AttributeValue::Bool(user.email_verified)),
        (schema::CREATED_AT.to_owned(), timestamp(user.created_at)),
        (schema::SESSIONS.to_owned(), sessions_value(&user.sessions)),
    ]);
    item.extend(user.email.as_ref().map(|email| (schema::EMAIL.to_owned(), string(email))));
    item.extend(user.name.as_ref().map(|name| (schema::NAME.to_owned(), string(name.as_str()))));
    if !user.identities.is_empty() {
        let identities = string_set(user.identities.iter().map(LinkedIdentity::as_str));
        item.insert(schema::IDENTITIES_OF_USER.to_owned(), identities);
    }
    if user.passwordless {
        item.insert(schema::PASSWORDLESS.to_owned(), AttributeValue::Bool(true));
    }
    item.extend(user.disabled_at.map(|at| (schema::DISABLED_AT.to_owned(), timestamp(at))));
    if !user.claims.is_empty() {
        item.insert(schema::CLAIMS.to_owned(), string(user.claims.as_json()));
    }
    if !user.profile.is_empty() {
        item.insert(schema::PROFILE.to_owned(), string(user.profile.as_json()));
    }
    item
}

/// The user in an item. Accounts of earlier versions lack what came later.
pub(super) fn read_user(mut item: Item<'_>) -> Result<User, StoreError> {
    let identities = item.string_set(schema::IDENTITIES_OF_USER)?;
    Ok(User {
        id: UserId::from_trusted(item.string(schema::USERS.key)?),
        name: item.optional_string(schema::NAME)?.map(Name::from_trusted),
        email: item.optional_string(schema::EMAIL)?,
        email_verified: item.flag(schema::EMAIL_VERIFIED)?,
        created_at: item.timestamp(schema::CREATED_AT)?,
        tokens_valid_after: item.optional_timestamp(schema::TOKENS_VALID_AFTER)?,
        generation: read_generation(&item)?,
        sessions: read_sessions(&mut item)?,
        ended_tokens: read_ended_tokens(&mut item)?,
        identities: identities.into_iter().map(LinkedIdentity::from_trusted).collect(),
        passwordless: item.flag(schema::PASSWORDLESS)?,
        disabled_at: item.optional_timestamp(schema::DISABLED_AT)?,
        claims: read_claims(&mut item)?,
        profile: read_profile(&mut item)?,
    })
}

/// The write happens only if the user exists and is of this generation. Accounts of before there were generations are of the
/// first one.
pub(super) fn if_of_generation(generation: u64) -> Expression {
    let expression = Expression::new()
        .name("#key", schema::USERS.key)
        .name("#generation", schema::GENERATION)
        .value(":generation", number(generation));
    expression.condition(if generation == 0 {
        "attribute_exists(#key) AND (attribute_not_exists(#generation) OR #generation = :generation)"
    } else {
        "attribute_exists(#key) AND #generation = :generation"
    })
}

/// What tokens say of a user beside what every token says.
pub(super) fn read_claims(item: &mut Item<'_>) -> Result<UserClaims, StoreError> {
    Ok(item.optional_string(schema::CLAIMS)?.map(UserClaims::from_trusted).unwrap_or_default())
}

/// The generation in the item of a user or a credential.
pub(super) fn read_generation(item: &Item<'_>) -> Result<u64, StoreError> {
    Ok(item.optional_number(schema::GENERATION)?.unwrap_or_default())
}

/// The profile in a user's item.
pub(super) fn read_profile(item: &mut Item<'_>) -> Result<Profile, StoreError> {
    Ok(item.optional_string(schema::PROFILE)?.map(Profile::from_trusted).unwrap_or_default())
}

/// The ended tokens in a user's item.
pub(super) fn read_ended_tokens(item: &mut Item<'_>) -> Result<EndedTokens, StoreError> {
    let ended = item.optional_map(schema::ENDED)?.unwrap_or_default();
    let tokens = Item::new(item.table, ended);
    tokens.names().map(|id| Ok((id.to_owned(), tokens.timestamp(id)?))).collect::<Result<_, StoreError>>()
}
