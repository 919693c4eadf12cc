//! Submissions to send.

use hailong::clock::Clock;
use hailong::first_points;
use hailong::store::responses::NewResponse;
use serde_json::{Value, json};
use surveys::collection_point::CollectionPoint;
use surveys::response::{Admission, read_moment};
use surveys::{Submission, catalog};
use uuid::Uuid;

/// The counter's collection point of the first plan's commune; it puts `quick-counter`.
pub(crate) fn point() -> String {
    first_points::code_of(&catalog::plans()[0]).to_string()
}

/// The code of the first plan's commune.
pub(crate) fn commune() -> String {
    catalog::plans()[0].commune_code.to_string()
}

/// An id as a device mints it.
pub(crate) fn new_id() -> String {
    Clock::System.new_id().to_string()
}

/// A submission without a mistake.
pub(crate) fn good() -> Value {
    json!({
        "instrument": "quick-counter",
        "version": 1,
        "collection_point": point(),
        "channel": "qr",
        "answered_at": "2026-10-05T09:30:00+07:00",
        "answers": {"A1": 5, "A2": 4, "A3": 9, "A4": null, "N1": [1, 3]},
        "comment": "Nhanh, gọn"
    })
}

/// The same at the counter's collection point of the commune `commune`.
pub(crate) fn good_at(commune: &str) -> Value {
    good_but("collection_point", commune.into())
}

/// A good submission with `field` set to `value`.
pub(crate) fn good_but(field: &str, value: Value) -> Value {
    let mut submission = good();
    submission[field] = value;
    submission
}

/// `submission` parsed for the store under `id`, with salt and time of receipt
/// that depend on nothing.
pub(crate) fn parsed(id: Uuid, submission: &Value) -> NewResponse {
    let submission: Submission = serde_json::from_value(submission.clone()).expect("the shape");
    let instrument = catalog::instrument(&submission.instrument, Some(submission.version))
        .expect("a shipped one");
    let points: Vec<CollectionPoint> = first_points::all();
    let point = points.iter().find(|p| p.code.as_str() == submission.collection_point);
    let now = read_moment(super::app::NOW).expect("a moment");
    let response = instrument.parse(submission, &Admission { id, point, now }).expect("no fault");
    NewResponse::new(response, *id.as_bytes(), now)
}
