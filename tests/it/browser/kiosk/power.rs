//! The tablet's power is cut in the moment in which it thanks. Its storage lies on a file
//! system of its own, which loses in that moment everything that had not reached the disk.
//! That takes root and a loop device, so it is run when asked for:
//!
//! `cargo test --test it -- --ignored power`

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::app::App;
use crate::support::browser::{Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{
    Change, FORGETFUL, QUESTIONS, Step, Tablet, at, drained, enrol_without_worker, open, visit,
};
use crate::support::proxy::{Proxy, Weather};

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

    fn cut(&self) {
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

/// Cuts the power `cuts` times as soon as somebody was thanked; gives how many of those
/// thanked for are not there afterwards.
async fn lost(chromium: &Chromium, cuts: usize, changes: &[Change]) -> usize {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let disk = Disk::new();
    let tablet = Tablet::kept_in(disk.place().join("profile"), KIOSK);
    let browser = tablet.on(chromium).await;
    enrol_without_worker(&browser, &app, &network).await;
    browser.close().await;
    // A tablet has stood for a while when its power is cut: that it is enrolled is on the disk.
    assert!(run("sync", &[]));
    for cut in 1..=cuts {
        eprintln!("cut {cut}");
        network.turn(Weather::Fair);
        let browser = tablet.on(chromium).await;
        open(&browser, &network).await;
        at(&browser, "attract").await;
        network.turn(Weather::Down);
        visit(&browser, &[Step::Choose(4); QUESTIONS]).await;
        at(&browser, "saved").await;
        disk.cut();
        drop(browser);
        tablet.kill();
        disk.unmount();
        disk.mount();
    }
    let browser = tablet.on(chromium).await;
    network.turn(Weather::Fair);
    open(&browser, &network).await;
    at(&browser, "attract").await;
    drained(&browser).await;
    let stored = usize::try_from(app.database().count("responses").await).unwrap();
    browser.close().await;
    eprintln!("{cuts} cuts, each after one was thanked: {stored} stored");
    cuts - stored
}

#[tokio::test]
#[ignore = "needs root and a loop device"]
async fn power_cuts_lose_nothing_that_was_thanked_for() {
    let Some(chromium) = Chromium::shared() else { return };
    assert_eq!(lost(chromium, 50, &[]).await, 0);
}

#[tokio::test]
#[ignore = "needs root and a loop device"]
async fn control_power_cuts_lose_what_does_not_wait_for_the_disk() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [("durability = 'strict'", "durability = 'relaxed'"), FORGETFUL];
    assert!(lost(chromium, 10, &changes).await > 0, "the test sees what is lost");
}
