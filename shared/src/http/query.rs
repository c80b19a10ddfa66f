//! The query of a request, read strictly.

use std::collections::HashMap;

use url::form_urlencoded;

use super::Problem;
use super::problem::MALFORMED_QUERY;

/// The names and values of a query. None stands in it twice.
#[derive(Debug, Default)]
pub struct Query(HashMap<String, String>);

impl Query {
    /// Reads what follows the `?` by the rules of the [URL standard](https://url.spec.whatwg.org/#urlencoded-parsing), but
    /// for a name that stands in it twice and for bytes that are not UTF-8: these are refused.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let mut values = HashMap::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let not_utf8 = name.contains(char::REPLACEMENT_CHARACTER) || value.contains(char::REPLACEMENT_CHARACTER);
            if values.insert(name.into_owned(), value.into_owned()).is_some() || not_utf8 {
                return Err(MALFORMED_QUERY);
            }
        }
        Ok(Self(values))
    }

    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn a_query_is_utf8_and_has_no_name_twice() {
        let query = Query::parse("code=a%20b&state=%C3%A9&empty=&flag").unwrap();
        assert_eq!([query.get("code"), query.get("state")], [Some("a b"), Some("é")]);
        assert_eq!([query.get("empty"), query.get("flag"), query.get("missing")], [Some(""), Some(""), None]);
        for malformed in ["a=1&a=2", "a=1&%61=1", "a=%ff", "%ff=1"] {
            assert_eq!(Query::parse(malformed).unwrap_err().code, "malformed_query", "{malformed}");
        }
        assert!(Query::parse("").unwrap().get("a").is_none());
    }
}
