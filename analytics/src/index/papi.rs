//! Totals and rank groups of PAPI, the provincial index of governance: a province's
//! total is the sum of its dimensions, and provinces fall into groups by rank whose
//! sizes are published year by year. There is no official PAPI of a commune.

/// A province in the order of its total, the highest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Its place in the list given.
    pub place: usize,
    /// The sum of its dimensions.
    pub total: f64,
    /// Its rank, from 1; the same for equal totals.
    pub rank: usize,
    /// The first and the last group its rank may be counted to, from 1: two where
    /// equal totals lie across a border. `None` without groups.
    pub groups: Option<(usize, usize)>,
}

/// Group sizes that do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the groups have room for {room} and {ranked} have a total: give sizes that add up")]
pub struct WrongSizes {
    /// What the sizes add up to.
    pub room: usize,
    /// How many have a total.
    pub ranked: usize,
}

/// `value` on the scale from 1 to 10 that PAPI uses, 1 + 9·(x−min)/(max−min), by the
/// fixed theoretical bounds of its question, never by those found in the data. `None`
/// for bounds that are none and for a value beyond them.
pub fn rescaled(value: f64, (min, max): (f64, f64)) -> Option<f64> {
    let inside = min < max && (min..=max).contains(&value);
    inside.then(|| 1.0 + 9.0 * (value - min) / (max - min)).filter(|value| value.is_finite())
}

/// The total of a province's dimensions; undefined when one is missing.
pub fn total(dimensions: &[Option<f64>]) -> Option<f64> {
    (!dimensions.is_empty()).then(|| dimensions.iter().copied().sum::<Option<f64>>()).flatten()
}

/// Ranks the provinces that have a total, in groups of these sizes (none: no groups).
/// Totals that are equal to four decimals, as they are published, share their rank.
///
/// # Errors
/// [`WrongSizes`] when the sizes do not add up to the number of totals.
pub fn ranked(totals: &[Option<f64>], sizes: &[usize]) -> Result<Vec<Ranked>, WrongSizes> {
    let mut order: Vec<(usize, f64)> =
        totals.iter().enumerate().filter_map(|(place, total)| Some((place, (*total)?))).collect();
    let room = sizes.iter().sum();
    if !sizes.is_empty() && room != order.len() {
        return Err(WrongSizes { room, ranked: order.len() });
    }
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    #[expect(clippy::cast_possible_truncation, reason = "a score of at most three digits")]
    let published = |total: f64| (total * 10_000.0).round() as i64;
    let mut found: Vec<Ranked> = Vec::with_capacity(order.len());
    for same in order.chunk_by(|a, b| published(a.1) == published(b.1)) {
        let first = found.len();
        let groups = group_at(sizes, first).zip(group_at(sizes, first + same.len() - 1));
        found.extend(same.iter().map(|&(place, total)| Ranked {
            place,
            total,
            rank: first + 1,
            groups,
        }));
    }
    Ok(found)
}

/// The group, from 1, of the position `at`, from 0.
fn group_at(sizes: &[usize], at: usize) -> Option<usize> {
    let mut end = 0;
    let group = sizes.iter().position(|size| {
        end += size;
        at < end
    });
    group.map(|group| group + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_rescaled_by_the_bounds_of_its_question() {
        assert_eq!(rescaled(0.0, (0.0, 1.0)), Some(1.0));
        assert_eq!(rescaled(0.5, (0.0, 1.0)), Some(5.5));
        assert_eq!(rescaled(5.0, (1.0, 5.0)), Some(10.0));
        for (value, bounds) in [
            (1.0, (1.0, 1.0)),
            (1.0, (2.0, 1.0)),
            (5.1, (1.0, 5.0)),
            (0.9, (1.0, 5.0)),
            (f64::NAN, (1.0, 5.0)),
            (0.0, (f64::MIN, f64::MAX)),
        ] {
            assert_eq!(rescaled(value, bounds), None, "{value} {bounds:?}");
        }
    }

    /// Published dimension scores and totals of Hà Nội, 2011 to 2019, and of Nam Định, Đồng
    /// Tháp and Cà Mau in some of these years; all are rounded to four decimals.
    #[test]
    fn a_total_is_the_sum_of_the_dimensions() {
        for (dimensions, printed) in [
            (&[5.7625, 5.9936, 5.7285, 4.9991, 6.8642, 7.0572][..], 36.4050),
            (&[5.5066, 6.2630, 6.0571, 5.1785, 6.8675, 7.0205][..], 36.8932),
            (&[5.4568, 6.3294, 5.9438, 5.6404, 6.8464, 6.9459][..], 37.1627),
            (&[5.3068, 6.0062, 5.6360, 5.2291, 6.8024, 6.8214][..], 35.8018),
            (&[5.0540, 5.2199, 5.5838, 4.9930, 6.5304, 6.7208][..], 34.1019),
            (&[5.3377, 5.0762, 4.2614, 5.2389, 7.0872, 6.8045][..], 33.8060),
            (&[5.2510, 5.2651, 4.6121, 5.5219, 6.9653, 7.0160][..], 34.6313),
            (&[5.2156, 5.0869, 4.6113, 6.0759, 7.4994, 6.9271, 3.5837, 3.3195][..], 42.3195),
            (&[5.0387, 4.9867, 4.5744, 6.1267, 7.1317, 7.0986, 2.7179, 3.8583][..], 41.5330),
            (&[5.3793, 6.6516, 6.2959, 5.9127, 7.3741, 6.7704][..], 38.3841),
            (&[4.3438, 5.3099, 5.6241, 6.1734, 7.0710, 6.6735][..], 35.1956),
            (&[4.4493, 5.4151, 5.5055, 6.5972, 6.5863, 6.0249][..], 34.5783),
            (&[5.2067, 5.7953, 5.6133, 7.2858, 6.8148, 6.4591][..], 37.1750),
            (&[5.3631, 6.1216, 6.5708, 5.8858, 7.1798, 7.0038][..], 38.1249),
            (&[5.2830, 5.6015, 5.4675, 6.7702, 7.6634, 7.0906][..], 37.8761),
            (&[4.6477, 5.3226, 5.1691, 6.2612, 7.2690, 6.2805][..], 34.9501),
            (&[5.4012, 5.6313, 4.7389, 6.5782, 7.4898, 7.4457, 4.4665, 2.8770][..], 44.6284),
            (&[5.2963, 5.7854, 4.7463, 7.7127, 7.3519, 7.2926, 4.9398, 3.5942][..], 46.7192),
            (&[4.4080, 5.2463, 5.2607, 7.4236, 7.5805, 7.0704, 4.0145, 2.0915][..], 43.0956),
        ] {
            let dimensions: Vec<Option<f64>> = dimensions.iter().copied().map(Some).collect();
            assert!((total(&dimensions).unwrap() - printed).abs() < 5e-4, "{dimensions:?}");
        }
        assert_eq!(total(&[Some(5.0), None]), None);
        assert_eq!(total(&[]), None);
    }

    #[test]
    fn equal_totals_share_a_rank_and_a_border_between_them_is_told() {
        let totals = [Some(40.0), Some(42.0), None, Some(40.000_01), Some(38.0)];
        let found = ranked(&totals, &[2, 2]).unwrap();
        let told: Vec<_> = found.iter().map(|r| (r.place, r.rank, r.groups.unwrap())).collect();
        assert_eq!(told, [(1, 1, (1, 1)), (3, 2, (1, 2)), (0, 2, (1, 2)), (4, 4, (2, 2))]);
        assert!(ranked(&totals, &[]).unwrap().iter().all(|r| r.groups.is_none()));
        assert_eq!(ranked(&totals, &[3]), Err(WrongSizes { room: 3, ranked: 4 }));
    }
}
