//! A small centre to ask: a service over a database of its own, without a network.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use actix_web::body::MessageBody;
use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::{App, test};
use surveys::response::{Answer as Chosen, Channel};
use surveys::{CommuneCode, Instrument, PointCode, Response, catalog};

use crate::clock::Clock;
use crate::config::{PublishResults, Settings};
use crate::first_points;
use crate::http::{Flood, routes};
use crate::reporting::Reporting;
use crate::service::Service;
use crate::staff::Key;
use crate::store::responses::NewResponse;
use crate::store::{Db, Options};

/// 5 October 2026, 09:00 in Vietnam.
pub(super) const NOW: i64 = 1_791_165_600_000;
const DAY: i64 = 86_400_000;

pub(super) struct Centre {
    pub(super) service: Arc<Service>,
    _folder: tempfile::TempDir,
}

impl Centre {
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("centre.db").display());
        let db = Db::open(&Options { url, simulated: false, readers: 1 }).await.unwrap();
        first_points::add(&db, NOW).await.unwrap();
        let publish_results = PublishResults::AtOnce;
        let settings =
            Settings { submissions_per_minute: 0, publish_results, ..Settings::default() };
        let clock = Clock::Set(Arc::new(AtomicI64::new(NOW)));
        Self {
            service: Arc::new(Service::new(settings, clock, db, Key::of([1; 32]))),
            _folder: folder,
        }
    }

    /// What the public sees on the day after [`NOW`], when that day's responses count.
    pub(super) fn tomorrow(&self) -> Reporting {
        let clock = Clock::Set(Arc::new(AtomicI64::new(NOW + DAY)));
        Reporting::new(self.service.db.clone(), clock).showing_at_once()
    }

    pub(super) async fn ask(&self, method: Method, address: &str, body: &str) -> Answer {
        let flood = Arc::new(Flood::new(&self.service.settings));
        let app = App::new().configure(routes(Arc::clone(&self.service), flood));
        let app = test::init_service(app).await;
        let request = test::TestRequest::with_uri(address)
            .method(method)
            .insert_header(("accept", "text/html"))
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body.to_owned())
            .to_request();
        Answer::of(app.call(request).await.unwrap()).await
    }

    pub(super) async fn get(&self, address: &str) -> Answer {
        self.ask(Method::GET, address, "").await
    }

    pub(super) async fn post(&self, address: &str, body: &str) -> Answer {
        self.ask(Method::POST, address, body).await
    }

    /// Adds `n` answers to the quick survey of Diên Khánh on the day before [`NOW`],
    /// every tenth of them dissatisfied with everything.
    pub(super) async fn receive(&self, n: u32) {
        self.receive_earlier(0, n, 10).await;
    }

    /// The same some days earlier, with one in `nth` dissatisfied.
    pub(super) async fn receive_earlier(&self, days: u32, n: u32, nth: u32) {
        let newest = catalog::instrument("quick-counter", None).unwrap();
        self.receive_of(newest.version, days, n, nth).await;
    }

    /// The same to one version of the quick survey.
    pub(super) async fn receive_of(&self, version: u32, days: u32, n: u32, nth: u32) {
        let quick = catalog::instrument("quick-counter", Some(version)).unwrap();
        // What is answered today counts tomorrow.
        let at = NOW - i64::from(days.max(1)) * DAY;
        for i in 0..n {
            let mut response = response(quick, if i % nth == 0 { 2 } else { 5 }, i);
            response.id = uuid::Uuid::from_u128(u128::from(days) << 32 | u128::from(i + 1));
            response.answered_at = at;
            let new = NewResponse::new(response, [0; 16], at);
            self.service.db.insert_responses(&[new]).await.unwrap();
        }
    }
}

fn response(instrument: &Instrument, value: u8, i: u32) -> Response {
    let answers = instrument.asked().filter(|item| !item.is_comment()).map(|item| {
        let answer = if item.multiple { Chosen::Several(vec![1]) } else { Chosen::Chosen(value) };
        (item.code.clone(), answer)
    });
    Response {
        id: uuid::Uuid::from_u128(u128::from(i) + 1),
        instrument: instrument.id.clone(),
        version: instrument.version,
        commune_code: CommuneCode::parse("22651").unwrap(),
        collection_point: PointCode::parse("22651").unwrap(),
        channel: if i % 30 == 29 { Channel::Paper } else { Channel::Qr },
        answered_at: NOW,
        answers: answers.collect(),
        service_field: None,
        comment: None,
        partial: false,
        sample: None,
    }
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) location: String,
    pub(super) kept: String,
    pub(super) page: String,
}

impl Answer {
    async fn of(response: ServiceResponse<impl MessageBody>) -> Self {
        let header = |name| {
            let value = response.headers().get(name).and_then(|v| v.to_str().ok());
            value.unwrap_or("").to_owned()
        };
        let (location, kept) = (header("location"), header("cache-control"));
        let status = response.status();
        let page = String::from_utf8(test::read_body(response).await.to_vec()).unwrap();
        Self { status, location, kept, page }
    }
}
