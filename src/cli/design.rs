//! How the respondents were sampled, as it is said on the command line.

use std::path::{Path, PathBuf};

use analytics::design::{Calibration, CalibrationMethod, MarginTotal, Margins};
use analytics::export::csv_text::CsvText;
use analytics::frame::csv_file::RESPONSE_ID;
use analytics::{Frame, LonelyPsu, SurveyDesign, WeightCost};
use clap::Args;
use surveys::Language;
use surveys::text::{count, decimal};

use super::choice::named;
use super::{Failure, output, table_file};

/// How the respondents were sampled, by columns of the file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sampling design")]
pub(super) struct Design {
    /// The columns of the primary sampling units, such as villages, and of the units drawn inside
    #[arg(long, value_name = "COLUMN[,COLUMN]", value_delimiter = ',')]
    psu: Vec<String>,
    /// The column of the strata
    #[arg(long, value_name = "COLUMN")]
    strata: Option<String>,
    /// The column of the sampling weights
    #[arg(long, value_name = "COLUMN")]
    weights: Option<String>,
    /// The columns with the number of primary units that the row's stratum has in the
    /// population, and of second units that its primary unit has
    #[arg(long, value_name = "COLUMN[,COLUMN]", value_delimiter = ',')]
    fpc: Vec<String>,
    /// What becomes of a stratum with one sampling unit: fail, remove, adjust or average
    #[arg(long, value_name = "WHAT", default_value = "fail", value_parser = named(&LonelyPsu::ALL, LonelyPsu::name))]
    lonely: LonelyPsu,
    /// Known totals that the weights are made to meet: variable, category and total in each line
    #[arg(long, value_name = "FILE.csv")]
    margins: Option<PathBuf>,
    /// How the weights are made to meet them: raking or linear
    #[arg(long, value_name = "HOW", default_value = "raking", requires = "margins", value_parser = named(&CalibrationMethod::ALL, CalibrationMethod::name))]
    calibration: CalibrationMethod,
    /// The largest weight, in multiples of the mean weight
    #[arg(long, value_name = "TIMES")]
    trim: Option<f64>,
    /// Write the weight of every row to this file
    #[arg(long, value_name = "FILE.csv")]
    weights_out: Option<PathBuf>,
}

/// The columns of a file of weights beside those of the responses' file.
const WRITTEN: [&str; 3] = ["line", RESPONSE_ID, "final_weight"];

impl Design {
    /// The design, its margins read from their file.
    pub(super) fn read(&self) -> Result<SurveyDesign, Failure> {
        let margins = self.margins.as_deref().map(margins).transpose()?;
        Ok(SurveyDesign {
            ids: self.psu.clone(),
            strata: self.strata.clone(),
            weights: self.weights.clone(),
            fpc: self.fpc.clone(),
            lonely: self.lonely,
            calibration: margins.map(|margins| Calibration { margins, method: self.calibration }),
            trim: self.trim,
        })
    }

    /// The file it reads.
    pub(super) fn read_from(&self) -> Option<&Path> {
        self.margins.as_deref()
    }

    /// The file it writes.
    pub(super) fn written_to(&self) -> Option<&Path> {
        self.weights_out.as_deref()
    }

    /// Whether anything was said of it.
    pub(super) fn is_given(&self) -> bool {
        let columns = !self.psu.is_empty() || !self.fpc.is_empty() || self.strata.is_some();
        let weights = self.weights.is_some() || self.margins.is_some() || self.trim.is_some();
        columns || weights || self.weights_out.is_some()
    }

    /// Says what the weights of `frame` cost, and writes them where it was asked for.
    pub(super) fn tell(
        &self,
        design: &SurveyDesign,
        frame: &Frame,
        language: Language,
    ) -> Result<(), Failure> {
        let asked = self.weights.is_some() || self.margins.is_some() || self.trim.is_some();
        if !asked && self.weights_out.is_none() {
            return Ok(());
        }
        let weights = design.weights_of(frame).map_err(|e| e.text())?;
        if let Some(path) = &self.weights_out {
            output::to_file(path, |out| {
                let has =
                    |name: &&str| (0..frame.len()).any(|row| frame.key_text(name, row) != Some(""));
                let id = Some(RESPONSE_ID).filter(has);
                let others = frame.keys().filter(|name| !WRITTEN.contains(name));
                let keys: Vec<&str> = id.into_iter().chain(others).collect();
                let [line, _, weight] = WRITTEN;
                let names: Vec<&str> =
                    [line].into_iter().chain(keys.iter().copied()).chain([weight]).collect();
                let mut csv = CsvText::new(out, &names)?;
                for (row, weight) in weights.iter().enumerate() {
                    csv.plain(Some(frame.line(row)))?;
                    for name in &keys {
                        csv.text(frame.key_text(name, row).unwrap_or_default())?;
                    }
                    csv.plain(Some(weight))?;
                    csv.end_row()?;
                }
                csv.finish().map(drop)
            })?;
        }
        if let Some(cost) = WeightCost::of(&weights) {
            let WeightCost { n, n_eff, deff, smallest, largest } = cost;
            let [n_eff, deff, smallest, largest] =
                [(n_eff, 1), (deff, 3), (smallest, 3), (largest, 3)]
                    .map(|(value, decimals)| decimal(value, decimals, language));
            let n = count(n, language);
            match language {
                Language::Vi => tell!(
                    "hailong: quyền số: {n} phiếu có giá trị như {n_eff} phiếu (hệ số thiết kế {deff}); nhỏ nhất {smallest}, lớn nhất {largest} lần trung bình"
                ),
                Language::En => tell!(
                    "hailong: weights: {n} responses are worth {n_eff} (design effect {deff}); smallest {smallest}, largest {largest} times the mean"
                ),
            }
        }
        Ok(())
    }
}

fn margins(path: &Path) -> Result<Margins, Failure> {
    let mut table = table_file::open(path)?;
    let bad = |error: csv::Error| table_file::bad_row(path, &error);
    let header = table.headers().map_err(bad)?.clone();
    let column = |name: &str| {
        let place = header.iter().position(|column| column.eq_ignore_ascii_case(name));
        place.ok_or_else(|| table_file::no_column(path, name, &header))
    };
    let [variable, category, total] = ["variable", "category", "total"].map(column);
    let (variable, category, total) = (variable?, category?, total?);
    let mut lines = Vec::new();
    for record in table.records() {
        let record = record.map_err(bad)?;
        // A spreadsheet leaves rows without a word behind.
        if record.iter().all(str::is_empty) {
            continue;
        }
        let text = |place: usize| record[place].to_owned();
        let line = record.position().map_or(1, csv::Position::line);
        let (variable, category, total) = (text(variable), text(category), text(total));
        lines.push(MarginTotal { line, variable, category, total });
    }
    Margins::new(lines).map_err(|error| Failure::in_file(path, error.text()))
}
