//! Instruments, plans and periods as they are named on the command line.

use std::io::Read;
use std::path::Path;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use surveys::period::BadPeriod;
use surveys::{CommuneCode, Instrument, Language, Mistake, Period, Plan, Text, catalog, unit};

use super::Failure;

/// Parses one of `all` by its name.
pub(super) fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(move |value| name(*value))).map(move |given| {
        let found = all.iter().find(|value| name(**value) == given);
        *found.expect("only the names of all are accepted")
    })
}

/// The largest instrument or plan file, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The instrument `name`: a shipped id, an id with a version (`quick-counter@1`),
/// or a file. One read from a file stays for the rest of the process.
pub(super) fn instrument(name: &str) -> Result<&'static Instrument, Failure> {
    let (id, version) = match name.split_once('@') {
        Some((id, version)) => (id, version.parse().ok()),
        None => (name, None),
    };
    if (version.is_some() || !name.contains('@'))
        && let Some(shipped) = catalog::instrument(id, version)
    {
        return Ok(shipped);
    }
    if !Path::new(name).is_file() {
        let known: Vec<&str> = catalog::newest().map(|i| i.id.as_str()).collect();
        let known = known.join(", ");
        return Err(Failure::new(
            format!("Không có mẫu phiếu hay tệp nào tên {name}; các mẫu phiếu có sẵn là {known}"),
            format!(
                "there is no instrument and no file {name}; the shipped instruments are {known}"
            ),
        ));
    }
    let read = read(name, surveys::instrument::file::parse)?;
    Ok(Box::leak(Box::new(read.map_err(|m| told(name, &m))?)))
}

/// The plan `name`: a shipped id or a file.
pub(super) fn plan(name: &str) -> Result<&'static Plan, Failure> {
    if let Some(shipped) = catalog::plan(name) {
        return Ok(shipped);
    }
    if !Path::new(name).is_file() {
        let known: Vec<&str> = catalog::plans().iter().map(|p| p.id.as_str()).collect();
        let known = known.join(", ");
        return Err(Failure::new(
            format!("Không có kế hoạch hay tệp nào tên {name}; các kế hoạch có sẵn là {known}"),
            format!("there is no plan and no file {name}; the shipped plans are {known}"),
        ));
    }
    let read = read(name, surveys::plan::file::parse)?;
    Ok(Box::leak(Box::new(read.map_err(|m| told(name, &m))?)))
}

/// The commune with this code.
pub(super) fn commune(code: &CommuneCode) -> Result<&'static unit::Commune, Failure> {
    unit::commune(code.as_str()).ok_or_else(|| {
        let hint = unit::successors(code.as_str()).first().map_or_else(
            || Text::new("hãy tra mã ở trang chủ", "look its code up on the home page"),
            |merged| {
                let now = format!("{} {}", merged.commune.code, merged.commune.name);
                Text::new(format!("nay là {now}"), format!("it is now {now}"))
            },
        );
        Failure::new(
            format!("Không có xã, phường, đặc khu mã {code}; {}", hint.vi),
            format!("there is no commune {code}; {}", hint.en),
        )
    })
}

/// What a file holds: what it was read to, or its mistakes.
type Checked<T> = Result<T, Vec<Mistake>>;

/// Reads the file `name` with `parse`; fails when there is no text to read.
pub(super) fn read<T>(
    name: &str,
    parse: impl FnOnce(&str) -> Checked<T>,
) -> Result<Checked<T>, Failure> {
    let unreadable = |e: std::io::Error| cannot_read(Path::new(name), &e);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(name).map_err(unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::new(
            format!("{name} lớn hơn 4 MB; hãy chọn một tệp TOML"),
            format!("{name} is larger than 4 MB; give a TOML file"),
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(
            format!("{name} không phải văn bản UTF-8; hãy lưu lại theo UTF-8"),
            format!("{name} is not UTF-8 text; save it as UTF-8"),
        )
    })?;
    Ok(parse(text.strip_prefix('\u{feff}').unwrap_or(&text)))
}

/// Every mistake of the file `name`, one a line.
pub(super) fn lines(name: &str, mistakes: &[Mistake], language: Language) -> Vec<String> {
    mistakes.iter().map(|m| format!("{name}:{}", m.line_in(language))).collect()
}

fn told(name: &str, mistakes: &[Mistake]) -> Failure {
    let lines = |language| lines(name, mistakes, language).join("\n");
    Failure::new(
        format!("{name} có lỗi:\n{}", lines(Language::Vi)),
        format!("{name} has mistakes:\n{}", lines(Language::En)),
    )
}

/// That `path` cannot be read.
pub(super) fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    Failure::new(format!("Không đọc được {path}: {error}"), format!("cannot read {path}: {error}"))
}

/// The days that count.
#[derive(Debug, Args)]
pub(super) struct Days {
    /// Reporting period: 2026-10, 2026-Q3, 2026-H1, 2026-9M, 2026, or 2026-10-05..2026-11-04
    #[arg(long, value_name = "PERIOD", conflicts_with_all = ["from", "to"])]
    period: Option<String>,
    /// The first day that counts, as 2026-10-01
    #[arg(long, value_name = "DATE")]
    from: Option<chrono::NaiveDate>,
    /// The last day that counts
    #[arg(long, value_name = "DATE")]
    to: Option<chrono::NaiveDate>,
}

impl Days {
    /// The period asked for; `calendar` reads its code.
    pub(super) fn period(
        &self,
        calendar: impl FnOnce(&str) -> Result<Period, BadPeriod>,
    ) -> Result<Period, Failure> {
        let code = self.period.as_deref().ok_or_else(|| {
            Failure::new(
                "Chưa nêu kỳ cần so sánh; hãy thêm --period, ví dụ --period 2026-Q3",
                "no period to compare was named; add --period, such as --period 2026-Q3",
            )
        })?;
        Ok(calendar(code).map_err(|bad| bad.explanation())?)
    }

    /// The first day and the day after the last; `calendar` reads the period's code.
    pub(super) fn span(
        &self,
        calendar: impl FnOnce(&str) -> Result<Period, BadPeriod>,
    ) -> Result<(Option<chrono::NaiveDate>, Option<chrono::NaiveDate>), Failure> {
        if let Some(code) = &self.period {
            let period = calendar(code).map_err(|bad| bad.explanation())?;
            return Ok((Some(period.start), Some(period.end)));
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to < from
        {
            return Err(Failure::new(
                format!("--to {to} đứng trước --from {from}; hãy đổi chỗ"),
                format!("--to {to} lies before --from {from}; swap them"),
            ));
        }
        Ok((self.from, self.to.and_then(|day| day.succ_opt())))
    }
}

/// The period `code` by the calendar of `plan`, if there is one.
pub(super) fn period(plan: Option<&Plan>, code: &str) -> Result<Period, BadPeriod> {
    plan.map_or_else(|| Period::parse(code), |plan| plan.calendar.period(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instrument_is_found_by_id_version_and_file() {
        let by_id = instrument("quick-counter").unwrap();
        assert_eq!(instrument("quick-counter@2").unwrap(), by_id);
        for wrong in ["quick-counter@99", "quick-counter@", "quick-counter@x", "nothing"] {
            assert!(instrument(wrong).unwrap_err().0.en.contains(wrong), "{wrong}");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.toml");
        std::fs::write(&path, catalog::INSTRUMENT_FILES[0].1).unwrap();
        assert_eq!(instrument(path.to_str().unwrap()).unwrap(), by_id);
    }

    #[test]
    fn a_file_with_a_mistake_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.toml");
        std::fs::write(&path, "id = \"x\"\nversion = 0\n").unwrap();
        let name = path.to_str().unwrap();
        let sentence = plan(name).unwrap_err().0.vi;
        assert!(sentence.contains(&format!("{name}:2:")), "{sentence}");
        std::fs::write(&path, [0xFF, 0x00]).unwrap();
        assert!(plan(name).unwrap_err().0.en.contains("UTF-8"));
    }

    #[test]
    fn days_are_a_period_or_two_dates() {
        let days = |period: Option<&str>, from: Option<&str>, to: Option<&str>| Days {
            period: period.map(str::to_owned),
            from: from.map(|d| d.parse().unwrap()),
            to: to.map(|d| d.parse().unwrap()),
        };
        let span = |d: Days| d.span(|code| period(None, code)).ok();
        let day = |d: &str| Some(d.parse::<chrono::NaiveDate>().unwrap());
        assert_eq!(
            span(days(Some("2026-02"), None, None)),
            Some((day("2026-02-01"), day("2026-03-01")))
        );
        assert_eq!(
            span(days(None, Some("2026-02-01"), Some("2026-02-28"))),
            Some((day("2026-02-01"), day("2026-03-01")))
        );
        assert_eq!(span(days(None, None, None)), Some((None, None)));
        assert_eq!(span(days(Some("2026-13"), None, None)), None);
        assert_eq!(span(days(None, Some("2026-02-02"), Some("2026-02-01"))), None);
    }
}
