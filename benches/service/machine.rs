//! What Linux tells of a process and of the whole machine under `/proc`.

use std::fs::read_to_string;
use std::time::Instant;

use crate::Failure;

/// Linux counts CPU time in hundredths of a second for every reader of `/proc`.
const TICKS_A_SECOND: f64 = 100.0;

/// CPU seconds (user and system) that the process `id` has used.
pub(crate) fn cpu_seconds(id: u32) -> Result<f64, Failure> {
    let stat = read_to_string(format!("/proc/{id}/stat"))?;
    // The program's name stands in parentheses and may hold anything.
    let after = stat.rsplit_once(") ").ok_or("an odd /proc/…/stat")?.1;
    let ticks: u64 = after
        .split_ascii_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    Ok(ticks as f64 / TICKS_A_SECOND)
}

/// The field `name` of `/proc/ID/status`, in MiB: `VmRSS` now, `VmHWM` at its peak.
pub(crate) fn memory_mib(id: u32, name: &str) -> Result<f64, Failure> {
    let status = read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).ok_or("no such field")?;
    let kib: f64 = line.split_ascii_whitespace().nth(1).ok_or("an odd field")?.parse()?;
    Ok(kib / 1024.0)
}

/// CPU seconds that all processes together have used.
fn busy_seconds() -> Result<f64, Failure> {
    let stat = read_to_string("/proc/stat")?;
    let line = stat.lines().next().ok_or("an empty /proc/stat")?;
    let fields: Vec<f64> =
        line.split_ascii_whitespace().skip(1).map(str::parse).collect::<Result<_, _>>()?;
    // user, nice, system, idle, iowait, irq, softirq
    let busy: f64 = [0, 1, 2, 5, 6].iter().filter_map(|i| fields.get(*i)).sum();
    Ok(busy / TICKS_A_SECOND)
}

/// Watches one process and, to tell a quiet machine from a busy one, all others.
pub(crate) struct Watch {
    process: u32,
    began: Instant,
    used: [f64; 3],
}

/// What a [`Watch`] saw.
pub(crate) struct Seen {
    /// Wall seconds.
    pub(crate) seconds: f64,
    /// CPU seconds of the process watched.
    pub(crate) cpu_seconds: f64,
    /// Cores that were used neither by it nor by the bench.
    pub(crate) others: f64,
}

impl Watch {
    /// Watches the process `id` from now on.
    pub(crate) fn start(id: u32) -> Result<Self, Failure> {
        Ok(Self { process: id, began: Instant::now(), used: Self::used(id)? })
    }

    /// What there was to see since.
    pub(crate) fn stop(self) -> Result<Seen, Failure> {
        let seconds = self.began.elapsed().as_secs_f64();
        let now = Self::used(self.process)?;
        let [process, bench, all] = std::array::from_fn(|i| now[i] - self.used[i]);
        Ok(Seen {
            seconds,
            cpu_seconds: process,
            others: (all - process - bench).max(0.0) / seconds,
        })
    }

    fn used(id: u32) -> Result<[f64; 3], Failure> {
        Ok([cpu_seconds(id)?, cpu_seconds(std::process::id())?, busy_seconds()?])
    }
}
