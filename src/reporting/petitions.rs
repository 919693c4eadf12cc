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
    pub points: Points,
    /// Whether petitions were in the program by then: not before the month of the first.
    pub is_counted: bool,
    /// Whether it still runs, or some of its petitions still wait.
    pub is_provisional: bool,
}

/// Points by Decision 766, each from 0 to 6; none where nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Points {
    /// For petitions answered in time (5.2).
    pub on_time: Option<f64>,
    /// For petitions handled to satisfaction (5.3).
    pub satisfied: Option<f64>,
}

impl PetitionPeriod {
    /// The `period` of a commune, of what it `received` then, as it is `today`; `first` is
    /// the day of its first petition here. Only of a period that has ended since then, and
    /// of which nothing waits, can it be said that there were no petitions, which by
    /// Decision 766 has full points.
    pub fn of(
        period: Period,
        received: &[Petition],
        first: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Self {
        let inside = received.iter().filter(|petition| period.contains(petition.received_on));
        let figures = Figures::of(inside, today);
        let is_counted = first.is_some_and(|first| first < period.end);
        let is_provisional = is_counted && (today < period.end || figures.waiting > 0);
        let says = is_counted && (figures.decided > 0 || !is_provisional);
        let points = if says { Points::of(&figures) } else { Points::default() };
        Self { period, figures, points, is_counted, is_provisional }
    }
}

impl Points {
    fn of(figures: &Figures) -> Self {
        let of = |petitions, on_time, satisfied| {
            let points = qd766::points(&qd766::Counts {
                dossiers: 0,
                dossiers_good: 0,
                petitions,
                petitions_on_time: on_time,
                petitions_satisfied: satisfied,
            });
            points.expect("parts are counted inside their whole")
        };
        // Where petitions were decided and staff entered all of them, nobody was asked.
        let asked = figures.decided == 0 || figures.decided_sent > 0;
        Self {
            on_time: Some(of(figures.decided, figures.on_time, 0).on_time),
            satisfied: asked.then(|| of(figures.decided_sent, 0, figures.satisfied).satisfied),
        }
    }
}

/// The petitions of a year.
#[derive(Debug)]
pub struct PetitionYear {
    /// The day of the commune's first petition here.
    pub first: Option<NaiveDate>,
    /// Its months, its quarters, and the whole year, which comes last.
    pub periods: Vec<PetitionPeriod>,
}

/// The table of `commune` as a spreadsheet. What too few rated is left empty, and what
/// nobody can know: periods from before there were petitions in the program.
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
        "entered_by_staff",
        "duplicates",
        "refused",
        "waiting",
        "petitions",
        "petitions_on_time",
        "petitions_overdue",
        "on_time_rate",
        "petitions_sent",
        "petitions_satisfied",
        "points_on_time",
        "points_satisfied",
        "rated",
        "rated_satisfied_rate",
        "rated_entered_by_staff",
        "provisional",
        "simulated",
    ];
    let row = |of: &PetitionPeriod| {
        let PetitionPeriod { period, figures, points, is_counted, is_provisional } = of;
        let counted = |n: u64| if *is_counted { Cell::Count(n) } else { Cell::Number(None) };
        vec![
            commune.code.as_str().into(),
            commune.name.into(),
            period.code.as_str().into(),
            period.title.get(language).into(),
            Cell::Text(period.start.to_string()),
            Cell::Text(period.last_day().to_string()),
            counted(figures.received),
            counted(figures.by_staff),
            counted(figures.duplicates),
            counted(figures.refused),
            counted(figures.waiting),
            counted(figures.decided),
            counted(figures.on_time),
            counted(figures.overdue),
            Cell::Number(figures.rate()),
            counted(figures.decided_sent),
            counted(figures.satisfied),
            Cell::Number(points.on_time),
            Cell::Number(points.satisfied),
            counted(figures.rated),
            Cell::Number(figures.published_satisfaction()),
            counted(figures.rated_by_staff),
            Cell::Truth(*is_provisional),
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
    /// begun, and in the whole year.
    ///
    /// # Errors
    /// [`store::Error`] when they cannot be read.
    pub async fn petition_periods(
        &self,
        commune: &CommuneCode,
        year: &Period,
    ) -> Result<PetitionYear, store::Error> {
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
        let first = self.db.first_petition(commune).await?;
        let of = |period| PetitionPeriod::of(period, &received, first, today);
        Ok(PetitionYear { first, periods: periods.into_iter().map(of).collect() })
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
        let of = |rated| PetitionPeriod {
            period: period.clone(),
            figures: figures(rated),
            points: Points { on_time: Some(4.5), satisfied: Some(4.5) },
            is_counted: true,
            is_provisional: false,
        };
        let commune = unit::commune("22651").unwrap();
        let sheet = sheet(commune, &[of(9), of(10)], Language::Vi, true);
        let at = sheet.columns.iter().position(|name| name == "rated_satisfied_rate").unwrap();
        let cells: Vec<&Cell> = sheet.rows.iter().map(|row| &row[at]).collect();
        assert_eq!(cells, [&Cell::Number(None), &Cell::Number(Some(0.5))]);
        assert!(sheet.rows.iter().all(|row| row.len() == sheet.columns.len()));
    }

    #[test]
    fn only_an_ended_period_since_the_first_petition_has_full_points_for_none() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let of = |period: &str, first: Option<&str>, today: &str| {
            let period = Period::parse(period).unwrap();
            PetitionPeriod::of(period, &[], first.map(day), day(today))
        };
        let first = Some("2026-11-22");
        let full = Points { on_time: Some(6.0), satisfied: Some(6.0) };
        for (period, first, today, points, is_counted, is_provisional) in [
            ("2026-10", None, "2027-01-01", Points::default(), false, false),
            ("2026-10", first, "2027-01-01", Points::default(), false, false),
            ("2026-11", first, "2026-11-30", Points::default(), true, true),
            ("2026-11", first, "2026-12-01", full, true, false),
            ("2026-12", first, "2026-12-31", Points::default(), true, true),
            ("2026-12", first, "2027-01-01", full, true, false),
        ] {
            let of = of(period, first, today);
            assert_eq!(
                (of.points, of.is_counted, of.is_provisional),
                (points, is_counted, is_provisional),
                "{period} {today}"
            );
        }
    }
}
