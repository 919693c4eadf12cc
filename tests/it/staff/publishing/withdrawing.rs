//! What was published by mistake is taken back: figures are gone everywhere and it says so;
//! what is published after that is a new version.

use hailong::config::{PublishResults, Settings};
use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::comments::Decision;
use reqwest::Method;

use super::{
    LIST, QUARTER, SEPTEMBER, citizen, later, leader, publish, read_everything, seen, service,
    text, told,
};
use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::comments::left;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{Member, by_operator};

on_both_databases![
    results_that_are_withdrawn_are_gone_everywhere_and_it_says_so,
    what_is_published_again_is_a_new_version,
    withdrawing_needs_a_reason_and_the_publication_that_was_seen,
    of_two_who_decide_at_once_the_second_is_told,
    what_follows_a_withdrawal_differs_from_it_by_nobody_or_by_ten,
    longer_periods_are_named_that_have_the_same_days,
    withdrawn_results_stay_so_where_results_are_public_at_once,
    the_page_without_a_period_says_what_is_gone,
];

const REASON: &str = "Công bố nhầm kỳ <tháng 8>";

fn at(path: &str) -> String {
    format!("{path}/withdraw")
}

pub(in crate::staff) async fn withdraw(member: &Member<'_>, path: &str, reason: &str) -> u16 {
    let seen = seen(&text(member.get(&at(path)).await).await);
    member.post(&at(path), &[("seen", &seen), ("reason", reason)]).await.status().as_u16()
}

async fn get(app: &App, path: &str) -> (u16, Vec<u8>) {
    let answer = app.request(Method::GET, path).header("accept", "text/html").send().await;
    let answer = answer.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

async fn results_that_are_withdrawn_are_gone_everywhere_and_it_says_so(database: Database) {
    let app = service(database, 150).await;
    let db = app.database().open().await;
    let said = left(&db, &["Nhanh, gọn, cảm ơn"]).await;
    let event = by_operator(app.now(), Action::PublishComment);
    assert!(db.decide_comment(&said[0], Decision::Publish(&said[0].text), &event).await.unwrap());
    db.close().await;
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    assert!(citizen(&app, "/c/22651/comments").await.contains("Nhanh, gọn"));
    let index = told(&app, MONTH).await["estimates"][0]["rate"].as_f64().unwrap();
    let rate = format!("{:.1}", index * 100.0).replace('.', ",");
    let province = format!("/province/56?instrument=quick-counter&period={MONTH}");
    assert!(citizen(&app, &province).await.contains(&rate));
    assert_eq!(withdraw(&hoa, SEPTEMBER, REASON).await, 303);

    let page = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    assert!(page.contains("id=\"withdrawn\""), "{page}");
    assert!(page.contains("Kết quả tháng 9 năm 2026 đã được thu hồi ngày 15/10/2026"), "{page}");
    assert!(page.contains("Công bố nhầm kỳ &#60;tháng 8&#62;.</span>"), "a stop ends it: {page}");
    assert!(page.contains("<strong id=\"received\">đã thu hồi</strong>"), "{page}");
    for gone in ["id=\"components\"", ">150<", &rate, "id=\"trend\"", "Công bố lần 1, ngày"] {
        assert!(!page.contains(gone), "{gone} is in {page}");
    }
    let zip = format!("/api/v1/exports/hailong_22651_{MONTH}.zip");
    for (path, number) in [(MONTH.to_owned(), ""), (format!("{MONTH}&publication=1"), "1")] {
        let json = told(&app, &path).await;
        assert_eq!(json["estimates"].as_array().unwrap().len(), 0, "{json}");
        assert_eq!(json["publication"]["state"], "withdrawn");
        assert_eq!(json["publication"]["withdrawn_at"], "2026-10-15T03:00:00Z");
        assert_eq!(json["publication"]["reason"], REASON);
        let page = citizen(&app, &format!("/c/22651?period={path}")).await;
        assert!(page.contains("id=\"withdrawn\"") && !page.contains(&rate), "{path}: {page}");
        let csv = format!("/api/v1/estimates?commune=22651&period={path}&format=csv");
        let (status, csv) = get(&app, &csv).await;
        let csv = String::from_utf8(csv).unwrap();
        assert_eq!((status, csv.lines().count()), (200, 1), "{csv}");
        let package = match number {
            "" => zip.clone(),
            number => format!("{zip}?publication={number}"),
        };
        let (status, problem) = get(&app, &package).await;
        let problem: serde_json::Value = serde_json::from_slice(&problem).unwrap();
        assert_eq!((status, &problem["code"]), (410, &"withdrawn".into()), "{package}");
        assert!(problem["detail"].as_str().unwrap().contains(REASON), "{problem}");
    }
    let of = format!("commune=22651&instrument=quick-counter&period={MONTH}");
    for chart in ["components", "trend", "heatmap"] {
        let (status, svg) = get(&app, &format!("/api/v1/charts/{chart}.svg?{of}")).await;
        let svg = String::from_utf8(svg).unwrap();
        assert!(status == 200 && !svg.contains(&rate), "{chart}: {svg}");
    }
    let how = format!("/c/22651/how/index/quick-counter?instrument=quick-counter&period={MONTH}");
    let how = citizen(&app, &how).await;
    assert!(!how.contains(&rate), "the explanation: {how}");
    let said = "đã được thu hồi ngày 15/10/2026. Lý do: Công bố nhầm kỳ &#60;tháng 8&#62;. Số liệu";
    assert!(how.contains(said) && !how.contains("Dưới 10 người trả lời"), "{how}");
    assert!(how.contains("không còn được nêu") && !how.contains("tạm chưa công bố"), "{how}");
    let page = citizen(&app, &province).await;
    let (_, gone) = page.split_once("id=\"withdrawn\"").expect("a list of what is withdrawn");
    assert!(gone.split_once("</ul>").unwrap().0.contains("/c/22651") && !page.contains(&rate));
    assert!(!citizen(&app, "/c/22651/comments").await.contains("Nhanh, gọn"));
    // Staff see that it is and why, the log who did it.
    assert!(text(hoa.get(LIST).await).await.contains("Đã thu hồi"));
    let one = text(hoa.get(SEPTEMBER).await).await;
    assert!(one.contains("Công bố nhầm kỳ &#60;tháng 8&#62;"), "{one}");
    let backdoor = app.database().backdoor().await;
    let noted = "select who || ' ' || subject from staff_audit where action = 'withdraw-results'";
    assert_eq!(backdoor.texts(noted).await, ["hoa quick-counter@1 2026-09 #2"]);
    backdoor.close().await;
    // As little is there after a restart.
    let app = App::by_decision(app.stop());
    assert!(citizen(&app, &format!("/c/22651?period={MONTH}")).await.contains("id=\"withdrawn\""));
}

async fn what_is_published_again_is_a_new_version(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    let first = told(&app, MONTH).await;
    let all = read_everything(&app).await;
    assert_eq!(withdraw(&hoa, SEPTEMBER, REASON).await, 303);
    let form = text(hoa.get(SEPTEMBER).await).await;
    assert!(form.contains("Lý do công bố lại") && form.contains("name=\"reason\""), "{form}");
    assert_eq!(publish(&hoa, SEPTEMBER, " ").await, 422, "why it is published anew");
    assert_eq!(publish(&hoa, SEPTEMBER, "Đã xem <lại>").await, 303);
    let again = told(&app, MONTH).await;
    assert_eq!(again["estimates"], first["estimates"]);
    assert_eq!(again["publication"]["version"], 3);
    assert!(again["publication"]["corrects"].is_null());
    assert_eq!(again["publication"]["after_withdrawal"], 2);
    assert_eq!(again["publication"]["reason"], "Đã xem <lại>");
    let page = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    assert!(page.contains("Công bố lần 3, ngày 15/10/2026."), "{page}");
    assert!(!page.contains("id=\"withdrawn\"") && !page.contains("id=\"corrected\""), "{page}");
    let told_again = |page: &str, how: &str| {
        let (_, again) = page.split_once("id=\"again\"").expect("it was taken back before");
        let again = again.split_once("</section>").unwrap().0.to_owned();
        for said in [
            "Kết quả tháng 9 năm 2026 đã công bố trước đó được thu hồi ngày 15/10/2026",
            "Công bố nhầm kỳ &#60;tháng 8&#62;",
            "Đã xem &#60;lại&#62;",
            how,
        ] {
            assert!(again.contains(said), "{said} is not in {again}");
        }
    };
    told_again(&page, "Số liệu dưới đây không khác lần đã thu hồi.");
    let (_, decisions) = page.split_once("id=\"decisions\"").expect("what was decided");
    let decisions = decisions.split_once("</table>").unwrap().0;
    for said in [
        "Công bố lại",
        "Thu hồi",
        "Công bố nhầm kỳ &#60;tháng 8&#62;",
        "Công bố, sau đó đã thu hồi",
    ] {
        assert!(decisions.contains(said), "{said} is not in {decisions}");
    }
    assert_eq!(decisions.matches(">ZIP<").count(), 1, "what is gone has no file: {decisions}");
    let package = |all: &[(String, Vec<u8>)]| {
        all.iter().find(|(path, _)| path.contains("/exports/")).unwrap().1.clone()
    };
    assert_eq!(package(&read_everything(&app).await), package(&all), "the same figures");
    assert_eq!(
        told(&app, &format!("{MONTH}&publication=1")).await["publication"]["state"],
        "withdrawn"
    );
    // A correction of it names it.
    later(&app, 150, 400).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "thiếu phiếu").await, 303);
    assert_eq!(told(&app, MONTH).await["publication"]["corrects"], 3);
    let page = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    assert!(page.contains("id=\"corrected\""), "{page}");
    // Nor does a correction make the withdrawal forgotten.
    told_again(&page, "Số liệu dưới đây khác lần đã thu hồi.");
    // What it corrects goes with it.
    assert_eq!(withdraw(&hoa, SEPTEMBER, "nhầm").await, 303);
    for number in [3, 4, 5] {
        let json = told(&app, &format!("{MONTH}&publication={number}")).await;
        assert_eq!(json["publication"]["state"], "withdrawn", "{number}");
        assert_eq!(json["publication"]["reason"], "nhầm");
    }
    let json = told(&app, &format!("{MONTH}&publication=2")).await;
    assert_eq!(json["publication"]["reason"], REASON);
}

async fn withdrawing_needs_a_reason_and_the_publication_that_was_seen(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    let nothing = text(hoa.get(&at(SEPTEMBER)).await).await;
    assert!(nothing.contains("không có gì để thu hồi"), "{nothing}");
    let answer = hoa.post(&at(SEPTEMBER), &[("seen", "0"), ("reason", "nhầm")]).await;
    assert_eq!(answer.status(), 409);
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    let form = text(hoa.get(SEPTEMBER).await).await;
    assert!(form.contains(&at(SEPTEMBER)), "a link leads there");
    for reason in ["", "  \r\n "] {
        let answer = hoa.post(&at(SEPTEMBER), &[("seen", "1"), ("reason", reason)]).await;
        assert_eq!(answer.status(), 422);
        let wrong = text(answer).await;
        assert!(wrong.contains("<title>Lỗi") && wrong.contains("Hãy ghi lý do thu hồi"), "{wrong}");
    }
    let long = "dài ".repeat(2_000);
    let answer = hoa.post(&at(SEPTEMBER), &[("seen", "1"), ("reason", &long)]).await;
    assert_eq!(answer.status(), 422);
    assert!(text(answer).await.contains("dài dài"), "what was typed stays");
    let answer = hoa.post(&at(SEPTEMBER), &[("seen", "2"), ("reason", "nhầm kỳ")]).await;
    assert_eq!(answer.status(), 409);
    let meanwhile = text(answer).await;
    assert!(meanwhile.contains("Chưa có gì bị thu hồi") && meanwhile.contains("nhầm kỳ"));
    assert_eq!(told(&app, MONTH).await["publication"]["state"], "published");
    // It is grave.
    app.pass_minutes(6);
    let answer = hoa.post(&at(SEPTEMBER), &[("seen", "1"), ("reason", "nhầm kỳ")]).await;
    assert_eq!(answer.status(), 403);
    assert!(text(answer).await.contains("name=\"code\""), "a code is asked for");
    assert_eq!(app.database().count("publications").await, 1);
}

async fn of_two_who_decide_at_once_the_second_is_told(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let sign = seen(&text(hoa.get(SEPTEMBER).await).await);
    let fields = [("seen", &*sign)];
    let (one, other) = tokio::join!(hoa.post(SEPTEMBER, &fields), lan.post(SEPTEMBER, &fields));
    let mut statuses = [one.status().as_u16(), other.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409], "two publish at the same moment");
    let told = if one.status() == 409 { one } else { other };
    assert!(text(told).await.contains("người khác vừa công bố"));
    assert_eq!(app.database().count("publications").await, 1);
    // One corrects while the other takes back.
    later(&app, 150, 400).await;
    let correction = seen(&text(hoa.get(SEPTEMBER).await).await);
    let correct = [("seen", &*correction), ("reason", "thiếu phiếu")];
    let at = at(SEPTEMBER);
    let back = [("seen", "1"), ("reason", "nhầm kỳ")];
    let (one, other) = tokio::join!(hoa.post(SEPTEMBER, &correct), lan.post(&at, &back));
    let mut statuses = [one.status().as_u16(), other.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409], "one corrects, one takes back");
    let told = if one.status() == 409 { one } else { other };
    assert!(text(told).await.contains("vừa công bố"));
    assert_eq!(app.database().count("publications").await, 2);
}

async fn what_follows_a_withdrawal_differs_from_it_by_nobody_or_by_ten(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    assert_eq!(withdraw(&hoa, SEPTEMBER, REASON).await, 303);
    later(&app, 150, 3).await;
    let held = text(hoa.get(SEPTEMBER).await).await;
    assert!(
        held.contains("id=\"held\"") && held.contains("rồi thu hồi từ 1 đến 9 phiếu"),
        "{held}"
    );
    assert!(!held.contains("name=\"seen\""), "there is no button");
    // Of the quarter neither: whoever has the month would know of the three.
    let quarter = text(hoa.get(QUARTER).await).await;
    assert!(quarter.contains("<strong id=\"received\">150</strong>"), "{quarter}");
    later(&app, 153, 397).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "thêm phiếu").await, 303);
    assert_eq!(told(&app, MONTH).await["publication"]["version"], 3);
}

async fn longer_periods_are_named_that_have_the_same_days(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    assert!(!text(hoa.get(&at(SEPTEMBER)).await).await.contains(QUARTER));
    assert_eq!(publish(&hoa, QUARTER, "").await, 303);
    let quarter = told(&app, "2026-Q3").await;
    let form = text(hoa.get(&at(SEPTEMBER)).await).await;
    assert!(form.contains("xin xem lại từng kỳ") && form.contains(QUARTER), "{form}");
    assert_eq!(withdraw(&hoa, SEPTEMBER, REASON).await, 303);
    assert!(text(hoa.get(SEPTEMBER).await).await.contains(QUARTER));
    assert_eq!(told(&app, "2026-Q3").await, quarter, "it is a decision of its own");
    let page = citizen(&app, "/c/22651?period=2026-Q3").await;
    assert!(page.contains("id=\"withdrawn\"") && page.contains("id=\"components\""), "{page}");
}

async fn withdrawn_results_stay_so_where_results_are_public_at_once(database: Database) {
    answers::month(&database, "22651", 150).await;
    let publish_results = PublishResults::AtOnce;
    let app = App::with(database, Settings { publish_results, ..Settings::default() });
    let hoa = leader(&app).await;
    assert!(told(&app, MONTH).await["publication"].is_null());
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    assert_eq!(withdraw(&hoa, SEPTEMBER, REASON).await, 303);
    later(&app, 150, 40).await;
    let json = told(&app, MONTH).await;
    assert_eq!(json["estimates"].as_array().unwrap().len(), 0);
    assert_eq!(json["publication"]["state"], "withdrawn");
}

async fn the_page_without_a_period_says_what_is_gone(database: Database) {
    let app = service(database, 150).await;
    let db = app.database().open().await;
    answers::add_in(&db, "22651", "2026-08", 150..300).await;
    db.close().await;
    let hoa = leader(&app).await;
    let august = SEPTEMBER.replace("2026-09", "2026-08");
    assert_eq!(publish(&hoa, &august, "").await, 303);
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    assert!(citizen(&app, "/c/22651").await.contains("Tháng 9 năm 2026"));
    assert_eq!(withdraw(&hoa, SEPTEMBER, REASON).await, 303);
    let page = citizen(&app, "/c/22651").await;
    assert!(page.contains("id=\"components\"") && page.contains("01/08/2026"), "{page}");
    let (_, gone) = page.split_once("id=\"withdrawn\"").expect("what is gone");
    let gone = gone.split_once("</section>").unwrap().0;
    assert!(gone.contains("Kết quả tháng 9 năm 2026") && gone.contains("period=2026-09"), "{gone}");
    // What was withdrawn before does not stand on later pages for ever.
    assert_eq!(withdraw(&hoa, &august, "nhầm").await, 303);
    assert_eq!(publish(&hoa, SEPTEMBER, "đã xem lại").await, 303);
    assert!(!citizen(&app, "/c/22651").await.contains("id=\"withdrawn\""));
}
