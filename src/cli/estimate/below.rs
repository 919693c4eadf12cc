//! `hailong estimate --adjust`: which of many groups are below their target.

use analytics::multiplicity::{Adjustment, Below, LIST_ERROR};
use analytics::{Audience, EstimateTable, IntervalMethod, Level, Publication, publication_floor};
use surveys::Language;

use super::super::Failure;
use super::super::responses_file::some_of;

/// Fails for an interval whose limits at different errors belong to no one test.
pub(super) fn has_p_values(interval: Option<IntervalMethod>) -> Result<(), Failure> {
    match interval {
        Some(
            method @ (IntervalMethod::AgrestiCoull
            | IntervalMethod::Beta
            | IntervalMethod::BetaCapped),
        ) => {
            let name = method.name();
            Err(Failure::new(
                format!(
                    "Khoảng {name} không có giá trị p để hiệu chỉnh; hãy bỏ --adjust hoặc chọn khoảng khác"
                ),
                format!(
                    "the interval {name} has no p-value to adjust; leave --adjust out or choose another interval"
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// The groups of one figure: how many take part, and which are below their target.
struct Family<'a> {
    level: Level,
    code: &'a str,
    taking_part: usize,
    listed: Vec<String>,
    /// Those that would be listed, and rest on too few people for a published verdict.
    few: Vec<String>,
}

/// Tells, figure by figure, which groups are below their target.
pub(super) fn tell(
    table: &EstimateTable,
    below: &[Option<Below>],
    adjustment: Adjustment,
    language: Language,
) {
    let mut families: Vec<Family<'_>> = Vec::new();
    for (row, below) in table.rows.iter().zip(below) {
        let Some(below) = below else { continue };
        let same = |f: &Family<'_>| f.level == row.level && *f.code == *row.code;
        let place = families.iter().position(same).unwrap_or_else(|| {
            let (level, code) = (row.level, &*row.code);
            families.push(Family {
                level,
                code,
                taking_part: 0,
                listed: Vec::new(),
                few: Vec::new(),
            });
            families.len() - 1
        });
        families[place].taking_part += 1;
        if below.is_listed(table.level) {
            let family = &mut families[place];
            let published = publication_floor(row, Audience::Public) == Publication::Verdict;
            let names = if published { &mut family.listed } else { &mut family.few };
            names.push(row.group.join("/"));
        }
    }
    if families.is_empty() {
        match language {
            Language::Vi => tell!("hailong: không nhóm nào có chỉ tiêu và đủ phiếu để đối chiếu"),
            Language::En => tell!("hailong: no group has a target and enough responses to compare"),
        }
    }
    let error = LIST_ERROR * 100.0;
    for family in &families {
        family.tell(error, adjustment.name(), language);
    }
}

impl Family<'_> {
    fn tell(&self, error: f64, name: &str, language: Language) {
        let Self { code, taking_part, listed, few, .. } = self;
        let level = self.level.name();
        let names = some_of(listed);
        let colon = if listed.is_empty() { "" } else { ": " };
        let below = listed.len();
        match language {
            Language::Vi => tell!(
                "hailong: {level} {code}: {below} trong {taking_part} nhóm đủ phiếu dưới chỉ tiêu ở mức ý nghĩa {error} % ({name}){colon}{names}"
            ),
            Language::En => tell!(
                "hailong: {level} {code}: {below} of {taking_part} groups with enough responses are below target at the {error} % level ({name}){colon}{names}"
            ),
        }
        if few.is_empty() {
            return;
        }
        let (number, names) = (few.len(), some_of(few));
        match language {
            Language::Vi => tell!(
                "hailong: {level} {code}: {number} nhóm nữa dưới chỉ tiêu nhưng chưa đủ 100 người (theo n_eff) hoặc 8 bậc tự do nên không đưa vào danh sách công bố: {names}"
            ),
            Language::En => tell!(
                "hailong: {level} {code}: {number} more are below target with fewer than 100 people (by n_eff) or 8 degrees of freedom and do not belong on a published list: {names}"
            ),
        }
    }
}
