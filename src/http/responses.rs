//! Taking responses: one, or a batch of lines. The page says "Đã ghi nhận" only
//! after what happens here has come back.

use std::time::Instant;

use actix_web::http::header::{AUTHORIZATION, CONTENT_ENCODING};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde::de::Error as _;
use surveys::response::{Admission, Fault, response_id};
use surveys::{Submission, Text, VisitToken, catalog};
use tokio::time::timeout;

use super::devices::{self, Sender};
use super::{Flood, LONGEST_READ, MAX_BATCH_BYTES, MAX_BATCH_LINES, MAX_SUBMISSION_BYTES};
use crate::problem::{Code, Document, Problem, asked_language};
use crate::service::Service;
use crate::store::responses::{MAX_BATCH, NewResponse, Outcome, Receipt};

/// What is told of a response that is stored.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Stored {
    /// The id it is stored under, as it was sent.
    response_id: String,
    /// Eight characters the citizen may keep.
    #[schema(example = "7KQ2-M4XD", value_type = String)]
    receipt: String,
}

/// Stores one response under the id that its device minted.
///
/// The same id with the same content may be sent any number of times: the
/// response is stored once and the same receipt comes back.
#[utoipa::path(
    put, path = "/api/v1/responses/{response_id}", tag = "responses",
    params(
        ("response_id" = String, Path, format = "uuid", description = "UUID minted by the device, version 7 for preference"),
        ("Authorization" = Option<String>, Header, description = "`Bearer` and the token of an enrolled device; anyone else sends without it"),
        ("Device-Clock" = Option<String>, Header, description = "What an enrolled device's clock shows at sending, ISO 8601"),
    ),
    request_body(content = super::openapi::SubmissionBody, description = "At most 16 KB"),
    responses(
        (status = 201, description = "Stored durably", body = Stored),
        (status = 200, description = "Was stored before with the same content", body = Stored),
        (status = 400, description = "Not JSON of this shape", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is of no enrolled device, or was revoked", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Another response has this id", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Larger than 16 KB", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Compressed", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Does not fit the instrument; every fault is listed", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many from one address; see Retry-After", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Nothing was stored; send it again", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn put(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body = read_body(&request, payload, MAX_SUBMISSION_BYTES).await?;
    let taken = async {
        let sender = devices::sender(&request, &service, &flood).await?;
        let submission = read(without_mark(&body))?;
        let same = |inner: &String| *inner == *id || response_id(inner) == response_id(&id);
        if submission.response_id.as_ref().is_some_and(|inner| !same(inner)) {
            return Err(rejected(vec![Fault::new(
                "/response_id",
                "two-ids",
                Text::new(
                    "Mã phản hồi trong nội dung khác với mã trên địa chỉ. Hãy để một mã.",
                    "The body names another response id than the address. Keep one.",
                ),
            )]));
        }
        take(&service, &id, submission, sender).await
    };
    let (outcome, receipt) = taken.await.map_err(|problem| {
        service.metrics.count_submission(problem.code.name(), "none");
        problem.told_to(&request)
    })?;
    let stored = Stored { response_id: id.into_inner(), receipt: receipt.to_string() };
    Ok(match outcome {
        Fresh::New => HttpResponse::Created().json(stored),
        Fresh::Again => HttpResponse::Ok().json(stored),
    })
}

/// One line of a batch's answer.
#[derive(Debug, Serialize)]
struct Line<'a> {
    #[serde(rename = "line")]
    number: usize,
    response_id: Option<&'a str>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Document<'a>>,
}

/// Stores many responses: one JSON object a line, one outcome a line, in order.
///
/// A device sends them with its token as it sends a single one: each line is held against
/// what it may send, and its clock counts for all of them. Each line counts for the limit of
/// the device, or of the address of anyone else.
#[utoipa::path(
    post, path = "/api/v1/responses:batch", tag = "responses",
    params(
        ("Authorization" = Option<String>, Header, description = "`Bearer` and the token of an enrolled device; anyone else sends without it"),
        ("Device-Clock" = Option<String>, Header, description = "What an enrolled device's clock shows at sending, ISO 8601"),
    ),
    request_body(content = Option<String>, content_type = "application/x-ndjson", description = "The objects of PUT /responses/{response_id}, each with its response_id; at most 2,000 lines and 5 MB"),
    responses(
        (status = 200, description = "One outcome per line: line, response_id, status as for a single PUT, receipt or problem", body = String, content_type = "application/x-ndjson"),
        (status = 401, description = "The token is of no enrolled device, or was revoked; nothing was stored", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "More than 5 MB or 2,000 lines; nothing was stored", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Compressed; nothing was stored", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "A token, and too many requests with one; see Retry-After", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "A token that could not be looked up; nothing was stored", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn batch(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body = read_body(&request, payload, MAX_BATCH_BYTES).await?;
    let lines: Vec<(usize, &[u8])> = without_mark(&body)
        .split(|b| *b == b'\n')
        .map(<[u8]>::trim_ascii)
        .zip(1..)
        .filter(|(line, _)| !line.is_empty())
        .map(|(line, number)| (number, line))
        .collect();
    if lines.len() > MAX_BATCH_LINES {
        return Err(too_large(
            &format!("{MAX_BATCH_LINES} dòng"),
            &format!("{MAX_BATCH_LINES} lines"),
        )
        .told_to(&request));
    }
    // Without a token there is nobody to ask for: only lines count for an address's limit.
    let sender = if request.headers().contains_key(AUTHORIZATION) {
        let sender = devices::sender(&request, &service, &flood).await;
        sender.map_err(|problem| {
            service.metrics.count_submission(problem.code.name(), "none");
            problem.told_to(&request)
        })?
    } else {
        None
    };
    let language = asked_language(&request);
    let admit = || match &sender {
        Some(sender) => flood.admit_device(sender.device().id),
        None => flood.admit(&request),
    };
    let mut outcomes = Vec::with_capacity(lines.len());
    // Several commits' worth at a time: a batch must not fill the queue that single responses need.
    for some in lines.chunks(4 * MAX_BATCH) {
        let takes = some.iter().map(|(_, line)| take_line(&service, admit(), sender.clone(), line));
        outcomes.extend(futures_util::future::join_all(takes).await);
    }
    let mut out = Vec::new();
    for ((number, _), (id, taken)) in lines.into_iter().zip(outcomes) {
        let id = id.as_deref();
        match taken {
            Ok((fresh, receipt)) => {
                let status = if matches!(fresh, Fresh::New) { 201 } else { 200 };
                let receipt = Some(receipt.to_string());
                write_line(
                    &mut out,
                    &Line { number, response_id: id, status, receipt, problem: None },
                );
            }
            Err(problem) => {
                service.metrics.count_submission(problem.code.name(), "none");
                let problem = Problem { language, ..problem };
                let status = actix_web::ResponseError::status_code(&problem).as_u16();
                let document = Some(problem.document());
                write_line(
                    &mut out,
                    &Line { number, response_id: id, status, receipt: None, problem: document },
                );
            }
        }
    }
    Ok(HttpResponse::Ok().content_type("application/x-ndjson").body(out))
}

fn write_line(out: &mut Vec<u8>, line: &Line<'_>) {
    serde_json::to_writer(&mut *out, line).expect("plain strings and numbers always serialise");
    out.push(b'\n');
}

async fn take_line(
    service: &Service,
    admitted: Result<(), Problem>,
    sender: Option<Sender>,
    line: &[u8],
) -> (Option<String>, Result<(Fresh, Receipt), Problem>) {
    if let Err(problem) = admitted {
        return (None, Err(problem));
    }
    if line.len() > MAX_SUBMISSION_BYTES {
        return (None, Err(too_large("16 KB một dòng", "16 KB a line")));
    }
    let submission = match read(line) {
        Ok(submission) => submission,
        Err(problem) => return (None, Err(problem)),
    };
    let id = submission.response_id.clone();
    let taken = take(service, id.as_deref().unwrap_or(""), submission, sender).await;
    (id, taken)
}

/// The body of `request`, as it was sent.
pub(super) async fn read_body(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<actix_web::web::Bytes, Problem> {
    let encoding = request.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            Text::new(
                "Nội dung gửi lên đang được nén. Hãy gửi lại ở dạng không nén.",
                "The body is compressed. Send it uncompressed.",
            ),
        )
        .told_to(request));
    }
    let body = match timeout(LONGEST_READ, payload.to_bytes_limited(limit)).await {
        Ok(Ok(Ok(bytes))) => Ok(bytes),
        Err(_) | Ok(Ok(Err(_))) => Err(Problem::new(
            Code::MalformedBody,
            Text::new(
                "Nội dung gửi lên bị đứt giữa chừng. Xin gửi lại.",
                "The body broke off. Send it again.",
            ),
        )),
        Ok(Err(_)) => {
            let kilobytes = limit / 1024;
            Err(too_large(&format!("{kilobytes} KB"), &format!("{kilobytes} KB")))
        }
    };
    body.map_err(|problem| problem.told_to(request))
}

/// `body` without the byte order mark that some editors put before UTF-8.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

fn too_large(vi: &str, en: &str) -> Problem {
    Problem::new(
        Code::BodyTooLarge,
        Text::new(format!("Hãy gửi nhiều nhất {vi}."), format!("Send at most {en}.")),
    )
}

fn read(body: &[u8]) -> Result<Submission, Problem> {
    // A list would be read as the keys' values in their order.
    let read = match body.trim_ascii_start() {
        [b'[', ..] => Err(serde_json::Error::custom("a list, expected an object")),
        body => serde_json::from_slice(body),
    };
    read.map_err(|error| {
        Problem::new(
            Code::MalformedBody,
            Text::new(
                format!("Hãy gửi JSON theo mẫu trong tài liệu. Chỗ chưa đọc được: {error}."),
                format!("Send JSON of the documented shape. What could not be read: {error}."),
            ),
        )
    })
}

pub(super) fn rejected(faults: Vec<Fault>) -> Problem {
    Problem::new(
        Code::SubmissionRejected,
        Text::new(
            "Hãy sửa các chỗ nêu trong errors rồi gửi lại với mã cũ.",
            "Mend what errors lists and send it again under the same id.",
        ),
    )
    .with(faults)
}

/// Whether a response was stored now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fresh {
    New,
    Again,
}

/// Parses and stores one submission: the same for a device, a batch and a page.
pub(super) async fn take(
    service: &Service,
    id: &str,
    mut submission: Submission,
    sender: Option<Sender>,
) -> Result<(Fresh, Receipt), Problem> {
    let visit: Option<VisitToken> = submission.visit_token.take().and_then(|t| t.parse().ok());
    let id = response_id(id).ok_or_else(|| {
        rejected(vec![Fault::new(
            "/response_id",
            "unusable-id",
            Text::new(
                "Mã phản hồi phải là một UUID do máy tạo ra.",
                "The response id must be a UUID minted by the device.",
            ),
        )])
    })?;
    let instrument =
        catalog::instrument(&submission.instrument, Some(submission.version)).ok_or_else(|| {
            rejected(vec![Fault::new(
                "/instrument",
                "unknown-instrument",
                Text::new(
                    "Chưa có phiếu khảo sát với mã và bản này. Danh sách ở /api/v1/instruments.",
                    "There is no instrument with this id and version. The list is at /api/v1/instruments.",
                ),
            )])
        })?;
    let point = service.collection_point(&submission.collection_point).await?;
    let now = service.clock.now();
    let at = Admission { id, point: point.as_deref(), now };
    let response = match &sender {
        Some(sender) => sender.parse(service, instrument, submission, &at).await?,
        None => instrument.parse(submission, &at).map_err(rejected)?,
    };
    let channel = response.channel;
    let began = Instant::now();
    let verified_visit = match &visit {
        // What is stored already claims nothing more: another content will be refused.
        Some(token) if service.db.receipt(id).await?.is_none() => {
            service.db.claim_visit(token, &response.collection_point, id, now).await?
        }
        _ => false,
    };
    let sent = sender.map(|sender| sender.sent(&response, now));
    let new = NewResponse::new(response, service.clock.salt(), now).sent(sent);
    let new = NewResponse { verified_visit, ..new };
    let (fresh, receipt) = match service.writer.store(new).await? {
        Outcome::Stored(receipt) => (Fresh::New, receipt),
        Outcome::Same(receipt) => (Fresh::Again, receipt),
        Outcome::Conflict => {
            return Err(Problem::new(
                Code::ResponseConflict,
                Text::new(
                    "Mã này đã lưu một câu trả lời khác; câu trả lời đó vẫn giữ nguyên. Hãy tạo mã mới cho câu trả lời mới.",
                    "Another response is stored under this id and stays as it is. Mint a new id for a new response.",
                ),
            ));
        }
    };
    service.metrics.observe_commit(began.elapsed());
    let outcome = if fresh == Fresh::New { "stored" } else { "same" };
    service.metrics.count_submission(outcome, channel.name());
    Ok((fresh, receipt))
}
