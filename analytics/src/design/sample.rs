//! The design of the rows of a frame.

use std::collections::HashMap;

use super::{DesignError, LonelyPsu, SurveyDesign};
use crate::frame::Frame;

/// A stratum of which hardly a part was left out has no variance.
const COMPLETE: f64 = 1e-7;

/// The rows as they were sampled.
#[derive(Debug, Clone)]
pub(crate) enum Sample {
    /// One stratum, every row a sampling unit of the same weight: their number.
    Simple(usize),
    /// Anything else.
    Designed(Designed),
}

/// Rows with weights, sampling units and strata.
#[derive(Debug, Clone)]
pub(crate) struct Designed {
    /// Per row; empty when all are 1.
    weights: Vec<f64>,
    /// Per row, its sampling unit.
    unit: Vec<u32>,
    /// Per sampling unit, its stratum.
    stratum: Vec<u32>,
    strata: Vec<Stratum>,
    lonely: LonelyPsu,
}

#[derive(Debug, Clone, Copy, Default)]
struct Stratum {
    /// Sampling units drawn.
    drawn: u32,
    /// The share of its units that were not drawn.
    left: f64,
}

impl Sample {
    pub(crate) fn simple(rows: usize) -> Self {
        Self::Simple(rows)
    }

    pub(super) fn read(design: &SurveyDesign, frame: &Frame) -> Result<Self, DesignError> {
        let column =
            |name: &Option<String>| name.as_deref().map(|n| Column::of(frame, n)).transpose();
        let numbers = |name: &Option<String>| {
            column(name)?.map(|column| column.positive_numbers()).transpose()
        };
        let weights = numbers(&design.weights)?.unwrap_or_default();
        let rows = frame.len();
        let stratum_of_row = column(&design.strata)?;
        let unit_of_row = column(&design.ids)?;
        let stratum_at = |row: usize| stratum_of_row.as_ref().map_or(0, |c| c.codes[row]);
        let stratum_name = |stratum: u32| {
            stratum_of_row.as_ref().map_or(String::new(), |c| c.values[stratum as usize].clone())
        };

        let mut strata: Vec<Stratum> = vec![
            Stratum { drawn: 0, left: 1.0 };
            stratum_of_row.as_ref().map_or(1, |c| c.values.len())
        ];
        let unit: Vec<u32> = match &unit_of_row {
            Some(column) => column.codes.clone(),
            None => (0..rows).map(|row| u32::try_from(row).unwrap_or(u32::MAX)).collect(),
        };
        let units = unit_of_row.as_ref().map_or(rows, |column| column.values.len());
        let mut stratum: Vec<Option<u32>> = vec![None; units];
        for (row, &unit) in unit.iter().enumerate() {
            let here = stratum_at(row);
            match stratum[unit as usize] {
                None => {
                    stratum[unit as usize] = Some(here);
                    strata[here as usize].drawn += 1;
                }
                Some(first) if first != here => {
                    let column = unit_of_row.as_ref().expect("rows of their own have one stratum");
                    return Err(DesignError::TwoStrata {
                        row: row + 1,
                        column: design.ids.clone().unwrap_or_default(),
                        unit: column.values[unit as usize].clone(),
                        first: stratum_name(first),
                        second: stratum_name(here),
                    });
                }
                Some(_) => {}
            }
        }
        if let (Some(name), Some(counts)) = (&design.fpc, numbers(&design.fpc)?) {
            let mut population: HashMap<u32, f64> = HashMap::new();
            for (row, count) in counts.into_iter().enumerate() {
                let here = stratum_at(row);
                let first = *population.entry(here).or_insert(count);
                #[expect(clippy::float_cmp, reason = "counts read from the same text")]
                if first != count {
                    return Err(DesignError::TwoCounts {
                        row: row + 1,
                        column: name.clone(),
                        stratum: stratum_name(here),
                        first,
                        second: count,
                    });
                }
            }
            for (here, population) in population {
                let drawn = strata[here as usize].drawn;
                if population < f64::from(drawn) {
                    return Err(DesignError::TooFewInPopulation {
                        column: name.clone(),
                        stratum: stratum_name(here),
                        drawn,
                        population,
                    });
                }
                strata[here as usize].left = (population - f64::from(drawn)) / population;
            }
        }
        if design.lonely == LonelyPsu::Fail
            && let Some(lonely) = strata.iter().position(|s| s.drawn == 1 && s.left >= COMPLETE)
            && rows > 1
        {
            let lonely = u32::try_from(lonely).unwrap_or(u32::MAX);
            return Err(DesignError::Lonely { stratum: stratum_name(lonely) });
        }
        let stratum = stratum.into_iter().map(Option::unwrap_or_default).collect();
        Ok(Self::Designed(Designed { weights, unit, stratum, strata, lonely: design.lonely }))
    }
}

impl Designed {
    /// The weight of a row.
    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.get(row).copied().unwrap_or(1.0)
    }

    /// The rows of a group, unit by unit.
    pub(crate) fn by_unit(&self, rows: &mut [u32]) {
        rows.sort_by_key(|row| self.unit[*row as usize]);
    }

    /// The sampling unit of each of `rows`, which stand unit by unit, as a place in
    /// the list of the units present, and that list.
    pub(crate) fn units(&self, rows: &[u32]) -> (Vec<usize>, Vec<u32>) {
        let mut present: Vec<u32> = Vec::new();
        let places = rows
            .iter()
            .map(|row| {
                let unit = self.unit[*row as usize];
                if present.last() != Some(&unit) {
                    present.push(unit);
                }
                present.len() - 1
            })
            .collect();
        (places, present)
    }

    /// Degrees of freedom of a group: its sampling units less their strata.
    pub(crate) fn degrees_of_freedom(&self, units: &[u32]) -> u64 {
        let mut strata: Vec<u32> = units.iter().map(|u| self.stratum[*u as usize]).collect();
        strata.sort_unstable();
        strata.dedup();
        (units.len() - strata.len()) as u64
    }

    /// The design variance of a total, from the `totals` of the sampling `units` it
    /// has a part in; the others of their strata have 0.
    pub(crate) fn variance(&self, units: &[u32], totals: &[f64]) -> Option<f64> {
        let mut by_stratum: Vec<(u32, f64)> =
            units.iter().zip(totals).map(|(u, t)| (self.stratum[*u as usize], *t)).collect();
        by_stratum.sort_by_key(|(stratum, _)| *stratum);
        let (mut sum, mut present, mut known) = (0.0, 0_u32, 0_u32);
        for totals in by_stratum.chunk_by(|a, b| a.0 == b.0) {
            let Stratum { drawn, left } = self.strata[totals[0].0 as usize];
            present += 1;
            if left < COMPLETE {
                known += 1;
                continue;
            }
            let n = f64::from(drawn);
            if drawn > 1 {
                let mean = totals.iter().map(|(_, t)| t).sum::<f64>() / n;
                let apart = n - totals.len() as f64;
                let squares: f64 = totals.iter().map(|(_, t)| (t - mean).powi(2)).sum();
                sum += left * n / (n - 1.0) * (squares + apart * mean * mean);
                known += 1;
                continue;
            }
            match self.lonely {
                LonelyPsu::Fail => return None,
                LonelyPsu::Remove => known += 1,
                LonelyPsu::Adjust => {
                    sum += left * totals[0].1.powi(2);
                    known += 1;
                }
                LonelyPsu::Average => {}
            }
        }
        (known > 0).then(|| sum * f64::from(present) / f64::from(known))
    }
}

/// A column of the frame.
struct Column {
    name: String,
    values: Vec<String>,
    codes: Vec<u32>,
}

impl Column {
    fn of(frame: &Frame, name: &str) -> Result<Self, DesignError> {
        let (values, codes) = frame.key(name).ok_or_else(|| DesignError::NoColumn {
            name: name.to_owned(),
            known: frame.keys().collect::<Vec<_>>().join(", "),
        })?;
        Ok(Self { name: name.to_owned(), values: values.to_vec(), codes })
    }

    fn positive_numbers(&self) -> Result<Vec<f64>, DesignError> {
        let numbers: Vec<Option<f64>> = self.values.iter().map(|text| positive(text)).collect();
        let number = |(row, code): (usize, &u32)| {
            numbers[*code as usize].ok_or_else(|| DesignError::NotPositive {
                row: row + 1,
                column: self.name.clone(),
                value: self.values[*code as usize].clone(),
            })
        };
        self.codes.iter().enumerate().map(number).collect()
    }
}

/// The positive, finite number that `text` is.
pub(crate) fn positive(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)
}

/// The total of one figure's influence values over a simple sample, and what its
/// variance needs. Respondents outside the figure's group have the influence 0:
/// they need not be added, they are counted in the sample.
#[derive(Debug, Clone)]
pub(crate) struct Total {
    /// Sampling units, those outside the group too.
    units: usize,
    sum: Sum,
    squares: Sum,
}

impl Total {
    /// Of a simple sample of `units` respondents.
    pub(crate) fn over(units: usize) -> Self {
        Self { units, sum: Sum::default(), squares: Sum::default() }
    }

    /// Adds the influence values of some respondents.
    pub(crate) fn add(&mut self, influences: &[f64]) {
        self.sum.add(influences.iter().sum());
        self.squares.add(influences.iter().map(|u| u * u).sum());
    }

    /// The design variance of the total, n/(n−1)·Σ(u−ū)²; `None` with fewer than
    /// two sampling units.
    pub(crate) fn variance(&self) -> Option<f64> {
        if self.units < 2 {
            return None;
        }
        let n = self.units as f64;
        let centred = self.squares.value() - self.sum.value() * self.sum.value() / n;
        Some((n / (n - 1.0) * centred).max(0.0))
    }
}

/// A sum that carries its rounding error along (Neumaier 1974), so that the
/// order of the rows does not show.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    value: f64,
    error: f64,
}

impl Sum {
    fn add(&mut self, term: f64) {
        let sum = self.value + term;
        self.error += if self.value.abs() >= term.abs() {
            (self.value - sum) + term
        } else {
            (term - sum) + self.value
        };
        self.value = sum;
    }

    fn value(self) -> f64 {
        self.value + self.error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FrameBuilder;
    use crate::test_form::instrument;

    #[test]
    fn the_variance_of_a_total_counts_those_outside_the_group() {
        let mut total = Total::over(4);
        total.add(&[0.5, -0.5]);
        assert!((total.variance().unwrap() - 4.0 / 3.0 * 0.5).abs() < 1e-16);
    }

    #[test]
    fn one_sampling_unit_has_no_variance() {
        let mut total = Total::over(1);
        total.add(&[0.0]);
        assert_eq!(total.variance(), None);
    }

    #[test]
    fn a_sum_does_not_lose_small_terms_beside_large_ones() {
        let mut sum = Sum::default();
        for term in [1e16, 1.0, -1e16, 1.0] {
            sum.add(term);
        }
        assert!((sum.value() - 2.0).abs() < 1e-12);
    }

    fn frame(rows: &[[&str; 4]]) -> Frame {
        let keys = ["stratum", "village", "weight", "population"];
        let mut builder = FrameBuilder::new(&instrument(), &keys).unwrap();
        for row in rows {
            builder
                .push(row, &[Some(5); 7].into_iter().chain([Some(2)]).collect::<Vec<_>>())
                .unwrap();
        }
        builder.finish()
    }

    fn design() -> SurveyDesign {
        let column = |name: &str| Some(name.to_owned());
        SurveyDesign {
            ids: column("village"),
            strata: column("stratum"),
            weights: column("weight"),
            fpc: column("population"),
            lonely: LonelyPsu::Fail,
        }
    }

    fn told(rows: &[[&str; 4]]) -> String {
        let error = design().of(&frame(rows)).unwrap_err();
        assert!(error.text().vi != error.text().en);
        error.to_string()
    }

    #[test]
    fn a_design_that_does_not_fit_is_told_with_row_column_and_remedy() {
        let sound = [["t1", "a", "1.5", "9"], ["t1", "b", "2", "9"]];
        assert!(matches!(design().of(&frame(&sound)), Ok(Sample::Designed(_))));
        for bad in ["", "0", "-1", "inf", "NaN", "1,5", "x"] {
            let told = told(&[sound[0], ["t1", "b", bad, "9"]]);
            assert!(told.starts_with("row 2, column `weight`"), "{told}");
        }
        let two_strata = told(&[sound[0], sound[1], ["t2", "a", "1", "5"], ["t2", "c", "1", "5"]]);
        assert!(
            two_strata.contains("row 3") && two_strata.contains("`t1` and `t2`"),
            "{two_strata}"
        );
        let two_counts = told(&[sound[0], ["t1", "b", "1", "8"]]);
        assert!(two_counts.contains("row 2") && two_counts.contains("9 and 8"), "{two_counts}");
        let too_few = told(&[["t1", "a", "1", "1"], ["t1", "b", "1", "1"]]);
        assert!(
            too_few.contains("`population`") && too_few.contains("2 sampling units"),
            "{too_few}"
        );
        let lonely = told(&[sound[0], sound[1], ["t2", "c", "1", "5"]]);
        assert!(lonely.contains("`t2`") && lonely.contains("adjust"), "{lonely}");
        let none = SurveyDesign { ids: Some("nothing".into()), ..SurveyDesign::none() };
        let none = none.of(&frame(&sound)).unwrap_err().to_string();
        assert!(none.contains("`nothing`") && none.contains("village"), "{none}");
    }

    #[test]
    fn a_stratum_of_which_all_is_known_needs_no_second_unit() {
        let rows = [["t1", "a", "1", "9"], ["t1", "b", "1", "9"], ["t2", "c", "1", "1"]];
        assert!(design().of(&frame(&rows)).is_ok());
    }
}
