//! Figures of versions of which one continues the other: a change or a line over months
//! goes on from the figures of a former version. Of a period in which both were answered
//! the one with more responses stands for it; they are never added up.

use std::collections::HashMap;
use std::sync::Arc;

use surveys::{CommuneCode, Instrument, Language, Period, Text, catalog};

use super::publishing::{is_of, newest};
use super::withheld::Marks;
use super::{Error, Report, Reporting, Subject};
use crate::store::publications::Publication;

/// Marks of each version.
pub(super) type VersionMarks = HashMap<u32, Marks>;

/// That figures of two versions stand beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Continued {
    /// The newest of the versions.
    pub newest: u32,
    /// The oldest.
    pub oldest: u32,
}

impl Continued {
    /// What of `versions` continues another; `None` when all are the same.
    pub(super) fn of(versions: impl Iterator<Item = u32> + Clone) -> Option<Self> {
        let (newest, oldest) = (versions.clone().max()?, versions.min()?);
        (newest != oldest).then_some(Self { newest, oldest })
    }

    /// What readers must know of it, in both languages.
    pub fn text(self) -> Text {
        let Self { newest, oldest } = self;
        Text::new(
            format!(
                "Phiên bản {newest} của phiếu giữ nguyên các câu đánh giá của phiên bản {oldest}, nên số liệu được so sánh với nhau; những câu hỏi khác có thay đổi."
            ),
            format!(
                "Version {newest} of the form keeps the ratings of version {oldest}, so their figures are compared; other questions have changed."
            ),
        )
    }

    /// `said`, and after it what must be known of what is `continued`.
    pub(super) fn after(continued: Option<Self>, said: String, language: Language) -> String {
        match continued {
            Some(continued) => format!("{said} {}", continued.text().get(language)),
            None => said,
        }
    }
}

/// Whether figures of one of both may be compared with those of the other.
pub(super) fn are_comparable(one: &Instrument, other: &Instrument) -> bool {
    one.id == other.id && catalog::lineage(one).any(|i| i.version == other.version)
}

impl Subject<'static> {
    /// It in its own version, then in those that it continues or that continue it.
    fn versions(self) -> impl Iterator<Item = Self> {
        let own = self.instrument.version;
        let others = catalog::lineage(self.instrument).filter(move |i| i.version != own);
        let others = others.map(move |instrument| Self { instrument, ..self });
        [self].into_iter().chain(others)
    }
}

impl Reporting {
    /// `subject` in the version that stands for `period` before staff: the one with the
    /// most responses.
    pub(super) async fn version_with_most(
        &self,
        subject: Subject<'static>,
        period: &Period,
    ) -> Result<Subject<'static>, Error> {
        let mut found = (0, subject);
        for version in subject.versions() {
            let computed = self.computed(version, (period.start, period.end)).await?;
            let received = computed.map_or(0, |report| report.received);
            if received > found.0 {
                found = (received, version);
            }
        }
        Ok(found.1)
    }

    /// The report that everybody may read on `period`, of the version of `subject` that
    /// has the most responses in it. `published` is all that was of the commune.
    pub(super) async fn public_of_versions(
        &self,
        subject: Subject<'static>,
        period: &Period,
        published: &[Publication],
        marks: &mut VersionMarks,
    ) -> Result<Arc<Report>, Error> {
        let days = (period.start, period.end);
        let of = |version: Subject<'_>| -> Vec<Publication> {
            published.iter().filter(|p| is_of(p, version.instrument)).cloned().collect()
        };
        let own = marks.entry(subject.instrument.version).or_default();
        let mut found = Box::pin(self.public(subject, period, &of(subject), own)).await?;
        for version in subject.versions().skip(1) {
            let decided = of(version);
            // Where there is nothing, nothing has to be made.
            if newest(&decided, days).is_none()
                && self.db.responses_mark(&version.selection(days)).await?.0 == 0
            {
                continue;
            }
            let marks = marks.entry(version.instrument.version).or_default();
            let report = Box::pin(self.public(version, period, &decided, marks)).await?;
            if report.received > found.received {
                found = report;
            }
        }
        Ok(found)
    }

    /// The report that everybody may read on `period`, of `instrument` or of the version
    /// that stands for it there.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn report_of_versions(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
    ) -> Result<Arc<Report>, Error> {
        let subject = self.subject(commune, instrument)?;
        let published = self.db.publications(commune).await?;
        self.public_of_versions(subject, period, &published, &mut VersionMarks::new()).await
    }
}
