//! Systems of linear equations with a symmetric matrix.

/// A factor of a symmetric matrix without negative eigenvalues, by Cholesky. Rows
/// that follow from earlier ones are left out: their unknowns are 0.
#[derive(Debug, Clone)]
pub(crate) struct Cholesky {
    size: usize,
    /// The lower triangle, row by row, square storage.
    factor: Vec<f64>,
    /// Whether a row is in.
    used: Vec<bool>,
}

/// How much of a diagonal element must be left for a row to count as new.
const DEPENDENT: f64 = 1e-10;

impl Cholesky {
    /// Of the matrix of `size` rows, stored row by row.
    pub(crate) fn of(size: usize, mut factor: Vec<f64>) -> Self {
        let mut used = vec![false; size];
        for i in 0..size {
            let before = factor[i * size + i];
            for j in 0..=i {
                if j < i && !used[j] {
                    factor[i * size + j] = 0.0;
                    continue;
                }
                let dot: f64 = (0..j).map(|k| factor[i * size + k] * factor[j * size + k]).sum();
                let rest = factor[i * size + j] - dot;
                if j < i {
                    factor[i * size + j] = rest / factor[j * size + j];
                } else {
                    used[i] = rest > DEPENDENT * before;
                    factor[i * size + i] = if used[i] { rest.sqrt() } else { 1.0 };
                }
            }
        }
        Self { size, factor, used }
    }

    /// The unknowns for the right-hand side `right`.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (n, l) = (self.size, &self.factor);
        let mut x = right.to_vec();
        for i in 0..n {
            if !self.used[i] {
                x[i] = 0.0;
                continue;
            }
            let dot: f64 = (0..i).map(|k| l[i * n + k] * x[k]).sum();
            x[i] = (x[i] - dot) / l[i * n + i];
        }
        for i in (0..n).rev() {
            if !self.used[i] {
                continue;
            }
            let later = (i + 1..n).filter(|&k| self.used[k]);
            let dot: f64 = later.map(|k| l[k * n + i] * x[k]).sum();
            x[i] = (x[i] - dot) / l[i * n + i];
        }
        x
    }

    /// How many rows the matrix has.
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let matrix = Cholesky::of(2, vec![4.0, 2.0, 2.0, 3.0]);
        let x = matrix.solve(&[8.0, 7.0]);
        assert!((x[0] - 1.25).abs() < 1e-15 && (x[1] - 1.5).abs() < 1e-15, "{x:?}");
    }

    #[test]
    fn a_row_that_follows_from_others_gets_no_unknown() {
        // The third row is the sum of the others.
        let matrix = vec![2.0, 0.0, 2.0, 0.0, 3.0, 3.0, 2.0, 3.0, 5.0];
        let matrix = Cholesky::of(3, matrix);
        let x = matrix.solve(&[4.0, 9.0, 13.0]);
        assert!((x[0] - 2.0).abs() + (x[1] - 3.0).abs() < 1e-14 && x[2].to_bits() == 0, "{x:?}");
    }
}
