//! Keying: one sheet a form, one form after the other.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Serial;
use surveys::paper::{Counted, Keyed, Stage};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::sheet::{self, Wrong, with_keyed, with_typed};
use super::{Loaded, names, unsettled};
use crate::pages::message::Link;
use crate::pages::staff::paper::sheet::Sheet;
use crate::reporting::paper::OfSheet;
use crate::staff::audit::Action;
use crate::staff::{Permission, Scope};
use crate::store::paper_batches::{Kept, NewKeying, Purpose};

/// The form, ready for the next sheet.
pub(crate) async fn keying(signed: Signed) -> HttpResponse {
    settled(ready(&signed).await)
}

async fn ready(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    if loaded.batch.stage != Stage::Keying {
        return Ok(loaded.go(signed, ""));
    }
    let saved = signed.shell.asked("saved").and_then(|saved| saved.parse::<Serial>().ok());
    let sheet = form(signed, &loaded).await?;
    if signed.resumed {
        let sheet = with_typed(sheet, signed, &loaded, true)
            .numbered(signed.fields.first("serial"))
            .noticing(signed.said("resumed"));
        return Ok(page::show(StatusCode::OK, Keep::Never, &sheet));
    }
    let sheet = match saved {
        Some(saved) => sheet.saved(saved),
        None => sheet,
    };
    let (next, left) = expected(signed, &loaded, saved).await?;
    let sheet = match told_when_done(signed, &loaded, left).await? {
        Some(said) => sheet.saying(said).leading(Some(Link {
            address: signed.shell.link(&loaded.at("")),
            label: signed.said("paper-go-next"),
        })),
        None => sheet,
    };
    let next = next.map_or_else(String::new, |serial| serial.to_string());
    let sheet = sheet.numbered(&next);
    let sheet = with_typed(sheet, signed, &loaded, true);
    Ok(page::show(StatusCode::OK, Keep::Never, &sheet))
}

/// The form without what is in it.
async fn form<'a>(signed: &'a Signed, loaded: &Loaded) -> Stopped<Sheet<'a>> {
    let counts = signed.service.db.sheet_counts(loaded.batch.batch_id).await;
    let counts = counts.map_err(|error| signed.down(&error))?;
    let of = match Counted::of(&counts) {
        Counted::Agreed(sheets) => Some(sheets),
        _ => None,
    };
    let heading = signed.said("paper-key-heading");
    Ok(Sheet::new(&signed.shell, signed.nav(), heading, &loaded.at("key"))
        .of_batch(loaded.batch.batch_id, &loaded.point.name)
        .progress(loaded.batch.in_box, of)
        .with_fates())
}

/// What is said when no sheet is left to key, `left` being how many numbers nothing is known of:
/// of the box, or of any number.
async fn told_when_done(signed: &Signed, loaded: &Loaded, left: usize) -> Stopped<Option<String>> {
    if left == 0 {
        return Ok(Some(signed.said("paper-all-keyed")));
    }
    let counts = signed.service.db.sheet_counts(loaded.batch.batch_id).await;
    let counts = counts.map_err(|error| signed.down(&error))?;
    let is_whole = matches!(Counted::of(&counts), Counted::Agreed(n) if n == loaded.batch.in_box);
    let number = |n: usize| signed.shell.number(n);
    Ok(is_whole.then(|| {
        let values = [("sheets", loaded.batch.in_box.to_string()), ("left", number(left))];
        signed.shell.t.with("paper-box-keyed", &values.each_ref().map(|(n, v)| (*n, v.as_str())))
    }))
}

/// The number that the next sheet probably has, the first one after `saved` of which
/// nothing is known, or else the first one; and of how many nothing is known.
async fn expected(
    signed: &Signed,
    loaded: &Loaded,
    saved: Option<Serial>,
) -> Stopped<(Option<Serial>, usize)> {
    let down = |error| signed.down(&error);
    let (db, id) = (&signed.service.db, loaded.batch.batch_id);
    let ranges = db.paper_batch_ranges(id).await.map_err(down)?;
    let left = unsettled(&ranges, &db.settled_serials(id).await.map_err(down)?);
    let after = saved.and_then(|saved| left.iter().find(|serial| **serial > saved));
    Ok((after.or(left.first()).copied(), left.len()))
}

pub(crate) async fn key(signed: Signed) -> HttpResponse {
    settled(taken(&signed).await)
}

async fn taken(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    if loaded.batch.stage != Stage::Keying {
        return Ok(loaded.go(signed, ""));
    }
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut way = None;
    let serial = signed.fields.first("serial").parse::<Serial>();
    match serial {
        Err(bad) => wrong.push(("serial".into(), bad.text().get(signed.shell.language()).into())),
        Ok(serial) => {
            if let Some((said, to)) = misplaced(signed, &loaded, serial).await? {
                wrong.push(("serial".into(), said));
                way = to;
            }
        }
    }
    let keyed = sheet::keyed(signed, &loaded, true);
    let keyed = keyed.map_err(|more| wrong.extend(more)).ok();
    let (Ok(serial), Some(keyed), true) = (serial, keyed, wrong.is_empty()) else {
        return again(signed, &loaded, wrong, way).await;
    };
    let replaces = signed.fields.first("replace") == "yes";
    let action = if replaces { Action::ReplaceSheet } else { Action::KeySheet };
    let event = loaded.event(signed, action, &serial.to_string());
    let new = NewKeying::new(serial, Purpose::First, keyed);
    let kept = signed.service.db.key_sheet(loaded.batch.batch_id, &new, replaces, &event).await;
    match kept.map_err(|error| signed.down(&error))? {
        Kept::Stored => {
            signed.form_is_done().await;
            Ok(next(signed, &loaded, serial))
        }
        Kept::Taken => known(signed, &loaded, serial, &new.keyed).await,
        Kept::Over => Ok(loaded.go(signed, "")),
    }
}

fn next(signed: &Signed, loaded: &Loaded, saved: Serial) -> HttpResponse {
    loaded.go(signed, &format!("key?saved={}", saved.as_digits()))
}

/// The form as it was sent, with what is to be mended and a way on.
async fn again(
    signed: &Signed,
    loaded: &Loaded,
    wrong: Vec<Wrong>,
    way: Option<Link>,
) -> Stopped<HttpResponse> {
    let sheet = form(signed, loaded).await?.numbered(signed.fields.first("serial"));
    let sheet = with_typed(sheet, signed, loaded, true).wrong(wrong).leading(way);
    Ok(page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &sheet))
}

/// What is said of a sheet that does not belong here, and where to go with it.
type Misplaced = (String, Option<Link>);

/// Why a sheet with this number does not belong into the batch, and where it does.
async fn misplaced(signed: &Signed, loaded: &Loaded, serial: Serial) -> Stopped<Option<Misplaced>> {
    let down = |error| signed.down(&error);
    let (db, batch, t) = (&signed.service.db, &loaded.batch, signed.shell.t);
    let Some(issued) = db.paper_range_of(serial).await.map_err(down)? else {
        return Ok(Some((signed.said("paper-serial-unknown"), None)));
    };
    let elsewhere = db.batch_of_sheet(serial).await.map_err(down)?;
    if let Some(other) = elsewhere.filter(|other| *other != batch.batch_id) {
        let said = t.with("paper-serial-elsewhere", &[("batch", &other.to_string())]);
        return Ok(Some((said, batch_link(signed, other).await?)));
    }
    let version = u32::try_from(issued.version).unwrap_or(0);
    let same = issued.collection_point == batch.point
        && issued.instrument == batch.instrument
        && version == batch.version;
    if !same {
        let point = signed.service.collection_point(&issued.collection_point).await;
        let point = point.map_err(down)?;
        let name = point.as_ref().map_or(issued.collection_point.as_str(), |p| p.name.as_str());
        let of = format!("{}@{version}", issued.instrument);
        let said = t.with("paper-serial-of-other", &[("point", name), ("instrument", &of)]);
        let open = db.paper_batches(&signed.account.scope).await.map_err(down)?;
        let right = open.iter().find(|other| {
            other.stage == Stage::Keying
                && other.point == issued.collection_point
                && other.instrument == issued.instrument
                && other.version == version
        });
        if let Some(right) = right {
            return Ok(Some((said, batch_link(signed, right.batch_id).await?)));
        }
        let covered = point.is_some_and(|p| {
            let (commune, point) = (p.commune_code.clone(), p.code.clone());
            signed.account.scope.covers(&Scope::Point { commune, point })
        });
        let opens = (covered && signed.account.may(Permission::RunPaper)).then(|| Link {
            address: signed.shell.link(&format!("/staff/paper/new?serial={}", serial.as_digits())),
            label: signed.said("paper-open-for"),
        });
        return Ok(Some((said, opens)));
    }
    let ranges = db.paper_batch_ranges(batch.batch_id).await.map_err(down)?;
    if ranges.iter().any(|range| range.has(serial)) {
        return Ok(None);
    }
    let widen = signed.account.may(Permission::RunPaper).then(|| Link {
        address: signed.shell.link(&format!("{}#range", loaded.at(""))),
        label: signed.said("paper-widen"),
    });
    Ok(Some((signed.said("paper-serial-outside"), widen)))
}

/// A link to the batch `id`, if the reader may see it.
async fn batch_link(signed: &Signed, id: i64) -> Stopped<Option<Link>> {
    let found = signed.service.db.paper_batch(&signed.account.scope, id).await;
    let found = found.map_err(|error| signed.down(&error))?;
    Ok(found.map(|batch| {
        let page = if batch.stage == Stage::Keying { "/key" } else { "" };
        Link {
            address: signed.shell.link(&format!("/staff/paper/{id}{page}")),
            label: signed.shell.t.with("paper-to-batch", &[("batch", &id.to_string())]),
        }
    }))
}

/// The sheet is known: both are shown, and what can be done. The same sheet sent twice
/// by the same person is one.
async fn known(
    signed: &Signed,
    loaded: &Loaded,
    serial: Serial,
    keyed: &Keyed,
) -> Stopped<HttpResponse> {
    let found = signed.service.db.keyings_of(loaded.batch.batch_id, serial).await;
    let sheet = OfSheet::of(found.map_err(|error| signed.down(&error))?);
    let Some(first) = sheet.keyed(Purpose::First) else {
        // Somebody keyed it in another batch or took it back this moment.
        return again(
            signed,
            loaded,
            vec![("serial".into(), signed.said("paper-try-again"))],
            None,
        )
        .await;
    };
    if first.keyed == *keyed && first.keyed_by == signed.account.name.as_str() {
        signed.form_is_done().await;
        return Ok(next(signed, loaded, serial));
    }
    let t = signed.shell.t;
    let names = names(signed).await?;
    let values = [("serial", &*serial.to_string()), ("who", names.of(&first.keyed_by))];
    let said = t.with("paper-known", &values);
    let page = form(signed, loaded).await?.numbered(&serial.to_string()).fixed();
    let page = with_typed(page, signed, loaded, true)
        .saying_of(loaded.instrument, &first.keyed, &signed.said("paper-known-stored"))
        .map_err(|e| Box::new(signed.down(&super::damaged(&e))))?
        .carrying("replace", "yes".to_owned())
        .saying(said)
        .saying(signed.said("paper-known-two"))
        .replacing()
        .leading(Some(Link {
            address: signed.shell.link(&loaded.at("key")),
            label: signed.said("paper-known-keep"),
        }));
    Ok(page::show(StatusCode::CONFLICT, Keep::Never, &page))
}

/// Takes back a sheet that the reader has keyed and shows it again, to be mended.
pub(crate) async fn take_back(signed: Signed) -> HttpResponse {
    settled(taken_back(&signed).await)
}

async fn taken_back(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    let down = |error| signed.down(&error);
    let Ok(serial) = signed.fields.first("serial").parse::<Serial>() else {
        return Ok(loaded.go(signed, "key"));
    };
    let (db, id) = (&signed.service.db, loaded.batch.batch_id);
    let sheet = OfSheet::of(db.keyings_of(id, serial).await.map_err(down)?);
    let event = loaded.event(signed, Action::TakeBackSheet, &serial.to_string());
    let is_back = db.take_back_sheet(id, serial, &event).await.map_err(down)?;
    let Some(first) = sheet.keyed(Purpose::First).filter(|_| is_back) else {
        return Ok(loaded.go(signed, "key"));
    };
    let page = form(signed, &loaded).await?.numbered(&serial.to_string());
    let said = signed.shell.t.with("paper-taken-back", &[("serial", &serial.to_string())]);
    let page = with_keyed(page, signed, &loaded, &first.keyed)?.noticing(said);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}
