//! Where log lines go: one JSON object a line, to standard output, for CloudWatch.

mod line;
mod metrics;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::Environment;

use line::JsonLine;

/// Starts logging. The level is `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets, or `INFO`. Other crates' lines below
/// `WARN` stay out whatever it says: at their finer levels some of them log what they send.
pub fn init(environment: &Environment) {
    let ours = level(environment.get("AWS_LAMBDA_LOG_LEVEL"));
    let filter = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_targets(["shared", "signup", "login", "me"].map(|krate| (krate, ours)));
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
