//! `hailong sample`: samples of households for interviews.

mod taking_back;

use std::path::PathBuf;
use std::process::ExitCode;

use analytics::FEWEST_SHOWN;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;
use sha2::{Digest, Sha256};
use surveys::sample::{
    Drawing, HouseholdStatus, MAX_DRAWN, SampleList, TooManyResponses, draw, lonely_strata, read,
    read_frame, response_rate, written,
};
use surveys::{Language, Mistake, PointCode, SampleCode, Text};

use self::taking_back::{SetAside, Withdraw};
use super::database::{Database, List};
use super::device::pin_digits;
use super::output::{self, Format, Listing, to_stdout};
use super::point::existing;
use super::{Done, Failure, block_on, export, table_file};
use crate::clock::Clock;
use crate::points::Enrolment;
use crate::reporting::sampled::Sampled;
use crate::staff::Scope;
use crate::staff::audit::{Action, Event, OPERATOR, Outcome};
use crate::store::Db;
use crate::store::devices::Interviews;
use crate::store::samples::visits::{by_village, evenly};
use crate::store::samples::{BadSample, Interviewer, MAX_INTERVIEWERS, Sample};

/// Draw, add, assign and export samples of households for interviews
#[derive(Debug, Subcommand)]
pub(super) enum SampleCommand {
    /// List every sample
    List(List),
    /// Draw households from a list of villages, reproducibly
    Draw(Draw),
    /// Add a sample from a file of its households
    Add(Add),
    /// Show how far the interviews of a sample are, by primary sampling unit
    Show(Show),
    /// Assign households that nobody has visited to interviewers
    Assign(Assign),
    /// Make a code by which an interviewer's tablet is enrolled within ten minutes
    Enrol(Enrol),
    /// Write the responses of a sample with strata, units, weights and population counts
    Export(Export),
    /// Set responses aside that do not belong to a sample: they stay stored and count no more
    SetAside(SetAside),
    /// Withdraw a sample that has no responses
    Withdraw(Withdraw),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong sample draw thon.csv --psus 4 --households 15 --reserve 5 --seed 'SIPAS 2026' --out mau.csv

The frame has the columns stratum, psu, households_in_psu. Units and households are
drawn by systematic random sampling; the same frame and seed draw the same.")]
pub(super) struct Draw {
    /// The list of all villages
    frame: PathBuf,
    /// How many primary sampling units to draw in each stratum [default: all]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    psus: Option<u32>,
    /// How many households to draw in each of them
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_DRAWN)))]
    households: u32,
    /// How many reserve households to draw in each of them
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=i64::from(MAX_DRAWN)))]
    reserve: u32,
    /// Any words; whoever knows them can repeat the draw
    #[arg(long)]
    seed: String,
    /// The file of the sample
    #[arg(long, value_name = "FILE.csv")]
    out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong sample add mau.csv --code sipas-2026 --point 22651-sipas --title 'SIPAS 2026' --from 2026-11-01 --until 2026-11-30 --interviewers 3

Columns: stratum, psu, household, psus_in_stratum, households_in_psu; reserve (1 for a
reserve household) and weight may be left out. Nobody's name, telephone or address.")]
pub(super) struct Add {
    /// One line for each household
    file: PathBuf,
    /// What it is called in files
    #[arg(long)]
    code: SampleCode,
    /// The collection point whose questions are asked
    #[arg(long, value_name = "CODE")]
    point: PointCode,
    /// What people call it
    #[arg(long)]
    title: String,
    /// The first day of interviews
    #[arg(long, value_name = "DAY")]
    from: NaiveDate,
    /// The last day of interviews
    #[arg(long, value_name = "DAY")]
    until: NaiveDate,
    /// How many interviewers visit, each the same part
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_INTERVIEWERS)))]
    interviewers: u32,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The sample
    code: SampleCode,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong sample assign sipas-2026 --evenly
  hailong sample assign sipas-2026 --village 'Thôn Đông' --to 2")]
pub(super) struct Assign {
    /// The sample
    code: SampleCode,
    /// The same number of households to every interviewer
    #[arg(long, conflicts_with_all = ["village", "to"], required_unless_present = "village")]
    evenly: bool,
    /// The households of this primary sampling unit
    #[arg(long, requires = "to")]
    village: Option<String>,
    /// The interviewer's number
    #[arg(long, requires = "village")]
    to: Option<u32>,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Enrol {
    /// The sample
    code: SampleCode,
    /// The interviewer's number
    #[arg(long)]
    interviewer: u32,
    /// The PIN of the tablet's maintenance screen, 4 to 8 digits [default: drawn]
    #[arg(long, value_name = "DIGITS", value_parser = pin_digits)]
    pin: Option<String>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong sample export sipas-2026 --out phieu.csv
  hailong estimate phieu.csv --instrument sipas-style --strata stratum --psu psu,response_id --weights weight --fpc fpc1,fpc2

The weights are adjusted for households that did not answer. These responses are not
public: they hold what single people answered.")]
pub(super) struct Export {
    /// The sample
    code: SampleCode,
    /// Only the responses that the public page is made of, with the weights they have there
    #[arg(long)]
    published: bool,
    /// The CSV file, - for standard output
    #[arg(long, value_name = "FILE.csv")]
    out: PathBuf,
    #[command(flatten)]
    database: Database,
}

impl SampleCommand {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::List(asked) => block_on(list(asked))?,
            Self::Draw(asked) => asked.run(language),
            Self::Add(asked) => block_on(asked.run(language))?,
            Self::Show(asked) => block_on(asked.run(language))?,
            Self::Assign(asked) => block_on(asked.run())?,
            Self::Enrol(asked) => block_on(asked.run())?,
            Self::Export(asked) => block_on(asked.run())?,
            Self::SetAside(asked) => block_on(asked.run(language))?,
            Self::Withdraw(asked) => block_on(asked.run(language))?,
        }
    }
}

/// What the operator does to the sample `code` at `scope`.
fn event(action: Action, code: &SampleCode, scope: &Scope) -> Event {
    let event = Event::new(Clock::System.now(), OPERATOR, action, Outcome::Done);
    event.at_place(scope).about(code.as_str())
}

async fn list(asked: List) -> Done {
    let samples = asked.database.open_existing().await?.samples(&Scope::Everywhere).await?;
    let row = |sample: &Sample| {
        let Sample { code, collection_point, title, first_day, last_day, .. } = sample;
        vec![json!(code), json!(collection_point), json!(title), json!(first_day), json!(last_day)]
    };
    let rows = samples.iter().map(row).collect();
    let columns = &["code", "collection_point", "title", "first_day", "last_day"];
    Listing { columns, rows }.print(asked.format)?;
    Ok(ExitCode::SUCCESS)
}

/// Says every mistake of the file `path`.
fn told(path: &std::path::Path, mistakes: &[Mistake], language: Language) -> Failure {
    for mistake in mistakes {
        tell!("{}:{}", path.display(), mistake.line_in(language));
    }
    let (path, count) = (path.display(), mistakes.len());
    Failure::new(
        format!("{path}: có {count} chỗ cần sửa (dòng:ô ở trên); hãy sửa rồi chạy lại"),
        format!("{path}: {count} places to mend (line:cell above); mend them and run again"),
    )
}

impl Draw {
    fn run(self, language: Language) -> Done {
        let source = table_file::text(&self.frame)?;
        let frame = read_frame(&source).map_err(|m| told(&self.frame, &m, language))?;
        let (psus, households, reserve) = (self.psus, self.households, self.reserve);
        let begin = |place: &str| {
            let hash = Sha256::digest(format!("{}\n{place}", self.seed));
            u64::from_be_bytes(*hash.first_chunk().expect("a hash has 32 bytes"))
        };
        let list = draw(&frame, Drawing { psus, households, reserve }, begin);
        output::not_over(&self.frame, Some(&self.out))?;
        output::to_file(&self.out, |out| {
            std::io::Write::write_all(out, written(&list).as_bytes())
        })?;
        let SampleList { psus, households } = &list;
        tell!("{} of {} units, {} households", psus.len(), frame.len(), households.len());
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    async fn run(self, language: Language) -> Done {
        let source = table_file::text(&self.file)?;
        let list = read(&source).map_err(|m| told(&self.file, &m, language))?;
        let db = self.database.open_existing().await?;
        let point = existing(&db, &self.point).await?;
        let sample = Sample::at(&point, self.code, &self.title, (self.from, self.until));
        let sample = sample.map_err(BadSample::text)?;
        let interviewers: Vec<Interviewer> =
            (1..=self.interviewers).map(Interviewer::numbered).collect();
        let code = &sample.code;
        let event = |action| event(action, code, &sample.scope);
        if !db.add_sample(&sample, &list, &interviewers, &event(Action::AddSample)).await? {
            return Err(Failure::new(
                format!("Mã {code} đã có mẫu dùng; hãy chọn mã khác"),
                format!("the code {code} is taken; choose another"),
            ));
        }
        let numbers: Vec<u32> = interviewers.iter().map(|one| one.number).collect();
        let assignments = evenly(&db.sampled_households(code).await?, &numbers);
        db.assign_households(code, &assignments, &event(Action::AssignHouseholds)).await?;
        for stratum in lonely_strata(&list.psus) {
            let warning = Text::new(
                format!(
                    "tầng {stratum} chỉ có một thôn trong mẫu, nên mẫu sẽ không có số liệu công bố; hãy gộp tầng hoặc chọn thêm thôn"
                ),
                format!(
                    "the stratum {stratum} has one unit in the sample, so the sample will have no published figures; join strata or draw more units"
                ),
            );
            tell!("hailong: {}", warning.get(language));
        }
        to_stdout(|out| writeln!(out, "/interview/{}", point.code))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Said of responses that were answered on another day than those of the sample.
fn out_of_days(done: &Sampled) -> Option<Text> {
    let count = done.out_of_days;
    (count > 0).then(|| {
        Text::new(
            format!("{count} phiếu trả lời ngoài các ngày của mẫu không được tính"),
            format!(
                "{count} responses were answered outside the days of the sample and do not count"
            ),
        )
    })
}

/// Said of households that were given up within one day.
fn hurried(done: &Sampled) -> Option<Text> {
    let count = done.hurried();
    (count > 0).then(|| {
        Text::new(
            format!("{count} hộ được ghi vắng khi mọi lần đến đều trong một ngày; nên đến lại vào ngày khác"),
            format!("{count} households were noted as absent when all visits were on one day; visit them again on another day"),
        )
    })
}

/// Said of responses that reached us after the last day.
fn late(done: &Sampled) -> Option<Text> {
    let count = done.late();
    (count > 0).then(|| {
        Text::new(
            format!("{count} phiếu đến sau ngày cuối; trên trang công khai các phiếu này được cộng từng {FEWEST_SHOWN} phiếu một"),
            format!("{count} responses came after the last day; the public page adds them {FEWEST_SHOWN} at a time"),
        )
    })
}

/// The sample `code`, which must be there.
async fn sample(db: &Db, code: &SampleCode) -> Result<Sample, Failure> {
    db.sample(code).await?.ok_or_else(|| {
        Failure::new(
            format!("Chưa có mẫu {code}; xem hailong sample list"),
            format!("there is no sample {code}; see hailong sample list"),
        )
    })
}

/// The interviewer `number` of the sample `code`, who must be there.
async fn interviewer(db: &Db, code: &SampleCode, number: u32) -> Result<Interviewer, Failure> {
    let all = db.interviewers(code).await?;
    let most = all.len();
    all.into_iter().find(|one| one.number == number).ok_or_else(|| {
        Failure::new(
            format!("Mẫu {code} không có người phỏng vấn số {number}; có từ 1 đến {most}"),
            format!("the sample {code} has no interviewer {number}; there are 1 to {most}"),
        )
    })
}

impl Show {
    async fn run(self, language: Language) -> Done {
        let db = self.database.open_existing().await?;
        let sample = sample(&db, &self.code).await?;
        let done = Sampled::read(&db, sample).await.map_err(|error| error.text())?;
        let weights = done.weights();
        let named = weights.as_ref().err().map(TooManyResponses::text);
        let notes = [named, out_of_days(&done), hurried(&done), late(&done)];
        for note in notes.into_iter().flatten() {
            tell!("hailong: {}", note.get(language));
        }
        let weights = weights.unwrap_or_default();
        let rows = done.psus.iter().map(|(psu, work)| {
            let of = |status: HouseholdStatus| {
                let here = done.households.iter().filter(|h| h.psu == psu.name && h.is_issued());
                json!(here.filter(|h| h.status == status).count())
            };
            let mut row =
                vec![json!(psu.stratum), json!(psu.name), json!(work.drawn), json!(work.issued)];
            row.extend(HouseholdStatus::ALL.map(of));
            row.extend([
                json!(work.responses),
                json!(response_rate(*work)),
                json!(weights.get(&psu.name).map(|w| w.weight)),
            ]);
            row
        });
        let mut columns = vec!["stratum", "psu", "drawn", "issued"];
        columns.extend(HouseholdStatus::ALL.map(HouseholdStatus::name));
        columns.extend(["responses", "response_rate", "weight"]);
        Listing { columns: &columns, rows: rows.collect() }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Assign {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let Sample { code, scope, .. } = sample(&db, &self.code).await?;
        let households = db.sampled_households(&code).await?;
        let assignments = if let (Some(village), Some(to)) = (&self.village, self.to) {
            let number = interviewer(&db, &code, to).await?.number;
            let assignments =
                by_village(&households, &surveys::text::typed_text(village.trim()), number);
            if assignments.is_empty() {
                return Err(Failure::new(
                    format!("Mẫu {code} không có thôn “{village}”; xem hailong sample show {code}"),
                    format!(
                        "the sample {code} has no unit “{village}”; see hailong sample show {code}"
                    ),
                ));
            }
            assignments
        } else {
            let numbers: Vec<u32> =
                db.interviewers(&code).await?.iter().map(|one| one.number).collect();
            evenly(&households, &numbers)
        };
        let event = event(Action::AssignHouseholds, &code, &scope);
        let assigned = db.assign_households(&code, &assignments, &event).await?;
        tell!("{assigned} households assigned; those visited stay with their interviewer");
        Ok(ExitCode::SUCCESS)
    }
}

impl Enrol {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let Sample { code: sample, collection_point, scope, .. } = sample(&db, &self.code).await?;
        let Interviewer { number, name } = interviewer(&db, &sample, self.interviewer).await?;
        let Enrolment { code, digits, pin } = Enrolment::new(&Clock::System, self.pin);
        let interviews = Interviews { sample, interviewer: number };
        let event = event(Action::EnrolInterviewer, &interviews.sample, &scope);
        let device = (&collection_point, name.as_str());
        db.add_interviewer_code(&code, device, &pin, &interviews, &event).await?;
        let address = format!("/interview/{collection_point}#enrol={code}");
        let row = vec![json!(code.to_string()), json!(digits), json!(10), json!(address)];
        let columns = &["code", "pin", "valid_minutes", "address"];
        Listing { columns, rows: vec![row] }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Export {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let sample = sample(&db, &self.code).await?;
        let done = Sampled::read(&db, sample).await.map_err(|error| error.text())?;
        let done = if self.published { done.published() } else { done };
        export::sampled(&db, &done, &self.out).await?;
        for (stratum, work) in done.by_stratum() {
            let rate = response_rate(work).unwrap_or(0.0) * 100.0;
            tell!(
                "{stratum}: {} of {} households answered ({rate:.1} %)",
                work.responses,
                work.eligible()
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
