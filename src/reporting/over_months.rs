//! How a figure goes over the months: a line through what is published of each month. It
//! is made of published figures alone, so it tells nothing of a month that is withheld.

use std::sync::Arc;

use analytics::Level;
use analytics::against_target::FEWEST_FOR_ALL;
use analytics::comparison::{Direction, FEWEST_MONTHS, Trend, trend_of_months};
use analytics::interval::student_t_quantile;
use chrono::{Datelike, NaiveDate};
use surveys::{Language, Text};

use super::Report;
use super::continuing::Continued;
use super::explanation::months_in_r;
use super::published::Shown;
use super::since::{inside_a_sentence, points};

/// A figure in one month.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthShown {
    /// The month's first day.
    pub start: NaiveDate,
    /// What people call the month.
    pub title: Text,
    /// The rate.
    pub rate: f64,
    /// Its standard error.
    pub se: f64,
    /// Respondents asked.
    pub respondents: u64,
    /// Respondents of the sample that they are of: as many, or more when the figure is of
    /// a slice.
    pub sampled: u64,
}

/// A figure over the months in which its rate is published.
#[derive(Debug, Clone, PartialEq)]
pub struct OverMonths {
    /// Those months, oldest first.
    pub months: Vec<MonthShown>,
    /// The line through them.
    pub trend: Trend,
    /// The confidence level.
    pub level: f64,
    /// Whether they are of several versions.
    pub continued: Option<Continued>,
}

/// The months since the year 0.
fn number(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0().cast_signed()
}

impl OverMonths {
    /// The figure of `level` and `code` over the months of `reports`, oldest first; `None`
    /// when its rate is published in fewer than three of them.
    pub fn of(reports: &[Arc<Report>], level: Level, code: &str) -> Option<Self> {
        let shown = |report: &Arc<Report>| match report.finding(level, code)?.shown() {
            Shown::Rate { estimate: e, rate, .. } => Some((
                MonthShown {
                    start: report.period.start,
                    title: report.period.title.clone(),
                    rate,
                    se: e.se?,
                    respondents: e.df + 1,
                    sampled: report.sampled(e),
                },
                (e.clone(), report.instrument.version),
            )),
            _ => None,
        };
        let (months, estimates): (Vec<_>, Vec<_>) = reports.iter().filter_map(shown).unzip();
        let numbered: Vec<_> = months
            .iter()
            .zip(&estimates)
            .map(|(month, (e, _))| (number(month.start), month.sampled, e))
            .collect();
        let continued = Continued::of(estimates.iter().map(|(_, version)| *version));
        let confidence = reports.first()?.level;
        let mut trend = trend_of_months(&numbered, confidence)?;
        // As many people as a verdict needs, in whatever the figure averages.
        if estimates.iter().map(|(e, _)| e.n_least).sum::<f64>() < FEWEST_FOR_ALL {
            trend.direction = Direction::TooFew;
        }
        (months.len() >= FEWEST_MONTHS).then_some(Self {
            months,
            trend,
            level: confidence,
            continued,
        })
    }

    /// The months' numbers, the first being 0.
    pub fn numbers(&self) -> Vec<i32> {
        let first = self.months.first().map_or(0, |month| number(month.start));
        self.months.iter().map(|month| number(month.start) - first).collect()
    }

    /// Whether it is of a slice of those who answered.
    pub fn is_of_part(&self) -> bool {
        self.months.iter().any(|month| month.sampled != month.respondents)
    }

    /// How much of the rate one unit of its logit is in the middle of the line.
    pub fn per_logit(&self) -> f64 {
        let logit = |month: &MonthShown| (month.rate / (1.0 - month.rate)).ln();
        let middle = self.months.iter().map(logit).sum::<f64>() / self.months.len() as f64;
        let rate = 1.0 / (1.0 + (-middle).exp());
        rate * (1.0 - rate)
    }

    /// By how much the rate goes from one month to the next, in the middle of the line,
    /// with the limits of its interval; `None` where there is no line.
    pub fn a_month(&self) -> Option<[f64; 3]> {
        let Trend { slope, low, upp, .. } = self.trend;
        let per_logit = self.per_logit();
        Some([slope?, low?, upp?].map(|limit| limit * per_logit))
    }

    /// The quantile of Student's distribution.
    pub fn t(&self) -> f64 {
        student_t_quantile(1.0 - (1.0 - self.level) / 2.0, self.trend.df as f64)
    }

    /// R that computes the line again from what is published; `None` where there is none.
    pub fn r(&self, language: Language) -> Option<String> {
        self.a_month().map(|_| months_in_r(self, language))
    }

    /// What can be said of it in a sentence, in both languages.
    pub fn sentence(&self) -> Text {
        let said = |language| Continued::after(self.continued, self.said(language), language);
        Text::new(said(Language::Vi), said(Language::En))
    }

    fn said(&self, language: Language) -> String {
        let ends = [self.months.first(), self.months.last()].map(|month| {
            month.map(|m| inside_a_sentence(m.title.get(language), language)).unwrap_or_default()
        });
        let [first, last] = &ends;
        let count = self.months.len();
        let size = |value: f64| points(value.abs(), language).trim_start_matches('+').to_owned();
        let signed = |value: f64| points(value, language);
        let before = match language {
            Language::Vi => format!("Qua {count} tháng có số liệu, từ {first} đến {last}"),
            Language::En => format!("Over {count} months with figures, from {first} to {last}"),
        };
        match (language, self.trend.direction, self.a_month()) {
            (Language::Vi, Direction::Higher, Some([by, low, upp])) => format!(
                "{before}, mức hài lòng có xu hướng tăng, mỗi tháng khoảng {} điểm phần trăm (từ {} đến {}).",
                size(by),
                size(low),
                size(upp)
            ),
            (Language::En, Direction::Higher, Some([by, low, upp])) => format!(
                "{before}, satisfaction tends to rise, by about {} percentage points a month (from {} to {}).",
                size(by),
                size(low),
                size(upp)
            ),
            (Language::Vi, Direction::Lower, Some([by, low, upp])) => format!(
                "{before}, mức hài lòng có xu hướng giảm, mỗi tháng khoảng {} điểm phần trăm (từ {} đến {}).",
                size(by),
                size(upp),
                size(low)
            ),
            (Language::En, Direction::Lower, Some([by, low, upp])) => format!(
                "{before}, satisfaction tends to fall, by about {} percentage points a month (from {} to {}).",
                size(by),
                size(upp),
                size(low)
            ),
            (Language::Vi, Direction::NotShown, Some([_, low, upp])) => format!(
                "{before}, chưa đủ căn cứ để nói mức hài lòng tăng hay giảm: mỗi tháng có thể thay đổi từ {} đến {} điểm phần trăm.",
                signed(low),
                signed(upp)
            ),
            (Language::En, Direction::NotShown, Some([_, low, upp])) => format!(
                "{before}, there is not enough evidence to say whether satisfaction rises or falls: it may change by {} to {} percentage points a month.",
                signed(low),
                signed(upp)
            ),
            (Language::Vi, Direction::TooFew, _) => {
                format!("{before}, chưa đủ phiếu để nói mức hài lòng tăng hay giảm.")
            }
            (Language::En, Direction::TooFew, _) => format!(
                "{before}, there are too few responses to say whether satisfaction rises or falls."
            ),
            (Language::Vi, ..) => format!(
                "{before}, không tính được xu hướng vì có tháng mọi người trả lời như nhau."
            ),
            (Language::En, ..) => format!(
                "{before}, no trend can be computed because in some month everybody answered alike."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use analytics::Flags;
    use analytics::comparison::TrendModel;

    use super::super::fewest::tests::report_on;
    use super::*;

    fn over(direction: Direction, line: Option<[f64; 3]>) -> OverMonths {
        let month = |m: u32| MonthShown {
            start: NaiveDate::from_ymd_opt(2026, m, 1).unwrap(),
            title: Text::new(format!("Tháng {m}/2026"), format!("2026-{m:02}")),
            rate: 0.5,
            se: 0.01,
            respondents: 100,
            sampled: 100,
        };
        let trend = Trend {
            level: Level::Index,
            code: "x".into(),
            group: [].into(),
            n: 300,
            months: 3,
            model: TrendModel::MonthlyLogits,
            slope: line.map(|l| l[0]),
            se: line.map(|_| 0.01),
            low: line.map(|l| l[1]),
            upp: line.map(|l| l[2]),
            df: 298,
            direction,
            flags: Flags::default(),
        };
        let months = vec![month(3), month(5), month(6)];
        OverMonths { months, trend, level: 0.95, continued: None }
    }

    #[test]
    fn months_together_too_few_for_a_verdict_have_no_trend_either() {
        let over = |people: u32| {
            let of = |(month, rest): (&str, u32)| Arc::new(report_on(month, people, rest, people));
            let reports = [("2025-10", 30), ("2025-11", 60), ("2025-12", 90)].map(of);
            OverMonths::of(&reports, Level::Index, "quick-counter").unwrap()
        };
        let few = over(33);
        assert!(few.trend.low.unwrap() > 0.0, "{:?}", few.trend);
        assert_eq!(few.trend.direction, Direction::TooFew);
        assert!(few.sentence().vi.contains("chưa đủ phiếu"), "{}", few.sentence().vi);
        assert_eq!(over(34).trend.direction, Direction::Higher, "a hundred and two together");
    }

    #[test]
    fn a_trend_is_told_in_points_a_month_and_only_where_it_is_one() {
        let told = |direction, line| over(direction, line).sentence();
        let rise = told(Direction::Higher, Some([0.04, 0.02, 0.06]));
        assert_eq!(
            rise.vi,
            "Qua 3 tháng có số liệu, từ tháng 3/2026 đến tháng 6/2026, mức hài lòng có xu hướng tăng, mỗi tháng khoảng 1,0 điểm phần trăm (từ 0,5 đến 1,5)."
        );
        let fall = told(Direction::Lower, Some([-0.04, -0.06, -0.02]));
        assert!(fall.en.ends_with("by about 1.0 percentage points a month (from 0.5 to 1.5)."));
        let none = told(Direction::NotShown, Some([0.0, -0.04, 0.04]));
        assert!(
            none.vi.contains("chưa đủ căn cứ để nói mức hài lòng tăng hay giảm"),
            "{}",
            none.vi
        );
        assert!(none.vi.contains("từ \u{2212}1,0 đến +1,0 điểm"), "{}", none.vi);
        assert!(told(Direction::TooFew, None).vi.contains("chưa đủ phiếu"));
        assert!(told(Direction::Undefined, None).vi.contains("không tính được"));
        assert_eq!(over(Direction::Undefined, None).numbers(), [0, 2, 3]);
    }
}
