//! Results for staff: the figures of the public, files of every table, nothing of other
//! units, nothing of a handful of people.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use hailong::clock::Clock;
use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::responses::NewResponse;
use hailong::store::staff::audit::Lines;
use serde_json::json;
use surveys::{PointCode, Response};

use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::process::hailong;
use crate::support::staff::Member;
use crate::support::submission::{self, commune, parsed, point};

on_both_databases![
    staff_see_the_figures_of_the_public_to_the_last_digit,
    a_month_of_few_has_one_verdict_for_staff_and_for_everybody,
    points_have_their_names_in_files_and_missing_options_their_reason,
    small_groups_are_neither_shown_nor_to_be_worked_out,
    few_who_answered_alike_are_told_by_the_end_they_are_at,
    a_month_of_few_who_answered_alike_has_neither_their_count_nor_their_options,
    whoever_looks_after_one_point_sees_that_point_and_no_other,
    results_of_other_units_are_told_as_if_there_were_none,
    every_table_is_the_same_as_csv_and_as_a_workbook,
    addresses_of_every_kind_are_answered_with_a_page,
];

/// The scope of the first plan's commune, and of its province.
fn own() -> (String, String) {
    let commune = surveys::unit::commune(&commune()).unwrap();
    (format!("/{}/{}/", commune.province, commune.code), commune.province.to_string())
}

/// The rows of a CSV file by level and code, each by column.
fn by_figure(bytes: &[u8]) -> BTreeMap<(String, String), BTreeMap<String, String>> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut csv = csv::Reader::from_reader(text);
    let names: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    csv.records()
        .map(|row| {
            let row: BTreeMap<String, String> =
                names.iter().cloned().zip(row.unwrap().iter().map(str::to_owned)).collect();
            ((row["level"].clone(), row["code"].clone()), row)
        })
        .collect()
}

async fn file(member: &Member<'_>, fields: &[(&str, &str)]) -> Vec<u8> {
    let answer = member.post("/staff/results/export", fields).await;
    assert_eq!(answer.status(), 200, "{fields:?}");
    answer.bytes().await.unwrap().to_vec()
}

async fn staff_see_the_figures_of_the_public_to_the_last_digit(database: Database) {
    answers::month(&database, &point(), 150).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, &own().0).await;
    let unit = commune();
    let chosen = [("unit", unit.as_str()), ("instrument", "quick-counter"), ("period", MONTH)];
    let ours =
        file(&lan, &[&chosen[..], &[("table", "figures"), ("format", "csv")]].concat()).await;
    let ours = by_figure(&ours);
    let address = format!(
        "/api/v1/estimates?commune={unit}&instrument=quick-counter&period={MONTH}&format=csv"
    );
    let public = by_figure(&app.get(&address).await.bytes().await.unwrap());
    assert_eq!(ours.len(), public.len());
    assert!(ours.len() > 10, "the index, components and items");
    for (figure, told) in &public {
        let of_whom = ["commune", "instrument", "period"];
        for (column, digits) in told.iter().filter(|(c, _)| !of_whom.contains(&c.as_str())) {
            let same = ours[figure].get(column).is_none_or(|own| own == digits);
            assert!(same, "{column} of {figure:?}: {digits} and {:?}", ours[figure].get(column));
        }
        assert!(["rate", "low", "upp", "target"].iter().all(|c| ours[figure].contains_key(*c)));
    }
    let package = app.get(&format!("/api/v1/exports/hailong_{unit}_{MONTH}.zip")).await;
    let package = Cursor::new(package.bytes().await.unwrap());
    let mut filed = String::new();
    let mut zip = zip::ZipArchive::new(package).unwrap();
    zip.by_name("ket-qua.csv").unwrap().read_to_string(&mut filed).unwrap();
    let rate = &ours[&("index".to_owned(), "quick-counter".to_owned())]["rate"];
    assert!(filed.contains(rate.as_str()), "{rate} is not in the package");
    let page = lan.get(&format!("/staff/results?period={MONTH}")).await.text().await.unwrap();
    let shown = (rate.parse::<f64>().unwrap() * 1000.0).round() / 10.0;
    let shown = format!("{shown:.1}").replace('.', ",");
    assert!(page.contains(&shown), "{shown} is not on the page");
    let how = format!("/c/{unit}?instrument=quick-counter@1&#38;period={MONTH}");
    assert!(page.contains(&how), "{how}: how each figure is computed");
    assert!(page.contains("Người trả lời là tự nguyện, không phải mẫu chọn ngẫu nhiên"));
    let public_page = app.get(&format!("/c/{unit}?period={MONTH}")).await.text().await.unwrap();
    assert!(public_page.contains(&shown));
}

async fn a_month_of_few_has_one_verdict_for_staff_and_for_everybody(database: Database) {
    answers::month(&database, &point(), 60).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, &own().0).await;
    let unit = commune();
    let fields = [
        ("unit", unit.as_str()),
        ("instrument", "quick-counter"),
        ("period", MONTH),
        ("table", "figures"),
        ("format", "csv"),
    ];
    let ours = by_figure(&file(&lan, &fields).await);
    let address = format!(
        "/api/v1/estimates?commune={unit}&instrument=quick-counter&period={MONTH}&format=csv"
    );
    let public = by_figure(&app.get(&address).await.bytes().await.unwrap());
    let mut compared = 0;
    for (figure, told) in &public {
        assert_eq!(ours[figure]["verdict"], told["verdict"], "{figure:?}");
        compared += usize::from(!told["verdict"].is_empty());
    }
    assert!(compared > 3, "the index and components have targets: {public:?}");
    let index = &ours[&("index".to_owned(), "quick-counter".to_owned())];
    assert_eq!(index["verdict"], "too_few");
    assert!(!index["rate"].is_empty(), "staff see the rate");
    let package = app.get(&format!("/api/v1/exports/hailong_{unit}_{MONTH}.zip")).await;
    let mut zip = zip::ZipArchive::new(Cursor::new(package.bytes().await.unwrap())).unwrap();
    let mut filed = String::new();
    zip.by_name("ket-qua.csv").unwrap().read_to_string(&mut filed).unwrap();
    assert!(filed.contains("too_few") && !filed.contains(",met,"), "{filed}");
    for path in [format!("/staff/results?period={MONTH}"), "/staff?lang=vi".to_owned()] {
        let page = lan.get(&path).await.text().await.unwrap();
        assert!(!page.contains("class=\"verdict met\""), "{path}: {page}");
    }
    let page = lan.get(&format!("/staff/results?period={MONTH}")).await.text().await.unwrap();
    assert!(page.contains("Chưa đủ phiếu</span> <span class=\"small\">(dưới 100 người)"), "{page}");
}

async fn points_have_their_names_in_files_and_missing_options_their_reason(database: Database) {
    answers::month(&database, &point(), 150).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, &own().0).await;
    let unit = commune();
    let chosen = [("unit", unit.as_str()), ("period", MONTH), ("group", "point")];
    let fields = [&chosen[..], &[("table", "groups"), ("format", "csv")]].concat();
    let groups = rows(&file(&lan, &fields).await);
    assert!(!groups.is_empty());
    for row in &groups {
        assert_eq!(row["group"], point());
        assert!(row["group_title"].starts_with("Trung tâm Phục vụ hành chính công"), "{row:?}");
    }
    let page = async |slice: &str| {
        let path = format!("/staff/results?period={MONTH}{slice}");
        lan.get(&path).await.text().await.unwrap()
    };
    let whole = page("").await;
    assert!(whole.contains("Số lần chọn từng phương án") && !whole.contains("no-options"));
    let kiosk = page("&channel=kiosk").await;
    assert!(kiosk.contains("id=\"no-options\"") && kiosk.contains("cho kênh này"), "{kiosk}");
    let at = page(&format!("&point={}", point())).await;
    assert!(at.contains("chỉ nêu cho tất cả các phiếu và cho từng kênh"), "{at}");
}

/// Stores `count` answers about `field` on days of September.
async fn about(database: &Database, field: &str, count: u32, first: u32) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    for n in first..first + count {
        let mut answer = submission::good_but("service_field", json!(field));
        answer["answered_at"] = json!(format!("2026-09-{:02}T09:00:00+07:00", n % 28 + 1));
        let value = if n % 7 == 0 { 2 } else { 5 };
        answer["answers"] = json!({"A1": value, "A2": 4, "A3": value, "A4": 5, "A5": value});
        db.insert_responses(&[parsed(Clock::System.new_id(), &answer)]).await.unwrap();
    }
    db.close().await;
}

async fn small_groups_are_neither_shown_nor_to_be_worked_out(database: Database) {
    for (place, (field, count)) in
        [("Đất đai", 60), ("Hộ tịch", 30), ("=Tên tôi", 5)].into_iter().enumerate()
    {
        about(&database, field, count, u32::try_from(place).unwrap() * 100).await;
    }
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &own().0).await;
    let at = format!("/staff/results?period={MONTH}");
    let read = async |query: &str| lan.get(&format!("{at}{query}")).await.text().await.unwrap();
    let page = read("&group=service_field").await;
    assert!(page.contains("Đất đai") && page.contains("Hộ tịch"), "{page}");
    assert!(!page.contains("Tên tôi"), "what five people wrote may say who they are");
    assert!(page.contains("Còn 5 phiếu thuộc các nhóm ít người"), "{page}");
    let unit = commune();
    let fields = [
        ("unit", unit.as_str()),
        ("period", MONTH),
        ("group", "service_field"),
        ("table", "groups"),
        ("format", "csv"),
    ];
    let groups = String::from_utf8(file(&lan, &fields).await).unwrap();
    assert!(groups.contains("Đất đai"));
    assert!(!groups.contains("Hộ tịch"), "all less land less it would be the five: {groups}");
    assert!(!groups.contains("Tên tôi"));
    // Asked for by name it is no different.
    for field in ["%3DT%C3%AAn+t%C3%B4i", "H%E1%BB%99+t%E1%BB%8Bch", "nobody"] {
        let page = read(&format!("&service_field={field}")).await;
        assert!(!page.contains("class=\"chart"), "{field} is drawn");
    }
    let land = read("&service_field=%C4%90%E1%BA%A5t+%C4%91ai").await;
    assert!(land.contains("class=\"chart") && land.contains("Chỉ tính: Đất đai"), "{land}");
    assert!(land.contains("tham khảo"), "a target of all is a yardstick for some");
    let two = lan.get(&format!("{at}&channel=qr&service_field=%C4%90%E1%BA%A5t+%C4%91ai")).await;
    assert_eq!(two.status(), 422);
    assert!(two.text().await.unwrap().contains("Hãy chọn một điều kiện thôi"));
}

/// Stores `count` answers of September about `field` that all give every item `value`.
async fn alike(database: &Database, field: &str, count: u32, value: u8) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    for n in 0..count {
        let mut answer = submission::good_but("service_field", json!(field));
        answer["answered_at"] = json!(format!("2026-09-{:02}T09:00:00+07:00", n % 28 + 1));
        answer["answers"] =
            json!({"A1": value, "A2": value, "A3": value, "A4": value, "A5": value});
        db.insert_responses(&[parsed(Clock::System.new_id(), &answer)]).await.unwrap();
    }
    db.close().await;
}

/// The rows of a CSV file, each by column.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    csv::Reader::from_reader(text).deserialize().map(Result::unwrap).collect()
}

/// What tells of the answers of a figure.
const OF_THE_ANSWERS: [&str; 7] = ["satisfied", "rate", "se", "low", "upp", "deff", "interval"];

async fn few_who_answered_alike_are_told_by_the_end_they_are_at(database: Database) {
    for (field, count, value) in
        [("Hộ tịch", 12, 5), ("Chứng thực", 29, 1), ("Đất đai", 30, 5), ("Xây dựng", 31, 1)]
    {
        alike(&database, field, count, value).await;
    }
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &own().0).await;
    let unit = commune();
    let chosen = [("unit", unit.as_str()), ("period", MONTH), ("group", "service_field")];
    let of_groups = [&chosen[..], &[("table", "groups"), ("format", "csv")]].concat();
    let groups = rows(&file(&lan, &of_groups).await);
    for (field, flag, rate) in [
        ("Hộ tịch", "at_least_95", ""),
        ("Chứng thực", "at_most_5", ""),
        ("Đất đai", "all_satisfied", "1"),
        ("Xây dựng", "none_satisfied", "0"),
    ] {
        let own: Vec<_> = groups.iter().filter(|row| row["group"] == field).collect();
        assert!(own.len() > 10, "the index, components and items of {field}");
        for row in own {
            assert!(row["flags"].contains(flag), "{row:?}");
            assert_eq!(row["flags"].contains("_satisfied"), !rate.is_empty(), "{row:?}");
            assert_eq!(row["rate"], rate, "{row:?}");
            for column in OF_THE_ANSWERS.iter().filter(|_| rate.is_empty()) {
                assert_eq!(row[*column], "", "{column} of {row:?}");
            }
        }
    }
    let read = async |query: &str| {
        let at = format!("/staff/results?period={MONTH}&{query}");
        lan.get(&at).await.text().await.unwrap()
    };
    let page = read("group=service_field").await;
    for said in ["≥\u{a0}95\u{a0}%", "≤\u{a0}5\u{a0}%", "100,0\u{a0}%", "0,0\u{a0}%"] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    let few = read("service_field=H%E1%BB%99+t%E1%BB%8Bch").await;
    assert!(few.contains("≥\u{a0}95\u{a0}%") && few.contains("gần như ai cũng hài lòng"), "{few}");
    let of_figures = |page: &str| {
        let from = page.find("figures-heading").unwrap();
        page[from..from + page[from..].find("groups-heading").unwrap()].to_owned()
    };
    assert!(!of_figures(&few).contains("100,0"), "{few}");
    let many = read("service_field=%C4%90%E1%BA%A5t+%C4%91ai").await;
    assert!(of_figures(&many).contains("100,0"), "from thirty people on it is told");
}

async fn a_month_of_few_who_answered_alike_has_neither_their_count_nor_their_options(
    database: Database,
) {
    alike(&database, "Hộ tịch", 12, 5).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &own().0).await;
    let unit = commune();
    let page = lan.get(&format!("/staff/results?period={MONTH}")).await.text().await.unwrap();
    assert!(page.contains("≥\u{a0}95\u{a0}%") && !page.contains("100,0"), "{page}");
    let chosen = [("unit", unit.as_str()), ("period", MONTH)];
    let of_options = [&chosen[..], &[("table", "options"), ("format", "csv")]].concat();
    let options = rows(&file(&lan, &of_options).await);
    assert!(options.iter().all(|row| !row["item"].starts_with('A')), "{options:?}");
    let public = format!(
        "/api/v1/estimates?commune={unit}&instrument=quick-counter&period={MONTH}&format=csv"
    );
    let public = rows(&app.get(&public).await.bytes().await.unwrap());
    assert!(public.iter().any(|row| row["valid"] == "12"), "{public:?}");
    for row in &public {
        assert!(OF_THE_ANSWERS.iter().all(|column| row[*column].is_empty()), "{row:?}");
    }
    let package = app.get(&format!("/api/v1/exports/hailong_{unit}_{MONTH}.zip")).await;
    let mut zip = zip::ZipArchive::new(Cursor::new(package.bytes().await.unwrap())).unwrap();
    for (name, column) in [("ket-qua.csv", "so_hai_long"), ("so-lieu.csv", "so_luot")] {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        let code = |row: &BTreeMap<String, String>| row.get("ma_cau_hoi").cloned();
        for row in rows(&bytes) {
            let asked = code(&row).is_none_or(|code| code.starts_with('A'));
            assert!(!asked || row[column].is_empty(), "{name}: {row:?}");
        }
    }
}

/// Stores `count` answers at the point `code` in September.
async fn at_point(database: &Database, code: &str, count: u32) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let mut point = hailong::first_points::all().remove(0);
    point.code = PointCode::parse(code).unwrap();
    point.name = format!("Quầy {code}");
    db.add_collection_point(&point, 0).await.unwrap();
    for n in 0..count {
        let mut answer = submission::good();
        answer["answered_at"] = json!(format!("2026-09-{:02}T09:00:00+07:00", n % 28 + 1));
        let value = if n % 6 == 0 { 2 } else { 5 };
        answer["answers"] = json!({"A1": value, "A2": 4, "A3": value, "A4": value, "A5": 4});
        let new = parsed(Clock::System.new_id(), &answer);
        let response = Response { collection_point: point.code.clone(), ..new.response.clone() };
        db.insert_responses(&[NewResponse::new(response, new.salt, 0)]).await.unwrap();
    }
    db.close().await;
}

async fn whoever_looks_after_one_point_sees_that_point_and_no_other(database: Database) {
    at_point(&database, "quay-2", 40).await;
    at_point(&database, "quay-3", 50).await;
    let app = App::spawn(database);
    let here =
        Member::signed_in(&app, "hoa", Role::CentreStaff, &format!("{}quay-2/", own().0)).await;
    let page = here.get(&format!("/staff/results?period={MONTH}")).await.text().await.unwrap();
    assert!(page.contains("<strong id=\"received\">40</strong>"), "{page}");
    assert!(!page.contains("quay-3") && !page.contains("name=\"channel\""));
    for other in ["point=quay-3", "channel=qr", "service_field=x"] {
        let answer = here.get(&format!("/staff/results?period={MONTH}&{other}")).await;
        assert_eq!(answer.status(), 404, "{other}");
    }
    let fields = [("period", MONTH), ("table", "groups"), ("format", "csv")];
    let groups = String::from_utf8(file(&here, &fields).await).unwrap();
    assert_eq!(groups.lines().count(), 1, "no group beside its own: {groups}");
    let all = Member::signed_in(&app, "lan", Role::Leader, &own().0).await;
    let page = all.get(&format!("/staff/results?period={MONTH}")).await.text().await.unwrap();
    assert!(page.contains("<strong id=\"received\">90</strong>"));
    assert!(page.contains("Quầy quay-2 (quay-2)") && page.contains("Quầy quay-3 (quay-3)"));
    assert!(page.contains("Rao–Scott"), "two points that are both shown are tested");
    assert!(!page.contains("Hạng"), "no ranks");
}

async fn results_of_other_units_are_told_as_if_there_were_none(database: Database) {
    answers::month(&database, &point(), 40).await;
    let app = App::spawn(database);
    let status = async |name: &str, role, scope: &str, unit: &str| {
        let member = Member::signed_in(&app, name, role, scope).await;
        let fields = [("unit", unit), ("table", "figures"), ("format", "csv")];
        let taken = member.post("/staff/results/export", &fields).await.status().as_u16();
        let seen = member.get(&format!("/staff/results?unit={unit}")).await.status().as_u16();
        assert!(seen == taken || (seen, taken) == (200, 422), "{unit}: {seen} and {taken}");
        seen
    };
    let (commune, (own, province)) = (commune(), own());
    let of_province = format!("/{province}/");
    for (name, role, scope, unit, expected) in [
        ("leader", Role::Leader, own.as_str(), commune.as_str(), 200),
        ("leader.2", Role::Leader, &own, "00004", 404),
        ("leader.3", Role::Leader, &own, &province, 404),
        ("officer", Role::ProvinceOfficer, &of_province, &commune, 200),
        ("officer.2", Role::ProvinceOfficer, &of_province, &province, 200),
        ("officer.3", Role::ProvinceOfficer, &of_province, "01", 404),
        ("officer.4", Role::ProvinceOfficer, &of_province, "00004", 404),
        ("admin", Role::Administrator, "/", "01", 200),
        ("admin.2", Role::Administrator, "/", "99999", 404),
        ("keying", Role::DataEntry, &own, &commune, 403),
    ] {
        assert_eq!(status(name, role, scope, unit).await, expected, "{name}");
    }
}

/// How surely the index of a commune is below its target, as the command line says of all
/// its responses: alone, and adjusted after Benjamini and Hochberg and after Holm.
fn below_by_command(database: &Database) -> [f64; 3] {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("phieu.csv").display().to_string();
    let export = ["export", "--raw", "--out", &file, "--database", database.url()];
    assert_eq!(hailong(&export).status, 0);
    let plan = surveys::catalog::plan_of(&commune().parse().unwrap()).unwrap().id.to_string();
    let [bh, holm] = ["bh", "holm"].map(|adjust| {
        let asked = ["estimate", &file, "--instrument", "quick-counter", "--plan", &plan];
        let by = ["--by", "commune_code", "--adjust", adjust, "--format", "csv"];
        let done = hailong(&[&asked[..], &by].concat());
        assert_eq!(done.status, 0, "{done:?}");
        let mut rows = rows(done.out.as_bytes());
        rows.retain(|row| row["level"] == "index");
        assert_eq!(rows.len(), 1, "{rows:?}");
        ["p_below", "p_adjusted"].map(|column| rows[0][column].parse::<f64>().unwrap())
    });
    assert_eq!(bh[0].to_bits(), holm[0].to_bits());
    [bh[0], bh[1], holm[1]]
}

async fn every_table_is_the_same_as_csv_and_as_a_workbook(database: Database) {
    answers::month(&database, &point(), 120).await;
    let by_command = below_by_command(&database);
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &own().0).await;
    let binh =
        Member::signed_in(&app, "binh", Role::ProvinceOfficer, &format!("/{}/", own().1)).await;
    let before = app.database().count("staff_audit").await;
    let tables = ["figures", "options", "groups", "trend", "communes"];
    for table in tables {
        let (member, unit) = if table == "communes" { (&binh, own().1) } else { (&lan, commune()) };
        let chosen =
            [("unit", unit.as_str()), ("period", MONTH), ("group", "channel"), ("table", table)];
        let csv = file(member, &[&chosen[..], &[("format", "csv")]].concat()).await;
        let xlsx = file(member, &[&chosen[..], &[("format", "xlsx")]].concat()).await;
        let text = csv.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
        let mut csv = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx)).unwrap();
        let sheet = book.worksheet_range("hailong").unwrap();
        let mut rows = 0;
        for (row, record) in csv.records().enumerate() {
            for (column, told) in record.unwrap().iter().enumerate() {
                let cell = match sheet.get((row, column)).unwrap_or(&Data::Empty) {
                    Data::Empty => String::new(),
                    Data::String(text) => text.clone(),
                    Data::Bool(truth) => truth.to_string(),
                    Data::Float(number) => number.to_string(),
                    Data::Int(number) => number.to_string(),
                    other => panic!("{other:?} in {table}"),
                };
                assert_eq!(cell, told, "{table}, row {row}, column {column}");
            }
            rows += 1;
        }
        assert!(rows > 1, "{table} is empty");
        if table == "communes" {
            // One commune alone is adjusted for nobody else.
            let mut csv = csv::Reader::from_reader(text);
            let names = csv.headers().unwrap().clone();
            let row = csv.records().next().unwrap().unwrap();
            let cell = |name: &str| &row[names.iter().position(|n| n == name).unwrap()];
            let told = ["p_below", "p_adjusted", "p_adjusted_holm"]
                .map(|column| cell(column).parse::<f64>().unwrap());
            for (told, wanted) in told.iter().zip(by_command) {
                assert!((told - wanted).abs() < 1e-12, "{told} is not {wanted}");
            }
            assert_eq!(cell("p_below"), cell("p_adjusted_holm"));
            let page = binh.get(&format!("/staff/results?unit={unit}&period={MONTH}")).await;
            let page = page.text().await.unwrap();
            for said in
                ["Danh sách chưa đạt", "Benjamini–Hochberg", "(Holm)", "không phải mẫu chọn"]
            {
                assert!(page.contains(said), "{said}");
            }
        }
        assert_eq!(sheet.get((1, 0)), Some(&Data::String(commune())), "a code is a text");
    }
    let taken = app.database().count("staff_audit").await - before;
    assert_eq!(taken, 2 * i64::try_from(tables.len()).unwrap(), "each is in the audit log");
    let db = app.database().open().await;
    let all = Lines {
        before: i64::MAX,
        from: i64::MIN,
        until: i64::MAX,
        who: String::new(),
        action: None,
        refused: false,
        most: 1,
    };
    let (_, last) = db.audit(&lan.account.scope, &all).await.unwrap().remove(0);
    assert_eq!(last.action, Action::ExportResults);
    assert!(last.subject.contains("table=trend") && !last.subject.contains("mark"), "{last:?}");
    db.close().await;
}

async fn addresses_of_every_kind_are_answered_with_a_page(database: Database) {
    answers::month(&database, &point(), 40).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Administrator, "/").await;
    for (query, status) in [
        ("", 200),
        ("?unit=OWN", 200),
        ("?unit=OWN&period=2026-Q3&group=channel", 200),
        ("?unit=OWN&period=0001", 422),
        ("?unit=OWN&period=2026-13", 422),
        ("?unit=OWN&period=2026-09-01..2026-09-02", 422),
        ("?unit=OWN&period=%00", 422),
        ("?unit=OWN&instrument=none", 422),
        ("?unit=OWN&instrument=quick-counter%4018446744073709551616", 422),
        ("?unit=OWN&instrument=quick-counter&version=-1", 422),
        ("?unit=OWN&channel=%3Cscript%3E", 422),
        ("?unit=OWN&point=%27%20or%201%3D1--", 422),
        ("?unit=OWN&point=%00", 422),
        ("?unit=OWN&service_field=%00", 200),
        ("?unit=OWN&service_field=%3Cb%3E", 200),
        ("?unit=OWN&group=age", 422),
        ("?unit=OWN&unit=00004", 200),
        ("?unit=%00", 404),
        ("?unit=%2F56%2F", 404),
        ("?unit=56&order=rank", 422),
        ("?unit=56&order=rate&period=2026", 200),
        ("?unit=56&period=2026-09-01..2026-09-02", 422),
        ("?unit=56&period=%FF", 422),
        ("?%FF%FE=&&&==", 200),
    ] {
        let query = query.replace("OWN", &commune());
        let answer = lan.get(&format!("/staff/results{query}")).await;
        assert_eq!(answer.status(), status, "{query}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("<h1>") && !page.contains("<script>") && !page.contains("<b>"),
            "{query}"
        );
    }
    for fields in [
        &[("table", "figures")][..],
        &[("unit", "01"), ("table", "nothing"), ("format", "csv")],
        &[("unit", "01"), ("table", "communes"), ("format", "exe")],
        &[("unit", "56"), ("table", "figures"), ("format", "csv")],
        &[("unit", "22651"), ("table", "communes"), ("format", "csv")],
        &[("unit", ""), ("table", "communes"), ("format", "csv")],
    ] {
        let answer = lan.post("/staff/results/export", fields).await;
        assert_eq!(answer.status(), 422, "{fields:?}");
    }
}
