//! Paths with parameters in them.

/// The path of a route, without stage, base path or trailing slash. A segment in braces, such as `{id}`, is a parameter:
/// it stands for any one segment that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern(&'static str);

impl Pattern {
    pub(super) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The pattern as it is written, which is how API Gateway and OpenAPI write it too.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.0
    }

    /// Whether this path is one of the pattern's.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let mut segments = path.split('/');
        let all = self.0.split('/').all(|part| {
            let segment = segments.next();
            if name_of(part).is_some() { segment.is_some_and(|s| !s.is_empty()) } else { segment == Some(part) }
        });
        all && segments.next().is_none()
    }

    /// How many parameters it has.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.0.split('/').filter(|part| name_of(part).is_some()).count()
    }

    /// The segment of a matching path that stands at this parameter, as it stands in the path: it is not percent-decoded.
    pub(super) fn parameter<'p>(&self, path: &'p str, name: &str) -> Option<&'p str> {
        let parts = self.0.split('/').zip(path.split('/'));
        parts.into_iter().find(|(part, _segment)| name_of(part) == Some(name)).map(|(_part, segment)| segment)
    }
}

/// The name of a parameter, if this part of a pattern is one.
fn name_of(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_parameter_is_one_segment_that_is_not_empty() {
        let pattern = Pattern::new("/auth/providers/{provider}/start");
        for (path, provider) in [
            ("/auth/providers/google/start", Some("google")),
            ("/auth/providers/%67oogle/start", Some("%67oogle")),
            ("/auth/providers//start", None),
            ("/auth/providers/a/b/start", None),
            ("/auth/providers/google", None),
            ("/auth/providers/google/start/", None),
            ("auth/providers/google/start", None),
            ("", None),
        ] {
            assert_eq!(pattern.matches(path), provider.is_some(), "{path}");
            assert_eq!(pattern.parameter(path, "provider").filter(|_| pattern.matches(path)), provider, "{path}");
        }
        assert_eq!(pattern.parameter("/auth/providers/google/start", "other"), None);
        assert_eq!((pattern.parameters(), Pattern::new("/auth/me").parameters()), (1, 0));
    }
}
