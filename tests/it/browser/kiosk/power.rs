//! The tablet's power is cut in the moment in which it thanks. Its storage lies on a file
//! system of its own, which loses in that moment everything that had not reached the disk.
//! That takes root and a loop device: `tests/run` asks for it where both are there, with a
//! few cuts. More of them on demand:
//!
//! `HAILONG_CUTS=50 cargo test -p hailong --test it -- --ignored power`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{
    Change, FORGETFUL, QUESTIONS, Step, Tablet, at, drained, enrol, enrol_without_worker, open,
    visit,
};
use crate::support::proxy::{Proxy, Weather};

/// How often the power is cut in every run: as often as the controls need to lose something.
const CUTS: usize = 10;

/// How often it is cut in this one.
fn cuts() -> usize {
    std::env::var("HAILONG_CUTS").map_or(CUTS, |cuts| cuts.parse().expect("a number of cuts"))
}

/// Ends the file system without writing its journal, as a cut does: `EXT4_IOC_SHUTDOWN`
/// with `NOLOGFLUSH`.
const CUT: &str = "import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";

/// A file with a file system, which can be cut off.
struct Disk {
    folder: tempfile::TempDir,
}

fn run(program: &str, words: &[&str]) -> bool {
    let status = Command::new(program).args(words).status();
    status.unwrap_or_else(|error| panic!("{program}: {error}")).success()
}

impl Disk {
    fn new() -> Self {
        let disk = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::File::create(disk.file()).unwrap().set_len(256 << 20).unwrap();
        assert!(run("mkfs.ext4", &["-q", text(&disk.file())]), "mkfs.ext4 is needed");
        std::fs::create_dir(disk.place()).unwrap();
        disk.mount();
        disk
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("mounted")
    }

    fn mount(&self) {
        let mounted = run("mount", &["-o", "loop", text(&self.file()), text(&self.place())]);
        assert!(mounted, "this needs root and a loop device");
    }

    fn unmount(&self) {
        let began = Instant::now();
        // The last process of a killed browser may still be going.
        let unmount = || Command::new("umount").arg(self.place()).output().expect("umount");
        while !unmount().status.success() {
            assert!(began.elapsed() < Duration::from_secs(30), "somebody holds the disk");
        }
    }

    /// Cuts the power, right after something else was written: the system then knows how
    /// long each file is, and not yet all that is in it.
    fn cut(&self) {
        let other = std::fs::File::create(self.place().join("other")).expect("a file");
        (&other).write_all(b"something").and_then(|()| other.sync_all()).expect("it is written");
        assert!(run("python3", &["-c", CUT, text(&self.place())]), "the cut failed");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // After a failed test the browser may still hold it: it goes when the browser does.
        run("umount", &["-l", text(&self.place())]);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// A tablet that begins no log of its own at a start.
const SAME_LOG: Change = ("beginLog(database).catch", "Promise.resolve().catch");

/// Whether the tablet comes up as one that is enrolled.
async fn comes_up(browser: &Browser, network: &Proxy) -> bool {
    open(browser, network).await;
    browser
        .until("['attract', 'off'].includes(document.querySelector('#kiosk')?.dataset.state)")
        .await;
    browser.run("return document.querySelector('#kiosk').dataset.state").await == "attract"
}

/// Cuts the power up to `cuts` times as soon as somebody was thanked, without a network
/// all the while; gives how many were thanked and how many of them are there afterwards.
async fn kept(chromium: &Chromium, cuts: usize, changes: &[Change]) -> (usize, usize) {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let disk = Disk::new();
    let tablet = Tablet::kept_in(disk.place().join("profile"), KIOSK);
    let browser = tablet.on(chromium).await;
    // The worker would refuse scripts that are not the server's. Without it the page comes
    // from the network, which then takes in no answers.
    if changes.is_empty() {
        enrol(&browser, &app, &network).await;
    } else {
        enrol_without_worker(&browser, &app, &network).await;
    }
    browser.close().await;
    // A tablet has stood for a while when its power is cut: that it is enrolled is on the disk.
    assert!(run("sync", &[]));
    let mut thanked = 0;
    for cut in 1..=cuts {
        eprintln!("cut {cut}");
        network.turn(if changes.is_empty() { Weather::Down } else { Weather::Closed });
        let browser = tablet.on(chromium).await;
        if !comes_up(&browser, &network).await {
            browser.close().await;
            return (thanked, 0);
        }
        visit(&browser, &[Step::Choose(4); QUESTIONS]).await;
        at(&browser, "saved").await;
        thanked += 1;
        disk.cut();
        drop(browser);
        tablet.kill();
        disk.unmount();
        disk.mount();
    }
    let browser = tablet.on(chromium).await;
    network.turn(Weather::Fair);
    if !comes_up(&browser, &network).await {
        browser.close().await;
        return (thanked, 0);
    }
    drained(&browser).await;
    let stored = usize::try_from(app.database().count("responses").await).unwrap();
    browser.close().await;
    (thanked, stored)
}

#[tokio::test]
#[ignore = "needs root and a loop device"]
async fn power_cuts_lose_nothing_that_was_thanked_for() {
    let Some(chromium) = Chromium::shared() else { return };
    let cuts = cuts();
    assert_eq!(kept(chromium, cuts, &[]).await, (cuts, cuts));
}

#[tokio::test]
#[ignore = "needs root and a loop device"]
async fn control_power_cuts_lose_what_does_not_wait_for_the_disk() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [("durability = 'strict'", "durability = 'relaxed'"), FORGETFUL];
    let (thanked, stored) = kept(chromium, CUTS, &changes).await;
    assert!(stored < thanked, "the test sees what is lost");
}

#[tokio::test]
#[ignore = "needs root and a loop device"]
async fn control_power_cuts_lose_what_is_written_behind_the_end_of_a_log_that_was_cut() {
    let Some(chromium) = Chromium::shared() else { return };
    let (thanked, stored) = kept(chromium, CUTS, &[SAME_LOG]).await;
    assert!(stored < thanked, "the test sees what is lost");
}
