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

    /// Dimension scores and totals of three provinces in each of the nine years 2011 to
    /// 2019, six dimensions until 2017 and eight from then on, as PAPI publishes them
    /// (CECODES, VFF-CRT, RTA and UNDP: papi.org.vn); all are rounded to four decimals.
    #[test]
    fn a_total_is_the_sum_of_the_dimensions() {
        for (dimensions, printed) in [
            // Hà Nội, 2011 to 2019
            (&[5.7625, 5.9936, 5.7285, 4.9991, 6.8642, 7.0572][..], 36.4050),
            (&[5.5066, 6.2630, 6.0571, 5.1785, 6.8675, 7.0205][..], 36.8932),
            (&[5.4568, 6.3294, 5.9438, 5.6404, 6.8464, 6.9459][..], 37.1627),
            (&[5.3068, 6.0062, 5.6360, 5.2291, 6.8024, 6.8214][..], 35.8018),
            (&[5.0540, 5.2199, 5.5838, 4.9930, 6.5304, 6.7208][..], 34.1019),
            (&[5.3377, 5.0762, 4.2614, 5.2389, 7.0872, 6.8045][..], 33.8060),
            (&[5.2510, 5.2651, 4.6121, 5.5219, 6.9653, 7.0160][..], 34.6313),
            (&[5.2156, 5.0869, 4.6113, 6.0759, 7.4994, 6.9271, 3.5837, 3.3195][..], 42.3195),
            (&[5.0387, 4.9867, 4.5744, 6.1267, 7.1317, 7.0986, 2.7179, 3.8583][..], 41.5330),
            // Đà Nẵng, 2011 to 2019
            (&[5.2785, 5.4561, 5.7904, 6.0836, 7.3321, 7.4300][..], 37.3708),
            (&[5.4661, 6.1045, 6.0359, 6.8223, 7.4701, 7.6500][..], 39.5489),
            (&[5.2293, 6.6691, 5.9417, 6.3341, 7.5155, 7.3741][..], 39.0639),
            (&[4.8322, 6.1602, 6.0416, 5.6334, 7.6135, 7.7306][..], 38.0114),
            (&[5.0684, 5.4767, 5.8549, 5.5828, 7.1752, 7.5303][..], 36.6883),
            (&[5.2749, 6.0239, 5.8166, 6.1004, 7.3365, 8.0277][..], 38.5801),
            (&[5.1593, 5.5108, 4.7130, 6.9602, 7.4098, 7.4527][..], 37.2059),
            (&[5.1327, 5.6536, 4.5518, 6.5100, 7.4949, 7.6769, 4.1036, 4.2377][..], 45.3612),
            (&[4.7711, 5.4832, 4.7773, 6.6163, 7.5039, 7.8813, 2.9497, 5.0025][..], 44.9853),
            // Cà Mau, 2011 to 2019
            (&[4.8124, 5.4562, 5.1801, 6.8611, 6.8477, 6.3203][..], 35.4778),
            (&[4.5513, 5.0466, 5.3371, 6.1728, 6.5782, 6.1343][..], 33.8204),
            (&[4.4493, 5.4151, 5.5055, 6.5972, 6.5863, 6.0249][..], 34.5783),
            (&[5.2067, 5.7953, 5.6133, 7.2858, 6.8148, 6.4591][..], 37.1750),
            (&[4.6056, 5.4975, 5.6770, 6.3989, 6.8320, 6.8103][..], 35.8213),
            (&[4.6055, 4.8122, 5.1097, 6.1180, 7.0106, 6.5666][..], 34.2227),
            (&[4.6477, 5.3226, 5.1691, 6.2612, 7.2690, 6.2805][..], 34.9501),
            (&[5.4022, 5.0683, 5.1297, 6.7257, 7.5236, 6.7910, 5.0944, 3.0741][..], 44.8089),
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
