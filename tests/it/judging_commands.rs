//! Commands that judge: many groups at once, the form itself, the one-stop rating.

use std::fmt::Write as _;

use crate::support::process::{Finished, hailong};

/// A responses file of the counter survey: per group its name and how many people
/// were satisfied and not.
fn responses(groups: &[(&str, usize, usize)]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("responses.csv").to_str().unwrap().to_owned();
    let mut file = "commune_code,answered_at,A1,A2,A3,A4,A5\n".to_owned();
    for (group, satisfied, others) in groups {
        for person in 0..satisfied + others {
            let answer = if person < *satisfied { 5 } else { 2 };
            writeln!(file, "{group},2025-11-15,{answer},{answer},{answer},{answer},{answer}")
                .unwrap();
        }
    }
    std::fs::write(&path, file).unwrap();
    (folder, path)
}

/// The cells of a column in the rows that `keep` says of the named columns.
fn column(done: &Finished, wanted: &str, keep: &[(&str, &str)]) -> Vec<String> {
    let mut csv = csv::Reader::from_reader(done.out.as_bytes());
    let names = csv.headers().unwrap().clone();
    let place = |name: &str| names.iter().position(|n| n == name).unwrap();
    let rows = csv.records().map(Result::unwrap);
    let kept = rows.filter(|row| keep.iter().all(|(name, value)| row[place(name)] == **value));
    kept.map(|row| row[place(wanted)].to_owned()).collect()
}

#[test]
fn of_many_communes_those_below_target_are_listed_with_adjusted_p_values() {
    let groups =
        [("09001", 70, 30), ("09002", 84, 16), ("09003", 97, 3), ("09004", 5, 5), ("=1", 60, 40)];
    let (_folder, path) = responses(&groups);
    let start = ["estimate", &path, "--instrument", "quick-counter", "--format", "csv"];
    let plan = ["--plan", "dien-khanh-2025", "--by", "commune_code"];
    let alone = hailong(&[&start[..], &plan].concat());
    assert!(!alone.out.contains("p_below") && alone.tells_only_of_volunteers(), "{alone:?}");
    for method in ["bh", "holm"] {
        let done = hailong(&[&start[..], &plan, &["--adjust", method]].concat());
        assert_eq!(done.status, 0, "{done:?}");
        let index = [("level", "index")];
        let groups = column(&done, "commune_code", &index);
        assert_eq!(groups, ["09001", "09002", "09003", "09004", "'=1"]);
        let p = column(&done, "p_below", &index);
        let adjusted = column(&done, "p_adjusted", &index);
        assert_eq!([&p[3], &adjusted[3]], ["", ""], "ten people take no part");
        let number = |cell: &String| cell.parse::<f64>().unwrap();
        for (p, adjusted) in p.iter().zip(&adjusted).filter(|(p, _)| !p.is_empty()) {
            assert!(number(p) <= number(adjusted), "{done:?}");
        }
        let told = format!(
            "index quick-counter: 2 trong 4 nhóm đủ phiếu dưới chỉ tiêu ở mức ý nghĩa 5 % ({method}): 09001, =1\n"
        );
        assert!(done.err.ends_with(&told), "{}", done.err);
    }
}

#[test]
fn p_values_are_refused_where_there_are_none() {
    let (_folder, path) = responses(&[("09001", 70, 30)]);
    let start = ["estimate", &path, "--instrument", "quick-counter", "--adjust", "bh"];
    assert_eq!(hailong(&start).status, 2, "without a plan and groups");
    let plan = ["--plan", "dien-khanh-2025", "--by", "commune_code"];
    let beta = hailong(&[&start[..], &plan, &["--interval", "beta"]].concat());
    assert!(beta.one_sentence().contains("beta"));
}

#[test]
fn what_is_said_of_a_form_are_its_items_components_and_scales() {
    let (folder, path) = responses(&[("09001", 25, 10), ("09002", 20, 9)]);
    let start = ["reliability", &path, "--instrument", "quick-counter"];
    let done = hailong(&[&start[..], &["--format", "csv"]].concat());
    assert_eq!(done.status, 0, "{done:?}");
    let all = |wanted: &str, level: &str| column(&done, wanted, &[("level", level)]);
    assert_eq!(all("valid", "item"), ["64"; 5]);
    assert_eq!(all("ceiling", "item"), ["0.703125"; 5]);
    assert_eq!(all("note", "component"), ["single_item"; 5]);
    let alpha: f64 = all("alpha", "form")[0].parse().unwrap();
    assert!((alpha - 1.0).abs() < 1e-12, "everybody answers all five alike: {alpha}");
    assert_eq!([all("people", "scale"), all("straight_share", "scale")], [["64"], ["1"]]);
    assert!(done.err.contains("single_item: Thành phần chỉ có một câu hỏi"), "{done:?}");

    let by = hailong(&[&start[..], &["--by", "commune_code", "--format", "json"]].concat());
    let rows: serde_json::Value = serde_json::from_str(&by.out).unwrap();
    let forms: Vec<_> =
        rows.as_array().unwrap().iter().filter(|row| row["level"] == "form").collect();
    assert_eq!([&forms[0]["commune_code"], &forms[1]["note"]], ["09001", "too_few"]);
    assert!(forms[1]["alpha"].is_null() && forms[1]["complete"] == 29, "{forms:?}");

    let wrong = folder.path().join("wrong.csv");
    std::fs::write(&wrong, "A1,A2,A3,A4,A5\n5,5,7,5,5\n5,4,5,5,5\n").unwrap();
    let wrong = ["reliability", wrong.to_str().unwrap(), "--instrument", "quick-counter"];
    let done = hailong(&wrong);
    assert!(done.status == 1 && done.err.contains(":2: A3 [7]"), "{done:?}");
    let reserved = hailong(&[&start[..], &["--by", "alpha"]].concat());
    assert!(reserved.one_sentence().contains("`alpha`"), "{reserved:?}");
}

const FORMS: &str = "answered_at,commune_code,CS1,CS2,CS3,CS4,CS6,CS7\n\
    2026-01-01T00:00,09001,2,2,2,2,2,1\n\
    2026-03-31T23:59:59+07:00,09001,1,1,1,1,1,1\n\
    2026-03-31T16:59:59Z,09001,2,2,2,2,,2\n\
    2026-02-10,09001,9,2,2,2,2,2\n\
    2026-04-01T00:00,09001,0,0,0,0,0,0\n\
    2026-02-11,09002,2,2,2,2,2,2\n";

#[test]
fn the_one_stop_rating_adds_up_over_complete_forms_of_the_whole_period() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (forms, office) = (path("forms.csv"), path("office.csv"));
    std::fs::write(&forms, FORMS).unwrap();
    let scored = "\u{feff}commune_code;CS5;CS8;CS9\r\n09001;1;2;0\r\n";
    std::fs::write(&office, scored).unwrap();
    let start = ["index", "nd61", &forms, "--office", &office, "--format", "csv"];
    let done = hailong(&[&start[..], &["--period", "2026-Q1", "--lang", "en"]].concat());
    assert_eq!(done.status, 1, "one unit was not scored: {done:?}");
    let first: Vec<&str> = done.out.lines().take(11).collect();
    let wanted = "commune_code,indicator,complete,incomplete,points,mean,rank_from,rank\n\
        09001,CS1,2,2,3,1.5,,\n\
        09001,CS2,2,2,3,1.5,,\n\
        09001,CS3,2,2,3,1.5,,\n\
        09001,CS4,2,2,3,1.5,,\n\
        09001,CS5,2,2,2,1,,\n\
        09001,CS6,2,2,3,1.5,,\n\
        09001,CS7,2,2,2,1,,\n\
        09001,CS8,2,2,4,2,,\n\
        09001,CS9,2,2,0,0,,\n\
        09001,total,2,2,23,11.5,9,Fair";
    assert_eq!(first.join("\n"), wanted);
    assert!(
        done.out.contains("09002,CS5,1,0,,,,\n") && done.out.ends_with("09002,total,1,0,,,,\n")
    );
    assert!(done.err.contains("no scores of the office for 1 units") && done.err.contains("09002"));

    for (wrong, says) in [
        ("commune_code,CS5,CS8\n09001,1,2\n", "CS9"),
        ("commune_code,CS5,CS8,CS9\n09001,1,2,\n", ":2:"),
        ("commune_code,CS5,CS8,CS9\n09001,1,2,3\n", "CS9"),
        ("commune_code,CS5,CS8,CS9\n09001,1,2,2\n09001,1,2,2\n", ":3:"),
        ("commune_code,CS5,CS8,CS9\n09001,1\n", ":2:"),
    ] {
        std::fs::write(&office, wrong).unwrap();
        let told = hailong(&start);
        assert!(told.one_sentence().contains(says), "{told:?}");
    }
    let other = [&start[..], &["--instrument", "quick-counter"]].concat();
    assert_eq!(hailong(&other).status, 1);
}

/// A responses file of four hundred people, 92 in a hundred of them satisfied with each of
/// four components, so many of them with the fifth, on which the others have no opinion.
fn of_few(feedback: usize) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("few.csv").to_str().unwrap().to_owned();
    let mut file = "answered_at,A1,A2,A3,A4,A5\n".to_owned();
    for person in 0..400 {
        let rated = |item: usize| if (person * 37 + item * 101) % 400 < 368 { 5 } else { 2 };
        let last = if person < feedback { 5 } else { 9 };
        let [a, b, c, d] = [0, 1, 2, 3].map(rated);
        writeln!(file, "2025-10-05,{a},{b},{c},{d},{last}").unwrap();
    }
    std::fs::write(&path, file).unwrap();
    (folder, path)
}

#[test]
fn an_index_is_not_met_because_a_few_people_were_satisfied() {
    let run = |feedback: usize| {
        let (_folder, path) = of_few(feedback);
        let plan = ["--plan", "dien-khanh-2025", "--format", "csv"];
        let start = ["estimate", &path, "--instrument", "quick-counter"];
        let done = hailong(&[&start[..], &plan].concat());
        let cell = |name: &str| column(&done, name, &[("level", "index")]).remove(0);
        assert!(cell("low").parse::<f64>().unwrap() > 0.92, "{done:?}");
        let told = done.err.contains("hailong: component_few: ");
        (cell("verdict"), cell("flags").contains("component_few"), told)
    };
    for few in [3, 9, 12, 29] {
        assert_eq!(run(few), ("too_few".to_owned(), true, true), "{few}");
    }
    assert_eq!(run(30), ("met".to_owned(), false, false));
}
