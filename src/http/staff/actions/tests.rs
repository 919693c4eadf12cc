use analytics::comparison::Direction;
use askama::Template;
use surveys::CommuneCode;
use surveys::action::{Columns, ImprovementAction, Moves, Origin, Status, TABLE_COLUMNS, Typed};
use surveys::period::Period;

use super::*;
use crate::http::centre::{Centre, NOW};
use crate::pages::Shell;
use crate::pages::staff::Nav;
use crate::reporting::Reporting;
use crate::reporting::follow_up::MOST_FOLLOWED;
use crate::reporting::published::Shown;

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

fn commune() -> CommuneCode {
    CommuneCode::parse("22651").unwrap()
}

/// An action for the procedures, opened `days` before now for `origin`.
fn action(typed: &Typed<'_>, origin: Origin, days: i64) -> ImprovementAction {
    ImprovementAction {
        id: 1,
        revision: 1,
        commune: commune(),
        origin,
        columns: Columns::of(typed).unwrap(),
        status: Status::Open,
        opened_at: NOW - days * DAY,
        ended_at: None,
        published: None,
    }
}

const PROCEDURES: Typed<'_> = Typed {
    task: "Niêm yết",
    lead: "Trung tâm",
    term: "Thường xuyên",
    moves: "quick-counter/procedures",
    partners: "",
    product: "",
    due: "",
};

#[test]
fn no_cell_of_the_file_is_a_formula_or_breaks_a_row() {
    let typed = Typed {
        task: "=cmd()|'a'\n\"x\",b",
        lead: "+1",
        partners: "@SUM(A1)",
        term: "-2",
        ..Typed::default()
    };
    let today = "2026-10-05".parse().unwrap();
    let file = sheet(&[action(&typed, Origin::Own, 0)], today).file(SheetFormat::Csv).unwrap();
    let text = String::from_utf8(file).unwrap();
    let mut read = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let row = read.records().next().unwrap().unwrap();
    assert_eq!(row.len(), TABLE_COLUMNS.len());
    assert_eq!(&row[7], "'=cmd()|'a'\n\"x\",b");
    for column in [4, 8, 9] {
        assert!(row[column].starts_with('\''), "{}", &row[column]);
    }
}

#[actix_web::test]
async fn the_newest_period_with_a_verdict_says_whether_a_component_is_below_target() {
    let centre = Centre::open().await;
    let periods = async || {
        let below = centre.service.reporting.below_target(&commune()).await.unwrap();
        let of = |b: &Below| (b.moves.component.to_string(), b.report.period.code.clone());
        below
            .iter()
            .map(of)
            .filter(|(code, _)| code == "access")
            .map(|(_, p)| p)
            .collect::<Vec<_>>()
    };
    assert!(periods().await.is_empty(), "nobody answered");
    centre.receive_earlier(66, 60, 3).await;
    centre.receive_earlier(36, 60, 3).await;
    assert_eq!(periods().await, ["2026-Q3"], "no month has a hundred, the quarter has");
    centre.receive_earlier(20, 99, 3).await;
    assert_eq!(periods().await, ["2026-Q3"], "one less than a hundred");
    centre.receive_earlier(18, 1, 1).await;
    assert_eq!(periods().await, ["2026-09"]);
    centre.receive_earlier(19, 3_000, 100_000).await;
    assert!(periods().await.is_empty(), "the newest verdict is that the target is met");
}

#[actix_web::test]
async fn what_the_component_did_since_is_shown_with_its_interval_and_what_is_withheld_is_not() {
    let centre = Centre::open().await;
    let reporting = &centre.service.reporting;
    centre.receive_earlier(36, 150, 3).await;
    let august = Period::parse("2026-08").unwrap();
    let moves = Moves::parse(PROCEDURES.moves).unwrap();
    let seen = reporting.seen_of_component(&commune(), &moves, &august).await.unwrap().unwrap();
    assert_eq!((seen.people, seen.verdict.as_str()), (150, "not_met"));
    assert!((seen.rate - 100.0 / 150.0).abs() < 1e-12);
    let action = action(&PROCEDURES, Origin::Verdict(seen), 30);

    let alone = reporting.follow_up(&action).await.unwrap().unwrap();
    assert_eq!(alone.before.report.period.code, "2026-08");
    assert!(alone.later.iter().all(|followed| followed.change.is_none()), "nobody answered since");
    centre.receive_earlier(20, 150, 10).await;
    let followed = reporting.follow_up(&action).await.unwrap().unwrap();
    let codes: Vec<&str> = followed.later.iter().map(|f| f.report.period.code.as_str()).collect();
    assert_eq!(codes, ["2026-09", "2026-10"]);
    let change = followed.later[0].change.as_ref().unwrap();
    assert_eq!(change.direction, Direction::Higher);
    assert!((change.change.unwrap() - (135.0 - 100.0) / 150.0).abs() < 1e-12);
    assert!(change.low.unwrap() > 0.0 && change.upp.unwrap() < 0.4);

    let shell = Shell::new("/staff/actions/1", "", false);
    let nav = Nav {
        full_name: "Lan".into(),
        role: "Cán bộ".into(),
        groups: Vec::new(),
        mark: String::new(),
    };
    let today = reporting.today();
    let page = One::new(&shell, nav, &action, &[], Some(&followed), (today, false));
    let page = page.render().unwrap();
    assert!(page.contains("<strong>Tăng</strong>") && page.contains("+23,3"), "{page}");
    assert!(page.contains("chưa có phiếu nào trong kỳ này"), "{page}");

    let mut old = action.clone();
    if let Origin::Verdict(seen) = &mut old.origin {
        seen.period = "2024-08".into();
    }
    let followed = reporting.follow_up(&old).await.unwrap().unwrap();
    assert_eq!(followed.later.len(), MOST_FOLLOWED);
    assert_eq!(followed.later[MOST_FOLLOWED - 1].report.period.code, "2026-10", "the newest");
    centre.receive(8).await;
    let followed = reporting.follow_up(&action).await.unwrap().unwrap();
    let october = followed.later[1].finding(&moves).unwrap();
    assert!(matches!(october.shown(), Shown::Nothing), "eight people are nobody's business");
    assert!(followed.later[1].change.is_none());
}

#[actix_web::test]
async fn staff_read_what_the_component_did_since_whether_or_not_it_is_published() {
    let centre = Centre::open().await;
    centre.receive_earlier(110, 150, 3).await;
    centre.receive_earlier(20, 150, 10).await;
    let by_decision = Reporting::new(centre.service.db.clone(), centre.service.clock.clone());
    let action = action(&PROCEDURES, Origin::Own, 95);
    let moves = Moves::parse(PROCEDURES.moves).unwrap();
    let quick = surveys::catalog::instrument("quick-counter", None).unwrap();
    for code in ["2026-Q2", "2026-Q3"] {
        let period = Period::parse(code).unwrap();
        let public = by_decision.report(&commune(), quick, &period).await.unwrap();
        assert!(public.is_awaited(), "{code} is not published");
    }
    let followed = by_decision.follow_up(&action).await.unwrap().unwrap();
    assert_eq!(followed.before.report.period.code, "2026-Q2");
    let next = &followed.later[0];
    assert_eq!(next.report.period.code, "2026-Q3");
    let Some(Shown::Rate { estimate, rate, low, upp, .. }) =
        next.finding(&moves).map(crate::reporting::Finding::shown)
    else {
        panic!("{next:?}")
    };
    assert_eq!((estimate.people, rate), (150, 135.0 / 150.0));
    assert!(low < rate && rate < upp);
    let change = next.change.as_ref().unwrap();
    assert_eq!(change.direction, Direction::Higher);
    assert!((change.change.unwrap() - (135.0 - 100.0) / 150.0).abs() < 1e-12);
}

#[test]
fn the_tasks_of_every_shipped_plan_fit_the_columns_in_the_plans_own_words() {
    let mut seen = 0;
    for plan in surveys::catalog::plans() {
        for component in &plan.components {
            for task in &component.tasks {
                let cells = new::cells_of(plan, component, task, "2025-01-01".parse().unwrap());
                let columns = new::read(&cells).expect("a task of a plan");
                assert_eq!((&columns.task, &columns.lead), (&task.text, &task.lead));
                assert_eq!(columns.term, task.deadline);
                assert_eq!(columns.due, plan.last_day_of(task));
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "only {seen} tasks");
}
