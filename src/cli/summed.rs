//! Responses on the command line that are estimated from their sums: tallies, and
//! Parquet files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use analytics::frame::csv_file::{CsvOptions, Reject};
use analytics::parquet_file::{ParquetError, ParquetTallies};
use analytics::tally::Purpose;
use analytics::{EstimateOptions, EstimateTable, Tallies, estimate_tallies};
use surveys::{Instrument, Language, Plan};

use super::input::open;
use super::responses_file::{ResponsesFile, Scope, concluded, tell_ungrouped};
use super::{Done, Failure, output};

/// Sums of responses, and against what they are held.
pub(super) struct Summed {
    pub(super) tallies: Tallies,
    pub(super) instrument: &'static Instrument,
    pub(super) plan: Option<&'static Plan>,
    /// The last day asked for, or else, with a plan, that of the file if it says so.
    pub(super) last: Option<chrono::NaiveDate>,
    /// Whether the file says of itself that its responses are made up.
    pub(super) simulated: bool,
    /// Of a file of tallies: lines of other instruments, and whether sums are withheld.
    others: u64,
    withheld: bool,
    /// Rows of Parquet files, and those left out for a mistake.
    rows: u64,
    rejected: u64,
    rejects: Vec<(PathBuf, Reject)>,
}

impl Summed {
    /// Reads what `file` names, when it has tallies or is a Parquet file.
    pub(super) fn read(
        file: &ResponsesFile,
        more: &[PathBuf],
        tallies: bool,
        options: &EstimateOptions,
        out: Option<&Path>,
    ) -> Result<Option<Self>, Failure> {
        if !tallies {
            let purpose = Purpose::Figures(options.aggregation);
            return Self::of_parquet(file, more, options.by.clone(), purpose, out);
        }
        let scope = file.scope(out)?;
        let options = csv_options(&scope, options.by.clone());
        let read = Tallies::read_csv(open(&file.file)?, scope.instrument, &options)
            .map_err(|e| Failure::in_file(&file.file, e.text()))?;
        let (others, withheld) = (read.others, read.withheld);
        let summed = Self::of(&scope, read.tallies, read.simulated, read.last_day);
        Ok(Some(Self { others, withheld, ..summed }))
    }

    /// Tallies the Parquet files for a `purpose`; `None` when `file` is none.
    pub(super) fn of_parquet(
        file: &ResponsesFile,
        more: &[PathBuf],
        keys: Vec<String>,
        purpose: Purpose,
        out: Option<&Path>,
    ) -> Result<Option<Self>, Failure> {
        if !is_parquet(&file.file) {
            return match more.first() {
                None => Ok(None),
                Some(second) => Err(Failure::new(
                    format!(
                        "Chỉ tệp Parquet mới đọc được nhiều tệp một lần; hãy bỏ {}",
                        second.display()
                    ),
                    format!(
                        "only Parquet files are read several at a time; leave out {}",
                        second.display()
                    ),
                )),
            };
        }
        let scope = file.scope(out)?;
        let mut files = vec![file.file.clone()];
        files.extend(more.iter().cloned());
        for (place, path) in files.iter().enumerate() {
            output::not_over(path, out)?;
            if files[..place].iter().any(|other| output::same_place(other, path)) {
                let path = path.display();
                return Err(Failure::new(
                    format!(
                        "{path} được nêu hai lần, các phiếu sẽ bị đếm hai lần; hãy nêu một lần"
                    ),
                    format!("{path} is named twice, its responses would count twice; name it once"),
                ));
            }
        }
        let options = csv_options(&scope, keys);
        let read = analytics::parquet_file::tally(&files, scope.instrument, &options, purpose);
        let ParquetTallies { tallies, rejects, rows, rejected, simulated, last_day, .. } = read
            .map_err(|ParquetError { file, problem }| {
                Failure::in_file(&files[file], problem.text())
            })?;
        let rejects =
            rejects.into_iter().map(|(file, reject)| (files[file].clone(), reject)).collect();
        let summed = Self::of(&scope, tallies, simulated, last_day);
        Ok(Some(Self { rows, rejected, rejects, ..summed }))
    }

    /// The `tallies` of a file of `scope` with nothing left out.
    fn of(
        scope: &Scope,
        tallies: Tallies,
        simulated: bool,
        last_day: Option<chrono::NaiveDate>,
    ) -> Self {
        Self {
            tallies,
            instrument: scope.instrument,
            plan: scope.plan,
            last: scope.before.and_then(|day| day.pred_opt()).or(last_day),
            simulated,
            others: 0,
            withheld: false,
            rows: 0,
            rejected: 0,
            rejects: Vec::new(),
        }
    }

    pub(super) fn estimate(&self, options: &EstimateOptions) -> Result<EstimateTable, Failure> {
        Ok(estimate_tallies(&self.tallies, self.instrument, options).map_err(|e| e.text())?)
    }

    /// Tells what the figures lack, the bad rows, and what a reader must know.
    pub(super) fn conclude(
        &self,
        file: &ResponsesFile,
        options: &EstimateOptions,
        language: Language,
    ) -> Done {
        let lacking = self.tallies.left_out(self.instrument, options).map_err(|e| e.text())?;
        if !lacking.is_empty() {
            let names = lacking.join(", ");
            match language {
                Language::Vi if self.withheld => tell!(
                    "hailong: chưa ước lượng {names}: có tổng bị ẩn vì ít người trả lời, hoặc không có trong tệp; gói nội bộ (hailong export --internal) có đủ"
                ),
                Language::En if self.withheld => tell!(
                    "hailong: {names} left out: sums are withheld because few people answered, or are not in the file; the internal package (hailong export --internal) has them"
                ),
                Language::Vi => tell!(
                    "hailong: tệp thiếu tổng để ước lượng {names}; hãy cộng dồn lại từ các phiếu, với --item-pairs nếu là trung bình các câu hỏi"
                ),
                Language::En => tell!(
                    "hailong: the file lacks the sums to estimate {names}; tally again from the responses, with --item-pairs for a mean of items"
                ),
            }
        }
        let others = self.others;
        match language {
            _ if others == 0 => {}
            Language::Vi => {
                tell!("hailong: bỏ qua {others} dòng của mẫu phiếu hoặc phiên bản khác");
            }
            Language::En => {
                tell!("hailong: {others} lines of other instruments or versions passed over");
            }
        }
        let left_out = self.tell_rows(file, language)?;
        let ungrouped = self.tallies.ungrouped(&options.by).map_err(|e| e.text())?;
        tell_ungrouped(ungrouped, &options.by, language);
        let empty = self.tallies.respondents() == 0;
        Ok(concluded(self.simulated, left_out, empty, language))
    }

    /// Tells the bad rows. Whether there are any.
    pub(super) fn tell_rows(
        &self,
        file: &ResponsesFile,
        language: Language,
    ) -> Result<bool, Failure> {
        let rejects = self.rejects.iter().map(|(path, reject)| (&**path, reject));
        file.tell_rejects(rejects, self.rejected, self.rows, language)
    }
}

/// Groups by `keys` within `scope`; with the last day where targets may depend on it.
fn csv_options(scope: &Scope, keys: Vec<String>) -> CsvOptions {
    let Scope { plan, from, before, .. } = *scope;
    let last_day = plan.is_some() && before.is_none();
    CsvOptions { keys, from, before, last_day, ..CsvOptions::default() }
}

/// Whether `path` begins as every Parquet file does.
pub(super) fn is_parquet(path: &Path) -> bool {
    let mut mark = [0; 4];
    let is_file = path.metadata().is_ok_and(|about| about.is_file());
    is_file
        && File::open(path).is_ok_and(|mut file| file.read_exact(&mut mark).is_ok())
        && mark == *b"PAR1"
}
