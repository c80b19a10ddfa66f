//! Copying a table's items into another table.

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use futures_util::future::try_join_all;
use shared::store::Client;

use super::patience::patient;
use super::progress::Progress;

/// How many parts of the table are read at the same time.
const SEGMENTS: i32 = 8;
/// The most that `BatchWriteItem` takes.
const BATCH: usize = 25;

/// How long it waits before it sends again what DynamoDB did not take, and at most.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Puts every item of the table `from` into the table `to`, in the place of the one with the same key. To do it again
/// changes nothing.
pub(super) async fn copy_items(
    client: &Client,
    from: &str,
    to: &str,
    progress: &Progress,
) -> Result<(), Box<dyn Error>> {
    let client = patient(client);
    let segments = (0..SEGMENTS).map(|segment| copy_segment(&client, segment, from, to, progress));
    try_join_all(segments).await.map(drop)
}

async fn copy_segment(
    client: &Client,
    segment: i32,
    from: &str,
    to: &str,
    progress: &Progress,
) -> Result<(), Box<dyn Error>> {
    let scan = client.scan().table_name(from).consistent_read(true).segment(segment).total_segments(SEGMENTS);
    let mut pages = scan.into_paginator().send();
    while let Some(page) = pages.try_next().await? {
        let mut items = page.items.unwrap_or_default().into_iter();
        loop {
            let puts = items.by_ref().take(BATCH).map(|item| PutRequest::builder().set_item(Some(item)).build());
            let writes = puts.map(|put| Ok(WriteRequest::builder().put_request(put?).build()));
            let writes = writes.collect::<Result<Vec<_>, aws_sdk_dynamodb::error::BuildError>>()?;
            if writes.is_empty() {
                break;
            }
            let count = writes.len();
            write(client, to, writes).await?;
            progress.add(count);
        }
    }
    Ok(())
}

/// Writes all of it, however often DynamoDB takes only a part.
async fn write(client: &Client, table: &str, mut writes: Vec<WriteRequest>) -> Result<(), Box<dyn Error>> {
    let mut wait = FIRST_WAIT;
    loop {
        let written = client.batch_write_item().request_items(table, writes).send().await?;
        writes = written.unprocessed_items.and_then(|mut left| left.remove(table)).unwrap_or_default();
        if writes.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
