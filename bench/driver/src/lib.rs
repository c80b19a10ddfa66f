//! What the benches' drivers share.

mod cpu_share;
mod distance;
pub mod fill;
pub mod load;
mod program;

pub use cpu_share::CpuShare;
pub use distance::hold_back;
pub use program::{Measured, Run, RunError, measure};
