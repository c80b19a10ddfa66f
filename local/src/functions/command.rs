//! Which program answers which paths.

use std::str::FromStr;

use thiserror::Error;

/// What belongs to Latchkey itself.
const OUR_FIRST_SEGMENTS: [&str; 4] = ["auth", ".well-known", "openapi.yaml", "page"];

/// The command line of a function's program and the paths that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionCommand {
    prefix: String,
    command: String,
}

/// Why a text is no [`FunctionCommand`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NotFunctionCommand {
    /// It has another form.
    #[error("pass a path and a command, such as /notes='cargo run -p notes'")]
    Form,
    /// The path is Latchkey's.
    #[error("this path is Latchkey's own; pass another one, such as /notes")]
    OursAlready,
}

impl FunctionCommand {
    /// The path, without a slash at its end, that is answered together with everything below it.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The command line, for the system's shell.
    #[must_use]
    pub fn command(&self) -> &str {
        &self.command
    }
}

impl FromStr for FunctionCommand {
    type Err = NotFunctionCommand;

    /// Reads `<path>=<command>`. The path holds what a URI's path holds and is not percent-encoded.
    fn from_str(text: &str) -> Result<Self, NotFunctionCommand> {
        let (prefix, command) = text.split_once('=').ok_or(NotFunctionCommand::Form)?;
        let mut segments = prefix.strip_prefix('/').ok_or(NotFunctionCommand::Form)?.split('/');
        let is_segment = |segment: &str| {
            !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte))
        };
        if !segments.clone().all(is_segment) || command.trim().is_empty() {
            return Err(NotFunctionCommand::Form);
        }
        let first = segments.next().unwrap_or_default();
        if OUR_FIRST_SEGMENTS.contains(&first) || first.starts_with("api:") {
            return Err(NotFunctionCommand::OursAlready);
        }
        Ok(Self { prefix: prefix.to_owned(), command: command.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::{FunctionCommand, NotFunctionCommand};

    #[test]
    fn a_function_is_a_path_and_a_command() {
        for (text, expected) in [
            ("/notes=cargo run -p notes", Ok(("/notes", "cargo run -p notes"))),
            ("/v1/notes=A=b ./notes", Ok(("/v1/notes", "A=b ./notes"))),
            ("/authors=x", Ok(("/authors", "x"))),
            ("/notes", Err(NotFunctionCommand::Form)),
            ("/notes=", Err(NotFunctionCommand::Form)),
            ("/notes= ", Err(NotFunctionCommand::Form)),
            ("notes=x", Err(NotFunctionCommand::Form)),
            ("/=x", Err(NotFunctionCommand::Form)),
            ("/notes/=x", Err(NotFunctionCommand::Form)),
            ("/no tes=x", Err(NotFunctionCommand::Form)),
            ("/notes?a=x", Err(NotFunctionCommand::Form)),
            ("/auth=x", Err(NotFunctionCommand::OursAlready)),
            ("/auth/more=x", Err(NotFunctionCommand::OursAlready)),
            ("/.well-known/x=x", Err(NotFunctionCommand::OursAlready)),
            ("/api:aB3/notes=x", Err(NotFunctionCommand::OursAlready)),
            ("/openapi.yaml=x", Err(NotFunctionCommand::OursAlready)),
            ("/page/notes=x", Err(NotFunctionCommand::OursAlready)),
        ] {
            let read = text.parse::<FunctionCommand>();
            let read = read.as_ref().map(|function| (function.prefix(), function.command())).map_err(|error| *error);
            assert_eq!(read, expected, "{text}");
        }
    }
}
