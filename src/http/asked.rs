//! What a reader asks about: a commune, an instrument and a period, from the
//! address. The same for pages, charts, figures and files.

use std::sync::Arc;

use serde::Deserialize;
use surveys::unit::Commune;
use surveys::{Instrument, Period, Text, catalog, unit};
use utoipa::IntoParams;

use crate::problem::{Code, Problem};
use crate::reporting::{self, Report};
use crate::service::Service;

/// The question as it stands in an address.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Address {
    /// Five-digit code of the commune
    #[param(example = "22651")]
    pub commune: String,
    /// Instrument id, or an id with its version (quick-counter@1); by default the first one that has answers
    pub instrument: Option<String>,
    /// Version of the instrument; by default the newest that has results of the period
    pub version: Option<u32>,
    /// Reporting period: 2026-10, 2026-Q3, 2026-H1, 2026-9M or 2026, read by the commune's own calendar; by default the one published last, or else its reporting year of today
    #[param(example = "2026-10")]
    pub period: Option<String>,
    /// The results as they were published for the first, second, … time; by default as they were last
    #[param(example = 1)]
    pub publication: Option<i64>,
}

/// The question, known to have an answer.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The commune.
    pub commune: &'static Commune,
    /// The instrument version.
    pub instrument: &'static Instrument,
    /// The period.
    pub period: Period,
    /// Which publication of it; `None` for the last.
    pub publication: Option<i64>,
}

impl Asked {
    /// Settles what `address` asks.
    ///
    /// # Errors
    /// A [`Problem`] that says which part names nothing.
    pub async fn of(service: &Service, address: &Address) -> Result<Self, Problem> {
        if address.commune.is_empty() {
            return Err(Problem::parameter(
                "commune",
                Text::new(
                    "Hãy nêu mã xã, phường, đặc khu trong địa chỉ, ví dụ ?commune=22651.",
                    "Name the commune's code in the address, such as ?commune=22651.",
                ),
            ));
        }
        if address.version.is_some() && address.instrument.is_none() {
            return Err(Problem::parameter(
                "version",
                Text::new(
                    "Phiên bản phải đi cùng mã mẫu phiếu, ví dụ instrument=quick-counter&version=1.",
                    "A version needs its instrument, such as instrument=quick-counter&version=1.",
                ),
            ));
        }
        let commune = commune(&address.commune)?;
        let given = address.period.as_ref().map(|code| period(commune, code)).transpose()?;
        let instrument = match &address.instrument {
            Some(name) => named(name, address.version)?,
            None => Named::newest(
                service
                    .reporting
                    .answered(&commune.code)
                    .await?
                    .first()
                    .copied()
                    .unwrap_or(&catalog::instruments()[0]),
            ),
        };
        let instrument = instrument.of(service, commune, given.as_ref()).await?;
        let period = match given {
            Some(period) => period,
            None => match service.reporting.last_published(&commune.code, instrument).await? {
                Some(period) => period,
                None => current_year(service, commune),
            },
        };
        Ok(Self { commune, instrument, period, publication: address.publication })
    }

    /// The report that everybody may read.
    ///
    /// # Errors
    /// A [`Problem`] when it cannot be had, or there is no such publication.
    pub async fn report(&self, service: &Service) -> Result<Arc<Report>, Problem> {
        let Self { commune, instrument, period, publication } = self;
        let reporting = &service.reporting;
        let Some(number) = publication else {
            return Ok(reporting.report(&commune.code, instrument, period).await?);
        };
        let release = reporting.release(&commune.code, instrument, period, *number).await?;
        release.ok_or_else(|| {
            Problem::parameter(
                "publication",
                Text::new(
                    "Kết quả của kỳ này chưa được công bố tới lần đó. Hãy bỏ publication để xem lần mới nhất.",
                    "The results of this period were not published that often. Leave publication out for the newest.",
                ),
            )
        })
    }
}

/// The commune of `code`.
///
/// # Errors
/// A [`Problem`]; for a merged commune it names the successor.
pub fn commune(code: &str) -> Result<&'static Commune, Problem> {
    unit::commune(code).ok_or_else(|| {
        let detail = match unit::successors(code).first() {
            Some(merged) => Text::new(
                format!(
                    "{} nay là {} ({}). Hãy dùng mã mới.",
                    merged.old_name, merged.commune.name, merged.commune.code
                ),
                format!(
                    "{} is now {} ({}). Use the new code.",
                    merged.old_name, merged.commune.name, merged.commune.code
                ),
            ),
            None => Text::new(
                "Chưa có xã, phường, đặc khu nào mang mã này. Hãy tìm theo tên ở trang chủ.",
                "No commune has this code. Search for its name on the home page.",
            ),
        };
        Problem::new(Code::NotFound, detail)
    })
}

/// An instrument, in one version or in whichever a commune answered.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    instrument: &'static Instrument,
    is_of_version: bool,
}

impl Named {
    /// `instrument` in whichever version a commune answered.
    pub fn newest(instrument: &'static Instrument) -> Self {
        Self { instrument, is_of_version: false }
    }

    /// The version that was named, or else the newest.
    pub fn shipped(self) -> &'static Instrument {
        self.instrument
    }

    /// The version that was named, or else the one whose results `commune` has in `period`.
    ///
    /// # Errors
    /// A [`Problem`] when the store cannot be read.
    pub async fn of(
        self,
        service: &Service,
        commune: &Commune,
        period: Option<&Period>,
    ) -> Result<&'static Instrument, Problem> {
        let Self { instrument, is_of_version } = self;
        if is_of_version {
            return Ok(instrument);
        }
        let id = instrument.id.as_str();
        let found = service.reporting.version_in(&commune.code, id, period).await?;
        Ok(found.unwrap_or(instrument))
    }
}

/// The instrument that is called `name`: an id, or an id with its version (`id@1`), which
/// `version` gives as well.
///
/// # Errors
/// A [`Problem`] that says where the list is.
pub fn named(name: &str, version: Option<u32>) -> Result<Named, Problem> {
    let (id, version) = match name.split_once('@') {
        // No version is called 0.
        Some((id, version)) => (id, Some(version.parse().unwrap_or(0))),
        None => (name, version),
    };
    let instrument = instrument(id, version)?;
    Ok(Named { instrument, is_of_version: version.is_some() })
}

/// The instrument `id`, in its newest version unless one is named.
///
/// # Errors
/// A [`Problem`] that says where the list is.
pub fn instrument(id: &str, version: Option<u32>) -> Result<&'static Instrument, Problem> {
    catalog::instrument(id, version).ok_or_else(|| {
        Problem::parameter(
            "instrument",
            Text::new(
                "Chưa có phiếu khảo sát này. Danh sách ở /api/v1/instruments.",
                "There is no such instrument. The list is at /api/v1/instruments.",
            ),
        )
    })
}

/// The period `code` of `commune`'s calendar.
///
/// # Errors
/// As [`public_period`].
pub fn period(commune: &Commune, code: &str) -> Result<Period, Problem> {
    let public = public_period(code)?;
    catalog::period_of(&commune.code, &public.code)
        .map_err(|bad| Problem::parameter("period", bad.explanation()))
}

/// The period `code` of whichever calendar. Days of the reader's own choice are not for
/// the public: two spans that differ by a day tell what that day's people answered.
///
/// # Errors
/// A [`Problem`] with the forms that are understood.
pub fn public_period(code: &str) -> Result<Period, Problem> {
    if code.contains("..") {
        return Err(Problem::parameter(
            "period",
            Text::new(
                "Kết quả công khai chỉ có theo kỳ: tháng 2026-10, quý 2026-Q1, nửa năm 2026-H1, chín tháng 2026-9M, năm 2026. Khoảng ngày tùy chọn có thể để lộ câu trả lời của một người.",
                "Public results are by period: a month 2026-10, a quarter 2026-Q1, a half 2026-H1, nine months 2026-9M, a year 2026. Days of one's own choice could give away what one person answered.",
            ),
        ));
    }
    Period::parse(code).map_err(|bad| Problem::parameter("period", bad.explanation()))
}

/// The reporting year of `commune` that contains today.
pub fn current_year(service: &Service, commune: &Commune) -> Period {
    let today = service.reporting.today();
    match catalog::plan_of(&commune.code) {
        Some(plan) => plan.calendar.year_containing(today),
        None => Period::parse(&today.format("%Y").to_string())
            .unwrap_or_else(|_| Period::month_of(today)),
    }
}

impl From<reporting::Error> for Problem {
    fn from(error: reporting::Error) -> Self {
        match error {
            reporting::Error::UnknownCommune(code) => {
                commune(&code).err().unwrap_or_else(|| internal(&code))
            }
            reporting::Error::Store(error) => error.into(),
            withdrawn @ reporting::Error::Withdrawn(..) => {
                Self::new(Code::Withdrawn, withdrawn.text())
            }
            // The log was told when it was read.
            damaged @ reporting::Error::Damaged(_) => Self::new(Code::Internal, damaged.text()),
            other => internal(&other.to_string()),
        }
    }
}

/// A fault of ours: it goes to the log, not to the reader.
pub fn internal(what: &str) -> Problem {
    tracing::error!(what, "figures could not be made");
    Problem::new(
        Code::Internal,
        Text::new(
            "Chưa tính được số liệu. Dữ liệu vẫn còn nguyên; xin báo người quản trị máy chủ.",
            "The figures could not be computed. The data is safe; please tell the operator.",
        ),
    )
}
