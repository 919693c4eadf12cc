//! Changes, trends and tests between groups against `make.R`.

use analytics::comparison::{
    Association, Change, ChangeMethod, Trend, associations, changes, trends,
};
use analytics::{EstimateOptions, Frame, SurveyDesign};

use super::{HOUSEHOLDS, VILLAGES, agree, any_design, reference, responses, rule_named, table};

/// The frames of `make.R` that were drawn, with all their keys.
fn drawn_frames() -> Vec<(&'static str, Frame)> {
    let villages = [&VILLAGES[..], &["A1"]].concat();
    let shapes = ["villages", "lonely", "certain"];
    let of_villages = shapes.map(|shape| (shape, responses(shape, &villages)));
    let households = ["households", "lonely_households"];
    let of_households = households.map(|shape| (shape, responses(shape, &HOUSEHOLDS)));
    of_villages.into_iter().chain(of_households).collect()
}

/// A design by its name, such as `all/remove` for strata of one unit that are left out.
fn named_design(shape: &str, name: &str) -> SurveyDesign {
    let (name, lonely) = name.split_once('/').unwrap_or((name, "fail"));
    any_design(shape, name, lonely)
}

#[test]
fn changes_agree_with_the_survey_package() {
    let (instrument, frames) = (reference(), drawn_frames());
    let rows = table("changes.csv");
    for row in &rows {
        let [shape, name, level, code, aggregation, wanted @ .., df, method] = &row[..] else {
            panic!("{row:?}")
        };
        let frame = &frames.iter().find(|(name, _)| name == shape).unwrap().1;
        let options = EstimateOptions {
            aggregation: rule_named(aggregation),
            design: named_design(shape, name),
            ..Default::default()
        };
        let few = name == "two_stages" || name.starts_with("all_fpc/");
        let periods = if few { ("kiosk", "few") } else { ("kiosk", "qr") };
        let changes = changes(frame, &instrument, &options, "group", periods).unwrap();
        let same = |c: &&Change| c.now.level.name() == level && &*c.now.code == code;
        let found = changes.iter().find(same).unwrap();
        assert!(agree(found.change, &wanted[0], 1e-12), "{row:?} {found:?}");
        assert!(agree(found.se, &wanted[1], 1e-12), "{row:?} {found:?}");
        assert!(agree(found.low, &wanted[2], 1e-9), "{row:?} {found:?}");
        assert!(agree(found.upp, &wanted[3], 1e-9), "{row:?} {found:?}");
        assert_eq!(found.df.to_string(), *df, "{row:?} {found:?}");
        assert_eq!(found.method.map(ChangeMethod::name), Some(&**method), "{row:?} {found:?}");
    }
    assert_eq!(rows.len(), 352);
}

#[test]
fn trends_agree_with_the_survey_package() {
    let (instrument, frames) = (reference(), drawn_frames());
    let rows = table("trends.csv");
    for row in &rows {
        let [name, level, code, aggregation, wanted @ .., df] = &row[..] else { panic!("{row:?}") };
        let shape = if name.contains('/') { "lonely_households" } else { "households" };
        let options = EstimateOptions {
            aggregation: rule_named(aggregation),
            design: named_design(shape, name),
            ..Default::default()
        };
        let frame = &frames.iter().find(|(name, _)| *name == shape).unwrap().1;
        let trends = trends(frame, &instrument, &options, "month").unwrap();
        let same = |t: &&Trend| t.level.name() == level && &*t.code == code;
        let found = trends.iter().find(same).unwrap();
        assert!(agree(found.slope, &wanted[0], 1e-12), "{row:?} {found:?}");
        assert!(agree(found.se, &wanted[1], 1e-12), "{row:?} {found:?}");
        assert!(agree(found.low, &wanted[2], 1e-9), "{row:?} {found:?}");
        assert!(agree(found.upp, &wanted[3], 1e-9), "{row:?} {found:?}");
        assert_eq!((found.df.to_string(), found.months), (df.clone(), 5), "{row:?} {found:?}");
    }
    assert_eq!(rows.len(), 176);
}

#[test]
fn tests_between_groups_agree_with_the_survey_package() {
    let (instrument, frames) = (reference(), drawn_frames());
    let rows = table("groups.csv");
    let near = |found: Option<f64>, wanted: f64| (found.unwrap() - wanted).abs() <= 1e-9 * wanted;
    for row in &rows {
        let [shape, name, by, level, code, aggregation, valid, pearson, f, df, nu, p] = &row[..]
        else {
            panic!("{row:?}")
        };
        let frame = &frames.iter().find(|(name, _)| name == shape).unwrap().1;
        let options = EstimateOptions {
            by: vec![by.clone()],
            aggregation: rule_named(aggregation),
            design: named_design(shape, name),
            ..Default::default()
        };
        let tests = associations(frame, &instrument, &options).unwrap();
        let same = |t: &&Association| t.level.name() == level && &*t.code == code;
        let found = tests.iter().find(same).unwrap();
        let number = |text: &str| text.parse::<f64>().unwrap();
        assert_eq!(found.valid.to_string(), *valid);
        assert!(near(found.pearson, number(pearson)), "{row:?} {found:?}");
        assert!(near(found.f, number(f)), "{row:?} {found:?}");
        assert!(near(found.df_groups, number(df)), "{row:?} {found:?}");
        assert!(near(found.df_design, number(df) * number(nu)), "{row:?} {found:?}");
        assert!(near(found.p, number(p)), "{row:?} {found:?}");
    }
    assert_eq!(rows.len(), 193);
}
