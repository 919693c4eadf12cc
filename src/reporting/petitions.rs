//! The figures of petitions: how each period of a year stands, for staff, and what
//! petitions themselves say of the targets of a plan.

use analytics::export::sheet::{Cell, Sheet};
use analytics::index::qd766;
use chrono::NaiveDate;
use surveys::indicator::{Entry, from_petitions, months_of, span_of};
use surveys::petition::Figures;
use surveys::plan::{Plan, Target};
use surveys::unit::Commune;
use surveys::{CommuneCode, Language, Period, Petition, TargetCode};

use super::Reporting;
use super::below::calendar_of;
use crate::store;

/// What petitions say of the targets of a plan, a month at a time.
#[derive(Debug, Clone, Default)]
pub struct Counted(Vec<(TargetCode, Vec<Entry>)>);

impl Counted {
    /// The counts of `target`; none for what petitions say nothing about.
    pub fn of(&self, target: &Target) -> &[Entry] {
        let own = self.0.iter().find(|(code, _)| *code == target.code);
        own.map_or(&[], |(_, entries)| entries)
    }
}

/// The petitions received in a period.
#[derive(Debug)]
pub struct PetitionPeriod {
    /// The period.
    pub period: Period,
    /// What they came to.
    pub figures: Figures,
    /// Their points by Decision 766.
    pub points: qd766::Points,
}

impl PetitionPeriod {
    fn of(period: Period, received: &[Petition], today: NaiveDate) -> Self {
        let inside = received.iter().filter(|petition| period.contains(petition.received_on));
        let figures = Figures::of(inside, today);
        let points = qd766::points(&qd766::Counts {
            dossiers: 0,
            dossiers_good: 0,
            petitions: figures.decided,
            petitions_on_time: figures.on_time,
            petitions_satisfied: figures.satisfied,
        });
        Self { period, figures, points: points.expect("parts are counted inside their whole") }
    }
}

/// The table of `commune` as a spreadsheet. What too few rated is left empty.
pub fn sheet(
    commune: &Commune,
    periods: &[PetitionPeriod],
    language: Language,
    simulated: bool,
) -> Sheet {
    let columns = [
        "commune_code",
        "commune",
        "period",
        "title",
        "first_day",
        "last_day",
        "received",
        "duplicates",
        "refused",
        "waiting",
        "petitions",
        "petitions_on_time",
        "petitions_overdue",
        "on_time_rate",
        "petitions_satisfied",
        "points_on_time",
        "points_satisfied",
        "rated",
        "rated_satisfied_rate",
        "simulated",
    ];
    let row = |PetitionPeriod { period, figures, points }: &PetitionPeriod| {
        vec![
            commune.code.as_str().into(),
            commune.name.into(),
            period.code.as_str().into(),
            period.title.get(language).into(),
            Cell::Text(period.start.to_string()),
            Cell::Text(period.last_day().to_string()),
            Cell::Count(figures.received),
            Cell::Count(figures.duplicates),
            Cell::Count(figures.refused),
            Cell::Count(figures.waiting),
            Cell::Count(figures.decided),
            Cell::Count(figures.on_time),
            Cell::Count(figures.overdue),
            Cell::Number(figures.rate()),
            Cell::Count(figures.satisfied),
            Cell::Number(Some(points.on_time)),
            Cell::Number(Some(points.satisfied)),
            Cell::Count(figures.rated),
            Cell::Number(figures.published_satisfaction()),
            Cell::Truth(simulated),
        ]
    };
    Sheet { columns: columns.map(str::to_owned).to_vec(), rows: periods.iter().map(row).collect() }
}

impl Reporting {
    /// What the petitions of `commune` say of the targets of its `plan` in `period`.
    ///
    /// # Errors
    /// [`store::Error`] when they cannot be read.
    pub async fn counted_petitions(
        &self,
        commune: &CommuneCode,
        plan: &Plan,
        period: &Period,
    ) -> Result<Counted, store::Error> {
        let targets: Vec<&Target> =
            plan.targets.iter().filter(|target| target.petitions().is_some()).collect();
        if targets.is_empty() {
            return Ok(Counted::default());
        }
        let first = self.db.first_petition(commune).await?;
        let received = match first {
            Some(_) => self.db.petitions_received(commune, &span_of(period)).await?,
            None => Vec::new(),
        };
        let today = self.today();
        let entries = |target: &Target| from_petitions(target, period, &received, first, today);
        Ok(Counted(targets.into_iter().map(|t| (t.code.clone(), entries(t))).collect()))
    }

    /// How the petitions of `commune` stand in the months and quarters of `year` that have
    /// begun, and in the whole year, which comes last.
    ///
    /// # Errors
    /// [`store::Error`] when they cannot be read.
    pub async fn petition_periods(
        &self,
        commune: &CommuneCode,
        year: &Period,
    ) -> Result<Vec<PetitionPeriod>, store::Error> {
        let (calendar, today) = (calendar_of(commune), self.today());
        let mut periods = months_of(year);
        periods
            .extend((1..=4).filter_map(|n| calendar.period(&format!("{}-Q{n}", year.code)).ok()));
        periods.retain(|period| period.start <= today);
        periods.push(year.clone());
        let starts = periods.iter().map(|period| period.start).min();
        let ends = periods.iter().map(|period| period.end).max();
        let span = Period {
            start: starts.unwrap_or(year.start),
            end: ends.unwrap_or(year.end),
            ..year.clone()
        };
        let received = self.db.petitions_received(commune, &span).await?;
        let of = |period| PetitionPeriod::of(period, &received, today);
        Ok(periods.into_iter().map(of).collect())
    }
}

#[cfg(test)]
mod tests {
    use surveys::unit;

    use super::*;

    #[test]
    fn what_too_few_rated_is_left_empty_in_the_file() {
        let period = Period::parse("2026-09").unwrap();
        let figures = |rated| Figures {
            received: 12,
            decided: 12,
            on_time: 9,
            satisfied: 9,
            rated,
            rated_satisfied: rated / 2,
            ..Figures::default()
        };
        let points = qd766::Points { on_time: 4.5, satisfied: 4.5, dossiers: None };
        let of = |rated| PetitionPeriod { period: period.clone(), figures: figures(rated), points };
        let commune = unit::commune("22651").unwrap();
        let sheet = sheet(commune, &[of(9), of(10)], Language::Vi, true);
        let at = sheet.columns.iter().position(|name| name == "rated_satisfied_rate").unwrap();
        let cells: Vec<&Cell> = sheet.rows.iter().map(|row| &row[at]).collect();
        assert_eq!(cells, [&Cell::Number(None), &Cell::Number(Some(0.5))]);
        assert!(sheet.rows.iter().all(|row| row.len() == sheet.columns.len()));
    }
}
