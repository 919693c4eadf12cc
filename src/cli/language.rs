//! `hailong language`: further languages of citizens' pages.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::{Language, Mistake};

use super::output::{self, Format, Listing};
use super::{Done, Failure, choice};
use crate::languages::{self, Languages};

/// List, check or begin further languages of citizens' pages
#[derive(Debug, Subcommand)]
pub(super) enum LanguageCommand {
    /// List every further language and what it still lacks
    List(List),
    /// Check the file of a language: mistakes, and texts that are missing
    Check(Check),
    /// Write a file with every text still to be translated
    Template(Template),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// A folder with further languages, as of hailong serve
    #[arg(long, value_name = "DIR")]
    languages: Option<PathBuf>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong language check tyz.toml

The exit status is 1 when the file has mistakes, or no form can be answered in the
language yet. A language is offered for the forms for which it lacks nothing.")]
pub(super) struct Check {
    /// The file of the language (TOML)
    file: PathBuf,
    /// The form of the list of what is missing
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong language template tyz --out tyz.toml
  hailong serve --languages .")]
pub(super) struct Template {
    /// The language's BCP 47 tag, such as tyz
    #[arg(value_parser = tag)]
    tag: String,
    /// Where the file goes; without it to standard output
    #[arg(long, value_name = "FILE.toml")]
    out: Option<PathBuf>,
}

fn tag(text: &str) -> Result<String, String> {
    let known = surveys::translation::is_tag(text);
    known
        .then(|| text.to_owned())
        .ok_or_else(|| "write a tag such as tyz or hmn-VN, not vi or en".to_owned())
}

impl LanguageCommand {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::List(list) => list.run(),
            Self::Check(check) => check.run(language),
            Self::Template(Template { tag, out }) => {
                let file = languages::template(&tag);
                output::write(out.as_deref(), |out| out.write_all(file.as_bytes()))?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

impl List {
    fn run(self) -> Done {
        let known = Languages::load(self.languages.as_deref()).map_err(|error| error.text())?;
        let row = |t: &&'static surveys::Translation| {
            let offered = languages::instruments().filter(|i| t.is_complete(languages::pages(), i));
            let offered: Vec<&str> = offered.map(|i| i.id.as_str()).collect();
            let lacks: usize = languages::instruments().map(|i| t.lacks(i).count()).sum();
            let pages = t.lacks_pages(languages::pages()).count();
            vec![json!(t.tag), json!(t.name), json!(pages), json!(lacks), json!(offered.join(" "))]
        };
        let rows = known.all().iter().map(row).collect();
        let columns = &["tag", "name", "pages_missing", "wordings_missing", "offered_for"];
        Listing { columns, rows }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Check {
    fn run(self, language: Language) -> Done {
        let file = languages::open(&self.file).map_err(|e| choice::cannot_read(&self.file, &e))?;
        let tell =
            |mistake: &Mistake| tell!("{}:{}", self.file.display(), mistake.line_in(language));
        let read = match languages::read(&file) {
            Ok(read) => read,
            Err(mistakes) => {
                for mistake in &mistakes {
                    tell(mistake);
                }
                return Err(Failure::new(
                    format!(
                        "{} chưa dùng được: {} chỗ cần sửa",
                        self.file.display(),
                        mistakes.len()
                    ),
                    format!("{} cannot be used: {} mistakes", self.file.display(), mistakes.len()),
                ));
            }
        };
        for warning in &read.warnings {
            tell(warning);
        }
        let translation = read.translation;
        let mut rows: Vec<_> = translation
            .lacks_pages(languages::pages())
            .map(|page| vec![json!("pages"), json!(page.key), json!(page.vi)])
            .collect();
        let mut offered = Vec::new();
        for instrument in languages::instruments() {
            let id = instrument.id.as_str();
            let lacks = translation.lacks(instrument);
            rows.extend(lacks.map(|w| vec![json!(id), json!(w.place), json!(w.text.vi)]));
            if translation.is_complete(languages::pages(), instrument) {
                offered.push(id);
            }
        }
        let missing = rows.len();
        if missing > 0 {
            Listing { columns: &["where", "missing", "vietnamese"], rows }.print(self.format)?;
        }
        let (tag, name) = (&translation.tag, &translation.name);
        match (language, offered.join(", ")) {
            (Language::Vi, forms) if forms.is_empty() => tell!(
                "hailong: {name} ({tag}): còn thiếu {missing} câu, chưa phiếu nào đưa ra được bằng ngôn ngữ này"
            ),
            (Language::Vi, forms) => {
                tell!(
                    "hailong: {name} ({tag}): dùng được cho phiếu {forms}; còn thiếu {missing} câu"
                );
            }
            (Language::En, forms) if forms.is_empty() => {
                tell!(
                    "hailong: {name} ({tag}): {missing} texts are missing, no form can be offered"
                );
            }
            (Language::En, forms) => {
                tell!(
                    "hailong: {name} ({tag}): can be offered for {forms}; {missing} texts are missing"
                );
            }
        }
        Ok(ExitCode::from(u8::from(offered.is_empty())))
    }
}
