//! Opening a database: what is refused, in one sentence, and what is asserted.

use hailong::store::{Db, Error, Options};

use crate::support::database::{Database, on_both_databases};
use crate::support::postgres;

on_both_databases![
    opening_twice_keeps_what_is_there,
    a_database_from_a_newer_version_is_refused,
    a_database_knows_whether_it_is_simulated,
    many_programs_may_open_a_new_database_at_once,
];

fn options(url: &str) -> Options {
    Options { url: url.to_owned(), simulated: false, readers: 2 }
}

/// Fails unless `error` says in one sentence what to do.
fn one_sentence(error: &Error) -> String {
    let told = error.to_string();
    assert!(!told.contains('\n'), "more than one line: {told}");
    assert!(told.len() > 30, "too short to help: {told}");
    told
}

async fn opening_twice_keeps_what_is_there(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 1).await.unwrap();
    let points = db.collection_points().await.unwrap();
    db.close().await;
    assert_eq!(database.open().await.collection_points().await.unwrap(), points);
}

async fn a_database_from_a_newer_version_is_refused(database: Database) {
    database.open().await.close().await;
    let backdoor = database.backdoor().await;
    backdoor
        .execute(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             select 9999, 'from the future', success, checksum, 1 from _sqlx_migrations
             where version = (select max(version) from _sqlx_migrations)",
        )
        .await;
    backdoor.close().await;
    let error = database.try_open().await.unwrap_err();
    assert!(matches!(error, Error::Newer(9999)), "{error:?}");
    assert!(one_sentence(&error).contains("newer version"));
}

async fn a_database_knows_whether_it_is_simulated(database: Database) {
    let simulated = Options { simulated: true, ..options(database.url()) };
    assert!(!database.open().await.is_simulated());
    assert!(Db::open(&simulated).await.unwrap().is_simulated());
    assert!(database.open().await.is_simulated(), "the mark is in the database, not in the call");
}

async fn many_programs_may_open_a_new_database_at_once(database: Database) {
    // Each has a thread and a runtime of its own, as a process has.
    let open = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let db = database.try_open().await.expect("every one opens");
            db.probe(1).await.unwrap();
            db.close().await;
        });
    };
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(open))));
}

#[tokio::test]
async fn sqlite_keeps_its_log_ahead_and_waits_for_the_disk() {
    let database = Database::sqlite();
    let db = database.open().await;
    db.probe(1).await.unwrap();
    let backdoor = database.backdoor().await;
    assert_eq!(backdoor.texts("pragma journal_mode").await, ["wal"]);
    assert!(database.file().with_extension("db-wal").exists(), "the log is beside the file");
}

#[tokio::test]
async fn postgresql_that_acknowledges_before_it_writes_is_refused() {
    let Some(database) = Database::postgres().await else { return };
    let backdoor = database.backdoor().await;
    let name = backdoor.texts("select current_database()::text").await.remove(0);
    for (value, accepted) in [("off", false), ("local", true), ("on", true)] {
        backdoor.execute(&format!("alter database {name} set synchronous_commit = {value}")).await;
        match database.try_open().await {
            Ok(db) => {
                assert!(accepted, "synchronous_commit={value} was accepted");
                db.close().await;
            }
            Err(error) => {
                assert!(!accepted && matches!(error, Error::NotDurable(_)), "{error:?}");
                assert!(one_sentence(&error).contains("synchronous_commit=off"));
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_kind_of_database_is_refused_and_no_password_is_shown() {
    for url in ["mysql://me:s3cret@host/db", "hailong.db", "", "sqlite3:x", "postgres:/x"] {
        let error = Db::open(&options(url)).await.unwrap_err();
        assert!(matches!(error, Error::UnknownScheme(_)), "{url}: {error:?}");
        assert!(!one_sentence(&error).contains("s3cret"));
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "not a folder").unwrap();
    // Even root cannot make a folder inside a file.
    for path in [file.join("data/hailong.db"), "/proc/no-such-folder/hailong.db".into()] {
        let error = Db::open(&options(&format!("sqlite:{}", path.display()))).await.unwrap_err();
        assert!(matches!(error, Error::Unwritable { .. }), "{error:?}");
        assert!(one_sentence(&error).contains("--data-dir"));
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let database = Database::sqlite();
    let text = "Đây không phải là cơ sở dữ liệu. ".repeat(100);
    std::fs::write(database.file(), &text).unwrap();
    let error = database.try_open().await.unwrap_err();
    assert!(matches!(error, Error::NoDatabase { .. }), "{error:?}");
    assert!(one_sentence(&error).contains("move it away"));
    assert_eq!(std::fs::read_to_string(database.file()).unwrap(), text);
}

#[tokio::test]
async fn a_postgresql_that_is_not_there_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgres://me:s3cret@localhost/x?host={}", folder.path().display());
    let error = Db::open(&options(&url)).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(!one_sentence(&error).contains("s3cret"));
    // So is one that runs but has no such database.
    if let Some(server) = postgres::shared() {
        let url = server.fresh_database().await.replace("/test_", "/missing_");
        one_sentence(&Db::open(&options(&url)).await.unwrap_err());
    }
}
