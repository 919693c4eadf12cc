//! One's own account: sessions, recovery codes, password.

use askama::Template;
use uuid::Uuid;

use super::{Nav, described, moment};
use crate::pages::{Shell, Words};
use crate::staff::Account;
use crate::staff::session::{Device, Session};

/// A session.
#[derive(Debug)]
struct Row {
    id: Uuid,
    device: String,
    begun: String,
    seen: String,
    here: bool,
}

/// One's own account.
#[derive(Debug, Template)]
#[template(path = "staff/me.html")]
pub struct Me<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    name: &'a str,
    described: String,
    sessions: Vec<Row>,
    others: bool,
    codes_left: String,
    notice: String,
}

fn device(shell: &Shell, device: Device) -> String {
    let key = match device {
        Device::Phone => "device-phone",
        Device::Tablet => "device-tablet",
        Device::Computer => "device-computer",
        Device::Unknown => "device-unknown",
    };
    shell.t.get(key).into_owned()
}

impl<'a> Me<'a> {
    /// The account of whoever reads it in the session `here`.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        account: &'a Account,
        sessions: &[Session],
        here: Uuid,
        codes_left: u64,
    ) -> Self {
        let row = |session: &Session| Row {
            id: session.id,
            device: device(shell, session.device),
            begun: moment(shell, session.begun_at),
            seen: moment(shell, session.seen_at),
            here: session.id == here,
        };
        let left = codes_left.to_string();
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            name: account.name.as_str(),
            described: described(shell, account),
            sessions: sessions.iter().map(row).collect(),
            others: sessions.iter().any(|session| session.id != here),
            codes_left: shell.t.with("me-codes-left", &[("left", &left)]),
            notice: match shell.asked("done") {
                Some("password") => shell.t.get("me-password-done").into_owned(),
                _ => String::new(),
            },
        }
    }
}
