//! Every figure against R: `reference/make.R` made the data and the expectations
//! with the survey package.

use std::fs::File;
use std::path::PathBuf;

use analytics::frame::csv_file::CsvOptions;
use analytics::interval::{beta_quantile, normal_quantile, student_t_quantile};
use analytics::{EstimateOptions, Frame, IntervalMethod, Level, LonelyPsu, SurveyDesign, estimate};
use surveys::Instrument;
use surveys::instrument::{self, Aggregation};

#[path = "reference/multiplicity.rs"]
mod multiplicity;
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
        ids: column("clusters", "village"),
        strata: column("strata", "stratum"),
        weights: column("weights", "weight"),
        fpc: name.ends_with("fpc").then(|| "villages".to_owned()),
        lonely: LonelyPsu::ALL.into_iter().find(|l| l.name() == lonely).unwrap(),
    }
}

#[test]
fn designs_agree_with_the_survey_package() {
    let instrument = reference();
    let keys = ["group", "stratum", "village", "weight", "villages"].map(str::to_owned);
    let read = |shape: &str| {
        let positive = keys[3..].to_vec();
        let options = CsvOptions { keys: keys.to_vec(), positive, ..Default::default() };
        let file = File::open(path(&format!("{shape}.csv"))).unwrap();
        let read = Frame::read_csv(file, &instrument, &options).unwrap();
        assert_eq!(read.rejected, 0);
        read.frame
    };
    let frames = ["villages", "lonely"].map(|shape| (shape, read(shape)));
    let close = |found: Option<f64>, wanted: &str, tolerance: f64| match number(wanted) {
        Some(wanted) => found.is_some_and(|f| (f - wanted).abs() <= tolerance * wanted.max(1.0)),
        None => true,
    };
    let mut compared = 0;
    for row in table("designs.csv") {
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
            panic!("a row of designs.csv has {} cells", row.len());
        };
        let frame = &frames.iter().find(|(name, _)| name == shape).unwrap().1;
        let options = EstimateOptions {
            by: (!group.is_empty()).then(|| "group".to_owned()).into_iter().collect(),
            aggregation: rule_named(aggregation),
            design: design(name, lonely),
            ..Default::default()
        };
        let estimates = estimate(frame, &instrument, &options).unwrap();
        let found = estimates.find(level_named(level), code, &group_named(group)).unwrap();
        assert!(agree(found.rate, rate, 1e-12), "rate: {row:?} {found:?}");
        let se_found = found.se.map(|se| if se < 1e-7 { 0.0 } else { se });
        assert!(agree(se_found, se, 1e-12), "se: {row:?} {found:?}");
        assert_eq!(found.df.to_string(), *df, "{row:?} {found:?}");
        assert!(close(Some(found.n_eff), n_eff, 1e-12), "n_eff: {row:?} {found:?}");
        assert!(close(found.deff, deff, 1e-9), "deff: {row:?} {found:?}");
        assert!(close(found.low, low, 1e-9), "low: {row:?} {found:?}");
        assert!(close(found.upp, upp, 1e-9), "upp: {row:?} {found:?}");
        compared += 1;
    }
    assert!(compared > 1_000, "only {compared} rows were compared");
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
