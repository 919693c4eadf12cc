//! `hailong estimate`: rates with intervals and verdicts from responses or tallies.

use std::path::{Path, PathBuf};

use analytics::against_target::Judged;
use analytics::export::estimates::{Verdicts, to_json, to_text, write_csv};
use analytics::multiplicity::{Adjustment, below_target};
use analytics::tally::TallyError;
use analytics::{EstimateOptions, EstimateTable, Flag, IntervalMethod, against, estimate};
use chrono::NaiveDate;
use clap::Args;
use surveys::plan::TargetLevel;
use surveys::{Instrument, Language, Period, Plan};

use super::asked::{Asked, needed};
use super::choice::named;
use super::output::{self, Format};
use super::responses_file::{Held, ResponsesFile};
use super::summed::{Summed, is_parquet};
use super::{Done, Failure};

mod below;

/// Estimate rates, intervals and verdicts from a file of responses
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong estimate phieu.csv --instrument quick-counter
  hailong estimate phieu.csv --instrument quick-counter --by commune_code,month --format csv --out uoc-luong.csv
  hailong estimate phieu.csv --instrument quick-counter --plan dien-khanh-2025 --period 2025-Q4
  hailong estimate 2026-*.parquet --instrument quick-counter --by commune_code,month
  hailong estimate --tallies so-cong-don.csv --instrument quick-counter --by commune_code
  hailong estimate tinh.csv --instrument quick-counter --plan dien-khanh-2025 --by commune_code --adjust bh
  hailong estimate ho.csv --instrument sipas-style --strata stratum --psu village --weights weight
  hailong estimate phieu.csv --instrument quick-counter --margins dan-so.csv --trim 5

The exit status is 1 when rows were left out for a mistake; the estimates of the
others are written all the same.")]
pub(super) struct Estimate {
    #[command(flatten)]
    responses: ResponsesFile,
    /// More Parquet files of the same responses
    #[arg(value_name = "MORE.parquet")]
    more: Vec<PathBuf>,
    /// The file has tallies, as `hailong tally` writes them or SQL makes them
    #[arg(long, conflicts_with_all = ["rejects", "more"])]
    tallies: bool,
    /// Another interval than the usual one
    #[arg(long, value_name = "METHOD", value_parser = named(&IntervalMethod::CHOICES, IntervalMethod::name))]
    interval: Option<IntervalMethod>,
    /// Add p-values of "below its target", adjusted over the groups: bh for a list that is
    /// published, holm where sanctions follow
    #[arg(long, value_name = "METHOD", value_parser = named(&Adjustment::ALL, Adjustment::name), requires_all = ["plan", "by"])]
    adjust: Option<Adjustment>,
    #[command(flatten)]
    asked: Asked,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Estimate {
    pub(super) fn run(self, language: Language) -> Done {
        if self.adjust.is_some() {
            below::has_p_values(self.interval)?;
        }
        let out = self.out.as_deref();
        let design = &self.asked.design;
        let more = self.more.iter().map(|path| &**path);
        let read: Vec<&Path> = more.chain(design.read_from()).collect();
        let written: Vec<&Path> = out.into_iter().chain(design.written_to()).collect();
        self.responses.apart(&read, &written)?;
        let summed = self.tallies || is_parquet(&self.responses.file);
        if summed && self.asked.design.is_given() {
            return Err(TallyError::Design.text().into());
        }
        let options = EstimateOptions { interval: self.interval, ..self.asked.options()? };
        if let Some(method) = self.interval.filter(|m| m.is_plain() && !options.design.is_none()) {
            let name = method.name();
            return Err(Failure::new(
                format!(
                    "Khoảng {name} là của số đếm trơn, không dùng được với quyền số hay thiết kế mẫu; hãy chọn logit, asin, mean, beta, beta_capped hoặc likelihood"
                ),
                format!(
                    "the interval {name} is one of plain counts and does not hold with weights or a sampling design; choose logit, asin, mean, beta, beta_capped or likelihood"
                ),
            ));
        }
        let summed = Summed::read(&self.responses, &self.more, self.tallies, &options, out)?;
        let (mut table, told) = if let Some(summed) = summed {
            (summed.estimate(&options)?, Told::Summed(summed))
        } else {
            let held = self.responses.read(needed(&options, design, None), out)?;
            let frame = &held.responses.frame;
            let table = estimate(frame, held.instrument, &options)
                .map_err(|e| self.responses.refused(&e))?;
            self.asked.design.tell(&options.design, frame, language)?;
            (table, Told::Held(held))
        };
        let (instrument, plan, last) = match &told {
            Told::Held(held) => (held.instrument, held.plan, held.last),
            Told::Summed(summed) => (summed.instrument, summed.plan, summed.last),
        };
        let judged = plan.map(|plan| judge(&mut table, instrument, plan, last, language));
        if judged.is_some() && !options.design.is_drawn() {
            tell_volunteers(language);
        }
        let few = Flag::ComponentFew;
        if judged.is_some() && table.rows.iter().any(|row| row.flags.contains(few)) {
            tell!("hailong: {}: {}", few.code(), few.text().get(language));
        }
        let below = self
            .adjust
            .zip(judged.as_deref())
            .map(|(method, judged)| below_target(&table, judged, method));
        let verdicts = judged.as_deref().map(|judged| Verdicts { judged, below: below.as_deref() });
        output::write(out, |out| match self.format {
            Format::Table => out.write_all(to_text(&table, verdicts).as_bytes()),
            Format::Csv => write_csv(&table, verdicts, out),
            Format::Json => output::json(&to_json(&table, verdicts), out),
        })?;
        if let Some((method, below)) = self.adjust.zip(below.as_deref()) {
            below::tell(&table, below, method, language);
        }
        let done = match &told {
            Told::Held(held) => self.responses.conclude(&held.responses, &options.by, language),
            Told::Summed(summed) => summed.conclude(&self.responses, &options, language),
        };
        // The program ends here: to give back a million rows one by one takes longer than
        // to write a tenth of them.
        std::mem::forget((table, judged, told));
        done
    }
}

/// Says whom verdicts describe where nobody was drawn.
fn tell_volunteers(language: Language) {
    match language {
        Language::Vi => tell!(
            "hailong: tệp không nêu thiết kế mẫu (--strata, --psu, --fpc): nếu người trả lời là tự nguyện thì kết luận chỉ nói về những người đã trả lời"
        ),
        Language::En => tell!(
            "hailong: no sampling design is given (--strata, --psu, --fpc): if respondents were volunteers, the verdicts describe those who answered"
        ),
    }
}

/// What the figures come from.
enum Told {
    Held(Held),
    Summed(Summed),
}

/// The columns made of days, by which a group has a last day of its own.
const OF_DAYS: [&str; 2] = ["day", "month"];

/// The last day of a group: of its own day or month, and not after the `last` of all.
fn last_day(group: &[String], by: &[String], last: Option<NaiveDate>) -> Option<NaiveDate> {
    let own = by.iter().zip(group).filter(|(name, _)| OF_DAYS.contains(&name.as_str()));
    let day = |(_, text): (_, &String)| {
        text.parse().ok().or_else(|| Period::parse(text).ok().map(|period| period.last_day()))
    };
    own.filter_map(day).chain(last).min()
}

/// Holds each row of `table` against the plan's target for it; marks those whose
/// target is not set for the last day: of the row's own day or month, of those asked
/// for, or else, `last`, of the file. Says so where that is not known.
fn judge(
    table: &mut EstimateTable,
    instrument: &Instrument,
    plan: &Plan,
    last: Option<NaiveDate>,
    language: Language,
) -> Vec<Option<Judged>> {
    let (by, mut unknown) = (table.by.clone(), false);
    let judge = |row: &mut analytics::Estimate| {
        let level = match row.level {
            analytics::Level::Index => TargetLevel::Index,
            analytics::Level::Component => TargetLevel::Component,
            analytics::Level::Part | analytics::Level::Item => return None,
        };
        let target = plan.target_for(&instrument.id, level, &row.code)?;
        let proportion = target.proportion()?;
        let verdict = against(row, target.operator, proportion)?;
        let day = last_day(&row.group, &by, last);
        unknown |= day.is_none();
        let in_force = day.is_none_or(|day| target.in_force(day));
        row.flags = row.flags.with_target(in_force, target.is_yardstick(&instrument.id, level));
        Some(Judged {
            target_code: target.code.to_string(),
            clause: target.clause.clone(),
            target: proportion,
            operator: target.operator.name().to_owned(),
            verdict,
        })
    };
    let judged = table.rows.iter_mut().map(judge).collect();
    match language {
        _ if !unknown => {}
        Language::Vi => tell!(
            "hailong: không rõ phiếu thuộc ngày nào nên không xem được chỉ tiêu có đặt cho thời gian ấy hay không; hãy thêm --period, hoặc cột answered_at (tệp cộng dồn: cột day)"
        ),
        Language::En => tell!(
            "hailong: it is not known of which days the responses are, so neither whether the targets were set for them; add --period, or the column answered_at (in tallies: day)"
        ),
    }
    judged
}
