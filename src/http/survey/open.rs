//! A survey that somebody is answering: its draft, and which question is meant.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use surveys::instrument::Item;
use surveys::{Instrument, Language, catalog};
use uuid::Uuid;

use super::super::page::{self, Keep};
use super::place::{Place, Stopped};
use super::progress::Progress;
use crate::pages::message::Message;
use crate::pages::survey::{Again, Check, Given, Question, Step};
use crate::service::Service;
use crate::store;
use crate::store::drafts::Draft;

/// The last part of the address of the page on which everything is looked at.
pub(super) const CHECK: &str = "check";

/// A draft and the question that a request is about.
pub(super) struct Open {
    pub(super) place: Place,
    pub(super) draft: Draft,
    pub(super) progress: Progress,
    pub(super) instrument: &'static Instrument,
    asked: Vec<&'static Item>,
    /// From 1.
    pub(super) number: usize,
}

/// Why there is nothing open.
pub(super) enum Shut {
    /// Something else is to be shown.
    Elsewhere(Box<HttpResponse>),
    /// The store cannot be read.
    Unread(Box<Place>, store::Error),
}

impl Open {
    /// What `request` is about.
    pub(super) async fn of(
        place: Place,
        request: &HttpRequest,
        service: &Service,
    ) -> Result<Self, Shut> {
        let draft = match draft(&place, request, service).await {
            Ok(draft) => draft.map_err(Shut::Elsewhere)?,
            Err(error) => return Err(Shut::Unread(Box::new(place), error)),
        };
        let progress = Progress::read(&draft.answers);
        let instrument = catalog::instrument(&draft.instrument, Some(draft.version))
            .filter(|i| i.id == place.point.instrument);
        let Some((progress, instrument)) = progress.zip(instrument) else {
            let page = place.restart("draft-changed-heading", "draft-changed", "");
            return Err(Shut::Elsewhere(Box::new(page)));
        };
        Self::at(place, draft, progress, instrument, request).map_err(Shut::Elsewhere)
    }

    /// The question that `request` is about when the draft cannot be read: enough
    /// to show it again with what was chosen.
    pub(super) fn unread(place: Place, request: &HttpRequest) -> Stopped<Self> {
        let instrument = place.instrument()?;
        let id = request.match_info().get("draft").and_then(|id| Uuid::parse_str(id).ok());
        let draft = Draft {
            id: id.unwrap_or_default(),
            collection_point: place.point.code.clone(),
            instrument: instrument.id.to_string(),
            version: instrument.version,
            language: place.shell.language(),
            answers: String::new(),
            started_at: 0,
        };
        Self::at(place, draft, Progress::default(), instrument, request)
    }

    fn at(
        place: Place,
        draft: Draft,
        progress: Progress,
        instrument: &'static Instrument,
        request: &HttpRequest,
    ) -> Stopped<Self> {
        let asked: Vec<&Item> = instrument.asked().collect();
        // Without a number it is the last one: all of it is looked at before it is sent.
        let number = request.match_info().get("n").map_or(Some(asked.len()), |n| n.parse().ok());
        match number.filter(|n| (1..=asked.len()).contains(n)) {
            Some(number) => Ok(Self { place, draft, progress, instrument, asked, number }),
            None => Err(Box::new(no_such_step(&place, draft.id, asked.len()))),
        }
    }

    /// The question.
    pub(super) fn item(&self) -> &'static Item {
        self.asked[self.number - 1]
    }

    /// Whether it is the last one that is asked.
    pub(super) fn is_last(&self) -> bool {
        self.following().is_none()
    }

    /// The number of the first question that `wanted` accepts.
    pub(super) fn first_where(&self, wanted: impl Fn(&Item) -> bool) -> Option<usize> {
        self.asked.iter().position(|item| wanted(item)).map(|place| place + 1)
    }

    /// The number of the question that is asked after this one.
    pub(super) fn following(&self) -> Option<usize> {
        (self.number + 1..=self.asked.len()).find(|number| self.asks(*number))
    }

    /// The number of the question that is asked before this one.
    fn preceding(&self) -> Option<usize> {
        (1..self.number).rev().find(|number| self.asks(*number))
    }

    /// The number of the question to show when this one is not asked.
    pub(super) fn elsewhere(&self) -> Option<usize> {
        let away = || self.following().or_else(|| self.preceding());
        if self.asks(self.number) { None } else { away() }
    }

    fn asks(&self, number: usize) -> bool {
        self.progress.is_asked(self.instrument, self.asked[number - 1])
    }

    /// The address of the question `number`, with the way back if there is one.
    pub(super) fn address(&self, number: usize) -> String {
        self.place.address(self.draft.id, number) + self.way_back()
    }

    /// Its page with what is `given`, asked `again` for a reason.
    pub(super) fn page(
        &self,
        status: StatusCode,
        given: &Given,
        again: Option<Again>,
    ) -> HttpResponse {
        let of_all: Vec<&Item> = self.instrument.asked_of_all().collect();
        let step = Step {
            number: of_all.iter().position(|item| item.code == self.item().code).map(|n| n + 1),
            of: of_all.len(),
            last: self.is_last(),
            action: self.address(self.number),
            back: match self.preceding() {
                None => self.place.start(&self.progress),
                Some(number) => self.place.address(self.draft.id, number),
            },
        };
        let page =
            Question::new(&self.place.shell, self.instrument, self.item(), step, given, again);
        page::show(status, Keep::Never, &page)
    }

    /// Whether the reader came from the page on which everything is looked at.
    pub(super) fn returns_to_check(&self) -> bool {
        self.place.shell.asked("to") == Some(CHECK)
    }

    fn way_back(&self) -> &'static str {
        match (self.returns_to_check(), self.place.shell.tag() == Language::default().tag()) {
            (false, _) => "",
            (true, true) => "?to=check",
            (true, false) => "&to=check",
        }
    }

    /// The page on which everything is looked at before it is sent.
    pub(super) fn check(&self) -> HttpResponse {
        let row = |number: usize| {
            let item = self.asked[number - 1];
            let step = self.place.address(self.draft.id, number);
            let sign = if step.contains('?') { '&' } else { '?' };
            let address = format!("{step}{sign}to={CHECK}");
            (item, self.progress.given(item), address)
        };
        let rows: Vec<_> =
            (1..=self.asked.len()).filter(|number| self.asks(*number)).map(row).collect();
        let page = Check::new(
            &self.place.shell,
            self.instrument,
            &rows,
            self.place.address(self.draft.id, CHECK),
            self.place.address(self.draft.id, self.asked.len()),
        );
        page::show(StatusCode::OK, Keep::Never, &page)
    }

    /// Its page when the answer could not be stored: what was chosen is still there.
    pub(super) fn not_saved(&self, given: &Given) -> HttpResponse {
        page::later(self.page(StatusCode::SERVICE_UNAVAILABLE, given, Some(Again::NotSaved)), 5)
    }
}

/// The draft that `request` names. When it has become a response, the reader is
/// sent to its receipt; when it is gone, told so.
pub(super) async fn draft(
    place: &Place,
    request: &HttpRequest,
    service: &Service,
) -> Result<Stopped<Draft>, store::Error> {
    let gone = || Ok(Err(Box::new(place.restart("draft-gone-heading", "draft-gone", ""))));
    let id = request.match_info().get("draft").and_then(|id| Uuid::parse_str(id).ok());
    let Some(id) = id else { return gone() };
    let found = service.db.draft(id).await?;
    if let Some(draft) = found.filter(|d| d.collection_point == place.point.code) {
        return Ok(Ok(draft));
    }
    match place.receipt(id, service).await? {
        Some(_) => Ok(Err(Box::new(page::see_other(&place.address(id, "done"))))),
        None => gone(),
    }
}

/// The store cannot be read: what was answered before is safe.
pub(super) fn draft_unread(
    place: &Place,
    request: &HttpRequest,
    error: &store::Error,
) -> HttpResponse {
    tracing::error!(%error, "a draft cannot be read");
    let t = place.shell.t;
    let page = Message::new(&place.shell, t.get("store-down-heading"))
        .saying(t.get("draft-unread"))
        .leading(request.path(), t.get("store-down-again"));
    page::later(page::show(StatusCode::SERVICE_UNAVAILABLE, Keep::Never, &page), 5)
}

fn no_such_step(place: &Place, draft: Uuid, of: usize) -> HttpResponse {
    let t = place.shell.t;
    let heading = t.with("step-unknown-heading", &[("of", &of.to_string())]);
    let page = Message::new(&place.shell, heading)
        .saying(t.get("step-unknown"))
        .leading(&format!("/s/{}/{draft}/1", place.point.code), t.get("step-unknown-first"));
    page::show(StatusCode::NOT_FOUND, Keep::Never, &page)
}
