//! Results by what respondents said of themselves: beside each other, tested, as files,
//! one condition at a time, and nothing of a few people.

use hailong::clock::Clock;
use hailong::staff::Role;
use hailong::store::responses::{MAX_BATCH, NewResponse};
use serde_json::{Map, Value, json};
use surveys::collection_point::CollectionPoint;
use surveys::response::{Admission, read_moment};
use surveys::{Submission, catalog};

use crate::support::answers::MONTH;
use crate::support::app::{self, App};
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::Member;
use crate::support::submission::commune;

on_both_databases![
    age_bands_stand_beside_each_other_and_are_tested,
    few_of_an_age_are_neither_told_nor_to_be_worked_out,
];

/// Stores `count` responses to the long survey of people who say `age` of themselves; every
/// `low`th is dissatisfied.
async fn store(database: &Database, age: Value, count: u32, low: u32) {
    let instrument = catalog::instrument("sipas-style", None).unwrap();
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let point = hailong::first_points::all().remove(0);
    let point = CollectionPoint { instrument: instrument.id.clone(), ..point };
    let now = read_moment(app::NOW).unwrap();
    let response = |n: u32| {
        let rated = instrument.asked().filter(|item| item.component().is_some());
        let value = if n.is_multiple_of(low) { 2 } else { 4 };
        let mut answers: Map<String, Value> =
            rated.map(|item| (item.code.to_string(), value.into())).collect();
        answers.insert("D2".into(), age.clone());
        let submission = json!({
            "instrument": instrument.id, "version": instrument.version, "answers": answers,
            "collection_point": point.code, "channel": "qr",
            "answered_at": format!("{MONTH}-{:02}T09:15:00+07:00", n % 28 + 1),
        });
        let submission: Submission = serde_json::from_value(submission).unwrap();
        let admission = Admission { id: Clock::System.new_id(), point: Some(&point), now };
        NewResponse::new(instrument.parse(submission, &admission).unwrap(), [0; 16], now)
    };
    let all: Vec<NewResponse> = (0..count).map(response).collect();
    for batch in all.chunks(MAX_BATCH) {
        db.insert_responses(batch).await.unwrap();
    }
    db.close().await;
}

async fn lan(app: &App) -> Member<'_> {
    let commune = surveys::unit::commune(&commune()).unwrap();
    let scope = format!("/{}/{}/", commune.province, commune.code);
    Member::signed_in(app, "lan", Role::Leader, &scope).await
}

/// The results of the long survey by age band, with `more` in the address.
async fn read(member: &Member<'_>, more: &str) -> (u16, String) {
    let unit = commune();
    let at = format!("/staff/results?unit={unit}&period={MONTH}&group=D2{more}");
    let answer = member.get(&at).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The rows of the table of groups as CSV: the value and words of each group's index, and
/// whether its rate is there.
async fn groups(member: &Member<'_>) -> Vec<(String, String, bool)> {
    let unit = commune();
    let fields = [
        ("unit", unit.as_str()),
        ("instrument", "sipas-style"),
        ("period", MONTH),
        ("group", "D2"),
        ("table", "groups"),
        ("format", "csv"),
    ];
    let answer = member.post("/staff/results/export", &fields).await;
    assert_eq!(answer.status(), 200);
    let bytes = answer.bytes().await.unwrap();
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut csv = csv::Reader::from_reader(text);
    let names = csv.headers().unwrap().clone();
    let place = |name: &str| names.iter().position(|n| n == name).unwrap();
    let [level, by, group, title, rate] =
        ["level", "by", "group", "group_title", "rate"].map(place);
    let rows = csv.records().map(Result::unwrap).filter(|row| &row[level] == "index");
    let told = |row: csv::StringRecord| {
        assert_eq!(&row[by], "D2");
        (row[group].to_owned(), row[title].to_owned(), !row[rate].is_empty())
    };
    rows.map(told).collect()
}

fn all(told: &[(&str, &str, bool)]) -> Vec<(String, String, bool)> {
    told.iter().map(|(value, words, rate)| ((*value).into(), (*words).into(), *rate)).collect()
}

async fn age_bands_stand_beside_each_other_and_are_tested(database: Database) {
    for (age, count, low) in
        [(json!(5), 40, 2), (json!(1), 50, 9), (json!(9), 8, 5), (json!(null), 7, 5)]
    {
        store(&database, age, count, low).await;
    }
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let (status, page) = read(&lan, "&instrument=sipas-style").await;
    assert_eq!(status, 200);
    assert!(page.contains("So sánh theo câu “Ông/bà thuộc nhóm tuổi nào?”"), "{page}");
    let table = &page[page.find("id=\"groups\"").unwrap()..];
    let places = ["18–24", "Trên 60", "Không nêu"].map(|said| table.find(said).unwrap());
    assert!(places.is_sorted(), "as the form offers them, who said nothing last: {places:?}");
    assert!(page.contains("các nhóm khác nhau rõ (kiểm định Rao–Scott"), "{page}");
    // Who would rather not say and who said nothing are one group, in which nobody is told
    // apart, and which takes no part in the test.
    assert_eq!(groups(&lan).await, all(&[("1", "18–24", true), ("5", "Trên 60", true)]));
    let place = "/staff/results/how/index/sipas-style/groups";
    let how = format!("{place}?unit={}&instrument=sipas-style&period={MONTH}&group=D2", commune());
    let how = lan.get(&how).await.text().await.unwrap();
    assert!(how.contains("Kiểm định Rao–Scott xem 2 nhóm"), "{how}");
    assert!(how.contains("%in% c(&#34;1&#34;, &#34;2&#34;") && how.contains("d[[&#34;D2&#34;]]"));
    // One of them alone, and never with another condition.
    let (status, old) = read(&lan, "&instrument=sipas-style&D2=5").await;
    assert_eq!(status, 200);
    assert!(old.contains("Chỉ tính: Ông/bà thuộc nhóm tuổi nào? Trên 60"), "{old}");
    assert!(old.contains("<strong id=\"received\">40</strong>"), "{old}");
    for other in ["channel=qr", "D1=2", "service_field=x"] {
        let (status, page) = read(&lan, &format!("&instrument=sipas-style&D2=5&{other}")).await;
        assert_eq!(status, 422, "{other}");
        assert!(page.contains("Hãy chọn một điều kiện thôi"), "{page}");
    }
    // The quick survey does not ask it: the form leads there with what was chosen before.
    let (status, quick) = read(&lan, "&instrument=quick-counter").await;
    assert_eq!(status, 200);
    assert!(quick.contains("So sánh theo điểm khảo sát") && !quick.contains("nhóm tuổi"));
    let here = format!("{}{}/", lan.account.scope, hailong::first_points::all()[0].code);
    let here = Member::signed_in(&app, "hoa", Role::CentreStaff, &here).await;
    let (status, _) = read(&here, "&instrument=sipas-style&D2=5").await;
    assert_eq!(status, 404, "whoever looks after one point sees that point whole");
    let (_, own) = read(&here, "&instrument=sipas-style").await;
    assert!(!own.contains("Trên 60"), "{own}");
}

async fn few_of_an_age_are_neither_told_nor_to_be_worked_out(database: Database) {
    for (age, count) in [(json!(5), 4), (json!(1), 60), (json!(2), 50), (json!(3), 35)] {
        store(&database, age, count, 3).await;
    }
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let (_, page) = read(&lan, "&instrument=sipas-style").await;
    assert!(page.contains("Còn 4 phiếu thuộc các nhóm ít người"), "{page}");
    let table = &page[page.find("id=\"groups\"").unwrap()..];
    let table = &table[..table.find("</table>").unwrap()];
    assert!(table.contains("18–24") && !table.contains("Trên 60"), "{table}");
    assert!(!page.contains("(kiểm định Rao–Scott"), "the test would tell of the four");
    // The whole less the two others would be the four, were the next smallest shown.
    let shown = groups(&lan).await;
    assert_eq!(shown, all(&[("1", "18–24", true), ("2", "25–34", true)]));
    let (_, old) = read(&lan, "&instrument=sipas-style&D2=5").await;
    assert!(!old.contains("class=\"chart"), "asked for by name it is no different");
}
