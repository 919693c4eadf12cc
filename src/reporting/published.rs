//! What of a finding anyone may see. Everything that shows one asks here: a page, a
//! chart, the API and the month's package withhold the same cells. Staff may see more, and
//! ask here too: [`Finding::publication`] is for the report's audience.

use analytics::against_target::Judged;
use analytics::chart::Mark;
use analytics::disclosure::End;
use analytics::{Audience, Estimate, EstimateTable, Flag, Flags, Publication, Verdict};
use surveys::response::Channel;
use surveys::{Language, Text};

use super::{Finding, Report, Standing};

/// Fewer people than this have no public rate.
pub const FEWEST_FOR_RATE: u64 = 30;
/// Fewer people than this have no verdict, for the public and for staff.
pub const FEWEST_FOR_VERDICT: i64 = 100;

/// A finding as the report's audience sees it: the numbers are those of the public.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shown<'a> {
    /// Nothing: fewer than 10 people, or else some such group could be worked out.
    Nothing,
    /// Fewer than 30 people: counts, no rate.
    Counts(&'a Estimate),
    /// Fewer than 30 people who answered nearly alike: counts, and at which end.
    End(&'a Estimate, End),
    /// Its rate and interval.
    Rate {
        /// The figure.
        estimate: &'a Estimate,
        /// The rate, with its lower and upper limit.
        rate: f64,
        /// Lower limit.
        low: f64,
        /// Upper limit.
        upp: f64,
        /// Whether it rests on fewer than 100 people.
        few: bool,
    },
}

impl Report {
    /// Whether there are answers of which nothing is published yet.
    pub fn is_awaited(&self) -> bool {
        matches!(self.standing, Standing::Awaited)
    }

    /// The number of the decision of which what was published cannot be read any more.
    pub fn unreadable(&self) -> Option<i64> {
        match self.standing {
            Standing::Unreadable(number) => Some(number),
            _ => None,
        }
    }

    /// Whether nothing is told of it, whatever was answered: it is not published yet, or
    /// not any more, or cannot be read.
    pub fn tells_nothing(&self) -> bool {
        self.is_awaited() || self.withdrawal().is_some() || self.unreadable().is_some()
    }

    /// Whether so few people answered that no figure of it is shown.
    pub fn shows_nothing(&self) -> bool {
        self.findings.iter().all(|finding| matches!(finding.shown(), Shown::Nothing))
    }

    /// Why nothing is told of `finding`, in words; `None` when its rate is.
    pub fn withheld_of(&self, finding: &Finding) -> Option<Text> {
        if self.is_awaited() {
            return Some(Text::new("chưa công bố", "not published yet"));
        }
        if self.withdrawal().is_some() {
            return Some(Text::new("đã thu hồi", "withdrawn"));
        }
        if self.unreadable().is_some() {
            return Some(Text::new("chưa đọc lại được", "cannot be read"));
        }
        if self.received == 0 {
            return Some(Text::new("chưa có phiếu nào", "no responses"));
        }
        finding.withheld()
    }

    /// How many responses came in, if that may be told.
    pub fn told_received(&self) -> Option<u64> {
        let told = self.received == 0
            || self.audience == Audience::Staff
            || !self.withheld.covers_forms(None);
        (told && !self.tells_nothing()).then_some(self.received)
    }

    /// Whether it may be told how many responses came in through `channel`.
    pub fn tells_channel(&self, channel: Channel) -> bool {
        !self.withheld.covers_forms(Some(channel))
    }
}

impl Finding {
    /// This finding as the report's audience sees it.
    pub fn shown(&self) -> Shown<'_> {
        let e = &self.estimate;
        match (self.publication, e.rate, e.low, e.upp) {
            (Publication::Nothing, ..) => Shown::Nothing,
            (Publication::CountsOnly, ..) => Shown::Counts(e),
            _ if let Some(end) = End::of(e) => Shown::End(e, end),
            (publication, Some(rate), Some(low), Some(upp)) => {
                let few = publication == Publication::RateWithWarning;
                Shown::Rate { estimate: e, rate, low, upp, few }
            }
            _ => Shown::Counts(e),
        }
    }

    /// What a reader must know before using it.
    pub fn public_flags(&self) -> Flags {
        let flags = match self.shown() {
            Shown::Nothing => Flags::default(),
            Shown::Counts(e) => told_of_counts(e),
            Shown::End(e, end) => e.flags.without_answers().iter().chain([end.flag()]).collect(),
            Shown::Rate { estimate, .. } => estimate.flags,
        };
        let over_30 = flags.contains(Flag::NonresponseOver30);
        flags.iter().filter(|flag| !(over_30 && *flag == Flag::NonresponseOver10)).collect()
    }

    /// What is said about the target: a verdict needs 100 people, also for staff, below
    /// that there are too few to say. `None` without a target or a shown figure.
    pub fn published_verdict(&self) -> Option<Verdict> {
        let verdict = self.verdict()?;
        match self.publication {
            Publication::Nothing => None,
            Publication::Verdict => Some(verdict),
            _ => Some(Verdict::TooFew),
        }
    }

    /// Why there is no rate, in words; `None` when there is one.
    pub fn withheld(&self) -> Option<Text> {
        let n = self.estimate.people;
        let (vi, en) = match self.shown() {
            Shown::Rate { .. } | Shown::End(..) => return None,
            // One reason for both: which it is would be a bound for a small group.
            Shown::Nothing => (
                "dưới 10 người nêu mức độ hài lòng, hoặc có thể từ đây tính ngược ra một nhóm ít người",
                "fewer than 10 people gave a rating, or a small group could be worked out from it",
            ),
            Shown::Counts(_) if n < FEWEST_FOR_RATE => {
                ("dưới 30 người nêu mức độ hài lòng", "fewer than 30 people gave a rating")
            }
            Shown::Counts(_) => (
                "có thành phần hoặc câu hỏi chưa đủ câu trả lời",
                "a component or an item has too few answers",
            ),
        };
        Some(Text::new(vi, en))
    }
}

/// The public part of a report as a table of estimates, each with what it was
/// held against: rows below the floor are left out, rates below theirs are empty
/// and flagged.
pub fn public_table(report: &Report) -> (EstimateTable, Vec<Option<Judged>>) {
    let (rows, judged) = report.findings.iter().filter_map(Finding::row).unzip();
    (EstimateTable { by: Vec::new(), level: report.level, rows }, judged)
}

impl Finding {
    /// What is shown of it as a row of a table; `None` when nothing is.
    pub(super) fn row(&self) -> Option<(Estimate, Option<Judged>)> {
        let mut row = self.estimate.clone();
        match self.shown() {
            Shown::Nothing => return None,
            Shown::Counts(_) => {
                row.flags = told_of_counts(&row);
                if row.rate.is_some() {
                    row.flags.insert(Flag::Suppressed);
                }
                (row.rate, row.se, row.low, row.upp, row.interval) = (None, None, None, None, None);
                if let Some(end) = End::of(&self.estimate) {
                    row.at_an_end(end);
                }
            }
            Shown::End(_, end) => row.at_an_end(end),
            Shown::Rate { .. } => {}
        }
        if let Some(against) = &self.against {
            row.flags = row.flags.with_target(against.in_force, against.yardstick);
        }
        let judged = self.against.as_ref().zip(self.published_verdict());
        let judged = judged.map(|(against, verdict)| Judged {
            target_code: against.target.code.to_string(),
            clause: against.target.clause.clone(),
            target: against.proportion,
            operator: against.target.operator.name().to_owned(),
            verdict,
        });
        Some((row, judged))
    }
}

/// What may be told beside counts without a rate. Not that a component of them has fewer
/// than 30 people: it may be one that is withheld, and a bound for it.
fn told_of_counts(e: &Estimate) -> Flags {
    e.flags.without_answers().iter().filter(|flag| *flag != Flag::ComponentFew).collect()
}

/// A verdict as charts mark it.
pub fn mark_of(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Met => Mark::Met,
        Verdict::NotMet => Mark::NotMet,
        Verdict::Undetermined => Mark::Undetermined,
        Verdict::TooFew => Mark::TooFew,
    }
}

/// The verdict called `name` in files.
pub fn verdict_named(name: &str) -> Option<Verdict> {
    let all = [Verdict::Met, Verdict::NotMet, Verdict::Undetermined, Verdict::TooFew];
    all.into_iter().find(|verdict| verdict.name() == name)
}

/// A verdict in words, the same on pages and in charts.
pub fn verdict_word(verdict: Verdict, language: Language) -> &'static str {
    mark_of(verdict).word(language)
}
