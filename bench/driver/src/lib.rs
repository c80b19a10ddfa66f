//! What the benches' drivers share.

mod cpu_share;
pub mod fill;
pub mod load;
mod program;

pub use cpu_share::CpuShare;
pub use program::{Measured, Run, RunError, measure};
