//! The log of one service, watched: a warning nobody expected fails its test.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::Dispatch;
use tracing_subscriber::EnvFilter;

/// Collects the warnings and errors of one service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    everything: bool,
}

impl Log {
    /// One that collects all there is, of the service and of what it is made of.
    pub(crate) fn of_everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Every line so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where events go that belong to this log. How long a statement took is
    /// the machine's affair, so warnings of sqlx are left out.
    pub(crate) fn dispatch(&self) -> Dispatch {
        let log = self.clone();
        let filter = if self.everything { "info,hailong=trace" } else { "warn,sqlx=error" };
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(filter))
            .with_ansi(false)
            .without_time()
            .with_writer(move || log.clone())
            .into()
    }

    /// Fails unless the events are those that `expected` has a part of, each at
    /// least once.
    pub(crate) fn check(&self, expected: &[String]) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let grave = |line: &&String| !self.everything || line.trim_start().starts_with("ERROR");
        for line in lines.iter().filter(grave) {
            let known = expected.iter().any(|part| line.contains(part));
            assert!(known, "the log has what this test does not expect: {line}");
        }
        for part in expected {
            let there = lines.iter().any(|line| line.contains(part));
            assert!(there, "the log should say {part:?}, and says {lines:?}");
        }
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line).trim_end().to_owned();
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
