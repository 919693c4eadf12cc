//! Which list or table somebody took along as a file, in words.

use std::borrow::Cow;

use surveys::catalog;
use surveys::petition;

use super::subject::{instrument, period, unit_name};
use crate::pages::Shell;
use crate::pages::petition::words;
use crate::pages::staff::comments::chosen_name;
use crate::pages::staff::results::{group_said, slice_said};
use crate::reporting::slices::{By, Slice};
use crate::staff::audit::Action;

/// What was taken along, when `action` is to take something along; `noted` is the subject
/// of its line.
pub(super) fn said(shell: &Shell, action: Action, noted: &str) -> Option<String> {
    match action {
        Action::ExportResults => table(shell, noted),
        Action::ExportComments => Some(chosen_name(shell, noted)),
        Action::ExportPetitionList => Some(words::state(shell, petition::State::of_name(noted)?)),
        Action::ExportPetitions => {
            let (unit, of) = noted.split_once(' ')?;
            Some(format!("{} · {}", unit_name(unit)?, period(shell, of)?))
        }
        Action::ExportIndicators => unit_name(noted),
        _ => None,
    }
}

/// A table of results, as its form was sent:
/// `unit=21409&instrument=quick-counter%401&period=2026-10&group=channel&table=groups`.
fn table(shell: &Shell, noted: &str) -> Option<String> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(noted).ok()?;
    let field = |name: &str| fields.iter().find(|(of, _)| of == name).map(|(_, value)| &**value);
    let asked = field("instrument").unwrap_or_default();
    let (id, version) = asked.split_once('@').map_or((asked, None), |(id, v)| (id, v.parse().ok()));
    let of = catalog::instrument(id, version);
    let part = |(name, value): &(String, String)| {
        let value = &**value;
        let title = match &**name {
            "unit" => unit_name(value),
            "instrument" => instrument(shell, value),
            "period" => period(shell, value),
            // By what groups are told apart matters only for their own table.
            "group" => return None,
            "table" => {
                let by = of.zip(field("group")).and_then(|(of, by)| Some((of, By::named(by, of)?)));
                match (value, by) {
                    ("groups", Some((of, by))) => Some(group_said(shell, of, by)),
                    _ => table_name(shell, value).map(Cow::into_owned),
                }
            }
            "format" => Some(value.to_uppercase()),
            _ if value.is_empty() => None,
            name => of.and_then(|of| {
                let slice = Slice { by: By::named(name, of)?, value: value.to_owned() };
                Some(slice_said(shell, of, &slice))
            }),
        };
        title.or_else(|| Some(value.to_owned())).filter(|said| !said.is_empty())
    };
    let parts: Vec<String> = fields.iter().filter_map(part).collect();
    Some(parts.join(" · ")).filter(|said| !said.is_empty())
}

/// What people call the table.
fn table_name(shell: &Shell, table: &str) -> Option<Cow<'static, str>> {
    let key = match table {
        "figures" => "audit-table-figures",
        "options" => "results-options",
        "trend" => "audit-table-trend",
        "communes" => "audit-table-communes",
        _ => return None,
    };
    Some(shell.t.get(key))
}

#[cfg(test)]
mod tests {
    use surveys::unit;

    use super::*;

    #[test]
    fn a_table_taken_along_is_told_in_words_and_nothing_of_it_is_lost() {
        let shell = Shell::new("/", "", false);
        let quick = &catalog::instrument("quick-counter", Some(1)).unwrap().title.vi;
        let commune = unit::commune("21409").unwrap().name;
        let of = "unit=21409&instrument=quick-counter%401&period=2026-10";
        let about = format!("{commune} · {quick} · Tháng 10 năm 2026");
        for (rest, expected) in [
            ("group=point&point=&table=figures&format=csv", "Mức hài lòng · CSV"),
            ("group=channel&table=groups&format=xlsx", "So sánh theo kênh · XLSX"),
            (
                "group=point&channel=paper&table=options&format=csv",
                "Phiếu giấy · Số lần chọn từng phương án · CSV",
            ),
            ("group=x&odd=1&table=trend", "1 · Thay đổi theo tháng"),
            ("table=groups", "groups"),
        ] {
            let said = said(&shell, Action::ExportResults, &format!("{of}&{rest}"));
            assert_eq!(said.unwrap(), format!("{about} · {expected}"), "{rest}");
        }
    }

    #[test]
    fn a_list_taken_along_is_told_in_words() {
        let shell = Shell::new("/", "lang=en", false);
        let commune = unit::commune("21409").unwrap().name;
        for (action, noted, expected) in [
            (Action::ExportComments, "new", Some("Waiting")),
            (Action::ExportComments, "set-aside", Some("Set aside")),
            (Action::ExportComments, "", Some("All")),
            (Action::ExportPetitionList, "received", Some("Received")),
            (Action::ExportPetitionList, "", None),
            (Action::ExportIndicators, "21409", Some(commune)),
            (Action::Enter, "new", None),
        ] {
            assert_eq!(said(&shell, action, noted).as_deref(), expected, "{noted}");
        }
        let figures = said(&shell, Action::ExportPetitions, "21409 2026-10");
        assert_eq!(figures.unwrap(), format!("{commune} · October 2026"));
    }
}
