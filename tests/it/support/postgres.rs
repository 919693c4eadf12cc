//! A `PostgreSQL` server of our own: in a temporary folder, on a socket nobody
//! else knows, durable as in production, gone when the tests are.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::attended::{Account, Attended};
use super::skip_without;

const SCRIPT: &str = r#"
trap '' INT TERM HUP
bin=$1 folder=$2 options=$3 tls=$4
"$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log"; exit 1; }
# Two authorities of our own, and a certificate for localhost by the first of them.
certify() {
    cd "$folder" || exit 1
    new='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
    for authority in authority stranger; do
        openssl req -x509 $new -days 2 -subj "/CN=$authority" -keyout $authority.key -out $authority.pem || exit 1
    done
    echo subjectAltName=DNS:localhost >names
    openssl req $new -subj /CN=localhost -keyout server.key -out server.request &&
        openssl x509 -req -in server.request -CA authority.pem -CAkey authority.key -CAcreateserial \
            -days 2 -extfile names -out server.pem || exit 1
    cd /
}
[ -z "$tls" ] || certify >"$folder/openssl.log" 2>&1 || { cat "$folder/openssl.log"; exit 1; }
"$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -o "$options" \
    start >/dev/null 2>&1 || { cat "$folder/log"; exit 1; }
echo ready
cat >/dev/null
"$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$folder"
"#;

/// Whether a server on the network proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    Plain,
    /// By `server.pem`, which the authority of `authority.pem` signed.
    Tls,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    bin: PathBuf,
    folder: PathBuf,
    /// What it is started with.
    options: String,
    /// Where it listens beside its socket.
    port: Option<u16>,
    account: Option<Account>,
    databases: AtomicU32,
    _attended: Attended,
}

/// The server that tests share; each has a database of its own in it. `None`
/// where `PostgreSQL` is not installed and its tests may be skipped.
pub(crate) fn shared() -> Option<&'static Server> {
    static SHARED: OnceLock<Option<Server>> = OnceLock::new();
    SHARED.get_or_init(Server::start).as_ref()
}

impl Server {
    /// A server for one test that stops it.
    pub(crate) fn start() -> Option<Self> {
        Self::listening(None, Safety::Plain)
    }

    /// A server that is also reached at `localhost` on `port`.
    pub(crate) fn on_the_network(port: u16, safety: Safety) -> Option<Self> {
        if safety == Safety::Tls && !super::on_path("openssl") {
            skip_without("openssl", "openssl");
            return None;
        }
        Self::listening(Some(port), safety)
    }

    fn listening(port: Option<u16>, safety: Safety) -> Option<Self> {
        let Some(bin) = programs() else {
            skip_without("PostgreSQL", "postgresql");
            return None;
        };
        let account = account();
        let folder = tempfile::Builder::new()
            .prefix("hailong-pg-")
            .tempdir()
            .expect("a temporary folder")
            .keep();
        if let Some(Account { uid, gid }) = account {
            chown(&folder, Some(uid), Some(gid)).expect("the folder can be handed over");
        }
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).expect("our folder");
        let plain = folder.to_str().expect("a plain path");
        let place = match port {
            Some(port) => format!("listen_addresses=localhost -p {port}"),
            None => "listen_addresses=''".to_owned(),
        };
        let proof = match safety {
            Safety::Plain => String::new(),
            Safety::Tls => format!(
                "-c ssl=on -c ssl_cert_file={plain}/server.pem -c ssl_key_file={plain}/server.key"
            ),
        };
        let options = format!("-k {plain} -c fsync=on -c {place} {proof}");
        let tls = if safety == Safety::Tls { "tls" } else { "" };
        let arguments = [bin.to_str().expect("a plain path"), plain, &options, tls];
        let mut attended = Attended::start(SCRIPT, &arguments, account);
        attended
            .wait_for(|line| (line == "ready").then_some(()))
            .unwrap_or_else(|said| panic!("PostgreSQL did not start: {said}"));
        Some(Self {
            bin,
            folder,
            options,
            port,
            account,
            databases: AtomicU32::new(0),
            _attended: attended,
        })
    }

    /// The address of a fresh, empty database.
    pub(crate) async fn fresh_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.execute(format!("create database {name}")).await;
        self.url(&name)
    }

    /// Runs one statement as the server's owner.
    pub(crate) async fn execute(&self, sql: String) {
        let mut owner =
            PgConnection::connect(&self.url("postgres")).await.expect("the server answers");
        owner.execute(AssertSqlSafe(sql)).await.expect("the statement runs");
        owner.close().await.expect("the connection closes");
    }

    fn url(&self, database: &str) -> String {
        let port = self.port.map(|port| format!("&port={port}")).unwrap_or_default();
        format!("postgres://postgres@localhost/{database}?host={}{port}", self.folder.display())
    }

    /// A file that lies beside its data.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Stops the server at once, as a crash of the machine would.
    pub(crate) fn crash(&self) {
        self.control(&["-m", "immediate", "-w", "stop"]);
    }

    /// Starts it again.
    pub(crate) fn come_back(&self) {
        let log = self.folder.join("log");
        let log = log.to_str().expect("a plain path");
        self.control(&["-l", log, "-w", "-o", &self.options, "start"]);
    }

    fn control(&self, arguments: &[&str]) {
        let mut command = Command::new(self.bin.join("pg_ctl"));
        command.arg("-D").arg(self.folder.join("data")).args(arguments).current_dir("/");
        command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
        if let Some(Account { uid, gid }) = self.account {
            command.uid(uid).gid(gid);
        }
        assert!(command.status().expect("pg_ctl runs").success(), "pg_ctl {arguments:?}");
    }
}

/// Where the server's programs are: Debian keeps them off the path, by version.
fn programs() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .max()
        .map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest
        .into_iter()
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

/// `PostgreSQL` refuses to run as root; then it runs as the account that its
/// package made.
fn account() -> Option<Account> {
    let ours = Path::new("/proc/self").metadata().map(|m| m.uid());
    if !matches!(ours, Ok(0)) {
        return None;
    }
    let accounts = std::fs::read_to_string("/etc/passwd").expect("the list of accounts");
    let line = accounts.lines().find(|line| line.starts_with("postgres:"));
    let mut fields = line.expect("the account postgres").split(':').skip(2);
    let mut id = || fields.next().and_then(|id| id.parse().ok()).expect("a number");
    Some(Account { uid: id(), gid: id() })
}
