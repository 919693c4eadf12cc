//! A tablet's storage that is full.

use serde_json::json;

use crate::support::app::App;
use crate::support::browser::{Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{Change, Tablet, answer, at, enrol_without_worker, queue};
use crate::support::proxy::{Proxy, Weather};

/// Fills the tablet's storage to the last kilobyte.
const FILL: &str = "const done = arguments[arguments.length - 1];
    const asked = indexedDB.open('hailong-kiosk');
    asked.onsuccess = async () => {
        let kept = 0;
        for (let size = 1 << 20; size > 500; ) {
            const transaction = asked.result.transaction('recordings', 'readwrite');
            transaction.objectStore('recordings').put(crypto.getRandomValues(new Uint8Array(Math.min(size, 65536))), `junk-${kept}`);
            const stored = await new Promise(end => {
                transaction.oncomplete = () => end(true);
                transaction.onabort = () => end(false);
            });
            if (stored) kept += 1; else size >>= 1;
            if (kept > 5000) break;
        }
        asked.result.close();
        done(kept);
    };";

/// Makes room again.
const EMPTY: &str = "const done = arguments[arguments.length - 1];
    const asked = indexedDB.open('hailong-kiosk');
    asked.onsuccess = () => {
        const transaction = asked.result.transaction('recordings', 'readwrite');
        transaction.objectStore('recordings').clear();
        transaction.oncomplete = () => { asked.result.close(); done('empty'); };
    };";

/// Lets somebody answer on a tablet without room; gives the state it ended in and how
/// many answers it kept.
async fn without_room(chromium: &Chromium, changes: &[Change]) -> (Vec<String>, usize) {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    let quota = json!({"origin": network.url(""), "quotaSize": 24_000_000});
    browser.command("Storage.overrideQuotaForOrigin", quota).await;
    enrol_without_worker(&browser, &app, &network).await;
    network.turn(Weather::Down);
    let junk = browser.run_until_done(FILL).await;
    assert!(junk.as_u64().is_some_and(|n| (1..5_000).contains(&n)), "there is a bound: {junk}");
    let ended = answer(&browser, 1, 4).await;
    let (waiting, _) = queue(&browser).await;
    if ended == ["broken"] {
        assert!(!browser.text("h1").await.contains("Đã ghi nhận"));
        browser.run_until_done(EMPTY).await;
        at(&browser, "attract").await;
        assert_eq!(answer(&browser, 1, 4).await, ["saved"], "with room it takes answers again");
    }
    browser.close().await;
    (ended, waiting.len())
}

#[tokio::test]
async fn a_tablet_without_room_says_so_and_does_not_thank() {
    let Some(chromium) = Chromium::shared() else { return };
    assert_eq!(without_room(chromium, &[]).await, (vec!["broken".to_owned()], 0));
}

#[tokio::test]
async fn control_a_tablet_that_does_not_look_thanks_for_what_it_has_not() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [("machine.send('broke');\n    return;", "")];
    assert_eq!(without_room(chromium, &changes).await, (vec!["saved".to_owned()], 0));
}
