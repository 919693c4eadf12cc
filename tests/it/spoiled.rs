//! Files and texts that others bring, each spoiled in some thousand ways that a seeded
//! generator chooses: whoever reads one reads it or tells what is wrong with it, and never
//! panics. Spreadsheets are in `importing::spreadsheets`.

use std::collections::HashMap;
use std::io::{Cursor, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use analytics::Frame;
use analytics::Tallies;
use analytics::frame::csv_file::CsvOptions;
use hailong::config::Settings;
use hailong::http::devices::queue_file::QueueFile;
use hailong::importing::Reader;
use hailong::importing::date_order::Shown;
use hailong::importing::map::Map;
use hailong::importing::preview::preview;
use hailong::importing::row::Defaults;
use hailong::importing::suggestion::suggest;
use hailong::importing::table::Table;
use hailong::{first_points, languages, links};
use surveys::response::{Admission, read_moment};
use surveys::{
    Channel, Instrument, Mistake, Period, PetitionCode, Serial, Submission, Text, VisitToken,
    catalog,
};
use uuid::Uuid;

use crate::support::app::now;
use crate::support::process::hailong;
use crate::support::sample;
use crate::support::submission::{good, good_but, point};

/// How often each sample is spoiled.
const ROUNDS: u32 = 80;

/// What is put in: what files are made of, where numbers, texts and characters end.
const BITS: [&[u8]; 24] = [
    b"\"",
    b"'",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r\n",
    b"\\",
    b"{",
    b"]",
    b"=",
    b"#",
    b"-",
    b".",
    b"0",
    b"99999999999999999999",
    b"-1e999",
    b"\0",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xC6",
    "\u{301}".as_bytes(),
    "\u{1F9D1}\u{200D}".as_bytes(),
    "ệ".as_bytes(),
];

/// A small generator of its own: the same files everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).expect("31 bits") % end.max(1)
    }

    /// Two places in `whole`, at most so far apart.
    fn span(&mut self, whole: &[u8], most: usize) -> std::ops::Range<usize> {
        let from = self.below(whole.len() + 1);
        from..(from + self.below(most + 1)).min(whole.len())
    }

    /// `sample` spoiled in one to four places.
    fn spoiled(&mut self, sample: &[u8]) -> Vec<u8> {
        let mut whole = sample.to_owned();
        for _ in 0..=self.below(4) {
            let span = self.span(&whole, 40);
            match self.below(7) {
                0 => drop(whole.drain(span)),
                1 => {
                    let again = whole[span.clone()].to_owned();
                    drop(whole.splice(span.start..span.start, again));
                }
                2 => whole.truncate(span.start),
                3 => {
                    let moved: Vec<u8> = whole.drain(span).collect();
                    let to = self.below(whole.len() + 1);
                    drop(whole.splice(to..to, moved));
                }
                4 if span.start < whole.len() => whole[span.start] ^= 1 << self.below(8),
                _ => {
                    let bit = BITS[self.below(BITS.len())];
                    drop(
                        whole.splice(
                            span.start..span.start + span.len().min(3),
                            bit.iter().copied(),
                        ),
                    );
                }
            }
        }
        whole
    }
}

/// What is told of a file that cannot be read.
type Told = Vec<String>;

fn both(text: &Text) -> Told {
    vec![text.vi.clone(), text.en.clone()]
}

fn mistakes(all: &[Mistake]) -> Told {
    all.iter().flat_map(|mistake| both(&mistake.text)).collect()
}

fn quick() -> &'static Instrument {
    catalog::instrument("quick-counter", Some(1)).expect("shipped")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// As staff read a file of responses of another tool: with what is suggested for it, or with
/// the map `with`.
fn imported(bytes: &[u8], with: Option<&str>) -> Result<(), Told> {
    let told = |error: hailong::importing::Error| both(&error.text());
    let table = || Table::open(Cursor::new(bytes.to_owned()), None).map_err(told);
    let map = if let Some(name) = with {
        Map::shipped(name, quick()).expect("shipped")
    } else {
        let suggested = suggest(table()?, quick()).map_err(told)?;
        Map::parse(&suggested.map, quick()).map_err(|error| both(&error))?
    };
    let all = first_points::all().into_iter();
    let points: HashMap<_, _> = all.map(|point| (point.code.to_string(), point)).collect();
    let place = points[&point()].code.clone();
    let defaults = Defaults {
        instrument: quick(),
        channel: Channel::Online,
        point: Some(&place),
        points: &points,
        map: &map,
        now: now(),
        simulated: false,
    };
    let shown = Shown::by(table()?, &defaults).map_err(told)?;
    let reader = Reader::begin(table()?, defaults, shown).map_err(told)?;
    preview(reader, 20).map(drop).map_err(told)
}

fn submission(bytes: &[u8]) -> Result<(), Told> {
    let read: Submission = serde_json::from_slice(bytes).map_err(|e| vec![e.to_string()])?;
    let points = first_points::all();
    let point = points.iter().find(|point| point.code.as_str() == read.collection_point);
    let at = Admission { id: Uuid::nil(), point, now: now() };
    let parsed = quick().parse(read, &at);
    let faults = |faults: Vec<_>| {
        faults.iter().flat_map(|fault: &surveys::response::Fault| both(&fault.detail)).collect()
    };
    parsed.map(|response| drop(response.document())).map_err(faults)
}

fn settings(bytes: &[u8]) -> Result<(), Told> {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("it is written");
    Settings::read(file.path()).map(drop).map_err(|error| both(&error.text()))
}

fn options() -> CsvOptions {
    CsvOptions { keys: vec!["month".into()], ..CsvOptions::default() }
}

/// Codes and moments that people type.
fn typed(bytes: &[u8]) -> Result<(), Told> {
    let typed = text(bytes);
    let read = [
        typed.parse::<Serial>().map(drop).map_err(|bad| both(&bad.text())),
        typed.parse::<VisitToken>().map(drop).map_err(|bad| vec![bad.to_string()]),
        typed.parse::<PetitionCode>().map(drop).map_err(|bad| vec![bad.to_string()]),
        Period::parse(&typed).map(drop).map_err(|bad| vec![bad.to_string()]),
        read_moment(&typed).map(drop).ok_or_else(|| vec!["no moment".to_owned()]),
    ];
    if read.iter().any(Result::is_ok) {
        return Ok(());
    }
    Err(read.into_iter().flat_map(|told| told.err().unwrap_or_default()).collect())
}

/// Whoever reads something of others: what they are called, what they read, and how.
type ReaderOf = (&'static str, Vec<Vec<u8>>, Box<dyn Fn(&[u8]) -> Result<(), Told>>);

/// The shipped file at `path`.
fn shipped(path: &str) -> Vec<u8> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn sample_files(names: &[&str]) -> Vec<Vec<u8>> {
    names.iter().map(|name| shipped(&format!("tests/it/importing/files/{name}.csv"))).collect()
}

const RESPONSES: &str = "collection_point,answered_at,A1,A2,A3,A4,A5\n\
    22651,2026-10-05T09:30:00+07:00,5,4,9,,3\n22651,2026-10-06,1,2,3,4,5\n";

/// The same as tallies.
fn tallies() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("responses.csv");
    std::fs::write(&file, RESPONSES).expect("it is written");
    let file = file.to_str().expect("a plain path");
    let done = hailong(&["tally", file, "--instrument", "quick-counter@1", "--by", "month"]);
    assert_eq!(done.status, 0, "{done:?}");
    done.out.into_bytes()
}

fn readers() -> Vec<ReaderOf> {
    let of = |name, read: fn(&[u8]) -> Result<(), Told>| (name, read);
    let (kobo, odk, forms, lime) = ("kobo", "odk", "google-forms-vi", "limesurvey");
    let device = Uuid::nil();
    let queue = format!("{{\"device_id\":\"{device}\",\"clock_lead_seconds\":0}}\n{}\n", good());
    // Most of it may be spoiled and is still a comment.
    let wordy = good_but("comment", "Nhanh, gọn. ".repeat(60).into());
    let mut readers: Vec<ReaderOf> = Vec::new();
    let all = ["plain", "kobo-labels", "odk-central"];
    readers.push(("an import, as suggested", sample_files(&all), Box::new(|b| imported(b, None))));
    for (map, files) in [
        (kobo, ["kobo-values", "kobo-labels"]),
        (odk, ["odk-central", "odk-central"]),
        (forms, ["google-forms-sheet", "google-forms-download"]),
        (lime, ["limesurvey-codes", "limesurvey-texts"]),
    ] {
        readers.push((map, sample_files(&files), Box::new(move |b| imported(b, Some(map)))));
    }
    let maps =
        [kobo, odk, forms, lime].map(|name| shipped(&format!("src/importing/maps/{name}.toml")));
    let more: [(_, Vec<Vec<u8>>); 11] = [
        (of("a map", |b| Map::parse(&text(b), quick()).map(drop).map_err(|t| both(&t))), maps.into()),
        (
            of("an instrument", |b| {
                surveys::instrument::file::parse(&text(b)).map(drop).map_err(|all| mistakes(&all))
            }),
            vec![shipped("surveys/instruments/quick-counter-1.toml")],
        ),
        (
            of("a plan", |b| surveys::plan::file::parse(&text(b)).map(drop).map_err(|all| mistakes(&all))),
            vec![shipped("surveys/plans/long-xuyen-2025-1.toml")],
        ),
        (
            of("a language", |b| languages::read(b).map(drop).map_err(|all| mistakes(&all))),
            vec![b"tag = \"tyz\"\nname = \"T\xC3\xA0y\"\n\n[pages]\n".to_vec()],
        ),
        (
            of("a list of households", |b| {
                surveys::sample::read(&text(b)).map(drop).map_err(|all| mistakes(&all))
            }),
            vec![sample::list().into_bytes()],
        ),
        (
            of("a list of dossiers", |b| {
                let told = |faults: links::Faults| faults.texts().iter().flat_map(both).collect();
                links::read(&text(b), now()).map(drop).map_err(told)
            }),
            vec![b"dossier,phone,email,closed_at\nH19.1,0912345678,a@b.vn,15/10/2026 09:30\nH19.2,,,\n".to_vec()],
        ),
        (of("a submission", submission), vec![wordy.to_string().into_bytes()]),
        (
            of("a tablet's file", |b| {
                QueueFile::read(&text(b)).map(drop).ok_or_else(|| vec!["of no tablet".to_owned()])
            }),
            vec![queue.into_bytes()],
        ),
        (
            of("responses", |b| {
                let read = Frame::read_csv(b, quick(), &options());
                read.map(drop).map_err(|error| vec![error.to_string()])
            }),
            vec![RESPONSES.as_bytes().to_vec()],
        ),
        (
            of("tallies", |b| {
                let read = Tallies::read_csv(b, quick(), &options());
                read.map(drop).map_err(|error| vec![error.to_string()])
            }),
            vec![tallies()],
        ),
        (
            of("settings", settings),
            vec![b"listen = \"127.0.0.1:8080\"\nsubmissions-per-minute = 60\n[retention]\n".to_vec()],
        ),
    ];
    readers.extend(
        more.into_iter()
            .map(|((name, read), samples)| -> ReaderOf { (name, samples, Box::new(read)) }),
    );
    let token = VisitToken::new([7; 16]).to_string();
    let code = "7KQ2-M4XD".to_owned();
    let codes = [Serial::new(12).expect("a number").to_string(), token, code, "2026-Q3".into()];
    let moments = ["2026-10-05T09:30:00+07:00".to_owned(), "2026-10-05..2026-11-04".into()];
    let typed_texts = codes.into_iter().chain(moments).map(String::into_bytes).collect();
    readers.push(("what is typed", typed_texts, Box::new(typed)));
    readers
}

/// Lets `read` read each of `samples` spoiled in so many ways; how many of them it read and
/// how many it did not, or the first file at which it panicked or told nothing.
fn attack(
    samples: &[Vec<u8>],
    read: &dyn Fn(&[u8]) -> Result<(), Told>,
) -> Result<[u32; 2], String> {
    let (mut random, mut outcomes) = (Random(5), [0, 0]);
    for sample in samples {
        for _ in 0..ROUNDS {
            let file = random.spoiled(sample);
            let shown = || format!("{:?}", text(&file));
            let done = catch_unwind(AssertUnwindSafe(|| read(&file)));
            match done.map_err(|_| format!("it panics at {}", shown()))? {
                Ok(()) => outcomes[0] += 1,
                Err(told) if told.is_empty() || told.iter().any(|said| said.trim().is_empty()) => {
                    return Err(format!("nothing is told of {}", shown()));
                }
                Err(_) => outcomes[1] += 1,
            }
        }
    }
    Ok(outcomes)
}

#[test]
fn whatever_is_spoiled_in_what_others_bring_it_is_read_or_told() {
    let mut wrong = Vec::new();
    for (name, samples, read) in readers() {
        for (n, sample) in samples.iter().enumerate() {
            if let Err(told) = read(sample) {
                wrong.push(format!("{name}: sample {n} is not read: {told:?}"));
            }
        }
        match attack(&samples, &*read) {
            Ok([read, told]) if read > 0 && told > 0 => {}
            Ok(outcomes) => wrong.push(format!("{name}: nothing is tried by {outcomes:?}")),
            Err(fault) => wrong.push(format!("{name}: {fault}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_reader_that_panics_or_tells_nothing_is_found() {
    let samples = [RESPONSES.as_bytes().to_vec()];
    let panics = |bytes: &[u8]| {
        let read = std::str::from_utf8(bytes).expect("UTF-8");
        (read.len() < 1_000).then_some(()).ok_or_else(|| vec!["too long".to_owned()])
    };
    assert!(attack(&samples, &panics).unwrap_err().starts_with("it panics"));
    let silent = |bytes: &[u8]| if bytes.contains(&b'0') { Ok(()) } else { Err(Vec::new()) };
    let silent = |bytes: &[u8]| silent(&bytes[..bytes.len().min(9)]);
    assert!(attack(&samples, &silent).unwrap_err().starts_with("nothing is told"));
}
