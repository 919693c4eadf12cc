//! Comments: gathered the day after, found with and without tone marks, decided once at a
//! time, gone with their response.

use hailong::clock::Clock;
use hailong::first_points;
use hailong::staff::Scope;
use hailong::staff::audit::Action;
use hailong::store::Db;
use hailong::store::batches::NewBatch;
use hailong::store::comments::{Comment, Decision, Listing, numbers_in};
use hailong::store::responses::NewResponse;
use surveys::Period;
use surveys::comment::{State, Wanted, words};
use surveys::response::read_moment;

use crate::support::app::NOW;
use crate::support::comments::{TWO_DAYS, everything, gather, leave, left};
use crate::support::database::{Database, on_both_databases};
use crate::support::hostile;
use crate::support::staff::by_operator;
use crate::support::staff::event;
use crate::support::submission::{good_at, parsed};

on_both_databases![
    a_comment_is_gathered_the_day_after_and_once,
    a_clock_that_was_ahead_holds_nothing_up,
    more_responses_than_are_read_at_once_are_gathered,
    a_comment_is_found_with_and_without_tone_marks,
    any_query_is_answered,
    a_listing_is_chosen_by_scope_state_tag_and_period_and_read_page_by_page,
    of_two_who_decide_at_once_one_is_told,
    tags_are_replaced_and_held_against_what_was_seen,
    a_comment_goes_and_comes_with_its_response,
    a_comment_is_erased_with_its_response,
    the_fewest_at_a_point_are_counted,
];

fn now() -> i64 {
    read_moment(NOW).unwrap()
}

async fn open(database: &Database) -> Db {
    let db = database.open().await;
    first_points::add(&db, 0).await.unwrap();
    db
}

async fn texts(db: &Db, listing: &Listing) -> Vec<String> {
    db.comments(listing).await.unwrap().into_iter().map(|comment| comment.text).collect()
}

async fn a_comment_is_gathered_the_day_after_and_once(database: Database) {
    let db = open(&database).await;
    leave(&db, "22651", "Chờ lâu").await;
    let mut silent = good_at("22651");
    silent["comment"] = serde_json::Value::Null;
    db.insert_responses(&[parsed(Clock::System.new_id(), &silent)]).await.unwrap();
    let midnight = read_moment("2026-10-16T00:00:00+07:00").unwrap();
    for (at, found) in [
        (now(), 0),
        (midnight + 3_599_999, 0),
        (midnight + 3_600_000, 1),
        (midnight + 3_600_000, 0),
        (midnight + TWO_DAYS, 0),
    ] {
        assert_eq!(gather(&db, at).await, found, "at {at}");
    }
    // As if the place where it stopped had been forgotten.
    let backdoor = database.backdoor().await;
    backdoor.execute("delete from facts where name = 'comments_gathered_to'").await;
    backdoor.close().await;
    assert_eq!(gather(&db, now() + TWO_DAYS).await, 0, "what is done twice is done once");
    let [comment]: [Comment; 1] = db.comments(&everything()).await.unwrap().try_into().unwrap();
    assert_eq!((comment.month.as_str(), comment.text.as_str()), ("2026-09", "Chờ lâu"));
    assert_eq!((comment.state, comment.changes), (State::New, 0));
    assert!(comment.point_name.starts_with("Trung tâm"), "{comment:?}");
    assert!(numbers_in(&Period::parse("2026-09").unwrap()).contains(&comment.id));
    assert_eq!(db.comments_waiting(&Scope::Everywhere, 9).await.unwrap(), 1);
    db.close().await;
}

async fn a_clock_that_was_ahead_holds_nothing_up(database: Database) {
    let db = open(&database).await;
    let ahead = parsed(Clock::System.new_id(), &good_at("22651"));
    let ahead = NewResponse { received_at: now() + 900 * TWO_DAYS, ..ahead };
    db.insert_responses(&[ahead]).await.unwrap();
    leave(&db, "22651", "Sau đó").await;
    assert_eq!(gather(&db, now() + TWO_DAYS).await, 2);
    db.close().await;
}

async fn more_responses_than_are_read_at_once_are_gathered(database: Database) {
    let db = open(&database).await;
    let all: Vec<NewResponse> =
        (0..1_024).map(|_| parsed(Clock::System.new_id(), &good_at("22651"))).collect();
    for some in all.chunks(64) {
        db.insert_responses(some).await.unwrap();
    }
    assert_eq!(gather(&db, now() + TWO_DAYS).await, 1_024);
    db.close().await;
}

const SAID: [&str; 5] = [
    "Thái độ cán bộ rất tốt",
    "Chờ lâu ở quầy đất đai",
    "CHO LAU QUA",
    "Độ này đông người, thái quá",
    "Đường lên phòng 2 khó đi",
];

async fn a_comment_is_found_with_and_without_tone_marks(database: Database) {
    let db = open(&database).await;
    left(&db, &SAID).await;
    let found = async |typed: &str| {
        let wanted = Wanted::read(typed);
        assert!(wanted.is_some());
        let mut found = texts(&db, &Listing { wanted, ..everything() }).await;
        found.sort();
        found
    };
    for typed in ["chờ lâu", "cho lau", "CHỜ LÂU", "lâu chờ", "cho\u{300} lau"] {
        assert_eq!(found(typed).await, ["CHO LAU QUA", SAID[1]], "{typed}");
    }
    assert_eq!(found("dat dai").await, [SAID[1]]);
    assert_eq!(found("đất").await, [SAID[1]]);
    assert_eq!(found("phong 2").await, [SAID[4]]);
    assert_eq!(found("thai do").await, [SAID[0], SAID[3]]);
    assert_eq!(found("\"thái độ\"").await, [SAID[0]], "one after the other");
    assert_eq!(found("\"cán bộ\" thái").await, [SAID[0]]);
    assert_eq!(found("lừa đảo").await, Vec::<String>::new());
    db.close().await;
}

async fn any_query_is_answered(database: Database) {
    let db = open(&database).await;
    left(&db, &["Nhanh"]).await;
    let every: String = ('\u{1}'..='\u{1fff}').collect();
    let long = "ầ".repeat(5_000);
    let odd = [
        "\"",
        "a\"b",
        "* ^ : - + AND OR NOT NEAR(",
        "'a' <-> 'b' | !c & d:*",
        "words:nhanh",
        &long,
    ];
    for typed in odd.into_iter().chain(hostile::STRINGS).chain([every.as_str()]) {
        for typed in [typed.to_owned(), format!("nhanh {typed}"), format!("\"{typed}\"")] {
            let listing = Listing { wanted: Wanted::read(&typed), ..everything() };
            assert!(db.comments(&listing).await.is_ok(), "{typed}");
        }
    }
    for chunk in every.chars().collect::<Vec<_>>().chunks(150) {
        let wanted = Wanted::read(&chunk.iter().collect::<String>());
        db.comments(&Listing { wanted, ..everything() }).await.unwrap();
    }
    // What is found must also be storable.
    leave(&db, "22651", &"ầ".repeat(2_000)).await;
    leave(&db, "22651", &"a ".repeat(1_000)).await;
    assert_eq!(gather(&db, now() + TWO_DAYS).await, 2);
    let listing = Listing { wanted: Wanted::read(&"ầ".repeat(2_000)), ..everything() };
    assert_eq!(db.comments(&listing).await.unwrap().len(), 1);
    db.close().await;
}

async fn a_listing_is_chosen_by_scope_state_tag_and_period_and_read_page_by_page(
    database: Database,
) {
    let db = open(&database).await;
    leave(&db, "25280", "Ở nơi khác").await;
    leave(&db, "22651-sipas", "Ở điểm khác").await;
    let said = left(&db, &SAID).await;
    let act = event(now(), "lan", Action::HideComment);
    assert!(db.decide_comment(&said[0], Decision::Hide("trùng"), &act).await.unwrap());
    let again = db.comment(&Scope::Everywhere, said[1].id).await.unwrap().unwrap();
    assert!(db.tag_comment(&again, &["đất đai".into()], &act).await.unwrap());
    let count = async |listing: Listing| db.comments(&listing).await.unwrap().len();
    for (scope, seen) in
        [("/", 7), ("/56/", 6), ("/56/22651/", 6), ("/56/22651/22651/", 5), ("/01/", 0)]
    {
        let scope = Scope::parse(scope).unwrap();
        assert_eq!(db.comment(&scope, said[2].id).await.unwrap().is_some(), seen >= 5);
        let tags = db.comment_tags(&scope).await.unwrap();
        assert_eq!(tags.len(), usize::from(seen >= 5));
        let waiting = db.comments_waiting(&scope, 9).await.unwrap();
        assert_eq!(waiting, (seen as u64).saturating_sub(1));
        assert_eq!(count(Listing { scope, ..everything() }).await, seen);
    }
    let hidden = Listing { state: Some(State::Hidden), ..everything() };
    assert_eq!(texts(&db, &hidden).await, [SAID[0]]);
    let tagged = Listing { tag: "đất đai".into(), ..everything() };
    assert_eq!(texts(&db, &tagged).await, [SAID[1]]);
    for (period, seen) in [("2026-09", 7), ("2026-Q3", 7), ("2026", 7), ("2026-10", 0)] {
        let numbers = numbers_in(&Period::parse(period).unwrap());
        let of = Listing { from: numbers.start, before: numbers.end, ..everything() };
        assert_eq!(count(of).await, seen, "{period}");
    }
    for wanted in [None, Wanted::read("o")] {
        let all = texts(&db, &Listing { wanted: wanted.clone(), ..everything() }).await;
        let mut read = Vec::new();
        let mut before = i64::MAX;
        loop {
            let page = Listing { wanted: wanted.clone(), before, most: 2, ..everything() };
            let page = db.comments(&page).await.unwrap();
            let Some(last) = page.last() else { break };
            before = last.id;
            read.extend(page.into_iter().map(|comment| comment.text));
        }
        assert_eq!(read, all);
        assert!(all.len() >= 3);
    }
    db.close().await;
}

async fn of_two_who_decide_at_once_one_is_told(database: Database) {
    let db = open(&database).await;
    let [comment]: [Comment; 1] = left(&db, &["Chị Lan tốt"]).await.try_into().unwrap();
    let lan = event(now(), "lan", Action::PublishComment);
    let hoa = event(now() + 1, "hoa", Action::HideComment);
    let (first, second) = tokio::join!(
        db.decide_comment(&comment, Decision::Publish("[…] tốt"), &lan),
        db.decide_comment(&comment, Decision::Hide("nêu tên"), &hoa),
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_ne!(first, second, "one decided, the other did not");
    let decided = db.comment_decisions(comment.id).await.unwrap();
    assert_eq!(decided.len(), 1);
    assert_eq!(decided[0].who, if first { "lan" } else { "hoa" });
    let there = db.comment(&Scope::Everywhere, comment.id).await.unwrap().unwrap();
    assert_eq!(there.state, decided[0].state);
    assert_eq!(there.published_text.is_some(), first);
    assert_eq!(database.count("staff_audit").await, 1, "only what was done is noted");
    // Whoever was late sees it and decides again.
    assert!(db.decide_comment(&there, Decision::Publish("[…] tốt"), &lan).await.unwrap());
    let there = db.comment(&Scope::Everywhere, comment.id).await.unwrap().unwrap();
    for decision in [Decision::Hide("nêu tên"), Decision::SetAside, Decision::Return] {
        let there = db.comment(&Scope::Everywhere, there.id).await.unwrap().unwrap();
        assert!(db.decide_comment(&there, decision, &hoa).await.unwrap());
        let after = db.comment(&Scope::Everywhere, there.id).await.unwrap().unwrap();
        assert_eq!((after.state, after.published_text), (decision.state(), None));
        assert_eq!(after.text, "Chị Lan tốt", "what was written is never changed");
    }
    let decided = db.comment_decisions(comment.id).await.unwrap();
    assert_eq!(decided.last().unwrap().state, State::New);
    assert!(decided.iter().any(|d| d.reason.as_deref() == Some("nêu tên")));
    db.close().await;
}

async fn tags_are_replaced_and_held_against_what_was_seen(database: Database) {
    let db = open(&database).await;
    let [comment]: [Comment; 1] = left(&db, &["Nhanh"]).await.try_into().unwrap();
    let act = event(now(), "lan", Action::TagComment);
    assert!(db.tag_comment(&comment, &["b".into(), "a".into()], &act).await.unwrap());
    assert!(!db.tag_comment(&comment, &["c".into()], &act).await.unwrap(), "seen too early");
    let there = db.comment(&Scope::Everywhere, comment.id).await.unwrap().unwrap();
    assert_eq!(there.tags, ["a", "b"]);
    assert!(db.tag_comment(&there, &[], &act).await.unwrap());
    assert_eq!(db.comment_tags(&Scope::Everywhere).await.unwrap(), Vec::<String>::new());
    db.close().await;
}

async fn a_comment_goes_and_comes_with_its_response(database: Database) {
    let db = open(&database).await;
    let new = NewBatch {
        file_name: "phiếu.csv".into(),
        sha256: "0".repeat(64),
        instrument: "quick-counter".into(),
        version: 1,
        channel: "paper".into(),
        point: "22651".into(),
        map: String::new(),
        map_text: String::new(),
        imported_by: String::new(),
    };
    let batch = db.begin_batch(&new, &by_operator(now(), Action::Import)).await.unwrap();
    let response = parsed(Clock::System.new_id(), &good_at("22651"));
    let response = NewResponse { batch_id: Some(batch), ..response };
    db.insert_responses(std::slice::from_ref(&response)).await.unwrap();
    gather(&db, now() + TWO_DAYS).await;
    let wanted = Wanted::read("nhanh");
    let seen = async || {
        let all = db.comments(&everything()).await.unwrap().len();
        let found = db.comments(&Listing { wanted: wanted.clone(), ..everything() }).await.unwrap();
        let waiting = db.comments_waiting(&Scope::Everywhere, 9).await.unwrap();
        let months = db.published_months("22651").await.unwrap().len();
        let read = db.published_comments("22651", "2026-10").await.unwrap().len();
        [all, found.len(), usize::try_from(waiting).unwrap(), months, read]
    };
    assert_eq!(seen().await, [0; 5], "a batch that is not finished does not count");
    db.finish_batch(batch, 1, 0, now()).await.unwrap();
    assert_eq!(seen().await, [1, 1, 1, 0, 0]);
    let comment = db.comments(&everything()).await.unwrap().remove(0);
    let act = event(now(), "lan", Action::PublishComment);
    db.decide_comment(&comment, Decision::Publish("Nhanh, gọn"), &act).await.unwrap();
    assert_eq!(seen().await, [1, 1, 0, 1, 1]);
    db.undo_batch(batch, "nhầm tệp", now(), None).await.unwrap();
    assert_eq!(seen().await, [0; 5], "nothing of an undone batch is seen, nor published");
    assert_eq!(db.comment(&Scope::Everywhere, comment.id).await.unwrap(), None);
    let backdoor = database.backdoor().await;
    backdoor.execute("update responses set batch_id = null").await;
    backdoor.close().await;
    assert_eq!(seen().await, [1, 1, 0, 1, 1], "it comes back as it was");
    db.close().await;
}

async fn a_comment_is_erased_with_its_response(database: Database) {
    let db = open(&database).await;
    let [comment, _kept]: [Comment; 2] =
        left(&db, &["Mật độ đông", "Ở lại"]).await.try_into().unwrap();
    let act = event(now(), "lan", Action::PublishComment);
    db.tag_comment(&comment, &["đông".into()], &act).await.unwrap();
    let comment = db.comment(&Scope::Everywhere, comment.id).await.unwrap().unwrap();
    db.decide_comment(&comment, Decision::Publish("Mật độ đông"), &act).await.unwrap();
    let backdoor = database.backdoor().await;
    backdoor.execute("delete from responses where document like '%Mật độ%'").await;
    backdoor.close().await;
    assert_eq!(texts(&db, &everything()).await, ["Ở lại"]);
    for (table, rows) in [("comments", 1), ("comment_tags", 0), ("comment_decisions", 0)] {
        assert_eq!(database.count(table).await, rows, "{table}");
    }
    let wanted = Wanted::read("mat do");
    assert_eq!(texts(&db, &Listing { wanted, ..everything() }).await, Vec::<String>::new());
    assert_eq!(gather(&db, now() + TWO_DAYS).await, 0);
    db.close().await;
}

async fn the_fewest_at_a_point_are_counted(database: Database) {
    let db = open(&database).await;
    let month = Period::parse("2026-09").unwrap();
    let fewest = async || {
        db.fewest_at_a_point("22651", month.start_millis(), month.end_millis()).await.unwrap()
    };
    assert_eq!(fewest().await, 0);
    for _ in 0..3 {
        leave(&db, "22651", "Nhanh").await;
    }
    assert_eq!(fewest().await, 3);
    leave(&db, "22651-sipas", "Nhanh").await;
    leave(&db, "25280", "Nhanh").await;
    assert_eq!(fewest().await, 1, "another commune's is not asked");
    db.close().await;
}

#[test]
fn what_is_compared_has_no_sign_that_a_database_reads() {
    let every: String = ('\0'..='\u{ffff}').collect();
    for word in words(&every) {
        assert!(word.chars().all(char::is_alphanumeric), "{word}");
    }
}
