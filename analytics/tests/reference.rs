//! Every figure against R: `reference/make.R` made the data and the expectations
//! with the survey package.

use std::fs::File;
use std::path::PathBuf;

use analytics::design::{Calibration, CalibrationMethod, MarginTotal, Margins};
use analytics::frame::csv_file::CsvOptions;
use analytics::interval::{beta_quantile, normal_quantile, student_t_quantile};
use analytics::{
    EstimateOptions, Flag, Frame, IntervalMethod, Level, LonelyPsu, SurveyDesign, Verdict, against,
    estimate,
};
use surveys::Instrument;
use surveys::instrument::{self, Aggregation};
use surveys::plan::Operator;

#[path = "reference/clusters.rs"]
mod clusters;
#[path = "reference/comparison.rs"]
mod comparison;
#[path = "reference/costs.rs"]
mod costs;
#[path = "reference/everybody.rs"]
mod everybody;
#[path = "reference/multiplicity.rs"]
mod multiplicity;
#[path = "reference/planning.rs"]
mod planning;
#[path = "reference/reliability.rs"]
mod reliability;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

fn reference() -> Instrument {
    instrument::file::parse(&std::fs::read_to_string(path("instrument.toml")).unwrap()).unwrap()
}

/// The rows of a CSV file as lists of cells, without its header.
fn table(name: &str) -> Vec<Vec<String>> {
    let mut csv = csv::Reader::from_path(path(name)).unwrap();
    csv.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn number(cell: &str) -> Option<f64> {
    (!cell.is_empty()).then(|| cell.parse().unwrap())
}

/// Both undefined, or closer than `tolerance`.
fn agree(found: Option<f64>, wanted: &str, tolerance: f64) -> bool {
    match (found, number(wanted)) {
        (Some(found), Some(wanted)) => (found - wanted).abs() <= tolerance,
        (None, None) => true,
        _ => false,
    }
}

fn level_named(name: &str) -> Level {
    let levels = [Level::Item, Level::Component, Level::Part, Level::Index];
    levels.into_iter().find(|level| level.name() == name).unwrap()
}

/// The rule of a figure; none for an item.
fn rule_named(name: &str) -> Option<Aggregation> {
    Aggregation::ALL.into_iter().find(|rule| rule.name() == name)
}

/// The group of a figure; none for everybody.
fn group_named(name: &str) -> Vec<&str> {
    (!name.is_empty()).then_some(name).into_iter().collect()
}

#[test]
fn every_figure_agrees_with_the_survey_package() {
    let instrument = reference();
    let mut compared = 0;
    let mut shapes: Vec<(String, Frame)> = Vec::new();
    for row in table("estimates.csv") {
        let [
            shape,
            by,
            group,
            conf,
            level,
            code,
            aggregation,
            asked,
            valid,
            satisfied,
            no_opinion,
            unanswered,
            rate,
            se,
            low,
            upp,
            df,
            n_eff,
            interval,
        ] = &row[..]
        else {
            panic!("a row of estimates.csv has {} cells", row.len());
        };
        if !shapes.iter().any(|(name, _)| name == shape) {
            let options = CsvOptions { keys: vec!["group".into()], ..Default::default() };
            let file = File::open(path(&format!("{shape}.csv"))).unwrap();
            let read = Frame::read_csv(file, &instrument, &options).unwrap();
            assert_eq!((read.rejected, read.rows), (0, read.frame.len() as u64));
            shapes.push((shape.clone(), read.frame));
        }
        let frame = &shapes.iter().find(|(name, _)| name == shape).unwrap().1;
        let rule = rule_named(aggregation);
        let options = EstimateOptions {
            by: (!by.is_empty()).then(|| by.clone()).into_iter().collect(),
            aggregation: rule,
            level: number(conf).unwrap(),
            ..Default::default()
        };
        let estimates = estimate(frame, &instrument, &options).unwrap();
        let found = estimates.find(level_named(level), code, &group_named(group)).unwrap();

        let counts = [
            found.asked,
            found.valid,
            found.satisfied,
            found.no_opinion,
            found.unanswered,
            found.df,
        ];
        let wanted = [asked, valid, satisfied, no_opinion, unanswered, df];
        assert_eq!(counts.map(|c| c.to_string()), wanted.map(Clone::clone), "{row:?}");
        assert_eq!(found.aggregation.map_or("", Aggregation::name), aggregation, "{row:?}");
        assert_eq!(found.interval.map_or("", |m| m.name()), interval, "{row:?} {found:?}");
        assert!(agree(Some(found.n_eff), n_eff, 0.0), "n_eff: {row:?} {found:?}");
        assert!(agree(found.rate, rate, 1e-12), "rate: {row:?} {found:?}");
        // R writes 0 where rounding is all that is left of a standard error.
        let se_found = found.se.map(|se| if se < 1e-7 { 0.0 } else { se });
        assert!(agree(se_found, se, 1e-12), "se: {row:?} {found:?}");
        assert!(agree(found.low, low, 1e-9), "low: {row:?} {found:?}");
        assert!(agree(found.upp, upp, 1e-9), "upp: {row:?} {found:?}");
        compared += 1;
    }
    assert!(compared > 900, "only {compared} rows were compared");
}

/// The designs of `make.R` by their names.
fn design(name: &str, lonely: &str) -> SurveyDesign {
    let has = |part: &str| name.split('_').any(|p| p == part) || name.starts_with("all");
    let column = |part: &str, column: &str| has(part).then(|| column.to_owned());
    SurveyDesign {
        ids: column("clusters", "village").into_iter().collect(),
        strata: column("strata", "stratum"),
        weights: column("weights", "weight"),
        fpc: name.ends_with("fpc").then(|| "villages".to_owned()).into_iter().collect(),
        lonely: LonelyPsu::ALL.into_iter().find(|l| l.name() == lonely).unwrap(),
        ..SurveyDesign::none()
    }
}

/// The rows of a file of responses with these key columns.
fn responses(shape: &str, keys: &[&str]) -> Frame {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    let options = CsvOptions { keys, ..Default::default() };
    let file = File::open(path(&format!("{shape}.csv"))).unwrap();
    let read = Frame::read_csv(file, &reference(), &options).unwrap();
    assert_eq!(read.rejected, 0);
    read.frame
}

/// Compares a table of figures under designs, and says how many there were.
fn compare_designs(file: &str, frames: &[(&str, Frame)], tolerance: f64) -> usize {
    let instrument = reference();
    // Where R has no number, there must be none.
    let close = |found: Option<f64>, wanted: &str, tolerance: f64| match (found, number(wanted)) {
        (Some(f), Some(wanted)) => (f - wanted).abs() <= tolerance * wanted.max(1.0),
        (found, wanted) => found.is_none() && wanted.is_none(),
    };
    let rows = table(file);
    for row in &rows {
        let [
            shape,
            name,
            lonely,
            group,
            level,
            code,
            aggregation,
            rate,
            se,
            low,
            upp,
            df,
            n_eff,
            deff,
        ] = &row[..]
        else {
            panic!("a row of {file} has {} cells", row.len());
        };
        let frame = &frames.iter().find(|(name, _)| name == shape).unwrap().1;
        let options = EstimateOptions {
            by: (!group.is_empty()).then(|| "group".to_owned()).into_iter().collect(),
            aggregation: rule_named(aggregation),
            design: any_design(shape, name, lonely),
            ..Default::default()
        };
        let estimates = estimate(frame, &instrument, &options).unwrap();
        let found = estimates.find(level_named(level), code, &group_named(group)).unwrap();
        assert!(agree(found.rate, rate, tolerance), "rate: {row:?} {found:?}");
        let se_found = found.se.map(|se| if se < 1e-7 { 0.0 } else { se });
        assert!(agree(se_found, se, tolerance), "se: {row:?} {found:?}");
        assert_eq!(found.df.to_string(), *df, "{row:?} {found:?}");
        assert!(close(Some(found.n_eff), n_eff, tolerance), "n_eff: {row:?} {found:?}");
        assert!(close(found.deff, deff, 1e-9), "deff: {row:?} {found:?}");
        assert!(close(found.low, low, 1e-9), "low: {row:?} {found:?}");
        assert!(close(found.upp, upp, 1e-9), "upp: {row:?} {found:?}");
        // Who has a rate and no interval says why.
        let told = [Flag::FewDf, Flag::NoVariance].into_iter().any(|f| found.flags.contains(f));
        assert!(found.low.is_some() || found.rate.is_none() || told, "{row:?} {found:?}");
    }
    rows.len()
}

/// A design of any of the frames by its name.
fn any_design(shape: &str, name: &str, lonely: &str) -> SurveyDesign {
    match (shape, name) {
        (_, "plain") => SurveyDesign::none(),
        ("lonely", "groups_raking") => {
            let totals = [("few", 900), ("kiosk", 2600), ("qr", 1700), ("single", 20)];
            let lines = totals.iter().zip(2..).map(|((group, total), line)| MarginTotal {
                line,
                variable: "group".to_owned(),
                category: (*group).to_owned(),
                total: total.to_string(),
            });
            let margins = Margins::new(lines).unwrap();
            let calibration = Some(Calibration { margins, method: CalibrationMethod::Raking });
            SurveyDesign { calibration, ..design("all", lonely) }
        }
        (shape, name) if shape.ends_with("households") && name != "all" => {
            of_households(name, lonely)
        }
        (_, name) => design(name, lonely),
    }
}

#[test]
fn designs_agree_with_the_survey_package() {
    let frames =
        ["villages", "lonely", "certain"].map(|shape| (shape, responses(shape, &VILLAGES)));
    let compared = compare_designs("designs.csv", &frames, 1e-12);
    assert!(compared > 1_000, "only {compared} rows were compared");
}

/// The keys of people in villages.
const VILLAGES: [&str; 5] = ["group", "stratum", "village", "weight", "villages"];

/// The keys of people in households in villages.
const HOUSEHOLDS: [&str; 10] = [
    "group",
    "stratum",
    "village",
    "household",
    "villages",
    "households",
    "weight",
    "gender",
    "age",
    "month",
];

/// The two-stage and calibrated designs of `make.R` by their names.
fn of_households(name: &str, lonely: &str) -> SurveyDesign {
    let columns = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let (ids, fpc): (&[&str], &[&str]) = match name {
        "two_stages" | "stages_raking" => (&["village", "household"], &["villages", "households"]),
        "one_of_two" => (&["village"], &["villages"]),
        "raking" => (&[], &[]),
        _ => (&["village"], &[]),
    };
    let has = |part: &str| name.ends_with(part);
    let file = if has("crossed") { "crossed.csv" } else { "margins.csv" };
    let lines = table(file).into_iter().zip(2..).map(|(row, line)| MarginTotal {
        line,
        variable: row[0].clone(),
        category: row[1].clone(),
        total: row[2].clone(),
    });
    let calibrated = ["raking", "linear", "crossed", "trimmed"].into_iter().any(has);
    let method = if has("linear") { CalibrationMethod::Linear } else { CalibrationMethod::Raking };
    let drawn = !ids.is_empty();
    SurveyDesign {
        ids: columns(ids),
        strata: drawn.then(|| "stratum".to_owned()),
        weights: drawn.then(|| "weight".to_owned()),
        fpc: columns(fpc),
        lonely: LonelyPsu::ALL.into_iter().find(|l| l.name() == lonely).unwrap(),
        calibration: calibrated
            .then(|| Calibration { margins: Margins::new(lines).unwrap(), method }),
        trim: if has("trimmed") { Some(2.5) } else { has("cut").then_some(2.0) },
    }
}

#[test]
fn two_stages_and_calibrated_weights_agree_with_the_survey_package() {
    let frames = [
        ("households", responses("households", &HOUSEHOLDS)),
        ("lonely_households", responses("lonely_households", &HOUSEHOLDS)),
        ("lonely", responses("lonely", &VILLAGES)),
    ];
    let compared = compare_designs("calibrated.csv", &frames, 1e-12);
    assert!(compared > 1_100, "only {compared} rows were compared");
}

#[test]
fn calibrated_weights_agree_with_the_survey_package_and_meet_their_margins() {
    let frame = responses("households", &HOUSEHOLDS);
    let rows = table("weights.csv");
    let mut designs: Vec<&str> = rows.iter().map(|row| &*row[0]).collect();
    designs.dedup();
    for name in designs {
        let weights = of_households(name, "fail").weights_of(&frame).unwrap();
        let wanted = rows.iter().filter(|row| row[0] == name);
        for (row, wanted) in wanted.enumerate() {
            assert_eq!(frame.line(row).to_string(), wanted[1]);
            let wanted: f64 = wanted[2].parse().unwrap();
            assert!((weights[row] / wanted - 1.0).abs() < 1e-10, "{name} {row}");
        }
        for margin in table("margins.csv").iter().filter(|_| !name.ends_with("cut")) {
            let inside = |row: &usize| frame.key_text(&margin[0], *row) == Some(&*margin[1]);
            let sum: f64 = (0..frame.len()).filter(inside).map(|row| weights[row]).sum();
            let total: f64 = margin[2].parse().unwrap();
            // The crossed totals have the same sums by gender, and others by age.
            let own = name.ends_with("crossed") && margin[0] == "age";
            assert!(own || (sum / total - 1.0).abs() < 1e-10, "{name} {margin:?} {sum}");
        }
    }
}

#[test]
fn every_interval_that_can_be_chosen_agrees_with_r() {
    let instrument = reference();
    let mut frames: Vec<(String, Frame)> = Vec::new();
    let mut compared = 0;
    for row in table("intervals.csv") {
        let [shape, name, lonely, group, conf, level, code, aggregation, method, low, upp] =
            &row[..]
        else {
            panic!("a row of intervals.csv has {} cells", row.len());
        };
        if !frames.iter().any(|(name, _)| name == shape) {
            let drawn = ["stratum", "village", "weight", "villages"];
            let drawn = drawn.into_iter().filter(|_| shape == "villages");
            let keys = ["group"].into_iter().chain(drawn).map(str::to_owned).collect();
            let options = CsvOptions { keys, ..Default::default() };
            let file = File::open(path(&format!("{shape}.csv"))).unwrap();
            let read = Frame::read_csv(file, &instrument, &options).unwrap();
            frames.push((shape.clone(), read.frame));
        }
        let frame = &frames.iter().find(|(name, _)| name == shape).unwrap().1;
        let options = EstimateOptions {
            by: (!group.is_empty()).then(|| "group".to_owned()).into_iter().collect(),
            aggregation: rule_named(aggregation),
            level: number(conf).unwrap(),
            interval: IntervalMethod::of_name(method),
            design: design(name, lonely),
        };
        let estimates = estimate(frame, &instrument, &options).unwrap();
        let found = estimates.find(level_named(level), code, &group_named(group)).unwrap();
        assert_eq!(found.interval.map(IntervalMethod::name), Some(&**method), "{row:?} {found:?}");
        assert!(agree(found.low, low, 1e-9), "low: {row:?} {found:?}");
        assert!(agree(found.upp, upp, 1e-9), "upp: {row:?} {found:?}");
        compared += 1;
    }
    assert!(compared > 900, "only {compared} rows were compared");
}

#[test]
fn an_index_of_a_component_of_twelve_has_the_figures_of_r_and_no_verdict() {
    let (instrument, frame) = (reference(), responses("few_answered", &["group"]));
    let of_r = table("estimates.csv");
    let mut seen = 0;
    for rule in Aggregation::ALL {
        let options = EstimateOptions { aggregation: Some(rule), ..Default::default() };
        let table = estimate(&frame, &instrument, &options).unwrap();
        let index = table.find(Level::Index, "reference", &[]).unwrap();
        let row = of_r.iter().find(|row| {
            let whole = row[0] == "few_answered" && row[1].is_empty();
            let conf = number(&row[3]).is_some_and(|conf| (conf - 0.95).abs() < 1e-12);
            whole && conf && row[4] == "index" && row[6] == rule.name()
        });
        let row = row.unwrap_or_else(|| panic!("R has no {rule:?}"));
        assert!(agree(index.rate, &row[12], 1e-12) && agree(index.se, &row[13], 1e-12), "{row:?}");
        let (target, low) = (0.9, index.low.unwrap());
        assert!(low > target, "its interval alone would say that it is met: {index:?}");
        let verdict = against(index, Operator::AtLeast, target).unwrap();
        let few = index.flags.contains(Flag::ComponentFew);
        if rule == Aggregation::Pooled {
            assert_eq!((verdict, few, index.n_least), (Verdict::Met, false, index.n_eff));
        } else {
            assert_eq!((verdict, few, index.n_least), (Verdict::TooFew, true, 12.0), "{rule:?}");
            seen += 1;
        }
    }
    assert_eq!(seen, 3);
}

#[test]
fn a_chosen_interval_leaves_0_and_100_percent_exact() {
    let instrument = reference();
    for shape in ["all_satisfied", "none_satisfied"] {
        let frame = responses(shape, &["group"]);
        let of = |interval| {
            let options = EstimateOptions { interval, ..Default::default() };
            estimate(&frame, &instrument, &options).unwrap().rows
        };
        let usual = of(None);
        for method in IntervalMethod::CHOICES {
            let chosen = of(Some(method));
            let name = method.name();
            assert!(usual == chosen && usual.iter().all(|row| row.se == Some(0.0)), "{name}");
            let exact =
                |row: &analytics::Estimate| row.interval == Some(IntervalMethod::ClopperPearson);
            assert!(usual.iter().all(exact), "{name}");
        }
    }
}

#[test]
fn quantiles_agree_with_r_to_twelve_digits() {
    for row in table("quantiles.csv") {
        let [distribution, p, a, b, wanted] = &row[..] else { panic!("{row:?}") };
        let (p, wanted) = (number(p).unwrap(), number(wanted).unwrap());
        let found = match &distribution[..] {
            "normal" => normal_quantile(p),
            "t" => student_t_quantile(p, number(a).unwrap()),
            _ => beta_quantile(p, number(a).unwrap(), number(b).unwrap()),
        };
        assert!(((found - wanted) / wanted).abs() < 1e-12, "{row:?}: {found:e}");
    }
}
