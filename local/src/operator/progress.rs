//! How far a slow command is.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use shared::clock::Stopwatch;

/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(100);

/// Counts what is done, on one line of a terminal. Elsewhere nothing is shown.
#[derive(Debug)]
pub(super) struct Progress {
    doing: String,
    began: Stopwatch,
    counts: Mutex<Counts>,
    is_shown: bool,
}

#[derive(Debug, Default)]
struct Counts {
    done: usize,
    conflicts: usize,
    shown_at: Duration,
}

impl Progress {
    /// Nothing is done yet of `doing`, such as `copying users`.
    pub(super) fn of(doing: String) -> Self {
        let is_shown = io::stderr().is_terminal();
        Self { doing, began: Stopwatch::start(), counts: Mutex::default(), is_shown }
    }

    /// So many more are done.
    pub(super) fn add(&self, count: usize) {
        self.count(count, 0);
    }

    /// One more is done, with or without a conflict.
    pub(super) fn add_one(&self, is_conflict: bool) {
        self.count(1, usize::from(is_conflict));
    }

    fn count(&self, done: usize, conflicts: usize) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.done += done;
        counts.conflicts += conflicts;
        let elapsed = self.began.elapsed();
        if self.is_shown && elapsed >= counts.shown_at + EVERY {
            counts.shown_at = elapsed;
            self.show(&counts, elapsed);
        }
    }

    /// Ends the line. Returns how many are done.
    pub(super) fn end(self) -> usize {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_shown && counts.done > 0 {
            self.show(&counts, self.began.elapsed());
            let _ = writeln!(io::stderr().lock());
        }
        counts.done
    }

    /// The work goes on even if nobody can be told.
    fn show(&self, counts: &Counts, elapsed: Duration) {
        let _ = write!(io::stderr().lock(), "\r{}: {}", self.doing, Line { counts, elapsed });
    }
}

/// The rest of the line, such as `12400, 1850/s, 3 conflicts`.
struct Line<'c> {
    counts: &'c Counts,
    elapsed: Duration,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { done, conflicts, .. } = self.counts;
        let a_second = (*done as u128 * 1000).checked_div(self.elapsed.as_millis()).unwrap_or_default();
        write!(f, "{done}, {a_second}/s")?;
        match conflicts {
            0 => Ok(()),
            1 => f.write_str(", 1 conflict"),
            conflicts => write!(f, ", {conflicts} conflicts"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Counts, Line};

    #[test]
    fn the_line_says_how_many_how_fast_and_what_was_in_the_way() {
        for (done, conflicts, millis, expected) in [
            (0, 0, 0, "0, 0/s"),
            (12_400, 0, 6_700, "12400, 1850/s"),
            (12_400, 1, 6_700, "12400, 1850/s, 1 conflict"),
            (5, 3, 10_000, "5, 0/s, 3 conflicts"),
        ] {
            let counts = Counts { done, conflicts, ..Counts::default() };
            let line = Line { counts: &counts, elapsed: Duration::from_millis(millis) };
            assert_eq!(line.to_string(), expected);
        }
    }
}
