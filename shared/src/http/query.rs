//! The query of a request, read strictly.

use std::collections::HashMap;
use std::fmt;

use url::form_urlencoded;

use super::Problem;
use super::problem::MALFORMED_QUERY;

/// The names and values of a query. None stands in it twice.
#[derive(Default)]
pub struct Query(HashMap<String, String>);

impl Query {
    /// Reads what follows the `?`.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        strict_pairs(text.as_bytes()).map(Self).ok_or(MALFORMED_QUERY)
    }

    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Values may be secrets, such as codes, so the debug form shows none.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Query([REDACTED])")
    }
}

/// Names and values by the rules of the [URL standard](https://url.spec.whatwg.org/#urlencoded-parsing), but for a name that
/// comes twice, and for bytes that are not UTF-8 or U+FFFD, which stands for those: then there are none.
pub(super) fn strict_pairs(bytes: &[u8]) -> Option<HashMap<String, String>> {
    let mut pairs = HashMap::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        let not_utf8 = name.contains(char::REPLACEMENT_CHARACTER) || value.contains(char::REPLACEMENT_CHARACTER);
        if pairs.insert(name.into_owned(), value.into_owned()).is_some() || not_utf8 {
            return None;
        }
    }
    Some(pairs)
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
