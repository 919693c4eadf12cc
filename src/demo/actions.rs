//! Improvement actions of the simulated year: open, late, under way, done with evidence,
//! published; from lines of the plan, from a comment and of the commune's own accord.

use chrono::{Days, NaiveDate};
use surveys::action::{
    Columns, ImprovementAction, Moves, NoteKind, Origin, PlanLine, Published, Status,
};
use surveys::plan::Plan;
use surveys::{CommuneCode, ComponentCode, catalog};

use super::{STAFF, at_nine};
use crate::staff::Scope;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store::actions::NewAction;
use crate::store::comments::Comment;
use crate::store::{Db, Error};

/// An action and what became of it. Days are counted from today, back where negative.
struct Story {
    /// From the plan's first line under this component, if it has one; of none when empty.
    component: &'static str,
    /// What is to be done, when no line of the plan says it.
    task: &'static str,
    opened: i64,
    due: i64,
    begun: Option<i64>,
    /// When evidence was given and the action done, and what was shown.
    done: Option<(i64, &'static str)>,
    /// What everybody reads: what was found, and what was done.
    public: Option<(&'static str, &'static str)>,
}

const STORIES: [Story; 6] = [
    Story {
        component: "access",
        task: "Niêm yết thủ tục bằng chữ lớn, kê thêm ghế và quạt ở phòng chờ.",
        opened: -120,
        due: -60,
        begun: Some(-110),
        done: Some((-64, "Biên bản nghiệm thu bảng chỉ dẫn và 20 ghế chờ.")),
        public: Some((
            "Người dân góp ý chờ lâu, thiếu ghế ngồi và bảng hướng dẫn khó đọc.",
            "Đã kê thêm 20 ghế, lắp quạt và thay bảng hướng dẫn chữ lớn.",
        )),
    },
    Story {
        component: "",
        task: "Cử một người hướng dẫn nộp hồ sơ qua mạng tại phòng chờ vào các buổi sáng.",
        opened: -70,
        due: -20,
        begun: Some(-65),
        done: Some((-22, "Quyết định phân công và sổ hướng dẫn tháng đầu.")),
        public: Some((
            "Nhiều người góp ý cần người giúp nộp hồ sơ qua mạng.",
            "Mỗi buổi sáng có một đoàn viên hướng dẫn tại phòng chờ.",
        )),
    },
    Story {
        component: "procedures",
        task: "Ghi rõ giấy tờ cần nộp ngay trên phiếu hướng dẫn của từng thủ tục.",
        opened: -40,
        due: 5,
        begun: Some(-30),
        done: None,
        public: Some(("Người dân phải đi lại nhiều lần vì thiếu giấy tờ.", "")),
    },
    Story {
        component: "feedback",
        task: "Cử một người trả lời phản ánh, kiến nghị trong ngày làm việc.",
        opened: -50,
        due: -4,
        begun: None,
        done: None,
        public: None,
    },
    Story {
        component: "officials",
        task: "Tập huấn cách giao tiếp và hướng dẫn cho cán bộ tại quầy.",
        opened: -15,
        due: 45,
        begun: None,
        done: None,
        public: None,
    },
    Story {
        component: "",
        task: "Sửa máy lấy số và thêm màn hình báo lượt ở phòng chờ.",
        opened: -12,
        due: 18,
        begun: Some(-8),
        done: None,
        public: None,
    },
];

/// How many of [`STORIES`] every commune but the first has.
const ELSEWHERE: usize = 3;

const LEAD: &str = "Trung tâm Phục vụ hành chính công";

fn day(today: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    let moved = if days < 0 { today.checked_sub_days(by) } else { today.checked_add_days(by) };
    moved.unwrap_or(today)
}

impl Story {
    /// The action as it is opened for the commune of `plan`; when nothing but a comment
    /// asks for it, for `comment`.
    fn action(&self, plan: &Plan, today: NaiveDate, comment: Option<&Comment>) -> NewAction {
        let task = plan.component(self.component).and_then(|component| component.tasks.first());
        let component = ComponentCode::parse(self.component).ok();
        let origin = match (&component, task, comment) {
            (Some(component), Some(task), _) => Origin::Plan(PlanLine::of(plan, component, task)),
            (_, _, Some(comment)) => Origin::Comment { id: comment.id.to_string() },
            _ => Origin::Own,
        };
        let said = |of_plan: Option<&String>, otherwise: &str| {
            of_plan.map_or_else(|| otherwise.to_owned(), String::clone)
        };
        let columns = Columns {
            task: said(task.map(|task| &task.text), self.task),
            lead: said(task.map(|task| &task.lead), LEAD),
            partners: task.map(|task| task.coordinating.join("; ")).unwrap_or_default(),
            product: task.map(|task| task.products.join("\n")).unwrap_or_default(),
            due: Some(day(today, self.due)),
            term: task.map(|task| task.deadline.clone()).unwrap_or_default(),
            moves: component.as_ref().and_then(Moves::first),
        };
        NewAction { commune: plan.commune_code.clone(), origin, columns }
    }
}

/// Opens actions of every plan's commune and brings them where they are. A comment of the
/// commune, if there is one, asks for what no plan names.
pub(super) async fn fill(
    db: &Db,
    today: NaiveDate,
    comments: &[(CommuneCode, Comment)],
) -> Result<(), Error> {
    for (number, plan) in catalog::plans().iter().enumerate() {
        let told = if number == 0 { STORIES.len() } else { ELSEWHERE };
        let own = comments.iter().find(|(commune, _)| *commune == plan.commune_code);
        for (place, story) in STORIES.iter().take(told).enumerate() {
            // One comment asks for one action.
            let comment = own.map(|(_, comment)| comment).filter(|_| place == 1);
            tell(db, story, plan, today, comment).await?;
        }
    }
    Ok(())
}

async fn tell(
    db: &Db,
    story: &Story,
    plan: &Plan,
    today: NaiveDate,
    comment: Option<&Comment>,
) -> Result<(), Error> {
    let place = Scope::Commune(plan.commune_code.clone());
    let on = |days: i64, what: Action| {
        Event::new(at_nine(day(today, days)), STAFF, what, Outcome::Done).at_place(&place)
    };
    let new = story.action(plan, today, comment);
    let opened = db.open_action(&new, &on(story.opened, Action::OpenAction)).await?;
    let Some(id) = opened else { return Ok(()) };
    let about = |days: i64, what: Action| on(days, what).about(&id.to_string());
    let now = async || -> Result<ImprovementAction, Error> {
        let read = db.action(&place, id).await?;
        read.ok_or_else(|| Error::Damaged(format!("the improvement action {id}")))
    };
    if let Some(begun) = story.begun {
        let event = about(begun, Action::MoveAction);
        db.move_action(&now().await?, Status::UnderWay, "", &event).await?;
    }
    if let Some((ended, shown)) = story.done {
        let event = about(ended, Action::NoteAction);
        db.note_on_action(id, NoteKind::Evidence, (shown, ""), &event).await?;
        let event = about(ended, Action::MoveAction);
        db.move_action(&now().await?, Status::Done, "", &event).await?;
    }
    if let Some((found, done)) = story.public {
        let published = Published { found: found.to_owned(), done: done.to_owned() };
        let since = story.done.map_or(story.opened, |(ended, _)| ended) + 1;
        let event = about(since, Action::PublishAction);
        db.publish_action(&now().await?, Some(&published), &event).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use surveys::personal_data::personal_data;

    use super::*;

    #[test]
    fn every_simulated_action_says_what_is_to_be_done_and_some_are_lines_of_the_plan() {
        let today = "2026-11-20".parse().unwrap();
        for plan in catalog::plans() {
            let mut lines = 0;
            for story in &STORIES {
                let new = story.action(plan, today, None);
                let of_plan = matches!(new.origin, Origin::Plan(_));
                let named = plan.component(story.component).is_some_and(|c| !c.tasks.is_empty());
                assert_eq!(of_plan, named, "{} {}", plan.id, story.component);
                assert!(!new.columns.lead.is_empty() && !new.columns.task.is_empty());
                lines += usize::from(of_plan);
            }
            assert!(lines >= 2, "{}: only {lines} are of its lines", plan.id);
        }
    }

    #[test]
    fn what_is_public_of_them_is_about_nobody_and_comes_in_order() {
        for story in &STORIES {
            let (found, done) = story.public.unwrap_or_default();
            for text in [story.task, found, done] {
                assert_eq!(personal_data(text, &[]), [], "{text}");
            }
            let mut days: Vec<i64> = vec![story.opened];
            days.extend(story.begun);
            days.extend(story.done.map(|(ended, _)| ended));
            assert!(days.is_sorted() && days.iter().all(|day| *day < 0), "{days:?}");
        }
    }
}
