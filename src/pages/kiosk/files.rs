//! The files of the kiosk's shell. They stand under one mark of all their content, so
//! that a script finds the others beside it and a device has all of one version or none.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::super::assets;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/pages/static/kiosk");
/// The file that is no part of the shell: it keeps the shell.
const WORKER: &str = "worker.js";

/// A file of the shell.
#[derive(Debug)]
pub struct File {
    name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub content: Vec<u8>,
}

static SHELL: LazyLock<(String, Vec<File>)> = LazyLock::new(|| {
    let files: Vec<File> = FILES
        .files()
        .filter_map(|file| Some((file.path().to_str()?, file.contents())))
        .filter(|(name, _)| *name != WORKER)
        .map(|(name, content)| {
            let (media_type, content) = match name.rsplit_once('.') {
                Some((_, "js")) => ("text/javascript; charset=utf-8", content.to_vec()),
                Some((_, "png")) => ("image/png", content.to_vec()),
                _ => ("text/css; charset=utf-8", with_fonts(content)),
            };
            File { name, media_type, content }
        })
        .collect();
    let hash = files.iter().fold(Sha256::new(), |hash, file| hash.chain_update(&file.content));
    (hex(&hash.finalize()[..6]), files)
});

/// The style sheet with the addresses at which the fonts are served.
fn with_fonts(style: &[u8]) -> Vec<u8> {
    let mut style = String::from_utf8_lossy(style).into_owned();
    for font in ["regular.woff2", "semibold.woff2"] {
        style = style.replace(&format!("/assets/{font}"), assets::address(font));
    }
    style.into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// Where the file `name` is served.
pub fn address(name: &str) -> String {
    format!("/assets/kiosk-{}/{name}", SHELL.0)
}

/// The file served at `address`.
pub fn at(path: &str) -> Option<&'static File> {
    SHELL.1.iter().find(|file| address(file.name) == path)
}

/// The service worker of the page at `path`, which is `html`: its version, what it
/// keeps with the SHA-256 of each, and its script.
pub fn worker(path: &str, html: &str) -> String {
    let hash = |content: &[u8]| Value::String(hex(&Sha256::digest(content)));
    let mut shell = Map::new();
    shell.insert(path.to_owned(), hash(html.as_bytes()));
    for file in &SHELL.1 {
        shell.insert(address(file.name), hash(&file.content));
    }
    for name in ["regular.woff2", "semibold.woff2", "icon.svg"] {
        let address = assets::address(name);
        let content = assets::at(address).map_or(&[][..], |asset| &asset.content);
        shell.insert(address.to_owned(), hash(content));
    }
    let shell = Value::Object(shell).to_string();
    let script = FILES.get_file(WORKER).and_then(|file| file.contents_utf8()).unwrap_or_default();
    let version = Sha256::new().chain_update(&shell).chain_update(script).finalize();
    format!("const VERSION = \"{}\";\nconst SHELL = {shell};\n{script}", hex(&version[..6]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_has_every_file_that_a_script_asks_for() {
        let names: Vec<&str> = SHELL.1.iter().map(|file| file.name).collect();
        assert!(names.contains(&"main.js") && names.contains(&"icon-512.png"), "{names:?}");
        for file in SHELL.1.iter().filter(|file| file.media_type.starts_with("text/javascript")) {
            let script = String::from_utf8(file.content.clone()).unwrap();
            for asked in script.split("from './").skip(1).filter_map(|rest| rest.split('\'').next())
            {
                assert!(at(&address(asked)).is_some(), "{} asks for {asked}", file.name);
            }
        }
        let style = String::from_utf8(at(&address("kiosk.css")).unwrap().content.clone()).unwrap();
        assert!(style.contains(assets::address("regular.woff2")));
    }

    #[test]
    fn a_worker_changes_with_its_page_and_keeps_all_of_it() {
        let worker_of = |html| worker("/kiosk/x", html);
        assert_ne!(worker_of("a").lines().next(), worker_of("b").lines().next());
        for file in &SHELL.1 {
            assert!(worker_of("a").contains(&address(file.name)), "{} is not kept", file.name);
        }
    }
}
