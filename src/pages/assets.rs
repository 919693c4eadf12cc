//! Static files: style sheet, fonts, icon. Their addresses hold a fingerprint of
//! their content, so browsers may keep them for ever.

use std::sync::LazyLock;

use analytics::chart::{REGULAR_WOFF2, SEMIBOLD_WOFF2};
use sha2::{Digest, Sha256};

/// A static file.
#[derive(Debug)]
pub struct Asset {
    name: &'static str,
    /// Where it is served.
    pub address: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub content: Vec<u8>,
}

impl Asset {
    fn new(name: &'static str, media_type: &'static str, content: Vec<u8>) -> Self {
        let hash = Sha256::digest(&content);
        let mark = hash.iter().take(6).fold(0u64, |mark, byte| mark << 8 | u64::from(*byte));
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        Self { name, address: format!("/assets/{stem}.{mark:012x}.{ending}"), media_type, content }
    }
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets = vec![
        Asset::new("regular.woff2", "font/woff2", REGULAR_WOFF2.to_vec()),
        Asset::new("semibold.woff2", "font/woff2", SEMIBOLD_WOFF2.to_vec()),
        Asset::new(
            "survey.js",
            "text/javascript; charset=utf-8",
            include_bytes!("static/survey.js").to_vec(),
        ),
        Asset::new(
            "sheet.js",
            "text/javascript; charset=utf-8",
            include_bytes!("static/sheet.js").to_vec(),
        ),
        Asset::new("icon.svg", "image/svg+xml", include_bytes!("static/icon.svg").to_vec()),
    ];
    let mut style = include_str!("static/style.css").to_owned();
    for asset in &assets {
        style = style.replace(&format!("/assets/{}", asset.name), &asset.address);
    }
    let heat = without_layout(include_str!("static/heat.css"));
    assets.push(Asset::new("heat.css", "text/css; charset=utf-8", heat.into_bytes()));
    let staff = without_layout(include_str!("static/staff.css"));
    let script = include_bytes!("static/staff.js").to_vec();
    assets.push(Asset::new("staff.js", "text/javascript; charset=utf-8", script));
    assets.push(Asset::new("staff.css", "text/css; charset=utf-8", staff.into_bytes()));
    assets.push(Asset::new(
        "style.css",
        "text/css; charset=utf-8",
        without_layout(&style).into_bytes(),
    ));
    assets
});

/// A style sheet without what only its authors read: indentation, the ends of lines,
/// comments that are lines of their own.
fn without_layout(style: &str) -> String {
    let lines = style.lines().map(str::trim).filter(|line| !line.starts_with("/*"));
    let joined = lines.collect::<Vec<_>>().join(" ");
    [(" { ", "{"), ("; }", "}"), (" {", "{"), ("; ", ";"), ("} ", "}")]
        .into_iter()
        .fold(joined, |style, (long, short)| style.replace(long, short))
}

/// Where the static file `name` is served.
///
/// # Panics
/// When there is no such file; every page is tested.
pub fn address(name: &str) -> &'static str {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    &asset.unwrap_or_else(|| panic!("there is no static file {name}")).address
}

/// The static file served at `address`.
pub fn at(address: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.address == address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_asks_for_the_fonts_that_are_served() {
        let style = String::from_utf8(at(address("style.css")).unwrap().content.clone()).unwrap();
        for font in ["regular.woff2", "semibold.woff2"] {
            assert!(style.contains(address(font)), "{font} is not loaded");
        }
        assert!(style.contains(analytics::chart::FAMILY), "charts need the same family");
    }

    #[test]
    fn a_style_sheet_is_served_without_its_layout_and_loses_no_rule() {
        let style = "/* why */\n:root { --a: 1px; }\n@media print {\n  b, i { margin: 0 1px; color: red; }\n  a::before { content: \"\"; }\n}\n";
        let served =
            ":root{--a: 1px}@media print{b, i{margin: 0 1px;color: red}a::before{content: \"\"}}";
        assert_eq!(without_layout(style), served);
        for name in ["style.css", "staff.css", "heat.css"] {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/pages/static/").to_owned() + name;
            let written = std::fs::read_to_string(path).unwrap();
            let served = String::from_utf8(at(address(name)).unwrap().content.clone()).unwrap();
            for mark in ["{", "}", ":", "@media", "!important"] {
                let written = written.lines().filter(|line| !line.trim().starts_with("/*"));
                let written: usize = written.map(|line| line.matches(mark).count()).sum();
                assert_eq!(served.matches(mark).count(), written, "{mark} in {name}");
            }
        }
    }

    #[test]
    fn what_every_page_loads_leaves_room_for_the_page() {
        let of_some_pages = ["staff.css", "staff.js", "sheet.js", "heat.css"];
        let for_everybody = ASSETS.iter().filter(|a| !of_some_pages.contains(&a.name));
        let together: usize = for_everybody.map(|a| a.content.len()).sum();
        assert!(together <= 50_000, "{together} bytes before the first word of a page");
    }

    #[test]
    fn an_address_changes_with_its_content() {
        let (a, b) = (Asset::new("x.css", "", vec![1]), Asset::new("x.css", "", vec![2]));
        assert_ne!(a.address, b.address);
        assert!(at("/assets/style.css").is_none());
    }
}
