//! A small commune: some ten people answer a long questionnaire in a month.

use surveys::PartCode;
use surveys::instrument::{Component, ItemKind};

use super::*;

fn long() -> &'static Instrument {
    catalog::instrument("sipas-style", Some(1)).unwrap()
}

/// A roll of a die with so many sides, the same for the same seed.
fn die(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move |most| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 20) % most
    }
}

/// Years of `months` in which so many answered through one of `channels`; one in `skips`
/// leaves a question out, few are asked what follows a low rating.
fn year_of(seed: u64, channels: &[Channel], months: &[u64], skips: u64) -> Vec<People> {
    let mut roll = die(seed);
    let instrument = long();
    let mut month = |forms: u64| {
        let mut count = HashMap::<Key, u64>::new();
        for _ in 0..forms {
            let channel = channels[usize::try_from(roll(channels.len() as u64)).unwrap()];
            let mut answers = |item: &surveys::instrument::Item| {
                if item.asked_after.is_some() { roll(8) == 0 } else { roll(skips) > 0 }
            };
            let answered: HashSet<&str> = instrument
                .asked()
                .filter(|item| item.kind != ItemKind::Comment && answers(item))
                .map(|item| item.code.as_str())
                .collect();
            let mut keys: Vec<(Counted, &str)> = vec![(Counted::Forms, "")];
            keys.extend(answered.iter().map(|item| (Counted::Figure(Level::Item), *item)));
            let holds = |component: &Component| {
                instrument.items_of(&component.code).any(|i| answered.contains(i.code.as_str()))
            };
            let held: Vec<_> = instrument.components.iter().filter(|c| holds(c)).collect();
            keys.extend(held.iter().map(|c| (Counted::Figure(Level::Component), c.code.as_str())));
            let parts: BTreeSet<&str> =
                held.iter().filter_map(|c| c.part.as_ref()).map(PartCode::as_str).collect();
            keys.extend(parts.into_iter().map(|part| (Counted::Figure(Level::Part), part)));
            keys.push((Counted::Figure(Level::Index), instrument.id.as_str()));
            for (counted, code) in keys {
                for through in [None, Some(channel)] {
                    *count.entry((through, counted, code.into())).or_default() += 1;
                }
            }
        }
        People(count)
    };
    months.iter().map(|forms| month(*forms)).collect()
}

/// Months of nine to thirteen people, and one in which nobody came.
const FEW: [u64; 12] = [9, 10, 12, 13, 11, 10, 9, 12, 12, 10, 9, 0];
const FOUR: [Channel; 4] = [Channel::Qr, Channel::Kiosk, Channel::Online, Channel::Paper];
/// Far less than is spent in earnest: what is proved with it is proved quickly.
const LITTLE: u64 = 3_000_000;

#[test]
fn ten_people_a_month_see_their_quarters_and_their_year() {
    for channels in [&FOUR[..1], &FOUR[..2], &FOUR] {
        for (seed, skips) in [(0, 4), (1, 20)] {
            let (year, periods) = (year_of(seed, channels, &FEW, skips), plain_year());
            let withheld = withheld_within(LITTLE, long(), &year, &periods);
            let keys: BTreeSet<&Key> = year.iter().flat_map(|month| month.0.keys()).collect();
            for (period, withheld) in periods.iter().zip(&withheld) {
                for key in keys.iter().filter(|key| key.0.is_none()) {
                    let people: u64 = year[period.clone()].iter().map(|m| m.of(key)).sum();
                    let (covered, what) = (covers(withheld, key), (channels.len(), period, key));
                    assert!(covered || people >= FEWEST_SHOWN, "{what:?}: {people} are told");
                    let is_whole = key.1 != Counted::Figure(Level::Item);
                    let is_longer = period.len() > 1;
                    assert!(!(is_longer && is_whole && covered), "{what:?} is not told");
                }
            }
            let told = |(_, w): &(&Range<usize>, &Withheld)| !w.covers_forms(None);
            let all = || periods.iter().zip(&withheld).filter(told);
            assert_eq!(all().filter(|(period, _)| period.len() > 1).count(), 8);
            let months = all().filter(|(period, _)| period.len() == 1).count();
            assert!((1..9).contains(&months), "{months} months are told");
        }
    }
}

/// What is withheld of a year told without channels; without the last look only what no
/// single sum may give away.
fn without_channels(
    year: &[People],
    periods: &[Range<usize>],
    with_last_look: bool,
) -> Vec<Withheld> {
    let mut made = Year::of(quick(), year, periods);
    if with_last_look {
        assert!(made.is_safe_in(through_all_channels, MOST_EFFORT), "it is proved");
    } else {
        made.leave_out(|key| !through_all_channels(key));
        made.hide_sum_by_sum();
    }
    made.told(quick(), periods)
}

#[test]
fn no_reader_can_tell_what_few_answered_of_a_year_told_without_channels() {
    let (mut secrets, mut told, mut careless) = (0, 0, 0);
    for seed in 0..40 {
        for (channels, months, periods) in shapes() {
            let year = random_year(seed, channels, months, 2, 0);
            let before = without_channels(&year, &periods, false);
            careless += u32::from(!told_too_much(&year, &periods, &before).told.is_empty());
            let withheld = without_channels(&year, &periods, true);
            let read = told_too_much(&year, &periods, &withheld);
            assert!(read.told.is_empty(), "seed {seed}, {channels} channels: {:?}", read.told);
            assert!(given_away(&year, &periods, &withheld).is_empty(), "seed {seed}");
            let forms = |through: Channel| -> u64 {
                year.iter().map(|month| month.of(&(Some(through), Counted::Forms, "".into()))).sum()
            };
            for through in Channel::ALL.into_iter().filter(|through| forms(*through) > 0) {
                assert!(withheld.iter().all(|w| w.covers_forms(Some(through))), "seed {seed}");
            }
            secrets += read.secrets;
            told += withheld.iter().filter(|w| !w.covers(None, Level::Index, QUICK)).count();
        }
    }
    assert!(secrets > 2_000 && told > 200, "{secrets} secrets, {told} periods told");
    assert!(careless > 10, "{careless} years tell too much without the last look");
}

#[test]
fn the_quarters_of_a_small_commune_can_be_published_one_after_the_other() {
    let (year, periods) = (year_of(2, &FOUR, &FEW, 20), plain_year());
    let mut settled: Vec<Option<Withheld>> = vec![None; periods.len()];
    for quarter in [4, 5, 6] {
        let came = |(piece, people): (usize, &People)| {
            if piece < periods[quarter].end { people.clone() } else { People::default() }
        };
        let pieces: Vec<People> = year.iter().enumerate().map(came).collect();
        let before: Vec<Option<&Withheld>> = settled.iter().map(Option::as_ref).collect();
        let told = withheld_after_within(LITTLE, long(), &pieces, &periods, &before);
        let own = told.expect("what was published stays").swap_remove(quarter);
        assert!(!own.covers(None, Level::Index, "sipas-style"), "quarter {quarter} is told");
        settled[quarter] = Some(own);
    }
}
