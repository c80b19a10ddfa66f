//! What is logged and where to: one JSON object a line, to standard output, for CloudWatch. The fields of a request's line
//! are those of [`RequestLine`], and those of a mail's line those of [`MailLine`].

mod json_line;
mod mail_line;
mod metrics;
mod request_line;
mod timings;

pub use mail_line::MailLine;
pub use request_line::{RequestLine, write_refused_event};
pub use timings::{Part, Timings};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::environment::Environment;

use json_line::JsonLine;

/// Starts logging for the crate of a function. The level is `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets, or `INFO`. Other
/// crates' lines below `WARN` are left out whatever it says: at their finer levels some of them log what they send.
pub fn init(environment: &Environment, krate: &'static str) {
    let ours = level(environment.get("AWS_LAMBDA_LOG_LEVEL"));
    let filter = Targets::new().with_default(LevelFilter::WARN).with_targets([("shared", ours), (krate, ours)]);
    let function = environment.get("AWS_LAMBDA_FUNCTION_NAME").map(str::to_owned);
    let lines = tracing_subscriber::fmt::layer().event_format(JsonLine::new(function));
    // A second start in one process keeps the first one's subscriber.
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
}

/// What Lambda calls a level. <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
fn level(name: Option<&str>) -> LevelFilter {
    match name {
        Some("FATAL") => LevelFilter::ERROR,
        name => name.and_then(|name| name.parse().ok()).unwrap_or(LevelFilter::INFO),
    }
}
