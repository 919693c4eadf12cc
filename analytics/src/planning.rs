//! How many forms are needed, before any is handed out.

use crate::interval::{Plain, Quantiles, normal_quantile};

mod clusters;

pub use clusters::{Clusters, InClusters};

/// How a rate will be measured and how sure one wants to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// The confidence level of the interval, such as 0.95.
    pub level: f64,
    /// The design effect: how many times the variance of a sample of people drawn
    /// one by one; 1 for such a sample, more for clusters.
    pub deff: f64,
}

impl Default for Precision {
    fn default() -> Self {
        Self { level: 0.95, deff: 1.0 }
    }
}

/// Why no number of forms can be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanningError {
    /// A proportion is not between 0 and 1.
    #[error("{what} {value} is no proportion: write a number between 0 and 1, such as 0.9")]
    NoProportion {
        /// Which one.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// The design effect is not usable.
    #[error("the design effect {0} is not usable: write 1, or a larger number for clusters")]
    BadEffect(f64),
    /// Nobody is there.
    #[error("a population of nobody needs no sample: write the number of people")]
    NoPopulation,
    /// There is no cluster, or nobody in it.
    #[error("clusters of nobody, or none of them, are no sample: write whole numbers from 1")]
    NoClusters,
    /// No number of people in each cluster is enough.
    #[error(
        "{clusters} clusters are too few at this correlation, however many people are asked in each: plan {fewest} or more"
    )]
    TooFewClusters {
        /// How many were given.
        clusters: u64,
        /// How many can do.
        fewest: u64,
    },
    /// The two rates are the same.
    #[error(
        "the two rates are the same, and no sample shows that: write the change you want to see"
    )]
    NoGap,
}

impl PlanningError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> surveys::Text {
        let vi = match self {
            Self::NoProportion { what, value } => {
                let what = match *what {
                    "margin" => "sai số",
                    "target" => "chỉ tiêu",
                    "power" => "xác suất phát hiện",
                    "level" => "độ tin cậy",
                    "icc" => "hệ số tương quan trong cụm",
                    _ => "tỷ lệ",
                };
                format!("{what} {value} không phải là tỷ lệ: hãy viết một số giữa 0 và 1, ví dụ 0.9")
            }
            Self::BadEffect(value) => format!(
                "Không dùng được hệ số thiết kế {value}: hãy viết 1, hoặc số lớn hơn khi chọn mẫu theo cụm"
            ),
            Self::NoPopulation => {
                "Tổng thể không có ai thì không cần mẫu: hãy viết số người".to_owned()
            }
            Self::NoClusters => {
                "Không có cụm, hoặc cụm không có ai, thì không phải là mẫu: hãy viết số nguyên từ 1 trở lên"
                    .to_owned()
            }
            Self::TooFewClusters { clusters, fewest } => format!(
                "{clusters} cụm là quá ít với hệ số tương quan này, dù hỏi bao nhiêu người trong mỗi cụm: hãy chọn từ {fewest} cụm"
            ),
            Self::NoGap => {
                "Hai tỷ lệ bằng nhau thì không mẫu nào cho thấy được: hãy viết mức thay đổi muốn thấy"
                    .to_owned()
            }
        };
        surveys::Text::new(vi, self.to_string())
    }
}

fn proportion(what: &'static str, value: f64) -> Result<f64, PlanningError> {
    if value > 0.0 && value < 1.0 {
        Ok(value)
    } else {
        Err(PlanningError::NoProportion { what, value })
    }
}

impl Precision {
    /// The two-sided normal quantile of the level.
    fn z(&self) -> Result<f64, PlanningError> {
        Ok(normal_quantile(f64::midpoint(1.0, proportion("level", self.level)?)))
    }

    /// The effect of the design, when it is one.
    fn effect(&self) -> Result<f64, PlanningError> {
        let usable = self.deff >= 1.0 && self.deff.is_finite();
        if usable { Ok(self.deff) } else { Err(PlanningError::BadEffect(self.deff)) }
    }

    /// How many forms of this design are worth `n` people drawn one by one.
    fn of_design(&self, n: f64) -> Result<u64, PlanningError> {
        Ok(up(n * self.effect()?))
    }

    /// How many people drawn one by one `forms` of this design are worth.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of people, not negative and saturating"
    )]
    fn alone(&self, forms: u64) -> Result<u64, PlanningError> {
        Ok((forms as f64 / self.effect()? * (1.0 + 1e-12)) as u64)
    }

    /// How many forms tell a rate of about `rate` to within ± `margin`: Cochran's
    /// z²·p(1−p)/e², fewer in a `population` that is small (Cochran 1977, 4.4 and 5.9).
    /// The latter holds for a drawn sample whose variance has the correction too.
    ///
    /// # Errors
    /// [`PlanningError`] when a number is not usable.
    pub fn for_margin(
        &self,
        rate: f64,
        margin: f64,
        population: Option<u64>,
    ) -> Result<u64, PlanningError> {
        let (rate, margin) = (proportion("rate", rate)?, proportion("margin", margin)?);
        let n = self.z()?.powi(2) * rate * (1.0 - rate) / (margin * margin) * self.effect()?;
        match population {
            Some(0) => Err(PlanningError::NoPopulation),
            Some(population) => Ok(up(n / (1.0 + (n - 1.0) / population as f64))),
            None => Ok(up(n)),
        }
    }

    /// How many forms show, with the probability `power`, that a true rate of `rate`
    /// lies on its side of `target`: from `((z·√(p0·q0) + z_b·√(p1·q1)) / (p1 − p0))²`
    /// upwards the first number whose [`Precision::outlook`] says so (beyond
    /// [`MOST_EXACT`] that number itself). No population makes it smaller: the verdicts
    /// of counts make no finite population correction.
    ///
    /// # Errors
    /// [`PlanningError`] when a number is not usable.
    pub fn for_target(&self, target: f64, rate: f64, power: f64) -> Result<u64, PlanningError> {
        let (p0, p1) = (proportion("target", target)?, proportion("rate", rate)?);
        let mut n = up(self.of_gap(p1 - p0, power, p0 * (1.0 - p0), p1 * (1.0 - p1))?);
        while n <= MOST_EXACT {
            let found = outlook(n, target, rate, self.level)?;
            if (if rate > target { found.met } else { found.not_met }) >= power {
                break;
            }
            n += (n / FINE).max(1);
        }
        self.of_design(n as f64)
    }

    /// How many people drawn one by one show a `gap` with the probability `power`: the
    /// variance of one respondent when there is no gap, and when there is.
    fn of_gap(&self, gap: f64, power: f64, without: f64, with: f64) -> Result<f64, PlanningError> {
        let beta = normal_quantile(proportion("power", power)?);
        if gap.abs() < 1e-12 {
            return Err(PlanningError::NoGap);
        }
        let spread = self.z()? * without.sqrt() + beta * with.sqrt();
        Ok((spread / gap).powi(2))
    }

    /// How many forms in each of two periods show, with the probability `power`,
    /// a change from `before` to `after` (R: `power.prop.test`). As for a target, no
    /// population makes it smaller.
    ///
    /// # Errors
    /// [`PlanningError`] when a number is not usable.
    pub fn for_change(&self, before: f64, after: f64, power: f64) -> Result<u64, PlanningError> {
        let (p1, p2) = (proportion("rate", before)?, proportion("rate", after)?);
        let mean = f64::midpoint(p1, p2);
        let apart = p1 * (1.0 - p1) + p2 * (1.0 - p2);
        self.of_design(self.of_gap(p2 - p1, power, 2.0 * mean * (1.0 - mean), apart)?)
    }

    /// What `forms` of this design will say about the target "at least `target`" when
    /// the truth is `rate`: exact binomial probabilities of the verdicts of the interval
    /// that is printed of one question without a design, of as many people as the forms
    /// are worth. The logit interval of everything else comes near to it, with few
    /// sampling units not near enough.
    ///
    /// # Errors
    /// [`PlanningError`] when a number is not usable.
    pub fn outlook(&self, forms: u64, target: f64, rate: f64) -> Result<Outlook, PlanningError> {
        outlook(self.alone(forms)?, target, rate, self.level)
    }
}

/// The most people for whom a verdict's exact probability is searched for.
pub const MOST_EXACT: u64 = 10_000_000;
/// Above so many people the search goes on by more than one at a time.
const FINE: u64 = 10_000;

/// Yamane's number of forms, N/(1 + N·e²), as national guidance uses it: for
/// ± `margin` at 95 % whatever the rate (Yamane 1967).
///
/// # Errors
/// [`PlanningError`] when a number is not usable.
pub fn yamane(population: u64, margin: f64) -> Result<u64, PlanningError> {
    let margin = proportion("margin", margin)?;
    if population == 0 {
        return Err(PlanningError::NoPopulation);
    }
    let n = population as f64;
    Ok(up(n / (1.0 + n * margin * margin)))
}

/// What a sample will say about a target, by how likely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// That it is met.
    pub met: f64,
    /// That it is not met.
    pub not_met: f64,
    /// Neither.
    pub undetermined: f64,
}

/// What `n` people drawn one by one will say.
fn outlook(n: u64, target: f64, rate: f64, level: f64) -> Result<Outlook, PlanningError> {
    let (target, rate) = (proportion("target", target)?, proportion("rate", rate)?);
    let mut quantiles = Quantiles::at(proportion("level", level)?);
    let mut interval = |satisfied: u64| {
        let plain = Plain { satisfied, n };
        if satisfied == 0 || satisfied == n {
            quantiles.clopper_pearson(plain)
        } else {
            quantiles.plain(plain, None)
        }
    };
    // Limits rise with the count: the verdicts change at two counts.
    let met_from = first(n + 1, |k| interval(k).low >= target);
    let open_from = first(n + 1, |k| interval(k).upp >= target);
    let met = upper_tail(n, rate, met_from);
    let not_met = 1.0 - upper_tail(n, rate, open_from);
    Ok(Outlook { met, not_met, undetermined: (1.0 - met - not_met).max(0.0) })
}

/// The first of 0 to `end` for which `holds`, which then holds for all larger ones.
fn first(end: u64, mut holds: impl FnMut(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

/// P(X ≥ `from`) for a binomial X, from ratios of neighbours out of its mode.
fn upper_tail(n: u64, rate: f64, from: u64) -> f64 {
    let odds = rate / (1.0 - rate);
    let mode = up((n + 1) as f64 * rate).saturating_sub(1).min(n);
    let (mut all, mut tail) = (0.0, 0.0);
    // Away from the mode probabilities only fall: what is negligible stays so.
    let mut add = |k: u64, weight: f64| {
        all += weight;
        if k >= from {
            tail += weight;
        }
        weight > NEGLIGIBLE
    };
    add(mode, 1.0);
    let mut weight = 1.0;
    for k in mode + 1..=n {
        weight *= odds * (n - k + 1) as f64 / k as f64;
        if !add(k, weight) {
            break;
        }
    }
    weight = 1.0;
    for k in (0..mode).rev() {
        weight *= (k + 1) as f64 / ((n - k) as f64 * odds);
        if !add(k, weight) {
            break;
        }
    }
    tail / all
}

/// A probability beside that of the most probable count of which nothing is seen.
const NEGLIGIBLE: f64 = 1e-30;

/// The next whole number, but for rounding left over from the computation.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of people, not negative and saturating"
)]
fn up(n: f64) -> u64 {
    (n * (1.0 - 1e-12)).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_textbook_numbers_come_out() {
        let plain = Precision::default();
        assert_eq!(plain.for_margin(0.5, 0.05, None), Ok(385));
        assert_eq!(plain.for_margin(0.5, 0.05, Some(1_000)), Ok(278));
        assert_eq!(Precision { deff: 2.0, ..plain }.for_margin(0.5, 0.05, None), Ok(769));
        assert_eq!(yamane(1_000, 0.05), Ok(286));
        assert_eq!(yamane(10_000, 0.05), Ok(385));
        assert_eq!(plain.for_margin(0.5, 0.01, Some(20)), Ok(20));
    }

    #[test]
    fn the_number_needed_and_the_chances_beside_it_are_of_one_mind() {
        for deff in [1.0, 1.3, 2.0, 4.75] {
            for level in [0.9, 0.95] {
                let design = Precision { level, deff };
                for target in [0.5, 0.8, 0.9, 0.95] {
                    for rate in [-0.1, -0.03, 0.01, 0.02, 0.04, 0.045].map(|gap| target + gap) {
                        for power in [0.5, 0.8, 0.9] {
                            let needed = design.for_target(target, rate, power).unwrap();
                            let found = design.outlook(needed, target, rate).unwrap();
                            let shown = if rate > target { found.met } else { found.not_met };
                            assert!(
                                shown >= power,
                                "{design:?} {target} {rate} {power}: {needed} {found:?}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nobody_and_everybody_have_an_outlook_too() {
        let outlook = |n| Precision::default().outlook(n, 0.9, 0.92).unwrap();
        assert!(outlook(0).undetermined > 0.999);
        assert!(outlook(1_000_000).met > 0.999);
    }

    #[test]
    fn numbers_that_mean_nothing_are_told() {
        let plain = Precision::default();
        for bad in [0.0, 1.0, -0.1, 1.5, f64::NAN, f64::INFINITY] {
            assert!(plain.for_margin(bad, 0.05, None).is_err());
            assert!(plain.for_margin(0.5, bad, None).is_err());
            assert!(plain.for_target(0.9, 0.95, bad).is_err());
            assert!(plain.outlook(100, bad, 0.9).is_err());
            assert!(Precision { level: bad, ..plain }.for_margin(0.5, 0.05, None).is_err());
        }
        for deff in [0.5, 0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = Precision { deff, ..plain }.for_margin(0.5, 0.05, None).unwrap_err();
            assert!(
                matches!(error, PlanningError::BadEffect(_)) && error.text().vi != error.text().en
            );
        }
        assert_eq!(plain.for_target(0.9, 0.9, 0.8), Err(PlanningError::NoGap));
        assert_eq!(yamane(0, 0.05), Err(PlanningError::NoPopulation));
        assert_eq!(plain.for_margin(0.5, 0.05, Some(0)), Err(PlanningError::NoPopulation));
    }
}
