//! Reports of the calendars of plans that were sent: on what day, and who noted it. Each
//! is noted, and taken back, with its line in the audit log.

use chrono::NaiveDate;
use surveys::CommuneCode;

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// A report that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentReport {
    /// What its calendar calls it.
    pub report: String,
    /// On what day it was sent.
    pub sent_on: NaiveDate,
    /// The full name of whoever noted it; their sign-in name when no account has it.
    pub noted_by: String,
}

impl Db {
    /// The reports that `commune` has sent.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn sent_reports(&self, commune: &CommuneCode) -> Result<Vec<SentReport>, Error> {
        const SQL: &str = "select r.report, r.sent_on, coalesce(a.full_name, r.noted_by)
            from sent_reports r left join staff_accounts a on a.name = r.noted_by
            where r.commune_code = $1 order by r.report";
        let rows: Vec<(String, String, String)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(commune.as_str()).fetch_all(p).await)?;
        let sent = |(report, sent_on, noted_by): (String, String, String)| {
            let damaged = |_| Error::Damaged(format!("the report {report} of {commune}"));
            let sent_on = sent_on.parse().map_err(damaged)?;
            Ok(SentReport { report, sent_on, noted_by })
        };
        rows.into_iter().map(sent).collect()
    }

    /// Notes that `commune` sent `report` on `sent_on`, and `event`; false when that it was
    /// sent is noted already.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn note_report_sent(
        &self,
        commune: &CommuneCode,
        report: &str,
        sent_on: NaiveDate,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "insert into sent_reports (commune_code, report, sent_on, noted_by)
            values ($1, $2, $3, $4) on conflict (commune_code, report) do nothing";
        let noted = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let noted = sqlx::query(SQL)
                .bind(commune.as_str())
                .bind(report)
                .bind(sent_on.to_string())
                .bind(&event.who)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if noted == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            noted
        });
        Ok(noted == 1)
    }

    /// Takes back that `commune` sent `report` on `sent_on`, and notes `event`; false when
    /// that is not what is noted now.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn take_report_back(
        &self,
        commune: &CommuneCode,
        report: &str,
        sent_on: NaiveDate,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "delete from sent_reports
            where commune_code = $1 and report = $2 and sent_on = $3";
        let taken = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let taken = sqlx::query(SQL)
                .bind(commune.as_str())
                .bind(report)
                .bind(sent_on.to_string())
                .execute(&mut *work)
                .await?
                .rows_affected();
            if taken == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            taken
        });
        Ok(taken == 1)
    }
}
