//! What a write asks for and changes.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;

/// The condition and the update of a write, with the names and values that stand for `#…` and `:…` in them.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html>
#[derive(Clone, Default)]
pub struct Expression {
    pub(super) condition: Option<String>,
    pub(super) update: Option<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expression {
    /// No condition and no update.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The write happens only if no item has this key.
    #[must_use]
    pub fn if_absent(key: &str) -> Self {
        Self::new().condition("attribute_not_exists(#key)").name("#key", key)
    }

    /// The write happens only if this holds.
    #[must_use]
    pub fn condition(mut self, condition: impl Into<String>) -> Self {
        self.condition = Some(condition.into());
        self
    }

    /// The write happens only if this holds too. `OR` needs parentheses on either side.
    #[must_use]
    pub fn and(mut self, condition: impl fmt::Display) -> Self {
        self.condition = Some(match self.condition {
            Some(first) => format!("{first} AND {condition}"),
            None => condition.to_string(),
        });
        self
    }

    /// The write changes this.
    #[must_use]
    pub fn update(mut self, update: impl Into<String>) -> Self {
        self.update = Some(update.into());
        self
    }

    /// The update goes on with this.
    #[must_use]
    pub fn and_update(mut self, update: &str) -> Self {
        self.update.get_or_insert_default().push_str(update);
        self
    }

    /// `placeholder`, which begins with `#`, stands for this attribute.
    #[must_use]
    pub fn name(mut self, placeholder: &str, attribute: &str) -> Self {
        self.names.insert(placeholder.to_owned(), attribute.to_owned());
        self
    }

    /// `placeholder`, which begins with `:`, stands for this value.
    #[must_use]
    pub fn value(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }

    /// The names, or `None` if there are none: DynamoDB refuses an empty map.
    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    /// The values, or `None` if there are none.
    pub(super) fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }
}

/// A value may be a secret, so the debug form shows none.
impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { condition, update, names, .. } = self;
        let mut shown = f.debug_struct("Expression");
        shown.field("condition", condition).field("update", update).field("names", names).finish_non_exhaustive()
    }
}
