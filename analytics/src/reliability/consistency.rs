//! Variances and covariances of some items' scores among complete cases.

use super::{Agreement, Answers, FEWEST_COMPLETE, Question, Undefined};

/// Below this a variance of scores is rounding: the smallest that answers can have is
/// a ten-thousandth over their number.
const NOTHING: f64 = 1e-20;

/// Sums over the respondents who answered all of some items, of deviations from the
/// mean.
pub(super) struct Consistency {
    pub(super) complete: u64,
    items: usize,
    /// Why nothing is summed.
    undefined: Option<Undefined>,
    /// Squares of the sum of all scores.
    total: f64,
    /// Per item, of its score.
    each: Vec<f64>,
    /// Per item, of the sum of the others.
    rest: Vec<f64>,
    /// Per item, products of the two.
    cross: Vec<f64>,
}

impl Consistency {
    /// Of the items at `places`.
    pub(super) fn of(places: &[usize], questions: &[Question<'_>], answers: &Answers) -> Self {
        let k = places.len();
        let mut found = Self {
            complete: 0,
            items: k,
            undefined: None,
            total: 0.0,
            each: vec![0.0; k],
            rest: vec![0.0; k],
            cross: vec![0.0; k],
        };
        let respondents = answers.first().map_or(0, Vec::len);
        let is_complete = |row: &usize| {
            places.iter().all(|&place| questions[place].value(answers[place][*row]).is_some())
        };
        let complete: Vec<usize> = (0..respondents).filter(is_complete).collect();
        found.complete = complete.len() as u64;
        if places.iter().any(|&place| questions[place].ends.is_none()) {
            found.undefined = Some(Undefined::UnorderedScale);
        } else if k < 2 {
            found.undefined = Some(Undefined::SingleItem);
        } else if found.complete < FEWEST_COMPLETE {
            found.undefined = Some(Undefined::TooFew);
        } else {
            found.add_up(places, questions, answers, &complete);
        }
        found
    }

    fn add_up(
        &mut self,
        places: &[usize],
        questions: &[Question<'_>],
        answers: &Answers,
        complete: &[usize],
    ) {
        let score = |place: usize, row: usize| {
            questions[place].score(answers[place][row]).expect("complete cases have scores")
        };
        let n = complete.len() as f64;
        let mean = |&place: &usize| complete.iter().map(|&row| score(place, row)).sum::<f64>() / n;
        let means: Vec<f64> = places.iter().map(mean).collect();
        let mut apart = vec![0.0; places.len()];
        for &row in complete {
            for ((apart, &place), mean) in apart.iter_mut().zip(places).zip(&means) {
                *apart = score(place, row) - mean;
            }
            let sum: f64 = apart.iter().sum();
            self.total += sum * sum / n;
            for (at, apart) in apart.iter().enumerate() {
                let rest = sum - apart;
                self.each[at] += apart * apart / n;
                self.rest[at] += rest * rest / n;
                self.cross[at] += apart * rest / n;
            }
        }
    }

    /// The correlation of the item at `at` with the sum of the others.
    pub(super) fn item_rest(&self, at: usize) -> Result<f64, Undefined> {
        self.undefined.map_or(Ok(()), Err)?;
        let (each, rest) = (self.each[at], self.rest[at]);
        if each < NOTHING || rest < NOTHING {
            return Err(Undefined::NoSpread);
        }
        Ok((self.cross[at] / (each * rest).sqrt()).clamp(-1.0, 1.0))
    }

    pub(super) fn agreement(&self, code: String) -> Agreement {
        let k = self.items as f64;
        let alpha = match self.undefined {
            Some(undefined) => Err(undefined),
            None if self.total < NOTHING => Err(Undefined::NoSpread),
            None => Ok(k / (k - 1.0) * (1.0 - self.each.iter().sum::<f64>() / self.total)),
        };
        Agreement { code, items: self.items, complete: self.complete, alpha }
    }
}
