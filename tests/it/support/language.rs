//! A made-up further language that says everything in Vietnamese between brackets, so
//! that whatever is not between brackets did not come from its file.

use std::fmt::Write;
use std::path::Path;

/// Its tag: no language has it.
pub(crate) const TAG: &str = "qxx";

/// Its file, complete.
pub(crate) fn bracketed() -> String {
    let template = hailong::languages::template(TAG).replace("name = \"\"", "name = \"[Thử]\"");
    let mut said = String::new();
    let mut filled = String::new();
    for line in template.lines() {
        if let Some(vietnamese) = line.strip_prefix("# ") {
            vietnamese.clone_into(&mut said);
        }
        match line.strip_suffix(" = \"\"") {
            // A wording is its own key; of a page's text the Vietnamese stands above.
            Some(key) => match key.strip_prefix('"').and_then(|key| key.strip_suffix('"')) {
                Some(wording) => writeln!(filled, "{key} = \"[{wording}]\""),
                None => writeln!(filled, "{key} = {}", serde_json::json!(format!("[{said}]"))),
            },
            None => writeln!(filled, "{line}"),
        }
        .expect("memory takes what is written to it");
    }
    filled
}

/// Puts its file, with `change` made to it, into `folder`.
pub(crate) fn write(folder: &Path, change: impl Fn(String) -> String) {
    std::fs::write(folder.join("qxx.toml"), change(bracketed())).expect("a folder to write to");
}
