//! R that computes a figure again. It ends with `rate`, `se` and `limits`; its
//! names are those of the formulas: x satisfied among n valid answers.

use analytics::{Level, Spread};
use surveys::Language;

use super::super::Report;
use super::super::published::Shown;
use super::{Counted, Explanation, Worked, filled, finding_of};

/// The name under which the raw responses are exported.
const FILE: &str = "phieu.csv";
/// No line of a list is longer.
const WIDTH: usize = 76;

/// The command that writes the file of raw responses.
fn command(report: &Report) -> String {
    let Report { commune, instrument, period, .. } = report;
    format!(
        "hailong export --raw --commune {} --instrument {}@{} --period {} --out {FILE}",
        commune.code, instrument.id, instrument.version, period.code
    )
}

/// From the counts and sums of a published figure.
pub(super) fn from_counts(it: &Explanation<'_>, worked: &Worked<'_>, language: Language) -> String {
    let say = |vi: &'static str, en: &'static str| pick(language, vi, en);
    let e = &it.finding.estimate;
    let mut code = head(it, worked);
    code += &format!("N <- {}  # {}\n", worked.workings.respondents, say("số phiếu", "responses"));
    if let Spread::Mean { terms, influence_squares } = &worked.workings.spread {
        let shown = terms.iter().map(|term| {
            let finding = finding_of(it.report, term)?;
            let Shown::Rate { estimate, .. } = finding.shown() else { return None };
            Some((term, estimate))
        });
        if let Some(shown) = shown.collect::<Option<Vec<_>>>() {
            let list = |values: Vec<String>| wrapped(&values);
            let names = shown.iter().map(|(term, _)| format!("\"{}\"", term.code)).collect();
            let x = shown.iter().map(|(_, e)| e.satisfied.to_string()).collect();
            let n = shown.iter().map(|(_, e)| e.valid.to_string()).collect();
            let weights = shown.iter().map(|(term, _)| term.weight.to_string()).collect();
            code += &format!("# {}\n", say("các số được lấy trung bình", "the figures averaged"));
            code += &format!("part <- {}\n", list(names));
            code += &format!(
                "x <- {}  # {}\n",
                list(x),
                say("câu trả lời hài lòng", "satisfied answers")
            );
            code += &format!(
                "n <- {}  # {}\n",
                list(n),
                say("câu trả lời có nêu mức độ", "answers that gave a rating")
            );
            code += &format!("weight <- {}\n", list(weights));
            code += "print(setNames(x / n, part))\nrate <- sum(weight * x / n)\n";
        } else {
            let why = say("có số thành phần không công bố", "some of its parts are withheld");
            code += &format!("rate <- {}  # {why}\n", worked.rate);
        }
        let what = say("tổng u² của mọi người", "sum of everybody’s u²");
        code += &format!("uu <- {}  # {what}\n", influence_squares);
        code += "se <- sqrt(N / (N - 1) * uu)\n";
    } else {
        code += &format!(
            "x <- {}  # {}\n",
            e.satisfied,
            say("câu trả lời hài lòng", "satisfied answers")
        );
        code += &format!(
            "n <- {}  # {}\n",
            e.valid,
            say("câu trả lời có nêu mức độ", "answers that gave a rating")
        );
        code += "rate <- x / n\n";
    }
    if let Spread::Ratio { satisfied_squares, products, valid_squares } = worked.workings.spread {
        if e.level == Level::Item {
            code += "se <- sqrt(N / (N - 1) * rate * (1 - rate) / n)\n";
        } else {
            let what =
                say("tổng theo từng người của x², x·n, n²", "sums over people of x², x·n, n²");
            code += &format!("# {what}\n");
            code +=
                &format!("xx <- {satisfied_squares}; xn <- {products}; nn <- {valid_squares}\n");
            code +=
                "se <- sqrt(N / (N - 1) * max(0, xx * n^2 - 2 * x * n * xn + x^2 * nn)) / n^2\n";
        }
    }
    if !matches!(worked.counted, Counted::Answers { .. }) {
        let people = super::people(e);
        code += &format!(
            "people <- {people}  # {}\n",
            say("số người có nêu mức độ", "people who gave a rating")
        );
    }
    code += "df <- N - 1\n";
    code + &tail(worked)
}

/// From the file of raw responses, with the survey package.
pub(super) fn from_responses(
    it: &Explanation<'_>,
    worked: &Worked<'_>,
    language: Language,
) -> String {
    let say = |vi: &'static str, en: &'static str| pick(language, vi, en);
    let period = &it.report.period;
    let mut code = head(it, worked);
    code += &format!("# {}\n", command(it.report));
    code += "library(survey)  # install.packages(\"survey\")\n";
    code +=
        &format!("d <- read.csv(\"{FILE}\", colClasses = \"character\", encoding = \"UTF-8\")\n");
    code +=
        &format!("# {}\n", say("ngày trả lời, giờ Việt Nam", "day of the answer, Vietnam’s time"));
    code += "day <- as.Date(substr(d$answered_at, 1, 10))\n";
    code += &format!(
        "d <- d[d$commune_code == \"{}\" &\n  day >= as.Date(\"{}\") & day <= as.Date(\"{}\"), ]\n",
        it.report.commune.code,
        period.start,
        period.last_day()
    );
    let none = say(
        "không có ý kiến và bỏ trống không thuộc nhóm nào",
        "no opinion and no answer are neither",
    );
    code += &format!("yes <- valid <- list()  # {none}\n");
    for (scale, items) in it.scales() {
        let codes: Vec<_> = items.iter().map(|item| format!("\"{}\"", item.code)).collect();
        let values = |values: Vec<u8>| {
            format!("c({})", values.iter().map(u8::to_string).collect::<Vec<_>>().join(", "))
        };
        let offered = scale.options.iter().map(|option| option.value).collect();
        code += &format!("for (item in {}) {{\n", wrapped(&codes));
        code += &format!("  yes[[item]] <- d[[item]] %in% {}\n", values(scale.satisfied.clone()));
        code += &format!("  valid[[item]] <- d[[item]] %in% {}\n}}\n", values(offered));
    }
    code += "total <- function(answers) Reduce(`+`, answers, 0)\n";
    code += &match &worked.workings.spread {
        Spread::Ratio { .. } => ratio(),
        Spread::Mean { .. } => mean(it, worked),
    };
    if !matches!(worked.counted, Counted::Answers { .. }) {
        code += "people <- sum(total(valid) > 0)\n";
    } else if worked.formula().r.contains("{x}") {
        code += "x <- sum(total(yes)); n <- sum(total(valid))\n";
    }
    code += "df <- degf(design)\n";
    code + &tail(worked)
}

fn ratio() -> String {
    "d$x <- total(yes)\nd$n <- total(valid)\n\
     design <- svydesign(ids = ~1, weights = ~1, data = d)\n\
     figure <- svyratio(~x, ~n, design)\n\
     rate <- as.numeric(coef(figure)); se <- as.numeric(SE(figure))\n"
        .to_owned()
}

/// A mean of ratios of totals.
fn mean(it: &Explanation<'_>, worked: &Worked<'_>) -> String {
    let Spread::Mean { terms, .. } = &worked.workings.spread else { return String::new() };
    let mut code = "parts <- list(\n".to_owned();
    let entries: Vec<String> = terms
        .iter()
        .filter_map(|term| {
            let part = Explanation::of(it.report, term.level.name(), &term.code)?;
            let items: Vec<_> =
                part.items().iter().map(|item| format!("\"{}\"", item.code)).collect();
            Some(format!("  {} = {}", name(&term.code), wrapped(&items)))
        })
        .collect();
    code += &entries.join(",\n");
    code += "\n)\nfor (part in names(parts)) {\n  \
             d[[paste0(\"x_\", part)]] <- total(yes[parts[[part]]])\n  \
             d[[paste0(\"n_\", part)]] <- total(valid[parts[[part]]])\n}\n\
             design <- svydesign(ids = ~1, weights = ~1, data = d)\n\
             columns <- paste0(c(\"x_\", \"n_\"), rep(names(parts), each = 2))\n\
             totals <- svytotal(reformulate(columns), design)\n";
    let sum: Vec<String> = terms
        .iter()
        .map(|term| {
            let name = name(&term.code);
            format!("{} * x_{name} / n_{name}", term.weight)
        })
        .collect();
    code += &format!("figure <- svycontrast(totals, quote(\n  {}\n))\n", sum.join(" +\n  "));
    code + "rate <- as.numeric(coef(figure)); se <- as.numeric(SE(figure))\n"
}

/// What it is and its confidence level.
fn head(it: &Explanation<'_>, worked: &Worked<'_>) -> String {
    let Report { commune, instrument, period, .. } = it.report;
    let e = &it.finding.estimate;
    format!(
        "# {} ({}), {}@{}, {} – {}: {} {}\nlevel <- {}\n",
        commune.name,
        commune.code,
        instrument.id,
        instrument.version,
        period.start,
        period.last_day(),
        e.level.name(),
        e.code,
        worked.level
    )
}

/// The interval, and what is printed.
fn tail(worked: &Worked<'_>) -> String {
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
    let limits = filled(worked.formula().r, put);
    format!(
        "limits <- {limits}\nprint(c(rate = rate, se = se, low = limits[1], upp = limits[2]), digits = 12)\n"
    )
}

/// A vector of R, broken into lines that are not too long.
fn wrapped(values: &[String]) -> String {
    if let [alone] = values {
        return alone.clone();
    }
    let mut text = "c(".to_owned();
    let mut line = 16;
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            text.push(',');
            if line + value.len() > WIDTH {
                text.push_str("\n  ");
                line = 0;
            } else {
                text.push(' ');
            }
        }
        text.push_str(value);
        line += value.len() + 2;
    }
    text + ")"
}

/// A code as a name of R.
fn name(code: &str) -> String {
    code.replace('-', ".")
}

fn pick(language: Language, vi: &'static str, en: &'static str) -> &'static str {
    if language == Language::Vi { vi } else { en }
}
