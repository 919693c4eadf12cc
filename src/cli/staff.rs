//! `hailong staff`: what the operator of the machine can do for staff when nobody can
//! sign in to do it. Everything is noted in the audit log as the operator's.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::{CommuneCode, PointCode, ProvinceCode};

use super::database::{Database, List};
use super::output::{Listing, to_stdout};
use super::{Done, Failure, block_on};
use crate::clock::Clock;
use crate::http::staff::set_up_path;
use crate::staff::account::{department, full_name};
use crate::staff::audit::{Action, Event, OPERATOR, Outcome};
use crate::staff::{Account, Role, Scope, SignInName, Token};
use crate::store::Db;
use crate::store::staff::links::Kind;

/// List, add, link, disable or enable accounts of staff
#[derive(Debug, Subcommand)]
pub(super) enum StaffCommand {
    /// List every account
    List(List),
    /// Add an account and print its one-time set-up link
    Add(Add),
    /// Print a one-time link with which password and second factor are chosen anew
    Link(LinkOf),
    /// Disable an account and end its sessions
    Disable(Named),
    /// Enable an account again
    Enable(Named),
    /// Give up a lost staff.key: everybody sets up their account anew, with `staff link`
    NewKey(NewKey),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Only when staff.key is lost and no backup has it. Passwords and second factors of all staff
and the contacts of petitions are forgotten, PINs open no petition of before any more, and
mails that wait are not sent. `hailong serve` then makes a new key.")]
pub(super) struct NewKey {
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong staff add lan.nguyen --full-name 'Nguyễn Thị Lan' --role administrator --commune 22651
  hailong staff add hoa.tran --full-name 'Trần Hòa' --role reviewer --province 56

The link is a path on the address where the service is reached; it works once, within 24 hours.")]
pub(super) struct Add {
    /// What the person signs in with
    name: SignInName,
    /// Who it is
    #[arg(long)]
    full_name: String,
    /// administrator, centre-staff, data-entry, reviewer, leader or province-officer
    #[arg(long)]
    role: Role,
    /// The five-digit code of a commune
    #[arg(long, conflicts_with = "province")]
    commune: Option<CommuneCode>,
    /// The two-digit code of a province; without one and without a commune: everywhere
    #[arg(long)]
    province: Option<ProvinceCode>,
    /// A collection point of the commune, for somebody who works at one counter only
    #[arg(long, requires = "commune")]
    point: Option<PointCode>,
    /// The department of the unit in which the person works
    #[arg(long)]
    department: Option<String>,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct LinkOf {
    /// Whose account
    name: SignInName,
    /// For a new password only; the second factor stays
    #[arg(long)]
    password_only: bool,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// Whose account
    name: SignInName,
    #[command(flatten)]
    database: Database,
}

impl StaffCommand {
    pub(super) fn run(self) -> Done {
        match self {
            Self::List(asked) => block_on(list(asked))?,
            Self::Add(add) => block_on(add.run())?,
            Self::Link(link) => block_on(link.run())?,
            Self::Disable(named) => block_on(named.run(Action::Disable))?,
            Self::Enable(named) => block_on(named.run(Action::Enable))?,
            Self::NewKey(new) => block_on(new.run())?,
        }
    }
}

async fn list(asked: List) -> Done {
    let accounts = asked.database.open_existing().await?.accounts(&Scope::Everywhere).await?;
    let state = |account: &Account| match (account.disabled_at, account.is_set_up) {
        (Some(_), _) => "disabled",
        (None, true) => "active",
        (None, false) => "not-set-up",
    };
    let row = |a: &Account| {
        vec![
            json!(a.name.as_str()),
            json!(a.full_name),
            json!(a.role.name()),
            json!(a.scope.to_string()),
            json!(state(a)),
        ]
    };
    let rows = accounts.iter().map(row).collect();
    Listing { columns: &["name", "full_name", "role", "scope", "state"], rows }
        .print(asked.format)?;
    Ok(ExitCode::SUCCESS)
}

impl Add {
    async fn run(self) -> Done {
        let scope = self.scope()?;
        if !self.role.fits(&scope) {
            let (role, place) = (self.role.name(), scope.name());
            return Err(Failure::new(
                format!(
                    "Vai trò {role} không hợp với {}; người rà soát và cán bộ tỉnh thuộc tỉnh, nhập liệu và cán bộ trung tâm thuộc xã",
                    place.vi
                ),
                format!(
                    "{role} does not fit {}; reviewers and province officers are of a province, data entry and centre staff of a commune",
                    place.en
                ),
            ));
        }
        let Some(full_name) = full_name(&self.full_name) else {
            return Err(Failure::new(
                "Họ và tên phải có chữ, trên một dòng, nhiều nhất 100 ký tự; hãy nêu bằng --full-name",
                "a full name is one line of at most 100 characters; give it with --full-name",
            ));
        };
        let Some(department) = department(self.department.as_deref().unwrap_or("")) else {
            return Err(Failure::new(
                "Tên bộ phận phải trên một dòng, nhiều nhất 100 ký tự; hãy nêu bằng --department",
                "a department is one line of at most 100 characters; give it with --department",
            ));
        };
        let clock = Clock::System;
        let account = Account {
            id: clock.new_id(),
            name: self.name,
            full_name,
            department,
            role: self.role,
            scope,
            is_set_up: false,
            disabled_at: None,
            reset_asked: None,
        };
        let db = self.database.open().await?;
        if let Scope::Point { commune, point } = &account.scope {
            let found = db.collection_point(point.as_str()).await?;
            if found.is_none_or(|found| found.commune_code != *commune) {
                return Err(Failure::new(
                    format!("{commune} không có điểm khảo sát {point}; xem hailong point list"),
                    format!("{commune} has no collection point {point}; see hailong point list"),
                ));
            }
        }
        if !db.add_account(&account, &by_operator(&account, Action::AddAccount)).await? {
            return Err(Failure::new(
                format!("Tên đăng nhập {} đã có người dùng; hãy chọn tên khác", account.name),
                format!("the sign-in name {} is taken; choose another", account.name),
            ));
        }
        give_link(&db, &account, Kind::SetUp).await
    }

    fn scope(&self) -> Result<Scope, Failure> {
        let code = self.commune.as_ref().map(CommuneCode::as_str);
        let code = code.or(self.province.as_ref().map(ProvinceCode::as_str)).unwrap_or("");
        let scope = Scope::of_code(code).ok_or_else(|| {
            Failure::new(
                format!("Không có đơn vị hành chính mã {code}; hãy xem lại mã"),
                format!("there is no unit with the code {code}; check it"),
            )
        })?;
        Ok(match (scope, &self.point) {
            (Scope::Commune(commune), Some(point)) => {
                Scope::Point { commune, point: point.clone() }
            }
            (scope, _) => scope,
        })
    }
}

fn by_operator(account: &Account, action: Action) -> Event {
    Event::new(Clock::System.now(), OPERATOR, action, Outcome::Done)
        .at_place(&account.scope)
        .about(account.name.as_str())
}

/// Prints a one-time link of `account`.
async fn give_link(db: &Db, account: &Account, kind: Kind) -> Done {
    let token = Token::of(Clock::System.secret());
    let event = by_operator(account, Action::MakeLink);
    db.make_link(&token, kind, Some(account.id), &event).await?;
    to_stdout(|out| writeln!(out, "{}", set_up_path(&token)))?;
    Ok(ExitCode::SUCCESS)
}

/// The account called `name`.
async fn named(db: &Db, name: &SignInName) -> Result<Account, Failure> {
    db.account_named(name).await?.ok_or_else(|| {
        Failure::new(
            format!("Không có tài khoản {name}; xem hailong staff list"),
            format!("there is no account {name}; see hailong staff list"),
        )
    })
}

impl NewKey {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let event = Event::new(Clock::System.now(), OPERATOR, Action::NewKey, Outcome::Done);
        db.forget_sealed(&event).await?;
        Ok(ExitCode::SUCCESS)
    }
}

impl LinkOf {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let account = named(&db, &self.name).await?;
        if account.disabled_at.is_some() {
            return Err(Failure::new(
                format!(
                    "Tài khoản {0} đã khóa; hãy chạy hailong staff enable {0} trước",
                    self.name
                ),
                format!("{0} is disabled; run hailong staff enable {0} first", self.name),
            ));
        }
        let password_only = self.password_only && account.is_set_up;
        give_link(&db, &account, if password_only { Kind::Password } else { Kind::SetUp }).await
    }
}

impl Named {
    async fn run(self, action: Action) -> Done {
        let db = self.database.open_existing().await?;
        let account = named(&db, &self.name).await?;
        let disabled_at = (action == Action::Disable).then(|| Clock::System.now());
        db.set_disabled(account.id, disabled_at, &by_operator(&account, action)).await?;
        Ok(ExitCode::SUCCESS)
    }
}
