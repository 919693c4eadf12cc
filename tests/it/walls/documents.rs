//! What the documents say is there.

use std::path::Path;

use hailong::config::Settings;

use super::{files, root};

/// Every document that people read.
fn documents() -> Vec<(String, String)> {
    let mut documents = files("docs", &["md"]);
    for name in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        if let Ok(text) = std::fs::read_to_string(root().join(name)) {
            documents.push((name.to_owned(), text));
        }
    }
    documents
}

/// The paths into the project that `text` names between backticks.
fn named_paths(text: &str) -> Vec<String> {
    const FOLDERS: &[&str] =
        &["src/", "surveys/", "analytics/", "migrations/", "tests/", "docs/", "benches/", ".ci/"];
    let mut prose = String::new();
    let mut in_block = false;
    for line in text.lines() {
        in_block ^= line.trim_start().starts_with("```");
        if !in_block {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| FOLDERS.iter().any(|f| code.starts_with(f)) && !code.contains(' '))
        .flat_map(expand)
        .collect()
}

/// `a/{b,c}` as `a/b` and `a/c`; a wildcard ends the part that can be checked.
fn expand(code: &str) -> Vec<String> {
    if let (Some(open), Some(close)) = (code.find('{'), code.find('}'))
        && open < close
    {
        let (before, after) = (&code[..open], &code[close + 1..]);
        return code[open + 1..close]
            .split(',')
            .flat_map(|choice| expand(&format!("{before}{}{after}", choice.trim())))
            .collect();
    }
    let certain = code.split(['*', '<', '…']).next().unwrap_or(code);
    let whole = certain.len() == code.len();
    let end = if whole { certain.len() } else { certain.rfind('/').unwrap_or(0) };
    vec![certain[..end].trim_end_matches('/').to_owned()]
}

/// The places that the links and pictures of `text` lead to, those on the web aside.
fn links(text: &str) -> Vec<String> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next())
        .filter(|link| !link.is_empty() && !link.contains("://") && !link.starts_with("mailto:"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_path_that_a_document_names_exists() {
    for (document, text) in documents() {
        for path in named_paths(&text) {
            assert!(root().join(&path).exists(), "{document} names {path}, which is not there");
        }
        let folder = Path::new(&document).parent().expect("a document lies in a folder");
        for link in links(&text) {
            let target = root().join(folder).join(&link);
            assert!(target.exists(), "{document} links to {link}, which is not there");
        }
    }
}

#[test]
fn the_readers_find_their_way_in() {
    for name in ["README.md", "docs/ARCHITECTURE.md", "docs/GLOSSARY.md", "docs/API.md"] {
        assert!(root().join(name).is_file(), "{name} is missing");
    }
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("tests/run"), "the README names the one test command");
}

#[test]
fn the_example_settings_can_be_used_as_they_are() {
    let settings = Settings::read(&root().join("docs/hailong.example.toml")).unwrap();
    assert_eq!(settings.listen.port(), 8080);
}

#[test]
fn the_wall_itself_sees_what_it_looks_for() {
    let text = "See `src/http.rs`, `migrations/{sqlite,postgres}/`, `docs/adr/*.md` and `cargo run`.\n\
        ```\n`src/in-a-block.rs`\n```\n[map](ARCHITECTURE.md#walks) [web](https://example.vn)";
    let paths = ["src/http.rs", "migrations/sqlite", "migrations/postgres", "docs/adr"];
    assert_eq!(named_paths(text), paths);
    assert_eq!(links(text), ["ARCHITECTURE.md"]);
}
