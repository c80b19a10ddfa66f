//! Where log lines go: one JSON object a line, to standard output, for CloudWatch.

use tracing_subscriber::EnvFilter;

use crate::config::Environment;

/// Starts logging. The level is `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets, or `INFO`. Other crates' lines below
/// `WARN` stay out whatever it says: at their finer levels some of them log what they send.
pub fn init(environment: &Environment) {
    let level = environment.get("AWS_LAMBDA_LOG_LEVEL").unwrap_or("INFO").to_lowercase();
    let ours = ["shared", "signup", "login", "me"].map(|krate| format!(",{krate}={level}")).concat();
    let filter = EnvFilter::builder().parse_lossy(format!("warn{ours}"));
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false).with_span_list(false);
    // A second start in one process keeps the first one's subscriber.
    let _ = lines.with_env_filter(filter).try_init();
}
