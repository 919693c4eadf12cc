//! The plan scoreboard: results are entered, corrected and withdrawn, by form and by file,
//! and stand on the public page without the names of those who entered them.

mod files;

use hailong::staff::Role;
use reqwest::{Response, StatusCode};
use surveys::text::typed_text;

use crate::support::answers;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::hostile::STRINGS;
use crate::support::staff::{self, Member};
use crate::support::sure;

on_both_databases![
    a_month_is_entered_corrected_and_withdrawn_and_stands_on_every_page,
    what_surveys_measure_stands_beside_it_as_the_public_reads_it,
    published_results_and_duties_have_their_source_on_the_scoreboard,
    whoever_corrects_what_somebody_else_just_entered_sees_both,
    what_was_typed_before_the_session_ended_is_there_again,
    sixty_scripts_as_sources_come_out_as_the_text_they_are,
    no_source_is_public_that_nobody_looked_at,
    nobody_reads_or_enters_beyond_their_commune,
    everything_that_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost,
];

const BOARD: &str = "/staff/indicators/22651";
const DIGITISED: &str = "/staff/indicators/22651/digitised";

async fn clerk<'a>(app: &'a App, name: &str) -> Member<'a> {
    Member::signed_in(app, name, Role::CentreStaff, "/56/22651/").await
}

fn way(answer: &Response) -> String {
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    to.unwrap_or_else(|| format!("no way on, but {}", answer.status()))
}

/// The value of the field called `name` on a page.
fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let begin = format!("name=\"{name}\" value=\"");
    page.split(&begin).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

async fn shown(member: &Member<'_>, path: &str) -> String {
    let answer = member.get(path).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

/// The counts of a month, as the form sends them from somebody who has seen the entry
/// numbered `seen`.
async fn enter(member: &Member<'_>, month: &str, counts: [&str; 2], seen: &str) -> Response {
    let fields = [
        ("period", month),
        ("numerator", counts[0]),
        ("denominator", counts[1]),
        ("source", "Hệ thống một cửa tỉnh"),
        ("seen", seen),
    ];
    member.post(&format!("{DIGITISED}/enter"), &fields).await
}

/// The row of the scoreboard that has `title`.
fn row<'p>(page: &'p str, title: &str) -> &'p str {
    let mut rows = page.split("<tr role=\"row\"><th scope=\"row\"").skip(1);
    rows.find(|row| row.contains(title)).unwrap_or_else(|| panic!("{title}: {page}"))
}

async fn a_month_is_entered_corrected_and_withdrawn_and_stands_on_every_page(database: Database) {
    let app = App::spawn(database);
    let lan = clerk(&app, "lan.nguyen").await;
    assert_eq!(way(&lan.get("/staff/indicators").await), BOARD, "one commune needs no list");
    for ahead in ["2031", "2026-11"] {
        let status = lan.get(&format!("{BOARD}?period={ahead}")).await.status();
        assert_eq!(status, 404, "{ahead} has not begun");
    }
    let title = "Số hóa hồ sơ, kết quả giải quyết TTHC";
    assert!(row(&shown(&lan, BOARD).await, title).contains("Chưa có số liệu"));
    let form = shown(&lan, &format!("{DIGITISED}/enter?period=2026-09")).await;
    assert!(form.contains("Số hồ sơ, kết quả đã số hóa") && hidden(&form, "seen") == "0");

    let answer = enter(&lan, "9/2026", ["199", "200"], "0").await;
    assert_eq!(way(&answer), format!("{DIGITISED}?done=1"));
    let again = enter(&lan, "9/2026", ["199", "200"], "0").await;
    assert_eq!(way(&again), format!("{DIGITISED}?done=1"), "a second click changes nothing");
    assert_eq!(app.database().count("indicator_entries").await, 1);
    let odd = lan.get(&format!("{BOARD}?period=abc")).await;
    assert_eq!(odd.status(), 422, "as on every page of staff");
    assert!(odd.text().await.unwrap().contains("“abc” không phải là kỳ báo cáo"));
    let september = format!("{BOARD}?period=2026-09");
    let board = shown(&lan, &september).await;
    for part in ["99,5\u{a0}% (199/200)", "Chưa đạt", "Hệ thống một cửa tỉnh", "lan.nguyen"]
    {
        assert!(row(&board, title).contains(part), "{part}: {board}");
    }
    assert!(row(&shown(&lan, BOARD).await, title).contains("1 trên 9 tháng"), "of the year");

    let form = shown(&lan, &format!("{DIGITISED}/enter?period=2026-09")).await;
    assert!(form.contains("value=\"199\""), "what is there is in the form");
    let answer = enter(&lan, "2026-09", ["200", "200"], hidden(&form, "seen")).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert!(row(&shown(&lan, &september).await, title).contains("verdict met"));
    let public = app.get("/c/22651?period=2026-09").await.text().await.unwrap();
    for part in ["Kết quả: 100,0\u{a0}% (200/200) – Đạt.", "Số liệu tháng 09/2026."] {
        assert!(public.contains(part), "{part}: {public}");
    }
    assert!(!public.contains("lan.nguyen"), "the public reads no names of staff");

    let withdraw = format!("{DIGITISED}/withdraw");
    let form = shown(&lan, &format!("{withdraw}?period=2026-09")).await;
    let seen = hidden(&form, "seen").to_owned();
    let fields = [("period", "2026-09"), ("seen", &*seen), ("reason", " ")];
    assert_eq!(lan.post(&withdraw, &fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("period", "2026-09"), ("seen", &*seen), ("reason", "nhập nhầm xã")];
    assert_eq!(way(&lan.post(&withdraw, &fields).await), format!("{DIGITISED}?done=withdrawn"));
    assert_eq!(way(&lan.post(&withdraw, &fields).await), format!("{DIGITISED}?done=withdrawn"));
    assert!(row(&shown(&lan, &september).await, title).contains("Chưa có số liệu"));
    let history = shown(&lan, DIGITISED).await;
    for part in ["Lịch sử nhập (3)", "Đã được thay", "Lần rút lại", "nhập nhầm xã"]
    {
        assert!(history.contains(part), "{part}: {history}");
    }
    let file = shown(&lan, &format!("{BOARD}/entries")).await;
    assert_eq!(file.lines().count(), 4, "{file}");
    let backdoor = app.database().backdoor().await;
    let noted = "select action || ' ' || subject from staff_audit
        where action like '%indicator%' order by seq";
    assert_eq!(
        backdoor.texts(noted).await,
        [
            "enter-indicators DIGITISED 2026-09",
            "enter-indicators DIGITISED 2026-09",
            "withdraw-indicator DIGITISED 2026-09: nhập nhầm xã",
            "export-indicators 22651",
        ]
    );
    backdoor.close().await;
}

async fn what_surveys_measure_stands_beside_it_as_the_public_reads_it(database: Database) {
    answers::month(&database, "22651", 150).await;
    let app = App::spawn(database);
    let lan = clerk(&app, "lan").await;
    let public = app.get("/c/22651?period=2026-09").await.text().await.unwrap();
    let said = public.split("Kỳ này: ").nth(1).and_then(|rest| rest.split(".</strong>").next());
    let (rate, verdict) = said.and_then(|said| said.split_once(" – ")).expect("a published rate");
    let board = shown(&lan, &format!("{BOARD}?period=2026-09")).await;
    let row = row(&board, "Mức độ hài lòng của tổ chức, cá nhân");
    assert!(row.contains(&format!("<strong>{rate}</strong>")), "{rate}: {row}");
    assert!(row.contains(verdict) && row.contains("150 phiếu"), "{verdict}: {row}");
}

async fn published_results_and_duties_have_their_source_on_the_scoreboard(database: Database) {
    let app = App::spawn(database);
    let at = "/51/21409/";
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, at).await;
    let board = "/staff/indicators/21409";
    let page = shown(&lan, &format!("{board}/papi-group/enter")).await;
    assert!(page.contains("<option value=\"Trung bình cao\""), "the plan's ranks: {page}");
    let published = [
        ("period", "2025"),
        ("result", "Trung bình cao"),
        ("day", "15/04/2026"),
        ("source", "Báo cáo PAPI 2025"),
        ("link", "https://papi.example.vn/2025"),
        ("seen", "0"),
    ];
    let answer = lan.post(&format!("{board}/papi-group/enter"), &published).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let mut number = published;
    (number[1].1, number[3].1) = ("88,49", "Quyết định 5/QĐ-UBND");
    let answer = lan.post(&format!("{board}/par-index/enter"), &number).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let page = shown(&lan, &format!("{board}?period=2025")).await;
    let papi = row(&page, "Nhóm xếp hạng Chỉ số PAPI");
    for part in ["“Trung bình cao”", "verdict met", "href=\"https://papi.example.vn/2025\"", "lan"]
    {
        assert!(papi.contains(part), "{part}: {papi}");
    }
    let index = row(&page, "(PARINDEX)");
    assert!(index.contains("88,49") && index.contains("verdict not-met"), "{index}");
    let public = app.get("/c/21409?period=2025").await.text().await.unwrap();
    assert!(public.contains("Kết quả năm 2025, công bố ngày 15/04/2026."), "{public}");
    assert!(public.contains("rel=\"nofollow noopener\">Báo cáo PAPI 2025</a>"), "{public}");
}

async fn whoever_corrects_what_somebody_else_just_entered_sees_both(database: Database) {
    let app = App::spawn(database);
    let (lan, hoa) = (clerk(&app, "lan").await, clerk(&app, "hoa").await);
    enter(&lan, "9/2026", ["190", "200"], "0").await;
    let form = shown(&lan, &format!("{DIGITISED}/enter?period=2026-09")).await;
    let seen = hidden(&form, "seen").to_owned();
    assert_eq!(enter(&hoa, "9/2026", ["191", "200"], &seen).await.status(), StatusCode::SEE_OTHER);
    let late = enter(&lan, "9/2026", ["192", "200"], &seen).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    let page = late.text().await.unwrap();
    for part in ["191/200", "hoa nhập lúc", "value=\"192\""] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(app.database().count("indicator_entries").await, 2);
    let sent_again = enter(&lan, "9/2026", ["192", "200"], hidden(&page, "seen")).await;
    assert_eq!(sent_again.status(), StatusCode::SEE_OTHER, "on purpose it is taken");
    // At the same moment: one is taken, the other sees both.
    let form = shown(&lan, &format!("{DIGITISED}/enter?period=2026-09")).await;
    let seen = hidden(&form, "seen").to_owned();
    let (one, other) = tokio::join!(
        enter(&lan, "9/2026", ["193", "200"], &seen),
        enter(&hoa, "9/2026", ["194", "200"], &seen)
    );
    let mut both = [one.status().as_u16(), other.status().as_u16()];
    both.sort_unstable();
    assert_eq!(both, [303, 409]);
    assert_eq!(app.database().count("indicator_entries").await, 4);
    // Somebody who looks at a withdrawal while it was corrected looks again.
    let withdraw = format!("{DIGITISED}/withdraw");
    let fields = [("period", "2026-09"), ("seen", &*seen), ("reason", "nhầm")];
    assert_eq!(hoa.post(&withdraw, &fields).await.status(), StatusCode::CONFLICT);
}

async fn what_was_typed_before_the_session_ended_is_there_again(database: Database) {
    let app = App::spawn(database);
    let mut lan = clerk(&app, "lan").await;
    app.pass_minutes(40);
    let ended = enter(&lan, "9/2026", ["187", "213"], "0").await;
    assert!(way(&ended).starts_with("/staff/sign-in?next="), "{}", way(&ended));
    assert_eq!(app.database().count("indicator_entries").await, 0);
    let db = app.database().open().await;
    lan.token = staff::session(&db, &lan.account, app.now()).await;
    let form = shown(&lan, &format!("{DIGITISED}/enter")).await;
    for typed in ["value=\"9/2026\"", "value=\"187\"", "value=\"213\"", "role=\"status\""] {
        assert!(form.contains(typed), "{typed} is gone: {form}");
    }
    assert_eq!(enter(&lan, "9/2026", ["187", "213"], "0").await.status(), StatusCode::SEE_OTHER);
    let form = shown(&lan, &format!("{DIGITISED}/enter")).await;
    assert!(!form.contains("value=\"187\""), "what is done is not offered again");
    db.close().await;
}

async fn sixty_scripts_as_sources_come_out_as_the_text_they_are(database: Database) {
    let app = App::spawn(database);
    let lan = clerk(&app, "lan").await;
    let months: Vec<String> =
        (0..60).map(|n| format!("{}-{:02}", 2021 + n / 12, n % 12 + 1)).collect();
    for (script, month) in STRINGS.iter().zip(&months) {
        let fields = [
            ("period", &**month),
            ("numerator", "1"),
            ("denominator", "1"),
            ("source", *script),
            ("seen", "0"),
        ];
        let sure = sure::parts(&typed_text(script), &lan);
        let ticked = [&fields[..], &sure::ticked(&sure)].concat();
        let answer = lan.post(&format!("{DIGITISED}/enter"), &ticked).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{script}");
        // And where none may stand.
        for place in ["period", "numerator", "seen"] {
            let fields = fields.map(|(n, value)| (n, if n == place { *script } else { value }));
            let answer = lan.post(&format!("{DIGITISED}/enter"), &fields).await;
            assert!([303, 422].contains(&answer.status().as_u16()), "{script} as {place}");
        }
    }
    assert_eq!(app.database().count("indicator_entries").await, 60);
    let mut pages = vec![shown(&lan, DIGITISED).await];
    for year in 2021..=2025 {
        pages.push(shown(&lan, &format!("{BOARD}?period={year}")).await);
        let public = app.get(&format!("/c/22651?period={year}")).await;
        pages.push(public.text().await.unwrap());
    }
    for script in STRINGS.iter().filter(|script| script.contains(['<', '"'])) {
        let raw = pages.iter().find(|page| page.contains(script));
        assert!(raw.is_none(), "{script}: {raw:?}");
    }
    let file = shown(&lan, &format!("{BOARD}/entries")).await;
    let mut csv = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let sources: Vec<String> = csv.records().map(|row| row.unwrap()[8].to_owned()).collect();
    for (script, source) in STRINGS.iter().zip(&sources) {
        let script = typed_text(script);
        let is_it = *source == script || source.strip_prefix('\'') == Some(&*script);
        assert!(is_it, "{script} became {source}");
        assert!(!source.starts_with(['=', '+', '-', '@']), "a spreadsheet would run {source}");
    }
}

async fn no_source_is_public_that_nobody_looked_at(database: Database) {
    let app = App::spawn(database);
    let lan = clerk(&app, "lan").await;
    let counts = [("period", "2026-09"), ("numerator", "9"), ("denominator", "10"), ("seen", "0")];
    let source = ("source", "Chị Hoa 0912345678, CCCD 079123456789");
    let parts = ["Chị Hoa", "0912345678", "079123456789"];
    let enter = async |fields: &[(&str, &str)]| {
        let answer = lan.post(&format!("{DIGITISED}/enter"), fields).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let fields = [&counts[..], &[source]].concat();
    for ticks in [&[][..], &[("sure", parts[0]), ("sure", parts[1])]] {
        let (status, page) = enter(&[&fields[..], ticks].concat()).await;
        assert_eq!(status, 422, "{ticks:?}");
        for part in parts {
            assert!(page.contains(&format!("name=\"sure\" value=\"{part}\"")), "{part}: {page}");
        }
        assert!(page.contains(&format!("value=\"{}\"", source.1)), "what was typed stays");
    }
    assert_eq!(app.database().count("indicator_entries").await, 0);
    let ticks = parts.map(|part| ("sure", part));
    assert_eq!(enter(&[&fields[..], &ticks].concat()).await.0, 303, "all of it is ticked");
}

async fn nobody_reads_or_enters_beyond_their_commune(database: Database) {
    let app = App::spawn(database);
    let lan = clerk(&app, "lan").await;
    let fields = [("period", "9/2026"), ("numerator", "1"), ("denominator", "1"), ("source", "x")];
    for path in ["", "/ontime", "/ontime/enter", "/template", "/entries"] {
        let path = format!("/staff/indicators/21409{path}");
        assert_eq!(lan.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let answer = lan.post("/staff/indicators/21409/ontime/enter", &fields).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let mai = Member::signed_in(&app, "mai", Role::Leader, "/56/22651/").await;
    let page = shown(&mai, DIGITISED).await;
    assert!(!page.contains("/enter") && !page.contains("/withdraw"), "a leader reads: {page}");
    let answer = mai.post(&format!("{DIGITISED}/enter"), &fields).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/").await;
    let list = shown(&admin, "/staff/indicators").await;
    assert!(list.contains("/staff/indicators/22651") && list.contains("/staff/indicators/21409"));
    for path in ["/staff/indicators/22651/satisfaction", "/staff/indicators/22651/nothing"] {
        assert_eq!(admin.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let page = shown(&admin, "/staff/indicators/00004").await;
    assert!(page.contains("Chưa có kế hoạch nào được nhập"), "{page}");
    let odd = admin.get(&format!("{BOARD}?period=2026-10-01..2026-10-02")).await;
    assert_eq!(odd.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.database().count("indicator_entries").await, 0);
}

async fn everything_that_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = clerk(&app, "lan").await;
    let fields =
        [("period", "13/2026"), ("numerator", "201"), ("denominator", "2oo"), ("source", "")];
    let answer = lan.post(&format!("{DIGITISED}/enter"), &fields).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    for id in ["period", "denominator", "source"] {
        assert!(page.contains(&format!("href=\"#{id}\"")), "{id} is to be mended: {page}");
    }
    for typed in ["value=\"13/2026\"", "value=\"201\"", "value=\"2oo\""] {
        assert!(page.contains(typed), "{typed}: {page}");
    }
    let duty = "/staff/indicators/22651/quick-survey/enter";
    let answer =
        lan.post(duty, &[("day", "2027-01-01"), ("source", "x"), ("link", "javascript:x")]);
    let page = answer.await.text().await.unwrap();
    assert!(page.contains("href=\"#day\"") && page.contains("href=\"#link\""), "{page}");
    let done = lan.post(duty, &[("day", "14/10/2026"), ("source", "Báo cáo 15/BC-UBND")]).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    let board = shown(&lan, &format!("{BOARD}?period=2026-10")).await;
    let survey = row(&board, "Khảo sát nhanh người dân");
    assert!(survey.contains("ngày 14/10/2026") && survey.contains("Đã ghi nhận thực hiện"));
}
