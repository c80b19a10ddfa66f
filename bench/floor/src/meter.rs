//! Time and processor time of a piece of work on the main thread.

use std::error::Error;
use std::io::{self, Write as _};

use shared::clock::Stopwatch;

/// Does the work as often as the first argument of the program says, and writes a line for each time: how long it took and
/// how long it had a processor, in nanoseconds.
pub async fn measure_each<E: Into<Box<dyn Error>>>(
    mut work: impl AsyncFnMut() -> Result<(), E>,
) -> Result<(), Box<dyn Error>> {
    let times: u32 = std::env::args().nth(1).unwrap_or_default().parse()?;
    let mut out = io::stdout().lock();
    for _ in 0..times {
        let (began, before) = (Stopwatch::start(), cpu_nanos()?);
        work().await.map_err(Into::into)?;
        let (cpu, took) = (cpu_nanos()?.saturating_sub(before), began.elapsed().as_nanos());
        writeln!(out, "{took} {cpu}")?;
    }
    Ok(())
}

/// How long the main thread has had a processor: the first number of `schedstat`.
/// <https://docs.kernel.org/scheduler/sched-stats.html>
fn cpu_nanos() -> io::Result<u64> {
    let stat = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanos = stat.split(' ').next().and_then(|nanos| nanos.parse().ok());
    nanos.ok_or_else(|| io::Error::other("the kernel does not tell processor times"))
}
