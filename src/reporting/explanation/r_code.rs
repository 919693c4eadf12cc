//! R that computes a figure of a report again.

use analytics::export::harmless;
use analytics::{Level, Term};
use surveys::Language;

use super::super::Report;
use super::super::over_months::{MonthShown, OverMonths};
use super::super::published::Shown;
use super::super::slices::{By, Slice};
use super::script::{FILE, Script, quoted, text, vector};
use super::{ChangeWorked, Counted, Explanation, Made, Scope, Worked, filled, finding_of};

const RESPONSES: [&str; 2] = ["số phiếu", "responses"];
const ALL_RESPONSES: [&str; 2] = [
    "số phiếu của cả đơn vị, phần đang xem là một nhóm trong đó",
    "responses of the whole unit, of which this part is a group",
];
const OWN_RESPONSES: [&str; 2] = ["số phiếu của phần đang xem", "responses of this part"];
const INSIDE: [&str; 2] = ["phần đang xem", "the part that is looked at"];
const SATISFIED: [&str; 2] = ["câu trả lời hài lòng", "satisfied answers"];
const VALID: [&str; 2] = ["câu trả lời có nêu mức độ", "answers that gave a rating"];
const PEOPLE: [&str; 2] = ["số người có nêu mức độ", "people who gave a rating"];
const SQUARES: [&str; 2] = ["tổng qua mọi người của u²", "sum over people of their u²"];
const AVERAGED: [&str; 2] = ["các số được lấy trung bình", "the figures averaged"];
const WITHOUT_PARTS: [&str; 2] =
    ["có số thành phần không nêu tỷ lệ", "the rate of one of its parts is not told"];
const BOTH: [&str; 2] = ["kỳ trước, rồi kỳ này", "the period before, then this one"];
const WILSON: [&str; 2] = ["cận Wilson của từng kỳ", "Wilson limits of each period"];
const PRINTED: [&str; 2] =
    ["các cận đã công bố của từng kỳ", "the published limits of each period"];
const MONTHS: [&str; 2] =
    ["các tháng có công bố, đếm từ tháng đầu", "published months, counted from the first"];
const POINTS: [&str; 2] = ["điểm phần trăm mỗi tháng", "percentage points a month"];
const DAY: [&str; 2] = ["ngày trả lời, giờ Việt Nam", "day of the answer, Vietnam’s time"];

/// What a script is about, as its first line.
pub(super) fn quantity(report: &Report, scope: Scope<'_>) -> String {
    let Report { commune, instrument, period, .. } = report;
    let (id, version) = (&instrument.id, instrument.version);
    let days = format!("{} – {}", period.start, period.last_day());
    let figure = format!("{} {}", scope.level.name(), scope.code);
    format!("# {} ({}), {id}@{version}, {days}: {figure}", commune.name, commune.code)
}

/// The first lines of a script on the figure `it`.
fn headed(it: &Explanation<'_>, worked: &Worked<'_>, language: Language) -> Script {
    let mut head = vec![quantity(it.report, it.scope())];
    head.extend(it.report.part.as_ref().map(|part| format!("# {}", is_of(&part.slice))));
    head.push(format!("level <- {}", worked.level));
    Script::of(language, head)
}

/// R that gives the limits of its interval.
fn limits(worked: &Worked<'_>) -> String {
    let (x, n) = match worked.counted {
        Counted::Answers { .. } => ("x", "n"),
        Counted::Everybody(_) => ("people", "people"),
        Counted::Nobody(_) => ("0", "people"),
        Counted::Alike(_) => ("rate * people", "people"),
    };
    let put = |name: &str| match name {
        "x" => Some(x.to_owned()),
        "n" => Some(n.to_owned()),
        _ => None,
    };
    filled(worked.formula().r, put)
}

/// From the counts and sums of a figure that is shown.
pub(super) fn from_counts(it: &Explanation<'_>, worked: &Worked<'_>, language: Language) -> String {
    let e = &it.finding.estimate;
    let mut script = headed(it, worked, language);
    if it.report.part.is_none() {
        script.set("N", worked.sampled, RESPONSES);
    } else {
        script.set("N", worked.sampled, ALL_RESPONSES);
        script.set("M", worked.respondents, OWN_RESPONSES);
    }
    let Worked { terms, influence_squares, .. } = worked;
    if terms.is_empty() {
        script.set("x", e.satisfied, SATISFIED);
        script.set("n", e.valid, VALID);
        script.line("rate <- x / n");
    } else {
        rate_of_mean(&mut script, it, worked, terms);
    }
    if e.level == Level::Item {
        script.line("se <- sqrt(N / (N - 1) * rate * (1 - rate) / n)");
    } else {
        script.set("uu", influence_squares, SQUARES);
        script.line("se <- sqrt(N / (N - 1) * uu)");
    }
    if !matches!(worked.counted, Counted::Answers { .. }) {
        script.set("people", e.people, PEOPLE);
    }
    script.line(if it.report.part.is_none() { "df <- N - 1" } else { "df <- M - 1" });
    script.finish(&limits(worked))
}

/// The rate from the counts of its parts, or as it is when one of them is told to staff by
/// an end of the scale alone. In public this is only so in what was published before means
/// went by their smallest part.
fn rate_of_mean(script: &mut Script, it: &Explanation<'_>, worked: &Worked<'_>, terms: &[Term]) {
    let shown = terms.iter().map(|term| match finding_of(it.report, term)?.shown() {
        Shown::Rate { estimate, .. } => Some(estimate),
        _ => None,
    });
    let Some(parts) = shown.collect::<Option<Vec<_>>>() else {
        script.set("rate", worked.rate, WITHOUT_PARTS);
        return;
    };
    script.remark(AVERAGED);
    script.line(format!("part <- {}", vector(terms.iter().map(|term| quoted(&term.code)))));
    script.set("x", vector(parts.iter().map(|e| e.satisfied.to_string())), SATISFIED);
    script.set("n", vector(parts.iter().map(|e| e.valid.to_string())), VALID);
    script.line(format!("weight <- {}", vector(terms.iter().map(|term| term.weight.to_string()))));
    script.line("print(setNames(x / n, part))");
    script.line("rate <- sum(weight * x / n)");
}

/// From the published figures of two periods.
pub(super) fn of_change(worked: &ChangeWorked<'_>, language: Language) -> String {
    let both = |values: [f64; 2]| vector(values.iter().map(f64::to_string));
    let counts = |values: [u64; 2]| vector(values.iter().map(u64::to_string));
    let mut script = Script::of(language, vec![format!("level <- {}", worked.level)]);
    script.remark(BOTH);
    let estimates = [&worked.change.before, &worked.change.now];
    if worked.change.is_of_counts() {
        script.set("x", counts(estimates.map(|e| e.satisfied)), SATISFIED);
        script.set("n", counts(estimates.map(|e| e.valid)), VALID);
        script.line("rates <- x / n");
    } else {
        script.line(format!("rates <- {}", both(worked.rates)));
    }
    script.line(format!("errors <- {}", both(worked.errors)));
    let df = if worked.is_of_part() {
        script.set("N", counts(worked.sampled), ALL_RESPONSES);
        script.set("M", counts(worked.respondents()), OWN_RESPONSES);
        "sum(M) - 1"
    } else {
        script.set("N", counts(worked.sampled), RESPONSES);
        "sum(N) - 1"
    };
    script.line("rate <- rates[2] - rates[1]");
    script.line("se <- sqrt(sum(N) / (sum(N) - 1) * sum((N - 1) / N * errors^2))");
    match worked.made {
        Made::Student => {
            script.line(format!("limits <- rate + c(-1, 1) * qt((1 + level) / 2, {df}) * se"));
        }
        Made::FromCounts(_) => {
            script.remark(WILSON);
            script.line("z2 <- qnorm((1 + level) / 2)^2");
            script.line("middle <- (x + z2 / 2) / (n + z2)");
            script.line("half <- sqrt(z2) * sqrt(x * (n - x) / n + z2 / 4) / (n + z2)");
            script.line("low <- middle - half; upp <- middle + half");
        }
        Made::FromLimits(limits) => {
            script.remark(PRINTED);
            script.line(format!("low <- {}", both(limits.map(|l| l.0))));
            script.line(format!("upp <- {}", both(limits.map(|l| l.1))));
        }
    }
    if worked.made != Made::Student {
        script.line("limits <- rate + c(-1, 1) * c(");
        script.line("  sqrt((rates[2] - low[2])^2 + (upp[1] - rates[1])^2),");
        script.line("  sqrt((upp[2] - rates[2])^2 + (rates[1] - low[1])^2))");
    }
    script.line("limits <- pmin(pmax(limits, -1), 1)");
    script.line("print(c(change = rate, se = se, low = limits[1], upp = limits[2]), digits = 12)");
    script.text()
}

/// From the published figures of several months.
pub(in crate::reporting) fn months_in_r(over: &OverMonths, language: Language) -> String {
    let each = |of: fn(&MonthShown) -> String| vector(over.months.iter().map(of));
    let mut script = Script::of(language, vec![format!("level <- {}", over.level)]);
    script.set("month", vector(over.numbers().iter().map(i32::to_string)), MONTHS);
    script.line(format!("rates <- {}", each(|month| month.rate.to_string())));
    script.line(format!("errors <- {}", each(|month| month.se.to_string())));
    let df = if over.is_of_part() {
        script.set("N", each(|month| month.sampled.to_string()), ALL_RESPONSES);
        script.set("M", each(|month| month.respondents.to_string()), OWN_RESPONSES);
        "sum(M) - 2"
    } else {
        script.set("N", each(|month| month.sampled.to_string()), RESPONSES);
        "sum(N) - 2"
    };
    script.line("weight <- (month - mean(month)) / sum((month - mean(month))^2)");
    script.line("rate <- sum(weight * qlogis(rates))");
    script.line("moved <- weight * errors / (rates * (1 - rates))");
    script.line("se <- sqrt(sum(N) / (sum(N) - 1) * sum((N - 1) / N * moved^2))");
    script.line(format!("limits <- rate + c(-1, 1) * qt((1 + level) / 2, {df}) * se"));
    script.line("print(c(slope = rate, se = se, low = limits[1], upp = limits[2]), digits = 12)");
    script.remark(POINTS);
    script.line("middle <- plogis(mean(qlogis(rates)))");
    script.line("print(100 * middle * (1 - middle) * c(rate, limits), digits = 12)");
    script.text()
}

/// From the file of raw responses, with the survey package.
pub(super) fn from_responses(
    it: &Explanation<'_>,
    worked: &Worked<'_>,
    language: Language,
) -> String {
    let mut script = headed(it, worked, language);
    let part = it.report.part.as_ref();
    responses_of(&mut script, it.report, part.is_some());
    if let Some(part) = part {
        let (column, value) = column_and_value(&part.slice);
        script.set("d$inside", format!("d[[\"{column}\"]] == {value}"), INSIDE);
    }
    script.answers(it.scope());
    script.figure(it.scope(), worked.terms, "ids = ~1, weights = ~1", part.is_some());
    // A person of another part counts nowhere.
    let of_it = if part.is_some() { "[d$inside]" } else { "" };
    if !matches!(worked.counted, Counted::Answers { .. }) {
        script.line(format!("people <- sum(total(valid){of_it} > 0)"));
    } else if worked.formula().r.contains("{x}") {
        script.line(format!("x <- sum(total(yes){of_it}); n <- sum(total(valid){of_it})"));
    }
    script.line("df <- degf(design)");
    script.finish(&limits(worked))
}

/// Reads the responses of the days of `report` into `d`: how they are exported, and which
/// of them count. With `texts` what people wrote is compared, letter by letter.
pub(super) fn responses_of(script: &mut Script, report: &Report, texts: bool) {
    let Report { commune, instrument, period, .. } = report;
    script.line(format!(
        "# hailong export --raw --commune {} --instrument {}@{} --period {} --out {FILE}",
        commune.code, instrument.id, instrument.version, period.code
    ));
    if texts {
        script.read_texts();
    } else {
        script.read();
    }
    script.set("day", "as.Date(substr(d$answered_at, 1, 10))", DAY);
    script.line(format!("d <- d[d$commune_code == \"{}\" &", commune.code));
    let (first, last) = (period.start, period.last_day());
    script.line(format!("  day >= as.Date(\"{first}\") & day <= as.Date(\"{last}\"), ]"));
}

/// The column of the file of raw responses that tells respondents apart `by` something.
pub(super) const fn column(by: By) -> &'static str {
    match by {
        By::Channel => "channel",
        By::Point => "collection_point",
        By::Field => "service_field",
        By::Item(code) => code,
    }
}

/// The column of `slice` and its value there, as a text of R.
fn column_and_value(slice: &Slice) -> (&'static str, String) {
    (column(slice.by), text(&harmless(&slice.value)))
}

/// Which rows of the file are those of `slice`.
fn is_of(slice: &Slice) -> String {
    let (column, value) = column_and_value(slice);
    format!("{column} == {value}")
}
