//! The tables of staff's results as spreadsheets: what the page shows, with every digit.

use std::sync::Arc;

use analytics::export::estimates::{sheet_cells, sheet_columns};
use analytics::export::sheet::{Cell, Sheet};
use analytics::multiplicity::Adjustment;
use chrono::NaiveDate;
use surveys::collection_point::CollectionPoint;
use surveys::{Language, Period};

use super::listed::listed;
use super::province::{Place, SideBySide};
use super::published::Shown;
use super::slices::{By, Groups, OptionShown, Slice};
use super::{Finding, Report};

/// What stands before the columns of the figures.
const OF: [&str; 11] = [
    "commune_code",
    "commune",
    "instrument",
    "version",
    "period",
    "first_day",
    "last_day",
    "by",
    "group",
    "group_title",
    "title",
];

/// A sheet of figures, begun without a row.
#[derive(Debug)]
pub struct Figures {
    sheet: Sheet,
    language: Language,
    points: Vec<CollectionPoint>,
}

impl Figures {
    /// A sheet with titles in `language`.
    pub fn new(language: Language) -> Self {
        let columns = OF.into_iter().chain(sheet_columns()).chain(["simulated"]);
        let columns = columns.map(str::to_owned).collect();
        Self { sheet: Sheet { columns, rows: Vec::new() }, language, points: Vec::new() }
    }

    /// The same, in which each of `points` has its name.
    #[must_use]
    pub fn naming(self, points: Vec<CollectionPoint>) -> Self {
        Self { points, ..self }
    }

    /// Adds what is shown of `findings`, figures of `report` or of a `slice` of it.
    pub fn add<'a>(
        &mut self,
        report: &Report,
        slice: Option<&Slice>,
        findings: impl IntoIterator<Item = &'a Finding>,
    ) {
        for finding in findings {
            let Some((mut row, judged)) = finding.row() else { continue };
            // The group has columns of its own here.
            row.group = Arc::from([]);
            let mut cells = source(report);
            cells.extend(of_slice(report, slice, self.language, &self.points));
            cells.push(finding.title.get(self.language).into());
            cells.extend(sheet_cells(&row, judged.as_ref()));
            cells.push(Cell::Truth(report.simulated));
            self.sheet.rows.push(cells);
        }
    }

    /// Adds what is shown of each of `groups` of `report`.
    pub fn add_groups(&mut self, report: &Report, by: By, groups: &Groups) {
        for group in &groups.groups {
            let slice = Slice { by, value: group.value.clone() };
            self.add(report, Some(&slice), &group.findings);
        }
    }

    /// The sheet.
    pub fn sheet(self) -> Sheet {
        self.sheet
    }
}

/// What is shown of the index of each of `reports`, and how surely it is below target,
/// alone and among the others, adjusted in either way.
pub fn communes(reports: &[Arc<Report>], language: Language) -> Sheet {
    let mut figures = Figures::new(language);
    let columns = ["p_below", "p_adjusted", "p_adjusted_holm"];
    figures.sheet.columns.extend(columns.map(str::to_owned));
    let [bh, holm] = Adjustment::ALL.map(|adjustment| listed(reports, adjustment));
    for ((report, bh), holm) in reports.iter().zip(bh).zip(holm) {
        let before = figures.sheet.rows.len();
        figures.add(report, None, report.index());
        for row in &mut figures.sheet.rows[before..] {
            let p = [bh.map(|b| b.p), bh.map(|b| b.adjusted), holm.map(|b| b.adjusted)];
            row.extend(p.map(Cell::Number));
        }
    }
    figures.sheet
}

fn source(report: &Report) -> Vec<Cell> {
    vec![
        report.commune.code.as_str().into(),
        report.commune.name.into(),
        report.instrument.id.as_str().into(),
        Cell::Count(report.instrument.version.into()),
        report.period.code.as_str().into(),
        Cell::Text(report.period.start.to_string()),
        Cell::Text(report.period.last_day().to_string()),
    ]
}

/// Of which slice a row is, by its codes and in words.
fn of_slice(
    report: &Report,
    slice: Option<&Slice>,
    language: Language,
    points: &[CollectionPoint],
) -> [Cell; 3] {
    let title = |slice: &Slice| {
        let of_it = |point: &&CollectionPoint| point.code.as_str() == slice.value;
        let point = points.iter().find(of_it).filter(|_| slice.by == By::Point);
        let point = point.map(|point| point.name.clone());
        point.unwrap_or_else(|| slice.title(report.instrument, language))
    };
    let title = slice.map(title).unwrap_or_default();
    [
        slice.map_or("", |slice| slice.by.name()).into(),
        slice.map_or("", |slice| slice.value.as_str()).into(),
        Cell::Text(title),
    ]
}

/// The communes of a province as its page shows them, in the order of `places`: one row
/// each, with the index and the rates of the components.
pub fn province(beside: &SideBySide, places: &[&Place], code: &str, language: Language) -> Sheet {
    let instrument = beside.instrument;
    let rates = instrument.components.iter().map(|c| format!("rate_{}", c.code));
    let before =
        OF[..7].iter().copied().chain(["status", "people", "title"]).chain(sheet_columns());
    let columns = before
        .chain(["p_below", "p_below_adjusted", "below_among_all"])
        .map(str::to_owned)
        .chain(rates)
        .chain(["simulated".to_owned()])
        .collect();
    let day = |day: Option<NaiveDate>| Cell::Text(day.map(|d| d.to_string()).unwrap_or_default());
    let row = |place: &&Place| {
        let period = place.period.as_ref();
        let version = place.figures.as_ref().map_or(instrument.version, |f| f.version);
        let mut cells = vec![
            place.commune.code.as_str().into(),
            place.commune.name.into(),
            instrument.id.as_str().into(),
            Cell::Count(version.into()),
            code.into(),
            day(period.map(|p| p.start)),
            day(period.map(Period::last_day)),
            status(place).into(),
        ];
        cells.push(place.people().map_or_else(|| "".into(), Cell::Count));
        let index = place.figures.as_ref().map(|figures| &figures.index);
        cells.push(index.map_or("", |index| index.title.get(language)).into());
        match index.and_then(Finding::row) {
            Some((mut row, judged)) => {
                row.group = Arc::from([]);
                cells.extend(sheet_cells(&row, judged.as_ref()));
            }
            None => cells.extend(sheet_columns().map(|_| Cell::from(""))),
        }
        let below = place.figures.as_ref().and_then(|figures| figures.below);
        cells.extend([
            Cell::Number(below.map(|below| below.p)),
            Cell::Number(below.map(|below| below.adjusted)),
            Cell::Truth(place.is_below()),
        ]);
        for component in &instrument.components {
            let of_it = |f: &&Finding| *f.estimate.code == *component.code.as_str();
            let shown = place.figures.as_ref().and_then(|f| f.components.iter().find(of_it));
            cells.push(match shown.map(Finding::shown) {
                Some(Shown::Rate { rate, .. }) => Cell::Number(Some(rate)),
                _ => Cell::Number(None),
            });
        }
        cells.push(Cell::Truth(beside.simulated));
        cells
    };
    Sheet { columns, rows: places.iter().map(row).collect() }
}

/// How much of a commune is shown, as files name it.
fn status(place: &Place) -> &'static str {
    match place.shown() {
        None if place.period.is_none() => "no_such_period",
        None if place.awaited => "awaited",
        None if place.withdrawn => "withdrawn",
        None if place.unreadable => "unreadable",
        None => "no_responses",
        Some(Shown::Nothing) => "withheld",
        Some(Shown::Counts(_) | Shown::End(..)) => "counts",
        Some(Shown::Rate { .. }) => "rate",
    }
}

/// How often each option of each item was chosen.
pub fn options(report: &Report, slice: Option<&Slice>, language: Language) -> Sheet {
    let own = ["item", "item_title", "value", "option", "count", "asked", "simulated"];
    let columns = OF[..10].iter().copied().chain(own).map(str::to_owned).collect();
    let row = |option: OptionShown| {
        let mut cells = source(report);
        cells.extend(of_slice(report, slice, language, &[]));
        cells.extend([
            option.item.code.as_str().into(),
            option.item.text.get(language).into(),
            Cell::Text(option.value.map(|v| v.to_string()).unwrap_or_default()),
            option.words(language).into(),
            Cell::Count(option.count),
            Cell::Count(option.asked),
            Cell::Truth(report.simulated),
        ]);
        cells
    };
    Sheet { columns, rows: report.options_shown(slice).into_iter().map(row).collect() }
}
