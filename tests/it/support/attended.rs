//! Programs that must not outlive the test run, however it ends: each runs under
//! a small shell that waits for its standard input to close. The system closes
//! that pipe when the test process dies, even by `kill -9`.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a program may be silent about what is waited for. It is no measure of speed:
/// what takes that long on the slowest machine hangs.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// A program that is stopped when this value, or the whole test process, goes.
#[derive(Debug)]
pub(crate) struct Attended {
    shell: Child,
    said: Mutex<Receiver<String>>,
}

/// Whose account a program runs under.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Attended {
    /// Runs `script` with `arguments` as `$1`, `$2`, … The script ends what it
    /// began once `cat >/dev/null` comes back.
    pub(crate) fn start(script: &str, arguments: &[&str], account: Option<Account>) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh"]).args(arguments);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped());
        // A group of its own, so that Ctrl+C reaches the tests and not the shell.
        shell.process_group(0).current_dir("/");
        if let Some(Account { uid, gid }) = account {
            shell.uid(uid).gid(gid);
        }
        let mut shell = shell.spawn().expect("a shell can be started");
        let output = BufReader::new(shell.stdout.take().expect("its output is piped"));
        let (tell, said) = channel();
        // It reads on when nobody listens any more: the program must not stand before a full pipe.
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).for_each(|line| drop(tell.send(line)));
        });
        Self { shell, said: Mutex::new(said) }
    }

    /// Reads what the script says until a line from which `found` makes
    /// something; gives everything that was said when there is none.
    pub(crate) fn wait_for<T>(&mut self, found: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        self.wait_until(Instant::now() + LONGEST_WAIT, found)
    }

    fn wait_until<T>(
        &mut self,
        end: Instant,
        found: impl Fn(&str) -> Option<T>,
    ) -> Result<T, String> {
        let said = self.said.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut all = String::new();
        loop {
            match said.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(found) = found(line.trim_end()) {
                        return Ok(found);
                    }
                    all.extend([&line, "\n"]);
                }
                Err(RecvTimeoutError::Disconnected) => return Err(all + "(it ended)"),
                Err(RecvTimeoutError::Timeout) => return Err(all + "(it still runs)"),
            }
        }
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        drop(self.shell.wait());
    }
}

#[test]
fn what_is_waited_for_in_vain_ends_with_what_was_said() {
    let mut ended = Attended::start("echo one; echo two", &[], None);
    let two = |line: &str| (line == "two").then_some(());
    assert_eq!(
        ended.wait_for(|line| (line == "three").then_some(())),
        Err("one\ntwo\n(it ended)".into())
    );
    let mut silent = Attended::start("echo one; cat >/dev/null", &[], None);
    let end = Instant::now() + Duration::from_secs(2);
    assert_eq!(silent.wait_until(end, two), Err("one\n(it still runs)".into()));
}
