//! What a sample of households comes to: how the fieldwork stands, what a response
//! weighs, and the figures that follow from the design. These figures are never pooled
//! with those of people who came by.

mod explanation;

use std::collections::{HashMap, HashSet};

use analytics::{
    DesignError, EstimateError, EstimateOptions, EstimateTable, FEWEST_SHOWN, FrameBuilder, Level,
    SurveyDesign, estimate,
};
use chrono::NaiveDate;
use surveys::period::date_of_millis;
use surveys::response::Document;
use surveys::sample::{Fieldwork, HouseholdStatus, Psu, TooManyResponses, Weighted, weigh};
use surveys::{Instrument, Period, catalog};
use uuid::Uuid;

use super::published::Shown;
use super::{Error, Finding};
use crate::store::Db;
use crate::store::samples::places::SampleResponse;
use crate::store::samples::{Sample, SampledHousehold};

pub use explanation::SampleExplanation;

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
    /// How many responses are left out because they were not answered on a day of it.
    pub out_of_days: usize,
    /// How many responses each tablet sent, those left out among them.
    pub by_tablet: HashMap<Uuid, usize>,
    responses: Vec<Answered>,
}

/// A response of a sample and what it says.
#[derive(Debug)]
struct Answered {
    id: Uuid,
    psu: String,
    /// The first moment of the day on which it reached us, in UTC milliseconds.
    received_at: i64,
    document: String,
}

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Computation(error.to_string())
}

/// What was done in `psu`, of which `responses` came.
fn done(psu: &Psu, households: &[SampledHousehold], responses: &[Answered]) -> Fieldwork {
    let here = || households.iter().filter(|h| h.psu == psu.name);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let vacant = |h: &&SampledHousehold| h.status == HouseholdStatus::Vacant;
    Fieldwork {
        drawn: count(here().filter(|h| !h.reserve).count()),
        issued: count(here().filter(|h| h.is_issued()).count()),
        vacant: count(here().filter(|h| h.is_issued()).filter(vacant).count()),
        responses: count(responses.iter().filter(|response| response.psu == psu.name).count()),
    }
}

impl Sampled {
    /// What `db` knows of `sample`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn read(db: &Db, sample: Sample) -> Result<Self, Error> {
        let psus = db.sample_psus(&sample.code).await?;
        let households = db.sampled_households(&sample.code).await?;
        let all = db.sample_responses(&sample.code).await?;
        let days = sample.first_day..=sample.last_day;
        let (mut responses, mut out_of_days) = (Vec::new(), 0);
        let mut by_tablet = HashMap::new();
        for SampleResponse { response_id: id, answered_at, received_at, device_id, document } in all
        {
            if let Some(id) = device_id {
                *by_tablet.entry(id).or_default() += 1;
            }
            if !days.contains(&date_of_millis(answered_at)) {
                out_of_days += 1;
                continue;
            }
            let unit = Document::read(&document).map_err(damaged)?.sample;
            let psu = unit.ok_or_else(|| damaged("a response without its unit"))?.psu;
            responses.push(Answered { id, psu, received_at, document });
        }
        let work = |psu: Psu| {
            let work = done(&psu, &households, &responses);
            (psu, work)
        };
        let psus = psus.into_iter().map(work).collect();
        Ok(Self { sample, psus, households, out_of_days, by_tablet, responses })
    }

    /// How many responses reached us after the last day: they are published ten at a time.
    pub fn late(&self) -> usize {
        self.responses.len() - self.in_time()
    }

    /// How many households were given up as absent although every visit was on one day.
    pub fn hurried(&self) -> usize {
        self.households.iter().filter(|household| household.is_hurried()).count()
    }

    fn in_time(&self) -> usize {
        let published = |r: &&Answered| date_of_millis(r.received_at) <= self.sample.last_day;
        self.responses.iter().filter(published).count()
    }

    /// The same with the responses that are published: all that reached us until the last
    /// day, and of those that came later whole lots of [`FEWEST_SHOWN`], in the order in
    /// which they came. What a lot changes is no single household's answer.
    #[must_use]
    pub fn published(mut self) -> Self {
        let lot = usize::try_from(FEWEST_SHOWN).unwrap_or(usize::MAX);
        let (mut late, last) = (self.late() / lot * lot, self.sample.last_day);
        self.responses.retain(|response| {
            let in_time = date_of_millis(response.received_at) <= last;
            let counts = in_time || late > 0;
            late -= usize::from(counts && !in_time);
            counts
        });
        for (psu, work) in &mut self.psus {
            *work = done(psu, &self.households, &self.responses);
        }
        self
    }

    /// The ids of its responses, those left out not among them.
    pub fn ids(&self) -> HashSet<Uuid> {
        self.responses.iter().map(|response| response.id).collect()
    }

    /// What a response of each primary sampling unit weighs.
    ///
    /// # Errors
    /// [`TooManyResponses`] when a unit has more than households.
    pub fn weights(&self) -> Result<HashMap<String, Weighted>, TooManyResponses> {
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
    /// them, weights and both population counts. This takes
    /// time and a thread of its own.
    ///
    /// # Errors
    /// [`NoFigures`] when there can be none.
    fn figures(&self) -> Result<(&'static Instrument, EstimateTable), NoFigures> {
        fn failed(error: impl std::fmt::Display) -> NoFigures {
            NoFigures::Failed(error.to_string())
        }
        let instrument = self.instrument().ok_or(NoFigures::TooFew)?;
        let weights = self.weights().map_err(NoFigures::BeingChecked)?;
        let mut frame = FrameBuilder::new(instrument, &COLUMNS).map_err(failed)?;
        let items = frame.items().to_vec();
        for (unit, Answered { psu, document, .. }) in self.responses.iter().enumerate() {
            let Some(weighted) = weights.get(psu) else { continue };
            let document = Document::read(document).map_err(failed)?;
            if document.version != instrument.version {
                continue;
            }
            let answers: Vec<Option<u8>> = document.chosen(&items).collect();
            let Weighted { stratum, weight, fpc1, fpc2 } = weighted;
            let numbers =
                [unit.to_string(), weight.to_string(), fpc1.to_string(), fpc2.to_string()];
            let [unit, weight, fpc1, fpc2] = &numbers;
            frame.push(&[stratum, psu, unit, weight, fpc1, fpc2], &answers).map_err(failed)?;
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
        let table = estimate(&frame.finish(), instrument, &options);
        table.map(|table| (instrument, table)).map_err(|error| match error {
            EstimateError::Design(DesignError::Lonely { stratum, .. }) => {
                NoFigures::Stratum(stratum)
            }
            EstimateError::Design(DesignError::LonelySecond { unit, .. }) => {
                NoFigures::Village(unit)
            }
            other => failed(other),
        })
    }
}

/// Why a sample has no figures that everybody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoFigures {
    /// The last day is not over. Whoever looks every day and knows where an interviewer
    /// was would see what one household answered.
    Running,
    /// Too few people answered.
    TooFew,
    /// Of this stratum one village answered, so that nothing shows how villages differ.
    Stratum(String),
    /// Of this village one household answered, so that nothing shows how households differ.
    Village(String),
    /// There are responses that cannot belong.
    BeingChecked(TooManyResponses),
    /// They could not be computed; a fault of ours.
    Failed(String),
}

/// What the public sees of a sample.
#[derive(Debug)]
pub struct Results {
    /// What was done, as far as it is published.
    pub done: Sampled,
    /// The instrument version that was answered, if anybody answered.
    pub instrument: Option<&'static Instrument>,
    /// The index and, where every one of them may be shown, the components: one
    /// component alone that is left out would follow from the others and the index. Or
    /// why there are none.
    pub findings: Result<Vec<Finding>, NoFigures>,
}

impl Results {
    /// What may be published of `done` on the day `today`.
    pub fn of(done: Sampled, today: NaiveDate) -> Self {
        let done = done.published();
        let is_over = today > done.sample.last_day;
        let findings = if is_over { done.findings() } else { Err(NoFigures::Running) };
        Self { instrument: done.instrument(), done, findings }
    }

    /// What was done in each stratum, and in all, where it can be shown: numbers of people
    /// appear from [`FEWEST_SHOWN`] on, and a stratum with fewer would follow from the
    /// others and all.
    pub fn fieldwork(&self) -> (Vec<(&str, Fieldwork)>, Option<Fieldwork>) {
        if matches!(self.findings, Err(NoFigures::Running | NoFigures::BeingChecked(_))) {
            return (Vec::new(), None);
        }
        let shown = |work: &Fieldwork| u64::from(work.responses) >= FEWEST_SHOWN;
        let (strata, total) = (self.done.by_stratum(), self.done.total());
        let each = strata.iter().all(|(_, work)| shown(work));
        (if each { strata } else { Vec::new() }, Some(total).filter(shown))
    }
}

impl Sampled {
    /// The figures that may be published.
    fn findings(&self) -> Result<Vec<Finding>, NoFigures> {
        let days = Period::between(self.sample.first_day, self.sample.last_day);
        let period = days.map_err(|error| NoFigures::Failed(error.to_string()))?;
        let (instrument, table) = self.figures()?;
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
        if findings.is_empty() { Err(NoFigures::TooFew) } else { Ok(findings) }
    }
}
