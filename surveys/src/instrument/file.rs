//! The instrument file (TOML): reading it, with every mistake told at once.

mod items;
mod scales;

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Aggregation, Component, Instrument, Item, Part, Rank, Rating, ScoredBy};
use crate::code::PartCode;
use crate::mistake::Mistake;
use crate::text::Text;
use crate::toml_reader::{self, Distinct, Field, Table};

/// The longest title of an instrument, part or component, in characters.
const TITLE: usize = 200;
/// The longest introduction or hint, in characters.
const EXPLANATION: usize = 600;
/// The longest question, in characters.
const QUESTION: usize = 500;
/// The longest response option, in characters.
const OPTION: usize = 200;
/// How far weights may be from adding up to 1.
const WEIGHT_TOLERANCE: f64 = 1e-9;

/// Reads an instrument from the text of its file.
///
/// # Errors
/// Every [`Mistake`] in the file, in its order: what TOML does not allow, unknown
/// and missing keys, values of the wrong type or size, and whatever does not fit
/// together (a reference to nothing, a component without an item, weights that do
/// not add up to 1 …).
pub fn parse(source: &str) -> Result<Instrument, Vec<Mistake>> {
    parse_beside(source, None)
}

/// The same, and held against the former version that it says to continue, which is looked
/// for among `known`.
///
/// # Errors
/// As [`parse`], and where it does not keep what it continues.
pub fn parse_beside(
    source: &str,
    known: Option<&[Instrument]>,
) -> Result<Instrument, Vec<Mistake>> {
    let keys = [
        "id",
        "version",
        "continues",
        "title",
        "introduction",
        "aggregation",
        "scale",
        "part",
        "component",
        "item",
        "rating",
    ];
    toml_reader::read(source, &keys, |root| instrument(root, known))
}

fn instrument(root: &Table<'_>, known: Option<&[Instrument]>) -> Option<Instrument> {
    let id = root.required("id").code();
    let version = root.required("version").integer(1..=9999);
    let continues_field = root.optional("continues");
    let continues = continues_field.integer(1..=9998);
    let title = root.required("title").text(TITLE);
    let introduction = root.required("introduction").text(EXPLANATION);
    let rules = Aggregation::ALL.map(|rule| (rule.name(), rule));
    let aggregation = root.required("aggregation").one_of(&rules);
    let scales = scales::read(root);
    let parts = parts(root, aggregation);
    let components = components(root, &parts);
    let items = items::read(root, &scales, &components);
    let rating = root.optional("rating");
    let rating = rating.is_given().then(|| points(&rating, &items.entries, &scales.entries));
    let instrument = Instrument {
        id: id?,
        version: version?,
        continues,
        title: title?,
        introduction: introduction?,
        aggregation: aggregation?,
        scales: scales.entries,
        parts: parts.entries,
        components: components.entries,
        items: items.entries,
        rating: match rating {
            Some(read) => Some(read?),
            None => None,
        },
    };
    if let Some(known) = known {
        let is_former = |i: &&Instrument| i.id == instrument.id && Some(i.version) == continues;
        if let Err(mistake) = instrument.keeps(known.iter().find(is_former)) {
            let Text { vi, en } = mistake.text();
            continues_field.wrong(format!("{vi}."), format!("{en}."));
        }
    }
    Some(instrument)
}

/// What was read of the tables of one kind: every code they declare with its
/// place, and the entries that are whole. The codes of entries with a mistake
/// count as declared, so that one mistake is not told twice.
#[derive(Debug)]
struct Section<T> {
    codes: BTreeMap<String, Range<usize>>,
    entries: Vec<T>,
}

impl<T> Section<T> {
    /// Reads the tables under `field` with `read_one`, which gives the code as soon
    /// as it is known, and the entry when it is whole.
    fn read<C: AsRef<str>>(
        field: &Field<'_>,
        keys: &[&str],
        most: usize,
        mut read_one: impl FnMut(&Table<'_>) -> (Option<C>, Option<T>),
    ) -> Self {
        let mut section = Self { codes: BTreeMap::new(), entries: Vec::new() };
        let mut distinct = Distinct::default();
        let tables = field.tables(keys);
        if field.is_given() && tables.is_empty() {
            field.wrong(
                "Danh sách để trống; hãy thêm ít nhất một mục.",
                "The list is empty; add at least one.",
            );
        }
        if let Some(beyond) = tables.get(most) {
            beyond.wrong(
                format!("Nhiều hơn {most} mục; hãy bỏ bớt hoặc tách thành phiếu khác."),
                format!(
                    "There are more than {most} of these; drop some or make another instrument."
                ),
            );
        }
        for table in tables.iter().take(most) {
            let (code, entry) = read_one(table);
            if let Some(code) = code {
                let place = table.optional("code").place();
                if distinct.admit(table.ledger(), place, code.as_ref()) {
                    section.codes.insert(code.as_ref().to_owned(), table.place());
                }
            }
            section.entries.extend(entry);
        }
        section
    }

    /// Notes a mistake when `code`, read from `field`, is declared nowhere.
    fn expect(&self, field: &Field<'_>, code: &str, kind: &str) {
        if self.codes.contains_key(code) {
            return;
        }
        let known: Vec<_> = self.codes.keys().map(|code| format!("`{code}`")).collect();
        let known = if known.is_empty() { "–".to_owned() } else { known.join(", ") };
        field.wrong(
            format!("Chưa có `[[{kind}]]` nào mang mã `{code}`; hãy khai báo, hoặc dùng: {known}."),
            format!("No `[[{kind}]]` has the code `{code}`; declare it, or use one of {known}."),
        );
    }
}

fn parts(root: &Table<'_>, aggregation: Option<Aggregation>) -> Section<Part> {
    let weighted = aggregation == Some(Aggregation::WeightedParts);
    let field = if weighted { root.required("part") } else { root.optional("part") };
    let mut total = Some(0.0);
    let section = Section::read(&field, &["code", "title", "weight"], 20, |table| {
        let code = table.required("code").code();
        let title = table.required("title").text(TITLE);
        let weight = if weighted { table.required("weight") } else { table.optional("weight") };
        if weight.is_given() && aggregation.is_some() && !weighted {
            weight.wrong(
                "Chỉ dùng `weight` với aggregation = \"weighted_parts\"; hãy bỏ dòng này.",
                "Only aggregation = \"weighted_parts\" uses `weight`; remove it.",
            );
        }
        let given = weight.number(0.0..=1.0).filter(|w| {
            if *w == 0.0 {
                weight.wrong("`weight` phải lớn hơn 0.", "`weight` must be more than 0.");
            }
            *w > 0.0
        });
        total = total.zip(given).map(|(total, weight)| total + weight);
        let part = code.clone().zip(title);
        (code, part.map(|(code, title)| Part { code, title, weight: given }))
    });
    if let (true, false, Some(total)) = (weighted, section.entries.is_empty(), total)
        && (total - 1.0).abs() > WEIGHT_TOLERANCE
    {
        field.wrong(
            format!("Tổng các `weight` là {total}; hãy sửa cho bằng 1."),
            format!("The weights add up to {total}; make them add up to 1."),
        );
    }
    section
}

fn components(root: &Table<'_>, parts: &Section<Part>) -> Section<Component> {
    let field = root.required("component");
    let mut used = Vec::new();
    let section = Section::read(&field, &["code", "part", "title"], 50, |table| {
        let code = table.required("code").code();
        let title = table.required("title").text(TITLE);
        let has_parts = !parts.codes.is_empty();
        let field = if has_parts { table.required("part") } else { table.optional("part") };
        let part = field.code::<PartCode>();
        if let Some(part) = &part {
            parts.expect(&field, part.as_str(), "part");
            used.push(part.as_str().to_owned());
        }
        let component = code.clone().zip(title);
        (code, component.map(|(code, title)| Component { code, part, title }))
    });
    for (part, place) in parts.codes.iter().filter(|(part, _)| !used.contains(part)) {
        root.ledger().wrong(
            place,
            format!(
                "Phần `{part}` chưa có thành phần nào; hãy thêm `[[component]]` hoặc bỏ phần này."
            ),
            format!(
                "The part `{part}` has no component; add a `[[component]]` or remove the part."
            ),
        );
    }
    section
}

/// Reads `[rating]`. Its maximum must be what the items can give, so that a total
/// always equals its parts.
fn points(field: &Field<'_>, items: &[Item], scales: &[super::Scale]) -> Option<Rating> {
    let table = field.table(&["maximum", "rank"])?;
    let maximum_field = table.required("maximum");
    let maximum = maximum_field.integer(1..=10_000_u32);
    let most_points = |item: &Item| {
        let scale = scales.iter().find(|s| Some(&s.code) == item.scale.as_ref())?;
        scale.options.iter().map(|o| u32::from(o.value)).max()
    };
    let rated = items.iter().filter(|item| item.component().is_some());
    let reachable: Option<u32> = rated.map(most_points).sum();
    if let (Some(maximum), Some(reachable)) = (maximum, reachable)
        && maximum != reachable
    {
        maximum_field.wrong(
            format!(
                "Các câu hỏi cho nhiều nhất {reachable} điểm; hãy sửa `maximum` hoặc thang đo."
            ),
            format!("The items give at most {reachable} points; mend `maximum` or the scales."),
        );
    }
    let mut ranks: Vec<Rank> = Vec::new();
    let mut names = Distinct::default();
    let rank_field = table.required("rank");
    let mut lowest = rank_field.is_given().then_some(u32::MAX);
    for row in rank_field.tables(&["at_least", "vi", "en"]).iter().take(20) {
        let at_least_field = row.required("at_least");
        let at_least = at_least_field.integer(0..=maximum.unwrap_or(10_000));
        let text = row.bilingual(TITLE);
        if let Some(text) = &text {
            names.admit(row.ledger(), row.optional("vi").place(), &text.vi);
        }
        if let (Some(at_least), Some(before)) = (at_least, ranks.last())
            && at_least >= before.at_least
        {
            at_least_field.wrong(
                "Hãy xếp các hạng từ cao xuống thấp, mỗi hạng một mức điểm.",
                "Put the ranks from best to worst, each with fewer points than the one before.",
            );
        }
        lowest = at_least;
        ranks.extend(at_least.zip(text).map(|(at_least, text)| Rank { at_least, text }));
    }
    if lowest.is_some_and(|points| points != 0) {
        rank_field.wrong(
            "Hạng cuối phải bắt đầu từ 0 điểm; hãy thêm hạng đó.",
            "The last rank must begin at 0 points; add it.",
        );
    }
    Some(Rating { maximum: maximum?, ranks })
}

const SCORED_BY: [(&str, ScoredBy); 2] =
    [("citizen", ScoredBy::Citizen), ("office", ScoredBy::Office)];

#[cfg(test)]
mod tests;
