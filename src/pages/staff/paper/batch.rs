//! One batch of paper forms: how it stands, and what comes next.

use askama::Template;
use surveys::paper::{Count, Counted, Fate, Sample, Stage, Standing, Step, Totals};
use surveys::period::date_of_millis;
use surveys::text::percent;
use surveys::{Instrument, Serial};

use super::{
    TotalsRow, WorkRow, Wrong, fate_name, to_mend, totals_rows, work_rows, wrong, wrong_at,
};
use crate::pages::field::Mending;
use crate::pages::message::Link;
use crate::pages::staff::{Nav, moment};
use crate::pages::{Shell, Words, day};
use crate::reporting::paper::Work;
use crate::staff::Names;
use crate::store::paper_batches::PaperBatch;
use crate::store::paper_ranges::PaperRange;

/// What is known of a batch.
#[derive(Debug)]
pub struct Known<'k> {
    /// The batch.
    pub batch: &'k PaperBatch,
    /// The instrument on its sheets.
    pub instrument: &'k Instrument,
    /// The name of its collection point.
    pub point: &'k str,
    /// How it stands.
    pub standing: &'k Standing,
    /// The last count of each person.
    pub counts: &'k [Count],
    /// The serial numbers it accounts for.
    pub ranges: &'k [PaperRange],
    /// How many sheets came to each fate.
    pub fates: Vec<(Fate, usize)>,
    /// What it comes to, when it is closed or given up.
    pub totals: Option<&'k Totals<'k>>,
    /// What was said of a sheet after it was keyed, by sheet.
    pub corrections: Vec<(Serial, String)>,
    /// How many sheets are corrected.
    pub corrected: usize,
    /// What each person did.
    pub work: Vec<Work>,
    /// What they are called.
    pub names: &'k Names,
    /// The SHA-256 of its documents as they are now, in hexadecimal digits.
    pub sha256: String,
    /// The sign-in name of the reader.
    pub reader: &'k str,
    /// Whether the reader keyed a sheet of it.
    pub is_keyer: bool,
    /// Whether the reader keys sheets.
    pub keys: bool,
    /// Whether the reader runs batches.
    pub runs: bool,
}

/// What comes next.
#[derive(Debug)]
struct Next {
    said: String,
    /// A page to go to, or an act when `posts`.
    way: Option<Link>,
    posts: bool,
}

/// One batch.
#[derive(Debug, Template)]
#[template(path = "staff/paper/batch.html")]
#[expect(clippy::struct_excessive_bools, reason = "each shows or hides one part of the page")]
pub struct Batch<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    heading: String,
    point: String,
    title: String,
    at: String,
    facts: Vec<(String, String)>,
    next: Next,
    counts: Vec<(String, String)>,
    counting: bool,
    fates: Vec<(String, usize)>,
    keying: bool,
    rekeyed: String,
    widens: bool,
    gives_up: bool,
    corrects: bool,
    totals: Vec<TotalsRow>,
    work: Vec<WorkRow>,
    corrections: Vec<(String, String)>,
    corrected: String,
    typed: [String; 4],
    resumed: bool,
    wrong: Vec<Wrong>,
}

impl<'a> Batch<'a> {
    /// The page of what is `known`.
    pub fn new(shell: &'a Shell, nav: Nav, known: &Known<'_>) -> Self {
        let (batch, t, language) = (known.batch, shell.t, shell.language());
        let at = format!("/staff/paper/{}", batch.batch_id);
        let keying = batch.stage == Stage::Keying && known.keys;
        let Sample { chosen, rekeyed, discrepancy, .. } = known.standing.sample;
        let rekeyed = (chosen > 0).then(|| {
            let share = percent(discrepancy.share(), 2, language);
            let numbers = [
                ("rekeyed", shell.number(rekeyed)),
                ("chosen", shell.number(chosen)),
                ("differing", shell.number(discrepancy.differing)),
                ("compared", shell.number(discrepancy.compared)),
                ("share", share),
            ];
            t.with("paper-rekeyed", &numbers.each_ref().map(|(name, v)| (*name, v.as_str())))
        });
        let corrected = known.totals.map(|_| {
            let share = f64::from(u32::try_from(known.corrected).unwrap_or(u32::MAX))
                / f64::from(batch.in_box.max(1));
            let numbers = [
                ("corrected", shell.number(known.corrected)),
                ("sheets", shell.number(batch.in_box)),
                ("share", percent(share, 2, language)),
            ];
            t.with("paper-corrected", &numbers.each_ref().map(|(name, v)| (*name, v.as_str())))
        });
        let correction = |(serial, said): &(Serial, String)| (serial.to_string(), said.clone());
        Self {
            shell,
            t,
            heading: t.with("paper-batch", &[("batch", &batch.batch_id.to_string())]),
            point: known.point.to_owned(),
            title: known.instrument.title.get(language).to_owned(),
            facts: facts(shell, known),
            next: next(shell, known, &at),
            counts: counts(shell, known),
            counting: keying,
            fates: known
                .fates
                .iter()
                .filter(|(_, count)| *count > 0)
                .map(|(fate, count)| (fate_name(shell, *fate), *count))
                .collect(),
            keying,
            rekeyed: rekeyed.unwrap_or_default(),
            widens: batch.stage == Stage::Keying && known.runs,
            gives_up: batch.stage != Stage::GivenUp && known.runs,
            corrects: batch.stage == Stage::Closed && known.runs,
            totals: known
                .totals
                .map(|totals| totals_rows(known.instrument, totals, language))
                .unwrap_or_default(),
            corrections: known.corrections.iter().map(correction).collect(),
            corrected: corrected.unwrap_or_default(),
            work: work_rows(&known.work, known.names),
            at: shell.link(&at),
            nav: Some(nav),
            typed: Default::default(),
            resumed: false,
            wrong: Vec::new(),
        }
    }

    /// The same, saying whether what is in its forms was typed before the session ended.
    #[must_use]
    pub fn resumed(self, resumed: bool) -> Self {
        Self { resumed, ..self }
    }

    /// The same with what was typed (sheets, first, last, reason) and is to be mended.
    #[must_use]
    pub fn wrong(mut self, found: Vec<(String, String)>, typed: [String; 4]) -> Self {
        self.typed = typed;
        self.wrong = wrong(found);
        self
    }

    /// The address of the page `page` of the batch.
    fn page(&self, page: &str) -> String {
        match self.at.split_once('?') {
            Some((path, query)) => format!("{path}/{page}?{query}"),
            None => format!("{}/{page}", self.at),
        }
    }

    fn to_mend(&self) -> Vec<Mending<'_>> {
        to_mend(&self.wrong, |id| match id {
            "first" => self.t.get("paper-first-number").into_owned(),
            "last" => self.t.get("paper-last-number").into_owned(),
            _ => String::new(),
        })
    }

    fn wrong_at(&self, id: &str) -> &str {
        wrong_at(&self.wrong, id)
    }
}

fn facts(shell: &Shell, known: &Known<'_>) -> Vec<(String, String)> {
    let (batch, language) = (known.batch, shell.language());
    let said = |key: &str| shell.t.get(key).into_owned();
    let ranges: Vec<String> = known.ranges.iter().map(ToString::to_string).collect();
    let opened =
        format!("{}, {}", known.names.of(&batch.opened_by), moment(shell, batch.opened_at));
    let mut facts = vec![
        (said("paper-stage"), batch.stage.text().get(language).to_owned()),
        (said("paper-day"), day(date_of_millis(batch.emptied_at), language)),
        (said("paper-ranges"), ranges.join("; ")),
        (said("paper-opened"), opened),
    ];
    if let (Some(who), Some(at)) = (&batch.closed_by, batch.closed_at) {
        let who = known.names.of(who);
        facts.push((said("paper-closed"), format!("{who}, {}", moment(shell, at))));
        facts.push((said("paper-sha256"), batch.sha256.clone()));
        if known.sha256 != batch.sha256 {
            facts.push((said("paper-sha256-now"), known.sha256.clone()));
        }
    }
    if let Some(why) = &batch.given_up_why {
        facts.push((said("paper-given-up"), why.clone()));
    }
    facts
}

/// Who counted, and how many; nobody sees a number before there are two.
fn counts(shell: &Shell, known: &Known<'_>) -> Vec<(String, String)> {
    let shown = known.counts.len() > 1 || known.batch.stage != Stage::Keying;
    let count = |count: &Count| {
        let sheets = if shown || count.by == known.reader {
            shell.number(count.sheets)
        } else {
            shell.t.get("paper-count-hidden").into_owned()
        };
        (known.names.of(&count.by).to_owned(), sheets)
    };
    known.counts.iter().map(count).collect()
}

fn next(shell: &Shell, known: &Known<'_>, at: &str) -> Next {
    let t = shell.t;
    let left = |key: &str, left: u32| t.with(key, &[("left", &shell.number(left))]);
    let said = |key: &str| t.get(key).into_owned();
    let to = |page: &str, key: &str| {
        Some(Link { address: shell.link(&format!("{at}/{page}")), label: said(key) })
    };
    let plain = |said: String, way: Option<Link>| Next {
        said,
        way: way.filter(|_| known.keys),
        posts: false,
    };
    let run = |said: String, way: Option<Link>, posts: bool| {
        let way = way.filter(|_| known.runs);
        let said = if known.runs { said } else { format!("{said} {}", t.get("paper-by-centre")) };
        Next { said, way, posts }
    };
    let key = || to("key", "paper-go-key");
    match known.standing.next() {
        Step::Count => {
            let own = matches!(&known.standing.counted, Counted::Once(by) if by == known.reader);
            plain(said(if own { "paper-next-other-counts" } else { "paper-next-count" }), key())
        }
        Step::CountAgain(one, other) => {
            let values = [
                ("one", known.names.of(&one.by).to_owned()),
                ("first", shell.number(one.sheets)),
                ("other", known.names.of(&other.by).to_owned()),
                ("second", shell.number(other.sheets)),
            ];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            plain(t.with("paper-next-differ", &values), key())
        }
        Step::Key(sheets) => plain(left("paper-next-key", sheets), key()),
        Step::TooMany(sheets) => plain(left("paper-next-too-many", sheets), None),
        Step::Explain(numbers) => {
            plain(left("paper-next-explain", numbers), to("missing", "paper-go-missing"))
        }
        Step::Draw => run(said("paper-next-draw"), to("draw", "paper-go-draw"), true),
        Step::Rekey(sheets) => {
            plain(left("paper-next-rekey", sheets), to("rekey", "paper-go-rekey"))
        }
        Step::RekeyAll => run(said("paper-next-rekey-all"), to("draw", "paper-go-rekey-all"), true),
        Step::Decide(sheets) => {
            run(left("paper-next-decide", sheets), to("decide", "paper-go-decide"), false)
        }
        Step::Agree(sheets) => {
            plain(left("paper-next-agree", sheets), to("agree", "paper-go-agree"))
        }
        Step::CloseByAnother => {
            let way = to("close", "paper-go-close").filter(|_| !known.is_keyer);
            run(said("paper-next-close-another"), way, false)
        }
        Step::Close => run(said("paper-next-close"), to("close", "paper-go-close"), false),
        Step::Nothing if known.batch.stage == Stage::Closed => {
            plain(said("paper-next-closed"), None)
        }
        Step::Nothing => plain(said("paper-next-given-up"), None),
    }
}
