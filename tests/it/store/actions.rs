//! Improvement actions and their notes.

use hailong::staff::Scope;
use hailong::staff::audit::Action;
use hailong::store::Db;
use hailong::store::actions::notes::MOST_NOTES;
use hailong::store::actions::{Moved, NewAction, Wanted};
use surveys::action::{ImprovementAction, NoteKind, Origin, PlanLine, Published, Status};
use surveys::{CommuneCode, ComponentCode, catalog};

use crate::support::action::{COMMUNE, OPENED_AT, PLACE, columns, event, opened};
use crate::support::database::{Database, on_both_databases};

on_both_databases![
    an_action_is_read_back_as_it_was_opened,
    actions_are_listed_by_day_status_component_scope_and_page,
    a_line_of_a_plan_is_taken_over_once_in_whichever_version,
    the_lines_of_a_plan_are_opened_together_or_none_of_them_and_each_once,
    nothing_is_done_without_evidence_since_it_was_opened_or_reopened,
    of_two_who_change_the_same_action_only_the_first_is_stored,
    a_term_that_is_moved_after_everybody_read_it_is_remembered,
    of_many_who_change_an_action_at_once_exactly_one_is_stored,
    what_the_public_reads_is_stored_and_taken_back,
    notes_are_in_the_order_of_time_and_the_database_refuses_to_change_them,
];

async fn again(db: &Db, action: &ImprovementAction) -> ImprovementAction {
    db.action(&Scope::Everywhere, action.id).await.unwrap().unwrap()
}

async fn show(db: &Db, action: &ImprovementAction) {
    let noted = event(2_000, Action::NoteAction);
    let said = ("Đã niêm yết, biên bản số 3", "https://dienkhanh.gov.vn/3");
    db.note_on_action(action.id, NoteKind::Evidence, said, &noted).await.unwrap();
}

async fn an_action_is_read_back_as_it_was_opened(database: Database) {
    let db = database.open().await;
    for (origin, due) in [(Origin::Own, "31/12/2026"), (Origin::Comment { id: "k-7".into() }, "")] {
        let stored = opened(&db, COMMUNE, columns("Niêm yết\nthủ tục", due), origin.clone()).await;
        assert_eq!(stored.columns, columns("Niêm yết\nthủ tục", due));
        assert_eq!((stored.revision, stored.opened_at), (1, OPENED_AT));
        assert_eq!((stored.status, stored.ended_at), (Status::Open, None));
        assert_eq!((&stored.origin, stored.published), (&origin, None));
    }
    let backdoor = database.backdoor().await;
    let lines = backdoor.texts("select action || ' ' || subject || ' ' || scope from staff_audit");
    assert_eq!(lines.await, [format!("open-action 1 {PLACE}"), format!("open-action 2 {PLACE}")]);
    backdoor.close().await;
    db.close().await;
}

async fn actions_are_listed_by_day_status_component_scope_and_page(database: Database) {
    let db = database.open().await;
    let mut all = Vec::new();
    for (commune, due) in
        [(COMMUNE, ""), (COMMUNE, "1/2/2027"), (COMMUNE, "31/12/2026"), ("00004", "1/1/2026")]
    {
        all.push(opened(&db, commune, columns("Việc", due), Origin::Own).await.id);
    }
    let here = Scope::parse(PLACE).unwrap();
    let ids = async |scope: &Scope, wanted: &Wanted| {
        let read = db.actions(scope, wanted).await.unwrap();
        read.into_iter().map(|action| action.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&here, &Wanted::ALL).await, [all[2], all[1], all[0]], "without a day last");
    assert_eq!(ids(&Scope::Everywhere, &Wanted::ALL).await, [all[3], all[2], all[1], all[0]]);
    assert_eq!(ids(&Scope::parse("/01/").unwrap(), &Wanted::ALL).await, [all[3]]);
    let page = Wanted { skipped: 1, most: 1, ..Wanted::ALL };
    assert_eq!(ids(&here, &page).await, [all[1]]);
    let component =
        |code: &str| Wanted { component: Some(ComponentCode::parse(code).unwrap()), ..Wanted::ALL };
    assert_eq!(ids(&here, &component("feedback")).await.len(), 3);
    assert_eq!(ids(&here, &component("access")).await.len(), 0);
    let by = |day: &str| Wanted { due_by: Some(day.parse().unwrap()), ..Wanted::ALL };
    assert_eq!(ids(&here, &by("2026-12-31")).await, [all[2]]);
    assert!(ids(&here, &by("2026-12-30")).await.is_empty(), "also none that has no day");
    let origin = Origin::Comment { id: "71".into() };
    let answering = opened(&db, COMMUNE, columns("Việc", ""), origin).await;
    let of = |comment| Wanted { comment: Some(comment), ..Wanted::ALL };
    assert_eq!(ids(&here, &of(71)).await, [answering.id]);
    assert!(ids(&here, &of(7)).await.is_empty());
    let dropping = event(2_000, Action::MoveAction);
    db.move_action(&answering, Status::Dropped, "Trùng việc khác", &dropping).await.unwrap();
    let first = db.action(&here, all[0]).await.unwrap().unwrap();
    let moved = event(3_000, Action::MoveAction);
    db.move_action(&first, Status::Dropped, "Trùng việc khác", &moved).await.unwrap();
    assert_eq!(ids(&here, &Wanted::live()).await, [all[2], all[1]]);
    let dropped = Wanted { statuses: vec![Status::Dropped], ..Wanted::ALL };
    assert_eq!(ids(&here, &dropped).await, [all[0], answering.id]);
    assert_eq!(db.action(&here, all[3]).await.unwrap(), None, "it is elsewhere");
    db.close().await;
}

async fn a_line_of_a_plan_is_taken_over_once_in_whichever_version(database: Database) {
    let db = database.open().await;
    let plan = catalog::plan("dien-khanh-2025").unwrap();
    let component = plan.component("feedback").unwrap();
    let line = |place: usize| PlanLine::of(plan, &component.code, &component.tasks[place]);
    let take = async |line: PlanLine| {
        let new = NewAction {
            commune: CommuneCode::parse(COMMUNE).unwrap(),
            origin: Origin::Plan(line),
            columns: columns("Nhiệm vụ", ""),
        };
        db.open_action(&new, &event(1_000, Action::OpenAction)).await.unwrap()
    };
    assert!(take(line(0)).await.is_some());
    assert_eq!(take(line(0)).await, None);
    assert_eq!(take(PlanLine { version: 2, ..line(0) }).await, None);
    assert!(take(line(1)).await.is_some());
    let here = Scope::parse(PLACE).unwrap();
    assert_eq!(db.plan_lines_taken_over(&here).await.unwrap(), [line(0), line(1)]);
    assert_eq!(database.count("staff_audit").await, 2, "what was not done is not told");
    assert_eq!(database.count("action_notes").await, 2);
    db.close().await;
}

async fn the_lines_of_a_plan_are_opened_together_or_none_of_them_and_each_once(database: Database) {
    let db = database.open().await;
    let plan = catalog::plan("dien-khanh-2025").unwrap();
    let of = |component: &surveys::plan::PlanComponent| {
        let code = component.code.clone();
        let line = |task: &surveys::plan::Task| PlanLine::of(plan, &code, task);
        component.tasks.iter().map(line).collect::<Vec<_>>()
    };
    let new: Vec<NewAction> = plan
        .components
        .iter()
        .flat_map(of)
        .map(|line| NewAction {
            commune: CommuneCode::parse(COMMUNE).unwrap(),
            origin: Origin::Plan(line),
            columns: columns("Nhiệm vụ", ""),
        })
        .collect();
    let opening = event(1_000, Action::OpenAction);
    let mut broken = new[..2].to_vec();
    broken[1].columns.task = "với\0dấu".into();
    if db.open_actions(&broken, &opening).await.is_err() {
        assert_eq!(database.count("actions").await, 0, "all of them or none");
    } else {
        // SQLite keeps such a letter; the others were there before then.
        assert_eq!(db.open_actions(&new[..2], &opening).await.unwrap(), [None, None]);
    }
    let many = (0..4).map(|_| db.open_actions(&new, &opening));
    let opened = futures_util::future::join_all(many).await;
    let opened = opened.into_iter().map(Result::unwrap);
    let numbers: Vec<i64> = opened.flatten().flatten().collect();
    assert_eq!(database.count("actions").await, i64::try_from(new.len()).unwrap());
    assert!(numbers.len() >= new.len() - 2);
    let lines = db.plan_lines_taken_over(&Scope::Everywhere).await.unwrap();
    assert_eq!(lines.len(), new.len());
    for table in ["action_notes", "staff_audit"] {
        assert_eq!(database.count(table).await, i64::try_from(new.len()).unwrap(), "{table}");
    }
    db.close().await;
}

async fn nothing_is_done_without_evidence_since_it_was_opened_or_reopened(database: Database) {
    let db = database.open().await;
    let moved = event(3_000, Action::MoveAction);
    let action = opened(&db, COMMUNE, columns("Việc", ""), Origin::Own).await;
    let close = async |action: &ImprovementAction| {
        db.move_action(action, Status::Done, "", &moved).await.unwrap()
    };
    assert_eq!(close(&action).await, Moved::WithoutEvidence);
    let said = ("Chỉ là ghi chú", "");
    let noted = event(2_000, Action::NoteAction);
    db.note_on_action(action.id, NoteKind::Said, said, &noted).await.unwrap();
    assert_eq!(close(&action).await, Moved::WithoutEvidence, "a note shows nothing");
    assert_eq!(again(&db, &action).await, action, "nothing was stored");
    let other = opened(&db, COMMUNE, columns("Việc khác", ""), Origin::Own).await;
    show(&db, &other).await;
    assert_eq!(close(&action).await, Moved::WithoutEvidence, "of another action");
    show(&db, &action).await;
    assert_eq!(close(&action).await, Moved::Stored);
    let done = again(&db, &action).await;
    assert_eq!((done.status, done.ended_at, done.revision), (Status::Done, Some(3_000), 2));
    let reopened = db.move_action(&done, Status::UnderWay, "Bảng đã bị tháo", &moved).await;
    assert_eq!(reopened.unwrap(), Moved::Stored);
    let live = again(&db, &action).await;
    assert_eq!((live.status, live.ended_at), (Status::UnderWay, None));
    assert_eq!(close(&live).await, Moved::WithoutEvidence, "the former evidence was not enough");
    show(&db, &action).await;
    assert_eq!(close(&live).await, Moved::Stored);
    db.close().await;
}

async fn of_two_who_change_the_same_action_only_the_first_is_stored(database: Database) {
    let db = database.open().await;
    let seen = opened(&db, COMMUNE, columns("Việc", ""), Origin::Own).await;
    let edited = event(2_000, Action::EditAction);
    let [first, second] = ["Việc của Lan", "Việc của Hoa"].map(|task| columns(task, "1/1/2027"));
    assert!(db.edit_action(&seen, &first, &edited).await.unwrap());
    assert!(!db.edit_action(&seen, &second, &edited).await.unwrap());
    let moved = db.move_action(&seen, Status::UnderWay, "", &edited).await.unwrap();
    assert_eq!(moved, Moved::ChangedMeanwhile);
    let told = Published { found: "Thấy".into(), done: String::new() };
    assert!(!db.publish_action(&seen, Some(&told), &edited).await.unwrap());
    let now = again(&db, &seen).await;
    assert_eq!((now.revision, &now.columns), (2, &first));
    let notes = db.action_notes(seen.id).await.unwrap();
    assert_eq!(notes.len(), 2);
    assert_eq!(notes[1].text, r#"{"due":"","task":"Việc","term":"Thường xuyên"}"#);
    assert_eq!(database.count("staff_audit").await, 2);
    db.close().await;
}

async fn a_term_that_is_moved_after_everybody_read_it_is_remembered(database: Database) {
    let db = database.open().await;
    let told = Published { found: "Thấy".into(), done: String::new() };
    let other = opened(&db, "22651", columns("Việc khác", "1/1/2027"), Origin::Own).await;
    let mut seen = opened(&db, COMMUNE, columns("Việc", "1/1/2027"), Origin::Own).await;
    let edited = event(2_000, Action::EditAction);
    for (due, publishes) in [("1/2/2027", true), ("1/3/2027", false), ("1/4/2027", false)] {
        assert!(db.edit_action(&seen, &columns("Việc", due), &edited).await.unwrap());
        seen = again(&db, &seen).await;
        if publishes {
            assert!(db.publish_action(&seen, Some(&told), &edited).await.unwrap());
            seen = again(&db, &seen).await;
        }
    }
    let public = [other, seen.clone()];
    let first = db.first_promises(&seen.commune, &public).await.unwrap();
    assert_eq!(first.len(), 1);
    let first = &first[&seen.id];
    assert_eq!((first.columns.due, first.moved), ("2027-02-01".parse().ok(), 2));
    assert!(db.publish_action(&seen, None, &edited).await.unwrap());
    assert!(db.first_promises(&seen.commune, &[]).await.unwrap().is_empty());
    db.close().await;
}

async fn of_many_who_change_an_action_at_once_exactly_one_is_stored(database: Database) {
    let db = database.open().await;
    let seen = opened(&db, COMMUNE, columns("Việc", ""), Origin::Own).await;
    let edited = event(2_000, Action::EditAction);
    let texts: Vec<_> = (0..8).map(|n| columns(&format!("Việc của người {n}"), "")).collect();
    let stored = futures_util::future::join_all(
        texts.iter().map(|columns| db.edit_action(&seen, columns, &edited)),
    )
    .await;
    assert_eq!(stored.into_iter().filter(|stored| *stored.as_ref().unwrap()).count(), 1);
    assert_eq!(again(&db, &seen).await.revision, 2);
    assert_eq!(database.count("action_notes").await, 2);
    db.close().await;
}

async fn what_the_public_reads_is_stored_and_taken_back(database: Database) {
    let db = database.open().await;
    let action = opened(&db, COMMUNE, columns("Việc", ""), Origin::Own).await;
    let published = Published { found: "Thiếu ghế".into(), done: "Thêm 20 ghế".into() };
    let event = |what| event(2_000, what);
    let publish = event(Action::PublishAction);
    assert!(db.publish_action(&action, Some(&published), &publish).await.unwrap());
    let public = again(&db, &action).await;
    assert_eq!(public.published.as_ref(), Some(&published));
    let wanted = Wanted { public_only: true, ..Wanted::ALL };
    let here = Scope::parse(PLACE).unwrap();
    assert_eq!(db.actions(&here, &wanted).await.unwrap(), std::slice::from_ref(&public));
    let withdraw = event(Action::WithdrawAction);
    assert!(db.publish_action(&public, None, &withdraw).await.unwrap());
    assert_eq!(again(&db, &action).await.published, None);
    assert_eq!(db.actions(&here, &wanted).await.unwrap(), []);
    db.close().await;
}

async fn notes_are_in_the_order_of_time_and_the_database_refuses_to_change_them(
    database: Database,
) {
    let db = database.open().await;
    let action = opened(&db, COMMUNE, columns("Việc", ""), Origin::Own).await;
    show(&db, &action).await;
    let notes = db.action_notes(action.id).await.unwrap();
    let told: Vec<_> = notes.iter().map(|n| (n.at, n.who.as_str(), n.kind)).collect();
    assert_eq!(told, [(OPENED_AT, "lan", NoteKind::Opened), (2_000, "lan", NoteKind::Evidence)]);
    assert_eq!(notes[1].link, "https://dienkhanh.gov.vn/3");
    let backdoor = database.backdoor().await;
    for sql in ["update action_notes set text = 'khác'", "delete from action_notes"] {
        let refused = backdoor.refusal(sql).await.expect("it is refused");
        assert!(refused.contains("append-only"), "{refused}");
    }
    backdoor.close().await;
    assert_eq!(db.action_notes(action.id).await.unwrap(), notes);
    for n in 0..MOST_NOTES {
        let (text, about) = (format!("Lần {n}"), event(3_000, Action::NoteAction));
        db.note_on_action(action.id, NoteKind::Said, (&text, ""), &about).await.unwrap();
    }
    let newest = db.action_notes(action.id).await.unwrap();
    assert_eq!(newest.len(), MOST_NOTES as usize);
    assert_eq!((newest[0].text.as_str(), newest[499].text.as_str()), ("Lần 0", "Lần 499"));
    db.close().await;
}
