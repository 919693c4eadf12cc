//! Many communes side by side: which of them belong on a list of those below target.

use std::sync::Arc;

use analytics::EstimateTable;
use analytics::multiplicity::{Adjustment, Below, below_target};

use super::{Finding, Report};

/// For each of `reports`, how surely its index, as it is shown, is below the target of its
/// own plan, adjusted over all of them: of a hundred communes that reach their target some
/// look as if they did not. `None` where nothing is shown, no target is set or too few
/// answered.
pub fn listed(reports: &[Arc<Report>], adjustment: Adjustment) -> Vec<Option<Below>> {
    let level = reports.first().map_or(0.95, |report| report.level);
    let indices: Vec<_> = reports.iter().map(|report| report.index()).collect();
    of(&indices, adjustment, level)
}

/// [`listed`] for the `findings` of which each is one commune's.
pub(super) fn of(
    findings: &[Option<&Finding>],
    adjustment: Adjustment,
    level: f64,
) -> Vec<Option<Below>> {
    let shown: Vec<_> = findings.iter().map(|finding| finding.and_then(Finding::row)).collect();
    let (rows, judged): (Vec<_>, Vec<_>) = shown.iter().flatten().cloned().unzip();
    let table = EstimateTable { by: Vec::new(), level, rows };
    let mut found = below_target(&table, &judged, adjustment).into_iter();
    shown.iter().map(|row| row.as_ref().and_then(|_| found.next().flatten())).collect()
}

#[cfg(test)]
mod tests {
    use analytics::against_target::{Verdict, p_below};
    use analytics::{EstimateOptions, FrameBuilder, Level, estimate};
    use surveys::{Period, catalog};

    use super::*;

    #[test]
    fn of_many_communes_fewer_are_listed_than_look_below_their_target() {
        let instrument = catalog::instrument("quick-counter", None).unwrap();
        let plan = catalog::plan("dien-khanh-2025").unwrap();
        let mut builder = FrameBuilder::new(instrument, &["commune_code"]).unwrap();
        // Of 200 people each in forty communes: nearly all have 90 % and more.
        let communes = (0..40).map(|n| (n, 200, if n < 3 { 170 - 15 * n } else { 181 + n % 9 }));
        for (commune, people, satisfied) in communes.chain([(40, 5, 0)]) {
            for person in 0..people {
                let answer = if person < satisfied { 5 } else { 2 };
                builder.push(&[&commune.to_string()], &[Some(answer); 5]).unwrap();
            }
        }
        let by = vec!["commune_code".to_owned()];
        let options = EstimateOptions { by, ..EstimateOptions::default() };
        let table = estimate(&builder.finish(), instrument, &options).unwrap();
        let period = Period::parse("2025-10").unwrap();
        let findings: Vec<Finding> = table
            .rows
            .into_iter()
            .filter(|row| row.level == Level::Index)
            .map(|row| Finding::of(row, instrument, Some(plan), &period))
            .collect();
        let asked: Vec<Option<&Finding>> =
            [None].into_iter().chain(findings.iter().map(Some)).collect();
        let found = of(&asked, Adjustment::BenjaminiHochberg, 0.95);
        assert_eq!((found.len(), found[0]), (42, None));
        let mut p: Vec<f64> = Vec::new();
        for (finding, below) in findings.iter().zip(&found[1..]) {
            // Five people of one opinion are in no list.
            let enough = finding.estimate.people >= 30;
            assert_eq!(below.is_some(), enough, "{finding:?}");
            if let Some(below) = below {
                assert_eq!(Some(below.p), p_below(&finding.estimate, 0.9));
                p.push(below.p);
            }
        }
        let adjusted = Adjustment::BenjaminiHochberg.of(&p).unwrap();
        let told: Vec<f64> = found.iter().flatten().map(|below| below.adjusted).collect();
        assert_eq!(told, adjusted);
        let listed = found.iter().flatten().filter(|below| below.is_listed(0.95)).count();
        let looks = findings.iter().filter(|f| f.published_verdict() == Some(Verdict::NotMet));
        assert!(listed >= 1 && looks.count() > listed, "{listed} are listed");
        let surely = of(&asked, Adjustment::Holm, 0.95);
        let told: Vec<f64> = surely.iter().flatten().map(|below| below.adjusted).collect();
        assert_eq!(told, Adjustment::Holm.of(&p).unwrap());
        let surely = surely.iter().flatten().filter(|below| below.is_listed(0.95)).count();
        assert!(surely >= 1 && surely <= listed, "{surely} of {listed}");
    }
}
