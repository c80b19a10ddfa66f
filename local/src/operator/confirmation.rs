//! Asking before something that cannot be undone.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, BufRead, IsTerminal as _, Write};

use clap::Args;

use super::CommandError;

/// Whether the operator is asked.
#[derive(Args, Debug)]
pub(super) struct Confirmation {
    /// Do not ask first. Without a terminal to ask on, nothing is done unless this is passed
    #[arg(long)]
    yes: bool,
}

impl Confirmation {
    /// Asks the question, which says what will be done. Fails unless the operator agrees.
    pub(super) fn ask(&self, question: &str) -> Result<(), Box<dyn Error>> {
        if self.yes {
            return Ok(());
        }
        let stdin = io::stdin().lock();
        if !stdin.is_terminal() {
            let reason = "there is no terminal to ask on, so nothing was done: pass --yes if you are sure";
            return Err(CommandError::new(reason.to_owned()).into());
        }
        if agrees(question, stdin, io::stderr().lock())? {
            return Ok(());
        }
        Err(CommandError::new("nothing was done".to_owned()).into())
    }
}

fn agrees(question: &str, mut answers: impl BufRead, mut out: impl Write) -> io::Result<bool> {
    write!(out, "{question} [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::agrees;

    #[test]
    fn only_a_yes_is_one() {
        for (typed, expected) in [
            ("y\n", true),
            ("Yes\r\n", true),
            (" y \n", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yes, but\n", false),
            ("no\ny\n", false),
        ] {
            let mut asked = Vec::new();
            assert_eq!(agrees("Delete it?", typed.as_bytes(), &mut asked).unwrap(), expected, "{typed:?}");
            assert_eq!(asked, b"Delete it? [y/N] ");
        }
    }
}
