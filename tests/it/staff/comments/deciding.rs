//! A comment is covered, published, hidden, set aside; two decide at once.

use hailong::staff::Role;

use super::{COVERED, NAMED, NUMBER, SAID, act, centre, citizen, service, text};
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::Member;

on_both_databases![
    a_comment_is_covered_published_and_read_without_anything_beside_it,
    what_may_be_personal_is_covered_or_confirmed_one_by_one,
    nobody_rewords_what_a_citizen_wrote,
    a_comment_is_hidden_with_a_reason_set_aside_and_returned,
    of_two_who_decide_the_second_sees_both,
];

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
