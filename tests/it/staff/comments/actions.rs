//! Comments and the improvement actions that are opened for them.

use hailong::staff::Role;
use hailong::store::comments::Comment;

use super::{COVERED, NUMBER, SAID, act, centre, citizen, service, text};
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::Member;

on_both_databases![
    an_action_is_opened_for_a_comment_and_each_leads_to_the_other,
    a_comment_is_shown_beside_its_action_to_those_alone_who_may_read_it,
];

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
