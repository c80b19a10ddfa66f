//! How the floors measure themselves.

mod meter;

pub use meter::measure_each;

/// As long as the header and the claims of a token are.
pub const SIGNED_BYTES: usize = 300;
