//! `hailong chart`: pictures from a responses file, of what the public may see.

use std::path::{Path, PathBuf};

use analytics::chart::{
    Caption, ComponentChart, ComponentRow, Drawing, HeatmapChart, HeatmapRow, Look, Reading, Size,
    TrendChart, TrendPoint,
};
use analytics::{Estimate, EstimateOptions, EstimateTable, Level, estimate};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use surveys::text::count;
use surveys::{Language, Period, Text, unit};

use super::asked::needed;
use super::design::Design;
use super::responses_file::{Held, ResponsesFile};
use super::{Done, Failure, output};
use crate::reporting::Finding;
use crate::reporting::charts::{mark, reading, target_mark};

/// Draw a chart from a file of responses, as SVG or PNG
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  hailong chart components phieu.csv --instrument quick-counter --plan dien-khanh-2025 --out thanh-phan.svg
  hailong chart trend phieu.csv --instrument quick-counter --out xu-huong.png
  hailong chart heatmap phieu.csv --instrument quick-counter --by commune_code --out cac-xa.svg

Figures that rest on fewer than 30 people are not drawn.")]
pub(super) enum Chart {
    /// Components and index against their targets
    Components(Picture),
    /// The index from month to month
    Trend(Picture),
    /// Groups (communes, unless --by says otherwise) × components
    Heatmap(Heatmap),
}

#[derive(Debug, Args)]
pub(super) struct Picture {
    #[command(flatten)]
    responses: ResponsesFile,
    #[command(flatten)]
    design: Design,
    /// Write the picture to this file, .svg or .png
    #[arg(long, value_name = "FILE.svg|png", value_parser = picture_name)]
    out: PathBuf,
    /// Draw it 360 px wide, for phones
    #[arg(long)]
    compact: bool,
    /// Mark it as simulated data, as a file with a column simulated is by itself
    #[arg(long)]
    simulated: bool,
}

#[derive(Debug, Args)]
pub(super) struct Heatmap {
    /// The column whose groups are the rows
    #[arg(long, default_value = "commune_code")]
    by: String,
    #[command(flatten)]
    picture: Picture,
}

fn picture_name(name: &str) -> Result<PathBuf, String> {
    let path = Path::new(name);
    let known = ["svg", "png"].map(Some);
    let extension = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
    if known.contains(&extension.as_deref()) {
        Ok(path.to_owned())
    } else {
        Err("give a name that ends in .svg or .png".to_owned())
    }
}

impl Chart {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::Components(picture) => picture.draw(None, components, language),
            Self::Trend(picture) => picture.draw(Some("month"), trend, language),
            Self::Heatmap(Heatmap { by, picture }) => picture.draw(Some(&by), heatmap, language),
        }
    }
}

/// What makes a picture of estimates.
type Draw = fn(&Held, EstimateTable, Look) -> Result<Drawing, Failure>;

impl Picture {
    fn draw(&self, by: Option<&str>, draw: Draw, language: Language) -> Done {
        let by: Vec<String> = by.map(str::to_owned).into_iter().collect();
        let read: Vec<&Path> = self.design.read_from().into_iter().collect();
        let written: Vec<&Path> =
            self.design.written_to().into_iter().chain([&*self.out]).collect();
        self.responses.apart(&read, &written)?;
        let design = self.design.read()?;
        let options = EstimateOptions { by, design, ..EstimateOptions::default() };
        let held = self.responses.read(needed(&options, &self.design, None), Some(&self.out))?;
        let frame = &held.responses.frame;
        let table =
            estimate(frame, held.instrument, &options).map_err(|e| self.responses.refused(&e))?;
        self.design.tell(&options.design, frame, language)?;
        let look = Look { drawn: options.design.is_drawn(), ..self.look(&held, language) };
        let drawing = draw(&held, table, look)?;
        self.finish(&drawing, &held, &options.by, language)
    }

    fn look(&self, held: &Held, language: Language) -> Look {
        let size = if self.compact { Size::Compact } else { Size::Wide };
        let simulated = self.simulated || held.responses.simulated;
        Look { language, size, simulated, ..Look::default() }
    }

    fn finish(&self, drawing: &Drawing, held: &Held, by: &[String], language: Language) -> Done {
        let png = self.out.extension().is_some_and(|e| e.eq_ignore_ascii_case("png"));
        let bytes = if png { drawing.png()? } else { drawing.svg_file().into_bytes() };
        output::to_file(&self.out, |out| std::io::Write::write_all(out, &bytes))?;
        self.responses.conclude(&held.responses, by, language)
    }
}

/// What is publicly said of a figure. The days of a file are not one period, so
/// whether a target is in force in it is not asked.
fn finding(held: &Held, estimate: Estimate) -> Finding {
    Finding::of(estimate, held.instrument, held.plan, &Period::month_of(NaiveDate::MIN))
}

fn subtitle(held: &Held, language: Language) -> String {
    let n = count(held.responses.frame.len() as u64, language);
    let plan = held.plan.map(|plan| plan.title.get(language));
    match (language, plan) {
        (Language::Vi, None) => format!("Tỷ lệ hài lòng, {n} phiếu."),
        (Language::Vi, Some(plan)) => format!("Tỷ lệ hài lòng, {n} phiếu. Chỉ tiêu: {plan}."),
        (Language::En, None) => format!("Satisfaction rate, {n} responses."),
        (Language::En, Some(plan)) => format!("Satisfaction rate, {n} responses. Targets: {plan}."),
    }
}

fn caption(held: &Held, language: Language) -> Caption {
    Caption {
        title: held.instrument.title.get(language).to_owned(),
        subtitle: subtitle(held, language),
    }
}

fn components(held: &Held, table: EstimateTable, look: Look) -> Result<Drawing, Failure> {
    let level = table.level;
    let mut findings: Vec<Finding> = table
        .rows
        .into_iter()
        .filter(|e| matches!(e.level, Level::Component | Level::Index))
        .map(|e| finding(held, e))
        .collect();
    findings.sort_by_key(|f| f.estimate.level != Level::Index);
    // Nothing is withheld of nobody: the picture says that there is nothing yet.
    if held.responses.frame.is_empty() {
        findings.clear();
    }
    let row = |f: &Finding| ComponentRow {
        label: f.title.get(look.language).to_owned(),
        reading: reading(f, look.language),
        target: f.against.as_ref().map(target_mark),
        verdict: mark(f),
        strong: f.estimate.level == Level::Index,
    };
    let rows = findings.iter().map(row).collect();
    let caption = caption(held, look.language);
    Ok(ComponentChart { caption, look, level, from_half: true, rows }.draw()?)
}

fn trend(held: &Held, table: EstimateTable, look: Look) -> Result<Drawing, Failure> {
    let level = table.level;
    let mut points: Vec<TrendPoint> = Vec::new();
    let mut next: Option<Period> = None;
    for row in table.rows.into_iter().filter(|e| e.level == Level::Index) {
        let month = row.group.first().map_or("", String::as_str).to_owned();
        let month = Period::parse(&month).map_err(|bad| {
            let Text { vi, en } = bad.explanation();
            Failure::new(format!("Cột month: {vi}"), format!("column month: {en}"))
        })?;
        // A month without answers is a gap that is seen.
        while let Some(empty) = next.take_if(|next| next.start < month.start) {
            points.push(point(&empty, None, look.language));
            next = Some(Period::month_of(empty.end));
        }
        next = Some(Period::month_of(month.end));
        points.push(point(&month, Some(&finding(held, row)), look.language));
    }
    let caption = caption(held, look.language);
    Ok(TrendChart { caption, look, level, from_half: true, points }.draw()?)
}

fn point(month: &Period, finding: Option<&Finding>, language: Language) -> TrendPoint {
    let nothing = || Reading::Withheld { reason: String::new() };
    TrendPoint {
        label: month.start.format("%m/%Y").to_string(),
        reading: finding.map_or_else(nothing, |f| reading(f, language)),
        target: finding.and_then(|f| f.against.as_ref()).map(target_mark),
        break_before: None,
    }
}

fn heatmap(held: &Held, table: EstimateTable, look: Look) -> Result<Drawing, Failure> {
    let components = &held.instrument.components;
    let mut rows: Vec<HeatmapRow> = Vec::new();
    for row in table.rows.into_iter().filter(|e| e.level == Level::Component) {
        let group = row.group.first().map_or("", String::as_str);
        let label = unit::commune(group).map_or(group, |commune| commune.name).to_owned();
        let place = components.iter().position(|c| c.code.as_str() == &*row.code);
        let rate = match reading(&finding(held, row), look.language) {
            Reading::Shown { rate, .. } => Some(rate),
            Reading::Withheld { .. } => None,
        };
        if rows.last().is_none_or(|last| last.label != label) {
            rows.push(HeatmapRow { label, cells: vec![None; components.len()] });
        }
        if let (Some(place), Some(last)) = (place, rows.last_mut()) {
            last.cells[place] = rate;
        }
    }
    let columns = components.iter().map(|c| c.title.get(look.language).to_owned()).collect();
    Ok(HeatmapChart { caption: caption(held, look.language), look, columns, rows }.draw()?)
}
