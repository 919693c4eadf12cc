//! The commune page over a year of responses, how soon the program is ready on
//! an existing database, and what it holds when nothing happens.

use std::time::{Duration, Instant};

use crate::Failure;
use crate::connection::Connection;
use crate::form::Forms;
use crate::options::Options;
use crate::quantile::quantile;
use crate::served::Served;
use crate::stored::store_batch;

const STARTS: usize = 10;
const LINES: usize = 500;
const DAYS: usize = 365;

/// The bench.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let program = options.program();
    let responses: usize = options.number("responses", 20_000)?;
    let requests: usize = options.number("requests", 500)?;
    let folder = options.keep()?.join("pages");
    drop(std::fs::remove_dir_all(&folder));
    let size = std::fs::metadata(&program)?.len() as f64 / 1e6;
    println!("binary {size:.1} MB");

    let served = Served::start(&program, &folder, None).await?;
    println!("start to ready on no database {:.3} s", served.ready_after.as_secs_f64());
    fill(&served, responses).await?;
    served.stop()?;

    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let served = Served::start(&program, &folder, None).await?;
        starts.push(served.ready_after.as_secs_f64());
        served.stop()?;
    }
    println!(
        "start to ready on {responses} responses: median {:.3} s, longest {:.3} s of {STARTS}",
        quantile(&mut starts, 0.5),
        quantile(&mut starts, 1.0)
    );

    let served = Served::start(&program, &folder, None).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("idle memory {:.1} MiB", served.memory_mib("VmRSS")?);
    let point = served.point.clone();
    let mut connection = Connection::open(served.public).await?;
    for path in [
        format!("/c/{point}"),
        format!("/c/{point}?lang=en"),
        "/".to_owned(),
        format!("/s/{point}"),
    ] {
        let began = Instant::now();
        let status = connection.get(&path).await?;
        let first = began.elapsed().as_secs_f64() * 1e3;
        if status != 200 {
            println!("{path:<18} answered with {status}");
            continue;
        }
        let bytes = connection.body().len();
        let timed = timed(&served, &mut connection, &path, requests).await?;
        println!("{path:<18} first {first:>6.1} ms, then {timed}, {bytes} bytes sent");
    }
    println!("memory after the pages {:.1} MiB", served.memory_mib("VmRSS")?);
    after_each_response(&served, &mut connection).await?;
    served.stop()?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

async fn timed(
    served: &Served,
    connection: &mut Connection,
    path: &str,
    requests: usize,
) -> Result<String, Failure> {
    let watch = served.watch()?;
    let mut millis = Vec::with_capacity(requests);
    for _ in 0..requests {
        let began = Instant::now();
        connection.get(path).await?;
        millis.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let seen = watch.stop()?;
    Ok(format!(
        "p50 {:.1} ms, p95 {:.1} ms of {requests}, {:.1} ms of server CPU each (others used {:.1} cores)",
        quantile(&mut millis, 0.5),
        quantile(&mut millis, 0.95),
        seen.cpu_seconds * 1e3 / requests as f64,
        seen.others,
    ))
}

/// The page right after another response came in: the figures are made anew.
async fn after_each_response(served: &Served, connection: &mut Connection) -> Result<(), Failure> {
    const TIMES: usize = 30;
    let mut forms = Forms::new("quick-counter", &served.point)?;
    let (mut request, mut millis) = (Vec::new(), Vec::new());
    let path = format!("/c/{}", served.point);
    for _ in 0..TIMES {
        forms.put(&mut request)?;
        connection.send(&request).await?;
        let began = Instant::now();
        if connection.get(&path).await? != 200 {
            return Ok(());
        }
        millis.push(began.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "{path:<18} each time after a new response: p50 {:.1} ms, p95 {:.1} ms of {TIMES}",
        quantile(&mut millis, 0.5),
        quantile(&mut millis, 0.95)
    );
    Ok(())
}

/// Spreads `responses` over the year up to today.
async fn fill(served: &Served, responses: usize) -> Result<(), Failure> {
    let mut forms = Forms::new("quick-counter", &served.point)?;
    let mut connection = Connection::open(served.public).await?;
    let batches = responses.div_ceil(LINES);
    for batch in 0..batches {
        forms.days_ago((DAYS * (batches - 1 - batch) / batches) as u64)?;
        let lines = LINES.min(responses - batch * LINES);
        let request = forms.batch(lines)?;
        store_batch(&mut connection, &request, lines).await?;
    }
    Ok(())
}
