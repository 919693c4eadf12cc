//! How a deadline stands today, in words.

use chrono::NaiveDate;

use crate::text::Text;
use crate::working_days::WorkingDays;

/// How a deadline stands, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// So many are left, today not counted.
    Left(u32),
    /// It is today.
    Today,
    /// It was so many ago; 0 when only days off have passed since.
    Overdue(u32),
}

impl Standing {
    /// How the deadline `due` stands on `today`.
    pub fn of(due: NaiveDate, today: NaiveDate, days: &WorkingDays) -> Self {
        match today.cmp(&due) {
            std::cmp::Ordering::Less => Self::Left(days.between(today, due).max(1)),
            std::cmp::Ordering::Equal => Self::Today,
            std::cmp::Ordering::Greater => Self::Overdue(days.between(due, today)),
        }
    }

    /// The same in words.
    pub fn text(self) -> Text {
        let working = |n: u32| if n == 1 { "working day" } else { "working days" };
        match self {
            Self::Left(n) => {
                Text::new(format!("Còn {n} ngày làm việc"), format!("{n} {} left", working(n)))
            }
            Self::Today => Text::new("Đến hạn hôm nay", "Due today"),
            Self::Overdue(0) => {
                Text::new("Quá hạn chưa đến 1 ngày làm việc", "Overdue by less than a working day")
            }
            Self::Overdue(n) => Text::new(
                format!("Quá hạn {n} ngày làm việc"),
                format!("Overdue by {n} {}", working(n)),
            ),
        }
    }
}
