//! What of a sample is published: once, by days, and why there are no figures.

use serde_json::Value;

use super::{told, with_sample};
use crate::support::app::{App, NOW};
use crate::support::database::{Database, on_both_databases};
use crate::support::device::Tablet;
use crate::support::sample::{CODE, response, sync, tablet};
use crate::support::submission::{commune, new_id};

on_both_databases![
    late_responses_are_published_ten_at_a_time,
    a_response_of_another_day_is_left_out,
    more_responses_than_households_are_checked_and_never_published,
    each_reason_for_no_figures_has_its_sentence,
];

const VILLAGES: [(&str, &str); 4] =
    [("đồng bằng", "Đông"), ("đồng bằng", "Tây"), ("núi", "Nam"), ("núi", "Bắc")];
/// The first moment after the last day.
const PUBLISHED: &str = "2026-10-16T00:00:00+07:00";

async fn put(app: &App, tablet: &Tablet, place: usize, value: u8, at: &str) {
    put_later(app, tablet, place, value, at, at).await;
}

/// Sends what was answered `at` when the tablet's clock is at `clock`.
async fn put_later(app: &App, tablet: &Tablet, place: usize, value: u8, at: &str, clock: &str) {
    let (stratum, psu) = VILLAGES[place];
    let mut submission = response(stratum, psu, value);
    submission["answered_at"] = Value::from(at);
    let sent = tablet.put(app, &new_id(), &submission, clock).await;
    assert_eq!(sent.status, 201, "{sent:?}");
}

/// Answers that are alike in every village, so that each response tells as much as it can.
fn alternately(n: usize) -> u8 {
    if (n / 4).is_multiple_of(2) { 4 } else { 2 }
}

async fn page(app: &App) -> String {
    app.get(&format!("/c/{}/samples/{CODE}", commune())).await.text().await.unwrap()
}

/// The cells of the row of the index: its rate and how many people answered.
fn index(page: &str) -> Option<[String; 2]> {
    let (_, row) = page.split_once(r#"<tr class="strong"><th scope="row">"#)?;
    let text = |cell: &'_ str| {
        let texts = cell.rsplit('>').map(|part| part.split('<').next().unwrap_or_default());
        texts.map(str::trim).find(|text| !text.is_empty()).unwrap_or_default().to_owned()
    };
    let cells: Vec<String> = row.split("</td>").map(text).collect();
    Some([cells[0].clone(), cells[2].clone()])
}

async fn late_responses_are_published_ten_at_a_time(database: Database) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    for (_, psu) in VILLAGES {
        for (household, reserve) in [(3, 33), (6, 36)] {
            let mut called = told(psu, household, "refused", 1);
            called[0]["replaced_by"] = Value::from(reserve);
            sync(&app, &tablet, &called).await;
        }
    }
    for n in 0..36 {
        put(&app, &tablet, n % 4, alternately(n), NOW).await;
    }
    app.set_clock(PUBLISHED);
    let first = page(&app).await;
    let before = index(&first).expect("figures");
    assert_eq!(before[1], "36", "{first}");
    let now = "2026-10-17T09:00:00+07:00";
    app.set_clock(now);
    // Answered in time, on a tablet that had no network until now.
    let in_time = "2026-10-15T12:00:00+07:00";
    let late = async |n: usize| put_later(&app, &tablet, n % 4, 1, in_time, now).await;
    for n in 36..45 {
        late(n).await;
        assert_eq!(index(&page(&app).await).as_ref(), Some(&before), "{n} shows nothing");
    }
    late(45).await;
    let after = index(&page(&app).await).expect("figures");
    assert_eq!(after[1], "46");
    assert_ne!(after[0], before[0], "ten answers are nobody's");
}

async fn a_response_of_another_day_is_left_out(database: Database) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    for n in 0..31 {
        put(&app, &tablet, n % 4, 4, NOW).await;
    }
    app.set_clock("2026-10-16T09:00:00+07:00");
    let told = page(&app).await;
    for n in 0..5 {
        put(&app, &tablet, n % 4, 1, "2026-10-16T08:00:00+07:00").await;
    }
    assert_eq!(page(&app).await, told);
    let done = crate::support::process::hailong(&[
        "sample",
        "show",
        CODE,
        "--database",
        app.database().url(),
    ]);
    assert!(done.err.contains("5 phiếu trả lời ngoài các ngày"), "staff are told: {done:?}");
}

async fn more_responses_than_households_are_checked_and_never_published(database: Database) {
    let mut app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    for n in 0..40 {
        put(&app, &tablet, n % 4, alternately(n), NOW).await;
    }
    sync(&app, &tablet, &told("Nam", 3, "vacant", 1)).await;
    app.set_clock(PUBLISHED);
    app.expects("a sample has no figures");
    let checked = page(&app).await;
    assert!(
        checked.contains("đang được kiểm tra lại") && !checked.contains("<tbody>"),
        "{checked}"
    );
    sync(&app, &tablet, &told("Nam", 3, "later", 1)).await;
    assert!(index(&page(&app).await).is_some(), "the control: as many as households");
}

async fn each_reason_for_no_figures_has_its_sentence(database: Database) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    app.set_clock(PUBLISHED);
    assert!(page(&app).await.contains("Chưa đủ phiếu"), "nobody answered");
    app.set_clock(NOW);
    for place in [0, 0, 1, 1, 2] {
        put(&app, &tablet, place, 4, NOW).await;
    }
    app.set_clock(PUBLISHED);
    let alone = page(&app).await;
    assert!(alone.contains("Tầng núi chỉ có một thôn trả lời"), "{alone}");
    app.set_clock(NOW);
    put(&app, &tablet, 3, 4, NOW).await;
    app.set_clock(PUBLISHED);
    let one = page(&app).await;
    assert!(one.contains("Có thôn chỉ có một hộ trả lời") && !one.contains("Nam</"), "{one}");
    app.set_clock(NOW);
    for place in [2, 3] {
        put(&app, &tablet, place, 4, NOW).await;
    }
    app.set_clock(PUBLISHED);
    let few = page(&app).await;
    assert!(few.contains("Chưa đủ phiếu") && !few.contains("id=\"response\""), "{few}");
    app.set_clock(NOW);
    for place in [0, 0, 0, 1, 1, 1] {
        put(&app, &tablet, place, 4, NOW).await;
    }
    app.set_clock(PUBLISHED);
    let all = page(&app).await;
    let (_, table) = all.split_once("id=\"response\"").expect("the table");
    assert!(table.contains("Tất cả") && !table.contains("núi"), "four people are not told of");
}
