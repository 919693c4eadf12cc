//! Communes × components as a table: a number in every cell, and one of five colours
//! behind it that never says anything by itself.

use analytics::chart::HeatClass;
use surveys::Instrument;
use surveys::text::{count, rate};

use super::Order;
use crate::pages::Shell;
use crate::reporting::Finding;
use crate::reporting::province::Place;
use crate::reporting::published::Shown;

/// The style of each class, the lowest first; `heat.css` has them.
pub(super) const STYLES: [&str; 5] = ["h0", "h1", "h2", "h3", "h4"];

/// The table.
#[derive(Debug)]
pub(super) struct Heat {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<HeatRow>,
    /// What each colour says.
    pub(super) key: Vec<(&'static str, &'static str)>,
}

/// A component.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) title: String,
    /// The page in the order of this component; empty when it is.
    pub(super) address: String,
}

/// A commune.
#[derive(Debug)]
pub(super) struct HeatRow {
    pub(super) name: &'static str,
    pub(super) address: String,
    pub(super) cells: Vec<Cell>,
}

/// One rate.
#[derive(Debug)]
pub(super) struct Cell {
    /// Empty when nothing is shown.
    pub(super) said: String,
    /// Of how many people; empty when nothing is shown.
    pub(super) people: String,
    pub(super) style: &'static str,
}

impl Heat {
    /// The table of those of `places` from which there are answers; `None` when no
    /// component of any is shown.
    pub(super) fn of(
        shell: &Shell,
        instrument: &Instrument,
        places: &[&Place],
        order: &Order,
        address: &impl Fn(&Place) -> String,
    ) -> Option<Self> {
        let language = shell.language();
        let column = |component: &surveys::instrument::Component| {
            let code = &component.code;
            let sorted = matches!(order, Order::Component(by) if by == code);
            let address = format!("{}#heat-heading", shell.here_with("sort", code.as_str()));
            let title = component.title.get(language).to_owned();
            Column { title, address: if sorted { String::new() } else { address } }
        };
        let row = |place: &&Place| {
            let components = &place.figures.as_ref()?.components;
            let of = |code: &str| components.iter().find(|f| *f.estimate.code == *code);
            let cells = instrument.components.iter();
            let cells = cells.map(|c| Cell::of(shell, of(c.code.as_str()))).collect();
            Some(HeatRow { name: place.commune.name, address: address(place), cells })
        };
        let rows: Vec<HeatRow> = places.iter().filter_map(row).collect();
        let shown = rows.iter().any(|row| row.cells.iter().any(|cell| !cell.said.is_empty()));
        shown.then(|| Self {
            columns: instrument.components.iter().map(column).collect(),
            rows,
            key: HeatClass::ALL.map(|class| (style(class), class.words(language))).into(),
        })
    }
}

impl Cell {
    fn of(shell: &Shell, finding: Option<&Finding>) -> Self {
        let language = shell.language();
        match finding.map(Finding::shown) {
            Some(Shown::Rate { rate: share, estimate, .. }) => Self {
                said: rate(share, None, language),
                people: shell
                    .t
                    .with("province-heat-people", &[("people", &count(estimate.people, language))]),
                style: style(HeatClass::of(share)),
            },
            _ => Self { said: String::new(), people: String::new(), style: "none" },
        }
    }
}

fn style(class: HeatClass) -> &'static str {
    STYLES[class.place()]
}
