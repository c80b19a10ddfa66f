//! The log of everything that runs in a test process, looked at line by line.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use local::FUNCTIONS;
use serde_json::Value;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::Person;

static LINES: AtomicUsize = AtomicUsize::new(0);
static DIRTY_LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Starts to look at the log, once for the process. The functions' own lines are looked at down to `TRACE`.
pub(crate) fn watch() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        let functions = FUNCTIONS.map(|function| format!("{}=trace", function.name)).join(",");
        let ours = format!("warn,shared=trace,local=trace,mail=trace,{functions}");
        tracing_subscriber::fmt()
            .json()
            .with_env_filter(EnvFilter::builder().parse_lossy(ours))
            .with_writer(Watcher)
            .init();
    });
}

/// Whether a line shows no email address, no token, no refresh token, no password of a [`Person`] and no password hash.
///
/// A token is known by how `{"alg":`, `{"typ":` or its claims after a dot begin in Base64url. The letters that every
/// `{"` begins with are not enough: they turn up in a digest by chance.
#[must_use]
pub fn is_clean(line: &str) -> bool {
    let secrets = ["@", "eyJhbGciO", "eyJ0eXAiO", ".eyJ", "lkr1.", Person::PASSWORD_PREFIX, "$argon2"];
    !secrets.iter().any(|secret| line.contains(secret))
}

/// Fails the test where any line so far was not clean.
pub fn assert_log_is_clean() {
    let dirty = DIRTY_LINES.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(dirty.is_empty(), "the log shows what it must not: {dirty:#?}");
}

/// How many lines were looked at so far.
#[must_use]
pub fn lines_logged() -> usize {
    LINES.load(Ordering::Relaxed)
}

struct Watcher;

impl Write for Watcher {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LINES.fetch_add(1, Ordering::Relaxed);
        let text = String::from_utf8_lossy(line);
        if !is_clean(&text) {
            DIRTY_LINES.lock().unwrap_or_else(PoisonError::into_inner).push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Watcher {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

/// The lines of requests in the log of a function's program.
#[must_use]
pub fn requests_in(log: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    lines.filter(|line: &Value| line["message"] == "request").collect()
}
