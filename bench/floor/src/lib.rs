//! How the floors measure themselves.

mod meter;

pub use meter::measure_each;
