//! `hailong index papi`: totals, ranks and rank groups of PAPI.

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;

use analytics::index::papi::{self, WrongSizes};
use clap::Args;
use serde_json::{Value, json};
use surveys::Text;

use super::super::output::Listing;
use super::super::table_file::{bad_cell, bad_row, no_column, open};
use super::super::{Done, Failure};
use super::Table;

/// Totals, ranks and rank groups of PAPI, from published scores
///
/// The file has the column unit and columns with scores, empty where none is published. There is
/// no official PAPI of a commune.
#[derive(Debug, Args)]
pub(in crate::cli) struct Papi {
    #[command(flatten)]
    table: Table,
    /// The dimensions: each the column of its name, or the sum of columns (D1=s11+s12+s13)
    #[arg(long, value_name = "NAME[=COLUMN+…],…", value_delimiter = ',', required = true, value_parser = dimension)]
    dimensions: Vec<Dimension>,
    /// The lowest and the highest possible score, of every column or of one (s11=0.25,2.5; may be
    /// repeated): its scores are put on the scale from 1 to 10 by them before they are added up
    #[arg(long, value_name = "[COLUMN=]MIN,MAX", value_parser = bounds, allow_hyphen_values = true)]
    rescale: Vec<Bounds>,
    /// How many units each group has, the highest first, as published for the year
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    groups: Vec<usize>,
}

/// A dimension and the columns that it is the sum of.
#[derive(Debug, Clone)]
struct Dimension {
    name: String,
    columns: Vec<String>,
}

/// The theoretical bounds of a column, or of all that have none of their own.
#[derive(Debug, Clone)]
struct Bounds {
    column: Option<String>,
    range: (f64, f64),
}

/// A unit's scores of the dimensions; `None` where one is not published.
type Scores = Vec<Option<f64>>;

fn dimension(text: &str) -> Result<Dimension, String> {
    let (name, columns) = text.split_once('=').unwrap_or((text, text));
    let columns: Vec<String> = if name == columns {
        vec![name.trim().to_owned()]
    } else {
        columns.split('+').map(|column| column.trim().to_owned()).collect()
    };
    let name = name.trim().to_owned();
    if name.is_empty() || columns.iter().any(String::is_empty) {
        return Err("write a name, or one with columns, such as D1=s11+s12".to_owned());
    }
    Ok(Dimension { name, columns })
}

fn bounds(text: &str) -> Result<Bounds, String> {
    let (column, numbers) = match text.split_once('=') {
        Some((column, numbers)) => (Some(column.trim().to_owned()), numbers),
        None => (None, text),
    };
    let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite());
    let range = numbers.split_once(',').and_then(|(min, max)| number(min).zip(number(max)));
    let range = range.filter(|(min, max)| min < max);
    range
        .map(|range| Bounds { column, range })
        .ok_or_else(|| "write two numbers, such as 0,1, or s11=0,1 for one column".to_owned())
}

/// The first of `names` that stands there twice.
fn twice<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let mut before = Vec::new();
    names.into_iter().find(|name| {
        let known = before.contains(name);
        before.push(*name);
        known
    })
}

impl Papi {
    /// That no dimension, column or bound is named twice, and no bound for nothing.
    fn check(&self) -> Result<(), Failure> {
        let columns = || self.dimensions.iter().flat_map(|d| &d.columns).map(String::as_str);
        let names = self.dimensions.iter().map(|dimension| dimension.name.as_str());
        if let Some(name) = twice(names).or_else(|| twice(columns())) {
            return Err(Failure::new(
                format!("{name} được nêu hai lần nên sẽ được cộng hai lần; hãy nêu một lần"),
                format!("{name} is named twice and would be added twice; name it once"),
            ));
        }
        let bounded = self.rescale.iter().filter_map(|bounds| bounds.column.as_deref());
        if let Some(name) = bounded.clone().find(|name| !columns().any(|column| column == *name)) {
            return Err(Failure::new(
                format!("không thành phần nào dùng cột {name}; hãy sửa --rescale"),
                format!("no dimension uses the column {name}; correct --rescale"),
            ));
        }
        let general = self.rescale.iter().filter(|bounds| bounds.column.is_none()).count();
        if general > 1 || twice(bounded).is_some() {
            return Err(Failure::new(
                "--rescale nêu hai khoảng cho cùng một cột; hãy nêu một khoảng",
                "--rescale names two ranges for one column; name one",
            ));
        }
        Ok(())
    }

    fn range(&self, column: &str) -> Option<(f64, f64)> {
        let own = self.rescale.iter().find(|bounds| bounds.column.as_deref() == Some(column));
        own.or_else(|| self.rescale.iter().find(|bounds| bounds.column.is_none())).map(|b| b.range)
    }

    pub(super) fn run(self) -> Done {
        self.check()?;
        let (units, scores) = self.read(&self.table.file)?;
        let totals: Vec<Option<f64>> = scores.iter().map(|scores| papi::total(scores)).collect();
        let ranked = papi::ranked(&totals, &self.groups).map_err(|wrong| {
            let WrongSizes { room, ranked } = wrong;
            Failure::new(
                format!(
                    "Các nhóm có {room} chỗ mà có {ranked} đơn vị có tổng điểm; hãy sửa --groups"
                ),
                format!("{wrong}"),
            )
        })?;
        let groups = |groups: Option<(usize, usize)>| match groups {
            Some((first, last)) if first == last => json!(first.to_string()),
            Some((first, last)) => json!(format!("{first}-{last}")),
            None => Value::Null,
        };
        // To four decimals, as they are published.
        let published = |score: f64| json!((score * 10_000.0).round() / 10_000.0);
        let row = |place: usize, found: [Value; 3]| {
            let own = scores[place].iter().map(|score| json!(score.map(published)));
            [json!(units[place])].into_iter().chain(found).chain(own).collect::<Vec<_>>()
        };
        let mut rows: Vec<Vec<Value>> = ranked
            .iter()
            .map(|r| row(r.place, [published(r.total), json!(r.rank), groups(r.groups)]))
            .collect();
        let missing = totals.iter().enumerate().filter(|(_, total)| total.is_none());
        rows.extend(missing.map(|(place, _)| row(place, [Value::Null, Value::Null, Value::Null])));
        let names = self.dimensions.iter().map(|dimension| dimension.name.as_str());
        let columns: Vec<&str> =
            ["unit", "total", "rank", "group"].into_iter().chain(names).collect();
        Listing { columns: &columns, rows }.print(self.table.format)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The units of the table and the scores of their dimensions.
    fn read(&self, path: &Path) -> Result<(Vec<String>, Vec<Scores>), Failure> {
        let mut csv = open(path)?;
        let header = csv.headers().map_err(|error| bad_row(path, &error))?.clone();
        let column = |name: &str| {
            let place = header.iter().position(|column| column == name);
            place.ok_or_else(|| no_column(path, name, &header))
        };
        let unit = column("unit")?;
        let dimensions = self.dimensions.iter().map(|dimension| {
            let places = dimension.columns.iter().map(|name| column(name));
            places.collect::<Result<Vec<_>, _>>()
        });
        let dimensions: Vec<Vec<usize>> = dimensions.collect::<Result<_, _>>()?;
        let (mut units, mut scores) = (Vec::new(), Vec::new());
        let mut lines: HashMap<String, u64> = HashMap::new();
        for record in csv.records() {
            let record = record.map_err(|error| bad_row(path, &error))?;
            let line = record.position().map_or(1, csv::Position::line);
            let score = |place: &usize| self.score(path, line, &header[*place], &record[*place]);
            let sum = |places: &Vec<usize>| {
                let scores = places.iter().map(score).collect::<Result<Vec<_>, Failure>>()?;
                Ok::<_, Failure>(papi::total(&scores))
            };
            scores.push(dimensions.iter().map(sum).collect::<Result<Vec<_>, Failure>>()?);
            let name = record[unit].to_owned();
            if let Some(first) = lines.insert(name.clone(), line) {
                let wanted = Text::new(
                    format!("đơn vị này đã có ở dòng {first}: hãy để mỗi đơn vị một dòng"),
                    format!("the unit stands in line {first} too: leave one row per unit"),
                );
                return Err(bad_cell(path, line, "unit", &name, &wanted));
            }
            units.push(name);
        }
        Ok((units, scores))
    }

    /// The score in a cell, on the scale it is added up on; `None` where none is published.
    fn score(
        &self,
        path: &Path,
        line: u64,
        column: &str,
        cell: &str,
    ) -> Result<Option<f64>, Failure> {
        if matches!(cell, "" | "NA") {
            return Ok(None);
        }
        let score = cell.parse().ok().filter(|score: &f64| score.is_finite());
        let (score, range) = (score, self.range(column));
        let found = match range {
            Some(range) => score.and_then(|score| papi::rescaled(score, range)),
            None => score,
        };
        let wanted = match range {
            Some((min, max)) => Text::new(
                format!("cần một số từ {min} đến {max}, dùng dấu chấm"),
                format!("write a number from {min} to {max}, with a dot"),
            ),
            None => Text::new(
                "cần một số như 5.25, dùng dấu chấm",
                "write a number such as 5.25, with a dot",
            ),
        };
        found.map(Some).ok_or_else(|| bad_cell(path, line, column, cell, &wanted))
    }
}
