//! Time and processor time of a piece of work of this process.

use std::error::Error;
use std::io::{self, Write as _};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use shared::clock::Stopwatch;

/// Does the work as often as the first argument of the program says, and writes a line for each time: how long it took and
/// how long it had a processor, in nanoseconds.
pub async fn measure_each<E: Into<Box<dyn Error>>>(
    mut work: impl AsyncFnMut() -> Result<(), E>,
) -> Result<(), Box<dyn Error>> {
    let times: u32 = std::env::args().nth(1).unwrap_or_default().parse()?;
    let mut out = io::stdout().lock();
    for _ in 0..times {
        let (began, before) = (Stopwatch::start(), clock_gettime(ClockId::ProcessCPUTime));
        work().await.map_err(Into::into)?;
        let (cpu, took) = (clock_gettime(ClockId::ProcessCPUTime) - before, began.elapsed());
        writeln!(out, "{} {}", took.as_nanos(), Duration::try_from(cpu)?.as_nanos())?;
    }
    Ok(())
}
