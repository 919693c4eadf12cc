//! What is kept of an import between its pages: the file and what was chosen, sealed
//! and in the store, so that any server finds it, and for an hour at most.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use surveys::collection_point::CollectionPoint;
use surveys::response::Channel;
use surveys::{Instrument, catalog};

use super::super::super::fields::Fields;
use super::super::super::page::{self, Stopped};
use super::super::kept;
use super::super::upload::Upload;
use super::super::visit::Signed;
use crate::importing::map::Map;
use crate::importing::row::Defaults;
use crate::importing::table::Table;
use crate::importing::{self, fingerprint};
use crate::staff::Scope;
use crate::store::batches::NewBatch;

/// Under which names the parts are kept for an account.
const FILE: &str = "/staff/import/file";
const CHOSEN: &str = "/staff/import/chosen";

/// The bytes of a file that several readers share.
#[derive(Debug, Clone)]
pub(super) struct Bytes(Arc<[u8]>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A file that is being imported, and where to.
#[derive(Debug, Clone)]
pub(super) struct Work {
    /// Where its answers were collected, for rows that do not say.
    pub(super) point: Arc<CollectionPoint>,
    pub(super) instrument: &'static Instrument,
    /// How they were collected, for rows that do not say.
    pub(super) channel: Channel,
    /// What the file is called.
    pub(super) name: String,
    /// Its SHA-256.
    pub(super) sha256: String,
    /// The name of the shipped map to begin with; empty for none.
    begins_with: String,
    bytes: Bytes,
    /// The sheet that was chosen; empty for the first.
    pub(super) sheet: String,
    /// The map that was made on the page of the columns (TOML).
    pub(super) map: Option<String>,
    /// Every collection point at which whoever imports may act, by code.
    points: HashMap<String, CollectionPoint>,
    now: i64,
    simulated: bool,
}

/// Whether whoever acts in `scope` may act at `point`.
pub(super) fn covers(scope: &Scope, point: &CollectionPoint) -> bool {
    let (commune, point) = (point.commune_code.clone(), point.code.clone());
    scope.covers(&Scope::Point { commune, point })
}

/// The collection points at which whoever is signed in may act, by code.
pub(super) async fn points(signed: &Signed) -> Stopped<Vec<CollectionPoint>> {
    let points = signed.service.db.collection_points().await;
    let mut points = points.map_err(|error| signed.down(&error))?;
    points.retain(|point| covers(&signed.account.scope, point));
    Ok(points)
}

/// The instrument of `point`, of the version that `name` (`quick-counter@1`) says, else of the
/// newest; `None` when it names another instrument or none.
pub(super) fn instrument(point: &CollectionPoint, name: &str) -> Option<&'static Instrument> {
    let id = point.instrument.as_str();
    if name.is_empty() {
        return catalog::instrument(id, None);
    }
    catalog::former().find(|former| former.id.as_str() == id && catalog::name_of(former) == name)
}

/// Keeps a new file, in place of what was kept before.
pub(super) async fn begin(
    signed: &Signed,
    file: &Upload,
    point: &CollectionPoint,
    channel: Channel,
    chosen: [(&str, &str); 2],
) -> Stopped<()> {
    let about = [
        ("name", file.name.as_str()),
        ("point", point.code.as_str()),
        ("channel", channel.name()),
        chosen[0],
        chosen[1],
    ];
    let about = serde_urlencoded::to_string(about).expect("texts can be written as a form");
    forget(signed).await;
    kept::keep(signed, FILE, &[about.as_bytes(), b"\n", &file.content].concat()).await
}

/// Keeps what was chosen about the columns.
pub(super) async fn choose(signed: &Signed, sheet: &str, map: &str) -> Stopped<()> {
    let chosen = serde_urlencoded::to_string([("sheet", sheet), ("map", map)]);
    kept::keep(signed, CHOSEN, chosen.expect("texts can be written as a form").as_bytes()).await
}

/// Forgets everything.
pub(super) async fn forget(signed: &Signed) {
    for path in [FILE, CHOSEN] {
        kept::forget(signed, path).await;
    }
}

impl Work {
    /// What is kept for whoever is signed in; without it, the way to the beginning.
    pub(super) async fn of(signed: &Signed) -> Stopped<Self> {
        let gone = || Box::new(page::see_other(&signed.shell.link("/staff/import?gone=1")));
        let Some(content) = kept::kept(signed, FILE).await? else { return Err(gone()) };
        let Some(end) = content.iter().position(|byte| *byte == b'\n') else { return Err(gone()) };
        let about = Fields::of(&String::from_utf8_lossy(&content[..end]));
        let points = points(signed).await?;
        let point = points.iter().find(|p| p.code.as_str() == about.first("point")).cloned();
        let channel = Channel::named(about.first("channel"));
        let Some((point, channel)) = point.zip(channel) else { return Err(gone()) };
        let instrument = instrument(&point, about.first("version"));
        let Some(instrument) = instrument else { return Err(gone()) };
        let bytes = Bytes(Arc::from(&content[end + 1..]));
        let sha256 = fingerprint(&mut Cursor::new(bytes.clone())).expect("memory can be read");
        let chosen = kept::kept(signed, CHOSEN).await?;
        let chosen = chosen.map(|c| Fields::of(&String::from_utf8_lossy(&c))).unwrap_or_default();
        Ok(Self {
            point: Arc::new(point),
            instrument,
            channel,
            name: about.first("name").to_owned(),
            sha256,
            begins_with: about.first("map").to_owned(),
            bytes,
            sheet: chosen.first("sheet").to_owned(),
            map: Some(chosen.first("map").to_owned()).filter(|map| !map.is_empty()),
            points: points.into_iter().map(|p| (p.code.to_string(), p)).collect(),
            now: signed.now(),
            simulated: signed.service.db.is_simulated(),
        })
    }

    /// The file from its beginning.
    pub(super) fn source(&self) -> Cursor<Bytes> {
        Cursor::new(self.bytes.clone())
    }

    /// Its rows, of the sheet that was chosen.
    pub(super) fn table(&self) -> Result<Table, importing::Error> {
        let sheet = Some(self.sheet.as_str()).filter(|sheet| !sheet.is_empty());
        Table::open(self.source(), sheet)
    }

    /// The map to go by: what was chosen, else the shipped one to begin with.
    pub(super) fn map(&self) -> Map {
        let chosen = self.map.as_ref().and_then(|text| Map::parse(text, self.instrument).ok());
        chosen.or_else(|| Map::shipped(&self.begins_with, self.instrument)).unwrap_or_default()
    }

    /// What is known of every row.
    pub(super) fn defaults<'a>(&'a self, map: &'a Map) -> Defaults<'a> {
        Defaults {
            instrument: self.instrument,
            channel: self.channel,
            point: Some(&self.point.code),
            points: &self.points,
            map,
            now: self.now,
            simulated: self.simulated,
        }
    }

    /// What tells this file, read this way, from every other one: a preview that was
    /// looked at says what is stored, or nothing is.
    pub(super) fn mark(&self) -> String {
        let NewBatch { file_name, sha256, channel, point, map_text, .. } = self.batch("");
        let Instrument { id, version, .. } = self.instrument;
        let asked = format!("{id}@{version}");
        let told = [file_name, sha256, asked, channel, point, map_text].join("\n");
        fingerprint(&mut Cursor::new(told)).expect("memory can be read")
    }

    /// The batch that it becomes when the one who is called `imported_by` imports it.
    pub(super) fn batch(&self, imported_by: &str) -> NewBatch {
        NewBatch {
            file_name: if self.sheet.is_empty() {
                self.name.clone()
            } else {
                format!("{} [{}]", self.name, self.sheet)
            },
            sha256: self.sha256.clone(),
            instrument: self.instrument.id.to_string(),
            version: self.instrument.version,
            channel: self.channel.to_string(),
            point: self.point.code.to_string(),
            map: self.map.as_ref().map_or_else(String::new, |map| {
                let hash = fingerprint(&mut Cursor::new(map)).expect("memory can be read");
                format!("trang nhập tệp (sha256 {})", &hash[..12])
            }),
            map_text: self.map.clone().unwrap_or_default(),
            imported_by: imported_by.to_owned(),
        }
    }
}
