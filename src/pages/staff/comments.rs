//! Comments on staff's pages: the queue, one comment, the form that publishes it.

use askama::Template;
use surveys::comment::{BLACK, BadBlackout, BadTags, Finding, State};
use surveys::{Language, Period};

use super::{Nav, moment};
use crate::pages::{Shell, Words};
use crate::store::comments::{Comment, Decided};

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
    chosen: Chosen<'a>,
    states: Vec<StateChoice>,
    tags: Vec<String>,
    waiting: String,
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

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
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
        Self {
            shell,
            t,
            nav: Some(nav),
            rows: comments.iter().map(row).collect(),
            chosen: *chosen,
            states: states.chain([all]).collect(),
            tags,
            waiting: String::new(),
            wrong_period: false,
            older: String::new(),
            newest: shell
                .asked("before")
                .map(|_| shell.here_with("before", ""))
                .unwrap_or_default(),
        }
    }

    /// The same, saying how many comments wait, or at least wait.
    #[must_use]
    pub fn waiting(mut self, waiting: u64, at_least: bool) -> Self {
        let waiting = surveys::text::count(waiting, self.shell.language());
        let key = if at_least { "comments-waiting-many" } else { "comments-waiting" };
        self.waiting = self.t.with(key, &[("n", &waiting)]);
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
    /// What this person typed before a colleague was quicker.
    typed: Option<String>,
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
            typed: None,
        }
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

/// Something found in what is to be published.
#[derive(Debug)]
struct Open {
    what: String,
    kind: String,
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
    open: Vec<Open>,
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
            open: Vec::new(),
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
    pub fn confirming(mut self, open: &[(String, Finding)]) -> Self {
        let language = self.shell.language();
        for (what, finding) in open {
            if self.open.iter().all(|there| there.what != *what) {
                let kind = finding.kind.title().get(language).to_owned();
                self.open.push(Open { what: what.clone(), kind });
            }
        }
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
    use surveys::comment::personal_data;

    use super::*;

    #[test]
    fn a_text_is_cut_where_something_was_found() {
        let text = "Chị Lan tốt";
        let pieces = pieces(text, &personal_data(text, &[]), Language::Vi);
        let told: Vec<_> = pieces.iter().map(|p| (p.text.as_str(), p.kind.as_str())).collect();
        assert_eq!(told, [("Chị Lan", "tên người"), (" tốt", "")]);
    }

    #[test]
    fn an_excerpt_is_cut_between_letters() {
        assert_eq!(excerpt("ý"), "ý");
        assert_eq!(excerpt(&"ý".repeat(241)), format!("{}…", "ý".repeat(240)));
    }
}
