//! Figures travel: out of one store as a file, into another, and to the province,
//! and stay the same.

use std::path::Path;

use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::process::hailong;
use crate::support::submission::{commune, point};

on_both_databases![
    the_package_written_by_the_command_is_the_one_downloaded,
    raw_responses_go_out_and_in_again_unchanged,
    importing_a_file_twice_adds_nothing,
    good_rows_go_in_and_bad_ones_come_back_with_their_reasons,
    estimates_from_a_file_are_those_of_the_service,
];

/// A file to be, as an argument.
fn file(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().expect("a plain path").to_owned()
}

fn import(file: &str, database: &Database, more: &[&str]) -> crate::support::process::Finished {
    let options = ["import", file, "--instrument", "quick-counter@1", "--channel", "paper"];
    hailong(&[&options[..], &["--database", database.url()], more].concat())
}

fn package(database: &Database, folder: &str) -> Vec<u8> {
    let place = ["export", "--commune", &commune(), "--period", MONTH, "--out", folder];
    let done = hailong(&[&place[..], &["--database", database.url()]].concat());
    assert_eq!(done.status, 0, "{done:?}");
    std::fs::read(done.out.trim_end()).expect("the command tells where it wrote")
}

fn raw(database: &Database, file: &str) -> String {
    let done = hailong(&["export", "--raw", "--out", file, "--database", database.url()]);
    assert_eq!(done.status, 0, "{done:?}");
    std::fs::read_to_string(file).expect("the file is there")
}

async fn the_package_written_by_the_command_is_the_one_downloaded(database: Database) {
    answers::month(&database, &point(), 60).await;
    let folder = tempfile::tempdir().unwrap();
    let written = package(&database, &file(&folder, "new/folder"));
    let app = App::spawn(database);
    let path = format!("/api/v1/exports/hailong_{}_{MONTH}.zip", commune());
    let answer = app.get(&path).await;
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert_eq!(written, answer.bytes().await.unwrap());
}

async fn raw_responses_go_out_and_in_again_unchanged(database: Database) {
    answers::month(&database, &point(), 60).await;
    let folder = tempfile::tempdir().unwrap();
    let written = raw(&database, &file(&folder, "responses.csv"));
    assert_eq!(written.lines().count(), 61, "a header and a row each");
    let other = Database::sqlite();
    let done = import(&file(&folder, "responses.csv"), &other, &[]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(other.count("responses").await, 60);
    assert_eq!(raw(&other, &file(&folder, "again.csv")), written);
    let (here, there) = (file(&folder, "here"), file(&folder, "there"));
    assert_eq!(package(&database, &here), package(&other, &there), "the same data, the same bytes");
}

async fn importing_a_file_twice_adds_nothing(database: Database) {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "paper.csv");
    // Two citizens who say the same on the same day are two citizens.
    let header = "answered_at,A1,A2,A3,A4,A5,N1";
    let rows = "2026-09-03,5,4,,,,\n2026-09-03,5,4,,,,\n2026-09-04,1,,,,9,\n";
    std::fs::write(&path, format!("{header}\n{rows}")).unwrap();
    for _ in 0..2 {
        let done = import(&path, &database, &["--point", &point()]);
        assert_eq!((done.status, done.out.as_str()), (0, ""), "{done:?}");
        assert_eq!(database.count("responses").await, 3);
    }
    // The file goes on: only what is new goes in.
    std::fs::write(&path, format!("{header}\n{rows}2026-09-03,5,4,,,,\n")).unwrap();
    import(&path, &database, &["--point", &point()]);
    assert_eq!(database.count("responses").await, 4);
}

async fn good_rows_go_in_and_bad_ones_come_back_with_their_reasons(database: Database) {
    let folder = tempfile::tempdir().unwrap();
    let (path, rejects) = (file(&folder, "paper.csv"), file(&folder, "rejects.csv"));
    let rows = [
        "answered_at,A1,A2,A3,A4,A5,N1,comment",
        "2026-09-03,5,4,,,,,Tốt",
        "2026-09-03,6,,,,,,off the scale",
        "03.09.2026,5,,,,,,no date",
        "2026-09-03,5,,,,,,ragged,too many",
        "2026-09-03,=cmd|' /C calc'!A0,,,,,,a formula",
        "2099-01-01,5,,,,,,the future",
        "2026-09-04,4,,,,,,\"said \"\"good\"\"\"",
    ];
    std::fs::write(&path, rows.join("\r\n")).unwrap();
    let more = ["--point", &point(), "--rejects", &rejects];
    let tried = import(&path, &database, &[&more[..], &["--dry-run"]].concat());
    assert_eq!(tried.status, 1, "{tried:?}");
    let dry = database.open().await.is_answered(&commune(), "quick-counter", 1).await.unwrap();
    assert!(!dry, "a dry run stores nothing");
    let done = import(&path, &database, &more);
    assert_eq!(done.status, 1, "some were rejected: {done:?}");
    assert_eq!(database.count("responses").await, 2);
    let rejected = std::fs::read_to_string(&rejects).unwrap();
    let mut reader = csv::Reader::from_reader(rejected.trim_start_matches('\u{feff}').as_bytes());
    let mut lines: Vec<String> =
        reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
    lines.dedup();
    assert_eq!(lines, ["3", "4", "5", "6", "7"], "{rejected}");
    for trigger in [",=", "\n=", "\"="] {
        assert!(!rejected.contains(trigger), "a spreadsheet would run it: {rejected}");
    }
}

async fn estimates_from_a_file_are_those_of_the_service(database: Database) {
    answers::month(&database, &point(), 150).await;
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "responses.csv");
    raw(&database, &path);
    let plan = surveys::catalog::plans()[0].id.to_string();
    let with_plan = ["estimate", &path, "--instrument", "quick-counter", "--plan", &plan];
    let done = hailong(&[&with_plan[..], &["--period", MONTH, "--format", "csv"]].concat());
    assert!(done.status == 0 && done.tells_only_of_volunteers(), "{done:?}");
    let app = App::spawn(database);
    let path = format!("/api/v1/estimates?commune={}&period={MONTH}&format=csv", commune());
    let served = app.get(&path).await.text().await.unwrap();
    // A file from the service says besides what it is of.
    let source = ["commune_code", "instrument", "period"];
    let sorted = |text: &str| {
        let mut csv = csv::Reader::from_reader(text.as_bytes());
        let names = csv.headers().unwrap().clone();
        let row = |record: &csv::StringRecord| {
            let cells = names.iter().zip(record).filter(|(name, _)| !source.contains(name));
            cells.map(|(_, cell)| cell.to_owned()).collect::<Vec<_>>()
        };
        let mut rows: Vec<_> = csv.records().map(|record| row(&record.unwrap())).collect();
        rows.sort();
        rows.insert(0, row(&names));
        rows
    };
    assert_eq!(sorted(&done.out), sorted(&served));
    let named = format!("{},quick-counter@1,{MONTH},", commune());
    assert!(served.lines().skip(1).all(|line| line.contains(&named)), "{served}");
}

#[test]
fn how_many_responses_are_needed_is_told_before_any_is_collected() {
    let asked = |words: &[&str]| {
        let done = hailong(&[&["sample-size"], words, &["--format", "csv"]].concat());
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{done:?}");
        done.out
    };
    let told = |words: &[&str]| {
        let done =
            hailong(&[&["--lang", "en", "sample-size"], words, &["--format", "csv"]].concat());
        assert_eq!(done.status, 0, "{done:?}");
        (done.out, done.err)
    };
    let small = ["margin", "--margin", "0.05", "--population", "1000"];
    let (margin, said) = told(&small);
    assert!(margin.contains("cochran,0.5,0.05,278") && margin.contains("yamane,,0.05,286"));
    assert!(said.contains("population of 1,000") && !said.contains("Yamane"), "{said}");
    let (_, said) = told(&[&small[..], &["--deff", "2", "--level", "0.99"]].concat());
    assert!(said.contains("Yamane's number is always for 95 %"), "{said}");
    let target = ["target", "--target", "0.9", "--rate", "0.92", "--responses", "384"];
    let (chances, said) = told(&target);
    assert!(chances.contains("0.9,0.92,0.8,1671,384,0.2164580677601"), "{chances}");
    // The printed interval of an index or of clusters is another one.
    assert!(said.contains("those of one question"), "{said}");
    let (alone, _) = told(&["target", "--target", "0.9", "--rate", "0.92"]);
    let (of_few, said) =
        told(&["target", "--target", "0.9", "--rate", "0.92", "--population", "5000"]);
    assert_eq!(of_few, alone, "verdicts of counts know no population");
    assert!(said.contains("not reduced for a population of 5,000"), "{said}");
    let (endless, _) = told(&["target", "--target", "0.9", "--rate", "0.900001"]);
    assert!(endless.trim_end().ends_with(",,,"), "no chances for all of mankind: {endless}");
    assert!(asked(&["change", "--before", "0.85", "--after", "0.9"]).contains("0.85,0.9,0.8,686"));
    for plan in surveys::catalog::plans() {
        let (table, said) = told(&["plan", plan.id.as_str()]);
        assert!(table.lines().count() > 1 && !table.contains("NaN"), "{table}");
        assert!(said.contains("those of one question") && !said.contains("left out"), "{said}");
    }
    let own = ["plan", "dien-khanh-2025", "--power", "0.9", "--responses", "1000"];
    let (table, _) = told(&own);
    let (usual, _) = told(&own[..2]);
    let cell = |table: &str, name: &str| {
        let mut csv = csv::Reader::from_reader(table.as_bytes());
        let place = csv.headers().unwrap().iter().position(|n| n == name).unwrap();
        csv.records().next().unwrap().unwrap()[place].parse::<f64>().unwrap()
    };
    let [more, fewer] = [&table, &usual].map(|table| cell(table, "shown_if_2_above"));
    assert!(more > fewer && table.contains(",1000,"), "{table}{usual}");
    let [less, likelier] = [&table, &usual].map(|table| cell(table, "undetermined_if_2_above"));
    assert!(less < likelier, "{table}{usual}");
    // A target of everybody cannot be shown by any number, and is not passed over in silence.
    let folder = tempfile::tempdir().unwrap();
    let everybody = include_str!("../../surveys/plans/dien-khanh-2025-1.toml").replacen(
        "operator = \">=\"\nvalue = 90",
        "operator = \">=\"\nvalue = 100",
        1,
    );
    let path = file(&folder, "plan.toml");
    std::fs::write(&path, everybody).unwrap();
    let (_, said) = told(&["plan", &path]);
    assert!(said.contains("left out: numbers are given"), "{said}");
    for wrong in [
        &["margin", "--margin", "5"][..],
        &["target", "--target", "0.9", "--rate", "0.9"],
        &["change", "--before", "0", "--after", "0.9"],
        &["margin", "--margin", "0.05", "--deff", "0.5"],
        &["margin", "--margin", "0.05", "--population", "0"],
    ] {
        hailong(&[&["sample-size"], wrong].concat()).one_sentence();
    }
}

#[test]
fn how_many_clusters_are_needed_or_how_many_people_in_each() {
    let told = |words: &[&str]| {
        let start = ["--lang", "en", "sample-size"];
        let done = hailong(&[&start[..], words, &["--format", "csv"]].concat());
        assert_eq!(done.status, 0, "{done:?}");
        (done.out, done.err)
    };
    let margin = ["margin", "--margin", "0.05"];
    // By hand: 384.1 people one by one; clusters of 20 have the design effect 1.95.
    let of_twenty = ["--cluster-size", "20", "--icc", "0.05"];
    let (table, said) = told(&[&margin[..], &of_twenty].concat());
    let columns = "method,rate,margin,responses,clusters,per_cluster,deff\n";
    assert!(table.starts_with(&format!("{columns}cochran,0.5,0.05,760,38,20,1.95")), "{table}");
    assert!(said.contains("are assumptions"), "{said}");
    let (table, _) = told(&[&margin[..], &["--clusters", "40", "--icc", "0.05"]].concat());
    assert!(table.contains("cochran,0.5,0.05,720,40,18,1.85"), "{table}");
    let (table, said) = told(&[&margin[..], &["--clusters", "8", "--deff", "2"]].concat());
    assert!(
        table.contains("cochran,0.5,0.05,776,8,97,2") && said.contains("fewer than 9"),
        "{said}"
    );
    let (table, _) = told(&[&margin[..], &of_twenty, &["--population", "1000"]].concat());
    assert!(table.lines().nth(2).unwrap().starts_with("yamane,,0.05,286,,,"), "{table}");

    let target = ["target", "--target", "0.9", "--rate", "0.95"];
    let [alone, clustered] =
        [&[][..], &of_twenty].map(|more| told(&[&target[..], more].concat()).0);
    let cells = |table: &str| -> Vec<String> {
        table.lines().nth(1).unwrap().split(',').map(str::to_owned).collect()
    };
    let (alone, clustered) = (cells(&alone), cells(&clustered));
    let number = |cell: &String| cell.parse::<f64>().unwrap();
    let whole = (number(&alone[3]) * 1.95 / 20.0).ceil();
    assert_eq!((number(&clustered[3]), number(&clustered[8])), (whole * 20.0, whole));
    // The chances are those of as many people as the clusters are worth.
    assert!(number(&clustered[5]) >= 0.8 && number(&clustered[5]) < 0.9, "{clustered:?}");
    let (change, _) =
        told(&[&["change", "--before", "0.85", "--after", "0.9"][..], &of_twenty].concat());
    assert!(change.contains("\n0.85,0.9,0.8,1340,67,20,1.95"), "{change}");

    let (plan, _) = told(&[&["plan", "dien-khanh-2025"][..], &of_twenty].concat());
    assert!(plan.lines().next().unwrap().ends_with("clusters_if_2_above,clusters_if_5_above"));
    let (plan, _) = told(&["plan", "dien-khanh-2025", "--clusters", "30", "--icc", "0.05"]);
    let row = cells(&plan);
    // Thirty clusters can never show two points at this correlation: that stays empty.
    assert_eq!((row[6].as_str(), row[12].as_str()), ("", ""), "{plan}");
    assert!(number(&row[11]) > 1.0 && !plan.contains("NaN"), "{plan}");

    let few = hailong(&[
        "--lang",
        "en",
        "sample-size",
        "margin",
        "--margin",
        "0.05",
        "--clusters",
        "19",
        "--icc",
        "0.05",
    ]);
    assert!(few.one_sentence().contains("plan 20 or more"), "{few:?}");
    for wrong in [
        &["--cluster-size", "20"][..],
        &["--icc", "0.05"],
        &["--clusters", "20", "--cluster-size", "20", "--icc", "0.05"],
        &["--clusters", "20", "--icc", "0.05", "--deff", "2"],
    ] {
        assert_eq!(
            hailong(&[&["sample-size"], &margin[..], wrong].concat()).status,
            2,
            "{wrong:?}"
        );
    }
    for wrong in [["--clusters", "0", "--icc", "0.05"], ["--clusters", "30", "--icc", "1.5"]] {
        hailong(&[&["sample-size"], &margin[..], &wrong].concat()).one_sentence();
    }
}

#[test]
fn other_indices_are_totalled_from_their_own_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "table.csv");
    let index = |content: &str, words: &[&str]| {
        std::fs::write(&path, content).unwrap();
        hailong(&[&["index", words[0], &path], &words[1..], &["--format", "csv"]].concat())
    };
    let header = "unit,dossiers,dossiers_good,petitions,petitions_on_time,petitions_satisfied\n";
    let qd766 = index(&format!("\u{feff}{header}Phú Thọ,597918,528464,570,296,230\n"), &["qd766"]);
    assert!(qd766.out.ends_with("\nPhú Thọ,3.12,2.42,5.89,11.43\n"), "{qd766:?}");
    for (bad, says) in [
        ("x,5,9,0,0,0\n", ":2: cột dossiers_good [9]"),
        ("x,-5,9,0,0,0\n", ":2: cột dossiers [-5]: cần một số nguyên"),
        ("x,9,9,0,a,0\n", ":2: cột petitions_on_time [a]"),
        ("x,5\n", ":2: dòng có 2 ô, dòng tiêu đề có 6"),
    ] {
        let told = index(&format!("{header}{bad}"), &["qd766"]);
        assert!(told.one_sentence().contains(says), "{told:?}");
    }
    let excel = format!("{header}x;10;9;0;0;0\r\n").replace(',', ";");
    assert!(index(&excel, &["qd766"]).out.ends_with("\nx,6,6,6,18\n"));
    let papi = "unit,D1,D2\nA,5.5,6.5\nB,6,6.1\nC,,7\nD,6,6\n";
    let ranked = index(papi, &["papi", "--dimensions", "D1,D2", "--groups", "2,1"]);
    assert_eq!(
        ranked.out,
        "unit,total,rank,group,D1,D2\nB,12.1,1,1,6,6.1\nA,12,2,1-2,5.5,6.5\nD,12,2,1-2,6,6\nC,,,,,7\n"
    );
    let rescaled =
        index("unit,D1,D2\nA,0.5,1\n", &["papi", "--dimensions", "D1,D2", "--rescale", "0,1"]);
    assert!(rescaled.out.contains("\nA,15.5,1,"), "{rescaled:?}");
    let beyond = index("unit,D1\nA,1.1\n", &["papi", "--dimensions", "D1", "--rescale", "0,1"]);
    assert!(beyond.one_sentence().contains(":2: cột D1 [1.1]"), "{beyond:?}");
    let parts = "unit,a,b,c\nA,1,0.5,4\nB,2,0.25,\n";
    let summed =
        ["papi", "--dimensions", "D1=a+b,D2=c", "--rescale", "b=0,1", "--rescale", "c=1,10"];
    // 1 + (1 + 9·0.5) and 4; what is not published leaves its dimension open.
    assert_eq!(
        index(parts, &summed).out,
        "unit,total,rank,group,D1,D2\nA,10.5,1,,6.5,4\nB,,,,5.25,\n"
    );
    let repeated = index("unit,D1\nA,1\nA,2\n", &["papi", "--dimensions", "D1"]);
    assert!(repeated.one_sentence().contains(":3: cột unit [A]"), "{repeated:?}");
    for (twice, named) in [("D1,D1", "D1"), ("x=D1+D2,D2", "D2")] {
        let told = index(papi, &["papi", "--dimensions", twice]);
        assert!(told.one_sentence().contains(named), "{told:?}");
    }
    for rescale in [&["D9=0,1"][..], &["0,1", "0,2"], &["D1=0,1", "D1=0,2"]] {
        let asked = rescale.iter().flat_map(|bounds| ["--rescale", bounds]);
        let words: Vec<&str> = ["papi", "--dimensions", "D1,D2"].into_iter().chain(asked).collect();
        index(papi, &words).one_sentence();
    }
    for wrong in
        [&["papi", "--dimensions", "D1,D9"][..], &["papi", "--dimensions", "D1", "--groups", "9"]]
    {
        index(papi, wrong).one_sentence();
    }
}

#[test]
fn no_command_writes_over_the_file_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (file(&folder, "paper.csv"), file(&folder, "data"));
    let content = "answered_at,A1,A2,A3,A4,A5\n2026-09-03,5,4,,,\n2026-09-03,x,,,,\n";
    std::fs::write(&path, content).unwrap();
    let point = point();
    let import = ["import", &path, "--channel", "paper", "--point", &point, "--data-dir", &data];
    let both = file(&folder, "both.csv");
    for command in [
        [&import[..], &["--rejects", &path]].concat(),
        vec!["estimate", &path, "--out", &path],
        vec!["estimate", &path, "--rejects", &path],
        vec!["estimate", &path, "--rejects", &both, "--out", &both],
    ] {
        let refused = hailong(&[&command[..], &["--instrument", "quick-counter"]].concat());
        refused.one_sentence();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content, "{command:?}");
    }
    assert!(!Path::new(&both).exists());
}

#[test]
fn a_point_that_does_not_exist_is_told_once_and_not_for_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (file(&folder, "paper.csv"), file(&folder, "data"));
    std::fs::write(&path, "answered_at,A1,A2,A3,A4,A5\n2026-09-03,5,4,,,\n").unwrap();
    let options = ["import", &path, "--instrument", "quick-counter", "--channel", "paper"];
    let more = ["--point", "no-such-point", "--data-dir", &data];
    assert!(hailong(&[&options[..], &more].concat()).one_sentence().contains("no-such-point"));
}

#[test]
fn a_file_that_is_not_there_is_told_in_one_sentence() {
    for command in [
        &["import", "no-such-file.csv", "--instrument", "quick-counter", "--channel", "paper"][..],
        &["estimate", "no-such-file.csv", "--instrument", "quick-counter"],
        &["export", "--raw", "--out", "x.csv", "--data-dir", "no-such-folder"],
    ] {
        assert!(hailong(command).one_sentence().contains("no-such-"), "{command:?}");
    }
    assert!(!Path::new("no-such-folder").exists());
}
