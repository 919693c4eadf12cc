//! What every request handler shares.

pub mod petitions;
pub mod retention;

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use surveys::collection_point::CollectionPoint;
use surveys::{CentreContact, PointCode};

use crate::clock::Clock;
use crate::config::{PublishResults, Settings};
use crate::languages::Languages;
use crate::metrics::Metrics;
use crate::reporting::Reporting;
use crate::staff::{Entrance, Key};
use crate::store::{self, Db, Writer};

/// The running service: its parts, each made once.
#[derive(Debug)]
pub struct Service {
    /// What the operator set.
    pub settings: Settings,
    /// Time and ids.
    pub clock: Clock,
    /// The store.
    pub db: Db,
    /// The way into the store for responses.
    pub writer: Writer,
    /// Figures, computed once and shared.
    pub reporting: Reporting,
    /// What is counted for operators.
    pub metrics: Metrics,
    /// What signing in needs.
    pub entrance: Entrance,
    /// Languages besides Vietnamese and English.
    pub languages: Languages,
    points: RwLock<HashMap<String, Known>>,
}

/// A collection point as it was read.
#[derive(Debug, Clone)]
struct Known {
    read: Instant,
    point: Arc<CollectionPoint>,
    contact: Arc<CentreContact>,
}

/// How long a collection point is believed to be as it was read: another server of the
/// same database may rename or retire it.
const BELIEVED: Duration = Duration::from_secs(1);

impl Service {
    /// A service over an open database, whose secrets are sealed with `key`.
    pub fn new(settings: Settings, clock: Clock, db: Db, key: Key) -> Self {
        let reporting = Reporting::new(db.clone(), clock.clone());
        Self {
            writer: Writer::start(db.clone()),
            reporting: match settings.publish_results {
                PublishResults::ByDecision => reporting,
                PublishResults::AtOnce => reporting.showing_at_once(),
            },
            metrics: Metrics::new(),
            entrance: Entrance::new(key),
            languages: Languages::default(),
            points: RwLock::default(),
            settings,
            clock,
            db,
        }
    }

    /// The same with further languages.
    #[must_use]
    pub fn speaking(mut self, languages: Languages) -> Self {
        self.languages = languages;
        self
    }

    /// The collection point `code`, as it was within the last second: every submission
    /// asks for it. When the store cannot be read, as it was when it last could, so that
    /// a page can say so and keep what was typed.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be read and the point is not remembered.
    pub async fn collection_point(
        &self,
        code: &str,
    ) -> Result<Option<Arc<CollectionPoint>>, store::Error> {
        let known = self.points.read().ok().and_then(|points| points.get(code).cloned());
        if let Some(known) = known.as_ref().filter(|known| known.read.elapsed() < BELIEVED) {
            return Ok(Some(Arc::clone(&known.point)));
        }
        // What has not the form of a code names no point, and may be text that a database refuses.
        let Ok(named) = PointCode::parse(code) else { return Ok(None) };
        let read = async {
            let Some(point) = self.db.collection_point(code).await? else { return Ok(None) };
            let contact = self.db.centre_contact(&named).await?;
            Ok(Some((Arc::new(point), Arc::new(contact))))
        };
        let (point, contact) = match (read.await, known) {
            (Ok(Some(read)), _) => read,
            (Ok(None), _) => return Ok(None),
            (Err(error @ store::Error::Unavailable(_)), Some(known)) => {
                tracing::debug!(%error, "a collection point is taken as it was");
                return Ok(Some(known.point));
            }
            (Err(error), _) => return Err(error),
        };
        if let Ok(mut points) = self.points.write() {
            let known = Known { read: Instant::now(), point: Arc::clone(&point), contact };
            points.insert(code.to_owned(), known);
        }
        Ok(Some(point))
    }

    /// How citizens reach the centre of the point `code`, as it was when the point was
    /// last read: also while the store cannot be used, when it is needed most.
    pub fn contact_at(&self, code: &PointCode) -> Arc<CentreContact> {
        let points = self.points.read().ok();
        let known = points.as_ref().and_then(|points| points.get(code.as_str()));
        known.map(|known| Arc::clone(&known.contact)).unwrap_or_default()
    }

    /// Reads the collection point `code` anew the next time: it was just changed here.
    pub fn forget_point(&self, code: &PointCode) {
        if let Ok(mut points) = self.points.write() {
            points.remove(code.as_str());
        }
    }
}
