//! The line of a request on the terminal.

use std::fmt;

use anstyle::{AnsiColor, Style};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Compact, Format, Writer, format};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The parts of a request's time, as the fields and as the line call them.
const PARTS: [(&str, &str); 5] = [
    ("decode_ms", "decode"),
    ("store_ms", "store"),
    ("argon2_ms", "argon2"),
    ("token_ms", "token"),
    ("encode_ms", "encode"),
];
/// What took less than this many milliseconds is left out: it explains nothing.
const WORTH_TELLING_MS: f64 = 0.1;
/// What helps anyone who is refused on their own machine, such as a suite of end-to-end tests.
const HOW_TO_SWITCH_LIMITS_OFF: &str = "cargo dev --no-limits switches the limits off";

/// Writes the event of a request as one line for people, such as
/// `POST /auth/login   401 invalid_credentials  31.2 ms (store 2.1, argon2 28.0)`, and every other event as
/// tracing-subscriber's compact format does. In colour where the writer takes colours.
pub(crate) struct RequestLine {
    others: Format<Compact>,
}

impl RequestLine {
    pub(crate) fn new() -> Self {
        Self { others: format().compact().with_target(false) }
    }
}

impl<S, N> FormatEvent<S, N> for RequestLine
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut seen = Seen::default();
        event.record(&mut seen);
        match seen.request() {
            Some(request) => request.write(&mut writer),
            None => self.others.format_event(context, writer, event),
        }
    }
}

/// The fields of an event that a line may need.
#[derive(Default)]
struct Seen {
    method: Option<String>,
    route: Option<String>,
    status: Option<u64>,
    code: Option<String>,
    total_ms: Option<f64>,
    parts: Vec<(&'static str, f64)>,
    source: Option<String>,
    request_id: Option<String>,
    cause: Option<String>,
}

impl Seen {
    /// What every line of a request has, or `None` where the event is another.
    fn request(self) -> Option<Request> {
        Some(Request {
            method: self.method?,
            route: self.route?,
            status: self.status?,
            total_ms: self.total_ms?,
            code: self.code,
            parts: self.parts,
            source: self.source,
            failure: self.request_id.zip(self.cause),
        })
    }
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        let text = match field.name() {
            "method" => &mut self.method,
            "route" => &mut self.route,
            "code" => &mut self.code,
            "source" => &mut self.source,
            "request_id" => &mut self.request_id,
            "cause" => &mut self.cause,
            _ => return,
        };
        *text = Some(printable(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "status" {
            self.status = Some(value);
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "total_ms" {
            self.total_ms = Some(value);
        }
        if let Some((_, part)) = PARTS.iter().find(|(name, _)| *name == field.name()) {
            self.parts.push((*part, value));
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn fmt::Debug) {}
}

/// A request that was answered.
struct Request {
    method: String,
    route: String,
    status: u64,
    total_ms: f64,
    code: Option<String>,
    parts: Vec<(&'static str, f64)>,
    source: Option<String>,
    /// The request's id and what went wrong.
    failure: Option<(String, String)>,
}

impl Request {
    fn write(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let colours = writer.has_ansi_escapes();
        let style = |style: Style| if colours { style } else { Style::new() };
        let (bold, dim) = (style(Style::new().bold()), style(Style::new().dimmed()));
        let of_status = style(colour_of(self.status));
        let Self { method, route, status, total_ms, .. } = self;
        write!(writer, "{bold}{method:<4}{bold:#} {route:<12} {of_status}{status}{of_status:#}")?;
        if let Some(code) = &self.code {
            write!(writer, " {of_status}{code}{of_status:#}")?;
        }
        write!(writer, "  {total_ms:.1} ms")?;
        let parts: Vec<_> = self.parts.iter().filter(|(_, took)| *took >= WORTH_TELLING_MS).collect();
        if !parts.is_empty() {
            let parts: Vec<_> = parts.iter().map(|(part, took)| format!("{part} {took:.1}")).collect();
            write!(writer, " {dim}({}){dim:#}", parts.join(", "))?;
        }
        if let Some(source) = &self.source {
            write!(writer, " from {source}")?;
        }
        if *status == 429 {
            write!(writer, " {dim}({HOW_TO_SWITCH_LIMITS_OFF}){dim:#}")?;
        }
        // Below 500 the code says it all.
        if let Some((request_id, cause)) = self.failure.as_ref().filter(|_| *status >= 500) {
            write!(writer, " {of_status}{cause}{of_status:#} {dim}(request {request_id}){dim:#}")?;
        }
        writeln!(writer)
    }
}

fn colour_of(status: u64) -> Style {
    match status {
        500.. => AnsiColor::Red.on_default().bold(),
        400.. => AnsiColor::Yellow.on_default(),
        _ => AnsiColor::Green.on_default(),
    }
}

/// The text without what would move the cursor or begin a line of its own.
fn printable(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing::Level;

    use super::RequestLine;

    #[derive(Clone, Default)]
    struct Terminal(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Terminal {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(colours: bool, log: impl FnOnce()) -> String {
        let terminal = Terminal::default();
        let writer = terminal.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::INFO)
            .with_ansi(colours)
            .event_format(RequestLine::new())
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        let bytes = terminal.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    fn log_in() {
        let (none, code) = (None::<&str>, Some("invalid_credentials"));
        tracing::info!(
            request_id = "01a2",
            method = "POST",
            route = "/auth/login",
            status = 401_u16,
            code,
            total_ms = 31.24,
            decode_ms = Some(0.03),
            store_ms = Some(2.06),
            argon2_ms = Some(28.0),
            token_ms = None::<f64>,
            encode_ms = Some(0.01),
            user_id = none,
            email_digest = Some("digest"),
            source = none,
            cause = Some("wrong password"),
            "request"
        );
    }

    #[test]
    fn a_request_is_one_line_with_its_time_by_stage() {
        let line = written(false, log_in);
        assert_eq!(line, "POST /auth/login  401 invalid_credentials  31.2 ms (store 2.1, argon2 28.0)\n");
    }

    #[test]
    fn the_status_has_a_colour_where_there_are_colours() {
        let line = written(true, log_in);
        assert!(line.contains("\u{1b}[33m401\u{1b}[0m"), "{line:?}");
    }

    #[test]
    fn a_success_has_no_code_and_no_parts_too_short_to_matter() {
        let line = written(false, || {
            tracing::info!(
                method = "GET",
                route = "/auth/me",
                status = 200_u16,
                total_ms = 0.96,
                store_ms = 0.04,
                "request"
            );
        });
        assert_eq!(line, "GET  /auth/me     200  1.0 ms\n");
    }

    #[test]
    fn a_refusal_says_from_where_and_how_to_do_without_and_a_failure_says_why_and_which_request() {
        let refused = written(false, || {
            tracing::info!(
                method = "POST",
                route = "/auth/login",
                status = 429_u16,
                code = "too_many_attempts",
                total_ms = 2.0,
                source = "127.0.0.1",
                "request"
            );
        });
        let expected = "POST /auth/login  429 too_many_attempts  2.0 ms from 127.0.0.1 \
            (cargo dev --no-limits switches the limits off)\n";
        assert_eq!(refused, expected);
        let failed = written(false, || {
            tracing::error!(
                request_id = "01a2",
                method = "GET",
                route = "/auth/me",
                status = 503_u16,
                code = "unavailable",
                total_ms = 900.0,
                cause = "a dependency failed: connection refused\n\u{1b}[2Jtwo",
                "request"
            );
        });
        let cause = "a dependency failed: connection refused  [2Jtwo";
        assert_eq!(failed, format!("GET  /auth/me     503 unavailable  900.0 ms {cause} (request 01a2)\n"));
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        let line = written(false, || tracing::warn!(version = 2, "the signing keys changed"));
        assert!(line.ends_with(" WARN the signing keys changed version=2\n"), "{line:?}");
    }
}
