//! What the operator changes or takes along, as a line of the audit log: said before a
//! file is handed out, and before the first of many rows is stored.

use super::Failure;
use crate::clock::Clock;
use crate::points::by_operator;
use crate::staff::audit::{Action, Event, OPERATOR, Outcome};
use crate::store::Db;

/// That the operator did `action` with `subject`, at the collection point `code`; at no
/// place in particular when there is no such point.
pub(super) async fn event(
    db: &Db,
    code: &str,
    action: Action,
    subject: &str,
) -> Result<Event, Failure> {
    let everywhere = || Event::new(Clock::System.now(), OPERATOR, action, Outcome::Done);
    let point = db.collection_point(code).await?;
    Ok(point.map_or_else(everywhere, |point| by_operator(&point, action)).about(subject))
}

/// Adds that line to the log.
pub(super) async fn note(
    db: &Db,
    code: &str,
    action: Action,
    subject: &str,
) -> Result<(), Failure> {
    Ok(db.note(&event(db, code, action, subject).await?).await?)
}
