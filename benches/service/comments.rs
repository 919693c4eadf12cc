//! Searching comments: how long a page of the queue takes to be found, for common and
//! rare words, in a wide and a narrow choice.

use std::time::Instant;

use hailong::clock::Clock;
use hailong::first_points;
use hailong::staff::Scope;
use hailong::store::comments::Listing;
use hailong::store::responses::{MAX_BATCH, NewResponse};
use hailong::store::{Db, Options as Opening};
use surveys::comment::{State, Wanted};
use surveys::{Response, catalog};
use uuid::Uuid;

use crate::Failure;
use crate::options::Options;
use crate::quantile::{median, quantile};

/// A comment has so many words, from the front of this list oftener.
const WORDS: [&str; 32] = [
    "chờ", "lâu", "tốt", "cán", "bộ", "thủ", "tục", "nhanh", "thái", "độ", "quầy", "đất", "đai",
    "hướng", "dẫn", "rõ", "ràng", "nhiệt", "tình", "cảm", "ơn", "cần", "thêm", "ghế", "người",
    "đông", "giấy", "tờ", "khó", "hiểu", "máy", "hỏng",
];
const LENGTHS: std::ops::Range<u64> = 5..40;

/// What is looked for: in nearly all comments, in one of a thousand, several, in none.
const QUERIES: [&str; 5] = ["cho", "hiếm", "chờ lâu", "\"thái độ\" quầy", "không đâu"];

pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let wanted: u64 = options.number("comments", 100_000)?;
    let requests: usize = options.number("requests", 50)?;
    let folder = tempfile::tempdir_in(options.keep()?)?;
    let embedded = format!("sqlite:{}", folder.path().join("hailong.db").display());
    let url = options.text("database").map_or(embedded, str::to_owned);
    let db = Db::open(&Opening { url, simulated: true, readers: 2 }).await?;
    fill(&db, wanted).await?;
    let place = |path| Scope::parse(path).ok_or("a scope");
    for (scope, state) in
        [("/", None), ("/56/22651/", Some(State::New)), ("/", Some(State::Hidden))]
    {
        for query in QUERIES {
            let listing = Listing {
                scope: place(scope)?,
                state,
                tag: String::new(),
                wanted: Wanted::read(query),
                from: 0,
                before: i64::MAX,
                most: 51,
            };
            let (mut millis, mut found) = (Vec::new(), 0);
            for _ in 0..requests {
                let begun = Instant::now();
                found = db.comments(&listing).await?.len();
                millis.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            println!(
                "{query:16} in {scope:12} {:8}: {found:2} found, median {:.2} ms, 95 % {:.2} ms",
                state.map_or("any", State::name),
                median(millis.iter().copied()),
                quantile(&mut millis, 0.95),
            );
        }
    }
    db.close().await;
    Ok(())
}

/// Leaves and gathers so many comments, in each plan's commune in turn.
async fn fill(db: &Db, wanted: u64) -> Result<(), Failure> {
    first_points::add(db, 0).await?;
    let points = first_points::all();
    let quick = catalog::instrument("quick-counter", None).ok_or("a shipped instrument")?;
    let points: Vec<_> = points.iter().filter(|point| point.instrument == quick.id).collect();
    // A small generator of its own: the same comments everywhere.
    let mut seed = 1_u64;
    let mut draw = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let now = 1_790_000_000_000;
    let mut waiting = Vec::new();
    for n in 0..wanted {
        let point = points[usize::try_from(n)? % points.len()];
        let mut said = Vec::new();
        for _ in 0..LENGTHS.start + draw(LENGTHS.end - LENGTHS.start) {
            let most = 1 + draw(WORDS.len() as u64);
            said.push(WORDS[usize::try_from(draw(most))?]);
        }
        if n % 1_000 == 0 {
            said.push("hiếm");
        }
        let response = Response {
            id: Uuid::from_u128(u128::from(n) + 1),
            instrument: quick.id.clone(),
            version: quick.version,
            commune_code: point.commune_code.clone(),
            collection_point: point.code.clone(),
            channel: surveys::Channel::Qr,
            answered_at: now - i64::try_from(draw(365))? * 86_400_000,
            answers: Vec::new(),
            service_field: None,
            comment: Some(said.join(" ")),
            partial: false,
            sample: None,
        };
        waiting.push(NewResponse::new(response, [0; 16], now));
        if waiting.len() == MAX_BATCH || n + 1 == wanted {
            db.insert_responses(&waiting).await?;
            waiting.clear();
        }
    }
    let begun = Instant::now();
    let gathered = db.gather_comments(now + 2 * 86_400_000, || Clock::System.secret()).await?;
    println!("{gathered} comments gathered in {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}
