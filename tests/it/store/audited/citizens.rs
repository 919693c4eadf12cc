//! What citizens put to a commune, and what it does and says for everybody to read.

use hailong::staff::Scope;
use hailong::staff::audit::Action;
use hailong::store::actions::NewAction;
use hailong::store::comments::Decision;
use hailong::store::petitions::{CITIZEN, NewPetition, PetitionEvent};
use hailong::store::publications::{Footprint, NewPublication};
use hailong::store::reply_templates::NewReply;
use surveys::action::{ImprovementAction, NoteKind, Origin, Published, Status};
use surveys::petition::reply::ReplyTemplate;
use surveys::petition::{Act, Covering, Terms};
use surveys::{CommuneCode, WorkingDays};

use super::forced::{Log, by, forced};
use crate::support::action::columns;
use crate::support::comments::left;
use crate::support::database::{Database, on_both_databases};
use crate::support::indicators::{counts, new};
use crate::support::petition::petition;

on_both_databases![
    without_its_line_nothing_is_published_or_entered,
    without_its_line_no_action_is_opened_or_changed,
    without_its_line_no_petition_template_or_comment_is_handled,
];

fn commune() -> CommuneCode {
    CommuneCode::parse("22651").unwrap()
}

async fn without_its_line_nothing_is_published_or_entered(database: Database) {
    let log = Log::of(&database).await;
    let month = NewPublication {
        commune: commune(),
        instrument: "quick-counter".into(),
        version: 1,
        period: "2026-09".into(),
        start: "2026-09-01".parse().unwrap(),
        end: "2026-10-01".parse().unwrap(),
        number: 1,
        reason: String::new(),
        last_seq: 1,
        document: "{}".into(),
        made_of: Footprint::default(),
    };
    forced!(log, publish(&month, &by(Action::PublishResults)));
    let newest = log.db.publications(&month.commune).await.unwrap().remove(0);
    forced!(log, withdraw_publication(&newest, "nhầm", &by(Action::WithdrawResults)));
    let entries = [new(counts("2026-09", 190, 200), 0)];
    forced!(log, enter(&entries, &by(Action::EnterIndicators)));
    log.close().await;
}

async fn without_its_line_no_action_is_opened_or_changed(database: Database) {
    let log = Log::of(&database).await;
    let new = NewAction {
        commune: commune(),
        origin: Origin::Own,
        columns: columns("Niêm yết thủ tục", "31/12/2026"),
    };
    let id = forced!(log, open_action(&new, &by(Action::OpenAction))).unwrap();
    forced!(log, open_actions(std::slice::from_ref(&new), &by(Action::OpenAction)));
    let read = async || -> ImprovementAction {
        log.db.action(&Scope::Everywhere, id).await.unwrap().unwrap()
    };
    let (seen, changed) = (read().await, columns("Niêm yết lại", ""));
    forced!(log, edit_action(&seen, &changed, &by(Action::EditAction)));
    let said = ("Biên bản số 3", "");
    forced!(log, note_on_action(id, NoteKind::Evidence, said, &by(Action::NoteAction)));
    let seen = read().await;
    forced!(log, move_action(&seen, Status::Done, "xong", &by(Action::MoveAction)));
    let (seen, everybody) =
        (read().await, Published { found: "Khó đọc".into(), done: "Đã niêm yết".into() });
    forced!(log, publish_action(&seen, Some(&everybody), &by(Action::EditPublicAction)));
    log.close().await;
}

async fn without_its_line_no_petition_template_or_comment_is_handled(database: Database) {
    let log = Log::of(&database).await;
    let one = petition("22651", 1_791_165_600_000);
    let sent =
        NewPetition { petition: &one, pin_mark: [7; 32], sealed: Some(vec![9; 5]), who: CITIZEN };
    let handled = by(Action::HandlePetition);
    forced!(log, add_petition(&sent, Some(&handled)));
    let terms = Terms { acknowledge: 2, answer: 10, extension: 5 };
    let (act, on) = (Act::Acknowledge, one.received_on);
    let after = one.after(&act, on, &terms, &WorkingDays::shipped()).unwrap();
    let done = PetitionEvent { version: after.version, on, who: "lan".into(), act };
    forced!(log, change_petition(&one, &after, &done, Some(&handled)));
    let covering = Covering::read("45 phút").unwrap();
    let covered = covering.of_petition(&after, &[]).unwrap();
    let next = covered.after(&Act::Cover, on, &terms, &WorkingDays::shipped()).unwrap();
    let done = [PetitionEvent { version: next.version, on, who: "lan".into(), act: Act::Cover }];
    let erased = by(Action::EraseOfPetition);
    forced!(log, erase_of_petition(&after, &next, &done, Some(&covering), &erased));

    let template = ReplyTemplate::of("Mẫu", "Kính gửi [đơn vị]").unwrap();
    let other = ReplyTemplate::of("Mẫu khác", "Kính gửi").unwrap();
    let new = NewReply { commune: commune(), replaces: None, template };
    let (save, remove) = (by(Action::SaveReplyTemplate), by(Action::RemoveReplyTemplate));
    let kept = forced!(log, add_reply_template(&new, &save)).unwrap();
    let read = async || log.db.reply_template(&Scope::Everywhere, kept).await.unwrap().unwrap();
    let seen = read().await;
    forced!(log, change_reply_template(&seen, &other, &save));
    let seen = read().await;
    forced!(log, remove_reply_template(&seen, &remove));

    let said = left(&log.db, &["Nhanh, gọn"]).await.remove(0);
    forced!(log, tag_comment(&said, &["đất đai".into()], &by(Action::TagComment)));
    let said = log.db.comment(&Scope::Everywhere, said.id).await.unwrap().unwrap();
    let publish = by(Action::PublishComment);
    forced!(log, decide_comment(&said, Decision::Publish("Nhanh, gọn"), &publish));
    log.close().await;
}
