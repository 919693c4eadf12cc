//! The files of a shell that a device keeps: the kiosk's, and that of interviews, which
//! has its own files beside the kiosk's. They stand under one mark of all their
//! content, so that a script finds the others beside it and a device has all of one
//! version or none.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::super::assets;

static KIOSK_FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/pages/static/kiosk");
static INTERVIEW_FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/pages/static/interview");
/// The file that is no part of a shell: it keeps the shell.
const WORKER: &str = "worker.js";

/// The kiosk's shell.
pub static KIOSK: LazyLock<Shell> = LazyLock::new(|| Shell::of("kiosk", &[&KIOSK_FILES]));
/// The shell of interviews.
pub static INTERVIEW: LazyLock<Shell> =
    LazyLock::new(|| Shell::of("interview", &[&KIOSK_FILES, &INTERVIEW_FILES]));

/// A file of a shell.
#[derive(Debug)]
pub struct File {
    name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub content: Vec<u8>,
}

/// Files that a device keeps together.
#[derive(Debug)]
pub struct Shell {
    name: &'static str,
    mark: String,
    files: Vec<File>,
}

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

impl Shell {
    fn of(name: &'static str, folders: &[&'static Dir<'static>]) -> Self {
        let files: Vec<File> = folders
            .iter()
            .flat_map(|folder| folder.files())
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
        Self { name, mark: hex(&hash.finalize()[..6]), files }
    }

    /// Where its file `name` is served.
    pub fn address(&self, name: &str) -> String {
        format!("/assets/{}-{}/{name}", self.name, self.mark)
    }

    /// The service worker of the page at `path`, which is `html`: its name and version,
    /// what it keeps with the SHA-256 of each, and its script.
    pub fn worker(&self, path: &str, html: &str) -> String {
        let hash = |content: &[u8]| Value::String(hex(&Sha256::digest(content)));
        let mut shell = Map::new();
        shell.insert(path.to_owned(), hash(html.as_bytes()));
        for file in &self.files {
            shell.insert(self.address(file.name), hash(&file.content));
        }
        for name in ["regular.woff2", "semibold.woff2", "icon.svg"] {
            let address = assets::address(name);
            let content = assets::at(address).map_or(&[][..], |asset| &asset.content);
            shell.insert(address.to_owned(), hash(content));
        }
        let shell = Value::Object(shell).to_string();
        let script =
            KIOSK_FILES.get_file(WORKER).and_then(|file| file.contents_utf8()).unwrap_or_default();
        let version = Sha256::new().chain_update(&shell).chain_update(script).finalize();
        let (name, version) = (self.name, hex(&version[..6]));
        format!(
            "const NAME = \"{name}\";\nconst VERSION = \"{version}\";\nconst SHELL = {shell};\n{script}"
        )
    }
}

/// The file served at `path`.
pub fn at(path: &str) -> Option<&'static File> {
    let in_shell =
        |shell: &'static Shell| shell.files.iter().find(|f| shell.address(f.name) == path);
    in_shell(&KIOSK).or_else(|| in_shell(&INTERVIEW))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_has_every_file_that_a_script_asks_for() {
        for (shell, main) in [(&*KIOSK, "main.js"), (&*INTERVIEW, "interview.js")] {
            let names: Vec<&str> = shell.files.iter().map(|file| file.name).collect();
            assert!(names.contains(&main) && names.contains(&"icon-512.png"), "{names:?}");
            for file in shell.files.iter().filter(|f| f.media_type.starts_with("text/javascript")) {
                let script = String::from_utf8(file.content.clone()).unwrap();
                for asked in
                    script.split("from './").skip(1).filter_map(|rest| rest.split('\'').next())
                {
                    assert!(at(&shell.address(asked)).is_some(), "{} asks for {asked}", file.name);
                }
            }
            let style = String::from_utf8(at(&shell.address("kiosk.css")).unwrap().content.clone());
            assert!(style.unwrap().contains(assets::address("regular.woff2")));
        }
    }

    #[test]
    fn a_worker_changes_with_its_page_and_keeps_all_of_it() {
        let worker_of = |html| KIOSK.worker("/kiosk/x", html);
        assert_ne!(worker_of("a").lines().nth(1), worker_of("b").lines().nth(1));
        for file in &KIOSK.files {
            assert!(
                worker_of("a").contains(&KIOSK.address(file.name)),
                "{} is not kept",
                file.name
            );
        }
    }
}
