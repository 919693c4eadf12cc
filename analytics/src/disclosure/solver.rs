//! What an attentive reader could work out: which sums of unknown numbers follow from
//! sums that are known. Exact, in the arithmetic of a prime field; a false alarm has a
//! chance of about one in two thousand million.

/// Every number but zero has an inverse among the remainders of this prime.
const PRIME: u64 = (1 << 31) - 1;

/// How often an unknown may be counted in a sum of few.
const MOST_TIMES: u64 = 100;
/// The most unknowns of a row that is looked at together with another one.
const MOST_TERMS: usize = 12;

/// Sums of unknown numbers that are known, in echelon form.
#[derive(Debug, Default)]
pub(super) struct Known {
    rows: Vec<Row>,
    taken: usize,
}

/// A known combination of unknowns: it begins at `pivot` with the coefficient one.
#[derive(Debug)]
struct Row {
    pivot: usize,
    unknowns: Vec<u64>,
    /// How often each of the sums that were told enters.
    made_of: Vec<u64>,
}

impl Known {
    /// What follows from `sums`, each the places of its unknowns among `unknowns`.
    pub(super) fn of(sums: &[Vec<usize>], unknowns: usize) -> Self {
        let mut known = Self { rows: Vec::new(), taken: sums.len() };
        for (place, sum) in sums.iter().enumerate() {
            let (mut rest, mut made_of) = known.reduced(sum, unknowns);
            let Some(pivot) = rest.iter().position(|c| *c != 0) else { continue };
            // What is left is this sum less what it was reduced by.
            for times in &mut made_of {
                *times = (PRIME - *times) % PRIME;
            }
            made_of[place] = 1;
            let scale = inverse(rest[pivot]);
            for value in rest.iter_mut().chain(&mut made_of) {
                *value = *value * scale % PRIME;
            }
            known.rows.push(Row { pivot, unknowns: rest, made_of });
        }
        known.reduce();
        known
    }

    /// Takes every row off those before it: each is then zero at the pivots of all others.
    fn reduce(&mut self) {
        for later in (1..self.rows.len()).rev() {
            let (before, row) = self.rows.split_at_mut(later);
            let row = &row[0];
            for other in before {
                let times = other.unknowns[row.pivot];
                if times != 0 {
                    other.take_off(row, times);
                }
            }
        }
    }

    /// From which of the sums that were told a sum follows that rests on fewer than
    /// `fewest` people: a row, or two rows together or one less the other, in which no
    /// unknown is taken off. `people` says on how many each unknown rests. Sums of more
    /// rows are not looked for.
    pub(super) fn of_few(&self, people: &[u64], fewest: u64) -> Option<Vec<usize>> {
        let few = |at: &dyn Fn(usize) -> u64| {
            let mut together = 0_u64;
            for (unknown, n) in people.iter().enumerate() {
                match at(unknown) {
                    0 => {}
                    times @ 1..=MOST_TIMES => together = together.saturating_add(times * n),
                    _ => return false,
                }
                if together >= fewest {
                    return false;
                }
            }
            together > 0
        };
        let made = |rows: &[&Row]| {
            let used = |place: &usize| rows.iter().any(|row| row.made_of[*place] != 0);
            (0..self.taken).filter(used).collect()
        };
        if let Some(row) = self.rows.iter().find(|row| few(&|u| row.unknowns[u])) {
            return Some(made(&[row]));
        }
        let short: Vec<&Row> = self.rows.iter().filter(|row| row.terms() <= MOST_TERMS).collect();
        for (place, a) in short.iter().enumerate() {
            for b in &short[place + 1..] {
                let plus = |u: usize| (a.unknowns[u] + b.unknowns[u]) % PRIME;
                let less = |u: usize| (a.unknowns[u] + PRIME - b.unknowns[u]) % PRIME;
                let more = |u: usize| (b.unknowns[u] + PRIME - a.unknowns[u]) % PRIME;
                if few(&plus) || few(&less) || few(&more) {
                    return Some(made(&[a, b]));
                }
            }
        }
        None
    }

    /// From which of the sums that were told `wanted` follows; `None` when it does not.
    pub(super) fn derivation(&self, wanted: &[usize], unknowns: usize) -> Option<Vec<usize>> {
        let (rest, made_of) = self.reduced(wanted, unknowns);
        let used = || (0..self.taken).filter(|place| made_of[*place] != 0).collect();
        rest.iter().all(|c| *c == 0).then(used)
    }

    /// `sum` less known rows, as far as they go, and what was taken off.
    fn reduced(&self, sum: &[usize], unknowns: usize) -> (Vec<u64>, Vec<u64>) {
        let (mut rest, mut made_of) = (vec![0; unknowns], vec![0; self.taken]);
        for unknown in sum {
            rest[*unknown] = 1;
        }
        // A row is zero at the pivots of those before it: one pass is enough.
        for row in &self.rows {
            let times = rest[row.pivot];
            if times == 0 {
                continue;
            }
            for (value, known) in rest.iter_mut().zip(&row.unknowns).skip(row.pivot) {
                *value = (*value + (PRIME - times) * known) % PRIME;
            }
            for (value, part) in made_of.iter_mut().zip(&row.made_of) {
                *value = (*value + times * part) % PRIME;
            }
        }
        (rest, made_of)
    }
}

impl Row {
    fn take_off(&mut self, other: &Self, times: u64) {
        let of = |values: &mut [u64], others: &[u64]| {
            for (value, other) in values.iter_mut().zip(others) {
                *value = (*value + (PRIME - times) * other) % PRIME;
            }
        };
        of(&mut self.unknowns, &other.unknowns);
        of(&mut self.made_of, &other.made_of);
    }

    fn terms(&self) -> usize {
        self.unknowns.iter().filter(|times| **times != 0).count()
    }
}

/// By Fermat's little theorem.
fn inverse(a: u64) -> u64 {
    let (mut result, mut base, mut power) = (1, a % PRIME, PRIME - 2);
    while power > 0 {
        if power & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        power >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_follows_from_a_sum_and_the_rest_of_it() {
        let known = Known::of(&[vec![0, 1, 2], vec![1, 2], vec![3, 4]], 5);
        assert_eq!(known.derivation(&[0], 5), Some(vec![0, 1]));
        assert_eq!(known.derivation(&[3, 4], 5), Some(vec![2]));
        assert_eq!(known.derivation(&[1], 5), None);
        assert_eq!(known.derivation(&[3], 5), None);
    }

    #[test]
    fn a_number_follows_by_going_round_a_table() {
        // Two squares of unknowns that share no sum, and one number between them: the
        // rows of the first square have it besides, its columns have not.
        let square = [vec![0, 1], vec![2, 3, 4], vec![0, 2], vec![1, 3]];
        let known = Known::of(&square, 5);
        assert_eq!(known.derivation(&[4], 5), Some(vec![0, 1, 2, 3]));
        assert_eq!(known.derivation(&[0], 5), None);
    }

    #[test]
    fn a_sum_of_few_is_found_though_none_of_its_parts_follows() {
        // 0 + 1 is known, and 0 + 1 + 2 + 3: so is 2 + 3, of three people.
        let known = Known::of(&[vec![0, 1], vec![0, 1, 2, 3]], 4);
        assert_eq!(known.of_few(&[20, 30, 2, 1], 10), Some(vec![0, 1]));
        assert_eq!(known.of_few(&[20, 30, 2, 8], 10), None);
        // Each row takes the last unknown off or adds it: only two together leave it out.
        let known = Known::of(&[vec![0, 3], vec![2, 3], vec![1, 2]], 4);
        assert_eq!(known.of_few(&[3, 2, 50, 50], 10), Some(vec![0, 1, 2]));
        assert_eq!(known.of_few(&[3, 20, 50, 50], 10), None);
    }

    #[test]
    fn nothing_follows_from_nothing() {
        assert_eq!(Known::of(&[], 2).derivation(&[0], 2), None);
        assert_eq!(Known::of(&[vec![0]], 1).derivation(&[], 1), Some(vec![]));
    }
}
