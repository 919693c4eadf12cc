//! Lines of R that are the same for every kind of figure. A script ends with `rate`,
//! `se` and `limits`; its names are those of the formulas: x satisfied among n valid
//! answers.

use std::fmt::Display;

use analytics::Term;
use surveys::Language;

use super::Scope;

/// The name under which raw responses are exported.
pub(in crate::reporting) const FILE: &str = "phieu.csv";
/// No line of a list is longer.
const WIDTH: usize = 76;

const NEITHER: [&str; 2] =
    ["không có ý kiến và bỏ trống không thuộc nhóm nào", "no opinion and no answer are in neither"];

const GROUP: [&str; 2] = ["một nhóm trong mẫu", "a group inside the sample"];

/// Lines of R, with remarks in one language, Vietnamese or English.
pub(in crate::reporting) struct Script {
    language: Language,
    lines: Vec<String>,
}

impl Script {
    /// A script that begins with `lines`.
    pub(in crate::reporting) fn of(language: Language, lines: Vec<String>) -> Self {
        Self { language, lines }
    }

    pub(in crate::reporting) fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    pub(in crate::reporting) fn remark(&mut self, texts: [&str; 2]) {
        let text = self.said(texts).to_owned();
        self.line(format!("# {text}"));
    }

    /// `name <- value`, with what it is.
    pub(in crate::reporting) fn set(&mut self, name: &str, value: impl Display, texts: [&str; 2]) {
        let text = self.said(texts).to_owned();
        self.line(format!("{name} <- {value}  # {text}"));
    }

    fn said<'t>(&self, [vi, en]: [&'t str; 2]) -> &'t str {
        match self.language {
            Language::Vi => vi,
            Language::En => en,
        }
    }

    /// Reads the file of raw responses into `d`.
    pub(in crate::reporting) fn read(&mut self) {
        self.line("library(survey)  # install.packages(\"survey\")");
        self.line(format!(
            "d <- read.csv(\"{FILE}\", colClasses = \"character\", encoding = \"UTF-8\")"
        ));
    }

    /// The same where cells may hold what people wrote: an empty one and `NA` are texts.
    pub(super) fn read_texts(&mut self) {
        self.line("library(survey)  # install.packages(\"survey\")");
        self.line(format!("d <- read.csv(\"{FILE}\", colClasses = \"character\","));
        self.line("  encoding = \"UTF-8\", na.strings = character())");
    }

    /// Says of every answer in `d` to an item of `scope` whether it is satisfied and
    /// whether it is valid.
    pub(in crate::reporting) fn answers(&mut self, scope: Scope<'_>) {
        self.set("yes <- valid", "list()", NEITHER);
        for (scale, items) in scope.scales() {
            let satisfied = vector(scale.satisfied.iter().map(u8::to_string));
            let offered = vector(scale.options.iter().map(|option| option.value.to_string()));
            let items = vector(items.iter().map(|item| quoted(item.code.as_str())));
            self.line(format!("for (item in {items}) {{"));
            self.line(format!("  yes[[item]] <- d[[item]] %in% {satisfied}"));
            self.line(format!("  valid[[item]] <- d[[item]] %in% {offered}"));
            self.line("}");
        }
        self.line("total <- function(answers) Reduce(`+`, answers, 0)");
    }

    /// The rate of `scope`, the mean of `terms` or a ratio itself, and its standard
    /// error, with `design`, the other arguments of `svydesign`; of the rows `inside` only
    /// when it is of a part.
    pub(in crate::reporting) fn figure(
        &mut self,
        scope: Scope<'_>,
        terms: &[Term],
        design: &str,
        of_part: bool,
    ) {
        let mut design = format!("design <- svydesign({design}, data = d)");
        if of_part {
            let why = self.said(GROUP);
            design = format!("{design}\ndesign <- subset(design, inside)  # {why}");
        }
        if terms.is_empty() {
            self.line("d$x <- total(yes)");
            self.line("d$n <- total(valid)");
            self.line(design);
            self.line("figure <- svyratio(~x, ~n, design)");
        } else {
            self.mean(scope, terms, &design);
        }
        self.line("rate <- as.numeric(coef(figure)); se <- as.numeric(SE(figure))");
    }

    /// A mean of ratios of totals.
    fn mean(&mut self, scope: Scope<'_>, terms: &[Term], design: &str) {
        self.line("parts <- list(");
        for (place, term) in terms.iter().enumerate() {
            let items = Scope { level: term.level, code: &term.code, ..scope }.items();
            let items = vector(items.iter().map(|item| quoted(item.code.as_str())));
            let comma = if place + 1 < terms.len() { "," } else { "" };
            self.line(format!("  {} = {items}{comma}", quoted(&name(&term.code))));
        }
        self.line(")");
        self.line("for (part in names(parts)) {");
        self.line("  d[[paste0(\"x_\", part)]] <- total(yes[parts[[part]]])");
        self.line("  d[[paste0(\"n_\", part)]] <- total(valid[parts[[part]]])");
        self.line("}");
        self.line(design);
        self.line("columns <- paste0(c(\"x_\", \"n_\"), rep(names(parts), each = 2))");
        self.line("totals <- svytotal(reformulate(columns), design)");
        self.line("figure <- svycontrast(totals, quote(");
        for (place, term) in terms.iter().enumerate() {
            let (weight, name) = (term.weight, name(&term.code));
            let plus = if place + 1 < terms.len() { " +" } else { "" };
            self.line(format!("  {weight} * x_{name} / n_{name}{plus}"));
        }
        self.line("))");
    }

    /// The script with its end: the interval, and what is printed.
    pub(in crate::reporting) fn finish(mut self, limits: &str) -> String {
        self.line(format!("limits <- {limits}"));
        self.line("print(c(rate = rate, se = se, low = limits[1], upp = limits[2]), digits = 12)");
        self.text()
    }

    /// The script as it is.
    pub(super) fn text(self) -> String {
        self.lines.join("\n") + "\n"
    }
}

/// A vector of R, broken into lines that are not too long.
pub(super) fn vector(values: impl Iterator<Item = String>) -> String {
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

pub(super) fn quoted(code: &str) -> String {
    format!("\"{code}\"")
}

/// A text of R. What shows nothing, or turns what stands around it, is written by its
/// number.
pub(super) fn text(value: &str) -> String {
    let mut text = "\"".to_owned();
    for letter in value.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => text.extend(letter.escape_unicode()),
            _ if letter.is_control() => text.extend(letter.escape_unicode()),
            _ => text.push(letter),
        }
    }
    text + "\""
}

/// A code as a name of R.
fn name(code: &str) -> String {
    code.replace('-', ".")
}
