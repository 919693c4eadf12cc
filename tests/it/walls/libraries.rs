//! What the program is built of: locked, from the registry, under licences that allow it.

use std::process::Command;

use serde_json::Value;

use super::root;

/// Libraries of the tests alone, which the program is not linked with.
const OF_TESTS: [(&str, &str); 1] = [("webdriver", "MPL-2.0")];

/// The licences that THIRD-PARTY.md names, and exceptions to them that give more.
const PERMISSIVE: [&str; 13] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "BSL-1.0",
    "Unicode-3.0",
    "CC0-1.0",
    "Unlicense",
    "0BSD",
];

/// Whether each of what `licence` joins gives a permissive choice.
fn is_permissive(licence: &str) -> bool {
    let licence = licence.replace('/', " OR ").replace(['(', ')'], " ");
    licence
        .split(" AND ")
        .all(|part| part.split(" OR ").any(|choice| PERMISSIVE.contains(&choice.trim())))
}

#[test]
fn every_library_is_locked_with_its_checksum_and_from_the_registry() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("our own file");
    let mut locked = 0;
    for package in lock.split("[[package]]").skip(1) {
        if package.contains("\nname = \"hailong") {
            continue;
        }
        let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        assert!(package.contains(registry), "not from the registry:{package}");
        assert!(package.contains("\nchecksum = \""), "without a checksum:{package}");
        locked += 1;
    }
    assert!(locked > 200, "only {locked} libraries were found: has their form changed?");
}

#[test]
fn every_library_is_under_a_permissive_licence() {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let packages = told["packages"].as_array().expect("packages");
    assert!(packages.len() > 200, "only {} packages", packages.len());
    for package in packages {
        let (name, licence) = (&package["name"], package["license"].as_str().unwrap_or(""));
        let name = name.as_str().unwrap_or("");
        let is_known = name.starts_with("hailong") || OF_TESTS.contains(&(name, licence));
        assert!(is_known || is_permissive(licence), "{name} is under “{licence}”");
    }
}

#[test]
fn the_bill_of_materials_names_what_is_linked_with_checksum_and_licence() {
    let made = Command::new("python3").arg("docs/sbom.py").current_dir(root()).output();
    let made = match made {
        Ok(made) => made,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "python3 is not installed: {error}");
            eprintln!("skipped: python3 is not installed");
            return;
        }
    };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let bill: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let components = bill["components"].as_array().expect("components");
    let named = |name: &str| components.iter().any(|it| it["name"] == name);
    assert!(named("sqlx") && named("polars") && named("hailong-surveys"), "it is linked");
    assert!(OF_TESTS.iter().all(|(name, _)| !named(name)), "what only tests need is not");
    for component in components {
        let name = component["name"].as_str().expect("a name");
        if name.starts_with("hailong") {
            continue;
        }
        let licence = component["licenses"][0]["expression"].as_str().expect("a licence");
        assert!(is_permissive(licence), "{name}: {licence}");
        let digest = component["hashes"][0]["content"].as_str().unwrap_or("");
        assert_eq!(digest.len(), 64, "{name} has no checksum");
    }
    let dependencies = bill["dependencies"].as_array().expect("dependencies");
    assert_eq!(dependencies.len(), components.len() + 1, "each and the program itself");
}

#[test]
fn the_reader_of_licences_takes_one_of_several_and_all_of_what_is_joined() {
    for fine in ["MIT", "MIT OR GPL-3.0", "MIT/Apache-2.0", "(MIT OR GPL-2.0) AND ISC"] {
        assert!(is_permissive(fine), "{fine}");
    }
    for not in ["", "GPL-3.0", "MIT AND GPL-3.0", "SSPL-1.0"] {
        assert!(!is_permissive(not), "{not}");
    }
}
