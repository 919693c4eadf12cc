//! Reads plan files (TOML), and tells every mistake with its line and column.

use std::ops::{Range, RangeInclusive};

use chrono::{Datelike, NaiveDate};

use crate::code::{CommuneCode, ComponentCode, TargetCode};
use crate::mistake::Mistake;
use crate::period::YEARS;
use crate::petition::PetitionShare;
use crate::toml_reader::{Distinct, Field, Table, read};
use crate::unit;

use super::{
    ComponentScope, Measure, Operator, Plan, SurveyScope, Target, TargetUnit, TargetValue,
};

mod checks;
mod components;
mod periods;

/// The longest quotation, in characters: a clause, not a page.
const LONGEST_QUOTE: usize = 400;
/// The longest text of other kinds, in characters.
const LONGEST_TEXT: usize = 1500;

const PLAN_KEYS: &[&str] = &[
    "id",
    "version",
    "title",
    "commune_code",
    "unit_name",
    "issued_by",
    "issued_on",
    "number",
    "valid_from",
    "valid_to",
    "note",
    "comparison",
    "target",
    "component",
    "period",
];
const TARGET_KEYS: &[&str] = &[
    "code",
    "indicator",
    "title",
    "operator",
    "value",
    "unit",
    "ranks",
    "valid_from",
    "valid_to",
    "clause",
    "quote",
    "measured_by",
    "scopes",
    "numerator",
    "denominator",
    "petitions",
    "source",
    "conflicts_with",
    "binding",
    "note",
];

/// Days for which a plan or a target holds.
type Days = RangeInclusive<NaiveDate>;

/// A target with the places that later checks point at.
struct Placed {
    target: Target,
    header: Range<usize>,
    conflicts: Range<usize>,
}

/// Reads a plan file.
///
/// ```toml
/// id = "an-binh-2026"
/// version = 1
/// title = { vi = "Kế hoạch …", en = "Plan …" }
/// commune_code = "00385"
/// unit_name = { vi = "xã …", en = "… commune" }
/// issued_by = "Ủy ban nhân dân xã …"
/// valid_from = 2026-01-01
/// valid_to = 2026-12-31
/// comparison = "previous_period"    # previous_period same_period_last_year; the former if left out
///
/// [[target]]
/// code = "sipas"
/// indicator = "SIPAS"
/// title = { vi = "Chỉ số hài lòng", en = "Satisfaction index" }
/// operator = ">="                   # >= > <= = rank_at_least decrease before duty
/// value = 85
/// unit = "percent"                  # percent minutes rank date none
/// clause = "mục 2.3"
/// quote = "đạt 85% trở lên"
/// measured_by = "survey"            # survey indicator external duty
/// scopes = [{ instrument = "sipas-style", index = true, components = ["all"] }]
/// ```
///
/// Further tables: `[[component]]` with `[[component.task]]`, and `[[period]]` with
/// `[[period.deadline]]`. The shipped plans show every key.
///
/// # Errors
/// Every mistake in the file, in its order.
pub fn parse(source: &str) -> Result<Plan, Vec<Mistake>> {
    read(source, PLAN_KEYS, plan)
}

/// A plan binds a commune of today: results are stored under its code.
fn known(root: &Table<'_>, code: &CommuneCode) {
    if unit::commune(code.as_str()).is_some() {
        return;
    }
    let now = unit::successors(code.as_str()).first().map(|merged| &merged.commune.code);
    let (vi, en) = now.map_or_else(
        || ("hãy sửa mã".to_owned(), "correct it".to_owned()),
        |now| (format!("nay là {now}"), format!("it is now {now}")),
    );
    root.required("commune_code").wrong(
        format!("Không có xã, phường, đặc khu mã {code}; {vi}."),
        format!("There is no commune {code}; {en}."),
    );
}

fn plan(root: &Table<'_>) -> Option<Plan> {
    let id = root.required("id").code();
    let version = root.required("version").integer(1..=9999_u32);
    let title = root.required("title").text(LONGEST_TEXT);
    let commune_code = root.required("commune_code").code();
    if let Some(code) = &commune_code {
        known(root, code);
    }
    let unit_name = root.required("unit_name").text(200);
    let issued_by = root.required("issued_by").string(200);
    let issued_on = root.optional("issued_on").date();
    let number = root.optional("number").string(60);
    let days = days(root, None);
    let note = root.optional("note").text(LONGEST_TEXT);

    let mut codes = Distinct::default();
    let tables = root.required("target").tables(TARGET_KEYS);
    let read = tables.iter().map(|table| {
        let code: Option<TargetCode> = table.required("code").code();
        if let Some(code) = &code {
            codes.admit(table.ledger(), table.required("code").place(), code.as_str());
        }
        target(table, code, days.as_ref())
    });
    let targets: Vec<Placed> = read.flatten().collect();
    // A target that could not be read would be reported once more as missing.
    if targets.len() == tables.len() {
        checks::conflicts(root.ledger(), &targets);
        checks::one_target_per_figure(root.ledger(), &targets);
    }

    let components = components::components(root);
    let calendar = periods::calendar(root);
    let (valid_from, valid_to) = days?.into_inner();
    Some(Plan {
        id: id?,
        version: version?,
        title: title?,
        commune_code: commune_code?,
        unit_name: unit_name?,
        issued_by: issued_by?,
        issued_on,
        number,
        valid_from,
        valid_to,
        note,
        targets: targets.into_iter().map(|placed| placed.target).collect(),
        components,
        calendar,
    })
}

/// The days of validity of a plan, or of a target inside those of its plan.
fn days(table: &Table<'_>, plan: Option<&Days>) -> Option<Days> {
    let one = |key, default: Option<NaiveDate>| {
        let field = table.optional(key);
        if field.is_given() || default.is_none() {
            let date = table.required(key).date()?;
            if YEARS.contains(&date.year()) {
                return Some(date);
            }
            field.wrong(
                format!("Năm phải từ {} đến {}.", YEARS.start(), YEARS.end()),
                format!("The year must be from {} to {}.", YEARS.start(), YEARS.end()),
            );
            return None;
        }
        default
    };
    let from = one("valid_from", plan.map(|days| *days.start()));
    let to = one("valid_to", plan.map(|days| *days.end()));
    let (from, to) = (from?, to?);
    if to < from {
        table.optional("valid_to").wrong(
            "`valid_to` trước `valid_from`; hãy sửa một trong hai ngày.",
            "`valid_to` lies before `valid_from`; correct one of them.",
        );
        return None;
    }
    if plan.is_some_and(|days| !days.contains(&from) || !days.contains(&to)) {
        table.wrong(
            "Chỉ tiêu có hiệu lực ngoài thời gian của kế hoạch; hãy sửa ngày.",
            "The target holds outside the days of its plan; correct its days.",
        );
        return None;
    }
    Some(from..=to)
}

fn target(table: &Table<'_>, code: Option<TargetCode>, plan: Option<&Days>) -> Option<Placed> {
    let indicator = indicator(&table.required("indicator"));
    let title = table.required("title").text(LONGEST_TEXT);
    let operators = Operator::ALL.map(|o| (o.name(), o));
    let operator = table.required("operator").one_of(&operators);
    let units = TargetUnit::ALL.map(|u| (u.name(), u));
    let unit = table.required("unit").one_of(&units);
    let ranks = strings(&table.optional("ranks"), 60);
    let value =
        operator.zip(unit).and_then(|(operator, unit)| value(table, operator, unit, &ranks));
    let clause = table.required("clause").string(200);
    let quote = table.required("quote").string(LONGEST_QUOTE);
    let measured_by = measure(table, operator, unit);
    let conflicts = table.optional("conflicts_with");
    let conflicts_with = conflicts.list().iter().filter_map(Field::code).collect();
    let binding = table.optional("binding");
    let binding = if binding.is_given() { binding.boolean() } else { Some(true) };
    let note = table.optional("note").text(LONGEST_TEXT);
    let days = match plan {
        Some(_) => days(table, plan),
        None => None,
    };
    let (valid_from, valid_to) = days?.into_inner();
    let target = Target {
        code: code?,
        indicator: indicator?,
        title: title?,
        operator: operator?,
        value: value?,
        unit: unit?,
        ranks,
        valid_from,
        valid_to,
        clause: clause?,
        quote: quote?,
        measured_by: measured_by?,
        conflicts_with,
        binding: binding?,
        note,
    };
    Some(Placed { target, header: table.place(), conflicts: conflicts.place() })
}

fn indicator(field: &Field<'_>) -> Option<String> {
    let text = field.string(60)?;
    let capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    if text.bytes().all(capital) {
        return Some(text);
    }
    field.wrong(
        "Mã chỉ tiêu chỉ gồm chữ hoa không dấu, chữ số và _, như `ONTIME_DOSSIERS`.",
        "An indicator has capital letters, digits and _ only, such as `ONTIME_DOSSIERS`.",
    );
    None
}

/// The value that `operator` compares with: outer `None` after a mistake, inner
/// `None` for operators without a value.
#[expect(clippy::option_option, reason = "a mistake and the absence of a value are two things")]
fn value(
    table: &Table<'_>,
    operator: Operator,
    unit: TargetUnit,
    ranks: &[String],
) -> Option<Option<TargetValue>> {
    use Operator::{AtLeast, AtMost, Before, Decrease, Duty, Equal, MoreThan, RankAtLeast};
    let fits = match operator {
        AtLeast | MoreThan | AtMost | Equal => {
            matches!(unit, TargetUnit::Percent | TargetUnit::Minutes)
        }
        RankAtLeast => unit == TargetUnit::Rank,
        Before => unit == TargetUnit::Date,
        // Less than before: without a value, and yet of something that is counted.
        Decrease => matches!(unit, TargetUnit::None | TargetUnit::Minutes),
        Duty => unit == TargetUnit::None,
    };
    if !fits {
        let (operator, unit) = (operator.name(), unit.name());
        table.optional("unit").wrong(
            format!("Đơn vị `{unit}` không đi với toán tử `{operator}`; hãy sửa một trong hai."),
            format!("The unit `{unit}` does not go with `{operator}`; change one of them."),
        );
        return None;
    }
    if unit != TargetUnit::Rank && !ranks.is_empty() {
        table.optional("ranks").wrong(
            "`ranks` chỉ dùng với đơn vị `rank`; hãy bỏ đi.",
            "`ranks` is only for the unit `rank`; remove it.",
        );
    }
    let field = table.optional("value");
    if matches!(operator, Decrease | Duty) {
        if field.is_given() {
            field.wrong(
                "Toán tử này không có giá trị; hãy bỏ `value`.",
                "This operator has no value; remove `value`.",
            );
        }
        return Some(None);
    }
    let field = table.required("value");
    match unit {
        TargetUnit::Percent => field.number(0.0..=100.0).map(TargetValue::Number),
        TargetUnit::Minutes => field.number(0.0..=1440.0).map(TargetValue::Number),
        TargetUnit::Date => field.date().map(TargetValue::Date),
        TargetUnit::Rank | TargetUnit::None => {
            let rank = field.string(60)?;
            if !ranks.is_empty() && !ranks.contains(&rank) {
                field.wrong(
                    format!("`{rank}` không có trong `ranks`; hãy chọn một hạng trong đó."),
                    format!("`{rank}` is not among `ranks`; choose one of them."),
                );
                return None;
            }
            Some(TargetValue::Rank(rank))
        }
    }
    .map(Some)
}

fn measure(
    table: &Table<'_>,
    operator: Option<Operator>,
    unit: Option<TargetUnit>,
) -> Option<Measure> {
    let by = table.required("measured_by");
    let kinds = [("survey", 0_u8), ("indicator", 1), ("external", 2), ("duty", 3)];
    let kind = by.one_of(&kinds)?;
    let own: &[&str] = match kind {
        0 => &["scopes"],
        1 => &["numerator", "denominator", "petitions"],
        2 => &["source"],
        _ => &[],
    };
    for key in ["scopes", "numerator", "denominator", "petitions", "source"] {
        let field = table.optional(key);
        if field.is_given() && !own.contains(&key) {
            field.wrong(
                format!("`{key}` không đi với cách đo này; hãy bỏ đi hoặc sửa `measured_by`."),
                format!("`{key}` does not go with this `measured_by`; remove it or change that."),
            );
        }
    }
    let done_or_not = matches!(operator?, Operator::Duty | Operator::Before);
    if (kind == 3) != done_or_not {
        by.wrong(
            "`measured_by = \"duty\"` chỉ đi với toán tử `duty` hoặc `before`, và ngược lại.",
            "`measured_by = \"duty\"` goes with the operators `duty` and `before`, and only these.",
        );
    }
    if kind == 0 && unit? != TargetUnit::Percent {
        by.wrong(
            "Chỉ tiêu đo bằng khảo sát phải tính bằng `percent`.",
            "A target measured by a survey must be in `percent`.",
        );
    }
    match kind {
        0 => scopes(table).map(|scopes| Measure::Survey { scopes }),
        1 => {
            let numerator = table.required("numerator").text(LONGEST_TEXT);
            let denominator = table.required("denominator").text(LONGEST_TEXT);
            let petitions = table.optional("petitions");
            let petitions = if petitions.is_given() {
                let shares = PetitionShare::ALL.map(|share| (share.name(), share));
                if unit? != TargetUnit::Percent {
                    petitions.wrong(
                        "Chỉ tiêu tính từ phản ánh, kiến nghị phải tính bằng `percent`.",
                        "A target counted from petitions must be in `percent`.",
                    );
                }
                Some(petitions.one_of(&shares)?)
            } else {
                None
            };
            let (numerator, denominator) = (numerator?, denominator?);
            Some(Measure::Indicator { numerator, denominator, petitions })
        }
        2 => Some(Measure::External { source: table.required("source").text(LONGEST_TEXT)? }),
        _ => Some(Measure::Duty),
    }
}

fn scopes(table: &Table<'_>) -> Option<Vec<SurveyScope>> {
    let keys = &["instrument", "index", "components", "yardstick"];
    let read = table.required("scopes").tables(keys).into_iter().map(|scope| {
        let instrument = scope.required("instrument").code();
        let index = scope.required("index").boolean();
        let names = strings(&scope.optional("components"), 40);
        let components = match names.as_slice() {
            [] => ComponentScope::None,
            [all] if all == "all" => ComponentScope::All,
            _ => ComponentScope::Only(codes(&scope.optional("components"))),
        };
        let yardstick = scope.optional("yardstick");
        let yardstick = if yardstick.is_given() { yardstick.boolean() } else { Some(false) };
        if index == Some(false) && components == ComponentScope::None {
            scope.wrong(
                "Phạm vi này không gồm gì: hãy đặt `index = true` hoặc kể `components`.",
                "This scope covers nothing: set `index = true` or name `components`.",
            );
        }
        let (instrument, index) = (instrument?, index?);
        Some(SurveyScope { instrument, index, components, yardstick: yardstick? })
    });
    read.collect()
}

fn strings(field: &Field<'_>, most: usize) -> Vec<String> {
    field.list().iter().filter_map(|f| f.string(most)).collect()
}

fn codes(field: &Field<'_>) -> Vec<ComponentCode> {
    field.list().iter().filter_map(Field::code).collect()
}

#[cfg(test)]
mod tests;
