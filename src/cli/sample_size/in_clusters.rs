//! Samples of clusters: how many of them, or how many people in each.

use analytics::planning::{Clusters, InClusters, PlanningError, Precision};
use serde_json::{Value, json};
use surveys::Language;

use super::Common;

/// Clusters below which nothing is concluded: a verdict needs 8 degrees of freedom.
const FEWEST_FOR_A_VERDICT: u64 = 9;

/// How many responses are needed, and in which clusters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned {
    pub(super) responses: u64,
    /// None when people are drawn one by one, or when nobody asks for clusters.
    pub(super) clusters: Option<InClusters>,
}

impl Planned {
    /// The cells of [`Common::columns`].
    pub(super) fn cells(&self) -> Vec<Value> {
        let Some(InClusters { clusters, size, deff }) = self.clusters else { return Vec::new() };
        vec![json!(clusters), json!(size), json!(deff)]
    }
}

impl Common {
    fn clusters(&self) -> Option<Clusters> {
        self.cluster_size.map(Clusters::OfSize).or(self.clusters.map(Clusters::Number))
    }

    /// Whether people are not drawn one by one.
    pub(super) fn is_designed(&self) -> bool {
        self.deff.is_some_and(|deff| deff > 1.0) || self.clusters().is_some()
    }

    /// The columns that a table has besides when it is of clusters.
    pub(super) fn columns(&self) -> &'static [&'static str] {
        if self.clusters().is_some() { &["clusters", "per_cluster", "deff"] } else { &[] }
    }

    /// How many are `needed`, in clusters if it is asked.
    pub(super) fn planned(
        &self,
        needed: impl Fn(&Precision) -> Result<u64, PlanningError>,
    ) -> Result<Planned, PlanningError> {
        let Some(clusters) = self.clusters() else {
            return Ok(Planned { responses: needed(&self.precision())?, clusters: None });
        };
        let found = self.precision().in_clusters(clusters, self.icc, needed)?;
        Ok(Planned { responses: found.people(), clusters: Some(found) })
    }

    /// The same; `None` where the clusters are too few.
    pub(super) fn planned_if_enough(
        &self,
        needed: impl Fn(&Precision) -> Result<u64, PlanningError>,
    ) -> Result<Option<Planned>, PlanningError> {
        match self.planned(needed) {
            Err(PlanningError::TooFewClusters { .. }) => Ok(None),
            planned => planned.map(Some),
        }
    }

    /// How `responses` are drawn: their design effect is that of their clusters.
    pub(super) fn precision_of(&self, responses: u64) -> Result<Precision, PlanningError> {
        let size = match self.clusters() {
            None => return Ok(self.precision()),
            Some(Clusters::OfSize(size)) => size as f64,
            Some(Clusters::Number(clusters)) => responses as f64 / clusters as f64,
        };
        self.precision().of_clusters(size, self.icc)
    }

    /// The columns that a plan's table has besides: what is asked for, for each number.
    pub(super) fn columns_of_plan(&self) -> &'static [&'static str] {
        match self.clusters() {
            None => &[],
            Some(Clusters::OfSize(_)) => &[
                "clusters_within_3_points",
                "clusters_within_5_points",
                "clusters_if_2_above",
                "clusters_if_5_above",
            ],
            Some(Clusters::Number(_)) => &[
                "per_cluster_within_3_points",
                "per_cluster_within_5_points",
                "per_cluster_if_2_above",
                "per_cluster_if_5_above",
            ],
        }
    }

    /// The cells of [`Common::columns_of_plan`]; empty where the clusters are too few.
    pub(super) fn cells_of_plan(&self, planned: &[Option<Planned>]) -> Vec<Value> {
        let Some(asked) = self.clusters() else { return Vec::new() };
        let cell = |planned: &Option<Planned>| {
            let found = planned.and_then(|planned| planned.clusters);
            json!(found.map(|found| match asked {
                Clusters::OfSize(_) => found.clusters,
                Clusters::Number(_) => found.size,
            }))
        };
        planned.iter().map(cell).collect()
    }
}

/// What a reader of numbers of clusters must know.
pub(super) fn tell_clusters(found: Option<InClusters>, language: Language) {
    let Some(found) = found else { return };
    match language {
        Language::Vi => tell!(
            "hailong: hệ số tương quan trong cụm và hệ số thiết kế là giả định; các cụm coi như bằng nhau, cụm lớn nhỏ khác nhau thì cần nhiều hơn"
        ),
        Language::En => tell!(
            "hailong: the correlation inside clusters and the design effect are assumptions; clusters are taken to be of one size, unequal ones need more"
        ),
    }
    match language {
        _ if found.clusters >= FEWEST_FOR_A_VERDICT => {}
        Language::Vi => tell!(
            "hailong: dưới {FEWEST_FOR_A_VERDICT} cụm thì không đủ bậc tự do (8) để kết luận so với chỉ tiêu; hãy chọn nhiều cụm hơn, mỗi cụm ít người hơn"
        ),
        Language::En => tell!(
            "hailong: fewer than {FEWEST_FOR_A_VERDICT} clusters leave too few degrees of freedom (8) for a verdict; plan more clusters with fewer people in each"
        ),
    }
}
