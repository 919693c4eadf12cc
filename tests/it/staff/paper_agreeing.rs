//! What a sheet says after it was keyed, on the pages of staff: two people say so.

use hailong::staff::Role;
use hailong::store::paper_batches::Purpose;
use surveys::paper::Fate;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::paper::{
    COMMUNE, agree, anew, counting, hidden, key, keyed_and_drawn, opened, point, printed, rekey,
    send, serial, sheet, text, two_people,
};
use crate::support::staff::Member;

on_both_databases![
    a_correction_that_was_overtaken_shows_both_and_overwrites_nothing,
    whoever_keyed_a_sheet_decides_for_themselves_only_with_another,
    one_account_alone_neither_decides_nor_corrects,
    two_keyings_that_are_far_apart_are_closed_by_a_third_person,
    what_is_typed_is_not_given_up_by_a_button_without_being_asked_about,
    a_sheet_that_was_called_void_first_is_asked_for_its_comment,
    what_is_left_empty_is_asked_about_once,
];

/// A closed batch of two sheets that Lan keyed and Hoa keyed again.
async fn closed(db: &hailong::store::Db, lan: &Member<'_>, hoa: &Member<'_>) -> String {
    let batch = keyed_and_drawn(db, lan, hoa, 2).await;
    rekey(db, [lan, hoa], &batch, |_| "554431".into()).await;
    text(lan.post(&format!("{batch}/close"), &[]).await, 303).await;
    batch
}

async fn a_correction_that_was_overtaken_shows_both_and_overwrites_nothing(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let minh = Member::signed_in(&app, "minh", Role::CentreStaff, COMMUNE).await;
    let batch = closed(&db, &lan, &hoa).await;
    let correct = format!("{batch}/correct");
    let form = format!("{correct}?serial={}", serial(1).as_digits());
    let seen = hidden(&text(lan.get(&form).await, 200).await, "seen");
    let why = ("reason", "đọc nhầm câu 1");
    let of_minh = [("seen", seen.as_str()), why];
    text(send(&minh, &correct, serial(1), "154431", &of_minh).await, 303).await;
    agree(&hoa, &batch, "yes").await;
    assert_eq!(counting(&db).await, 2);

    // Lan has the old page open: her 5 would silently come back.
    let of_lan = [("seen", seen.as_str()), ("reason", "câu 5 là 4"), ("comment", "chờ lâu")];
    let stale = text(send(&lan, &correct, serial(1), "554441", &of_lan).await, 409).await;
    for said in ["Có người đã sửa tờ này", "Đang được tính", "chờ lâu", "câu 5 là 4"]
    {
        assert!(stale.contains(said), "{said}: {stale}");
    }
    assert!(stale.contains("câu 1: 5 → 1") && stale.contains("1 Rất không hài lòng"), "{stale}");
    let held = db.keyings_of(1, serial(1)).await.unwrap();
    let last = held.last().unwrap();
    assert!(last.keyed.document.as_ref().unwrap().contains("\"A1\":1"), "Minh's stays");
    for missing in [vec![why], vec![("seen", "x"), why]] {
        text(send(&lan, &correct, serial(1), "254431", &missing).await, 409).await;
    }
    // Having seen it she can send hers, and it waits too.
    let of_lan = [("seen", &*hidden(&stale, "seen")), why];
    text(send(&lan, &correct, serial(1), "154441", &of_lan).await, 303).await;
    agree(&hoa, &batch, "no").await;
    let page = text(lan.get(&batch).await, 200).await;
    assert!(page.contains("không được xác nhận") && page.contains("câu 1: 5 → 1"), "{page}");
    db.close().await;
}

async fn whoever_keyed_a_sheet_decides_for_themselves_only_with_another(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let minh = Member::signed_in(&app, "minh", Role::CentreStaff, COMMUNE).await;
    let batch = keyed_and_drawn(&db, &lan, &hoa, 3).await;
    rekey(&db, [&lan, &hoa], &batch, |_| "454431".into()).await;
    // A third of a sixth differs: all is keyed again already, and all of it is decided.
    text(lan.post(&format!("{batch}/draw"), &[]).await, 303).await;
    let decide = async |member: &Member<'_>, n: u32, typed: &str| {
        let fields = [("serial", &*serial(n).as_digits()), ("item-A1", typed)];
        text(member.post(&format!("{batch}/decide"), &fields).await, 303).await;
        let held = db.keyings_of(1, serial(n)).await.unwrap();
        let last = held.last().unwrap().clone();
        (last.purpose, last.agreed_by)
    };
    assert_eq!(decide(&lan, 1, "5").await, (Purpose::Proposed, None), "her own keying");
    let hoas = (Purpose::Decided, Some("hoa".to_owned()));
    assert_eq!(decide(&lan, 2, "4").await, hoas, "she gives in");
    let lans = (Purpose::Decided, Some("lan".to_owned()));
    assert_eq!(decide(&minh, 3, "5").await, lans, "a third person and the first");
    let page = text(lan.get(&batch).await, 200).await;
    assert!(page.contains("Còn 1 tờ chờ người thứ hai"), "{page}");
    db.close().await;
}

async fn one_account_alone_neither_decides_nor_corrects(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let batch = closed(&db, &lan, &hoa).await;
    let correct = format!("{batch}/correct");
    let form = format!("{correct}?serial={}", serial(1).as_digits());
    let seen = hidden(&text(lan.get(&form).await, 200).await, "seen");
    let fields = [("seen", seen.as_str()), ("reason", "đọc nhầm")];
    text(send(&lan, &correct, serial(1), "154431", &fields).await, 303).await;
    let page = text(lan.get(&format!("{batch}/agree")).await, 200).await;
    assert!(page.contains("nhờ người khác") && !page.contains("value=\"yes\""), "{page}");
    let keying = hidden(&page, "keying");
    let yes = [("keying", keying.as_str()), ("agrees", "yes")];
    text(lan.post(&format!("{batch}/agree"), &yes).await, 303).await;
    assert_eq!(app.database().count("responses").await, 2, "she cannot say it twice");
    for odd in [vec![], vec![("keying", "x"), ("agrees", "yes")], vec![("keying", &*keying)]] {
        text(hoa.post(&format!("{batch}/agree"), &odd).await, 303).await;
    }
    assert_eq!(app.database().count("responses").await, 2);
    // She may take it back.
    agree(&lan, &batch, "no").await;
    assert_eq!(text(hoa.get(&format!("{batch}/agree")).await, 303).await, batch);
    app.pass_minutes(6);
    assert_eq!(hoa.post(&format!("{batch}/agree"), &yes).await.status(), 403, "it asks for a code");
    db.close().await;
}

async fn two_keyings_that_are_far_apart_are_closed_by_a_third_person(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let batch = keyed_and_drawn(&db, &lan, &hoa, 2).await;
    rekey(&db, [&lan, &hoa], &batch, |_| "111111".into()).await;
    text(lan.post(&format!("{batch}/draw"), &[]).await, 303).await;
    for n in 1..=2 {
        let decide = format!("{batch}/decide");
        text(send(&lan, &decide, serial(n), "111111", &[]).await, 303).await;
    }
    let close = format!("{batch}/close");
    let page = text(lan.get(&batch).await, 200).await;
    assert!(page.contains("không nhập tờ nào của đợt này"), "{page}");
    assert_eq!(text(lan.get(&close).await, 303).await, batch);
    text(lan.post(&close, &[]).await, 303).await;
    assert_eq!(counting(&db).await, 0, "she keyed it");
    let minh = Member::signed_in(&app, "minh", Role::CentreStaff, COMMUNE).await;
    let totals = text(minh.get(&close).await, 200).await;
    assert!(totals.contains("Ai đã làm gì"), "{totals}");
    text(minh.post(&close, &[]).await, 303).await;
    assert_eq!(counting(&db).await, 2);
    let page = text(hoa.get(&batch).await, 200).await;
    assert!(page.contains("Cán bộ minh,") && page.contains("(83,33"), "{page}");
    db.close().await;
}

async fn what_is_typed_is_not_given_up_by_a_button_without_being_asked_about(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (_, hoa) = two_people(&app).await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    let page = format!("/staff/paper/{batch}/key");
    for (n, keys, comment) in [(1, "554431", ""), (2, "000000", "Chờ lâu quá")] {
        for fate in ["void", "blank"] {
            let fields = [("fate", fate), ("comment", comment)];
            let asked = text(send(&hoa, &page, serial(n), keys, &fields).await, 422).await;
            assert!(asked.contains("Đã có nội dung gõ ở đây"), "{asked}");
            assert!(
                asked.contains(comment) && asked.contains(&format!("value=\"{}\"", &keys[..1]))
            );
            assert_eq!(hidden(&asked, "sure"), fate);
        }
        assert!(db.keyings_of(batch, serial(n)).await.unwrap().is_empty(), "nothing is stored");
        let other = [("fate", "void"), ("comment", comment), ("sure", "blank")];
        text(send(&hoa, &page, serial(n), keys, &other).await, 422).await;
        let sure = [("fate", "void"), ("comment", comment), ("sure", "void")];
        text(send(&hoa, &page, serial(n), keys, &sure).await, 303).await;
        assert_eq!(db.keyings_of(batch, serial(n)).await.unwrap()[0].keyed.fate, Fate::Void);
    }
    let nothing = [("fate", "void"), ("comment", " ")];
    text(send(&hoa, &page, serial(3), "000000", &nothing).await, 303).await;
    db.close().await;
}

async fn a_sheet_that_was_called_void_first_is_asked_for_its_comment(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let range = printed(&db, 1).await;
    let fields = [("range", &*range.first.as_digits()), ("day", "2026-10-05"), ("sheets", "1")];
    let batch = text(lan.post("/staff/paper/new", &fields).await, 303).await;
    text(hoa.post(&format!("{batch}/count"), &[("sheets", "1")]).await, 303).await;
    let void = [("serial", &*serial(1).as_digits()), ("fate", "void")];
    text(lan.post(&format!("{batch}/key"), &void).await, 303).await;
    text(lan.post(&format!("{batch}/draw"), &[]).await, 303).await;
    text(send(&hoa, &format!("{batch}/rekey"), serial(1), "554431", &[]).await, 303).await;
    text(lan.post(&format!("{batch}/draw"), &[]).await, 303).await;
    let decide = format!("{batch}/decide");
    assert!(text(lan.get(&decide).await, 200).await.contains("name=\"comment\""));
    let comment = [("comment", "Chờ lâu quá")];
    text(send(&lan, &decide, serial(1), "554431", &comment).await, 303).await;
    let held = db.keyings_of(1, serial(1)).await.unwrap();
    let decided = held.last().unwrap();
    assert_eq!(decided.purpose, Purpose::Decided);
    assert_eq!(decided.keyed.comment().unwrap().as_deref(), Some("Chờ lâu quá"));
    db.close().await;
}

async fn what_is_left_empty_is_asked_about_once(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (_, hoa) = two_people(&app).await;
    let hoa = anew(&app, &db, &hoa).await;
    let range = printed(&db, 2).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    let page = format!("/staff/paper/{batch}/key");
    let fresh = text(hoa.get(&page).await, 200).await;
    assert!(!fresh.contains("name=\"sure\""), "an empty form was not asked about: {fresh}");
    let asked = text(send(&hoa, &page, serial(1), "55 431", &[]).await, 422).await;
    assert_eq!(asked.matches("Câu này để trống").count(), 2, "told above and at the item: {asked}");
    assert_eq!(hidden(&asked, "sure"), "answered");
    text(send(&hoa, &page, serial(1), "55 431", &[("sure", "answered")]).await, 303).await;
    let held = db.keyings_of(batch, serial(1)).await.unwrap();
    assert_eq!(held[0].keyed, sheet("550431"));
    key(&hoa, &format!("/staff/paper/{batch}"), 2, "550431").await;
    db.close().await;
}
