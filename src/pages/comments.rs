//! What people said in a commune: published comments by month, without scores.

use askama::Template;
use surveys::Period;
use surveys::unit::Commune;

use super::{Shell, Words};
use crate::reporting::comments::{PublicComment, PublicComments};

/// A month that can be chosen.
#[derive(Debug)]
struct Month {
    label: String,
    /// Empty for the one shown.
    address: String,
}

/// The page of published comments.
#[derive(Debug, Template)]
#[template(path = "comments.html")]
pub struct PublishedComments<'a> {
    shell: &'a Shell,
    t: Words,
    commune: &'static str,
    /// Where the commune's results are.
    back: String,
    lead: String,
    title: String,
    months: Vec<Month>,
    comments: &'a [PublicComment],
}

impl<'a> PublishedComments<'a> {
    /// The page of what was `found` in `commune`.
    pub fn new(shell: &'a Shell, commune: &'static Commune, found: &'a PublicComments) -> Self {
        let (t, language) = (shell.t, shell.language());
        let title = |month: &Period| month.title.get(language).to_owned();
        let month = |month: &Period| Month {
            label: title(month),
            address: if found.month.as_ref() == Some(month) {
                String::new()
            } else {
                shell.here_with("month", &month.code)
            },
        };
        Self {
            shell,
            t,
            commune: commune.name,
            back: shell.link(&format!("/c/{}", commune.code)),
            lead: t.with("public-comments-lead", &[("commune", commune.name)]),
            title: found.month.as_ref().map(title).unwrap_or_default(),
            months: found.months.iter().map(month).collect(),
            comments: &found.comments,
        }
    }
}
