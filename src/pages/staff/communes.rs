//! A choice of communes, for whoever may see several.

use askama::Template;
use surveys::unit::Commune;

use super::super::{Shell, Words};
use super::{Nav, scoreboard};
use crate::pages::message::Link;

/// The communes of which there is something to see.
#[derive(Debug, Template)]
#[template(path = "staff/communes.html")]
pub struct Communes<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    heading: String,
    /// What is said when there is none.
    nothing: String,
    links: Vec<Link>,
    /// Where a file of indicators is entered; empty for nowhere.
    file: String,
}

impl<'a> Communes<'a> {
    /// The communes with plans, each with its scoreboard at `address`.
    pub fn with_plans(
        shell: &'a Shell,
        nav: Nav,
        communes: &[&'static Commune],
        address: fn(&Commune) -> String,
        may_enter: bool,
    ) -> Self {
        let t = shell.t;
        Self {
            shell,
            t,
            nav: Some(nav),
            heading: t.get("indicators-heading").into_owned(),
            nothing: t.get("indicators-no-plans").into_owned(),
            links: links(shell, communes, address),
            file: scoreboard::file_address(shell, may_enter),
        }
    }

    /// The communes with petitions, each with their figures at `address`.
    pub fn with_petitions(
        shell: &'a Shell,
        nav: Nav,
        communes: &[&'static Commune],
        address: fn(&Commune) -> String,
    ) -> Self {
        let t = shell.t;
        Self {
            shell,
            t,
            nav: Some(nav),
            heading: t.get("petition-figures-heading").into_owned(),
            nothing: t.get("petition-figures-nowhere").into_owned(),
            links: links(shell, communes, address),
            file: String::new(),
        }
    }
}

fn links(
    shell: &Shell,
    communes: &[&'static Commune],
    address: fn(&Commune) -> String,
) -> Vec<Link> {
    let link = |commune: &&'static Commune| Link {
        address: shell.link(&address(commune)),
        label: format!("{} ({})", commune.name, commune.code),
    };
    communes.iter().map(link).collect()
}
