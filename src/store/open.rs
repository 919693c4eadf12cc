//! Opening a database: create, migrate under a lock, and prove it durable.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use tokio::time::timeout;

use super::{Db, Error, Pool, on_db};

/// How long `PostgreSQL` may take to answer; one that is not there may never do so.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

/// The migrations of each database; file names are the same in both.
pub const MIGRATIONS: [(&str, &Migrator); 2] = [("sqlite", &SQLITE), ("postgres", &POSTGRES)];

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Marks a new database as simulated.
    pub simulated: bool,
    /// How many connections may read at once.
    pub readers: u32,
}

impl Db {
    /// Opens the database, creates it if it is an embedded one that does not
    /// exist yet, and brings it up to date.
    ///
    /// # Errors
    /// [`Error`] with a sentence for the operator.
    pub async fn open(options: &Options) -> Result<Self, Error> {
        const MARK: &str = "insert into facts (name, value) values ('simulated', 'yes')
            on conflict (name) do nothing";
        const SIMULATED: &str = "select value from facts where name = 'simulated'";
        let (read, write) = if let Some(path) = options.url.strip_prefix("sqlite:") {
            open_sqlite(Path::new(path.trim_start_matches("//")), options.readers).await?
        } else if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://")
        {
            open_postgres(&options.url, options.readers).await?
        } else {
            return Err(Error::UnknownScheme(without_password(&options.url)));
        };
        let mut db = Self { read, write, simulated: false };
        if options.simulated {
            on_db!(&db.write, |p| sqlx::query(MARK).execute(p).await.map(drop))?;
        }
        let mark: Option<(String,)> =
            on_db!(&db.write, |p| sqlx::query_as(SIMULATED).fetch_optional(p).await)?;
        db.simulated = mark.is_some();
        Ok(db)
    }
}

/// Makes `folder` where there is none, for its owner alone.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes an empty file that only its owner may read.
fn private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

async fn open_sqlite(path: &Path, readers: u32) -> Result<(Pool, Pool), Error> {
    let unwritable =
        |reason: String| Error::Unwritable { path: path.display().to_string(), reason };
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        private_folder(folder).map_err(|e| unwritable(e.to_string()))?;
    }
    // Two programs that start at once must not both migrate: SQLite has no lock of its own for that.
    let lock =
        std::fs::File::create(beside(path, ".lock")).map_err(|e| unwritable(e.to_string()))?;
    lock.lock().map_err(|e| unwritable(e.to_string()))?;

    // Made before SQLite makes it, so that nobody else may read it; its log is made alike.
    if !path.exists() {
        private_file(path).map_err(|e| unwritable(e.to_string()))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .pragma("cache_size", "-16384")
        .pragma("wal_autocheckpoint", "4000")
        // A draft that was sent or purged must be nowhere in the file.
        .pragma("secure_delete", "on")
        .statement_cache_capacity(128);
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.clone())
        .await
        .map_err(|error| {
            let broken = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
            if matches!(broken.as_deref(), Some("11" | "26")) {
                let (path, reason) = (path.display().to_string(), error.to_string());
                return Error::NoDatabase { path, reason };
            }
            unwritable(error.to_string())
        })?;
    migrate(SQLITE.run(&write).await)?;
    let journal: (String,) = sqlx::query_as("pragma journal_mode").fetch_one(&write).await?;
    let synchronous: (i64,) = sqlx::query_as("pragma synchronous").fetch_one(&write).await?;
    if journal.0 != "wal" || synchronous.0 != 2 {
        return Err(Error::NotDurable(format!(
            "SQLite runs with journal_mode={} and synchronous={}, not with wal and 2 (FULL)",
            journal.0, synchronous.0
        )));
    }
    let read = SqlitePoolOptions::new()
        .max_connections(readers)
        .min_connections(0)
        .acquire_timeout(Duration::from_secs(10))
        .connect_lazy_with(options.read_only(true).create_if_missing(false));
    Ok((Pool::Sqlite(read), Pool::Sqlite(write)))
}

async fn open_postgres(url: &str, readers: u32) -> Result<(Pool, Pool), Error> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::UnknownScheme(without_password(url)))?
        .application_name("hailong");
    if is_open_to_others(&options) {
        tracing::warn!(
            "the database is on another machine, and whoever is in between can read and change everything: add ?sslmode=verify-full&sslrootcert=FILE to its address, with the certificate of the authority that signed the server's"
        );
    }
    let connections = readers + 2;
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .min_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(LONGEST_CONNECT)
        .connect_with(options.clone())
        .await;
    let pool = match pool {
        Ok(pool) => pool,
        // The pool tried until its time was up and does not say what it met.
        Err(sqlx::Error::PoolTimedOut) => {
            let alone = timeout(LONGEST_CONNECT, PgConnection::connect_with(&options)).await;
            if let Ok(connection) = alone {
                connection.map_err(|error| unreached(&options, error))?.close().await?;
            }
            return Err(sqlx::Error::PoolTimedOut.into());
        }
        Err(error) => return Err(unreached(&options, error)),
    };
    for (setting, lossy) in [("synchronous_commit", "off"), ("fsync", "off")] {
        let value: (String,) = match setting {
            "fsync" => sqlx::query_as("show fsync").fetch_one(&pool).await?,
            _ => sqlx::query_as("show synchronous_commit").fetch_one(&pool).await?,
        };
        if value.0 == lossy {
            return Err(Error::NotDurable(format!("PostgreSQL runs with {setting}={lossy}")));
        }
    }
    migrate(POSTGRES.run(&pool).await)?;
    // A connection belongs to the runtime that opened it. One that a worker of the server
    // opened would end with that worker at a stop, in the hands of whoever has it then.
    let mut opened = Vec::new();
    for _ in 0..connections {
        opened.push(pool.acquire().await?);
    }
    drop(opened);
    Ok((Pool::Postgres(pool.clone()), Pool::Postgres(pool)))
}

/// Whether what goes to the database can be read or changed on its way there.
fn is_open_to_others(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let is_here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    !is_here && !is_verified(options)
}

/// Whether the server has to prove who it is.
fn is_verified(options: &PgConnectOptions) -> bool {
    matches!(options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull)
}

/// Why there is no connection: a server that does not prove who it is is told apart.
fn unreached(options: &PgConnectOptions, error: sqlx::Error) -> Error {
    use std::io::ErrorKind::{InvalidData, NotFound, PermissionDenied};
    let reason = match &error {
        sqlx::Error::Tls(reason) => reason.to_string(),
        // So rustls tells what it found wrong with a certificate.
        sqlx::Error::Io(reason) if reason.kind() == InvalidData => reason.to_string(),
        // A network has no such errors: it is the file of the certificate.
        sqlx::Error::Io(reason)
            if is_verified(options) && matches!(reason.kind(), NotFound | PermissionDenied) =>
        {
            format!("sslrootcert: {reason}")
        }
        _ => return error.into(),
    };
    Error::Unproven(reason)
}

fn migrate(outcome: Result<(), MigrateError>) -> Result<(), Error> {
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(version) => Error::Newer(version),
        other => Error::Migration(other.to_string()),
    })
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A database address that may be shown: what stands between `:` and `@` is a secret.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            let user = url[scheme + 3..at].split(':').next().unwrap_or("");
            format!("{}://{user}@{}", &url[..scheme], &url[at + 1..])
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_address_has_no_password() {
        assert_eq!(without_password("mysql://u:secret@host/x"), "mysql://u@host/x");
        assert_eq!(without_password("oracle"), "oracle");
    }

    #[test]
    fn a_database_elsewhere_has_to_prove_who_it_is() {
        for (address, open) in [
            ("postgres://hailong@db.example.vn/hailong", true),
            ("postgres://hailong@db.example.vn/hailong?sslmode=require", true),
            ("postgres://hailong@10.0.0.7/hailong?sslmode=prefer", true),
            ("postgres://hailong@db.example.vn/hailong?sslmode=verify-full", false),
            ("postgres://hailong@db.example.vn/hailong?sslmode=verify-ca", false),
            ("postgres://hailong@localhost/hailong", false),
            ("postgres://hailong@127.0.0.1:5433/hailong", false),
            ("postgres://hailong@localhost/hailong?host=/run/postgresql", false),
        ] {
            let options = PgConnectOptions::from_str(address).unwrap();
            assert_eq!(is_open_to_others(&options), open, "{address}");
        }
    }

    #[test]
    fn both_databases_have_the_same_migrations() {
        let names = |m: &Migrator| {
            m.iter().map(|m| (m.version, m.description.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(names(&SQLITE), names(&POSTGRES));
    }
}
