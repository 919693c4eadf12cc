//! The simulated year (`serve --demo`): seeded and plausible. Communes differ,
//! components differ, months drift, people straight-line, skip and have no
//! opinion; there are petitions, improvement actions, indicators and published results as
//! staff would have them. A database filled here is marked and says so on every page and file.

mod actions;
mod indicators;
mod petitions;
mod publications;

use chrono::NaiveDate;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use surveys::collection_point::CollectionPoint;
use surveys::instrument::{Item, ItemKind, Scale};
use surveys::period::{date_of_millis, midnight_millis};
use surveys::petition::Terms;
use surveys::response::{Answer, Channel};
use surveys::{
    CommuneCode, Instrument, ItemCode, Period, Response, ServiceFields, WorkingDays, catalog,
};

use crate::clock::Clock;
use crate::first_points;
use crate::staff::Scope;
use crate::staff::audit::{Action, Event, OPERATOR, Outcome};
use crate::store::collection_points::scope_of;
use crate::store::comments::{Comment, Decision, Listing, numbers_in};
use crate::store::responses::{MAX_BATCH, NewResponse};
use crate::store::{Db, Error};

/// The seed of the demonstration: the same day gives the same answers.
pub const SEED: u64 = 20_250_701;

/// How many months are simulated, the running one included.
const MONTHS: u32 = 12;

/// How content people are in each plan's commune, on the scale of [`CUTS`], and
/// how many answer the quick survey in a month.
const COMMUNES: [(f64, u32); 5] = [(1.1, 90), (1.75, 240), (1.2, 160), (0.95, 70), (1.5, 300)];

/// How each component fares against the others; unlisted ones fare as the rest.
const COMPONENTS: [(&str, f64); 6] = [
    ("access", 0.15),
    ("procedures", -0.15),
    ("officials", 0.2),
    ("results", 0.05),
    ("feedback", -0.35),
    ("accountability", -0.25),
];

/// Between the levels of a five-level scale: how content one must be for the
/// next one. Above 0 is satisfied.
const CUTS: [f64; 4] = [-1.9, -1.0, 0.0, 1.3];

/// What people say, one in [`SPEAKS`] of them, in turn.
const COMMENTS: [&str; 8] = [
    "Hướng dẫn rõ ràng, làm nhanh hơn tôi nghĩ. Cảm ơn.",
    "Chờ hơi lâu, xin thêm ghế ngồi và quạt ở chỗ chờ.",
    "Tôi phải đi lại ba lần mới đủ giấy tờ; mong ghi rõ ngay từ đầu.",
    "Bảng hướng dẫn chữ nhỏ quá, người lớn tuổi khó đọc.",
    "Cán bộ lịch sự, giải thích dễ hiểu.",
    "Nên có người giúp nộp hồ sơ qua mạng.",
    "Trả kết quả đúng hẹn.",
    "Máy lấy số hay hỏng, mọi người không biết đến lượt ai.",
];
const SPEAKS: usize = 9;
/// The fields of procedures that are asked about, and which of them whoever answers names,
/// in turn.
const FIELDS: [&str; 4] = ["Hộ tịch", "Chứng thực", "Đất đai", "Bảo trợ xã hội"];
const NAMED: [Option<usize>; 10] =
    [Some(0), Some(1), Some(0), Some(2), Some(1), None, Some(0), Some(2), Some(3), Some(1)];
/// The one for which something was done.
const HELPED: &str = COMMENTS[5];

/// How many comments of each commune are published, of each of so many whole months.
const PUBLISHED: u32 = 4;
const PUBLISHED_MONTHS: u32 = 3;

/// Whose name stands under what staff did.
const STAFF: &str = "mo-phong";

/// Nine in the morning of `day`.
fn at_nine(day: NaiveDate) -> i64 {
    midnight_millis(day) + 9 * 3_600_000
}

/// Fills `db` with a year of responses up to `now`, publishes some of the comments, and
/// adds what staff have done by then. Petitions have these terms and working days.
///
/// # Errors
/// [`Error::Unavailable`] when they cannot be written.
pub async fn fill(
    db: &Db,
    now: i64,
    seed: u64,
    petition_days: (&Terms, &WorkingDays),
) -> Result<(), Error> {
    let mut waiting = Vec::with_capacity(MAX_BATCH);
    for response in simulate(now, seed) {
        let salt = response.id.into_bytes();
        let received_at = response.answered_at;
        waiting.push(NewResponse::new(response, salt, received_at));
        if waiting.len() == MAX_BATCH {
            db.insert_responses(&waiting).await?;
            waiting.clear();
        }
    }
    db.insert_responses(&waiting).await?;
    db.gather_comments(now, || Clock::System.secret()).await?;
    let mut comments = Vec::new();
    for plan in catalog::plans() {
        let published = publish_some(db, now, &plan.commune_code).await?;
        comments.extend(published.map(|comment| (plan.commune_code.clone(), comment)));
    }
    let today = date_of_millis(now);
    petitions::fill(db, today, petition_days).await?;
    let points = first_points::all();
    for point in points.iter().filter(|point| point.instrument.as_str() == "quick-counter") {
        let fields = ServiceFields::new(&FIELDS).expect("they can be offered");
        let event = Event::new(now, OPERATOR, Action::SetFields, Outcome::Done);
        let event = event.at_place(&scope_of(point)).about(point.code.as_str());
        db.set_service_fields(&point.code, &fields, &event).await?;
    }
    if let Some(first) = points.first() {
        publications::fill(db, today, first).await?;
    }
    actions::fill(db, today, &comments).await?;
    indicators::fill(db, now, today, seed).await
}

/// Publishes some comments of `commune`; gives one that asks for [`HELPED`], if there is one.
async fn publish_some(db: &Db, now: i64, commune: &CommuneCode) -> Result<Option<Comment>, Error> {
    let mut asking = None;
    for back in 1..=PUBLISHED_MONTHS {
        let day = date_of_millis(now).checked_sub_months(chrono::Months::new(back));
        let numbers = numbers_in(&Period::month_of(day.unwrap_or_default()));
        let some = Listing {
            scope: Scope::Commune(commune.clone()),
            state: None,
            tag: String::new(),
            wanted: None,
            from: numbers.start,
            before: numbers.end,
            most: PUBLISHED,
        };
        for comment in db.comments(&some).await? {
            let event = Event::new(now, OPERATOR, Action::PublishComment, Outcome::Done);
            let event = event.at_place(&comment.scope()).about(&comment.id.to_string());
            db.decide_comment(&comment, Decision::Publish(&comment.text), &event).await?;
            if comment.text == HELPED {
                asking = Some(comment);
            }
        }
    }
    Ok(asking)
}

/// The responses of the simulated year, month by month.
fn simulate(now: i64, seed: u64) -> Vec<Response> {
    let mut rng = StdRng::seed_from_u64(seed);
    let points = first_points::all();
    let today = date_of_millis(now);
    let mut responses = Vec::new();
    for back in (0..MONTHS).rev() {
        let Some(day) = today.checked_sub_months(chrono::Months::new(back)) else { continue };
        let month = Period::month_of(day);
        let until = month.end_millis().min(now);
        let span = until - month.start_millis();
        for (place, point) in points.iter().enumerate() {
            let (shift, monthly) = COMMUNES[place / 2 % COMMUNES.len()];
            let Some(instrument) = catalog::instrument(point.instrument.as_str(), None) else {
                continue;
            };
            let monthly =
                if instrument.id.as_str() == "quick-counter" { monthly } else { monthly / 8 };
            let share = span as f64 / (month.end_millis() - month.start_millis()) as f64;
            let wanted = f64::from(monthly) * share * rng.random_range(0.85..1.15);
            let mut begun = 0.5;
            let drift = 0.02 * f64::from(MONTHS - back) + rng.random_range(-0.15..0.15);
            while begun < wanted {
                begun += 1.0;
                let at = month.start_millis() + rng.random_range(0..span.max(1));
                responses.push(one(&mut rng, point, instrument, at, shift + drift));
            }
        }
    }
    responses.sort_by_key(|r| (r.answered_at, r.id));
    let quick = responses.iter_mut().filter(|r| r.instrument.as_str() == "quick-counter");
    for (turn, response) in quick.enumerate() {
        let named = NAMED[turn % NAMED.len()];
        response.service_field = named.map(|place| FIELDS[place].to_owned());
    }
    for (turn, response) in responses.iter_mut().step_by(SPEAKS).enumerate() {
        response.comment = Some(COMMENTS[turn % COMMENTS.len()].to_owned());
    }
    responses
}

fn one(
    rng: &mut StdRng,
    point: &CollectionPoint,
    instrument: &Instrument,
    answered_at: i64,
    shift: f64,
) -> Response {
    let respondent = Respondent::new(rng, shift);
    let mut answers: Vec<(ItemCode, Answer)> = Vec::new();
    for item in instrument.asked() {
        let Some(scale) = instrument.scale_of(item) else { continue };
        let chosen = |rating: &ItemCode| match answers.iter().find(|(code, _)| code == rating)? {
            (_, Answer::Chosen(value)) => Some(*value),
            _ => None,
        };
        let is_asked = instrument.asks(item, chosen);
        let answer =
            if is_asked { respondent.answer(rng, item, scale) } else { Answer::Unanswered };
        answers.push((item.code.clone(), answer));
    }
    let channel = match rng.random_range(0..100) {
        0..45 => Channel::Qr,
        45..75 => Channel::Kiosk,
        75..90 => Channel::Online,
        _ => Channel::Paper,
    };
    let millis = u64::try_from(answered_at).unwrap_or(0);
    Response {
        id: uuid::Builder::from_unix_timestamp_millis(millis, &rng.random()).into_uuid(),
        instrument: instrument.id.clone(),
        version: instrument.version,
        commune_code: point.commune_code.clone(),
        collection_point: point.code.clone(),
        channel,
        answered_at,
        answers,
        service_field: None,
        comment: None,
        partial: false,
        sample: None,
    }
}

/// A draw around 0 with standard deviation 1, near enough to the normal.
fn bell(rng: &mut StdRng) -> f64 {
    let sum: f64 = (0..4).map(|_| rng.random::<f64>() - 0.5).sum();
    sum * 3.0_f64.sqrt()
}

/// Somebody who answers: how content they are, and whether they look closely.
struct Respondent {
    content: f64,
    /// Gives every question the same answer.
    straight: bool,
    skips: f64,
    no_opinion: f64,
}

impl Respondent {
    fn new(rng: &mut StdRng, shift: f64) -> Self {
        let content = shift + 0.75 * bell(rng);
        let straight = rng.random::<f64>() < 0.125;
        let hurried = rng.random::<f64>() < 0.1;
        Self { content, straight, skips: if hurried { 0.2 } else { 0.01 }, no_opinion: 0.03 }
    }

    fn answer(&self, rng: &mut StdRng, item: &Item, scale: &Scale) -> Answer {
        let draw: f64 = rng.random();
        if draw < self.skips {
            return Answer::Unanswered;
        }
        let no_opinion = scale.no_opinion.as_ref().filter(|_| draw < self.skips + self.no_opinion);
        if let Some(option) = no_opinion {
            return shaped(item, option.value);
        }
        let last = scale.options.len() - 1;
        let place = match &item.kind {
            ItemKind::Satisfaction { component } => {
                let fares = COMPONENTS.iter().find(|(code, _)| *code == component.as_str());
                let closely = fares.map_or(0.0, |(_, shift)| *shift) + 0.6 * bell(rng);
                let content = self.content + if self.straight { 0.0 } else { closely };
                CUTS.iter().filter(|cut| content > **cut).count() * last / CUTS.len()
            }
            _ => rng.random_range(0..=last),
        };
        shaped(item, scale.options[place].value)
    }
}

fn shaped(item: &Item, value: u8) -> Answer {
    if item.multiple { Answer::Several(vec![value]) } else { Answer::Chosen(value) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: i64 = 1_795_000_000_000;

    #[test]
    fn the_same_seed_and_day_give_the_same_year() {
        let (a, b) = (simulate(NOW, SEED), simulate(NOW, SEED));
        assert_eq!(a, b);
        assert_ne!(a.len(), simulate(NOW, SEED + 1).len());
    }

    #[test]
    fn nobody_answers_tomorrow_and_every_commune_answers() {
        let year = simulate(NOW, SEED);
        assert!(year.iter().all(|r| r.answered_at < NOW));
        for plan in catalog::plans() {
            let n = year.iter().filter(|r| r.commune_code == plan.commune_code).count();
            assert!(n > 500, "{} has only {n}", plan.id);
        }
    }

    #[test]
    fn what_people_say_is_about_nobody() {
        for said in COMMENTS {
            assert_eq!(surveys::personal_data::personal_data(said, &[]), [], "{said}");
        }
    }

    #[test]
    fn ids_are_all_different() {
        let mut ids: Vec<Uuid> = simulate(NOW, SEED).into_iter().map(|r| r.id).collect();
        let n = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), n);
    }
}
