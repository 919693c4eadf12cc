//! Checking instrument and plan files.

use std::process::ExitCode;

use surveys::{Language, Mistake};

use super::output::to_stdout;
use super::{Done, Failure, choice};

/// Checks every file with `parse` and prints each mistake as
/// `file:line:column: what and what to do`. Status 1 when there is any.
pub(super) fn check<T>(
    files: &[String],
    parse: fn(&str) -> Result<T, Vec<Mistake>>,
    language: Language,
) -> Done {
    let mut lines = Vec::new();
    let mut good = true;
    for file in files {
        match choice::read(file, parse) {
            Ok(Ok(_)) => match language {
                Language::Vi => tell!("{file}: không có lỗi"),
                Language::En => tell!("{file}: no mistakes"),
            },
            Ok(Err(mistakes)) => {
                good = false;
                lines.extend(choice::lines(file, &mistakes, language));
            }
            Err(Failure(text)) => {
                good = false;
                tell!("hailong: {}", text.get(language));
            }
        }
    }
    to_stdout(|out| lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(ExitCode::from(u8::from(!good)))
}
