use surveys::catalog;

use super::*;
use crate::against_target::FEWEST_SHOWN;

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

/// A month in which `through[channel][item]` people answered.
fn month(through: &[(Channel, [u64; 5])]) -> People {
    let mut people = People::default();
    let mut add = |channel: Option<Channel>, answered: [u64; 5]| {
        for ((item, component), n) in ASKED.into_iter().zip(answered) {
            people.set(channel, Level::Item, item, n);
            people.set(channel, Level::Component, component, n);
        }
        people.set(channel, Level::Index, QUICK, answered.into_iter().max().unwrap());
    };
    let mut all = [0; 5];
    for (channel, answered) in through {
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
        withheld.whole.entry((None, Level::Item)).or_default().insert(code.into());
        withheld
    };
    let both = one("A1").and(&one("A2"));
    assert!(["A1", "A2"].iter().all(|code| both.covers(None, Level::Item, code)));
}

/// Arithmetic of a field in which every number but zero can be divided by.
const PRIME: u64 = (1 << 31) - 1;

fn inverse(a: u64) -> u64 {
    let (mut result, mut base, mut power) = (1, a % PRIME, PRIME - 2);
    while power > 0 {
        if power & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        power >>= 1;
    }
    result
}

/// Solves for everything: which of `unknown` follow from the equations `rows`, each the
/// coefficients of the unknowns in a sum whose other members are known.
fn solved(mut rows: Vec<Vec<u64>>, unknowns: usize) -> Vec<usize> {
    let mut rank = 0;
    for column in 0..unknowns {
        let Some(pivot) = (rank..rows.len()).find(|r| rows[*r][column] != 0) else { continue };
        rows.swap(rank, pivot);
        let scale = inverse(rows[rank][column]);
        for value in &mut rows[rank] {
            *value = *value * scale % PRIME;
        }
        let row = rows[rank].clone();
        for (r, other) in rows.iter_mut().enumerate() {
            let times = other[column];
            if r != rank && times != 0 {
                for (a, b) in other.iter_mut().zip(&row) {
                    *a = (*a + PRIME - times * b % PRIME) % PRIME;
                }
            }
        }
        rank += 1;
    }
    // An unknown follows when some row names nothing else.
    let alone = |row: &Vec<u64>| {
        let mut named = (0..unknowns).filter(|c| row[*c] != 0);
        named.next().filter(|_| named.next().is_none())
    };
    rows.iter().filter_map(alone).collect()
}

/// What few people answered and what yet follows from all that is shown of a year.
/// That a larger figure follows which is withheld beside it is no harm.
fn given_away(months: &[People], periods: &[Range<usize>], withheld: &[Withheld]) -> Vec<String> {
    let keys: BTreeSet<&Key> = months.iter().flat_map(|m| m.0.keys()).collect();
    let mut unknowns: Vec<(Range<usize>, &Key)> = Vec::new();
    let people = |stretch: &Range<usize>, key: &Key| -> u64 {
        months[stretch.clone()].iter().map(|m| m.of(key)).sum()
    };
    let shown = |stretch: &Range<usize>, (channel, level, code): &Key| {
        let place = periods.iter().position(|p| p == stretch);
        place.is_some_and(|place| !withheld[place].covers(*channel, *level, code))
    };
    let mut stretches: Vec<Range<usize>> = periods.to_vec();
    stretches.extend((0..months.len()).map(|m| m..m + 1).filter(|m| !periods.contains(m)));
    for stretch in &stretches {
        for &key in &keys {
            // Of a period in which nobody answered the reader is told so.
            if !shown(stretch, key) && people(stretch, key) > 0 {
                unknowns.push((stretch.clone(), key));
            }
        }
    }
    let place = |stretch: &Range<usize>, key: &Key| {
        unknowns.iter().position(|(s, k)| s == stretch && *k == key)
    };
    let mut rows: Vec<Vec<u64>> = Vec::new();
    let mut equation = |total: Option<usize>, parts: Vec<Option<usize>>| {
        let mut row = vec![0; unknowns.len()];
        for part in parts.into_iter().flatten() {
            row[part] = 1;
        }
        if let Some(total) = total {
            row[total] = PRIME - 1;
        }
        if row.iter().any(|c| *c != 0) {
            rows.push(row);
        }
    };
    for stretch in &stretches {
        for &key in &keys {
            if stretch.len() > 1 {
                let months = stretch.clone().map(|m| place(&(m..m + 1), key)).collect();
                equation(place(stretch, key), months);
            }
            let (channel, level, code) = key;
            if channel.is_none() {
                let through =
                    Channel::ALL.map(|c| place(stretch, &(Some(c), *level, code.clone())));
                equation(place(stretch, key), through.to_vec());
            }
            let component = |name: &str| place(stretch, &(*channel, Level::Component, name.into()));
            match level {
                Level::Component => {
                    let item = ASKED.iter().find(|(_, c)| **c == **code).unwrap().0;
                    let item = place(stretch, &(*channel, Level::Item, item.into()));
                    equation(place(stretch, key), vec![item]);
                }
                Level::Index => {
                    let parts = ASKED.map(|(_, c)| component(c));
                    equation(place(stretch, key), parts.to_vec());
                }
                _ => {}
            }
        }
    }
    let follow = solved(rows, unknowns.len());
    let few = |(stretch, key): &&(Range<usize>, &Key)| people(stretch, key) < FEWEST_SHOWN;
    follow.into_iter().map(|u| &unknowns[u]).filter(few).map(|u| format!("{u:?}")).collect()
}

/// Years with small and large months, one to three channels, questions left out.
fn random_year(seed: u64, channels: usize, months: usize) -> Vec<People> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut roll = move |most: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 20) % most
    };
    (0..months)
        .map(|_| {
            let through: Vec<(Channel, [u64; 5])> = Channel::ALL[..channels]
                .iter()
                .map(|channel| {
                    let most = [1, 12, 40, 300][usize::try_from(roll(4)).unwrap()];
                    let forms = roll(most);
                    let mut answered = [forms; 5];
                    for n in &mut answered {
                        if roll(4) == 0 {
                            *n = n.saturating_sub(roll(6));
                        }
                    }
                    (*channel, answered)
                })
                .collect();
            month(&through)
        })
        .collect()
}

#[test]
fn nothing_withheld_follows_from_all_that_a_year_shows() {
    let mut hidden = 0;
    for seed in 0..40 {
        for (channels, months, periods) in [
            (1, 12, plain_year()),
            (2, 6, vec![0..6, 0..3, 3..6, 0..1, 1..2, 2..3, 3..4, 4..5, 5..6]),
            (3, 3, vec![0..3, 0..1, 1..2, 2..3]),
            // A year from inside the first month, with a quarter of its own.
            (1, 6, vec![1..5, 1..3, 0..2, 2..3, 3..4, 4..6]),
        ] {
            let year = random_year(seed, channels, months);
            let withheld = withheld(quick(), &year, &periods);
            let away = given_away(&year, &periods, &withheld);
            assert!(away.is_empty(), "seed {seed}, {channels} channels: {away:?}");
            for (period, withheld) in periods.iter().zip(&withheld) {
                for (key, _) in year.iter().flat_map(|m| &m.0) {
                    let people: u64 = year[period.clone()].iter().map(|m| m.of(key)).sum();
                    let covered = withheld.covers(key.0, key.1, &key.2);
                    assert!(covered || people >= FEWEST_SHOWN, "{period:?} {key:?} {people}");
                    hidden += usize::from(covered);
                }
            }
        }
    }
    assert!(hidden > 1_000, "the years above hold something to hide");
}

#[test]
fn the_solver_finds_what_a_year_with_one_hidden_month_gives_away() {
    let months = through_qr(&[100, 60, 4, 80, 80, 80, 80, 80, 80, 80, 80, 80]);
    let periods = plain_year();
    let index = (None, Level::Index, QUICK.into());
    let together =
        |period: &Range<usize>| months[period.clone()].iter().map(|m| m.of(&index)).sum::<u64>();
    let alone: Vec<Withheld> = periods
        .iter()
        .map(|period| of_one(month(&[(Channel::Qr, [together(period); 5])])))
        .collect();
    assert!(!given_away(&months, &periods, &alone).is_empty());
}
