//! The log: one line per event on stderr, warnings and errors unless told otherwise.
//! What actix-http says is left out: anyone who sends it garbage would fill the log.

use tracing_subscriber::EnvFilter;

/// Starts the log; `HAILONG_LOG` chooses what is in it (such as `info`).
pub fn start() {
    let filter = EnvFilter::try_from_env("HAILONG_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,actix_http=off"));
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .try_init();
    debug_assert!(started.is_ok(), "the log is started once");
}
