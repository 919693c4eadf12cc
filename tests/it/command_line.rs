//! The command line: exit status, one sentence for each failure, help that helps.

use std::net::TcpListener;

use crate::support::database::Database;
use crate::support::process::{Finished, Serving, hailong};

/// `serve` on ports of the system's choice with more options.
fn serve(options: &[&str]) -> Finished {
    let ports = ["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"];
    hailong(&[&ports[..], options].concat())
}

#[test]
fn a_port_in_use_is_told_in_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (option, other) in [("--listen", "--ops-listen"), ("--ops-listen", "--listen")] {
        let failed = hailong(&["serve", option, &address, other, "127.0.0.1:0"]);
        let told = failed.one_sentence();
        assert!(told.contains(&address) && told.contains(option), "{told}");
    }
}

#[test]
fn a_data_folder_that_cannot_be_written_is_told_in_one_sentence() {
    for folder in ["/proc/no-such-folder", "/dev/null/data"] {
        let failed = serve(&["--data-dir", folder]);
        let told = failed.one_sentence();
        assert!(told.contains(folder) && told.contains("--data-dir"), "{told}");
    }
}

#[test]
fn a_database_that_is_not_there_is_told_in_one_sentence() {
    for (url, word, vietnamese) in [
        ("mysql://me:s3cret@host/x", "sqlite:PATH", "Không dùng được cơ sở dữ liệu"),
        ("postgres://me:s3cret@127.0.0.1:1/x", "refused", "Hiện không dùng được cơ sở dữ liệu"),
    ] {
        for (lang, word) in [("en", word), ("vi", vietnamese)] {
            let failed = serve(&["--database", url, "--lang", lang]);
            let told = failed.one_sentence();
            assert!(told.contains(word) && !told.contains("s3cret"), "{told}");
        }
    }
}

#[tokio::test]
async fn a_database_from_a_newer_version_is_told_in_one_sentence() {
    let database = Database::sqlite();
    database.open().await.close().await;
    let backdoor = database.backdoor().await;
    backdoor
        .execute(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             select 9999, 'from the future', success, checksum, 1 from _sqlx_migrations limit 1",
        )
        .await;
    backdoor.close().await;
    let failed = serve(&["--database", database.url()]);
    assert!(failed.one_sentence().contains("phiên bản hailong mới hơn"));
}

#[test]
fn a_settings_file_with_a_mistake_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hailong.toml");
    let path = file.to_str().unwrap();
    assert!(serve(&["--config", path]).one_sentence().contains(path));
    std::fs::write(&file, "listen = '127.0.0.1:0'\nlissten = 1\n").unwrap();
    let failed = serve(&["--config", path]);
    assert_eq!(failed.status, 1, "{failed:?}");
    for part in [path, "lissten", "2"] {
        assert!(failed.err.contains(part), "{failed:?}");
    }
}

#[test]
fn wrong_usage_ends_with_status_two() {
    for wrong in [
        &["serve", "--no-such-option"][..],
        &["serve", "--listen", "nowhere"],
        &["serve", "--demo", "--database", "sqlite:x"],
        &["serve", "--demo", "--data-dir", "data"],
        &["no-such-command"],
        &["--lang", "fr", "serve"],
        &[],
    ] {
        let failed = hailong(wrong);
        assert_eq!((failed.status, failed.out.as_str()), (2, ""), "{wrong:?}: {failed:?}");
        assert!(failed.err.contains("Usage") || failed.err.contains("--help"), "{failed:?}");
    }
}

#[test]
fn every_subcommand_explains_itself() {
    let mut waiting = vec![Vec::new()];
    let mut explained = 0;
    while let Some(command) = waiting.pop() {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let help = hailong(&[&words[..], &["--help"]].concat());
        assert_eq!((help.status, help.err.as_str()), (0, ""), "{words:?}");
        assert!(help.out.contains("Usage: hailong"), "{words:?}: {}", help.out);
        explained += 1;
        let listed = help.out.split("\nCommands:\n").nth(1).unwrap_or("");
        for line in listed.lines().take_while(|line| line.starts_with("  ")) {
            // A name stands two columns in; deeper lines go on with an explanation.
            let name = line.split_whitespace().next().unwrap_or("help");
            if !line.starts_with("   ") && name != "help" {
                assert!(line.trim().len() > name.len() + 10, "{name} is not explained");
                waiting.push([&command[..], &[name.to_owned()]].concat());
            }
        }
    }
    assert!(explained >= 5, "{explained} commands found");
}

#[test]
fn the_version_is_the_one_of_the_package() {
    let version = hailong(&["--version"]);
    assert_eq!(version.out.trim(), format!("hailong {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn an_instrument_shows_after_which_rating_an_item_is_asked() {
    let asked = |instrument: &str| -> Vec<(String, String)> {
        let shown = hailong(&["instrument", "show", instrument, "--format", "csv"]);
        let mut rows = csv::Reader::from_reader(shown.out.as_bytes());
        let head = rows.headers().unwrap().clone();
        let place = |name| head.iter().position(|head| head == name).unwrap();
        let (code, after) = (place("code"), place("asked_after"));
        let rows = rows.records().map(Result::unwrap);
        rows.filter(|row| !row[after].is_empty())
            .map(|row| (row[code].to_owned(), row[after].to_owned()))
            .collect()
    };
    assert_eq!(asked("quick-counter@2"), [("L1".to_owned(), "<=2".to_owned())]);
    assert_eq!(asked("quick-counter@1"), []);
}

#[tokio::test]
async fn serve_makes_its_database_announces_its_pages_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/data");
    let serving = Serving::with(&["--data-dir", data.to_str().unwrap()]);
    let ready = reqwest::get(&serving.ready).await.unwrap();
    assert_eq!(ready.status(), 200);
    assert!(data.join("hailong.db").is_file());
    assert_eq!(tokio::task::spawn_blocking(|| serving.terminate()).await.unwrap(), 0);
    assert!(!data.join("hailong.db-wal").exists(), "the log was folded into the file");
}
