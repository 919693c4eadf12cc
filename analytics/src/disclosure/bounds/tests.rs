use super::*;

fn known(sums: &[&[usize]], truth: &[i64]) -> Bounds {
    let equations: Vec<Equation> =
        sums.iter().map(|sum| sum.iter().map(|unknown| (*unknown, 1)).collect()).collect();
    Bounds::of(&equations, truth, &mut Effort(1_000_000)).unwrap()
}

fn limits(bounds: &mut Bounds, wanted: &[usize]) -> (i64, Option<i64>) {
    let mut to = |toward| {
        let reached = bounds.search(wanted, toward, &mut Effort(1_000_000), |_| false).unwrap();
        (reached != Reached::Nowhere).then(|| bounds.sum(wanted, toward).unwrap())
    };
    (to(Toward::Least).unwrap(), to(Toward::Most))
}

#[test]
fn a_part_lies_between_nobody_and_the_whole() {
    let mut bounds = known(&[&[0, 1, 2]], &[3, 4, 5]);
    assert_eq!(limits(&mut bounds, &[0]), (0, Some(12)));
    assert_eq!(limits(&mut bounds, &[0, 1, 2]), (12, Some(12)));
}

#[test]
fn what_follows_from_sums_and_the_rest_of_them_has_one_value() {
    // 0 + 1 + 2 and 1 + 2 are known; 3 + 4 besides, of which nothing more is.
    let mut bounds = known(&[&[0, 1, 2], &[1, 2], &[3, 4]], &[3, 40, 50, 6, 7]);
    assert_eq!(limits(&mut bounds, &[0]), (3, Some(3)));
    assert_eq!(limits(&mut bounds, &[3]), (0, Some(13)));
}

#[test]
fn what_follows_by_going_round_a_table_has_one_value() {
    let square: [&[usize]; 4] = [&[0, 1], &[2, 3, 4], &[0, 2], &[1, 3]];
    let mut bounds = known(&square, &[11, 12, 13, 14, 5]);
    assert_eq!(limits(&mut bounds, &[4]), (5, Some(5)));
}

#[test]
fn no_count_is_negative_and_that_bounds_others() {
    // 0 and 1 together are 3, 1 and 2 together 40: then 2 is at least 37.
    let mut bounds = known(&[&[0, 1], &[1, 2]], &[1, 2, 38]);
    assert_eq!(limits(&mut bounds, &[2]), (37, Some(40)));
    assert_eq!(limits(&mut bounds, &[0]), (0, Some(3)));
    assert_eq!(
        bounds.search(&[0], Toward::Most, &mut Effort(1_000), |_| false),
        Ok(Reached::Limit)
    );
    assert_eq!(bounds.reasons(&[0]), Ok(vec![0]));
}

#[test]
fn what_no_sum_holds_has_no_limit() {
    let mut bounds = known(&[&[0, 1]], &[1, 2, 3]);
    assert_eq!(limits(&mut bounds, &[2]), (0, None));
    assert_eq!(limits(&mut known(&[], &[7]), &[0]), (0, None));
}

#[test]
fn halves_are_rounded_inward() {
    // 0+1, 1+2 and 0+2 are odd: each is a half of something at one corner.
    let mut bounds = known(&[&[0, 1, 3], &[1, 2, 3], &[0, 2, 3]], &[1, 1, 1, 1]);
    assert_eq!(limits(&mut bounds, &[0]), (0, Some(1)));
}

#[test]
fn spent_effort_proves_nothing() {
    let sums: Vec<Equation> = vec![vec![(0, 1), (1, 1)], vec![(1, 1), (2, 1)]];
    assert_eq!(Bounds::of(&sums, &[1, 2, 3], &mut Effort(3)).err(), Some(TooHard));
}
