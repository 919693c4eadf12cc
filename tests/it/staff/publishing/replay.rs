//! Publications at random: whatever comes late or is taken out, and whatever is published
//! when, two versions differ in no count by one to nine people, and a quarter differs from
//! its months by none or by ten and more.

use std::collections::BTreeMap;
use std::sync::Arc;

use hailong::clock::Clock;
use hailong::reporting::publishing::Held;
use hailong::reporting::{Report, Reporting};
use hailong::staff::audit::Action;
use surveys::response::read_moment;
use surveys::{CommuneCode, Period, catalog};

use crate::support::answers;
use crate::support::app::NOW;
use crate::support::database::Database;
use crate::support::staff::by_operator;

const MONTHS: [&str; 3] = ["2026-07", "2026-08", "2026-09"];
const QUARTER: &str = "2026-Q3";

/// Every count of `report` that somebody could subtract, shown or not.
fn counts(report: &Report) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::from([("forms".to_owned(), report.received)]);
    for count in &report.channels {
        counts.insert(format!("forms {}", count.channel.name()), count.responses);
    }
    let whole = report.findings.iter().map(|finding| &finding.estimate);
    for e in whole.chain(&report.by_channel.rows) {
        counts.insert(format!("{} {} {:?}", e.level.name(), e.code, e.group), e.people);
    }
    counts
}

/// The counts in which two differ by few.
fn few(one: &BTreeMap<String, u64>, other: &BTreeMap<String, u64>) -> Vec<String> {
    let of = |counts: &BTreeMap<String, u64>, key: &str| counts.get(key).copied().unwrap_or(0);
    let keys = one.keys().chain(other.keys());
    keys.filter(|key| (1..10).contains(&of(one, key).abs_diff(of(other, key)))).cloned().collect()
}

#[tokio::test]
async fn no_two_publications_differ_by_few() {
    let commune = CommuneCode::parse("22651").unwrap();
    let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
    let (mut published, mut corrected, mut held_for_few, mut sums) = (0, 0, 0, 0);
    for seed in 1..=6_u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut roll = |most: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 20) % most
        };
        let database = Database::sqlite();
        let db = database.open().await;
        hailong::first_points::add(&db, 0).await.unwrap();
        let clock = Clock::Set(Arc::new(read_moment(NOW).unwrap().into()));
        let reporting = Reporting::new(db.clone(), clock);
        let mut newest: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
        let mut number = 0;
        for month in MONTHS {
            answers::add_in(&db, "22651", month, number..number + 80).await;
            number += 80;
        }
        for _ in 0..40 {
            let month = MONTHS[usize::try_from(roll(3)).unwrap()];
            let more = u32::try_from([0, 3, 8, 60, 90][usize::try_from(roll(5)).unwrap()]).unwrap();
            answers::add_in(&db, "22651", month, number..number + more).await;
            number += more;
            if roll(15) == 0 {
                let backdoor = database.backdoor().await;
                let taken = roll(40);
                let sql = format!(
                    "delete from responses where seq in
                     (select seq from responses order by salt limit {taken})"
                );
                backdoor.execute(&sql).await;
                backdoor.close().await;
            }
            let code =
                [MONTHS[0], MONTHS[1], MONTHS[2], QUARTER][usize::try_from(roll(4)).unwrap()];
            let period = Period::parse(code).unwrap();
            let draft = reporting.draft(&commune, quick, &period).await.unwrap();
            match draft.held {
                None => {}
                Some(Held::Few | Held::FewBeside(_)) => {
                    held_for_few += 1;
                    continue;
                }
                Some(_) => continue,
            }
            let new = draft.to_publish(if draft.before.is_some() { "muộn" } else { "" });
            assert!(db.publish(&new, &by_operator(0, Action::PublishResults)).await.unwrap());
            let report = reporting.report(&commune, quick, &period).await.unwrap();
            let now = counts(&report);
            assert_eq!(now, counts(&draft.report), "what is read is what was decided");
            if let Some(before) = newest.insert(code, now.clone()) {
                corrected += 1;
                assert_eq!(few(&before, &now), Vec::<String>::new(), "seed {seed} {code}");
            }
            published += 1;
            if let (Some(quarter), true) =
                (newest.get(QUARTER), MONTHS.iter().all(|month| newest.contains_key(month)))
            {
                sums += 1;
                let mut together: BTreeMap<String, u64> = BTreeMap::new();
                for (key, people) in MONTHS.iter().flat_map(|month| &newest[month]) {
                    *together.entry(key.clone()).or_default() += people;
                }
                assert_eq!(few(quarter, &together), Vec::<String>::new(), "seed {seed} {code}");
            }
        }
        db.close().await;
    }
    assert!(published > 20, "{published} published, {corrected} corrections");
    assert!(
        corrected > 0 && held_for_few > 5 && sums > 0,
        "{corrected} corrected, {held_for_few} held, {sums} sums"
    );
}
