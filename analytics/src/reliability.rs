//! How well a form measures: whether its items hang together, and how each of them is
//! answered. Facts about the form, never about people, and never a gate: a figure is
//! estimated whatever they say.
//!
//! Answers are unweighted: the form is looked at, not the population.
//!
//! Items of one component may have different scales. Their values are then of
//! different sizes (0 to 2 beside 1 to 5) and would weigh by their coding alone, so
//! every answer is rescaled between its scale's own ends: 0 for the worst option, 1 for
//! the best ("percent of maximum possible", Cohen and others 1999). Where all scales
//! are the same that changes neither alpha nor a correlation.

use surveys::ItemCode;
use surveys::instrument::{Component, Instrument, Item, Scale};

use crate::estimate::{EstimateError, checked_groups};
use crate::frame::{AnswerClass, Frame, asked_items};

mod consistency;
mod undefined;

use consistency::Consistency;
pub use undefined::Undefined;

/// Fewer complete cases than this give no alpha and no correlation.
pub const FEWEST_COMPLETE: u64 = 30;
/// Fewer valid answers of a respondent on one scale are not looked at for being all
/// the same.
pub const FEWEST_FOR_STRAIGHT_LINE: usize = 5;

/// The names that the columns of these facts have in files; nothing can be grouped by
/// a column of such a name.
pub const COLUMNS: [&str; 18] = [
    "level",
    "code",
    "asked",
    "valid",
    "no_opinion",
    "unanswered",
    "mean",
    "sd",
    "floor",
    "ceiling",
    "item_rest",
    "items",
    "complete",
    "alpha",
    "people",
    "straight",
    "straight_share",
    "note",
];

/// How an item is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemFacts {
    /// The item.
    pub code: ItemCode,
    /// Respondents, each of whom was asked.
    pub asked: u64,
    /// Valid answers.
    pub valid: u64,
    /// Answers "no opinion".
    pub no_opinion: u64,
    /// Questions left unanswered.
    pub unanswered: u64,
    /// The mean of the valid answers' values; undefined without one, and on a scale
    /// without a best end.
    pub mean: Option<f64>,
    /// Their standard deviation, over n − 1; undefined below two.
    pub sd: Option<f64>,
    /// The share of the valid answers that are the worst option.
    pub floor: Option<f64>,
    /// The share that are the best option.
    pub ceiling: Option<f64>,
    /// Respondents who answered all items of its component.
    pub complete: u64,
    /// The correlation of its score with the sum of the other scores of its component,
    /// among these respondents (the corrected item–total correlation).
    pub item_rest: Result<f64, Undefined>,
}

/// How far some items agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The component; the instrument's id for all items together.
    pub code: String,
    /// How many items.
    pub items: usize,
    /// Respondents who answered all of them.
    pub complete: u64,
    /// Cronbach's alpha among these (1951), k/(k−1)·(1 − Σs²ᵢ/s²), s² the variance of
    /// the sum of k scores. At most 1; it may be negative.
    pub alpha: Result<f64, Undefined>,
}

/// How many respondents answered all items of a scale alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StraightLines {
    /// The scale.
    pub code: String,
    /// Respondents with at least [`FEWEST_FOR_STRAIGHT_LINE`] valid answers on it.
    pub people: u64,
    /// Those whose valid answers on it are all the same.
    pub straight: u64,
}

impl StraightLines {
    /// The share of the second in the first.
    pub fn share(&self) -> Option<f64> {
        (self.people > 0).then(|| self.straight as f64 / self.people as f64)
    }
}

/// The facts about the form in one group of respondents.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// One value per column grouped by.
    pub group: Vec<String>,
    /// Every item put to a citizen.
    pub items: Vec<ItemFacts>,
    /// Every component with an item.
    pub components: Vec<Agreement>,
    /// All items together.
    pub form: Agreement,
    /// Every scale with enough items.
    pub scales: Vec<StraightLines>,
}

/// The facts about the form in every group of `frame` by the columns `by`.
///
/// # Errors
/// [`EstimateError`] when the frame is of another instrument or a column cannot be
/// grouped by.
pub fn reliability(
    frame: &Frame,
    instrument: &Instrument,
    by: &[String],
) -> Result<Vec<Reliability>, EstimateError> {
    let groups = checked_groups(frame, instrument, by, |name| COLUMNS.contains(&name))?;
    let questions: Vec<Question<'_>> =
        asked_items(instrument).map(|item| Question::of(instrument, item)).collect();
    let facts = |group: crate::frame::Group| {
        let answers = frame.answers_of(group.rows.as_deref());
        of_group(group.values, instrument, &questions, &answers)
    };
    Ok(groups.into_iter().map(facts).collect())
}

/// An item with how its answers become scores.
struct Question<'a> {
    item: &'a Item,
    scale: &'a Scale,
    /// The values of the worst and the best option.
    ends: Option<(u8, u8)>,
}

impl<'a> Question<'a> {
    fn of(instrument: &'a Instrument, item: &'a Item) -> Self {
        let scale = instrument.scale_of(item).expect("a satisfaction item has a scale");
        Self { item, scale, ends: ends(scale) }
    }

    /// The value of a valid answer.
    fn value(&self, answer: Option<u8>) -> Option<u8> {
        let class = AnswerClass::of(self.scale, answer);
        answer.filter(|_| matches!(class, AnswerClass::Satisfied | AnswerClass::NotSatisfied))
    }

    /// A valid answer between the ends of its scale: 0 the worst, 1 the best.
    fn score(&self, answer: Option<u8>) -> Option<f64> {
        let (worst, best) = self.ends.map(|(worst, best)| (f64::from(worst), f64::from(best)))?;
        self.value(answer).map(|value| (f64::from(value) - worst) / (best - worst))
    }
}

/// The values of the worst and the best option: the two ends of the scale, when one of
/// them counts as satisfied and the other does not.
fn ends(scale: &Scale) -> Option<(u8, u8)> {
    let values = || scale.options.iter().map(|option| option.value);
    let (least, most) = (values().min()?, values().max()?);
    let is_satisfied = |value| scale.satisfied.contains(&value);
    match (is_satisfied(least), is_satisfied(most)) {
        (false, true) => Some((least, most)),
        (true, false) => Some((most, least)),
        _ => None,
    }
}

/// The answers of one group, item by item.
type Answers = [Vec<Option<u8>>];

fn of_group(
    group: Vec<String>,
    instrument: &Instrument,
    questions: &[Question<'_>],
    answers: &Answers,
) -> Reliability {
    let all: Vec<usize> = (0..questions.len()).collect();
    let of_component = |component: &Component| {
        let inside = |place: &usize| questions[*place].item.component() == Some(&component.code);
        let places: Vec<usize> = all.iter().copied().filter(inside).collect();
        let found = Consistency::of(&places, questions, answers);
        (!places.is_empty()).then(|| (component.code.to_string(), places, found))
    };
    let components: Vec<_> = instrument.components.iter().filter_map(of_component).collect();
    let of_item = |place: usize| {
        components.iter().find_map(|(_, places, found)| {
            let at = places.iter().position(|p| *p == place)?;
            Some(facts(&questions[place], &answers[place], found, at))
        })
    };
    let items = all.iter().filter_map(|&place| of_item(place)).collect();
    let form = Consistency::of(&all, questions, answers).agreement(instrument.id.to_string());
    let components =
        components.iter().map(|(code, _, found)| found.agreement(code.clone())).collect();
    let scales = instrument
        .scales
        .iter()
        .filter_map(|scale| straight_lines(scale, questions, answers))
        .collect();
    Reliability { group, items, components, form, scales }
}

/// `found` has the question at `at` of its component.
fn facts(
    question: &Question<'_>,
    column: &[Option<u8>],
    found: &Consistency,
    at: usize,
) -> ItemFacts {
    let classes = column.iter().map(|answer| AnswerClass::of(question.scale, *answer));
    let no_opinion = classes.filter(|class| *class == AnswerClass::NoOpinion).count() as u64;
    let values: Vec<u8> = column.iter().filter_map(|answer| question.value(*answer)).collect();
    let (asked, valid) = (column.len() as u64, values.len() as u64);
    let n = valid as f64;
    let ends = question.ends.filter(|_| valid > 0);
    let mean = ends.map(|_| values.iter().map(|v| f64::from(*v)).sum::<f64>() / n);
    let squares = |mean: f64| values.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>();
    let share = |end: u8| values.iter().map(|v| f64::from(u8::from(*v == end))).sum::<f64>() / n;
    ItemFacts {
        code: question.item.code.clone(),
        asked,
        valid,
        no_opinion,
        unanswered: asked - valid - no_opinion,
        mean,
        sd: mean.filter(|_| valid > 1).map(|mean| (squares(mean) / (n - 1.0)).sqrt()),
        floor: ends.map(|(worst, _)| share(worst)),
        ceiling: ends.map(|(_, best)| share(best)),
        complete: found.complete,
        item_rest: found.item_rest(at),
    }
}

/// `None` for a scale with too few items to make a line.
fn straight_lines(
    scale: &Scale,
    questions: &[Question<'_>],
    answers: &Answers,
) -> Option<StraightLines> {
    let on_it: Vec<_> =
        questions.iter().zip(answers).filter(|(q, _)| q.scale.code == scale.code).collect();
    if on_it.len() < FEWEST_FOR_STRAIGHT_LINE {
        return None;
    }
    let (mut people, mut straight) = (0, 0);
    for row in 0..answers.first().map_or(0, Vec::len) {
        let mut values = on_it.iter().filter_map(|(question, column)| question.value(column[row]));
        let Some(first) = values.next() else { continue };
        let (mut count, mut same) = (1, true);
        for value in values {
            count += 1;
            same &= value == first;
        }
        if count >= FEWEST_FOR_STRAIGHT_LINE {
            people += 1;
            straight += u64::from(same);
        }
    }
    Some(StraightLines { code: scale.code.to_string(), people, straight })
}

#[cfg(test)]
mod tests;
