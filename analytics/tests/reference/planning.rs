//! Numbers of forms against `planning.R`.

use analytics::planning::Precision;

use super::{number, table};

#[test]
fn numbers_of_forms_and_chances_of_verdicts_agree_with_r() {
    let rows = table("planning.csv");
    for row in &rows {
        let [question, first, second, power, level, deff, population, needed, met, not_met] =
            &row[..]
        else {
            panic!("{row:?}")
        };
        let of = |cell: &String| number(cell).unwrap();
        let design = Precision { level: of(level), deff: of(deff) };
        let (first, second) = (of(first), of(second));
        let population = (!population.is_empty()).then(|| population.parse().unwrap());
        let wanted: u64 = needed.parse().unwrap();
        let found = match &**question {
            "margin" => design.for_margin(first, second, population),
            "change" => design.for_change(first, second, of(power)),
            "target" => design.for_target(first, second, of(power)),
            _ => Ok(wanted),
        };
        assert_eq!(found, Ok(wanted), "{row:?}");
        if let Some((met, not_met)) = number(met).zip(number(not_met)) {
            let found = design.outlook(wanted, first, second).unwrap();
            assert!((found.met - met).abs() < 1e-12, "{row:?} {found:?}");
            assert!((found.not_met - not_met).abs() < 1e-12, "{row:?} {found:?}");
            assert!((found.met + found.not_met + found.undetermined - 1.0).abs() < 1e-12);
        }
    }
    assert_eq!(rows.len(), 4 * (16 + 6 + 10) + 9);
}
