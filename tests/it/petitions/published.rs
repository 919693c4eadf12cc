//! The published list: only what somebody decided to publish, after a look for personal
//! data, with an on-time rate once there is enough to tell.

use hailong::staff::Role;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{COMMUNE, Pass, post};
use crate::support::staff::Member;

on_both_databases![
    nothing_is_public_before_somebody_looked_for_personal_data,
    nobody_rewords_what_was_written_or_answered,
    what_was_published_in_other_words_before_stays_and_staff_are_told,
    the_rate_is_withheld_below_ten_and_counts_every_petition_of_the_period,
    what_was_overdue_is_not_taken_out_of_the_rate_by_refusing_it,
    petitions_refused_too_late_before_the_rule_are_brought_to_it,
];

async fn list(app: &App) -> String {
    let page = app.get(&format!("/c/{COMMUNE}/petitions?period=2026-10")).await;
    assert_eq!(page.status(), 200);
    page.text().await.unwrap()
}

/// A petition of these words that was answered with those.
async fn answered(app: &App, lan: &Member<'_>, text: &str, answer: &str) -> Pass {
    let fields = [("subject", "Chờ lâu"), ("text", text), ("press", "send")];
    let sent = post(app, &format!("/p/{COMMUNE}"), &fields).await;
    let pass = Pass::of(&sent.text().await.unwrap());
    lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    let answer = [("version", "2"), ("answer", answer)];
    assert_eq!(lan.post(&pass.staff("answer"), &answer).await.status(), 303);
    pass
}

/// What comes of publishing `question` and `answer` with these ticks.
async fn publish(
    lan: &Member<'_>,
    pass: &Pass,
    texts: (&str, &str),
    ticks: &[(&str, &str)],
) -> (u16, String) {
    let fields = [("version", "3"), ("question", texts.0), ("answer", texts.1)];
    let answer = lan.post(&pass.staff("publish"), &[&fields, ticks].concat()).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn nothing_is_public_before_somebody_looked_for_personal_data(database: Database) {
    const SAID: &str = "Chị Bưởi, số 0905 123 456, chờ lâu; cán bộ lan không có mặt.";
    const COVERED: &str = "[…], số […], chờ lâu; […] không có mặt.";
    const ANSWER: &str = "Đã thêm quầy.";
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let early = Pass::sent(&app, &[]).await;
    lan.post(&early.staff("acknowledge"), &[("version", "1")]).await;
    let texts = [("version", "2"), ("question", "Tôi chờ 45 phút."), ("answer", ANSWER)];
    assert_eq!(lan.post(&early.staff("publish"), &texts).await.status(), 422, "no answer");
    assert!(list(&app).await.contains("Chưa có phản ánh nào được công khai"));

    let pass = answered(&app, &lan, SAID, ANSWER).await;
    assert!(!list(&app).await.contains(ANSWER), "an answer alone is not public");
    let form = lan.get(&pass.staff("publish")).await.text().await.unwrap();
    assert!(form.contains(&format!(">\n{COVERED}</textarea>")), "it is offered covered: {form}");
    // One tick for everything, of whatever text, is no longer any.
    for ticks in [&[][..], &[("looked", "yes")], &[("sure", "0905 123 456"), ("sure", "Chị Bưởi")]]
    {
        let (status, page) = publish(&lan, &pass, (SAID, ANSWER), ticks).await;
        assert_eq!(status, 422, "{ticks:?}");
        for (what, kind) in [
            ("Chị Bưởi", "tên người"),
            ("0905 123 456", "số điện thoại"),
            ("cán bộ lan", "tên người"),
        ] {
            assert!(page.contains(&format!("name=\"sure\" value=\"{what}\"")), "{what}: {page}");
            assert!(page.contains(&format!("<strong>{what}</strong> – {kind}")), "{what}: {page}");
        }
        assert!(page.contains(SAID) && page.contains("href=\"#sure-1\""), "{page}");
    }
    assert!(!list(&app).await.contains("0905"));
    // What is ticked may stay, what is not is asked about.
    let partly = "Chị Bưởi, số […], chờ lâu; […] không có mặt.";
    assert_eq!(publish(&lan, &pass, (partly, ANSWER), &[]).await.0, 422);
    let published = publish(&lan, &pass, (partly, ANSWER), &[("sure", "Chị Bưởi")]).await;
    assert_eq!(published.0, 303);
    let page = list(&app).await;
    assert!(page.contains(partly) && page.contains(ANSWER));
    assert!(!page.contains("0905") && !page.contains(&pass.code) && !page.contains("15/10/2026"));
    let again = [("version", "4"), ("question", COVERED), ("answer", ANSWER)];
    assert_eq!(lan.post(&pass.staff("publish"), &again).await.status(), 303);
    let page = list(&app).await;
    assert!(page.contains(COVERED) && !page.contains(partly), "{page}");
    let staff = lan.get(&pass.staff("")).await.text().await.unwrap();
    let sender = pass.look(&app, &[]).await.1;
    for page in [staff, sender] {
        assert!(page.contains(partly) && page.contains(COVERED), "what was public stays: {page}");
    }
    lan.post(&pass.staff("withdraw"), &[("version", "5")]).await;
    assert!(!list(&app).await.contains(COVERED));
}

async fn nobody_rewords_what_was_written_or_answered(database: Database) {
    const SAID: &str = "Tôi chờ ba giờ.";
    const ANSWER: &str = "Xin lỗi ông/bà. Đã thêm quầy.";
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let pass = answered(&app, &lan, SAID, ANSWER).await;
    for (question, answer, told, at) in [
        (
            "Người dân khen cán bộ rất nhiệt tình.",
            ANSWER,
            "không thêm lời của người gửi",
            "question",
        ),
        ("Tôi chờ ba giờ. Rất hài lòng!", ANSWER, "không thêm lời của người gửi", "question"),
        (SAID, "Cảm ơn.", "không thêm vào câu đã trả lời", "answer"),
        ("[…]", ANSWER, "Không còn gì để đọc", "question"),
        (SAID, "", "Không còn gì để đọc", "answer"),
    ] {
        let ticks = [("sure", "x"), ("looked", "yes")];
        let (status, page) = publish(&lan, &pass, (question, answer), &ticks).await;
        assert_eq!(status, 422, "{question}: {answer}");
        assert!(page.contains(told) && page.contains(&format!("href=\"#{at}\"")), "{page}");
        for typed in [question, answer] {
            assert!(
                page.contains(&format!(">\n{typed}</textarea>")),
                "what was typed stays: {page}"
            );
        }
    }
    assert!(list(&app).await.contains("Chưa có phản ánh nào được công khai"));
    let covered = "Tôi chờ […]";
    assert_eq!(publish(&lan, &pass, (covered, ANSWER), &[]).await.0, 303);
    assert!(list(&app).await.contains(covered));
    // Whoever comes late sees what was published, and publishes nothing.
    let (status, page) = publish(&lan, &pass, (SAID, ANSWER), &[]).await;
    assert_eq!(status, 409);
    assert!(page.contains(covered) && page.contains(&format!(">\n{SAID}</textarea>")), "{page}");
    assert!(!list(&app).await.contains(SAID));
}

async fn what_was_published_in_other_words_before_stays_and_staff_are_told(database: Database) {
    const TOLD: &str = "đăng trước đây bằng lời khác";
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let pass = answered(&app, &lan, "Tôi chờ ba giờ.", "Đã thêm quầy.").await;
    assert_eq!(publish(&lan, &pass, ("Tôi chờ […]", "Đã thêm quầy."), &[]).await.0, 303);
    let page = lan.get(&pass.staff("")).await.text().await.unwrap();
    assert!(!page.contains(TOLD), "{page}");
    assert!(!list(&app).await.contains("không phải nguyên văn"));
    let backdoor = app.database().backdoor().await;
    let code = pass.code.replace('-', "");
    let set = "update petitions set public_question = 'Quầy phục vụ tốt'";
    backdoor.execute(&format!("{set} where code = '{code}'")).await;
    backdoor.close().await;
    let public = list(&app).await;
    assert!(public.contains("Quầy phục vụ tốt") && public.contains("không phải nguyên văn"));
    let page = lan.get(&pass.staff("")).await.text().await.unwrap();
    assert!(page.contains(TOLD), "{page}");
    let form = lan.get(&pass.staff("publish")).await.text().await.unwrap();
    assert!(form.contains(TOLD) && form.contains(">\nTôi chờ ba giờ.</textarea>"), "{form}");
}

async fn the_rate_is_withheld_below_ten_and_counts_every_petition_of_the_period(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    for n in 0..10 {
        let page = list(&app).await;
        assert!(page.contains("Chưa đủ 10 phản ánh"), "{n} are too few");
        let pass = Pass::sent(&app, &[]).await;
        lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
        lan.post(&pass.staff("answer"), &[("version", "2"), ("answer", "x")]).await;
    }
    assert!(list(&app).await.contains("100,0\u{a0}% trả lời đúng hạn (10 trên 10"));
    for _ in 0..2 {
        Pass::sent(&app, &[]).await;
    }
    assert!(list(&app).await.contains("(10 trên 10"), "what is not due yet is not counted");
    app.set_clock("2026-10-30T00:00:00+07:00");
    assert!(list(&app).await.contains("83,3\u{a0}% trả lời đúng hạn (10 trên 12"));
    for (period, status) in [("2026", 200), ("nonsense", 400), ("2026-10-01..2026-10-02", 400)] {
        for file in ["petitions", "petitions.csv"] {
            let path = format!("/c/{COMMUNE}/{file}?period={period}");
            assert_eq!(app.get(&path).await.status().as_u16(), status, "{path}");
        }
    }
    assert_eq!(app.get("/c/99999/petitions").await.status(), 404);
}

async fn what_was_overdue_is_not_taken_out_of_the_rate_by_refusing_it(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let refuse = async |pass: &Pass, member: &Member<'_>| {
        let reason = [("version", "1"), ("reason", "Thuộc thẩm quyền của tỉnh")];
        assert_eq!(member.post(&pass.staff("refuse"), &reason).await.status(), 303);
    };
    refuse(&Pass::sent(&app, &[]).await, &lan).await;
    let mut passes = Vec::new();
    for _ in 0..12 {
        passes.push(Pass::sent(&app, &[]).await);
    }
    let of = [("of", passes[0].code.as_str()), ("reason", "Cùng một việc"), ("version", "1")];
    let other = Pass::sent(&app, &[]).await;
    assert_eq!(lan.post(&other.staff("duplicate"), &of).await.status(), 303);
    app.set_clock("2026-10-30T00:00:00+07:00");
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    for pass in &passes[1..] {
        refuse(pass, &hoa).await;
    }
    let page = list(&app).await;
    assert!(page.contains("0,0\u{a0}% trả lời đúng hạn (0 trên 12"), "{page}");
    let left_out = "1 phản ánh trùng, 1 phản ánh không thuộc thẩm quyền";
    assert!(page.contains(left_out), "how many were left out, and why: {page}");
}

async fn petitions_refused_too_late_before_the_rule_are_brought_to_it(database: Database) {
    const SQLITE: &str = include_str!("../../../migrations/sqlite/0022_late_and_kept.sql");
    const POSTGRES: &str = include_str!("../../../migrations/postgres/0022_late_and_kept.sql");
    let sql = if database.url().starts_with("sqlite") { SQLITE } else { POSTGRES };
    let rule = sql.split(';').next().unwrap();
    let db = database.open().await;
    let now = 1_791_165_600_000;
    let in_time = crate::support::petition::stored(&db, COMMUNE, now).await;
    let late = crate::support::petition::stored(&db, COMMUNE, now).await;
    db.close().await;
    let backdoor = database.backdoor().await;
    for (code, on) in [(&in_time, "answer_by"), (&late, "'2026-12-31'")] {
        let code = code.replace('-', "");
        let set = format!("update petitions set state = 'refused', settled_on = {on}");
        backdoor.execute(&format!("{set} where code = '{code}'")).await;
    }
    backdoor.execute(rule).await;
    let found = backdoor.texts("select code from petitions where late = 1").await;
    assert_eq!(found, [late.replace('-', "")]);
    backdoor.close().await;
}
