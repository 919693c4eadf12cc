//! The design of the rows of a frame.

use polars::prelude::IdxSize;

use super::calibration::{Fitted, far_apart};
use super::column::{Column, number};
use super::stage::{Stage, Stratum};
use super::{DesignError, Inside, LonelyPsu, Part, SurveyDesign};
use crate::frame::Frame;

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
    /// One or two.
    pub(super) stages: Vec<Stage>,
    pub(super) lonely: LonelyPsu,
    /// The margins that the weights meet.
    pub(super) fitted: Option<Fitted>,
}

impl Sample {
    pub(crate) fn simple(rows: usize) -> Self {
        Self::Simple(rows)
    }

    /// The same with every row as a unit of its own where there was no design.
    pub(crate) fn designed(self) -> Designed {
        match self {
            Self::Designed(designed) => designed,
            Self::Simple(rows) => Designed::simple(rows),
        }
    }

    pub(super) fn read(design: &SurveyDesign, frame: &Frame) -> Result<Self, DesignError> {
        let mut weights = match &design.weights {
            Some(name) => Column::of(frame, name)?.positive_numbers(frame)?,
            None => Vec::new(),
        };
        if let (Some((largest, smallest)), Some(column)) = (far_apart(&weights), &design.weights) {
            return Err(DesignError::FarApart {
                row: frame.line(largest),
                column: column.clone(),
                weight: weights[largest],
                smallest_row: frame.line(smallest),
                smallest: weights[smallest],
            });
        }
        let stages = stages(design, frame)?;
        if let Some(times) = design.trim
            && !(times > 1.0 && times.is_finite())
        {
            return Err(DesignError::BadTrim { times });
        }
        if design.trim.is_some() && design.weights.is_none() && design.calibration.is_none() {
            return Err(DesignError::NothingToTrim);
        }
        if weights.is_empty() && design.calibration.is_some() {
            weights = vec![1.0; frame.len()];
        }
        let fitted = match &design.calibration {
            Some(calibration) if !frame.is_empty() => {
                Some(Fitted::of(calibration, design.trim, frame, &mut weights, &stages)?)
            }
            _ => {
                super::calibration::trim(&mut weights, design.trim);
                None
            }
        };
        Ok(Self::Designed(Designed { weights, stages, lonely: design.lonely, fitted }))
    }
}

impl Designed {
    /// One stratum, every row a sampling unit of the same weight.
    fn simple(rows: usize) -> Self {
        let drawn = Stratum { drawn: number(rows), ..Stratum::NEW };
        let unit = (0..rows).map(number).collect();
        let stage = Stage { unit, stratum: vec![0; rows], strata: vec![drawn] };
        Self { weights: Vec::new(), stages: vec![stage], lonely: LonelyPsu::Fail, fitted: None }
    }

    /// The weight of a row.
    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.get(row).copied().unwrap_or(1.0)
    }

    /// Whether the weights were made to meet margins.
    pub(crate) fn is_calibrated(&self) -> bool {
        self.fitted.is_some()
    }

    /// The part of the sample that `rows` are.
    pub(crate) fn part(&self, rows: Vec<IdxSize>) -> Part<'_> {
        Part::new(self, rows)
    }

    /// The weights of all `rows` rows.
    pub(super) fn into_weights(self, rows: usize) -> Vec<f64> {
        if self.weights.is_empty() { vec![1.0; rows] } else { self.weights }
    }
}

/// Reads the stages of sampling.
fn stages(design: &SurveyDesign, frame: &Frame) -> Result<Vec<Stage>, DesignError> {
    let (ids, fpc) = (&design.ids, &design.fpc);
    if ids.len() > 2 {
        return Err(DesignError::TooManyStages { ids: ids.len() });
    }
    let stages = ids.len().max(1);
    if !fpc.is_empty() && fpc.len() != stages {
        return Err(DesignError::CountsPerStage { fpc: fpc.len(), stages });
    }
    let strata = match &design.strata {
        Some(name) => Column::filled(frame, name)?,
        None => Column::constant(frame.len()),
    };
    let primary = match ids.first() {
        Some(name) => Column::filled(frame, name)?,
        None => Column::row_by_row(frame.len()),
    };
    for name in ids.iter().skip(1).chain(fpc) {
        Column::of(frame, name)?;
    }
    let mut first = stage(frame, &primary, &strata)?;
    let first_counts = fpc.first().map(|name| Column::of(frame, name)).transpose()?;
    if let Some(counts) = &first_counts {
        correct(frame, &mut first, &strata, counts, of_strata(design))?;
    }
    lonely_first(design, frame, &first, &strata)?;
    let [_, second_fpc] = &fpc[..] else {
        return Ok(vec![first]);
    };
    let inside = Column::filled(frame, &ids[1])?.within(&primary);
    let mut second = stage(frame, &inside, &primary)?;
    correct(frame, &mut second, &primary, &Column::of(frame, second_fpc)?, Inside::Primary)?;
    for (unit, stratum) in second.strata.iter_mut().enumerate() {
        if stratum.is_lonely() && matches!(design.lonely, LonelyPsu::Fail | LonelyPsu::Average) {
            let row = primary.codes.iter().position(|code| *code as usize == unit);
            return Err(DesignError::LonelySecond {
                row: frame.line(row.unwrap_or_default()),
                column: ids[1].clone(),
                unit: primary.values[unit].clone(),
            });
        }
        stratum.share = 1.0 - first.strata[first.stratum[unit] as usize].left;
    }
    Ok(vec![first, second])
}

fn lonely_first(
    design: &SurveyDesign,
    frame: &Frame,
    stage: &Stage,
    strata: &Column,
) -> Result<(), DesignError> {
    let lonely = stage.strata.iter().position(Stratum::is_lonely);
    match lonely.filter(|_| design.lonely == LonelyPsu::Fail && frame.len() > 1) {
        Some(stratum) => {
            let row = strata.codes.iter().position(|code| *code as usize == stratum);
            let column = design.strata.as_ref().or(design.ids.first());
            Err(DesignError::Lonely {
                row: frame.line(row.unwrap_or_default()),
                inside: of_strata(design),
                column: column.cloned().unwrap_or_default(),
                stratum: strata.values[stratum].clone(),
            })
        }
        None => Ok(()),
    }
}

/// Of what primary units are drawn.
fn of_strata(design: &SurveyDesign) -> Inside {
    if design.strata.is_some() { Inside::Stratum } else { Inside::Everything }
}

/// The stage that drew `units` from `strata`.
fn stage(frame: &Frame, units: &Column, strata: &Column) -> Result<Stage, DesignError> {
    let mut drawn = vec![Stratum::NEW; strata.values.len()];
    let mut stratum: Vec<Option<u32>> = vec![None; units.size];
    for (row, (unit, here)) in units.codes.iter().zip(&strata.codes).enumerate() {
        match stratum[*unit as usize] {
            None => {
                stratum[*unit as usize] = Some(*here);
                drawn[*here as usize].drawn += 1;
            }
            Some(first) if first != *here => {
                return Err(DesignError::TwoStrata {
                    row: frame.line(row),
                    column: units.name.clone(),
                    unit: units.values[*unit as usize].clone(),
                    first: strata.values[first as usize].clone(),
                    second: strata.values[*here as usize].clone(),
                });
            }
            Some(_) => {}
        }
    }
    let stratum = stratum.into_iter().map(Option::unwrap_or_default).collect();
    Ok(Stage { unit: units.codes.clone(), stratum, strata: drawn })
}

/// Takes into account how many units the `strata` have in the population.
fn correct(
    frame: &Frame,
    stage: &mut Stage,
    strata: &Column,
    counts: &Column,
    inside: Inside,
) -> Result<(), DesignError> {
    // Per stratum, its count and the first row that says so.
    let mut population: Vec<Option<(f64, usize)>> = vec![None; stage.strata.len()];
    for (row, count) in counts.positive_numbers(frame)?.into_iter().enumerate() {
        let here = strata.codes[row] as usize;
        let (first, _) = *population[here].get_or_insert((count, row));
        #[expect(clippy::float_cmp, reason = "counts read from the same text")]
        if first != count {
            return Err(DesignError::TwoCounts {
                inside,
                row: frame.line(row),
                column: counts.name.clone(),
                stratum: strata.values[here].clone(),
                first,
                second: count,
            });
        }
    }
    for (here, population) in population.into_iter().enumerate() {
        let Some((population, row)) = population else { continue };
        let stratum = &mut stage.strata[here];
        let drawn = f64::from(stratum.drawn);
        if population < drawn {
            return Err(DesignError::TooFewInPopulation {
                inside,
                row: frame.line(row),
                column: counts.name.clone(),
                stratum: strata.values[here].clone(),
                drawn: stratum.drawn,
                population,
            });
        }
        stratum.left = (population - drawn) / population;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FrameBuilder;
    use crate::test_form::instrument;

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
            ids: vec!["village".to_owned()],
            strata: column("stratum"),
            weights: column("weight"),
            fpc: vec!["population".to_owned()],
            ..SurveyDesign::none()
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
        assert!(told(&[sound[0], ["t1", " ", "1", "9"]]).starts_with("row 2, column `village`"));
        assert!(told(&[sound[0], ["", "b", "1", "9"]]).starts_with("row 2, column `stratum`"));
        for bad in ["", "0", "-1", "inf", "NaN", "1,5", "x", "1e101", "1e-101"] {
            let told = told(&[sound[0], ["t1", "b", bad, "9"]]);
            assert!(told.starts_with("row 2, column `weight`"), "{told}");
        }
        let heavy = told(&[sound[0], ["t1", "b", "2e9", "9"]]);
        assert!(
            heavy.starts_with("row 2, column `weight`: the weight 2000000000")
                && heavy.contains("1.5 of row 1")
                && heavy.contains("correct"),
            "{heavy}"
        );
        let two_strata = told(&[sound[0], sound[1], ["t2", "a", "1", "5"], ["t2", "c", "1", "5"]]);
        assert!(
            two_strata.contains("row 3") && two_strata.contains("`t1` and `t2`"),
            "{two_strata}"
        );
        let two_counts = told(&[sound[0], ["t1", "b", "1", "8"]]);
        assert!(two_counts.contains("row 2") && two_counts.contains("9 and 8"), "{two_counts}");
        let too_few = told(&[["t1", "a", "1", "1"], ["t1", "b", "1", "1"]]);
        assert!(
            too_few.starts_with("row 1, column `population`: 2 sampling units of the stratum `t1`"),
            "{too_few}"
        );
        let lonely = told(&[sound[0], sound[1], ["t2", "c", "1", "5"]]);
        assert!(
            lonely.starts_with("row 3, column `stratum`: the stratum `t2`")
                && lonely.contains("--lonely remove, adjust or average"),
            "{lonely}"
        );
        // Nobody named a stratum: a sentence that names one would not be understood.
        let whole = SurveyDesign { strata: None, ..design() };
        let whole = |rows: &[[&str; 4]]| whole.of(&frame(rows)).unwrap_err().to_string();
        let one = whole(&[sound[0], sound[0]]);
        assert!(one.starts_with("row 1, column `village`: the whole sample has only one"), "{one}");
        let few = whole(&[["", "a", "1", "1"], ["", "b", "1", "1"]]);
        assert!(few.contains("2 sampling units of the whole sample"), "{few}");
        let none = SurveyDesign { ids: vec!["nothing".into()], ..SurveyDesign::none() };
        let none = none.of(&frame(&sound)).unwrap_err().to_string();
        assert!(none.contains("`nothing`") && none.contains("village"), "{none}");
    }

    #[test]
    fn a_stratum_of_which_all_is_known_needs_no_second_unit() {
        let rows = [["t1", "a", "1", "9"], ["t1", "b", "1", "9"], ["t2", "c", "1", "1"]];
        assert!(design().of(&frame(&rows)).is_ok());
    }

    #[test]
    fn two_stages_that_do_not_fit_are_told() {
        let keys = ["village", "household", "villages", "households"];
        let frame = |rows: &[[&str; 4]]| {
            let mut builder = FrameBuilder::new(&instrument(), &keys).unwrap();
            for row in rows {
                builder.push(row, &[None; 8]).unwrap();
            }
            builder.finish()
        };
        let columns = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let design = |lonely| SurveyDesign {
            ids: columns(&keys[..2]),
            fpc: columns(&keys[2..]),
            lonely,
            ..SurveyDesign::none()
        };
        let (fail, average) = (design(LonelyPsu::Fail), design(LonelyPsu::Average));
        // A household has its name inside its village.
        let sound = [
            ["a", "1", "9", "4"],
            ["a", "2", "9", "4"],
            ["b", "1", "9", "7"],
            ["b", "2", "9", "7"],
        ];
        assert!(fail.of(&frame(&sound)).is_ok());
        let told = |design: &SurveyDesign, rows: &[[&str; 4]]| {
            let error = design.of(&frame(rows)).unwrap_err();
            assert_ne!(error.text().vi, error.text().en);
            error.to_string()
        };
        for design in [&fail, &average] {
            let one = told(design, &sound[..3]);
            assert!(
                one.starts_with("row 3, column `household`: of the sampling unit `b`"),
                "{one}"
            );
            assert!(one.contains("--lonely remove or adjust"), "{one}");
        }
        assert!(design(LonelyPsu::Adjust).of(&frame(&sound[..3])).is_ok());
        let counts = told(&fail, &[sound[0], sound[1], sound[2], ["b", "2", "9", "8"]]);
        assert!(counts.starts_with("row 4, column `households`") && counts.contains("7 and 8"));
        let few = told(&fail, &[sound[0], sound[1], ["b", "1", "9", "1"], ["b", "2", "9", "1"]]);
        assert!(
            few.starts_with("row 3, column `households`: 2 sampling units of the primary unit `b`"),
            "{few}"
        );
        let one = SurveyDesign { fpc: columns(&keys[2..3]), ..fail.clone() };
        assert!(told(&one, &sound).contains("one for each stage"));
        let three = SurveyDesign { ids: columns(&keys[..3]), ..SurveyDesign::none() };
        assert!(told(&three, &sound).starts_with("3 columns"));
    }
}
