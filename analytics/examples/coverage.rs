//! How often intervals hold the true rate, by simulation: people with several
//! correlated answers, in villages whose people are correlated; then strata of villages
//! of unequal size with weights, some with few villages, at rates near 100 %; then a mean of
//! components of which one was answered by few.
//!
//!     cargo run --release -p hailong-analytics --example coverage [REPETITIONS [villages|designs|components]]
//!
//! Prints the tables in Markdown, or the one that is named. The generator is seeded: the
//! same number of repetitions gives the same table.

use std::f64::consts::PI;
use std::process::ExitCode;

use analytics::interval::{normal_quantile, wilson};
use analytics::{
    Estimate, EstimateOptions, Frame, FrameBuilder, Level, SurveyDesign, Verdict, against, estimate,
};
use surveys::instrument::Aggregation;
use surveys::instrument::file::parse;
use surveys::plan::Operator;
use surveys::{Instrument, catalog};

const SEED: u64 = 20_261_012;
const REPETITIONS: u32 = 4000;
const CONFIDENCE: f64 = 0.95;
const ITEMS: usize = 6;
/// The share of questions left unanswered.
const UNANSWERED: f64 = 0.05;

/// A population and a sample of it.
///
/// An answer is a cut of a normal variable of variance 1, of which the person's mood
/// makes the share `person` and the village's `village`: so any answer is a satisfied
/// one with the probability `rate`, exactly.
#[derive(Clone, Copy)]
struct Setting {
    rate: f64,
    /// Villages drawn; none when people are drawn one by one.
    villages: Option<u32>,
    /// People drawn in each village, or in all.
    people: u32,
    person: f64,
    village: f64,
}

/// The settings of the table.
fn settings() -> Vec<Setting> {
    let mut settings = Vec::new();
    for rate in [0.5, 0.9, 0.97] {
        for people in [30, 100, 400] {
            for person in [0.0, 0.3, 0.6] {
                settings.push(Setting { rate, villages: None, people, person, village: 0.0 });
            }
        }
    }
    for rate in [0.5, 0.9, 0.97] {
        for villages in [10, 30] {
            for village in [0.0, 0.05, 0.15] {
                let villages = Some(villages);
                settings.push(Setting { rate, villages, people: 12, person: 0.4, village });
            }
        }
    }
    settings
}

/// `SplitMix64` (Steele, Lea and Flood 2014), with normal variables by Box and Muller.
struct Generator {
    state: u64,
    spare: Option<f64>,
}

impl Generator {
    fn new(seed: u64) -> Self {
        Self { state: seed, spare: None }
    }

    /// Uniform in (0, 1).
    fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        ((z >> 12) as f64 + 0.5) / 2.0_f64.powi(52)
    }

    fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        let (sin, cos) = (2.0 * PI * self.uniform()).sin_cos();
        self.spare = Some(radius * sin);
        radius * cos
    }
}

/// Strata of villages of unequal size, so many people in each village, with the weights
/// that make up for it.
///
/// Three strata hold a quarter, a half and a quarter of all villages and differ in their
/// rates, so that the true rate of all is `rate`; in one stratum every village has it.
/// Villages are drawn one by one in each stratum, their sizes are lognormal.
#[derive(Clone, Copy)]
struct Designed {
    rate: f64,
    /// Villages drawn in each stratum.
    villages: &'static [u32],
    people: u32,
    village: f64,
}

/// How many villages of the population a stratum has, beside the first.
const POPULATION: [f64; 3] = [1.0, 2.0, 1.0];
/// Of the logarithm of a village's size.
const SPREAD: f64 = 0.8;
/// What the answers of a person have in common.
const PERSON: f64 = 0.4;

/// The settings of the second table.
fn designs() -> Vec<Designed> {
    let mut designs = Vec::new();
    for villages in [&[4][..], &[6], &[9], &[2, 3, 2], &[3, 5, 3], &[5, 10, 5], &[15, 30, 15]] {
        for rate in [0.9, 0.95, 0.97, 0.99] {
            designs.push(Designed { rate, villages, people: 10, village: 0.05 });
        }
    }
    designs
}

/// A mean of five components of one question each, whose truth is exactly the target; so
/// many people have an opinion on the last one.
#[derive(Clone, Copy)]
struct Counter {
    people: u32,
    on_the_last: u32,
}

/// The target of the third table, and the true rate of every component.
const TARGET: f64 = 0.9;

/// The settings of the third table.
fn counters() -> Vec<Counter> {
    let of = |people: u32, counts: &[u32]| {
        counts.iter().map(|&on_the_last| Counter { people, on_the_last }).collect::<Vec<_>>()
    };
    [of(200, &[12, 30, 100, 200]), of(400, &[12, 30, 100, 400])].concat()
}

impl Counter {
    fn draw(self, instrument: &Instrument, random: &mut Generator) -> Frame {
        let mut builder = FrameBuilder::new(instrument, &[]).expect("it has items");
        let last = builder.items().len() - 1;
        let (levels, noise) = (levels(TARGET), (1.0 - PERSON).sqrt());
        for person in 0..self.people {
            let mood = PERSON.sqrt() * random.normal();
            let answers = (0..=last).map(|item| {
                let answer = mood + noise * random.normal();
                let satisfied = levels[..2].iter().any(|(_, above)| answer > *above);
                let asked = item < last || person < self.on_the_last;
                asked.then_some(if satisfied { 5 } else { 2 })
            });
            builder.push(&[], &answers.collect::<Vec<_>>()).expect("the answers are options");
        }
        builder.finish()
    }

    /// Whether the interval of the index holds the truth; whether by the interval alone it
    /// would be met, and not met; whether the verdict says so.
    fn judged(frame: &Frame, instrument: &Instrument) -> [bool; 5] {
        let aggregation = Some(Aggregation::MeanOfComponents);
        let options = EstimateOptions { level: CONFIDENCE, aggregation, ..Default::default() };
        let table = estimate(frame, instrument, &options).expect("the frame fits");
        let index = table.rows.iter().find(|row| row.level == Level::Index);
        let index = index.expect("there is an index");
        let verdict = against(index, Operator::AtLeast, TARGET);
        [
            holds(index, TARGET),
            index.low.is_some_and(|low| low >= TARGET),
            index.upp.is_some_and(|upp| upp < TARGET),
            verdict == Some(Verdict::Met),
            verdict == Some(Verdict::NotMet),
        ]
    }

    fn line(self, times: [u32; 5], repetitions: u32) -> String {
        let shares = times.map(|times| percent(times, repetitions)).join(" | ");
        format!("| {} | {} | {shares} |", self.people, self.on_the_last)
    }
}

/// A component of some items with five levels.
fn instrument() -> Instrument {
    let text = r#"text = { vi = "Câu hỏi", en = "Question" }"#;
    let item = |number| {
        format!(
            "[[item]]\ncode = \"Q{number}\"\ncomponent = \"service\"\nscale = \"five\"\n{text}\n"
        )
    };
    let items = (1..=ITEMS).map(item).collect::<Vec<_>>().concat();
    let file = format!(
        r#"id = "simulated"
version = 1
title = {{ vi = "Mô phỏng", en = "Simulated" }}
introduction = {{ vi = "Mô phỏng.", en = "Simulated." }}
aggregation = "pooled"

[[scale]]
code = "five"
options = [
  {{ value = 1, vi = "Rất không hài lòng", en = "Very dissatisfied" }},
  {{ value = 2, vi = "Không hài lòng", en = "Dissatisfied" }},
  {{ value = 3, vi = "Bình thường", en = "Neutral" }},
  {{ value = 4, vi = "Hài lòng", en = "Satisfied" }},
  {{ value = 5, vi = "Rất hài lòng", en = "Very satisfied" }},
]
satisfied = [4, 5]

[[component]]
code = "service"
title = {{ vi = "Dịch vụ", en = "Service" }}

{items}"#
    );
    parse(&file).expect("the instrument has no mistake")
}

/// How answers fall into levels when they are satisfied with the probability `rate`.
fn levels(rate: f64) -> [(u8, f64); 4] {
    let satisfied = -normal_quantile(rate);
    [(5, satisfied + 0.9), (4, satisfied), (3, satisfied - 0.6), (2, satisfied - 1.2)]
}

/// The answers of a person of this `mood`, with the spread `noise` around it.
fn answers(
    mood: f64,
    noise: f64,
    levels: [(u8, f64); 4],
    random: &mut Generator,
) -> [Option<u8>; ITEMS] {
    std::array::from_fn(|_| {
        let answer = mood + noise * random.normal();
        let level = levels.iter().find(|(_, above)| answer > *above);
        let level = level.map_or(1, |(level, _)| *level);
        (random.uniform() > UNANSWERED).then_some(level)
    })
}

/// The component of `frame` under `design`.
fn component(frame: &Frame, instrument: &Instrument, design: SurveyDesign) -> Estimate {
    let options = EstimateOptions { level: CONFIDENCE, design, ..Default::default() };
    let mut table = estimate(frame, instrument, &options).expect("the frame fits");
    let place = table.rows.iter().position(|row| row.level == Level::Component);
    table.rows.swap_remove(place.expect("there is a component"))
}

/// Whether the interval of `e` holds `rate`.
fn holds(e: &Estimate, rate: f64) -> bool {
    e.low.zip(e.upp).is_some_and(|(low, upp)| low <= rate && rate <= upp)
}

/// Whether Wilson's interval on the number of answers does.
fn naive_holds(e: &Estimate, rate: f64) -> bool {
    wilson(e.satisfied, e.valid, CONFIDENCE).is_some_and(|i| i.low <= rate && rate <= i.upp)
}

/// A share in percent, with the standard error of the simulation.
fn percent(times: u32, repetitions: u32) -> String {
    let share = f64::from(times) / f64::from(repetitions);
    let error = (share * (1.0 - share) / f64::from(repetitions)).sqrt();
    format!("{:.1} ({:.1})", 100.0 * share, 100.0 * error)
}

impl Designed {
    fn draw(&self, instrument: &Instrument, random: &mut Generator) -> Frame {
        let mut builder =
            FrameBuilder::new(instrument, &["stratum", "village", "weight"]).expect("it has items");
        let noise = (1.0 - PERSON - self.village).sqrt();
        let apart =
            if self.villages.len() == 1 { 0.0 } else { 0.02_f64.min((1.0 - self.rate) / 2.0) };
        for (stratum, drawn) in self.villages.iter().enumerate() {
            let levels = levels(self.rate + (stratum as f64 - 1.0) * apart);
            for village in 0..*drawn {
                let of_village = self.village.sqrt() * random.normal();
                let size = (SPREAD * random.normal()).exp();
                let weight = POPULATION[stratum] / f64::from(*drawn) * size;
                let key = [stratum.to_string(), format!("{stratum}-{village}"), weight.to_string()];
                let key = [&*key[0], &*key[1], &*key[2]];
                for _ in 0..self.people {
                    let mood = of_village + PERSON.sqrt() * random.normal();
                    let answers = answers(mood, noise, levels, random);
                    builder.push(&key, &answers).expect("the answers are options");
                }
            }
        }
        builder.finish()
    }

    /// Which intervals hold the rate: Wilson's on the number of answers, ours without a
    /// design, ours with weights alone, ours with the whole design.
    fn covered(&self, frame: &Frame, instrument: &Instrument) -> [bool; 4] {
        let weights = || Some("weight".to_owned());
        let weighted = SurveyDesign { weights: weights(), ..SurveyDesign::none() };
        let whole = SurveyDesign {
            ids: vec!["village".to_owned()],
            strata: Some("stratum".to_owned()),
            weights: weights(),
            ..SurveyDesign::none()
        };
        let people = component(frame, instrument, SurveyDesign::none());
        [
            naive_holds(&people, self.rate),
            holds(&people, self.rate),
            holds(&component(frame, instrument, weighted), self.rate),
            holds(&component(frame, instrument, whole), self.rate),
        ]
    }

    fn line(&self, held: [u32; 4], repetitions: u32) -> String {
        let villages: u32 = self.villages.iter().sum();
        let strata = u32::try_from(self.villages.len()).unwrap_or(u32::MAX);
        let shares = held.map(|held| percent(held, repetitions)).join(" | ");
        let Self { rate, people, .. } = self;
        let (df, people) = (villages - strata, villages * people);
        format!("| {rate} | {people} | {strata} | {villages} | {df} | {shares} |")
    }
}

impl Setting {
    fn draw(&self, instrument: &Instrument, random: &mut Generator) -> Frame {
        let mut builder = FrameBuilder::new(instrument, &["village"]).expect("it has items");
        let levels = levels(self.rate);
        let noise = (1.0 - self.person - self.village).sqrt();
        for village in 0..self.villages.unwrap_or(1) {
            let name = village.to_string();
            let of_village = self.village.sqrt() * random.normal();
            for _ in 0..self.people {
                let mood = of_village + self.person.sqrt() * random.normal();
                let answers = answers(mood, noise, levels, random);
                builder.push(&[&name], &answers).expect("the answers are options");
            }
        }
        builder.finish()
    }

    /// Which intervals hold the rate: Wilson's on the number of answers, ours with
    /// people as sampling units, ours with villages.
    fn covered(&self, frame: &Frame, instrument: &Instrument) -> [bool; 3] {
        let people = component(frame, instrument, SurveyDesign::none());
        let of_villages = || {
            let ids = vec!["village".to_owned()];
            component(frame, instrument, SurveyDesign { ids, ..SurveyDesign::none() })
        };
        [
            naive_holds(&people, self.rate),
            holds(&people, self.rate),
            self.villages.is_some() && holds(&of_villages(), self.rate),
        ]
    }

    fn line(&self, held: [u32; 3], repetitions: u32) -> String {
        let (villages, of_villages) = match self.villages {
            Some(villages) => (villages.to_string(), percent(held[2], repetitions)),
            None => ("–".to_owned(), "–".to_owned()),
        };
        let people = self.people * self.villages.unwrap_or(1);
        let Self { rate, person, village, .. } = self;
        format!(
            "| {rate} | {people} | {villages} | {person} | {village} | {} | {} | {of_villages} |",
            percent(held[0], repetitions),
            percent(held[1], repetitions),
        )
    }
}

fn main() -> ExitCode {
    let repetitions = match std::env::args().nth(1).map(|text| text.parse()) {
        None => REPETITIONS,
        Some(Ok(repetitions @ 1..)) => repetitions,
        Some(_) => {
            eprintln!("coverage: write how often to repeat as a whole number from 1, such as 4000");
            return ExitCode::from(2);
        }
    };
    let table = std::env::args().nth(2);
    let wanted = |name: &str| table.as_deref().is_none_or(|table| table == name);
    if !["villages", "designs", "components"].into_iter().any(wanted) {
        eprintln!(
            "coverage: the tables are called villages, designs and components; leave the name out for all"
        );
        return ExitCode::from(2);
    }
    let instrument = instrument();
    if wanted("villages") {
        println!(
            "| rate | people | villages | person | village | Wilson on answers | people | villages as units |"
        );
        println!("|---|---|---|---|---|---|---|---|");
        for (seed, setting) in (SEED..).zip(settings()) {
            let mut random = Generator::new(seed);
            let draw = || {
                let frame = setting.draw(&instrument, &mut random);
                setting.covered(&frame, &instrument)
            };
            println!("{}", setting.line(counted(repetitions, draw), repetitions));
        }
    }
    if wanted("designs") {
        println!(
            "| rate | people | strata | villages | df | Wilson on answers | people | weights alone | whole design |"
        );
        println!("|---|---|---|---|---|---|---|---|---|");
        for (seed, design) in (SEED + 1_000..).zip(designs()) {
            let mut random = Generator::new(seed);
            let draw = || {
                let frame = design.draw(&instrument, &mut random);
                design.covered(&frame, &instrument)
            };
            println!("{}", design.line(counted(repetitions, draw), repetitions));
        }
    }
    if wanted("components") {
        println!(
            "| people | on the last component | interval holds | interval ≥ target | interval < target | called met | called not met |"
        );
        println!("|---|---|---|---|---|---|---|");
        let instrument = catalog::instrument("quick-counter", None).expect("it is shipped");
        for (seed, counter) in (SEED + 2_000..).zip(counters()) {
            let mut random = Generator::new(seed);
            let draw = || Counter::judged(&counter.draw(instrument, &mut random), instrument);
            println!("{}", counter.line(counted(repetitions, draw), repetitions));
        }
    }
    ExitCode::SUCCESS
}

/// How often each of `N` things was so.
fn counted<const N: usize>(repetitions: u32, mut draw: impl FnMut() -> [bool; N]) -> [u32; N] {
    let mut held = [0; N];
    for _ in 0..repetitions {
        held.iter_mut().zip(draw()).for_each(|(held, covered)| *held += u32::from(covered));
    }
    held
}
