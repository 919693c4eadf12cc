//! Results are public by decision: nothing before, the same for ever after, corrections as
//! corrections; few late responses are told by no two publications.

mod continued;
mod damaged;
mod few;
mod replay;
mod versions;
pub(super) mod withdrawing;

use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::comments::Decision;
use reqwest::Method;
use serde_json::Value;

use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::comments::left;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{Member, by_operator};

on_both_databases![
    nothing_is_public_before_the_decision_and_all_stays_as_it_was_after_it,
    a_correction_is_shown_as_one_with_its_reason_and_the_former_figures,
    a_correction_by_few_responses_is_held,
    of_two_who_publish_the_second_is_told,
    late_responses_of_a_published_month_are_in_no_longer_period,
    only_periods_that_have_ended_are_published_by_those_who_may,
    a_reviewer_from_outside_reads_how_publishing_stands_and_decides_nothing,
    comments_wait_for_the_results_of_their_month,
    results_at_once_stay_so_until_somebody_decides,
    the_page_of_the_province_waits_for_the_decision_too,
    a_draft_says_under_which_conditions_and_since_when_as_the_public_page_will,
    the_page_of_a_commune_offers_what_is_published_and_promises_nothing,
];

const LIST: &str = "/staff/publishing";
const SEPTEMBER: &str = "/staff/publishing/22651/quick-counter@1/2026-09";
const QUARTER: &str = "/staff/publishing/22651/quick-counter@1/2026-Q3";

async fn service(database: Database, count: u32) -> App {
    answers::month(&database, "22651", count).await;
    App::by_decision(database)
}

pub(super) async fn leader(app: &App) -> Member<'_> {
    Member::signed_in(app, "hoa", Role::Leader, "/56/22651/").await
}

async fn text(answer: reqwest::Response) -> String {
    answer.text().await.unwrap()
}

async fn citizen(app: &App, path: &str) -> String {
    text(app.request(Method::GET, path).header("accept", "text/html").send().await.unwrap()).await
}

async fn told(app: &App, period: &str) -> Value {
    let path = format!("/api/v1/estimates?commune=22651&period={period}");
    serde_json::from_str(&text(app.get(&path).await).await).unwrap()
}

/// Lets so many more answers come in, numbered from `from`.
async fn later(app: &App, from: u32, count: u32) {
    let db = app.database().open().await;
    answers::add(&db, "22651", from..from + count).await;
    db.close().await;
}

/// What the form of `page` says that was seen.
fn seen(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"seen\" value=\"").expect("a form to publish");
    rest.split('"').next().unwrap().to_owned()
}

/// Publishes what is at `path`; gives the status.
pub(super) async fn publish(member: &Member<'_>, path: &str, reason: &str) -> u16 {
    let seen = seen(&text(member.get(path).await).await);
    member.post(path, &[("seen", &seen), ("reason", reason)]).await.status().as_u16()
}

/// Everything public that shows figures of the month.
fn everything_public() -> Vec<String> {
    let of = "commune=22651&instrument=quick-counter&period=2026-09";
    vec![
        format!("/c/22651?period={MONTH}"),
        format!("/c/22651?period={MONTH}&lang=en"),
        "/c/22651".to_owned(),
        format!("/c/22651/how/index/quick-counter?instrument=quick-counter&period={MONTH}"),
        format!("/api/v1/estimates?{of}"),
        format!("/api/v1/estimates?{of}&format=csv"),
        format!("/api/v1/estimates/index/quick-counter?{of}"),
        format!("/api/v1/charts/components.svg?{of}"),
        format!("/api/v1/charts/trend.svg?{of}"),
        format!("/api/v1/charts/heatmap.svg?{of}"),
        format!("/api/v1/exports/hailong_22651_{MONTH}.zip"),
        "/c/22651/actions".to_owned(),
    ]
}

async fn read_everything(app: &App) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for path in everything_public() {
        let answer = app.request(Method::GET, &path).header("accept", "text/html").send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        all.push((path, answer.bytes().await.unwrap().to_vec()));
    }
    all
}

async fn nothing_is_public_before_the_decision_and_all_stays_as_it_was_after_it(
    database: Database,
) {
    let app = service(database, 150).await;
    let page = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    assert!(page.contains("Kết quả tháng 9 năm 2026 chưa được công bố."), "{page}");
    assert!(page.contains("Kết quả của kỳ này chưa được công bố."), "{page}");
    assert!(!page.contains("id=\"components\"") && !page.contains(">150<"), "{page}");
    let json = told(&app, MONTH).await;
    assert_eq!(json["estimates"].as_array().unwrap().len(), 0);
    assert_eq!(json["publication"]["state"], "awaited");
    let zip = |all: &[(String, Vec<u8>)]| {
        all.iter().find(|(p, _)| p.contains("/exports/")).unwrap().1.len()
    };
    let empty = read_everything(&app).await;

    let hoa = leader(&app).await;
    let list = text(hoa.get(LIST).await).await;
    assert!(list.contains(SEPTEMBER) && list.contains("Chờ công bố"), "{list}");
    let months = list.split("Các tháng</h2>").nth(1).and_then(|rest| rest.split("<h2").next());
    assert!(months.is_some_and(|m| m.contains(SEPTEMBER) && !m.contains(QUARTER)), "{list}");
    assert!(text(hoa.get("/staff").await).await.contains(SEPTEMBER), "today names what waits");
    let form = text(hoa.get(SEPTEMBER).await).await;
    assert!(form.contains("<strong id=\"received\">150</strong>"), "{form}");
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    assert!(text(hoa.get(LIST).await).await.contains("Lần 1, 15/10/2026 10:00, Cán bộ hoa"));

    let page = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    assert!(page.contains("Công bố lần 1, ngày 15/10/2026."), "{page}");
    // What staff saw is what everybody sees.
    let mut compared = 0;
    for cell in form.split("<td role=\"cell\" class=\"num\"").skip(1) {
        let texts = cell.split("</td>").next().unwrap().split('>').skip(1);
        for said in texts.filter_map(|text| Some(text.split('<').next()?.trim())) {
            assert!(page.contains(said), "{said} is not in {page}");
            compared += usize::from(said.contains('%'));
        }
    }
    assert!(compared >= 12, "{compared} figures");
    let json = told(&app, MONTH).await;
    assert_eq!(json["publication"]["version"], 1);
    assert_eq!(json["publication"]["published_at"], "2026-10-15T03:00:00Z");
    assert!(json["publication"]["corrects"].is_null());
    let before = read_everything(&app).await;
    assert!(zip(&before) > zip(&empty));
    let rate = json["estimates"].as_array().unwrap().iter().find(|e| e["level"] == "index");
    let rate = format!("{:.1}", rate.unwrap()["rate"].as_f64().unwrap() * 100.0).replace('.', ",");
    assert!(page.contains(&rate), "{rate}");

    // Later responses, retention and a restart change nothing.
    later(&app, 150, 40).await;
    assert_eq!(read_everything(&app).await, before);
    let backdoor = app.database().backdoor().await;
    backdoor.execute("delete from responses").await;
    backdoor.close().await;
    assert_eq!(read_everything(&app).await, before);
    let app = App::by_decision(app.stop());
    for (now, then) in read_everything(&app).await.into_iter().zip(before) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(&now.1), text(&then.1), "{}", now.0);
    }
}

async fn a_correction_is_shown_as_one_with_its_reason_and_the_former_figures(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    let first = told(&app, MONTH).await;
    later(&app, 150, 400).await;
    assert!(text(hoa.get(LIST).await).await.contains("Số liệu đã thay đổi"));
    let form = text(hoa.get(SEPTEMBER).await).await;
    assert!(form.contains("<del>150</del>") && form.contains("Nếu đính chính"), "{form}");
    let answer = hoa.post(SEPTEMBER, &[("seen", &seen(&form)), ("reason", "  ")]).await;
    assert_eq!(answer.status(), 422);
    let wrong = text(answer).await;
    assert!(wrong.contains("<title>Lỗi") && wrong.contains("Hãy ghi lý do"), "{wrong}");
    let long = "dài ".repeat(2_000);
    let answer = hoa.post(SEPTEMBER, &[("seen", &seen(&form)), ("reason", &long)]).await;
    assert_eq!(answer.status(), 422);
    assert!(text(answer).await.contains("dài dài"), "what was typed stays");
    assert_eq!(told(&app, MONTH).await, first);
    let named = ("reason", "Bà Nguyễn Thị Hoa 0912 345 678 nhập nhầm");
    let answer = hoa.post(SEPTEMBER, &[("seen", &seen(&form)), named, ("sure", "x")]).await;
    assert_eq!(answer.status(), 422);
    let asked = text(answer).await;
    for part in ["Bà Nguyễn Thị Hoa", "0912 345 678"] {
        assert!(asked.contains(&format!("name=\"sure\" value=\"{part}\"")), "{part}: {asked}");
    }
    assert!(asked.contains(named.1) && asked.contains("href=\"#sure-1\""), "{asked}");
    assert_eq!(told(&app, MONTH).await, first);
    let reason = "Nhập thiếu một đợt phiếu <giấy>";
    assert_eq!(publish(&hoa, SEPTEMBER, reason).await, 303);

    let page = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    assert!(page.contains("Công bố lần 2, ngày 15/10/2026."), "{page}");
    assert!(page.contains("Nhập thiếu một đợt phiếu &#60;giấy&#62;"), "{page}");
    assert!(page.contains("<del>150</del>") && page.contains("<ins>550</ins>"), "{page}");
    let json = told(&app, MONTH).await;
    assert_eq!(
        (&json["publication"]["version"], &json["publication"]["corrects"]),
        (&2.into(), &1.into())
    );
    assert_eq!(json["publication"]["reason"], reason);
    let earlier =
        format!("/c/22651?instrument=quick-counter@1&#38;period={MONTH}&#38;publication=1");
    assert!(page.contains(&earlier), "{page}");
    let earlier = citizen(&app, &earlier.replace("&#38;", "&")).await;
    assert!(earlier.contains("Đây là số liệu đã được đính chính."), "{earlier}");
    assert!(earlier.contains("<strong id=\"received\">150</strong>"), "{earlier}");
    assert_eq!(
        told(&app, &format!("{MONTH}&publication=1")).await["estimates"],
        first["estimates"]
    );
    for none in ["3", "0", "-1", "x"] {
        let path = format!("/c/22651?period={MONTH}&publication={none}");
        let answer = app.request(Method::GET, &path).header("accept", "text/html").send().await;
        assert_eq!(answer.unwrap().status(), 400, "{none}");
    }
    let backdoor = app.database().backdoor().await;
    let noted = "select action || ' ' || subject from staff_audit where action like '%-results'
        order by seq";
    assert_eq!(
        backdoor.texts(noted).await,
        [
            "publish-results quick-counter@1 2026-09 #1",
            "correct-results quick-counter@1 2026-09 #2"
        ]
    );
    backdoor.close().await;
}

async fn a_correction_by_few_responses_is_held(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    let nothing = text(hoa.get(SEPTEMBER).await).await;
    assert!(nothing.contains("không có gì để đính chính"), "{nothing}");
    later(&app, 150, 9).await;
    let held = text(hoa.get(SEPTEMBER).await).await;
    assert!(held.contains("id=\"held\"") && held.contains("từ 1 đến 9 phiếu"), "{held}");
    assert!(!held.contains("name=\"seen\""), "there is no button");
    let answer = hoa.post(SEPTEMBER, &[("seen", "1"), ("reason", "bổ sung")]).await;
    assert_eq!(answer.status(), 409);
    assert_eq!(told(&app, MONTH).await["publication"]["version"], 1);
}

async fn of_two_who_publish_the_second_is_told(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let (one, other) =
        (seen(&text(hoa.get(SEPTEMBER).await).await), text(lan.get(SEPTEMBER).await));
    let other = seen(&other.await);
    assert_eq!(one, other, "both see the same");
    assert_eq!(hoa.post(SEPTEMBER, &[("seen", &one)]).await.status(), 303);
    let answer = lan.post(SEPTEMBER, &[("seen", &other)]).await;
    assert_eq!(answer.status(), 409);
    assert!(text(answer).await.contains("người khác vừa công bố"));
    assert_eq!(app.database().count("publications").await, 1);
    // What came in since the page was opened is not published unseen.
    let quarter = seen(&text(lan.get(QUARTER).await).await);
    let backdoor = app.database().backdoor().await;
    let moved = "update responses set answered_at = answered_at - 2678400000 where seq > 100";
    backdoor.execute(moved).await;
    backdoor.close().await;
    later(&app, 150, 1).await;
    let answer = lan.post(QUARTER, &[("seen", &quarter)]).await;
    assert_eq!(answer.status(), 409);
    assert_eq!(app.database().count("publications").await, 1);
}

async fn late_responses_of_a_published_month_are_in_no_longer_period(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    later(&app, 150, 3).await;
    // Staff's own page has them, what is published has not: the quarter would tell of three.
    let form = text(hoa.get(QUARTER).await).await;
    assert!(form.contains("<strong id=\"received\">150</strong>"), "{form}");
    assert_eq!(publish(&hoa, QUARTER, "").await, 303);
    let (month, quarter) = (told(&app, MONTH).await, told(&app, "2026-Q3").await);
    assert_eq!(month["estimates"], quarter["estimates"]);
    // When they are enough the month is corrected, and then the quarter.
    later(&app, 153, 397).await;
    assert!(text(hoa.get(QUARTER).await).await.contains("không có gì để đính chính"));
    assert_eq!(publish(&hoa, SEPTEMBER, "phiếu đến muộn").await, 303);
    assert_eq!(publish(&hoa, QUARTER, "phiếu đến muộn").await, 303);
    let (month, quarter) = (told(&app, MONTH).await, told(&app, "2026-Q3").await);
    assert_eq!(month["estimates"], quarter["estimates"]);
    // Responses that were taken out of the month would follow from a third period.
    let backdoor = app.database().backdoor().await;
    backdoor.execute("delete from responses where seq <= 4").await;
    backdoor.close().await;
    let nine = "/staff/publishing/22651/quick-counter@1/2026-9M";
    let held = text(hoa.get(nine).await).await;
    assert!(held.contains("Đặt cạnh kết quả đã công bố của kỳ 2026-"), "{held}");
}

async fn a_reviewer_from_outside_reads_how_publishing_stands_and_decides_nothing(
    database: Database,
) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    let tam = Member::signed_in(&app, "tam", Role::Reviewer, "/56/").await;
    assert!(text(tam.get("/staff").await).await.contains("href=\"/staff/publishing\""));
    let list = text(tam.get("/staff/publishing?unit=22651").await).await;
    assert!(list.contains(&format!("href=\"{SEPTEMBER}\"")), "{list}");
    let waiting = text(tam.get(SEPTEMBER).await).await;
    assert!(waiting.contains("quyết định công bố là của lãnh đạo"), "{waiting}");
    assert!(!waiting.contains("name=\"seen\"") && !waiting.contains("/withdraw"), "{waiting}");
    let seen = seen(&text(hoa.get(SEPTEMBER).await).await);
    assert_eq!(tam.post(SEPTEMBER, &[("seen", &seen)]).await.status(), 403);
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    for path in [SEPTEMBER.to_owned(), format!("{SEPTEMBER}/withdraw")] {
        let form = hoa.get(&path).await.status();
        let decided = tam.post(&path, &[("reason", "x"), ("seen", "1")]).await.status();
        assert_eq!((form.as_u16(), decided.as_u16()), (200, 403), "{path}");
    }
    let page = text(tam.get(SEPTEMBER).await).await;
    assert!(page.contains("id=\"held\"") && !page.contains("/withdraw"), "{page}");
    let other = Member::signed_in(&app, "tam.2", Role::Reviewer, "/01/").await;
    assert_eq!(other.get(SEPTEMBER).await.status(), 404);
}

async fn only_periods_that_have_ended_are_published_by_those_who_may(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    let running = "/staff/publishing/22651/quick-counter@1/2026-10";
    let page = text(hoa.get(running).await).await;
    assert!(page.contains("Chỉ công bố kết quả của kỳ đã kết thúc"), "{page}");
    assert_eq!(hoa.post(running, &[("seen", "1")]).await.status(), 409);
    let year = citizen(&app, "/c/22651?period=2026").await;
    assert!(year.contains("Kết quả năm 2026 chưa được công bố, vì kỳ này chưa kết thúc"), "{year}");
    for nowhere in [
        "/staff/publishing/22651/quick-counter@9/2026-09",
        "/staff/publishing/22651/quick-counter/2026-09",
        "/staff/publishing/22651/quick-counter@1/2026-99",
        "/staff/publishing/22651/quick-counter@1/2026-11",
        "/staff/publishing/22651/quick-counter@1/2031-01",
        "/staff/publishing/22651/quick-counter@1/2026-09-01..2026-09-02",
        "/staff/publishing/00004/quick-counter@1/2026-09",
        "/staff/publishing?unit=00004",
        "/staff/publishing?unit=x",
    ] {
        assert_eq!(hoa.get(nowhere).await.status(), 404, "{nowhere}");
    }
    // Publishing is grave: whoever proved long ago who they are is asked again, and what
    // was typed is kept.
    let seen = seen(&text(hoa.get(SEPTEMBER).await).await);
    app.pass_minutes(6);
    let answer = hoa.post(SEPTEMBER, &[("seen", &seen)]).await;
    assert_eq!(answer.status(), 403);
    assert!(text(answer).await.contains("name=\"code\""), "a code is asked for");
    assert_eq!(app.database().count("publications").await, 0);
}

async fn comments_wait_for_the_results_of_their_month(database: Database) {
    let app = service(database, 40).await;
    let db = app.database().open().await;
    let said = left(&db, &["Nhanh, gọn, cảm ơn"]).await;
    let event = by_operator(app.now(), Action::PublishComment);
    let decision = Decision::Publish(&said[0].text);
    assert!(db.decide_comment(&said[0], decision, &event).await.unwrap());
    db.close().await;
    assert!(!citizen(&app, "/c/22651/comments").await.contains("Nhanh, gọn"));
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    assert!(citizen(&app, "/c/22651/comments").await.contains("Nhanh, gọn"));
}

async fn results_at_once_stay_so_until_somebody_decides(database: Database) {
    answers::month(&database, "22651", 150).await;
    let app = App::spawn(database);
    let received = |json: &Value| json["estimates"][0]["asked"].as_u64().unwrap();
    let before = told(&app, MONTH).await;
    assert!(before["publication"].is_null());
    later(&app, 150, 40).await;
    let now = told(&app, MONTH).await;
    assert!(received(&now) > received(&before));
    let hoa = leader(&app).await;
    let list = text(hoa.get(LIST).await).await;
    assert!(list.contains("publish-results") && list.contains("Đang hiện ngay"), "{list}");
    assert!(!list.contains("Chờ công bố"), "nobody waits for it: {list}");
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    later(&app, 190, 40).await;
    assert_eq!(told(&app, MONTH).await["estimates"], now["estimates"]);
}

async fn the_page_of_the_province_waits_for_the_decision_too(database: Database) {
    let app = service(database, 150).await;
    let path = format!("/province/56?instrument=quick-counter&period={MONTH}");
    let page = citizen(&app, &path).await;
    let (_, awaited) = page.split_once("id=\"awaited\"").expect("a list of what is awaited");
    assert!(awaited.split_once("</ul>").unwrap().0.contains("/c/22651"), "{page}");
    assert!(page.contains("Đang xem lại"), "{page}");
    // What still runs is looked at again by nobody.
    let quarter = citizen(&app, "/province/56?instrument=quick-counter&period=2026").await;
    assert!(quarter.contains("id=\"awaited\"") && !quarter.contains("Đang xem lại"), "{quarter}");
    assert!(quarter.contains("khi kỳ đã kết thúc"), "{quarter}");
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    let page = citizen(&app, &path).await;
    assert!(!page.contains("id=\"awaited\""), "{page}");
    let (_, shown) = page.split_once("id=\"communes\"").expect("a table of communes");
    assert!(shown.contains("/c/22651"), "{page}");
    // Who asks for no period reads what was published last, not a year that is running.
    let newest = citizen(&app, "/province/56").await;
    let (_, shown) = newest.split_once("id=\"communes\"").expect("a table of communes");
    assert!(newest.contains("Tháng 9 năm 2026") && shown.contains("/c/22651"), "{newest}");
    // It is what there is to choose; the periods of which nothing is published stand apart.
    let list = |label: &str| {
        let (_, list) = newest.split_once(&format!("aria-labelledby=\"{label}\"")).unwrap();
        list.split_once("</ul>").unwrap().0
    };
    let (offered, others) = (list("choose-period"), list("other-periods"));
    assert_eq!(offered.matches("<li>").count(), 1, "{offered}");
    assert!(offered.contains("<span aria-current=\"true\">Tháng 9/2026</span>"), "{offered}");
    assert!(others.contains("period=2026-Q3") && !others.contains("2026-09"), "{others}");
}

async fn the_page_of_a_commune_offers_what_is_published_and_promises_nothing(database: Database) {
    let app = service(database, 150).await;
    let offered = async |path: &str| {
        let page = citizen(&app, path).await;
        let list = page.split_once("aria-labelledby=\"choose-period\">").expect("periods").1;
        let list = list.split_once("</ul>").expect("an end").0;
        let codes = list
            .split("period=")
            .skip(1)
            .map(|rest| rest.split(['"', '&']).next().unwrap().to_owned());
        let codes: Vec<String> = codes.collect();
        (codes, list.matches("aria-current").count(), page)
    };
    let (codes, shown, page) = offered("/c/22651").await;
    assert!(codes.is_empty() && shown == 1, "nothing is published: {codes:?}");
    assert!(page.contains("chưa được công bố, vì kỳ này chưa kết thúc."), "{page}");
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    assert_eq!(publish(&hoa, QUARTER, "").await, 303);
    let (codes, shown, page) = offered(&format!("/c/22651?period={MONTH}")).await;
    assert_eq!((&codes[..], shown), (&["2026-Q3".to_owned()][..], 1), "{page}");
    // Of what was answered and is not published, something else stands in the place.
    for (asked, said) in [
        ("2026-9M", "năm 2026 chưa được công bố."),
        ("2026", "Kết quả năm 2026 chưa được công bố, vì kỳ này chưa kết thúc."),
    ] {
        let (codes, shown, page) = offered(&format!("/c/22651?period={asked}")).await;
        assert_eq!((&codes[..], shown), (&["2026-Q3".to_owned()][..], 1), "{asked}: {page}");
        assert!(page.contains(said), "{asked}: {page}");
        assert!(page.contains("Dưới đây là kết quả được công bố gần nhất."), "{asked}");
        assert!(!page.contains("xem lại"), "nobody promised to look again: {page}");
    }
}

async fn a_draft_says_under_which_conditions_and_since_when_as_the_public_page_will(
    database: Database,
) {
    const AUGUST: &str = "/staff/publishing/22651/quick-counter@1/2026-08";
    let app = service(database, 150).await;
    let db = app.database().open().await;
    answers::add_in(&db, "22651", "2026-08", 0..150).await;
    db.close().await;
    let hoa = leader(&app).await;
    let draft = async || text(hoa.get(SEPTEMBER).await).await;
    assert!(!draft().await.contains("id=\"changes\""), "nothing is published to compare with");
    assert_eq!(publish(&hoa, AUGUST, "").await, 303);
    let draft = draft().await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    let public = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    // Every note on conditions, and the change in words.
    for begins in ["<p class=\"note\">Chỉ tiêu đặt cho thời gian", "<p class=\"change\">"] {
        let (_, said) = public.split_once(begins).unwrap_or_else(|| panic!("{begins}: {public}"));
        let said = format!("{begins}{}", said.split_once("</p>").expect("an end").0);
        assert!(draft.contains(&said), "{said}: {draft}");
    }
    assert!(draft.contains("Người trả lời là tự nguyện"), "{draft}");
    // The table is the same but for its links, which lead to what is not public yet.
    let table = |page: &str| {
        let (_, table) = page.split_once("id=\"changes\"").expect("a table of changes");
        let table = table.split_once("</table>").expect("an end").0.replace("</a>", "");
        let mut parts = table.split("<a href=").map(|part| part.split_once('>').expect("an end"));
        let first = parts.next().map(|(begun, rest)| format!("{begun}>{rest}")).unwrap_or_default();
        parts.fold(first, |all, (_, rest)| all + rest)
    };
    assert_eq!(table(&draft), table(&public));
    assert!(table(&draft).matches("scope=\"row\"").count() > 4, "{draft}");
    assert!(public.contains("#change\"") && !draft.contains("#change\""));
    // A month in which nobody was asked says so, also among the months.
    let (_, months) = public.split_once("id=\"trend\"").expect("the months");
    let june = months.split("<tr>").find(|row| row.contains(">06/2026<")).expect("a row of June");
    assert!(june.contains("chưa có phiếu nào"), "{june}");
}
