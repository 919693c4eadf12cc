//! `hailong visits`: visit tokens, on slips or as a list for a ticket printer.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use surveys::PointCode;

use super::database::{Database, List};
use super::output::{Listing, Pending, cannot_write};
use super::point::in_use;
use super::printed::{Address, Tongue, moment, place};
use super::{Done, Failure, block_on, noted};
use crate::clock::Clock;
use crate::points;
use crate::printing::SlipLayout;
use crate::staff::audit::Action;

/// Make visit tokens, one for each person served, or list what was made
#[derive(Debug, Subcommand)]
pub(super) enum Visits {
    /// Make tokens and write them as a CSV file or as slips to print
    Make(Make),
    /// List the batches made, and how many tokens of each were used
    List(List),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong visits make --point 22651 --count 240 --public-address https://hailong.example.vn --out slips.pdf
  hailong visits make --point 22651 --count 500 --public-address https://hailong.example.vn --out tokens.csv

The file is the only place where the tokens are: the store keeps a hash of each.
A response without a token counts as much as one with it.")]
pub(super) struct Make {
    /// The collection point at which they are good
    #[arg(long)]
    point: PointCode,
    /// How many, up to 2,000
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(points::MOST_SLIPS)))]
    count: u32,
    /// The file: .csv with token and address, .pdf with slips
    #[arg(long, value_name = "FILE.csv|FILE.pdf")]
    out: PathBuf,
    /// The paper of slips
    #[arg(long, value_enum, default_value = "a4")]
    paper: Paper,
    #[command(flatten)]
    tongue: Tongue,
    #[command(flatten)]
    address: Address,
    #[command(flatten)]
    database: Database,
}

/// The paper of slips.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Paper {
    /// Two by six on A4, to be cut
    A4,
    /// A page of 80 mm each, for receipt printers
    Receipt,
}

impl Visits {
    pub(super) fn run(self) -> Done {
        match self {
            Self::Make(make) => block_on(make.run())?,
            Self::List(asked) => block_on(list(asked))?,
        }
    }
}

impl Make {
    async fn run(self) -> Done {
        let as_pdf = match self.out.extension().and_then(|ending| ending.to_str()) {
            Some("pdf") => true,
            Some("csv") => false,
            _ => {
                let path = self.out.display();
                return Err(Failure::new(
                    format!("{path}: tên tệp cần kết thúc bằng .csv hoặc .pdf"),
                    format!("{path}: the file's name must end in .csv or .pdf"),
                ));
            }
        };
        let home = self.address.known()?;
        let db = self.database.open_existing().await?;
        let point = in_use(&db, &self.point).await?;
        let place = place(&point)?;
        let words = self.tongue.words(place.instrument)?;
        let clock = Clock::System;
        let tokens = points::visit_tokens(&clock, self.count);
        let bytes = if as_pdf {
            let layout = match self.paper {
                Paper::A4 => SlipLayout::A4,
                Paper::Receipt => SlipLayout::Receipt,
            };
            let made = place.slips(&home, &tokens, words, layout, db.is_simulated());
            made.map_err(|error| error.text())?
        } else {
            let mut csv = csv::Writer::from_writer(Vec::new());
            let mut write = |row: [&str; 2]| csv.write_record(row).map_err(Failure::of_system);
            write(["token", "address"])?;
            for token in &tokens {
                write([&token.to_string(), &home.visit(&point.code, token)])?;
            }
            csv.into_inner().map_err(|error| Failure::of_system(error.into_error()))?
        };
        // The file is on the disk before its tokens are good: none is good that nobody has.
        let pending = Pending::begin_private(&self.out)?;
        let written = pending.file().and_then(|mut file| file.write_all(&bytes));
        written.map_err(|error| cannot_write(pending.path(), &error))?;
        let about = format!("{} {}", point.code, self.count);
        let event = noted::event(&db, point.code.as_str(), Action::MakeSlips, &about).await?;
        db.add_visits(&point.code, clock.new_id(), &tokens, &event).await?;
        pending.finish()?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(asked: List) -> Done {
    let batches = asked.database.open_existing().await?.visit_batches().await?;
    let rows = batches.iter().map(|batch| {
        vec![
            json!(batch.batch),
            json!(batch.collection_point),
            json!(moment(batch.made_at)),
            json!(batch.tokens),
            json!(batch.used),
        ]
    });
    let columns = &["batch", "collection_point", "made_at", "tokens", "used"];
    Listing { columns, rows: rows.collect() }.print(asked.format)?;
    Ok(ExitCode::SUCCESS)
}
