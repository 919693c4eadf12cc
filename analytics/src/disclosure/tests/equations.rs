//! A reader who only adds and subtracts what is shown: by solving equations.

use super::*;

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
pub(super) fn given_away(
    months: &[People],
    periods: &[Range<usize>],
    withheld: &[Withheld],
) -> Vec<String> {
    let keys: BTreeSet<&Key> = months.iter().flat_map(|m| m.0.keys()).collect();
    let mut unknowns: Vec<(Range<usize>, &Key)> = Vec::new();
    let people = |stretch: &Range<usize>, key: &Key| -> u64 {
        months[stretch.clone()].iter().map(|m| m.of(key)).sum()
    };
    let shown = |stretch: &Range<usize>, (channel, level, code): &Key| {
        let place = periods.iter().position(|p| p == stretch);
        place.is_some_and(|place| !covers(&withheld[place], &(*channel, *level, code.clone())))
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
            let of = |level, name: &str| (*channel, Counted::Figure(level), name.into());
            let component = |name: &str| place(stretch, &of(Level::Component, name));
            match level {
                Counted::Figure(Level::Component) => {
                    let item = ASKED.iter().find(|(_, c)| **c == **code).unwrap().0;
                    let item = place(stretch, &of(Level::Item, item));
                    equation(place(stretch, key), vec![item]);
                }
                Counted::Figure(Level::Index) => {
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
