//! Who is in the stores.

/// The id of the one user there is. Her email address is grace@example.com, and she has ended no token.
pub const GRACE: &str = "0199b0a0-0000-7000-8000-000000000001";
/// The id of nobody.
pub const NOBODY: &str = "0199b0a0-0000-7000-8000-000000000002";
/// An email address that somebody has.
pub const TAKEN_EMAIL: &str = "taken@example.com";
