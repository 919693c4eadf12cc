//! R that computes a figure again. It ends with `rate`, `se` and `limits`; its
//! names are those of the formulas: x satisfied among n valid answers.

use std::fmt::Display;

use analytics::{Level, Term};
use surveys::Language;

use super::super::Report;
use super::super::published::Shown;
use super::{ChangeWorked, Counted, Explanation, Made, Worked, filled, finding_of};

/// The name under which the raw responses are exported.
const FILE: &str = "phieu.csv";
/// No line of a list is longer.
const WIDTH: usize = 76;

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
const DAY: [&str; 2] = ["ngày trả lời, giờ Việt Nam", "day of the answer, Vietnam’s time"];
const NEITHER: [&str; 2] =
    ["không có ý kiến và bỏ trống không thuộc nhóm nào", "no opinion and no answer are in neither"];

/// Lines of R, with remarks in one language, Vietnamese or English.
struct Script {
    language: Language,
    lines: Vec<String>,
}

impl Script {
    /// A script on the figure `it`.
    fn on(it: &Explanation<'_>, worked: &Worked<'_>, language: Language) -> Self {
        let Report { commune, instrument, period, .. } = it.report;
        let e = &it.finding.estimate;
        let (id, version) = (&instrument.id, instrument.version);
        let days = format!("{} – {}", period.start, period.last_day());
        let figure = format!("{} {}", e.level.name(), e.code);
        let head =
            format!("# {} ({}), {id}@{version}, {days}: {figure}", commune.name, commune.code);
        Self { language, lines: vec![head, format!("level <- {}", worked.level)] }
    }

    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn remark(&mut self, texts: [&str; 2]) {
        let text = self.said(texts).to_owned();
        self.line(format!("# {text}"));
    }

    /// `name <- value`, with what it is.
    fn set(&mut self, name: &str, value: impl Display, texts: [&str; 2]) {
        let text = self.said(texts).to_owned();
        self.line(format!("{name} <- {value}  # {text}"));
    }

    fn said<'t>(&self, [vi, en]: [&'t str; 2]) -> &'t str {
        match self.language {
            Language::Vi => vi,
            Language::En => en,
        }
    }

    /// The script with its end: the interval, and what is printed.
    fn finish(mut self, worked: &Worked<'_>) -> String {
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
        self.line(format!("limits <- {}", filled(worked.formula().r, put)));
        self.line("print(c(rate = rate, se = se, low = limits[1], upp = limits[2]), digits = 12)");
        self.lines.join("\n") + "\n"
    }
}

/// From the counts and sums of a published figure.
pub(super) fn from_counts(it: &Explanation<'_>, worked: &Worked<'_>, language: Language) -> String {
    let e = &it.finding.estimate;
    let mut script = Script::on(it, worked, language);
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
    script.finish(worked)
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
    let mut script = Script { language, lines: vec![format!("level <- {}", worked.level)] };
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
    script.lines.join("\n") + "\n"
}

/// From the file of raw responses, with the survey package.
pub(super) fn from_responses(
    it: &Explanation<'_>,
    worked: &Worked<'_>,
    language: Language,
) -> String {
    let Report { commune, instrument, period, .. } = it.report;
    let mut script = Script::on(it, worked, language);
    script.line(format!(
        "# hailong export --raw --commune {} --instrument {}@{} --period {} --out {FILE}",
        commune.code, instrument.id, instrument.version, period.code
    ));
    script.line("library(survey)  # install.packages(\"survey\")");
    script.line(format!(
        "d <- read.csv(\"{FILE}\", colClasses = \"character\", encoding = \"UTF-8\")"
    ));
    script.set("day", "as.Date(substr(d$answered_at, 1, 10))", DAY);
    script.line(format!("d <- d[d$commune_code == \"{}\" &", commune.code));
    let (first, last) = (period.start, period.last_day());
    script.line(format!("  day >= as.Date(\"{first}\") & day <= as.Date(\"{last}\"), ]"));
    script.set("yes <- valid", "list()", NEITHER);
    for (scale, items) in it.scales() {
        let satisfied = vector(scale.satisfied.iter().map(u8::to_string));
        let offered = vector(scale.options.iter().map(|option| option.value.to_string()));
        let items = vector(items.iter().map(|item| quoted(item.code.as_str())));
        script.line(format!("for (item in {items}) {{"));
        script.line(format!("  yes[[item]] <- d[[item]] %in% {satisfied}"));
        script.line(format!("  valid[[item]] <- d[[item]] %in% {offered}"));
        script.line("}");
    }
    script.line("total <- function(answers) Reduce(`+`, answers, 0)");
    if worked.terms.is_empty() {
        script.line("d$x <- total(yes)");
        script.line("d$n <- total(valid)");
        script.line("design <- svydesign(ids = ~1, weights = ~1, data = d)");
        script.line("figure <- svyratio(~x, ~n, design)");
    } else {
        mean(&mut script, it, worked.terms);
    }
    script.line("rate <- as.numeric(coef(figure)); se <- as.numeric(SE(figure))");
    if !matches!(worked.counted, Counted::Answers { .. }) {
        script.line("people <- sum(total(valid) > 0)");
    } else if worked.formula().r.contains("{x}") {
        script.line("x <- sum(total(yes)); n <- sum(total(valid))");
    }
    script.line("df <- degf(design)");
    script.finish(worked)
}

/// A mean of ratios of totals.
fn mean(script: &mut Script, it: &Explanation<'_>, terms: &[Term]) {
    script.line("parts <- list(");
    for (place, term) in terms.iter().enumerate() {
        let part = Explanation::of(it.report, term.level.name(), &term.code);
        let items = part.map(|part| part.items()).unwrap_or_default();
        let items = vector(items.iter().map(|item| quoted(item.code.as_str())));
        let comma = if place + 1 < terms.len() { "," } else { "" };
        script.line(format!("  {} = {items}{comma}", quoted(&name(&term.code))));
    }
    script.line(")");
    script.line("for (part in names(parts)) {");
    script.line("  d[[paste0(\"x_\", part)]] <- total(yes[parts[[part]]])");
    script.line("  d[[paste0(\"n_\", part)]] <- total(valid[parts[[part]]])");
    script.line("}");
    script.line("design <- svydesign(ids = ~1, weights = ~1, data = d)");
    script.line("columns <- paste0(c(\"x_\", \"n_\"), rep(names(parts), each = 2))");
    script.line("totals <- svytotal(reformulate(columns), design)");
    script.line("figure <- svycontrast(totals, quote(");
    for (place, term) in terms.iter().enumerate() {
        let (weight, name) = (term.weight, name(&term.code));
        let plus = if place + 1 < terms.len() { " +" } else { "" };
        script.line(format!("  {weight} * x_{name} / n_{name}{plus}"));
    }
    script.line("))");
}

/// A vector of R, broken into lines that are not too long.
fn vector(values: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = values.collect();
    if let [alone] = &values[..] {
        return alone.clone();
    }
    let mut text = "c(".to_owned();
    // What stands before the vector on its first line.
    let mut width = 16;
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            let full = width + value.len() > WIDTH;
            text.push_str(if full { ",\n  " } else { ", " });
            width = if full { 0 } else { width };
        }
        text.push_str(value);
        width += value.len() + 2;
    }
    text + ")"
}

fn quoted(code: &str) -> String {
    format!("\"{code}\"")
}

/// A code as a name of R.
fn name(code: &str) -> String {
    code.replace('-', ".")
}
