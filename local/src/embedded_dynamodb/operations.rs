//! The operations of DynamoDB's API, as dynoxide's library carries them out.

use axum::body::Bytes;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

type Outcome = Result<Vec<u8>, DynoxideError>;

macro_rules! operations {
    ($($name:literal => $method:ident,)*) => {
        /// What the operation answers to a request, both as JSON, or `None` if there is no such operation.
        pub(super) fn run(database: &Database, operation: &str, request: &Bytes) -> Option<Outcome> {
            match operation {
                $($name => Some(answer(request, |request| database.$method(request))),)*
                _ => None,
            }
        }
    };
}

operations! {
    "BatchExecuteStatement" => batch_execute_statement,
    "BatchGetItem" => batch_get_item,
    "BatchWriteItem" => batch_write_item,
    "CreateTable" => create_table,
    "DeleteItem" => delete_item,
    "DeleteTable" => delete_table,
    "DescribeStream" => describe_stream,
    "DescribeTable" => describe_table,
    "DescribeTimeToLive" => describe_time_to_live,
    "ExecuteStatement" => execute_statement,
    "ExecuteTransaction" => execute_transaction,
    "GetItem" => get_item,
    "GetRecords" => get_records,
    "GetShardIterator" => get_shard_iterator,
    "ListStreams" => list_streams,
    "ListTables" => list_tables,
    "ListTagsOfResource" => list_tags_of_resource,
    "PutItem" => put_item,
    "Query" => query,
    "Scan" => scan,
    "TagResource" => tag_resource,
    "TransactGetItems" => transact_get_items,
    "TransactWriteItems" => transact_write_items,
    "UntagResource" => untag_resource,
    "UpdateItem" => update_item,
    "UpdateTable" => update_table,
    "UpdateTimeToLive" => update_time_to_live,
}

fn answer<Q, A>(request: &Bytes, carry_out: impl FnOnce(Q) -> Result<A, DynoxideError>) -> Outcome
where
    Q: DeserializeOwned,
    A: Serialize,
{
    let request =
        serde_json::from_slice(request).map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
    let answer = carry_out(request)?;
    serde_json::to_vec(&answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
