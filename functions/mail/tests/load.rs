//! Odd records by the thousand, and what they cost the process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]
#![allow(dead_code, reason = "each file of tests uses a part of what they share")]

mod office;

use api_tests::{BadString, RuntimeApi};
use office::{EMAIL, Office, PROGRAM, done, stream_event};
use shared::mail::{IntentId, Notice, Subject};

/// As many records as Lambda hands on at once: `BatchSize` in the template.
const RECORDS: usize = 10;
const EVENTS: usize = 300;
/// The most memory that the function may ever hold, in KiB: the smallest that Lambda gives a function, 128 MiB.
const MOST_KIB: u64 = 128 * 1024;
/// How much more that may be after all events than after a fifth of them, in KiB.
const MOST_GROWTH_KIB: u64 = 8 * 1024;

#[tokio::test]
async fn thousands_of_records_of_no_intent_are_done_and_take_a_bounded_amount_of_memory() {
    let office = Office::open().await;
    let runtime = RuntimeApi::start().await;
    let mut function = runtime.start_function(PROGRAM, &office.variables());
    function.discard_log();
    let texts: Vec<_> = BadString::all().into_iter().filter_map(|string| string.text).collect();
    // The keys that a table takes are not empty, and at most 2,048 bytes long.
    let keys: Vec<_> = texts.into_iter().filter(|text| (1..=2048).contains(&text.len())).collect();
    let mut after_a_fifth = 0;
    for event in 0..EVENTS {
        let ids = (0..RECORDS).map(|record| keys[(event * RECORDS + record) % keys.len()].clone());
        let ids: Vec<_> = ids.map(IntentId::from_trusted).collect();
        assert_eq!(runtime.invoke(stream_event(&ids.iter().collect::<Vec<_>>())).await, done(), "{ids:?}");
        if event == EVENTS / 5 {
            after_a_fifth = function.peak_memory_kib();
        }
    }
    let most = function.peak_memory_kib();
    assert!(most <= MOST_KIB, "{most} KiB at most");
    assert!(most - after_a_fifth <= MOST_GROWTH_KIB, "{after_a_fifth} KiB and then {most} KiB");
    let id = office.ask(Subject::Notice(Notice::Deleted), EMAIL).await;
    assert_eq!(runtime.invoke(stream_event(&[&id])).await, done());
    assert_eq!(office.ses.take_mails().len(), 1);
}
