//! The event, as EventBridge delivers it.

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use serde_json::{Value, json};
use shared::store::LocalDynamoDb;
use uuid::Uuid;

use crate::embedded_dynamodb::{Change, ChangeKind};

/// Who sends it: template.yaml takes the stack's name, and so are the tables of `cargo dev` named.
const SOURCE: &str = "latchkey";
/// There is no account of AWS here.
const ACCOUNT: &str = "000000000000";

/// What the pipes of template.yaml make of a change of Users, in what EventBridge puts around it.
pub(super) fn event(change: &Change) -> Value {
    let detail_type = match change.kind {
        ChangeKind::Inserted => "latchkey.user.created",
        ChangeKind::Removed => "latchkey.user.deleted",
    };
    json!({
        "version": "0",
        "id": Uuid::now_v7().to_string(),
        "detail-type": detail_type,
        "source": SOURCE,
        "account": ACCOUNT,
        "time": DateTime::from_secs_f64(change.at).fmt(DateTimeFormat::DateTime).unwrap_or_default(),
        "region": LocalDynamoDb::REGION,
        "resources": [],
        "detail": {"id": change.key},
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::event;
    use crate::embedded_dynamodb::{Change, ChangeKind};

    /// `tests/sam/test_user_events.py` holds the pipes against the same files.
    #[test]
    fn it_is_what_the_pipes_and_eventbridge_make_of_the_change() {
        for (kind, expected) in [
            (ChangeKind::Inserted, include_str!("../../../examples/welcome/events/created.json")),
            (ChangeKind::Removed, include_str!("../../../examples/welcome/events/deleted.json")),
        ] {
            let expected: Value = serde_json::from_str(expected).unwrap();
            let key = expected["detail"]["id"].as_str().unwrap().to_owned();
            let mut event = event(&Change { kind, key, at: 1_795_000_000.0 });
            assert_eq!(event["time"], "2026-11-18T11:06:40Z");
            let id = event["id"].as_str().unwrap();
            assert!(uuid::Uuid::parse_str(id).is_ok(), "{id}");
            // What is EventBridge's own, and differs between events, accounts and regions.
            for name in ["id", "time", "account", "region"] {
                event[name] = expected[name].clone();
            }
            assert_eq!(event, expected);
        }
    }
}
