//! One stage of sampling: units drawn from strata.

use super::LonelyPsu;

/// A stratum of which hardly a part was left out has no variance.
pub(super) const COMPLETE: f64 = 1e-7;

/// The units of one stage.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    /// Per row, its unit.
    pub(super) unit: Vec<u32>,
    /// Per unit, its stratum.
    pub(super) stratum: Vec<u32>,
    pub(super) strata: Vec<Stratum>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Stratum {
    /// Units drawn.
    pub(super) drawn: u32,
    /// The share of its units that were not drawn.
    pub(super) left: f64,
    /// What its variance counts for: 1 at the first stage; at the second the share
    /// of first units that were drawn.
    pub(super) share: f64,
}

impl Stratum {
    pub(super) const NEW: Self = Self { drawn: 0, left: 1.0, share: 1.0 };

    /// Whether its variance cannot be seen.
    pub(super) fn is_lonely(&self) -> bool {
        self.drawn == 1 && self.left >= COMPLETE
    }
}

impl Stage {
    /// Strata in which `units` are.
    pub(super) fn strata_of(&self, units: &[u32]) -> usize {
        let mut strata: Vec<u32> = units.iter().map(|u| self.stratum[*u as usize]).collect();
        strata.sort_unstable();
        strata.dedup();
        strata.len()
    }

    /// Whether every unit was drawn of the strata in which `units` are.
    pub(super) fn is_complete(&self, units: &[u32]) -> bool {
        units.iter().all(|u| self.strata[self.stratum[*u as usize] as usize].left < COMPLETE)
    }

    /// The variance that this stage adds to a total, from the `totals` of the
    /// `units` it has a part in; the others of their strata have 0. `None` when no
    /// stratum's variance can be seen.
    pub(super) fn variance(&self, units: &[u32], totals: &[f64], lonely: LonelyPsu) -> Option<f64> {
        let mut by_stratum: Vec<(u32, f64)> =
            units.iter().zip(totals).map(|(u, t)| (self.stratum[*u as usize], *t)).collect();
        by_stratum.sort_by_key(|(stratum, _)| *stratum);
        let (mut sum, mut present, mut known) = (0.0, 0_u32, 0_u32);
        for totals in by_stratum.chunk_by(|a, b| a.0 == b.0) {
            let stratum @ Stratum { drawn, left, share } = self.strata[totals[0].0 as usize];
            present += 1;
            known += 1;
            if left < COMPLETE {
                continue;
            }
            if stratum.is_lonely() {
                match lonely {
                    LonelyPsu::Fail => return None,
                    LonelyPsu::Remove => {}
                    LonelyPsu::Adjust => sum += share * left * totals[0].1.powi(2),
                    LonelyPsu::Average => known -= 1,
                }
                continue;
            }
            let n = f64::from(drawn);
            let mean = totals.iter().map(|(_, t)| t).sum::<f64>() / n;
            let apart = n - totals.len() as f64;
            let squares: f64 = totals.iter().map(|(_, t)| (t - mean).powi(2)).sum();
            sum += share * left * n / (n - 1.0) * (squares + apart * mean * mean);
        }
        (known > 0).then(|| sum * f64::from(present) / f64::from(known))
    }
}
