//! What an attentive reader could work out: which sums of unknown numbers follow from
//! sums that are known. Exact, in the arithmetic of a prime field; a false alarm has a
//! chance of about one in two thousand million.

/// Every number but zero has an inverse among the remainders of this prime.
const PRIME: u64 = (1 << 31) - 1;

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
        known
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
    fn nothing_follows_from_nothing() {
        assert_eq!(Known::of(&[], 2).derivation(&[0], 2), None);
        assert_eq!(Known::of(&[vec![0]], 1).derivation(&[], 1), Some(vec![]));
    }
}
