//! The real program in a process of its own.

use std::process::{Command, Output, Stdio};

use super::attended::Attended;
use super::database::Database;

const PROGRAM: &str = env!("CARGO_BIN_EXE_hailong");

/// Says the program's process id, then what it says, then its exit status; ends
/// it once nobody attends any more.
const SCRIPT: &str = r#"
exec 3<&0
# Beyond this many half kilobytes a file cannot grow: to the program the disk is full.
trap '' XFSZ
ulimit -S -f "$1"
shift
"$@" 2>&1 3<&- & program=$!
exec 2>/dev/null
echo "process $program"
# It holds no output open: what is read ends when the program has ended.
(cat <&3; kill -9 $program) >/dev/null 2>&1 &
wait $program
echo "ended $?"
"#;

/// A running `hailong serve`; one that does not start fails the test with what it said.
#[derive(Debug)]
pub(crate) struct Serving {
    attended: Attended,
    process: String,
    /// The address of its home page, as it was announced.
    pub(crate) home: String,
    /// The address of its readiness, as it was announced.
    pub(crate) ready: String,
}

impl Serving {
    /// Serves `database` on ports of the system's choice.
    pub(crate) fn start(database: &Database) -> Self {
        Self::with(&["--database", database.url(), "--submissions-per-minute", "0"])
    }

    /// Serves `database` on a disk on which no file can outgrow `kilobytes`.
    pub(crate) fn on_a_small_disk(database: &Database, kilobytes: u32) -> Self {
        let options = ["--database", database.url(), "--submissions-per-minute", "0"];
        Self::limited(&(kilobytes * 2).to_string(), &options)
    }

    /// Serves on ports of the system's choice with more `options`.
    pub(crate) fn with(options: &[&str]) -> Self {
        Self::limited("unlimited", options)
    }

    fn limited(half_kilobytes: &str, options: &[&str]) -> Self {
        let ports = ["--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"];
        let arguments = [&[half_kilobytes, PROGRAM, "serve"], &ports[..], options].concat();
        let mut attended = Attended::start(SCRIPT, &arguments, None);
        let mut announced = |name: &str| {
            let value = |line: &str| Some(line.trim().strip_prefix(name)?.trim().to_owned());
            attended.wait_for(value).unwrap_or_else(|said| panic!("no {name} in: {said}"))
        };
        let process = announced("process");
        let home = announced("home");
        let ready = announced("health");
        Self { attended, process, home, ready }
    }

    /// The first line it says from now on that begins with `start` and has `part`.
    pub(crate) fn announced(&mut self, start: &str, part: &str) -> String {
        let wanted = |line: &str| {
            let line = line.trim();
            (line.starts_with(start) && line.contains(part)).then(|| line.to_owned())
        };
        self.attended.wait_for(wanted).unwrap_or_else(|said| panic!("no {part} in: {said}"))
    }

    /// Gives the disk room again.
    pub(crate) fn make_room(&self) {
        let raised =
            Command::new("prlimit").args(["--pid", &self.process, "--fsize=unlimited:"]).status();
        assert!(raised.expect("prlimit runs").success());
    }

    /// Kills it without a warning.
    pub(crate) fn kill(self) {
        assert_eq!(self.signal("-9"), 137, "it was killed");
    }

    /// Asks it to stop; gives its exit status.
    pub(crate) fn terminate(self) -> i32 {
        self.signal("-TERM")
    }

    fn signal(mut self, signal: &str) -> i32 {
        let sent = Command::new("kill").args([signal, &self.process]).status();
        assert!(sent.expect("kill runs").success());
        let status = |line: &str| line.strip_prefix("ended ")?.parse().ok();
        self.attended.wait_for(status).expect("the shell says how it ended")
    }
}

/// Runs `hailong` with `arguments` to its end, in an empty folder.
pub(crate) fn hailong(arguments: &[&str]) -> Finished {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("HAILONG_DATABASE")
        .env_remove("HAILONG_LANG")
        .output()
        .expect("the program runs");
    Finished::of(output)
}

/// Starts the program and leaves it to itself; what it says is not heard.
pub(crate) fn begin(arguments: &[&str]) -> std::process::Child {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir("/").stdout(Stdio::null()).stderr(Stdio::null());
    command.env_remove("HAILONG_DATABASE").env_remove("HAILONG_LANG");
    command.spawn().expect("the program starts")
}

/// How the program ended and what it said.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Finished {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program speaks UTF-8");
        let status = output.status.code().expect("the program ended by itself");
        Self { status, out: text(output.stdout), err: text(output.stderr) }
    }

    /// Whether all that is told is that nobody was drawn.
    pub(crate) fn tells_only_of_volunteers(&self) -> bool {
        let of_whom = "hailong: tệp không nêu thiết kế mẫu";
        let in_english = "hailong: no sampling design is given";
        let told = |line: &str| line.starts_with(of_whom) || line.starts_with(in_english);
        self.err.lines().count() == 1 && self.err.lines().all(told)
    }

    /// Fails unless the work failed with one sentence on standard error; gives it.
    pub(crate) fn one_sentence(&self) -> &str {
        assert_eq!((self.status, self.out.as_str()), (1, ""), "{self:?}");
        let told = self.err.strip_prefix("hailong: ").unwrap_or_else(|| panic!("{self:?}"));
        assert_eq!(told.trim_end().lines().count(), 1, "{self:?}");
        assert!(!told.contains("panicked"), "{self:?}");
        told
    }
}
