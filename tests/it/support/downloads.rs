//! Files that a browser takes along, as they lie in a person's folder afterwards.

use std::ffi::OsStr;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::browser::Browser;

/// Where a browser puts what it takes along.
#[derive(Debug)]
pub(crate) struct Downloads {
    folder: TempDir,
}

impl Downloads {
    /// From now on `browser` puts everything that it takes along here.
    pub(crate) async fn of(browser: &Browser) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let params = json!({"behavior": "allow", "downloadPath": folder.path()});
        browser.command("Browser.setDownloadBehavior", params).await;
        Self { folder }
    }

    /// Clicks the one element that `css` selects; the name and content of the file that comes
    /// of it.
    pub(crate) async fn taken(&self, browser: &Browser, css: &str) -> (String, Vec<u8>) {
        browser.click(css).await;
        let come = async {
            loop {
                if let Some(file) = self.whole() {
                    return file;
                }
                // Meanwhile the browser goes on.
                browser.title().await;
            }
        };
        let come = tokio::time::timeout(Duration::from_secs(30), come).await;
        come.unwrap_or_else(|_| panic!("{css} gives no file"))
    }

    /// The file that is there as a whole, which is taken out of the folder.
    fn whole(&self) -> Option<(String, Vec<u8>)> {
        let there = std::fs::read_dir(self.folder.path()).expect("the folder is there").flatten();
        // What is still coming has a name of the browser's own.
        let file = there.map(|entry| entry.path()).find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.extension() != Some(OsStr::new("crdownload")) && !name.starts_with('.')
        })?;
        let content = std::fs::read(&file).ok().filter(|content| !content.is_empty())?;
        std::fs::remove_file(&file).expect("the file is ours");
        Some((file.file_name()?.to_string_lossy().into_owned(), content))
    }
}
