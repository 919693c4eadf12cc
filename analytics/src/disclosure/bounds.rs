//! Between which limits a sum of unknown counts lies when certain sums of them are
//! known and none is negative: linear programming by the simplex method. Exact, in
//! whole numbers over one common denominator, so that every machine decides alike.

#[cfg(test)]
mod tests;

/// What may still be spent on solving: how many numbers of tables may be computed.
#[derive(Debug)]
pub(super) struct Effort(pub(super) u64);

impl Effort {
    fn spend(&mut self, numbers: usize) -> Result<(), TooHard> {
        self.0 = self.0.checked_sub(numbers as u64).ok_or(TooHard)?;
        Ok(())
    }
}

/// The effort is spent, or a number grew too large: nothing was proved.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooHard;

/// Unknowns of an equation, each with how often it is counted in it.
pub(super) type Equation = Vec<(usize, i64)>;

/// In which direction a limit is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Toward {
    Most,
    Least,
}

/// Where a search for a limit ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// Somewhere that was enough.
    Enough,
    /// At the limit.
    Limit,
    /// There is no limit.
    Nowhere,
}

/// After so many steps that led nowhere the one that cannot go round in circles is taken.
const PATIENCE: u32 = 20;

/// The counts that agree with what is known, seen from one corner of theirs.
#[derive(Debug)]
pub(super) struct Bounds {
    unknowns: usize,
    /// Coefficients of the unknowns, how often each equation enters, the right side.
    rows: Vec<Vec<i64>>,
    /// The unknown that each row tells; all others are 0.
    told: Vec<usize>,
    /// What every number in `rows` is to be divided by.
    denominator: i64,
}

impl Bounds {
    /// What agrees with `equations`, which `truth` fulfils.
    pub(super) fn of(
        equations: &[Equation],
        truth: &[i64],
        effort: &mut Effort,
    ) -> Result<Self, TooHard> {
        let unknowns = truth.len();
        let width = unknowns + equations.len() + 1;
        let row = |(place, equation): (usize, &Equation)| {
            let mut row = vec![0; width];
            for (unknown, times) in equation {
                row[*unknown] = *times;
            }
            row[unknowns + place] = 1;
            row
        };
        let rows = equations.iter().enumerate().map(row).collect();
        let mut bounds = Self { unknowns, rows, told: Vec::new(), denominator: 1 };
        bounds.solve(truth, effort)?;
        bounds.go_to_a_corner(truth.to_vec(), effort)?;
        Ok(bounds)
    }

    /// Makes every row tell one unknown. Right sides are those of the differences from
    /// `truth`: all are 0.
    fn solve(&mut self, truth: &[i64], effort: &mut Effort) -> Result<(), TooHard> {
        while self.told.len() < self.rows.len() {
            let place = self.told.len();
            let row = &self.rows[place];
            let usable = (0..self.unknowns).filter(|unknown| row[*unknown] != 0);
            let best = usable.min_by_key(|unknown| (truth[*unknown] == 0, row[*unknown].abs()));
            if let Some(unknown) = best {
                self.told.push(unknown);
                self.pivot(place, unknown, effort)?;
            } else {
                self.rows.swap_remove(place);
            }
        }
        Ok(())
    }

    /// Takes the untold unknowns from their value in `from` down to 0, or until a told
    /// one is 0 and changes places with it.
    fn go_to_a_corner(&mut self, mut from: Vec<i64>, effort: &mut Effort) -> Result<(), TooHard> {
        let right = self.right();
        for unknown in 0..self.unknowns {
            if from[unknown] == 0 || self.told.contains(&unknown) {
                continue;
            }
            let value = |place: usize| -> Result<i64, TooHard> {
                let whole = checked(from[self.told[place]].checked_mul(self.denominator))?;
                checked(self.rows[place][right].checked_add(whole))
            };
            let mut first: Option<(usize, i64)> = None;
            for place in 0..self.rows.len() {
                let fall = self.rows[place][unknown].checked_neg().ok_or(TooHard)?;
                let value = value(place)?;
                let before = |(other, its): (usize, i64)| {
                    let other = self.rows[other][unknown].unsigned_abs();
                    product(value, other) < product(its, fall.unsigned_abs())
                };
                if fall > 0 && first.is_none_or(before) {
                    first = Some((place, value));
                }
            }
            let blocked = first.filter(|(place, value)| {
                let fall = self.rows[*place][unknown].unsigned_abs();
                i128::from(*value) < product(from[unknown], fall)
            });
            if let Some((place, value)) = blocked {
                self.rows[place][right] = value;
                from[self.told[place]] = 0;
                self.told[place] = unknown;
                self.pivot(place, unknown, effort)?;
            } else {
                for row in &mut self.rows {
                    let more = checked(row[unknown].checked_mul(from[unknown]))?;
                    row[right] = checked(row[right].checked_add(more))?;
                }
                from[unknown] = 0;
            }
        }
        for (row, unknown) in self.rows.iter_mut().zip(&self.told) {
            let whole = checked(from[*unknown].checked_mul(self.denominator))?;
            row[right] = checked(row[right].checked_add(whole))?;
        }
        Ok(())
    }

    /// Goes from corner to corner, each with a larger (smaller) sum of `wanted`, until
    /// that sum, rounded inward to a whole number, is `enough`.
    pub(super) fn search(
        &mut self,
        wanted: &[usize],
        toward: Toward,
        effort: &mut Effort,
        enough: impl Fn(i64) -> bool,
    ) -> Result<Reached, TooHard> {
        let mut idle = 0;
        loop {
            if enough(self.sum(wanted, toward)?) {
                return Ok(Reached::Enough);
            }
            let Some(unknown) = self.entering(wanted, toward, idle > PATIENCE)? else {
                return Ok(Reached::Limit);
            };
            let Some(place) = self.leaving(unknown) else { return Ok(Reached::Nowhere) };
            idle = if self.rows[place][self.right()] == 0 { idle + 1 } else { 0 };
            self.told[place] = unknown;
            self.pivot(place, unknown, effort)?;
        }
    }

    /// The unknown whose growth moves the sum of `wanted` `toward` the limit: the fastest,
    /// or with `careful` the first one.
    fn entering(
        &self,
        wanted: &[usize],
        toward: Toward,
        careful: bool,
    ) -> Result<Option<usize>, TooHard> {
        let mut gains = self.gains(wanted, 0..self.unknowns)?;
        for unknown in wanted {
            gains[*unknown] = checked(gains[*unknown].checked_add(self.denominator))?;
        }
        let gain = |unknown: &usize| match toward {
            Toward::Most => gains[*unknown],
            Toward::Least => -gains[*unknown],
        };
        let mut usable = (0..self.unknowns).filter(|unknown| gain(unknown) > 0);
        Ok(if careful {
            usable.next()
        } else {
            usable.max_by_key(|unknown| (gain(unknown), std::cmp::Reverse(*unknown)))
        })
    }

    /// What the told unknowns among `wanted` lose to each of `columns`, with the sign turned.
    fn gains(
        &self,
        wanted: &[usize],
        columns: std::ops::Range<usize>,
    ) -> Result<Vec<i64>, TooHard> {
        let mut gains = vec![0_i64; columns.len()];
        for (row, unknown) in self.rows.iter().zip(&self.told) {
            if wanted.contains(unknown) {
                for (gain, value) in gains.iter_mut().zip(&row[columns.clone()]) {
                    *gain = checked(gain.checked_sub(*value))?;
                }
            }
        }
        Ok(gains)
    }

    /// The row whose unknown is the first to be 0 when `unknown` grows.
    fn leaving(&self, unknown: usize) -> Option<usize> {
        let right = self.right();
        let falls = (0..self.rows.len()).filter(|place| self.rows[*place][unknown] > 0);
        falls.min_by(|a, b| {
            let (a_row, b_row) = (&self.rows[*a], &self.rows[*b]);
            let a_first = product(a_row[right], b_row[unknown].unsigned_abs());
            let b_first = product(b_row[right], a_row[unknown].unsigned_abs());
            a_first.cmp(&b_first).then(self.told[*a].cmp(&self.told[*b]))
        })
    }

    /// The sum of `wanted` here, rounded inward: counts are whole numbers.
    pub(super) fn sum(&self, wanted: &[usize], toward: Toward) -> Result<i64, TooHard> {
        let mut sum = 0_i64;
        for (row, unknown) in self.rows.iter().zip(&self.told) {
            if wanted.contains(unknown) {
                sum = checked(sum.checked_add(row[self.right()]))?;
            }
        }
        Ok(match toward {
            Toward::Most => sum.div_euclid(self.denominator),
            Toward::Least => -(-sum).div_euclid(self.denominator),
        })
    }

    /// From which equations the limit of the sum of `wanted` follows, here where it is.
    pub(super) fn reasons(&self, wanted: &[usize]) -> Result<Vec<usize>, TooHard> {
        let enter = self.gains(wanted, self.unknowns..self.right())?;
        Ok((0..enter.len()).filter(|place| enter[*place] != 0).collect())
    }

    fn right(&self) -> usize {
        self.rows.first().map_or(self.unknowns, |row| row.len() - 1)
    }

    /// Makes the row at `place` tell `unknown` and takes it out of all others.
    fn pivot(&mut self, place: usize, unknown: usize, effort: &mut Effort) -> Result<(), TooHard> {
        let mut row = std::mem::take(&mut self.rows[place]);
        if row[unknown] < 0 {
            for value in &mut row {
                *value = -*value;
            }
        }
        let (pivot, denominator) = (row[unknown], self.denominator);
        let filled: Vec<usize> = (0..row.len()).filter(|column| row[*column] != 0).collect();
        for other in self.rows.iter_mut().filter(|other| !other.is_empty()) {
            let times = other[unknown];
            if times == 0 && pivot == denominator {
                continue;
            }
            if pivot != denominator {
                effort.spend(other.len())?;
                for value in other.iter_mut() {
                    *value = checked(value.checked_mul(pivot))?;
                }
            }
            effort.spend(filled.len())?;
            let scale = if pivot == denominator { pivot } else { 1 };
            for &column in &filled {
                let kept = checked(other[column].checked_mul(scale))?;
                let less = checked(times.checked_mul(row[column]))?;
                other[column] = checked(kept.checked_sub(less))?;
                // It divides without a rest: all these are determinants of whole numbers.
                if scale == denominator {
                    other[column] /= denominator;
                }
            }
            if scale != denominator {
                for value in other.iter_mut() {
                    *value /= denominator;
                }
            }
        }
        self.rows[place] = row;
        self.denominator = pivot;
        Ok(())
    }
}

fn checked(value: Option<i64>) -> Result<i64, TooHard> {
    value.ok_or(TooHard)
}

fn product(a: i64, b: u64) -> i128 {
    i128::from(a) * i128::from(b)
}
