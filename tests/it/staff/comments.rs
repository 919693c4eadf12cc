//! Comments on staff's pages and on the public one: read, covered, published, hidden; two
//! who decide at once; what is planted in a comment is nowhere public.

use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::comments::{Comment, Decision};
use reqwest::Method;
use surveys::comment::State;

use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::comments::{everything, left};
use crate::support::database::{Database, on_both_databases};
use crate::support::spreadsheet;
use crate::support::staff::{Member, by_operator};
use crate::support::{comments, hostile};

on_both_databases![
    a_comment_is_covered_published_and_read_without_anything_beside_it,
    what_may_be_personal_is_covered_or_confirmed_one_by_one,
    nobody_rewords_what_a_citizen_wrote,
    a_comment_is_hidden_with_a_reason_set_aside_and_returned,
    of_two_who_decide_the_second_sees_both,
    the_queue_is_searched_chosen_and_taken_along,
    an_action_is_opened_for_a_comment_and_each_leads_to_the_other,
    a_comment_is_shown_beside_its_action_to_those_alone_who_may_read_it,
    comments_of_few_are_not_shown,
    a_point_is_named_only_when_none_has_few,
    a_planted_number_is_nowhere_public,
    hostile_texts_come_out_as_text,
];

const NUMBER: &str = "0912 345 678";
const SAID: &str = "Chị Lan rất tốt.\nGọi tôi 0912 345 678 nhé";
const COVERED: &str = "[…] rất tốt.\nGọi tôi […] nhé";

/// How a comment says where it was left.
const NAMED: &str = "</blockquote><p class=\"small\">Trung tâm Phục vụ hành chính công";

/// A service where September 2026 has enough answers, and these comments.
async fn service(database: Database, texts: &[&str]) -> (App, Vec<Comment>) {
    answers::month(&database, "22651", 40).await;
    let app = App::spawn(database);
    let db = app.database().open().await;
    let comments = left(&db, texts).await;
    db.close().await;
    (app, comments)
}

async fn centre(app: &App) -> Member<'_> {
    Member::signed_in(app, "lan", Role::CentreStaff, "/56/22651/").await
}

async fn text(answer: reqwest::Response) -> String {
    answer.text().await.unwrap()
}

async fn citizen(app: &App, path: &str) -> String {
    let answer = app.request(Method::GET, path).header("accept", "text/html");
    text(answer.send().await.unwrap()).await
}

fn act(comment: &Comment, what: &str) -> String {
    format!("/staff/comments/{}/{what}", comment.id)
}

/// `text` as pages write it.
fn escaped(text: &str) -> String {
    let signs = [("&", "&#38;"), ("<", "&#60;"), (">", "&#62;"), ("\"", "&#34;"), ("'", "&#39;")];
    signs.iter().fold(text.to_owned(), |text, (sign, written)| text.replace(sign, written))
}

async fn a_comment_is_covered_published_and_read_without_anything_beside_it(database: Database) {
    let (app, said) = service(database, &[SAID]).await;
    let lan = centre(&app).await;
    let queue = text(lan.get("/staff/comments").await).await;
    assert!(queue.contains("1 góp ý chờ xem") && queue.contains("Chị Lan rất tốt."), "{queue}");
    let one = text(lan.get(&format!("/staff/comments/{}", said[0].id)).await).await;
    assert!(
        one.contains("<mark>Chị Lan<span class=\"unseen\"> (tên người)</span></mark>"),
        "{one}"
    );
    assert!(one.contains(&format!("<mark>{NUMBER}<span")) && one.contains("Tháng 9 năm 2026"));
    let form = text(lan.get(&act(&said[0], "publish")).await).await;
    assert!(form.contains(&format!(">\n{COVERED}</textarea>")), "{form}");
    for page in [&queue, &one, &form] {
        assert!(!page.contains("14/09/2026") && !page.contains("09:30"), "the month and no day");
    }

    let none = citizen(&app, "/c/22651/comments").await;
    assert!(none.contains("Chưa có góp ý nào được công bố."));
    assert!(!citizen(&app, "/c/22651").await.contains("/c/22651/comments"));
    let sent = [("changes", "0"), ("text", &COVERED.replace('\n', "\r\n"))];
    let answer = lan.post(&act(&said[0], "publish"), &sent).await;
    assert_eq!(answer.headers()["location"], format!("/staff/comments/{}", said[0].id));

    let public = citizen(&app, "/c/22651/comments").await;
    assert!(
        public.contains(&format!("<blockquote class=\"said\" lang=\"vi\">{COVERED}</blockquote>")),
        "{public}"
    );
    assert!(public.contains("Tháng 9 năm 2026") && public.contains(NAMED));
    for beside in ["14/09", "09:30", "%", "điểm phần", "<td"] {
        let main = public.split("<ul class=\"targets\"").nth(1).unwrap();
        let main = main.split("</ul>").next().unwrap();
        assert!(!main.contains(beside), "{beside}");
    }
    assert!(citizen(&app, "/c/22651").await.contains("href=\"/c/22651/comments\""));
    let english = citizen(&app, "/c/22651/comments?lang=en").await;
    assert!(english.contains("What people say") && english.contains(COVERED));
    let done = text(lan.get("/staff/comments").await).await;
    assert!(done.contains("0 góp ý chờ xem") && done.contains("Chưa có góp ý nào như vậy."));
    let backdoor = app.database().backdoor().await;
    let lines = backdoor
        .texts("select action || ' ' || scope || ' ' || subject from staff_audit where who = 'lan' order by seq")
        .await;
    backdoor.close().await;
    let noted = format!("publish-comment /56/22651/22651/ {}", said[0].id);
    assert_eq!(lines.last(), Some(&noted), "what was decided is noted, and no word of it");
}

async fn what_may_be_personal_is_covered_or_confirmed_one_by_one(database: Database) {
    let (app, said) = service(database, &["Chị Lan và xe 79A-123.45, gọi lan@example.vn"]).await;
    let lan = centre(&app).await;
    let publish = act(&said[0], "publish");
    let whole = ("text", said[0].text.as_str());
    let asked = lan.post(&publish, &[("changes", "0"), whole]).await;
    assert_eq!(asked.status(), 422);
    let asked = text(asked).await;
    for (what, kind) in [("Chị Lan", "tên người"), ("79A-123.45", "biển số xe")] {
        assert!(asked.contains(&format!("value=\"{what}\"")) && asked.contains(kind), "{asked}");
    }
    assert!(asked.contains("href=\"#sure-1\"") && asked.contains("<title>Lỗi: "));
    let some = [("changes", "0"), whole, ("sure", "Chị Lan"), ("sure", "79A-123.45")];
    assert_eq!(lan.post(&publish, &some).await.status(), 422, "the address is not confirmed");
    // An officer's own name is known, however it is written.
    let covered = ("text", "Chị Lan và […], gọi […]");
    let all = [("changes", "0"), covered, ("sure", "Chị Lan")];
    assert_eq!(lan.post(&publish, &all).await.status(), 303);
    let public = citizen(&app, "/c/22651/comments").await;
    assert!(public.contains("Chị Lan và […], gọi […]"), "{public}");
}

async fn nobody_rewords_what_a_citizen_wrote(database: Database) {
    let (app, said) = service(database, &["Chờ rất lâu"]).await;
    let lan = centre(&app).await;
    for (typed, told) in [
        ("Chờ không lâu", "không thêm lời của người dân"),
        ("Chờ rất lâu, nhưng tốt", "không thêm lời của người dân"),
        ("[…]", "Không còn gì để đọc"),
        ("", "Không còn gì để đọc"),
    ] {
        let answer =
            lan.post(&act(&said[0], "publish"), &[("changes", "0"), ("text", typed)]).await;
        assert_eq!(answer.status(), 422, "{typed}");
        let page = text(answer).await;
        assert!(page.contains(told) && page.contains("href=\"#covered\""), "{page}");
        assert!(page.contains(&format!(">\n{typed}</textarea>")), "what was typed stays");
    }
    assert!(!citizen(&app, "/c/22651/comments").await.contains("Chờ"));
}

async fn a_comment_is_hidden_with_a_reason_set_aside_and_returned(database: Database) {
    let (app, said) = service(database, &["Nhanh", "Chậm"]).await;
    let lan = centre(&app).await;
    let shown = async || text(lan.get(&format!("/staff/comments/{}", said[0].id)).await).await;
    for reason in ["", "  ", "a\0b", &"x".repeat(501)] {
        let sent = [("changes", "0"), ("reason", reason)];
        assert_eq!(lan.post(&act(&said[0], "hide"), &sent).await.status(), 422, "{reason:?}");
    }
    let sent = [("changes", "0"), ("text", "Nhanh")];
    assert_eq!(lan.post(&act(&said[0], "publish"), &sent).await.status(), 303);
    assert!(citizen(&app, "/c/22651/comments").await.contains("Nhanh"));
    let why = "Trùng với một góp ý khác";
    let sent = [("changes", "1"), ("reason", why)];
    assert_eq!(lan.post(&act(&said[0], "hide"), &sent).await.status(), 303);
    let page = shown().await;
    assert!(page.contains("<dd id=\"state\">Đã ẩn</dd>") && page.contains(why), "{page}");
    assert!(!citizen(&app, "/c/22651/comments").await.contains("Nhanh"), "at once");
    assert_eq!(lan.post(&act(&said[0], "set-aside"), &[("changes", "2")]).await.status(), 303);
    assert!(shown().await.contains("<dd id=\"state\">Lưu riêng</dd>"));
    assert_eq!(lan.post(&act(&said[0], "return"), &[("changes", "3")]).await.status(), 303);
    assert!(shown().await.contains("<dd id=\"state\">Chờ xem</dd>"));
    assert!(shown().await.contains(why), "every decision stays readable");
    let mai = Member::signed_in(&app, "mai", Role::Leader, "/56/22651/").await;
    let read = text(mai.get(&format!("/staff/comments/{}", said[0].id)).await).await;
    assert!(read.contains(why) && !read.contains("/hide\""), "who only reads has no button");
}

async fn of_two_who_decide_the_second_sees_both(database: Database) {
    let (app, said) = service(database, &["Chờ lâu"]).await;
    let lan = centre(&app).await;
    let hoa = Member::signed_in(&app, "hoa", Role::Reviewer, "/56/").await;
    let sent = [("changes", "0"), ("text", "Chờ lâu")];
    for click in ["first", "second"] {
        let answer = lan.post(&act(&said[0], "publish"), &sent).await;
        assert_eq!(answer.status(), 303, "the {click} click on the same button");
    }
    let late = hoa.post(&act(&said[0], "hide"), &[("changes", "0"), ("reason", "Không rõ")]).await;
    assert_eq!(late.status(), 409);
    let page = text(late).await;
    assert!(page.contains("Góp ý này vừa được thay đổi"), "{page}");
    assert!(page.contains("Không rõ"), "what the second typed stays");
    assert!(
        page.contains(">Cán bộ lan</td>") && page.contains("Đã công bố"),
        "what the first decided"
    );
    assert!(citizen(&app, "/c/22651/comments").await.contains("Chờ lâu"));
    for (what, fields) in
        [("tags", ("tags", "đất đai")), ("set-aside", ("", "")), ("return", ("", ""))]
    {
        let answer = hoa.post(&act(&said[0], what), &[("changes", "0"), fields]).await;
        assert_eq!(answer.status(), 409, "{what}");
    }
    assert_eq!(hoa.post(&act(&said[0], "hide"), &[]).await.status(), 409, "who saw nothing");
    let sent = [("changes", "1"), ("reason", "Không rõ")];
    assert_eq!(hoa.post(&act(&said[0], "hide"), &sent).await.status(), 303);
}

async fn the_queue_is_searched_chosen_and_taken_along(database: Database) {
    let many: Vec<String> = (0..60).map(|n| format!("Ý số {n}")).collect();
    let mut texts: Vec<&str> = many.iter().map(String::as_str).collect();
    texts.extend(["Chờ lâu ở quầy đất đai", "=1+1, \"chờ\""]);
    let (app, said) = service(database, &texts).await;
    let lan = centre(&app).await;
    let first = text(lan.get("/staff/comments?state=all").await).await;
    assert_eq!(first.matches("class=\"comment\"").count(), 50);
    let older = first.split("href=\"").find(|part| part.contains("before=")).unwrap();
    let older = older.split('"').next().unwrap().replace("&#38;", "&");
    let rest = text(lan.get(&older).await).await;
    assert_eq!(rest.matches("class=\"comment\"").count(), 12);
    let found = text(lan.get("/staff/comments?q=dat+DAI").await).await;
    assert_eq!(found.matches("class=\"comment\"").count(), 1);
    assert!(found.contains("value=\"dat DAI\""), "what was typed stays");
    let tagged = [("changes", "0"), ("tags", "Đất đai, chờ lâu")];
    assert_eq!(lan.post(&act(&said[60], "tags"), &tagged).await.status(), 303);
    let by_tag = text(lan.get("/staff/comments?tag=%C4%91%E1%BA%A5t+%C4%91ai").await).await;
    assert_eq!(by_tag.matches("class=\"comment\"").count(), 1);
    let bad = [("changes", "1"), ("tags", "a,b,c,d,e,f,g,h,i")];
    let answer = lan.post(&act(&said[60], "tags"), &bad).await;
    assert_eq!(answer.status(), 422);
    assert!(text(answer).await.contains("value=\"a,b,c,d,e,f,g,h,i\""));
    for (period, status) in [("2026-09", 200), ("2026-Q3", 200), ("hôm qua", 422), ("2026-13", 422)]
    {
        let path = format!("/staff/comments?period={period}");
        assert_eq!(lan.get(&path).await.status(), status, "{period}");
    }
    assert!(text(lan.get("/staff/comments?period=2026-10").await).await.contains("như vậy"));
    for odd in ["before=-9", "before=", "state=x", "tag=%00", "q=%22%00", "q=*&period="] {
        assert_eq!(lan.get(&format!("/staff/comments?{odd}")).await.status(), 200, "{odd}");
    }
    let lost = lan.get("/staff/comments?before=x").await;
    assert_eq!(lost.status(), 422);
    let lost = text(lost).await;
    assert!(
        lost.contains("không chỉ đúng một chỗ") && lost.contains("class=\"comment\""),
        "{lost}"
    );
    let unknown = text(lan.get("/staff/comments?tag=gia+c%E1%BA%A3%3Cb%3E").await).await;
    assert!(unknown.contains("không có góp ý nào mang nhãn “gia cả&#60;b&#62;”"), "{unknown}");
    let file = lan.post("/staff/comments/export", &[("q", "cho"), ("state", "all")]).await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let file = text(file).await;
    assert_eq!(file.lines().count(), 3, "{file}");
    assert!(file.contains("\"'=1+1, \"\"chờ\"\"\"") && file.contains("\"chờ lâu, đất đai\""));
    assert!(!file.contains("2026-09-14") && file.contains(",2026-09,"));
    let all = [("q", "cho"), ("state", "all"), ("format", "xlsx")];
    let book = lan.post("/staff/comments/export", &all).await;
    assert!(book.headers()["content-disposition"].to_str().unwrap().contains("gop-y.xlsx"));
    let [csv, xlsx] = spreadsheet::both(file.as_bytes(), book.bytes().await.unwrap().to_vec());
    let with_formula = |row: &&Vec<String>| row[5].contains("=1+1");
    let text = |rows: &[Vec<String>]| rows.iter().find(with_formula).unwrap()[5].clone();
    // A workbook says itself that this is a text; CSV has to be told by an apostrophe.
    assert_eq!(text(&csv), format!("'{}", text(&xlsx)));
    assert_eq!((csv.len(), &csv[0]), (xlsx.len(), &xlsx[0]));
    let wrong = lan.post("/staff/comments/export", &[("period", "x")]).await;
    assert_eq!(wrong.headers()["location"], "/staff/comments?period=x");
}

async fn publish(app: &App, comment: &Comment) {
    let db = app.database().open().await;
    let event = by_operator(app.now(), Action::PublishComment);
    let decision = Decision::Publish(&comment.text);
    assert!(db.decide_comment(comment, decision, &event).await.unwrap());
    db.close().await;
}

/// Opens an action for `comment` as its page offers it; where the action is.
async fn opened_for(lan: &Member<'_>, comment: &Comment) -> String {
    let one = text(lan.get(&format!("/staff/comments/{}", comment.id)).await).await;
    let new = format!("/staff/actions/new?origin=comment%2F{}&#38;unit=22651", comment.id);
    assert!(one.contains(&new), "{one}");
    let form = text(lan.get(&new.replace("&#38;", "&")).await).await;
    assert!(form.contains("[…] rất tốt.") && !form.contains(NUMBER), "{form}");
    assert!(form.contains("name=\"task\""), "{form}");
    let origin = format!("comment/{}", comment.id);
    let fields = [
        ("origin", origin.as_str()),
        ("unit", "22651"),
        ("task", "Cử thêm người"),
        ("lead", "Trung tâm"),
        ("due", "13/11/2026"),
    ];
    let sent = lan.post("/staff/actions/new", &fields).await;
    let to = sent.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    to.unwrap_or_else(|| panic!("{}", sent.status()))
}

async fn an_action_is_opened_for_a_comment_and_each_leads_to_the_other(database: Database) {
    let (app, said) = service(database, &[SAID, "Nhanh"]).await;
    let lan = centre(&app).await;
    let shown = async |comment: &Comment| {
        text(lan.get(&format!("/staff/comments/{}", comment.id)).await).await
    };
    assert!(shown(&said[0]).await.contains("Chưa có việc khắc phục nào"));
    let action = opened_for(&lan, &said[0]).await;
    let one = shown(&said[0]).await;
    let link = format!("href=\"{action}\" lang=\"vi\">Cử thêm người</a>");
    assert!(one.contains(&link) && one.contains("Còn 29 ngày"), "{one}");
    assert!(shown(&said[1]).await.contains("Chưa có việc khắc phục nào"), "it is of the other");
    let page = text(lan.get(&action).await).await;
    assert!(page.contains(&format!("href=\"/staff/comments/{}\"", said[0].id)), "{page}");
    assert!(page.contains("[…] rất tốt.") && !page.contains(NUMBER), "{page}");
    let stored = app.database().backdoor().await;
    let kept = stored.texts("select origin || task || product from actions").await;
    assert!(kept.len() == 1 && !kept[0].contains("rất tốt"), "nothing is copied: {kept:?}");
    stored.close().await;
    let published = [("text", COVERED), ("changes", "0")];
    assert_eq!(lan.post(&act(&said[0], "publish"), &published).await.status(), 303);
    let shown = [("show", "yes"), ("found", "Phải chờ lâu"), ("revision", "1")];
    assert_eq!(lan.post(&format!("{action}/public"), &shown).await.status(), 303);
    let public = citizen(&app, "/c/22651/actions").await;
    assert!(public.contains("Phải chờ lâu") && !public.contains("rất tốt"), "{public}");
}

async fn a_comment_is_shown_beside_its_action_to_those_alone_who_may_read_it(database: Database) {
    let (app, said) = service(database, &[SAID]).await;
    let lan = centre(&app).await;
    let action = opened_for(&lan, &said[0]).await;
    for (name, role, scope, reads, opens) in [
        ("mai", Role::Leader, "/56/22651/", true, false),
        ("tam", Role::Reviewer, "/", true, false),
        ("binh", Role::Administrator, "/56/22651/", false, false),
    ] {
        let member = Member::signed_in(&app, name, role, scope).await;
        let page = text(member.get(&action).await).await;
        assert_eq!(page.contains("rất tốt"), reads, "{name}: {page}");
        assert_eq!(page.contains("/staff/comments/"), reads, "{name}: {page}");
        if reads {
            let one = text(member.get(&format!("/staff/comments/{}", said[0].id)).await).await;
            assert!(one.contains("Cử thêm người"), "{name}: {one}");
            assert_eq!(one.contains("/staff/actions/new"), opens, "{name}: {one}");
        }
    }
    let quay = Member::signed_in(&app, "quay", Role::CentreStaff, "/56/22651/22651/").await;
    let one = text(quay.get(&format!("/staff/comments/{}", said[0].id)).await).await;
    assert!(one.contains("rất tốt") && !one.contains("Cử thêm người"), "{one}");
    let binh = Member::signed_in(&app, "binh.2", Role::Administrator, "/56/22651/").await;
    for (member, origin) in [
        (&binh, format!("comment/{}", said[0].id)),
        (&lan, "comment/999999".to_owned()),
        (&lan, "comment/x".to_owned()),
    ] {
        let path = format!("/staff/actions/new?unit=22651&origin={origin}");
        let form = text(member.get(&path).await).await;
        assert!(
            form.contains("Địa phương tự đặt ra") && !form.contains("rất tốt"),
            "{origin}: {form}"
        );
    }
}

async fn comments_of_few_are_not_shown(database: Database) {
    // Nine with the comment's own: one too few.
    answers::month(&database, "22651", 8).await;
    let app = App::spawn(database);
    let db = app.database().open().await;
    let said = left(&db, &["Rất riêng"]).await;
    publish(&app, &said[0]).await;
    for path in ["/c/22651/comments", "/c/22651/comments?month=2026-09"] {
        let page = citizen(&app, path).await;
        assert!(page.contains("Chưa có góp ý nào") && !page.contains("Rất riêng"), "{page}");
    }
    assert!(!citizen(&app, "/c/22651").await.contains("/c/22651/comments"));
    comments::leave(&db, "22651", "Người thứ mười").await;
    db.close().await;
    let page = citizen(&app, "/c/22651/comments?month=2026-09").await;
    assert!(page.contains("Rất riêng") && !page.contains("Người thứ mười"), "{page}");
    for odd in ["2026-10", "x", "%00", ""] {
        let answer = app.get(&format!("/c/22651/comments?month={odd}")).await;
        assert_eq!(answer.status(), 200, "{odd}");
    }
    for (code, status) in [("99999", 404), ("00001", 200), ("x%00", 404)] {
        assert_eq!(app.get(&format!("/c/{code}/comments")).await.status(), status, "{code}");
    }
}

async fn a_point_is_named_only_when_none_has_few(database: Database) {
    let (app, said) = service(database, &["Ở một cửa"]).await;
    publish(&app, &said[0]).await;
    let named = async || citizen(&app, "/c/22651/comments").await.contains(NAMED);
    assert!(named().await);
    let db = app.database().open().await;
    for n in 1..=10 {
        comments::leave(&db, "22651-sipas", "Ở điểm khác").await;
        assert_eq!(named().await, n == 10, "{n} at the other point");
    }
    db.close().await;
}

async fn a_planted_number_is_nowhere_public(database: Database) {
    let planted = format!("Gọi {NUMBER}");
    let (app, said) = service(database, &[SAID, &planted, "Quầy 2 tốt"]).await;
    let lan = centre(&app).await;
    // As the form offers it; the second is hidden, the third is open to all.
    let sent = [("changes", "0"), ("text", COVERED)];
    assert_eq!(lan.post(&act(&said[0], "publish"), &sent).await.status(), 303);
    let sent = [("changes", "0"), ("reason", "Chỉ có số điện thoại")];
    assert_eq!(lan.post(&act(&said[1], "hide"), &sent).await.status(), 303);
    publish(&app, &said[2]).await;
    let package = format!("/api/v1/exports/hailong_22651_{MONTH}.zip");
    let mut looked_at = 0;
    for path in [
        "/",
        "/c/22651",
        "/c/22651?lang=en",
        &format!("/c/22651?period={MONTH}"),
        "/c/22651/comments",
        &format!("/c/22651/comments?month={MONTH}&lang=en"),
        &format!("/c/22651/how/index/quick-counter?period={MONTH}"),
        &format!("/api/v1/estimates?commune=22651&period={MONTH}"),
        &format!("/api/v1/estimates?commune=22651&period={MONTH}&format=csv"),
        &format!("/api/v1/charts/components.svg?commune=22651&period={MONTH}"),
        "/api/v1/collection-points",
        "/api/v1/instruments",
        "/api/v1/openapi.json",
        "/s/22651",
        "/staff/sign-in",
        &package,
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let bytes = answer.bytes().await.unwrap();
        looked_at += bytes.len();
        let all = if path == package { unpacked(&bytes) } else { bytes.to_vec() };
        let page = String::from_utf8_lossy(&all);
        for part in [NUMBER, "345 678", "0912", "Chị Lan"] {
            assert!(!page.contains(part), "{part} is in {path}");
        }
        let opened = path.contains("/comments");
        assert_eq!(page.contains("Quầy 2 tốt"), opened, "the look finds what is there: {path}");
    }
    assert!(looked_at > 50_000, "{looked_at}");
    let metrics = app.client().get(app.operations_url("/metrics")).send().await.unwrap();
    assert!(!text(metrics).await.contains("0912"));
}

/// Everything in a zip file.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut all = Vec::new();
    for n in 0..archive.len() {
        std::io::Read::read_to_end(&mut archive.by_index(n).unwrap(), &mut all).unwrap();
    }
    all
}

async fn hostile_texts_come_out_as_text(database: Database) {
    let (app, said) = service(database, &hostile::STRINGS).await;
    let lan = centre(&app).await;
    let file = text(lan.post("/staff/comments/export", &[("state", "all")]).await).await;
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let cells: Vec<String> =
        reader.records().map(|record| record.unwrap().get(5).unwrap().to_owned()).collect();
    for (number, comment) in said.iter().enumerate() {
        let hostile = comment.text.as_str();
        let cell = cells
            .iter()
            .find(|cell| cell.trim_start_matches('\'') == hostile.trim_start_matches('\''));
        let cell = cell.unwrap_or_else(|| panic!("no cell says {hostile}"));
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        // Every field takes it, every page says it as text.
        let tag: String = hostile.replace([',', ';'], " ").chars().take(40).collect();
        let one = format!("/staff/comments/{}", comment.id);
        let mut pages = Vec::new();
        let tagged = lan.post(&act(comment, "tags"), &[("changes", "0"), ("tags", &tag)]).await;
        assert_eq!(tagged.status(), 303, "{tag}");
        let changes = if text(lan.get(&one).await).await.contains("name=\"changes\" value=\"1\"") {
            "1"
        } else {
            "0"
        };
        pages.push(text(lan.get(&act(comment, "publish")).await).await);
        let query =
            serde_urlencoded::to_string([("q", hostile), ("tag", hostile), ("period", hostile)]);
        pages.push(text(lan.get(&format!("/staff/comments?{}", query.unwrap())).await).await);
        let again =
            lan.post(&act(comment, "publish"), &[("changes", changes), ("text", "x")]).await;
        pages.push(text(again).await);
        let late = [("changes", "77"), ("text", hostile), ("reason", hostile)];
        pages.push(text(lan.post(&act(comment, "hide"), &late).await).await);
        if number % 2 == 0 {
            let sent = [("changes", changes), ("reason", hostile)];
            assert_eq!(lan.post(&act(comment, "hide"), &sent).await.status(), 303, "{hostile}");
        } else {
            let db = app.database().open().await;
            let there = db.comment(&hailong::staff::Scope::Everywhere, comment.id).await;
            db.close().await;
            publish(&app, &there.unwrap().unwrap()).await;
        }
        pages.push(text(lan.get(&one).await).await);
        for page in pages {
            assert!(page.contains(&escaped(hostile)), "{hostile} in {page}");
            if hostile.contains('<') {
                assert!(!page.contains(hostile), "{hostile}");
            }
        }
    }
    let public = citizen(&app, "/c/22651/comments").await;
    let db = app.database().open().await;
    for comment in db.comments(&everything()).await.unwrap() {
        let open = comment.state == State::Published;
        assert_eq!(public.contains(&format!(">{}</blockquote>", escaped(&comment.text))), open);
    }
    db.close().await;
}
