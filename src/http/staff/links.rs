//! Survey links for closed dossiers: made from a pasted list, with a file for the gateway
//! on the page that tells what was made, or mailed; how those made so far stand.

pub(super) mod remind;
pub(super) mod stop;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use surveys::collection_point::CollectionPoint;
use surveys::unit::{self, Commune};
use surveys::{Language, PointCode, catalog};

use super::super::page::{self, Keep, Stopped, settled};
use super::super::posters;
use super::visit::Signed;
use crate::config::PublicAddress;
use crate::links::{self, DELAY_MILLIS, Desk, Dossier, Faults, Link, LinkKey, Listed};
use crate::pages::message::{self, Message};
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::links::Links;
use crate::pages::staff::shown_once::ShownOnce;
use crate::staff::audit::Action;
use crate::store::survey_links::LinkBatch;
use crate::texts::Words;

/// The points within this person's scope, and the links that were made for them.
pub(super) async fn batches(signed: &Signed) -> Stopped<(Vec<CollectionPoint>, Vec<LinkBatch>)> {
    let down = |error| signed.down(&error);
    let db = &signed.service.db;
    let points = db.collection_points_within(&signed.account.scope).await.map_err(down)?;
    let mut batches = db.link_batches().await.map_err(down)?;
    batches.retain(|b| points.iter().any(|p| *p.code.as_str() == *b.collection_point));
    Ok((points, batches))
}

pub(super) async fn list(signed: Signed) -> HttpResponse {
    let listed = async {
        let down = |error| signed.down(&error);
        let db = &signed.service.db;
        let (points, batches) = batches(&signed).await?;
        let reasons = db.reasons_of_mails().await.map_err(down)?;
        let mut told = Vec::new();
        for reason in &reasons {
            let Some(point) = points.iter().find(|p| *p.code.as_str() == *reason.collection_point)
            else {
                continue;
            };
            let key = if reason.given_up == 1 { "links-given-up" } else { "links-waiting-why" };
            let why = links::reason(&reason.why);
            let values = [
                ("point", &*point.name),
                ("count", &*signed.shell.number(reason.mails)),
                ("why", why.get(signed.shell.language())),
            ];
            told.push(signed.shell.t.with(key, &values));
        }
        let page = Links::new(&signed.shell, signed.nav(), &batches, told);
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(listed.await)
}

/// The points that links can lead to.
async fn open_points(signed: &Signed) -> Stopped<Vec<CollectionPoint>> {
    let points = signed.service.db.collection_points_within(&signed.account.scope).await;
    let mut points = points.map_err(|error| signed.down(&error))?;
    points.retain(|point| !point.retired);
    Ok(points)
}

pub(super) async fn new(signed: Signed) -> HttpResponse {
    let shown = async {
        let points = open_points(&signed).await?;
        Ok(form(&signed, StatusCode::OK, &points, Wrong::default()))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    status: StatusCode,
    points: &[CollectionPoint],
    wrong: Wrong,
) -> HttpResponse {
    let mut page = Form::new(
        &signed.shell,
        signed.said("make-links-heading"),
        "/staff/links/new",
        signed.said("make-links-button"),
    )
    .signed(signed.nav())
    .saying(signed.said("make-links-about"));
    if signed.resumed {
        page = page.noticing(signed.said("resumed"));
    }
    page = page
        .asking(point_field(signed, points, wrong.point))
        .asking(list_field(signed, wrong.list))
        .asking(language_field(signed, points, wrong.language));
    if signed.service.settings.smtp.is_some() {
        let ways = [("file", "links-by-file"), ("mail", "links-by-mail")];
        let ways =
            ways.map(|(value, key)| Choice { value: value.to_owned(), label: signed.said(key) });
        page = page.asking(
            Field::choice("way", signed.said("links-way"), ways.into())
                .value(signed.fields.first("way")),
        );
    }
    let known = [("", "links-known-out"), ("again", "links-known-again")];
    let known =
        known.map(|(value, key)| Choice { value: value.to_owned(), label: signed.said(key) });
    let page = page
        .asking(
            Field::choice("known", signed.said("links-known"), known.into())
                .hint(signed.said("links-known-hint"))
                .value(signed.fields.first("known")),
        )
        .leading("/staff/links", signed.said("links-heading"));
    page::show(status, Keep::Never, &page)
}

/// The field that chooses one of `points`.
fn point_field(signed: &Signed, points: &[CollectionPoint], wrong: Option<String>) -> Field {
    let choice = |point: &CollectionPoint| Choice {
        value: point.code.to_string(),
        label: format!("{} ({})", point.name, point.code),
    };
    Field::choice("point", signed.said("links-point"), points.iter().map(choice).collect())
        .value(signed.fields.first("point"))
        .wrong(wrong)
}

/// The field for the language: those in which citizens are asked at any of `points`.
fn language_field(signed: &Signed, points: &[CollectionPoint], wrong: Option<String>) -> Field {
    let mut all: Vec<Words> = Language::ALL.map(Words::new).into();
    for point in points {
        for words in languages_of(signed, point) {
            if !all.contains(&words) {
                all.push(words);
            }
        }
    }
    let choice = |t: &Words| Choice { value: t.tag().to_owned(), label: t.name().to_owned() };
    let chosen = Some(signed.fields.first("language")).filter(|tag| !tag.is_empty());
    Field::choice("language", signed.said("links-language"), all.iter().map(choice).collect())
        .hint(signed.said("links-language-hint"))
        .value(chosen.unwrap_or(Language::Vi.tag()))
        .wrong(wrong)
}

/// In what citizens can be asked at `point`.
fn languages_of(signed: &Signed, point: &CollectionPoint) -> Vec<Words> {
    let instrument = catalog::instrument(point.instrument.as_str(), None);
    instrument.map(|i| signed.service.languages.all_words(i)).unwrap_or_default()
}

/// The field for the list of closed dossiers.
fn list_field(signed: &Signed, wrong: Option<String>) -> Field {
    Field::pasted("list", signed.said("links-list"))
        .hint(signed.said("links-list-hint"))
        .value(signed.fields.first("list"))
        .wrong(wrong)
}

/// The one of `points` that the form names, with its commune; or what is to be mended.
fn point_chosen(
    signed: &Signed,
    points: &[CollectionPoint],
) -> Result<(CollectionPoint, &'static Commune), String> {
    let chosen = PointCode::parse(signed.fields.first("point")).ok();
    let point = points.iter().find(|point| Some(&point.code) == chosen.as_ref());
    let commune = point.and_then(|point| unit::commune(point.commune_code.as_str()));
    point.cloned().zip(commune).ok_or_else(|| signed.said("links-point-wrong"))
}

/// The dossiers of the list that was pasted, at least one; or what is to be mended.
fn dossiers_pasted(signed: &Signed) -> Result<Listed, String> {
    match links::pasted(signed.fields.first("list"), signed.now()) {
        Ok(listed) if !listed.dossiers.is_empty() => Ok(listed),
        Ok(_) => Err(signed.said("links-list-wrong")),
        Err(bad) => Err(signed.shell.t.with("links-list-bad", &[("what", &told(signed, &bad))])),
    }
}

/// All of `faults`, one after another.
fn told(signed: &Signed, faults: &Faults) -> String {
    let language = signed.shell.language();
    let texts = faults.texts();
    texts.iter().map(|text| text.get(language)).collect::<Vec<_>>().join("; ")
}

/// What is to be mended in a form, by field.
#[derive(Debug, Default)]
struct Wrong {
    point: Option<String>,
    list: Option<String>,
    language: Option<String>,
}

/// What a form says: the point, its commune, the language, the dossiers.
struct FilledIn {
    point: CollectionPoint,
    commune: &'static Commune,
    words: Words,
    dossiers: Vec<Dossier>,
    /// What was left empty of them, in words.
    left_empty: Option<String>,
}

/// What the form says, or what is to be mended.
fn filled_in(signed: &Signed, points: &[CollectionPoint]) -> Result<FilledIn, Wrong> {
    let (point, commune) = point_chosen(signed, points)
        .map_err(|wrong| Wrong { point: Some(wrong), ..Wrong::default() })?;
    let Listed { dossiers, left_empty } =
        dossiers_pasted(signed).map_err(|wrong| Wrong { list: Some(wrong), ..Wrong::default() })?;
    let tag = Some(signed.fields.first("language")).filter(|tag| !tag.is_empty());
    let tag = tag.unwrap_or(Language::Vi.tag());
    let words = languages_of(signed, &point).into_iter().find(|words| words.tag() == tag);
    let words = words.ok_or_else(|| Wrong {
        language: Some(signed.said("links-language-wrong")),
        ..Wrong::default()
    })?;
    let left_empty = (left_empty.all() > 0)
        .then(|| signed.shell.t.with("links-left-empty", &[("what", &told(signed, &left_empty))]));
    Ok(FilledIn { point, commune, words, dossiers, left_empty })
}

/// What a desk for the links of one point needs.
struct Counter {
    point: CollectionPoint,
    commune: &'static Commune,
    home: PublicAddress,
    key: LinkKey,
    words: Words,
}

impl Counter {
    async fn of(
        signed: &Signed,
        FilledIn { point, commune, words, .. }: &FilledIn,
    ) -> Stopped<Self> {
        let home = posters::home(&signed.request, &signed.service);
        let home = home
            .map_err(|problem| Box::new(page::problem(&signed.shell, "/staff/links", &problem)))?;
        let (point, commune, words) = (point.clone(), *commune, *words);
        Ok(Self { point, commune, home, key: key(signed).await?, words })
    }

    fn desk<'a>(&'a self, signed: &'a Signed) -> Desk<'a> {
        let Self { point, commune, home, key, words } = self;
        let (db, clock) = (&signed.service.db, &signed.service.clock);
        Desk { db, point, commune, home, words: *words, key: key.clone(), clock }
    }
}

/// The key under which dossier codes become hashes.
async fn key(signed: &Signed) -> Stopped<LinkKey> {
    let folder = links::key_folder(&signed.service.settings);
    let key = links::key_in(&folder, &signed.service.db, &signed.service.clock);
    key.await.map_err(|error| Box::new(failed(signed, &error)))
}

/// The page for links that could not be made or written.
fn failed(signed: &Signed, error: &links::Error) -> HttpResponse {
    if let links::Error::Store(error) = error {
        return signed.down(error);
    }
    tracing::error!(%error, "survey links could not be made");
    if let links::Error::Key(error) = error {
        return key_unusable(signed, error);
    }
    let way = ("/staff/links", "links-heading");
    let said = ("fault-heading", "fault");
    signed.message(StatusCode::INTERNAL_SERVER_ERROR, said, way)
}

pub(super) async fn make(signed: Signed) -> HttpResponse {
    settled(made(&signed).await)
}

async fn made(signed: &Signed) -> Stopped<HttpResponse> {
    let points = open_points(signed).await?;
    let again = |wrong| Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, &points, wrong));
    let filled_in = match filled_in(signed, &points) {
        Ok(filled_in) => filled_in,
        Err(wrong) => return again(wrong),
    };
    let (counter, dossiers) = (Counter::of(signed, &filled_in).await?, &filled_in.dossiers);
    let (desk, point, service) = (counter.desk(signed), &counter.point, &signed.service);
    let mail = service.settings.smtp.is_some() && signed.fields.first("way") == "mail";
    let fresh = desk.fresh(dossiers, DELAY_MILLIS, mail).await;
    let fresh = fresh.map_err(|error| signed.down(&error))?;
    let again = if signed.fields.first("known") == "again" {
        desk.again(dossiers).await.map_err(|error| signed.down(&error))?
    } else {
        Vec::new()
    };
    let csv = desk.csv(fresh.iter().chain(&again));
    let csv = csv.map_err(|error| Box::new(failed(signed, &error)))?;
    let sealing = mail.then_some(&service.entrance.key);
    let event = super::points::about(signed, point, Action::MakeSurveyLinks);
    let event = event.about(&format!("{} {}", point.code, fresh.len() + again.len()));
    desk.store(&fresh, sealing, &event).await.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    Ok(result(signed, &desk, [&fresh, &again], &filled_in, &csv))
}

/// The page that says what the operator has to do about the key.
fn key_unusable(signed: &Signed, error: &links::KeyError) -> HttpResponse {
    let page = Message::new(&signed.shell, signed.said("links-key-heading"))
        .saying(signed.said("links-key"))
        .saying(error.text().get(signed.shell.language()).to_owned())
        .leading("/staff/links", signed.said("links-heading"));
    page::show(StatusCode::SERVICE_UNAVAILABLE, Keep::Never, &page)
}

/// What was made of the list, with the file for the gateway where it has any row. It is
/// in the page itself: nothing of it is kept here.
fn result(
    signed: &Signed,
    desk: &Desk<'_>,
    [fresh, again]: [&[Link<'_>]; 2],
    FilledIn { dossiers, left_empty, .. }: &FilledIn,
    csv: &[u8],
) -> HttpResponse {
    let mailed = fresh.iter().filter(|link| link.mailed).count();
    let counts = [
        ("links-made-count", fresh.len()),
        ("links-again-count", again.len()),
        ("links-known-count", dossiers.len() - fresh.len() - again.len()),
        ("links-mail-count", mailed),
    ];
    let said =
        |(key, count): (&str, usize)| signed.shell.t.with(key, &[("count", &count.to_string())]);
    let mut paragraphs: Vec<String> =
        counts.into_iter().filter(|(_, count)| *count > 0).map(said).collect();
    let told = sms_said(signed, desk, fresh).or_else(|| sms_said(signed, desk, again));
    paragraphs.extend(told);
    paragraphs.extend(left_empty.clone());
    let name = format!("{}-links.csv", desk.point.code);
    let file = (fresh.len() + again.len() > mailed).then(|| file(&name, csv));
    let page = ShownOnce::file(
        &signed.shell,
        signed.nav(),
        signed.said("links-result-heading"),
        (paragraphs, file),
        ("/staff/links", signed.said("links-heading")),
    );
    page::show(StatusCode::OK, Keep::Never, &page)
}

/// How many SMS one of `links` takes, where any is for a gateway.
fn sms_said(signed: &Signed, desk: &Desk<'_>, links: &[Link<'_>]) -> Option<String> {
    let [full, short] = desk.sms(links).map(|n| n.to_string());
    let values = [("short", &*short), ("full", &*full)];
    (short != "0").then(|| signed.shell.t.with("links-sms", &values))
}

/// `csv` as a link that has it in itself, under `name`.
fn file(name: &str, csv: &[u8]) -> message::Link {
    message::Link {
        address: format!("data:text/csv;charset=utf-8;base64,{}", STANDARD.encode(csv)),
        label: name.to_owned(),
    }
}
