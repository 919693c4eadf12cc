//! Ticks of whoever publishes a text: one for each part that may be about a person.

use surveys::personal_data::personal_data;

use super::staff::Member;

/// The parts of `text` that `member` is asked about where nobody else is known.
pub(crate) fn parts(text: &str, member: &Member<'_>) -> Vec<String> {
    let known = [member.account.full_name.clone()];
    let found = personal_data(text, &known).into_iter();
    found.map(|f| text[f.range].split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The fields that tick all of `parts`.
pub(crate) fn ticked(parts: &[String]) -> Vec<(&str, &str)> {
    parts.iter().map(|part| ("sure", part.as_str())).collect()
}
