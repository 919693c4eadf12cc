//! What changed since the period with which the unit's reporting calendar compares
//! another one.

use std::sync::Arc;

use analytics::comparison::{Change, Direction, change_between};
use analytics::{Estimate, Level, Publication};
use surveys::period::ReportingCalendar;
use surveys::{Language, Period, Text};

use super::continuing::Continued;
use super::published::Shown;
use super::{Error, Finding, Report, Reporting};

/// The published changes since another period.
#[derive(Debug)]
pub struct Since {
    /// The other period.
    pub period: Period,
    /// Whether the unit's plan says so, or nobody does.
    pub declared: bool,
    /// One per figure that is published in both periods, in the report's order.
    pub changes: Vec<Change>,
    /// The version that was answered then.
    pub version: u32,
    /// Whether that is another version than now.
    pub continued: Option<Continued>,
    /// How many responses the sample of the other period has when the figures are of a
    /// slice of it.
    among: Option<u64>,
}

impl Reporting {
    /// What changed since the period with which that of `report` is compared; `None`
    /// when no figure is published in both.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn since(&self, report: &Report) -> Result<Option<Since>, Error> {
        let Some(period) = report.compared_with() else { return Ok(None) };
        let before: Arc<Report> =
            self.report_of_versions(&report.commune.code, report.instrument, &period).await?;
        Ok(Since::between(&before, report))
    }
}

impl Report {
    /// The period with which its unit compares its period.
    pub fn compared_with(&self) -> Option<Period> {
        let plain = ReportingCalendar::default();
        self.plan.map_or(&plain, |plan| &plan.calendar).compared_with(&self.period)
    }
}

impl Since {
    /// What changed from `before` to `now`; `None` when no figure is shown in both.
    pub(super) fn between(before: &Report, now: &Report) -> Option<Self> {
        let change = |finding: &Finding| {
            let e = &finding.estimate;
            published((before, before.finding(e.level, &e.code)?), (now, finding))
        };
        let changes: Vec<Change> = now.findings.iter().filter_map(change).collect();
        let declared = now.plan.is_some_and(|plan| plan.calendar.comparison.is_some());
        let (period, among) = (before.period.clone(), before.part.as_ref().map(|p| p.among));
        let version = before.instrument.version;
        let continued = Continued::of([version, now.instrument.version].into_iter());
        (!changes.is_empty()).then_some(Self {
            period,
            declared,
            changes,
            version,
            continued,
            among,
        })
    }
}

/// The change between two findings, each of its report, if both have a public rate. What
/// it says needs two figures of which a verdict may be published.
pub(super) fn published(
    (then, before): (&Report, &Finding),
    (report, now): (&Report, &Finding),
) -> Option<Change> {
    let both = [before, now];
    if !both.iter().all(|f| matches!(f.shown(), Shown::Rate { .. })) {
        return None;
    }
    let sampled = [then.sampled(&before.estimate), report.sampled(&now.estimate)];
    let mut change = change_between((&before.estimate, &now.estimate), sampled, report.level);
    if !both.iter().all(|f| f.publication == Publication::Verdict) {
        change.direction = Direction::TooFew;
    }
    Some(change)
}

impl Since {
    /// How many respondents the sample has that `before`, a figure of the other period, is
    /// made of.
    pub(super) fn sampled(&self, before: &Estimate) -> u64 {
        self.among.unwrap_or(before.df + 1)
    }

    /// The change of the index in a sentence, in both languages; `None` without one.
    pub fn sentence(&self) -> Option<Text> {
        let index = self.changes.iter().find(|c| c.now.level == Level::Index)?;
        let (change, low, upp) = (index.change?, index.low?, index.upp?);
        let change_said = |language| {
            let period = inside_a_sentence(self.period.title.get(language), language);
            let size =
                |value: f64| points(value.abs(), language).trim_start_matches('+').to_owned();
            // The interval of a fall is told from the smaller fall to the larger.
            let (from, to) =
                if change < 0.0 { (size(upp), size(low)) } else { (size(low), size(upp)) };
            let by = size(change);
            match (language, index.direction) {
                (Language::Vi, Direction::Higher) => format!(
                    "So với {period}, mức hài lòng chung tăng {by} điểm phần trăm (từ {from} đến {to})."
                ),
                (Language::Vi, Direction::Lower) => format!(
                    "So với {period}, mức hài lòng chung giảm {by} điểm phần trăm (từ {from} đến {to})."
                ),
                (Language::Vi, Direction::NotShown) => {
                    format!("So với {period}, chưa thấy mức hài lòng chung thay đổi rõ.")
                }
                (Language::Vi, Direction::TooFew | Direction::Undefined) => format!(
                    "Chưa đủ phiếu để nói mức hài lòng chung thay đổi thế nào so với {period}."
                ),
                (Language::En, Direction::Higher) => format!(
                    "Compared with {period}, overall satisfaction is {by} percentage points higher (from {from} to {to})."
                ),
                (Language::En, Direction::Lower) => format!(
                    "Compared with {period}, overall satisfaction is {by} percentage points lower (from {from} to {to})."
                ),
                (Language::En, Direction::NotShown) => format!(
                    "Compared with {period}, no clear change in overall satisfaction can be seen."
                ),
                (Language::En, Direction::TooFew | Direction::Undefined) => format!(
                    "There are too few responses to say how overall satisfaction has changed since {period}."
                ),
            }
        };
        let said = |language| Continued::after(self.continued, change_said(language), language);
        Some(Text::new(said(Language::Vi), said(Language::En)))
    }
}

/// A period's title as it stands inside a sentence: Vietnamese begins it small.
pub fn inside_a_sentence(title: &str, language: Language) -> String {
    let mut letters = title.chars();
    match (language, letters.next()) {
        (Language::Vi, Some(first)) => first.to_lowercase().chain(letters).collect(),
        _ => title.to_owned(),
    }
}

/// A change in percentage points with its sign: `+3,1`, `−0,4`. It has one decimal, or
/// as many more (at most four in all) as it takes not to read like no change.
pub fn points(change: f64, language: Language) -> String {
    const MOST: usize = 4;
    let signed = |decimals: usize| format!("{:+.decimals$}", change * 100.0);
    let is_none = |text: &str| text.trim_start_matches(['+', '-']).parse() == Ok(0.0);
    let text = (1..=MOST).map(signed).find(|text| !is_none(text));
    let text = text.map_or_else(|| "0.0".to_owned(), |text| text.replace('-', "\u{2212}"));
    match language {
        Language::Vi => text.replace('.', ","),
        Language::En => text,
    }
}

/// What can be said of a change, in a word or two.
pub fn direction_word(direction: Direction, language: Language) -> &'static str {
    match (direction, language) {
        (Direction::Higher, Language::Vi) => "Tăng",
        (Direction::Higher, Language::En) => "Higher",
        (Direction::Lower, Language::Vi) => "Giảm",
        (Direction::Lower, Language::En) => "Lower",
        (Direction::NotShown, Language::Vi) => "Chưa thấy thay đổi rõ",
        (Direction::NotShown, Language::En) => "No clear change",
        (Direction::TooFew, Language::Vi) => "Chưa đủ phiếu",
        (Direction::TooFew, Language::En) => "Too few responses",
        (Direction::Undefined, Language::Vi) => "Chưa tính được",
        (Direction::Undefined, Language::En) => "Cannot be told",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_carry_their_sign_and_zero_carries_none() {
        let vietnamese =
            [0.0312, -0.004, 0.0, -0.0003, 5.3e-5].map(|value| points(value, Language::Vi));
        assert_eq!(vietnamese, ["+3,1", "\u{2212}0,4", "0,0", "\u{2212}0,03", "+0,01"]);
        assert_eq!(points(-0.0312, Language::En), "\u{2212}3.1");
    }
}
