//! Environment variables, read once and looked up by name.

use std::collections::HashMap;
use std::fmt::{self, Display};
use std::ops::RangeInclusive;
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

    /// The variable is not set, and has to be.
    #[must_use]
    pub fn missing(variable: &'static str, expected: &str, example: &str) -> Self {
        Self { variable, problem: "is not set".to_owned(), expected: expected.to_owned(), example: example.to_owned() }
    }

    /// The name of the variable at fault.
    #[must_use]
    pub fn variable(&self) -> &'static str {
        self.variable
    }
}

/// The variables a function starts with. An empty variable counts as unset, everywhere.
#[derive(Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// What stands for "not set": SAM's guided deploy takes no empty answer.
    const NONE: &'static str = "none";

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

    /// The value of `name`, or `None` where it is unset or empty. That it was looked up is logged at `DEBUG`, its value
    /// never.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(String::as_str).filter(|value| !value.is_empty());
        tracing::debug!(variable = name, set = value.is_some(), "an environment variable was read");
        value
    }

    /// The value of a variable that may also be switched off with the word `none`.
    #[must_use]
    pub fn chosen(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| *value != Self::NONE)
    }

    /// The value of a variable that has no default.
    pub fn required(&self, name: &'static str, expected: &str, example: &str) -> Result<&str, ConfigError> {
        self.get(name).ok_or_else(|| ConfigError::missing(name, expected, example))
    }

    /// The value of a number with a default and a lowest acceptable value. The example in the error is the default.
    pub fn at_least<N>(&self, name: &'static str, lowest: N, default: N, unit: &str) -> Result<N, ConfigError>
    where
        N: FromStr + PartialOrd + Display + Copy,
    {
        let accept = |number| (number >= lowest).then_some(number);
        self.number(name, default, accept, || format!("a whole number of {unit}, at least {lowest}"))
    }

    /// What `make` makes of a number with a default and two bounds, both of them acceptable. The example in the error is
    /// the default.
    pub fn within<N, T>(
        &self,
        name: &'static str,
        bounds: RangeInclusive<N>,
        default: N,
        unit: &str,
        make: impl FnOnce(N) -> Option<T>,
    ) -> Result<T, ConfigError>
    where
        N: FromStr + PartialOrd + Display + Copy,
    {
        let accept = |number| if bounds.contains(&number) { make(number) } else { None };
        let (lowest, highest) = (bounds.start(), bounds.end());
        self.number(name, default, accept, || {
            format!("a whole number of {unit}, at least {lowest} and at most {highest}")
        })
    }

    fn number<N, T>(
        &self,
        name: &'static str,
        default: N,
        accept: impl FnOnce(N) -> Option<T>,
        expected: impl FnOnce() -> String,
    ) -> Result<T, ConfigError>
    where
        N: FromStr + Display + Copy,
    {
        let example = default.to_string();
        let value = self.get(name).unwrap_or(&example);
        value.parse().ok().and_then(accept).ok_or_else(|| ConfigError::invalid(name, value, expected(), &example))
    }
}

/// A value may be a secret, so the debug form shows the names alone.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    fn check(value: &str, expected: Result<u32, &str>) {
        let environment = Environment::default().with("SIZE", value);
        let odd_ones_out = |number| (number != 7).then_some(number);
        let read = environment.within("SIZE", 3..=9, 5, "feet", odd_ones_out).map_err(|error| error.to_string());
        assert_eq!(read, expected.map_err(str::to_owned), "{value}");
    }

    #[test]
    fn a_number_is_within_its_bounds_or_the_error_says_what_to_do() {
        check("", Ok(5));
        check("3", Ok(3));
        check("9", Ok(9));
        check(
            "2",
            Err("SIZE is \"2\": it must be a whole number of feet, at least 3 and at most 9, for example SIZE=5"),
        );
        for wrong in ["10", "-3", "4294967299", "3.5", " 3", "three", "7"] {
            let expected = "it must be a whole number of feet, at least 3 and at most 9, for example SIZE=5";
            check(wrong, Err(&format!("SIZE is \"{wrong}\": {expected}")));
        }
    }
}
