//! Reply templates for staff: the list of those that a commune has and of the shipped
//! ones that it has nothing in the place of.

use askama::Template;
use surveys::petition::reply::SHIPPED;
use surveys::unit;

use super::Nav;
use super::form::Choice;
use crate::pages::{Shell, Words};
use crate::store::reply_templates::KeptReply;

/// A template on the list.
#[derive(Debug)]
struct Row {
    address: String,
    title: String,
    text: String,
    /// Whose it is; empty for a shipped one.
    commune: &'static str,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "staff/replies.html")]
pub struct Replies<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    add: String,
}

/// What names a kept template among those offered.
fn name_of(kept: &KeptReply) -> String {
    kept.id.to_string()
}

/// The templates that are offered in a form: those of the commune, `kept`, then those
/// that are shipped and that none of them stands in the place of.
pub fn offered(shell: &Shell, kept: &[KeptReply]) -> Vec<Choice> {
    let first = Choice { value: String::new(), label: shell.t.get("reply-none").into_owned() };
    let own =
        kept.iter().map(|kept| Choice { value: name_of(kept), label: kept.template.title.clone() });
    let shipped = SHIPPED.iter().filter(|shipped| !is_replaced(shipped.name, kept));
    let shipped = shipped.map(|shipped| Choice {
        value: shipped.name.to_owned(),
        label: shell.t.with("reply-shipped-title", &[("title", shipped.title)]),
    });
    std::iter::once(first).chain(own).chain(shipped).collect()
}

fn is_replaced(shipped: &str, kept: &[KeptReply]) -> bool {
    kept.iter().filter_map(|kept| kept.replaces).any(|replaced| replaced.name == shipped)
}

impl<'a> Replies<'a> {
    /// The list of the templates `kept` and of the shipped ones; all of the latter for
    /// whoever has several communes (`wide`).
    pub fn new(shell: &'a Shell, nav: Nav, kept: &[KeptReply], wide: bool) -> Self {
        let own = kept.iter().map(|kept| Row {
            address: shell.link(&format!("/staff/replies/{}", kept.id)),
            title: kept.template.title.clone(),
            text: kept.template.text.clone(),
            commune: unit::commune(kept.commune.as_str()).map_or("", |commune| commune.name),
        });
        let shipped = SHIPPED.iter().filter(|shipped| wide || !is_replaced(shipped.name, kept));
        let shipped = shipped.map(|shipped| Row {
            address: shell.link(&format!("/staff/replies/new?replaces={}", shipped.name)),
            title: shipped.title.to_owned(),
            text: shipped.text.to_owned(),
            commune: "",
        });
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            rows: own.chain(shipped).collect(),
            add: shell.link("/staff/replies/new"),
        }
    }
}
