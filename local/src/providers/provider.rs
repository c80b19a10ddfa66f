//! Who is pretended.

use shared::domain::Provider as Known;

/// A provider that has a stand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provider {
    Google,
    GitHub,
    Facebook,
    X,
}

impl Provider {
    pub(super) const ALL: [Self; 4] = [Self::Google, Self::GitHub, Self::Facebook, Self::X];

    /// The provider that this one stands in for.
    pub(super) const fn known(self) -> Known {
        match self {
            Self::Google => Known::Google,
            Self::GitHub => Known::Github,
            Self::Facebook => Known::Facebook,
            Self::X => Known::X,
        }
    }

    /// The provider as it stands in paths.
    pub(super) const fn path(self) -> &'static str {
        self.known().as_str()
    }

    /// The provider's own spelling of its name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::GitHub => "GitHub",
            Self::Facebook => "Facebook",
            Self::X => "X",
        }
    }
}
