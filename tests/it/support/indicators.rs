//! Indicators of two communes, as tests enter them.

use std::fmt::Write;

use hailong::staff::audit::{Action, Event};
use hailong::store::indicators::NewEntry;
use surveys::indicator::{Decimal, Entered, Entry};
use surveys::plan::{Measure, Target};
use surveys::{CommuneCode, catalog};

use super::staff::event;

/// The commune of Diên Khánh's plan, and what its plan counts.
pub(crate) const COMMUNE: &str = "22651";
pub(crate) const DIGITISED: &str = "DIGITISED";

/// What `numerator` of `denominator` in `month` says of [`DIGITISED`].
pub(crate) fn counts(month: &str, numerator: u64, denominator: u64) -> Entry {
    entry(DIGITISED, month, Entered::Counts { numerator, denominator })
}

pub(crate) fn entry(indicator: &str, period: &str, entered: Entered) -> Entry {
    Entry {
        indicator: indicator.to_owned(),
        period: period.to_owned(),
        entered,
        source: "Hệ thống một cửa".into(),
        link: String::new(),
    }
}

/// `entry` of [`COMMUNE`] in place of the entry numbered `replaces`.
pub(crate) fn new(entry: Entry, replaces: i64) -> NewEntry {
    NewEntry { commune: CommuneCode::parse(COMMUNE).unwrap(), entry, replaces }
}

/// The line of the log that `who` leaves by entering.
pub(crate) fn entering(who: &str, at: i64) -> Event {
    event(at, who, Action::EnterIndicators)
}

/// One entry of every kind.
pub(crate) fn of_every_kind() -> [Entry; 5] {
    let published_on = "2026-06-01".parse().unwrap();
    let value = Decimal::parse("88.47").unwrap();
    [
        counts("2026-09", 1_000_000_000, 1_000_000_000),
        entry("PAR_INDEX", "2025", Entered::Number { value, published_on }),
        entry("PAPI_GROUP", "2025", Entered::Rank { rank: "Cao nhất".into(), published_on }),
        entry("QUICK_SURVEY", "2026-06-01", Entered::Done { on: published_on }),
        entry("OTHER", "2026-09", Entered::Withdrawn),
    ]
}

/// The first line of a file of indicators.
pub(crate) const HEADER: &str = "commune,indicator,month,numerator,denominator,source\n";

/// Every month until September 2026 of every indicator that shipped plans count.
fn months() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let targets = catalog::plans().iter().flat_map(|plan| {
        let counted = |target: &&Target| matches!(target.measured_by, Measure::Indicator { .. });
        let targets = plan.targets.iter().filter(|target| target.binding).filter(counted);
        targets.map(|target| (plan.commune_code.as_str(), target.indicator.as_str()))
    });
    targets.flat_map(|(commune, indicator)| {
        let month = move |n: usize| format!("{}-{:02}", 2000 + n / 12, n % 12 + 1);
        (0..321).map(move |n| (commune, indicator, month(n)))
    })
}

/// Ten thousand rows, of which one in ten has a mistake: of each kind a hundred.
pub(crate) fn ten_thousand() -> String {
    let (mut content, mut months) = (String::from(HEADER), months());
    for n in 0..10_000 {
        let _ = match n % 100 {
            3 => writeln!(content, "99999,ONTIME_DOSSIERS,2026-09,1,2,x"),
            13 => writeln!(content, "00004,ONTIME_DOSSIERS,2026-09,1,2,x"),
            23 => writeln!(content, "21409,NOTHING,2026-09,1,2,x"),
            33 => writeln!(content, "21409,PAPI_GROUP,2026-09,1,2,x"),
            43 => writeln!(content, "21409,ONTIME_DOSSIERS,tháng mười,1,2,x"),
            53 => writeln!(content, "21409,ONTIME_DOSSIERS,2031-01,1,2,x"),
            63 => writeln!(content, "21409,ONTIME_DOSSIERS,2026-10,1.5,2,x"),
            73 => writeln!(content, "21409,ONTIME_DOSSIERS,2026-10,3,2,x"),
            83 => writeln!(content, "21409,ONTIME_DOSSIERS,2026-10,1,2,"),
            93 => writeln!(content, "21409,ONTIME_DOSSIERS,2026-10,1,2"),
            _ => {
                let (commune, indicator, month) = months.next().expect("enough months");
                writeln!(content, "{commune},{indicator},{month},{n},{},nguồn {n}", n + 1)
            }
        };
    }
    content
}
