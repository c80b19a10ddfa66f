//! Environment variables, read once and looked up by name.

use std::collections::HashMap;
use std::str::FromStr;

use thiserror::Error;

/// A variable that is missing or does not parse. Its message names the variable, says what it must look like,
/// and gives an example.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{variable} {problem}: it must be {expected}, for example {variable}={example}")]
pub struct ConfigError {
    variable: &'static str,
    problem: String,
    expected: String,
    example: String,
}

impl ConfigError {
    /// The variable is set to `value`, which is not acceptable.
    #[must_use]
    pub fn invalid(variable: &'static str, value: &str, expected: impl Into<String>, example: &str) -> Self {
        Self { variable, problem: format!("is {value:?}"), expected: expected.into(), example: example.to_owned() }
    }

    /// The variable is set to something that is not acceptable, and that no message may show.
    #[must_use]
    pub fn invalid_secret(variable: &'static str, expected: &str, example: &str) -> Self {
        let problem = "is not acceptable".to_owned();
        Self { variable, problem, expected: expected.to_owned(), example: example.to_owned() }
    }

    fn missing(variable: &'static str, expected: &str, example: &str) -> Self {
        Self { variable, problem: "is not set".to_owned(), expected: expected.to_owned(), example: example.to_owned() }
    }

    /// The name of the variable at fault.
    #[must_use]
    pub fn variable(&self) -> &'static str {
        self.variable
    }
}

/// The variables a function starts with. An empty variable counts as unset, everywhere.
#[derive(Clone, Debug, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// The environment of this process. Variables that are not UTF-8 are left out.
    #[must_use]
    pub fn of_process() -> Self {
        #[allow(clippy::disallowed_methods, reason = "the one place that reads the process environment")]
        let variables = std::env::vars_os();
        variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
    }

    /// The same environment with `name` set to `value`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// The same environment with `name` set to `value` where it has no value yet.
    #[must_use]
    pub fn with_default(self, name: &str, value: impl Into<String>) -> Self {
        if self.get(name).is_some() { self } else { self.with(name, value) }
    }

    /// The value of `name`, or `None` where it is unset or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value of a variable that has no default.
    pub fn required(&self, name: &'static str, expected: &str, example: &str) -> Result<&str, ConfigError> {
        self.get(name).ok_or_else(|| ConfigError::missing(name, expected, example))
    }

    /// The value of a number with a default and a lowest acceptable value. The example in the error is the default.
    pub fn at_least<N>(&self, name: &'static str, lowest: N, default: N, unit: &str) -> Result<N, ConfigError>
    where
        N: FromStr + PartialOrd + std::fmt::Display + Copy,
    {
        let Some(value) = self.get(name) else { return Ok(default) };
        match value.parse() {
            Ok(number) if number >= lowest => Ok(number),
            _ => Err(ConfigError::invalid(
                name,
                value,
                format!("a whole number of {unit}, at least {lowest}"),
                &default.to_string(),
            )),
        }
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}
