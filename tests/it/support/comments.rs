//! Comments that citizens left, and that were gathered.

use hailong::clock::Clock;
use hailong::staff::Scope;
use hailong::store::Db;
use hailong::store::comments::{Comment, Listing};
use hailong::store::responses::NewResponse;
use serde_json::json;
use surveys::PointCode;

use super::submission::{good_at, parsed};

/// Two days, in milliseconds: what came in before is gathered by then.
pub(crate) const TWO_DAYS: i64 = 2 * 86_400_000;

/// Leaves `text` at the collection point `at` of the commune that its code begins with, in
/// September 2026, which [`answers::month`](super::answers::month) fills.
pub(crate) async fn leave(db: &Db, at: &str, text: &str) {
    let commune = at.split('-').next().expect("a code");
    let mut submission = good_at(commune);
    submission["answered_at"] = json!("2026-09-14T09:30:00+07:00");
    submission["comment"] = json!(text);
    let parsed = parsed(Clock::System.new_id(), &submission);
    let mut response = parsed.response;
    response.collection_point = PointCode::parse(at).expect("a code");
    let new = NewResponse::new(response, parsed.salt, parsed.received_at);
    db.insert_responses(&[new]).await.expect("it is stored");
}

/// Gathers what was left up to two days before `now`; how many comments were new.
pub(crate) async fn gather(db: &Db, now: i64) -> u64 {
    db.gather_comments(now, || Clock::System.secret()).await.expect("they are gathered")
}

/// Leaves `texts` at the counter of the commune 22651 and gathers them; the comments in the
/// order of `texts`.
pub(crate) async fn left(db: &Db, texts: &[&str]) -> Vec<Comment> {
    for text in texts {
        leave(db, "22651", text).await;
    }
    let now = surveys::response::read_moment(super::app::NOW).expect("a moment");
    gather(db, now + TWO_DAYS).await;
    let all = db.comments(&everything()).await.expect("they are read");
    let of = |text: &&str| {
        let stored = surveys::text::typed_text(text);
        all.iter().find(|c| c.text == stored).expect("it is there").clone()
    };
    texts.iter().map(of).collect()
}

/// Everything, as far as a page of a thousand goes.
pub(crate) fn everything() -> Listing {
    Listing {
        scope: Scope::Everywhere,
        state: None,
        tag: String::new(),
        wanted: None,
        from: 0,
        before: i64::MAX,
        most: 1_000,
    }
}

/// A comment of the commune 22651 and one of a commune elsewhere.
pub(crate) async fn in_two_communes(db: &Db, now: i64) -> [i64; 2] {
    hailong::first_points::add(db, now).await.expect("the first points are added");
    for at in ["22651", "25280"] {
        leave(db, at, "Nhanh").await;
    }
    gather(db, now + TWO_DAYS).await;
    let all = db.comments(&everything()).await.expect("they are read");
    let of = |commune| all.iter().find(|c| c.commune_code.as_str() == commune).expect("there").id;
    ["22651", "25280"].map(of)
}
