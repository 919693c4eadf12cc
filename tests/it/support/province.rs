//! A province whose communes stand in every state that its page knows.

use hailong::clock::Clock;
use hailong::store::responses::NewResponse;
use serde_json::json;
use surveys::unit::{self, Commune};
use surveys::{PointCode, Response};

use super::answers;
use super::database::Database;
use super::submission::{self, commune, parsed, point};

/// Its code: the province of the first plan's commune.
pub(crate) fn code() -> String {
    unit::commune(&commune()).unwrap().province.to_string()
}

/// Its other communes, by code.
pub(crate) fn others() -> Vec<&'static Commune> {
    let own = commune();
    let province = code();
    let within = |c: &&Commune| c.province.as_str() == province && c.code.as_str() != own;
    unit::communes().iter().filter(within).collect()
}

/// Who answered in the first of [`others`]: how many, and of how many one is dissatisfied
/// with everything. A rate with a warning, counts only, too few to show, few and nearly
/// all alike, a rate, nobody.
pub(crate) const ANSWERED: [(u32, u32); 6] = [(60, 4), (20, 3), (8, 3), (25, 30), (120, 2), (0, 1)];

/// Fills September 2026: 150 answers in the plan's commune and [`ANSWERED`].
pub(crate) async fn month(database: &Database) {
    answers::month(database, &point(), 150).await;
    for (commune, (count, nth)) in others().into_iter().zip(ANSWERED) {
        in_commune(database, commune, count, nth).await;
    }
}

/// Stores `count` answers in `commune`, of which each `nth` is dissatisfied with everything.
async fn in_commune(database: &Database, commune: &Commune, count: u32, nth: u32) {
    let db = database.open().await;
    let mut point = hailong::first_points::all().remove(0);
    point.code = PointCode::parse(commune.code.as_str()).unwrap();
    point.commune_code = commune.code.clone();
    db.add_collection_point(&point, 0).await.unwrap();
    for n in 0..count {
        let new = answer(commune, n, if n % nth == nth - 1 { 2 } else { 5 });
        db.insert_responses(&[new]).await.unwrap();
    }
    db.close().await;
}

/// The `n`-th answer in `commune`, with one value for every question of level.
pub(crate) fn answer(commune: &Commune, n: u32, value: u8) -> NewResponse {
    let mut answer = submission::good();
    answer["answered_at"] = json!(format!("2026-09-{:02}T09:00:00+07:00", n % 28 + 1));
    answer["answers"] = json!({"A1": value, "A2": value, "A3": value, "A4": value, "A5": value});
    let new = parsed(Clock::System.new_id(), &answer);
    let response = Response {
        collection_point: PointCode::parse(commune.code.as_str()).unwrap(),
        commune_code: commune.code.clone(),
        ..new.response.clone()
    };
    NewResponse::new(response, new.salt, 0)
}
