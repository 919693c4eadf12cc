use std::io::{Cursor, Read};

use surveys::{catalog, unit};

use super::*;
use crate::disclosure::{People, withheld};
use crate::estimate::{EstimateOptions, EstimateTable, Level, estimate};
use crate::frame::FrameBuilder;

mod tallies;

/// A commune's month of the quick survey, owned.
struct Month {
    instrument: &'static Instrument,
    channels: Vec<(Channel, u64)>,
    table: EstimateTable,
    by_channel: EstimateTable,
    options: Vec<(ItemCode, Option<u8>, Channel, u64)>,
    withheld: Withheld,
    period: Period,
}

impl Month {
    /// One form per (channel, answers to A1…A5); the wish is left unanswered.
    fn of(forms: &[(Channel, [Option<u8>; 5])]) -> Self {
        let instrument = catalog::instrument("quick-counter", Some(1)).unwrap();
        let mut frame = FrameBuilder::new(instrument, &["channel"]).unwrap();
        for (channel, answers) in forms {
            frame.push(&[channel.name()], answers).unwrap();
        }
        let frame = frame.finish();
        let by = EstimateOptions { by: vec!["channel".into()], ..EstimateOptions::default() };
        let mut options = Vec::new();
        for item in instrument.asked().filter(|i| !i.is_comment()) {
            let scale = instrument.scale_of(item).unwrap();
            let place = frame.items().iter().position(|c| *c == item.code);
            let values = scale.options.iter().chain(&scale.no_opinion).map(|o| Some(o.value));
            for value in values.chain([None]) {
                for channel in Channel::ALL {
                    let chosen = |(c, a): &&(Channel, [Option<u8>; 5])| {
                        *c == channel && place.map_or(value.is_none(), |p| a[p] == value)
                    };
                    let count = forms.iter().filter(chosen).count() as u64;
                    options.push((item.code.clone(), value, channel, count));
                }
            }
        }
        let count = |channel| forms.iter().filter(|(c, _)| *c == channel).count() as u64;
        let table = estimate(&frame, instrument, &EstimateOptions::default()).unwrap();
        let by_channel = estimate(&frame, instrument, &by).unwrap();
        let mut people = People::default();
        for e in table.rows.iter().chain(&by_channel.rows) {
            let channel = e.group.first().and_then(|name| Channel::named(name));
            people.set(channel, e.level, &e.code, e.people);
        }
        Self {
            instrument,
            channels: Channel::ALL.map(|c| (c, count(c))).into_iter().filter(|c| c.1 > 0).collect(),
            table,
            by_channel,
            options,
            withheld: withheld(instrument, &[people], std::slice::from_ref(&(0..1))).pop().unwrap(),
            period: Period::parse("2026-10").unwrap(),
        }
    }

    fn package(&self, simulated: bool) -> Package<'_> {
        let against = Against {
            target: 0.9,
            operator: Operator::AtLeast,
            yardstick: true,
            in_force: false,
            verdict: Some(Verdict::Undetermined),
        };
        let whole = self.table.rows.iter().map(|e| (None, e));
        let by_channel =
            self.by_channel.rows.iter().map(|e| (Some(Channel::named(&e.group[0]).unwrap()), e));
        let figures = whole.chain(by_channel).map(|(channel, estimate)| Figure {
            channel,
            title: "=Tên, \"thử\"",
            estimate,
            against: (channel.is_none() && estimate.level == Level::Index).then_some(against),
        });
        let options = self.options.iter().map(|(item, value, channel, count)| OptionTally {
            item,
            value: *value,
            channel: *channel,
            count: *count,
        });
        Package {
            commune: unit::commune("00385").unwrap(),
            period: &self.period,
            plan: catalog::plan("dien-khanh-2025"),
            simulated,
            internal: false,
            answered: vec![Answered {
                instrument: self.instrument,
                channels: self.channels.clone(),
                figures: figures.collect(),
                options: options.collect(),
                not_asked: Vec::new(),
                withheld: &self.withheld,
                tallies: None,
            }],
            left_out: Vec::new(),
        }
    }
}

/// `n` forms through `channel`, every fifth dissatisfied.
fn forms(channel: Channel, n: usize) -> Vec<(Channel, [Option<u8>; 5])> {
    let form = |i| (channel, [Some(if i % 5 == 0 { 2 } else { 4 }); 5]);
    (0..n).map(form).collect()
}

fn unzipped(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut file = zip.by_index(i).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

type Rows = Vec<Vec<String>>;

fn table(files: &[(String, Vec<u8>)], name: &str) -> Rows {
    let bytes = &files.iter().find(|(n, _)| n == name).unwrap().1;
    let text = std::str::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("the file begins with its mark");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "every line ends in CRLF");
    let mut csv = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    csv.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn results(month: &Month) -> Rows {
    table(&unzipped(&month.package(false).zip().unwrap()), "ket-qua.csv")
}

fn column(rows: &Rows, name: &str) -> usize {
    rows[0].iter().position(|n| n == name).unwrap()
}

fn cells<'a>(rows: &'a Rows, key: [&str; 3], names: &[&str]) -> Vec<&'a str> {
    let [channel, level, code] = ["kenh", "cap", "ma"].map(|name| column(rows, name));
    let row = rows
        .iter()
        .find(|r| [&r[channel], &r[level], &r[code]] == key)
        .unwrap_or_else(|| panic!("no row {key:?}"));
    names.iter().map(|name| row[column(rows, name)].as_str()).collect()
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let month = Month::of(&forms(Channel::Qr, 120));
    let bytes = month.package(false).zip().unwrap();
    assert_eq!(bytes, Month::of(&forms(Channel::Qr, 120)).package(false).zip().unwrap());
    assert_ne!(bytes, Month::of(&forms(Channel::Qr, 121)).package(false).zip().unwrap());
}

#[test]
fn the_zip_holds_its_seven_files_with_right_sums_and_a_fixed_time() {
    let month = Month::of(&forms(Channel::Qr, 120));
    let package = month.package(false);
    assert_eq!(package.file_name(), "hailong_00385_2026-10.zip");
    let bytes = package.zip().unwrap();
    let files = unzipped(&bytes);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "ket-qua.csv",
            "so-lieu.csv",
            "tong-cong.csv",
            "ket-qua.xlsx",
            "datapackage.json",
            "DOC-TRUOC.txt",
            "SHA256SUMS"
        ]
    );
    let sums = String::from_utf8(files[6].1.clone()).unwrap();
    assert_eq!(sums.lines().count(), 6);
    for (line, (name, bytes)) in sums.lines().zip(&files) {
        assert_eq!(line, format!("{}  {name}", descriptor::hex(bytes)));
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for i in 0..zip.len() {
        let file = zip.by_index(i).unwrap();
        assert_eq!(file.last_modified(), Some(zip::DateTime::DEFAULT));
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o644));
    }
}

#[test]
fn the_results_read_back_to_the_very_figures() {
    let month = Month::of(&[forms(Channel::Qr, 120), forms(Channel::Paper, 40)].concat());
    let rows = results(&month);
    assert_eq!(rows.len(), 1 + month.table.rows.len() * 3);
    for e in &month.table.rows {
        let key = ["tat_ca", e.level.name(), &e.code];
        let read = cells(&rows, key, &["ty_le_hai_long", "can_duoi", "can_tren"]);
        let figures = [e.rate, e.low, e.upp].map(Option::unwrap);
        for (cell, figure) in read.iter().zip(figures) {
            assert_eq!(cell.parse::<f64>().unwrap().to_bits(), figure.to_bits());
        }
        let counts = cells(
            &rows,
            key,
            &["so_hop_le", "so_hai_long", "khong_y_kien", "khong_tra_loi", "duoc_hoi"],
        );
        let expected =
            [e.valid, e.satisfied, e.no_opinion, e.unanswered, e.asked].map(|n| n.to_string());
        assert_eq!(counts, expected);
    }
    let index = ["tat_ca", "index", "quick-counter"];
    let held = cells(&rows, index, &["so_phieu", "chi_tieu", "toan_tu", "ket_luan", "an"]);
    assert_eq!(held, ["160", "0.9", ">=", "undetermined", "false"]);
    let noted = cells(&rows, index, &["ghi_chu"]);
    assert!(noted[0].ends_with("target_out_of_force;target_as_yardstick"), "{noted:?}");
    let place = cells(&rows, index, &["ky_bao_cao", "tu_ngay", "den_ngay", "ma_tinh", "ma_xa"]);
    assert_eq!(place, ["2026-10", "2026-10-01", "2026-10-31", "01", "00385"]);
    let paper = cells(&rows, ["paper", "index", "quick-counter"], &["so_phieu", "chi_tieu"]);
    assert_eq!(paper, ["40", ""]);
}

#[test]
fn a_small_channel_is_hidden_and_cannot_be_had_by_subtraction() {
    let all =
        [forms(Channel::Kiosk, 100), forms(Channel::Qr, 40), forms(Channel::Paper, 4)].concat();
    let month = Month::of(&all);
    let rows = results(&month);
    let shown = ["so_phieu", "so_hop_le", "ty_le_hai_long", "an"];
    for code in ["A1", "A5"] {
        assert_eq!(cells(&rows, ["paper", "item", code], &shown), ["", "", "", "true"]);
        assert_eq!(cells(&rows, ["qr", "item", code], &shown), ["", "", "", "true"]);
        assert_eq!(cells(&rows, ["kiosk", "item", code], &shown)[..2], ["100", "100"]);
    }
    let counts = table(&unzipped(&month.package(false).zip().unwrap()), "so-lieu.csv");
    let [channel, count, hidden] = ["kenh", "so_luot", "an"].map(|name| column(&counts, name));
    for row in &counts[1..] {
        // Options are told channel by channel only where nothing of their item is withheld.
        let withheld = row[channel] != "tat_ca";
        // The wish was answered by nobody.
        if row[column(&counts, "ma_cau_hoi")] != "N1" {
            assert_eq!(row[count].is_empty(), withheld, "{row:?}");
            assert_eq!(row[hidden], withheld.to_string());
        }
    }
}

#[test]
fn who_was_asked_is_counted_and_does_not_tell_how_few_rated() {
    let second = catalog::instrument("quick-counter", Some(2)).unwrap();
    let told = |people: usize, asked: u64| {
        let month = Month::of(&forms(Channel::Qr, people));
        let reason = second.items.iter().find(|item| item.asked_after.is_some()).unwrap();
        let mut package = month.package(false);
        let answered = &mut package.answered[0];
        answered.instrument = second;
        answered.not_asked = vec![(&reason.code, Channel::Qr, people as u64 - asked)];
        answered.options.push(OptionTally {
            item: &reason.code,
            value: Some(1),
            channel: Channel::Qr,
            count: asked.min(3),
        });
        let counts = table(&unzipped(&package.zip().unwrap()), "so-lieu.csv");
        let of = |code: &str| {
            let code = |row: &&Vec<String>| row[column(&counts, "ma_cau_hoi")] == code;
            let row = counts.iter().find(code).unwrap();
            ["so_luot", "duoc_hoi", "an"].map(|name| row[column(&counts, name)].clone())
        };
        assert_eq!(of("A1")[1], people.to_string());
        of(reason.code.as_str())
    };
    assert_eq!(told(120, 24), ["3", "24", "false"]);
    assert_eq!(told(120, 0), ["0", "0", "false"], "of many people everybody may be content");
    // That all or none of twenty were asked says how each of them rated.
    assert_eq!(told(20, 20), ["", "", "true"]);
    assert_eq!(told(20, 0), ["", "", "true"]);
    assert_eq!(told(20, 12), ["3", "12", "false"]);
}

#[test]
fn what_was_taken_back_or_waits_is_named_in_the_package_without_it() {
    let month = Month::of(&forms(Channel::Qr, 120));
    let mut package = month.package(false);
    let withdrawal = Withdrawal {
        number: 2,
        day: chrono::NaiveDate::from_ymd_opt(2026, 11, 5).unwrap(),
        reason: "Nhầm điểm khảo sát",
    };
    let sipas = catalog::instrument("sipas-style", None).unwrap();
    let rating = catalog::instrument("one-stop-rating", None).unwrap();
    package.left_out = vec![
        LeftOut { instrument: sipas, withdrawal: Some(withdrawal) },
        LeftOut { instrument: rating, withdrawal: None },
    ];
    let files = unzipped(&package.zip().unwrap());
    let file = |name: &str| {
        let bytes = &files.iter().find(|(n, _)| n == name).unwrap().1;
        String::from_utf8(bytes.clone()).unwrap()
    };
    let read_me = file("DOC-TRUOC.txt");
    assert!(read_me.contains("(mã sipas-style, phiên bản 1): kết quả kỳ này đã được thu hồi ngày 05/11/2026 (quyết định lần 2). Lý do: Nhầm điểm khảo sát"), "{read_me}");
    assert!(
        read_me.contains("(mã one-stop-rating, phiên bản 1): có phiếu trả lời nhưng"),
        "{read_me}"
    );
    let told: serde_json::Value = serde_json::from_str(&file("datapackage.json")).unwrap();
    let statuses: Vec<_> = ["instrument", "status", "decision", "reason"]
        .iter()
        .map(|name| told["left_out"][0][name].clone())
        .collect();
    assert_eq!(
        serde_json::json!(statuses),
        serde_json::json!(["sipas-style", "withdrawn", 2, "Nhầm điểm khảo sát"])
    );
    assert_eq!(told["left_out"][1]["status"], "awaited");
    package.answered.clear();
    let none = unzipped(&package.zip().unwrap());
    let read_me = String::from_utf8(none[5].1.clone()).unwrap();
    assert!(!read_me.contains("chưa có phiếu nào"), "there are: {read_me}");
}

#[test]
fn a_component_that_few_answered_takes_another_with_it() {
    let mut all = forms(Channel::Qr, 150);
    for (i, (_, answers)) in all.iter_mut().enumerate() {
        answers[4] = Some(if i < 5 { 4 } else { 9 });
        answers[3] = (i < 140).then_some(5);
    }
    let rows = results(&Month::of(&all));
    let an = |level, code| cells(&rows, ["tat_ca", level, code], &["an"])[0].to_owned();
    assert_eq!(an("component", "feedback"), "true");
    assert_eq!(an("component", "results"), "true");
    assert_eq!(an("item", "A4"), "true");
    assert_eq!(an("component", "access"), "false");
    // With its rate and the three shown ones the two hidden could be worked out: their
    // valid and satisfied answers together, and the sum of their rates.
    let index = cells(
        &rows,
        ["tat_ca", "index", "quick-counter"],
        &["so_hop_le", "ty_le_hai_long", "can_duoi", "ket_luan", "an"],
    );
    assert!(!index[0].is_empty());
    assert_eq!(index[1..], ["", "", "too_few", "true"]);
}

/// What the shown figures leave possible for two hidden components: their people and
/// satisfied, from what they have together and, where a mean gives it, the sum of their
/// rates.
fn possible(valid: u64, satisfied: u64, rates: Option<f64>) -> usize {
    let mut found = 0;
    for few in 1..valid / 2 {
        for pleased in 0..=few.min(satisfied) {
            let (others, other) = (valid - few, satisfied - pleased);
            let sum = pleased as f64 / few as f64 + other as f64 / others as f64;
            found += usize::from(
                other <= others && rates.is_none_or(|rates| (sum - rates).abs() < 1e-12),
            );
        }
    }
    found
}

#[test]
fn a_hidden_pair_could_be_worked_out_of_the_mean_and_cannot_without_it() {
    assert_eq!(possible(205, 175, Some(2.0 / 5.0 + 173.0 / 200.0)), 1);
    assert!(possible(205, 175, None) > 1_000);
}

#[test]
fn between_ten_and_thirty_there_are_counts_and_no_rate() {
    let rows = results(&Month::of(&forms(Channel::Qr, 20)));
    let index = ["tat_ca", "index", "quick-counter"];
    let names = ["so_phieu", "so_hop_le", "ty_le_hai_long", "can_duoi", "phuong_phap", "an"];
    assert_eq!(cells(&rows, index, &names), ["20", "100", "", "", "", "true"]);
    let rows = results(&Month::of(&forms(Channel::Qr, 9)));
    let names = ["so_phieu", "so_hop_le", "ket_luan", "chi_tieu", "an"];
    assert_eq!(cells(&rows, index, &names), ["", "", "", "0.9", "true"]);
}

#[test]
fn no_text_cell_starts_a_formula() {
    let month = Month::of(&forms(Channel::Qr, 120));
    let files = unzipped(&month.package(true).zip().unwrap());
    for name in ["ket-qua.csv", "so-lieu.csv"] {
        for row in table(&files, name) {
            for cell in row {
                let starts = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];
                let number = cell.parse::<f64>().is_ok();
                assert!(number || !cell.starts_with(starts), "{cell:?}");
            }
        }
    }
    assert_eq!(harmless_title(&files), "'=Tên, \"thử\"");
}

fn harmless_title(files: &[(String, Vec<u8>)]) -> String {
    let rows = table(files, "ket-qua.csv");
    rows[1][column(&rows, "ten")].clone()
}

#[test]
fn simulated_data_says_so_in_the_name_and_in_every_file() {
    let month = Month::of(&forms(Channel::Qr, 120));
    let package = month.package(true);
    assert_eq!(package.file_name(), "hailong_00385_2026-10_mo-phong.zip");
    let files = unzipped(&package.zip().unwrap());
    for name in ["ket-qua.csv", "so-lieu.csv"] {
        let rows = table(&files, name);
        let mark = column(&rows, "mo_phong");
        assert!(rows[1..].iter().all(|row| row[mark] == "true"));
    }
    assert!(table(&files, "tong-cong.csv").iter().skip(1).all(|row| row.last().unwrap() == "true"));
    for (name, bytes) in &files[4..] {
        assert!(String::from_utf8_lossy(bytes).contains("DỮ LIỆU MÔ PHỎNG"), "{name}");
    }
}

#[test]
fn a_month_without_answers_is_a_package_all_the_same() {
    let month = Month::of(&forms(Channel::Qr, 1));
    let package = Package { answered: Vec::new(), ..month.package(false) };
    let files = unzipped(&package.zip().unwrap());
    assert_eq!(table(&files, "ket-qua.csv").len(), 1);
    assert!(String::from_utf8_lossy(&files[5].1).contains("chưa có phiếu nào"));
}

#[test]
fn the_descriptor_names_every_column_of_every_table() {
    let month = Month::of(&forms(Channel::Qr, 120));
    let files = unzipped(&month.package(false).zip().unwrap());
    let descriptor: serde_json::Value = serde_json::from_slice(&files[4].1).unwrap();
    let resources = descriptor["resources"].as_array().unwrap();
    let paths: Vec<&str> = resources.iter().map(|r| r["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["ket-qua.csv", "so-lieu.csv", "tong-cong.csv", "ket-qua.xlsx"]);
    for (resource, (_, bytes)) in resources.iter().zip(&files) {
        assert_eq!(resource["hash"], format!("sha256:{}", descriptor::hex(bytes)));
        assert_eq!(resource["bytes"], bytes.len());
    }
    for resource in &resources[..3] {
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let names: Vec<&str> = fields.iter().map(|f| f["name"].as_str().unwrap()).collect();
        let rows = table(&files, resource["path"].as_str().unwrap());
        assert_eq!(rows[0], names);
        for key in resource["schema"]["primaryKey"].as_array().unwrap() {
            assert!(names.contains(&key.as_str().unwrap()));
        }
    }
}
