//! Programs that must not outlive the test run, however it ends: each runs under
//! a small shell that waits for its standard input to close. The system closes
//! that pipe when the test process dies, even by `kill -9`.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A program that is stopped when this value, or the whole test process, goes.
#[derive(Debug)]
pub(crate) struct Attended {
    shell: Child,
    said: BufReader<ChildStdout>,
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
        let said = BufReader::new(shell.stdout.take().expect("its output is piped"));
        Self { shell, said }
    }

    /// Reads what the script says until a line from which `found` makes
    /// something; gives everything that was said when there is none.
    pub(crate) fn wait_for<T>(&mut self, found: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        let mut all = String::new();
        loop {
            let begin = all.len();
            match self.said.read_line(&mut all) {
                Ok(0) | Err(_) => return Err(all),
                Ok(_) => {
                    if let Some(found) = found(all[begin..].trim_end()) {
                        return Ok(found);
                    }
                }
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
