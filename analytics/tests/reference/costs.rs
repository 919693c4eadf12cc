//! What unequal weights cost against `costs.R`.

use analytics::WeightCost;

use super::{HOUSEHOLDS, VILLAGES, number, responses, table};

#[test]
fn what_weights_cost_agrees_with_r() {
    let of_file = |name, keys| {
        let frame = responses(name, keys);
        let each = (0..frame.len()).map(|row| frame.key_text("weight", row).unwrap().parse());
        each.collect::<Result<Vec<f64>, _>>().unwrap()
    };
    let fitted = table("weights.csv");
    let rows = table("costs.csv");
    for row in &rows {
        let weights = match &*row[0] {
            "villages" => of_file("villages", &VILLAGES),
            "households" => of_file("households", &HOUSEHOLDS),
            "equal" => vec![3.5; 12],
            "one" => vec![7.0],
            design => {
                let of_it = fitted.iter().filter(|fitted| fitted[0] == design);
                of_it.map(|fitted| fitted[2].parse().unwrap()).collect()
            }
        };
        let cost = WeightCost::of(&weights).unwrap();
        assert_eq!(cost.n.to_string(), row[1], "{row:?}");
        let found = [cost.n_eff, cost.deff, cost.smallest, cost.largest];
        for (found, wanted) in found.iter().zip(&row[2..]) {
            let wanted = number(wanted).unwrap();
            assert!((found / wanted - 1.0).abs() < 1e-12, "{row:?} {cost:?}");
        }
    }
    assert!(rows.len() > 10, "{}", rows.len());
}

#[test]
fn weights_cost_nothing_when_they_are_equal_whatever_their_size() {
    assert_eq!(WeightCost::of(&[]), None);
    let cost = WeightCost::of(&[2.0, 2.0, 2.0, 2.0]).unwrap();
    assert_eq!((cost.n, cost.n_eff, cost.deff), (4, 4.0, 1.0));
    assert_eq!((cost.smallest, cost.largest), (1.0, 1.0));
    // By hand: (1 + 3)² / (1 + 9) = 1.6 of 2 people, and 3 is 1.5 times the mean.
    let cost = WeightCost::of(&[1.0, 3.0]).unwrap();
    assert_eq!((cost.n_eff, cost.deff), (1.6, 1.25));
    assert_eq!((cost.smallest, cost.largest), (0.5, 1.5));
    let larger = WeightCost::of(&[100.0, 300.0]).unwrap();
    assert_eq!(cost, larger, "only their ratios matter");
}
