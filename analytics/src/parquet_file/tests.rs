use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;
use crate::test_form::{frame, instrument};

/// A column of a file to be: its type in the schema, and its cells.
enum Cells<'a> {
    Texts(&'a str, Vec<Option<String>>),
    Fours(&'a str, Vec<Option<i32>>),
    Eights(&'a str, Vec<Option<i64>>),
}

/// Writes a file of `columns` by name, `rows` to a row group.
fn write(path: &Path, columns: &[(&str, Cells<'_>)], rows: usize, properties: WriterProperties) {
    let field = |(name, cells): &(&str, Cells<'_>)| match cells {
        Cells::Texts(form, _) => format!("optional binary {name} {form};"),
        Cells::Fours(form, _) => format!("optional int32 {name} {form};"),
        Cells::Eights(form, _) => format!("optional int64 {name} {form};"),
    };
    let fields: String = columns.iter().map(field).collect();
    let schema =
        Arc::new(parse_message_type(&format!("message responses {{ {fields} }}")).unwrap());
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
    let all = match &columns[0].1 {
        Cells::Texts(_, cells) => cells.len(),
        Cells::Fours(_, cells) => cells.len(),
        Cells::Eights(_, cells) => cells.len(),
    };
    for start in (0..all).step_by(rows) {
        let range = start..all.min(start + rows);
        let mut group = writer.next_row_group().unwrap();
        for (_, cells) in columns {
            let mut column = group.next_column().unwrap().unwrap();
            match cells {
                Cells::Texts(_, cells) => {
                    let cells = &cells[range.clone()];
                    let levels: Vec<i16> = cells.iter().map(|c| i16::from(c.is_some())).collect();
                    let values: Vec<ByteArray> =
                        cells.iter().flatten().map(|text| text.as_str().into()).collect();
                    column
                        .typed::<ByteArrayType>()
                        .write_batch(&values, Some(&levels), None)
                        .unwrap();
                }
                Cells::Fours(_, cells) => {
                    let cells = &cells[range.clone()];
                    let levels: Vec<i16> = cells.iter().map(|c| i16::from(c.is_some())).collect();
                    let values: Vec<i32> = cells.iter().flatten().copied().collect();
                    column.typed::<Int32Type>().write_batch(&values, Some(&levels), None).unwrap();
                }
                Cells::Eights(_, cells) => {
                    let cells = &cells[range.clone()];
                    let levels: Vec<i16> = cells.iter().map(|c| i16::from(c.is_some())).collect();
                    let values: Vec<i64> = cells.iter().flatten().copied().collect();
                    column.typed::<Int64Type>().write_batch(&values, Some(&levels), None).unwrap();
                }
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
}

const ITEMS: [&str; 8] = ["A1", "A2", "A3", "B1", "B2", "C1", "D1", "D2"];

/// The answers of rows of one digit per item, `-` where unanswered.
fn answers<'a>(rows: &[(&str, &str)], form: &'a str) -> Vec<(&'static str, Cells<'a>)> {
    let digit = |row: &str, item: usize| {
        row.chars().nth(item).unwrap().to_digit(10).map(|d| i32::try_from(d).unwrap())
    };
    let cells = |item| rows.iter().map(|(_, row)| digit(row, item)).collect();
    ITEMS.iter().enumerate().map(|(item, name)| (*name, Cells::Fours(form, cells(item)))).collect()
}

fn texts(rows: &[(&str, &str)]) -> Vec<Option<String>> {
    rows.iter().map(|(group, _)| Some((*group).to_owned())).collect()
}

fn keys(names: &[&str]) -> CsvOptions {
    let keys = names.iter().map(|name| (*name).to_owned()).collect();
    CsvOptions { keys, ..Default::default() }
}

fn read(path: &Path, options: &CsvOptions) -> Result<ParquetTallies, ParquetError> {
    let purpose = Purpose::File { item_pairs: true };
    tally(&[path.to_owned()], &instrument(), options, purpose)
}

/// Rows of many patterns in three groups.
fn many(rows: usize) -> Vec<(&'static str, &'static str)> {
    let patterns = ["55555552", "1234559-", "44-41110", "99999999", "25413-41", "--------"];
    // D2 has no 4: the fifth pattern is left out.
    (0..rows)
        .map(|i| (["x", "y", "Diên Khánh"][i * i % 3], patterns[[0, 1, 2, 3, 5][i * 7 % 11 % 5]]))
        .collect()
}

#[test]
fn a_parquet_file_of_any_form_gives_the_tallies_of_its_rows() {
    let rows = many(11_000);
    let wanted =
        Tallies::of_frame(&frame(&rows), &instrument(), &["group".to_owned()], true).unwrap();
    let folder = std::env::temp_dir().join(format!("hailong-parquet-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let mut forms = 0;
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, zstd] {
            for (dictionary, form) in
                [(true, "(INTEGER(8,true))"), (true, ""), (false, "(INTEGER(8,false))")]
            {
                let path = folder.join(format!("{forms}.parquet"));
                let mut columns = vec![("group", Cells::Texts("(UTF8)", texts(&rows)))];
                columns.extend(answers(&rows, form));
                let properties = WriterProperties::builder()
                    .set_writer_version(version)
                    .set_compression(compression)
                    .set_dictionary_enabled(dictionary)
                    .set_encoding(parquet::basic::Encoding::PLAIN)
                    .set_data_page_row_count_limit(700)
                    .set_write_batch_size(100)
                    .build();
                write(&path, &columns, 4_500, properties);
                let read = read(&path, &keys(&["group"])).unwrap();
                assert_eq!((read.rows, read.rejected, read.outside), (11_000, 0, 0));
                assert_eq!(read.tallies, wanted, "{version:?} {compression:?} {dictionary} {form}");
                let nothing =
                    tally(&[path], &instrument(), &keys(&[]), Purpose::Figures(None)).unwrap();
                assert_eq!(nothing.tallies.respondents(), 11_000);
                forms += 1;
            }
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// A file that goes with this value.
struct Temporary(std::path::PathBuf);

impl Temporary {
    fn of(name: &str, columns: &[(&str, Cells<'_>)]) -> Self {
        let path =
            std::env::temp_dir().join(format!("hailong-{}-{name}.parquet", std::process::id()));
        write(&path, columns, 1_000, WriterProperties::default());
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

#[test]
fn rows_with_a_mistake_are_left_out_and_told_with_column_and_row() {
    let rows = [
        ("x", "55555552"),
        ("x", "65555552"),
        ("x", "55555554"),
        ("x", "55555550"),
        ("x", "1-------"),
    ];
    let mut columns = vec![("group", Cells::Texts("(UTF8)", texts(&rows)))];
    columns.extend(answers(&rows, ""));
    if let Cells::Texts(_, cells) = &mut columns[0].1 {
        cells[3] = None;
    }
    if let Cells::Fours(_, cells) = &mut columns[2].1 {
        cells[1] = Some(-700);
    }
    let file = Temporary::of("mistakes", &columns);
    let read = read(&file.0, &keys(&["group"])).unwrap();
    assert_eq!((read.rows, read.rejected, read.tallies.respondents()), (5, 2, 3));
    let told: Vec<_> = read
        .rejects
        .iter()
        .map(|(file, r)| (*file, r.line, r.column.as_deref().unwrap(), &*r.value, r.reason.code()))
        .collect();
    let wanted = [
        (0, 2, "A1", "6", "off_scale"),
        (0, 2, "A2", "-700", "off_scale"),
        (0, 3, "D2", "4", "off_scale"),
    ];
    assert_eq!(told, wanted);
    // A row without a group is no mistake: it stays in the sample.
    let good = [rows[0], ("", rows[3].1), rows[4]];
    let wanted =
        Tallies::of_frame(&frame(&good), &instrument(), &["group".to_owned()], true).unwrap();
    assert_eq!(read.tallies, wanted);
}

#[test]
fn days_and_months_are_made_from_dates_moments_and_texts() {
    let rows = [("x", "55555552"), ("x", "1234559-"), ("x", "44-41110")];
    // 30 September, 1 October and 1 November 2026.
    let days = [20_726, 20_727, 20_758].map(Some).to_vec();
    // Half an hour after midnight in Vietnam is the evening before in UTC.
    let moments = [20_726, 20_727, 20_758]
        .map(|day: i64| Some((day * 86_400 - 6 * 3_600 - 1_800) * 1_000_000));
    let texts =
        ["2026-09-30", "2026-09-30T17:00:00Z", "2026-11-01T00:30"].map(|t| Some(t.to_owned()));
    for (name, cells) in [
        ("date", Cells::Fours("(DATE)", days)),
        ("moment", Cells::Eights("(TIMESTAMP(MICROS,true))", moments.to_vec())),
        ("text", Cells::Texts("(UTF8)", texts.to_vec())),
    ] {
        let mut columns = vec![("answered_at", cells)];
        columns.extend(answers(&rows, ""));
        let file = Temporary::of(name, &columns);
        let options = CsvOptions {
            from: Some("2026-10-01".parse().unwrap()),
            before: Some("2026-11-01".parse().unwrap()),
            ..keys(&["month", "day"])
        };
        let found = read(&file.0, &options).unwrap();
        assert_eq!((found.outside, found.rejected), (2, 0), "{name}");
        let groups = found.tallies.groups(&options.keys).unwrap();
        let values: Vec<_> = groups.iter().map(|(values, _)| values.clone()).collect();
        assert_eq!(values, [["2026-10", "2026-10-01"]], "{name}");
        // The days that count can be asked for without a key.
        let october = read(&file.0, &CsvOptions { keys: Vec::new(), ..options }).unwrap();
        assert_eq!((october.outside, october.tallies.respondents()), (2, 1), "{name}");
        // So can the last one, within the days asked for or without any.
        let asked = |from, before| CsvOptions { from, before, last_day: true, ..keys(&[]) };
        let last = |options| read(&file.0, &options).unwrap().last_day;
        let day = |text: &str| Some(text.parse().unwrap());
        assert_eq!(last(asked(None, None)), day("2026-11-01"), "{name}");
        assert_eq!(last(asked(None, day("2026-11-01"))), day("2026-10-01"), "{name}");
        assert_eq!(last(keys(&[])), None, "{name}: it is not asked for");
    }
}

#[test]
fn the_last_day_is_that_of_a_row_that_counts_and_of_files_that_all_have_days() {
    let rows = [("x", "55555552"), ("x", "7234559-"), ("x", "44-41110")];
    let days = ["2026-10-05", "2026-12-31", "soon"].map(|day| Some(day.to_owned())).to_vec();
    let mut columns = vec![("answered_at", Cells::Texts("(UTF8)", days))];
    columns.extend(answers(&rows, ""));
    let dated = Temporary::of("last-day", &columns);
    let options = CsvOptions { last_day: true, ..keys(&[]) };
    let found = read(&dated.0, &options).unwrap();
    assert_eq!(found.last_day, Some("2026-10-05".parse().unwrap()));
    assert_eq!((found.tallies.respondents(), found.rejected), (2, 1), "no day is no mistake here");
    let undated = Temporary::of("no-last-day", &answers(&rows[..1], ""));
    assert_eq!(read(&undated.0, &options).unwrap().last_day, None);
    for files in [[&dated, &undated], [&undated, &dated]] {
        let files = files.map(|file| file.0.clone());
        let purpose = Purpose::Figures(None);
        let both = tally(&files, &instrument(), &options, purpose).unwrap();
        assert_eq!((both.last_day, both.tallies.respondents()), (None, 3));
    }
}

#[test]
fn the_first_mistakes_are_told_whichever_rows_are_read_first() {
    let wrong = vec![("x", "65555552"); CsvResponses::MOST_REJECTS + 1];
    let file = |name: &str, rows: &[(&str, &str)]| {
        let mut columns = vec![("group", Cells::Texts("(UTF8)", texts(rows)))];
        columns.extend(answers(rows, ""));
        Temporary::of(name, &columns)
    };
    let (first, second) = (file("first-wrong", &wrong[..2]), file("then-wrong", &wrong));
    let files = [first.0.clone(), second.0.clone()];
    for starts in [vec![0], vec![1], vec![0, 1], vec![1, 1]] {
        let purpose = Purpose::Figures(None);
        let options = CsvOptions { keys: vec!["group".to_owned()], ..CsvOptions::default() };
        let read = tally_from(&files, &instrument(), &options, purpose, |_| starts.clone());
        let read = read.unwrap();
        assert_eq!(read.rejected, wrong.len() as u64 + 2, "{starts:?}");
        assert_eq!(read.rejects.len(), CsvResponses::MOST_REJECTS);
        let told: Vec<_> = read.rejects[..4].iter().map(|(file, r)| (*file, r.line)).collect();
        assert_eq!(told, [(0, 1), (0, 2), (1, 1), (1, 2)], "{starts:?}");
    }
}

#[test]
fn a_day_that_is_none_is_a_mistake_of_its_row() {
    let rows = [("x", "55555552"), ("x", "1234559-")];
    let days = vec![Some("30/09/2026".to_owned()), None];
    let mut columns = vec![("answered_at", Cells::Texts("(UTF8)", days))];
    columns.extend(answers(&rows, ""));
    let file = Temporary::of("no-day", &columns);
    let read = read(&file.0, &keys(&["month"])).unwrap();
    let told: Vec<_> =
        read.rejects.iter().map(|(_, r)| (r.line, r.reason.code(), &*r.value)).collect();
    assert_eq!(told, [(1, "no_date", "30/09/2026"), (2, "no_date", "")]);
}

#[test]
fn files_that_do_not_fit_say_what_to_do() {
    let rows = [("x", "55555552")];
    let fails = |name: &str, columns: &[(&str, Cells<'_>)], by: &[&str]| {
        let file = Temporary::of(name, columns);
        let error = read(&file.0, &keys(by)).unwrap_err();
        assert_ne!(error.problem.text().vi, error.problem.text().en);
        error.to_string()
    };
    let whole = |form| answers(&rows, form);
    assert!(fails("column", &whole(""), &["group"]).contains("no column `group`"));
    assert!(fails("item", &whole("")[..7], &[]).contains("no column for D2"));
    assert!(fails("type", &whole("(DATE)"), &[]).contains("column `A1` holds Date"));
    let mut columns = whole("");
    columns.push(("group", Cells::Eights("(TIMESTAMP(MILLIS,true))", vec![Some(0)])));
    assert!(fails("moment-key", &columns, &["group"]).contains("column `group` holds Timestamp"));
    columns.pop();
    columns.push(("answered_at", Cells::Eights("", vec![Some(0)])));
    assert!(fails("whole-day", &columns, &["month"]).contains("column `answered_at` holds"));
    let file = Temporary::of("cut", &whole(""));
    let bytes = std::fs::read(&file.0).unwrap();
    for length in [4, 12, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&file.0, &bytes[..length]).unwrap();
        assert!(matches!(read(&file.0, &keys(&[])).unwrap_err().problem, Problem::Damaged(_)));
    }
    let missing = read(Path::new("no-such.parquet"), &keys(&[])).unwrap_err();
    assert!(matches!(missing.problem, Problem::Unreadable(_)));
}

#[test]
fn a_damaged_file_never_panics() {
    let rows = many(300);
    let mut columns = vec![("group", Cells::Texts("(UTF8)", texts(&rows)))];
    columns.extend(answers(&rows, ""));
    let file = Temporary::of("damaged", &columns);
    let whole = std::fs::read(&file.0).unwrap();
    let mut told = 0;
    // Every byte of the pages once; what describes them is the library's to read.
    for place in 4..whole.len().min(1_200) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0xFF;
        std::fs::write(&file.0, &bytes).unwrap();
        told += usize::from(read(&file.0, &keys(&["group"])).is_err());
    }
    assert!(told > 0, "some damage is noticed");
}
