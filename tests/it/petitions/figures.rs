//! The figures of petitions for staff, and the targets of the plan that are counted from
//! them: on the scoreboard, on the public page, beside what was entered by hand.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use hailong::staff::Role;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{COMMUNE, Pass};
use crate::support::staff::Member;

on_both_databases![
    a_target_about_petitions_is_counted_from_them_and_entries_stand_beside_it,
    the_figures_of_a_year_are_the_same_on_the_page_and_in_both_files,
    what_staff_entered_and_rated_themselves_is_counted_apart,
    figures_of_other_communes_are_told_as_if_there_were_none,
];

const FIGURES: &str = "/staff/petitions/figures/22651";
const BOARD: &str = "/staff/indicators/22651?period=2026-10";
const TARGET: &str = "/staff/indicators/22651/feedback-handled";

async fn shown(member: &Member<'_>, path: &str) -> String {
    let answer = member.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// The row of `page` that has `title` in it.
fn row<'p>(page: &'p str, title: &str) -> &'p str {
    let mut rows = page.split("<tr").skip(1);
    rows.find(|row| row.contains(title)).unwrap_or_else(|| panic!("no {title} in {page}"))
}

/// Sends `n` petitions, and answers and rates those that say how.
async fn handled(app: &App, lan: &Member<'_>, ratings: &[Option<&str>]) {
    for rating in ratings {
        let pass = Pass::sent(app, &[]).await;
        lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
        let answer = [("version", "2"), ("answer", "Đã thêm quầy.")];
        assert_eq!(lan.post(&pass.staff("answer"), &answer).await.status(), 303);
        if let Some(rating) = rating {
            let rate = [("act", "rate"), ("rating", rating), ("reason", "")];
            assert_eq!(pass.look(app, &rate).await.0, 200);
        }
    }
}

async fn a_target_about_petitions_is_counted_from_them_and_entries_stand_beside_it(
    database: Database,
) {
    const TITLE: &str = "được xử lý và trả lời kịp thời";
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    assert!(row(&shown(&lan, BOARD).await, TITLE).contains("Chưa có số liệu"));
    handled(&app, &lan, &[Some("satisfied"); 3]).await;
    let board = shown(&lan, BOARD).await;
    let running = "Chưa hết tháng, số liệu tạm tính";
    for part in ["100,0\u{a0}% (3/3)", running, "Từ phản ánh, kiến nghị trong phần mềm"]
    {
        assert!(row(&board, TITLE).contains(part), "{part}: {board}");
    }
    let public = format!("/c/{COMMUNE}?period=2026-10");
    let page = app.get(&public).await.text().await.unwrap();
    assert!(!page.contains("(3/3)") && page.contains("Chưa đủ 10 phản ánh"), "{page}");

    let entered = [
        ("period", "2026-10"),
        ("numerator", "19"),
        ("denominator", "20"),
        ("source", "Hệ thống PAKN tỉnh"),
        ("seen", "0"),
    ];
    assert_eq!(lan.post(&format!("{TARGET}/enter"), &entered).await.status(), 303);
    handled(&app, &lan, &[Some("satisfied"); 6]).await;
    Pass::sent(&app, &[]).await;
    app.set_clock("2026-11-02T09:00:00+07:00");
    let lan = Member::signed_in(&app, "lan.sau", Role::CentreStaff, "/56/22651/").await;
    let board = shown(&lan, BOARD).await;
    for part in [
        "90,0\u{a0}% (9/10)",
        "verdict not-met",
        "Số nhập tay để đối chiếu: 95,0\u{a0}% (19/20), 1 tháng",
    ] {
        assert!(row(&board, TITLE).contains(part), "{part}: {board}");
    }
    let satisfied = row(&board, "được đánh giá hài lòng");
    assert!(satisfied.contains("90,0\u{a0}% (9/10)"), "{satisfied}");
    let page = app.get(&public).await.text().await.unwrap();
    for part in ["Kết quả: 90,0\u{a0}% (9/10) – Chưa đạt.", "Số nhập tay để đối chiếu"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let one = shown(&lan, TARGET).await;
    let october = row(&one, "10/2026");
    assert!(october.contains("(9/10)") && october.contains("Hệ thống PAKN tỉnh"), "{october}");
    let september = row(&one, "09/2026");
    assert!(september.contains("Chưa có số liệu"), "before the first petition: {september}");
    assert!(one.contains(FIGURES), "the way to the figures of petitions");
    let count = app.database().count("indicator_entries").await;
    assert_eq!(count, 1, "nothing is entered by counting");
}

async fn the_figures_of_a_year_are_the_same_on_the_page_and_in_both_files(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let to = lan.get("/staff/petitions/figures").await;
    assert_eq!(to.headers()["location"].to_str().unwrap(), FIGURES, "one commune needs no list");
    let page = shown(&lan, FIGURES).await;
    assert!(page.contains("Chưa có phản ánh, kiến nghị nào được nhận trong phần mềm"), "{page}");
    assert!(!page.contains("6,00<"), "nobody knows that there were none: {page}");
    let ratings = [&[Some("satisfied"); 7][..], &[Some("not-satisfied"); 2], &[None; 2]].concat();
    handled(&app, &lan, &ratings).await;
    assert!(row(&shown(&lan, FIGURES).await, "Năm 2026").contains("9 đánh giá, chưa đủ để tính"));
    handled(&app, &lan, &[Some("satisfied")]).await;
    for _ in 0..4 {
        Pass::sent(&app, &[]).await;
    }
    app.set_clock("2026-10-30T09:00:00+07:00");
    let lan = Member::signed_in(&app, "lan.sau", Role::CentreStaff, "/56/22651/").await;
    // 16 received, all decided: 12 on time, 4 overdue; 2 on time rated dissatisfied.
    let page = shown(&lan, FIGURES).await;
    for period in ["Tháng 10 năm 2026", "Quý IV năm 2026", "Năm 2026"] {
        let row = row(&page, period);
        for part in [
            "75,0\u{a0}% (12/16)",
            "4, trong đó 4 chưa trả lời",
            ">4,50<",
            ">3,75<",
            "80,0\u{a0}% (8/10)",
        ] {
            assert!(row.contains(part), "{period}: {part}: {row}");
        }
    }
    assert!(row(&page, "Tháng 10 năm 2026").contains("tạm tính"), "it runs: {page}");
    let before = row(&page, "Tháng 9 năm 2026");
    assert!(!before.contains("6,00") && before.contains("–") && !before.contains("tạm tính"));
    assert!(page.contains("trong phần mềm từ tháng 10/2026"), "{page}");
    app.set_clock("2026-12-01T09:00:00+07:00");
    let lan = Member::signed_in(&app, "lan.cuoi", Role::CentreStaff, "/56/22651/").await;
    let page = shown(&lan, FIGURES).await;
    let november = row(&page, "Tháng 11 năm 2026");
    assert_eq!(november.matches(">6,00<").count(), 2, "ended, and none came: {november}");
    let december = row(&page, "Tháng 12 năm 2026");
    assert!(december.contains("tạm tính") && !december.contains("6,00"), "{december}");
    assert!(!row(&page, "Tháng 10 năm 2026").contains("tạm tính"), "{page}");
    let export = format!("{FIGURES}/export");
    let csv = lan.post(&export, &[("period", "2026"), ("format", "csv")]).await;
    let csv = csv.text().await.unwrap();
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let place = |name: &str| names.iter().position(|column| column == name).unwrap();
    let september = rows.iter().find(|row| &row[place("period")] == "2026-09").unwrap();
    for name in ["received", "petitions", "points_on_time", "points_satisfied", "rated"] {
        assert_eq!(&september[place(name)], "", "{name}: nobody knows");
    }
    let year = rows.last().unwrap();
    let cell = |name: &str| &year[names.iter().position(|column| column == name).unwrap()];
    for (name, value) in [
        ("period", "2026"),
        ("received", "16"),
        ("petitions", "16"),
        ("petitions_on_time", "12"),
        ("petitions_overdue", "4"),
        ("on_time_rate", "0.75"),
        ("petitions_satisfied", "10"),
        ("points_on_time", "4.5"),
        ("points_satisfied", "3.75"),
        ("rated", "10"),
        ("rated_satisfied_rate", "0.8"),
        ("provisional", "true"),
        ("simulated", "false"),
    ] {
        assert_eq!(cell(name), value, "{name}");
    }
    let xlsx = lan.post(&export, &[("period", "2026"), ("format", "xlsx")]).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx.bytes().await.unwrap())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(sheet.rows().count(), rows.len() + 1);
    let last = sheet.rows().next_back().unwrap();
    assert!(last.contains(&Data::Float(3.75)) && last.contains(&Data::String("2026".into())));
    let backdoor = app.database().backdoor().await;
    let noted = "select subject from staff_audit where action = 'export-petitions' order by seq";
    assert_eq!(backdoor.texts(noted).await, ["22651 2026", "22651 2026"]);
    backdoor.close().await;
}

async fn what_staff_entered_and_rated_themselves_is_counted_apart(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let typed = [("form", "0123456789abcdef"), ("channel", "counter"), ("subject", "Chờ lâu")];
    let fields = [&typed[..], &[("text", "Tôi chờ 45 phút.")]].concat();
    let entered = lan.post("/staff/petitions/new", &fields).await.text().await.unwrap();
    let told = |key: &str| {
        let after =
            entered.split(&format!("{key}: ")).nth(1).unwrap_or_else(|| panic!("{entered}"));
        after.split('<').next().unwrap().trim().to_owned()
    };
    let pass = Pass { code: told("Mã phản ánh"), pin: told("Số PIN") };
    lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    lan.post(&pass.staff("answer"), &[("version", "2"), ("answer", "Đã thêm quầy.")]).await;
    let rate = [("act", "rate"), ("rating", "satisfied"), ("reason", "")];
    let (status, page) = pass.look(&app, &rate).await;
    assert_eq!(status, 200);
    assert!(page.contains("(tại quầy, cán bộ nhập)"), "{page}");
    assert!(shown(&lan, &pass.staff("")).await.contains("(tại quầy, cán bộ nhập)"));
    let page = shown(&lan, FIGURES).await;
    let october = row(&page, "Tháng 10 năm 2026");
    for part in [
        "1, trong đó 1 do cán bộ nhập",
        "100,0\u{a0}% (1/1)",
        "0 đánh giá, chưa đủ để tính",
        "ngoài ra 1 đánh giá của phản ánh do cán bộ nhập",
    ] {
        assert!(october.contains(part), "{part}: {october}");
    }
    assert_eq!(october.matches(">6,00<").count(), 1, "5.2, and no 5.3: {october}");
    let board = shown(&lan, BOARD).await;
    let satisfied = row(&board, "được đánh giá hài lòng");
    assert!(!satisfied.contains("(1/1)"), "{satisfied}");
    // The control: one that a citizen sent and rated counts.
    handled(&app, &lan, &[Some("satisfied")]).await;
    let page = shown(&lan, FIGURES).await;
    let october = row(&page, "Tháng 10 năm 2026");
    assert_eq!(october.matches(">6,00<").count(), 2, "{october}");
    assert!(october.contains("1 đánh giá, chưa đủ để tính"), "{october}");
    assert!(row(&shown(&lan, BOARD).await, "được đánh giá hài lòng").contains("(1/1)"));
}

async fn figures_of_other_communes_are_told_as_if_there_were_none(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/51/21409/").await;
    Pass::sent(&app, &[]).await;
    assert_eq!(lan.get(FIGURES).await.status(), 404);
    let export = [("period", "2026"), ("format", "csv")];
    assert_eq!(lan.post(&format!("{FIGURES}/export"), &export).await.status(), 404);
    let anh = Member::signed_in(&app, "anh", Role::ProvinceOfficer, "/56/").await;
    let anywhere = Member::signed_in(&app, "quan", Role::Administrator, "/").await;
    for (member, is_listed) in [(&anh, true), (&anywhere, true)] {
        let answer = member.get("/staff/petitions/figures").await;
        let listed = match answer.status().as_u16() {
            303 => answer.headers()["location"].to_str().unwrap().to_owned(),
            _ => answer.text().await.unwrap(),
        };
        assert_eq!(listed.contains(FIGURES), is_listed, "{listed}");
    }
    for (period, status) in [("2025", 200), ("2026-10", 422), ("nonsense", 422), ("0000", 422)] {
        let answer = anh.get(&format!("{FIGURES}?period={period}")).await;
        assert_eq!(answer.status().as_u16(), status, "{period}");
    }
    let wrong = [("period", "2026"), ("format", "exe")];
    assert_eq!(anh.post(&format!("{FIGURES}/export"), &wrong).await.status(), 422);
}
