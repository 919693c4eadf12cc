//! Known totals of the population.

use std::collections::HashMap;

use surveys::Text;

use crate::design::positive;

/// How many categories all variables may have together.
pub const MOST_CATEGORIES: usize = 1_000;
/// How far the sums of two variables' totals may differ, relative to them.
const SAME_SUM: f64 = 1e-9;

/// Totals of the population by some variables.
#[derive(Debug, Clone, PartialEq)]
pub struct Margins {
    /// One or more.
    pub(super) variables: Vec<Margin>,
}

/// The totals of one variable, or of several crossed with each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Margin {
    /// The columns of the responses that hold it.
    pub(super) columns: Vec<String>,
    /// The first line that names it.
    pub(super) line: u64,
    /// One text per column, and how many people are there.
    pub(super) categories: Vec<(Vec<String>, f64)>,
}

impl Margin {
    /// How it is named in the file, such as `gender` or `gender:age_band`.
    pub(super) fn name(&self) -> String {
        self.columns.join(":")
    }

    /// The place of each category.
    pub(super) fn places<'a>(&'a self) -> HashMap<Vec<&'a str>, usize> {
        let texts = |texts: &'a [String]| texts.iter().map(String::as_str).collect();
        self.categories.iter().enumerate().map(|(i, (c, _))| (texts(c), i)).collect()
    }

    fn sum(&self) -> f64 {
        self.categories.iter().map(|(_, total)| total).sum()
    }
}

/// A line of a table of margins.
#[derive(Debug, Clone, PartialEq)]
pub struct MarginTotal {
    /// Its line in the file.
    pub line: u64,
    /// A column of the responses, or several with colons between them.
    pub variable: String,
    /// Its text, or as many texts with colons between them.
    pub category: String,
    /// How many people of the population are there, or a number proportional to it, as
    /// it is written.
    pub total: String,
}

/// Why a table of margins cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MarginsError {
    /// No category is in it.
    #[error("the margins have no category: write one line per category, such as gender,f,5200")]
    Empty,
    /// A total that is none.
    #[error("line {line}, column total: `{total}` is no positive number: write one such as 5200")]
    NotPositive {
        /// The line.
        line: u64,
        /// The cell.
        total: String,
    },
    /// A total that may be a thousand times another one.
    #[error(
        "line {line}, column total: `{total}` may have a mark for thousands or for decimals: write {plain} without a mark, or with another decimal"
    )]
    Mark {
        /// The line.
        line: u64,
        /// The cell.
        total: String,
        /// The cell without its marks.
        plain: String,
    },
    /// A category of crossed variables with too few or too many texts.
    #[error(
        "line {line}, column category: `{category}` must have {expected} texts with colons between them, as `{variable}` has"
    )]
    Crossed {
        /// The line.
        line: u64,
        /// The variable.
        variable: String,
        /// The category.
        category: String,
        /// How many columns the variable has.
        expected: usize,
    },
    /// A category stands there twice.
    #[error("line {line}: `{category}` of `{variable}` was there before: give it one total")]
    Repeated {
        /// The line.
        line: u64,
        /// The variable.
        variable: String,
        /// The category.
        category: String,
    },
    /// Two variables do not add up to the same number of people.
    #[error(
        "column total: the totals of `{first}` (from line {first_line}) add up to {first_sum} and those of `{second}` (from line {second_line}) to {second_sum}: they are the same people, so correct one of them"
    )]
    OtherSum {
        /// The first line of a variable.
        first_line: u64,
        /// The first line of another one.
        second_line: u64,
        /// A variable.
        first: String,
        /// Its sum.
        first_sum: f64,
        /// Another one.
        second: String,
        /// Its sum.
        second_sum: f64,
    },
    /// More categories than can be worked with.
    #[error("there are more than {MOST_CATEGORIES} categories: join some of them")]
    TooMany,
}

impl MarginsError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Empty => {
                "tệp tổng thể không có nhóm nào: hãy viết mỗi nhóm một dòng, ví dụ gender,f,5200"
                    .to_owned()
            }
            Self::NotPositive { line, total } => format!(
                "dòng {line}, cột total: `{total}` không phải là số dương: hãy viết như 5200"
            ),
            Self::Mark { line, total, plain } => format!(
                "dòng {line}, cột total: `{total}` có dấu chấm không rõ là hàng nghìn hay thập phân: hãy viết {plain} không dấu, hoặc thêm một chữ số thập phân"
            ),
            Self::Crossed { line, variable, category, expected } => format!(
                "dòng {line}, cột category: `{category}` phải có {expected} phần cách nhau bằng dấu hai chấm, như `{variable}`"
            ),
            Self::Repeated { line, variable, category } => format!(
                "dòng {line}: `{category}` của `{variable}` đã có ở trên: hãy cho một tổng duy nhất"
            ),
            Self::OtherSum { first_line, second_line, first, first_sum, second, second_sum } => {
                format!(
                    "cột total: các tổng của `{first}` (từ dòng {first_line}) cộng lại là {first_sum}, của `{second}` (từ dòng {second_line}) là {second_sum}: đó là cùng một số người, hãy sửa một trong hai"
                )
            }
            Self::TooMany => format!("có hơn {MOST_CATEGORIES} nhóm: hãy gộp bớt"),
        };
        Text::new(vi, self.to_string())
    }
}

impl Margins {
    /// The margins of a table: one line per category of each variable.
    ///
    /// # Errors
    /// [`MarginsError`] names the line.
    pub fn new(lines: impl IntoIterator<Item = MarginTotal>) -> Result<Self, MarginsError> {
        let mut variables: Vec<Margin> = Vec::new();
        for (count, MarginTotal { line, variable, category, total }) in
            lines.into_iter().enumerate()
        {
            if count >= MOST_CATEGORIES {
                return Err(MarginsError::TooMany);
            }
            let total = number(line, total)?;
            let columns = split(&variable);
            let texts = if columns.len() == 1 {
                vec![category.trim().to_owned()]
            } else {
                split(&category)
            };
            if texts.len() != columns.len() {
                let expected = columns.len();
                return Err(MarginsError::Crossed { line, variable, category, expected });
            }
            let place = variables.iter().position(|m| m.columns == columns).unwrap_or_else(|| {
                variables.push(Margin { columns, line, categories: Vec::new() });
                variables.len() - 1
            });
            let categories = &mut variables[place].categories;
            if categories.iter().any(|(other, _)| *other == texts) {
                return Err(MarginsError::Repeated { line, variable, category });
            }
            categories.push((texts, total));
        }
        let Some((first, others)) = variables.split_first() else {
            return Err(MarginsError::Empty);
        };
        let first_sum = first.sum();
        let differs = |m: &&Margin| (m.sum() - first_sum).abs() > SAME_SUM * first_sum;
        if let Some(second) = others.iter().find(differs) {
            return Err(MarginsError::OtherSum {
                first_line: first.line,
                second_line: second.line,
                first: first.name(),
                first_sum,
                second: second.name(),
                second_sum: second.sum(),
            });
        }
        Ok(Self { variables })
    }
}

/// The total in a cell. `1.100` is eleven hundred in Vietnam and one and a tenth
/// elsewhere, so it is neither.
fn number(line: u64, total: String) -> Result<f64, MarginsError> {
    let mut thousands = total.trim().split('.');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let first = thousands.next().is_some_and(|text| (1..=3).contains(&text.len()) && digits(text));
    let others: Vec<&str> = thousands.collect();
    if first && !others.is_empty() && others.iter().all(|text| text.len() == 3 && digits(text)) {
        let plain = total.trim().replace('.', "");
        return Err(MarginsError::Mark { line, total, plain });
    }
    positive(&total).ok_or(MarginsError::NotPositive { line, total })
}

fn split(joined: &str) -> Vec<String> {
    joined.split(':').map(|text| text.trim().to_owned()).collect()
}
