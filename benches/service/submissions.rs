//! Durable submissions over HTTP: many devices, each waiting for its answer
//! before it sends the next form.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::connection::Connection;
use crate::disk::syncs_a_second;
use crate::form::Forms;
use crate::options::Options;
use crate::quantile::{median, quantile};
use crate::served::Served;
use crate::stored::{database, fill};

/// What one window of time gave.
struct Window {
    acknowledged: usize,
    seconds: f64,
    /// Latencies in milliseconds.
    latencies: Vec<f64>,
    /// Server CPU, in µs per acknowledged response.
    cpu_micros: f64,
    /// Cores that neither server nor client used but somebody did.
    others: f64,
    syncs: f64,
}

impl Window {
    fn rate(&self) -> f64 {
        self.acknowledged as f64 / self.seconds
    }

    fn print(&mut self, name: &str) {
        println!(
            "{name:<18} {:>7.0}/s  p50 {:>5.1} ms  p99 {:>6.1} ms  {:>6.1} µs of server CPU each  | disk alone {:>6.0} syncs/s, others used {:.1} cores",
            self.rate(),
            quantile(&mut self.latencies, 0.5),
            quantile(&mut self.latencies, 0.99),
            self.cpu_micros,
            self.syncs,
            self.others,
        );
    }
}

/// The bench.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let program = options.program();
    let keep = options.keep()?;
    let shape = Shape {
        connections: options.number("connections", 64)?,
        time: Duration::from_secs(options.number("seconds", 5)?),
        instrument: options.text("instrument").unwrap_or("sipas-style").to_owned(),
    };
    let rounds: usize = options.number("rounds", 3)?;
    let stored: usize = options.number("stored", 1_000_000)?;
    let database = options.text("database");
    println!(
        "{} connections, {} s a window after 1 s of warming up, instrument {}",
        shape.connections,
        shape.time.as_secs(),
        shape.instrument
    );
    let folder = keep.join("submissions");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder)?;
    let (mut empty, mut full) = (Vec::new(), Vec::new());
    if database.is_some() {
        let served = Served::start(&program, &folder, database).await?;
        for _ in 0..rounds {
            empty.push(shape.window(&served, &folder, "as found").await?);
        }
        if stored > 0 {
            fill(&served, &shape.instrument, stored).await?;
            for _ in 0..rounds {
                full.push(shape.window(&served, &folder, "filled").await?);
            }
        }
        summary(served, &empty, &full)?;
    } else {
        let served =
            if stored > 0 { Some(filled(&program, &keep, &shape, stored).await?) } else { None };
        for round in 0..rounds {
            let fresh = folder.join(format!("empty-{round}"));
            let beside = Served::start(&program, &fresh, None).await?;
            empty.push(shape.window(&beside, &fresh, "empty").await?);
            println!("{:<18} peak memory {:.0} MiB", "", beside.memory_mib("VmHWM")?);
            beside.stop()?;
            if let Some(served) = &served {
                full.push(shape.window(served, &folder, &format!("{stored} stored")).await?);
            }
        }
        if let Some(served) = served {
            summary(served, &empty, &full)?;
        }
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn summary(served: Served, empty: &[Window], full: &[Window]) -> Result<(), Failure> {
    println!("peak memory {:.0} MiB", served.memory_mib("VmHWM")?);
    if !full.is_empty() {
        let of = |windows: &[Window], f: fn(&Window) -> f64| median(windows.iter().map(f));
        println!(
            "medians: {:.0}/s then {:.0}/s, ratio {:.2}; server CPU {:.1} µs then {:.1} µs",
            of(empty, Window::rate),
            of(full, Window::rate),
            of(full, Window::rate) / of(empty, Window::rate),
            of(empty, |w| w.cpu_micros),
            of(full, |w| w.cpu_micros),
        );
    }
    served.stop()
}

/// How the server is used.
struct Shape {
    connections: usize,
    time: Duration,
    instrument: String,
}

impl Shape {
    async fn window(&self, served: &Served, folder: &Path, name: &str) -> Result<Window, Failure> {
        let syncs = syncs_a_second(folder)?;
        self.send(served, Duration::from_secs(1)).await?;
        let watch = served.watch()?;
        let latencies = self.send(served, self.time).await?;
        let seen = watch.stop()?;
        let mut window = Window {
            acknowledged: latencies.len(),
            seconds: seen.seconds,
            cpu_micros: seen.cpu_seconds * 1e6 / latencies.len() as f64,
            others: seen.others,
            syncs: f64::midpoint(syncs, syncs_a_second(folder)?),
            latencies,
        };
        window.print(name);
        Ok(window)
    }

    /// Sends forms on every connection for `time`; gives the latencies of the
    /// acknowledged ones in milliseconds.
    async fn send(&self, served: &Served, time: Duration) -> Result<Vec<f64>, Failure> {
        let until = Instant::now() + time;
        let forms = Rc::new(RefCell::new(Forms::new(&self.instrument, &served.point)?));
        let devices = (0..self.connections).map(|_| {
            let forms = Rc::clone(&forms);
            let public = served.public;
            async move {
                let mut connection = Connection::open(public).await?;
                let (mut latencies, mut request) = (Vec::new(), Vec::new());
                while Instant::now() < until {
                    forms.borrow_mut().put(&mut request)?;
                    let began = Instant::now();
                    let status = connection.send(&request).await?;
                    if status != 201 {
                        let said = String::from_utf8_lossy(connection.body()).into_owned();
                        return Err(format!("a form was answered with {status}: {said}").into());
                    }
                    latencies.push(began.elapsed().as_secs_f64() * 1e3);
                }
                Ok::<_, Failure>(latencies)
            }
        });
        let latencies = futures_util::future::try_join_all(devices).await?;
        Ok(latencies.into_iter().flatten().collect())
    }
}

/// A server on a copy of a database with `stored` responses.
async fn filled(
    program: &Path,
    keep: &Path,
    shape: &Shape,
    stored: usize,
) -> Result<Served, Failure> {
    let original = database(program, keep, &shape.instrument, stored).await?.join("hailong.db");
    let folder = keep.join("submissions").join("filled");
    std::fs::create_dir_all(&folder)?;
    let copy = folder.join("hailong.db");
    std::fs::copy(&original, &copy)?;
    std::fs::File::open(&copy)?.sync_all()?;
    println!(
        "database with {stored} responses: {:.0} MiB",
        std::fs::metadata(&copy)?.len() as f64 / 1_048_576.0
    );
    Served::start(program, &folder, None).await
}
