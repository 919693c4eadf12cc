//! Figures from a file: how it was sampled, what changed, and how groups differ.

use crate::support::process::{Finished, hailong};

/// A file to be, as an argument.
fn file(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().expect("a plain path").to_owned()
}

#[test]
fn a_sampling_design_is_taken_from_columns_and_its_mistakes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "households.csv");
    let row = |i: usize| {
        let (stratum, village, weight) = (i % 2, i % 6, 1 + i % 3);
        let answer = if i.is_multiple_of(4) { 2 } else { 5 };
        format!("t{stratum},v{village},{weight}.5,{},{answer},4,5,5,5\n", 40 + stratum)
    };
    let header = "stratum,village,weight,villages,A1,A2,A3,A4,A5\n";
    let rows: String = (0..60).map(row).collect();
    let design = ["--strata", "stratum", "--psu", "village", "--weights", "weight"];
    let estimate = |content: &str, more: &[&str]| {
        std::fs::write(&path, content).unwrap();
        let start = ["estimate", &path, "--instrument", "quick-counter", "--format", "csv"];
        hailong(&[&start[..], &design, more].concat())
    };
    let done = estimate(&format!("{header}{rows}"), &["--fpc", "villages"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.err.starts_with("hailong: quyền số: 60 phiếu"), "{done:?}");
    let mut csv = csv::Reader::from_reader(done.out.as_bytes());
    let names = csv.headers().unwrap().clone();
    let first = csv.records().next().unwrap().unwrap();
    let cell = |name: &str| &first[names.iter().position(|n| n == name).unwrap()];
    assert_eq!([cell("asked"), cell("df"), cell("interval")], ["60", "4", "logit"]);
    assert!(cell("n_eff").parse::<f64>().unwrap() < 60.0, "{first:?}");
    assert_ne!(cell("deff"), "1");

    let bad = estimate(&format!("{header}{rows}t0,v0,0,40,5,5,5,5,5\n"), &[]);
    assert_eq!(bad.status, 1);
    assert!(bad.err.contains("households.csv:62: weight [0] "), "{bad:?}");
    let lonely = format!("{header}{rows}t9,v9,1,1,5,5,5,5,5\n");
    assert!(estimate(&lonely, &[]).one_sentence().contains("`t9`"));
    assert_eq!(estimate(&lonely, &["--lonely", "adjust"]).status, 0);
    assert!(estimate(&lonely, &["--fpc", "nowhere"]).one_sentence().contains("`nowhere`"));
}

#[test]
fn weights_are_made_to_meet_margins_and_written_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "responses.csv");
    let row = |i: usize| {
        let (gender, answer) =
            (if i.is_multiple_of(3) { "m" } else { "f" }, if i.is_multiple_of(4) { 2 } else { 5 });
        format!("{gender},{answer},4,5,5,5\n")
    };
    let rows: String = (0..60).map(row).collect();
    std::fs::write(&path, format!("gender,A1,A2,A3,A4,A5\n{rows}")).unwrap();
    let (margins, weights) = (file(&folder, "margins.csv"), file(&folder, "weights.csv"));
    let estimate = |totals: &str, more: &[&str]| {
        std::fs::write(&margins, format!("variable;category;total\n{totals}")).unwrap();
        let start = ["--lang", "en", "estimate", &path, "--instrument", "quick-counter"];
        let design = ["--margins", &margins, "--weights-out", &weights];
        hailong(&[&start[..], &design, more].concat())
    };
    let done = estimate("gender;f;500\ngender;m;500\n", &[]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.err.contains("60 responses are worth 53.3 (design effect 1.125)"), "{done:?}");
    assert!(done.err.contains("smallest 0.750, largest 1.500 times the mean"), "{done:?}");
    let written = std::fs::read_to_string(&weights).unwrap();
    let lines: Vec<&str> = written.lines().take(3).collect();
    assert_eq!(lines, ["\u{feff}line,gender,final_weight", "2,m,25", "3,f,12.5"]);

    let told = |totals: &str| estimate(totals, &[]).one_sentence().to_owned();
    let bad = told("gender;f;500\ngender;m;0\n");
    assert!(bad.contains("margins.csv: line 3, column total: `0`"), "{bad}");
    let nobody = told("gender;f;500\ngender;m;500\ngender;x;5\n");
    assert!(nobody.contains("`x` of `gender`"), "{nobody}");
    let no_column = told("sex;f;500\n");
    assert!(no_column.contains("`sex`"), "{no_column}");
    let no_number = told("gender;f;500\n;;\ngender;m;many\n");
    assert!(no_number.contains("margins.csv: line 4, column total: `many`"), "{no_number}");
    let mark = told("gender;f;1.100\ngender;m;900\n");
    assert!(mark.contains("write 1100"), "{mark}");
}

#[test]
fn no_option_makes_a_command_write_over_what_is_read_or_written_already() {
    let folder = tempfile::tempdir().unwrap();
    let [forms, margins, out] =
        ["forms.csv", "margins.csv", "out.csv"].map(|name| file(&folder, name));
    let content = [
        "gender,A1,A2,A3,A4,A5\nf,5,5,5,5,5\nm,5,4,5,5,5\n",
        "variable,category,total\ngender,f,5\ngender,m,5\n",
    ];
    let write = || {
        std::fs::write(&forms, content[0]).unwrap();
        std::fs::write(&margins, content[1]).unwrap();
    };
    write();
    let picture = file(&folder, "picture.svg");
    for (command, files) in [
        (&["estimate"][..], [("--weights-out", &forms), ("--margins", &margins)]),
        (&["estimate"], [("--weights-out", &margins), ("--margins", &margins)]),
        (&["estimate"], [("--out", &margins), ("--margins", &margins)]),
        (&["estimate"], [("--out", &out), ("--weights-out", &out)]),
        (&["estimate"], [("--rejects", &out), ("--weights-out", &out)]),
        (&["change"], [("--weights-out", &forms), ("--period", &"2026".to_owned())]),
        (&["trend"], [("--weights-out", &margins), ("--margins", &margins)]),
        (&["chart", "components"], [("--weights-out", &margins), ("--margins", &margins)]),
    ] {
        let mut words = [command, &[forms.as_str(), "--instrument", "quick-counter"]].concat();
        words.extend(files.iter().flat_map(|(name, path)| [*name, path.as_str()]));
        if command[0] == "chart" {
            words.extend(["--out", &picture]);
        }
        let done = hailong(&words);
        assert!(done.one_sentence().contains(".csv"), "{words:?} {done:?}");
        let kept = [&forms, &margins].map(|path| std::fs::read_to_string(path).unwrap());
        assert_eq!(kept, content, "{words:?}");
        assert!(!std::path::Path::new(&out).exists(), "{words:?}");
    }
}

#[test]
fn made_up_responses_stay_marked_on_every_way() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let tallies = file(&folder, "tallies.csv");
    let mut tally = Command::new(env!("CARGO_BIN_EXE_hailong"))
        .args(["tally", "-", "--instrument", "quick-counter", "--out", &tallies])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let forms = "simulated,A1,A2,A3,A4,A5\ntrue,5,5,5,5,5\ntrue,2,5,5,5,5\n";
    tally.stdin.take().unwrap().write_all(forms.as_bytes()).unwrap();
    assert!(tally.wait().unwrap().success());
    let done = hailong(&["estimate", "--tallies", &tallies, "--instrument", "quick-counter"]);
    assert!(done.status == 0 && done.err.contains("DỮ LIỆU MÔ PHỎNG"), "{done:?}");
    let path = file(&folder, "forms.csv");
    std::fs::write(&path, forms).unwrap();
    for by in ["simulated", "level", "respondents"] {
        let done = hailong(&["tally", &path, "--instrument", "quick-counter", "--by", by]);
        assert!(done.one_sentence().contains(&format!("`{by}`")), "{done:?}");
    }
}

#[test]
fn a_column_of_the_table_is_not_grouped_by() {
    for (command, name) in [("change", "n"), ("change", "direction"), ("trend", "slope")] {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, "forms.csv");
        let header = format!("answered_at,{name},A1,A2,A3,A4,A5");
        std::fs::write(&path, format!("{header}\n2026-10-01,x,5,5,5,5,5\n")).unwrap();
        let start = [command, &path, "--instrument", "quick-counter", "--by", name];
        let period: &[&str] = if command == "change" { &["--period", "2026-10"] } else { &[] };
        let done = hailong(&[&start[..], period].concat());
        assert!(done.one_sentence().contains(&format!("`{name}`")), "{done:?}");
    }
}

/// Runs `command` on 240 forms: 60 a month from September to December, of whom 30, 40,
/// 50 and 55 are satisfied; two thirds came through the kiosk.
fn run(command: &[&str], more: &[&str]) -> Finished {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "forms.csv");
    let row = |i: usize| {
        let (month, satisfied) = (i / 60, i % 60 < [30, 40, 50, 55][i / 60]);
        let channel = if i.is_multiple_of(3) { "qr" } else { "kiosk" };
        let answer = if satisfied { 5 } else { 2 };
        format!("2025-{:02}-10,{channel},{answer},5,4,5,5\n", 9 + month)
    };
    let rows: String = (0..240).map(row).collect();
    std::fs::write(&path, format!("answered_at,channel,A1,A2,A3,A4,A5\n{rows}")).unwrap();
    let asked = ["--instrument", "quick-counter", "--format", "csv"];
    hailong(&[command, &[path.as_str()], &asked, more].concat())
}

/// The cells of the row of `level` and `code` by the names of their columns.
fn cells(csv: &str, level: &str, code: &str) -> std::collections::HashMap<String, String> {
    let mut csv = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let names: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let row = csv.records().map(Result::unwrap).find(|r| &r[0] == level && &r[1] == code).unwrap();
    names.into_iter().zip(row.iter().map(str::to_owned)).collect()
}

#[test]
fn a_change_is_from_the_period_that_the_calendar_declares() {
    let done = run(&["change"], &["--period", "2025-10"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.err.contains("Tháng 10 năm 2025 (01/10/2025–31/10/2025) so với"), "{done:?}");
    let a1 = cells(&done.out, "item", "A1");
    assert_eq!([&*a1["n_before"], &*a1["n"], &*a1["interval"]], ["60", "60", "newcombe"]);
    assert_eq!([&*a1["before"], &*a1["direction"]], ["0.5", "not_shown"]);
    // R: 40/60 less 30/60, limits from prop.test(40, 60) and prop.test(30, 60) without correction.
    let number = |name: &str| a1[name].parse::<f64>().unwrap();
    assert!((number("change") - 1.0 / 6.0).abs() < 1e-12);
    assert!((number("low") + 0.009_241_460_4).abs() < 1e-9, "{a1:?}");
    assert!((number("upp") - 0.328_801_169_3).abs() < 1e-9, "{a1:?}");

    let folder = tempfile::tempdir().unwrap();
    let plan = file(&folder, "plan.toml");
    let declared = |comparison: &str| {
        let text = include_str!("../../surveys/plans/dien-khanh-2025-1.toml");
        let ours = "comparison = \"previous_period\"\n";
        assert!(text.contains(ours));
        let other = format!("comparison = \"{comparison}\"\n");
        std::fs::write(&plan, text.replacen(ours, &other, 1)).unwrap();
        run(&["--lang", "en", "change"], &["--period", "2025-12", "--plan", &plan])
    };
    let before = declared("previous_period");
    assert!(before.err.contains("compared with November 2025"), "{before:?}");
    assert_eq!(cells(&before.out, "item", "A1")["n_before"], "60");
    let last_year = declared("same_period_last_year");
    assert!(last_year.err.contains("compared with December 2024"), "{last_year:?}");
    assert!(last_year.out.lines().count() == 1, "nobody answered then: {last_year:?}");
    // The year before 30 of 60, the month before 50 of 60, now 40 of 60.
    let row = |(day, satisfied): (&str, bool)| {
        format!("{day},{},5,4,5,5\n", if satisfied { 5 } else { 2 })
    };
    let then = (0..60).map(|i| ("2024-12-10", i < 30));
    let between = (0..60).map(|i| ("2025-11-10", i < 50));
    let now = (0..60).map(|i| ("2025-12-10", i < 40));
    let rows: String = then.chain(between).chain(now).map(row).collect();
    let both = format!("answered_at,A1,A2,A3,A4,A5\n{rows}");
    declared("same_period_last_year");
    let done = on(&both, "change", &["--period", "2025-12", "--plan", &plan]);
    assert!(done.err.contains("compared with December 2024"), "{done:?}");
    let a1 = cells(&done.out, "item", "A1");
    assert_eq!([&*a1["n_before"], &*a1["before"], &*a1["n"]], ["60", "0.5", "60"]);
    // The figures of R above: 40/60 less 30/60.
    let number = |name: &str| a1[name].parse::<f64>().unwrap();
    assert!((number("low") + 0.009_241_460_4).abs() < 1e-9, "{a1:?}");
    assert!((number("upp") - 0.328_801_169_3).abs() < 1e-9, "{a1:?}");
    let wrong = declared("whatever_is_best");
    assert!(wrong.status == 1 && wrong.err.contains("same_period_last_year"), "{wrong:?}");
}

#[test]
fn a_change_without_a_period_or_before_the_first_year_is_refused_in_one_sentence() {
    assert!(run(&["change"], &[]).one_sentence().contains("--period"));
    assert!(run(&["change"], &["--period", "2000"]).one_sentence().contains("2000"));
}

#[test]
fn a_trend_goes_over_the_months() {
    let done = run(&["trend"], &[]);
    assert_eq!(done.status, 0, "{done:?}");
    let a1 = cells(&done.out, "item", "A1");
    assert_eq!([&*a1["months"], &*a1["direction"], &*a1["df"]], ["4", "higher", "238"]);
    let a2 = cells(&done.out, "item", "A2");
    assert_eq!([&*a2["slope"], &*a2["direction"]], ["", "undefined"]);
}

#[test]
fn groups_are_compared_when_they_are_named() {
    let done = run(&["compare"], &["--by", "channel"]);
    assert_eq!(done.status, 0, "{done:?}");
    let a1 = cells(&done.out, "item", "A1");
    assert_eq!([&*a1["groups"], &*a1["valid"]], ["2", "240"]);
    assert!(a1["p"].parse::<f64>().unwrap() > 0.5, "{a1:?}");
    assert!(run(&["compare"], &[]).one_sentence().contains("--by channel"));
    assert!(run(&["compare"], &["--by", "village"]).one_sentence().contains("village"));
}

/// Runs `command` on a file of the quick survey with these columns before the items.
fn on(content: &str, command: &str, more: &[&str]) -> Finished {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "forms.csv");
    std::fs::write(&path, content).unwrap();
    let asked = ["--lang", "en", command, &path, "--instrument", "quick-counter"];
    hailong(&[&asked[..], &["--format", "csv"], more].concat())
}

#[test]
fn responses_with_an_empty_cell_to_group_by_belong_to_no_group_and_are_told() {
    let row = |i: usize| {
        let field = ["land", "civil", ""][i % 3];
        let answer = if i.is_multiple_of(4) { 2 } else { 5 };
        format!("{field},{answer},5,4,{answer},5\n")
    };
    let rows: String = (0..90).map(row).collect();
    let content = format!("field,A1,A2,A3,A4,A5\n{rows}");
    for command in ["estimate", "compare", "reliability"] {
        let done = on(&content, command, &["--by", "field"]);
        let told = "30 responses have an empty cell to group by (field)";
        assert!(done.status == 0 && done.err.contains(told), "{command}: {done:?}");
        assert!(!done.out.contains("item,A1,,"), "{command}: {done:?}");
    }
    let compared = on(&content, "compare", &["--by", "field"]);
    let a1 = cells(&compared.out, "item", "A1");
    assert_eq!([&*a1["groups"], &*a1["valid"]], ["2", "60"], "{compared:?}");
    // Everybody stays in the sample: n/(n−1) is that of ninety.
    let a1 = cells(&on(&content, "estimate", &["--by", "field"]).out, "item", "A1");
    let number = |name: &str| a1[name].parse::<f64>().unwrap();
    let (rate, n) = (number("rate"), number("valid"));
    let se = (rate * (1.0 - rate) / n * 90.0 / 89.0).sqrt();
    assert!((number("se") - se).abs() < 1e-12, "{a1:?}");
}

#[test]
fn a_target_of_another_time_is_marked_without_a_period_too() {
    let rows = |day: &str| format!("{day},5,5,5,5,2\n").repeat(60);
    let header = "answered_at,A1,A2,A3,A4,A5\n";
    let plan = ["--plan", "dien-khanh-2025"];
    let index = |done: &Finished| cells(&done.out, "index", "quick-counter");
    let late = on(&format!("{header}{}", rows("2026-03-01")), "estimate", &plan);
    let row = index(&late);
    assert!(row["flags"].contains("target_out_of_force"), "{row:?}");
    assert!(!row["target_code"].is_empty() && !row["clause"].is_empty(), "{row:?}");
    let own = on(&format!("{header}{}", rows("2025-12-30")), "estimate", &plan);
    assert!(
        !index(&own)["flags"].contains("out_of_force") && own.tells_only_of_volunteers(),
        "{own:?}"
    );

    let both = format!("{header}{}{}", rows("2025-12-30"), rows("2026-01-02"));
    let by_month = on(&both, "estimate", &[&plan[..], &["--by", "month"]].concat());
    let months: Vec<(bool, bool)> = by_month
        .out
        .lines()
        .filter(|line| line.starts_with("index,"))
        .map(|line| (line.contains(",2026-01,"), line.contains("out_of_force")))
        .collect();
    assert_eq!(months, [(false, false), (true, true)], "{by_month:?}");

    let folder = tempfile::tempdir().unwrap();
    let (forms, tallies) = (file(&folder, "forms.csv"), file(&folder, "tallies.csv"));
    let estimated = |days: &str, by: &str| {
        std::fs::write(&forms, format!("{header}{days}")).unwrap();
        let start = ["tally", &forms, "--instrument", "quick-counter", "--by", by];
        let done = hailong(&[&start[..], &["--out", &tallies]].concat());
        assert_eq!(done.status, 0, "{done:?}");
        let start = ["--lang", "en", "estimate", "--tallies", &tallies, "--format", "csv"];
        hailong(&[&start[..], &["--instrument", "quick-counter"], &plan].concat())
    };
    let late = estimated(&rows("2026-03-01"), "day");
    assert!(
        index(&late)["flags"].contains("out_of_force") && late.tells_only_of_volunteers(),
        "{late:?}"
    );
    let own = estimated(&rows("2025-12-30"), "day");
    assert!(
        !index(&own)["flags"].contains("out_of_force") && own.tells_only_of_volunteers(),
        "{own:?}"
    );
    let undated = estimated(&rows("2026-03-01"), "month");
    assert!(undated.err.contains("add --period"), "{undated:?}");

    let undated: String = (0..60).map(|_| "5,5,5,5,2\n").collect();
    let undated = on(&format!("A1,A2,A3,A4,A5\n{undated}"), "estimate", &plan);
    assert!(undated.err.contains("add --period"), "{undated:?}");
}

#[test]
fn where_everybody_was_asked_the_rate_is_known_and_compared_as_it_is() {
    let row = |i: usize| {
        let answer = if i < 181 { 5 } else { 2 };
        format!("2025-11-10,200,{answer},{answer},{answer},{answer},{answer}\n")
    };
    let rows: String = (0..200).map(row).collect();
    let content = format!("answered_at,people,A1,A2,A3,A4,A5\n{rows}");
    let done = on(&content, "estimate", &["--plan", "dien-khanh-2025", "--fpc", "people"]);
    let row = cells(&done.out, "component", "access");
    assert_eq!(
        [&*row["rate"], &*row["low"], &*row["upp"], &*row["se"], &*row["verdict"]],
        ["0.905", "0.905", "0.905", "0", "met"],
        "{done:?}"
    );
    assert!(row["flags"].contains("census"), "{row:?}");
}

#[test]
fn an_interval_of_plain_counts_is_refused_with_a_design() {
    let content = "weight,A1,A2,A3,A4,A5\n1,5,5,5,5,5\n2,5,4,5,5,2\n";
    for interval in ["wilson", "clopper_pearson", "agresti_coull", "jeffreys"] {
        let done = on(content, "estimate", &["--weights", "weight", "--interval", interval]);
        assert!(done.one_sentence().contains(interval), "{done:?}");
    }
    assert_eq!(on(content, "estimate", &["--weights", "weight", "--interval", "beta"]).status, 0);
}

#[test]
fn written_weights_have_the_id_of_their_response_and_a_column_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let weights = file(&folder, "weights.csv");
    let content = "response_id,weight,A1,A2,A3,A4,A5\nr1,1,5,5,5,5,5\nr2,3,5,4,5,5,2\n";
    let more = ["--weights", "weight", "--trim", "1.25", "--weights-out", &weights];
    let done = on(content, "estimate", &more);
    assert_eq!(done.status, 0, "{done:?}");
    let written = std::fs::read_to_string(&weights).unwrap();
    let mut lines = written.lines();
    assert_eq!(lines.next(), Some("\u{feff}line,response_id,weight,final_weight"));
    assert!(lines.next().unwrap().starts_with("2,r1,1,"), "{written}");
    assert!(lines.next().unwrap().starts_with("3,r2,3,"), "{written}");
}

#[test]
fn the_sipas_style_form_is_compared_by_gender_and_age_band() {
    let sipas = surveys::catalog::instruments().iter().rfind(|i| i.id.as_str() == "sipas-style");
    let items: Vec<&str> = sipas.unwrap().asked().map(|item| item.code.as_str()).collect();
    let scored: Vec<&str> = items.iter().copied().filter(|i| i.starts_with('S')).collect();
    let row = |i: usize| {
        let answers = scored.iter().enumerate().map(|(item, _)| match (i * i + item * 5) % 13 {
            0..=2 => "2",
            3 => "",
            _ => "4",
        });
        let gender = ["1", "2", ""][i % 3];
        let cells: Vec<&str> =
            [gender, ["1", "2", "3"][i / 3 % 3]].into_iter().chain(answers).collect();
        cells.join(",") + "\n"
    };
    let rows: String = (0..180).map(row).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "sipas.csv");
    std::fs::write(&path, format!("D1,D2,{}\n{rows}", scored.join(","))).unwrap();
    for (by, groups, ungrouped) in [("D1", "2", true), ("D2", "3", false), ("D1,D2", "6", true)] {
        let asked = ["--lang", "en", "compare", &path, "--instrument", "sipas-style", "--by", by];
        let done = hailong(&[&asked[..], &["--format", "csv"]].concat());
        assert_eq!(done.status, 0, "{done:?}");
        assert_eq!(done.err.contains("60 responses have an empty cell"), ungrouped, "{done:?}");
        let index = cells(&done.out, "index", "sipas-style");
        assert!(!index["p"].is_empty() && index["note"].is_empty(), "{done:?}");
        let mean = [&asked[..], &["--format", "csv", "--aggregation", "mean_of_components"]];
        let mean = hailong(&mean.concat());
        let index = cells(&mean.out, "index", "sipas-style");
        assert_eq!([&*index["p"], &*index["note"]], ["", "mean_of_rates"], "{mean:?}");
        assert!(mean.err.contains("mean_of_rates: The figure is a mean"), "{mean:?}");
        let item = cells(&done.out, "item", scored[0]);
        assert!(item["groups"] == groups && !item["p"].is_empty(), "{item:?}");
    }
    // What the groups are made of is not tested against itself.
    let own = hailong(&[
        "compare",
        &path,
        "--instrument",
        "sipas-style",
        "--by",
        scored[0],
        "--format",
        "csv",
    ]);
    let item = cells(&own.out, "item", scored[0]);
    assert_eq!([&*item["p"], &*item["note"]], ["", "own_groups"], "{own:?}");
    assert!(own.err.contains("own_groups: "), "{own:?}");
}
