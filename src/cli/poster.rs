//! `hailong point poster`: the poster of a collection point as a file.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use surveys::PointCode;

use super::database::Database;
use super::point::in_use;
use super::printed::{Address, Printed, Tongue, place};
use super::{Done, output};
use crate::points::Place;
use crate::printing::{self, Poster, PosterSize};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong point poster 22651 --size a5 --public-address https://hailong.example.vn --out poster.pdf")]
pub(super) struct PosterCommand {
    /// The collection point
    code: PointCode,
    /// The paper
    #[arg(long, value_enum, default_value = "a4")]
    size: Size,
    /// The file, ending in .svg or .pdf
    #[arg(long, value_name = "FILE.svg|FILE.pdf")]
    out: PathBuf,
    #[command(flatten)]
    tongue: Tongue,
    #[command(flatten)]
    address: Address,
    #[command(flatten)]
    database: Database,
}

/// The paper of a poster.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Size {
    /// 210 × 297 mm
    A4,
    /// 148 × 210 mm
    A5,
    /// 100 × 150 mm, to stand on a counter
    Card,
}

impl From<Size> for PosterSize {
    fn from(size: Size) -> Self {
        match size {
            Size::A4 => Self::A4,
            Size::A5 => Self::A5,
            Size::Card => Self::Card,
        }
    }
}

impl PosterCommand {
    pub(super) async fn run(self) -> Done {
        let kind = Printed::of(&self.out)?;
        let home = self.address.known()?;
        let db = self.database.open_existing().await?;
        let point = in_use(&db, &self.code).await?;
        let Place { commune, instrument, .. } = place(&point)?;
        let poster = Poster {
            point: &point,
            commune,
            survey: &home.survey(&point.code),
            results: &home.results(&commune.code),
            questions: instrument.asked_of_all().count(),
            words: self.tongue.words(instrument)?,
            simulated: db.is_simulated(),
        };
        let sheet = poster.sheet(self.size.into()).map_err(|error| error.text());
        let bytes = match kind {
            Printed::Svg => printing::svg(&sheet?).into_bytes(),
            Printed::Pdf => printing::pdf([sheet])?,
        };
        output::to_file(&self.out, |out| std::io::Write::write_all(out, &bytes))?;
        Ok(ExitCode::SUCCESS)
    }
}
