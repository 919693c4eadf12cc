//! The tasks of a plan file: `[[component]]` and `[[component.task]]`.

use crate::code::ComponentCode;
use crate::plan::{PlanComponent, Task};
use crate::toml_reader::{Distinct, Table};

use super::{LONGEST_TEXT, strings};

/// Reads the components with their tasks; none when the file has no `[[component]]`.
pub(super) fn components(root: &Table<'_>) -> Vec<PlanComponent> {
    let keys = &["code", "part", "title", "note", "task"];
    let mut seen = Distinct::default();
    let read = root.optional("component").tables(keys).into_iter().map(|table| {
        let code: Option<ComponentCode> = table.required("code").code();
        if let Some(code) = &code {
            seen.admit(table.ledger(), table.required("code").place(), code.as_str());
        }
        let part = table.optional("part").code();
        let title = table.required("title").text(300);
        let note = table.optional("note").text(LONGEST_TEXT);
        let tasks = tasks(&table);
        Some(PlanComponent { code: code?, part, title: title?, note, tasks })
    });
    read.flatten().collect()
}

fn tasks(component: &Table<'_>) -> Vec<Task> {
    let keys = &["text", "lead", "coordinating", "products", "deadline", "clause"];
    let read = component.optional("task").tables(keys).into_iter().map(|table| {
        let text = table.required("text").string(LONGEST_TEXT);
        let lead = table.required("lead").string(LONGEST_TEXT);
        let coordinating = strings(&table.optional("coordinating"), LONGEST_TEXT);
        let products = strings(&table.optional("products"), LONGEST_TEXT);
        let deadline = table.required("deadline").string(200);
        let clause = table.required("clause").string(200);
        let (text, lead, deadline) = (text?, lead?, deadline?);
        Some(Task { text, lead, coordinating, products, deadline, clause: clause? })
    });
    read.flatten().collect()
}
