//! Which sums some answers can have.

use super::{Products, Sums, Tally};

/// What a sum is called in a file: the columns, in its order.
pub(super) const SUMS: [&str; 9] = [
    "valid",
    "satisfied",
    "no_opinion",
    "unanswered",
    "people",
    "satisfied_satisfied",
    "satisfied_valid",
    "valid_satisfied",
    "valid_valid",
];

/// Whether Σxy can be `sum` when Σx² and Σy² are these (Cauchy).
fn reachable(sum: u64, x: u64, y: u64) -> bool {
    u128::from(sum) * u128::from(sum) <= u128::from(x) * u128::from(y)
}

/// The column of the first sum that `respondents` cannot have given to a set of
/// `items` items.
pub(super) fn impossible(sums: &Sums, respondents: u64, items: u64) -> Option<&'static str> {
    let (counts, people) = (sums.counts, u128::from(sums.people));
    let (valid, satisfied) = (u128::from(counts.valid()), u128::from(counts.satisfied));
    let Products { satisfied_satisfied, satisfied_valid, valid_satisfied, valid_valid } =
        sums.squares;
    let items = u128::from(items);
    let asked = valid + u128::from(counts.no_opinion) + u128::from(counts.unanswered);
    // Σx² of whole numbers from 0 to `items` with the sum Σx, over so many people.
    let is_square = |square: u64, sum: u128| {
        let square = u128::from(square);
        sum <= square && square <= items * sum && sum.pow(2) <= square.saturating_mul(people)
    };
    let checks = [
        ("unanswered", asked == u128::from(respondents) * items),
        ("people", sums.people <= respondents && people <= valid && valid <= people * items),
        ("satisfied_satisfied", is_square(satisfied_satisfied, satisfied)),
        ("valid_valid", is_square(valid_valid, valid)),
        (
            "satisfied_valid",
            satisfied_satisfied <= satisfied_valid
                && satisfied_valid <= valid_valid
                && u128::from(satisfied_valid) <= items * satisfied
                && reachable(satisfied_valid, satisfied_satisfied, valid_valid),
        ),
        ("valid_satisfied", valid_satisfied == satisfied_valid),
    ];
    checks.into_iter().find_map(|(column, holds)| (!holds).then_some(column))
}

/// The column of the first sum that cannot be that of the products of two sets
/// with these sums.
pub(super) fn impossible_pair(
    products: Products,
    one: &Sums,
    other: &Sums,
) -> Option<&'static str> {
    let Products { satisfied_satisfied, satisfied_valid, valid_satisfied, valid_valid } = products;
    let (a, b) = (one.squares, other.squares);
    let checks = [
        (
            "satisfied_satisfied",
            reachable(satisfied_satisfied, a.satisfied_satisfied, b.satisfied_satisfied),
        ),
        (
            "satisfied_valid",
            satisfied_satisfied <= satisfied_valid
                && reachable(satisfied_valid, a.satisfied_satisfied, b.valid_valid),
        ),
        (
            "valid_satisfied",
            satisfied_satisfied <= valid_satisfied
                && reachable(valid_satisfied, a.valid_valid, b.satisfied_satisfied),
        ),
        (
            "valid_valid",
            satisfied_valid.max(valid_satisfied) <= valid_valid
                && reachable(valid_valid, a.valid_valid, b.valid_valid),
        ),
    ];
    checks.into_iter().find_map(|(column, holds)| (!holds).then_some(column))
}

impl Tally {
    /// The value under one of the columns [`SUMS`].
    pub(super) fn cells(sums: &Sums, products: Products) -> [u64; 9] {
        let counts = sums.counts;
        [
            counts.valid(),
            counts.satisfied,
            counts.no_opinion,
            counts.unanswered,
            sums.people,
            products.satisfied_satisfied,
            products.satisfied_valid,
            products.valid_satisfied,
            products.valid_valid,
        ]
    }
}
