//! How a figure is computed, taken at its word: R computes it again by both pieces of
//! code on its page, from the page's numbers and from a file of raw responses.

mod intervals;
mod slices;
mod versions;

use std::collections::HashMap;
use std::fmt::Write as _;

use hailong::store::responses::{MAX_BATCH, NewResponse};
use serde_json::{Map, Value, json};
use surveys::collection_point::CollectionPoint;
use surveys::response::{Admission, read_moment};
use surveys::{Instrument, PointCode, Submission, catalog};
use uuid::Uuid;

use crate::support::app::{self, App};
use crate::support::database::Database;
use crate::support::process::hailong;
use crate::support::r;

const PERIOD: &str = "2026-09";
/// The period it is compared with.
const BEFORE: &str = "2026-08";
/// A month before that, and another one between.
const LONG_BEFORE: &str = "2026-06";

/// How the people of a commune answer; numbers are those of respondent and item.
type Way = fn(u32, u32) -> Said;

/// What is said to an item.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Satisfied,
    Dissatisfied,
    NoOpinion,
    Nothing,
}

fn mixed(person: u32, item: u32) -> Said {
    let mood = person * 7_919 % 1_000;
    match (mood + (person * 31 + item * 104_729) % 700) % 1_400 {
        0..=69 => Said::Nothing,
        70..=139 => Said::NoOpinion,
        140..=399 => Said::Dissatisfied,
        _ => Said::Satisfied,
    }
}

fn all_satisfied(person: u32, item: u32) -> Said {
    if (person + item).is_multiple_of(9) { Said::NoOpinion } else { Said::Satisfied }
}

fn none_satisfied(person: u32, item: u32) -> Said {
    if (person + item).is_multiple_of(9) { Said::Nothing } else { Said::Dissatisfied }
}

/// All but eighteen pass over the first two items.
fn two_passed_over(person: u32, item: u32) -> Said {
    if item < 2 && person > 17 { Said::Nothing } else { mixed(person, item) }
}

/// Every other item pleases everybody: nobody differs from anybody.
fn all_alike(_: u32, item: u32) -> Said {
    if item.is_multiple_of(3) { Said::Dissatisfied } else { Said::Satisfied }
}

/// Stores `count` answers to `instrument` from the commune of plan `place` in
/// [`PERIOD`], and dissatisfied ones from the moments before and after it.
async fn store(database: &Database, instrument: &Instrument, place: usize, count: u32, way: Way) {
    store_in(PERIOD, database, instrument, place, count, way).await;
    for moment in ["2026-08-31T23:59:59.999+07:00", "2026-10-01T00:00:00+07:00"] {
        let moments = vec![moment.to_owned(); 20];
        store_at(moments, database, instrument, place, none_satisfied).await;
    }
}

/// Stores `count` answers in `month`.
async fn store_in(
    month: &str,
    database: &Database,
    instrument: &Instrument,
    place: usize,
    count: u32,
    way: Way,
) {
    let moment = |n| format!("{month}-{:02}T{:02}:15:00+07:00", n % 30 + 1, n % 24);
    store_at((0..count).map(moment).collect(), database, instrument, place, way).await;
}

/// Stores one answer for each of `moments`.
async fn store_at(
    moments: Vec<String>,
    database: &Database,
    instrument: &Instrument,
    place: usize,
    way: Way,
) {
    let commune = &catalog::plans()[place].commune_code;
    let point = CollectionPoint {
        code: PointCode::parse(&format!("{commune}-r")).unwrap(),
        commune_code: commune.clone(),
        name: "R".to_owned(),
        instrument: instrument.id.clone(),
        retired: false,
    };
    let response = |(n, moment): (u32, String)| {
        let answers: Map<String, Value> = (0..)
            .zip(instrument.asked().filter(|item| item.component().is_some()))
            .map(|(place, item)| {
                let scale = instrument.scale_of(item).unwrap();
                let one_of = |satisfied: bool| {
                    let values = scale.options.iter().map(|option| option.value);
                    let fitting = values.filter(|v| scale.satisfied.contains(v) == satisfied);
                    fitting.cycle().nth(n as usize % 2).map(Value::from).unwrap()
                };
                let value = match way(n, place) {
                    Said::Satisfied => one_of(true),
                    Said::Dissatisfied => one_of(false),
                    Said::NoOpinion => scale.no_opinion.as_ref().unwrap().value.into(),
                    Said::Nothing => Value::Null,
                };
                (item.code.to_string(), value)
            })
            .collect();
        let submission: Submission = serde_json::from_value(json!({
            "instrument": instrument.id, "version": instrument.version, "answers": answers,
            "collection_point": point.code, "channel": "qr", "answered_at": moment,
        }))
        .unwrap();
        let seed = format!("{}{place}{n}{moment}", instrument.id);
        let id = Uuid::from_u128(
            seed.bytes().fold(1, |id: u128, b| id.wrapping_mul(257) + u128::from(b)),
        );
        let now = read_moment(app::NOW).unwrap();
        let admission = Admission { id, point: Some(&point), now };
        NewResponse::new(instrument.parse(submission, &admission).unwrap(), [0; 16], now)
    };
    let all: Vec<NewResponse> = (0..).zip(moments).map(response).collect();
    let db = database.open().await;
    for batch in all.chunks(MAX_BATCH) {
        db.insert_responses(batch).await.unwrap();
    }
    db.close().await;
}

/// The text of the element with this id, as a reader copies it.
pub(crate) fn copied(page: &str, id: &str) -> Option<String> {
    let code = page.split_once(&format!("id=\"{id}\""))?.1.split_once("<code>")?.1;
    let text = code.split_once("</code>")?.0;
    let marks = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    Some(marks.iter().fold(text.to_owned(), |text, (mark, plain)| text.replace(mark, plain)))
}

/// The pieces of R that are to be run, each in the folder of its instrument.
#[derive(Default)]
struct Pieces {
    script: String,
    wanted: HashMap<String, [f64; 4]>,
    methods: HashMap<String, u32>,
    /// How the intervals of changes were made.
    changes: HashMap<String, u32>,
    /// How many lines over the months there are.
    trends: u32,
}

impl Pieces {
    /// Collects both pieces of every figure of `instrument` in a commune.
    async fn collect(
        &mut self,
        app: &App,
        folder: &std::path::Path,
        instrument: &Instrument,
        commune: &str,
    ) {
        let query =
            format!("instrument={}&version={}&period={PERIOD}", instrument.id, instrument.version);
        let address = format!("/api/v1/estimates?commune={commune}&{query}");
        let told: Value = app.get(&address).await.json().await.unwrap();
        for (n, row) in told["estimates"].as_array().unwrap().iter().enumerate() {
            let (level, code) = (row["level"].as_str().unwrap(), row["code"].as_str().unwrap());
            let language = ["vi", "en"][n % 2];
            let path = format!("/c/{commune}/how/{level}/{code}?{query}&lang={language}");
            let page = app.get(&path).await;
            assert_eq!(page.status(), 200, "{path}");
            let page = page.text().await.unwrap();
            let numbers = ["rate", "se", "low", "upp"].map(|name| row[name].as_f64());
            let [Some(rate), Some(se), Some(low), Some(upp)] = numbers else {
                assert!(!page.contains("<code>"), "{path} is withheld");
                continue;
            };
            *self.methods.entry(row["interval"].as_str().unwrap().to_owned()).or_default() += 1;
            let mut pieces = vec![("r-counts", [rate, se, low, upp])];
            pieces.push(("r-responses", pieces[0].1));
            let is_it = |c: &&Value| c["level"] == row["level"] && c["code"] == row["code"];
            let change = told["change"]["estimates"].as_array().and_then(|c| c.iter().find(is_it));
            assert_eq!(change.is_some(), page.contains("id=\"r-change\""), "{path}");
            if let Some(change) = change {
                let made = change["interval"].as_str().unwrap().to_owned();
                *self.changes.entry(made).or_default() += 1;
                let numbers = ["change", "se", "low", "upp"].map(|n| change[n].as_f64().unwrap());
                pieces.push(("r-change", numbers));
            }
            let figure = format!("/api/v1/estimates/{level}/{code}?commune={commune}&{query}");
            let figure: Value = app.get(&figure).await.json().await.unwrap();
            let trend = ["slope", "se", "low", "upp"].map(|name| figure["trend"][name].as_f64());
            assert_eq!(trend[0].is_some(), page.contains("id=\"r-months\""), "{path}");
            if let [Some(slope), Some(se), Some(low), Some(upp)] = trend {
                self.trends += 1;
                pieces.push(("r-months", [slope, se, low, upp]));
            }
            for (id, wanted) in pieces {
                let name = format!("{id}-{commune}-{level}-{code}.R");
                let text = copied(&page, id).unwrap_or_else(|| panic!("no {id} on {path}"));
                std::fs::write(folder.join(&name), text).unwrap();
                let file = folder.join(&name).display().to_string();
                writeln!(self.script, "again('{}', '{file}')", folder.display()).unwrap();
                self.wanted.insert(file, wanted);
            }
        }
    }

    /// Runs them all and holds what they give against the service's figures.
    fn run(self, folder: &std::path::Path) {
        let script = r#"
            options(warn = 1)
            again <- function(folder, file) {
                setwd(folder)
                own <- new.env()
                capture.output(source(file, local = own, encoding = "UTF-8"))
                with(own, cat(file, sprintf("%.17g", c(rate, se, limits)), sep = "\t"))
                cat("\n")
            }
        "#;
        let Some(said) = r::run(folder, &(script.to_owned() + &self.script)) else { return };
        assert_eq!(said.lines().count(), self.wanted.len());
        for line in said.lines() {
            let mut cells = line.split('\t');
            let file = cells.next().unwrap();
            let found: Vec<f64> = cells.map(|cell| cell.parse().unwrap()).collect();
            assert_eq!(found.len(), 4, "{line}");
            for (found, wanted) in found.iter().zip(self.wanted[file]) {
                assert!((found - wanted).abs() < 1e-9, "{file}: {found} is not {wanted}");
            }
        }
    }
}

#[tokio::test]
async fn r_computes_every_figure_again_by_what_its_page_says() {
    let ways: [(u32, Way); 5] =
        [(150, mixed), (60, mixed), (40, all_satisfied), (40, none_satisfied), (45, all_alike)];
    let database = Database::sqlite();
    // The rule of the first instrument: a mean of components. Every instrument
    // shows the others in one commune.
    for (place, (count, way)) in ways.into_iter().enumerate() {
        store(&database, &catalog::instruments()[0], place, count, way).await;
        let before = [(140, mixed as Way), (50, mixed), (40, mixed), (35, all_satisfied)];
        if let Some((count, way)) = before.get(place) {
            let instrument = &catalog::instruments()[0];
            store_in(BEFORE, &database, instrument, place, *count, *way).await;
        }
    }
    store_in(LONG_BEFORE, &database, &catalog::instruments()[0], 0, 130, mixed).await;
    for instrument in catalog::newest().skip(1) {
        store(&database, instrument, 0, 130, mixed).await;
        store_in(BEFORE, &database, instrument, 0, 120, mixed).await;
        store_in(LONG_BEFORE, &database, instrument, 0, 110, mixed).await;
        store(&database, instrument, 1, 60, two_passed_over).await;
        store(&database, instrument, 4, 45, all_alike).await;
    }
    let folder = tempfile::tempdir().unwrap();
    for instrument in catalog::newest() {
        let place = folder.path().join(instrument.id.as_str());
        std::fs::create_dir(&place).unwrap();
        let file = place.join("phieu.csv");
        let named = format!("{}@{}", instrument.id, instrument.version);
        let export = ["export", "--raw", "--instrument", &named, "--out", file.to_str().unwrap()];
        let done = hailong(&[&export[..], &["--database", database.url()]].concat());
        assert_eq!(done.status, 0, "{done:?}");
    }
    let app = App::spawn(database);
    let mut pieces = Pieces::default();
    for instrument in catalog::newest() {
        for plan in catalog::plans() {
            let place = folder.path().join(instrument.id.as_str());
            pieces.collect(&app, &place, instrument, plan.commune_code.as_str()).await;
        }
    }
    let (instrument, commune) = (&catalog::instruments()[0], &catalog::plans()[0].commune_code);
    let query = format!("instrument={}&period={PERIOD}", instrument.id);
    let index = format!("/api/v1/estimates/index/{}?commune={commune}&{query}", instrument.id);
    let told: Value = app.get(&index).await.json().await.unwrap();
    assert_eq!(told["trend"]["months"], json!(["2026-06", "2026-08", "2026-09"]));
    let sentence = told["trend"]["sentence"]["vi"].as_str().unwrap();
    assert!(sentence.starts_with("Qua 3 tháng có số liệu, từ tháng"), "{sentence}");
    let page = app.get(&format!("/c/{commune}?{query}")).await.text().await.unwrap();
    assert!(page.contains(sentence), "the commune page says {sentence}");
    for method in ["wilson", "clopper_pearson", "logit", "beta"] {
        let times = pieces.methods.get(method).copied().unwrap_or(0);
        assert!(times >= 2, "{method}: {:?}", pieces.methods);
    }
    for method in ["newcombe", "student"] {
        let times = pieces.changes.get(method).copied().unwrap_or(0);
        assert!(times >= 5, "{method}: {:?}", pieces.changes);
    }
    assert!(pieces.trends >= 20, "{}", pieces.trends);
    pieces.run(folder.path());
}

#[tokio::test]
async fn the_export_that_the_code_names_writes_the_file_that_it_reads() {
    let database = Database::sqlite();
    store(&database, &catalog::instruments()[0], 0, 40, mixed).await;
    let commune = &catalog::plans()[0].commune_code;
    let address =
        format!("/api/v1/estimates/index/quick-counter?commune={commune}&period={PERIOD}");
    let app = App::spawn(database);
    let told: Value = app.get(&address).await.json().await.unwrap();
    let code = told["r"]["from_responses"]["en"].as_str().unwrap();
    let command = code.lines().find_map(|line| line.strip_prefix("# hailong ")).unwrap();
    let words: Vec<&str> = command.split(' ').collect();
    let (out, options) = words.split_last().unwrap();
    assert!(code.contains(&format!("read.csv(\"{out}\"")), "{code}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(out);
    let database = app.stop();
    let place = [file.to_str().unwrap(), "--database", database.url()];
    let done = hailong(&[options, &place].concat());
    assert_eq!(done.status, 0, "{done:?}");
    // A header and the answers of the period, none of the days around it.
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 41);
}
