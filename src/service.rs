//! What every request handler shares.

pub mod petitions;

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use surveys::PointCode;
use surveys::collection_point::CollectionPoint;

use crate::clock::Clock;
use crate::config::Settings;
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
    points: RwLock<HashMap<String, Arc<CollectionPoint>>>,
}

impl Service {
    /// A service over an open database, whose secrets are sealed with `key`.
    pub fn new(settings: Settings, clock: Clock, db: Db, key: Key) -> Self {
        Self {
            writer: Writer::start(db.clone()),
            reporting: Reporting::new(db.clone(), clock.clone()),
            metrics: Metrics::new(),
            entrance: Entrance::new(key),
            points: RwLock::default(),
            settings,
            clock,
            db,
        }
    }

    /// The collection point `code`. A point that was once found is remembered:
    /// every submission asks for it.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be read.
    pub async fn collection_point(
        &self,
        code: &str,
    ) -> Result<Option<Arc<CollectionPoint>>, store::Error> {
        if let Some(point) = self.points.read().ok().and_then(|p| p.get(code).cloned()) {
            return Ok(Some(point));
        }
        // What has not the form of a code names no point, and may be text that a database refuses.
        if PointCode::parse(code).is_err() {
            return Ok(None);
        }
        let point = self.db.collection_point(code).await?.map(Arc::new);
        if let (Some(point), Ok(mut points)) = (&point, self.points.write()) {
            points.insert(code.to_owned(), Arc::clone(point));
        }
        Ok(point)
    }
}
