//! Sessions as the map in a user's item holds them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{Item, number, string, strings, timestamp};
use super::schema;
use crate::domain::{AuthenticationMethods, Device, Session, SessionId, Sessions, StoreError};

/// One session.
pub(super) fn session_value(session: &Session) -> AttributeValue {
    let mut value = HashMap::from([
        (schema::COUNTER.to_owned(), number(session.counter.into())),
        (schema::FROM.to_owned(), number(session.from.into())),
        (schema::ROTATED_AT.to_owned(), timestamp(session.rotated_at)),
        (schema::CREATED_AT.to_owned(), timestamp(session.created_at)),
        (schema::EXPIRES_AT.to_owned(), timestamp(session.expires_at)),
        (schema::AUTHENTICATED_AT.to_owned(), timestamp(session.authenticated_at)),
        (schema::METHODS.to_owned(), strings(session.methods.names().iter().map(String::as_str))),
    ]);
    value.extend(session.device.as_ref().map(|device| (schema::DEVICE.to_owned(), string(device.as_str()))));
    AttributeValue::M(value)
}

/// The map of all sessions.
pub(super) fn sessions_value(sessions: &Sessions) -> AttributeValue {
    AttributeValue::M(sessions.iter().map(|(id, session)| (id.as_str().to_owned(), session_value(session))).collect())
}

/// The sessions in a user's item.
pub(super) fn read_sessions(user: &mut Item<'_>) -> Result<Sessions, StoreError> {
    let sessions = user.items(schema::SESSIONS)?.into_iter();
    sessions.map(|(id, item)| Ok((SessionId::from_trusted(id), read_session(item)?))).collect()
}

/// One of the sessions in a user's item. The others are not looked at.
pub(super) fn read_session_of(user: &mut Item<'_>, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let mut sessions = user.items(schema::SESSIONS)?.into_iter();
    sessions.find(|(found, _item)| found == id.as_str()).map(|(_id, item)| read_session(item)).transpose()
}

fn read_session(mut item: Item<'_>) -> Result<Session, StoreError> {
    let count = |item: &Item<'_>, attribute| {
        u32::try_from(item.number(attribute)?).map_err(|_too_large| item.corrupt(attribute))
    };
    Ok(Session {
        counter: count(&item, schema::COUNTER)?,
        from: count(&item, schema::FROM)?,
        rotated_at: item.timestamp(schema::ROTATED_AT)?,
        created_at: item.timestamp(schema::CREATED_AT)?,
        expires_at: item.timestamp(schema::EXPIRES_AT)?,
        authenticated_at: item.timestamp(schema::AUTHENTICATED_AT)?,
        methods: AuthenticationMethods::from_trusted(item.strings(schema::METHODS)?),
        device: item.optional_string(schema::DEVICE)?.map(Device::from_trusted),
    })
}
