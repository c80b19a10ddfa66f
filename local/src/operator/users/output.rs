//! How a command answers: in words, or in JSON for a program.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::fmt;
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
        if self.json { writeln!(out, "{value}") } else { writeln!(out, "{text}") }
    }

    /// Says the text to a person. A program is told in another way.
    pub(super) fn tell_person(self, text: impl fmt::Display) -> io::Result<()> {
        if self.json { Ok(()) } else { writeln!(io::stdout().lock(), "{text}") }
    }
}
