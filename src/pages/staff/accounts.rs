//! The accounts of staff: the list, and one of them with what can be done to it.

use askama::Template;

use super::{Nav, described, moment};
use crate::pages::{Shell, Words};
use crate::staff::Account;

/// A row of the list.
#[derive(Debug)]
struct Row {
    address: String,
    full_name: String,
    name: String,
    described: String,
    state: String,
}

/// Every account that its reader looks after.
#[derive(Debug, Template)]
#[template(path = "staff/accounts.html")]
pub struct Accounts<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    add: String,
}

fn state(shell: &Shell, account: &Account, now: i64) -> String {
    let key = match (account.disabled_at, account.is_set_up) {
        (Some(_), _) => "account-disabled",
        (None, true) if account.waiting_reset(now).is_some() => "account-reset-waits",
        (None, true) => "account-active",
        (None, false) => "account-not-set-up",
    };
    shell.t.get(key).into_owned()
}

impl<'a> Accounts<'a> {
    /// The list of `accounts` at `now`.
    pub fn new(shell: &'a Shell, nav: Nav, accounts: &[Account], now: i64) -> Self {
        let row = |account: &Account| Row {
            address: shell.link(&format!("/staff/accounts/{}", account.id)),
            full_name: account.full_name.clone(),
            name: account.name.to_string(),
            described: described(shell, account),
            state: state(shell, account, now),
        };
        let rows = accounts.iter().map(row).collect();
        Self { shell, t: shell.t, nav: Some(nav), rows, add: shell.link("/staff/accounts/new") }
    }
}

/// Something that can be done to an account, with its consequence.
#[derive(Debug)]
struct Act {
    action: String,
    heading: String,
    consequence: String,
    button: String,
}

/// One account.
#[derive(Debug, Template)]
#[template(path = "staff/account.html")]
pub struct One<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    full_name: &'a str,
    name: &'a str,
    described: String,
    state: String,
    /// Where the department is written down; empty for one's own account.
    department: String,
    acts: Vec<Act>,
    back: String,
}

impl<'a> One<'a> {
    /// The account `account` as `reader` sees it at `now`.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        account: &'a Account,
        reader: &Account,
        now: i64,
    ) -> Self {
        let t = shell.t;
        let act = |path: &str, heading: &str, consequence: String, button: &str| Act {
            action: shell.link(&format!("/staff/accounts/{}/{path}", account.id)),
            heading: t.get(heading).into_owned(),
            consequence,
            button: t.get(button).into_owned(),
        };
        let said = |key: &str| t.get(key).into_owned();
        let mut acts = Vec::new();
        if account.id == reader.id {
            // One's own account is looked after by somebody else.
        } else if account.disabled_at.is_some() {
            acts.push(act("enable", "enable-heading", said("enable-consequence"), "enable-button"));
        } else {
            if account.is_set_up {
                acts.push(act("link", "reset-heading", said("reset-consequence"), "reset-button"));
                let asked = account.waiting_reset(now);
                let (consequence, button) = match asked {
                    None => (said("factor-consequence"), "factor-button"),
                    Some((who, at)) if who == reader.name.as_str() => {
                        let at = moment(shell, at);
                        (t.with("factor-waiting", &[("at", &at)]), "factor-button-again")
                    }
                    Some((who, at)) => {
                        let values = [("who", who), ("at", &moment(shell, at))];
                        (t.with("factor-asked", &values), "factor-agree")
                    }
                };
                acts.push(act("second-factor", "factor-heading", consequence, button));
            } else {
                let consequence = said("set-up-link-consequence");
                acts.push(act("link", "set-up-link-heading", consequence, "set-up-link-button"));
            }
            let consequence = said("disable-consequence");
            acts.push(act("disable", "disable-heading", consequence, "disable-button"));
        }
        Self {
            shell,
            t,
            nav: Some(nav),
            full_name: &account.full_name,
            name: account.name.as_str(),
            described: described(shell, account),
            state: state(shell, account, now),
            department: if account.id == reader.id {
                String::new()
            } else {
                shell.link(&format!("/staff/accounts/{}/department", account.id))
            },
            acts,
            back: shell.link("/staff/accounts"),
        }
    }
}
