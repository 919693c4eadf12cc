//! Improvement actions for tests.

use hailong::staff::Scope;
use hailong::staff::audit::{Action, Event, Outcome};
use hailong::store::Db;
use hailong::store::actions::NewAction;
use surveys::CommuneCode;
use surveys::action::{Columns, ImprovementAction, Origin, Typed};

/// The commune of the actions of tests, and the path of its scope.
pub(crate) const COMMUNE: &str = "22651";
pub(crate) const PLACE: &str = "/56/22651/";

/// Columns with `task` that are due on `due`.
pub(crate) fn columns(task: &str, due: &str) -> Columns {
    let lead = "Trung tâm Phục vụ hành chính công xã";
    let term = if due.is_empty() { "Thường xuyên" } else { "" };
    let moves = "quick-counter/feedback";
    Columns::of(&Typed { task, lead, due, term, moves, ..Typed::default() }).expect("columns")
}

/// A line of the log that `lan` leaves at `at`.
pub(crate) fn event(at: i64, action: Action) -> Event {
    let place = Scope::parse(PLACE).expect("a scope");
    Event::new(at, "lan", action, Outcome::Done).at_place(&place)
}

/// When the actions of tests are opened: 5 October 2026, 09:00.
pub(crate) const OPENED_AT: i64 = 1_791_165_600_000;

/// Opens an action of `commune` and reads it back.
pub(crate) async fn opened(
    db: &Db,
    commune: &str,
    columns: Columns,
    origin: Origin,
) -> ImprovementAction {
    let commune = CommuneCode::parse(commune).expect("a code");
    let new = NewAction { commune, origin, columns };
    let id = db.open_action(&new, &event(OPENED_AT, Action::OpenAction)).await.unwrap();
    db.action(&Scope::Everywhere, id.expect("it is new")).await.unwrap().expect("it is there")
}
