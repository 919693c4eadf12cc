//! `hailong sample-size`: how many forms are needed, before any is handed out.

use std::process::ExitCode;

use analytics::planning::{MOST_EXACT, Outlook, PlanningError, Precision, yamane};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use surveys::Language;
use surveys::plan::{Measure, Operator, Target};
use surveys::text::count;

use super::output::{Format, Listing};
use super::{Done, Failure, choice};

mod in_clusters;

use in_clusters::{Planned, tell_clusters};

/// The confidence level that is built into Yamane's number.
const YAMANE_LEVEL: f64 = 0.95;
/// The number of forms that national guidance names most often.
const USUAL: u64 = 384;
/// The probability with which something is to be shown, unless another is asked for.
const POWER: f64 = 0.8;

/// How many responses are needed
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  hailong sample-size margin --rate 0.9 --margin 0.03 --population 8000
  hailong sample-size target --target 0.9 --rate 0.92 --responses 384
  hailong sample-size margin --margin 0.05 --cluster-size 15 --icc 0.05
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
    /// How many people there are: fewer are needed for a margin, not for a verdict
    #[arg(long, value_name = "N")]
    population: Option<u64>,
    /// Design effect: 1 when people are drawn one by one, as without it; more for clusters
    #[arg(long, group = "alike")]
    deff: Option<f64>,
    /// People in each cluster, such as a village: how many clusters are needed
    #[arg(long, value_name = "M", group = "in_clusters", requires = "alike")]
    cluster_size: Option<u64>,
    /// Clusters that are drawn: how many people are needed in each
    #[arg(long, value_name = "K", group = "in_clusters", requires = "alike")]
    clusters: Option<u64>,
    /// How alike people of a cluster are, assumed: the correlation inside one, such as 0.05
    #[arg(long, value_name = "ICC", group = "alike", requires = "in_clusters")]
    icc: Option<f64>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Common {
    fn precision(&self) -> Precision {
        Precision { level: self.level, deff: self.deff.unwrap_or(1.0) }
    }

    /// What was reckoned with the population, and what not.
    fn tell_population(&self, margins: bool, verdicts: bool, language: Language) {
        let Some(population) = self.population.map(|people| count(people, language)) else {
            return;
        };
        match language {
            Language::Vi if margins => tell!(
                "hailong: số phiếu theo sai số đã giảm theo tổng thể {population} người; điều đó chỉ đúng với mẫu được chọn và khi ước lượng có --fpc, không đúng với người tự nguyện trả lời"
            ),
            Language::En if margins => tell!(
                "hailong: the numbers for a margin are reduced for a population of {population}; that holds for a drawn sample estimated with --fpc, not for volunteers"
            ),
            _ => {}
        }
        match language {
            Language::Vi if verdicts => tell!(
                "hailong: số phiếu cần để có kết luận không giảm theo tổng thể {population} người: kết luận từ số đếm không hiệu chỉnh theo tổng thể"
            ),
            Language::En if verdicts => tell!(
                "hailong: the numbers needed for a verdict are not reduced for a population of {population}: verdicts from counts make no finite population correction"
            ),
            _ => {}
        }
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
    #[arg(long, default_value_t = POWER)]
    power: f64,
    /// The chances of each verdict are told for so many responses instead of those needed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST_EXACT))]
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
    #[arg(long, default_value_t = POWER)]
    power: f64,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub(super) struct ForPlan {
    /// A plan's id or a file
    #[arg(value_name = "ID|FILE")]
    plan: String,
    /// The probability with which a rate is to be shown to lie above its target
    #[arg(long, default_value_t = POWER)]
    power: f64,
    /// The chance of no verdict is told for so many responses
    #[arg(long, value_name = "N", default_value_t = USUAL, value_parser = clap::value_parser!(u64).range(1..=MOST_EXACT))]
    responses: u64,
    #[command(flatten)]
    common: Common,
}

impl From<PlanningError> for Failure {
    fn from(error: PlanningError) -> Self {
        error.text().into()
    }
}

impl SampleSize {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::Margin(margin) => margin.run(language),
            Self::Target(gap) => gap.run(language),
            Self::Change(change) => change.run(language),
            Self::Plan(plan) => plan.run(language),
        }
    }
}

fn show(columns: &[&str], rows: Vec<Vec<Value>>, format: Format) -> Done {
    Listing { columns, rows }.print(format)?;
    Ok(ExitCode::SUCCESS)
}

impl Margin {
    fn run(self, language: Language) -> Done {
        let Self { rate, each_side: margin, common } = self;
        let planned = common.planned(|p| p.for_margin(rate, margin, common.population))?;
        let n = json!(planned.responses);
        let mut rows = vec![vec![json!("cochran"), json!(rate), json!(margin), n]];
        rows[0].extend(planned.cells());
        if let Some(population) = common.population {
            let n = yamane(population, margin)?;
            rows.push(vec![json!("yamane"), Value::Null, json!(margin), json!(n)]);
            let width = rows[0].len();
            rows[1].resize(width, Value::Null);
        }
        let columns = [&["method", "rate", "margin", "responses"], common.columns()].concat();
        let done = show(&columns, rows, common.format)?;
        tell_clusters(planned.clusters, language);
        common.tell_population(true, false, language);
        let other = common.is_designed() || (common.level - YAMANE_LEVEL).abs() > 1e-9;
        match language {
            _ if common.population.is_none() || !other => {}
            Language::Vi => tell!(
                "hailong: số của Yamane luôn tính cho độ tin cậy 95 % và chọn từng người, không theo --level, --deff và cụm"
            ),
            Language::En => tell!(
                "hailong: Yamane's number is always for 95 % and people drawn one by one; it knows neither --level nor --deff nor clusters"
            ),
        }
        Ok(done)
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
    if responses > MOST_EXACT {
        return Ok(None);
    }
    common.precision_of(responses)?.outlook(responses, target, rate).map(Some)
}

/// Says of which interval the numbers for a verdict are.
fn tell_of_one_question(language: Language) {
    match language {
        Language::Vi => tell!(
            "hailong: số phiếu để có kết luận và xác suất là của một câu hỏi, đếm từng người rồi chia cho --deff; chỉ số, thành phần và mẫu chọn theo cụm có khoảng tin cậy khác nên chỉ gần đúng như vậy, mẫu có ít cụm thì cần nhiều hơn"
        ),
        Language::En => tell!(
            "hailong: the numbers for a verdict and the chances are those of one question, counted person by person and divided by --deff; an index, a component and a sample of clusters have another interval and come only near to them, with few clusters more are needed"
        ),
    }
}

impl Gap {
    fn run(self, language: Language) -> Done {
        let Self { target, rate, power, responses, common } = self;
        let planned = common.planned(|p| p.for_target(target, rate, power))?;
        let needed = planned.responses;
        let told = responses.unwrap_or(needed);
        let chances = chances(told, target, rate, &common)?;
        let chance = |of: fn(&Outlook) -> f64| json!(chances.as_ref().map(of));
        let columns =
            &["target", "rate", "power", "needed", "responses", "met", "undetermined", "not_met"];
        let columns = [&columns[..], common.columns()].concat();
        let mut row = vec![
            json!(target),
            json!(rate),
            json!(power),
            json!(needed),
            json!(told),
            chance(|o| o.met),
            chance(|o| o.undetermined),
            chance(|o| o.not_met),
        ];
        row.extend(planned.cells());
        let done = show(&columns, vec![row], common.format)?;
        tell_clusters(planned.clusters, language);
        common.tell_population(false, true, language);
        tell_of_one_question(language);
        Ok(done)
    }
}

impl Change {
    fn run(self, language: Language) -> Done {
        let Self { before, after, power, common } = self;
        let planned = common.planned(|p| p.for_change(before, after, power))?;
        let n = json!(planned.responses);
        let mut row = vec![json!(before), json!(after), json!(power), n];
        row.extend(planned.cells());
        let columns = [&["before", "after", "power", "responses_each"], common.columns()].concat();
        let done = show(&columns, vec![row], common.format)?;
        tell_clusters(planned.clusters, language);
        common.tell_population(false, true, language);
        Ok(done)
    }
}

impl ForPlan {
    fn run(self, language: Language) -> Done {
        let plan = choice::plan(&self.plan)?;
        let asked = |target: &&Target| {
            let by_survey = matches!(target.measured_by, Measure::Survey { .. });
            by_survey && target.binding
        };
        let (mut rows, mut left_out) = (Vec::new(), Vec::new());
        for target in plan.targets.iter().filter(asked) {
            let upward = matches!(target.operator, Operator::AtLeast | Operator::MoreThan);
            match target.proportion().filter(|p| upward && *p > 0.0 && *p < 1.0) {
                Some(proportion) => rows.push(self.row(target, proportion)?),
                None => left_out.push(target.code.to_string()),
            }
        }
        let columns = [
            "target",
            "operator",
            "value",
            "within_3_points",
            "within_5_points",
            "power",
            "shown_if_2_above",
            "shown_if_5_above",
            "responses",
            "undetermined_if_2_above",
        ];
        let columns = [&columns[..], self.common.columns_of_plan()].concat();
        let done = show(&columns, rows, self.common.format)?;
        self.common.tell_population(true, true, language);
        tell_of_one_question(language);
        let codes = left_out.join(", ");
        match language {
            _ if left_out.is_empty() => {}
            Language::Vi => tell!(
                "hailong: chưa tính cho {codes}: chỉ tính cho chỉ tiêu có dạng “từ” hoặc “trên” một mức giữa 0 % và 100 %"
            ),
            Language::En => tell!(
                "hailong: {codes} left out: numbers are given for targets of at least, or more than, something between 0 % and 100 %"
            ),
        }
        Ok(done)
    }

    fn row(&self, target: &Target, proportion: f64) -> Result<Vec<Value>, PlanningError> {
        let common = &self.common;
        let above = |points: f64| Some(proportion + points / 100.0).filter(|rate| *rate < 1.0);
        let shown = |points| {
            above(points).map_or(Ok(None), |rate| {
                common.planned_if_enough(|p| p.for_target(proportion, rate, self.power))
            })
        };
        let within = |margin| {
            common.planned_if_enough(|p| p.for_margin(proportion, margin, common.population))
        };
        let undetermined = match above(2.0) {
            Some(rate) => {
                let chances = chances(self.responses, proportion, rate, common)?;
                json!(chances.map(|o| o.undetermined))
            }
            None => Value::Null,
        };
        let planned: [Option<Planned>; 4] =
            [within(0.03)?, within(0.05)?, shown(2.0)?, shown(5.0)?];
        let [three, five, two_above, five_above] =
            planned.map(|planned| json!(planned.map(|p| p.responses)));
        let mut row = vec![
            json!(target.code),
            json!(target.operator.name()),
            json!(proportion),
            three,
            five,
            json!(self.power),
            two_above,
            five_above,
            json!(self.responses),
            undetermined,
        ];
        row.extend(common.cells_of_plan(&planned));
        Ok(row)
    }
}
