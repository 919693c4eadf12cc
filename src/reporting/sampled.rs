//! What a sample of households comes to: how the fieldwork stands, what a response
//! weighs, and the figures that follow from the design. These figures are never pooled
//! with those of people who came by.

use std::collections::HashMap;

use analytics::{EstimateOptions, EstimateTable, FrameBuilder, Level, SurveyDesign, estimate};
use chrono::NaiveDate;
use surveys::response::{Document, Raw};
use surveys::sample::{Fieldwork, HouseholdStatus, Psu, Weighted, weigh};
use surveys::{Instrument, Period, catalog};

use super::published::Shown;
use super::{Error, Finding};
use crate::store::Db;
use crate::store::responses::StoredResponse;
use crate::store::samples::{Sample, SampledHousehold};

/// The names of a frame's columns that hold a sample's design.
const COLUMNS: [&str; 6] = ["stratum", "psu", "unit", "weight", "fpc1", "fpc2"];

/// A sample with everything that was done.
#[derive(Debug)]
pub struct Sampled {
    /// The sample.
    pub sample: Sample,
    /// Its primary sampling units and what was done in each.
    pub psus: Vec<(Psu, Fieldwork)>,
    /// Its households.
    pub households: Vec<SampledHousehold>,
    responses: Vec<StoredResponse>,
}

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Computation(error.to_string())
}

impl Sampled {
    /// What `db` knows of `sample`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn read(db: &Db, sample: Sample) -> Result<Self, Error> {
        let psus = db.sample_psus(&sample.code).await?;
        let households = db.sampled_households(&sample.code).await?;
        let responses = db.sample_responses(&sample.code).await?;
        let mut answered: HashMap<String, u32> = HashMap::new();
        for response in &responses {
            let document = Document::read(&response.document).map_err(damaged)?;
            if let Some(unit) = document.sample {
                *answered.entry(unit.psu).or_default() += 1;
            }
        }
        let done = |psu: &Psu| {
            let here = || households.iter().filter(|h| h.psu == psu.name);
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let vacant = |h: &&SampledHousehold| h.status == HouseholdStatus::Vacant;
            Fieldwork {
                drawn: count(here().filter(|h| !h.reserve).count()),
                issued: count(here().filter(|h| h.is_issued()).count()),
                vacant: count(here().filter(|h| h.is_issued()).filter(vacant).count()),
                responses: answered.get(&psu.name).copied().unwrap_or(0),
            }
        };
        let psus = psus.into_iter().map(|psu| (psu.clone(), done(&psu))).collect();
        Ok(Self { sample, psus, households, responses })
    }

    /// What a response of each primary sampling unit weighs.
    pub fn weights(&self) -> HashMap<String, Weighted> {
        weigh(&self.psus)
    }

    /// What was done in all of it.
    pub fn total(&self) -> Fieldwork {
        self.psus.iter().fold(Fieldwork::default(), |sum, (_, done)| sum.plus(*done))
    }

    /// What was done in each stratum, in the order of the sample.
    pub fn by_stratum(&self) -> Vec<(&str, Fieldwork)> {
        let mut strata: Vec<(&str, Fieldwork)> = Vec::new();
        for (psu, done) in &self.psus {
            match strata.iter_mut().find(|(stratum, _)| *stratum == psu.stratum) {
                Some((_, sum)) => *sum = sum.plus(*done),
                None => strata.push((&psu.stratum, *done)),
            }
        }
        strata
    }

    /// The instrument version that the first response answers.
    pub fn instrument(&self) -> Option<&'static Instrument> {
        let document = Document::read(&self.responses.first()?.document).ok()?;
        catalog::instrument(&document.instrument, Some(document.version))
    }

    /// The figures, estimated by the design: strata, primary units, households inside
    /// them, weights and both population counts. `None` without a response. This takes
    /// time and a thread of its own.
    ///
    /// # Errors
    /// [`Error::Computation`] when the design does not allow it, such as a stratum of
    /// which one unit answered.
    pub fn figures(&self) -> Result<Option<(&'static Instrument, EstimateTable)>, Error> {
        let Some(instrument) = self.instrument() else { return Ok(None) };
        let weights = self.weights();
        let mut frame = FrameBuilder::new(instrument, &COLUMNS).map_err(damaged)?;
        let items = frame.items().to_vec();
        for (unit, response) in self.responses.iter().enumerate() {
            let document = Document::read(&response.document).map_err(damaged)?;
            let drawn = document.sample.as_ref();
            let Some((psu, weighted)) = drawn.and_then(|of| Some((&of.psu, weights.get(&of.psu)?)))
            else {
                continue;
            };
            if document.version != instrument.version {
                continue;
            }
            let answer = |item: &surveys::ItemCode| {
                let found = document.answers.iter().find(|(code, _)| *code == item.as_str());
                match found.map(|(_, raw)| raw) {
                    Some(Raw::Value(value)) => u8::try_from(*value).ok(),
                    _ => None,
                }
            };
            let answers: Vec<Option<u8>> = items.iter().map(answer).collect();
            let Weighted { stratum, weight, fpc1, fpc2 } = weighted;
            let numbers =
                [unit.to_string(), weight.to_string(), fpc1.to_string(), fpc2.to_string()];
            let [unit, weight, fpc1, fpc2] = &numbers;
            frame.push(&[stratum, psu, unit, weight, fpc1, fpc2], &answers).map_err(damaged)?;
        }
        let text = |name: &str| name.to_owned();
        let design = SurveyDesign {
            ids: vec![text("psu"), text("unit")],
            strata: Some(text("stratum")),
            weights: Some(text("weight")),
            fpc: vec![text("fpc1"), text("fpc2")],
            ..SurveyDesign::none()
        };
        let options = EstimateOptions { design, ..EstimateOptions::default() };
        estimate(&frame.finish(), instrument, &options)
            .map(|table| Some((instrument, table)))
            .map_err(|error| Error::Computation(error.to_string()))
    }
}

/// What the public sees of a sample.
#[derive(Debug)]
pub struct Results {
    /// What was done.
    pub done: Sampled,
    /// Whether the last day is over. Nothing is published before: whoever looks every
    /// day and knows where an interviewer was would see what one household answered.
    pub is_over: bool,
    /// The instrument version that was answered, if anybody answered.
    pub instrument: Option<&'static Instrument>,
    /// The index and, where every one of them may be shown, the components. One
    /// component alone that is left out would follow from the others and the index.
    pub findings: Vec<Finding>,
}

impl Results {
    /// What may be published of `done` on the day `today`.
    pub fn of(done: Sampled, today: NaiveDate) -> Self {
        let is_over = today > done.sample.last_day;
        let instrument = done.instrument();
        let findings = if is_over { done.findings() } else { Vec::new() };
        Self { done, is_over, instrument, findings }
    }
}

impl Sampled {
    /// The figures that may be published; none where the design does not allow any.
    fn findings(&self) -> Vec<Finding> {
        let days = Period::between(self.sample.first_day, self.sample.last_day);
        let (Ok(Some((instrument, table))), Ok(period)) = (self.figures(), days) else {
            return Vec::new();
        };
        let plan = self.sample.commune().and_then(catalog::plan_of);
        let of = |level: Level| -> Vec<Finding> {
            let rows = table.rows.iter().filter(|row| row.level == level).cloned();
            rows.map(|row| Finding::of(row, instrument, plan, &period)).collect()
        };
        let is_rate = |finding: &Finding| matches!(finding.shown(), Shown::Rate { .. });
        let (index, components) = (of(Level::Index), of(Level::Component));
        let mut findings: Vec<Finding> = index.into_iter().filter(is_rate).collect();
        if !findings.is_empty() && components.iter().all(is_rate) {
            findings.extend(components);
        }
        findings
    }
}
