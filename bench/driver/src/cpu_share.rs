//! The share of a processor that a process may use.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How much memory comes with one whole processor, in MB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>
const MEGABYTES_OF_A_PROCESSOR: u64 = 1769;
/// How often a share is dealt out. Lambda's own period is not published; a short one spreads the waiting evenly.
const PERIOD_MICROS: u64 = 20_000;

/// A control group that limits its processes to the processor time that Lambda gives for an amount of memory.
#[derive(Debug)]
pub struct CpuShare(PathBuf);

impl CpuShare {
    /// Makes the group, in whichever version of control groups the machine has. It takes root.
    pub fn of_megabytes(megabytes: u64) -> io::Result<Self> {
        let quota = PERIOD_MICROS * megabytes / MEGABYTES_OF_A_PROCESSOR;
        let first = Path::new("/sys/fs/cgroup/cpu");
        let group = if first.exists() { first } else { Path::new("/sys/fs/cgroup") };
        let group = group.join(format!("latchkey-{}-{megabytes}", std::process::id()));
        fs::create_dir_all(&group)?;
        let made = Self(group);
        if first.exists() {
            made.set("cpu.cfs_period_us", &PERIOD_MICROS.to_string())?;
            made.set("cpu.cfs_quota_us", &quota.to_string())?;
        } else {
            made.set("cpu.max", &format!("{quota} {PERIOD_MICROS}"))?;
        }
        Ok(made)
    }

    /// Puts a process under the limit.
    pub fn apply(&self, pid: u32) -> io::Result<()> {
        self.set("cgroup.procs", &pid.to_string())
    }

    fn set(&self, file: &str, value: &str) -> io::Result<()> {
        fs::write(self.0.join(file), value)
    }
}

/// The group can only go once its processes have ended.
impl Drop for CpuShare {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}
