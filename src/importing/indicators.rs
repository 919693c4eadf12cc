//! A file of indicators: a row for each commune, indicator and month. It is looked at as
//! a whole before anything is stored: which rows are new, which correct what was entered,
//! which say what is there already, and which are left out and why.

mod fault;
mod header;
pub mod written;

use std::collections::{HashMap, HashSet};

use analytics::frame::records::Next;
use chrono::NaiveDate;
use surveys::indicator::{Entry, Typed};
use surveys::personal_data::{Kind, personal_data};
use surveys::plan::{Measure, Target};
use surveys::text::{count, fold};
use surveys::{CommuneCode, Language, Plan, Text, catalog, unit};

use self::fault::{Fault, left_out};
pub use self::header::Column;
use self::header::Header;
use super::Error;
use super::rejected::{Original, Rejected};
use super::table::Table;
use crate::store::Db;
use crate::store::indicators::{Ledger, NewEntry};

/// The most rows of one file.
pub const MOST_ROWS: usize = 10_000;

/// A row that would be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Fresh {
    /// Its line or row in the file, from 1.
    pub line: u64,
    /// The target whose indicator it is.
    pub target: &'static Target,
    /// What would be stored.
    pub new: NewEntry,
    /// What was entered before and would be corrected.
    pub before: Option<Entry>,
}

/// What a file would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looked {
    /// The names of its columns, as they stand there.
    pub columns: Vec<String>,
    /// How many rows it has, empty ones aside.
    pub read: usize,
    /// The rows that would be stored.
    pub fresh: Vec<Fresh>,
    /// How many rows say what is there already.
    pub known: usize,
    /// The rows that are left out.
    pub rejected: Vec<Rejected>,
}

impl Looked {
    /// What would be stored.
    pub fn entries(&self) -> Vec<NewEntry> {
        self.fresh.iter().map(|fresh| fresh.new.clone()).collect()
    }

    /// How many of the rows correct what was entered before.
    pub fn corrections(&self) -> usize {
        self.fresh.iter().filter(|fresh| fresh.before.is_some()).count()
    }
}

/// A row that can be stored.
struct Row {
    original: Original,
    commune: CommuneCode,
    target: &'static Target,
    entry: Entry,
}

fn is_counted(target: &Target) -> bool {
    matches!(target.measured_by, Measure::Indicator { .. })
}

/// The target of `plan` whose indicator is called `name`: by its code or its title. Of
/// several the one that is counted.
fn target(plan: &'static Plan, name: &str) -> Option<&'static Target> {
    let (code, title) = (name.trim().to_ascii_uppercase(), fold(name));
    let named = |target: &&Target| target.indicator == code || fold(&target.title.vi) == title;
    let mut named = plan.targets.iter().filter(named).peekable();
    let first = named.peek().copied();
    named.find(|target| is_counted(target)).or(first)
}

/// The commune that a cell names. A spreadsheet takes the zeros in front away.
fn commune(cell: &str) -> Option<CommuneCode> {
    let digits = (1..=5).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_digit());
    let code = digits.then(|| format!("{cell:0>5}"))?;
    unit::commune(&code).map(|commune| commune.code.clone())
}

/// Whether a source has a number that leads to a person. Of a file nobody is asked about
/// names: sources are called after systems and offices, some of which sound like people.
fn names_a_person(source: &str) -> bool {
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
    personal_data(source, &[]).into_iter().any(|found| match found.kind {
        Kind::Phone => true,
        Kind::IdNumber => digits(&source[found.range]) == 12,
        _ => false,
    })
}

fn row(
    table: &Table,
    header: &Header,
    covers: &impl Fn(&CommuneCode) -> bool,
    today: NaiveDate,
) -> Result<(CommuneCode, &'static Target, Entry), Vec<Fault>> {
    let cell = |column| header.cell(table, column);
    let commune = commune(cell(Column::Commune).trim()).ok_or(vec![Fault::UnknownCommune])?;
    if !covers(&commune) {
        return Err(vec![Fault::ForeignCommune]);
    }
    let plan = catalog::plan_of(&commune).ok_or(vec![Fault::NoPlan])?;
    let target = target(plan, &cell(Column::Indicator)).ok_or(vec![Fault::NotInPlan])?;
    if !is_counted(target) {
        return Err(vec![Fault::NotCounted]);
    }
    let [period, numerator, denominator, source] =
        [Column::Month, Column::Numerator, Column::Denominator, Column::Source].map(cell);
    let typed = Typed {
        period: &period,
        numerator: &numerator,
        denominator: &denominator,
        source: &source,
        ..Typed::default()
    };
    let entry = Entry::parse(target, &typed, today);
    let entry = entry.map_err(|bad| bad.into_iter().map(Fault::Bad).collect::<Vec<_>>())?;
    if names_a_person(&entry.source) {
        return Err(vec![Fault::NamesAPerson]);
    }
    Ok((commune, target, entry))
}

/// Reads all rows of `table`.
fn rows(
    table: &mut Table,
    header: &Header,
    covers: &impl Fn(&CommuneCode) -> bool,
    today: NaiveDate,
) -> Result<Vec<Result<Row, Rejected>>, Error> {
    let (mut rows, columns) = (Vec::new(), header.names.len());
    loop {
        let read = match table.advance()? {
            Next::End => return Ok(rows),
            Next::Broken(broken) => Err(Rejected::broken(table, broken)),
            Next::Record if table.is_blank() => continue,
            Next::Record if !table.fits(columns) => Err(Rejected::ragged(table, columns)),
            Next::Record => {
                let original = Original::of(table, columns);
                match row(table, header, covers, today) {
                    Ok((commune, target, entry)) => Ok(Row { original, commune, target, entry }),
                    Err(faults) => Err(left_out(header, original, &faults)),
                }
            }
        };
        if rows.len() == MOST_ROWS {
            let text = Text::new(
                format!(
                    "Tệp có hơn {} dòng; hãy chia thành nhiều tệp",
                    count(MOST_ROWS as u64, Language::Vi)
                ),
                format!(
                    "the file has more than {} rows; split it into several",
                    count(MOST_ROWS as u64, Language::En)
                ),
            );
            return Err(text.into());
        }
        rows.push(read);
    }
}

/// What the file `table` would do to the store on the day `today`, when rows of communes
/// that `covers` refuses are left out.
///
/// # Errors
/// When the file cannot be read, has not the columns or too many rows, or the store cannot
/// be read.
pub async fn look(
    db: &Db,
    mut table: Table,
    covers: impl Fn(&CommuneCode) -> bool,
    today: NaiveDate,
) -> Result<Looked, Error> {
    let header = Header::find(&mut table)?;
    let rows = rows(&mut table, &header, &covers, today)?;
    let mut ledgers: HashMap<CommuneCode, Ledger> = HashMap::new();
    for Row { commune, .. } in rows.iter().flatten() {
        if !ledgers.contains_key(commune) {
            ledgers.insert(commune.clone(), db.indicator_entries(commune).await?);
        }
    }
    let lasts: HashMap<&CommuneCode, _> =
        ledgers.iter().map(|(commune, ledger)| (commune, ledger.lasts())).collect();
    let (mut looked, mut seen) = (Looked { read: rows.len(), ..Looked::default() }, HashSet::new());
    for row in rows {
        let Row { original, commune, target, entry } = match row {
            Ok(row) => row,
            Err(rejected) => {
                looked.rejected.push(rejected);
                continue;
            }
        };
        if !seen.insert((commune.clone(), entry.indicator.clone(), entry.period.clone())) {
            looked.rejected.push(left_out(&header, original, &[Fault::Repeated]));
            continue;
        }
        let last = lasts.get(&commune).and_then(|l| l.get(&(&*entry.indicator, &*entry.period)));
        let (before, replaces) = match last {
            Some(last) if last.entry == entry => {
                looked.known += 1;
                continue;
            }
            Some(last) => (Some(last.entry.clone()), last.number),
            None => (None, 0),
        };
        looked.fresh.push(Fresh {
            line: original.line,
            target,
            before,
            new: NewEntry { commune, entry, replaces },
        });
    }
    looked.columns = header.names;
    Ok(looked)
}
