//! What becomes new in a table, and what goes: its stream, as DynamoDB keeps one for others to read.

use dynoxide::actions::create_table::StreamSpecification;
use dynoxide::actions::get_records::{GetRecordsRequest, Record};
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::actions::update_table::UpdateTableRequest;
use dynoxide::{AttributeValue, Database, DynoxideError, streams};

/// The items that became new or went since this was made. Other changes of items are left out.
pub(crate) struct Changes {
    database: Database,
    iterator: String,
}

/// An item that is new, or one that is gone.
#[derive(Debug)]
pub(crate) struct Change {
    /// Which of both.
    pub(crate) kind: ChangeKind,
    /// The item's key, which is one string.
    pub(crate) key: String,
    /// When that happened, in seconds since the Unix epoch.
    pub(crate) at: f64,
}

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// It is new.
    Inserted,
    /// It is gone.
    Removed,
}

impl Changes {
    /// Gives the table a stream of its keys, if it has none, and begins at its end.
    pub(super) fn from_now_on(database: Database, table: &str) -> Result<Self, DynoxideError> {
        let keys_only = StreamSpecification { stream_enabled: true, stream_view_type: Some("KEYS_ONLY".to_owned()) };
        database.update_table(UpdateTableRequest {
            table_name: table.to_owned(),
            stream_specification: Some(keys_only),
            ..UpdateTableRequest::default()
        })?;
        // There is one shard for a table, and the label of a stream is not looked at.
        let end = database.get_shard_iterator(GetShardIteratorRequest {
            stream_arn: streams::stream_arn(table, ""),
            shard_id: streams::shard_id(table),
            shard_iterator_type: "LATEST".to_owned(),
            sequence_number: None,
        })?;
        Ok(Self { database, iterator: end.shard_iterator.unwrap_or_default() })
    }

    /// Those that have not been returned before, in their order.
    pub(crate) fn next(&mut self) -> Result<Vec<Change>, DynoxideError> {
        let request = GetRecordsRequest { shard_iterator: self.iterator.clone(), limit: None };
        let found = self.database.get_records(request)?;
        if let Some(next) = found.next_shard_iterator {
            self.iterator = next;
        }
        Ok(found.records.into_iter().filter_map(change).collect())
    }
}

fn change(record: Record) -> Option<Change> {
    let kind = match record.event_name.as_str() {
        "INSERT" => ChangeKind::Inserted,
        "REMOVE" => ChangeKind::Removed,
        _ => return None,
    };
    let at = record.dynamodb.approximate_creation_date_time;
    match record.dynamodb.keys.into_values().next() {
        Some(AttributeValue::S(key)) => Some(Change { kind, key, at }),
        _ => None,
    }
}
