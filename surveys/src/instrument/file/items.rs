//! The items of an instrument file.

use std::collections::HashSet;

use super::{EXPLANATION, QUESTION, SCORED_BY, Section};
use crate::code::{ComponentCode, ItemCode, ScaleCode};
use crate::instrument::{AskedAfter, Component, Item, ItemKind, Scale, ScoredBy};
use crate::response::COLUMNS;
use crate::toml_reader::{Field, Table};

/// Columns that files of results have beside those of responses; an item's code
/// is a column of its own.
const RESULT_COLUMNS: [&str; 3] = ["instrument", "version", "verified_visit"];

const KEYS: [&str; 9] =
    ["code", "kind", "component", "scale", "multiple", "scored_by", "asked_after", "text", "hint"];

pub(super) fn read(
    root: &Table<'_>,
    scales: &Section<Scale>,
    components: &Section<Component>,
) -> Section<Item> {
    let mut measured: HashSet<String> = HashSet::new();
    let mut after_comment = false;
    let mut ratings = Ratings::default();
    let section = Section::read(&root.required("item"), &KEYS, 200, |table| {
        let code_field = table.required("code");
        let code = code_field.code::<ItemCode>();
        if let Some(code) = &code {
            refuse_taken(&code_field, code);
        }
        if after_comment {
            table.wrong(
                "Câu góp ý phải là câu cuối cùng và chỉ có một; hãy đưa câu này lên trước.",
                "The comment must be the last item and the only one; move this item before it.",
            );
        }
        let kind = kind(table, components);
        if let Some(ItemKind::Satisfaction { component }) = &kind {
            measured.insert(component.as_str().to_owned());
        }
        after_comment |= kind == Some(ItemKind::Comment);
        let scale = scale(table, kind.as_ref(), scales);
        let multiple = multiple(table, kind.as_ref());
        let scored_by = scored_by(table, kind.as_ref());
        let asked_after = ratings.asked_after(table, kind.as_ref());
        if let Some(ItemKind::Satisfaction { .. }) = &kind {
            ratings.admit(table, scored_by, scale.as_ref().and_then(|code| named(scales, code)));
        }
        let text = table.required("text").text(QUESTION);
        let hint = table.optional("hint").text(EXPLANATION);
        let item = match (code.clone(), kind, text) {
            (Some(code), Some(kind), Some(text)) => {
                Some(Item { code, kind, scale, multiple, scored_by, asked_after, text, hint })
            }
            _ => None,
        };
        (code, item)
    });
    for (component, place) in components.codes.iter().filter(|(c, _)| !measured.contains(*c)) {
        root.ledger().wrong(
            place,
            format!("Thành phần `{component}` chưa có câu hỏi nào; hãy thêm `[[item]]` hoặc bỏ thành phần này."),
            format!("The component `{component}` has no item; add an `[[item]]` or remove the component."),
        );
    }
    section
}

fn refuse_taken(field: &Field<'_>, code: &ItemCode) {
    if COLUMNS.iter().chain(&RESULT_COLUMNS).any(|taken| taken.eq_ignore_ascii_case(code.as_str()))
    {
        field.wrong(
            format!("`{code}` đã là tên một cột của tệp phiếu; hãy đặt mã khác."),
            format!("`{code}` is already a column of response files; choose another code."),
        );
    }
}

fn kind(table: &Table<'_>, components: &Section<Component>) -> Option<ItemKind> {
    let (named, component_field) = (table.optional("kind"), table.optional("component"));
    let kinds = [
        ("satisfaction", None),
        ("experience", Some(ItemKind::Experience)),
        ("need", Some(ItemKind::Need)),
        ("demographic", Some(ItemKind::Demographic)),
        ("comment", Some(ItemKind::Comment)),
    ];
    if !named.is_given() && !component_field.is_given() {
        table.wrong(
            "Thiếu `component` (câu đo hài lòng) hoặc `kind` (câu khác); hãy thêm một trong hai.",
            "Add `component` (for satisfaction) or `kind` (for anything else).",
        );
        return None;
    }
    if named.is_given()
        && let Some(other) = named.one_of(&kinds)?
    {
        if component_field.is_given() {
            component_field.wrong(
                "Chỉ câu đo hài lòng mới có `component`; hãy bỏ `component` hoặc bỏ `kind`.",
                "Only satisfaction has a `component`; remove `component` or `kind`.",
            );
        }
        return Some(other);
    }
    let field = table.required("component");
    let component = field.code::<ComponentCode>()?;
    components.expect(&field, component.as_str(), "component");
    Some(ItemKind::Satisfaction { component })
}

fn scale(table: &Table<'_>, kind: Option<&ItemKind>, scales: &Section<Scale>) -> Option<ScaleCode> {
    if kind == Some(&ItemKind::Comment) {
        let field = table.optional("scale");
        if field.is_given() {
            field.wrong(
                "Câu góp ý viết tự do, không có thang đo; hãy bỏ `scale`.",
                "A comment is free text and has no scale; remove `scale`.",
            );
        }
        return None;
    }
    let field = table.required("scale");
    let code = field.code::<ScaleCode>()?;
    scales.expect(&field, code.as_str(), "scale");
    let scale = named(scales, &code);
    if matches!(kind, Some(ItemKind::Satisfaction { .. }))
        && scale.is_some_and(|s| s.satisfied.is_empty())
    {
        field.wrong(
            format!("Thang đo `{code}` chưa nói lựa chọn nào là hài lòng; hãy thêm `satisfied`."),
            format!("The scale `{code}` does not say what counts as satisfied; add `satisfied`."),
        );
    }
    Some(code)
}

fn named<'s>(scales: &'s Section<Scale>, code: &ScaleCode) -> Option<&'s Scale> {
    scales.entries.iter().find(|scale| scale.code == *code)
}

fn multiple(table: &Table<'_>, kind: Option<&ItemKind>) -> bool {
    let field = table.optional("multiple");
    let multiple = field.boolean().unwrap_or(false);
    if multiple && matches!(kind, Some(ItemKind::Satisfaction { .. } | ItemKind::Comment)) {
        field.wrong(
            "Câu đo hài lòng và câu góp ý chỉ có một câu trả lời; hãy bỏ `multiple`.",
            "Satisfaction and comment have one answer only; remove `multiple`.",
        );
    }
    multiple
}

fn scored_by(table: &Table<'_>, kind: Option<&ItemKind>) -> ScoredBy {
    let field = table.optional("scored_by");
    let scored_by = field.one_of(&SCORED_BY).unwrap_or_default();
    if scored_by == ScoredBy::Office
        && kind.is_some_and(|k| !matches!(k, ItemKind::Satisfaction { .. }))
    {
        field.wrong(
            "Cơ quan chỉ tự chấm câu có `component`; hãy bỏ `scored_by`.",
            "The office scores only items with a `component`; remove `scored_by`.",
        );
    }
    scored_by
}

/// The ratings read so far, to hold conditions against.
#[derive(Default)]
struct Ratings<'s> {
    /// `None` for one with a mistake, which is told where it stands.
    scales: Vec<Option<&'s Scale>>,
    /// Whether an item was read that is asked only after some of them.
    is_closed: bool,
}

impl<'s> Ratings<'s> {
    /// Takes a rating on `scale`.
    fn admit(&mut self, table: &Table<'_>, scored_by: ScoredBy, scale: Option<&'s Scale>) {
        if scored_by == ScoredBy::Office {
            return;
        }
        if self.is_closed {
            table.wrong(
                "Câu có `asked_after` phải đứng sau mọi câu đo hài lòng; hãy đưa câu này lên trước.",
                "Items with `asked_after` stand after every rating; move this item before them.",
            );
        }
        self.scales.push(scale);
    }

    /// After which ratings the item of `table` is asked.
    fn asked_after(&mut self, table: &Table<'_>, kind: Option<&ItemKind>) -> Option<AskedAfter> {
        let field = table.optional("asked_after");
        if !field.is_given() {
            return None;
        }
        if matches!(kind, Some(ItemKind::Satisfaction { .. } | ItemKind::Comment)) {
            field.wrong(
                "Câu đo hài lòng và câu góp ý được hỏi mọi người; hãy bỏ `asked_after`.",
                "Satisfaction and comment are asked of everybody; remove `asked_after`.",
            );
            return None;
        }
        self.is_closed = true;
        let condition = field.table(&["at_most"])?;
        let level = condition.required("at_most");
        let at_most = level.integer(0..=99_u8)?;
        let is_low = |scale: &Scale| scale.options.iter().any(|option| option.value <= at_most);
        let is_satisfied = |scale: &&&Scale| scale.satisfied.iter().any(|v| *v <= at_most);
        if let Some(scale) = self.scales.iter().flatten().find(is_satisfied) {
            level.wrong(
                format!("Trên thang đo `{}`, có mức từ {at_most} trở xuống là hài lòng; hãy chọn mức thấp hơn.", scale.code),
                format!("On the scale `{}` an option of {at_most} or less counts as satisfied; choose a lower one.", scale.code),
            );
        } else if !self.scales.iter().any(|scale| scale.is_none_or(is_low)) {
            level.wrong(
                format!("Chưa có câu đo hài lòng nào đứng trước có mức từ {at_most} trở xuống, nên câu này không bao giờ được hỏi; hãy sửa mức, hoặc chuyển câu xuống sau."),
                format!("No rating before has an option of {at_most} or less, so this would never be asked; mend the level or move the item down."),
            );
        }
        Some(AskedAfter { at_most })
    }
}
