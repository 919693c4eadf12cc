//! `hailong retention`: what was kept long enough, shown or let go now.

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::Days;
use clap::Args;
use serde_json::json;
use surveys::period::date_of_millis;
use surveys::{Language, Text};

use super::database::Database;
use super::output::{Format, Listing};
use super::{Done, Failure, block_on};
use crate::clock::Clock;
use crate::config::Settings;
use crate::service::retention::{noted, terms};
use crate::staff::audit::OPERATOR;

/// Show what was kept long enough, or let it go now
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong retention --config /etc/hailong/hailong.toml
  hailong retention --data-dir /var/lib/hailong --now

A running service does the same by itself once a day. Contacts of petitions are erased by
the service alone, within the hour.")]
pub(super) struct Retention {
    /// Let it go now; without this it is only counted
    #[arg(long)]
    now: bool,
    /// The settings file of the service, for its [retention]; the default terms without it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

impl Retention {
    pub(super) fn run(self, language: Language) -> Done {
        block_on(self.let_go(language))?
    }

    async fn let_go(self, language: Language) -> Done {
        let settings = match &self.config {
            Some(path) => Settings::read(path).map_err(|error| Failure::from(error.text()))?,
            None => Settings::default(),
        };
        let db = self.database.or_that_of(&settings).open_existing().await?;
        let now = Clock::System.now();
        let terms = terms(&settings.retention, now);
        let kept = Days::new(settings.petitions.contact_days.into());
        let ended = date_of_millis(now).checked_sub_days(kept).unwrap_or_default();
        let contacts = db.petitions_settled_before(ended).await?.len();
        let over = if self.now {
            let over = db.end_terms(&terms, |over| noted(OPERATOR, now, over)).await?;
            db.forget_what_was_removed().await?;
            over
        } else {
            db.what_is_over(&terms).await?
        };
        let day = |millis| json!(date_of_millis(millis));
        let rows = vec![
            vec![json!("moments"), json!(over.moments), day(terms.exact_from)],
            vec![json!("texts"), json!(over.texts), json!(terms.texts_from)],
            vec![json!("links"), json!(over.links), day(terms.links_from)],
            vec![json!("audit"), json!(over.audit), day(terms.audit_from)],
            vec![json!("contacts"), json!(contacts), json!(ended)],
        ];
        Listing { columns: &["what", "over", "kept_from"], rows }.print(self.format)?;
        let said = if self.now {
            Text::new("đã xóa những gì hết thời hạn giữ", "what was over is gone")
        } else {
            Text::new(
                "chưa xóa gì; thêm --now để xóa ngay",
                "nothing is gone yet; add --now to let it go",
            )
        };
        tell!("hailong: {}", said.get(language));
        Ok(ExitCode::SUCCESS)
    }
}
