//! A province's page in a real browser: without a script, sorted by links, on every screen.

use super::every_page::{faults, in_language};
use crate::support::answers::MONTH;
use crate::support::app::App;
use crate::support::browser::{Chromium, KIOSK, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::province::{self, others};

async fn service(database: Database) -> App {
    province::month(&database).await;
    App::spawn(database)
}

on_both_databases![a_reader_sorts_a_province_and_opens_a_commune_without_a_script];

async fn a_reader_sorts_a_province_and_opens_a_commune_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    let first = "#communes tbody tr:first-child th a";
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url("/")).await;
            browser.follow(&format!("a[href='/province/{}']", province::code())).await;
            browser.follow(&format!(".choices a[href$='period={MONTH}']")).await;
            assert!(browser.text("#unranked").await.contains("khoảng tin cậy"));
            let by_name = browser.texts("#communes tbody th a").await;
            browser.follow(".choices a[href*='sort=index-low']").await;
            assert_eq!(browser.text(first).await, others()[4].name);
            let mut sorted = browser.texts("#communes tbody th a").await;
            assert_ne!(sorted, by_name);
            browser.follow("#heat thead a[href*='sort=procedures']").await;
            let column = "#heat thead th[aria-sort=descending]";
            assert!(browser.text(column).await.contains("Thủ tục"));
            assert!(browser.place().await.contains(&format!("period={MONTH}")), "kept");
            sorted.sort();
            let mut again = browser.texts("#heat tbody th a").await;
            again.sort();
            assert_eq!(sorted, again, "the same communes");
            let own = format!("#communes tbody a[href^='/c/{}?']", others()[4].code);
            browser.follow(&own).await;
            assert!(browser.place().await.contains(&format!("period={MONTH}")));
            browser.follow(".kicker a").await;
            let place = browser.place().await;
            assert!(place.starts_with(&format!("/province/{}?", province::code())), "{place}");
        })
        .await;
}

#[tokio::test]
async fn a_province_is_accessible_and_only_its_own_box_scrolls_sideways() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    for (screen, language) in [(KIOSK, ""), (PHONE, ""), (KIOSK, "lang=en"), (PHONE, "lang=en")] {
        chromium
            .journey(screen, Scripts::On, async |browser| {
                for query in ["", "&sort=index", "&sort=feedback"] {
                    let path = format!("/province/{}?period={MONTH}{query}", province::code());
                    browser.goto(&in_language(&app.url(&path), language)).await;
                    // A phone would show a page that is too wide from further away.
                    let wide = "return document.documentElement.scrollWidth";
                    assert_eq!(browser.run(wide).await, screen.width, "{path}");
                    assert_eq!(browser.violations().await, Vec::<String>::new(), "{path}");
                    assert_eq!(faults(browser).await, Vec::<String>::new());
                    browser.resize(screen).await;
                }
                // The box takes the focus and scrolls; the names of rows and columns stay.
                let stays = "const box = document.querySelector('.heat-box');
                    box.focus();
                    const head = box.querySelector('thead th:last-child');
                    const name = box.querySelector('tbody tr:last-child th');
                    const at = e => e.getBoundingClientRect();
                    const frame = at(box);
                    box.scrollTo(9999, 9999);
                    return document.activeElement === box
                        && at(name).left >= frame.left - 1 && at(name).left < frame.left + 20
                        && at(head).top >= frame.top - 1 && at(head).right <= frame.right + 1;";
                assert_eq!(browser.run(stays).await, true, "at {} px", screen.width);
                let scrolls = "const box = document.querySelector('.heat-box');
                    return box.scrollWidth > box.clientWidth;";
                assert_eq!(browser.run(scrolls).await, screen.width < 600);
            })
            .await;
    }
}

#[tokio::test]
async fn every_cell_of_the_heat_has_its_number_and_is_read_on_its_colour() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    chromium
        .journey(KIOSK, Scripts::On, async |browser| {
            let path = format!("/province/{}?period={MONTH}", province::code());
            browser.goto(&app.url(&path)).await;
            let cells = "const light = rgb => {
                    const [r, g, b] = rgb.match(/\\d+/g).map(Number).map(v => v / 255)
                        .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                    return .2126 * r + .7152 * g + .0722 * b;
                };
                return [...document.querySelectorAll('#heat tbody td')].map(td => {
                    const style = getComputedStyle(td);
                    const pair = [style.color, style.backgroundColor];
                    const [a, b] = pair.map(light).sort((a, b) => b - a);
                    const clear = style.backgroundColor === 'rgba(0, 0, 0, 0)';
                    return [td.className, td.innerText.trim(), clear ? 21 : (a + .05) / (b + .05)];
                });";
            let cells = browser.run(cells).await;
            let cells = cells.as_array().unwrap();
            assert_eq!(cells.len(), 30, "six communes, five components");
            let mut coloured = 0;
            for cell in cells {
                let (style, said) = (cell[0].as_str().unwrap(), cell[1].as_str().unwrap());
                let contrast = cell[2].as_f64().unwrap();
                assert!(contrast >= 4.5, "{cell}");
                if style == "none" {
                    assert!(said.starts_with('–'), "{cell}");
                } else {
                    assert!(said.contains('%') && said.contains(','), "{cell}");
                    assert!(said.ends_with(" người"), "nobody has to point at it: {cell}");
                    coloured += 1;
                }
            }
            assert_eq!(coloured, 15, "three communes have rates");
        })
        .await;
}
