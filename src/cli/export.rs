//! `hailong export`: the month's package, or every raw response.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use indicatif::ProgressBar;
use surveys::period::midnight_millis;
use surveys::{CommuneCode, Period, catalog};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::database::Database;
use super::{Done, Failure, block_on, choice, noted, output};
use crate::clock::Clock;
use crate::reporting::Reporting;
use crate::reporting::sampled::Sampled;
use crate::staff::audit::Action;
use crate::store::paged::{Page, Pages};
use crate::store::{self, Db};

mod raw;

/// Responses on a page: enough that asking costs nothing, few enough that memory does not show it.
const PAGE: u32 = 500;
/// Pages made into rows at once; they are written in their order.
const AT_ONCE: usize = 2;

/// Write the month's package for the province, or every raw response
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong export --commune 22651 --period 2026-10 --out goi-thang
  hailong export --commune 22651 --period 2026-10 --internal --out goi-noi-bo
  hailong export --raw --out phieu.csv
  hailong export --raw --commune 22651 --period 2026-Q4 --instrument quick-counter --out phieu.csv

The package with --internal is not public: its tallies hold what few people answered,
so that a province can add them up exactly. It is of the responses that are there now.
Raw responses are not public: they hold what single people answered. Comments are
left out unless --with-comments asks for them.")]
pub(super) struct Export {
    /// The five-digit code of the commune
    #[arg(long, required_unless_present = "raw")]
    commune: Option<CommuneCode>,
    /// Reporting period by the commune's calendar: 2026-10, 2026-Q3, 2026-H1, 2026-9M, 2026
    #[arg(long, required_unless_present = "raw")]
    period: Option<String>,
    /// The folder for the package; with --raw the CSV file, - for standard output
    #[arg(long, value_name = "DIR|FILE.csv")]
    out: PathBuf,
    /// The package for officials alone: with whole tallies in tong-cong.csv
    #[arg(long, conflicts_with = "raw")]
    internal: bool,
    /// Every raw response as CSV, in the form that estimate and import read
    #[arg(long)]
    raw: bool,
    /// With --raw: the instrument, such as quick-counter or quick-counter@1
    #[arg(long, value_name = "ID", requires = "raw")]
    instrument: Option<String>,
    /// With --raw: also the comments that people wrote
    #[arg(long, requires = "raw")]
    with_comments: bool,
    #[command(flatten)]
    database: Database,
}

impl Export {
    pub(super) fn run(self) -> Done {
        block_on(async {
            let commune = self.commune.as_ref().map(choice::commune).transpose()?;
            let period = match &self.period {
                Some(code) => Some(self.period_of(code)?),
                None => None,
            };
            let db = self.database.clone().open_existing().await?;
            match (commune, period) {
                (Some(commune), Some(period)) if !self.raw => {
                    package(db, &commune.code, &period, self.internal, &self.out).await
                }
                (commune, period) => {
                    let commune = commune.map(|c| c.code.to_string());
                    self.raw(db, commune, period.as_ref()).await
                }
            }
        })?
    }

    fn period_of(&self, code: &str) -> Result<Period, Failure> {
        let period = match &self.commune {
            Some(commune) => catalog::period_of(commune, code),
            None => Period::parse(code),
        };
        Ok(period.map_err(|bad| bad.explanation())?)
    }

    async fn raw(&self, db: Db, commune_code: Option<String>, period: Option<&Period>) -> Done {
        let (instrument, version) = match self.instrument.as_deref() {
            Some(name) => {
                let asked = choice::instrument(name)?;
                (Some(asked.id.to_string()), name.contains('@').then_some(asked.version))
            }
            None => (None, None),
        };
        let pages = Pages {
            instrument,
            version,
            commune_code,
            from: period.map_or(i64::MIN, Period::start_millis),
            until: period.map_or(i64::MAX, Period::end_millis),
            sample: None,
        };
        let (simulated, with_comments) = (db.is_simulated(), self.with_comments);
        let form = raw::Form { with_comments, simulated, sampled: None };
        let asked = pages.clone();
        match written(&db, pages, self.out.clone(), form).await? {
            Wrote::All => Ok(ExitCode::SUCCESS),
            Wrote::Nothing => Err(nothing()),
            Wrote::Mixed => {
                let commune = asked.commune_code.as_deref();
                let answered = db.instruments_between(commune, asked.from, asked.until).await?;
                let names: Vec<String> =
                    answered.iter().map(|(id, v, n)| format!("{id}@{v} ({n})")).collect();
                let names = names.join(", ");
                Err(Failure::new(
                    format!(
                        "Mỗi tệp chỉ chứa phiếu của một phiên bản mẫu phiếu; hãy chọn bằng --instrument: {names}"
                    ),
                    format!(
                        "a file holds the responses to one instrument version; choose with --instrument: {names}"
                    ),
                ))
            }
        }
    }
}

fn nothing() -> Failure {
    Failure::new(
        "Không có phiếu nào trong phạm vi đã chọn; chưa ghi tệp nào",
        "there are no responses in what was asked for; nothing was written",
    )
}

/// Writes the responses of `pages` to the file `out`.
async fn written(db: &Db, pages: Pages, out: PathBuf, form: raw::Form) -> Result<Wrote, Failure> {
    let whose = pages.sample.as_deref().or(pages.commune_code.as_deref()).unwrap_or("/");
    let about = format!("{whose}{}", if form.with_comments { " --with-comments" } else { "" });
    noted::note(db, "", Action::ExportResponses, &about).await?;
    let bar = ProgressBar::new(db.last_place().await?.unsigned_abs());
    let (send, receive) = mpsc::channel(2);
    let reader = tokio::spawn(read(db.clone(), pages, send));
    let wrote = tokio::task::spawn_blocking(move || write(&out, form, receive, &bar)).await?;
    reader.await??;
    wrote
}

/// Writes the responses that count in `done` with stratum, unit, weight and population counts.
pub(super) async fn sampled(db: &Db, done: &Sampled, out: &Path) -> Result<(), Failure> {
    let pages = Pages {
        instrument: None,
        version: None,
        commune_code: None,
        from: midnight_millis(done.sample.first_day),
        until: done.sample.last_day.succ_opt().map_or(i64::MAX, midnight_millis),
        sample: Some(done.sample.code.to_string()),
    };
    let ids = done.ids();
    if ids.is_empty() {
        return Err(nothing());
    }
    let weights = done.weights().map_err(|error| error.text())?;
    let sampled = Some(Arc::new(raw::OfSample { ids, weights }));
    let form = raw::Form { with_comments: false, simulated: db.is_simulated(), sampled };
    match written(db, pages, out.to_owned(), form).await? {
        Wrote::All => Ok(()),
        Wrote::Nothing => Err(nothing()),
        Wrote::Mixed => Err(Failure::new(
            "Mẫu này có phiếu của nhiều phiên bản mẫu phiếu, nên không ghi chung một tệp được",
            "the sample has responses to several versions of its instrument, which do not go into one file",
        )),
    }
}

async fn package(
    db: Db,
    commune: &CommuneCode,
    period: &Period,
    internal: bool,
    folder: &Path,
) -> Done {
    let reporting = Reporting::new(db.clone(), Clock::System).showing_at_once();
    let made = if internal {
        let about = format!("{commune} {} --internal", period.code);
        noted::note(&db, "", Action::ExportResponses, &about).await?;
        reporting.internal_package(commune, period).await
    } else {
        reporting.package(commune, period).await
    };
    let file = made.map_err(|error| error.text())?;
    std::fs::create_dir_all(folder).map_err(|error| output::cannot_write(folder, &error))?;
    let path = folder.join(&file.name);
    output::to_file(&path, |out| std::io::Write::write_all(out, &file.bytes))?;
    output::to_stdout(|out| writeln!(out, "{}", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Reads page after page until there is no more or nobody takes it.
async fn read(db: Db, pages: Pages, send: mpsc::Sender<Page>) -> Result<(), store::Error> {
    let mut after = 0;
    while let Some(page) = db.page(&pages, after, PAGE).await? {
        after = page.last;
        if send.send(page).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// What was written of the pages.
enum Wrote {
    All,
    /// There was no response.
    Nothing,
    /// There are responses to several instrument versions; no file was written.
    Mixed,
}

fn write(
    out: &Path,
    form: raw::Form,
    mut pages: mpsc::Receiver<Page>,
    bar: &ProgressBar,
) -> Result<Wrote, Failure> {
    let Some(first) = pages.blocking_recv() else { return Ok(Wrote::Nothing) };
    let instrument = raw::instrument_of(&first)?;
    let mut wrote = Wrote::All;
    let runtime = Handle::current();
    let written = output::write(Some(out), |out| {
        let rows = Arc::new(raw::Rows::new(instrument, form));
        out.write_all(&rows.header()?)?;
        let mut at_work = VecDeque::new();
        let mut next = Some(first);
        loop {
            while at_work.len() < AT_ONCE
                && let Some(page) = next.take().or_else(|| pages.blocking_recv())
            {
                let rows = Arc::clone(&rows);
                at_work.push_back(runtime.spawn_blocking(move || (page.last, rows.page(&page))));
            }
            let Some(page) = at_work.pop_front() else { return Ok(()) };
            let (last, lines) = runtime.block_on(page)?;
            let Some(lines) = lines? else {
                wrote = Wrote::Mixed;
                return Err(std::io::ErrorKind::InvalidData.into());
            };
            out.write_all(&lines)?;
            bar.set_position(last.unsigned_abs());
        }
    });
    bar.finish_and_clear();
    match wrote {
        Wrote::Mixed => Ok(Wrote::Mixed),
        wrote => written.map(|()| wrote),
    }
}
