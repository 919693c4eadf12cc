//! The four places in which a commune's figures appear, each read its own way.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use serde_json::Value;

use crate::support::answers::MONTH;
use crate::support::app::App;
use crate::support::browser::{Chromium, DESKTOP, Scripts};

/// One row of the page's table, as it is read.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) title: String,
    pub(super) rate: String,
    pub(super) limits: String,
    pub(super) people: String,
    pub(super) target: String,
    pub(super) verdict: String,
}

/// Rows of a table by level and code, each by column.
pub(super) type Table = HashMap<(String, String), HashMap<String, String>>;

/// What one commune's month looks like everywhere.
#[derive(Debug, Default)]
pub(super) struct Outlets {
    /// How many responses the page says there are.
    pub(super) received: String,
    /// How many came through each channel, on the page.
    pub(super) channels: Vec<String>,
    /// The index and the components on the page.
    pub(super) rows: Vec<Row>,
    /// What the chart above them says in words.
    pub(super) drawn: String,
    /// The index and the components in the API's JSON.
    pub(super) told: Vec<Value>,
    /// The API's table.
    pub(super) exact: Table,
    /// The package's results over all channels.
    pub(super) filed: Table,
}

impl Outlets {
    /// Reads all four for the quick survey of `commune` in [`MONTH`].
    pub(super) async fn read(chromium: &Chromium, app: &App, commune: &str) -> Self {
        let mut read = Self {
            told: from_the_api(app, commune).await,
            exact: in_the_table(app, commune).await,
            filed: in_the_package(app, commune).await,
            ..Self::default()
        };
        read.look_at_the_page(chromium, app, commune).await;
        read
    }

    async fn look_at_the_page(&mut self, chromium: &Chromium, app: &App, commune: &str) {
        let script = "const first = e => e.childNodes[0].textContent.trim();
            return [...document.querySelectorAll('#components tbody tr')].map(row => {
                const cells = [...row.querySelectorAll('td')];
                const verdict = row.querySelector('.verdict');
                return [first(row.querySelector('th')), ...cells.slice(0, 4).map(first),
                    verdict ? verdict.textContent.trim() : ''];
            });";
        let described = "const figure = document.querySelector('#components')?.closest('figure');
            return figure?.querySelector('svg desc')?.textContent ?? ''";
        chromium
            .journey(DESKTOP, Scripts::On, async |browser| {
                browser.goto(&app.url(&format!("/c/{commune}?period={MONTH}"))).await;
                self.received = browser.text("#received").await;
                self.channels = browser.texts("#channels tbody tr:not(.strong) td").await;
                let cells: Vec<[String; 6]> =
                    serde_json::from_value(browser.run(script).await).unwrap();
                for [title, rate, limits, people, target, verdict] in cells {
                    self.rows.push(Row { title, rate, limits, people, target, verdict });
                }
                browser.run(described).await.as_str().unwrap().clone_into(&mut self.drawn);
            })
            .await;
    }
}

async fn from_the_api(app: &App, commune: &str) -> Vec<Value> {
    let path =
        format!("/api/v1/estimates?commune={commune}&instrument=quick-counter&period={MONTH}");
    let told: Value = app.get(&path).await.json().await.unwrap();
    assert_eq!(told["simulated"], false);
    let rows = told["estimates"].as_array().cloned().unwrap_or_else(|| panic!("{told}"));
    rows.into_iter()
        .filter(|row| ["index", "component"].contains(&row["level"].as_str().unwrap()))
        .collect()
}

fn table(text: &str, level: &str, code: &str) -> Table {
    let mut table = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let columns = table.headers().unwrap().clone();
    let mut rows = Table::new();
    for record in table.records() {
        let record = record.unwrap();
        let row = columns.iter().zip(&record).map(|(c, v)| (c.to_owned(), v.to_owned()));
        let row: HashMap<String, String> = row.collect();
        let of_all = row.get("kenh").is_none_or(|channel| channel == "tat_ca");
        let of_quick = row.get("mau_phieu").is_none_or(|instrument| instrument == "quick-counter");
        if of_all && of_quick {
            rows.insert((row[level].clone(), row[code].clone()), row);
        }
    }
    rows
}

async fn in_the_table(app: &App, commune: &str) -> Table {
    let path = format!("/api/v1/estimates?commune={commune}&period={MONTH}&format=csv");
    table(&app.get(&path).await.text().await.unwrap(), "level", "code")
}

async fn in_the_package(app: &App, commune: &str) -> Table {
    let path = format!("/api/v1/exports/hailong_{commune}_{MONTH}.zip");
    let bytes = app.get(&path).await.bytes().await.unwrap();
    assert_eq!(bytes, app.get(&path).await.bytes().await.unwrap(), "the same data, the same bytes");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name("ket-qua.csv").unwrap().read_to_string(&mut text).unwrap();
    table(&text, "cap", "ma")
}
