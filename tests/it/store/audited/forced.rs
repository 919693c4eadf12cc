//! A log that refuses its next line, and what must be there then: nothing of the act.

use hailong::clock::Clock;
use hailong::staff::audit::{Action, Event};
use hailong::store::actions::Moved;
use hailong::store::batches::Undone;
use hailong::store::paper_batches::Kept;
use hailong::store::responses::Outcome;
use hailong::store::{Db, Error};
use surveys::PointCode;
use uuid::Uuid;

use crate::support::database::{Backdoor, Contents, Database, on_both_databases};
use crate::support::staff::by_operator;

on_both_databases![control_what_is_changed_before_its_line_is_seen];

/// What the database says when it refuses a line.
const REFUSED: &str = "the log takes no line";
/// When everything here is done.
pub(super) const AT: i64 = 5_000;

/// What the operator does.
pub(super) fn by(action: Action) -> Event {
    by_operator(AT, action)
}

/// The counter that every new database begins with.
pub(super) fn point() -> PointCode {
    PointCode::parse("22651").expect("a code")
}

/// A new id.
pub(super) fn id() -> Uuid {
    Clock::System.new_id()
}

/// A database with the first points, whose log refuses lines when it is told to.
pub(super) struct Log {
    pub(super) db: Db,
    backdoor: Backdoor,
    contents: Contents,
}

impl Log {
    /// The log of `database`.
    pub(super) async fn of(database: &Database) -> Self {
        let db = database.open().await;
        hailong::first_points::add(&db, 0).await.expect("the first points are added");
        let backdoor = database.backdoor().await;
        if matches!(backdoor, Backdoor::Postgres(_)) {
            let raise = format!(
                "create function log_refuses() returns trigger language plpgsql as
                 $$ begin raise exception '{REFUSED}'; end $$"
            );
            backdoor.execute(&raise).await;
        }
        Self { db, backdoor, contents: Contents::of(database, &[]).await }
    }

    /// Refuses every line from now on.
    pub(super) async fn refuse(&self) {
        let does = match &self.backdoor {
            Backdoor::Sqlite(_) => format!("begin select raise(abort, '{REFUSED}'); end"),
            Backdoor::Postgres(_) => "for each row execute function log_refuses()".to_owned(),
        };
        let trigger = format!("create trigger refused before insert on staff_audit {does}");
        self.backdoor.execute(&trigger).await;
    }

    /// Takes lines again.
    pub(super) async fn allow(&self) {
        self.backdoor
            .execute(match &self.backdoor {
                Backdoor::Sqlite(_) => "drop trigger refused",
                Backdoor::Postgres(_) => "drop trigger refused on staff_audit",
            })
            .await;
    }

    /// Every row of every table, the log's too.
    pub(super) async fn contents(&self) -> Vec<String> {
        self.contents.now().await
    }

    /// Fails unless `act` failed for its line alone and all is as it was `before`.
    pub(super) async fn has_nothing_of(&self, act: &str, error: Option<Error>, before: &[String]) {
        let error = error.unwrap_or_else(|| panic!("{act} is done without its line"));
        assert!(error.to_string().contains(REFUSED), "{act} fails by something else: {error}");
        self.contents.are_as(before, &format!("{act} without its line")).await;
    }

    /// How many lines it has.
    pub(super) async fn lines(&self) -> i64 {
        self.backdoor.number("select count(*) from staff_audit").await
    }

    /// Hangs up.
    pub(super) async fn close(self) {
        self.contents.close().await;
        self.backdoor.close().await;
        self.db.close().await;
    }
}

/// Whether an act was done, by what its function gives.
pub(super) trait Done {
    /// Whether it was.
    fn done(&self) -> bool;
}

impl Done for () {
    fn done(&self) -> bool {
        true
    }
}

impl Done for bool {
    fn done(&self) -> bool {
        *self
    }
}

impl<T> Done for Option<T> {
    fn done(&self) -> bool {
        self.is_some()
    }
}

impl<T: Done> Done for Vec<T> {
    fn done(&self) -> bool {
        !self.is_empty() && self.iter().all(Done::done)
    }
}

/// A number, or how many.
impl Done for i64 {
    fn done(&self) -> bool {
        *self > 0
    }
}

impl Done for u64 {
    fn done(&self) -> bool {
        *self > 0
    }
}

impl Done for usize {
    fn done(&self) -> bool {
        *self > 0
    }
}

impl Done for Kept {
    fn done(&self) -> bool {
        *self == Self::Stored
    }
}

impl Done for Undone {
    fn done(&self) -> bool {
        *self == Self::Now
    }
}

impl Done for Outcome {
    fn done(&self) -> bool {
        matches!(self, Self::Stored(_))
    }
}

impl Done for Moved {
    fn done(&self) -> bool {
        *self == Self::Stored
    }
}

/// Lets the log refuse the line of an act of the store: it fails and leaves nothing behind,
/// so that without the refusal it is done as for the first time, with one line.
macro_rules! forced {
    ($log:expr, $act:ident($($given:expr),* $(,)?)) => {{
        let (log, act) = (&$log, stringify!($act));
        let before = log.contents().await;
        log.refuse().await;
        let refused = log.db.$act($($given),*).await;
        log.allow().await;
        log.has_nothing_of(act, refused.err(), &before).await;
        let lines = log.lines().await;
        let given = log.db.$act($($given),*).await.unwrap();
        assert!($crate::store::audited::forced::Done::done(&given), "{act}: {given:?}");
        assert_eq!(log.lines().await, lines + 1, "{act} leaves one line");
        given
    }};
}
pub(super) use forced;

async fn control_what_is_changed_before_its_line_is_seen(database: Database) {
    let log = Log::of(&database).await;
    let before = log.contents().await;
    log.refuse().await;
    // As a function would that commits first: no row comes or goes.
    log.backdoor.execute("update collection_points set name = 'x' where code = '22651'").await;
    let error = log.db.note(&by(Action::RenamePoint)).await.unwrap_err();
    assert!(error.to_string().contains(REFUSED), "{error}");
    log.allow().await;
    assert_ne!(log.contents().await, before, "an act without its line is seen");
    log.db.note(&by(Action::RenamePoint)).await.unwrap();
    log.close().await;
}
