//! The sources that an account's owner has come from.

/// The digest of a source. It says whether two are the same, and no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDigest(String);

impl SourceDigest {
    /// A digest as it was made under the deployment's digest key, or as it came out of the store.
    #[must_use]
    pub fn from_trusted(digest: String) -> Self {
        Self(digest)
    }

    /// The digest as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The sources that somebody has signed up or logged in from, the one that was used last at the end. From these, nobody
/// else's failed attempts keep the owner out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownSources(Vec<SourceDigest>);

impl KnownSources {
    /// How many are kept: enough for the places of a week, and few enough to be read with every log-in.
    pub const MOST: usize = 8;

    /// How many of the most recent ones do not move when they are used. A person with as many places costs no write, and
    /// a source that was just used outlives as many new ones as are left of [`MOST`](Self::MOST).
    pub const SETTLED: usize = 4;

    /// The sources as they came out of the store.
    #[must_use]
    pub fn from_stored(digests: Vec<SourceDigest>) -> Self {
        Self(digests)
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contains(&self, source: &SourceDigest) -> bool {
        self.0.contains(source)
    }

    /// These after a use of `source`, which is then the most recent. If there are too many, the one that was not used for
    /// the longest time gives way. `None` if the source is among the [`SETTLED`](Self::SETTLED) most recent ones:
    /// nothing has to be written then.
    #[must_use]
    pub fn after_use_of(&self, source: &SourceDigest) -> Option<Self> {
        if self.0.iter().rev().take(Self::SETTLED).any(|recent| recent == source) {
            return None;
        }
        let others = self.0.iter().filter(|other| *other != source);
        let too_many = (others.clone().count() + 1).saturating_sub(Self::MOST);
        Some(Self(others.skip(too_many).chain([source]).cloned().collect()))
    }

    /// The digests, the most recent last.
    pub fn iter(&self) -> impl Iterator<Item = &SourceDigest> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{KnownSources, SourceDigest};

    fn known(names: &str) -> KnownSources {
        KnownSources::from_stored(
            names.split_whitespace().map(|name| SourceDigest::from_trusted(name.into())).collect(),
        )
    }

    #[test]
    fn a_use_moves_a_source_to_the_end_unless_it_is_near_it() {
        for (before, used, after) in [
            ("", "a", Some("a")),
            ("a", "a", None),
            ("a b c d", "a", None),
            ("a b c d", "e", Some("a b c d e")),
            ("a b c d e", "a", Some("b c d e a")),
            ("a b c d e", "b", None),
            ("a b c d e f g h", "d", Some("a b c e f g h d")),
            ("a b c d e f g h", "e", None),
            ("a b c d e f g h", "i", Some("b c d e f g h i")),
            // More than are kept, in case a later version keeps more and is rolled back.
            ("a b c d e f g h i j", "k", Some("d e f g h i j k")),
            ("a b c d e f g h i j", "a", Some("d e f g h i j a")),
        ] {
            let used = SourceDigest::from_trusted(used.to_owned());
            assert_eq!(known(before).after_use_of(&used), after.map(known), "{before} + {used:?}");
        }
    }
}
