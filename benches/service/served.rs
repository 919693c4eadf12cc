//! A server of one's own: the real binary, started on free ports and stopped at
//! the end.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::connection::Connection;
use crate::machine::{Watch, memory_mib};

/// A running `hailong serve`.
pub(crate) struct Served {
    process: Child,
    /// Where citizens connect.
    pub(crate) public: SocketAddr,
    /// A collection point of the counter; its commune's code as well.
    pub(crate) point: String,
    /// From the start of the process to the first "ready".
    pub(crate) ready_after: Duration,
}

impl Served {
    /// Starts `program` on `database`, or else on the embedded one in `folder`,
    /// and waits until it is ready.
    pub(crate) async fn start(
        program: &Path,
        folder: &Path,
        database: Option<&str>,
    ) -> Result<Self, Failure> {
        let began = Instant::now();
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"]);
        command.args(["--submissions-per-minute", "0", "--data-dir"]).arg(folder);
        if let Some(url) = database {
            command.args(["--database", url]);
        }
        let mut process = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn()?;
        let said = process.stderr.take().ok_or("no stderr")?;
        let mut said = BufReader::new(said);
        let announced = Announced::read(&mut said)?;
        // What it says later is passed on: a closed pipe would be a fault of ours.
        std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok).filter(|line| !line.contains("Ctrl+C")) {
                eprintln!("  server: {line}");
            }
        });
        let mut ops = Connection::open(announced.ops).await?;
        while ops.get("/readyz").await? != 200 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let Announced { public, point, .. } = announced;
        Ok(Self { process, public, point, ready_after: began.elapsed() })
    }

    /// Watches what it uses.
    pub(crate) fn watch(&self) -> Result<Watch, Failure> {
        Watch::start(self.process.id())
    }

    /// The memory field `name` of its process, in MiB.
    pub(crate) fn memory_mib(&self, name: &str) -> Result<f64, Failure> {
        memory_mib(self.process.id(), name)
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        Command::new("kill").arg(self.process.id().to_string()).status()?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // After stop() there is nobody left to end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// What `serve` prints when it listens.
struct Announced {
    public: SocketAddr,
    ops: SocketAddr,
    point: String,
}

impl Announced {
    fn read(said: &mut impl BufRead) -> Result<Self, Failure> {
        let (mut public, mut point, mut heard) = (None, None, String::new());
        loop {
            let mut line = String::new();
            if said.read_line(&mut line)? == 0 {
                return Err(format!("the server did not start: {heard}").into());
            }
            if let Some((_, url)) = line.trim_end().split_once("http://") {
                let (address, path) = url.split_once('/').unwrap_or((url, ""));
                let address: SocketAddr = address.parse()?;
                if let Some(code) = path.strip_prefix("s/") {
                    point = Some(code.to_owned());
                }
                if path == "readyz" {
                    let missing = "the server announced no survey";
                    return Ok(Self {
                        public: public.ok_or(missing)?,
                        ops: address,
                        point: point.ok_or(missing)?,
                    });
                }
                public = public.or(Some(address));
            }
            heard += &line;
        }
    }
}
