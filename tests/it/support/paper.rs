//! Paper forms for tests: printed numbers, an open batch, sheets that are keyed.

use hailong::first_points;
use hailong::staff::audit::Action;
use hailong::staff::{Role, Scope};
use hailong::store::Db;
use hailong::store::paper_batches::NewPaperBatch;
use hailong::store::paper_ranges::PaperRange;
use reqwest::Response;
use surveys::collection_point::CollectionPoint;
use surveys::paper::{Fate, Keyed, read_typed};
use surveys::response::{Admission, read_moment};
use surveys::{Serial, Submission, catalog};
use uuid::Uuid;

use super::app::App;
use super::staff::{Member, event};
use crate::support::staff::by_operator;

/// The commune of all these tests, as a scope.
pub(crate) const COMMUNE: &str = "/56/22651/";
/// The day on which every box is emptied.
pub(crate) const DAY: &str = "2026-10-05";

fn first_point(code: &str) -> CollectionPoint {
    let points = first_points::all();
    points.into_iter().find(|point| point.code.as_str() == code).expect("a first point")
}

/// The counter of the commune; it puts `quick-counter`.
pub(crate) fn point() -> CollectionPoint {
    first_point("22651")
}

/// A counter elsewhere.
pub(crate) fn foreign_point() -> CollectionPoint {
    first_point("25280")
}

/// The commune's point for the long survey.
pub(crate) fn long_point() -> CollectionPoint {
    first_point("22651-sipas")
}

/// The serial number `number`.
pub(crate) fn serial(number: u32) -> Serial {
    Serial::new(number).expect("a serial number")
}

/// The next `count` numbers for forms at [`point`].
pub(crate) async fn printed(db: &Db, count: u32) -> PaperRange {
    printed_for(db, &point(), count).await
}

/// The next `count` numbers for forms at `point`.
pub(crate) async fn printed_for(db: &Db, point: &CollectionPoint, count: u32) -> PaperRange {
    let instrument = catalog::instrument(point.instrument.as_str(), Some(1)).expect("shipped");
    db.issue_paper(point, instrument, count, &by_operator(1_000, Action::MakePaper))
        .await
        .unwrap()
        .expect("numbers are left")
}

/// A batch of `range` at `point`, opened at `at`.
pub(crate) async fn opened(db: &Db, point: &CollectionPoint, range: PaperRange, at: i64) -> i64 {
    let (commune, code) = (point.commune_code.clone(), point.code.clone());
    let new = NewPaperBatch {
        scope: Scope::Point { commune, point: code },
        point: point.code.to_string(),
        instrument: point.instrument.to_string(),
        version: 1,
        emptied_at: read_moment(DAY).expect("a day"),
        range,
    };
    db.open_paper_batch(&new, &event(at, "lan", Action::OpenPaperBatch)).await.unwrap()
}

/// A sheet of the quick survey at [`point`] on which `keys` are ticked: one for each of
/// A1 to A5, the rest for N1.
pub(crate) fn sheet(keys: &str) -> Keyed {
    let quick = catalog::instrument("quick-counter", Some(1)).expect("shipped");
    let answers = typed(keys).into_iter().map(|(field, keys)| {
        let code = field.strip_prefix("item-").expect("an item").to_owned();
        let raw = read_typed(quick, quick.item(&code).expect("an item"), &keys).expect("keys");
        (code, raw)
    });
    let submission = Submission {
        instrument: "quick-counter".into(),
        version: 1,
        collection_point: "22651".into(),
        channel: "paper".into(),
        answered_at: DAY.into(),
        answers: answers.collect(),
        ..Submission::default()
    };
    let point = point();
    let now = read_moment(super::app::NOW).expect("a moment");
    let at = Admission { id: Uuid::nil(), point: Some(&point), now };
    let response = quick.parse(submission, &at).expect("no fault");
    Keyed { fate: Fate::Answered, document: Some(response.document()) }
}

/// The fields of a sheet of the quick survey with `keys` typed in.
pub(crate) fn typed(keys: &str) -> Vec<(String, String)> {
    let (five, needs) = keys.split_at(5);
    let items = five.chars().map(|key| key.to_string()).chain([needs.to_owned()]);
    ["A1", "A2", "A3", "A4", "A5", "N1"]
        .into_iter()
        .zip(items)
        .map(|(code, typed)| (format!("item-{code}"), typed))
        .collect()
}

/// Sends a sheet with `keys` typed in to the page `page` of a batch.
pub(crate) async fn send(
    member: &Member<'_>,
    page: &str,
    serial: Serial,
    keys: &str,
    more: &[(&str, &str)],
) -> Response {
    let mut fields = typed(keys);
    fields.push(("serial".to_owned(), serial.to_string()));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain(more.iter().copied()).collect();
    member.post(page, &fields).await
}

/// Lan of the centre and Hoa who keys, at the commune.
pub(crate) async fn two_people(app: &App) -> (Member<'_>, Member<'_>) {
    let lan = Member::signed_in(app, "lan", Role::CentreStaff, COMMUNE).await;
    let hoa = Member::signed_in(app, "hoa", Role::DataEntry, COMMUNE).await;
    (lan, hoa)
}
