//! A reader who knows besides that no count is negative and that nobody answers without
//! a form. Written apart from what is tested: one table for all questions together,
//! two phases, floating point.

use super::*;

/// What a reader found.
pub(super) struct Read {
    /// How many counts of few people there were to be found.
    pub(super) secrets: usize,
    /// Those of which too much follows, with the limits.
    pub(super) told: Vec<String>,
}

const NEAR: f64 = 1e-6;

/// Whose limits few people's counts are, given all that is shown of a year.
pub(super) fn told_too_much(
    months: &[People],
    periods: &[Range<usize>],
    withheld: &[Withheld],
) -> Read {
    let forms = |channel: Channel| -> Key { (Some(channel), Counted::Forms, "".into()) };
    let item = |channel: Option<Channel>, item: &str| -> Key {
        (channel, Counted::Figure(Level::Item), item.into())
    };
    // The unknowns: forms, then those who answered and those who did not.
    let mut unknowns: HashMap<(usize, Channel, Option<&str>), usize> = HashMap::new();
    let mut table = Table::default();
    for (place, month) in months.iter().enumerate() {
        for channel in Channel::ALL.into_iter().filter(|c| month.of(&forms(*c)) > 0) {
            let all = table.unknown();
            unknowns.insert((place, channel, None), all);
            // That nobody answered an item is not told where there were forms.
            for (code, _) in ASKED {
                if months.iter().any(|m| m.of(&item(Some(channel), code)) > 0) {
                    let (answered, without) = (table.unknown(), table.unknown());
                    unknowns.insert((place, channel, Some(code)), answered);
                    table.rows.push((vec![(answered, 1.0), (without, 1.0), (all, -1.0)], 0.0));
                }
            }
        }
    }
    let held = |stretch: &Range<usize>, channel: Option<Channel>, codes: &[Option<&str>]| {
        let held = |(month, through, code): &(usize, Channel, Option<&str>)| {
            stretch.contains(month) && channel.is_none_or(|c| c == *through) && codes.contains(code)
        };
        unknowns.iter().filter(|(at, _)| held(at)).map(|(_, unknown)| *unknown).collect::<Vec<_>>()
    };
    let count = |stretch: &Range<usize>, channel: Option<Channel>, codes: &[Option<&str>]| -> u64 {
        let through =
            Channel::ALL.into_iter().filter(|c| channel.is_none_or(|channel| channel == *c));
        let of = |c: Channel, code: Option<&str>| {
            let key = code.map_or_else(|| forms(c), |code| item(Some(c), code));
            months[stretch.clone()].iter().map(|m| m.of(&key)).sum::<u64>()
        };
        through.map(|c| codes.iter().map(|code| of(c, *code)).sum::<u64>()).sum()
    };
    let everything: Vec<Option<&str>> = ASKED.iter().map(|(code, _)| Some(*code)).collect();
    let mut counts: Vec<(Counted, &str, Vec<Option<&str>>)> =
        vec![(Counted::Forms, "", vec![None]), (Counted::Figure(Level::Index), QUICK, everything)];
    for (code, component) in ASKED {
        counts.push((Counted::Figure(Level::Item), code, vec![Some(code)]));
        counts.push((Counted::Figure(Level::Component), component, vec![Some(code)]));
    }
    let channels = || [None].into_iter().chain(Channel::ALL.map(Some));
    let mut secrets = Vec::new();
    let mut stretches = periods.to_vec();
    stretches.extend((0..months.len()).map(|m| m..m + 1).filter(|m| !periods.contains(m)));
    for stretch in &stretches {
        for channel in channels() {
            for (counted, code, codes) in &counts {
                let key: Key = (channel, *counted, (*code).into());
                let shown = periods.iter().position(|p| p == stretch).map(|p| &withheld[p]);
                let people: u64 = months[stretch.clone()].iter().map(|m| m.of(&key)).sum();
                let sum = held(stretch, channel, codes);
                if people == 0 {
                } else if shown.is_some_and(|withheld| !covers(withheld, &key)) {
                    let row = sum.into_iter().map(|unknown| (unknown, 1.0)).collect();
                    table.rows.push((row, count(stretch, channel, codes) as f64));
                    let forms = &(channel, Counted::Forms, "".into());
                    assert!(!covers(shown.unwrap(), forms), "{key:?} tells its forms");
                } else if people < FEWEST_SHOWN {
                    let answers = count(stretch, channel, codes) as f64;
                    let many = FEWEST_SHOWN as f64 * answers / people as f64;
                    // Of known forms it tells nothing of whom that most of them hold an answer.
                    let on_shown = *counted != Counted::Forms
                        && stretch.clone().all(|m| {
                            let there = |c: &Channel| count(&(m..m + 1), Some(*c), &[None]) > 0;
                            let of_it = |c: &Channel| channel.is_none_or(|channel| channel == *c);
                            let period = periods.iter().position(|p| *p == (m..m + 1));
                            let told = |c: Option<Channel>| {
                                period.is_some_and(|p| !withheld[p].covers_forms(c))
                            };
                            let mut each = Channel::ALL.into_iter().filter(there);
                            let all = each.clone().all(|c| of_it(&c)) && told(None);
                            all || each.all(|c| !of_it(&c) || told(Some(c)))
                        });
                    secrets.push((format!("{stretch:?} {key:?}: {people}"), sum, many, on_shown));
                }
            }
        }
    }
    let found = secrets.len();
    let mut reader = Simplex::of(&table);
    let told = secrets.into_iter().filter_map(|(name, sum, many, on_shown)| {
        let (least, most) = (-reader.most(&sum, -1.0), reader.most(&sum, 1.0));
        let wide = on_shown || least < NEAR || most - least > many - NEAR;
        let safe = most > many - NEAR && wide;
        (!safe).then(|| format!("{name} is from {least} to {most}"))
    });
    Read { told: told.collect(), secrets: found }
}

/// Equations: unknowns with their coefficients, and the right side.
#[derive(Default)]
struct Table {
    unknowns: usize,
    rows: Vec<(Vec<(usize, f64)>, f64)>,
}

impl Table {
    fn unknown(&mut self) -> usize {
        self.unknowns += 1;
        self.unknowns - 1
    }
}

/// Dantzig's table, with an artificial unknown for every row that has nothing else.
struct Simplex {
    unknowns: usize,
    rows: Vec<Vec<f64>>,
    basis: Vec<usize>,
}

impl Simplex {
    fn of(table: &Table) -> Self {
        let (n, m) = (table.unknowns, table.rows.len());
        let mut rows = vec![vec![0.0; n + m + 1]; m];
        for (place, (terms, right)) in table.rows.iter().enumerate() {
            for (unknown, times) in terms {
                rows[place][*unknown] += times;
            }
            rows[place][n + place] = 1.0;
            rows[place][n + m] = *right;
        }
        let mut simplex = Self { unknowns: n, rows, basis: (n..n + m).collect() };
        let mut price: Vec<f64> = vec![0.0; n + m];
        price[n..].fill(-1.0);
        let left = simplex.climb(&price);
        assert!(left > -NEAR, "what is shown is true: {left}");
        // Artificial unknowns that are still there are 0: others take their place.
        for place in 0..m {
            let other = (0..n).find(|unknown| simplex.rows[place][*unknown].abs() > NEAR);
            if let Some(other) = other.filter(|_| simplex.basis[place] >= n) {
                simplex.pivot(place, other);
            }
        }
        for row in &mut simplex.rows {
            row[n..n + m].fill(0.0);
        }
        simplex
    }

    /// The most that `sign` times the sum of `wanted` may be.
    fn most(&mut self, wanted: &[usize], sign: f64) -> f64 {
        let mut price = vec![0.0; self.rows.first().map_or(self.unknowns, |row| row.len() - 1)];
        for unknown in wanted {
            price[*unknown] = sign;
        }
        if self.rows.is_empty() && sign > 0.0 { f64::INFINITY } else { self.climb(&price) }
    }

    fn climb(&mut self, price: &[f64]) -> f64 {
        loop {
            let right = price.len();
            let gain = |unknown: usize| {
                let lost = |(row, told): (&Vec<f64>, &usize)| price[*told] * row[unknown];
                price[unknown] - self.rows.iter().zip(&self.basis).map(lost).sum::<f64>()
            };
            // Bland's rule: the first that gains.
            let Some(entering) = (0..self.unknowns).find(|unknown| gain(*unknown) > NEAR) else {
                let value = |(row, told): (&Vec<f64>, &usize)| price[*told] * row[right];
                return self.rows.iter().zip(&self.basis).map(value).sum();
            };
            let falls = (0..self.rows.len()).filter(|place| self.rows[*place][entering] > NEAR);
            let until = |place: &usize| self.rows[*place][right] / self.rows[*place][entering];
            let first = falls.min_by(|a, b| {
                let (one, other) = (until(a), until(b));
                let same = (one - other).abs() < NEAR;
                let by_place = self.basis[*a].cmp(&self.basis[*b]);
                if same { by_place } else { one.total_cmp(&other) }
            });
            let Some(leaving) = first else { return f64::INFINITY };
            self.pivot(leaving, entering);
        }
    }

    fn pivot(&mut self, place: usize, unknown: usize) {
        let by = self.rows[place][unknown];
        self.rows[place].iter_mut().for_each(|value| *value /= by);
        let row = self.rows[place].clone();
        for (other, values) in self.rows.iter_mut().enumerate() {
            let times = values[unknown];
            if other != place && times.abs() > 1e-12 {
                values.iter_mut().zip(&row).for_each(|(value, less)| *value -= times * less);
            }
        }
        self.basis[place] = unknown;
    }
}
