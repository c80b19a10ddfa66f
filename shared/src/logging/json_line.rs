//! The form of a line.

use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::metrics;
use crate::clock::Clock;

/// Writes an event as one JSON object: `timestamp`, `level`, `target`, and its fields beside them. The line of a
/// request also is its metrics, which CloudWatch takes out of the log, so that counting costs no call. The JSON
/// formatter of tracing-subscriber cannot write the nested object that they need.
pub(super) struct JsonLine {
    function: Option<String>,
    clock: Clock,
}

impl JsonLine {
    /// Lines with metrics under the function's name, if it has one.
    pub(super) fn new(function: Option<String>) -> Self {
        Self { function, clock: Clock::system() }
    }
}

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(&self, _context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let mut members = Members(Map::new());
        members.put("timestamp", timestamp);
        members.put("level", event.metadata().level().as_str());
        members.put("target", event.metadata().target());
        event.record(&mut members);
        let Members(mut line) = members;
        if let Some(function) = &self.function {
            metrics::embed(&mut line, function, self.clock.now());
        }
        let line = serde_json::to_string(&line).map_err(|_unwritable| fmt::Error)?;
        writeln!(writer, "{line}")
    }
}

/// The fields of an event as members of an object.
struct Members(Map<String, Value>);

impl Members {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

impl Visit for Members {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field.name(), format!("{value:?}"));
    }
}
