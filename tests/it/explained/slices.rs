//! How a figure of staff's results is computed, taken at its word: R computes it again by
//! the code on its page, of every kind of slice, from the file that the code itself names;
//! so it does the tests between groups.

mod people;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hailong::staff::Role;
use serde_json::Value;
use surveys::catalog;

use people::{AGE, ENDS, FIELDS, GENDER, Person, people, place, point, store};

use super::copied;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::process::hailong;
use crate::support::r;
use crate::support::staff::Member;

on_both_databases![
    r_computes_every_figure_of_a_slice_again_by_what_its_page_says,
    what_is_withheld_of_a_slice_is_withheld_of_how_it_is_computed,
    whoever_sees_one_point_sees_how_its_figures_are_computed_and_no_others,
];

const PERIOD: &str = "2026-09";
/// What is chosen on the page of results.
type Chosen<'a> = Vec<(&'a str, &'a str)>;

fn address(place: &str, chosen: &Chosen<'_>) -> String {
    format!("{place}?{}", serde_urlencoded::to_string(chosen).unwrap())
}

/// The addresses on `page` that hold `part`.
fn links(page: &str, part: &str) -> Vec<String> {
    let links = page.split("href=\"").filter_map(|rest| rest.split('"').next());
    let links = links.map(|link| link.replace("&#38;", "&"));
    links.filter(|link| link.contains(part)).collect()
}

/// `value` as pages in English print it: six decimals, or six digits where it is small.
fn printed(value: f64) -> String {
    if value.fract() == 0.0 {
        return value.to_string();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few digits")]
    let decimals = (5 - value.abs().log10().floor() as i32).clamp(6, 15) as usize;
    let digits = format!("{value:.decimals$}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    digits.to_owned()
}

/// The pieces of R that are to be run, each beside the file that its first lines export.
#[derive(Default)]
struct Pieces {
    folder: PathBuf,
    /// The folder of each export.
    exports: BTreeMap<String, PathBuf>,
    script: String,
    /// What each piece is to give.
    wanted: HashMap<String, Vec<f64>>,
    /// What names the values of the pieces: `c(rate, se, limits)` or `p`.
    kinds: BTreeMap<&'static str, u32>,
}

impl Pieces {
    /// Adds the `code` that is `id` on its page and gives `wanted`.
    fn add(&mut self, id: &'static str, code: &str, wanted: Vec<f64>) {
        let export = code.lines().find_map(|line| line.strip_prefix("# hailong "));
        let export = export.unwrap_or_default().to_owned();
        let number = self.exports.len();
        let folder = self.exports.entry(export).or_insert_with(|| {
            let folder = self.folder.join(number.to_string());
            std::fs::create_dir(&folder).unwrap();
            folder
        });
        let file = folder.join(format!("{}.R", self.wanted.len())).display().to_string();
        std::fs::write(&file, code).unwrap();
        let values = if id == "r-groups" { "p" } else { "c(rate, se, limits)" };
        let folder = folder.display();
        writeln!(self.script, "again('{folder}', '{file}', quote({values}))").unwrap();
        self.wanted.insert(file, wanted);
        *self.kinds.entry(id).or_default() += 1;
    }

    /// Exports what they read from `database` as they say, runs them all, and holds what
    /// they give against what is wanted.
    fn run(self, database: &Database) {
        for (export, folder) in self.exports.iter().filter(|(export, _)| !export.is_empty()) {
            let words: Vec<&str> = export.split(' ').collect();
            let (out, options) = words.split_last().unwrap();
            let file = folder.join(out).display().to_string();
            let done = hailong(&[options, &[&file, "--database", database.url()]].concat());
            assert_eq!(done.status, 0, "{export}: {done:?}");
        }
        let script = r#"
            options(warn = 1)
            again <- function(folder, file, values) {
                setwd(folder)
                own <- new.env()
                capture.output(source(file, local = own, encoding = "UTF-8"))
                cat(file, sprintf("%.17g", eval(values, own)), sep = "\t")
                cat("\n")
            }
        "#;
        let Some(said) = r::run(&self.folder, &(script.to_owned() + &self.script)) else { return };
        assert_eq!(said.lines().count(), self.wanted.len());
        for line in said.lines() {
            let mut cells = line.split('\t');
            let file = cells.next().unwrap();
            let found: Vec<f64> = cells.map(|cell| cell.parse().unwrap()).collect();
            let wanted = &self.wanted[file];
            assert_eq!(found.len(), wanted.len(), "{line}");
            for (found, wanted) in found.iter().zip(wanted) {
                let code = || std::fs::read_to_string(file).unwrap();
                assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}: {}", code());
            }
        }
    }
}

/// The rows of the table of figures that staff take along of what is `chosen`.
async fn figures(member: &Member<'_>, chosen: &Chosen<'_>) -> Vec<BTreeMap<String, String>> {
    let fields = [&chosen[..], &[("table", "figures"), ("format", "csv")]].concat();
    let answer = member.post("/staff/results/export", &fields).await;
    assert_eq!(answer.status(), 200, "{fields:?}");
    let bytes = answer.bytes().await.unwrap();
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
    csv::Reader::from_reader(text).deserialize().map(Result::unwrap).collect()
}

/// What the command line says of a figure of a group, from every response.
struct Asked {
    rows: Vec<Value>,
    column: &'static str,
}

impl Asked {
    /// `command` of the responses in `file`, by `column`.
    fn of(command: &str, file: &Path, column: &'static str, more: &[&str]) -> Self {
        let by = [command, file.to_str().unwrap(), "--by", column, "--format", "json"];
        let done = hailong(&[&by[..], more].concat());
        assert_eq!(done.status, 0, "{done:?}");
        Self { rows: serde_json::from_str(&done.out).unwrap(), column }
    }

    fn row(&self, level: &str, code: &str, group: Option<&str>) -> &Value {
        let is_it = |row: &&Value| {
            row["level"] == level
                && row["code"] == code
                && group.is_none_or(|group| {
                    // As the file has it: an apostrophe keeps a spreadsheet from running it.
                    let told = row[self.column].as_str().unwrap_or_default();
                    told == group || told == format!("'{group}")
                })
        };
        let found = self.rows.iter().find(is_it);
        found.unwrap_or_else(|| panic!("no {level} {code} of {group:?}"))
    }
}

fn numbers(row: &Value, names: [&str; 4]) -> Vec<f64> {
    names.iter().map(|name| row[name].as_f64().unwrap_or_else(|| panic!("{row}"))).collect()
}

async fn r_computes_every_figure_of_a_slice_again_by_what_its_page_says(database: Database) {
    let (commune, scope) = place();
    let instruments =
        [&catalog::instruments()[0], catalog::instrument("sipas-style", None).unwrap()];
    for instrument in instruments {
        for (month, count) in [("2026-07", 150), ("2026-08", 180), (PERIOD, 205)] {
            store(&database, instrument, month, people(count)).await;
        }
    }
    let quick = format!("{}@{}", instruments[0].id, instruments[0].version);
    let other = format!("{}@{}", instruments[1].id, instruments[1].version);
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all.csv");
    let long = folder.path().join("long.csv");
    export(&database, &quick, &all);
    export(&database, &other, &long);
    // A change is one of the two samples; what came before is in neither.
    let both = of_months(&all, &["2026-08", PERIOD]);
    let (second, plan) = (point(2).code.to_string(), catalog::plans()[0].id.to_string());
    let instrument = ["--instrument", quick.as_str()];
    let compared = [&instrument[..], &["--plan", &plan, "--period", PERIOD]].concat();
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, &scope).await;
    let mut pieces = Pieces { folder: folder.path().to_owned(), ..Pieces::default() };
    let of = |instrument, period| {
        vec![("unit", commune), ("instrument", instrument), ("period", period), ("lang", "en")]
    };
    let slices = [
        ("channel", "qr", "channel"),
        ("point", &second, "collection_point"),
        ("service_field", FIELDS[0], "service_field"),
        ("service_field", FIELDS[1], "service_field"),
        ("service_field", ENDS[0], "service_field"),
        ("service_field", ENDS[1], "service_field"),
    ];
    let mut chosen: Vec<(Chosen<'_>, Option<(&str, &'static str)>)> =
        vec![(of(&quick, PERIOD), None)];
    for (name, value, column) in slices {
        let one = [of(&quick, PERIOD), vec![(name, value)]].concat();
        chosen.push((one, Some((value, column))));
    }
    // Another instrument over a quarter, of one channel.
    chosen.push(([of(&other, "2026-Q3"), vec![("channel", "kiosk")]].concat(), None));
    // Those who said the same of themselves.
    chosen.push(([of(&other, PERIOD), vec![(GENDER, "2")]].concat(), None));
    for (chosen, slice) in &chosen {
        let page = lan.get(&address("/staff/results", chosen)).await.text().await.unwrap();
        let led: Vec<String> = links(&page, "/staff/results/how/");
        let by_cli = slice.map(|(value, column)| {
            let ask = |command, file: &Path, more: &[&str]| Asked::of(command, file, column, more);
            (value, ask("change", &both, &compared), ask("trend", &all, &instrument))
        });
        for row in figures(&lan, chosen).await {
            let (level, code) = (row["level"].as_str(), row["code"].as_str());
            let place = format!("/staff/results/how/{level}/{code}");
            let is_led_to = led.iter().any(|link| link.starts_with(&place));
            // A form of one part shows its index alone.
            assert!(is_led_to || level == "part", "{place} of {chosen:?}");
            let answer = lan.get(&address(&place, chosen)).await;
            assert_eq!(answer.status(), 200, "{place} {chosen:?}");
            let page = answer.text().await.unwrap();
            let wanted: Vec<f64> = ["rate", "se", "low", "upp"]
                .map(|name| row[name].parse().unwrap_or_else(|e| panic!("{e}: {row:?}")))
                .into();
            for value in &wanted {
                assert!(page.contains(&printed(*value)), "{value} is not on {place} {chosen:?}");
            }
            for id in ["r-counts", "r-responses"] {
                let code = copied(&page, id).unwrap_or_else(|| panic!("no {id} on {place}"));
                pieces.add(id, &code, wanted.clone());
            }
            let Some((value, change, trend)) = &by_cli else { continue };
            if let Some(code_of_change) = copied(&page, "r-change") {
                let told = change.row(level, code, Some(*value));
                let wanted = numbers(told, ["change", "se", "low", "upp"]);
                for number in &wanted {
                    assert!(page.contains(&printed(*number)), "{number} is not on {place}");
                }
                pieces.add("r-change", &code_of_change, wanted);
            }
            // The command line fits pooled rates by logistic regression to all answers.
            if let Some(code_of_line) = copied(&page, "r-months").filter(|_| level == "index") {
                let told = trend.row(level, code, Some(*value));
                pieces.add("r-months", &code_of_line, numbers(told, ["slope", "se", "low", "upp"]));
            }
        }
    }
    tests_of_every_kind(
        &lan,
        [&of(&quick, PERIOD), &of(&other, PERIOD)],
        [&all, &long],
        &mut pieces,
    )
    .await;
    for (id, least) in
        [("r-counts", 80), ("r-responses", 80), ("r-change", 50), ("r-months", 4), ("r-groups", 14)]
    {
        let found = pieces.kinds.get(id).copied().unwrap_or(0);
        assert!(found >= least, "{found} of {id}: {:?}", pieces.kinds);
    }
    let database = app.stop();
    pieces.run(&database);
}

/// Writes every response of the commune to `instrument` into `file`.
fn export(database: &Database, instrument: &str, file: &Path) {
    let export = ["export", "--raw", "--commune", place().0, "--instrument", instrument];
    let to = ["--out", file.to_str().unwrap(), "--database", database.url()];
    let done = hailong(&[&export[..], &to].concat());
    assert_eq!(done.status, 0, "{done:?}");
}

/// The tests between groups of every kind, of the quick survey and of the long one, with the
/// files of all responses to each.
async fn tests_of_every_kind(
    lan: &Member<'_>,
    [quick, long]: [&Chosen<'_>; 2],
    [of_quick, of_long]: [&Path; 2],
    pieces: &mut Pieces,
) {
    let [quick_is, long_is] = [quick, long].map(|chosen| ["--instrument", chosen[1].1]);
    let file = of_months(of_quick, &[PERIOD]);
    for (by, column) in
        [("channel", "channel"), ("point", "collection_point"), ("service_field", "service_field")]
    {
        let chosen = [&quick[..], &[("group", by)]].concat();
        tests_between_groups(lan, &chosen, (&file, column, &quick_is), 4, pieces).await;
    }
    let file = of_months(of_long, &[PERIOD]);
    // Who would rather not say is with those who said nothing.
    let said = said_nothing(&file, AGE);
    for (by, file) in [(GENDER, &file), (AGE, &said)] {
        let chosen = [&long[..], &[("group", by)]].concat();
        tests_between_groups(lan, &chosen, (file, by, &long_is), 1, pieces).await;
    }
}

/// The R of every test between groups of what is `chosen`, with the p that the command line
/// computes by a column of the responses in a file of the same month; `least` so many.
async fn tests_between_groups(
    lan: &Member<'_>,
    chosen: &Chosen<'_>,
    (file, column, instrument): (&Path, &'static str, &[&str]),
    least: usize,
    pieces: &mut Pieces,
) {
    let page = lan.get(&address("/staff/results", chosen)).await.text().await.unwrap();
    let asked = Asked::of("compare", file, column, instrument);
    let tests: Vec<String> = links(&page, "/groups?");
    assert!(tests.len() >= least, "{column}: {tests:?}");
    for link in tests {
        let page = lan.get(&link).await.text().await.unwrap();
        let [level, code] = [4, 5].map(|place| link.split('/').nth(place).unwrap());
        let p = asked.row(level, code, None)["p"].as_f64().unwrap();
        let told = if p < 1e-6 { "p &#60; 0.000001".into() } else { printed(p) };
        assert!(page.contains(&told), "{p} is not on {link}");
        pieces.add("r-groups", &copied(&page, "r-groups").unwrap(), vec![p]);
    }
}

/// A file beside `all` in which who gave no opinion in `column` gave no answer.
fn said_nothing(all: &Path, column: &str) -> PathBuf {
    let text = std::fs::read_to_string(all).unwrap();
    let mut read = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let file = all.with_file_name(format!("{column}.csv"));
    let mut written = csv::Writer::from_path(&file).unwrap();
    let names = read.headers().unwrap().clone();
    let place = names.iter().position(|name| name == column).unwrap();
    written.write_record(&names).unwrap();
    let mut left_out = 0;
    for row in read.records().map(Result::unwrap) {
        let is_none = |at: usize, cell: &str| at == place && cell == "9";
        left_out += row.iter().enumerate().filter(|(at, cell)| is_none(*at, cell)).count();
        let cells =
            row.iter().enumerate().map(|(at, cell)| if is_none(at, cell) { "" } else { cell });
        written.write_record(cells).unwrap();
    }
    written.flush().unwrap();
    assert!(left_out > 10, "some would rather not say");
    file
}

/// A file beside `all` with its responses of `months` alone.
fn of_months(all: &Path, months: &[&str]) -> PathBuf {
    let text = std::fs::read_to_string(all).unwrap();
    let (head, rows) = text.split_once('\n').unwrap();
    let of_it = |line: &&str| months.iter().any(|month| line.contains(&format!(",{month}-")));
    let lines: Vec<&str> = [head].into_iter().chain(rows.lines().filter(of_it)).collect();
    let of = all.file_stem().unwrap().to_string_lossy();
    let file = all.with_file_name(format!("{of}_{}.csv", months.join("_")));
    std::fs::write(&file, lines.join("\n") + "\n").unwrap();
    file
}

async fn what_is_withheld_of_a_slice_is_withheld_of_how_it_is_computed(database: Database) {
    let (commune, scope) = place();
    let instrument = &catalog::instruments()[0];
    let about = |field: &'static str, numbers: std::ops::Range<u32>| {
        numbers.map(move |n| Person { n, channel: "qr", point: 1, field })
    };
    store(&database, instrument, PERIOD, about("Đất đai", 0..90)).await;
    store(&database, instrument, PERIOD, about("Tên tôi", 200..205)).await;
    // Of another instrument, so that these and the five tell nothing of each other.
    let other = catalog::instrument("sipas-style", None).unwrap();
    store(&database, other, PERIOD, about("Đất đai", 0..90)).await;
    store(&database, other, PERIOD, about(ENDS[1], 100..112)).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, &scope).await;
    let read = async |field: &str, place: &str, instrument: &str| {
        let chosen = vec![
            ("unit", commune),
            ("instrument", instrument),
            ("period", PERIOD),
            ("service_field", field),
            ("group", "service_field"),
        ];
        let answer = lan.get(&address(&format!("/staff/results/how/{place}"), &chosen)).await;
        assert_eq!(answer.status(), 200, "{place} of {field}");
        answer.text().await.unwrap()
    };
    let component = format!("component/{}", other.components[0].code);
    for place in [component.as_str(), "index/sipas-style"] {
        let many = read("Đất đai", place, "sipas-style").await;
        assert!(many.contains("id=\"counts\"") && many.contains("id=\"r-responses\""), "{place}");
        // Twelve who answered alike: at which end, and nothing of which a count would follow.
        let alike = read(ENDS[1], place, "sipas-style").await;
        assert!(alike.contains("≥\u{a0}95\u{a0}%"), "{place}: {alike}");
        assert!(!alike.contains("<code>") && !alike.contains("Trong đó: hài lòng"), "{place}");
    }
    for place in ["item/A1", "component/access", "index/quick-counter"] {
        let few = read("Tên tôi", place, "quick-counter").await;
        for part in ["id=\"counts\"", "<code>", "formulas-heading"] {
            assert!(!few.contains(part), "{part} of five people: {place}");
        }
        // Five people are told of as nobody is, but for what was asked for.
        let nobody = read("Không ai", place, "quick-counter").await;
        let without = |page: &str, name: &str| {
            let coded = serde_urlencoded::to_string([("f", name)]).unwrap();
            page.replace(name, "").replace(&coded[2..], "")
        };
        assert_eq!(without(&few, "Tên tôi"), without(&nobody, "Không ai"), "{place}");
        let groups = read("", &format!("{place}/groups"), "quick-counter").await;
        assert!(groups.contains("Không có kiểm định") && !groups.contains("<code>"), "{place}");
    }
}

async fn whoever_sees_one_point_sees_how_its_figures_are_computed_and_no_others(
    database: Database,
) {
    let (commune, scope) = place();
    store(&database, &catalog::instruments()[0], PERIOD, people(200)).await;
    let app = App::spawn(database);
    let own = point(2).code.to_string();
    let here = Member::signed_in(&app, "hoa", Role::CentreStaff, &format!("{scope}{own}/")).await;
    let at = "/staff/results/how/component/access";
    let status =
        async |member: &Member<'_>, path: String| member.get(&path).await.status().as_u16();
    let page = here.get(&format!("{at}?period={PERIOD}")).await.text().await.unwrap();
    let code = copied(&page, "r-responses").unwrap();
    assert!(code.contains(&format!("collection_point == \"{own}\"")), "{code}");
    let other = point(1).code.to_string();
    for refused in [format!("point={other}"), "channel=qr".into(), "unit=00004".into()] {
        assert_eq!(
            status(&here, format!("{at}?period={PERIOD}&{refused}")).await,
            404,
            "{refused}"
        );
    }
    assert_eq!(status(&here, format!("{at}/groups?period={PERIOD}")).await, 404);
    let lan = Member::signed_in(&app, "lan", Role::Leader, &scope).await;
    for (query, wanted) in [
        (format!("{at}?unit={commune}&period={PERIOD}"), 200),
        (format!("{at}/groups?unit={commune}&period={PERIOD}"), 200),
        (format!("{at}?unit={commune}&period={PERIOD}&channel=qr&point={own}"), 422),
        (format!("{at}?unit={commune}&period=abc"), 422),
        (format!("{at}?unit={commune}&channel=%3Cscript%3E"), 422),
        (format!("{at}/groups?unit={commune}&group=age"), 422),
        (format!("/staff/results/how/item/A9?unit={commune}"), 404),
        (format!("/staff/results/how/nothing/A1/groups?unit={commune}"), 404),
        (format!("/staff/results/how/item/%3Cb%3E?unit={commune}"), 404),
        (format!("{at}?unit=00004"), 404),
    ] {
        assert_eq!(status(&lan, query.clone()).await, wanted, "{query}");
    }
    let officer = format!("/{}/", scope.split('/').nth(1).unwrap());
    let binh = Member::signed_in(&app, "binh", Role::ProvinceOfficer, &officer).await;
    let answer = binh.get(at).await;
    assert_eq!(answer.status(), 303, "whose figures is chosen on the page of results");
    assert_eq!(answer.headers()["location"], "/staff/results");
}
