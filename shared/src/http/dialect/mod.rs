//! The two ways to speak to this API.

/// Which statuses, bodies and headers a caller expects. The path tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Latchkey's own.
    Native,
    /// That of Xano, for front ends that come from there.
    Xano,
}

impl Dialect {
    /// The dialect of a path and the route in it. Xano's paths start with the name of a group of its APIs,
    /// `/api:{group}`, which may hold `:{branch}`.
    #[must_use]
    pub fn of_path(path: &str) -> (Self, &str) {
        let group = path.strip_prefix("/api:").and_then(|rest| rest.find('/').map(|slash| rest.split_at(slash)));
        match group {
            Some((_group, route)) => (Self::Xano, route),
            None if path.starts_with("/api:") => (Self::Xano, ""),
            None => (Self::Native, path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect::{self, Native, Xano};

    #[test]
    fn the_first_segment_tells() {
        for (path, expected) in [
            ("/auth/me", (Native, "/auth/me")),
            ("/api:aB3-x_y/auth/me", (Xano, "/auth/me")),
            ("/api:aB3:v2/auth/signup", (Xano, "/auth/signup")),
            ("/api:/auth/me", (Xano, "/auth/me")),
            ("/api:aB3", (Xano, "")),
            ("/api/auth/me", (Native, "/api/auth/me")),
            ("/x/api:aB3/auth/me", (Native, "/x/api:aB3/auth/me")),
            ("", (Native, "")),
        ] {
            assert_eq!(Dialect::of_path(path), expected, "{path}");
        }
    }
}
