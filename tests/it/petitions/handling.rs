//! Handling petitions: deadlines as the clock moves, two people at once, sessions that
//! end, who sees and does what, and how long a contact is kept.

use hailong::clock::Clock;
use hailong::staff::Role;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::Pass;
use crate::support::staff::{self, Member};

on_both_databases![
    deadlines_are_told_in_words_as_days_go_by,
    whoever_comes_second_sees_both_texts_and_decides,
    a_second_click_on_a_button_is_answered_like_the_first,
    a_long_answer_survives_the_end_of_a_session,
    contacts_are_for_those_who_handle_and_each_opening_is_noted,
    contacts_are_erased_when_they_were_kept_long_enough,
    a_duplicate_names_another_petition_and_a_search_forgives_tone_marks,
    the_list_is_chosen_by_its_address_and_the_file_is_the_same_list,
];

async fn lan(app: &App) -> Member<'_> {
    Member::signed_in(app, "lan", Role::CentreStaff, "/56/22651/").await
}

/// The same person, signed in anew.
async fn again(app: &App, member: &mut Member<'_>) {
    let db = app.database().open().await;
    member.token = staff::session(&db, &member.account, app.now()).await;
    db.close().await;
}

async fn deadlines_are_told_in_words_as_days_go_by(database: Database) {
    let app = App::spawn(database);
    let mut lan = lan(&app).await;
    let pass = Pass::sent(&app, &[]).await;
    assert_eq!(lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await.status(), 303);
    for (day, said) in [
        ("2026-10-26", "Còn 3 ngày làm việc"),
        ("2026-10-29", "Đến hạn hôm nay"),
        ("2026-11-02", "Quá hạn 2 ngày làm việc"),
    ] {
        app.set_clock(&format!("{day}T09:00:00+07:00"));
        again(&app, &mut lan).await;
        for path in ["/staff/petitions".to_owned(), pass.staff("")] {
            let page = lan.get(&path).await.text().await.unwrap();
            assert!(page.contains(said), "{day}: {said}");
        }
        assert!(pass.look(&app, &[]).await.1.contains(said));
    }
    let reason = [("version", "2"), ("reason", "Chờ sở trả lời")];
    let refused = lan.post(&pass.staff("extend"), &reason).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("ít nhất 2 ngày làm việc") && page.contains("Chờ sở trả lời"));
    app.set_clock("2026-10-27T09:00:00+07:00");
    again(&app, &mut lan).await;
    assert_eq!(lan.post(&pass.staff("extend"), &reason).await.status(), 303);
    assert!(pass.look(&app, &[]).await.1.contains("05/11/2026"), "five working days more");
}

async fn whoever_comes_second_sees_both_texts_and_decides(database: Database) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    let pass = Pass::sent(&app, &[]).await;
    lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    let assign = |to| [("version", "2"), ("to", to)];
    let (at, first, second) = (pass.staff("assign"), assign("Tổ đất đai"), assign("Tổ hộ tịch"));
    let both = futures_util::future::join(lan.post(&at, &first), hoa.post(&at, &second));
    let (one, two) = both.await;
    let statuses = [one.status().as_u16(), two.status().as_u16()];
    assert!(statuses == [303, 409] || statuses == [409, 303], "{statuses:?}");
    let (late, member, mine, theirs) = if statuses[0] == 409 {
        (one, &lan, "Tổ đất đai", "Tổ hộ tịch")
    } else {
        (two, &hoa, "Tổ hộ tịch", "Tổ đất đai")
    };
    let page = late.text().await.unwrap();
    assert!(page.contains(&format!("value=\"{mine}\"")), "what they typed: {page}");
    assert!(page.contains(theirs) && page.contains("class=\"beside\""), "what the other wrote");
    assert!(page.contains("name=\"version\" value=\"3\""));
    let decided = member.post(&at, &[("version", "3"), ("to", mine)]).await;
    assert_eq!(decided.status(), 303);
    let page = member.get(&pass.staff("")).await.text().await.unwrap();
    assert!(page.contains(mine) && page.contains(theirs), "the history has both");
    assert_eq!(app.database().count("petition_events").await, 4);
    let none = lan.post(&at, &[("to", "x")]).await;
    assert_eq!(none.status(), 409, "a form that says nothing of what it saw changes nothing");
}

async fn a_second_click_on_a_button_is_answered_like_the_first(database: Database) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let pass = Pass::sent(&app, &[]).await;
    lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    let fields = [("version", "2"), ("answer", "Đã thêm quầy.")];
    let at = pass.staff("answer");
    let clicks = futures_util::future::join(lan.post(&at, &fields), lan.post(&at, &fields)).await;
    for answer in [clicks.0, clicks.1] {
        assert_eq!(answer.status(), 303, "nobody is told of a colleague who is not there");
    }
    assert_eq!(app.database().count("petition_events").await, 3);
}

async fn a_long_answer_survives_the_end_of_a_session(database: Database) {
    let app = App::spawn(database);
    let mut lan = lan(&app).await;
    let pass = Pass::sent(&app, &[]).await;
    lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    let long = "Kính gửi ông/bà,\nđã thêm quầy. ".repeat(120);
    let long = long.trim();
    app.pass_minutes(45);
    let fields = [("version", "2"), ("answer", long)];
    assert_eq!(lan.post(&pass.staff("answer"), &fields).await.status(), 303);
    again(&app, &mut lan).await;
    let page = lan.get(&pass.staff("answer")).await.text().await.unwrap();
    assert!(page.contains(&format!(">\n{long}</textarea>")), "nothing typed is lost");
    assert!(page.contains("role=\"status\""));
    assert_eq!(lan.post(&pass.staff("answer"), &fields).await.status(), 303);
    assert!(pass.look(&app, &[]).await.1.contains(long));
    let too_long = "đ".repeat(4_001);
    let fields = [("version", "3"), ("answer", too_long.as_str())];
    assert_eq!(lan.post(&pass.staff("answer"), &fields).await.status(), 422);
}

async fn contacts_are_for_those_who_handle_and_each_opening_is_noted(database: Database) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let leader = Member::signed_in(&app, "mai", Role::Leader, "/56/22651/").await;
    let contact = [("person", "Lê Thị Bưởi"), ("phone", "0905 123 456"), ("consent", "yes")];
    let pass = Pass::sent(&app, &contact).await;
    for member in [&lan, &leader] {
        let page = member.get(&pass.staff("")).await.text().await.unwrap();
        assert!(page.contains("Chờ lâu") && !page.contains("0905"), "not before it is opened");
    }
    assert_eq!(leader.post(&pass.staff("contact"), &[]).await.status(), 403);
    assert_eq!(leader.get(&pass.staff("answer")).await.status(), 403);
    let page = lan.post(&pass.staff("contact"), &[]).await.text().await.unwrap();
    assert!(page.contains("Lê Thị Bưởi") && page.contains("0905 123 456"));
    app.pass_minutes(6);
    let asked = lan.post(&pass.staff("contact"), &[]).await;
    assert_eq!(asked.status(), 403, "a code of more than five minutes ago is not enough");
    let page = asked.text().await.unwrap();
    assert!(page.contains("action=\"/staff/again\"") && !page.contains("0905"), "{page}");
    assert!(page.contains(&format!("name=\"next\" value=\"{}\"", pass.staff(""))), "{page}");
    let admin = Member::signed_in(&app, "hai", Role::Administrator, "/56/").await;
    let log = admin.get("/staff/audit").await.text().await.unwrap();
    assert!(log.contains("Xem thông tin liên hệ") && log.contains(&pass.code));
    assert!(!log.contains("0905") && !log.contains("Bưởi"));
    let foreign = Member::signed_in(&app, "xuan", Role::CentreStaff, "/01/00004/").await;
    assert_eq!(foreign.post(&pass.staff("contact"), &[]).await.status(), 404);
    assert!(!foreign.get("/staff/petitions").await.text().await.unwrap().contains("Chờ lâu"));
}

async fn contacts_are_erased_when_they_were_kept_long_enough(database: Database) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let contact = [("phone", "0905 123 456"), ("consent", "yes")];
    let done = Pass::sent(&app, &contact).await;
    let open = Pass::sent(&app, &contact).await;
    lan.post(&done.staff("acknowledge"), &[("version", "1")]).await;
    lan.post(&done.staff("answer"), &[("version", "2"), ("answer", "x")]).await;
    let now = app.now();
    let database = app.stop();
    let erased_after = async |days: i64| {
        let clock = Clock::Set(Arc::new(AtomicI64::new(now + days * 86_400_000)));
        let (db, settings) = (database.open().await, hailong::config::Settings::default());
        let service = hailong::service::Service::new(settings, clock, db, staff::key());
        let erased = service.erase_old_contacts().await.unwrap();
        service.db.close().await;
        erased
    };
    assert_eq!(erased_after(90).await, 0);
    assert_eq!(database.count("petition_contacts").await, 2);
    assert_eq!(erased_after(91).await, 1);
    assert_eq!(erased_after(1_000).await, 0, "what is still open keeps its contact");
    assert_eq!(database.count("petition_contacts").await, 1);
    let backdoor = database.backdoor().await;
    let left = backdoor.texts("select code from petition_contacts").await;
    assert_eq!(left, [open.code.replace('-', "")]);
    backdoor.close().await;
}

async fn a_duplicate_names_another_petition_and_a_search_forgives_tone_marks(database: Database) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let one = Pass::sent(&app, &[]).await;
    let two = Pass::sent(&app, &[]).await;
    let mark = async |of: &str| {
        let fields = [("version", "1"), ("of", of), ("reason", "Cùng một việc")];
        lan.post(&two.staff("duplicate"), &fields).await.status().as_u16()
    };
    assert_eq!(mark("0000-0000").await, 422, "there is none");
    assert_eq!(mark(&two.code).await, 422, "not of itself");
    assert_eq!(mark(&one.code.to_lowercase()).await, 303);
    let page = two.look(&app, &[]).await.1;
    assert!(page.contains("Cùng một việc") && !page.contains(&one.code));
    let list = async |query: &str| {
        lan.get(&format!("/staff/petitions?{query}")).await.text().await.unwrap()
    };
    for (query, found) in [
        ("q=cho+45+phut", true),
        ("q=phut+45", true),
        ("q=%25", false),
        ("q=%2A", false),
        ("q=ngh%E1%BA%BF", false),
        ("state=duplicate", true),
        ("state=answered", false),
        ("state=nonsense", true),
    ] {
        assert_eq!(list(query).await.contains("Chờ lâu"), found, "{query}");
    }
    assert!(list(&format!("q={}", one.code)).await.contains(&one.code));
    assert!(!list("").await.contains("name=\"commune\""), "who has one commune chooses none");
    assert!(!list("overdue=yes").await.contains("Chờ lâu"), "nothing is late yet");
    app.set_clock("2026-11-20T09:00:00+07:00");
    let lan = Member::signed_in(&app, "lan.muon", Role::CentreStaff, "/56/22651/").await;
    let late = lan.get("/staff/petitions?overdue=yes").await.text().await.unwrap();
    assert!(late.contains(&one.code) && !late.contains(&two.code), "a duplicate waits for nothing");
    let admin = Member::signed_in(&app, "quan.tri", Role::Administrator, "/56/").await;
    for (commune, status, found) in [
        ("22651", 200, true),
        ("", 200, true),
        ("22333", 200, false),
        ("21409", 404, false),
        ("x", 404, false),
    ] {
        let answer = admin.get(&format!("/staff/petitions?commune={commune}")).await;
        assert_eq!(answer.status().as_u16(), status, "{commune}");
        assert_eq!(answer.text().await.unwrap().contains("Chờ lâu"), found, "{commune}");
    }
}

async fn the_list_is_chosen_by_its_address_and_the_file_is_the_same_list(database: Database) {
    let app = App::spawn(database);
    let mut lan = lan(&app).await;
    let [first, second, third] =
        [Pass::sent(&app, &[]).await, Pass::sent(&app, &[]).await, Pass::sent(&app, &[]).await];
    for (pass, to) in [(&first, "Tổ đất đai"), (&second, "=Tổ hộ tịch")] {
        lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
        lan.post(&pass.staff("assign"), &[("version", "2"), ("to", to)]).await;
    }
    // Received on 15 October: to be taken on by the 19th, to be answered by the 29th.
    for (day, query, listed) in [
        ("2026-10-15", "", [true, true, true]),
        ("2026-10-15", "due=soon", [false, false, true]),
        ("2026-10-19", "due=today", [false, false, true]),
        ("2026-10-20", "due=overdue", [false, false, true]),
        ("2026-10-20", "overdue=yes", [false, false, true]),
        ("2026-10-20", "due=overdue&state=assigned", [false; 3]),
        ("2026-10-20", "due=nonsense", [true, true, true]),
        ("2026-10-29", "due=today", [true, true, false]),
        ("2026-10-29", "assigned=T%E1%BB%95+%C4%91%E1%BA%A5t+%C4%91ai", [true, false, false]),
        ("2026-10-29", "assigned=kh%C3%A1c", [false; 3]),
        ("2026-10-29", "q=cho+lau&due=overdue", [false, false, true]),
    ] {
        app.set_clock(&format!("{day}T09:00:00+07:00"));
        again(&app, &mut lan).await;
        let page = lan.get(&format!("/staff/petitions?{query}")).await.text().await.unwrap();
        let codes = [&first.code, &second.code, &third.code];
        assert_eq!(codes.map(|code| page.contains(code.as_str())), listed, "{day} {query}");
        let form: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let file = lan.post("/staff/petitions/export", &form).await;
        assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
        let file = file.text().await.unwrap();
        let mut rows = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
        let in_file = codes.map(|code| rows.iter().any(|row| &row[0] == code.as_str()));
        assert_eq!(in_file, listed, "the file of {day} {query}");
        assert!(rows.iter().all(|row| row.len() == 13 && !row[8].starts_with('=')), "{rows:?}");
    }
    let xlsx = lan.post("/staff/petitions/export", &[("format", "xlsx")]).await;
    assert!(xlsx.bytes().await.unwrap().starts_with(b"PK"));
    let page = lan.get("/staff/petitions?due=today&q=%22x").await.text().await.unwrap();
    assert!(
        page.contains("name=\"q\" value=\"&#34;x\"") && page.contains("value=\"today\" selected")
    );
    let elsewhere = lan.post("/staff/petitions/export", &[("commune", "00004")]).await;
    assert_eq!(elsewhere.status(), 404);
    let backdoor = app.database().backdoor().await;
    let noted = "select action from staff_audit where action = 'export-petition-list'";
    assert_eq!(backdoor.texts(noted).await.len(), 12, "each file is noted");
    backdoor.close().await;
}
