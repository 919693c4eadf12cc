//! Maps that are made by matching columns.

use super::{documents, file, import, kept};
use crate::support::database::Database;
use crate::support::process::{Finished, hailong};
use crate::support::spreadsheet::{Cell, xlsx};

fn suggest(path: &str, more: &[&str]) -> Finished {
    let words = ["--lang", "en", "map", "suggest", path, "--instrument", "quick-counter"];
    hailong(&[&words[..], more].concat())
}

#[tokio::test]
async fn a_map_is_suggested_filled_in_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let map = folder.path().join("map.toml").to_str().unwrap().to_owned();
    let done = suggest(&kept("plain.csv"), &["--out", &map]);
    assert_eq!((done.status, done.out.as_str()), (0, ""), "{done:?}");
    for told in [
        "Ngày → answered_at: guessed",
        "Nơi tiếp nhận hồ sơ → A1: guessed",
        "Phản ánh, kiến nghị → A5: guessed",
        "Góp ý thêm → G1: guessed",
        "Tuổi: left aside",
        "Nơi tiếp nhận hồ sơ: no option is called Kém, Tốt",
    ] {
        assert!(done.err.contains(told), "{told}: {done:?}");
    }
    let suggested = std::fs::read_to_string(&map).unwrap();
    assert!(suggested.contains("form = \"dd/mm/yyyy\""), "{suggested}");
    let database = Database::sqlite();
    let not_yet = import(&kept("plain.csv"), &database, &["--map", &map]);
    assert!(not_yet.err.contains("2 rows were left out"), "{not_yet:?}");
    let filled = suggested.replace("# \"Tốt\" = ", "\"Tốt\" = 4");
    std::fs::write(&map, filled.replace("# \"Kém\" = ", "\"Kém\" = 2")).unwrap();
    let done = import(&kept("plain.csv"), &database, &["--map", &map]);
    assert_eq!(done.status, 0, "{done:?}");
    let stored = documents(&database).await;
    assert!(stored[0].contains(r#""A1":4,"A2":4,"A3":5,"A4":5,"A5":5"#), "{stored:?}");
    assert!(stored[1].contains(r#""comment":"chậm""#), "{stored:?}");
}

#[tokio::test]
async fn a_column_about_a_person_is_left_aside_and_a_comment_kept() {
    let (_folder, path) = file(
        "phieu.csv",
        "Ngày,Họ và tên,Họ tên người trả lời,Số điện thoại,Địa chỉ,Số giấy tờ,Ngày sinh,\
         A1,A2,A3,A4,A5,Ông/bà muốn góp ý thêm điều gì?\n\
         2026-10-05,An,An,0912345678,Số 7,123,1960-02-01,5,5,5,5,5,chậm\n",
    );
    let names = ["Họ và tên", "Họ tên người trả lời", "Số điện thoại", "Địa chỉ", "Số giấy tờ"];
    for instrument in ["quick-counter", "sipas-style"] {
        let words = ["--lang", "en", "map", "suggest", &path, "--instrument", instrument];
        let done = hailong(&words);
        for name in names.iter().chain(&["Ngày sinh"]) {
            let told = format!("{name}: left aside, as it may be personal data");
            assert!(done.err.contains(&told), "{told}: {done:?}");
        }
    }
    let map = suggest(&path, &[]).out;
    let (_folder, map) = file("map.toml", map);
    let database = Database::sqlite();
    assert_eq!(import(&path, &database, &["--map", &map]).status, 0);
    let stored = documents(&database).await;
    assert!(stored[0].contains(r#""comment":"chậm""#), "{stored:?}");
    assert!(!stored[0].contains("0912345678"), "{stored:?}");
}

#[test]
fn a_title_is_not_taken_for_the_names_of_the_columns() {
    let title = vec![Cell::Text("KẾT QUẢ KHẢO SÁT"), Cell::Text("Tháng 10")];
    let names = ["Ngày", "Nơi tiếp nhận", "Thủ tục đã làm", "Ghi chú"].map(Cell::Text).to_vec();
    let row = vec![Cell::Date(46_300.5), Cell::Number(5.0), Cell::Text("Rất tốt")];
    let (_folder, path) = file("phieu.xlsx", xlsx(&[("Trang 1", &[title, names, row])]));
    let done = suggest(&path, &[]);
    for told in ["Ngày → answered_at", "Nơi tiếp nhận → A1", "Thủ tục đã làm → A2"]
    {
        assert!(done.err.contains(told), "{told}: {done:?}");
    }
    assert!(done.out.contains("# \"Rất tốt\" = ") && !done.out.contains("[dates]"), "{done:?}");
    assert!(done.out.contains("# thiếu / missing: A3 Ông/bà hài lòng"), "{done:?}");
}

#[test]
fn a_file_of_our_own_needs_no_map_and_a_foreign_one_lacks_columns() {
    let (_folder, own) = file("own.csv", "answered_at,A1,A2,A3,A4,A5\n2026-10-05,5,5,5,5,5\n");
    let done = suggest(&own, &[]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(!done.out.lines().any(|line| line.starts_with('"')), "{done:?}");
    let (_folder, foreign) = file("foreign.csv", "Tên,\"Quê\n\"\"quán\"\"\"\nAn,Bến Tre\n");
    let done = suggest(&foreign, &[]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(done.err.contains("no column was found for A1, A2, A3, A4, A5, answered_at"));
    let (_folder, map) = file("map.toml", &done.out);
    let tried = import(&own, &Database::sqlite(), &["--map", &map, "--dry-run"]);
    assert_eq!(tried.status, 0, "whatever columns are called, the map is TOML: {tried:?}");
    for nothing in ["", "\0\0"] {
        let (_folder, path) = file("nothing.csv", nothing);
        suggest(&path, &[]).one_sentence();
    }
}

#[test]
fn shipped_maps_are_listed_and_shown() {
    let list = hailong(&["map", "list", "--format", "csv"]);
    for name in ["google-forms-vi", "limesurvey", "kobo", "odk"] {
        assert!(list.out.contains(name), "{list:?}");
        assert!(hailong(&["map", "show", name]).out.contains("[first_of]"), "{name}");
    }
    assert!(hailong(&["map", "show", "x"]).one_sentence().contains("limesurvey"));
    let (_folder, path) = file("own.csv", "answered_at\n");
    import(&path, &Database::sqlite(), &["--map", "no-such-map"]).one_sentence();
}
