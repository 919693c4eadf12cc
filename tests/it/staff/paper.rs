//! Paper forms on the pages of staff, from the box to the figures.

use futures_util::future::join_all;
use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::paper_batches::Purpose;
use sha2::{Digest, Sha256};
use surveys::catalog;
use surveys::paper::Fate;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::paper::{
    COMMUNE, agree, anew, counting, foreign_point, hidden, key, keyed_and_drawn, long_point,
    opened, point, printed, printed_for, rekey, send, serial, text, two_people,
};
use crate::support::staff::{self, Member};

on_both_databases![
    a_box_of_sheets_counts_when_two_people_have_counted_keyed_and_checked_it,
    two_people_who_key_one_box_at_once_key_no_sheet_twice,
    what_was_typed_of_a_sheet_is_there_again_after_signing_in,
    what_does_not_fit_is_told_and_nothing_typed_is_lost,
    a_sheet_of_another_point_or_batch_is_led_to_where_it_belongs,
    a_sheet_that_is_known_is_shown_beside_what_was_typed,
    a_batch_that_is_given_up_counts_no_more,
];

#[expect(clippy::too_many_lines, reason = "one walk, told from its beginning to its end")]
async fn a_box_of_sheets_counts_when_two_people_have_counted_keyed_and_checked_it(
    database: Database,
) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    assert!(text(lan.get("/staff/paper/new").await, 200).await.contains("trang của điểm khảo sát"));
    let range = printed(&db, 12).await;
    let first = range.first.as_digits();
    let fields = [("range", first.as_str()), ("day", "05/10/2026"), ("sheets", "10")];
    let batch = text(lan.post("/staff/paper/new", &fields).await, 303).await;
    assert!(!text(hoa.get(&batch).await, 200).await.contains("<dd>10</dd>"), "the count is hidden");
    let count = format!("{batch}/count");
    app.pass_minutes(1);
    text(hoa.post(&count, &[("sheets", "9")]).await, 303).await;
    let page = text(hoa.get(&batch).await, 200).await;
    assert!(page.contains("Cán bộ lan đếm 10, Cán bộ hoa đếm 9"), "{page}");
    app.pass_minutes(1);
    text(hoa.post(&count, &[("sheets", "10")]).await, 303).await;

    for n in 1..=6 {
        key(&lan, &batch, n, "554431").await;
    }
    for n in 7..=9 {
        key(&hoa, &batch, n, "5-90-137").await;
    }
    assert!(text(hoa.get(&batch).await, 200).await.contains("Còn 1 tờ chưa nhập"));
    let blank = [("serial", &*serial(10).as_digits()), ("fate", "blank")];
    text(hoa.post(&format!("{batch}/key"), &blank).await, 303).await;
    let keying = async || text(hoa.get(&format!("{batch}/key")).await, 200).await;
    let told = keying().await;
    assert!(told.contains("Đã nhập đủ 10 tờ đã đếm trong hộp. Còn 2 số chưa nhập"), "{told}");
    assert!(told.contains(&format!("href=\"{batch}\">Xem bước tiếp theo")), "{told}");
    for (page, to) in [("draw", &lan), ("close", &lan)] {
        text(to.post(&format!("{batch}/{page}"), &[]).await, 303).await;
    }
    assert!(text(lan.get(&batch).await, 200).await.contains("Còn 2 số phiếu chưa rõ"));
    let missing = format!("{batch}/missing");
    let lost = [("first", "000000112"), ("last", "000000121"), ("fate", "lost")];
    let wrong = text(hoa.post(&missing, &lost).await, 422).await;
    assert!(wrong.contains("đọc lại số phiếu"), "{wrong}");
    let (from, to) = (serial(11).to_string(), serial(12).to_string());
    let unused = [("first", from.as_str()), ("last", to.as_str()), ("fate", "not-handed-out")];
    text(hoa.post(&missing, &unused).await, 303).await;
    let told = keying().await;
    assert!(told.contains("Mọi số của đợt này đã được nhập hoặc giải thích"), "{told}");
    assert!(text(lan.get(&batch).await, 200).await.contains("chọn ngẫu nhiên"));
    text(lan.post(&format!("{batch}/draw"), &[]).await, 303).await;
    let drawn = db.drawn_sheets(1).await.unwrap();
    assert_eq!(drawn.len(), 5);
    assert!(drawn.iter().all(|serial| range.has(*serial) && serial.number() <= 10));
    // Whoever keys a sheet again does not see how it was keyed.
    let again = text(hoa.get(&format!("{batch}/rekey")).await, 200).await;
    assert!(!again.contains("Lần nhập"), "{again}");
    rekey(&db, [&lan, &hoa], &batch, |n| if n < 7 { "554431" } else { "5-90-137" }.into()).await;

    assert_eq!(counting(&db).await, 0, "nothing counts before the batch is closed");
    assert_eq!(app.database().count("responses").await, 0);
    let totals = text(lan.get(&format!("{batch}/close")).await, 200).await;
    assert!(totals.contains("0,00\u{a0}%"), "{totals}");
    app.pass_minutes(5);
    let asked = text(lan.post(&format!("{batch}/close"), &[]).await, 403).await;
    assert!(asked.contains("one-time-code"), "what counts asks for a code: {asked}");
    let lan = anew(&app, &db, &lan).await;
    assert_eq!(text(lan.post(&format!("{batch}/close"), &[]).await, 303).await, batch);
    assert_eq!(counting(&db).await, 9);
    let page = text(hoa.get(&batch).await, 200).await;
    assert!(page.contains("Đợt này đã đóng") && page.contains("SHA-256"), "{page}");

    // The hash is that of the documents, one a line.
    let documents: String = db
        .keyings(1)
        .await
        .unwrap()
        .into_iter()
        .filter(|keying| keying.purpose == Purpose::First)
        .filter_map(|keying| Some(keying.keyed.document? + "\n"))
        .collect();
    let digest = Sha256::digest(documents);
    let hash = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    assert!(page.contains(&hash));

    // A correction is a new version with a reason.
    let correct = format!("{batch}/correct");
    let shown =
        text(lan.get(&format!("{correct}?serial={}", serial(1).as_digits())).await, 200).await;
    assert!(shown.contains("value=\"5\""), "{shown}");
    let seen = ("seen", &*hidden(&shown, "seen"));
    let same = send(&lan, &correct, serial(1), "554431", &[seen, ("reason", "thử")]).await;
    assert!(text(same, 422).await.contains("Sửa ít nhất một câu"));
    let without = send(&lan, &correct, serial(1), "154431", &[seen, ("reason", "")]).await;
    assert!(text(without, 422).await.contains("Nhập lý do"));
    let reason = [seen, ("reason", "ô thứ nhất đọc nhầm")];
    text(send(&lan, &correct, serial(1), "154431", &reason).await, 303).await;
    assert_eq!(counting(&db).await, 9);
    assert_eq!(app.database().count("responses").await, 9, "it waits for another person");
    let hoa = anew(&app, &db, &hoa).await;
    agree(&hoa, &batch, "yes").await;
    assert_eq!(counting(&db).await, 9);
    assert_eq!(app.database().count("responses").await, 10, "the former version stays");
    let page = text(hoa.get(&batch).await, 200).await;
    for said in ["ô thứ nhất đọc nhầm", "câu 1: 5 → 1", "Đã sửa 1/10 tờ (10,00", "hiện nay"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains(&hash), "the hash of the closing stays beside the new one");
    for action in [
        "open-paper-batch",
        "count-sheets",
        "key-sheet",
        "explain-serials",
        "draw-sheets",
        "rekey-sheet",
        "close-paper-batch",
        "correct-sheet",
        "agree-to-sheet",
    ] {
        let backdoor = app.database().backdoor().await;
        let sql = format!("select count(*) from staff_audit where action = '{action}'");
        assert!(backdoor.number(&sql).await > 0, "{action} is not in the log");
        backdoor.close().await;
    }
    db.close().await;
}

#[tokio::test]
async fn what_was_not_good_is_missing_only_where_paper_asks_for_it() {
    let app = App::spawn(Database::sqlite());
    let db = app.database().open().await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, COMMUNE).await;
    let quick = catalog::instrument("quick-counter", None).unwrap();
    let printed = staff::by_operator(1_000, Action::MakePaper);
    let range = db.issue_paper(&point(), quick, 3, &printed).await.unwrap().unwrap();
    let fields = [("range", &*range.first.as_digits()), ("day", "5/10/2026"), ("sheets", "3")];
    let batch = text(lan.post("/staff/paper/new", &fields).await, 303).await;
    let hoa = Member::signed_in(&app, "hoa", Role::DataEntry, COMMUNE).await;
    text(hoa.post(&format!("{batch}/count"), &[("sheets", "3")]).await, 303).await;
    let send = async |n: u32, ratings: &str, reasons: &str, status: u16| {
        let mut fields = vec![("serial".to_owned(), serial(n).to_string())];
        let ratings = ratings.chars().zip(1..);
        fields.extend(ratings.map(|(key, n)| (format!("item-A{n}"), key.to_string())));
        fields.push(("item-L1".to_owned(), reasons.to_owned()));
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        text(lan.post(&format!("{batch}/key"), &fields).await, status).await
    };
    send(1, "55943", "", 303).await;
    let asked = send(2, "52943", "", 422).await;
    assert!(asked.contains("id=\"item-L1-error\""), "a low level, and nothing ticked: {asked}");
    send(2, "52943", "16", 303).await;
    // Ticked without being asked for: the paper says so, and so does what is stored.
    send(3, "55555", "3", 303).await;
    let id = batch.rsplit('/').next().unwrap().parse().unwrap();
    let keyings = db.keyings(id).await.unwrap();
    let documents: Vec<_> =
        keyings.iter().map(|keying| keying.keyed.document.as_deref().unwrap()).collect();
    for (document, said) in documents.iter().zip(["\"A5\":3}", "\"L1\":[1,6]", "\"L1\":[3]"]) {
        assert!(document.contains("\"version\":2") && document.contains(said), "{document}");
    }
    db.close().await;
}

async fn two_people_who_key_one_box_at_once_key_no_sheet_twice(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let range = printed(&db, 20).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    let page = format!("/staff/paper/{batch}/key");
    let all = range.serials().flat_map(|serial| {
        let one = send(&lan, &page, serial, "554431", &[]);
        let other = send(&hoa, &page, serial, "111112", &[]);
        [(one), (other)].map(|send| async { send.await.status().as_u16() })
    });
    let mut statuses = join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [[303; 20], [409; 20]].concat());
    assert_eq!(app.database().count("paper_keyings").await, 20);
    db.close().await;
}

async fn what_was_typed_of_a_sheet_is_there_again_after_signing_in(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (_, mut hoa) = two_people(&app).await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    let page = format!("/staff/paper/{batch}/key");
    key(&hoa, &format!("/staff/paper/{batch}"), 1, "554431").await;
    app.pass_minutes(40);
    let more = [("comment", "Chờ lâu quá")];
    let ended = text(send(&hoa, &page, serial(2), "12345 17", &more).await, 303).await;
    assert!(ended.starts_with("/staff/sign-in?next=%2Fstaff%2Fpaper%2F"), "{ended}");
    hoa.token = staff::session(&db, &hoa.account, app.now()).await;
    let shown = text(hoa.get(&page).await, 200).await;
    for typed in [&*serial(2).to_string(), "value=\"4\"", "17", "Chờ lâu quá", "vẫn còn ở đây"]
    {
        assert!(shown.contains(typed), "{typed} is gone: {shown}");
    }
    assert_eq!(app.database().count("paper_keyings").await, 1, "the first is still there");
    text(send(&hoa, &page, serial(2), "1234517", &more).await, 303).await;
    let shown = text(hoa.get(&page).await, 200).await;
    assert!(!shown.contains("Chờ lâu quá") && shown.contains(&serial(3).to_string()), "{shown}");
    db.close().await;
}

async fn what_does_not_fit_is_told_and_nothing_typed_is_lost(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, _) = two_people(&app).await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    let at = |page: &str| format!("/staff/paper/{batch}/{page}");
    let right = serial(1).as_digits();
    let transposed = format!("0{}", &right[..8]);
    let long = "ý".repeat(2_001);
    for (serial, typed, comment, said) in [
        ("", "554431", "", "chín chữ số"),
        (&*transposed, "554431", "", "chưa khớp nhau"),
        ("9999999990", "554431", "", "chín chữ số"),
        (&*serial(77).as_digits(), "554431", "", "chưa in phiếu nào"),
        ("<script>alert(1)</script>", "554431", "", "chín chữ số"),
        (&*right, "754431", "", "các phím ghi ở trên"),
        (&*right, "55443<script>", "", "các phím ghi ở trên"),
        (&*right, "5544319", "", "không đi cùng phương án khác"),
        (&*right, "     ", "", "Nhập ít nhất một câu"),
        (&*right, "0-0-00", " ", "Nhập ít nhất một câu"),
        (&*right, "554431", &*long, "nhiều nhất 2000"),
        (&*right, "554431", "a\0b", "ký tự điều khiển"),
    ] {
        let mut fields = crate::support::paper::typed(typed);
        fields.push(("serial".into(), serial.into()));
        fields.push(("comment".into(), comment.into()));
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let page = text(lan.post(&at("key"), &fields).await, 422).await;
        assert!(page.contains(said), "{serial:?} {typed:?}: {page}");
        assert!(page.contains("<title>Lỗi:") && !page.contains("<script>alert"), "{page}");
        assert!(typed.starts_with(' ') || page.contains(&format!("value=\"{}\"", &typed[..1])));
    }
    for (page, fields, said) in [
        ("count", vec![("sheets", "1000000000")], "từ 0 đến 2000"),
        ("count", vec![("sheets", "-1")], "từ 0 đến 2000"),
        ("count", vec![("sheets", "mười")], "từ 0 đến 2000"),
        ("range", vec![("first", "1"), ("last", "")], "chín chữ số"),
        ("range", vec![("first", &*right), ("last", "000000994")], "đọc lại số phiếu"),
        ("give-up", vec![("reason", "\n")], "Nhập lý do"),
        ("missing", vec![("first", &*right), ("last", &*right), ("fate", "x")], "Chọn một mục"),
        ("missing", vec![("first", &*right), ("last", "x"), ("fate", "lost")], "chín chữ số"),
    ] {
        let page_text = text(lan.post(&at(page), &fields).await, 422).await;
        assert!(page_text.contains(said), "{page}: {page_text}");
    }
    for fields in [
        vec![],
        vec![("range", "x"), ("day", "31/02/2026"), ("sheets", "1000000000")],
        vec![("range", &*right), ("day", "2027-01-01"), ("sheets", "1"), ("first", "' or 1=1")],
    ] {
        let page = text(lan.post("/staff/paper/new", &fields).await, 422).await;
        assert!(page.contains("Có vấn đề cần sửa"), "{page}");
    }
    for nowhere in ["0", "-1", "999999", "99999999999999999999", "x'--"] {
        text(lan.get(&format!("/staff/paper/{nowhere}/key")).await, 404).await;
    }
    assert_eq!(app.database().count("paper_keyings").await, 0);
    db.close().await;
}

async fn a_sheet_of_another_point_or_batch_is_led_to_where_it_belongs(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let range = printed(&db, 3).await;
    let far = printed_for(&db, &foreign_point(), 2).await;
    let long = printed_for(&db, &long_point(), 2).await;
    let more = printed(&db, 2).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    let page = format!("/staff/paper/{batch}/key");
    let try_it = async |member: &Member<'_>, serial| {
        text(send(member, &page, serial, "554431", &[]).await, 422).await
    };
    let elsewhere = try_it(&lan, far.first).await;
    assert!(elsewhere.contains(&foreign_point().name), "{elsewhere}");
    assert!(!elsewhere.contains("/staff/paper/new"), "she may open none there");
    let opens = format!("/staff/paper/new?serial={}", long.first.as_digits());
    assert!(try_it(&lan, long.first).await.contains(&opens));
    assert!(!try_it(&hoa, long.first).await.contains(&opens), "Hoa opens no batches");
    let right = opened(&db, &long_point(), long, app.now()).await;
    assert!(try_it(&hoa, long.first).await.contains(&format!("/staff/paper/{right}/key")));

    assert!(try_it(&lan, more.first).await.contains(&format!("/staff/paper/{batch}#range")));
    let (from, to) = (more.first.as_digits(), more.last.as_digits());
    let widen = [("first", from.as_str()), ("last", to.as_str())];
    text(lan.post(&format!("/staff/paper/{batch}/range"), &widen).await, 303).await;
    text(send(&lan, &page, more.first, "554431", &[]).await, 303).await;
    let second = opened(&db, &point(), more, app.now()).await;
    let page = format!("/staff/paper/{second}/key");
    let twice = text(send(&lan, &page, more.first, "554431", &[]).await, 422).await;
    assert!(twice.contains(&format!("đã nhập trong đợt {batch}")), "{twice}");
    db.close().await;
}

async fn a_sheet_that_is_known_is_shown_beside_what_was_typed(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let range = printed(&db, 3).await;
    let batch = format!("/staff/paper/{}", opened(&db, &point(), range, app.now()).await);
    let page = format!("{batch}/key");
    key(&lan, &batch, 1, "554431").await;
    key(&lan, &batch, 1, "554431").await;
    assert_eq!(app.database().count("paper_keyings").await, 1, "sent twice is once");
    let both = text(send(&hoa, &page, serial(1), "254431", &[]).await, 409).await;
    assert!(both.contains("do Cán bộ lan nhập") && both.contains("5 Rất hài lòng"), "{both}");
    assert!(both.contains("value=\"2\"") && both.contains("name=\"replace\""), "{both}");
    text(send(&hoa, &page, serial(1), "254431", &[("replace", "yes")]).await, 303).await;
    let held = db.keyings_of(1, serial(1)).await.unwrap();
    assert_eq!((held.len(), held[0].keyed_by.as_str()), (1, "hoa"));

    // The last sheet is taken back and mended.
    let back = [("serial", &*serial(1).as_digits())];
    let mended = text(hoa.post(&format!("{page}/undo"), &back).await, 200).await;
    assert!(mended.contains("value=\"2\"") && mended.contains("để sửa"), "{mended}");
    text(lan.post(&format!("{page}/undo"), &back).await, 303).await;
    assert!(db.keyings_of(1, serial(1)).await.unwrap().is_empty());
    assert_eq!(app.database().count("paper_keyings").await, 2, "every version stays");
    let blank = [("serial", &*serial(1).as_digits()), ("fate", "void")];
    text(hoa.post(&page, &blank).await, 303).await;
    assert_eq!(db.keyings_of(1, serial(1)).await.unwrap()[0].keyed.fate, Fate::Void);
    db.close().await;
}

async fn a_batch_that_is_given_up_counts_no_more(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let minh = Member::signed_in(&app, "minh", Role::CentreStaff, "/75/25280/").await;
    let batch = keyed_and_drawn(&db, &lan, &hoa, 2).await;
    text(minh.get(&batch).await, 404).await;
    rekey(&db, [&lan, &hoa], &batch, |_| "554431".into()).await;
    text(lan.post(&format!("{batch}/close"), &[]).await, 303).await;
    assert_eq!(counting(&db).await, 2);
    let why = [("reason", "nhập nhầm hộp của tháng trước")];
    assert_eq!(hoa.post(&format!("{batch}/give-up"), &why).await.status(), 403);
    text(lan.post(&format!("{batch}/give-up"), &why).await, 303).await;
    assert_eq!(counting(&db).await, 0);
    let page = text(hoa.get(&batch).await, 200).await;
    for said in ["nhập nhầm hộp của tháng trước", "Tổng số theo từng câu", "lệch 0 trong 12 câu"]
    {
        assert!(page.contains(said), "what was keyed is not hidden: {page}");
    }
    let reviewer = Member::signed_in(&app, "rev", Role::Reviewer, "/56/").await;
    let seen = text(reviewer.get(&batch).await, 200).await;
    assert!(seen.contains("Tổng số theo từng câu") && !seen.contains("/key\""), "{seen}");
    assert!(text(reviewer.get("/staff/paper").await, 200).await.contains(&batch));
    for page in ["key", "rekey", "decide", "missing", "close", "correct", "agree"] {
        let to = text(lan.get(&format!("{batch}/{page}")).await, 303).await;
        assert_eq!(to, batch, "{page}");
    }
    assert!(COMMUNE.starts_with("/56/"));
    db.close().await;
}
