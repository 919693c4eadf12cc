//! Reply templates: kept, changed and removed by whoever has seen the last change.

use hailong::staff::Scope;
use hailong::staff::audit::{Action, Event};
use hailong::store::reply_templates::NewReply;
use surveys::CommuneCode;
use surveys::petition::reply::{MOST_TEMPLATES, ReplyTemplate, ShippedReply};

use crate::support::action;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::reply_kept;

on_both_databases![
    a_template_is_read_back_changed_and_removed_within_its_scope,
    of_two_who_change_the_same_template_only_the_first_is_stored,
    a_shipped_template_has_one_in_its_place_and_a_commune_has_no_more_than_it_may,
];

fn saved() -> Event {
    action::event(2_000, Action::SaveReplyTemplate)
}

fn new(title: &str, replaces: Option<&'static ShippedReply>) -> NewReply {
    NewReply {
        commune: CommuneCode::parse("22651").unwrap(),
        replaces,
        template: ReplyTemplate::of(title, "Kính gửi [đơn vị]\n\"<b>'").unwrap(),
    }
}

async fn a_template_is_read_back_changed_and_removed_within_its_scope(database: Database) {
    let db = database.open().await;
    let here = Scope::parse("/56/22651/").unwrap();
    reply_kept(&db, "00004", "Của nơi khác").await;
    let fixed = ShippedReply::named("fixed");
    let second = db.add_reply_template(&new("Mẫu B", None), &saved()).await.unwrap().unwrap();
    let first = db.add_reply_template(&new("Mẫu A", fixed), &saved()).await.unwrap().unwrap();
    let listed = db.reply_templates(&here).await.unwrap();
    assert_eq!(listed.iter().map(|kept| kept.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!(db.reply_templates(&Scope::Everywhere).await.unwrap().len(), 3);
    let kept = db.reply_template(&here, first).await.unwrap().unwrap();
    assert_eq!((kept.revision, kept.replaces), (1, fixed));
    assert_eq!(kept.template, new("Mẫu A", None).template);
    assert_eq!(db.reply_template(&Scope::parse("/01/").unwrap(), first).await.unwrap(), None);
    let other = ReplyTemplate::of("Mẫu C", "Khác").unwrap();
    assert!(db.change_reply_template(&kept, &other, &saved()).await.unwrap());
    let changed = db.reply_template(&here, first).await.unwrap().unwrap();
    assert_eq!((changed.revision, &changed.template), (2, &other));
    let removed = action::event(3_000, Action::RemoveReplyTemplate);
    assert!(!db.remove_reply_template(&kept, &removed).await.unwrap(), "seen before the change");
    assert!(db.remove_reply_template(&changed, &removed).await.unwrap());
    assert_eq!(db.reply_template(&here, first).await.unwrap(), None);
    let backdoor = database.backdoor().await;
    let lines = backdoor.texts("select action from staff_audit order by seq").await;
    let save = "save-reply-template";
    assert_eq!(lines, [save, save, save, save, "remove-reply-template"]);
    backdoor.close().await;
    db.close().await;
}

async fn of_two_who_change_the_same_template_only_the_first_is_stored(database: Database) {
    let db = database.open().await;
    let here = Scope::parse("/56/22651/").unwrap();
    let id = reply_kept(&db, "22651", "Mẫu").await;
    let seen = db.reply_template(&here, id).await.unwrap().unwrap();
    let texts: Vec<_> =
        (0..8).map(|n| ReplyTemplate::of("Mẫu", &format!("Của người {n}")).unwrap()).collect();
    let event = saved();
    let all = texts.iter().map(|template| db.change_reply_template(&seen, template, &event));
    let stored = futures_util::future::join_all(all).await;
    assert_eq!(stored.into_iter().filter(|stored| *stored.as_ref().unwrap()).count(), 1);
    assert_eq!(database.count("staff_audit").await, 2, "what was not done is not told");
    db.close().await;
}

async fn a_shipped_template_has_one_in_its_place_and_a_commune_has_no_more_than_it_may(
    database: Database,
) {
    let db = database.open().await;
    let late = ShippedReply::named("late");
    assert!(db.add_reply_template(&new("Mẫu 0", late), &saved()).await.unwrap().is_some());
    assert_eq!(db.add_reply_template(&new("Mẫu 0", late), &saved()).await.unwrap(), None);
    reply_kept(&db, "00004", "Của nơi khác").await;
    for n in 1..MOST_TEMPLATES {
        let added = db.add_reply_template(&new(&format!("Mẫu {n}"), None), &saved()).await;
        assert!(added.unwrap().is_some(), "{n}");
    }
    assert_eq!(db.add_reply_template(&new("Một mẫu nữa", None), &saved()).await.unwrap(), None);
    reply_kept(&db, "00004", "Nơi khác vẫn còn chỗ").await;
    let rows = database.count("reply_templates").await;
    assert_eq!(rows, i64::from(MOST_TEMPLATES) + 2);
    assert_eq!(database.count("staff_audit").await, rows);
    db.close().await;
}
