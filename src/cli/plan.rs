//! `hailong plan`: the shipped plans, and checking one's own.

use std::io::{self, Write};
use std::process::ExitCode;

use chrono::Datelike;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use surveys::plan::{Measure, Target, TargetValue};
use surveys::{Language, Plan, catalog};

use super::check::check;
use super::output::{Format, Listing, json, to_stdout};
use super::{Done, choice};

/// List, show or check plans
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  hailong plan list
  hailong plan show dien-khanh-2025
  hailong plan check ke-hoach-cua-xa.toml")]
pub(super) enum PlanCommand {
    /// List the shipped plans
    List(List),
    /// Show one plan: targets, tasks, reporting periods
    Show(Show),
    /// Check plan files and tell every mistake with its line and column
    Check(Check),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// An id or a file
    #[arg(value_name = "ID|FILE")]
    plan: String,
    /// The form of the result; CSV has the targets only
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong plan check ke-hoach-cua-xa.toml --lang en")]
pub(super) struct Check {
    /// Files to check
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

impl PlanCommand {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::List(list) => list.run(language),
            Self::Show(show) => show.run(language),
            Self::Check(files) => check(&files.files, surveys::plan::file::parse, language),
        }
    }
}

impl List {
    fn run(self, language: Language) -> Done {
        let row = |p: &Plan| {
            vec![
                json!(p.id),
                json!(p.version),
                json!(p.commune_code),
                json!(p.valid_from),
                json!(p.valid_to),
                json!(p.targets.len()),
                json!(p.title.get(language)),
            ]
        };
        let rows = catalog::plans().iter().map(row).collect();
        let columns =
            &["id", "version", "commune_code", "valid_from", "valid_to", "targets", "title"];
        Listing { columns, rows }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    fn run(self, language: Language) -> Done {
        let plan = choice::plan(&self.plan)?;
        let row = |target: &Target| {
            vec![
                json!(target.code),
                json!(target.indicator),
                json!(target.operator.name()),
                target.value.as_ref().map_or(Value::Null, value),
                json!(target.unit.name()),
                json!(measured_by(target)),
                json!(if target.binding { "yes" } else { "no" }),
                json!(
                    target
                        .conflicts_with
                        .iter()
                        .map(AsRef::as_ref)
                        .collect::<Vec<&str>>()
                        .join(" ")
                ),
                json!(target.clause),
                json!(target.title.get(language)),
            ]
        };
        let rows = plan.targets.iter().map(row).collect();
        let columns = &[
            "code",
            "indicator",
            "operator",
            "value",
            "unit",
            "measured_by",
            "binding",
            "conflicts_with",
            "clause",
            "title",
        ];
        let targets = Listing { columns, rows };
        match self.format {
            Format::Csv => targets.print(Format::Csv)?,
            Format::Json => to_stdout(|out| json(&json!(plan), out))?,
            Format::Table => to_stdout(|out| {
                writeln!(out, "{} {}", plan.id, plan.version)?;
                writeln!(out, "{}", plan.title.get(language))?;
                writeln!(out, "{} ({})", plan.unit_name.get(language), plan.commune_code)?;
                writeln!(out, "{} .. {}", plan.valid_from, plan.valid_to)?;
                writeln!(out, "{}\n", compared(plan, language))?;
                out.write_all(targets.table().as_bytes())?;
                tasks(plan, language, out)?;
                periods(plan, language, out)
            })?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn value(value: &TargetValue) -> Value {
    match value {
        // As the plan has it: 90, not 90.0.
        TargetValue::Number(number) => {
            number.to_string().parse().map_or_else(|_| json!(number), Value::Number)
        }
        TargetValue::Rank(rank) => json!(rank),
        TargetValue::Date(date) => json!(date),
    }
}

fn measured_by(target: &Target) -> &'static str {
    match target.measured_by {
        Measure::Survey { .. } => "survey",
        Measure::Indicator { .. } => "indicator",
        Measure::External { .. } => "external",
        Measure::Duty => "duty",
    }
}

/// With what the plan has periods compared.
fn compared(plan: &Plan, language: Language) -> String {
    let text = match (plan.calendar.comparison, language) {
        (Some(comparison), _) => return format!("comparison: {}", comparison.name()),
        (None, Language::Vi) => "comparison: (kế hoạch không nêu; so với kỳ liền trước)",
        (None, Language::En) => "comparison: (not declared; the period before)",
    };
    text.to_owned()
}

fn tasks(plan: &Plan, language: Language, out: &mut dyn Write) -> io::Result<()> {
    for component in &plan.components {
        writeln!(out, "\n{}: {}", component.code, component.title.get(language))?;
        for task in &component.tasks {
            writeln!(out, "  - {}", task.text.replace('\n', " "))?;
            writeln!(out, "    {} ({})", task.lead, task.deadline)?;
        }
    }
    Ok(())
}

fn periods(plan: &Plan, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let periods = plan.calendar.periods_of(plan.valid_to.year());
    if !periods.is_empty() {
        writeln!(out)?;
    }
    for period in periods {
        let (first, last) = (period.start, period.last_day());
        writeln!(out, "{:<8} {first} .. {last}  {}", period.code, period.title.get(language))?;
    }
    Ok(())
}
