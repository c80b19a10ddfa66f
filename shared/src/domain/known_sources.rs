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

/// The sources that somebody has signed up or logged in from, the oldest first. From these, nobody else's failed
/// attempts keep the owner out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownSources(Vec<SourceDigest>);

impl KnownSources {
    /// How many are kept: enough for the places of a week, and few enough to be read with every log-in.
    pub const MOST: usize = 8;

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

    /// These and one more. If there are too many, the oldest gives way.
    #[must_use]
    pub fn with(&self, source: SourceDigest) -> Self {
        let too_many = (self.0.len() + 1).saturating_sub(Self::MOST);
        Self(self.0.iter().skip(too_many).cloned().chain([source]).collect())
    }

    /// The digests, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &SourceDigest> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{KnownSources, SourceDigest};

    #[test]
    fn the_oldest_source_gives_way() {
        let digest = |number: usize| SourceDigest::from_trusted(number.to_string());
        let known = (0..10).fold(KnownSources::default(), |known, number| known.with(digest(number)));
        assert_eq!(
            known.iter().map(SourceDigest::as_str).collect::<Vec<_>>(),
            ["2", "3", "4", "5", "6", "7", "8", "9"]
        );
        assert!(known.contains(&digest(9)) && !known.contains(&digest(1)));
    }
}
