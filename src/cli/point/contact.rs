//! `hailong point contact`: how citizens reach the centre of a collection point.

use std::process::ExitCode;

use clap::Args;
use surveys::{CentreContact, PointCode};

use super::super::Done;
use super::super::database::Database;
use super::super::output::to_stdout;
use super::existing;
use crate::points::by_operator;
use crate::staff::audit::Action;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong point contact 22651                      show it
  hailong point contact 22651 --telephone '0258 3 811 234' --address '1 Trần Phú'
  hailong point contact 22651 --none               name none

What is not named is left as it is.")]
pub(in crate::cli) struct Contact {
    /// The collection point's code
    code: PointCode,
    /// Digits, spaces and + ( ) . - /
    #[arg(long, value_name = "NUMBER")]
    telephone: Option<String>,
    /// One line
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// What else citizens should know, on one line
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Name no contact
    #[arg(long, conflicts_with_all = ["telephone", "address", "note"])]
    none: bool,
    #[command(flatten)]
    database: Database,
}

impl Contact {
    pub(super) async fn run(self) -> Done {
        let Self { code, telephone, address, note, none, database } = self;
        let db = database.open_existing().await?;
        let point = existing(&db, &code).await?;
        let before = if none { CentreContact::default() } else { db.centre_contact(&code).await? };
        if none || telephone.is_some() || address.is_some() || note.is_some() {
            let contact = CentreContact::parse(
                telephone.as_deref().unwrap_or(before.telephone()),
                address.as_deref().unwrap_or(before.address()),
                note.as_deref().unwrap_or(before.note()),
            );
            // The first of what is wrong is told; the next one the next time.
            let contact = contact.map_err(|wrong| wrong[0].text())?;
            db.set_centre_contact(&code, &contact, &by_operator(&point, Action::SetContact))
                .await?;
        }
        let contact = db.centre_contact(&code).await?;
        let parts = [contact.telephone(), contact.address(), contact.note()];
        to_stdout(|out| {
            parts
                .iter()
                .filter(|part| !part.is_empty())
                .try_for_each(|part| writeln!(out, "{part}"))
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
