use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use tempfile::TempDir;

use super::*;
use crate::store::Options;
use crate::store::paged::{Page, Pages};

#[derive(Debug, Parser)]
struct Alone {
    #[command(flatten)]
    import: Import,
}

/// A folder with a file to import, its rejects and a database.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(file: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("in.csv"), file).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Imports the file as paper forms of the counter of 22651.
    fn import(&self, more: &[&str]) -> Result<bool, String> {
        let path = |name: &str| self.path(name).display().to_string();
        let (file, data, rejects) = (path("in.csv"), path("data"), path("rejects.csv"));
        let mut words =
            vec!["import", &file, "--instrument", "quick-counter", "--channel", "paper"];
        words.extend(["--data-dir", &data, "--rejects", &rejects, "--point", "22651"]);
        words.extend(more);
        let done = Alone::try_parse_from(words).unwrap().import.run(Language::En);
        let good = format!("{:?}", ExitCode::SUCCESS);
        done.map(|code| format!("{code:?}") == good).map_err(|Failure(text)| text.en)
    }

    /// The documents in the database, in order.
    fn stored(&self) -> Vec<String> {
        let url = format!("sqlite:{}", self.path("data/hailong.db").display());
        let read = async {
            let options = Options { url, simulated: false, readers: 1 };
            let db = Db::open(&options).await.unwrap();
            let (instrument, version, commune_code) = (None, None, None);
            let (from, until) = (i64::MIN, i64::MAX);
            let pages = Pages { instrument, version, commune_code, from, until, sample: None };
            let page = db.page(&pages, 0, 10_000).await.unwrap();
            let documents = page.iter().flat_map(Page::responses);
            documents.map(|r| r.unwrap().document.to_owned()).collect()
        };
        block_on(read).unwrap_or_else(|Failure(text)| panic!("{}", text.en))
    }

    /// Line, column, value and reason of each rejected row.
    fn rejected(&self) -> Vec<Vec<String>> {
        rows(&self.path("rejects.csv"))
    }
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    csv.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

const HEADER: &str = "answered_at,A1,A2,A3,A4,A5\n";

#[test]
fn good_rows_go_in_and_bad_ones_come_back_with_reasons() {
    let desk = Desk::new(format!(
        "{HEADER}2026-10-05,5,4,9,,Hài lòng\n2026-10-05,7,4,x,,1\nngày mai,5,5,5,5,5\n2026-10-06,1,1,1,1,1\n"
    ));
    assert_eq!(desk.import(&[]), Ok(false));
    let stored = desk.stored();
    assert_eq!(stored.len(), 2);
    assert!(stored[0].contains(r#""A1":5,"A2":4,"A3":9,"A5":4"#), "{stored:?}");
    assert!(stored[0].contains(r#""collection_point":"22651","channel":"paper""#));
    let rejected = desk.rejected();
    assert_eq!(rejected.len(), 2);
    assert_eq!(rejected[0][..3], ["3", "A1; A3", "7; x"]);
    assert!(rejected[0][3].contains("no option") && rejected[0][3].contains("1, 2, 3, 4, 5, 9"));
    assert_eq!(rejected[0][4..], ["2026-10-05", "7", "4", "x", "", "1"]);
    assert_eq!(rejected[1][..3], ["4", "answered_at", "ngày mai"]);
}

#[test]
fn importing_twice_adds_nothing_and_equal_rows_are_different_people() {
    let desk = Desk::new(format!("{HEADER}2026-10-05,5,5,5,5,5\n2026-10-05,5,5,5,5,5\n"));
    assert_eq!(desk.import(&[]), Ok(true));
    assert_eq!(desk.import(&[]), Ok(true));
    assert_eq!(desk.stored().len(), 2);
}

#[test]
fn an_id_that_belongs_to_another_response_is_rejected() {
    let id = "0199d0c0-0000-7000-8000-000000000001";
    let row = |a1: u8| format!("response_id,{HEADER}{id},2026-10-05,{a1},5,5,5,5\n");
    let desk = Desk::new(row(5));
    assert_eq!(desk.import(&[]), Ok(true));
    fs::write(desk.path("in.csv"), row(1)).unwrap();
    assert_eq!(desk.import(&[]), Ok(false));
    assert_eq!(desk.stored().len(), 1);
    assert_eq!(desk.rejected()[0][..3], ["2", "response_id", id]);
}

#[test]
fn a_dry_run_stores_nothing_and_needs_no_database() {
    let desk = Desk::new(format!("{HEADER}2026-10-05,5,5,5,5,5\n"));
    assert_eq!(desk.import(&["--dry-run"]), Ok(true));
    assert!(!desk.path("data").exists());
}

#[test]
fn rows_of_commas_are_no_rows_and_a_ragged_row_comes_back_to_be_mended() {
    let desk = Desk::new(format!("{HEADER}2026-10-05,5,4\n,,,,,\n2026-10-06,1,1,1,1,1\n,,,,,\n"));
    assert_eq!(desk.import(&[]), Ok(false));
    assert_eq!(desk.stored().len(), 1);
    let rejected = desk.rejected();
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0][4..], ["2026-10-05", "5", "4", "", "", ""]);
}

#[test]
fn old_macintosh_files_are_read() {
    let rows = format!("{HEADER}2026-10-05,5,5,5,5,5\n2026-10-06,4,4,4,4,4\n");
    let desk = Desk::new(rows.replace('\n', "\r"));
    assert_eq!(desk.import(&[]), Ok(true));
    assert_eq!(desk.stored().len(), 2);
}

#[test]
fn the_apostrophe_before_a_formula_is_not_part_of_what_was_said() {
    let desk = Desk::new(
        "answered_at,A1,A2,A3,A4,A5,comment\n2026-10-05,5,5,5,5,5,'- chậm\n2026-10-05,5,5,5,5,5,'xa\n",
    );
    assert_eq!(desk.import(&[]), Ok(true));
    let stored = desk.stored();
    assert!(stored[0].contains(r#""comment":"- chậm""#), "{stored:?}");
    assert!(stored[1].contains(r#""comment":"'xa""#), "{stored:?}");
}

#[test]
fn hostile_rows_cost_themselves_only() {
    let mut file = b"\xEF\xBB\xBFanswered_at;A1;A2;A3;A4;A5;comment\r\n".to_vec();
    file.extend(b"2026-10-05;5;5;5;5;5;\"m\xE3i; t\xF4i\"\r\n"); // Windows-1258
    file.extend("2026-10-05;4;4;4;4;4;cảm ơn\r\n".bytes()); // UTF-8 in the same file
    file.extend(b"2026-10-05;5;5\r\n"); // ragged
    file.extend(b"2026-10-05;5;5;5;5;5;a\0b\r\n");
    file.extend(b"2026-10-05;5;5;5;5;5;\"never closed\r\n");
    file.extend(vec![b'x'; 20_000_000]);
    file.extend(b"\r\n2026-10-05;3;3;3;3;3;=1+1");
    let desk = Desk::new(file);
    assert_eq!(desk.import(&[]), Ok(false));
    let stored = desk.stored();
    assert_eq!(stored.len(), 3, "{stored:?}");
    assert!(stored[0].contains("măi; tôi") && stored[1].contains("cảm ơn"), "{stored:?}");
    let lines: Vec<String> = desk.rejected().into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(lines, ["4", "5", "6", "7"]);
}

#[test]
fn a_spreadsheet_saved_as_utf_16_with_tabs_is_read() {
    let text = "\u{feff}answered_at\tA1\tA2\tA3\tA4\tA5\n2026-10-05\tRất hài lòng\t5\t5\t5\t5\n";
    let desk = Desk::new(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    assert_eq!(desk.import(&[]), Ok(true));
    assert!(desk.stored()[0].contains(r#""A1":5"#));
}

#[test]
fn a_header_that_does_not_fit_is_told_before_anything_is_stored() {
    for (file, told) in [
        ("", "is empty"),
        ("answered_at,A1,A2,A3,A4\n", "A5"),
        ("A1,A2,A3,A4,A5\n", "answered_at"),
        ("answered_at,A1,A1,A2,A3,A4,A5\n", "A1"),
        ("answered_at,A1,A2,A3,A4,A5,G1,comment\n", "comment"),
        ("\0\0\0", "CSV"),
    ] {
        let desk = Desk::new(file);
        let sentence = desk.import(&[]).unwrap_err();
        assert!(sentence.contains(told), "{file:?}: {sentence}");
    }
}

#[test]
fn simulated_rows_do_not_go_into_a_real_database() {
    let desk = Desk::new("answered_at,A1,A2,A3,A4,A5,simulated\n2026-10-05,5,5,5,5,5,true\n");
    assert_eq!(desk.import(&[]), Ok(false));
    assert!(desk.stored().is_empty());
    assert_eq!(desk.rejected()[0][1], "simulated");
}

#[test]
fn a_row_of_another_commune_or_an_unknown_point_is_rejected() {
    let desk = Desk::new(
        "commune_code,collection_point,answered_at,A1,A2,A3,A4,A5\n\
         00385,22651,2026-10-05,5,5,5,5,5\n22651,nowhere,2026-10-05,5,5,5,5,5\n\
         ,22651-sipas,2026-10-05,5,5,5,5,5\n22651,,2026-10-05,5,5,5,5,5\n",
    );
    assert_eq!(desk.import(&[]), Ok(false));
    assert_eq!(desk.stored().len(), 1);
    let columns: Vec<String> = desk.rejected().into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(columns, ["commune_code", "collection_point", ""]);
}

#[test]
fn a_map_turns_a_form_of_another_tool_into_responses() {
    let desk =
        Desk::new("Dấu thời gian,Nơi tiếp nhận,A2,A3,A4,A5\n05/10/2026 9:30:00,Tốt,Tốt,5,5,5\n");
    let map = "[columns]\n\"Dấu thời gian\" = \"answered_at\"\n\"Nơi tiếp nhận\" = \"A1\"\n\
               [options]\n\"tốt\" = 4\n[dates]\nform = \"dd/mm/yyyy\"\n";
    fs::write(desk.path("map.toml"), map).unwrap();
    let map = desk.path("map.toml").display().to_string();
    assert_eq!(desk.import(&["--map", &map]), Ok(true));
    let stored = desk.stored();
    assert!(stored[0].contains(r#""A1":4,"A2":4,"A3":5"#), "{stored:?}");
    // 09:30 on 5 October 2026 in Vietnam.
    assert!(stored[0].contains(r#""answered_at":1791167400000"#), "{stored:?}");
}
