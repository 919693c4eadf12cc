//! The scales of an instrument file.

use super::{OPTION, Section};
use crate::code::ScaleCode;
use crate::instrument::{ResponseOption, Scale};
use crate::toml_reader::{Distinct, Field, Table};

pub(super) fn read(root: &Table<'_>) -> Section<Scale> {
    let keys = ["code", "options", "satisfied", "no_opinion"];
    Section::read(&root.required("scale"), &keys, 100, |table| {
        let code = table.required("code").code::<ScaleCode>();
        let (mut values, mut labels) = (Distinct::default(), Distinct::default());
        let field = table.required("options");
        let options = options(&field, &mut values, &mut labels);
        let no_opinion = table.optional("no_opinion");
        let no_opinion_option =
            no_opinion.table(&OPTION_KEYS).and_then(|t| option(&t, &mut values, &mut labels));
        let satisfied =
            satisfied(&table.optional("satisfied"), &options, no_opinion_option.as_ref());
        let scale = code.clone().map(|code| Scale {
            code,
            options,
            satisfied,
            no_opinion: no_opinion_option,
        });
        (code, scale)
    })
}

const OPTION_KEYS: [&str; 3] = ["value", "vi", "en"];

fn options(field: &Field<'_>, values: &mut Distinct, labels: &mut Distinct) -> Vec<ResponseOption> {
    let tables = field.tables(&OPTION_KEYS);
    if field.is_given() && !(2..=20).contains(&tables.len()) {
        let count = tables.len();
        field.wrong(
            format!("Thang đo có {count} lựa chọn; hãy để từ 2 đến 20."),
            format!("The scale has {count} options; give it 2 to 20."),
        );
    }
    tables.iter().take(20).filter_map(|table| option(table, values, labels)).collect()
}

fn option(
    table: &Table<'_>,
    values: &mut Distinct,
    labels: &mut Distinct,
) -> Option<ResponseOption> {
    let field = table.required("value");
    let value = field.integer(0..=99_u8);
    let text = table.bilingual(OPTION);
    if let Some(value) = value {
        values.admit(table.ledger(), field.place(), &value.to_string());
    }
    if let Some(text) = &text {
        labels.admit(table.ledger(), table.optional("vi").place(), &text.vi);
    }
    Some(ResponseOption { value: value?, text: text? })
}

fn satisfied(
    field: &Field<'_>,
    options: &[ResponseOption],
    no_opinion: Option<&ResponseOption>,
) -> Vec<u8> {
    let mut satisfied = Vec::new();
    let mut distinct = Distinct::default();
    for field in field.list().iter().take(20) {
        let Some(value) = field.integer(0..=99_u8) else { continue };
        if no_opinion.is_some_and(|o| o.value == value) {
            field.wrong(
                format!(
                    "{value} là \"không có ý kiến\", không bao giờ tính là hài lòng; hãy bỏ ra."
                ),
                format!("{value} is \"no opinion\" and never counts as satisfied; remove it."),
            );
        } else if !options.iter().any(|o| o.value == value) {
            field.wrong(
                format!("Thang đo không có lựa chọn {value}; hãy thêm lựa chọn đó hoặc bỏ số này."),
                format!("The scale has no option {value}; add that option or remove the number."),
            );
        }
        if distinct.admit(field.ledger(), field.place(), &value.to_string()) {
            satisfied.push(value);
        }
    }
    satisfied
}
