//! Facts about the form against `reliability.R`.

use std::collections::HashMap;
use std::fs::File;

use analytics::Frame;
use analytics::frame::csv_file::CsvOptions;
use analytics::reliability::{Reliability, reliability};

use super::{agree, group_named, path, reference, table};

/// The number that R calls `fact`.
fn fact(facts: &Reliability, level: &str, code: &str, name: &str) -> Option<f64> {
    let count = |count: u64| Some(count as f64);
    if level == "item" {
        let item = facts.items.iter().find(|i| i.code.as_str() == code).unwrap();
        return match name {
            "valid" => count(item.valid),
            "no_opinion" => count(item.no_opinion),
            "unanswered" => count(item.unanswered),
            "mean" => item.mean,
            "sd" => item.sd,
            "floor" => item.floor,
            "ceiling" => item.ceiling,
            "item_rest" => item.item_rest.ok(),
            _ => panic!("{name}"),
        };
    }
    if level == "scale" {
        let scale = facts.scales.iter().find(|s| s.code == code).unwrap();
        return count(if name == "people" { scale.people } else { scale.straight });
    }
    let agreement = facts.components.iter().find(|a| a.code == code).unwrap_or(&facts.form);
    if name == "complete" { count(agreement.complete) } else { agreement.alpha.ok() }
}

#[test]
fn facts_about_the_form_agree_with_r() {
    let instrument = reference();
    let mut found: HashMap<(String, bool), Vec<Reliability>> = HashMap::new();
    let (mut compared, mut defined) = (0, 0);
    for row in table("reliability.csv") {
        let [shape, group, level, code, name, wanted] = &row[..] else { panic!("{row:?}") };
        let groups = found.entry((shape.clone(), group.is_empty())).or_insert_with(|| {
            let options = CsvOptions { keys: vec!["group".into()], ..Default::default() };
            let file = File::open(path(&format!("{shape}.csv"))).unwrap();
            let frame = Frame::read_csv(file, &instrument, &options).unwrap().frame;
            let by: Vec<String> = (!group.is_empty()).then(|| "group".into()).into_iter().collect();
            reliability(&frame, &instrument, &by).unwrap()
        });
        let facts = groups.iter().find(|g| g.group == group_named(group)).unwrap();
        let number = fact(facts, level, code, name);
        assert!(agree(number, wanted, 1e-12), "{row:?}: {number:?}");
        compared += 1;
        defined += usize::from(number.is_some());
    }
    assert!(compared > 2000 && defined > 1800, "{compared} compared, {defined} defined");
}
