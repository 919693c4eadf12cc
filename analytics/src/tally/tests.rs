use std::path::Path;

use super::*;
use crate::estimate::{EstimateOptions, EstimateTable, estimate};
use crate::frame::csv_file::CsvOptions;
use crate::test_form::{frame, instrument};

/// The responses that R's figures are compared on, by the names of their files.
fn shapes() -> Vec<(String, Frame)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let options = CsvOptions { keys: vec!["group".into()], ..Default::default() };
    let mut shapes: Vec<(String, Frame)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "csv"))
        .filter_map(|path| {
            let file = std::fs::File::open(&path).unwrap();
            let read = Frame::read_csv(file, &instrument(), &options).ok()?;
            Some((path.file_stem().unwrap().to_string_lossy().into_owned(), read.frame))
        })
        .collect();
    shapes.sort_by(|a, b| a.0.cmp(&b.0));
    shapes
}

fn options(by: &[&str], rule: Option<Aggregation>) -> EstimateOptions {
    let by = by.iter().map(|name| (*name).to_owned()).collect();
    EstimateOptions { by, aggregation: rule, ..Default::default() }
}

fn tallied(frame: &Frame) -> Tallies {
    Tallies::of_frame(frame, &instrument(), &["group".to_owned()], true).unwrap()
}

fn written(tallies: &Tallies) -> String {
    let mut file = Vec::new();
    tallies.write_csv(None, &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

fn read(file: &str, by: &[&str]) -> Result<Tallies, TallyError> {
    let keys = by.iter().map(|name| (*name).to_owned()).collect();
    let options = CsvOptions { keys, ..Default::default() };
    Tallies::read_csv(file.as_bytes(), &instrument(), &options).map(|read| read.tallies)
}

/// How far apart two tables are: the same rows with the same counts, flags and
/// intervals, or a panic.
fn same(rows: &EstimateTable, sums: &EstimateTable, what: &str) -> usize {
    assert_eq!(rows.rows.len(), sums.rows.len(), "{what}");
    for (a, b) in rows.rows.iter().zip(&sums.rows) {
        let counts = |e: &crate::Estimate| (e.asked, e.valid, e.satisfied, e.no_opinion, e.df);
        let name = |e: &crate::Estimate| (e.level, e.code.clone(), e.group.clone(), e.interval);
        assert_eq!((counts(a), name(a)), (counts(b), name(b)), "{what}");
        let told = |e: &crate::Estimate| (e.rate, e.n_eff, e.n_least, e.flags);
        assert_eq!(told(a), told(b), "{what} {a:?} {b:?}");
        let near = |a: Option<f64>, b: Option<f64>, most: f64| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= most,
            (a, b) => a == b,
        };
        assert!(near(a.se, b.se, 1e-12), "{what}: {a:?} {b:?}");
        assert!(near(a.low, b.low, 1e-12) && near(a.upp, b.upp, 1e-12), "{what}: {a:?} {b:?}");
        assert!(near(a.deff, b.deff, 0.0), "{what}: {a:?} {b:?}");
    }
    rows.rows.len()
}

#[test]
fn tallies_give_every_figure_that_the_rows_give() {
    let mut compared = 0;
    for (shape, frame) in shapes() {
        let tallies = tallied(&frame);
        let again = read(&written(&tallies), &["group"]).unwrap();
        assert_eq!(again, tallies, "{shape}: what was written is read");
        for by in [&["group"][..], &[]] {
            for rule in Aggregation::ALL {
                let options = options(by, Some(rule));
                let rows = estimate(&frame, &instrument(), &options).unwrap();
                let sums = estimate_tallies(&tallies, &instrument(), &options).unwrap();
                compared += same(&rows, &sums, &format!("{shape} {} {by:?}", rule.name()));
                assert!(tallies.left_out(&instrument(), &options).unwrap().is_empty());
            }
        }
    }
    assert!(compared > 3_000, "only {compared} figures were compared");
}

#[test]
fn answers_that_cancel_in_a_mean_leave_no_standard_error_behind() {
    // Whoever is content with a is not with b and the other way round.
    let rows: Vec<_> =
        (0..3_000).map(|i| ("x", if i % 3 == 0 { "55511552" } else { "11155552" })).collect();
    for rule in [Aggregation::MeanOfComponents, Aggregation::MeanOfItems] {
        let frame = frame(&rows);
        let options = options(&[], Some(rule));
        let rows = estimate(&frame, &instrument(), &options).unwrap();
        let sums = estimate_tallies(&tallied(&frame), &instrument(), &options).unwrap();
        same(&rows, &sums, rule.name());
    }
}

#[test]
fn sums_of_sixty_million_people_keep_their_digits() {
    // 20,000,000 times three people: what is left of the products is a billionth.
    let rows = [("x", "55555552"), ("x", "55555550"), ("x", "15555552")];
    let mut tallies = tallied(&frame(&rows));
    let one = tallies.groups.values().next().unwrap().clone();
    let double = |tally: &Tally| {
        let mut sum = tally.clone();
        sum.add(tally).unwrap();
        sum
    };
    let mut sum = one;
    for _ in 0..24 {
        sum = double(&sum);
    }
    let times = f64::from(1 << 24);
    tallies.groups.insert(vec!["x".into()], sum);
    let options = options(&[], Some(Aggregation::MeanOfComponents));
    let few = estimate(&frame(&rows), &instrument(), &options).unwrap();
    let many = estimate_tallies(&tallies, &instrument(), &options).unwrap();
    for (few, many) in few.rows.iter().zip(&many.rows) {
        // n/(n−1) aside, the variance is that of three people over their number.
        let wanted = few.se.unwrap() * (2.0 / 3.0_f64).sqrt() / times.sqrt();
        let n = 3.0 * times;
        let wanted = wanted * (n / (n - 1.0)).sqrt();
        assert!((many.se.unwrap() - wanted).abs() <= 1e-15 * wanted.max(1.0), "{few:?} {many:?}");
        assert!(
            (many.se.unwrap() / wanted.max(f64::MIN_POSITIVE) - 1.0).abs() < 1e-12
                || wanted < 1e-15
        );
    }
}

#[test]
fn more_rows_than_a_byte_holds_are_counted() {
    let patterns = ["55555552", "1234559-", "44-41110", "99999999", "25413-41", "--------"];
    let rows: Vec<(&str, &str)> = (0..2_000)
        .map(|i| (["x", "y"][usize::from(i % 7 == 0)], patterns[i * 7 % 11 % 6]))
        .collect();
    let frame = frame(&rows);
    let options = options(&["group"], None);
    let rows = estimate(&frame, &instrument(), &options).unwrap();
    let sums = estimate_tallies(&tallied(&frame), &instrument(), &options).unwrap();
    same(&rows, &sums, "2,000 rows");
}

#[test]
fn tallies_of_two_halves_add_up_to_those_of_the_whole() {
    let rows = [("x", "55555552"), ("y", "1234559-"), ("x", "44-41110"), ("y", "25413-41")];
    let whole = tallied(&frame(&rows));
    let [one, other] = [&rows[..1], &rows[1..]].map(|rows| written(&tallied(&frame(rows))));
    let marked = |file: &str, machine: &str| {
        let mark = |(line, text): (usize, &str)| {
            format!("{text},{}\n", if line == 0 { "machine" } else { machine })
        };
        file.lines().enumerate().map(mark).collect::<String>()
    };
    let both = marked(&one, "1") + &marked(&other, "2");
    assert_eq!(read(&both, &["group"]).unwrap(), whole);
    let error = read(&(one + &other), &["group"]).unwrap_err().to_string();
    assert!(error.contains("would count twice") && error.contains("collection_point"), "{error}");
}

#[test]
fn tallies_of_any_parts_add_up_to_those_of_the_whole() {
    let mut state = 20_261_122_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((state >> 33) % below).unwrap()
    };
    for _ in 0..25 {
        let people = 1 + draw(60);
        let rows: Vec<(&str, String, u32)> = (0..people)
            .map(|_| {
                let digits = |item: usize| match draw(9) {
                    0 => '-',
                    1 => '9',
                    n => char::from_digit(if item == 7 { n % 3 } else { 1 + n % 5 }, 10).unwrap(),
                };
                let answers = (0..8).map(digits).collect();
                (["x", "y", "z"][draw(3) as usize], answers, draw(6))
            })
            .collect();
        let of = |wanted: Option<u32>| {
            let part = rows.iter().filter(|(_, _, part)| wanted.is_none_or(|w| w == *part));
            let part: Vec<(&str, &str)> = part.map(|(group, a, _)| (*group, &**a)).collect();
            tallied(&frame(&part))
        };
        let marked = |part: u32| {
            let mark = |(line, text): (usize, &str)| match line {
                0 => format!("{text},machine\n"),
                _ => format!("{text},{part}\n"),
            };
            written(&of(Some(part))).lines().enumerate().map(mark).collect::<String>()
        };
        let parts: String = (0..6).map(marked).collect();
        assert_eq!(read(&parts, &["group"]).unwrap(), of(None));
    }
}

#[test]
fn a_file_of_components_alone_gives_what_follows_from_them() {
    let rows = [("x", "55555552"), ("x", "1234559-"), ("x", "44-41110"), ("y", "25413-41")];
    let file = written(&tallied(&frame(&rows)));
    let alone = |line: &&str| !line.contains(",item,") && !line.contains(",part,");
    let components = file.lines().filter(alone).collect::<Vec<_>>().join("\n");
    let tallies = read(&components, &["group"]).unwrap();
    let with = |rule| options(&[], Some(rule));
    let left_out = |rule| tallies.left_out(&instrument(), &with(rule)).unwrap();
    let items = ["item A1", "item A2", "item A3", "item B1", "item B2", "item D1", "item D2"];
    assert_eq!(
        left_out(Aggregation::Pooled),
        [&items[..], &["part first", "part second"]].concat()
    );
    assert!(left_out(Aggregation::MeanOfItems).contains(&"index reference".to_owned()));
    let table =
        estimate_tallies(&tallies, &instrument(), &with(Aggregation::MeanOfComponents)).unwrap();
    let whole =
        estimate(&frame(&rows), &instrument(), &with(Aggregation::MeanOfComponents)).unwrap();
    assert!(!table.rows.is_empty());
    for row in &table.rows {
        let group: Vec<&str> = row.group.iter().map(String::as_str).collect();
        let wanted = whole.find(row.level, &row.code, &group).unwrap();
        assert!((row.se.unwrap() - wanted.se.unwrap()).abs() < 1e-15, "{row:?} {wanted:?}");
    }
}

/// A file of one group with one change, and what is said of it.
fn told(from: &str, to: &str) -> String {
    let rows = [("x", "55555552"), ("x", "1234559-"), ("x", "44-41110"), ("x", "25413-41")];
    let file = written(&tallied(&frame(&rows)));
    assert!(file.contains(from), "{from} is not in {file}");
    let error = read(&file.replacen(from, to, 1), &["group"]).unwrap_err();
    assert_ne!(error.text().vi, error.text().en);
    error.to_string()
}

#[test]
fn sums_that_no_answers_give_are_told_with_line_and_column() {
    let line = "reference,1,x,component,a,a,4,11,7,0,1,4,17,19,19,31";
    for (to, says) in [
        ("reference,1,x,component,a,a,4,11,12,0,1,4,17,19,19,31", "column `satisfied`: no answers"),
        (
            "reference,1,x,component,a,a,4,11,7,0,2,4,17,19,19,31",
            "`unanswered`: no answers give the sum `2`",
        ),
        ("reference,1,x,component,a,a,4,11,7,0,1,5,17,19,19,31", "`people`"),
        ("reference,1,x,component,a,a,4,11,7,0,1,4,12,19,19,31", "`satisfied_satisfied`"),
        ("reference,1,x,component,a,a,4,11,7,0,1,4,17,16,16,31", "`satisfied_valid`"),
        ("reference,1,x,component,a,a,4,11,7,0,1,4,17,19,18,31", "`valid_satisfied`"),
        ("reference,1,x,component,a,a,4,11,7,0,1,4,17,19,19,30", "`valid_valid`"),
        ("reference,1,x,component,a,a,-4,11,7,0,1,4,17,19,19,31", "`-4` is no whole number"),
        ("reference,1,x,component,a,a,4,11.0,7,0,1,4,17,19,19,31", "column `valid`: `11.0`"),
        ("reference,1,x,component,a,a,4,,7,0,1,4,17,19,19,31", "column `valid`: ``"),
        (
            "reference,1,x,component,a,a,4,11,7,0,1,4,17,19,19,99999999999999999999",
            "column `valid_valid`: `9",
        ),
        ("reference,1,x,component,a,a,4,11,7,0,1,4,17,19,19", "number of cells"),
        // Lines of others are passed over: this one is missed.
        ("reference,2,x,component,a,a,4,11,7,0,1,4,17,19,19,31", "no line for component a a"),
        ("other,1,x,component,a,a,4,11,7,0,1,4,17,19,19,31", "no line for component a a"),
        (
            "reference,1,x,component,z,a,4,11,7,0,1,4,17,19,19,31",
            "column `a`: the instrument has no `component z`",
        ),
        ("reference,1,x,component,a,b,4,11,7,0,1,4,17,19,19,31", "has these values already"),
    ] {
        let error = told(line, to);
        assert!(error.starts_with("line ") && error.contains(says), "{to}: {error}");
    }
}

#[test]
fn what_is_missing_or_differs_inside_a_group_is_told() {
    let rows = [("x", "55555552"), ("y", "1234559-")];
    let file = written(&tallied(&frame(&rows)));
    let without = |start: &str| {
        let others = file.lines().filter(|line| !line.starts_with(start));
        let kept = others.collect::<Vec<_>>().join("\n");
        assert!(file.contains(start), "{start} is in the file");
        read(&kept, &[]).unwrap_err().to_string()
    };
    assert!(without("reference,1,y,component,a,b").contains("no line for component a b"));
    assert!(without("reference,1,x,item,A1,A1").contains("no line for item A1 A1"));
    let with = |from: &str, to: &str| {
        assert!(file.contains(from), "{from} is not in {file}");
        read(&file.replacen(from, to, 1), &[]).unwrap_err().to_string()
    };
    let pair = "reference,1,x,component,a,b,1,3,3,0,0,1,6,6,6,6";
    assert!(
        with(pair, "reference,1,x,component,a,b,2,3,3,0,0,1,6,6,6,6").contains("another number")
    );
    assert!(
        with(pair, "reference,1,x,component,a,b,1,3,3,0,0,1,7,6,6,6")
            .contains("`satisfied_satisfied`: no answers")
    );
    assert!(
        with(pair, "reference,1,x,component,a,b,1,2,2,0,1,1,6,6,6,6")
            .contains("both a and b are this a")
    );
    let names = "level,a,b,respondents";
    assert!(with(names, "level,a,c,respondents").contains("no column `b`"));
    assert!(with(names, "level,a,a,respondents").contains("two columns are called `a`"));
    assert!(matches!(read("x,y\n1,2\n", &[]), Err(TallyError::NotTallies)));
    assert!(matches!(read("", &[]), Err(TallyError::NotTallies)));
    assert!(read(&file, &["month"]).unwrap_err().to_string().contains("no column `day`"));
}

#[test]
fn months_and_the_days_asked_for_come_from_the_day() {
    let file = written(&tallied(&frame(&[("2026-09-30", "55555552"), ("2026-10-01", "1234559-")])));
    let file = file.replacen("group", "day", 1);
    let by_month = read(&file, &["month"]).unwrap();
    assert_eq!(by_month.groups.keys().flatten().collect::<Vec<_>>(), ["2026-09", "2026-10"]);
    let options = CsvOptions { from: Some("2026-10-01".parse().unwrap()), ..CsvOptions::default() };
    let october = Tallies::read_csv(file.as_bytes(), &instrument(), &options).unwrap();
    assert_eq!((october.outside, october.tallies.respondents()), (1, 1));
    assert_eq!(october.last_day, None, "it was not asked for");
    let asked = |file: &str, options: CsvOptions| {
        let options = CsvOptions { last_day: true, ..options };
        Tallies::read_csv(file.as_bytes(), &instrument(), &options).unwrap().last_day
    };
    let day = |text: &str| Some(text.parse().unwrap());
    assert_eq!(asked(&file, CsvOptions::default()), day("2026-10-01"));
    let before = day("2026-10-01");
    assert_eq!(asked(&file, CsvOptions { before, ..CsvOptions::default() }), day("2026-09-30"));
    // A day that nobody asked to group by may be anything.
    let odd = file.replace("2026-10-01", "01/10/2026");
    assert_eq!(asked(&odd, CsvOptions::default()), day("2026-09-30"));
    assert_eq!(asked(&file.replacen("day", "group", 1), CsvOptions::default()), None);
    let error = read(&file.replace("2026-10-01", "01/10/2026"), &["month"]).unwrap_err();
    assert!(error.to_string().contains("column `day`: `01/10/2026` is no day"), "{error}");
}

#[test]
fn sums_beyond_what_is_exact_are_told() {
    let huge = 1_u64 << 59;
    let half = huge / 2;
    let line = format!(
        "reference,1,x,item,A1,A1,{huge},{huge},{half},0,0,{huge},{half},{half},{half},{huge}"
    );
    let head = "instrument,version,group,level,a,b,respondents,valid,satisfied,no_opinion,unanswered,people,satisfied_satisfied,satisfied_valid,valid_satisfied,valid_valid";
    let tallies = read(&format!("{head}\n{line}\n"), &["group"]).unwrap();
    let error = estimate_tallies(&tallies, &instrument(), &options(&[], None)).unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
    assert!(error.text().vi.contains("quá lớn"));
}

#[test]
fn tallies_of_another_version_or_with_a_design_are_refused() {
    let tallies = tallied(&frame(&[("x", "55555552")]));
    let mut other = instrument();
    other.version = 2;
    assert!(estimate_tallies(&tallies, &other, &options(&[], None)).is_err());
    let mut weighted = options(&[], None);
    weighted.design.weights = Some("weight".into());
    let mut trimmed = options(&[], None);
    trimmed.design.trim = Some(5.0);
    for designed in [weighted, trimmed] {
        let error = estimate_tallies(&tallies, &instrument(), &designed).unwrap_err();
        assert!(matches!(error, TallyError::Design), "{error}");
        assert_ne!(error.text().vi, error.text().en);
    }
    let error = estimate_tallies(&tallies, &instrument(), &options(&["month"], None)).unwrap_err();
    assert!(error.to_string().contains("no column `month`"), "{error}");
}

#[test]
fn people_without_a_group_are_in_no_group_and_in_the_sample_either_way() {
    let rows: Vec<(&str, &str)> = (0..90)
        .map(|i| (["x", "y", ""][i % 3], ["55555552", "51525250", "9-455231"][i * i % 7 % 3]))
        .collect();
    let by = vec!["group".to_owned()];
    let options = EstimateOptions { by: by.clone(), ..Default::default() };
    let (frame, instrument) = (frame(&rows), instrument());
    let tallies = Tallies::of_frame(&frame, &instrument, &by, true).unwrap();
    assert_eq!((frame.ungrouped(&by), tallies.ungrouped(&by).unwrap()), (30, 30));
    let wanted = estimate(&frame, &instrument, &options).unwrap();
    let found = estimate_tallies(&tallies, &instrument, &options).unwrap();
    assert_eq!(wanted.rows.len(), found.rows.len());
    for (wanted, found) in wanted.rows.iter().zip(&found.rows) {
        assert_eq!(
            (&wanted.group, &wanted.code, wanted.rate),
            (&found.group, &found.code, found.rate)
        );
        let [wanted, found] = [wanted, found].map(|row| row.se.unwrap());
        assert!((wanted - found).abs() < 1e-12, "{wanted} {found}");
    }
}

/// `file` with the sums of the line that begins with `start` withheld.
fn withholding(file: &str, start: &str) -> String {
    assert!(file.contains(start), "{start} is in the file");
    let line = |line: &str| {
        if line.starts_with(start) {
            format!("{start}{}\n", ",".repeat(10))
        } else {
            format!("{line}\n")
        }
    };
    file.lines().map(line).collect()
}

#[test]
fn what_needs_withheld_sums_is_left_out_and_the_rest_is_estimated() {
    let rows: Vec<_> =
        (0..40).map(|i| (["x", "y"][i % 2], ["55555552", "51525250"][i % 3 % 2])).collect();
    let (frame, instrument) = (frame(&rows), instrument());
    let file = written(&tallied(&frame));
    let options = options(&[], Some(Aggregation::MeanOfComponents));
    let whole = estimate(&frame, &instrument, &options).unwrap();
    // Of one question in one group; of a component, with which its part and the index go.
    for (start, gone) in [
        ("reference,1,x,item,A1,A1", &["item A1"][..]),
        ("reference,1,y,component,a,a", &["component a", "part first", "index reference"][..]),
        ("reference,1,y,component,a,b", &["part first", "index reference"][..]),
    ] {
        let keys = CsvOptions::default();
        let less = withholding(&file, start);
        let read = Tallies::read_csv(less.as_bytes(), &instrument, &keys).unwrap();
        assert!(read.withheld);
        let mut left_out = read.tallies.left_out(&instrument, &options).unwrap();
        left_out.sort_unstable();
        let mut gone = gone.to_vec();
        gone.sort_unstable();
        assert_eq!(left_out, gone, "{start}");
        let mut wanted = whole.clone();
        wanted.rows.retain(|e| !gone.contains(&&*format!("{} {}", e.level.name(), e.code)));
        let found = estimate_tallies(&read.tallies, &instrument, &options).unwrap();
        assert!(same(&wanted, &found, start) > 5);
    }
    // A line that is not there at all is still a mistake.
    let others = file.lines().filter(|line| !line.starts_with("reference,1,x,item,A1"));
    let lost = others.collect::<Vec<_>>().join("\n");
    assert!(read(&lost, &[]).unwrap_err().to_string().contains("no line for item A1 A1"));
    // Sums of which only some are empty are a mistake too.
    let broken = file.replacen("reference,1,x,item,A1,A1,20,", "reference,1,x,item,A1,A1,,", 1);
    assert_ne!(broken, file);
    assert!(read(&broken, &[]).unwrap_err().to_string().contains("no whole number"));
}

#[test]
fn files_of_several_instruments_and_with_marks_are_read_one_after_the_other() {
    let one = written(&tallied(&frame(&[("x", "55555552"), ("y", "1234559-")])));
    let two = written(&tallied(&frame(&[("z", "55555552")])));
    let other = two.replace("reference,1,", "quick-counter,1,").replace(",z,", ",v,");
    let later = two.replace("reference,1,", "reference,2,");
    let lines = |file: &str| file.lines().count() as u64 - 1;
    let all = ["\u{feff}", &one, "\u{feff}", &two, "\u{feff}", &other, &later].concat();
    let read = Tallies::read_csv(all.as_bytes(), &instrument(), &CsvOptions::default()).unwrap();
    assert_eq!(read.tallies.respondents(), 3);
    assert_eq!(read.others, lines(&other) + lines(&later));
    let error =
        Tallies::read_csv(other.as_bytes(), &instrument(), &CsvOptions::default()).unwrap_err();
    assert!(error.to_string().contains("another instrument"), "{error}");
}
