//! The one table from what went wrong to what HTTP says: problem documents
//! (RFC 9457) with stable codes for programs.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use surveys::response::Fault;
use surveys::{Language, Text};

use crate::store;

/// What went wrong. A code is never used again for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The body is not JSON of the documented shape.
    MalformedBody,
    /// The submission does not fit its instrument; `errors` says where.
    SubmissionRejected,
    /// Another response has this id.
    ResponseConflict,
    /// The body is larger than it may be.
    BodyTooLarge,
    /// Too many submissions from one address.
    TooManySubmissions,
    /// The store cannot write or read now.
    StoreUnavailable,
    /// Nothing is at this address.
    NotFound,
    /// What was here was published and taken back.
    Withdrawn,
    /// The address does not take this method.
    MethodNotAllowed,
    /// A parameter cannot be used; `errors` says which.
    BadParameter,
    /// The body is in a form we do not read.
    UnsupportedMediaType,
    /// The token is none of an enrolled device's, or was revoked.
    UnknownDevice,
    /// A fault of ours.
    Internal,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 13] = [
        Self::MalformedBody,
        Self::SubmissionRejected,
        Self::ResponseConflict,
        Self::BodyTooLarge,
        Self::TooManySubmissions,
        Self::StoreUnavailable,
        Self::NotFound,
        Self::Withdrawn,
        Self::MethodNotAllowed,
        Self::BadParameter,
        Self::UnsupportedMediaType,
        Self::UnknownDevice,
        Self::Internal,
    ];

    /// The code as programs see it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MalformedBody => "malformed-body",
            Self::SubmissionRejected => "submission-rejected",
            Self::ResponseConflict => "response-conflict",
            Self::BodyTooLarge => "body-too-large",
            Self::TooManySubmissions => "too-many-submissions",
            Self::StoreUnavailable => "store-unavailable",
            Self::NotFound => "not-found",
            Self::Withdrawn => "withdrawn",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::BadParameter => "bad-parameter",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::UnknownDevice => "unknown-device",
            Self::Internal => "internal",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::MalformedBody | Self::BadParameter => StatusCode::BAD_REQUEST,
            Self::SubmissionRejected => StatusCode::UNPROCESSABLE_ENTITY,
            Self::ResponseConflict => StatusCode::CONFLICT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManySubmissions => StatusCode::TOO_MANY_REQUESTS,
            Self::StoreUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Withdrawn => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::UnknownDevice => StatusCode::UNAUTHORIZED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(self) -> Text {
        match self {
            Self::MalformedBody => {
                Text::new("Không đọc được nội dung gửi lên", "The body cannot be read")
            }
            Self::SubmissionRejected => Text::new(
                "Câu trả lời chưa khớp với phiếu",
                "The submission does not fit its instrument",
            ),
            Self::ResponseConflict => Text::new(
                "Mã phản hồi này đã dùng cho câu trả lời khác",
                "This id belongs to another response",
            ),
            Self::BodyTooLarge => Text::new("Nội dung gửi lên quá lớn", "The body is too large"),
            Self::TooManySubmissions => {
                Text::new("Gửi quá nhiều trong một phút", "Too many submissions in a minute")
            }
            Self::StoreUnavailable => Text::new(
                "Chưa lưu hoặc đọc được dữ liệu lúc này",
                "Data cannot be stored or read now",
            ),
            Self::NotFound => {
                Text::new("Chưa có gì ở địa chỉ này", "There is nothing at this address")
            }
            Self::Withdrawn => {
                Text::new("Kết quả này đã được thu hồi", "These results were withdrawn")
            }
            Self::MethodNotAllowed => Text::new(
                "Địa chỉ này không nhận kiểu yêu cầu đó",
                "This address does not take that method",
            ),
            Self::BadParameter => {
                Text::new("Có tham số chưa dùng được", "A parameter cannot be used")
            }
            Self::UnsupportedMediaType => {
                Text::new("Chưa đọc được dạng nội dung này", "This kind of body is not read here")
            }
            Self::UnknownDevice => {
                Text::new("Máy này chưa được đăng ký", "This device is not enrolled")
            }
            Self::Internal => Text::new("Chương trình gặp trục trặc", "The program has a fault"),
        }
    }
}

/// What went wrong with one request, ready to be told.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Which kind of trouble.
    pub code: Code,
    /// This case of it: what happened and what to do.
    pub detail: Text,
    /// Single faults, where there are several.
    pub errors: Vec<Fault>,
    /// When to try again, in seconds.
    pub retry_after: Option<u64>,
    /// The language to tell it in.
    pub language: Language,
}

/// A problem as it is written into a body; also one line of a batch's outcome.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    r#type: String,
    title: String,
    status: u16,
    code: &'static str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FaultDocument<'a>>,
}

#[derive(Debug, Serialize)]
struct FaultDocument<'a> {
    pointer: &'a str,
    code: &'static str,
    detail: &'a str,
}

impl Problem {
    /// A problem told in the first language a program asks for.
    pub fn new(code: Code, detail: Text) -> Self {
        Self { code, detail, errors: Vec::new(), retry_after: None, language: Language::default() }
    }

    /// The same with its single faults.
    #[must_use]
    pub fn with(mut self, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self
    }

    /// The same, to be tried again after `seconds`.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same, told in the language `request` asks for.
    #[must_use]
    pub fn told_to(mut self, request: &HttpRequest) -> Self {
        self.language = asked_language(request);
        self
    }

    /// A parameter that cannot be used.
    pub fn parameter(name: &str, detail: Text) -> Self {
        let fault = Fault::new(name, "unusable", detail.clone());
        Self::new(Code::BadParameter, detail).with(vec![fault])
    }

    /// The document of this problem.
    pub fn document(&self) -> Document<'_> {
        Document {
            r#type: format!("urn:hailong:problem:{}", self.code.name()),
            title: self.code.title().get(self.language).to_owned(),
            status: self.code.status().as_u16(),
            code: self.code.name(),
            detail: self.detail.get(self.language),
            errors: self
                .errors
                .iter()
                .map(|fault| FaultDocument {
                    pointer: &fault.pointer,
                    code: fault.code,
                    detail: fault.detail.get(self.language),
                })
                .collect(),
        }
    }
}

/// The language of `Accept-Language`, Vietnamese when it names neither of ours.
pub fn asked_language(request: &HttpRequest) -> Language {
    request
        .headers()
        .get(actix_web::http::header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .into_iter()
        .flat_map(|list| list.split(','))
        .filter_map(|entry| {
            let (tag, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=")?.trim().parse().ok()?;
            Some((Language::of_tag(tag)?, weight)).filter(|_| weight > 0.0)
        })
        // The first of the heaviest.
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(language, _)| language)
        .unwrap_or_default()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.detail.en)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code()).json(self.document());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Damaged(what) => {
                tracing::error!(what, "a stored row cannot be read");
                Self::new(
                    Code::Internal,
                    Text::new(
                        "Một dòng dữ liệu đã lưu không đọc được. Xin báo người quản trị máy chủ.",
                        "A stored row cannot be read. Please tell the operator.",
                    ),
                )
            }
            other => {
                tracing::error!(error = %other, "the store cannot be used");
                Self::new(
                    Code::StoreUnavailable,
                    Text::new(
                        "Chưa lưu được gì. Xin gửi lại sau ít giây; câu trả lời vẫn còn trên máy của ông/bà.",
                        "Nothing was stored. Send it again in a few seconds; the answer is still on your device.",
                    ),
                )
                .after(5)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_name() {
        let mut names = Code::ALL.map(Code::name);
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_problem_says_when_to_try_again() {
        let problem = Problem::from(store::Error::Unavailable("down".into()));
        let response = problem.error_response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "5");
        assert_eq!(response.headers().get(CONTENT_TYPE).unwrap(), "application/problem+json");
    }
}
