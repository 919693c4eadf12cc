//! What an interviewer's tablet knows of its households, and what it is to know: one
//! message that may be sent any number of times.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use surveys::period::date_of_millis;
use surveys::response::Fault;
use surveys::sample::{HouseholdStatus, Psu, VISITS_BEFORE_ABSENT};
use surveys::{SampleCode, Text};

use super::super::Flood;
use super::super::devices;
use super::super::responses::{read_body, rejected};
use crate::problem::{Code, Problem};
use crate::service::Service;
use crate::store::devices::Interviews;
use crate::store::samples::visits::Visited;
use crate::store::samples::{Sample, SampledHousehold};
use crate::store::{self, Db};

/// The largest message, in bytes.
pub const MAX_SYNC_BYTES: usize = 64 * 1024;
/// The most households of one message.
pub const MAX_SYNC_HOUSEHOLDS: usize = 200;
/// The most visits to one household.
pub const MAX_VISITS: u32 = 50;

/// What the tablet knows of one household.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ToldHousehold)]
pub(super) struct Told {
    /// Name of its primary sampling unit
    psu: String,
    /// Its number there
    household: u32,
    /// waiting, later, answered, refused, absent or vacant
    #[schema(value_type = String, example = "refused")]
    status: HouseholdStatus,
    /// How often it was visited, up to 50; absent needs three
    visits: u32,
    /// Day of the last visit; not kept for a household that answered
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-10-15")]
    day: Option<NaiveDate>,
    /// Day of the first visit; not kept for a household that answered
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-10-13")]
    first_visit: Option<NaiveDate>,
    /// Reserve household of the same unit that was called in for it
    #[serde(default)]
    replaced_by: Option<u32>,
}

/// What changed on the tablet.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    /// The sample that the households are of: the one the tablet interviews for
    #[schema(value_type = String, example = "sipas-2026")]
    sample: SampleCode,
    /// At most 200 households
    households: Vec<Told>,
}

/// A household as the tablet is to know it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Assigned {
    psu: String,
    stratum: String,
    household: u32,
    /// Whether it is visited only in place of another
    reserve: bool,
    /// Number of the household that it stands for
    stands_for: Option<u32>,
    #[schema(value_type = String, example = "waiting")]
    status: HouseholdStatus,
    visits: u32,
    /// Day of the last visit, unless it answered
    #[schema(value_type = Option<String>, example = "2026-10-15")]
    day: Option<NaiveDate>,
    /// Day of the first visit, unless it answered
    #[schema(value_type = Option<String>, example = "2026-10-13")]
    first_visit: Option<NaiveDate>,
}

/// The work of one interviewer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Assignment {
    /// The sample's code
    sample: String,
    title: String,
    #[schema(value_type = String, example = "2026-10-01")]
    first_day: NaiveDate,
    #[schema(value_type = String, example = "2026-10-31")]
    last_day: NaiveDate,
    /// What staff call the interviewer
    interviewer: String,
    households: Vec<Assigned>,
}

/// Takes what an interviewer's tablet knows and tells it its households.
#[utoipa::path(
    post, path = "/api/v1/interviews:sync", tag = "devices",
    params(("Authorization" = String, Header, description = "`Bearer` and the token of an interviewer's tablet")),
    request_body = Changes,
    responses(
        (status = 200, description = "Kept; the households of this interviewer", body = Assignment),
        (status = 400, description = "Not JSON of this shape", body = super::super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is of no enrolled device, or was revoked", body = super::super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Larger than 64 KB", body = super::super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A device at a counter or of another sample, or a household that cannot be so", body = super::super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many; see Retry-After", body = super::super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Not kept; send it again", body = super::super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn sync(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body = read_body(&request, payload, MAX_SYNC_BYTES).await?;
    let synced = async {
        let sender = devices::sender(&request, &service, &flood).await?;
        let device = sender.as_ref().map(devices::Sender::device).ok_or_else(|| {
            Problem::new(
                Code::UnknownDevice,
                Text::new(
                    "Hãy gửi kèm mã thông hành của máy trong Authorization.",
                    "Send the device's token in Authorization.",
                ),
            )
        })?;
        let changes: Changes = serde_json::from_slice(&body).map_err(|error| {
            Problem::new(
                Code::MalformedBody,
                Text::new(
                    format!("Hãy gửi JSON theo mẫu trong tài liệu. Chỗ chưa đọc được: {error}."),
                    format!("Send JSON of the documented shape. What could not be read: {error}."),
                ),
            )
        })?;
        let interviews = device.interviews.as_ref().ok_or_else(|| {
            rejected(vec![Fault::new(
                "",
                "not-an-interviewer",
                Text::new(
                    "Máy này đăng ký cho quầy. Hãy lấy mã đăng ký của người phỏng vấn.",
                    "This device is enrolled for a counter. Take an interviewer's code.",
                ),
            )])
        })?;
        let own = &interviews.sample;
        if changes.sample != *own {
            return Err(rejected(vec![Fault::new(
                "/sample",
                "other-sample",
                Text::new(
                    format!(
                        "Máy này phỏng vấn cho mẫu {own}. Xin lấy mã đăng ký của mẫu {} để gửi nốt.",
                        changes.sample
                    ),
                    format!(
                        "This tablet interviews for the sample {own}. Take a code of the sample {} to tell the rest.",
                        changes.sample
                    ),
                ),
            )]));
        }
        let today = date_of_millis(service.clock.now());
        let visited = checked(changes, today).map_err(rejected)?;
        service.db.note_visits(interviews, &visited).await?;
        Ok(assignment(&service.db, interviews).await?)
    };
    let assignment = synced.await.map_err(|problem: Problem| problem.told_to(&request))?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(assignment))
}

/// The visits of `changes`, or everything that cannot be so. A day that is still to
/// come is that of a wrong clock, and counts as today.
fn checked(changes: Changes, today: NaiveDate) -> Result<Vec<Visited>, Vec<Fault>> {
    let mut faults = Vec::new();
    if changes.households.len() > MAX_SYNC_HOUSEHOLDS {
        faults.push(Fault::new(
            "/households",
            "too-many",
            Text::new(
                format!("Hãy gửi nhiều nhất {MAX_SYNC_HOUSEHOLDS} hộ một lần."),
                format!("Send at most {MAX_SYNC_HOUSEHOLDS} households at once."),
            ),
        ));
        return Err(faults);
    }
    for (place, told) in changes.households.iter().enumerate() {
        let too_few = told.status == HouseholdStatus::Absent && told.visits < VISITS_BEFORE_ABSENT;
        if told.visits > MAX_VISITS || too_few {
            faults.push(Fault::new(
                format!("/households/{place}/visits"),
                "visits",
                Text::new(
                    format!("Số lần đến là từ 0 đến {MAX_VISITS}; vắng cần ít nhất {VISITS_BEFORE_ABSENT} lần đến."),
                    format!("Visits are from 0 to {MAX_VISITS}; absent needs {VISITS_BEFORE_ABSENT} at least."),
                ),
            ));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let visited = |told: Told| Visited {
        psu: told.psu,
        number: told.household,
        status: told.status,
        visits: told.visits,
        day: told.day.map(|day| day.min(today)),
        first_visit: told.first_visit.map(|day| day.min(today)),
        replaced_by: told.replaced_by,
    };
    Ok(changes.households.into_iter().map(visited).collect())
}

async fn assignment(db: &Db, interviews: &Interviews) -> Result<Assignment, store::Error> {
    let code = &interviews.sample;
    let lost = || store::Error::Damaged(format!("the sample {code}"));
    let Sample { title, first_day, last_day, .. } = db.sample(code).await?.ok_or_else(lost)?;
    let psus: Vec<Psu> = db.sample_psus(code).await?;
    let interviewers = db.interviewers(code).await?;
    let own = interviewers.into_iter().find(|one| one.number == interviews.interviewer);
    let households = db.sampled_households(code).await?;
    let households =
        households.into_iter().filter(|h| h.interviewer == Some(interviews.interviewer));
    let assigned = |h: SampledHousehold| {
        let psu = psus.iter().find(|psu| psu.name == h.psu);
        Assigned {
            stratum: psu.map(|psu| psu.stratum.clone()).unwrap_or_default(),
            psu: h.psu,
            household: h.number,
            reserve: h.reserve,
            stands_for: h.stands_for,
            status: h.status,
            visits: h.visits,
            day: h.visited_on,
            first_visit: h.first_visit_on,
        }
    };
    Ok(Assignment {
        sample: code.to_string(),
        title,
        first_day,
        last_day,
        interviewer: own.map(|one| one.name).unwrap_or_default(),
        households: households.map(assigned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> SampleCode {
        SampleCode::parse("s1").unwrap()
    }

    fn told(status: HouseholdStatus, visits: u32, day: &str) -> Changes {
        let (psu, day, first_visit) = ("A".to_owned(), day.parse().ok(), day.parse().ok());
        Changes {
            sample: code(),
            households: vec![Told {
                psu,
                household: 1,
                status,
                visits,
                day,
                first_visit,
                replaced_by: None,
            }],
        }
    }

    fn checked_on_15(changes: Changes) -> Result<Vec<Visited>, Vec<Fault>> {
        checked(changes, NaiveDate::from_ymd_opt(2026, 10, 15).unwrap())
    }

    #[test]
    fn absent_needs_three_visits_and_visits_have_a_bound() {
        assert!(checked_on_15(told(HouseholdStatus::Absent, 3, "")).is_ok());
        assert_eq!(
            checked_on_15(told(HouseholdStatus::Absent, 2, "")).unwrap_err()[0].code,
            "visits"
        );
        assert!(checked_on_15(told(HouseholdStatus::Later, MAX_VISITS, "")).is_ok());
        assert!(checked_on_15(told(HouseholdStatus::Later, MAX_VISITS + 1, "")).is_err());
    }

    #[test]
    fn a_day_to_come_counts_as_today() {
        let visited = checked_on_15(told(HouseholdStatus::Refused, 1, "2031-01-01")).unwrap();
        assert_eq!(visited[0].day.unwrap().to_string(), "2026-10-15");
        assert_eq!(visited[0].first_visit, visited[0].day);
    }

    #[test]
    fn more_households_than_a_message_takes_are_refused() {
        let one = || told(HouseholdStatus::Refused, 1, "").households.remove(0);
        let many = |n| Changes { sample: code(), households: (0..n).map(|_| one()).collect() };
        assert!(checked_on_15(many(MAX_SYNC_HOUSEHOLDS)).is_ok());
        assert_eq!(checked_on_15(many(MAX_SYNC_HOUSEHOLDS + 1)).unwrap_err()[0].code, "too-many");
    }

    #[test]
    fn a_message_of_the_most_households_fits_into_its_bytes() {
        let longest = "ỹ".repeat(surveys::sample::MAX_NAME_CHARS);
        let line = format!(
            r#"{{"psu":"{longest}","household":1000000,"status":"answered","visits":50,"day":"2026-10-15","first_visit":"2026-10-13","replaced_by":1000000}},"#
        );
        assert!(line.len() * MAX_SYNC_HOUSEHOLDS < MAX_SYNC_BYTES);
    }
}
