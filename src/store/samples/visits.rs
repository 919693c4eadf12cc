//! Who visits which household, and what came of it.

use chrono::NaiveDate;
use surveys::SampleCode;
use surveys::sample::HouseholdStatus;

use super::super::staff::note;
use super::super::{Db, Error, on_db};
use super::SampledHousehold;
use crate::staff::audit::Event;
use crate::store::devices::Interviews;

/// A household and who is to visit it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The name of its primary sampling unit.
    pub psu: String,
    /// Its number there.
    pub number: u32,
    /// The interviewer's number.
    pub interviewer: u32,
}

/// Every household of the unit `psu` for one interviewer.
pub fn by_village(households: &[SampledHousehold], psu: &str, interviewer: u32) -> Vec<Assignment> {
    let here = households.iter().filter(|household| household.psu == psu);
    here.map(|h| Assignment { psu: h.psu.clone(), number: h.number, interviewer }).collect()
}

/// The households in their order for each of `interviewers` in turn, in parts of the
/// same size, so that a village has as few interviewers as possible; the reserve of a
/// village goes to those who visit there.
pub fn evenly(households: &[SampledHousehold], interviewers: &[u32]) -> Vec<Assignment> {
    let first: Vec<&SampledHousehold> = households.iter().filter(|h| !h.reserve).collect();
    let mut assigned: Vec<Assignment> = Vec::new();
    for (place, household) in first.iter().enumerate() {
        let part = place * interviewers.len() / first.len();
        let Some(interviewer) = interviewers.get(part) else { continue };
        let (psu, number) = (household.psu.clone(), household.number);
        assigned.push(Assignment { psu, number, interviewer: *interviewer });
    }
    let mut reserve = Vec::new();
    for household in households.iter().filter(|h| h.reserve) {
        let of_psu = assigned.iter().filter(|a| a.psu == household.psu);
        let mut here: Vec<u32> = of_psu.map(|a| a.interviewer).collect();
        here.dedup();
        let before = reserve.iter().filter(|a: &&Assignment| a.psu == household.psu).count();
        if let Some(interviewer) = here.get(before % here.len().max(1)) {
            let (psu, number) = (household.psu.clone(), household.number);
            reserve.push(Assignment { psu, number, interviewer: *interviewer });
        }
    }
    assigned.append(&mut reserve);
    assigned
}

/// What an interviewer's tablet knows of a household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visited {
    /// The name of its primary sampling unit.
    pub psu: String,
    /// Its number there.
    pub number: u32,
    /// What has become of it.
    pub status: HouseholdStatus,
    /// How often it was visited.
    pub visits: u32,
    /// The day of the last visit; none for a household that answered.
    pub day: Option<NaiveDate>,
    /// The day of the first visit, where the tablet says it.
    pub first_visit: Option<NaiveDate>,
    /// The reserve household of the same unit that was called in for it.
    pub replaced_by: Option<u32>,
}

impl Db {
    /// Assigns those households that nobody has visited, and notes `event`; gives how
    /// many.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing is changed then.
    pub async fn assign_households(
        &self,
        code: &SampleCode,
        assignments: &[Assignment],
        event: &Event,
    ) -> Result<u64, Error> {
        const SQL: &str = "update sample_households set interviewer = $4
            where sample = $1 and psu = $2 and household = $3 and status = 'waiting'";
        let assigned = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let mut assigned = 0;
            for assignment in assignments {
                assigned += sqlx::query(SQL)
                    .bind(code.as_str())
                    .bind(&assignment.psu)
                    .bind(i64::from(assignment.number))
                    .bind(i64::from(assignment.interviewer))
                    .execute(&mut *work)
                    .await?
                    .rows_affected();
            }
            note!(&mut *work, event)?;
            work.commit().await?;
            assigned
        });
        Ok(assigned)
    }

    /// Keeps what the tablet of `interviews` knows of its households. Telling it again,
    /// or late, changes nothing: more visits win over fewer, an answer over anything,
    /// and what another interviewer has settled otherwise stays. A reserve household is
    /// called in once, for an own household of the first draw that will not answer.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing is changed then.
    pub async fn note_visits(&self, interviews: &Interviews, all: &[Visited]) -> Result<(), Error> {
        const STATUS: &str = "update sample_households
            set status = $5, visits = case when visits > $6 then visits else $6 end,
                visited_on = $7, first_visit_on = $8, interviewer = $4
            where sample = $1 and psu = $2 and household = $3
            and (visits <= $6 or $5 = 'answered')
            and (status <> 'answered' or $5 = 'answered')
            and (interviewer = $4 or status in ('waiting', 'later')
                or ($5 = 'answered' and status <> 'answered'))";
        const RESERVE: &str = "update sample_households set stands_for = $4
            where sample = $1 and psu = $2 and household = $3 and reserve = 1
            and stands_for is null
            and exists (select 1 from sample_households as gone where gone.sample = $1
                and gone.psu = $2 and gone.household = $4 and gone.reserve = 0
                and gone.interviewer = $5 and gone.status in ('refused', 'absent', 'vacant'))
            and not exists (select 1 from sample_households as other where other.sample = $1
                and other.psu = $2 and other.stands_for = $4)";
        let code = interviews.sample.as_str();
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            for visited in all {
                let day = visited.day.filter(|_| visited.status != HouseholdStatus::Answered);
                sqlx::query(STATUS)
                    .bind(code)
                    .bind(&visited.psu)
                    .bind(i64::from(visited.number))
                    .bind(i64::from(interviews.interviewer))
                    .bind(visited.status.name())
                    .bind(i64::from(visited.visits))
                    .bind(day.map(|day| day.to_string()))
                    .bind(day.and(visited.first_visit).map(|day| day.to_string()))
                    .execute(&mut *work)
                    .await?;
                if let Some(reserve) = visited.replaced_by {
                    sqlx::query(RESERVE)
                        .bind(code)
                        .bind(&visited.psu)
                        .bind(i64::from(reserve))
                        .bind(i64::from(visited.number))
                        .bind(i64::from(interviews.interviewer))
                        .execute(&mut *work)
                        .await?;
                }
            }
            work.commit().await?;
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn household(psu: &str, number: u32, reserve: bool) -> SampledHousehold {
        SampledHousehold {
            psu: psu.into(),
            number,
            reserve,
            stands_for: None,
            interviewer: None,
            status: HouseholdStatus::Waiting,
            visits: 0,
            visited_on: None,
            first_visit_on: None,
        }
    }

    #[test]
    fn parts_are_of_the_same_size_and_villages_stay_together() {
        let mut all: Vec<SampledHousehold> = (1..=10).map(|n| household("A", n, false)).collect();
        all.extend((1..=10).map(|n| household("B", n, false)));
        all.extend([household("A", 90, true), household("B", 91, true)]);
        let assigned = evenly(&all, &[1, 2]);
        assert_eq!(assigned.len(), 22);
        for assignment in &assigned {
            assert_eq!(assignment.interviewer, if assignment.psu == "A" { 1 } else { 2 });
        }
        let of = |n| evenly(&all, &[1, 2, 3]).iter().filter(|a| a.interviewer == n).count();
        assert_eq!(of(1) + of(2) + of(3), 22);
        assert!((6..=8).contains(&of(1)) && (6..=8).contains(&of(3)), "{} {}", of(1), of(3));
        assert!(evenly(&all, &[]).is_empty() && evenly(&[], &[1]).is_empty());
    }
}
