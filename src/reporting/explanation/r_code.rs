//! R that computes a figure of a report again.

use analytics::{Level, Term};
use surveys::Language;

use super::super::Report;
use super::super::over_months::{MonthShown, OverMonths};
use super::super::published::Shown;
use super::script::{FILE, Script, quoted, vector};
use super::{ChangeWorked, Counted, Explanation, Made, Worked, filled, finding_of};

const RESPONSES: [&str; 2] = ["số phiếu", "responses"];
const SATISFIED: [&str; 2] = ["câu trả lời hài lòng", "satisfied answers"];
const VALID: [&str; 2] = ["câu trả lời có nêu mức độ", "answers that gave a rating"];
const PEOPLE: [&str; 2] = ["số người có nêu mức độ", "people who gave a rating"];
const SQUARES: [&str; 2] = ["tổng qua mọi người của u²", "sum over people of their u²"];
const AVERAGED: [&str; 2] = ["các số được lấy trung bình", "the figures averaged"];
const WITHHELD: [&str; 2] = ["có số thành phần không công bố", "some of its parts are withheld"];
const BOTH: [&str; 2] = ["kỳ trước, rồi kỳ này", "the period before, then this one"];
const WILSON: [&str; 2] = ["cận Wilson của từng kỳ", "Wilson limits of each period"];
const PRINTED: [&str; 2] =
    ["các cận đã công bố của từng kỳ", "the published limits of each period"];
const MONTHS: [&str; 2] =
    ["các tháng có công bố, đếm từ tháng đầu", "published months, counted from the first"];
const POINTS: [&str; 2] = ["điểm phần trăm mỗi tháng", "percentage points a month"];
const DAY: [&str; 2] = ["ngày trả lời, giờ Việt Nam", "day of the answer, Vietnam’s time"];

/// The first lines of a script on the figure `it`.
fn headed(it: &Explanation<'_>, worked: &Worked<'_>, language: Language) -> Script {
    let Report { commune, instrument, period, .. } = it.report;
    let e = &it.finding.estimate;
    let (id, version) = (&instrument.id, instrument.version);
    let days = format!("{} – {}", period.start, period.last_day());
    let figure = format!("{} {}", e.level.name(), e.code);
    let head = format!("# {} ({}), {id}@{version}, {days}: {figure}", commune.name, commune.code);
    Script::of(language, vec![head, format!("level <- {}", worked.level)])
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

/// From the counts and sums of a published figure.
pub(super) fn from_counts(it: &Explanation<'_>, worked: &Worked<'_>, language: Language) -> String {
    let e = &it.finding.estimate;
    let mut script = headed(it, worked, language);
    script.set("N", worked.respondents, RESPONSES);
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
    script.line("df <- N - 1");
    script.finish(&limits(worked))
}

/// The rate from the counts of its parts, or as it is when one of them is withheld.
fn rate_of_mean(script: &mut Script, it: &Explanation<'_>, worked: &Worked<'_>, terms: &[Term]) {
    let shown = terms.iter().map(|term| match finding_of(it.report, term)?.shown() {
        Shown::Rate { estimate, .. } => Some(estimate),
        _ => None,
    });
    let Some(parts) = shown.collect::<Option<Vec<_>>>() else {
        script.set("rate", worked.rate, WITHHELD);
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
    script.set("N", counts(worked.respondents()), RESPONSES);
    script.line("rate <- rates[2] - rates[1]");
    script.line("se <- sqrt(sum(N) / (sum(N) - 1) * sum((N - 1) / N * errors^2))");
    match worked.made {
        Made::Student => {
            script.line("limits <- rate + c(-1, 1) * qt((1 + level) / 2, sum(N) - 1) * se");
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
    script.set("N", each(|month| month.respondents.to_string()), RESPONSES);
    script.line("weight <- (month - mean(month)) / sum((month - mean(month))^2)");
    script.line("rate <- sum(weight * qlogis(rates))");
    script.line("moved <- weight * errors / (rates * (1 - rates))");
    script.line("se <- sqrt(sum(N) / (sum(N) - 1) * sum((N - 1) / N * moved^2))");
    script.line("limits <- rate + c(-1, 1) * qt((1 + level) / 2, sum(N) - 2) * se");
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
    let Report { commune, instrument, period, .. } = it.report;
    let mut script = headed(it, worked, language);
    script.line(format!(
        "# hailong export --raw --commune {} --instrument {}@{} --period {} --out {FILE}",
        commune.code, instrument.id, instrument.version, period.code
    ));
    script.read();
    script.set("day", "as.Date(substr(d$answered_at, 1, 10))", DAY);
    script.line(format!("d <- d[d$commune_code == \"{}\" &", commune.code));
    let (first, last) = (period.start, period.last_day());
    script.line(format!("  day >= as.Date(\"{first}\") & day <= as.Date(\"{last}\"), ]"));
    script.answers(it.scope());
    script.figure(it.scope(), worked.terms, "ids = ~1, weights = ~1");
    if !matches!(worked.counted, Counted::Answers { .. }) {
        script.line("people <- sum(total(valid) > 0)");
    } else if worked.formula().r.contains("{x}") {
        script.line("x <- sum(total(yes)); n <- sum(total(valid))");
    }
    script.line("df <- degf(design)");
    script.finish(&limits(worked))
}
