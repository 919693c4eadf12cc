//! Reports that a plan's calendar asks for: noted as sent, told on Today, taken back.

use hailong::staff::Role;

use crate::support::action::PLACE;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::Member;

on_both_databases![
    a_report_is_noted_as_sent_told_to_the_leader_and_taken_back,
    a_day_on_which_nothing_can_have_been_sent_is_refused_and_stays_typed,
    whoever_comes_second_sees_what_the_first_noted_and_changes_nothing,
    a_late_report_is_told_until_somebody_notes_it_as_sent,
    what_is_overdue_for_long_stays_on_today_as_one_line,
];

/// The reports of Diên Khánh, and the one that its plan asks for, due by 21 November 2026.
const LIST: &str = "/staff/reports/22651";
const REPORT: &str = "/staff/reports/22651/2026.1";
const UNDO: &str = "/staff/reports/22651/2026.1/undo";

async fn page(member: &Member<'_>, path: &str) -> String {
    let answer = member.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

async fn a_report_is_noted_as_sent_told_to_the_leader_and_taken_back(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, PLACE).await;
    let mai = Member::signed_in(&app, "mai", Role::Leader, PLACE).await;
    let waiting = "Hạn cuối 21/11/2026, còn 37 ngày.";
    let noted = "Đã gửi ngày 14/10/2026 (Cán bộ lan ghi).";
    let home = page(&lan, "/staff").await;
    assert!(home.contains(&format!("href=\"{REPORT}\"")) && home.contains(waiting), "{home}");
    let home = page(&mai, "/staff").await;
    assert!(home.contains(&format!("href=\"{LIST}\"")) && !home.contains(REPORT), "{home}");
    assert!(page(&lan, LIST).await.contains(&format!("href=\"{REPORT}\"")));
    let form = page(&lan, REPORT).await;
    assert!(form.contains("value=\"15/10/2026\""), "today stands in it: {form}");
    let sent = lan.post(REPORT, &[("sent", "14/10/2026")]).await;
    assert_eq!(
        (sent.status().as_u16(), &sent.headers()["location"]),
        (303, &LIST.parse().unwrap())
    );
    for member in [&lan, &mai] {
        for path in ["/staff", LIST] {
            let page = page(member, path).await;
            assert!(page.contains(noted) && !page.contains(waiting), "{path}: {page}");
        }
    }
    let list = page(&mai, LIST).await;
    assert!(!list.contains(REPORT), "a leader notes nothing");
    let days = list.split("data-label=\"Hạn cuối\">").skip(1).map(|cell| {
        let day = cell.split('<').next().unwrap();
        surveys::typed_day(day).unwrap_or_else(|| panic!("{day}"))
    });
    let days: Vec<_> = days.collect();
    let today = surveys::typed_day("15/10/2026").unwrap();
    let (next, over) = days.split_at(days.iter().take_while(|day| **day >= today).count());
    assert!(!next.is_empty() && next.is_sorted(), "what is due next first: {days:?}");
    assert!(!over.is_empty() && over.is_sorted_by(|a, b| a >= b), "{days:?}");
    assert!(over.iter().all(|day| *day < today), "{days:?}");
    let form = page(&lan, REPORT).await;
    assert!(form.contains(&format!("action=\"{UNDO}\"")) && form.contains(noted), "{form}");
    assert_eq!(lan.post(UNDO, &[("seen", "2026-10-14")]).await.status(), 303);
    assert!(page(&mai, "/staff").await.contains(waiting));
    let backdoor = app.database().backdoor().await;
    let lines = "select who || ' ' || action || ' ' || scope || ' ' || subject from staff_audit
        where action like '%report%' order by seq";
    let lines = backdoor.texts(lines).await;
    let about = "/56/22651/ 2026.1 2026-10-14";
    assert_eq!(
        lines,
        [format!("lan note-report {about}"), format!("lan take-report-back {about}")]
    );
    backdoor.close().await;
}

async fn a_day_on_which_nothing_can_have_been_sent_is_refused_and_stays_typed(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, PLACE).await;
    for typed in ["16/10/2026", "31/12/2025", "31/02/2026", "hôm qua <b>", ""] {
        let answer = lan.post(REPORT, &[("sent", typed)]).await;
        assert_eq!(answer.status(), 422, "{typed}");
        let form = answer.text().await.unwrap();
        assert!(form.contains("từ 01/01/2026 đến hôm nay"), "{typed}: {form}");
        let shown = typed.replace('<', "&#60;").replace('>', "&#62;");
        assert!(form.contains(&format!("value=\"{shown}\"")), "{typed}: {form}");
    }
    assert_eq!(app.database().count("sent_reports").await, 0);
    for nowhere in ["2026.2", "2027.1", "2026-Q1.1", "2026", "x"] {
        assert_eq!(lan.get(&format!("{LIST}/{nowhere}")).await.status(), 404, "{nowhere}");
    }
}

async fn whoever_comes_second_sees_what_the_first_noted_and_changes_nothing(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, PLACE).await;
    let anh = Member::signed_in(&app, "anh", Role::Administrator, PLACE).await;
    assert_eq!(lan.post(REPORT, &[("sent", "14/10/2026")]).await.status(), 303);
    let second = anh.post(REPORT, &[("sent", "12/10/2026")]).await;
    assert_eq!(second.status(), 409);
    let told = second.text().await.unwrap();
    assert!(told.contains("Có người vừa ghi khác") && told.contains("14/10/2026"), "{told}");
    let taken = anh.post(UNDO, &[("seen", "2026-10-12")]).await;
    assert_eq!(taken.status(), 409, "it is not what they have seen");
    assert!(page(&anh, LIST).await.contains("Đã gửi ngày 14/10/2026 (Cán bộ lan ghi)."));
    assert_eq!(anh.post(UNDO, &[("seen", "2026-10-14")]).await.status(), 303);
    assert_eq!(lan.post(UNDO, &[("seen", "2026-10-14")]).await.status(), 409);
}

async fn a_late_report_is_told_until_somebody_notes_it_as_sent(database: Database) {
    let app = App::spawn(database);
    app.set_clock("2026-12-24T09:00:00+07:00");
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, PLACE).await;
    let late = "<strong class=\"late\">Hạn cuối 21/11/2026, đã qua 33 ngày";
    let home = page(&lan, "/staff").await;
    assert!(home.contains(late), "{home}");
    assert_eq!(lan.post(REPORT, &[("sent", "24/11/2026")]).await.status(), 303);
    let home = page(&lan, "/staff").await;
    assert!(!home.contains(REPORT), "it was sent and is long over: {home}");
    assert!(page(&lan, LIST).await.contains("Đã gửi ngày 24/11/2026, sau hạn 3 ngày"));
}

async fn what_is_overdue_for_long_stays_on_today_as_one_line(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, PLACE).await;
    let line = |n: u32| {
        format!(
            "<a href=\"{LIST}\">{n} báo cáo quá hạn chưa ghi là đã gửi</a> <span class=\"small\">Quá hạn đã hơn 60 ngày."
        )
    };
    // The plan of 2025 asks for one report a year, the first by 21 November 2025.
    let home = page(&lan, "/staff").await;
    assert!(home.contains(&line(1)), "{home}");
    app.set_clock("2027-02-15T09:00:00+07:00");
    let lan = Member::signed_in(&app, "lan.2", Role::CentreStaff, PLACE).await;
    assert!(page(&lan, "/staff").await.contains(&line(2)));
    let older = format!("{LIST}/2025.1");
    assert!(page(&lan, LIST).await.contains(&format!("href=\"{older}\"")), "it leads there");
    assert_eq!(lan.post(&older, &[("sent", "20/11/2025")]).await.status(), 303);
    assert!(page(&lan, "/staff").await.contains(&line(1)));
    assert_eq!(lan.post(REPORT, &[("sent", "20/11/2026")]).await.status(), 303);
    assert!(!page(&lan, "/staff").await.contains("chưa ghi là đã gửi"));
}
