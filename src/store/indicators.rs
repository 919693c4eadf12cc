//! What was entered of indicators: added, replaced by what is added later, never changed.

use std::collections::HashMap;

use chrono::NaiveDate;
use surveys::CommuneCode;
use surveys::indicator::{Decimal, Entered, Entry};

use super::staff::{full_name, note};
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// An entry that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Whose result it is.
    pub commune: CommuneCode,
    /// What is said.
    pub entry: Entry,
    /// The number of the entry that it replaces; 0 when nothing was there.
    pub replaces: i64,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its number, from 1; later entries have larger ones.
    pub number: i64,
    /// What is said.
    pub entry: Entry,
    /// Who said it: a full name, or who it was that has no account.
    pub entered_by: String,
    /// When, in UTC milliseconds.
    pub entered_at: i64,
}

/// Everything that was entered for one commune.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger(Vec<StoredEntry>);

impl Ledger {
    /// Every entry, the oldest first.
    pub fn all(&self) -> &[StoredEntry] {
        &self.0
    }

    /// What was said last of `indicator` and `period`; it may be that an entry was withdrawn.
    pub fn last(&self, indicator: &str, period: &str) -> Option<&StoredEntry> {
        let about = |stored: &&StoredEntry| {
            stored.entry.indicator == indicator && stored.entry.period == period
        };
        self.0.iter().rev().find(about)
    }

    /// What was said last, by indicator and period.
    pub fn lasts(&self) -> HashMap<(&str, &str), &StoredEntry> {
        let keyed = self.0.iter().map(|stored| {
            let Entry { indicator, period, .. } = &stored.entry;
            ((&**indicator, &**period), stored)
        });
        keyed.collect()
    }

    /// The entries that hold: of each indicator and period the last one, unless it
    /// withdraws what was there.
    pub fn holding(&self) -> Vec<&StoredEntry> {
        let lasts = self.lasts().into_values();
        let mut holding: Vec<&StoredEntry> =
            lasts.filter(|stored| stored.entry.entered != Entered::Withdrawn).collect();
        holding.sort_by_key(|stored| stored.number);
        holding
    }
}

/// The columns in which an entry is stored: numerator, denominator, result, day.
type Columns = (Option<i64>, Option<i64>, Option<String>, Option<NaiveDate>);

fn columns(entered: &Entered) -> Columns {
    let count = |count: u64| i64::try_from(count).ok();
    match entered {
        Entered::Counts { numerator, denominator } => {
            (count(*numerator), count(*denominator), None, None)
        }
        Entered::Number { value, published_on } => {
            (None, None, Some(value.to_string()), Some(*published_on))
        }
        Entered::Rank { rank, published_on } => {
            (None, None, Some(rank.clone()), Some(*published_on))
        }
        Entered::Done { on } => (None, None, None, Some(*on)),
        Entered::Withdrawn => (None, None, None, None),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    indicator: String,
    period: String,
    kind: String,
    numerator: Option<i64>,
    denominator: Option<i64>,
    result: Option<String>,
    on_day: Option<String>,
    source: String,
    link: String,
    entered_by: String,
    entered_at: i64,
}

impl Row {
    /// What was entered; `None` when the columns say nothing that can be meant.
    fn entered(&self) -> Option<Entered> {
        let count = |stored: Option<i64>| u64::try_from(stored?).ok();
        let day = || self.on_day.as_deref()?.parse().ok();
        Some(match self.kind.as_str() {
            "counts" => Entered::Counts {
                numerator: count(self.numerator)?,
                denominator: count(self.denominator)?,
            },
            "number" => Entered::Number {
                value: Decimal::parse(self.result.as_deref()?)?,
                published_on: day()?,
            },
            "rank" => Entered::Rank { rank: self.result.clone()?, published_on: day()? },
            "done" => Entered::Done { on: day()? },
            "withdrawn" => Entered::Withdrawn,
            _ => return None,
        })
    }
}

impl TryFrom<Row> for StoredEntry {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let entered = row.entered();
        let damaged = || Error::Damaged(format!("entry {} of an indicator", row.seq));
        Ok(Self {
            number: row.seq,
            entry: Entry {
                entered: entered.ok_or_else(damaged)?,
                indicator: row.indicator,
                period: row.period,
                source: row.source,
                link: row.link,
            },
            entered_by: row.entered_by,
            entered_at: row.entered_at,
        })
    }
}

impl Db {
    /// Stores those of `entries` whose place nobody else has taken, said by whoever did
    /// `event`, and notes it once when there are any. Returns how many were stored.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be written; none of them is stored then.
    pub async fn enter(&self, entries: &[NewEntry], event: &Event) -> Result<usize, Error> {
        const SQL: &str = "insert into indicator_entries (commune_code, indicator, period,
            replaces, kind, numerator, denominator, result, on_day, source, link, entered_by,
            entered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            on conflict (commune_code, indicator, period, replaces) do nothing";
        let mut ordered: Vec<&NewEntry> = entries.iter().collect();
        // In one order for everybody, so that two files do not wait for each other.
        ordered.sort_by_key(|new| (&new.commune, &new.entry.indicator, &new.entry.period));
        Ok(on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let mut stored = 0;
            for NewEntry { commune, entry, replaces } in ordered {
                let (numerator, denominator, result, day) = columns(&entry.entered);
                stored += sqlx::query(SQL)
                    .bind(commune.as_str())
                    .bind(&entry.indicator)
                    .bind(&entry.period)
                    .bind(replaces)
                    .bind(entry.entered.name())
                    .bind(numerator)
                    .bind(denominator)
                    .bind(result)
                    .bind(day.map(|day| day.to_string()))
                    .bind(&entry.source)
                    .bind(&entry.link)
                    .bind(&event.who)
                    .bind(event.at)
                    .execute(&mut *work)
                    .await?
                    .rows_affected();
            }
            if stored > 0 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            usize::try_from(stored).unwrap_or(usize::MAX)
        }))
    }

    /// Everything that was entered for `commune`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn indicator_entries(&self, commune: &CommuneCode) -> Result<Ledger, Error> {
        const SQL: &str = concat!(
            "select seq, indicator, period, kind, numerator, denominator, result,
            on_day, source, link, ",
            full_name!("entered_by"),
            " as entered_by, entered_at from indicator_entries
            where commune_code = $1 order by seq"
        );
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(commune.as_str()).fetch_all(p).await)?;
        Ok(Ledger(rows.into_iter().map(StoredEntry::try_from).collect::<Result<_, _>>()?))
    }
}
