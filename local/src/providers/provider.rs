//! Who is pretended.

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

    /// The provider as it stands in paths, those of the function `oauth` among them.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::GitHub => "github",
            Self::Facebook => "facebook",
            Self::X => "x",
        }
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
