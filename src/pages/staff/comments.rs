//! Comments on staff's pages: the queue, one comment, the form that publishes it.

mod one;

use askama::Template;
use surveys::comment::{BLACK, BadBlackout, State};
use surveys::{Language, Period};

use super::Nav;
use super::sure::Unsure;
use crate::pages::{Shell, Words};
use crate::store::comments::Comment;

pub use one::OneComment;

/// How much of a comment the queue shows, in characters.
const EXCERPT: usize = 240;

/// What is chosen of the comments, as it was typed.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    /// The state's name; any other for all.
    pub state: &'a str,
    /// The words.
    pub words: &'a str,
    /// The tag.
    pub tag: &'a str,
    /// The period.
    pub period: &'a str,
}

/// A comment in the queue.
#[derive(Debug)]
struct Row {
    address: String,
    excerpt: String,
    point: String,
    month: String,
    state: String,
    tags: String,
}

/// A state that can be chosen.
#[derive(Debug)]
struct StateChoice {
    value: &'static str,
    label: String,
    chosen: bool,
}

/// A page of the queue.
#[derive(Debug, Template)]
#[template(path = "staff/comments.html")]
pub struct Comments<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    /// Where those were left that name no collection point: all of them, or most; empty
    /// when each names its own.
    point: String,
    chosen: Chosen<'a>,
    states: Vec<StateChoice>,
    tags: Vec<String>,
    waiting: String,
    /// What is to be noticed of what was chosen; may be empty.
    notice: String,
    wrong_period: bool,
    older: String,
    newest: String,
}

/// A month as people read it.
pub fn month_name(month: &str, language: Language) -> String {
    Period::parse(month).map_or_else(|_| month.to_owned(), |p| p.title.get(language).to_owned())
}

/// Where `what` is done with `comment`; its page when empty.
fn address(shell: &Shell, comment: &Comment, what: &str) -> String {
    let act = if what.is_empty() { String::new() } else { format!("/{what}") };
    shell.link(&format!("/staff/comments/{}{act}", comment.id))
}

/// What people call the comments of the state `name`; of any other, all.
pub(super) fn chosen_name(shell: &Shell, name: &str) -> String {
    let state = State::named(name).map(|state| state.title().get(shell.language()).to_owned());
    state.unwrap_or_else(|| shell.t.get("comments-all").into_owned())
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// That so many comments wait, or `at_least` so many.
pub(super) fn waiting_said(shell: &Shell, waiting: u64, at_least: bool) -> String {
    let waiting = surveys::text::count(waiting, shell.language());
    let key = if at_least { "comments-waiting-many" } else { "comments-waiting" };
    shell.t.with(key, &[("n", &waiting)])
}

impl<'a> Comments<'a> {
    /// These `comments` of those that `chosen` chooses; `tags` are those in use.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        comments: &[Comment],
        chosen: &Chosen<'a>,
        tags: Vec<String>,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let row = |comment: &Comment| Row {
            address: address(shell, comment, ""),
            excerpt: excerpt(&comment.text),
            point: comment.point_name.clone(),
            month: month_name(&comment.month, language),
            state: comment.state.title().get(language).to_owned(),
            tags: comment.tags.join(", "),
        };
        let states = State::ALL.into_iter().map(|state| StateChoice {
            value: state.name(),
            label: state.title().get(language).to_owned(),
            chosen: state.name() == chosen.state,
        });
        let all = StateChoice {
            value: "all",
            label: t.get("comments-all").into_owned(),
            chosen: State::named(chosen.state).is_none(),
        };
        let mut rows: Vec<Row> = comments.iter().map(row).collect();
        let left_at = |point: &str| rows.iter().filter(|row| row.point == point).count();
        let most = rows.iter().find(|row| left_at(&row.point) * 2 > rows.len());
        let point = most.map(|row| row.point.clone()).unwrap_or_default();
        for row in rows.iter_mut().filter(|row| row.point == point) {
            row.point.clear();
        }
        let with_points = rows.iter().any(|row| !row.point.is_empty());
        let key = if with_points { "comments-point-of-most" } else { "comments-point-of-all" };
        let point = Some(point).filter(|point| !point.is_empty());
        let point = point.map(|point| t.with(key, &[("point", &point)])).unwrap_or_default();
        Self {
            shell,
            t,
            nav: Some(nav),
            point,
            rows,
            chosen: *chosen,
            states: states.chain([all]).collect(),
            tags,
            waiting: String::new(),
            notice: String::new(),
            wrong_period: false,
            older: String::new(),
            newest: shell
                .asked("before")
                .map(|_| shell.here_with("before", ""))
                .unwrap_or_default(),
        }
    }

    /// Whether any of them names its collection point.
    fn with_points(&self) -> bool {
        self.rows.iter().any(|row| !row.point.is_empty())
    }

    /// Whether they are not all in the one state that was chosen.
    fn with_states(&self) -> bool {
        State::named(self.chosen.state).is_none()
    }

    /// Whether any of them has a tag.
    fn with_tags(&self) -> bool {
        self.rows.iter().any(|row| !row.tags.is_empty())
    }

    /// The same, saying how many comments wait, or at least wait.
    #[must_use]
    pub fn waiting(mut self, waiting: u64, at_least: bool) -> Self {
        self.waiting = waiting_said(self.shell, waiting, at_least);
        self
    }

    /// The same with something to notice of what was chosen.
    #[must_use]
    pub fn noticing(mut self, notice: String) -> Self {
        self.notice = notice;
        self
    }

    /// The same with a page that begins after the comment with this number.
    #[must_use]
    pub fn older(mut self, last: Option<i64>) -> Self {
        let address = |last: i64| self.shell.here_with("before", &last.to_string());
        self.older = last.map(address).unwrap_or_default();
        self
    }

    /// The same, asking for another period.
    #[must_use]
    pub fn wrong_period(mut self, wrong: bool) -> Self {
        self.wrong_period = wrong;
        self
    }
}

/// The form that publishes a comment.
#[derive(Debug, Template)]
#[template(path = "staff/comment_publish.html")]
pub struct Publishing<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    comment: &'a Comment,
    /// Where the comment is.
    back: String,
    covered: &'a str,
    about: String,
    unsure: Vec<Unsure>,
    wrong: String,
    resumed: bool,
    /// How often the comment had been changed when it was seen.
    changes: String,
}

impl<'a> Publishing<'a> {
    /// The form for `comment`, with what of it is `covered` so far.
    pub fn new(shell: &'a Shell, nav: Nav, comment: &'a Comment, covered: &'a str) -> Self {
        let t = shell.t;
        Self {
            shell,
            t,
            nav: Some(nav),
            comment,
            back: address(shell, comment, ""),
            covered,
            about: t.with("comment-publish-about", &[("black", BLACK)]),
            unsure: Vec::new(),
            wrong: String::new(),
            resumed: false,
            changes: comment.changes.to_string(),
        }
    }

    fn act(&self, what: &str) -> String {
        address(self.shell, self.comment, what)
    }

    /// The same, asking whether each of these parts is about nobody.
    #[must_use]
    pub fn confirming(mut self, unsure: Vec<Unsure>) -> Self {
        self.unsure = unsure;
        self
    }

    /// The same with what is to be mended.
    #[must_use]
    pub fn wrong(mut self, wrong: Option<&BadBlackout>) -> Self {
        let text = wrong.map(|bad| format!("{}.", bad.text().get(self.shell.language())));
        self.wrong = text.unwrap_or_default();
        self
    }

    /// The same for who saw the comment when it had been changed so often.
    #[must_use]
    pub fn seen(mut self, changes: String) -> Self {
        self.changes = changes;
        self
    }

    /// The same with what was typed before a session ended.
    #[must_use]
    pub fn resumed(mut self, resumed: bool) -> Self {
        self.resumed = resumed;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_between_letters() {
        assert_eq!(excerpt("ý"), "ý");
        assert_eq!(excerpt(&"ý".repeat(241)), format!("{}…", "ý".repeat(240)));
    }
}
