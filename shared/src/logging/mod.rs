//! Where log lines go: one JSON object a line, to standard output, for CloudWatch.

mod line;
mod metrics;

use tracing_subscriber::EnvFilter;

use crate::config::Environment;

use line::JsonLine;

/// Starts logging. The level is `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets, or `INFO`. Other crates' lines below
/// `WARN` stay out whatever it says: at their finer levels some of them log what they send.
pub fn init(environment: &Environment) {
    let level = environment.get("AWS_LAMBDA_LOG_LEVEL").unwrap_or("INFO").to_lowercase();
    let ours = ["shared", "signup", "login", "me"].map(|krate| format!(",{krate}={level}")).concat();
    let filter = EnvFilter::builder().parse_lossy(format!("warn{ours}"));
    let function = environment.get("AWS_LAMBDA_FUNCTION_NAME").map(str::to_owned);
    // A second start in one process keeps the first one's subscriber.
    let _ = tracing_subscriber::fmt().event_format(JsonLine::new(function)).with_env_filter(filter).try_init();
}
