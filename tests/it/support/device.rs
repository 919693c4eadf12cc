//! A tablet that is enrolled, as the API and the command line see one.

use hailong::clock::Clock;
use hailong::staff::audit::Action;
use hailong::store::enrolment::{EnrolmentCode, Pin};
use reqwest::Method;
use serde_json::{Value, json};
use surveys::PointCode;
use surveys::response::read_moment;

use super::app::{Answer, App, NOW};
use super::staff::by_operator;
use super::submission::point;

/// The PIN of every tablet in tests.
pub(crate) const PIN: &str = "2468";

/// A code that enrols a tablet at [`point`] while the clock shows [`NOW`].
pub(crate) async fn code(app: &App) -> String {
    code_at(app, &PointCode::parse(&point()).expect("a code")).await
}

/// The same at the collection point `at`.
pub(crate) async fn code_at(app: &App, at: &PointCode) -> String {
    let code = EnrolmentCode::new(Clock::System.salt());
    let (pin, now) = (Pin::new(PIN, Clock::System.salt()), read_moment(NOW).expect("a moment"));
    let db = app.database().open().await;
    db.add_enrolment_code(&code, at, "Quầy 1", &pin, &by_operator(now, Action::EnrolDevice))
        .await
        .expect("the code is kept");
    db.close().await;
    code.to_string()
}

/// Changes `code` for a token.
pub(crate) async fn enrol(app: &App, code: &str) -> Answer {
    enrol_with(app, json!({"code": code})).await
}

/// Sends `body` to be enrolled.
pub(crate) async fn enrol_with(app: &App, body: Value) -> Answer {
    let request = app.request(Method::POST, "/api/v1/devices:enrol");
    Answer::of(request.body(body.to_string()).send().await.expect("an answer")).await
}

/// A tablet with a token.
#[derive(Debug)]
pub(crate) struct Tablet {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// How a tablet is that is in order but for a clock ten minutes ahead.
pub(crate) fn report() -> Value {
    json!({
        "queued": 3, "oldest_seconds": 60, "quarantined": 0, "version": "0.1.0",
        "device_clock": "2026-10-15T10:10:00+07:00", "persisted": true, "failures": 0,
    })
}

impl Tablet {
    /// One that was just enrolled.
    pub(crate) async fn enrolled(app: &App) -> Self {
        Self::of(&enrol(app, &code(app).await).await)
    }

    /// The one that was `enrolled` with this answer.
    pub(crate) fn of(enrolled: &Answer) -> Self {
        assert_eq!(enrolled.status, 201, "{enrolled:?}");
        let told = |name: &str| enrolled.body[name].as_str().expect("a text").to_owned();
        Self { id: told("device_id"), token: told("token") }
    }

    /// Sends `submission` under `id` while its clock shows `clock`.
    pub(crate) async fn put(&self, app: &App, id: &str, submission: &Value, clock: &str) -> Answer {
        let request = app
            .request(Method::PUT, &format!("/api/v1/responses/{id}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("device-clock", clock)
            .body(submission.to_string());
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// Tells how it is.
    pub(crate) async fn report(&self, app: &App, report: &Value) -> Answer {
        let request = app
            .request(Method::POST, "/api/v1/devices:report")
            .header("authorization", format!("Bearer {}", self.token))
            .body(report.to_string());
        Answer::of(request.send().await.expect("an answer")).await
    }
}
