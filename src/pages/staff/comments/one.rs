//! One comment: what is in it, what was decided, what is done for it.

use askama::Template;
use chrono::NaiveDate;
use surveys::Language;
use surveys::action::ImprovementAction;
use surveys::comment::BadTags;
use surveys::personal_data::Finding;

use super::super::{Nav, actions, moment};
use super::{address, month_name};
use crate::pages::actions::words;
use crate::pages::{Shell, Words};
use crate::store::comments::{Comment, Decided};

/// A part of a comment's text.
#[derive(Debug)]
struct Piece {
    text: String,
    /// What it may be; empty when it is about nobody.
    kind: String,
}

fn pieces(text: &str, findings: &[Finding], language: Language) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for Finding { range, kind } in findings {
        pieces.push(Piece { text: text[from..range.start].to_owned(), kind: String::new() });
        let kind = kind.title().get(language).to_owned();
        pieces.push(Piece { text: text[range.clone()].to_owned(), kind });
        from = range.end;
    }
    pieces.push(Piece { text: text[from..].to_owned(), kind: String::new() });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// A decision that was made.
#[derive(Debug)]
struct Line {
    at: String,
    who: String,
    state: String,
    reason: String,
}

/// One comment.
#[derive(Debug, Template)]
#[template(path = "staff/comment.html")]
pub struct OneComment<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    comment: &'a Comment,
    month: String,
    state: String,
    pieces: Vec<Piece>,
    found: bool,
    decided: Vec<Line>,
    may_decide: bool,
    tags: String,
    wrong_tags: String,
    /// Whether the tags are what was kept when a session ended.
    resumed: bool,
    /// How often the comment had been changed when its tags were typed.
    changes: String,
    /// What this person typed before a colleague was quicker.
    typed: Option<String>,
    /// The actions opened for it; `None` for whoever may not see them.
    actions: Option<Vec<ActionLine>>,
    /// Where one more is opened; empty for whoever may not.
    open_action: String,
}

/// An action that was opened for the comment.
#[derive(Debug)]
struct ActionLine {
    address: String,
    task: String,
    status: String,
    standing: String,
    late: bool,
}

impl<'a> OneComment<'a> {
    /// The page of `comment` with what was found in it and decided about it; with what
    /// can be done if its reader may.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        comment: &'a Comment,
        findings: &[Finding],
        decided: &[Decided],
        may_decide: bool,
    ) -> Self {
        let language = shell.language();
        let line = |decided: &Decided| Line {
            at: moment(shell, decided.at),
            who: decided.who.clone(),
            state: decided.state.title().get(language).to_owned(),
            reason: decided.reason.clone().unwrap_or_default(),
        };
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            comment,
            month: month_name(&comment.month, language),
            state: comment.state.title().get(language).to_owned(),
            pieces: pieces(&comment.text, findings, language),
            found: !findings.is_empty(),
            decided: decided.iter().map(line).collect(),
            may_decide,
            tags: comment.tags.join(", "),
            wrong_tags: String::new(),
            resumed: false,
            changes: comment.changes.to_string(),
            typed: None,
            actions: None,
            open_action: String::new(),
        }
    }

    /// The same with the actions that were opened for it, as they stand `today`, and the
    /// way to open one for whoever `may_open`.
    #[must_use]
    pub fn with_actions(
        mut self,
        opened: &[ImprovementAction],
        today: NaiveDate,
        may_open: bool,
    ) -> Self {
        let shell = self.shell;
        let line = |action: &ImprovementAction| ActionLine {
            address: shell.link(&actions::address(action.id)),
            task: action.columns.task.clone(),
            status: action.status.text().get(shell.language()).to_owned(),
            standing: words::standing(shell, action.standing(today)),
            late: words::is_late(action, today),
        };
        self.actions = Some(opened.iter().map(line).collect());
        if may_open {
            let origin = format!("comment/{}", self.comment.id);
            self.open_action = actions::opening(shell, &origin, self.comment.commune_code.as_str());
        }
        self
    }

    /// The same with the tags that were being `typed` when a session ended, by somebody
    /// who saw the comment after so many `changes`.
    #[must_use]
    pub fn resumed(mut self, typed: &str, changes: String) -> Self {
        typed.clone_into(&mut self.tags);
        (self.resumed, self.changes) = (true, changes);
        self
    }

    /// The same for whoever decided on what a colleague changed first, and `typed` this.
    #[must_use]
    pub fn overtaken(mut self, typed: &[&str]) -> Self {
        let typed: Vec<&str> = typed.iter().copied().filter(|t| !t.trim().is_empty()).collect();
        self.typed = Some(typed.join("\n"));
        self
    }

    /// The same with tags that cannot be kept, as they were `typed`.
    #[must_use]
    pub fn wrong_tags(mut self, typed: &str, bad: &BadTags) -> Self {
        typed.clone_into(&mut self.tags);
        self.wrong_tags = format!("{}.", bad.text().get(self.shell.language()));
        self
    }

    /// Where `what` is done.
    fn act(&self, what: &str) -> String {
        address(self.shell, self.comment, what)
    }

    fn is(&self, name: &str) -> bool {
        self.comment.state.name() == name
    }
}

#[cfg(test)]
mod tests {
    use surveys::personal_data::personal_data;

    use super::*;

    #[test]
    fn a_text_is_cut_where_something_was_found() {
        let text = "Chị Lan tốt";
        let pieces = pieces(text, &personal_data(text, &[]), Language::Vi);
        let told: Vec<_> = pieces.iter().map(|p| (p.text.as_str(), p.kind.as_str())).collect();
        assert_eq!(told, [("Chị Lan", "tên người"), (" tốt", "")]);
    }
}
