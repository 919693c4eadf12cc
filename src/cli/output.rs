//! Where a command's data goes: standard output or a file, whole or not at all.

use std::fs::{File, FileType, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Map, Value};
use tempfile::{NamedTempFile, PersistError};

use super::Failure;

/// The form in which a command writes its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// Aligned columns for people
    #[default]
    Table,
    /// CSV with a header
    Csv,
    /// JSON
    Json,
}

/// Writes to the file `out`, or to standard output when there is none or it is `-`.
pub(super) fn write(
    out: Option<&Path>,
    data: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    match out.filter(|path| *path != Path::new("-")) {
        Some(path) => to_file(path, |file| data(file)),
        None => to_stdout(data),
    }
}

/// Writes to standard output. A reader that has seen enough is no failure.
pub(super) fn to_stdout(
    data: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match data(&mut out).and_then(|()| out.flush()) {
        Err(error) if !is_broken_pipe(&error) => Err(Failure::new(
            format!("Không ghi được ra đầu ra: {error}"),
            format!("cannot write to the output: {error}"),
        )),
        _ => {
            // What a broken pipe did not take must not be tried again on drop.
            drop(out.into_parts());
            Ok(())
        }
    }
}

/// Whether nobody reads any more, also when the CSV writer was the one to notice.
fn is_broken_pipe(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<csv::Error>());
    let kind = match inner.map(csv::Error::kind) {
        Some(csv::ErrorKind::Io(inner)) => inner.kind(),
        _ => error.kind(),
    };
    kind == io::ErrorKind::BrokenPipe
}

/// Whether two names are of one file, which need not be there yet.
pub(super) fn same_place(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let there = std::fs::canonicalize(path).ok();
        there.or_else(|| Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?)))
    };
    let is_device = std::fs::metadata(one).is_ok_and(|m| !m.is_file());
    !is_device
        && (one == other || place(one).is_some_and(|place_of| place(other) == Some(place_of)))
}

/// Fails when `out` is the file `input`: it would be lost with its only copy.
pub(super) fn not_over(input: &Path, out: Option<&Path>) -> Result<(), Failure> {
    let file = |path: &Path| std::fs::metadata(path).ok().map(|m| (m.dev(), m.ino()));
    match out {
        Some(out) if file(input).is_some_and(|input| file(out) == Some(input)) => {
            let path = out.display();
            Err(Failure::new(
                format!("{path} là tệp đang được đọc; hãy ghi ra một tệp khác"),
                format!("{path} is the file that is read; write to another one"),
            ))
        }
        _ => Ok(()),
    }
}

/// Writes the file `path` anew: it has either its old content or all of the new.
pub(super) fn to_file(
    path: &Path,
    data: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> Result<(), Failure> {
    let pending = Pending::begin(path)?;
    let mut out = pending.writer();
    data(&mut out).and_then(|()| out.flush()).map_err(|error| cannot_write(path, &error))?;
    drop(out);
    pending.finish()
}

/// A file on its way: it appears under its name when it is whole.
#[derive(Debug)]
pub(super) struct Pending {
    path: PathBuf,
    file: Target,
    /// Whether it takes no other file's place.
    only: bool,
}

#[derive(Debug)]
enum Target {
    /// It will replace what has the name now.
    New(NamedTempFile),
    /// A device or a pipe, which is written and not replaced.
    Device(File),
}

impl Pending {
    /// Begins the file `path` beside where it will be.
    pub(super) fn begin(path: &Path) -> Result<Self, Failure> {
        Self::begin_for(path, 0o666)
    }

    /// The same of a file whose content is nowhere else, such as one with serial numbers:
    /// no file that is there already is written over.
    pub(super) fn begin_only(path: &Path) -> Result<Self, Failure> {
        not_there(path)?;
        Ok(Self { only: true, ..Self::begin(path)? })
    }

    /// The same of a file with secrets, which nobody but its owner can read.
    pub(super) fn begin_private(path: &Path) -> Result<Self, Failure> {
        not_there(path)?;
        Ok(Self { only: true, ..Self::begin_for(path, 0o600)? })
    }

    fn begin_for(path: &Path, rights: u32) -> Result<Self, Failure> {
        // What a link leads to is written; the link stays.
        let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let kind = std::fs::metadata(path).map(|m| m.file_type());
        if kind.as_ref().is_ok_and(FileType::is_dir) {
            return Err(cannot_write(path, &io::ErrorKind::IsADirectory.into()));
        }
        if kind.is_ok_and(|kind| !kind.is_file()) {
            let file = File::options().write(true).open(path);
            let file = file.map_err(|error| cannot_write(path, &error))?;
            return Ok(Self { path: path.clone(), file: Target::Device(file), only: false });
        }
        let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(".hailong-")
            .permissions(Permissions::from_mode(rights))
            .tempfile_in(folder)
            .map_err(|error| cannot_write(path, &error))?;
        Ok(Self { path: path.clone(), file: Target::New(file), only: false })
    }

    fn open(&self) -> &File {
        match &self.file {
            Target::New(file) => file.as_file(),
            Target::Device(file) => file,
        }
    }

    /// What writes into it.
    pub(super) fn writer(&self) -> BufWriter<&File> {
        BufWriter::with_capacity(256 * 1024, self.open())
    }

    /// The file itself, for a writer that outlives this borrow.
    pub(super) fn file(&self) -> io::Result<File> {
        self.open().try_clone()
    }

    /// The name it will have.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it durable and gives it its name.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self { path, file, only } = self;
        let done = match file {
            Target::New(file) if only => {
                file.as_file().sync_all().map_err(|error| cannot_write(&path, &error))?;
                return file.persist_noclobber(&path).map(drop).or_else(|e| kept(&path, e));
            }
            Target::New(file) => file
                .as_file()
                .sync_all()
                .and_then(|()| file.persist(&path).map(drop).map_err(|e| e.error)),
            Target::Device(_) => Ok(()),
        };
        done.map_err(|error| cannot_write(&path, &error))
    }
}

/// Fails when there is a file at `path` already: what is in it may be nowhere else.
fn not_there(path: &Path) -> Result<(), Failure> {
    match std::fs::symlink_metadata(path) {
        Ok(there) if there.is_file() || there.is_symlink() && path.is_file() => {
            let path = path.display();
            Err(Failure::new(
                format!(
                    "{path} đã có và không bị ghi đè, vì nội dung của nó có thể không còn ở đâu khác; hãy nêu tên tệp khác"
                ),
                format!(
                    "{path} is there already and is not written over, as what is in it may be nowhere else; give another name"
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// Keeps a file that did not get its name, and tells where it is.
fn kept(path: &Path, failed: PersistError) -> Result<(), Failure> {
    let why = failed.error;
    let (_, there) = failed.file.keep().map_err(|failed| cannot_write(path, &failed.error))?;
    let (path, there) = (path.display(), there.display());
    Err(Failure::new(
        format!("{path} vừa có hoặc không đặt được tên này ({why}); kết quả nằm ở {there}"),
        format!("{path} has just appeared or cannot be given ({why}); the result is in {there}"),
    ))
}

/// That `path` cannot be written, and what to do.
pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    // A file on its way has a name that nobody gave it.
    let inner = error.get_ref().and_then(std::error::Error::source);
    let error = inner.map_or_else(|| error.to_string(), ToString::to_string);
    Failure::new(
        format!("Không ghi được {path}: {error}; hãy chọn thư mục đã có và được phép ghi"),
        format!(
            "cannot write {path}: {error}; choose a folder that exists and that you may write to"
        ),
    )
}

/// Rows to list in any format.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    /// The columns' names.
    pub(super) columns: &'a [&'a str],
    /// One value per column.
    pub(super) rows: Vec<Vec<Value>>,
}

impl Listing<'_> {
    /// Writes the rows to standard output.
    pub(super) fn print(&self, format: Format) -> Result<(), Failure> {
        to_stdout(|out| match format {
            Format::Table => out.write_all(self.table().as_bytes()),
            Format::Csv => self.csv(out),
            Format::Json => json(&self.objects(), out),
        })
    }

    fn objects(&self) -> Value {
        let object = |row: &Vec<Value>| {
            let names = self.columns.iter().map(|name| (*name).to_owned());
            Value::Object(names.zip(row.iter().cloned()).collect::<Map<_, _>>())
        };
        self.rows.iter().map(object).collect()
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(self.columns)?;
        for row in &self.rows {
            csv.write_record(row.iter().map(|cell| match cell {
                Value::String(text) => analytics::export::harmless(text).into_owned(),
                other => shown(other),
            }))?;
        }
        csv.flush()
    }

    /// The rows as aligned text, numbers to the right.
    pub(super) fn table(&self) -> String {
        let cells: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(|c| rounded(c).replace(char::is_control, " ")).collect())
            .collect();
        let width = |column: usize| {
            let longest = cells.iter().map(|row| row[column].chars().count()).max();
            longest.unwrap_or(0).max(self.columns[column].chars().count())
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let mut text = String::new();
        let header: Vec<String> = self.columns.iter().map(|name| (*name).to_owned()).collect();
        for (n, row) in std::iter::once(&header).chain(&cells).enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let gap = " ".repeat(widths[column] - cell.chars().count());
                let number = n > 0 && self.rows[n - 1][column].is_number();
                text.push_str(&if number { gap + cell } else { cell.clone() + &gap });
                text.push_str("  ");
            }
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
        }
        text
    }
}

fn shown(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or_else(String::new, |number| number.to_string())
        }
        other => other.to_string(),
    }
}

/// The same for a reader: numbers to four decimals.
fn rounded(cell: &Value) -> String {
    match cell.as_f64().filter(|_| cell.is_f64()) {
        Some(number) if number != 0.0 && number.abs() < 5e-5 => format!("{number:.1e}"),
        Some(number) => ((number * 1e4).round() / 1e4).to_string(),
        None => shown(cell),
    }
}

/// Writes `value` as readable JSON with a line end.
pub(super) fn json(value: &Value, mut out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_is_aligned_and_numbers_stand_to_the_right() {
        let listing = Listing {
            columns: &["mã", "n", "tên"],
            rows: vec![
                vec![json!("a"), json!(5), json!("Xã\nA")],
                vec![json!("bbb"), json!(12), Value::Null],
                vec![json!("c"), json!(1.0 / 3.0), json!(0.000_004_21)],
            ],
        };
        let table = "mã   n       tên\na         5  Xã A\nbbb      12\nc    0.3333  4.2e-6\n";
        assert_eq!(listing.table(), table);
    }

    #[test]
    fn a_file_is_replaced_only_when_all_of_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        to_file(&path, |out| out.write_all(b"one")).unwrap();
        let failed = to_file(&path, |out| {
            out.write_all(b"two")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(failed.unwrap_err().0.vi.contains("the disk is full"));
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_may_be_nowhere_else_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link] = ["links.csv", "link"].map(|name| folder.path().join(name));
        let pending = Pending::begin_private(&path).unwrap();
        pending.writer().write_all(b"one").unwrap();
        pending.finish().unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        for out in [&path, &link] {
            for refused in [Pending::begin_private(out), Pending::begin_only(out)] {
                let refused = refused.err().unwrap();
                assert!(refused.0.vi.contains("hãy nêu tên tệp khác"), "{}", refused.0.vi);
            }
        }
        // Somebody takes the name after the work has begun: both are there.
        let late = folder.path().join("late.csv");
        let pending = Pending::begin_only(&late).unwrap();
        pending.writer().write_all(b"two").unwrap();
        std::fs::write(&late, b"somebody's").unwrap();
        let told = pending.finish().unwrap_err().0.en;
        let there = told.rsplit(' ').next().unwrap();
        assert_eq!(std::fs::read(there).unwrap(), b"two");
        assert_eq!(std::fs::read(&late).unwrap(), b"somebody's");
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        assert!(Pending::begin_private(Path::new("/dev/null")).unwrap().finish().is_ok());
    }

    #[test]
    fn a_broken_pipe_is_known_through_the_csv_writer() {
        let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&broken()));
        assert!(is_broken_pipe(&io::Error::from(csv::Error::from(broken()))));
        assert!(!is_broken_pipe(&io::Error::other("the disk is full")));
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_in_one_sentence() {
        let failed = to_file(Path::new("/no/such/folder/x.csv"), |_| Ok(())).unwrap_err();
        assert!(
            failed.0.vi.contains("/no/such/folder/x.csv")
                && failed.0.en.contains("choose a folder")
        );
    }

    #[test]
    fn a_device_is_written_a_link_followed_and_the_input_never_overwritten() {
        to_file(Path::new("/dev/null"), |out| out.write_all(b"x")).unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
        let folder = tempfile::tempdir().unwrap();
        let [input, link, new] = ["input", "link", "new"].map(|name| folder.path().join(name));
        std::fs::write(&input, "old").unwrap();
        std::os::unix::fs::symlink(&input, &link).unwrap();
        to_file(&link, |out| out.write_all(b"new")).unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&input).unwrap(), "new");
        for out in [&input, &link] {
            assert!(not_over(&input, Some(out)).is_err());
        }
        for out in [None, Some(&*new), Some(Path::new("-"))] {
            assert!(not_over(&input, out).is_ok());
        }
        assert!(to_file(folder.path(), |out| out.write_all(b"x")).is_err());
    }
}
