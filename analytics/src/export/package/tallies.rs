//! `tong-cong.csv`: sums that add up over communes and months, as `estimate --tallies`
//! reads them.
//!
//! The sums of a single question are its counts: each respondent answers it once or not
//! at all, so the products are the counts again. Those of a public package are therefore
//! made of what `ket-qua.csv` shows and tell nothing besides. What a person answered to
//! several questions together is in no public file, and its sums are not here.

use super::columns::tallies;
use super::{Answered, Figure, INTERNAL_GROUPS, Package};
use crate::estimate::Estimate;
use crate::export::sheet::{Cell, Sheet};
use crate::tally::{Kept, Row, Tallies};

/// The tallies of the package.
pub(super) fn sheet(package: &Package<'_>) -> Sheet {
    let mut rows = Vec::new();
    for answered in &package.answered {
        if package.internal {
            let whole = answered.tallies.into_iter().flat_map(Tallies::rows);
            rows.extend(whole.map(|row| cells(package, answered, &row, true)));
        } else {
            rows.extend(single(answered).map(|figure| {
                let row = of_single(figure.estimate, answered.responses(None));
                cells(package, answered, &row, answered.told(figure).satisfied)
            }));
        }
    }
    let columns = tallies(package).iter().map(|column| column.name.to_owned()).collect();
    Sheet { columns, rows }
}

/// The figures over all channels that are each of one question.
fn single<'a>(answered: &'a Answered<'a>) -> impl Iterator<Item = &'a Figure<'a>> {
    let kept = Kept::of_instrument(answered.instrument, false);
    answered.figures.iter().filter(move |figure| {
        let e = figure.estimate;
        let one = |member: &crate::tally::Member| {
            (member.level, &*member.code) == (e.level, &*e.code)
                && kept.ratios[member.ratio].len() == 1
        };
        figure.channel.is_none() && kept.members.iter().any(one)
    })
}

/// The sums of a figure of one question, asked of so many `respondents`.
fn of_single(e: &Estimate, respondents: u64) -> Row<'_> {
    let Estimate { valid, satisfied, no_opinion, unanswered, .. } = *e;
    // Valid, satisfied, no opinion, unanswered, people; then the products of both.
    let sums =
        [valid, satisfied, no_opinion, unanswered, valid, satisfied, satisfied, satisfied, valid];
    Row { group: &[], level: e.level, a: &e.code, b: &e.code, respondents, sums }
}

fn cells(package: &Package<'_>, answered: &Answered<'_>, row: &Row<'_>, told: bool) -> Vec<Cell> {
    let count = |count: u64| if told { Cell::Count(count) } else { Cell::Number(None) };
    let mut cells: Vec<Cell> = vec![
        answered.instrument.id.as_str().into(),
        Cell::Count(answered.instrument.version.into()),
        package.period.code.as_str().into(),
        package.commune.code.as_str().into(),
    ];
    if package.internal {
        debug_assert_eq!(row.group.len(), INTERNAL_GROUPS.len());
        cells.extend(row.group.iter().map(|value| value.as_str().into()));
    }
    cells.extend([row.level.name().into(), row.a.into(), row.b.into(), count(row.respondents)]);
    cells.extend(row.sums.map(count));
    if package.simulated {
        cells.push(Cell::Truth(true));
    }
    cells
}
