//! Serial numbers of paper forms: which were given out, to whom.

use std::fmt;

use surveys::collection_point::CollectionPoint;
use surveys::{Instrument, PointCode, Serial};

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// The serial numbers of forms printed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperRange {
    /// The first number.
    pub first: Serial,
    /// The last number, itself in it.
    pub last: Serial,
}

impl PaperRange {
    /// Each number in order.
    pub fn serials(self) -> impl Iterator<Item = Serial> {
        (self.first.number()..=self.last.number()).filter_map(Serial::new)
    }

    /// How many numbers there are.
    pub fn count(self) -> u32 {
        (self.last.number() + 1).saturating_sub(self.first.number())
    }

    /// Whether `serial` is in it.
    pub fn has(self, serial: Serial) -> bool {
        (self.first..=self.last).contains(&serial)
    }

    /// `serials`, which are in order, as runs without gaps.
    pub fn runs(serials: &[Serial]) -> Vec<Self> {
        let follows = |one: &Serial, other: &Serial| one.number() + 1 == other.number();
        let run = |run: &[Serial]| Self { first: run[0], last: run[run.len() - 1] };
        serials.chunk_by(follows).map(run).collect()
    }
}

/// A stored number as a serial number.
pub(super) fn serial(number: i64) -> Result<Serial, Error> {
    let serial = u32::try_from(number).ok().and_then(Serial::new);
    serial.ok_or_else(|| Error::Damaged(format!("serial number {number}")))
}

impl fmt::Display for PaperRange {
    /// Writes first and last number, or the one there is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return write!(f, "{}", self.first);
        }
        write!(f, "{} – {}", self.first, self.last)
    }
}

/// A range as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IssuedRange {
    /// The first number, without its check digit.
    pub first: i64,
    /// The last one.
    pub last: i64,
    /// Where the forms are given out.
    pub collection_point: String,
    /// The instrument on them.
    pub instrument: String,
    /// Its version.
    pub version: i64,
    /// When they were printed, in UTC milliseconds.
    pub issued_at: i64,
}

impl IssuedRange {
    /// Its numbers.
    ///
    /// # Errors
    /// [`Error::Damaged`] when they are none.
    pub fn range(&self) -> Result<PaperRange, Error> {
        Ok(PaperRange { first: serial(self.first)?, last: serial(self.last)? })
    }
}

impl Db {
    /// Gives out the next `count` numbers, to forms of `instrument` at `point`;
    /// `None` when there are not so many left.
    /// Notes `event` with the numbers in the same transaction.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be written.
    pub async fn issue_paper(
        &self,
        point: &CollectionPoint,
        instrument: &Instrument,
        count: u32,
        event: &Event,
    ) -> Result<Option<PaperRange>, Error> {
        const SQL: &str = "insert into paper_ranges
            (first, last, collection_point, instrument, version, issued_at)
            select coalesce(max(last), 0) + 1, coalesce(max(last), 0) + $1, $2, $3, $4, $5
            from paper_ranges having coalesce(max(last), 0) + $1 <= $6
            on conflict (first) do nothing returning first, last";
        const LEFT: &str = "select coalesce(max(last), 0) + $1 <= $2 from paper_ranges";
        loop {
            let range = on_db!(&self.write, |p| {
                let mut work = p.begin().await?;
                let row: Option<(i64, i64)> = sqlx::query_as(SQL)
                    .bind(i64::from(count))
                    .bind(point.code.as_str())
                    .bind(instrument.id.as_str())
                    .bind(i64::from(instrument.version))
                    .bind(event.at)
                    .bind(i64::from(Serial::LAST))
                    .fetch_optional(&mut *work)
                    .await?;
                match row {
                    Some((first, last)) => {
                        let range = PaperRange { first: serial(first)?, last: serial(last)? };
                        let about = format!("{} {} – {}", point.code, range.first, range.last);
                        note!(&mut *work, event.clone().about(&about))?;
                        work.commit().await?;
                        Some(range)
                    }
                    None => None,
                }
            });
            if range.is_some() {
                return Ok(range);
            }
            let (left,): (bool,) = on_db!(&self.read, |p| sqlx::query_as(LEFT)
                .bind(i64::from(count))
                .bind(i64::from(Serial::LAST))
                .fetch_one(p)
                .await)?;
            if !left {
                return Ok(None);
            }
            // Somebody else took these numbers meanwhile; take the next.
        }
    }

    /// The ranges given out, at `point` or everywhere, in order.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn paper_ranges(&self, point: Option<&PointCode>) -> Result<Vec<IssuedRange>, Error> {
        const SQL: &str = "select first, last, collection_point, instrument, version, issued_at
            from paper_ranges where $1 = '' or collection_point = $1 order by first";
        let point = point.map_or("", PointCode::as_str);
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).bind(point).fetch_all(p).await)?)
    }
    /// The range that `serial` was given out in.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn paper_range_of(&self, serial: Serial) -> Result<Option<IssuedRange>, Error> {
        const SQL: &str = "select first, last, collection_point, instrument, version, issued_at
            from paper_ranges where first <= $1 and last >= $1";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(i64::from(serial.number()))
            .fetch_optional(p)
            .await)?)
    }
}
