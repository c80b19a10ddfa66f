//! What the black-box tests share: a stack to call, a client that checks what is true of every answer, people who
//! sign up, and a log that no secret may reach.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what went wrong by panicking")]
#![allow(clippy::indexing_slicing, reason = "a missing member of an answer fails the test, as it should")]
#![allow(clippy::missing_panics_doc, reason = "every function here panics where a test should fail")]

mod api;
mod bad_strings;
mod clock;
mod delivery;
mod dynamodb_proxy;
mod events;
mod forge;
mod forged_op;
mod function;
mod load;
mod log;
mod mailbox;
mod metrics;
mod openapi;
mod person;
mod pretend_ses;
mod program;
mod scripted_provider;
mod session;
mod source;
mod stack;
mod tables;
mod tls_endpoint;
mod trace;

pub use api::{Answer, Api, claims_of, kid_of, set_cookie_of, set_cookies_of};
pub use bad_strings::BadString;
pub use clock::TestClock;
pub use delivery::Delivery;
pub use dynamodb_proxy::{DynamoDbProxy, Fault, Recorded};
pub use events::assert_every_event_is_answered;
pub use forge::{Forge, message, sign_with};
pub use forged_op::{ForgedOp, OpKey};
pub use function::{Function, RuntimeApi, authorized_event, body_of, http_api_event, proxied_event};
pub use load::assert_bears_the_mix;
pub use log::{assert_log_is_clean, is_clean, lines_logged, requests_in};
pub use mailbox::{Asked, Mailbox, Waiting, other_digits};
pub use metrics::metrics_in;
pub use openapi::{Documented, OpenApi, Operation};
pub use person::Person;
pub use pretend_ses::{PretendSes, SesAnswer};
pub use program::Program;
pub use scripted_provider::{ProviderCall, Reply, ScriptedProvider};
pub use session::Session;
pub use stack::{
    OwnStack, ProxiedStack, StackBuilder, emulator_answers_by_itself, own_stack, own_stack_with_somebody, shared_api,
    stack_over,
};
pub use tables::Tables;
pub use tls_endpoint::TlsEndpoint;
pub use trace::assert_every_line_tells_its_source;

pub(crate) use source::{call_from, source_header};
