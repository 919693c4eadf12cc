//! What must be true of a plan's targets together.

use std::collections::BTreeSet;

use crate::plan::{ComponentScope, SurveyScope};
use crate::toml_reader::Ledger;

use super::Placed;

/// Contradictions are told from both sides, are about one indicator, and exactly
/// one target of each group binds. A target without a contradiction binds.
pub(super) fn conflicts(ledger: &Ledger<'_>, targets: &[Placed]) {
    let find = |code: &str| targets.iter().position(|t| t.target.code.as_str() == code);
    for placed in targets {
        let code = &placed.target.code;
        for rival in &placed.target.conflicts_with {
            let Some(other) = find(rival.as_str()).map(|i| &targets[i].target) else {
                ledger.wrong(
                    &placed.conflicts,
                    format!("Kế hoạch không có chỉ tiêu `{rival}`; hãy sửa mã."),
                    format!("The plan has no target `{rival}`; correct the code."),
                );
                continue;
            };
            if rival == code {
                ledger.wrong(
                    &placed.conflicts,
                    "Chỉ tiêu không thể mâu thuẫn với chính nó; hãy sửa mã.",
                    "A target cannot contradict itself; correct the code.",
                );
            } else if !other.conflicts_with.contains(code) {
                ledger.wrong(
                    &placed.conflicts,
                    format!("`{rival}` chưa ghi mâu thuẫn với `{code}`; hãy ghi ở cả hai."),
                    format!("`{rival}` does not name `{code}` in turn; write it at both."),
                );
            }
            if other.indicator != placed.target.indicator {
                ledger.wrong(
                    &placed.conflicts,
                    format!("`{rival}` đo một chỉ tiêu khác nên không mâu thuẫn; hãy bỏ đi."),
                    format!("`{rival}` is about another indicator, so no conflict; remove it."),
                );
            }
        }
    }
    let mut told = BTreeSet::new();
    for start in 0..targets.len() {
        let group = group_of(start, targets, find);
        let first = group.first().copied().unwrap_or(start);
        let binding = group.iter().filter(|i| targets[**i].target.binding).count();
        if binding == 1 || !told.insert(first) {
            continue;
        }
        let codes: Vec<_> = group.iter().map(|i| targets[*i].target.code.as_str()).collect();
        let codes = codes.join(", ");
        ledger.wrong(
            &targets[first].header,
            format!("Đúng một trong các chỉ tiêu {codes} phải có `binding = true`; có {binding}."),
            format!("Exactly one of {codes} must have `binding = true`; {binding} do."),
        );
    }
}

/// The targets that `start` contradicts, directly or through others, with itself.
fn group_of(
    start: usize,
    targets: &[Placed],
    find: impl Fn(&str) -> Option<usize>,
) -> BTreeSet<usize> {
    let mut group = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(next) = open.pop() {
        for rival in &targets[next].target.conflicts_with {
            if let Some(i) = find(rival.as_str()).filter(|i| group.insert(*i)) {
                open.push(i);
            }
        }
    }
    group
}

/// At most one binding target for each figure of each instrument.
pub(super) fn one_target_per_figure(ledger: &Ledger<'_>, targets: &[Placed]) {
    let binding: Vec<_> = targets.iter().filter(|t| t.target.binding).collect();
    for (i, later) in binding.iter().enumerate() {
        for earlier in &binding[..i] {
            let both = later
                .target
                .scopes()
                .iter()
                .flat_map(|a| earlier.target.scopes().iter().map(move |b| (a, b)));
            for (a, _) in both.filter(|(a, b)| share_a_figure(a, b)) {
                let (code, instrument) = (&earlier.target.code, &a.instrument);
                ledger.wrong(
                    &later.header,
                    format!(
                        "`{code}` đã ràng buộc cùng một số liệu của `{instrument}`; hãy chia \
                         `scopes` hoặc đặt `binding = false` kèm `conflicts_with`."
                    ),
                    format!(
                        "`{code}` already binds a figure of `{instrument}` that this target \
                         claims; divide their `scopes`, or declare the conflict."
                    ),
                );
            }
        }
    }
}

fn share_a_figure(a: &SurveyScope, b: &SurveyScope) -> bool {
    use ComponentScope::{All, None, Only};
    let components = match (&a.components, &b.components) {
        (None, _) | (_, None) => false,
        (All, _) | (_, All) => true,
        (Only(a), Only(b)) => a.iter().any(|code| b.contains(code)),
    };
    a.instrument == b.instrument && (components || (a.index && b.index))
}
