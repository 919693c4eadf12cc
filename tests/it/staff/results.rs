//! Results for staff: the figures of the public, files of every table, nothing of other
//! units; of few people: `few`.

mod few;

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
    points_have_their_names_in_files_and_missing_options_their_reason,
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

/// The rows of a CSV file, each by column.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    csv::Reader::from_reader(text).deserialize().map(Result::unwrap).collect()
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
