//! The collection points a new database begins with: for each plan's commune
//! one for the counter and one for the long survey.

use surveys::collection_point::CollectionPoint;
use surveys::{InstrumentId, Plan, PointCode, catalog, unit};

use crate::store::{Db, Error};

/// The code of the counter's collection point of `plan`'s commune.
pub fn code_of(plan: &Plan) -> PointCode {
    PointCode::parse(plan.commune_code.as_str()).expect("a commune code is a usable point code")
}

/// The first collection points of every shipped plan.
pub fn all() -> Vec<CollectionPoint> {
    let of = |plan: &Plan| {
        let commune = unit::commune(plan.commune_code.as_str()).map_or("", |c| c.name);
        let instrument = |id| InstrumentId::parse(id).expect("a shipped instrument's id");
        let code = code_of(plan);
        [
            CollectionPoint {
                name: format!("Trung tâm Phục vụ hành chính công – {commune}"),
                commune_code: plan.commune_code.clone(),
                instrument: instrument("quick-counter"),
                code: code.clone(),
                retired: false,
            },
            CollectionPoint {
                name: format!("Khảo sát hộ gia đình – {commune}"),
                commune_code: plan.commune_code.clone(),
                instrument: instrument("sipas-style"),
                code: PointCode::parse(&format!("{code}-sipas")).expect("a usable point code"),
                retired: false,
            },
        ]
    };
    catalog::plans().iter().flat_map(of).collect()
}

/// Adds the first collection points that are not there yet.
///
/// # Errors
/// [`Error::Unavailable`] when they cannot be written.
pub async fn add(db: &Db, now: i64) -> Result<(), Error> {
    for point in all() {
        db.add_collection_point(&point, now).await?;
    }
    Ok(())
}
