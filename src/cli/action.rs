//! `hailong action`: the improvement actions of communes.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::action::{Status, TABLE_COLUMNS};
use surveys::period::date_of_millis;
use surveys::{CommuneCode, Language, Text, unit};

use super::database::List;
use super::output::Listing;
use super::{Done, Failure, block_on};
use crate::clock::Clock;
use crate::staff::Scope;
use crate::store::actions::{MOST_LISTED, Wanted};

/// List improvement actions
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  hailong action list --commune 22651
  hailong action list --status done --format csv")]
pub(super) enum ActionCommand {
    /// List improvement actions by their day
    List(Asked),
}

#[derive(Debug, Args)]
pub(super) struct Asked {
    /// The five-digit code of a commune; without it, of every commune
    #[arg(long)]
    commune: Option<CommuneCode>,
    /// open, under-way, done or dropped; without it, of every status
    #[arg(long, value_parser = status)]
    status: Option<Status>,
    #[command(flatten)]
    of: List,
}

fn status(name: &str) -> Result<Status, String> {
    Status::named(name).ok_or_else(|| {
        let names = Status::ALL.map(Status::name).join(", ");
        format!("write one of {names}")
    })
}

impl ActionCommand {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::List(asked) => block_on(asked.run(language))?,
        }
    }
}

impl Asked {
    async fn run(self, language: Language) -> Done {
        let scope = match self.commune {
            Some(code) if unit::commune(code.as_str()).is_none() => {
                return Err(Failure::new(
                    format!("Không có xã, phường, đặc khu mã {code}; hãy xem lại mã"),
                    format!("there is no commune with the code {code}; check it"),
                ));
            }
            Some(code) => Scope::Commune(code),
            None => Scope::Everywhere,
        };
        let wanted = Wanted { statuses: self.status.into_iter().collect(), ..Wanted::ALL };
        let db = self.of.database.open_existing().await?;
        let actions = db.actions(&scope, &wanted).await?;
        if actions.len() == MOST_LISTED as usize {
            let said = Text::new(
                format!("Chỉ có {MOST_LISTED} việc đầu tiên; hãy nêu một xã bằng --commune"),
                format!("only the first {MOST_LISTED} actions; name a commune with --commune"),
            );
            tell!("hailong: {}", said.get(language));
        }
        let today = date_of_millis(Clock::System.now());
        let rows =
            actions.iter().map(|action| action.row(today).map(|cell| json!(cell)).into()).collect();
        Listing { columns: &TABLE_COLUMNS, rows }.print(self.of.format)?;
        Ok(ExitCode::SUCCESS)
    }
}
