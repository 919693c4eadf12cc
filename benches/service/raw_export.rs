//! `hailong export --raw` of a quarter and of all of a large database: time and
//! memory must grow with rows, and with nothing.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::machine::{cpu_seconds, memory_mib};
use crate::options::Options;
use crate::stored;

/// The bench.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let program = options.program();
    let keep = options.keep()?;
    let rows: usize = options.number("rows", 1_000_000)?;
    let instrument = options.text("instrument").unwrap_or("sipas-style");
    for part in [rows / 4, rows] {
        let folder = stored::database(&program, &keep, instrument, part).await?;
        for _ in 0..3 {
            let out = keep.join("raw.csv");
            let run = exported(&program, &folder, &out)?;
            let size = std::fs::metadata(&out)?.len() as f64 / 1e6;
            let lines = BufReader::new(File::open(&out)?).split(b'\n').count();
            println!(
                "{part:>9} stored, {lines:>9} lines, {size:>6.1} MB: {:.2} s, {:.2} CPU s, {:.0} MiB; {:.2} s per million",
                run.seconds,
                run.cpu_seconds,
                run.peak_mib,
                run.seconds * 1e6 / part as f64
            );
            std::fs::remove_file(&out)?;
        }
    }
    Ok(())
}

struct Run {
    seconds: f64,
    cpu_seconds: f64,
    peak_mib: f64,
}

fn exported(program: &Path, folder: &Path, out: &Path) -> Result<Run, Failure> {
    let began = Instant::now();
    let mut process = Command::new(program)
        .args(["export", "--raw", "--data-dir"])
        .arg(folder)
        .arg("--out")
        .arg(out)
        .stderr(Stdio::inherit())
        .spawn()?;
    let id = process.id();
    let (mut cpu, mut peak) = (0.0, 0.0);
    let status = loop {
        // An ended process keeps its CPU time until it is waited for, but no memory.
        cpu = cpu_seconds(id).unwrap_or(cpu);
        peak = memory_mib(id, "VmHWM").unwrap_or(peak);
        if let Some(status) = process.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = began.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("the export ended with {status}").into());
    }
    Ok(Run { seconds, cpu_seconds: cpu, peak_mib: peak })
}
