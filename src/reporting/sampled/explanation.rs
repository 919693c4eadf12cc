//! How a figure of a sample is computed: by which design, with which weights, and R that
//! computes it again from the file that `hailong sample export --published` writes.
//!
//! No count of answers is here: with the weights of a few villages and a rate of many
//! digits, one could work out how each village answered.

use analytics::interval::Formula;
use analytics::{EstimateOptions, Flag, IntervalMethod, Term, WeightCost, terms};
use surveys::sample::Weighted;
use surveys::{Instrument, Language};

use super::super::Finding;
use super::super::explanation::script::{FILE, Script};
use super::super::explanation::{Scope, filled};
use super::{Results, Sampled};

/// The arguments of R's `svydesign` that say how households were drawn.
const DESIGN: &str =
    "\n  ids = ~psu + response_id, strata = ~stratum,\n  weights = ~weight, fpc = ~fpc1 + fpc2";

const DRAWN: [&str; 2] = [
    "chọn thôn theo tầng, rồi chọn hộ trong thôn",
    "villages in strata, then households in villages",
];
const KISH: [&str; 2] = ["cỡ mẫu hiệu dụng theo Kish", "Kish’s effective number of people"];
const KORN: [&str; 2] =
    ["cho số bậc tự do của cách chọn mẫu", "for the degrees of freedom of the design"];
const KNOWN: [&str; 2] = ["đã hỏi tất cả các hộ", "every household was asked"];

/// One published figure of a sample and how it came about.
#[derive(Debug)]
pub struct SampleExplanation<'a> {
    /// What the public sees of the sample.
    pub results: &'a Results,
    /// The figure.
    pub finding: &'a Finding,
    /// The instrument version that was answered.
    pub instrument: &'static Instrument,
    /// The ratios it is a mean of; none when it is a ratio itself.
    pub terms: Vec<Term>,
    /// What unequal weights cost.
    pub cost: WeightCost,
    /// The confidence level.
    pub level: f64,
}

impl Results {
    /// The explanation of the published figure at the level called `level` with this
    /// code; `None` without one.
    pub fn explanation(&self, level: &str, code: &str) -> Option<SampleExplanation<'_>> {
        let is_it = |f: &&Finding| f.estimate.level.name() == level && &*f.estimate.code == code;
        let finding = self.findings.as_ref().ok()?.iter().find(is_it)?;
        let instrument = self.instrument?;
        let e = &finding.estimate;
        let all = terms(instrument).ok()?;
        let own = all.into_iter().find(|(level, code, _)| (*level, code) == (e.level, &e.code));
        Some(SampleExplanation {
            results: self,
            finding,
            instrument,
            terms: own.map(|(.., terms)| terms).unwrap_or_default(),
            cost: self.done.cost()?,
            level: EstimateOptions::default().level,
        })
    }
}

impl Sampled {
    /// In how many strata somebody answered.
    pub fn strata_answered(&self) -> u64 {
        self.by_stratum().iter().filter(|(_, work)| work.responses > 0).count() as u64
    }

    /// What unequal weights of its responses cost; `None` without responses or weights.
    fn cost(&self) -> Option<WeightCost> {
        let weights = self.weights().ok()?;
        let of = |psu: &String| weights.get(psu).map(|Weighted { weight, .. }| *weight);
        let each: Vec<f64> = self.responses.iter().filter_map(|one| of(&one.psu)).collect();
        WeightCost::of(&each)
    }
}

impl<'a> SampleExplanation<'a> {
    /// What of the instrument the figure adds up.
    pub fn scope(&self) -> Scope<'a> {
        let e = &self.finding.estimate;
        Scope { instrument: self.instrument, level: e.level, code: &e.code }
    }

    /// The formula of its interval; `None` when every household was asked, so that the
    /// rate is known.
    pub fn formula(&self) -> Option<Formula> {
        self.finding.estimate.interval.map(IntervalMethod::formula)
    }

    /// Whether its interval is made of a number of people, because nobody's answers differ.
    pub fn is_exact(&self) -> bool {
        self.finding.estimate.n_exact.is_some()
    }

    /// R that computes it again from the exported file.
    pub fn r(&self, language: Language) -> String {
        let sample = &self.results.done.sample;
        let e = &self.finding.estimate;
        let (id, version) = (&self.instrument.id, self.instrument.version);
        let head = format!("# {}, {id}@{version}: {} {}", sample.code, e.level.name(), e.code);
        let command = format!("# hailong sample export {} --published --out {FILE}", sample.code);
        let mut script =
            Script::of(language, vec![head, command, format!("level <- {}", self.level)]);
        script.read();
        script.line("for (column in c(\"weight\", \"fpc1\", \"fpc2\")) {");
        script.line("  d[[column]] <- as.numeric(d[[column]])");
        script.line("}");
        script.answers(self.scope());
        script.remark(DRAWN);
        script.figure(self.scope(), &self.terms, DESIGN, false);
        script.line("df <- degf(design)");
        let Some(formula) = self.formula() else {
            debug_assert!(e.flags.contains(Flag::Census), "only a census has no interval");
            script.remark(KNOWN);
            return script.finish("c(rate, rate)");
        };
        if self.is_exact() {
            script.line("answered <- total(valid) > 0");
            script.line("w <- weights(design)[answered]");
            script.set("n", "sum(w)^2 / sum(w^2)", KISH);
            script.remark(KORN);
            script.line("t <- function(df) qt((1 + level) / 2, df)");
            script.line("n <- n * (t(sum(answered) - 1) / t(degf(subset(design, answered))))^2");
        }
        let put = |name: &str| match name {
            "x" => Some("rate * n".to_owned()),
            "n" => Some("n".to_owned()),
            _ => None,
        };
        script.finish(&filled(formula.r, put))
    }
}
