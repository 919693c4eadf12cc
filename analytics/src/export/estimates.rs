//! A table of estimates as CSV, as JSON and as plain text.
//!
//! The three have the same columns under the same names, in the same order.
//! Numbers are written in their shortest form that reads back to the same value;
//! what is undefined is empty, in JSON `null`.

use std::io::Write;

use serde_json::{Map, Value};
use surveys::instrument::Aggregation;

use crate::against_target::Judged;
use crate::estimate::columns::{AFTER, BEFORE, BELOW, JUDGED};
use crate::estimate::{Estimate, EstimateTable};
use crate::export::{harmless, sheet};
use crate::interval::IntervalMethod;
use crate::multiplicity::Below;

/// What the rows of a table were held against: one value per row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdicts<'a> {
    /// Adds the columns `target`, `operator`, `verdict`, `target_code` and `clause`.
    pub judged: &'a [Option<Judged>],
    /// Where it was asked for, adds the columns `p_below` and `p_adjusted`.
    pub below: Option<&'a [Option<Below>]>,
}

impl<'a> Verdicts<'a> {
    /// Verdicts without p-values.
    pub const fn of(judged: &'a [Option<Judged>]) -> Self {
        Self { judged, below: None }
    }
}

/// A value of a column.
enum Cell<'a> {
    /// What comes from the file of responses.
    Given(&'a str),
    /// What comes from a plan; undefined where it is empty.
    Text(&'a str),
    Name(&'a str),
    Flags(String),
    Count(u64),
    /// Undefined where there is none.
    Number(Option<f64>),
}

/// One row: the columns' values in order.
fn cells(estimate: &Estimate) -> Vec<Cell<'_>> {
    let mut cells = Vec::with_capacity(
        BEFORE.len() + estimate.group.len() + AFTER.len() + JUDGED.len() + BELOW.len(),
    );
    cells.extend([Cell::Name(estimate.level.name()), Cell::Name(&estimate.code)]);
    cells.extend(estimate.group.iter().map(|value| Cell::Given(value)));
    let satisfied = Some(estimate.satisfied).filter(|_| estimate.tells_satisfied());
    cells.extend([estimate.asked, estimate.valid].map(Cell::Count));
    cells.push(satisfied.map_or(Cell::Number(None), Cell::Count));
    cells.extend([estimate.no_opinion, estimate.unanswered].map(Cell::Count));
    cells.extend([estimate.rate, estimate.se, estimate.low, estimate.upp].map(Cell::Number));
    cells.push(Cell::Count(estimate.df));
    cells.extend([Some(estimate.n_eff), estimate.deff].map(Cell::Number));
    cells.push(Cell::Name(estimate.interval.map_or("", IntervalMethod::name)));
    cells.push(Cell::Name(estimate.aggregation.map_or("", Aggregation::name)));
    cells.push(Cell::Flags(estimate.flags.codes()));
    cells
}

/// The columns that a verdict adds, empty for an estimate without a target.
fn judged_cells(judged: Option<&Judged>) -> [Cell<'_>; 5] {
    [
        Cell::Number(judged.map(|j| j.target)),
        Cell::Name(judged.map_or("", |j| j.operator.as_str())),
        Cell::Name(judged.map_or("", |j| j.verdict.name())),
        Cell::Name(judged.map_or("", |j| j.target_code.as_str())),
        Cell::Text(judged.map_or("", |j| j.clause.as_str())),
    ]
}

/// The columns that p-values add, empty for a row that takes no part.
fn below_cells(below: Option<&Below>) -> [Cell<'_>; 2] {
    [Cell::Number(below.map(|b| b.p)), Cell::Number(below.map(|b| b.adjusted))]
}

impl Cell<'_> {
    /// As it stands in JSON. A whole number has no decimal point, so that counts
    /// of people look like counts.
    fn json(&self) -> Value {
        match self {
            Cell::Name("") | Cell::Text("") | Cell::Number(None) => Value::Null,
            Cell::Given(text) | Cell::Name(text) | Cell::Text(text) => Value::from(*text),
            Cell::Flags(codes) => Value::from(codes.as_str()),
            Cell::Count(count) => Value::from(*count),
            Cell::Number(Some(number)) => {
                whole(*number).map_or_else(|| Value::from(*number), Value::from)
            }
        }
    }

    /// As it stands in a CSV file, written after `text`.
    fn write(&self, text: &mut Vec<u8>) -> std::io::Result<()> {
        match self {
            Cell::Given(given) | Cell::Text(given) => quoted(&harmless(given), text),
            Cell::Name(name) => quoted(name, text),
            Cell::Flags(codes) => quoted(codes, text),
            Cell::Count(count) => serde_json::to_writer(text, count)?,
            Cell::Number(None) => {}
            Cell::Number(Some(number)) => match whole(*number) {
                Some(whole) => serde_json::to_writer(text, &whole)?,
                None => serde_json::to_writer(text, number)?,
            },
        }
        Ok(())
    }

    /// As it stands in a terminal: four decimals, two digits of what is smaller,
    /// nothing that moves the cursor.
    fn shown(&self) -> String {
        match self {
            Cell::Number(Some(number)) if *number != 0.0 && number.abs() < 5e-5 => {
                format!("{number:.1e}")
            }
            Cell::Number(Some(number)) if whole(*number).is_none() => format!("{number:.4}"),
            Cell::Given(text) | Cell::Text(text) => text.replace(char::is_control, " "),
            Cell::Name(text) => (*text).to_owned(),
            Cell::Flags(codes) => codes.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Number(None) => String::new(),
            Cell::Number(Some(number)) => whole(*number).unwrap_or_default().to_string(),
        }
    }
}

/// Writes a text as a CSV file has it: between quotes only where it needs them.
fn quoted(given: &str, text: &mut Vec<u8>) {
    if !given.contains([',', '"', '\n', '\r']) {
        return text.extend_from_slice(given.as_bytes());
    }
    text.push(b'"');
    text.extend_from_slice(given.replace('"', "\"\"").as_bytes());
    text.push(b'"');
}

fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and far below 2^63")]
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

fn header<'a>(table: &'a EstimateTable, verdicts: Option<Verdicts<'_>>) -> Vec<&'a str> {
    let by = table.by.iter().map(String::as_str);
    let judged = JUDGED.into_iter().filter(|_| verdicts.is_some());
    let below = BELOW.into_iter().filter(|_| verdicts.is_some_and(|v| v.below.is_some()));
    BEFORE.into_iter().chain(by).chain(AFTER).chain(judged).chain(below).collect()
}

/// The rows of `table`, each with its verdict when there are `verdicts`.
fn rows<'a>(
    table: &'a EstimateTable,
    verdicts: Option<Verdicts<'a>>,
    range: std::ops::Range<usize>,
) -> impl Iterator<Item = Vec<Cell<'a>>> {
    let places = range.start..range.end.min(table.rows.len());
    places.map(move |i| {
        let estimate = &table.rows[i];
        let mut cells = cells(estimate);
        if let Some(verdicts) = verdicts {
            cells.extend(judged_cells(verdicts.judged.get(i).and_then(Option::as_ref)));
            if let Some(below) = verdicts.below {
                cells.extend(below_cells(below.get(i).and_then(Option::as_ref)));
            }
        }
        cells
    })
}

/// The columns that [`sheet_cells`] fills.
pub fn sheet_columns() -> impl Iterator<Item = &'static str> {
    BEFORE.into_iter().chain(AFTER).chain(JUDGED)
}

/// An estimate that is of no group as cells of a spreadsheet, with what it was held
/// against.
pub fn sheet_cells(estimate: &Estimate, judged: Option<&Judged>) -> Vec<sheet::Cell> {
    let of = |cell: Cell<'_>| match cell {
        Cell::Given(text) | Cell::Text(text) | Cell::Name(text) => text.into(),
        Cell::Flags(codes) => sheet::Cell::Text(codes),
        Cell::Count(count) => sheet::Cell::Count(count),
        Cell::Number(number) => sheet::Cell::Number(number),
    };
    cells(estimate).into_iter().chain(judged_cells(judged)).map(of).collect()
}

/// Writes `table` as CSV: UTF-8, commas, `\n`, texts made [`harmless`].
/// `verdicts` add their columns.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_csv(
    table: &EstimateTable,
    verdicts: Option<Verdicts<'_>>,
    mut out: impl Write,
) -> std::io::Result<()> {
    let mut csv = csv::Writer::from_writer(&mut out);
    csv.write_record(header(table, verdicts).into_iter().map(|n| harmless(n).into_owned()))?;
    csv.flush()?;
    drop(csv);
    let starts: Vec<usize> = (0..table.rows.len()).step_by(PIECE).collect();
    if let [] | [_] = starts[..] {
        out.write_all(&lines(table, verdicts, 0..PIECE)?)?;
        return out.flush();
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let mut pieces = Vec::with_capacity(threads);
        for first in 0..threads {
            // A thread waits for its pieces to be written: memory does not grow with the table.
            let (give, take) = std::sync::mpsc::sync_channel(1);
            let own = starts.iter().skip(first).step_by(threads);
            scope.spawn(move || {
                for start in own {
                    if give.send(lines(table, verdicts, *start..start + PIECE)).is_err() {
                        return;
                    }
                }
            });
            pieces.push(take);
        }
        for place in 0..starts.len() {
            let piece = pieces[place % threads].recv().map_err(std::io::Error::other)?;
            out.write_all(&piece?)?;
        }
        out.flush()
    })
}

/// How many rows a thread writes at a time.
const PIECE: usize = 10_000;
/// How many bytes a line takes, about.
const LINE: usize = 200;

/// The lines of some rows.
fn lines(
    table: &EstimateTable,
    verdicts: Option<Verdicts<'_>>,
    range: std::ops::Range<usize>,
) -> std::io::Result<Vec<u8>> {
    // A writer of CSV that looks at every digit for quotes takes as long as the rest.
    let mut text = Vec::with_capacity(LINE * range.len().min(table.rows.len()));
    for row in rows(table, verdicts, range) {
        for cell in &row {
            cell.write(&mut text)?;
            text.push(b',');
        }
        text.pop();
        text.push(b'\n');
    }
    Ok(text)
}

/// `table` as a JSON array of objects, one per row, with the names of the CSV.
pub fn to_json(table: &EstimateTable, verdicts: Option<Verdicts<'_>>) -> Value {
    let names = header(table, verdicts);
    let object = |row: Vec<Cell<'_>>| {
        let cells = names.iter().map(|n| (*n).to_owned()).zip(row.iter().map(Cell::json));
        Value::Object(cells.collect::<Map<_, _>>())
    };
    rows(table, verdicts, 0..usize::MAX).map(object).collect()
}

/// `table` as aligned plain text for a terminal: rates as proportions with four
/// decimals, counts to the right.
pub fn to_text(table: &EstimateTable, verdicts: Option<Verdicts<'_>>) -> String {
    let header = header(table, verdicts);
    let lines: Vec<Vec<String>> = rows(table, verdicts, 0..usize::MAX)
        .map(|row| row.iter().map(Cell::shown).collect())
        .collect();
    let width = |column: usize| {
        let cells = lines.iter().map(|l| l[column].chars().count());
        cells.chain([header[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let to_right =
        |name: &str| AFTER[..12].contains(&name) || name == "target" || BELOW.contains(&name);
    let line = |cells: &[&str]| {
        let padded: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(i, cell)| {
                let gap = " ".repeat(widths[i] - cell.chars().count());
                if to_right(header[i]) { gap + cell } else { (*cell).to_owned() + &gap }
            })
            .collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let names: Vec<String> =
        header.iter().map(|name| name.replace(char::is_control, " ")).collect();
    let mut text = line(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for cells in &lines {
        text.push_str(&line(&cells.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::against_target::Verdict;
    use crate::estimate::{EstimateOptions, Level, estimate};
    use crate::test_form::{frame, instrument};

    fn table() -> EstimateTable {
        let mut rows = vec![("=x", "55555552"); 30];
        rows.extend([("=x", "15555552"); 3]);
        rows.push(("y", "--------"));
        let options = EstimateOptions { by: vec!["group".into()], ..Default::default() };
        let mut table = estimate(&frame(&rows), &instrument(), &options).unwrap();
        table.rows.retain(|r| &*r.code == "A1" && r.level == Level::Item);
        table
    }

    fn judged() -> Vec<Option<Judged>> {
        let judged = Judged {
            target_code: "T1".into(),
            clause: "=Mục II, điểm 1".into(),
            target: 0.9,
            operator: ">=".into(),
            verdict: Verdict::Undetermined,
        };
        vec![Some(judged), None]
    }

    #[test]
    fn csv_has_the_columns_in_order_and_reads_back_exactly() {
        let table = table();
        let mut out = Vec::new();
        write_csv(&table, Some(Verdicts::of(&judged())), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "level,code,group,asked,valid,satisfied,no_opinion,unanswered,rate,se,low,upp,df,n_eff,deff,interval,aggregation,flags,target,operator,verdict,target_code,clause"
        );
        assert!(lines[1].starts_with("item,A1,'=x,33,33,30,0,0,0.9090909090909091,"), "{text}");
        assert!(
            lines[1].ends_with(
                ",32,33,1,clopper_pearson,,,0.9,>=,undetermined,T1,\"'=Mục II, điểm 1\""
            ),
            "{text}"
        );
        assert_eq!(
            lines[2],
            "item,A1,y,1,0,0,0,1,,,,,0,0,,,,no_valid;few_df;nonresponse_over_30,,,,,"
        );
        let cells: Vec<&str> = lines[1].split(',').collect();
        assert_eq!(cells[9].parse::<f64>().ok(), table.rows[0].se);
        assert_eq!(cells[10].parse::<f64>().ok(), table.rows[0].low);
    }

    #[test]
    fn csv_reads_back_whatever_a_group_is_called() {
        let mut table = table();
        let row = table.rows[0].clone();
        let names = ["a,b", "Phường \"1\"", "\"", "a\nb", "a\r\nb", "", ",", "Diên Khánh"];
        table.rows = names
            .iter()
            .map(|name| Estimate { group: vec![(*name).to_owned()].into(), ..row.clone() })
            .collect();
        let mut out = Vec::new();
        write_csv(&table, None, &mut out).unwrap();
        let mut read = csv::Reader::from_reader(&*out);
        let found: Vec<_> = read.records().map(|r| r.unwrap()[2].to_owned()).collect();
        assert_eq!(found, names);
    }

    #[test]
    fn json_has_the_names_of_the_csv_and_null_where_undefined() {
        let json = to_json(&table(), None);
        let names: Vec<&String> = json[0].as_object().unwrap().keys().collect();
        assert_eq!(names.len(), 18);
        assert_eq!(names[..3], ["level", "code", "group"]);
        assert_eq!(json[0]["group"], "=x");
        assert_eq!(json[0]["asked"], 33);
        assert_eq!(json[1]["rate"], Value::Null);
        let judged = to_json(&table(), Some(Verdicts::of(&judged())));
        assert_eq!(judged[0]["verdict"], "undetermined");
        assert_eq!(judged[0]["clause"], "=Mục II, điểm 1");
        assert_eq!(judged[1]["verdict"], Value::Null);
        assert_eq!(judged[1]["clause"], Value::Null);
    }

    #[test]
    fn p_values_are_columns_only_where_they_were_asked_for() {
        let (table, judged) = (table(), judged());
        let below = [Some(Below { p: 0.25, adjusted: 0.5 }), None];
        let verdicts = Verdicts { judged: &judged, below: Some(&below) };
        let mut out = Vec::new();
        write_csv(&table, Some(verdicts), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let ends: Vec<&str> = text.lines().collect();
        assert!(ends[0].ends_with(",verdict,target_code,clause,p_below,p_adjusted"), "{text}");
        assert!(ends[1].ends_with(",0.25,0.5") && ends[2].ends_with(",,,,,"), "{text}");
        let small = [Some(Below { p: 3.21e-9, adjusted: 0.0 }), None];
        let verdicts = Verdicts { judged: &judged, below: Some(&small) };
        let text = to_text(&table, Some(verdicts));
        assert!(text.lines().nth(1).unwrap().ends_with("   3.2e-9           0"), "{text}");
    }

    #[test]
    fn text_is_aligned_and_harmless_to_a_terminal() {
        let mut table = table();
        table.rows[1].group = vec!["Diên Khánh\u{1b}[2J".to_owned()].into();
        let text = to_text(&table, None);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(!text.contains('\u{1b}'));
        let asked = lines[0].find("asked").unwrap();
        assert_eq!(&lines[1][asked + 3..asked + 5], "33");
        assert!(lines[1].contains("  0.9091  "));
    }
}
