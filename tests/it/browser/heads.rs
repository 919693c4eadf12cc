//! Staff's pages between a phone and a desktop: their head, and tables of figures.

use hailong::staff::Role;

use super::every_page::in_language;
use super::staff::sign_in;
use crate::support::answers;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, Screen, Scripts, TABLET};
use crate::support::database::Database;
use crate::support::staff::{account, set_up};

/// How many lines name and role each take, how many words of them are cut in two, how far
/// the left edges of head and page are apart, and how far the page runs over the screen.
const LOOK: &str = "
    const lines = element => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
    };
    const cut = element => {
        const text = element.firstChild;
        let broken = 0;
        for (const word of text.data.matchAll(/\\S+/gu)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) broken += 1;
        }
        return broken;
    };
    const inner = selector => {
        const element = document.querySelector(selector);
        return element.getBoundingClientRect().left + parseFloat(getComputedStyle(element).paddingLeft);
    };
    const [name, role] = ['.staff .who strong', '.staff .who span'].map(one => document.querySelector(one));
    return [
        lines(name), lines(role), cut(name) + cut(role),
        Math.abs(inner('nav.staff') - inner('main')),
        document.documentElement.scrollWidth - document.documentElement.clientWidth,
    ];";

#[tokio::test]
async fn the_head_of_staffs_pages_is_read_at_every_width_of_a_tablet() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let db = app.database().open().await;
    let mut lan = account("lan.nguyen", Role::CentreStaff, "/56/22651/");
    "Nguyễn Phương Thị Khánh Lan".clone_into(&mut lan.full_name);
    set_up(&db, &lan, app.now(), vec![[1; 32]; 1]).await;
    db.close().await;
    let look = async |browser: &Browser, width: u32| {
        browser.resize(Screen { width, height: 1024 }).await;
        let found = browser.run(LOOK).await;
        let found: Vec<f64> = serde_json::from_value(found).unwrap();
        let [name, role, cut, apart, over] = found[..] else { panic!("{found:?}") };
        assert!(name <= 2.0 && role <= 2.0, "{name} and {role} lines at {width} px");
        assert!(cut == 0.0, "{cut} words are cut at {width} px");
        // A wider screen has the page in its middle.
        assert!(apart < 1.0 || width > 992, "head and page are {apart} px apart at {width} px");
        assert!(over <= 0.0, "{over} px over at {width} px");
    };
    chromium
        .journey(TABLET, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff")).await;
            sign_in(browser, &app).await;
            for path in ["/staff", "/staff?lang=en", "/staff/points"] {
                browser.goto(&app.url(path)).await;
                for width in [768, 790, 820, 850, 870, 900, 1024] {
                    look(browser, width).await;
                }
            }
        })
        .await;
}

#[tokio::test]
async fn tables_of_figures_fit_every_width_of_a_tablet() {
    let Some(chromium) = Chromium::shared() else { return };
    let database = Database::sqlite();
    answers::month(&database, "22651", 150).await;
    let app = App::spawn(database);
    // The quarter that runs on Today is one that has answers.
    app.set_clock("2026-09-30T09:00:00+07:00");
    let db = app.database().open().await;
    for month in ["2026-05", "2026-08"] {
        answers::add_in(&db, "22651", month, 0..150).await;
    }
    let lan = account("lan.nguyen", Role::CentreStaff, "/56/22651/");
    set_up(&db, &lan, app.now(), vec![[1; 32]; 1]).await;
    db.close().await;
    let look = "
        const cells = document.querySelectorAll('main table.stack td a.how[href$=\"#change\"]');
        const left = css => {
            const element = document.querySelector(css);
            return element.getBoundingClientRect().left + parseFloat(getComputedStyle(element).paddingLeft);
        };
        return [
            document.documentElement.scrollWidth - document.documentElement.clientWidth,
            cells.length,
            Math.abs(left('main') - left('header')),
        ];";
    let seen = async |browser: &Browser, width: u32| -> [f64; 3] {
        browser.resize(Screen { width, height: 1024 }).await;
        serde_json::from_value(browser.run(look).await).unwrap()
    };
    chromium
        .journey(TABLET, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff")).await;
            sign_in(browser, &app).await;
            let results = "/staff/results?instrument=quick-counter@1&period=2026-Q3";
            for path in ["/staff", results, "/c/22651?period=2026-Q3"] {
                for language in ["", "lang=en"] {
                    browser.goto(&app.url(&in_language(path, language))).await;
                    for width in (768..=840).step_by(12).chain([896, 1024]) {
                        let [over, changes, apart] = seen(browser, width).await;
                        assert!(over <= 0.0, "{path} {language}: {over} px over at {width} px");
                        let of_staff = path.starts_with("/staff");
                        assert!(changes > 4.0 || !of_staff, "{path}: a change since the last");
                        let is_between = (800..=992).contains(&width);
                        assert!(apart < 1.0 || !is_between, "{path}: {apart} px apart at {width}");
                    }
                }
            }
        })
        .await;
}
