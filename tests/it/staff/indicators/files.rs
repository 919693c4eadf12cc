//! A file of indicators, in the browser and from the command line.

use std::fmt::Write;

use hailong::staff::Role;
use reqwest::StatusCode;
use surveys::text::typed_text;

use super::{hidden, shown, way};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::hostile::STRINGS;
use crate::support::indicators::{HEADER, ten_thousand};
use crate::support::process::hailong;
use crate::support::spreadsheet::{Cell, xlsx};
use crate::support::staff::Member;

on_both_databases![
    of_ten_thousand_rows_the_good_go_in_and_the_bad_come_back_with_reasons,
    a_row_whose_source_has_somebodys_number_comes_back,
    rows_of_other_communes_and_repeated_ones_are_left_out,
    the_same_file_twice_adds_nothing_and_other_numbers_correct,
    what_a_file_would_replace_is_shown_wherever_it_stands_in_it,
    a_template_is_filled_in_and_taken,
    a_spreadsheet_is_taken_as_it_writes_codes_and_months,
    a_file_that_is_none_is_told_and_scripts_in_one_are_text,
    the_command_line_takes_the_same_file_with_the_same_checks,
];

const FILE: &str = "/staff/indicators/file";
const PREVIEW: &str = "/staff/indicators/file/preview";

/// Somebody who may enter for every commune.
async fn administrator(app: &App) -> Member<'_> {
    Member::signed_in(app, "lan", Role::Administrator, "/").await
}

async fn upload(member: &Member<'_>, content: &str) -> reqwest::Response {
    member.upload(FILE, &[], ("chỉ tiêu.csv", content.as_bytes())).await
}

async fn of_ten_thousand_rows_the_good_go_in_and_the_bad_come_back_with_reasons(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = administrator(&app).await;
    let content = ten_thousand();
    assert_eq!(way(&upload(&lan, &content).await), PREVIEW);
    let page = shown(&lan, PREVIEW).await;
    assert!(page.contains("<dt>Số dòng</dt><dd>10.000</dd>"), "{page}");
    for kind in [
        "Chưa có xã, phường, đặc khu nào mang mã này",
        "Chưa có kế hoạch nào được nhập cho xã",
        "không có chỉ tiêu này",
        "không tính bằng tử số và mẫu số",
        "Hãy ghi tháng và năm",
        "Tháng này chưa bắt đầu",
        "Hãy ghi tử số bằng chữ số",
        "Tử số lớn hơn mẫu số",
        "Hãy ghi nguồn trên một dòng",
        "Dòng có 5 ô, dòng tiêu đề có 6",
    ] {
        assert_eq!(page.matches(kind).count(), 1, "{kind} once in {page}");
    }
    assert_eq!(app.database().count("indicator_entries").await, 0, "nothing is stored by looking");
    let mark = hidden(&page, "file").to_owned();
    let answer = lan.post(PREVIEW, &[("file", &mark)]).await;
    assert_eq!(way(&answer), format!("{PREVIEW}?stored=9000"));
    assert_eq!(app.database().count("indicator_entries").await, 9_000);
    let page = shown(&lan, &format!("{PREVIEW}?stored=9000")).await;
    assert!(page.contains("role=\"status\"") && page.contains("không có dòng nào mới"), "{page}");
    let answer = lan.post(PREVIEW, &[("file", &mark)]).await;
    assert_eq!(way(&answer), PREVIEW, "a second click adds nothing");

    let file = lan.post(&format!("{FILE}/rejects"), &[]).await.text().await.unwrap();
    let mut csv = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = csv.records().map(|row| row.unwrap()).collect();
    assert_eq!(rows.len(), 1_000);
    let lines: Vec<&str> = content.lines().collect();
    for row in &rows {
        let line: usize = row[0].parse().unwrap();
        let original: Vec<&str> = row.iter().skip(4).collect();
        assert!(original.join(",").starts_with(lines[line - 1]), "{row:?}");
        assert!(row[3].len() > 20, "a reason: {row:?}");
    }
    let more = format!("{content}21409,ONTIME_DOSSIERS,2026-01,1,1,x\n");
    let answer = upload(&lan, &more).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("hơn 10.000 dòng"));
}

async fn a_row_whose_source_has_somebodys_number_comes_back(database: Database) {
    let app = App::spawn(database);
    let lan = administrator(&app).await;
    let mut content = String::from(HEADER);
    for (month, source) in [
        (1, "Chị Hoa 0912 345 678"),
        (2, "CCCD 079123456789"),
        (3, "Hệ thống một cửa tỉnh Hà Nam"),
        (4, "Báo cáo 123/BC-UBND ngày 05/10/2026"),
    ] {
        let _ = writeln!(content, "21409,ONTIME_DOSSIERS,2026-{month:02},1,2,{source}");
    }
    assert_eq!(way(&upload(&lan, &content).await), PREVIEW);
    let page = shown(&lan, PREVIEW).await;
    let mark = hidden(&page, "file").to_owned();
    let rejects = lan.post("/staff/indicators/file/rejects", &[]).await.text().await.unwrap();
    for month in ["2026-01", "2026-02"] {
        let line = rejects.lines().find(|line| line.contains(month)).expect("it comes back");
        assert!(line.contains("số điện thoại hoặc số căn cước"), "{line}");
    }
    assert!(!rejects.contains("2026-03") && !rejects.contains("2026-04"), "{rejects}");
    lan.post(PREVIEW, &[("file", &mark)]).await;
    assert_eq!(app.database().count("indicator_entries").await, 2);
}

async fn rows_of_other_communes_and_repeated_ones_are_left_out(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let content = format!(
        "{HEADER}22651,DIGITISED,2026-09,1,2,x\n21409,ONTIME_DOSSIERS,2026-09,1,2,x\n\
         22651,digitised,9/2026,2,2,x\n"
    );
    upload(&lan, &content).await;
    let page = shown(&lan, PREVIEW).await;
    for kind in ["ngoài phạm vi của tài khoản", "đã có ở một dòng trên", "Lưu 1 dòng"]
    {
        assert!(page.contains(kind), "{kind}: {page}");
    }
    lan.post(PREVIEW, &[("file", hidden(&page, "file"))]).await;
    assert_eq!(app.database().count("indicator_entries").await, 1);
    let mai = Member::signed_in(&app, "mai", Role::Leader, "/56/22651/").await;
    let answer = upload(&mai, &content).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN, "a leader reads");
}

async fn the_same_file_twice_adds_nothing_and_other_numbers_correct(database: Database) {
    let app = App::spawn(database);
    let lan = administrator(&app).await;
    let send = async |content: &str| {
        upload(&lan, content).await;
        let page = shown(&lan, PREVIEW).await;
        let mark = hidden(&page, "file").to_owned();
        (way(&lan.post(PREVIEW, &[("file", &mark)]).await), page)
    };
    let rows = "21409,ONTIME_DOSSIERS,2026-08,98,100,một cửa\n21409,On-time,2026-09,1,1,x\n";
    let file = format!("{HEADER}{rows}");
    let (to, page) = send(&file).await;
    assert!(to.ends_with("stored=1") && page.contains("Lưu 1 dòng"), "{to}: {page}");
    let (to, page) = send(&file).await;
    assert_eq!(to, PREVIEW);
    assert!(page.contains("<dt>Đã có từ trước</dt><dd>1</dd>"), "{page}");
    let (to, page) = send(&file.replace("98,100", "99,100")).await;
    assert!(to.ends_with("stored=1"), "{to}");
    assert!(page.contains("<dt>Sửa kết quả đã có</dt><dd>1</dd>") && page.contains("98/100"));
    assert_eq!(app.database().count("indicator_entries").await, 2);

    // Somebody corrects the month between the look and the click: the look is taken again.
    upload(&lan, &file).await;
    let seen = hidden(&shown(&lan, PREVIEW).await, "file").to_owned();
    let form = shown(&lan, "/staff/indicators/21409/ontime/enter?period=2026-08").await;
    let fields = [
        ("period", "2026-08"),
        ("numerator", "97"),
        ("denominator", "100"),
        ("source", "sửa tay"),
        ("seen", hidden(&form, "seen")),
    ];
    lan.post("/staff/indicators/21409/ontime/enter", &fields).await;
    let answer = lan.post(PREVIEW, &[("file", &seen)]).await;
    let page = answer.text().await.unwrap();
    assert!(page.contains("Chưa lưu gì") && page.contains("97/100"), "{page}");
    assert_eq!(app.database().count("indicator_entries").await, 3);
}

async fn what_a_file_would_replace_is_shown_wherever_it_stands_in_it(database: Database) {
    let app = App::spawn(database);
    let lan = administrator(&app).await;
    let before = "21409,ONTIME_DOSSIERS,2026-08,98,100,một cửa\n";
    upload(&lan, &format!("{HEADER}{before}")).await;
    let mark = hidden(&shown(&lan, PREVIEW).await, "file").to_owned();
    lan.post(PREVIEW, &[("file", &mark)]).await;
    let mut content = HEADER.to_owned();
    for month in 1..=40 {
        let (year, month) = (2020 + month / 12, month % 12 + 1);
        let _ = writeln!(content, "21409,ONTIME_DOSSIERS,{year}-{month:02},9,10,một cửa");
    }
    content.push_str(&before.replace("98,", "50,"));
    upload(&lan, &content).await;
    let page = shown(&lan, PREVIEW).await;
    let table = page.split_once("id=\"rows\"").expect("rows").1;
    let first =
        table.split_once("<tbody>").expect("a body").1.split_once("</tr>").expect("a row").0;
    assert!(first.contains("50/100") && first.contains("98/100"), "{first}");
    assert_eq!(table.matches("<tr>").count(), 1 + 1 + 10, "one that replaces, then ten new ones");
}

async fn a_template_is_filled_in_and_taken(database: Database) {
    let app = App::spawn(database);
    let lan = administrator(&app).await;
    let template = shown(&lan, "/staff/indicators/21409/template?period=2026").await;
    let months = template.matches("21409,ONTIME_DOSSIERS,2026-").count();
    assert_eq!(months, 10, "January to October: {template}");
    let filled = template.replace(",,,,", ",1,1,Sổ theo dõi,");
    assert_eq!(way(&upload(&lan, &filled).await), PREVIEW);
    let page = shown(&lan, PREVIEW).await;
    assert!(page.contains("<dt>Dòng bị loại</dt><dd>0</dd>"), "{page}");
    let mark = hidden(&page, "file").to_owned();
    lan.post(PREVIEW, &[("file", &mark)]).await;
    let template = shown(&lan, "/staff/indicators/21409/template?period=2026").await;
    assert_eq!(template.lines().count(), 1, "nothing is left to fill in: {template}");
    let entries = shown(&lan, "/staff/indicators/21409/entries").await;
    assert_eq!(way(&upload(&lan, &entries).await), PREVIEW, "what was entered is a file to enter");
    assert!(shown(&lan, PREVIEW).await.contains("không có dòng nào mới"));
}

async fn a_spreadsheet_is_taken_as_it_writes_codes_and_months(database: Database) {
    use Cell::{Date, Number, Text};
    let app = App::spawn(database);
    let lan = administrator(&app).await;
    let heading = ["Mã xã", "Chỉ tiêu", "Tháng", "Tử số", "Mẫu số", "Nguồn"].map(Text).to_vec();
    // Of the code 00385 the zeros are gone; 1 September 2026 is day 46,266.
    let [ontime, source] = [Text("ONTIME_DOSSIERS"), Text("Sổ theo dõi")];
    let rows = [
        heading,
        vec![Number(385.0), ontime, Date(46_266.0), Number(99.0), Number(100.0), source],
        vec![Text("21409"), ontime, Text("9/2026"), Number(1.5), Number(100.0), source],
    ];
    let file = xlsx(&[("Tháng 9", &rows)]);
    let answer = lan.upload(FILE, &[], ("chỉ tiêu.xlsx", &file)).await;
    assert_eq!(way(&answer), PREVIEW);
    let page = shown(&lan, PREVIEW).await;
    assert!(page.contains("Lưu 1 dòng") && page.contains("09/2026"), "{page}");
    assert!(page.contains("Hãy ghi tử số bằng chữ số"), "one and a half dossiers: {page}");
    lan.post(PREVIEW, &[("file", hidden(&page, "file"))]).await;
    let backdoor = app.database().backdoor().await;
    let sql = "select commune_code || ' ' || period from indicator_entries";
    assert_eq!(backdoor.texts(sql).await, ["00385 2026-09"]);
    backdoor.close().await;
}

async fn a_file_that_is_none_is_told_and_scripts_in_one_are_text(database: Database) {
    let app = App::spawn(database);
    let lan = administrator(&app).await;
    for (content, says) in [
        ("", "chọn một tệp"),
        ("\n\n", "Tệp chưa có dòng nào"),
        ("a,b\n1,2\n", "không có cột commune"),
        ("commune,indicator,month\n", "không có cột numerator, denominator, source"),
        ("\u{1}\0\u{2}", "văn bản"),
    ] {
        let answer = upload(&lan, content).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{content:?}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(says), "{content:?}: {page}");
    }
    assert_eq!(way(&lan.get(PREVIEW).await), format!("{FILE}?gone=1"));
    let mut content = String::from("Mã xã;Chỉ tiêu;Tháng;Tử số;Mẫu số;Nguồn\n");
    for (n, script) in STRINGS.iter().enumerate() {
        let (year, month) = (2010 + n / 12, n % 12 + 1);
        let cell = format!("\"{}\"", script.replace('"', "\"\""));
        writeln!(content, "21409;ONTIME_DOSSIERS;T{month}/{year};1;1;{cell}").unwrap();
        writeln!(content, "21409;{cell};T{month}/{year};1;1;x").unwrap();
    }
    assert_eq!(way(&upload(&lan, &content).await), PREVIEW);
    let page = shown(&lan, PREVIEW).await;
    assert!(page.contains("Lưu 60 dòng"), "{page}");
    for script in STRINGS.iter().filter(|script| script.contains('<')) {
        assert!(!page.contains(script), "{script}: {page}");
    }
    let mark = hidden(&page, "file").to_owned();
    lan.post(PREVIEW, &[("file", &mark)]).await;
    let backdoor = app.database().backdoor().await;
    let sources = backdoor.texts("select source from indicator_entries order by period").await;
    backdoor.close().await;
    assert_eq!(sources, STRINGS.map(typed_text));
}

async fn the_command_line_takes_the_same_file_with_the_same_checks(database: Database) {
    database.open().await.close().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (file, rejects) = (path("chi-tieu.csv"), path("can-sua.csv"));
    std::fs::write(&file, ten_thousand()).unwrap();
    let run = |arguments: &[&str]| hailong(&[arguments, &["--database", database.url()]].concat());
    let tried = run(&["indicator", "import", &file, "--check"]);
    assert_eq!(tried.status, 1);
    assert_eq!(database.count("indicator_entries").await, 0, "{tried:?}");
    let done = run(&["indicator", "import", &file, "--rejects", &rejects, "--lang", "en"]);
    assert_eq!(done.status, 1);
    assert!(done.err.lines().count() < 30, "the first ones are told, not all: {done:?}");
    assert_eq!(database.count("indicator_entries").await, 9_000);
    let told = "10000 rows: 9000 stored (0 of them corrections), 0 were there before, 1000 to mend";
    assert!(done.err.contains(told), "{done:?}");
    assert_eq!(std::fs::read_to_string(&rejects).unwrap().lines().count(), 1_001);
    let again = run(&["indicator", "import", &file, "--lang", "en"]);
    let told = "0 stored (0 of them corrections), 9000 were there before";
    assert!(again.err.contains(told), "{again:?}");
    let listed = run(&["indicator", "list", "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(rows.len(), 9_000);
    assert_eq!((&rows[0]["entered_by"], &rows[0]["holds"]), (&"(operator)".into(), &true.into()));
    assert_eq!(rows[0]["unit"], "percent");
    for format in ["table", "csv"] {
        let listed = run(&["indicator", "list", "--format", format]);
        assert!(listed.out.contains("ONTIME_DOSSIERS"), "{listed:?}");
    }
    run(&["indicator", "import", &path("nowhere.csv")]).one_sentence();
    run(&["indicator", "list", "--commune", "99999"]).one_sentence();
    std::fs::write(&file, "a,b\n").unwrap();
    run(&["indicator", "import", &file]).one_sentence();
}
