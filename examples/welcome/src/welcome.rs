//! What is done for an event. Events may come twice, late and in any order, and whoever may put events on the bus can make them
//! up. So an event is only a reason to look: what counts is whether the user is in Users.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};
use lambda_runtime::Error;

use crate::event::UserEvent;

/// Greets users, and forgets them.
pub(crate) struct Welcome {
    pub(crate) dynamodb: Client,
    /// Latchkey's table of users. Of a user only the name is read.
    pub(crate) users: String,
    /// The app's table of messages, by `user_id`. Without one nothing is stored.
    pub(crate) messages: Option<String>,
}

/// What was done.
pub(crate) enum Done {
    /// The user has this message now.
    Greeted(String),
    /// The user has a message already.
    GreetedBefore,
    /// The user's message is gone.
    Forgotten,
    /// Nothing: the event does not fit what is in Users.
    OutOfDate,
}

impl Done {
    /// The new message.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Greeted(text) = self { Some(text) } else { None }
    }

    /// What was done, without anything about the user.
    pub(crate) fn summary(&self) -> &'static str {
        match self {
            Self::Greeted(_) => "a new user was greeted",
            Self::GreetedBefore => "the user was greeted before",
            Self::Forgotten => "the message of a deleted user is gone",
            Self::OutOfDate => "the event does not fit what is in Users, and nothing was done",
        }
    }
}

impl Welcome {
    /// Does what there is to do. An error lets Lambda try again.
    pub(crate) async fn handle(&self, event: &UserEvent) -> Result<Done, Error> {
        match event {
            UserEvent::Created(user) => self.greet(&user.id).await,
            UserEvent::Deleted(user) => self.forget(&user.id).await,
        }
    }

    async fn greet(&self, id: &str) -> Result<Done, Error> {
        let found = self.dynamodb.get_item().table_name(&self.users).key("id", AttributeValue::S(id.to_owned()));
        let found = found.projection_expression("#name").expression_attribute_names("#name", "name");
        let Some(user) = found.consistent_read(true).send().await?.item else { return Ok(Done::OutOfDate) };
        let text = match user.get("name").and_then(|name| name.as_s().ok()) {
            Some(name) => format!("Welcome, {name}!"),
            None => "Welcome!".to_owned(),
        };
        let Some(messages) = &self.messages else { return Ok(Done::Greeted(text)) };
        let put = Put::builder()
            .table_name(messages)
            .item("user_id", AttributeValue::S(id.to_owned()))
            .item("text", AttributeValue::S(text.clone()))
            .condition_expression("attribute_not_exists(user_id)");
        let put = TransactWriteItem::builder().put(put.build()?).build();
        Ok(match self.write_if("attribute_exists(id)", id, put).await? {
            Written::Yes => Done::Greeted(text),
            Written::RefusedByUsers => Done::OutOfDate,
            Written::RefusedByMessages => Done::GreetedBefore,
        })
    }

    async fn forget(&self, id: &str) -> Result<Done, Error> {
        let Some(messages) = &self.messages else { return Ok(Done::Forgotten) };
        let delete = Delete::builder().table_name(messages).key("user_id", AttributeValue::S(id.to_owned())).build()?;
        let delete = TransactWriteItem::builder().delete(delete).build();
        Ok(match self.write_if("attribute_not_exists(id)", id, delete).await? {
            Written::Yes => Done::Forgotten,
            Written::RefusedByUsers | Written::RefusedByMessages => Done::OutOfDate,
        })
    }

    /// Writes, if that holds of the user at the same moment: so no message is left of a user who is deleted meanwhile.
    async fn write_if(&self, condition: &str, id: &str, write: TransactWriteItem) -> Result<Written, Error> {
        let check = ConditionCheck::builder()
            .table_name(&self.users)
            .key("id", AttributeValue::S(id.to_owned()))
            .condition_expression(condition)
            .build()?;
        let check = TransactWriteItem::builder().condition_check(check).build();
        let sent = self.dynamodb.transact_write_items().transact_items(check).transact_items(write).send().await;
        match sent {
            Ok(_) => Ok(Written::Yes),
            Err(error) => match refused_by(&error) {
                Some(0) => Ok(Written::RefusedByUsers),
                Some(_) => Ok(Written::RefusedByMessages),
                None => Err(error.into()),
            },
        }
    }
}

/// Whether a write went through, and whose condition it failed on.
enum Written {
    Yes,
    RefusedByUsers,
    RefusedByMessages,
}

/// The first item of the transaction whose condition does not hold, if that is why it failed.
fn refused_by(error: &SdkError<TransactWriteItemsError>) -> Option<usize> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        return None;
    };
    cancelled.cancellation_reasons().iter().position(|reason| reason.code() == Some("ConditionalCheckFailed"))
}
