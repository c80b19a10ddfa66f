//! How a command answers: in words, or in JSON for a program.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use clap::Args;
use serde_json::Value;

/// Whether a person or a program reads the answer.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct OutputArgs {
    /// Answer in JSON, one line for each thing. Times are in milliseconds since 1970
    #[arg(long)]
    json: bool,
}

impl OutputArgs {
    /// Says the text, or the value for a program.
    pub(super) fn tell(self, text: impl fmt::Display, value: &Value) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let said = if self.json { value.to_string() } else { text.to_string() };
        writeln!(out, "{}", harmless(&said))
    }

    /// Says the text to a person. A program is told in another way.
    pub(super) fn tell_person(self, text: impl fmt::Display) -> io::Result<()> {
        if self.json { Ok(()) } else { writeln!(io::stdout().lock(), "{}", harmless(&text.to_string())) }
    }
}

/// The text with what a terminal takes for a command, or what changes the order of text, escaped as in JSON. Users choose much of
/// what is shown.
pub(super) fn harmless(text: &str) -> String {
    let is_harmful = |c: char| {
        let changes_order =
            matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        (c.is_control() && c != '\n') || changes_order || matches!(c, '\u{2028}' | '\u{2029}')
    };
    text.chars().fold(String::with_capacity(text.len()), |mut harmless, c| {
        if is_harmful(c) {
            // A string takes whatever is written.
            let _ = write!(harmless, "\\u{:04x}", u32::from(c));
        } else {
            harmless.push(c);
        }
        harmless
    })
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn nothing_reaches_a_terminal_but_text() {
        assert_eq!(
            harmless("Ada\n\u{1b}[31m \u{9b}31m \u{7f}\u{202e}\u{2028} \u{1f600}é"),
            "Ada\n\\u001b[31m \\u009b31m \\u007f\\u202e\\u2028 \u{1f600}é"
        );
    }
}
