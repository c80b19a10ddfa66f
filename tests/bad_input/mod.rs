//! Input that programs get wrong: each is refused as the contract says or taken as it is, and none is a 5xx. Where it
//! comes by the hundred it goes to a stack of its own and not to a deployment.

mod bodies;
mod fields;
mod headers;
mod odd_bytes;
mod passwords;
mod paths;
mod people;

use api_tests::Answer;

/// The answer, where it is one of the contract and not a 5xx.
fn borne(answer: Answer, what: &dyn std::fmt::Debug) -> Answer {
    assert!(answer.status < 500, "{what:?}: {answer:?}");
    answer
}
