//! How often intervals hold the true rate, by simulation: people with several
//! correlated answers, in villages whose people are correlated.
//!
//!     cargo run --release -p hailong-analytics --example coverage [REPETITIONS]
//!
//! Prints a table in Markdown. The generator is seeded: the same number of repetitions
//! gives the same table.

use std::f64::consts::PI;
use std::process::ExitCode;

use analytics::interval::{normal_quantile, wilson};
use analytics::{Estimate, EstimateOptions, Frame, FrameBuilder, Level, SurveyDesign, estimate};
use surveys::Instrument;
use surveys::instrument::file::parse;

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

impl Setting {
    fn draw(&self, instrument: &Instrument, random: &mut Generator) -> Frame {
        let mut builder = FrameBuilder::new(instrument, &["village"]).expect("it has items");
        let satisfied = -normal_quantile(self.rate);
        let levels =
            [(5, satisfied + 0.9), (4, satisfied), (3, satisfied - 0.6), (2, satisfied - 1.2)];
        let noise = (1.0 - self.person - self.village).sqrt();
        for village in 0..self.villages.unwrap_or(1) {
            let name = village.to_string();
            let of_village = self.village.sqrt() * random.normal();
            for _ in 0..self.people {
                let mood = of_village + self.person.sqrt() * random.normal();
                let answers: [Option<u8>; ITEMS] = std::array::from_fn(|_| {
                    let answer = mood + noise * random.normal();
                    let level = levels.iter().find(|(_, above)| answer > *above);
                    let level = level.map_or(1, |(level, _)| *level);
                    (random.uniform() > UNANSWERED).then_some(level)
                });
                builder.push(&[&name], &answers).expect("the answers are options");
            }
        }
        builder.finish()
    }

    /// Which intervals hold the rate: Wilson's on the number of answers, ours with
    /// people as sampling units, ours with villages.
    fn covered(&self, frame: &Frame, instrument: &Instrument) -> [bool; 3] {
        let of = |ids: Option<&str>| -> Estimate {
            let design = SurveyDesign {
                ids: ids.map(str::to_owned).into_iter().collect(),
                ..SurveyDesign::none()
            };
            let options = EstimateOptions { level: CONFIDENCE, design, ..Default::default() };
            let mut table = estimate(frame, instrument, &options).expect("the frame fits");
            let place = table.rows.iter().position(|row| row.level == Level::Component);
            table.rows.swap_remove(place.expect("there is a component"))
        };
        let holds = |low: f64, upp: f64| low <= self.rate && self.rate <= upp;
        let ours = |e: &Estimate| e.low.zip(e.upp).is_some_and(|(low, upp)| holds(low, upp));
        let people = of(None);
        let naive = wilson(people.satisfied, people.valid, CONFIDENCE);
        [
            naive.is_some_and(|interval| holds(interval.low, interval.upp)),
            ours(&people),
            self.villages.is_some() && ours(&of(Some("village"))),
        ]
    }

    fn line(&self, held: [u32; 3], repetitions: u32) -> String {
        let percent = |times: u32| {
            let share = f64::from(times) / f64::from(repetitions);
            let error = (share * (1.0 - share) / f64::from(repetitions)).sqrt();
            format!("{:.1} ({:.1})", 100.0 * share, 100.0 * error)
        };
        let (villages, of_villages) = match self.villages {
            Some(villages) => (villages.to_string(), percent(held[2])),
            None => ("–".to_owned(), "–".to_owned()),
        };
        let people = self.people * self.villages.unwrap_or(1);
        let Self { rate, person, village, .. } = self;
        format!(
            "| {rate} | {people} | {villages} | {person} | {village} | {} | {} | {of_villages} |",
            percent(held[0]),
            percent(held[1]),
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
    let instrument = instrument();
    println!(
        "| rate | people | villages | person | village | Wilson on answers | people | villages as units |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (seed, setting) in (SEED..).zip(settings()) {
        let mut random = Generator::new(seed);
        let mut held = [0; 3];
        for _ in 0..repetitions {
            let frame = setting.draw(&instrument, &mut random);
            let covered = setting.covered(&frame, &instrument);
            held.iter_mut().zip(covered).for_each(|(held, covered)| *held += u32::from(covered));
        }
        println!("{}", setting.line(held, repetitions));
    }
    ExitCode::SUCCESS
}
