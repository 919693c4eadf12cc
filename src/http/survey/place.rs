//! Where a survey request is: its collection point, and the pages for when there
//! is none or the survey cannot go on.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use surveys::collection_point::CollectionPoint;
use surveys::response::Document;
use surveys::unit::{self, Commune};
use surveys::{Instrument, PointCode, ServiceFields, VisitToken, catalog};
use uuid::Uuid;

pub(super) use super::super::page::Stopped;
use super::super::page::{self, Keep};
use super::progress::Progress;
use crate::pages::Shell;
use crate::pages::message::Message;
use crate::service::Service;
use crate::store;
use crate::store::responses::Receipt;

/// How many other points of its commune a closed one names.
const MOST_OTHERS: usize = 5;

/// The page's surroundings, the point and its commune.
pub(in crate::http) struct Place {
    pub(in crate::http) shell: Shell,
    pub(in crate::http) point: Arc<CollectionPoint>,
    pub(in crate::http) commune: &'static Commune,
}

impl Place {
    /// The point that `request` names.
    pub(in crate::http) async fn of(request: &HttpRequest, service: &Service) -> Stopped<Self> {
        let shell = page::shell(request, service);
        let code = PointCode::parse(request.match_info().get("point").unwrap_or(""));
        let point = match &code {
            Ok(code) => service.collection_point(code.as_str()).await.map_err(|error| {
                let again = format!("/s/{code}");
                Box::new(page::store_down(&shell, &again, &error))
            })?,
            Err(_) => None,
        };
        let commune = point.as_ref().and_then(|p| unit::commune(p.commune_code.as_str()));
        match point.zip(commune) {
            Some((point, commune)) => {
                let instrument = catalog::instrument(point.instrument.as_str(), None);
                let further = instrument.map(|i| service.languages.complete_for(i));
                let shell = shell.offered_in(further.unwrap_or_default());
                let shell = shell.at_centre(service.contact_at(&point.code));
                Ok(Self { shell, point, commune })
            }
            None => Err(Box::new(unknown(&shell))),
        }
    }

    /// The instrument put here, in its newest version.
    pub(in crate::http) fn instrument(&self) -> Stopped<&'static Instrument> {
        catalog::instrument(self.point.instrument.as_str(), None).ok_or_else(|| {
            tracing::error!(point = %self.point.code, "a point puts an unknown instrument");
            let t = self.shell.t;
            let page = Message::new(&self.shell, t.get("fault-heading")).saying(t.get("fault"));
            Box::new(page::show(StatusCode::INTERNAL_SERVER_ERROR, Keep::Never, &page))
        })
    }

    /// The address of the survey's first page, with the way it was opened.
    pub(super) fn start(&self, progress: &Progress) -> String {
        let visit = progress.visit_token.as_ref().map(|token| format!("v={token}"));
        let via = progress.online.then(|| "via=online".to_owned());
        let opened: Vec<String> = visit.into_iter().chain(via).collect();
        let asked = if opened.is_empty() { "" } else { "?" };
        self.shell.link(&format!("/s/{}{asked}{}", self.point.code, opened.join("&")))
    }

    /// Whether a response was sent with `token` already. When the store cannot be
    /// read the survey goes on: nothing depends on it.
    pub(super) async fn visit_is_used(&self, token: &VisitToken, service: &Service) -> bool {
        service.db.visit_is_used(token, &self.point.code).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "whether a visit token is used cannot be read");
            false
        })
    }

    /// The fields of procedures offered here. When the store cannot be read the survey
    /// goes on without them: nothing depends on it.
    pub(super) async fn service_fields(&self, service: &Service) -> ServiceFields {
        service.db.service_fields(&self.point.code).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the fields of procedures cannot be read");
            ServiceFields::default()
        })
    }

    /// The address of a page of `draft`.
    pub(super) fn address(&self, draft: Uuid, page: impl std::fmt::Display) -> String {
        self.shell.link(&format!("/s/{}/{draft}/{page}", self.point.code))
    }

    /// The receipt of the response `id`, if it was given here.
    pub(super) async fn receipt(
        &self,
        id: Uuid,
        service: &Service,
    ) -> Result<Option<Receipt>, store::Error> {
        let Some(document) = service.db.document(id).await? else { return Ok(None) };
        let here = Document::read(&document)
            .is_ok_and(|sent| *sent.collection_point == *self.point.code.as_str());
        if here { service.db.receipt(id).await } else { Ok(None) }
    }

    /// The page of a point that is retired: where the results are, and where else to
    /// answer; `None` as long as it is open.
    pub(super) async fn closed(&self, service: &Service) -> Stopped<Option<HttpResponse>> {
        if !self.point.retired {
            return Ok(None);
        }
        let t = self.shell.t;
        let others = service.db.collection_points_of(&self.commune.code).await;
        let others = others.map_err(|error| {
            let again = format!("/s/{}", self.point.code);
            Box::new(page::store_down(&self.shell, &again, &error))
        })?;
        let results = t.with("results-of", &[("commune", self.commune.name)]);
        let page = Message::new(&self.shell, t.get("point-closed-heading"))
            .saying(t.get("point-closed"))
            .leading(&format!("/c/{}", self.commune.code), results);
        let open = others.iter().filter(|other| !other.retired).take(MOST_OTHERS);
        let page = open.fold(page, |page, other| {
            let label = t.with("point-closed-other", &[("name", &other.name)]);
            page.leading(&format!("/s/{}", other.code), label)
        });
        Ok(Some(page::show(StatusCode::GONE, Keep::Never, &page)))
    }

    /// A page that says why the survey begins anew, with what was `typed` last.
    pub(super) fn restart(&self, heading: &str, said: &str, typed: &str) -> HttpResponse {
        let t = self.shell.t;
        let page = Message::new(&self.shell, t.get(heading))
            .saying(t.get(said))
            .keeping(typed)
            .leading(&format!("/s/{}", self.point.code), t.get("draft-gone-restart"));
        page::show(StatusCode::GONE, Keep::Never, &page)
    }

    /// A page that asks to wait: too many surveys were begun from one address.
    pub(super) fn too_many(&self, seconds: Option<u64>) -> HttpResponse {
        let t = self.shell.t;
        let seconds = seconds.unwrap_or(60);
        let page = Message::new(&self.shell, t.get("flood-heading"))
            .saying(t.with("flood", &[("seconds", &seconds.to_string())]))
            .leading(&format!("/s/{}", self.point.code), t.get("flood-again"));
        let answer = page::show(StatusCode::TOO_MANY_REQUESTS, Keep::Never, &page);
        page::later(answer, seconds)
    }
}

fn unknown(shell: &Shell) -> HttpResponse {
    let t = shell.t;
    let page = Message::new(shell, t.get("point-unknown-heading"))
        .saying(t.get("point-unknown"))
        .with_search();
    page::show(StatusCode::NOT_FOUND, Keep::Never, &page)
}
