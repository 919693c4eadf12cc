//! `hailong sample-size`: how many forms are needed, before any is handed out.

use std::process::ExitCode;

use analytics::planning::{Outlook, PlanningError, Precision, outlook, yamane};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use surveys::plan::{Measure, Operator, Target};

use super::output::{Format, Listing};
use super::{Done, Failure, choice};

/// The most responses for which the chances of a verdict are added up.
const MOST: u64 = 10_000_000;
/// The number of forms that national guidance names most often.
const USUAL: u64 = 384;

/// How many responses are needed
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  hailong sample-size margin --rate 0.9 --margin 0.03 --population 8000
  hailong sample-size target --target 0.9 --rate 0.92 --responses 384
  hailong sample-size change --before 0.85 --after 0.9
  hailong sample-size plan dien-khanh-2025

Rates, targets and margins are proportions: 0.9 is 90 %.")]
pub(super) enum SampleSize {
    /// To know a rate within a margin: Cochran's and Yamane's number
    Margin(Margin),
    /// To show on which side of a target a rate is, and how likely each verdict is
    Target(Gap),
    /// To show a change between two periods
    Change(Change),
    /// All of it for the targets of a plan that surveys measure
    Plan(ForPlan),
}

#[derive(Debug, Args)]
pub(super) struct Common {
    /// Confidence level of the interval
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// How many people there are, where they are few enough to matter
    #[arg(long, value_name = "N")]
    population: Option<u64>,
    /// Design effect: 1 when people are drawn one by one, more for clusters
    #[arg(long, default_value_t = 1.0)]
    deff: f64,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Common {
    fn precision(&self) -> Precision {
        Precision { level: self.level, population: self.population, deff: self.deff }
    }
}

#[derive(Debug, Args)]
pub(super) struct Margin {
    /// About how high the rate will be; 0.5 is the most cautious
    #[arg(long, default_value_t = 0.5)]
    rate: f64,
    /// The margin, on each side
    #[arg(long = "margin", value_name = "MARGIN")]
    each_side: f64,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Gap {
    /// The target, at least which is to be met
    #[arg(long)]
    target: f64,
    /// The true rate that is to be shown to lie beside it
    #[arg(long)]
    rate: f64,
    /// The probability with which it is to be shown
    #[arg(long, default_value_t = 0.8)]
    power: f64,
    /// The chances of each verdict are told for so many responses instead of those needed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST))]
    responses: Option<u64>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Change {
    /// The rate in the first period
    #[arg(long)]
    before: f64,
    /// The rate in the second
    #[arg(long)]
    after: f64,
    /// The probability with which the change is to be shown
    #[arg(long, default_value_t = 0.8)]
    power: f64,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub(super) struct ForPlan {
    /// A plan's id or a file
    #[arg(value_name = "ID|FILE")]
    plan: String,
    #[command(flatten)]
    common: Common,
}

impl From<PlanningError> for Failure {
    fn from(error: PlanningError) -> Self {
        error.text().into()
    }
}

impl SampleSize {
    pub(super) fn run(self) -> Done {
        match self {
            Self::Margin(margin) => margin.run(),
            Self::Target(gap) => gap.run(),
            Self::Change(change) => change.run(),
            Self::Plan(plan) => plan.run(),
        }
    }
}

fn show(columns: &[&str], rows: Vec<Vec<Value>>, format: Format) -> Done {
    Listing { columns, rows }.print(format)?;
    Ok(ExitCode::SUCCESS)
}

impl Margin {
    fn run(self) -> Done {
        let Self { rate, each_side: margin, common } = self;
        let n = common.precision().for_margin(rate, margin)?;
        let mut rows = vec![vec![json!("cochran"), json!(rate), json!(margin), json!(n)]];
        if let Some(population) = common.population {
            let n = yamane(population, margin)?;
            rows.push(vec![json!("yamane"), Value::Null, json!(margin), json!(n)]);
        }
        show(&["method", "rate", "margin", "responses"], rows, common.format)
    }
}

/// The chances of each verdict for `responses` of a design with the effect `deff`;
/// `None` for more responses than anybody collects.
fn chances(
    responses: u64,
    target: f64,
    rate: f64,
    common: &Common,
) -> Result<Option<Outlook>, PlanningError> {
    if responses > MOST {
        return Ok(None);
    }
    // As many people drawn one by one.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of people, at most MOST"
    )]
    let alone = (responses as f64 / common.deff) as u64;
    outlook(alone, target, rate, common.level).map(Some)
}

impl Gap {
    fn run(self) -> Done {
        let Self { target, rate, power, responses, common } = self;
        let needed = common.precision().for_target(target, rate, power)?;
        let told = responses.unwrap_or(needed);
        let chances = chances(told, target, rate, &common)?;
        let chance = |of: fn(&Outlook) -> f64| json!(chances.as_ref().map(of));
        let columns =
            &["target", "rate", "power", "needed", "responses", "met", "undetermined", "not_met"];
        let row = vec![
            json!(target),
            json!(rate),
            json!(power),
            json!(needed),
            json!(told),
            chance(|o| o.met),
            chance(|o| o.undetermined),
            chance(|o| o.not_met),
        ];
        show(columns, vec![row], common.format)
    }
}

impl Change {
    fn run(self) -> Done {
        let Self { before, after, power, common } = self;
        let n = common.precision().for_change(before, after, power)?;
        let row = vec![json!(before), json!(after), json!(power), json!(n)];
        show(&["before", "after", "power", "responses_each"], vec![row], common.format)
    }
}

impl ForPlan {
    fn run(self) -> Done {
        let plan = choice::plan(&self.plan)?;
        let asked = |target: &&Target| {
            let by_survey = matches!(target.measured_by, Measure::Survey { .. });
            let upward = matches!(target.operator, Operator::AtLeast | Operator::MoreThan);
            by_survey && upward && target.binding
        };
        let mut rows = Vec::new();
        for target in plan.targets.iter().filter(asked) {
            if let Some(proportion) = target.proportion().filter(|p| *p > 0.0 && *p < 1.0) {
                rows.push(row(target, proportion, &self.common)?);
            }
        }
        let columns = &[
            "target",
            "operator",
            "value",
            "within_3_points",
            "within_5_points",
            "shown_if_2_above",
            "shown_if_5_above",
            "undetermined_at_384_if_2_above",
        ];
        show(columns, rows, self.common.format)
    }
}

fn row(target: &Target, proportion: f64, common: &Common) -> Result<Vec<Value>, PlanningError> {
    const POWER: f64 = 0.8;
    let precision = common.precision();
    let above = |points: f64| Some(proportion + points / 100.0).filter(|rate| *rate < 1.0);
    let shown = |points| match above(points) {
        Some(rate) => precision.for_target(proportion, rate, POWER).map(|n| json!(n)),
        None => Ok(Value::Null),
    };
    let undetermined = match above(2.0) {
        Some(rate) => json!(chances(USUAL, proportion, rate, common)?.map(|o| o.undetermined)),
        None => Value::Null,
    };
    Ok(vec![
        json!(target.code),
        json!(target.operator.name()),
        json!(proportion),
        json!(precision.for_margin(proportion, 0.03)?),
        json!(precision.for_margin(proportion, 0.05)?),
        shown(2.0)?,
        shown(5.0)?,
        undetermined,
    ])
}
