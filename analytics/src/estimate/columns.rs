//! The columns of a table of estimates, as they are called in files.

/// The columns before those grouped by.
pub(crate) const BEFORE: [&str; 2] = ["level", "code"];
/// The columns after them.
pub(crate) const AFTER: [&str; 15] = [
    "asked",
    "valid",
    "satisfied",
    "no_opinion",
    "unanswered",
    "rate",
    "se",
    "low",
    "upp",
    "df",
    "n_eff",
    "deff",
    "interval",
    "aggregation",
    "flags",
];
/// Those that a verdict adds.
pub(crate) const JUDGED: [&str; 5] = ["target", "operator", "verdict", "target_code", "clause"];
/// Those that p-values add.
pub(crate) const BELOW: [&str; 2] = ["p_below", "p_adjusted"];

/// Whether the table has a column of its own called `name`, so that nothing can
/// be grouped by a column of that name.
pub(crate) fn is_own_column(name: &str) -> bool {
    BEFORE.iter().chain(&AFTER).chain(&JUDGED).chain(&BELOW).any(|own| *own == name)
}
