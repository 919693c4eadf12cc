//! Devices: a tablet changes a short code for a token, submits with it, and tells
//! how it is. A token can do nothing else.

pub mod queue_file;
pub mod report;

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::DateTime;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use surveys::opening_hours::Span;
use surveys::response::{Admission, DeviceTimes, Fault, read_moment};
use surveys::{Instrument, OpeningHours, Response, SampleCode, Submission, Text};

use self::report::{Former, Health, Lost, Report, lost};
use super::Flood;
use super::interview::misplaced::misplaced;
use super::responses::{read_body, rejected};
use crate::problem::{Code, Problem};
use crate::service::Service;
use crate::store::devices::{Device, Sent};
use crate::store::enrolment::{EnrolmentCode, Token};
use crate::store::tablet_key::TabletKey;

/// The largest body that enrolling and reporting take, in bytes.
const MAX_BODY_BYTES: usize = 4 * 1024;
/// How often it is written down that a device was seen, in milliseconds.
const SEEN_EVERY_MILLIS: i64 = 60_000;

/// An enrolled device that sends something, and what its clock showed then.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    device: Device,
    clock: Option<i64>,
}

impl Sender {
    /// Holds `submission` against `instrument` and against what this device may send.
    pub(super) async fn parse(
        &self,
        service: &Service,
        instrument: &Instrument,
        submission: Submission,
        at: &Admission<'_>,
    ) -> Result<Response, Problem> {
        let response = instrument.parse_from_device(submission, at).map_err(rejected)?;
        match misplaced(&service.db, &self.device, &response).await? {
            Some(fault) => Err(rejected(vec![fault])),
            None => Ok(response),
        }
    }

    /// The device.
    pub(super) fn device(&self) -> &Device {
        &self.device
    }

    /// Which time counts for `response`, received at `received_at`.
    pub(super) fn sent(&self, response: &Response, received_at: i64) -> Sent {
        let times = DeviceTimes {
            answered_at: response.answered_at,
            device_clock: self.clock,
            received_at,
            enrolled_at: self.device.enrolled_at,
        };
        let (counted_at, flag) = times.counted();
        Sent { device: self.device.id, counted_at, flag }
    }
}

/// The enrolled device that `request` comes from, let in by its own limit; `None` for
/// everyone else, who is let in by the limit of their address.
pub(super) async fn sender(
    request: &HttpRequest,
    service: &Service,
    flood: &Flood,
) -> Result<Option<Sender>, Problem> {
    let Some(device) = bearer(request, service).await.transpose() else {
        flood.admit(request)?;
        return Ok(None);
    };
    let device = match device {
        Ok(device) => device,
        Err(problem) => {
            // Whoever tries tokens out is held up like anyone else.
            flood.admit(request)?;
            return Err(problem);
        }
    };
    flood.admit_device(device.id)?;
    let now = service.clock.now();
    if now - device.last_seen_at >= SEEN_EVERY_MILLIS {
        service.db.device_seen(device.id, now, None).await?;
    }
    let clock = request.headers().get("device-clock").and_then(|value| value.to_str().ok());
    Ok(Some(Sender { device, clock: clock.and_then(read_moment) }))
}

/// The device whose token `request` carries; `None` when it carries no token.
async fn bearer(request: &HttpRequest, service: &Service) -> Result<Option<Device>, Problem> {
    let Some(value) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    let device = match token {
        Some(token) => service.db.device_with(&Token::sent(token.trim())).await?,
        None => None,
    };
    device.map(Some).ok_or_else(|| {
        Problem::new(
            Code::UnknownDevice,
            Text::new(
                "Máy chưa đăng ký hoặc đã bị thu hồi. Câu trả lời vẫn giữ trên máy; hãy đăng ký lại bằng mã mới.",
                "The device is not enrolled or was revoked. Answers stay on it; enrol it again with a new code.",
            ),
        )
    })
}

/// The body of `request` as JSON of a known shape.
async fn read<T: DeserializeOwned>(request: &HttpRequest, payload: Payload) -> Result<T, Problem> {
    let body = read_body(request, payload, MAX_BODY_BYTES).await?;
    serde_json::from_slice(&body).map_err(|error| {
        Problem::new(
            Code::MalformedBody,
            Text::new(
                format!("Hãy gửi JSON theo mẫu trong tài liệu. Chỗ chưa đọc được: {error}."),
                format!("Send JSON of the documented shape. What could not be read: {error}."),
            ),
        )
    })
}

/// A code to be changed for a token.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Enrolling {
    /// The eight characters that staff were told
    #[schema(example = "7KQ2-M4XD")]
    code: String,
    /// The sample of which the device has something that was not sent yet
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "sipas-2026")]
    unsent: Option<SampleCode>,
    /// What the tablet was before and still holds
    #[serde(default)]
    former: Option<Former>,
    /// The public half of the key by which it signs the files that it saves: an uncompressed point of P-256 in Base64
    #[serde(default)]
    signing_key: Option<String>,
}

/// What an enrolled device keeps.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Enrolled {
    device_id: String,
    /// The secret to submit with; told once
    token: String,
    /// The collection point it submits for
    point: String,
    /// SHA-256 of salt and the maintenance screen's PIN, both in hexadecimal
    pin: PinDocument,
    /// The sample that it interviews for; none for a tablet at the counter
    sample: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PinDocument {
    salt: String,
    hash: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// The key that a tablet sent as `text`.
fn signing(text: &str) -> Result<TabletKey, Problem> {
    TabletKey::sent(text).ok_or_else(|| {
        Problem::new(
            Code::MalformedBody,
            Text::new(
                "Hãy xem lại signing_key: điểm không nén của P-256, viết bằng Base64.",
                "Check signing_key: an uncompressed point of P-256, in Base64.",
            ),
        )
    })
}

/// A tablet that would be enrolled for something else while it holds what is `unsent`.
fn still_holds(unsent: &SampleCode) -> Problem {
    let text = Text::new(
        format!(
            "Máy còn kết quả của mẫu {unsent} chưa gửi. Xin đăng ký bằng mã của mẫu đó, gửi hết rồi mới dùng mã này; mã này vẫn dùng được."
        ),
        format!(
            "The tablet holds results of the sample {unsent} that were not sent. Enrol it with a code of that sample and let it send them first; this code still works."
        ),
    );
    let fault = Fault::new("/unsent", "unsent", text.clone());
    Problem::new(Code::SubmissionRejected, text).with(vec![fault])
}

/// Notes that what the device of `former` held is on `device` now, which is the same tablet.
async fn hand_over(service: &Service, former: &Former, device: &Device) -> Result<(), Problem> {
    let before = service.db.device(former.device_id).await?;
    let before = before.filter(|b| b.collection_point == device.collection_point);
    let Some(health) = before.as_ref().and_then(Health::told_by) else { return Ok(()) };
    let document = health.handed_over(former).document();
    Ok(service.db.device_seen(former.device_id, device.enrolled_at, Some(&document)).await?)
}

/// Enrols a device: changes a short code, once and within ten minutes, for a token.
#[utoipa::path(
    post, path = "/api/v1/devices:enrol", tag = "devices",
    request_body = Enrolling,
    responses(
        (status = 201, description = "Enrolled", body = Enrolled),
        (status = 400, description = "Not JSON of this shape", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No such code, or it was used, or its ten minutes are over", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The device holds something of another sample; the code still works", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many from one address; see Retry-After", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Nothing was stored; send it again", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn enrol(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let enrolled = async {
        flood.admit(&request)?;
        let Enrolling { code, unsent, former, signing_key } = read(&request, payload).await?;
        let unknown = || {
            Problem::new(
                Code::UnknownDevice,
                Text::new(
                    "Mã đăng ký này không còn dùng được. Mỗi mã dùng một lần, trong mười phút. Xin cán bộ lấy mã mới.",
                    "This code can no longer be used. A code works once, for ten minutes. Please take a new one.",
                ),
            )
        };
        let key = signing_key.as_deref().map(signing).transpose()?;
        let code = EnrolmentCode::typed(&code).ok_or_else(unknown)?;
        if let Some(unsent) = unsent {
            let is_own = service.db.enrols_for(&code, &unsent).await?.ok_or_else(unknown)?;
            // Nothing can be told of a sample that was withdrawn.
            if !is_own && service.db.sample(&unsent).await?.is_some() {
                return Err(still_holds(&unsent));
            }
        }
        let token = Token::new([service.clock.salt(), service.clock.salt()]);
        let (id, now) = (service.clock.new_id(), service.clock.now());
        let enrolled = service.db.enrol(&code, id, &token, key.as_ref(), now).await?;
        let (device, pin) = enrolled.ok_or_else(unknown)?;
        if let Some(former) = former {
            hand_over(&service, &former, &device).await?;
        }
        Ok(Enrolled {
            device_id: device.id.to_string(),
            token: token.secret().to_owned(),
            point: device.collection_point.to_string(),
            pin: PinDocument { salt: hex(&pin.salt), hash: hex(&pin.hash) },
            sample: device.interviews.map(|interviews| interviews.sample.to_string()),
        })
    };
    let enrolled = enrolled.await.map_err(|problem: Problem| problem.told_to(&request))?;
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(enrolled))
}

/// What a device is told in return.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ToldDevice)]
struct Told {
    /// The server's time
    now: String,
    /// Opening hours of its point: `day` from 0 for Monday, `from` and `until` in minutes; none when it is always open, an empty span on day 7 when the point is retired
    #[schema(value_type = Vec<Object>)]
    opening_hours: Vec<Span>,
    /// How many responses are lost that a tablet of this name told of and that is not revoked
    #[schema(value_type = u64)]
    lost: u32,
    /// Of how many households the results are lost in the same way
    #[schema(value_type = u64)]
    lost_households: u32,
}

/// Notes how a device is and tells it the time and its opening hours.
#[utoipa::path(
    post, path = "/api/v1/devices:report", tag = "devices",
    params(("Authorization" = String, Header, description = "`Bearer` and the device's token")),
    request_body = Report,
    responses(
        (status = 200, description = "Noted", body = Told),
        (status = 400, description = "Not JSON of this shape", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is of no enrolled device, or was revoked", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many; see Retry-After", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Not noted; tell it again", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn report(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let noted = async {
        let sender = sender(&request, &service, &flood).await?.ok_or_else(|| {
            Problem::new(
                Code::UnknownDevice,
                Text::new(
                    "Hãy gửi kèm mã thông hành của máy trong Authorization.",
                    "Send the device's token in Authorization.",
                ),
            )
        })?;
        let report: Report = read(&request, payload).await?;
        let now = service.clock.now();
        let before = Health::told_by(&sender.device);
        let health = Health::of(report, before.as_ref(), now).ok_or_else(|| {
            Problem::new(
                Code::MalformedBody,
                Text::new(
                    "Hãy xem lại version (nhiều nhất 40 ký tự), device_clock (ngày giờ ISO 8601) và các số đếm (nhiều nhất 2147483647).",
                    "Check version (at most 40 characters), device_clock (ISO 8601) and the counts (at most 2147483647).",
                ),
            )
        })?;
        service.db.device_seen(sender.device.id, now, Some(&health.document())).await?;
        let point = &sender.device.collection_point;
        let hours = match service.collection_point(point.as_str()).await? {
            Some(point) if point.retired => OpeningHours::never(),
            _ => service.db.opening_hours(point).await?,
        };
        let devices = service.db.devices_of(point).await?;
        let own = |d: &&Device| d.name == sender.device.name && d.revoked_at.is_none();
        let lost = devices.iter().filter(own).map(|device| lost(device, &devices));
        let Lost { responses, households } = lost.fold(Lost::default(), Lost::and);
        let now = DateTime::from_timestamp_millis(now).unwrap_or_default().to_rfc3339();
        let opening_hours = hours.spans().to_vec();
        Ok(Told { now, opening_hours, lost: responses, lost_households: households })
    };
    let told = noted.await.map_err(|problem: Problem| problem.told_to(&request))?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(told))
}
