//! A responses file on the command line: read, with what became of its rows told.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use analytics::EstimateError;
use analytics::export::csv_text::CsvText;
use analytics::frame::Frame;
use analytics::frame::csv_file::{CsvOptions, CsvResponses, Reject, Span};
use clap::Args;
use surveys::period::ReportingCalendar;
use surveys::text::count;
use surveys::{Instrument, Language, Period, Plan};

use super::asked::Needed;
use super::choice::{self, Days};
use super::{Done, Failure, input, output};

/// How many bad rows, or names, are told one by one.
pub(super) const TOLD: usize = 20;

/// A file of responses, as `hailong export --raw` writes it.
#[derive(Debug, Args)]
pub(super) struct ResponsesFile {
    /// Responses, one row each: item codes as columns, option values in them; - for standard input
    #[arg(value_name = "RESPONSES.csv")]
    pub(super) file: PathBuf,
    /// The instrument they answer: an id, an id with its version (quick-counter@1), or a file
    #[arg(long, value_name = "ID|FILE")]
    pub(super) instrument: String,
    /// The plan, for its targets and its reporting calendar: an id or a file
    #[arg(long, value_name = "ID|FILE")]
    pub(super) plan: Option<String>,
    #[command(flatten)]
    days: Days,
    /// Write bad rows with their reasons to this file
    #[arg(long, value_name = "FILE.csv")]
    rejects: Option<PathBuf>,
}

/// What was read, and against what it is held.
pub(super) struct Held {
    pub(super) responses: CsvResponses,
    pub(super) instrument: &'static Instrument,
    pub(super) plan: Option<&'static Plan>,
    /// The last day asked for, or else, with a plan, that of the file if it says so.
    pub(super) last: Option<chrono::NaiveDate>,
}

/// What is asked of a file.
pub(super) struct Scope {
    pub(super) instrument: &'static Instrument,
    pub(super) plan: Option<&'static Plan>,
    /// The first day that counts, and the first that counts no more.
    pub(super) from: Option<chrono::NaiveDate>,
    pub(super) before: Option<chrono::NaiveDate>,
}

impl ResponsesFile {
    /// Reads the file with the columns needed; `out` is where the result will go.
    pub(super) fn read(
        &self,
        Needed { keys, positive, ids }: Needed,
        out: Option<&Path>,
    ) -> Result<Held, Failure> {
        let Scope { instrument, plan, from, before } = self.scope(out)?;
        let last_day = plan.is_some() && before.is_none();
        let spans = Vec::new();
        let options = CsvOptions { keys, positive, from, before, spans, ids, last_day };
        let responses = self.rows(instrument, &options)?;
        let last = before.and_then(|day| day.pred_opt()).or(responses.last_day);
        Ok(Held { responses, instrument, plan, last })
    }

    /// Reads the rows of the period asked for and of the one with which the plan's
    /// calendar compares it, each row with the code of its period as the key
    /// `period`.
    pub(super) fn read_compared(&self, needed: Needed) -> Result<(Held, [Period; 2]), Failure> {
        self.apart(&[], &[])?;
        let instrument = choice::instrument(&self.instrument)?;
        let plan = self.plan.as_deref().map(choice::plan).transpose()?;
        let now = self.days.period(|code| choice::period(plan, code))?;
        let calendar = plan.map_or_else(ReportingCalendar::default, |plan| plan.calendar.clone());
        let before = calendar.compared_with(&now).ok_or_else(|| {
            let code = &now.code;
            Failure::new(
                format!("Kỳ {code} không có kỳ để so sánh; hãy chọn một kỳ muộn hơn"),
                format!("there is no period to compare {code} with; choose a later one"),
            )
        })?;
        let span = |period: &Period| Span {
            name: period.code.clone(),
            from: period.start,
            before: period.end,
        };
        let Needed { keys, positive, ids } = needed;
        let spans = vec![span(&before), span(&now)];
        let options = CsvOptions { keys, positive, spans, ids, ..CsvOptions::default() };
        let responses = self.rows(instrument, &options)?;
        let held = Held { responses, instrument, plan, last: Some(now.last_day()) };
        Ok((held, [before, now]))
    }

    /// What is asked of the file, when nothing that is read would be written over.
    pub(super) fn scope(&self, out: Option<&Path>) -> Result<Scope, Failure> {
        self.apart(&[], &out.into_iter().collect::<Vec<_>>())?;
        let instrument = choice::instrument(&self.instrument)?;
        let plan = self.plan.as_deref().map(choice::plan).transpose()?;
        let (from, before) = self.days.span(|code| choice::period(plan, code))?;
        Ok(Scope { instrument, plan, from, before })
    }

    /// That none of the files to be written is one to be read, or written twice: `read`
    /// and `written` are those beside the file itself and its rejects.
    pub(super) fn apart(&self, read: &[&Path], written: &[&Path]) -> Result<(), Failure> {
        let rejects = self.rejects.as_deref();
        let read: Vec<&Path> = read.iter().copied().chain([&*self.file]).collect();
        let written: Vec<&Path> = written.iter().copied().chain(rejects).collect();
        for (place, path) in written.iter().enumerate() {
            for input in &read {
                output::not_over(input, Some(path))?;
            }
            if written[..place].iter().any(|other| output::same_place(other, path)) {
                let path = path.display();
                return Err(Failure::new(
                    format!("{path} được nêu cho hai kết quả; hãy nêu hai tệp"),
                    format!("{path} is named for two results; name two files"),
                ));
            }
        }
        Ok(())
    }

    fn rows(&self, instrument: &Instrument, options: &CsvOptions) -> Result<CsvResponses, Failure> {
        let source = input::open(&self.file)?;
        Frame::read_csv(source, instrument, options)
            .map_err(|e| Failure::in_file(&self.file, e.text()))
    }

    /// Why nothing could be estimated of the file: with its name where a row of it is named.
    pub(super) fn refused(&self, error: &EstimateError) -> Failure {
        match error {
            EstimateError::Design(_) | EstimateError::NotMonth { .. } => {
                Failure::in_file(&self.file, error.text())
            }
            _ => error.text().into(),
        }
    }

    /// Tells what must be known of figures made of the file by the columns `by`: whether
    /// it is made up, which rows were left out, which have no group, whether any are left.
    /// The exit status is 1 when rows were left out.
    pub(super) fn conclude(
        &self,
        responses: &CsvResponses,
        by: &[String],
        language: Language,
    ) -> Done {
        let left_out = self.tell(responses, language)?;
        tell_ungrouped(responses.frame.ungrouped(by), by, language);
        Ok(concluded(responses.simulated, left_out, responses.frame.is_empty(), language))
    }

    /// Tells the bad rows on standard error and writes them to their file.
    /// Whether there are any.
    pub(super) fn tell(
        &self,
        responses: &CsvResponses,
        language: Language,
    ) -> Result<bool, Failure> {
        let rejects = responses.rejects.iter().map(|reject| (&*self.file, reject));
        self.tell_rejects(rejects, responses.rejected, responses.rows, language)
    }

    /// The same of bad rows in several files.
    pub(super) fn tell_rejects<'a>(
        &self,
        rejects: impl Iterator<Item = (&'a Path, &'a Reject)> + Clone,
        bad: u64,
        rows: u64,
        language: Language,
    ) -> Result<bool, Failure> {
        if let Some(path) = &self.rejects {
            let rejects = rejects.clone().map(|(_, reject)| reject);
            output::to_file(path, |out| write_rejects(rejects, language, out))?;
        }
        if bad == 0 {
            return Ok(false);
        }
        for (name, reject) in rejects.take(TOLD) {
            let (name, column) = (name.display(), reject.column.as_deref().unwrap_or(""));
            let reason = reject.reason.text();
            tell!("{name}:{}: {column} [{}] {}", reject.line, reject.value, reason.get(language));
        }
        let place =
            self.rejects.as_ref().map_or_else(String::new, |p| format!(": {}", p.display()));
        match language {
            Language::Vi => tell!("hailong: {bad} trong {rows} dòng bị loại{place}"),
            Language::En => tell!("hailong: {bad} of {rows} rows were left out{place}"),
        }
        Ok(true)
    }
}

/// The first of `names` in one line, without what would move a terminal's cursor.
pub(super) fn some_of(names: &[impl AsRef<str>]) -> String {
    let told = names.iter().take(TOLD).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    let more = if names.len() > TOLD { ", …" } else { "" };
    told.replace(char::is_control, " ") + more
}

/// Says how many responses have no value in one of the columns `by`.
pub(super) fn tell_ungrouped(ungrouped: u64, by: &[String], language: Language) {
    if ungrouped == 0 {
        return;
    }
    let (number, by) = (count(ungrouped, language), some_of(by));
    match language {
        Language::Vi => tell!(
            "hailong: {number} phiếu để trống ô chia nhóm ({by}) nên không thuộc nhóm nào; các phiếu ấy vẫn ở trong mẫu"
        ),
        Language::En => tell!(
            "hailong: {number} responses have an empty cell to group by ({by}) and belong to no group; they stay in the sample"
        ),
    }
}

/// Says what a reader of the figures must know of the file as a whole; the exit status.
pub(super) fn concluded(
    simulated: bool,
    left_out: bool,
    empty: bool,
    language: Language,
) -> ExitCode {
    if simulated {
        tell!("hailong: DỮ LIỆU MÔ PHỎNG / SIMULATED DATA");
    }
    if empty && !left_out {
        match language {
            Language::Vi => tell!(
                "hailong: tệp không có phiếu nào, hoặc không có phiếu nào trong những ngày đã chọn (cột answered_at); hãy xem lại tệp và --from, --to hay --period"
            ),
            Language::En => tell!(
                "hailong: there are no responses in the file, or none in the days asked for (column answered_at); look at the file and at --from, --to or --period"
            ),
        }
    }
    ExitCode::from(u8::from(left_out))
}

fn write_rejects<'a>(
    rejects: impl Iterator<Item = &'a Reject>,
    language: Language,
    out: impl io::Write,
) -> io::Result<()> {
    let mut csv = CsvText::new(out, ["line", "column", "value", "reason"])?;
    for reject in rejects {
        csv.plain(Some(reject.line))?;
        csv.text(reject.column.as_deref().unwrap_or(""))?;
        csv.text(&reject.value)?;
        csv.text(reject.reason.text().get(language))?;
        csv.end_row()?;
    }
    csv.finish().map(drop)
}
