//! The reporting calendar of a plan file: `[[period]]` and `[[period.deadline]]`.

use chrono::NaiveDate;

use crate::period::{
    Comparison, DeadlineRule, Due, PeriodKind, PeriodRule, ReportingCalendar, YEARS, YearDay,
};
use crate::toml_reader::{Distinct, Field, Table};

use super::{LONGEST_QUOTE, LONGEST_TEXT};

/// Reads the calendar; empty when the file has no `[[period]]`.
pub(super) fn calendar(root: &Table<'_>) -> ReportingCalendar {
    let keys = &["of_year", "first", "last", "cumulative", "clause", "quote", "deadline"];
    let mut seen = Distinct::default();
    let mut rules = Vec::new();
    for table in root.optional("period").tables(keys) {
        let Some(found) = period(&table) else { continue };
        for rule in found {
            let name = rule.kind.suffix();
            let name = if name.is_empty() { "year" } else { &name };
            seen.admit(table.ledger(), table.required("of_year").place(), name);
            rules.push(rule);
        }
    }
    let comparison = root.optional("comparison");
    let names = Comparison::ALL.map(|comparison| (comparison.name(), comparison));
    let comparison = if comparison.is_given() { comparison.one_of(&names) } else { None };
    let calendar = ReportingCalendar { rules, comparison };
    if !calendar.years_meet() {
        root.optional("period").wrong(
            "Các năm báo cáo phải nối tiếp nhau: ngày sau ngày cuối của năm này phải là ngày đầu \
             của năm sau.",
            "Reporting years must follow each other: the day after the last day of one must be \
             the first day of the next.",
        );
    }
    calendar
}

/// The rules of one `[[period]]`: twelve for "month", four for "quarter".
fn period(table: &Table<'_>) -> Option<Vec<PeriodRule>> {
    let kinds = kinds(&table.required("of_year"));
    let (first, last) = (table.optional("first"), table.optional("last"));
    let window = if first.is_given() || last.is_given() {
        year_day(&table.required("first"))
            .zip(year_day(&table.required("last")))
            .map(|(first, last)| Some((first, last)))
    } else {
        Some(None)
    };
    let cumulative = table.optional("cumulative");
    let cumulative = if cumulative.is_given() { cumulative.boolean() } else { Some(false) };
    let clause = table.required("clause").string(200);
    let quote = table.required("quote").string(LONGEST_QUOTE);
    let keys = &["from", "to", "before", "before_day", "clause", "quote"];
    let deadlines: Vec<_> =
        table.optional("deadline").tables(keys).iter().filter_map(deadline).collect();
    let (kinds, window) = (kinds?, window?);
    if window.is_some() && kinds.len() > 1 {
        first.wrong(
            "Mỗi kỳ có ngày đầu riêng; hãy viết từng kỳ (Q1, Q2, …) khi có `first` và `last`.",
            "Each period has its own first day; with `first` and `last` write Q1, Q2, … singly.",
        );
        return None;
    }
    let (cumulative, clause, quote) = (cumulative?, clause?, quote?);
    let rule = |kind| PeriodRule {
        kind,
        window,
        cumulative,
        deadlines: deadlines.clone(),
        clause: clause.clone(),
        quote: quote.clone(),
    };
    let rules: Vec<_> = kinds.into_iter().map(rule).collect();
    let ordered = rules.iter().all(|r| r.in_year(*YEARS.start()).is_some());
    if !ordered {
        last.wrong(
            "Ngày cuối của kỳ trước ngày đầu; hãy sửa một trong hai.",
            "The period ends before it begins; correct one of the two days.",
        );
        return None;
    }
    Some(rules)
}

fn kinds(field: &Field<'_>) -> Option<Vec<PeriodKind>> {
    use PeriodKind::{Half, Month, NineMonths, Quarter, Year};
    field.one_of(&[
        ("month", (1..=12).map(Month).collect()),
        ("quarter", (1..=4).map(Quarter).collect()),
        ("Q1", vec![Quarter(1)]),
        ("Q2", vec![Quarter(2)]),
        ("Q3", vec![Quarter(3)]),
        ("Q4", vec![Quarter(4)]),
        ("H1", vec![Half(1)]),
        ("H2", vec![Half(2)]),
        ("9M", vec![NineMonths]),
        ("year", vec![Year]),
    ])
}

/// A day that exists in every year.
fn year_day(field: &Field<'_>) -> Option<YearDay> {
    let table = field.table(&["year_offset", "month", "day"])?;
    let year_offset = table.optional("year_offset");
    let year_offset =
        if year_offset.is_given() { year_offset.integer(-1..=1_i32) } else { Some(0) };
    let month = table.required("month").integer(1..=12_u32);
    let day = table.required("day").integer(1..=31_u32);
    let found = YearDay { year_offset: year_offset?, month: month?, day: day? };
    let common_year = NaiveDate::from_ymd_opt(2001, found.month, found.day);
    if common_year.is_none() {
        field.wrong(
            "Ngày này không có trong mọi năm; hãy chọn ngày khác, hoặc bỏ `first` và `last` để \
             dùng kỳ theo lịch.",
            "This day does not exist in every year; choose another, or leave out `first` and \
             `last` for the calendar's own period.",
        );
        return None;
    }
    Some(found)
}

fn deadline(table: &Table<'_>) -> Option<DeadlineRule> {
    let from = table.required("from").text(LONGEST_TEXT);
    let to = table.required("to").text(LONGEST_TEXT);
    let (before, day) = (table.optional("before"), table.optional("before_day"));
    let due = match (before.is_given(), day.is_given()) {
        (true, false) => year_day(&before).map(Due::Before),
        (false, true) => day.integer(1..=28_u32).map(Due::BeforeDayOfLastMonth),
        _ => {
            table.wrong(
                "Hãy viết một trong hai: `before` (ngày và tháng) hoặc `before_day` (ngày của \
                 tháng cuối kỳ).",
                "Write one of two: `before` (day and month) or `before_day` (a day of the \
                 period's last month).",
            );
            None
        }
    };
    let clause = table.required("clause").string(200);
    let quote = table.required("quote").string(LONGEST_QUOTE);
    Some(DeadlineRule { from: from?, to: to?, due: due?, clause: clause?, quote: quote? })
}
