//! Samples of clusters against `clusters.R`.

use analytics::planning::{Clusters, PlanningError, Precision};

use super::{number, table};

#[test]
fn numbers_of_clusters_and_of_people_in_each_agree_with_r() {
    let rows = table("clusters.csv");
    let mut too_few = 0;
    for row in &rows {
        let [question, first, second, power, population, icc, given, clusters, size, deff] =
            &row[..]
        else {
            panic!("{row:?}")
        };
        let of = |cell: &String| number(cell).unwrap();
        let (first, second, icc) = (of(first), of(second), of(icc));
        let population = (!population.is_empty()).then(|| population.parse().unwrap());
        let needed = |design: &Precision| match &**question {
            "margin" => design.for_margin(first, second, population),
            "change" => design.for_change(first, second, of(power)),
            _ => design.for_target(first, second, of(power)),
        };
        let asked = match &**given {
            "size" => Clusters::OfSize(size.parse().unwrap()),
            _ => Clusters::Number(clusters.parse().unwrap()),
        };
        let found = Precision::default().in_clusters(asked, Some(icc), needed);
        if size.is_empty() {
            let told = matches!(found, Err(PlanningError::TooFewClusters { fewest, .. })
                if Precision::default().in_clusters(Clusters::Number(fewest + 1), Some(icc), needed).is_ok());
            assert!(told, "{row:?} {found:?}");
            too_few += 1;
            continue;
        }
        let found = found.unwrap();
        let wanted = (clusters.parse().unwrap(), size.parse().unwrap());
        assert_eq!((found.clusters, found.size), wanted, "{row:?} {found:?}");
        assert!((found.deff - of(deff)).abs() < 1e-12, "{row:?} {found:?}");
    }
    assert_eq!((rows.len(), too_few > 10), (5 * 4 * 8 + 2 * 4 * 2, true), "{too_few}");
}
