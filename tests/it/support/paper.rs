//! Paper forms for tests: printed numbers, an open batch, sheets that are keyed.

use hailong::first_points;
use hailong::staff::audit::Action;
use hailong::staff::{Role, Scope};
use hailong::store::Db;
use hailong::store::paper_batches::{NewPaperBatch, Purpose};
use hailong::store::paper_ranges::PaperRange;
use hailong::store::responses::Selection;
use reqwest::Response;
use surveys::collection_point::CollectionPoint;
use surveys::paper::{Fate, Keyed, read_typed};
use surveys::response::{Admission, read_moment};
use surveys::{Serial, Submission, catalog};
use uuid::Uuid;

use super::app::App;
use super::staff::{self, Member, event};
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

/// Where `answer` leads, or what it says, if it has this status.
pub(crate) async fn text(answer: Response, status: u16) -> String {
    let got = answer.status().as_u16();
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    let text = answer.text().await.unwrap();
    assert_eq!(got, status, "{to:?} {text}");
    to.unwrap_or(text)
}

/// How many responses count in October.
pub(crate) async fn counting(db: &Db) -> usize {
    let october = surveys::Period::parse("2026-10").unwrap();
    let selection = Selection {
        commune_code: "22651".into(),
        instrument: "quick-counter".into(),
        version: 1,
        from: october.start_millis(),
        until: october.end_millis(),
    };
    db.responses(&selection).await.unwrap().len()
}

/// Keys the sheet `n`.
pub(crate) async fn key(member: &Member<'_>, batch: &str, n: u32, keys: &str) {
    let answer = send(member, &format!("{batch}/key"), serial(n), keys, &[]).await;
    let to = text(answer, 303).await;
    assert_eq!(to, format!("{batch}/key?saved={}", serial(n).as_digits()));
}

/// Keys every drawn sheet again, each by the one who did not key it; `keys` gives what
/// is typed.
pub(crate) async fn rekey(
    db: &Db,
    people: [&Member<'_>; 2],
    batch: &str,
    keys: impl Fn(u32) -> String,
) {
    let id: i64 = batch.rsplit('/').next().unwrap().parse().unwrap();
    for drawn in db.drawn_sheets(id).await.unwrap() {
        let keyings = db.keyings_of(id, drawn).await.unwrap();
        if keyings.iter().any(|keying| keying.purpose == Purpose::Second) {
            continue;
        }
        let first = &keyings[0];
        let other = people.iter().find(|p| p.account.name.as_str() != first.keyed_by).unwrap();
        let fate = ("fate", first.keyed.fate.name());
        let page = format!("{batch}/rekey");
        let answer = if first.keyed.fate == Fate::Answered {
            send(other, &page, drawn, &keys(drawn.number()), &[fate]).await
        } else {
            other.post(&page, &[("serial", &drawn.as_digits()), fate]).await
        };
        assert_eq!(text(answer, 303).await, page);
    }
}

/// The same person, who has just signed in.
pub(crate) async fn anew<'a>(app: &App, db: &Db, member: &Member<'a>) -> Member<'a> {
    member.with(staff::session(db, &member.account, app.now()).await)
}

/// What the hidden field `name` of `page` carries.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("a field");
    rest.split('"').next().expect("its value").to_owned()
}

/// Says `agrees` to what is shown first.
pub(crate) async fn agree(member: &Member<'_>, batch: &str, agrees: &str) {
    let page = format!("{batch}/agree");
    let shown = text(member.get(&page).await, 200).await;
    let fields = [("keying", &*hidden(&shown, "keying")), ("agrees", agrees)];
    text(member.post(&page, &fields).await, 303).await;
}

/// A batch of `sheets` sheets, counted by both and keyed by Lan.
pub(crate) async fn all_keyed(db: &Db, lan: &Member<'_>, hoa: &Member<'_>, sheets: u32) -> String {
    let range = printed(db, sheets).await;
    let fields = [("range", &*range.first.as_digits()), ("day", "2026-10-05")];
    let sheets_text = sheets.to_string();
    let fields = [&fields[..], &[("sheets", &*sheets_text)]].concat();
    let batch = text(lan.post("/staff/paper/new", &fields).await, 303).await;
    text(hoa.post(&format!("{batch}/count"), &[("sheets", &sheets_text)]).await, 303).await;
    for serial in range.serials() {
        key(lan, &batch, serial.number(), "554431").await;
    }
    batch
}

/// The same, and drawn.
pub(crate) async fn keyed_and_drawn(
    db: &Db,
    lan: &Member<'_>,
    hoa: &Member<'_>,
    sheets: u32,
) -> String {
    let batch = all_keyed(db, lan, hoa, sheets).await;
    text(lan.post(&format!("{batch}/draw"), &[]).await, 303).await;
    batch
}

/// A batch of paper forms for each step of its way: who takes the step, and where.
pub(crate) async fn each_step(app: &App, db: &Db) -> Vec<(Role, String)> {
    const SAME: &str = "554431";
    let (lan, hoa) = two_people(app).await;
    let people = [&lan, &hoa];
    let sheet = async |batch: &str| {
        let id = batch.rsplit('/').next().unwrap().parse().unwrap();
        db.paper_batch_ranges(id).await.unwrap()[0].first
    };
    let whole = all_keyed(db, &lan, &hoa, 2).await;
    let last = sheet(&whole).await.as_digits();
    let drawn = keyed_and_drawn(db, &lan, &hoa, 2).await;

    let mut differing = Vec::new();
    for _ in 0..2 {
        let batch = keyed_and_drawn(db, &lan, &hoa, 2).await;
        let odd = sheet(&batch).await.number();
        let typed = |n: u32| if n == odd { "554531" } else { SAME }.to_owned();
        rekey(db, people, &batch, typed).await;
        text(lan.post(&format!("{batch}/draw"), &[]).await, 303).await;
        differing.push(batch);
    }
    let (decide, odd) = (format!("{}/decide", differing[1]), sheet(&differing[1]).await);
    let decided = [("serial", &*odd.as_digits()), ("item-A4", "4")];
    text(lan.post(&decide, &decided).await, 303).await;

    let mut same = Vec::new();
    for _ in 0..2 {
        let batch = keyed_and_drawn(db, &lan, &hoa, 2).await;
        rekey(db, people, &batch, |_| SAME.to_owned()).await;
        same.push(batch);
    }
    text(lan.post(&format!("{}/close", same[1]), &[]).await, 303).await;
    let first = sheet(&same[1]).await.as_digits();
    vec![
        (Role::CentreStaff, whole.clone()),
        (Role::DataEntry, format!("{whole}/key?saved={last}")),
        (Role::DataEntry, format!("{drawn}/rekey")),
        (Role::CentreStaff, format!("{}/decide", differing[0])),
        (Role::DataEntry, format!("{}/agree", differing[1])),
        (Role::CentreStaff, format!("{}/close", same[0])),
        (Role::CentreStaff, format!("{}/correct?serial={first}", same[1])),
    ]
}
