//! How a device is, as it told: for operators, on the command line and as metrics.

use serde::{Deserialize, Serialize};
use surveys::OpeningHours;
use surveys::response::{CLOCK_TOLERANCE_MILLIS, read_moment};
use uuid::Uuid;

use crate::store::devices::Device;

/// The most characters of a program's version in a report.
const MAX_VERSION_CHARS: usize = 40;
/// The largest count and the longest time in seconds that a report may tell: what the
/// description's `int32` and `int64` hold.
const MOST_COUNTED: u32 = i32::MAX.unsigned_abs();
const MOST_SECONDS: u64 = i64::MAX.unsigned_abs();
/// So many responses waiting on one device are an alarm.
pub const ALARM_QUEUED: u32 = 200;
/// A response that waits longer is an alarm: 24 hours, in seconds.
pub const ALARM_SECONDS: u64 = 86_400;

/// How a device is. No answer and nothing about a citizen is in it.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Responses that wait to be sent
    pub queued: u32,
    /// Age of the oldest of them in seconds, by the device's clock
    pub oldest_seconds: Option<u64>,
    /// Responses that were refused and are kept
    pub quarantined: u32,
    /// The program's version on the device
    #[schema(max_length = 40)]
    pub version: String,
    /// What its clock shows, ISO 8601
    #[schema(example = "2026-10-15T10:00:00+07:00")]
    pub device_clock: String,
    /// Whether the browser promised not to clear its storage
    pub persisted: bool,
    /// Answers that could not be saved since it was enrolled
    pub failures: u32,
    /// How many responses the server has taken from it so far
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<u32>,
    /// Households of an interviewer whose results the server has not heard of; none at the counter
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold: Option<u32>,
    /// For how many seconds there have been such households
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold_seconds: Option<u64>,
}

impl Report {
    /// Whether its texts and numbers are such as a tablet tells.
    fn fits(&self) -> bool {
        let counts = [self.queued, self.quarantined, self.failures];
        let told = [self.sent, self.untold].into_iter().flatten();
        let seconds = [self.oldest_seconds, self.untold_seconds].into_iter().flatten();
        self.version.chars().count() <= MAX_VERSION_CHARS
            && !self.version.chars().any(char::is_control)
            && counts.into_iter().chain(told).all(|count| count <= MOST_COUNTED)
            && seconds.into_iter().all(|age| age <= MOST_SECONDS)
    }

    /// How many responses are on it.
    pub fn held(&self) -> u32 {
        self.queued.saturating_add(self.quarantined)
    }

    /// Of how many households the server has not heard.
    pub fn untold(&self) -> u32 {
        self.untold.unwrap_or(0)
    }

    /// How many it ever took, if it says how many of them it has sent. It never falls, unless
    /// responses are lost.
    fn taken(&self) -> Option<u32> {
        self.sent.map(|sent| sent.saturating_add(self.held()))
    }
}

/// What a tablet that is enrolled anew holds of what it took before.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Former {
    /// Which device it was
    #[schema(value_type = String)]
    pub device_id: Uuid,
    /// Responses that wait to be sent
    pub queued: u32,
    /// Responses that were refused and are kept
    pub quarantined: u32,
    /// How many responses the server has taken from it so far
    pub sent: u32,
}

/// A report as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub struct Health {
    /// What the device told.
    pub report: Report,
    /// By how many seconds its clock was ahead of ours then.
    pub clock_lead_seconds: i64,
    /// How many responses it had told of that are neither on it nor sent.
    #[serde(default)]
    pub lost: u32,
}

impl Health {
    /// `report` of a device that told `before`, received at `now`; `None` when it does not fit.
    pub(super) fn of(report: Report, before: Option<&Self>, now: i64) -> Option<Self> {
        let clock = read_moment(&report.device_clock).filter(|_| report.fits())?;
        let lost = before.map_or(0, |before| before.lost_when_it_has(report.taken()));
        Some(Self { report, clock_lead_seconds: clock.saturating_sub(now) / 1000, lost })
    }

    /// How many are lost in all when the device now has taken `taken`.
    fn lost_when_it_has(&self, taken: Option<u32>) -> u32 {
        let fell = self.report.taken().zip(taken).map_or(0, |(was, is)| was.saturating_sub(is));
        self.lost.saturating_add(fell)
    }

    /// The same once the tablet was enrolled anew, with all that it holds.
    pub(super) fn handed_over(mut self, former: &Former) -> Self {
        let taken = former.sent.saturating_add(former.queued).saturating_add(former.quarantined);
        self.lost = self.lost_when_it_has(Some(taken));
        self.report.sent = Some(taken);
        (self.report.queued, self.report.quarantined) = (0, 0);
        self.report.oldest_seconds = None;
        // A tablet that knows which one it was has its households, too.
        (self.report.untold, self.report.untold_seconds) = (None, None);
        self
    }

    /// The text that is stored.
    pub(super) fn document(&self) -> String {
        serde_json::to_string(self).expect("plain values always serialise")
    }

    /// What `device` last told, if it told anything.
    pub fn told_by(device: &Device) -> Option<Self> {
        serde_json::from_str(device.report.as_deref()?).ok()
    }
}

/// What is lost of what a device told of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// Responses.
    pub responses: u32,
    /// Households whose results the server never heard of.
    pub households: u32,
}

impl Lost {
    /// This and `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            responses: self.responses.saturating_add(other.responses),
            households: self.households.saturating_add(other.households),
        }
    }
}

/// What is lost of what `device` told of, as far as can be known: what it misses itself, and
/// all that it held when a tablet of its name and point was enrolled later, among `devices`,
/// that knew of nothing before; its storage was cleared.
pub fn lost(device: &Device, devices: &[Device]) -> Lost {
    let Some(health) = Health::told_by(device) else { return Lost::default() };
    let stands_in = |other: &&Device| {
        other.id != device.id
            && other.enrolled_at > device.last_seen_at
            && (&other.collection_point, &other.name) == (&device.collection_point, &device.name)
    };
    let own = Lost { responses: health.lost, households: 0 };
    let held = || Lost { responses: health.report.held(), households: health.report.untold() };
    devices.iter().find(stands_in).map_or(own, |_| own.and(held()))
}

/// What is wrong at `now` with `device`, whose point has these `hours` and of which so much
/// is `lost`: stable codes. Silent is who told nothing for longer than a working
/// day of open hours.
pub fn alarms(
    device: &Device,
    health: Option<&Health>,
    lost: Lost,
    hours: &OpeningHours,
    now: i64,
) -> Vec<&'static str> {
    if device.revoked_at.is_some() {
        return Vec::new();
    }
    let silent = hours.open_millis(device.last_seen_at, now);
    let told = |of: &dyn Fn(&Health) -> bool| health.is_some_and(of);
    [
        ("lost", lost.responses > 0),
        ("lost-households", lost.households > 0),
        ("queue", told(&|h| h.report.queued >= ALARM_QUEUED)),
        ("oldest", told(&|h| h.report.oldest_seconds.is_some_and(|age| age > ALARM_SECONDS))),
        ("households", told(&|h| h.report.untold_seconds.is_some_and(|age| age > ALARM_SECONDS))),
        ("quarantine", told(&|h| h.report.quarantined > 0)),
        ("failures", told(&|h| h.report.failures > 0)),
        ("storage", told(&|h| !h.report.persisted)),
        ("clock", told(&|h| h.clock_lead_seconds.saturating_abs() > CLOCK_TOLERANCE_MILLIS / 1000)),
        ("silent", silent > hours.working_day_millis()),
    ]
    .into_iter()
    .filter(|(_, raised)| *raised)
    .map(|(code, _)| code)
    .collect()
}

#[cfg(test)]
mod tests {
    use surveys::PointCode;

    use super::*;

    const NOW: i64 = 1_795_143_600_000;

    fn device(last_seen_at: i64) -> Device {
        Device {
            id: Uuid::nil(),
            collection_point: PointCode::parse("22651").unwrap(),
            name: "Quầy 1".into(),
            enrolled_at: 0,
            revoked_at: None,
            last_seen_at,
            report: None,
            interviews: None,
            key: None,
        }
    }

    fn report() -> Report {
        Report {
            queued: 0,
            oldest_seconds: None,
            quarantined: 0,
            version: "1".into(),
            device_clock: "2026-11-20T10:00:00+07:00".into(),
            persisted: true,
            failures: 0,
            sent: None,
            untold: None,
            untold_seconds: None,
        }
    }

    const NOTHING: Lost = Lost { responses: 0, households: 0 };

    #[test]
    fn a_report_tells_no_more_than_its_description_allows() {
        let counted = |queued| Health::of(Report { queued, ..report() }, None, NOW);
        assert!(counted(MOST_COUNTED).is_some() && counted(MOST_COUNTED + 1).is_none());
        let aged = |age| Report { untold: Some(1), untold_seconds: Some(age), ..report() };
        assert!(Health::of(aged(MOST_SECONDS), None, NOW).is_some());
        assert!(Health::of(aged(MOST_SECONDS + 1), None, NOW).is_none());
    }

    #[test]
    fn a_device_in_order_raises_nothing() {
        let always = OpeningHours::default();
        let health = Health::of(report(), None, NOW).unwrap();
        assert_eq!(health.clock_lead_seconds, 0);
        assert_eq!(alarms(&device(NOW), Some(&health), NOTHING, &always, NOW), Vec::<&str>::new());
        let revoked = Device { revoked_at: Some(1), ..device(0) };
        assert_eq!(
            alarms(&revoked, None, Lost { responses: 1, households: 1 }, &always, NOW),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn each_trouble_has_its_alarm_from_its_bound_on() {
        let always = OpeningHours::default();
        let of = |report: Report| {
            let health = Health::of(report, None, NOW).unwrap();
            alarms(&device(NOW), Some(&health), NOTHING, &always, NOW)
        };
        let some = |responses, households| {
            alarms(&device(NOW), None, Lost { responses, households }, &always, NOW)
        };
        assert_eq!(some(1, 0), ["lost"]);
        assert_eq!(some(0, 1), ["lost-households"]);
        let untold = |age| Report { untold: Some(1), untold_seconds: Some(age), ..report() };
        assert_eq!(of(untold(ALARM_SECONDS + 1)), ["households"]);
        assert!(of(untold(ALARM_SECONDS)).is_empty());
        assert_eq!(of(Report { queued: ALARM_QUEUED, ..report() }), ["queue"]);
        assert!(of(Report { queued: ALARM_QUEUED - 1, ..report() }).is_empty());
        assert_eq!(of(Report { oldest_seconds: Some(ALARM_SECONDS + 1), ..report() }), ["oldest"]);
        assert!(of(Report { oldest_seconds: Some(ALARM_SECONDS), ..report() }).is_empty());
        assert_eq!(of(Report { quarantined: 1, ..report() }), ["quarantine"]);
        assert_eq!(of(Report { failures: 1, ..report() }), ["failures"]);
        assert_eq!(of(Report { persisted: false, ..report() }), ["storage"]);
        let clock = "2026-11-20T10:05:01+07:00".to_owned();
        assert_eq!(of(Report { device_clock: clock, ..report() }), ["clock"]);
    }

    #[test]
    fn a_tablet_is_silent_after_a_working_day_and_a_weekend_is_none() {
        const HOUR: i64 = 3_600_000;
        let silent = |hours: &OpeningHours, since: i64| {
            alarms(&device(NOW - since), None, NOTHING, hours, NOW) == ["silent"]
        };
        let always = OpeningHours::default();
        assert!(!silent(&always, 24 * HOUR) && silent(&always, 24 * HOUR + 1));
        // NOW is a Friday, 10:00; the last working day is Thursday.
        let weekdays = OpeningHours::parse("Mon-Fri 07:00-11:00,13:00-17:00").unwrap();
        assert!(!silent(&weekdays, 24 * HOUR), "eight open hours have passed, not more");
        assert!(silent(&weekdays, 25 * HOUR));
        let mondays = OpeningHours::parse("Mon 07:00-11:00").unwrap();
        assert!(!silent(&mondays, 6 * 24 * HOUR), "one Monday has passed");
        assert!(silent(&mondays, 12 * 24 * HOUR), "two Mondays have");
    }

    fn holding(queued: u32, quarantined: u32, sent: u32) -> Report {
        Report { queued, quarantined, sent: Some(sent), ..report() }
    }

    #[test]
    fn what_is_neither_on_the_tablet_nor_sent_is_lost_and_stays_lost() {
        let then = |before: &Health, report| Health::of(report, Some(before), NOW).unwrap();
        let first = Health::of(holding(5, 1, 10), None, NOW).unwrap();
        assert_eq!(first.lost, 0);
        assert_eq!(then(&first, holding(0, 1, 15)).lost, 0, "all were sent");
        assert_eq!(then(&first, holding(9, 0, 12)).lost, 0, "more came than went");
        let less = then(&first, holding(2, 1, 10));
        assert_eq!(less.lost, 3);
        assert_eq!(then(&less, holding(0, 1, 12)).lost, 3, "it stays known");
        let unread = then(&first, Report { failures: 1, ..report() });
        assert_eq!(unread.lost, 0, "a storage that cannot be read says nothing");
    }

    #[test]
    fn a_tablet_that_is_enrolled_anew_takes_what_it_holds_along() {
        let former = |queued| Former { device_id: Uuid::nil(), queued, quarantined: 1, sent: 10 };
        let told = || Health::of(holding(5, 1, 10), None, NOW).unwrap();
        let all = told().handed_over(&former(5));
        assert_eq!((all.lost, all.report.held()), (0, 0));
        assert_eq!(told().handed_over(&former(3)).lost, 2);
    }

    #[test]
    fn a_tablet_that_comes_back_under_its_name_and_knows_nothing_has_lost_what_it_held() {
        let told = Report { untold: Some(4), ..holding(5, 1, 10) };
        let health = Health::of(told, None, NOW).unwrap();
        let old = Device { report: Some(health.document()), ..device(NOW) };
        let anew = Device { id: Uuid::from_u128(1), enrolled_at: NOW + 1, ..device(NOW + 1) };
        assert_eq!(lost(&old, &[old.clone(), anew.clone()]), Lost { responses: 6, households: 4 });
        assert_eq!(lost(&old, std::slice::from_ref(&old)), NOTHING, "it may come back");
        let other = Device { name: "Quầy 2".into(), ..anew.clone() };
        assert_eq!(lost(&old, &[old.clone(), other]), NOTHING, "another tablet");
        let alive = Device { last_seen_at: NOW + 2, ..old };
        assert_eq!(lost(&alive, &[anew]), NOTHING, "two tablets of one name");
    }

    #[test]
    fn texts_of_another_form_are_no_report() {
        assert!(Health::of(Report { version: "x".repeat(41), ..report() }, None, NOW).is_none());
        assert!(Health::of(Report { version: "a\0".into(), ..report() }, None, NOW).is_none());
        let at_noon = Report { device_clock: "noon".into(), ..report() };
        assert!(Health::of(at_noon, None, NOW).is_none());
    }
}
