//! How a figure of a sample is computed, taken at its word: R computes it again from the
//! exported file by the code on its page, however the households were drawn.

use std::fmt::Write as _;
use std::path::Path;

use hailong::reporting::published::Shown;
use hailong::reporting::sampled::{Results, Sampled};
use serde_json::Value;
use surveys::SampleCode;

use crate::explained::copied;
use crate::support::app::{App, NOW};
use crate::support::database::Database;
use crate::support::device::Tablet;
use crate::support::process::hailong;
use crate::support::r;
use crate::support::sample::{self, CODE, response, tablet};
use crate::support::submission::{commune, new_id};

/// The first moment after the last day.
const PUBLISHED: &str = "2026-10-16T00:00:00+07:00";

/// A village: its stratum and name, how many the stratum has, how many households it has,
/// how many were drawn, and how many answered.
type Village = (&'static str, &'static str, u32, u32, u32, u32);

/// A way of drawing households, and how the household and item of these numbers answer.
struct Draw {
    name: &'static str,
    villages: &'static [Village],
    answer: fn(u32, u32) -> Value,
    /// How the intervals are made; empty where there are none.
    interval: &'static str,
}

fn mixed(household: u32, item: u32) -> Value {
    match (household * 31 + item * 17) % 23 {
        0 => Value::Null,
        1 => 9.into(),
        2..=7 => 2.into(),
        _ => 4.into(),
    }
}

fn all_satisfied(household: u32, item: u32) -> Value {
    if (household + item).is_multiple_of(9) { 9.into() } else { 5.into() }
}

const TWO_STAGES: &[Village] = &[
    ("đồng bằng", "Đông", 6, 120, 24, 20),
    ("đồng bằng", "Tây", 6, 80, 20, 20),
    ("núi", "Nam", 5, 60, 16, 13),
    ("núi", "Bắc", 5, 70, 18, 12),
    ("núi", "Trung", 5, 90, 15, 0),
];

const DRAWS: [Draw; 8] = [
    Draw { name: "two stages in strata", villages: TWO_STAGES, answer: mixed, interval: "logit" },
    Draw { name: "all alike", villages: TWO_STAGES, answer: all_satisfied, interval: "beta" },
    Draw {
        name: "one stratum",
        villages: &[
            ("xã", "A", 9, 120, 22, 20),
            ("xã", "B", 9, 80, 20, 18),
            ("xã", "C", 9, 70, 18, 17),
        ],
        answer: mixed,
        interval: "logit",
    },
    Draw {
        name: "one stage, whole villages",
        villages: &[
            ("xã", "A", 7, 14, 14, 14),
            ("xã", "B", 7, 16, 16, 16),
            ("xã", "C", 7, 12, 12, 12),
        ],
        answer: mixed,
        interval: "logit",
    },
    Draw {
        name: "one stage, households of every village",
        villages: &[("xã", "A", 2, 90, 22, 20), ("xã", "B", 2, 80, 22, 22)],
        answer: mixed,
        interval: "logit",
    },
    Draw {
        name: "a stratum of a single village",
        villages: &[
            ("thị", "A", 1, 60, 16, 15),
            ("xã", "B", 4, 80, 16, 16),
            ("xã", "C", 4, 70, 16, 14),
        ],
        answer: mixed,
        interval: "logit",
    },
    Draw {
        name: "a single village of which all was asked",
        villages: &[
            ("thị", "A", 1, 30, 30, 30),
            ("xã", "B", 4, 40, 30, 28),
            ("xã", "C", 4, 50, 30, 30),
        ],
        answer: mixed,
        interval: "logit",
    },
    Draw {
        name: "everybody",
        villages: &[("xã", "A", 2, 20, 20, 20), ("xã", "B", 2, 18, 18, 18)],
        answer: mixed,
        interval: "",
    },
];

/// The list of the households drawn.
fn list(villages: &[Village]) -> String {
    let mut list = "stratum,psu,household,psus_in_stratum,households_in_psu\n".to_owned();
    for (stratum, psu, psus, all, drawn, _) in villages {
        for n in 1..=*drawn {
            writeln!(list, "{stratum},{psu},{n},{psus},{all}").expect("memory takes it");
        }
    }
    list
}

/// A service whose sample was drawn and answered as `draw` says, the last day over, and
/// the tablet of its interviewer.
async fn answered(draw: &Draw) -> (App, Tablet) {
    let app = App::spawn(Database::sqlite());
    let db = app.database().open().await;
    sample::add_list(&db, CODE, 1, &list(draw.villages)).await;
    db.close().await;
    let tablet = tablet(&app, 1).await;
    let mut household = 0;
    for (stratum, psu, .., count) in draw.villages {
        for _ in 0..*count {
            household += 1;
            let mut sent = response(stratum, psu, 4);
            for item in 0..5 {
                sent["answers"][format!("A{}", item + 1)] = (draw.answer)(household, item);
            }
            let answer = tablet.put(&app, &new_id(), &sent, NOW).await;
            assert_eq!(answer.status, 201, "{}: {answer:?}", draw.name);
        }
    }
    app.set_clock(PUBLISHED);
    (app, tablet)
}

/// The figures that the public sees.
async fn results(app: &App) -> Results {
    let db = app.database().open().await;
    let code = SampleCode::parse(CODE).unwrap();
    let sample = db.sample(&code).await.unwrap().expect("the sample");
    let done = Sampled::read(&db, sample).await.unwrap();
    db.close().await;
    Results::of(done, "2026-10-16".parse().unwrap())
}

/// Writes what `hailong sample export --published` writes into `folder`.
fn export(app: &App, folder: &Path) {
    let file = folder.join("phieu.csv");
    let out = ["sample", "export", CODE, "--published", "--out", file.to_str().unwrap()];
    let done = hailong(&[&out[..], &["--database", app.database().url()]].concat());
    assert_eq!(done.status, 0, "{done:?}");
}

/// Runs the code of `pages`, each from the folder of its file; rate, standard error and
/// limits of each.
fn computed(folder: &Path, pages: &[(String, String)]) -> Option<Vec<[f64; 4]>> {
    let mut script = r"
        again <- function(folder, file) {
            setwd(folder)
            own <- new.env()
            capture.output(source(file, local = own, encoding = 'UTF-8'))
            with(own, cat(sprintf('%.17g', c(rate, se, limits)), '\n'))
        }
    "
    .to_owned();
    for (n, (place, code)) in pages.iter().enumerate() {
        let file = folder.join(format!("{n}.R"));
        std::fs::write(&file, code).unwrap();
        writeln!(script, "again('{place}', '{}')", file.display()).unwrap();
    }
    let said = r::run(folder, &script)?;
    let numbers = |line: &str| {
        let numbers: Vec<f64> = line.split_whitespace().map(|n| n.parse().unwrap()).collect();
        numbers.try_into().expect("four numbers")
    };
    Some(said.lines().map(numbers).collect())
}

#[tokio::test]
async fn r_computes_every_figure_of_a_sample_again_by_what_its_page_says() {
    let folder = tempfile::tempdir().unwrap();
    let (mut pages, mut wanted) = (Vec::new(), Vec::new());
    for (place, draw) in DRAWS.iter().enumerate() {
        let (app, _) = answered(draw).await;
        let place = folder.path().join(place.to_string());
        std::fs::create_dir(&place).unwrap();
        export(&app, &place);
        let all = results(&app).await;
        let findings = all.findings.as_ref().unwrap_or_else(|why| panic!("{}: {why:?}", draw.name));
        assert_eq!(findings.len(), 6, "{}: the index and its components", draw.name);
        for (n, finding) in findings.iter().enumerate() {
            let e = &finding.estimate;
            let Shown::Rate { rate, low, upp, .. } = finding.shown() else { panic!("{finding:?}") };
            let language = ["vi", "en"][n % 2];
            let how = format!(
                "/c/{}/samples/{CODE}/how/{}/{}?lang={language}",
                commune(),
                e.level.name(),
                e.code
            );
            let answer = app.get(&how).await;
            assert_eq!(answer.status(), 200, "{how}");
            let page = answer.text().await.unwrap();
            let code = copied(&page, "r-responses").unwrap_or_else(|| panic!("no R on {how}"));
            assert_eq!(e.interval.map_or("", |made| made.name()), draw.interval, "{}", draw.name);
            pages.push((place.display().to_string(), code));
            wanted.push((draw.name, e.code.to_string(), [rate, e.se.unwrap(), low, upp]));
        }
    }
    let Some(found) = computed(folder.path(), &pages) else { return };
    assert_eq!(found.len(), wanted.len());
    for (found, (draw, code, wanted)) in found.iter().zip(wanted) {
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-9, "{draw}, {code}: {found} is not {wanted}");
        }
    }
}

#[tokio::test]
async fn the_published_file_has_the_responses_of_the_page_and_no_others() {
    let draw = &DRAWS[0];
    let (app, tablet) = answered(draw).await;
    // Answered in time, on a tablet that had no network until now: fewer than ten.
    for _ in 0..3 {
        let mut late = response("núi", "Nam", 1);
        late["answered_at"] = "2026-10-15T12:00:00+07:00".into();
        assert_eq!(tablet.put(&app, &new_id(), &late, PUBLISHED).await.status, 201);
    }
    let folder = tempfile::tempdir().unwrap();
    export(&app, folder.path());
    let lines =
        |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap().lines().count();
    assert_eq!(lines("phieu.csv"), 66, "a heading and 65");
    let all = folder.path().join("all.csv");
    let out = ["sample", "export", CODE, "--out", all.to_str().unwrap()];
    let done = hailong(&[&out[..], &["--database", app.database().url()]].concat());
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(lines("all.csv"), 69, "the control: all of them");
}

#[tokio::test]
async fn the_page_of_a_figure_says_no_more_than_that_of_the_results() {
    let draw = &DRAWS[0];
    let (app, _) = answered(draw).await;
    let results = format!("/c/{}/samples/{CODE}?lang=en", commune());
    let page = app.get(&results).await.text().await.unwrap();
    let link = page.split("href=\"").filter_map(|rest| rest.split('"').next());
    let link =
        link.map(|link| link.replace("&#38;", "&")).find(|link| link.contains("/how/index/"));
    let how = app.get(&link.expect("the index leads to its page")).await.text().await.unwrap();
    let (_, rest) = page.split_once("<p class=\"said\">").unwrap();
    let said = rest.split("</p>").next().unwrap();
    assert!(how.contains("Strata") && how.contains("Kish"), "{how}");
    let rate = said.split('%').next().unwrap().rsplit(' ').next().unwrap().trim();
    assert!(how.contains(rate), "{rate} of {said} in {how}");
    // What is between the headline and the code has no number of more than two decimals:
    // neither a rate nor a weight can be put together with others.
    let between =
        how.split_once("id=\"words\"").unwrap().1.split("id=\"r-responses\"").next().unwrap();
    let long = |word: &str| {
        word.split_once('.').is_some_and(|(a, b)| {
            a.ends_with(|c: char| c.is_ascii_digit())
                && b.bytes().take_while(u8::is_ascii_digit).count() > 2
        })
    };
    assert!(!between.split(|c: char| c.is_whitespace() || "<>".contains(c)).any(long), "{between}");
    for nothing in ["item/A1", "index/nothing", "component/%00"] {
        let path = format!("/c/{}/samples/{CODE}/how/{nothing}", commune());
        assert_eq!(app.get(&path).await.status(), 404, "{path}");
    }
    app.set_clock(NOW);
    let running = format!("/c/{}/samples/{CODE}/how/index/quick-counter", commune());
    assert_eq!(app.get(&running).await.status(), 404, "nothing while interviews go on");
}
