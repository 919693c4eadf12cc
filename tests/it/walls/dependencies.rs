//! Dependencies point one way: http → { reporting, importing } → { store, analytics } → surveys.
//! Cargo keeps the crates apart; here the modules of the service are.

use super::files;

/// Which modules of the service each of them may know, itself aside. `cli` and
/// what starts the program may know all.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("config", &[]),
    ("languages", &["printing", "texts"]),
    ("metrics", &[]),
    ("telemetry", &[]),
    ("texts", &[]),
    ("printing", &["texts"]),
    ("staff", &[]),
    ("store", &["staff"]),
    ("first_points", &["store"]),
    ("demo", &["clock", "first_points", "reporting", "staff", "store"]),
    ("points", &["clock", "config", "printing", "staff", "store", "texts"]),
    ("mail", &["config"]),
    ("links", &["clock", "config", "mail", "service", "staff", "store", "texts"]),
    ("importing", &["clock", "store"]),
    ("reporting", &["clock", "store"]),
    ("service", &["clock", "config", "languages", "metrics", "reporting", "staff", "store"]),
    ("problem", &["reporting", "store"]),
    (
        "pages",
        &["importing", "languages", "problem", "reporting", "service", "staff", "store", "texts"],
    ),
    (
        "http",
        &[
            "clock",
            "config",
            "first_points",
            "importing",
            "links",
            "languages",
            "metrics",
            "pages",
            "points",
            "printing",
            "problem",
            "reporting",
            "service",
            "staff",
            "store",
            "texts",
        ],
    ),
    ("server", &["http", "links", "mail", "service"]),
];

/// Which crates only some modules of the service may use.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("actix_web", &["http", "server", "problem", "pages"]),
    ("sqlx", &["store"]),
    ("analytics", &["reporting", "importing", "http", "links", "pages", "printing", "cli"]),
    ("calamine", &["importing"]),
    ("lettre", &["mail", "config"]),
    ("pdf_writer", &["printing"]),
    ("qrcode", &["printing"]),
    ("argon2", &["staff"]),
    ("aes_gcm", &["staff"]),
    ("polars", &[]),
    ("plotters", &[]),
];

/// Which crates must not be known at all in a crate below.
const NEVER: &[(&str, &[&str])] = &[
    (
        "surveys/src",
        &[
            "actix_web",
            "sqlx",
            "tokio",
            "polars",
            "plotters",
            "hailong",
            "analytics",
            "std::net",
            "std::fs",
        ],
    ),
    ("analytics/src", &["actix_web", "sqlx", "tokio", "hailong", "std::net"]),
];

/// The module of the service that a file belongs to.
fn module(path: &str) -> &str {
    let inside = path.strip_prefix("src/").expect("a file of the service");
    inside.split(['/', '.']).next().expect("a name")
}

/// The code of a file without its comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// The names that follow `prefix` in `line`, such as `store` in `crate::store::Db`.
fn names_after<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    line.split(prefix)
        .skip(1)
        .flat_map(|rest| {
            let group = rest.strip_prefix('{').and_then(|g| g.split('}').next());
            group.map_or_else(|| vec![rest], |g| g.split(',').map(str::trim).collect())
        })
        .filter_map(|name| name.split(|c: char| !c.is_alphanumeric() && c != '_').next())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn every_module_knows_only_those_it_may() {
    let mut looked_at = 0;
    for (path, text) in files("src", &["rs"]) {
        let module = module(&path);
        let Some((_, may_know)) = MAY_KNOW.iter().find(|(name, _)| *name == module) else {
            assert!(
                matches!(module, "cli" | "lib" | "main"),
                "{path}: say what `{module}` may know"
            );
            continue;
        };
        for known in code(&text).flat_map(|line| names_after(line, "crate::")) {
            assert!(
                known == module || may_know.contains(&known),
                "{path} knows `{known}`, which `{module}` must not know"
            );
            looked_at += 1;
        }
    }
    assert!(looked_at > 50, "only {looked_at} paths were found: has their form changed?");
}

#[test]
fn what_belongs_to_one_place_is_used_in_no_other() {
    for (path, text) in files("src", &["rs"]) {
        for (library, places) in ONLY_IN {
            let used = code(&text).any(|line| mentions(line, library));
            assert!(!used || places.contains(&module(&path)), "{path} uses {library}");
        }
    }
    for (folder, libraries) in NEVER {
        for (path, text) in files(folder, &["rs"]) {
            for library in *libraries {
                assert!(!code(&text).any(|line| mentions(line, library)), "{path} uses {library}");
            }
        }
    }
}

/// Whether `line` names a path into `library`.
fn mentions(line: &str, library: &str) -> bool {
    line.match_indices(&format!("{library}::")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

#[test]
fn only_the_store_speaks_sql() {
    const PHRASES: &[&str] = &[
        "\"select ",
        "\"insert ",
        "\"update ",
        "\"delete ",
        "\"create table",
        "\"pragma ",
        "\"with ",
    ];
    let mut spoken = 0;
    for (path, text) in files("src", &["rs"]) {
        let speaks = code(&text).any(|line| {
            let line = line.to_lowercase();
            PHRASES.iter().any(|phrase| line.contains(phrase))
        });
        let in_store = module(&path) == "store";
        assert!(!speaks || in_store, "{path} speaks SQL");
        spoken += usize::from(speaks);
    }
    assert!(spoken >= 3, "no SQL was found where it belongs: has its form changed?");
}

/// sqlx takes constants alone, and what somebody vouches for: only where rows are many.
#[test]
fn sql_is_a_constant_but_for_the_many_rows_of_one_insert() {
    let made = |text: &str| code(text).any(|line| line.contains("AssertSqlSafe("));
    let places: Vec<String> = files("src", &["rs"])
        .into_iter()
        .filter(|(_, text)| made(text.split("#[cfg(test)]").next().unwrap_or("")))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(places, ["src/store/batches/rows.rs", "src/store/responses.rs"]);
    for (path, text) in files("src/store", &["rs"]) {
        let mut code = code(text.split("#[cfg(test)]").next().unwrap_or(""));
        let glued =
            |line: &str| line.contains("format!(") && line.to_lowercase().contains("select");
        assert!(!code.any(glued), "{path} puts a statement together");
    }
}

#[test]
fn every_function_of_the_store_is_in_its_contract() {
    let contract: String =
        files("tests/it/store", &["rs"]).into_iter().map(|(_, text)| text).collect();
    let support: String =
        files("tests/it/support", &["rs"]).into_iter().map(|(_, text)| text).collect();
    let mut offered = 0;
    for (path, text) in
        files("src/store", &["rs"]).into_iter().chain(files("src/store.rs", &["rs"]))
    {
        for line in code(&text).filter_map(|line| line.trim_start().strip_prefix("pub async fn ")) {
            let name = line.split(['(', '<']).next().expect("a name");
            let called = |text: &str| {
                text.contains(&format!(".{name}(")) || text.contains(&format!("::{name}("))
            };
            assert!(called(&contract) || called(&support), "{path}: no contract for {name}");
            offered += 1;
        }
    }
    assert!(offered >= 15, "only {offered} functions were found: has their form changed?");
}

#[test]
fn no_type_of_polars_is_in_the_public_face_of_the_figures() {
    for (path, text) in files("analytics/src", &["rs"]) {
        for line in code(&text) {
            let line = line.trim_start();
            let public = line.starts_with("pub fn") || line.starts_with("pub use");
            let shows = ["DataFrame", "LazyFrame", "PolarsResult", "polars"]
                .iter()
                .any(|name| line.contains(name));
            assert!(!(public && shows), "{path}: {line}");
        }
    }
}

#[test]
fn the_wall_itself_sees_what_it_looks_for() {
    assert_eq!(names_after("use crate::store::{Db, Error};", "crate::"), ["store"]);
    assert_eq!(names_after("use crate::{clock, config};", "crate::"), ["clock", "config"]);
    assert_eq!(
        names_after("let x = crate::demo::fill(crate::clock::now());", "crate::"),
        ["demo", "clock"]
    );
    assert!(mentions("use sqlx::PgPool;", "sqlx") && mentions("Box<sqlx::Error>", "sqlx"));
    assert!(!mentions("my_sqlx::x", "sqlx") && !mentions("hailong::analytics::x", "analytics"));
    assert_eq!(module("src/http/responses.rs"), "http");
    assert_eq!(module("src/clock.rs"), "clock");
}
