//! Tallies made here and by the SQL of two other engines give the figures of the
//! responses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::answers;
use crate::support::database::{Backdoor, Database, on_both_databases};
use crate::support::process::{Finished, hailong};
use crate::support::submission::point;

on_both_databases![
    the_documented_sql_gives_the_figures_of_the_rows,
    the_sql_of_every_instrument_gives_the_figures_of_its_rows,
];

/// The SQL that the documents show.
const SQL: &str = include_str!("../../docs/tallies.sql");

fn file(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().expect("a plain path").to_owned()
}

fn estimate(more: &[&str]) -> Finished {
    let of = ["estimate", "--instrument", "quick-counter@1", "--format", "csv"];
    hailong(&[&of[..], more].concat())
}

/// Numbers by row and column; texts stay texts.
fn rows(csv: &str) -> BTreeMap<Vec<String>, Vec<String>> {
    let mut csv = csv::Reader::from_reader(csv.as_bytes());
    let rows = csv.records().map(|record| {
        let cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        (cells[..4].to_vec(), cells[4..].to_vec())
    });
    rows.collect()
}

/// That two tables are equal, numbers to 1e-12.
fn same(one: &str, other: &str) {
    let (one, other) = (rows(one), rows(other));
    assert!(one.len() > 20 && one.len() == other.len(), "{} and {}", one.len(), other.len());
    for ((key, a), (other_key, b)) in one.iter().zip(&other) {
        assert_eq!(key, other_key);
        for (column, (a, b)) in a.iter().zip(b).enumerate() {
            match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => assert!((a - b).abs() <= 1e-12, "{key:?} {column}: {a} {b}"),
                _ => assert_eq!(a, b, "{key:?} {column}"),
            }
        }
    }
}

/// Loads a responses file into the table that the documents describe.
async fn load(backdoor: &Backdoor, responses: &str, items: &[&str]) {
    let mut csv = csv::Reader::from_reader(responses.as_bytes());
    let names = csv.headers().unwrap().clone();
    let is_item = |name: &str| items.contains(&name);
    let columns = names
        .iter()
        .map(|name| format!("\"{name}\" {}", if is_item(name) { "integer" } else { "text" }));
    let columns = columns.collect::<Vec<_>>().join(", ");
    backdoor.execute(&format!("create table responses ({columns})")).await;
    for record in csv.records() {
        let record = record.unwrap();
        let cells = names.iter().zip(&record).map(|(name, cell)| match cell {
            "" => "null".to_owned(),
            cell if is_item(name) => cell.to_owned(),
            cell => format!("'{}'", cell.replace('\'', "''")),
        });
        let cells = cells.collect::<Vec<_>>().join(", ");
        backdoor.execute(&format!("insert into responses values ({cells})")).await;
    }
}

/// What the documented SQL gives on this engine, as a CSV file.
async fn tallied(backdoor: &Backdoor, sql: &str) -> String {
    let names = "instrument,version,channel,day,level,a,b,respondents,valid,satisfied,no_opinion,\
        unanswered,people,satisfied_satisfied,satisfied_valid,valid_satisfied,valid_valid";
    let line = names.split(',').map(|name| format!("cast({name} as text)"));
    let line = line.collect::<Vec<_>>().join(" || ',' || ");
    let rows = backdoor.texts(&format!("select {line} from ({sql}) as tallies")).await;
    format!("{names}\n{}\n", rows.join("\n"))
}

async fn the_documented_sql_gives_the_figures_of_the_rows(database: Database) {
    let store = Database::sqlite();
    answers::month(&store, &point(), 150).await;
    let folder = tempfile::tempdir().unwrap();
    let [responses, tallies, pairs, ours, fine] =
        ["responses.csv", "sql.csv", "pairs.csv", "ours.csv", "fine.csv"].map(|n| file(&folder, n));
    let done = hailong(&["export", "--raw", "--out", &responses, "--database", store.url()]);
    assert_eq!(done.status, 0, "{done:?}");
    let raw = std::fs::read_to_string(&responses).unwrap();
    if database.url().starts_with("sqlite:") {
        std::fs::write(database.file(), "").expect("an empty file is an empty database");
    }
    let backdoor = database.backdoor().await;
    load(&backdoor, &raw, &["A1", "A2", "A3", "A4", "A5"]).await;
    std::fs::write(&tallies, tallied(&backdoor, SQL).await).unwrap();
    let with_pairs =
        ["instrument", "sql", "quick-counter@1", "--by", "channel,day", "--item-pairs"];
    let with_pairs = hailong(&with_pairs).out;
    assert_ne!(with_pairs, SQL);
    std::fs::write(&pairs, tallied(&backdoor, &with_pairs).await).unwrap();
    backdoor.close().await;

    let by = ["--by", "channel,month"];
    let wanted = estimate(&[&[&*responses][..], &by].concat());
    assert_eq!((wanted.status, &*wanted.err), (0, ""), "{wanted:?}");
    let found = estimate(&[&["--tallies", &*tallies][..], &by].concat());
    assert_eq!((found.status, &*found.err), (0, ""), "{found:?}");
    same(&wanted.out, &found.out);

    // The mean of items needs every two of them.
    let mean = [&by[..], &["--aggregation", "mean_of_items"]].concat();
    let wanted_mean = estimate(&[&[&*responses][..], &mean].concat());
    let found_mean = estimate(&[&["--tallies", &*pairs][..], &mean].concat());
    assert_eq!((found_mean.status, &*found_mean.err), (0, ""), "{found_mean:?}");
    same(&wanted_mean.out, &found_mean.out);

    let made = ["tally", &responses, "--instrument", "quick-counter@1", "--by", "channel,day"];
    let made = hailong(&[&made[..], &["--out", &ours]].concat());
    assert_eq!((made.status, &*made.err), (0, ""), "{made:?}");
    same(&wanted.out, &estimate(&[&["--tallies", &*ours][..], &by].concat()).out);

    // The finest tallies there are add up to the same.
    let finest = "commune_code,collection_point,channel,day";
    let made = ["tally", &responses, "--instrument", "quick-counter@1", "--by", finest];
    let made = hailong(&[&made[..], &["--out", &fine]].concat());
    assert_eq!((made.status, &*made.err), (0, ""), "{made:?}");
    for by in [by, ["--by", "collection_point,day"]] {
        let wanted = estimate(&[&[&*responses][..], &by].concat());
        same(&wanted.out, &estimate(&[&["--tallies", &*fine][..], &by].concat()).out);
    }
}

/// Every shipped instrument has its own scales, components of one item and of many, and
/// its own rule of aggregation.
async fn the_sql_of_every_instrument_gives_the_figures_of_its_rows(database: Database) {
    let folder = tempfile::tempdir().unwrap();
    let [responses, tallies] = ["responses.csv", "sql.csv"].map(|n| file(&folder, n));
    if database.url().starts_with("sqlite:") {
        std::fs::write(database.file(), "").expect("an empty file is an empty database");
    }
    for instrument in surveys::catalog::instruments() {
        // A connection that knows the last instrument's table would not take this one's rows.
        let backdoor = database.backdoor().await;
        let id = format!("{}@{}", instrument.id, instrument.version);
        let asked = instrument.items.iter().filter(|item| {
            item.scored_by == surveys::instrument::ScoredBy::Citizen && item.component().is_some()
        });
        let items: Vec<_> = asked.collect();
        let codes: Vec<&str> = items.iter().map(|item| item.code.as_str()).collect();
        let mut raw = format!("response_id,answered_at,channel,{}\n", codes.join(","));
        for person in 0..180 {
            let channel = ["kiosk", "qr", "web"][person % 3];
            let day = person % 28 + 1;
            let _ = write!(raw, "r{person},2026-09-{day:02}T09:00:00+07:00,{channel}");
            for (place, item) in items.iter().enumerate() {
                let scale = instrument.scale_of(item).expect("a satisfaction item has a scale");
                let values: Vec<u8> = scale.options.iter().map(|option| option.value).collect();
                let draw = (person * 7 + place * 11 + person / 5 * place) % (values.len() + 2);
                let no_opinion = scale.no_opinion.as_ref().filter(|_| draw == values.len());
                let value = no_opinion.map(|option| option.value);
                let value = value.or_else(|| values.get(draw).copied());
                let _ = write!(raw, ",{}", value.map_or(String::new(), |value| value.to_string()));
            }
            raw.push('\n');
        }
        std::fs::write(&responses, &raw).unwrap();
        backdoor.execute("drop table if exists responses").await;
        load(&backdoor, &raw, &codes).await;
        let sql = hailong(&["instrument", "sql", &id, "--by", "channel,day", "--item-pairs"]);
        assert_eq!(sql.status, 0, "{sql:?}");
        std::fs::write(&tallies, tallied(&backdoor, &sql.out).await).unwrap();
        let of = ["estimate", "--instrument", &*id, "--format", "csv", "--by", "channel"];
        let wanted = hailong(&[&of[..], &[&*responses]].concat());
        assert_eq!((wanted.status, &*wanted.err), (0, ""), "{id}: {wanted:?}");
        let found = hailong(&[&of[..], &["--tallies", &*tallies]].concat());
        assert_eq!((found.status, &*found.err), (0, ""), "{id}: {found:?}");
        same(&wanted.out, &found.out);
        backdoor.close().await;
    }
}

#[test]
fn the_documented_sql_is_what_the_command_prints() {
    let printed = hailong(&["instrument", "sql", "quick-counter@1", "--by", "channel,day"]);
    assert_eq!(printed.out, SQL);
}

#[test]
fn a_file_of_tallies_with_a_mistake_is_told_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "tallies.csv");
    let head = "instrument,version,day,level,a,b,respondents,valid,satisfied,no_opinion,unanswered,people,satisfied_satisfied,satisfied_valid,valid_satisfied,valid_valid";
    let line = "quick-counter,1,2026-09-01,item,A1,A1,3,2,1,1,0,2,1,1,1,2";
    for (file, says) in [
        (format!("{head}\n{line}\n{line}\n"), "2"),
        (format!("{head}\n{}\n", line.replace(",3,2,1,", ",3,2,3,")), "`satisfied`"),
        (head.replace("people,", "persons,"), "`people`"),
        ("A1,A2\n5,4\n".to_owned(), "level"),
    ] {
        std::fs::write(&path, file).unwrap();
        let told = hailong(&["estimate", "--tallies", &path, "--instrument", "quick-counter@1"]);
        assert!(told.one_sentence().contains(says), "{told:?}");
    }
    std::fs::write(&path, format!("{head}\n{line}\n")).unwrap();
    let part = estimate(&["--tallies", &path, "--lang", "en"]);
    assert_eq!(part.status, 0, "{part:?}");
    let found: Vec<&str> =
        part.out.lines().skip(1).map(|line| &line[..line.len().min(16)]).collect();
    // The component has no other item.
    assert_eq!(found, ["item,A1,3,2,1,1,", "component,access"]);
    assert!(part.err.contains("lacks the sums to estimate item A2"), "{part:?}");
}
