//! The first page after signing in: today; for who has none, what they may do.

use askama::Template;

use super::today::Today;
use super::{Nav, described};
use crate::pages::{Shell, Words};
use crate::staff::Account;

/// The first page.
#[derive(Debug, Template)]
#[template(path = "staff/home.html")]
pub struct Home<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    described: String,
    few_codes: String,
    today: Option<Today>,
}

impl<'a> Home<'a> {
    /// The first page of `account`, which has so many recovery codes left; with `today`
    /// for those who may see results.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        account: &Account,
        codes_left: u64,
        today: Option<Today>,
    ) -> Self {
        let few = codes_left < 4;
        let left = codes_left.to_string();
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            described: described(shell, account),
            few_codes: if few {
                shell.t.with("staff-few-codes", &[("left", &left)])
            } else {
                String::new()
            },
            today,
        }
    }
}
