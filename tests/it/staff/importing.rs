//! Importing a file in the browser: its columns are matched, nothing is stored before
//! somebody has seen what would be, and an import is taken back as a whole.

use std::fmt::Write;
use std::path::Path;

use hailong::staff::Role;
use reqwest::{Method, StatusCode};
use surveys::collection_point::CollectionPoint;
use surveys::response::Document;
use surveys::{CommuneCode, InstrumentId, PointCode};

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::paper;
use crate::support::staff::Member;

on_both_databases![
    a_file_is_matched_looked_at_imported_and_undone,
    comments_come_in_untouched_by_hand_and_nothing_that_leads_to_a_person,
    what_was_written_beside_an_answer_comes_in_with_the_comment_and_is_shown_before,
    what_was_chosen_is_there_again_after_signing_in,
    the_same_file_with_another_channel_is_imported_only_on_purpose,
    a_file_of_a_former_version_is_read_by_it_and_by_the_newest_only_on_purpose,
    a_preview_tells_what_is_stored_and_nothing_else_is,
    nobody_imports_for_another_commune,
    a_box_of_paper_forms_is_no_import_and_not_undone_as_one,
];

/// Words of its own, dates of one order only when all are looked at, a row without a date.
const FILE: &str = "Lúc trả lời;Nơi chờ;A2;A3;A4;A5;Người nhập\n\
    05/10/2026;tốt;5;4;3;4;lan\n\
    13/10/2026;tệ;4;4;4;4;lan\n\
    ;tốt;4;4;4;4;hoa\n";

/// The counter's collection point of the commune 22651.
const POINT: &str = "22651";

async fn officer(app: &App) -> Member<'_> {
    Member::signed_in(app, "lan", Role::CentreStaff, "/56/22651/").await
}

/// Uploads `content` for the counter's point, answered on paper.
async fn upload(member: &Member<'_>, content: &[u8]) -> reqwest::Response {
    let fields = [("point", POINT), ("channel", "paper"), ("map", "")];
    member.upload("/staff/import", &fields, ("phiếu.csv", content)).await
}

fn way(answer: &reqwest::Response) -> String {
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    to.unwrap_or_else(|| format!("no way on, but {}", answer.status()))
}

/// The value of the field called `name` on a page.
fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let begin = format!("name=\"{name}\" value=\"");
    page.split(&begin).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

/// The names of the lists of a page whose names begin with `begin`.
fn lists(page: &str, begin: &str) -> Vec<String> {
    let found = page.split("<select id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    found.filter(|name| name.starts_with(begin)).map(str::to_owned).collect()
}

async fn a_file_is_matched_looked_at_imported_and_undone(database: Database) {
    let app = App::spawn(database);
    let lan = officer(&app).await;
    let answer = upload(&lan, FILE.as_bytes()).await;
    assert_eq!(way(&answer), "/staff/import/columns");
    let page = lan.get("/staff/import/columns").await.text().await.unwrap();
    assert!(page.contains("Cột 2: Nơi chờ") && page.contains("Ví dụ: tệ · tốt"), "{page}");
    let file = hidden(&page, "file").to_owned();
    assert_eq!(lists(&page, "c").len(), 7);

    // A column newly said to hold answers: what its words mean is asked first.
    let chosen = [("file", file.as_str()), ("sheet", ""), ("c1", "A1"), ("dates", "dd/mm/yyyy")];
    let answer = lan.post("/staff/import/columns", &chosen).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    let words = lists(&page, "o1-A1-");
    assert_eq!(words, ["o1-A1-0", "o1-A1-1"], "tệ, tốt");
    let chosen = [&chosen[..], &[("o1-A1-0", "1"), ("o1-A1-1", "5")]].concat();
    let answer = lan.post("/staff/import/columns", &chosen).await;
    assert_eq!(way(&answer), "/staff/import/preview");

    let page = lan.get("/staff/import/preview").await.text().await.unwrap();
    for part in [
        "<dt>Số dòng</dt><dd>3</dd>",
        "<dt>Phiếu mới</dt><dd>2</dd>",
        "<dt>Dòng bị loại</dt><dd>1</dd>",
        "A1: 5 – Rất hài lòng",
        "Thời điểm trả lời: 2026-10-05T00:00:00+07:00",
        "Dòng này không có ngày trả lời",
        "Nhập 2 phiếu",
        "Người nhập",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert_eq!(app.database().count("responses").await, 0, "nothing is stored by looking");
    let rejects = lan.post("/staff/import/rejects", &[]).await.text().await.unwrap();
    assert!(rejects.contains("4,Lúc trả lời,,") && rejects.contains("hoa"), "{rejects}");
    let map = lan.get("/staff/import/map").await.text().await.unwrap();
    assert!(map.contains("\"Nơi chờ\" = \"A1\"") && map.contains("dd/mm/yyyy"), "{map}");

    let mark = hidden(&page, "file").to_owned();
    let answer = lan.post("/staff/import/preview", &[("file", &file)]).await;
    assert_eq!(way(&answer), "/staff/import/preview", "that is no mark of what was looked at");
    let answer = lan.post("/staff/import/preview", &[("file", &mark)]).await;
    assert_eq!(way(&answer), "/staff/import/batches/1?done=1");
    assert_eq!(app.database().count("responses").await, 2);
    let again = lan.post("/staff/import/preview", &[("file", &mark)]).await;
    assert_eq!(way(&again), "/staff/import/batches/1?done=1", "pressed twice, imported once");
    assert_eq!(app.database().count("batches").await, 1);
    let page = lan.get("/staff/import/batches/1?done=1").await.text().await.unwrap();
    let name = lan.account.full_name.as_str();
    for part in ["Đã nhập xong", "Đang được tính", name, "A1: “tốt”", "5 – Rất hài lòng"]
    {
        assert!(page.contains(part), "{part} is not in {page}");
    }

    // The same file with the same choices adds nothing.
    upload(&lan, FILE.as_bytes()).await;
    assert_eq!(way(&lan.post("/staff/import/columns", &chosen).await), "/staff/import/preview");
    let page = lan.get("/staff/import/preview").await.text().await.unwrap();
    assert!(page.contains("<dt>Đã có từ trước</dt><dd>2</dd>"), "{page}");
    assert!(page.contains("không có phiếu nào mới"), "{page}");

    let undo = "/staff/import/batches/1/undo";
    let answer = lan.post(undo, &[("reason", " ")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let answer = lan.post(undo, &[("reason", "nhầm điểm")]).await;
    assert_eq!(way(&answer), "/staff/import/batches/1");
    let page = lan.get("/staff/import/batches").await.text().await.unwrap();
    assert!(page.contains("Đã rút lại"), "{page}");
    let backdoor = app.database().backdoor().await;
    let noted = backdoor
        .texts(
            "select subject from staff_audit where action in
        ('import', 'export-rejects', 'undo-batch') order by seq",
        )
        .await;
    assert_eq!(noted, ["phiếu.csv", "1: phiếu.csv", "1: nhầm điểm"]);
    let kept = backdoor.texts("select path from staff_kept_forms order by path").await;
    assert_eq!(kept, ["/staff/import/chosen", "/staff/import/file"], "the second upload");
    backdoor.close().await;
}

/// As a Google Form in Vietnamese has it that also asked who somebody is.
const ASKED_WHO: &str = "Dấu thời gian,Ông/bà hài lòng thế nào về nơi tiếp nhận hồ sơ?,\
    Ông/bà hài lòng thế nào về thủ tục đã làm?,\
    Ông/bà hài lòng thế nào về thái độ và cách hướng dẫn của công chức?,\
    Ông/bà hài lòng thế nào về kết quả giải quyết?,\
    \"Ông/bà hài lòng thế nào về việc tiếp nhận, xử lý phản ánh, kiến nghị?\",\
    Họ và tên,Số điện thoại,Địa chỉ,Địa chỉ email,Ngày sinh,Ông/bà muốn góp ý thêm điều gì?\n\
    13/10/2026 9:30:00,Rất hài lòng,Hài lòng,Hài lòng,Hài lòng,Bình thường,\
    Nguyễn Thị Canari,0912345678,Số 7 đường Canari,canari@example.vn,01/02/1960,Chờ lâu quá\n";

/// The same in words of one's own: the comment is a guess.
const PLAIN: &str = "Ngày,Nơi tiếp nhận hồ sơ,Thủ tục đã làm,Thái độ và cách hướng dẫn,\
    Kết quả giải quyết,\"Phản ánh, kiến nghị\",Số điện thoại,Địa chỉ,Góp ý thêm\n\
    13/10/2026,4,4,4,4,4,0912345678,Số 7 đường Canari,Chờ lâu quá\n";

/// A file goes through all pages as they stand; what the responses say, as stored.
async fn untouched(app: &App, member: &Member<'_>, map: &str, content: &[u8]) -> Vec<String> {
    let fields = [("point", POINT), ("channel", "online"), ("map", map)];
    let fields = [&fields[..], &[("version", "quick-counter@1")]].concat();
    let answer = member.upload("/staff/import", &fields, ("phiếu.csv", content)).await;
    assert_eq!(way(&answer), "/staff/import/columns");
    let page = member.get("/staff/import/columns").await.text().await.unwrap();
    let mut chosen = vec![("file".to_owned(), hidden(&page, "file").to_owned())];
    for name in lists(&page, "c").into_iter().chain(lists(&page, "o")).chain(lists(&page, "dates"))
    {
        let list = page.split(&format!("<select id=\"{name}\"")).nth(1).unwrap();
        let list = list.split("</select>").next().unwrap();
        // A browser sends what is marked, or the first.
        let marked = list.split("<option value=\"").find(|option| option.contains(" selected>"));
        let first = list.split("<option value=\"").nth(1).unwrap();
        let value = marked.unwrap_or(first).split('"').next().unwrap().to_owned();
        chosen.push((name, value));
    }
    let chosen: Vec<(&str, &str)> = chosen.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = member.post("/staff/import/columns", &chosen).await;
    assert_eq!(way(&answer), "/staff/import/preview");
    let page = member.get("/staff/import/preview").await.text().await.unwrap();
    let mark = hidden(&page, "file").to_owned();
    let answer = member.post("/staff/import/preview", &[("file", &mark)]).await;
    assert!(way(&answer).starts_with("/staff/import/batches/"), "{page}");
    let backdoor = app.database().backdoor().await;
    let documents = backdoor.texts("select document from responses order by seq").await;
    backdoor.close().await;
    documents
}

async fn comments_come_in_untouched_by_hand_and_nothing_that_leads_to_a_person(database: Database) {
    let app = App::spawn(database);
    let lan = officer(&app).await;
    upload(&lan, ASKED_WHO.as_bytes()).await;
    let page = lan.get("/staff/import/columns").await.text().await.unwrap();
    assert_eq!(page.matches("Bỏ qua vì có thể là dữ liệu cá nhân").count(), 5, "{page}");
    let later = ASKED_WHO.replace("9:30:00", "10:30:00");
    for (map, content) in [("google-forms-vi", ASKED_WHO), ("", &later), ("", PLAIN)] {
        let stored = untouched(&app, &lan, map, content.as_bytes()).await;
        let last = stored.last().unwrap();
        assert!(last.contains(r#""comment":"Chờ lâu quá""#), "{map}: {stored:?}");
        for somebody in ["Canari", "canari", "0912345678", "01/02"] {
            assert!(stored.iter().all(|document| !document.contains(somebody)), "{stored:?}");
        }
    }
    // What was left aside is named before anything is stored, each for its reason.
    upload(&lan, ASKED_WHO.as_bytes()).await;
    let page = lan.get("/staff/import/columns").await.text().await.unwrap();
    lan.post("/staff/import/columns", &[("file", hidden(&page, "file"))]).await;
    let page = lan.get("/staff/import/preview").await.text().await.unwrap();
    let told = "dữ liệu cá nhân: Họ và tên · Số điện thoại · Địa chỉ · Địa chỉ email · Ngày sinh";
    assert!(page.contains(told) && page.contains("Góp ý: Chờ lâu quá"), "{page}");
}

/// Words of one's own behind an option, with a comment and without one.
const BESIDE: &str = "Ngày,A1,A2,A3,A4,A5,L1,G1\n\
    13/10/2026,2,4,4,4,4,\"Chờ lâu, Điều khác: ồn, nóng\",Thêm ghế\n\
    13/10/2026,2,4,4,4,4,Điều khác: không có nước uống,\n\
    13/10/2026,2,4,4,4,4,Chờ lâu,\n";

async fn what_was_written_beside_an_answer_comes_in_with_the_comment_and_is_shown_before(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = officer(&app).await;
    upload(&lan, BESIDE.as_bytes()).await;
    let page = lan.get("/staff/import/columns").await.text().await.unwrap();
    lan.post("/staff/import/columns", &[("file", hidden(&page, "file"))]).await;
    let page = lan.get("/staff/import/preview").await.text().await.unwrap();
    for told in [
        "Chờ lâu; Điều khác – ghi vào góp ý: “Điều khác: ồn, nóng”",
        "Điều khác – ghi vào góp ý: “Điều khác: không có nước uống”",
    ] {
        assert!(page.contains(told), "{told} is not in {page}");
    }
    assert_eq!(page.matches("ghi vào góp ý").count(), 2, "{page}");
    let mark = hidden(&page, "file").to_owned();
    let answer = lan.post("/staff/import/preview", &[("file", &mark)]).await;
    assert_eq!(way(&answer), "/staff/import/batches/1?done=1");
    let backdoor = app.database().backdoor().await;
    let stored = backdoor.texts("select document from responses order by seq").await;
    backdoor.close().await;
    let comments: Vec<_> = stored
        .iter()
        .map(|document| Document::read(document).unwrap().comment.map(|c| c.to_string()))
        .collect();
    let said = |text: &str| Some(text.to_owned());
    let expected =
        [said("Thêm ghế\nĐiều khác: ồn, nóng"), said("Điều khác: không có nước uống"), None];
    assert_eq!(comments, expected);
}

/// Files as each tool writes them, and the map for it.
const TOOLS: [(&str, &str); 7] = [
    ("google-forms-sheet.csv", "google-forms-vi"),
    ("google-forms-download.csv", "google-forms-vi"),
    ("limesurvey-codes.csv", "limesurvey"),
    ("limesurvey-texts.csv", "limesurvey"),
    ("kobo-values.csv", "kobo"),
    ("kobo-labels.csv", "kobo"),
    ("odk-central.csv", "odk"),
];

#[tokio::test]
async fn the_comments_of_every_tool_come_in_through_the_pages() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/importing/files");
    for (name, map) in TOOLS {
        let app = App::spawn(Database::sqlite());
        let lan = officer(&app).await;
        let content = std::fs::read(files.join(name)).unwrap();
        let stored = untouched(&app, &lan, map, &content).await;
        assert_eq!(stored.len(), 3, "{name}: {stored:?}");
        for comment in [r#""comment":"Nhanh, gọn""#, r#""comment":"<script>alert(1)</script>""#] {
            assert!(stored.iter().any(|document| document.contains(comment)), "{name}: {stored:?}");
        }
    }
}

async fn what_was_chosen_is_there_again_after_signing_in(database: Database) {
    let app = App::spawn(database);
    let lan = officer(&app).await;
    upload(&lan, FILE.as_bytes()).await;
    let page = lan.get("/staff/import/columns").await.text().await.unwrap();
    let file = hidden(&page, "file").to_owned();
    app.pass_minutes(45);
    let chosen = [("file", file.as_str()), ("c1", "A1"), ("dates", "dd/mm/yyyy")];
    let answer = lan.post("/staff/import/columns", &chosen).await;
    assert!(way(&answer).starts_with("/staff/sign-in?next="), "{}", way(&answer));
    let back = again(&app, &lan).await;
    let page = back.get("/staff/import/columns").await.text().await.unwrap();
    assert!(page.contains("Phần ông/bà nhập vẫn còn ở đây"), "{page}");
    assert!(page.contains("<option value=\"A1\" selected>"), "{page}");

    // A file that comes when the session is over is not kept, and the page says so.
    app.pass_minutes(45);
    let answer = upload(&back, FILE.as_bytes()).await;
    assert!(way(&answer).starts_with("/staff/sign-in?next="), "{}", way(&answer));
    let back = again(&app, &back).await;
    let page = back.get("/staff/import").await.text().await.unwrap();
    assert!(page.contains("Riêng tệp phải chọn lại"), "{page}");
}

/// The same person, signed in again.
async fn again<'a>(app: &'a App, member: &Member<'a>) -> Member<'a> {
    let db = app.database().open().await;
    let token = crate::support::staff::session(&db, &member.account, app.now()).await;
    db.close().await;
    member.with(token)
}

async fn the_same_file_with_another_channel_is_imported_only_on_purpose(database: Database) {
    let app = App::spawn(database);
    let lan = officer(&app).await;
    let rows = "answered_at,A1,A2,A3,A4,A5\n2026-10-05,1,2,3,4,5\n";
    let take = async |channel: &str| {
        let fields = [("point", POINT), ("channel", channel), ("map", "")];
        lan.upload("/staff/import", &fields, ("a.csv", rows.as_bytes())).await;
        let page = lan.get("/staff/import/columns").await.text().await.unwrap();
        let file = hidden(&page, "file").to_owned();
        lan.post("/staff/import/columns", &[("file", &file)]).await;
        let page = lan.get("/staff/import/preview").await.text().await.unwrap();
        hidden(&page, "file").to_owned()
    };
    let file = take("paper").await;
    let first = lan.post("/staff/import/preview", &[("file", &file)]).await;
    assert_eq!(way(&first), "/staff/import/batches/1?done=1");
    let file = take("online").await;
    let answer = lan.post("/staff/import/preview", &[("file", &file)]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("ở đợt 1"));
    assert_eq!(app.database().count("responses").await, 1);
    let answer = lan.post("/staff/import/preview", &[("file", &file), ("again", "yes")]).await;
    assert_eq!(way(&answer), "/staff/import/batches/2?done=1");
    assert_eq!(app.database().count("responses").await, 2);
}

async fn a_file_of_a_former_version_is_read_by_it_and_by_the_newest_only_on_purpose(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = officer(&app).await;
    let page = lan.get("/staff/import").await.text().await.unwrap();
    assert!(page.contains("<option value=\"quick-counter@1\">"), "{page}");
    let rows = "answered_at,A1,A2,A3,A4,A5\n2026-10-05,1,2,3,4,5\n";
    let begun = async |version: &str| {
        let fields = [("point", POINT), ("channel", "paper"), ("map", ""), ("version", version)];
        lan.upload("/staff/import", &fields, ("a.csv", rows.as_bytes())).await
    };
    for unknown in ["quick-counter@9", "sipas@1", "1"] {
        let answer = begun(unknown).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{unknown}");
        let said = answer.text().await.unwrap();
        assert!(said.contains("không dùng phiếu đã chọn"), "{unknown}: {said}");
    }
    let looked_at = async |version: &str, called: &str| {
        assert_eq!(way(&begun(version).await), "/staff/import/columns");
        let page = lan.get("/staff/import/columns").await.text().await.unwrap();
        assert!(page.contains(called), "{called}: {page}");
        let file = hidden(&page, "file").to_owned();
        lan.post("/staff/import/columns", &[("file", &file)]).await;
        let page = lan.get("/staff/import/preview").await.text().await.unwrap();
        assert!(page.contains(called) && page.contains("<dt>Phiếu mới</dt><dd>1</dd>"), "{page}");
        page
    };
    let former = looked_at("quick-counter@1", "– bản 1").await;
    let map = lan.get("/staff/import/map").await.text().await.unwrap();
    assert!(map.starts_with("# quick-counter@1\n"), "{map}");
    let other = hidden(&former, "file").to_owned();
    let newest = looked_at("", "– bản 2").await;
    assert_ne!(hidden(&newest, "file"), other, "what was looked at is another import");
    assert!(!newest.contains("name=\"again\""), "{newest}");
    let former = looked_at("quick-counter@1", "– bản 1").await;
    let answer = lan.post("/staff/import/preview", &[("file", hidden(&former, "file"))]).await;
    assert_eq!(way(&answer), "/staff/import/batches/1?done=1");
    let newest = looked_at("", "– bản 2").await;
    let mark = hidden(&newest, "file").to_owned();
    let answer = lan.post("/staff/import/preview", &[("file", &mark)]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "it would count twice");
    let on_purpose = [("file", mark.as_str()), ("again", "yes")];
    let answer = lan.post("/staff/import/preview", &on_purpose).await;
    assert_eq!(way(&answer), "/staff/import/batches/2?done=1");
    let backdoor = app.database().backdoor().await;
    let sql = "select instrument || ' ' || version from batches order by batch_id";
    assert_eq!(backdoor.texts(sql).await, ["quick-counter 1", "quick-counter 2"]);
    backdoor.close().await;
}

async fn a_preview_tells_what_is_stored_and_nothing_else_is(database: Database) {
    let app = App::spawn(database);
    let lan = officer(&app).await;
    let looked_at = async |content: &str, channel: &str| {
        let fields = [("point", POINT), ("channel", channel), ("map", "")];
        lan.upload("/staff/import", &fields, ("a.csv", content.as_bytes())).await;
        let page = lan.get("/staff/import/columns").await.text().await.unwrap();
        let file = hidden(&page, "file").to_owned();
        lan.post("/staff/import/columns", &[("file", &file)]).await;
        lan.get("/staff/import/preview").await.text().await.unwrap()
    };
    let id = "0199a2b4-7d11-7c3e-9b51-2f6f3f1f5a10";
    let head = "response_id,answered_at,A1,A2,A3,A4,A5";
    let rows = format!("{head}\n{id},2026-10-05,1,2,3,4,5\n{id},2026-10-05,5,5,5,5,5\n");
    let page = looked_at(&rows, "online").await;
    for part in ["<dt>Phiếu mới</dt><dd>1</dd>", "<dt>Dòng bị loại</dt><dd>1</dd>"] {
        assert!(page.contains(part), "two rows with one id: {page}");
    }
    let first = hidden(&page, "file").to_owned();
    // Another window takes the same file up in another way.
    let page = looked_at(&rows, "paper").await;
    let answer = lan.post("/staff/import/preview", &[("file", &first)]).await;
    assert_eq!(way(&answer), "/staff/import/preview");
    assert_eq!(app.database().count("responses").await, 0);
    let second = hidden(&page, "file").to_owned();
    lan.post("/staff/import/preview", &[("file", &second)]).await;
    assert_eq!(app.database().count("responses").await, 1);
    // An id that is taken by another content is told before, with the reason.
    let page = looked_at(&format!("{head}\n{id},2026-10-05,4,4,4,4,4\n"), "paper").await;
    assert!(page.contains("<dt>Dòng bị loại</dt><dd>1</dd>"), "{page}");
    assert!(page.contains("không có phiếu nào mới"), "{page}");
    // Household interviews are estimated apart.
    let rows = "response_id,sample,psu,answered_at,A1,A2,A3,A4,A5\n";
    let fields = [("point", POINT), ("channel", "interview"), ("map", "")];
    let answer = lan.upload("/staff/import", &fields, ("a.csv", rows.as_bytes())).await;
    let page = lan.get("/staff/import/columns").await.text().await.unwrap();
    let file = hidden(&page, "file").to_owned();
    let refused = lan.post("/staff/import/columns", &[("file", &file)]).await;
    assert_eq!(way(&answer), "/staff/import/columns");
    assert!(refused.text().await.unwrap().contains("phỏng vấn hộ"));
}

async fn nobody_imports_for_another_commune(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let foreign = CollectionPoint {
        code: PointCode::parse("00004").unwrap(),
        commune_code: CommuneCode::parse("00004").unwrap(),
        name: "Một cửa nơi khác".into(),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        retired: false,
    };
    assert!(db.add_collection_point(&foreign, app.now()).await.unwrap());
    db.close().await;
    let lan = officer(&app).await;
    let page = lan.get("/staff/import").await.text().await.unwrap();
    assert!(!page.contains("Một cửa nơi khác"));
    let rows = "collection_point,answered_at,A1,A2,A3,A4,A5\n00004,2026-10-05,1,2,3,4,5\n";
    let fields = [("point", "00004"), ("channel", "paper")];
    let answer = lan.upload("/staff/import", &fields, ("a.csv", rows.as_bytes())).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("thuộc phạm vi của mình"));
    // A row that names another commune's point is left out.
    upload(&lan, rows.as_bytes()).await;
    let page = lan.get("/staff/import/columns").await.text().await.unwrap();
    let file = hidden(&page, "file").to_owned();
    lan.post("/staff/import/columns", &[("file", &file)]).await;
    let page = lan.get("/staff/import/preview").await.text().await.unwrap();
    assert!(page.contains("<dt>Phiếu mới</dt><dd>0</dd>"), "{page}");
    assert!(page.contains("<dt>Dòng bị loại</dt><dd>1</dd>"), "{page}");
}

async fn a_box_of_paper_forms_is_no_import_and_not_undone_as_one(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let range = paper::printed(&db, 1).await;
    let batch = paper::opened(&db, &paper::point(), range, app.now()).await;
    let officer = Member::signed_in(&app, "province", Role::ProvinceOfficer, "/56/").await;
    let page = officer.get("/staff/import/batches").await.text().await.unwrap();
    assert!(!page.contains(&format!("/staff/import/batches/{batch}")), "{page}");
    let undo = format!("/staff/import/batches/{batch}/undo");
    assert_eq!(officer.get(&undo).await.status(), 404);
    assert_eq!(officer.post(&undo, &[("reason", "nhầm")]).await.status(), 404);
    assert_eq!(db.batch(batch).await.unwrap().unwrap().undone_at, None);
    db.close().await;
}

#[tokio::test]
async fn a_file_that_is_too_large_none_or_unreadable_is_told_in_a_sentence() {
    let app = App::spawn(Database::sqlite());
    let lan = officer(&app).await;
    for (content, told) in [
        (vec![b'a'; 5 * 1024 * 1024 + 1], "lớn hơn 5 MB"),
        (Vec::new(), "chọn một tệp có nội dung"),
        (b"\xD0\xCF\x11\xE0 an old file".to_vec(), "Excel đời cũ"),
        (b"PK\x03\x04 this is no spreadsheet".to_vec(), "Bảng tính bị hỏng"),
    ] {
        let answer = upload(&lan, &content).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(told), "{told} is not in {page}");
    }
}

#[tokio::test]
async fn a_file_is_read_of_staff_only_and_only_where_one_is_asked_for() {
    let app = App::spawn(Database::sqlite());
    let lan = officer(&app).await;
    let answer = lan.upload("/staff/me/password", &[], ("a.csv", b"x")).await;
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let nobody = app
        .request(Method::POST, "/staff/import")
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=x")
        .body("--x\r\n");
    let answer = nobody.send().await.unwrap();
    assert!(way(&answer).starts_with("/staff/sign-in"), "{}", way(&answer));
    let broken = lan
        .request(Method::POST, "/staff/import")
        .header("content-type", "multipart/form-data; boundary=x")
        .body("--x\r\nContent-Disposition: form-data; name=\"mark\"\r\n\r\nbroken off");
    assert_eq!(broken.send().await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn ten_thousand_rows_are_looked_at_and_imported_while_somebody_waits() {
    let app = App::spawn(Database::sqlite());
    let lan = officer(&app).await;
    let mut rows = "answered_at,A1,A2,A3,A4,A5,G1\n".to_owned();
    for n in 0..10_000 {
        let (day, hour, a) = (n % 14 + 1, n % 9 + 8, n % 5 + 1);
        writeln!(rows, "2026-10-{day:02}T{hour:02}:00:00,{a},4,5,4,3,góp ý {n}").unwrap();
    }
    upload(&lan, rows.as_bytes()).await;
    let page = lan.get("/staff/import/columns").await.text().await.unwrap();
    let file = hidden(&page, "file").to_owned();
    lan.post("/staff/import/columns", &[("file", &file)]).await;
    let begun = std::time::Instant::now();
    let page = lan.get("/staff/import/preview").await.text().await.unwrap();
    let looked = begun.elapsed();
    assert!(page.contains("Nhập 10.000 phiếu"), "{page}");
    let mark = hidden(&page, "file");
    let answer = lan.post("/staff/import/preview", &[("file", mark)]).await;
    println!("10,000 rows: looked at in {looked:?}, all in {:?}", begun.elapsed());
    assert_eq!(way(&answer), "/staff/import/batches/1?done=1");
    assert_eq!(app.database().count("responses").await, 10_000);
}
