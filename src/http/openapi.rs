//! The description of the API, made from the code that serves it.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use utoipa::{OpenApi, ToSchema};

/// One response as it is sent.
#[derive(ToSchema)]
#[schema(as = Submission)]
#[expect(dead_code, reason = "only its description is used; surveys::Submission is what is read")]
pub(super) struct SubmissionBody {
    /// Required in a batch; in a PUT it may repeat the address
    response_id: Option<String>,
    /// Instrument id
    #[schema(example = "quick-counter")]
    instrument: String,
    /// Instrument version
    #[schema(example = 1)]
    version: u32,
    /// Collection point's code
    #[schema(example = "22651")]
    collection_point: String,
    /// kiosk, qr, online, paper or interview
    #[schema(example = "qr")]
    channel: String,
    /// ISO 8601; without an offset it is Vietnam's time
    #[schema(example = "2026-10-05T09:30:00+07:00")]
    answered_at: String,
    /// Item codes and values of their scales; null or absent is unanswered; a list where several may be chosen
    #[schema(value_type = BTreeMap<String, Option<i64>>, example = json!({"A1": 5, "A2": 9, "A3": null}))]
    answers: BTreeMap<String, Option<i64>>,
    /// Field of the procedure
    #[schema(max_length = 120)]
    service_field: Option<String>,
    /// Free text, private until staff publish it
    #[schema(max_length = 2000)]
    comment: Option<String>,
    /// Whether the respondent left before the end; what was answered counts
    #[schema(value_type = bool, required = false, default = false)]
    partial: Option<bool>,
    /// What is printed on the slip of the visit; never kept with the response
    visit_token: Option<String>,
    /// `code`, `stratum` and `psu` of the sample; only from an interviewer's tablet
    #[schema(value_type = Option<Object>)]
    sample: Option<String>,
}

/// A problem document (RFC 9457). `code` is stable; texts are not.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "only its description is used; crate::problem writes it")]
pub(super) struct ProblemBody {
    /// `urn:hailong:problem:` and the code
    r#type: String,
    /// What kind of trouble, in the reader's language
    title: String,
    /// The HTTP status
    status: u16,
    /// A code that programs may rely on
    #[schema(example = "submission-rejected")]
    code: String,
    /// What happened and what to do
    detail: String,
    /// Single faults
    errors: Option<Vec<FaultBody>>,
}

/// One fault in what was sent.
#[derive(ToSchema)]
#[schema(as = Fault)]
#[expect(dead_code, reason = "only its description is used; crate::problem writes it")]
pub(super) struct FaultBody {
    /// JSON pointer into the body, or the parameter's name
    #[schema(example = "/answers/A1")]
    pointer: String,
    /// A code that programs may rely on
    #[schema(example = "off-scale")]
    code: String,
    /// What is wrong and what to do
    detail: String,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hài Lòng",
        description = "Citizen satisfaction surveys at one-stop counters. Texts follow Accept-Language (vi, en); codes are stable. Figures describe those who answered."
    ),
    paths(
        super::responses::put,
        super::responses::batch,
        super::devices::enrol,
        super::devices::report,
        super::interview::sync::sync,
        super::estimates::estimates,
        super::explanation::explanation,
        super::charts::chart,
        super::exports::package,
        super::catalogue::instruments,
        super::catalogue::instrument,
        super::catalogue::instrument_version,
        super::catalogue::plans,
        super::catalogue::plan,
        super::catalogue::units,
        super::catalogue::collection_points,
        super::posters::poster,
    ),
    components(schemas(SubmissionBody, ProblemBody, FaultBody)),
    tags(
        (name = "responses", description = "Sending answers"),
        (name = "devices", description = "Tablets at the counter"),
        (name = "results", description = "Figures, charts and files"),
        (name = "catalogue", description = "Instruments, plans, units, collection points")
    )
)]
struct Api;

/// The document, as it is served.
pub fn document() -> String {
    Api::openapi().to_pretty_json().expect("a description is always valid JSON")
}

/// This API in the form of `OpenAPI` 3.1.
pub(super) async fn description() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document())
}
