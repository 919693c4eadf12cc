mod equations;
mod few_a_month;
mod options;
mod reader;

use surveys::catalog;

use super::*;
use crate::against_target::FEWEST_SHOWN;
use equations::given_away;
use reader::told_too_much;

const QUICK: &str = "quick-counter";
/// Item and component of the quick survey.
const ASKED: [(&str, &str); 5] = [
    ("A1", "access"),
    ("A2", "procedures"),
    ("A3", "officials"),
    ("A4", "results"),
    ("A5", "feedback"),
];

fn quick() -> &'static Instrument {
    catalog::instrument(QUICK, Some(1)).unwrap()
}

/// A month in which `through[channel][item]` people answered, and nobody else came.
fn month(through: &[(Channel, [u64; 5])]) -> People {
    let forms = |(channel, answered): &(Channel, [u64; 5])| {
        (*channel, answered.iter().copied().max().unwrap_or(0), *answered)
    };
    month_of(&through.iter().map(forms).collect::<Vec<_>>())
}

/// A month of so many forms through each channel, on which so many answered each item.
fn month_of(through: &[(Channel, u64, [u64; 5])]) -> People {
    let mut people = People::default();
    for (channel, forms, _) in through {
        people.set_forms(Some(*channel), *forms);
    }
    people.set_forms(None, through.iter().map(|(_, forms, _)| forms).sum());
    let mut add = |channel: Option<Channel>, answered: [u64; 5]| {
        for ((item, component), n) in ASKED.into_iter().zip(answered) {
            people.set(channel, Level::Item, item, n);
            people.set(channel, Level::Component, component, n);
        }
        people.set(channel, Level::Index, QUICK, answered.into_iter().max().unwrap());
    };
    let mut all = [0; 5];
    for (channel, _, answered) in through {
        add(Some(*channel), *answered);
        for (sum, n) in all.iter_mut().zip(answered) {
            *sum += n;
        }
    }
    add(None, all);
    people
}

fn through_qr(counts: &[u64]) -> Vec<People> {
    counts.iter().map(|n| month(&[(Channel::Qr, [*n; 5])])).collect()
}

/// The periods of a plain year as ranges of months.
fn plain_year() -> Vec<Range<usize>> {
    let longer = [0..12, 0..9, 0..6, 6..12, 0..3, 3..6, 6..9, 9..12];
    longer.into_iter().chain((0..12).map(|m| m..m + 1)).collect()
}

/// What is withheld of a period without others.
fn of_one(people: People) -> Withheld {
    withheld(quick(), &[people], std::slice::from_ref(&(0..1))).pop().unwrap()
}

fn hidden_indices(months: &[People], periods: &[Range<usize>]) -> Vec<Range<usize>> {
    let withheld = withheld(quick(), months, periods);
    let hidden = |(_, w): &(&Range<usize>, &Withheld)| w.covers(None, Level::Index, QUICK);
    periods.iter().zip(&withheld).filter(hidden).map(|(p, _)| p.clone()).collect()
}

#[test]
fn one_small_month_takes_the_next_smallest_of_its_quarter_with_it() {
    let months = through_qr(&[100, 60, 4, 80, 80, 80, 80, 80, 80, 80, 80, 80]);
    assert_eq!(hidden_indices(&months, &plain_year()), [1..2, 2..3]);
}

#[test]
fn a_year_without_small_months_is_shown_whole() {
    assert!(hidden_indices(&through_qr(&[30; 12]), &plain_year()).is_empty());
}

#[test]
fn a_quarter_of_one_small_month_hides_a_quarter_with_it() {
    // The third quarter is that month: its half and the year would give it away.
    let months = through_qr(&[100, 100, 100, 90, 90, 90, 0, 5, 0, 40, 40, 40]);
    let hidden = hidden_indices(&months, &plain_year());
    for period in [6..9, 7..8, 9..12] {
        assert!(hidden.contains(&period), "{period:?} is not among {hidden:?}");
    }
}

#[test]
fn days_between_two_periods_are_protected_like_a_small_month() {
    // The year begins inside the first month: pieces are its two halves and a month.
    let months = through_qr(&[40, 4, 90]);
    // The month is both pieces, the year the last two: neither tells of the days alone.
    let (shared, year, last) = (0..2, 1..3, 2..3);
    let hidden = hidden_indices(&months, &[shared.clone(), year.clone(), last.clone()]);
    assert!(hidden.contains(&year) || hidden.contains(&last), "{hidden:?}");
}

#[test]
fn a_period_alone_hides_what_its_channels_would_give_away() {
    let people =
        month(&[(Channel::Kiosk, [100; 5]), (Channel::Qr, [40; 5]), (Channel::Paper, [4; 5])]);
    let withheld = of_one(people);
    for channel in [Channel::Paper, Channel::Qr] {
        assert!(withheld.covers(Some(channel), Level::Item, "A1"));
    }
    assert!(!withheld.covers(Some(Channel::Kiosk), Level::Item, "A1"));
    assert!(!withheld.covers(None, Level::Item, "A1"));
}

#[test]
fn a_mean_that_adds_a_withheld_figure_up_keeps_its_counts_and_loses_its_rate() {
    let people = month(&[(Channel::Qr, [150, 150, 150, 140, 5])]);
    let withheld = of_one(people);
    assert!(withheld.covers(None, Level::Component, "feedback"));
    assert!(withheld.covers(None, Level::Component, "results"));
    assert!(!withheld.covers(None, Level::Index, QUICK));
    assert!(withheld.covers_rate(None, Level::Index, QUICK));
}

#[test]
fn what_two_years_withhold_of_a_month_they_share_is_withheld() {
    let one = |code: &str| {
        let mut withheld = Withheld::default();
        withheld.whole.entry((None, Counted::Figure(Level::Item))).or_default().insert(code.into());
        withheld
    };
    let both = one("A1").and(&one("A2"));
    assert!(["A1", "A2"].iter().all(|code| both.covers(None, Level::Item, code)));
}

fn covers(withheld: &Withheld, (channel, counted, code): &Key) -> bool {
    match counted {
        Counted::Forms => withheld.covers_forms(*channel),
        Counted::Figure(level) => withheld.covers(*channel, *level, code),
    }
}

/// Years with small and large months in which the first `items` questions are asked and
/// some left out, but each by no fewer than `least` people.
fn random_year(seed: u64, channels: usize, months: usize, items: usize, least: u64) -> Vec<People> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut roll = move |most: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 20) % most
    };
    (0..months)
        .map(|_| {
            let through: Vec<(Channel, u64, [u64; 5])> = Channel::ALL[..channels]
                .iter()
                .map(|channel| {
                    let most = [1, 12, 40, 300][usize::try_from(roll(4)).unwrap()];
                    let forms = least + roll(most);
                    let mut answered = [0; 5];
                    for n in &mut answered[..items] {
                        let skipped = if roll(4) == 0 { roll(6) } else { 0 };
                        *n = forms.saturating_sub(skipped).max(least);
                    }
                    (*channel, forms + roll(2) * roll(3), answered)
                })
                .collect();
            month_of(&through)
        })
        .collect()
}

/// Years of several shapes: channels, months, and which of these are periods.
fn shapes() -> [(usize, usize, Vec<Range<usize>>); 4] {
    [
        (1, 12, plain_year()),
        (2, 6, vec![0..6, 0..3, 3..6, 0..1, 1..2, 2..3, 3..4, 4..5, 5..6]),
        (3, 3, vec![0..3, 0..1, 1..2, 2..3]),
        // A year from inside the first month, with a quarter of its own.
        (1, 6, vec![1..5, 1..3, 0..2, 2..3, 3..4, 4..6]),
    ]
}

#[test]
fn nothing_withheld_follows_from_all_that_a_year_shows() {
    let mut hidden = 0;
    for seed in 0..40 {
        for (channels, months, periods) in shapes() {
            let year = random_year(seed, channels, months, 5, 0);
            let withheld = withheld(quick(), &year, &periods);
            let away = given_away(&year, &periods, &withheld);
            assert!(away.is_empty(), "seed {seed}, {channels} channels: {away:?}");
            for (period, withheld) in periods.iter().zip(&withheld) {
                for (key, _) in year.iter().flat_map(|m| &m.0) {
                    let people: u64 = year[period.clone()].iter().map(|m| m.of(key)).sum();
                    let covered = covers(withheld, key);
                    assert!(covered || people >= FEWEST_SHOWN, "{period:?} {key:?} {people}");
                    hidden += usize::from(covered);
                }
            }
        }
    }
    assert!(hidden > 1_000, "the years above hold something to hide");
}

#[test]
fn a_year_with_ten_people_in_every_cell_is_shown_whole() {
    let withholds = |least: u64, seed: u64| {
        let all_published = |(_, months, periods): &(usize, usize, Vec<Range<usize>>)| {
            (0..*months).all(|month| periods.contains(&(month..month + 1)))
        };
        shapes().into_iter().filter(all_published).any(|(channels, months, periods)| {
            let year = random_year(seed, channels, months, 5, least);
            withheld(quick(), &year, &periods).iter().any(|w| *w != Withheld::default())
        })
    };
    let seeds = || 0..40;
    assert!(seeds().all(|seed| !withholds(FEWEST_SHOWN, seed)));
    assert!(seeds().any(|seed| withholds(FEWEST_SHOWN - 1, seed)));
}

/// What a year withholds when only one sum at a time is looked at.
fn sum_by_sum(year: &[People], periods: &[Range<usize>]) -> Vec<Withheld> {
    let mut year = Year::of(quick(), year, periods);
    year.hide_sum_by_sum();
    periods.iter().map(|period| year.withheld(quick(), period)).collect()
}

#[test]
fn no_reader_can_tell_that_few_people_answered() {
    let (mut secrets, mut too_much, mut by_bounds_alone) = (0, 0, 0);
    for seed in 0..40 {
        for (channels, months, periods) in shapes() {
            let year = random_year(seed, channels, months, 2, 0);
            let read = told_too_much(&year, &periods, &withheld(quick(), &year, &periods));
            assert!(read.told.is_empty(), "seed {seed}, {channels} channels: {:?}", read.told);
            secrets += read.secrets;
            // Without the last look the same reader tells much of these years, in some of
            // them though no equation does.
            let before = sum_by_sum(&year, &periods);
            let told = !told_too_much(&year, &periods, &before).told.is_empty();
            let solved = !given_away(&year, &periods, &before).is_empty();
            too_much += u32::from(told);
            by_bounds_alone += u32::from(told && !solved);
        }
    }
    assert!(secrets > 2_000, "the years hold {secrets} secrets");
    assert!(too_much > 10 && by_bounds_alone > 5, "{too_much} years, {by_bounds_alone} by bounds");
}

/// A year of a small commune with four channels: some forty people answer in a month, and
/// one in twenty leaves a question out.
fn small_year(seed: u64) -> Vec<People> {
    let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut roll = move |most: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 20) % most
    };
    let mut month = || {
        let usual =
            [(Channel::Qr, 18), (Channel::Kiosk, 12), (Channel::Online, 6), (Channel::Paper, 4)];
        let through = usual.map(|(channel, n)| {
            let forms = n * 3 / 4 + roll(n / 2 + 1);
            let mut answers = || (0..forms).filter(|_| roll(20) > 0).count() as u64;
            (channel, forms, [(); 5].map(|()| answers()))
        });
        month_of(&through)
    };
    (0..12).map(|_| month()).collect()
}

#[test]
fn a_year_that_is_too_hard_to_prove_loses_detail_and_not_its_figures() {
    let (periods, mut coarse) = (plain_year(), 0);
    for seed in 0..4 {
        let year = small_year(seed);
        let withheld = withheld_within(3_000_000, quick(), &year, &periods);
        for (period, withheld) in periods.iter().zip(&withheld) {
            assert!(!withheld.covers(None, Level::Index, QUICK), "seed {seed}, {period:?}");
        }
        let away = given_away(&year, &periods, &withheld);
        assert!(away.is_empty(), "seed {seed}: {away:?}");
        coarse += u32::from(withheld[0].covers(Some(Channel::Qr), Level::Index, QUICK));
    }
    assert!(coarse > 0, "every year was easy");
}

#[test]
fn what_is_left_out_of_a_year_is_safe_in_every_detail() {
    for seed in 0..10 {
        for (channels, months, periods) in shapes() {
            let year = random_year(seed, channels, months, 2, 0);
            for effort in [0, 100, 3_000, 30_000] {
                let withheld = withheld_within(effort, quick(), &year, &periods);
                let read = told_too_much(&year, &periods, &withheld);
                assert!(read.told.is_empty(), "seed {seed}, {effort}: {:?}", read.told);
            }
        }
    }
}

#[test]
fn the_solver_finds_what_a_year_with_one_hidden_month_gives_away() {
    let months = through_qr(&[100, 60, 4, 80, 80, 80, 80, 80, 80, 80, 80, 80]);
    let periods = plain_year();
    let index = (None, Counted::Figure(Level::Index), QUICK.into());
    let together =
        |period: &Range<usize>| months[period.clone()].iter().map(|m| m.of(&index)).sum::<u64>();
    let alone: Vec<Withheld> = periods
        .iter()
        .map(|period| of_one(month(&[(Channel::Qr, [together(period); 5])])))
        .collect();
    assert!(!given_away(&months, &periods, &alone).is_empty());
}

/// What stays published of a year whose periods are published as they end, each decided
/// with what came until then; those that cannot be are left out.
fn one_after_the_other(
    effort: u64,
    year: &[People],
    periods: &[Range<usize>],
) -> (Vec<Range<usize>>, Vec<Withheld>) {
    let mut settled: Vec<Option<Withheld>> = vec![None; periods.len()];
    let mut order: Vec<usize> = (0..periods.len()).collect();
    order.sort_by_key(|place| (periods[*place].end, periods[*place].len()));
    for place in order {
        let came = |(piece, people): (usize, &People)| {
            if piece < periods[place].end { people.clone() } else { People::default() }
        };
        let pieces: Vec<People> = year.iter().enumerate().map(came).collect();
        let before: Vec<Option<&Withheld>> = settled.iter().map(Option::as_ref).collect();
        let decided = withheld_after_within(effort, quick(), &pieces, periods, &before);
        settled[place] = decided.map(|mut decided| decided.swap_remove(place));
    }
    periods.iter().cloned().zip(settled).filter_map(|(p, settled)| Some((p, settled?))).unzip()
}

#[test]
fn nothing_follows_when_periods_are_published_one_after_the_other() {
    let (mut secrets, mut published, mut all, mut careless) = (0, 0, 0, 0);
    for seed in 0..40 {
        for (channels, months, periods) in shapes() {
            let year = random_year(seed, channels, months, 2, 0);
            let (shown, withheld_of_them) = one_after_the_other(MOST_EFFORT, &year, &periods);
            let read = told_too_much(&year, &shown, &withheld_of_them);
            assert!(read.told.is_empty(), "seed {seed}, {channels} channels: {:?}", read.told);
            secrets += read.secrets;
            published += shown.len();
            all += periods.len();
            // Decided each for itself, with what came until then, they tell too much.
            let alone = |period: &Range<usize>| {
                let came = |(piece, people): (usize, &People)| {
                    if piece < period.end { people.clone() } else { People::default() }
                };
                let pieces: Vec<People> = year.iter().enumerate().map(came).collect();
                let place = periods.iter().position(|p| p == period).unwrap();
                withheld(quick(), &pieces, &periods).swap_remove(place)
            };
            let each: Vec<Withheld> = periods.iter().map(alone).collect();
            careless += u32::from(!given_away(&year, &periods, &each).is_empty());
        }
    }
    assert!(secrets > 2_000 && careless > 5, "{secrets} secrets, {careless} careless years");
    assert!(published * 10 > all * 8, "{published} of {all} are published");
}

#[test]
fn nothing_follows_when_the_first_periods_were_published_in_more_detail_than_the_next() {
    let (mut by_channel, mut without) = (0, 0);
    for seed in 0..40 {
        for (channels, months, periods) in shapes() {
            let year = random_year(seed, channels, months, 2, 0);
            // Enough for a period or two, not for all of them in full detail.
            let (shown, withheld) = one_after_the_other(2_000, &year, &periods);
            let read = told_too_much(&year, &shown, &withheld);
            assert!(read.told.is_empty(), "seed {seed}, {channels} channels: {:?}", read.told);
            let tells = |withheld: &Withheld| {
                Channel::ALL.into_iter().any(|channel| {
                    !withheld.covers_forms(Some(channel))
                        && year
                            .iter()
                            .any(|m| m.of(&(Some(channel), Counted::Forms, "".into())) > 0)
                })
            };
            let in_detail = withheld.iter().filter(|withheld| tells(withheld)).count();
            if in_detail > 0 && in_detail < withheld.len() {
                by_channel += in_detail;
                without += withheld.len() - in_detail;
            }
        }
    }
    assert!(by_channel > 10 && without > 10, "{by_channel} by channel, {without} without");
}
