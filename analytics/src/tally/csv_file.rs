//! Tallies from a CSV file, ours or that of any SQL engine.
//!
//! A line has the sums of one group for two sets of items of one level, a and b:
//! those of a alone where b is the same, and the sums of products of both. All
//! columns that are not ours are the group. The whole file is checked before
//! anything of it is used. Sums that are all empty are withheld, as in a published
//! package: what needs them is left out, in every group.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use chrono::NaiveDate;
use surveys::instrument::Instrument;

use super::check::{SUMS, impossible, impossible_pair};
use super::grouping::{Grouping, no_column};
use super::{Kept, Member, Mistake, Products, Sums, Tallies, Tally, TallyError};
use crate::estimate::Counts;
use crate::export::as_it_was;
use crate::export::csv_text::BYTE_ORDER_MARK;
use crate::frame::FrameError;
use crate::frame::csv_file::{CsvOptions, SIMULATED};
use crate::frame::encoding::{cell_text, opened};
use crate::frame::records::{Next, Records};

/// The columns of every file of tallies before its sums; those of the group may
/// stand anywhere.
pub(super) const NAMES: [&str; 6] = ["instrument", "version", "level", "a", "b", "respondents"];

/// The tallies of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvTallies {
    /// The tallies by the columns asked for.
    pub tallies: Tallies,
    /// Respondents of groups outside the days asked for.
    pub outside: u64,
    /// Lines of other instruments or versions, which a month's package has in one file.
    pub others: u64,
    /// Whether sums are withheld.
    pub withheld: bool,
    /// Whether the file says of itself that its responses are made up: then it has
    /// the column `simulated`.
    pub simulated: bool,
    /// Where it was asked for and the file has days, the last one of a group that counts.
    pub last_day: Option<NaiveDate>,
}

/// One line: its place, the members a and b, and what it says.
struct Line {
    number: u64,
    a: usize,
    b: usize,
    respondents: u64,
    /// None where they are withheld.
    told: bool,
    sums: Sums,
    products: Products,
}

impl Tallies {
    /// Reads tallies of responses to `instrument`. `options.keys` are the columns to
    /// group by: `month` is made from `day` where the file has no such column, and
    /// the days that count are taken from `day`.
    ///
    /// # Errors
    /// [`TallyError`]: a file with a mistake is not used at all.
    pub fn read_csv(
        source: impl Read,
        instrument: &Instrument,
        options: &CsvOptions,
    ) -> Result<CsvTallies, TallyError> {
        let whole = Kept::of_instrument(instrument, true);
        if whole.ratios.is_empty() {
            let instrument = instrument.id.to_string();
            return Err(FrameError::NoItems { instrument }.into());
        }
        let (source, _) = opened(source)?.ok_or(TallyError::NotTallies)?;
        let mut file = File::open(Records::new(source), instrument, &whole)?;
        let grouping = Grouping::find(&file.header, options)?;
        let (groups, others) = file.groups()?;
        let withheld = groups.values().flatten().any(|line| !line.told);
        let kept = kept(&whole, &groups);
        let mut tallies = Self::none(instrument, &options.keys, kept);
        let (mut outside, mut last_day) = (0_u64, None);
        for (keys, lines) in &groups {
            let tally = file.tally(&tallies.kept, lines)?;
            let first = lines.iter().map(|line| line.number).min().unwrap_or_default();
            match grouping.of(keys, &file.keys, first, options)? {
                Some((values, day)) => {
                    tallies.add(values, tally)?;
                    last_day = last_day.max(day.filter(|_| options.last_day));
                }
                None => outside = outside.saturating_add(tally.respondents),
            }
        }
        let simulated = file.header.iter().any(|name| name == SIMULATED);
        Ok(CsvTallies { tallies, outside, others, withheld, simulated, last_day })
    }
}

/// The lines of a file by the values of their group.
type Lines = BTreeMap<Vec<String>, Vec<Line>>;

/// What the lines of all groups together have sums of; nothing that one of them withholds.
fn kept(whole: &Kept, groups: &Lines) -> Kept {
    let mut held = vec![false; whole.ratios.len()];
    let mut pairs = Vec::new();
    for line in groups.values().flatten() {
        let [a, b] = [line.a, line.b].map(|member| whole.members[member].ratio);
        if line.a == line.b {
            held[a] = true;
        } else {
            pairs.push((a.min(b), a.max(b)));
        }
        if pairs.len() > 100_000 {
            pairs.sort_unstable();
            pairs.dedup();
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    for line in groups.values().flatten().filter(|line| !line.told) {
        let [a, b] = [line.a, line.b].map(|member| whole.members[member].ratio);
        let gone = |pair: &(usize, usize)| {
            if a == b { pair.0 == a || pair.1 == a } else { *pair == (a.min(b), a.max(b)) }
        };
        pairs.retain(|pair| !gone(pair));
        held[a] &= a != b;
    }
    Kept { held, pairs, ..whole.clone() }
}

/// A file whose header was read.
struct File<'a, R> {
    records: Records<R>,
    instrument: &'a Instrument,
    whole: &'a Kept,
    /// The members' places by level and code.
    members: HashMap<(&'a str, &'a str), usize>,
    header: Vec<String>,
    names: [usize; NAMES.len()],
    sums: [usize; SUMS.len()],
    /// The columns of the group.
    keys: Vec<usize>,
}

impl<'a, R: Read> File<'a, R> {
    fn open(
        mut records: Records<R>,
        instrument: &'a Instrument,
        whole: &'a Kept,
    ) -> Result<Self, TallyError> {
        if records.advance()? == Next::End {
            return Err(TallyError::NotTallies);
        }
        let mut best: Option<(usize, u8)> = None;
        for delimiter in [b',', b';', b'\t'] {
            if records.reread(delimiter) == Next::Record
                && best.is_none_or(|(width, _)| records.width() > width)
            {
                best = Some((records.width(), delimiter));
            }
        }
        let (_, delimiter) = best.ok_or(TallyError::NotTallies)?;
        records.reread(delimiter);
        let name =
            |place| cell_text(&records.cell(place)).map(|(text, _)| as_it_was(&text).to_owned());
        let header: Vec<String> =
            (0..records.width()).map(name).collect::<Option<_>>().ok_or(TallyError::NotTallies)?;
        if !NAMES.iter().chain(&SUMS).any(|name| header.iter().any(|column| column == name)) {
            return Err(TallyError::NotTallies);
        }
        if let Some((_, name)) =
            header.iter().enumerate().find(|(place, name)| header[..*place].contains(name))
        {
            return Err(TallyError::RepeatedColumn { name: name.clone() });
        }
        let find = |name: &&str| header.iter().position(|column| column == name);
        let all = NAMES.iter().chain(&SUMS);
        if let Some(missing) = all.clone().find(|name| find(name).is_none()) {
            return Err(no_column(missing, &header));
        }
        let place = |name: &str| find(&name).unwrap_or_default();
        let keys = (0..header.len()).filter(|c| !all.clone().any(|name| header[*c] == *name));
        let (keys, names, sums) = (keys.collect(), NAMES.map(place), SUMS.map(place));
        let by_name =
            |(place, member): (usize, &'a Member)| ((member.level.name(), &*member.code), place);
        let members = whole.members.iter().enumerate().map(by_name).collect();
        Ok(Self { records, instrument, whole, members, header, names, sums, keys })
    }

    /// All lines of the instrument by their groups, and how many are of another one: of
    /// those alone is a mistake.
    fn groups(&mut self) -> Result<(Lines, u64), TallyError> {
        let mut groups = Lines::new();
        let (mut others, mut other) = (0_u64, None);
        loop {
            match self.records.advance()? {
                Next::End => {
                    let first = if groups.is_empty() { other } else { None };
                    return first.map_or(Ok((groups, others)), Err);
                }
                Next::Record if self.records.width() == self.header.len() => {}
                Next::Record | Next::Broken(_) => {
                    return Err(self.mistake(None, String::new(), Mistake::Cells));
                }
            }
            let cells = (0..self.header.len()).map(|place| self.text(place));
            let cells = cells.collect::<Result<Vec<_>, _>>()?;
            // Files written one after the other repeat their header, with its mark.
            let unmarked = |cell: &String| cell.trim_start_matches(BYTE_ORDER_MARK).to_owned();
            if cells[1..] == self.header[1..] && unmarked(&cells[0]) == self.header[0] {
                continue;
            }
            if let Some(mistake) = self.of_another(&cells) {
                others += 1;
                other.get_or_insert(mistake);
                continue;
            }
            let line = self.line(&cells)?;
            let keys: Vec<String> = self.keys.iter().map(|place| cells[*place].clone()).collect();
            groups.entry(keys).or_default().push(line);
        }
    }

    fn mistake(&self, column: Option<&'static str>, value: String, mistake: Mistake) -> TallyError {
        TallyError::Line { line: self.records.line(), column, value, mistake }
    }

    fn text(&self, place: usize) -> Result<String, TallyError> {
        let cell = self.records.cell(place);
        cell_text(&cell).map(|(text, _)| as_it_was(&text).to_owned()).ok_or_else(|| {
            let value = String::from_utf8_lossy(&cell).replace(char::is_control, "␣");
            self.mistake(None, value, Mistake::NoText)
        })
    }

    /// What to say of a line of another instrument or version; `None` of one of this.
    fn of_another(&self, cells: &[String]) -> Option<TallyError> {
        let [id, version, ..] = self.names.map(|place| &*cells[place]);
        let (column, value) = if id != self.instrument.id.as_str() {
            ("instrument", id)
        } else if version != self.instrument.version.to_string() {
            ("version", version)
        } else {
            return None;
        };
        Some(self.mistake(Some(column), value.into(), Mistake::OtherInstrument))
    }

    fn line(&self, cells: &[String]) -> Result<Line, TallyError> {
        let [.., level, a, b, respondents] = self.names.map(|place| &*cells[place]);
        let member = |column, code: &str| {
            let no_member =
                || self.mistake(Some(column), format!("{level} {code}"), Mistake::NoMember);
            self.members.get(&(level, code)).copied().ok_or_else(no_member)
        };
        let count = |column, cell: &str| {
            let plain = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
            // Room is left to multiply and to add up.
            let count = cell.parse().ok().filter(|count| plain && *count < 1 << 60);
            count.ok_or_else(|| self.mistake(Some(column), cell.into(), Mistake::NoCount))
        };
        let (a, b) = (member("a", a)?, member("b", b)?);
        if respondents.is_empty() && self.sums.iter().all(|place| cells[*place].is_empty()) {
            let (number, sums) = (self.records.line(), Sums::default());
            let products = Products::default();
            return Ok(Line { number, a, b, respondents: 0, told: false, sums, products });
        }
        let respondents = count("respondents", respondents)?;
        let mut sums = [0_u64; SUMS.len()];
        for ((sum, place), column) in sums.iter_mut().zip(self.sums).zip(SUMS) {
            *sum = count(column, &cells[place])?;
        }
        let [valid, satisfied, no_opinion, unanswered, people, ss, sv, vs, vv] = sums;
        let Some(not_satisfied) = valid.checked_sub(satisfied) else {
            return Err(self.mistake(
                Some("satisfied"),
                satisfied.to_string(),
                Mistake::Impossible,
            ));
        };
        let counts = Counts { satisfied, not_satisfied, no_opinion, unanswered };
        let products = Products {
            satisfied_satisfied: ss,
            satisfied_valid: sv,
            valid_satisfied: vs,
            valid_valid: vv,
        };
        let sums =
            Sums { counts, people, squares: if a == b { products } else { Products::default() } };
        if a == b {
            let items = self.whole.ratios[self.whole.members[a].ratio].len() as u64;
            if let Some(column) = impossible(&sums, respondents, items) {
                let value = Tally::cells(&sums, products)
                    [SUMS.iter().position(|sum| *sum == column).unwrap_or_default()];
                return Err(self.mistake(Some(column), value.to_string(), Mistake::Impossible));
            }
        }
        Ok(Line { number: self.records.line(), a, b, respondents, told: true, sums, products })
    }

    /// The sums of the lines of one group.
    fn tally(&self, kept: &Kept, lines: &[Line]) -> Result<Tally, TallyError> {
        let members = &self.whole.members;
        let first = lines.iter().find(|line| line.told).unwrap_or(&lines[0]);
        let wrong = |line: &Line, column, value: String, mistake| {
            Err(TallyError::Line { line: line.number, column, value, mistake })
        };
        let mut tally = Tally::none(kept);
        tally.respondents = first.respondents;
        let mut seen: HashMap<(usize, usize), &Line> = HashMap::with_capacity(lines.len());
        let mut alone: HashMap<usize, &Line> = HashMap::new();
        for line in lines {
            if line.told && line.respondents != first.respondents {
                let mistake = Mistake::Respondents { first: first.number };
                return wrong(line, Some("respondents"), line.respondents.to_string(), mistake);
            }
            if let Some(other) = seen.insert((line.a.min(line.b), line.a.max(line.b)), line) {
                return wrong(line, None, String::new(), Mistake::Repeated { first: other.number });
            }
            let ratio = members[line.a].ratio;
            if line.a == line.b && line.told {
                // A component of one item has its sums.
                if let Some(other) = alone.insert(ratio, line)
                    && other.sums != line.sums
                {
                    let code = members[line.a].code.to_string();
                    return wrong(line, Some("a"), code, Mistake::OtherCounts);
                }
                if kept.held[ratio] {
                    tally.sums[ratio] = line.sums;
                }
            }
        }
        let lacks = |ratio: &usize| kept.held[*ratio] && !alone.contains_key(ratio);
        if let Some(ratio) = (0..kept.ratios.len()).find(lacks) {
            return wrong(first, None, name(kept, ratio, ratio), Mistake::Missing);
        }
        let mut paired = vec![false; kept.pairs.len()];
        for line in lines.iter().filter(|line| line.a != line.b) {
            let (a, b) = (members[line.a].ratio, members[line.b].ratio);
            // Somebody withholds what is needed beside it.
            let Some(place) = kept.pair(a, b) else { continue };
            let (Some(one), Some(other)) = (alone.get(&a), alone.get(&b)) else {
                let lacking = if alone.contains_key(&a) { b } else { a };
                return wrong(line, None, name(kept, lacking, lacking), Mistake::Missing);
            };
            let counts = |sums: &Sums| (sums.counts, sums.people);
            if counts(&one.sums) != counts(&line.sums) {
                let code = members[line.a].code.to_string();
                return wrong(line, Some("a"), code, Mistake::OtherCounts);
            }
            if let Some(column) = impossible_pair(line.products, &one.sums, &other.sums) {
                let value = Tally::cells(&line.sums, line.products)
                    [SUMS.iter().position(|sum| *sum == column).unwrap_or_default()];
                return wrong(line, Some(column), value.to_string(), Mistake::Impossible);
            }
            let products = if a < b { line.products } else { line.products.turned() };
            if std::mem::replace(&mut paired[place], true) && tally.products[place] != products {
                let code = members[line.a].code.to_string();
                return wrong(line, Some("a"), code, Mistake::OtherCounts);
            }
            tally.products[place] = products;
        }
        if let Some(place) = paired.iter().position(|there| !there) {
            let (a, b) = kept.pairs[place];
            return wrong(first, None, name(kept, a, b), Mistake::Missing);
        }
        Ok(tally)
    }
}

impl Products {
    /// The same of the two sets the other way round.
    fn turned(self) -> Self {
        let Self { satisfied_valid, valid_satisfied, .. } = self;
        Self { satisfied_valid: valid_satisfied, valid_satisfied: satisfied_valid, ..self }
    }
}

/// The members of two ratios, as in a file.
fn name(kept: &Kept, a: usize, b: usize) -> String {
    let of = |ratio| kept.members.iter().filter(move |member| member.ratio == ratio);
    let level = of(a)
        .find_map(|one| of(b).find(|other| other.level == one.level).map(|other| (one, other)));
    level.map_or_else(String::new, |(one, other)| {
        format!("{} {} {}", one.level.name(), one.code, other.code)
    })
}
