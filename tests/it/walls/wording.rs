//! What no file of the project contains.

use std::path::Path;

use unicode_normalization::is_nfc;

use super::{files, root, rust_files};

/// Every text of the project: code, data, documents, scripts.
fn texts() -> Vec<(String, String)> {
    let kinds = ["rs", "toml", "md", "sql", "csv", "html", "css", "js", "ftl", "sh", "py", "txt"];
    let folders = ["src", "surveys", "analytics", "migrations", "tests", "benches", "docs"];
    let mut texts: Vec<_> = folders.iter().flat_map(|folder| files(folder, &kinds)).collect();
    for name in
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Cargo.toml", "tests/run", ".ci/run"]
    {
        if let Ok(text) = std::fs::read_to_string(root().join(name)) {
            texts.push((name.to_owned(), text));
        }
    }
    texts
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    for (path, text) in rust_files() {
        for silenced in [concat!("#[", "allow("), concat!("#![", "allow(")] {
            assert!(!text.contains(silenced), "{path} silences a lint: mend it or #[expect] it");
        }
    }
}

#[test]
fn no_work_is_left_for_later() {
    // A document may speak of such words; code and data may not have them.
    let is_document = |path: &str| Path::new(path).extension().is_some_and(|e| e == "md");
    for (path, text) in texts().into_iter().filter(|(path, _)| !is_document(path)) {
        for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")] {
            let left = text.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
            assert!(!left, "{path} has a {word}");
        }
    }
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let project =
        root().parent().filter(|p| p.parent().is_some()).map(|p| format!("{}/", p.display()));
    let places = ["/root/", "/home/", "/tmp/"].map(str::to_owned);
    for (path, text) in texts() {
        if path.ends_with(file!().rsplit('/').next().expect("this file")) {
            continue;
        }
        for place in places.iter().chain(&project) {
            let named = text.match_indices(place.as_str()).find(|(at, _)| {
                !text[..*at].ends_with(|c: char| c.is_alphanumeric() || "._-}/:".contains(c))
            });
            assert!(named.is_none(), "{path} names {place}");
        }
    }
}

#[test]
fn no_module_is_a_bag_of_leftovers() {
    for (path, _) in rust_files() {
        for name in ["utils", "util", "helpers", "helper", "common", "misc", "domain"] {
            let bag = path.split(['/', '.']).any(|part| part == name);
            assert!(!bag, "{path}: name the module after its subject");
        }
    }
}

#[test]
fn every_text_is_in_normal_form_c_with_plain_line_ends() {
    for (path, text) in texts() {
        assert!(is_nfc(&text), "{path} is not in Unicode normal form C");
        assert!(!text.contains('\r'), "{path} has carriage returns");
    }
}
