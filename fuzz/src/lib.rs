//! What the fuzz targets share: stores in memory, events made of arbitrary bytes, and what has to be true of every
//! answer.

mod answer;
mod body;
mod event;
mod known;
mod mail;
mod people;
mod stores;
mod tokens;

pub use answer::Answer;
pub use body::Body;
pub use event::{Event, MARK};
pub use known::{Known, authenticator};
pub use mail::Mails;
pub use people::{GRACE, NOBODY, TAKEN_EMAIL};
pub use stores::{Accounts, Attempts, Credentials, Keys, Users};
pub use tokens::{AUDIENCE, DOMAIN, Token, Tokens, issuer};

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lambda_http::{Context, LambdaEvent};
use serde_json::value::RawValue;
use shared::clock::{Clock, Timestamp};
use shared::environment::Environment;
use shared::lambda::{Context as FunctionContext, Function};
use shared::store::LocalDynamoDb;
use tokio::runtime::{Builder, Runtime};

/// When everything begins, in milliseconds since the Unix epoch. The clock stands still but for what an input asks.
pub const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// The time this many minutes after the start.
pub fn after(minutes: u8) -> Timestamp {
    Timestamp::from_millis(START.as_millis() + u64::from(minutes) * 60_000)
}

/// A function, and what runs it.
pub struct Harness<F> {
    function: F,
    runtime: Runtime,
    now: Arc<AtomicU64>,
}

impl<F: Function> Harness<F> {
    /// Builds the function with the settings of a deployment that sets nothing.
    pub fn new(build: impl FnOnce(&FunctionContext) -> F) -> Self {
        Self::with(Environment::default(), build)
    }

    /// Builds the function with these settings.
    pub fn with(environment: Environment, build: impl FnOnce(&FunctionContext) -> F) -> Self {
        let now = Arc::new(AtomicU64::new(START.as_millis()));
        let read = Arc::clone(&now);
        let clock = Clock::from_fn(move || Timestamp::from_millis(read.load(Ordering::SeqCst)));
        // No call is made to it: every store is in memory.
        let client = LocalDynamoDb::read(&Environment::default(), "http://127.0.0.1:1").client();
        let context = FunctionContext::read(environment, client, clock).expect("a context");
        let function = build(&context);
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { function, runtime, now }
    }

    /// The function's answer to an event, this many minutes after the start.
    pub fn answer(&self, event: &str, minutes: u8) -> Option<Answer> {
        self.now.store(after(minutes).as_millis(), Ordering::SeqCst);
        // What is no JSON does not come out of API Gateway, and the runtime hands it to no function.
        let payload = RawValue::from_string(event.to_owned()).ok()?;
        let answered = shared::lambda::invoke(&self.function, LambdaEvent::new(payload, Context::default()));
        let answer = self.runtime.block_on(answered).expect("an answer has a form as JSON");
        Some(Answer::read(answer.get()))
    }
}

/// Lets panics unwind that the code under test catches: of `lambda_http` and the events it reads, which panics on what it can
/// make no request of, and of `zxcvbn`, whose sums overflow. libFuzzer's own hook would abort before they are caught. Every
/// other panic is shown, and one that reaches libFuzzer ends the run.
pub fn let_panics_unwind() {
    std::panic::set_hook(Box::new(|panic| {
        let caught = ["/lambda_http-", "/aws_lambda_events-", "/zxcvbn-"];
        let file = panic.location().map(|location| location.file()).unwrap_or_default();
        if !caught.iter().any(|krate| file.contains(krate)) {
            eprintln!("{panic}");
        }
    }));
}
