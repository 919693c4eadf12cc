//! What can be chosen on the page of results, and what is.

use surveys::collection_point::CollectionPoint;
use surveys::period::ReportingCalendar;
use surveys::response::Channel;
use surveys::{Instrument, catalog};

use super::Contents;
use crate::pages::Shell;
use crate::pages::staff::form::Choice;
use crate::pages::staff::periods::{Year, years};
use crate::reporting::slices::{By, Slice};

/// The form of filters.
#[derive(Debug)]
pub(super) struct Filters {
    pub(super) unit: String,
    pub(super) instrument: Select,
    pub(super) periods: Vec<Year>,
    pub(super) period: String,
    /// Empty where the reader may not choose.
    pub(super) slices: Vec<Select>,
    pub(super) group: Select,
}

/// One choice of the form.
#[derive(Debug)]
pub(super) struct Select {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) choices: Vec<Choice>,
}

impl Filters {
    pub(super) fn of(shell: &Shell, contents: &Contents) -> Self {
        let (t, language) = (shell.t, shell.language());
        let report = &*contents.seen.report;
        let mut instruments = contents.answered.clone();
        if !instruments
            .iter()
            .any(|i| i.id == report.instrument.id && i.version == report.instrument.version)
        {
            instruments.push(report.instrument);
        }
        let instrument = |i: &&surveys::Instrument| Choice {
            value: format!("{}@{}", i.id, i.version),
            label: format!(
                "{} ({})",
                i.title.get(language),
                t.with("results-version", &[("version", &i.version.to_string())])
            ),
        };
        let slices = if contents.bound { Vec::new() } else { slices(shell, contents) };
        let by = |by: By| Choice {
            value: by.name().to_owned(),
            label: label(shell, report.instrument, by),
        };
        Self {
            unit: report.commune.code.to_string(),
            instrument: Select {
                name: "instrument",
                label: t.get("choose-instrument").into_owned(),
                value: format!("{}@{}", report.instrument.id, report.instrument.version),
                choices: instruments.iter().map(instrument).collect(),
            },
            periods: periods(shell, contents),
            period: report.period.code.clone(),
            slices,
            group: Select {
                name: "group",
                label: t.get("results-group").into_owned(),
                value: contents.by.name().to_owned(),
                choices: By::all_of(report.instrument).into_iter().map(by).collect(),
            },
        }
    }

    /// What the form sends, by name.
    pub(super) fn sent(&self) -> Vec<(&'static str, String)> {
        let mut sent = vec![
            ("unit", self.unit.clone()),
            ("instrument", self.instrument.value.clone()),
            ("period", self.period.clone()),
            ("group", self.group.value.clone()),
        ];
        let chosen = self.slices.iter().filter(|slice| !slice.value.is_empty());
        sent.extend(chosen.map(|slice| (slice.name, slice.value.clone())));
        sent
    }
}

/// What respondents to `instrument` are told apart by.
fn label(shell: &Shell, instrument: &'static Instrument, by: By) -> String {
    let named = match by {
        By::Channel => shell.t.get("results-by-channel"),
        By::Point => shell.t.get("results-by-point"),
        By::Field => shell.t.get("results-by-field"),
        By::Item(code) => {
            by.asked(instrument).map_or(code, |asked| asked.item.text.get(shell.language())).into()
        }
    };
    named.into_owned()
}

/// The same in the middle of a sentence.
pub(super) fn label_said(shell: &Shell, instrument: &'static Instrument, by: By) -> String {
    let label = label(shell, instrument, by);
    match by {
        By::Item(_) => shell.t.with("results-by-item", &[("item", &label)]),
        _ => label.to_lowercase(),
    }
}

/// What people call the group `slice` among others of the respondents to `instrument`, of
/// a commune with these `points`.
pub(super) fn group_name(
    shell: &Shell,
    instrument: &'static Instrument,
    points: &[CollectionPoint],
    slice: &Slice,
) -> String {
    let Slice { by, value } = slice;
    let named = match by {
        By::Point => {
            let point = points.iter().find(|point| point.code.as_str() == value);
            point.map(|point| format!("{} ({})", point.name, point.code))
        }
        By::Field if value.is_empty() => Some(shell.t.get("results-no-field").into_owned()),
        By::Item(_) if value.is_empty() => Some(shell.t.get("results-no-answer").into_owned()),
        _ => None,
    };
    named.unwrap_or_else(|| slice.title(instrument, shell.language()))
}

/// The same where nothing beside it says what the group is told apart by.
pub(super) fn slice_name(
    shell: &Shell,
    instrument: &'static Instrument,
    points: &[CollectionPoint],
    slice: &Slice,
) -> String {
    let name = group_name(shell, instrument, points, slice);
    match slice.by {
        By::Item(_) => format!("{} {name}", label(shell, instrument, slice.by)),
        _ => name,
    }
}

/// At most one of these can be chosen.
fn slices(shell: &Shell, contents: &Contents) -> Vec<Select> {
    let instrument = contents.seen.report.instrument;
    let values = |by: By| -> Vec<String> {
        match by {
            By::Channel => Channel::ALL.map(|c| c.name().to_owned()).to_vec(),
            By::Point => contents.points.iter().map(|p| p.code.to_string()).collect(),
            By::Field => {
                let groups = contents.fields.groups.iter().map(|group| group.value.clone());
                groups.filter(|value| !value.is_empty()).collect()
            }
            By::Item(_) => {
                let options = by.asked(instrument).map_or(&[][..], |asked| asked.options);
                options.iter().map(|option| option.value.to_string()).collect()
            }
        }
    };
    let select = |by: By| {
        let chosen = contents.slice.as_ref().filter(|slice| slice.by == by);
        let all = Choice { value: String::new(), label: shell.t.get("results-all").into_owned() };
        let choice = |value: String| {
            let slice = Slice { by, value };
            Choice {
                label: group_name(shell, instrument, &contents.points, &slice),
                value: slice.value,
            }
        };
        let mut values = values(by);
        if let Some(slice) = chosen.filter(|slice| !values.contains(&slice.value)) {
            values.push(slice.value.clone());
        }
        Select {
            name: by.name(),
            label: label(shell, instrument, by),
            value: chosen.map_or_else(String::new, |slice| slice.value.clone()),
            choices: [all].into_iter().chain(values.into_iter().map(choice)).collect(),
        }
    };
    let selects = By::all_of(instrument).into_iter().map(select);
    selects.filter(|select| select.choices.len() > 1).collect()
}

/// The periods of the unit's calendar.
fn periods(shell: &Shell, contents: &Contents) -> Vec<Year> {
    let report = &*contents.seen.report;
    let plain = ReportingCalendar::default();
    let calendar = catalog::plan_of(&report.commune.code).map_or(&plain, |plan| &plan.calendar);
    years(shell, calendar, contents.first, &report.period, contents.today)
}
