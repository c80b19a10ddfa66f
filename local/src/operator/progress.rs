//! How far a slow command is.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what is done, on one line of a terminal. Elsewhere nothing is shown.
#[derive(Debug)]
pub(super) struct Progress {
    doing: String,
    done: AtomicUsize,
    is_shown: bool,
}

impl Progress {
    /// Nothing is done yet of `doing`, such as `copying users`.
    pub(super) fn of(doing: String) -> Self {
        Self { doing, done: AtomicUsize::new(0), is_shown: io::stderr().is_terminal() }
    }

    /// So many more are done.
    pub(super) fn add(&self, count: usize) {
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        if self.is_shown {
            // The work goes on even if nobody can be told.
            let _ = write!(io::stderr().lock(), "\r{}: {done}", self.doing);
        }
    }

    /// Ends the line. Returns how many are done.
    pub(super) fn end(self) -> usize {
        let done = self.done.into_inner();
        if self.is_shown && done > 0 {
            let _ = writeln!(io::stderr().lock());
        }
        done
    }
}
