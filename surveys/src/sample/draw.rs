//! Draws a sample from a frame, reproducibly: the same frame and seed give the same
//! households with every version of the program.
//!
//! In each stratum as many primary sampling units as asked are drawn by systematic
//! random sampling in the order of the frame, and in each of them as many households,
//! by number, and then the reserve from the others. Systematic sampling of m among M:
//! with a random u in [0, 1), the units ⌊(u + i)·M/m⌋ for i = 0 … m−1, counted from 0.
//! The random numbers are `SplitMix64` (Steele, Lea, Flood 2014), begun with the first
//! eight bytes, big-endian, of a hash of seed and place that is given as a function.

use super::rows::{Column, Row, rows};
use super::{Household, Psu, SampleList};
use crate::mistake::Mistake;

/// The most households that are drawn in one primary sampling unit.
pub const MAX_DRAWN: u32 = 500;

/// How much is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawing {
    /// Primary sampling units in each stratum; all of them when `None`.
    pub psus: Option<u32>,
    /// Households in each primary sampling unit.
    pub households: u32,
    /// Reserve households in each.
    pub reserve: u32,
}

/// Reads a frame: `stratum`, `psu` and `households_in_psu`, one line for each primary
/// sampling unit of the population.
///
/// # Errors
/// Every mistake there is.
pub fn read_frame(source: &str) -> Result<Vec<Psu>, Vec<Mistake>> {
    let rows = rows(source, &[Column::Stratum, Column::Psu, Column::HouseholdsInPsu])?;
    let (mut psus, mut mistakes): (Vec<Psu>, Vec<Mistake>) = (Vec::new(), Vec::new());
    for index in 0..rows.rows.len() {
        let mut row = Row::new(&rows, index);
        let (name, stratum) = (row.name(Column::Psu), row.name(Column::Stratum));
        let households_in_psu = row.number(Column::HouseholdsInPsu);
        if psus.iter().any(|psu| psu.name == name) {
            row.wrong(
                Column::Psu,
                format!("{name} đã có ở dòng trên. Hãy xóa một dòng hoặc đặt tên khác."),
                format!("{name} is in a line above. Delete one or give it another name."),
            );
        }
        mistakes.append(&mut row.mistakes);
        psus.push(Psu { name, stratum, psus_in_stratum: 0, households_in_psu, weight: None });
    }
    let strata: Vec<String> = psus.iter().map(|psu| psu.stratum.clone()).collect();
    for psu in &mut psus {
        let count = strata.iter().filter(|stratum| **stratum == psu.stratum).count();
        psu.psus_in_stratum = u32::try_from(count).unwrap_or(u32::MAX);
    }
    if mistakes.is_empty() { Ok(psus) } else { Err(mistakes) }
}

/// Random numbers that depend on their beginning only.
struct SplitMix64(u64);

impl SplitMix64 {
    /// A number in [0, 1).
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The places, from 0, of `wanted` among `all`; all of them when there are fewer.
fn systematic(all: u32, wanted: u32, u: f64) -> Vec<u32> {
    if wanted >= all {
        return (0..all).collect();
    }
    let step = f64::from(all) / f64::from(wanted);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place among at most a million"
    )]
    let place = |i: u32| (((u + f64::from(i)) * step) as u32).min(all - 1);
    (0..wanted).map(place).collect()
}

/// Draws from `frame`; `begin` hashes a text to the beginning of random numbers.
pub fn draw(frame: &[Psu], drawing: Drawing, begin: impl Fn(&str) -> u64) -> SampleList {
    let mut strata: Vec<&str> = Vec::new();
    for psu in frame {
        if !strata.contains(&psu.stratum.as_str()) {
            strata.push(&psu.stratum);
        }
    }
    let mut list = SampleList::default();
    for stratum in strata {
        let units: Vec<&Psu> = frame.iter().filter(|psu| psu.stratum == stratum).collect();
        let all = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let mut random = SplitMix64(begin(stratum));
        for place in systematic(all, drawing.psus.unwrap_or(all), random.unit()) {
            let psu = units[place as usize];
            let mut random = SplitMix64(begin(&format!("{stratum}\n{}", psu.name)));
            let of_psu = psu.households_in_psu;
            let drawn = systematic(of_psu, drawing.households, random.unit());
            let others: Vec<u32> = (0..of_psu).filter(|place| !drawn.contains(place)).collect();
            let left = u32::try_from(others.len()).unwrap_or(u32::MAX);
            let reserve = systematic(left, drawing.reserve, random.unit());
            let reserve = reserve.into_iter().map(|place| (others[place as usize], true));
            let numbers = drawn.iter().map(|place| (*place, false)).chain(reserve);
            list.households.extend(numbers.map(|(place, reserve)| Household {
                psu: psu.name.clone(),
                number: place + 1,
                reserve,
            }));
            list.psus.push(psu.clone());
        }
    }
    list
}

/// The list as a CSV file that [`read`](super::read) reads.
pub fn written(list: &SampleList) -> String {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let columns = [
        Column::Stratum,
        Column::Psu,
        Column::Household,
        Column::Reserve,
        Column::PsusInStratum,
        Column::HouseholdsInPsu,
    ];
    let mut lines = vec![columns.map(|column| column.name().to_owned())];
    for household in &list.households {
        let Some(psu) = list.psus.iter().find(|psu| psu.name == household.psu) else { continue };
        lines.push([
            psu.stratum.clone(),
            psu.name.clone(),
            household.number.to_string(),
            if household.reserve { "1".to_owned() } else { String::new() },
            psu.psus_in_stratum.to_string(),
            psu.households_in_psu.to_string(),
        ]);
    }
    for line in lines {
        csv.write_record(line).expect("memory takes every record");
    }
    String::from_utf8(csv.into_inner().expect("memory is flushed")).expect("texts are UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::read;

    const FRAME: &str = "stratum,psu,households_in_psu\na,A,100\na,B,40\na,C,70\nb,D,9\n";
    const DRAWING: Drawing = Drawing { psus: Some(2), households: 10, reserve: 3 };

    fn begin(text: &str) -> u64 {
        text.bytes().fold(7, |sum, byte| sum * 31 + u64::from(byte))
    }

    #[test]
    fn what_is_drawn_is_a_sample_that_can_be_read() {
        let frame = read_frame(FRAME).unwrap();
        let list = draw(&frame, DRAWING, begin);
        assert_eq!(read(&written(&list)).unwrap(), list);
        assert_eq!(list.psus.len(), 3, "two of a, the only one of b");
        let of = |psu: &str, reserve| {
            list.households.iter().filter(|h| h.psu == psu && h.reserve == reserve).count()
        };
        let first = list.psus[0].name.as_str();
        assert_eq!((of(first, false), of(first, true)), (10, 3));
        assert_eq!((of("D", false), of("D", true)), (9, 0), "no more than there are");
        assert_eq!(list.psus[0].psus_in_stratum, 3);
    }

    #[test]
    fn the_same_seed_draws_the_same_and_another_seed_does_not() {
        let frame = read_frame(FRAME).unwrap();
        assert_eq!(draw(&frame, DRAWING, begin), draw(&frame, DRAWING, begin));
        let others = (1..20)
            .filter(|n| draw(&frame, DRAWING, |t| begin(t) ^ n) != draw(&frame, DRAWING, begin));
        assert!(others.count() > 10);
    }

    #[test]
    fn every_household_has_the_same_chance() {
        let mut seen = [0u32; 40];
        let mut random = SplitMix64(1);
        for _ in 0..40_000 {
            for place in systematic(40, 7, random.unit()) {
                seen[place as usize] += 1;
            }
        }
        // 40,000 × 7/40 = 7,000 each; five standard deviations are 380.
        assert!(seen.iter().all(|n| (6_620..7_380).contains(n)), "{seen:?}");
    }

    #[test]
    fn a_frame_names_each_unit_once() {
        let twice = read_frame("stratum,psu,households_in_psu\na,A,1\nb,A,2\n").unwrap_err();
        assert_eq!((twice[0].line, twice[0].column), (3, 2));
    }
}
