//! How it is tested whether groups differ in a figure.

use analytics::comparison::Association;
use analytics::{Estimate, Level};
use surveys::Language;

use super::super::slices::{By, Group, Groups};
use super::super::{Finding, Report};
use super::Scope;
use super::r_code::{column, quantity, responses_of};
use super::script::{Script, quoted, vector};

const EACH: [&str; 2] = ["mỗi dòng là một câu được hỏi", "one row for every question asked"];
const CLUSTER: [&str; 2] =
    ["các câu của một người là một cụm", "the answers of a person are a cluster"];

/// A test between groups with everything that it takes to compute it again.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The report on all groups together.
    pub report: &'a Report,
    /// What the groups are told apart by.
    pub by: By,
    /// The figure in the report.
    pub finding: &'a Finding,
    /// The test.
    pub test: &'a Association,
    groups: &'a Groups,
}

impl<'a> Compared<'a> {
    /// The test between `groups` of `report` in the figure at the level called `level` with
    /// this code; `None` when none is shown.
    pub fn of(
        report: &'a Report,
        (by, groups): (By, &'a Groups),
        level: &str,
        code: &str,
    ) -> Option<Self> {
        let is_it = |t: &&Association| t.level.name() == level && &*t.code == code;
        let test = groups.tests.iter().find(is_it).filter(|test| test.p.is_some())?;
        let finding = report.finding(test.level, &test.code)?;
        Some(Self { report, by, finding, test, groups })
    }

    /// What of the instrument the figure adds up.
    pub fn scope(&self) -> Scope<'a> {
        let (level, code): (Level, &str) = (self.test.level, &self.test.code);
        Scope { instrument: self.report.instrument, level, code }
    }

    /// The groups, each with the figure.
    pub fn rows(&self) -> impl Iterator<Item = (&'a Group, &'a Estimate)> {
        let (level, code) = (self.test.level, &self.test.code);
        self.groups.groups.iter().filter_map(move |group| {
            let of_it = |f: &&Finding| f.estimate.level == level && f.estimate.code == *code;
            Some((group, &group.findings.iter().find(of_it)?.estimate))
        })
    }

    /// R that gives the group of each row; of none is who gave no answer or no opinion.
    fn group(&self) -> String {
        let column = format!("d[[{}]]", quoted(column(self.by)));
        let Some(asked) = self.by.asked(self.report.instrument) else { return column };
        let values = asked.options.iter().map(|option| quoted(&option.value.to_string()));
        format!("ifelse({column} %in% {},\n      {column}, \"\")", vector(values))
    }

    /// R that tests it again from the file of raw responses.
    pub fn r(&self, language: Language) -> String {
        let mut script = Script::of(language, vec![quantity(self.report, self.scope())]);
        responses_of(&mut script, self.report, true);
        script.answers(self.scope());
        script.remark(EACH);
        script.line("long <- do.call(rbind, lapply(names(valid), function(item) {");
        script.line("  data.frame(person = seq_len(nrow(d)),");
        script.line(format!("    group = {},", self.group()));
        script.line("    valid = valid[[item]], satisfied = yes[[item]])");
        script.line("}))");
        script.remark(CLUSTER);
        script.line("design <- svydesign(ids = ~person, weights = ~1, data = long)");
        script.line("design <- subset(design, valid & group != \"\")");
        script.line("print(svytable(~group + satisfied, design))");
        script.line("test <- svychisq(~satisfied + group, design, statistic = \"F\")");
        script.line("F <- unname(test$statistic); df <- unname(test$parameter)");
        script.line("p <- unname(test$p.value)");
        script.line("print(c(F = F, df1 = df[1], df2 = df[2], p = p), digits = 12)");
        script.text()
    }
}
