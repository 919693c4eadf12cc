//! How many clusters, or how many people in each: villages, or days at a counter.

use super::{PlanningError, Precision, proportion, up};

/// How people are drawn in clusters of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clusters {
    /// So many people in each; the number of clusters is asked for.
    OfSize(u64),
    /// So many clusters; the number of people in each is asked for.
    Number(u64),
}

/// A sample of clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InClusters {
    /// How many clusters.
    pub clusters: u64,
    /// How many people in each.
    pub size: u64,
    /// The design effect of that size.
    pub deff: f64,
}

impl InClusters {
    /// How many people in all.
    pub fn people(&self) -> u64 {
        self.clusters.saturating_mul(self.size)
    }
}

/// The most people in a cluster that are looked for.
const MOST_IN_ONE: u64 = 10_000_000;

impl Precision {
    /// The same with clusters of `size` people, whose correlation inside a cluster is `icc`:
    /// a design effect of 1 + (m − 1)·ρ (Kish 1965, 5.4). Without `icc` the design effect
    /// stays as it is, whatever the size.
    ///
    /// # Errors
    /// [`PlanningError`] when a number is not usable.
    pub fn of_clusters(self, size: f64, icc: Option<f64>) -> Result<Self, PlanningError> {
        let Some(icc) = icc else { return Ok(self) };
        if icc != 0.0 {
            proportion("icc", icc)?;
        }
        Ok(Self { deff: 1.0 + (size - 1.0).max(0.0) * icc, ..self })
    }

    /// How many `clusters`, or how many people in each, are needed where `needed` people are
    /// with a design effect. For a number K of clusters that is the first m of which
    /// K·m ≥ n·(1 + (m − 1)·ρ), n people being needed one by one: m = n·(1 − ρ)/(K − n·ρ),
    /// and none where K ≤ n·ρ (Hemming et al. 2011).
    ///
    /// # Errors
    /// [`PlanningError`] when a number is not usable, and
    /// [`PlanningError::TooFewClusters`].
    pub fn in_clusters(
        self,
        clusters: Clusters,
        icc: Option<f64>,
        needed: impl Fn(&Self) -> Result<u64, PlanningError>,
    ) -> Result<InClusters, PlanningError> {
        let of_size = |size: u64| self.of_clusters(size as f64, icc);
        let needed_of = |size: u64| needed(&of_size(size)?);
        let (clusters, size) = match clusters {
            Clusters::OfSize(0) | Clusters::Number(0) => return Err(PlanningError::NoClusters),
            Clusters::OfSize(size) => (needed_of(size)?.div_ceil(size), size),
            Clusters::Number(clusters) => {
                let enough = |size: u64| Ok(clusters.saturating_mul(size) >= needed_of(size)?);
                // What more people in a cluster add only rises: enough once is enough for more.
                let (mut low, mut high) = (0, 1);
                while !enough(high)? {
                    if high > MOST_IN_ONE {
                        let alone = needed(&Self { deff: 1.0, ..self })?;
                        let fewest = up(alone as f64 * icc.unwrap_or(0.0)).max(clusters + 1);
                        return Err(PlanningError::TooFewClusters { clusters, fewest });
                    }
                    (low, high) = (high, high * 2);
                }
                while low + 1 < high {
                    let middle = low.midpoint(high);
                    if enough(middle)? { high = middle } else { low = middle }
                }
                (clusters, high)
            }
        };
        Ok(InClusters { clusters, size, deff: of_size(size)?.deff })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn margin(precision: &Precision) -> Result<u64, PlanningError> {
        precision.for_margin(0.5, 0.05, None)
    }

    #[test]
    fn clusters_cost_what_kish_says() {
        let plain = Precision::default();
        // 384.1 people one by one; clusters of 20 with 0.05 have the design effect 1.95.
        let found = plain.in_clusters(Clusters::OfSize(20), Some(0.05), margin).unwrap();
        assert_eq!((found.clusters, found.size, found.people()), (38, 20, 760));
        assert!((found.deff - 1.95).abs() < 1e-12);
        // Clusters of one are people drawn one by one, and so is no correlation.
        for (size, icc) in [(1, 0.3), (5, 0.0)] {
            let found = plain.in_clusters(Clusters::OfSize(size), Some(icc), margin).unwrap();
            assert_eq!((found.deff, found.people()), (1.0, 385));
        }
        // A stated design effect stays, whatever the size.
        let stated = Precision { deff: 2.0, ..plain };
        let found = stated.in_clusters(Clusters::OfSize(10), None, margin).unwrap();
        assert_eq!((found.clusters, found.deff), (77, 2.0));
        let found = stated.in_clusters(Clusters::Number(77), None, margin).unwrap();
        assert_eq!((found.size, found.deff), (10, 2.0));
    }

    #[test]
    fn one_person_less_in_each_cluster_is_not_enough() {
        let plain = Precision::default();
        for clusters in [20, 21, 25, 40, 385, 1_000] {
            for icc in [0.0, 0.01, 0.05] {
                let found = plain.in_clusters(Clusters::Number(clusters), Some(icc), margin);
                let found = found.unwrap();
                let needed = |size: u64| {
                    margin(&plain.of_clusters(size as f64, Some(icc)).unwrap()).unwrap()
                };
                assert!(found.people() >= needed(found.size), "{found:?}");
                let less = found.size - 1;
                assert!(less == 0 || clusters * less < needed(less), "{found:?}");
            }
        }
    }

    #[test]
    fn too_few_clusters_are_told_with_the_fewest_that_can_do() {
        let plain = Precision::default();
        let told = |clusters| plain.in_clusters(Clusters::Number(clusters), Some(0.05), margin);
        let error = told(19).unwrap_err();
        assert_eq!(error, PlanningError::TooFewClusters { clusters: 19, fewest: 20 });
        assert!(told(20).is_ok());
        assert_ne!(error.text().vi, error.text().en);
        for (clusters, icc) in [
            (Clusters::OfSize(0), 0.1),
            (Clusters::Number(0), 0.1),
            (Clusters::Number(30), -0.1),
            (Clusters::Number(30), f64::NAN),
            (Clusters::OfSize(30), 1.5),
        ] {
            assert!(plain.in_clusters(clusters, Some(icc), margin).is_err());
        }
    }
}
