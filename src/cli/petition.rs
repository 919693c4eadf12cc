//! `hailong petition`: petitions for the operator. Contacts are never shown here.

use std::process::ExitCode;

use analytics::index::qd766;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use surveys::period::date_of_millis;
use surveys::petition::{Act, State};
use surveys::{CommuneCode, Petition, PetitionCode, catalog};

use super::database::Database;
use super::output::{Format, Listing};
use super::{Done, Failure, block_on, choice};
use crate::clock::Clock;
use crate::reporting::petitions::PetitionPeriod;
use crate::staff::Scope;
use crate::store::petitions::Listed;

/// The most petitions that are listed.
const MOST_LISTED: u32 = 100_000;

/// List or show petitions (PAKN), and count how they were handled
#[derive(Debug, Subcommand)]
pub(super) enum PetitionCommand {
    /// List petitions, what is due first at the top
    List(List),
    /// Show the history of one petition
    Show(Show),
    /// Count a commune's petitions of a period, with the points of Decision 766
    Figures(FiguresCommand),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those of this commune
    #[arg(long, value_name = "CODE")]
    commune: Option<CommuneCode>,
    /// Only those in this state, such as received, assigned or answered
    #[arg(long, value_parser = state)]
    state: Option<State>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The code of the petition
    code: PetitionCode,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong petition figures --commune 22651 --period 2026-10
  hailong petition figures --commune 22651 --period 2026 --dossiers 1200 --dossiers-good 1150")]
pub(super) struct FiguresCommand {
    /// The five-digit code of the commune
    #[arg(long, value_name = "CODE")]
    commune: CommuneCode,
    /// The period in which they were received, by the commune's own calendar
    #[arg(long)]
    period: String,
    /// Dossiers handled in the period, for the points of dossiers
    #[arg(long, value_name = "N", requires = "dossiers_good", default_value_t = 0)]
    dossiers: u64,
    /// Those of them that were neither late nor complained about
    #[arg(long, value_name = "N", requires = "dossiers", default_value_t = 0)]
    dossiers_good: u64,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

fn state(name: &str) -> Result<State, String> {
    State::of_name(name).ok_or_else(|| {
        let names: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
        format!("write one of {}", names.join(", "))
    })
}

impl PetitionCommand {
    pub(super) fn run(self) -> Done {
        match self {
            Self::List(list) => block_on(list.run())?,
            Self::Show(show) => block_on(show.run())?,
            Self::Figures(figures) => block_on(figures.run())?,
        }
    }
}

impl List {
    async fn run(self) -> Done {
        let scope = self.commune.map_or(Scope::Everywhere, Scope::Commune);
        let db = self.database.open_existing().await?;
        let listed = Listed { state: self.state, most: MOST_LISTED, ..Listed::default() };
        let petitions = db.petitions(&scope, &listed).await?;
        let row = |p: &Petition| {
            vec![
                json!(p.code.to_string()),
                json!(p.commune),
                json!(p.state.name()),
                json!(p.received_on),
                json!(p.due()),
                json!(p.subject),
            ]
        };
        let rows = petitions.iter().map(row).collect();
        let columns = &["code", "commune_code", "state", "received_on", "due_on", "subject"];
        Listing { columns, rows }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let history = db.petition_history(&self.code).await?;
        if history.is_empty() {
            let code = self.code;
            return Err(Failure::new(
                format!("Chưa có phản ánh {code}; xem hailong petition list"),
                format!("there is no petition {code}; see hailong petition list"),
            ));
        }
        let said = |act: &Act| {
            let mut fields = json!(act);
            let parts = fields.as_object_mut();
            let name = parts.and_then(|parts| parts.shift_remove("act")).unwrap_or_default();
            let rest = fields.as_object().filter(|rest| !rest.is_empty());
            (name, rest.map_or(Value::Null, |rest| json!(json!(rest).to_string())))
        };
        let rows = history.iter().map(|event| {
            let (act, said) = said(&event.act);
            vec![json!(event.version), json!(event.on), json!(event.who), act, said]
        });
        let rows = rows.collect();
        let columns = &["version", "on", "who", "act", "said"];
        Listing { columns, rows }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl FiguresCommand {
    async fn run(self) -> Done {
        choice::commune(&self.commune)?;
        let period = catalog::period_of(&self.commune, &self.period)
            .map_err(|bad| Failure::from(bad.explanation()))?;
        let db = self.database.open_existing().await?;
        let petitions = db.petitions_received(&self.commune, &period).await?;
        let first = db.first_petition(&self.commune).await?;
        let today = date_of_millis(Clock::System.now());
        let of = PetitionPeriod::of(period, &petitions, first, today);
        let PetitionPeriod { period, figures, points, .. } = &of;
        let dossiers = qd766::points(&qd766::Counts {
            dossiers: self.dossiers,
            dossiers_good: self.dossiers_good,
            petitions: 0,
            petitions_on_time: 0,
            petitions_satisfied: 0,
        });
        let dossiers = dossiers.map_err(|error| {
            Failure::new(
                "--dossiers-good lớn hơn --dossiers: hãy sửa một trong hai số".to_owned(),
                error.to_string(),
            )
        })?;
        let dossiers = dossiers.dossiers;
        let total = points.on_time.zip(points.satisfied).zip(dossiers);
        let total = total.map(|((on_time, satisfied), dossiers)| on_time + satisfied + dossiers);
        let rounded = |points: Option<f64>| {
            points.map_or(Value::Null, |points| json!((points * 100.0).round() / 100.0))
        };
        let row = vec![
            json!(self.commune),
            json!(period.code),
            json!(figures.received),
            json!(figures.by_staff),
            json!(figures.left_out()),
            json!(figures.duplicates),
            json!(figures.refused),
            json!(figures.waiting),
            json!(figures.decided),
            json!(figures.on_time),
            json!(figures.decided_sent),
            json!(figures.satisfied),
            rounded(points.on_time),
            rounded(points.satisfied),
            rounded(dossiers),
            rounded(total),
            json!(of.is_provisional),
        ];
        let columns = &[
            "commune_code",
            "period",
            "received",
            "entered_by_staff",
            "left_out",
            "duplicates",
            "refused",
            "waiting",
            "petitions",
            "petitions_on_time",
            "petitions_sent",
            "petitions_satisfied",
            "points_on_time",
            "points_satisfied",
            "points_dossiers",
            "points_total",
            "provisional",
        ];
        Listing { columns, rows: vec![row] }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}
