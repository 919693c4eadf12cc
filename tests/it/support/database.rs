//! A fresh database for each test, and one body of tests for both kinds.

use hailong::store::{Db, Error, Options};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use tempfile::TempDir;

use super::postgres;

/// A database that no other test sees.
#[derive(Debug)]
pub(crate) struct Database {
    url: String,
    folder: Option<TempDir>,
}

impl Database {
    /// An embedded one in a folder that goes with this value.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("hailong.db").display());
        Self { url, folder: Some(folder) }
    }

    /// One in the shared server; `None` where its tests may be skipped.
    pub(crate) async fn postgres() -> Option<Self> {
        Some(Self { url: postgres::shared()?.fresh_database().await, folder: None })
    }

    /// One in a server of its own.
    pub(crate) async fn postgres_in(server: &postgres::Server) -> Self {
        Self { url: server.fresh_database().await, folder: None }
    }

    /// The same database for a second service; it is there as long as this one.
    pub(crate) fn again(&self) -> Self {
        Self { url: self.url.clone(), folder: None }
    }

    /// The address, as an operator would give it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The file of an embedded database.
    pub(crate) fn file(&self) -> std::path::PathBuf {
        let folder = self.folder.as_ref().expect("an embedded database");
        folder.path().join("hailong.db")
    }

    /// Opens it the way the program does.
    pub(crate) async fn open(&self) -> Db {
        self.try_open().await.expect("the database opens")
    }

    /// Opens it the way the program does.
    pub(crate) async fn try_open(&self) -> Result<Db, Error> {
        Db::open(&Options { url: self.url.clone(), simulated: false, readers: 4 }).await
    }

    /// Opens it behind the program's back.
    pub(crate) async fn backdoor(&self) -> Backdoor {
        if self.url.starts_with("sqlite:") {
            Backdoor::Sqlite(SqlitePool::connect(&self.url).await.expect("the file opens"))
        } else {
            Backdoor::Postgres(PgPool::connect(&self.url).await.expect("the server answers"))
        }
    }

    /// How many rows `table` has.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        let backdoor = self.backdoor().await;
        let rows = backdoor.number(&format!("select count(*) from {table}")).await;
        backdoor.close().await;
        rows
    }

    /// How many rows each table of the schema has, as `table: rows`.
    pub(crate) async fn rows(&self) -> Vec<String> {
        let backdoor = self.backdoor().await;
        let tables = backdoor.tables().await;
        let counts: Vec<String> = tables
            .iter()
            .map(|table| format!("select '{table}: ' || count(*) from \"{table}\""))
            .collect();
        let mut rows = backdoor.texts(&counts.join(" union all ")).await;
        rows.sort();
        backdoor.close().await;
        rows
    }
}

/// What every row of every table says, but for some tables.
#[derive(Debug)]
pub(crate) struct Contents {
    backdoor: Backdoor,
    query: String,
}

impl Contents {
    /// The contents of `database` but for the tables `without`.
    pub(crate) async fn of(database: &Database, without: &[&str]) -> Self {
        let backdoor = database.backdoor().await;
        let mut each = Vec::new();
        for table in backdoor.tables().await {
            if without.contains(&table.as_str()) {
                continue;
            }
            each.push(match &backdoor {
                Backdoor::Sqlite(_) => {
                    let names = format!("select name from pragma_table_info('{table}')");
                    let names = backdoor.texts(&names).await;
                    let cells = names.iter().map(|name| format!("quote(\"{name}\")"));
                    let cells = cells.collect::<Vec<_>>().join(" || ',' || ");
                    format!("select '{table}: ' || {cells} from \"{table}\"")
                }
                Backdoor::Postgres(_) => {
                    format!("select '{table}: ' || said::text from \"{table}\" as said")
                }
            });
        }
        Self { query: each.join(" union all "), backdoor }
    }

    /// All of it, as it is now.
    pub(crate) async fn now(&self) -> Vec<String> {
        let mut rows = self.backdoor.texts(&self.query).await;
        rows.sort();
        rows
    }

    /// Fails if anything is not as it was `before`.
    pub(crate) async fn are_as(&self, before: &[String], what: &str) {
        let now = self.now().await;
        if now != before {
            let gone = before.iter().filter(|row| !now.contains(row)).collect::<Vec<_>>();
            let new = now.iter().filter(|row| !before.contains(row)).collect::<Vec<_>>();
            panic!("{what} changes something: {gone:?} became {new:?}");
        }
    }

    /// Hangs up.
    pub(crate) async fn close(self) {
        self.backdoor.close().await;
    }
}

/// A connection that knows nothing of the program.
#[derive(Debug)]
pub(crate) enum Backdoor {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Backdoor {
    /// Whether the database refuses a statement; then why.
    pub(crate) async fn refusal(&self, sql: &str) -> Option<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(p) => sqlx::query(sql).execute(p).await.err(),
            Self::Postgres(p) => sqlx::query(sql).execute(p).await.err(),
        }
        .map(|error| error.to_string())
    }

    /// Runs one statement.
    pub(crate) async fn execute(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(p) => sqlx::query(sql).execute(p).await.map(drop),
            Self::Postgres(p) => sqlx::query(sql).execute(p).await.map(drop),
        }
        .expect("the statement runs");
    }

    /// The number that a query gives.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(p) => sqlx::query_scalar(sql).fetch_one(p).await,
            Self::Postgres(p) => sqlx::query_scalar(sql).fetch_one(p).await,
        }
        .expect("the query runs")
    }

    /// The texts of a query's only column.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(p) => sqlx::query_scalar(sql).fetch_all(p).await,
            Self::Postgres(p) => sqlx::query_scalar(sql).fetch_all(p).await,
        }
        .expect("the query runs")
    }

    /// The names of the tables.
    async fn tables(&self) -> Vec<String> {
        let names = match self {
            Self::Sqlite(_) => "select name from sqlite_master where type = 'table' order by name",
            Self::Postgres(_) => {
                "select table_name::text from information_schema.tables
                 where table_schema = current_schema() order by 1"
            }
        };
        let tables = self.texts(names).await;
        assert!(tables.len() > 20, "only {tables:?}");
        tables
    }

    /// Hangs up.
    pub(crate) async fn close(self) {
        match self {
            Self::Sqlite(p) => p.close().await,
            Self::Postgres(p) => p.close().await,
        }
    }
}

/// Makes two tests of each function that takes a [`Database`].
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            #[tokio::test]
            async fn on_sqlite() {
                super::$test($crate::support::database::Database::sqlite()).await;
            }

            #[tokio::test]
            async fn on_postgresql() {
                if let Some(database) = $crate::support::database::Database::postgres().await {
                    super::$test(database).await;
                }
            }
        }
    )+};
}
pub(crate) use on_both_databases;
