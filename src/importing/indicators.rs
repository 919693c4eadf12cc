//! A file of indicators: a row for each commune, indicator and month. It is looked at as
//! a whole before anything is stored: which rows are new, which correct what was entered,
//! which say what is there already, and which are left out and why.

pub mod written;

use std::collections::{HashMap, HashSet};

use analytics::export::as_it_was;
use analytics::frame::records::Next;
use chrono::NaiveDate;
use surveys::indicator::{BadEntry, Entry, EntryField, Typed};
use surveys::plan::{Measure, Target};
use surveys::text::fold;
use surveys::{CommuneCode, Plan, Text, catalog, unit};

use super::Error;
use super::header::SEARCHED;
use super::rejected::{Original, Rejected};
use super::table::{Table, no_text};
use crate::store::Db;
use crate::store::indicators::{Ledger, NewEntry};

/// The most rows of one file.
pub const MOST_ROWS: usize = 10_000;

/// A column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The commune's code.
    Commune,
    /// The indicator's code, or its title in the plan.
    Indicator,
    /// The month.
    Month,
    /// The numerator.
    Numerator,
    /// The denominator.
    Denominator,
    /// Where the numbers are from.
    Source,
}

impl Column {
    /// Every column, in the order in which they are written.
    pub const ALL: [Self; 6] = [
        Self::Commune,
        Self::Indicator,
        Self::Month,
        Self::Numerator,
        Self::Denominator,
        Self::Source,
    ];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Indicator => "indicator",
            Self::Month => "month",
            Self::Numerator => "numerator",
            Self::Denominator => "denominator",
            Self::Source => "source",
        }
    }

    /// What else people call it, folded.
    const fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::Commune => &["commune code", "ma xa", "ma don vi", "xa"],
            Self::Indicator => &["chi tieu", "ma chi tieu"],
            Self::Month => &["thang", "ky", "period"],
            Self::Numerator => &["tu so"],
            Self::Denominator => &["mau so"],
            Self::Source => &["nguon", "nguon so lieu"],
        }
    }

    fn named(name: &str) -> Option<Self> {
        let folded = fold(name);
        let is = |column: &Self| {
            fold(column.name()) == folded || column.other_names().contains(&&*folded)
        };
        Self::ALL.into_iter().find(is)
    }
}

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

/// Why a row is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    UnknownCommune,
    ForeignCommune,
    NoPlan,
    NotInPlan,
    NotCounted,
    Repeated,
    Bad(BadEntry),
}

impl Fault {
    const fn column(self) -> Column {
        match self {
            Self::UnknownCommune | Self::ForeignCommune | Self::NoPlan => Column::Commune,
            Self::NotInPlan | Self::NotCounted => Column::Indicator,
            Self::Repeated => Column::Month,
            Self::Bad(bad) => match bad.field() {
                EntryField::Period | EntryField::Day => Column::Month,
                EntryField::Numerator | EntryField::Result => Column::Numerator,
                EntryField::Denominator => Column::Denominator,
                EntryField::Source | EntryField::Link => Column::Source,
            },
        }
    }

    fn text(self) -> Text {
        let (vi, en) = match self {
            Self::UnknownCommune => (
                "Chưa có xã, phường nào mang mã này. Hãy ghi mã năm chữ số hiện hành, ví dụ 22651.",
                "No commune has this code. Write today's code of five digits, such as 22651.",
            ),
            Self::ForeignCommune => (
                "Xã, phường này ngoài phạm vi của tài khoản. Hãy gửi dòng này cho người phụ trách ở đó.",
                "This commune is not within the account's reach. Send the row to whoever is in charge there.",
            ),
            Self::NoPlan => (
                "Chưa có kế hoạch nào được nhập cho xã, phường này. Hãy báo người quản trị.",
                "No plan was entered for this commune. Tell the administrator.",
            ),
            Self::NotInPlan => (
                "Kế hoạch của xã, phường này không có chỉ tiêu này. Hãy ghi mã chỉ tiêu như trong tệp mẫu.",
                "The plan of this commune has no such indicator. Write its code as in the template.",
            ),
            Self::NotCounted => (
                "Chỉ tiêu này không tính bằng tử số và mẫu số. Hãy nhập kết quả trên trang của chỉ tiêu.",
                "This indicator is not a numerator and a denominator. Enter its result on its own page.",
            ),
            Self::Repeated => (
                "Tháng này của chỉ tiêu này đã có ở một dòng trên. Hãy giữ một dòng.",
                "This month of this indicator is in a row above. Keep one of them.",
            ),
            Self::Bad(bad) => return bad.text(),
        };
        Text::new(vi, en)
    }
}

/// Where the columns are.
struct Header {
    names: Vec<String>,
    places: HashMap<&'static str, usize>,
}

impl Header {
    /// Finds the row with the names of the columns; titles may stand above it.
    fn find(table: &mut Table) -> Result<Self, Error> {
        let (mut nearest, mut is_empty): (Option<(usize, Text)>, _) = (None, true);
        for _ in 0..SEARCHED {
            if table.advance()? == Next::End {
                break;
            }
            is_empty = is_empty && table.is_blank();
            let read = table.delimiters().iter().filter_map(|delimiter| {
                let is_record = table.reread(*delimiter) == Next::Record;
                is_record.then(|| Some((Self::of(table)?, *delimiter)))?
            });
            let Some((header, delimiter)) = read.max_by_key(|(header, _)| header.places.len())
            else {
                continue;
            };
            table.reread(delimiter);
            match header.checked() {
                Ok(header) => return Ok(header),
                Err((known, text)) if nearest.as_ref().is_none_or(|(most, _)| known > *most) => {
                    nearest = Some((known, text));
                }
                Err(_) => {}
            }
        }
        let all = Column::ALL.map(Column::name).join(", ");
        let nothing = || {
            Text::new(
                format!("Tệp chưa có dòng nào; dòng đầu cần có các cột: {all}"),
                format!("the file has no rows; the first needs the columns: {all}"),
            )
        };
        if is_empty {
            return Err(nothing().into());
        }
        Err(nearest.map_or_else(no_text, |(_, text)| text).into())
    }

    /// The current row as a header; `None` when it is no text.
    fn of(table: &Table) -> Option<Self> {
        let names: Option<Vec<String>> =
            (0..table.width()).map(|place| table.text(place)).collect();
        let names = names?;
        let mut places = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            if let Some(column) = Column::named(name) {
                places.entry(column.name()).or_insert(place);
            }
        }
        Some(Self { names, places })
    }

    fn checked(self) -> Result<Self, (usize, Text)> {
        let missing = Column::ALL.into_iter().map(Column::name);
        let missing: Vec<_> = missing.filter(|name| !self.places.contains_key(name)).collect();
        if missing.is_empty() {
            return Ok(self);
        }
        let (missing, found) = (missing.join(", "), self.names.join(", "));
        let found: String = found.chars().take(300).collect();
        let text = Text::new(
            format!("Tệp không có cột {missing}: hãy thêm cột. Tệp có các cột: {found}"),
            format!("the file has no column {missing}: add it. Its columns are: {found}"),
        );
        Err((self.places.len(), text))
    }

    fn cell(&self, table: &Table, column: Column) -> String {
        let place = self.places.get(column.name()).copied().unwrap_or(usize::MAX);
        let text = if place < table.width() { table.text(place) } else { Some(String::new()) };
        text.map_or_else(|| char::REPLACEMENT_CHARACTER.into(), |t| as_it_was(&t).to_owned())
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
    Ok((commune, target, entry))
}

/// A row with what is wrong in it.
fn left_out(header: &Header, original: Original, faults: &[Fault]) -> Rejected {
    let columns = faults.iter().map(|fault| fault.column());
    let places: Vec<usize> = columns.filter_map(|c| header.places.get(c.name()).copied()).collect();
    let joined = |cells: &[String]| {
        let cells = places.iter().map(|place| cells.get(*place).map_or("", String::as_str));
        cells.collect::<Vec<_>>().join("; ")
    };
    let texts: Vec<Text> = faults.iter().map(|fault| fault.text()).collect();
    let reason = Text::new(
        texts.iter().map(|text| &*text.vi).collect::<Vec<_>>().join(" "),
        texts.iter().map(|text| &*text.en).collect::<Vec<_>>().join(" "),
    );
    let (columns, value) = (joined(&header.names), joined(&original.cells));
    Rejected::new(original, &columns, &value, reason)
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
                format!("Tệp có hơn {MOST_ROWS} dòng; hãy chia thành nhiều tệp"),
                format!("the file has more than {MOST_ROWS} rows; split it into several"),
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
