//! The R of every interval that can be chosen, run beside the interval itself.

use std::fmt::Write as _;

use analytics::{EstimateOptions, FrameBuilder, IntervalMethod, estimate};
use hailong::reporting::explanation::filled;
use surveys::catalog;

use super::{Said, mixed};
use crate::support::r;

#[test]
fn the_r_of_every_interval_gives_its_limits() {
    let instrument = &catalog::instruments()[0];
    let mut frame = FrameBuilder::new(instrument, &[]).unwrap();
    let items = u32::try_from(frame.items().len()).unwrap();
    for person in 0..120 {
        let answer = |item| match mixed(person, item) {
            Said::Satisfied => Some(5),
            Said::Dissatisfied => Some(2),
            Said::NoOpinion => Some(9),
            Said::Nothing => None,
        };
        frame.push(&[], &(0..items).map(answer).collect::<Vec<_>>()).unwrap();
    }
    let frame = frame.finish();
    let (mut script, mut wanted) = (String::new(), Vec::new());
    for method in IntervalMethod::CHOICES {
        for level in [0.9, 0.95] {
            let options =
                EstimateOptions { interval: Some(method), level, ..EstimateOptions::default() };
            let table = estimate(&frame, instrument, &options).unwrap();
            for e in table.rows.iter().filter(|e| e.interval == Some(method)) {
                let (rate, se) = (e.rate.unwrap(), e.se.unwrap());
                let r = filled(method.formula().r, |name| {
                    ["x", "n"].contains(&name).then(|| name.to_owned())
                });
                // Without a design, Korn and Graubard's number is that of the variance.
                let effective = "rate * (1 - rate) / se^2";
                let (x, n) = match method {
                    _ if method.is_plain() => (e.satisfied.to_string(), e.valid.to_string()),
                    IntervalMethod::BetaCapped => {
                        ("rate * n".to_owned(), format!("min({effective}, {})", e.people))
                    }
                    IntervalMethod::Likelihood => ("rate * n".to_owned(), e.people.to_string()),
                    _ => ("rate * n".to_owned(), effective.to_owned()),
                };
                writeln!(script, "level <- {level}; rate <- {rate}; se <- {se}; df <- {}", e.df)
                    .unwrap();
                writeln!(script, "n <- {n}; x <- {x}; limits <- {r}").unwrap();
                script.push_str("writeLines(sprintf(\"%.17g\", limits))\n");
                wanted.extend([(method, e.low.unwrap()), (method, e.upp.unwrap())]);
            }
        }
        assert!(wanted.iter().any(|(tried, _)| *tried == method), "{method:?} is not tried");
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(said) = r::run(folder.path(), &script) else { return };
    assert_eq!(said.lines().count(), wanted.len());
    for (found, (method, wanted)) in said.lines().zip(wanted) {
        let found: f64 = found.parse().unwrap();
        assert!((found - wanted).abs() < 1e-9, "{method:?}: {found} is not {wanted}");
    }
}
