//! How a device is, as it told: for operators, on the command line and as metrics.

use serde::{Deserialize, Serialize};
use surveys::OpeningHours;
use surveys::response::{CLOCK_TOLERANCE_MILLIS, read_moment};

use crate::store::devices::Device;

/// The most characters of a program's version in a report.
const MAX_VERSION_CHARS: usize = 40;
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
}

/// A report as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub struct Health {
    /// What the device told.
    pub report: Report,
    /// By how many seconds its clock was ahead of ours then.
    pub clock_lead_seconds: i64,
}

impl Health {
    /// `report`, received at `now`; `None` when its texts are of another form.
    pub(super) fn of(report: Report, now: i64) -> Option<Self> {
        let fits = report.version.chars().count() <= MAX_VERSION_CHARS
            && !report.version.chars().any(char::is_control);
        let clock = read_moment(&report.device_clock).filter(|_| fits)?;
        Some(Self { report, clock_lead_seconds: clock.saturating_sub(now) / 1000 })
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

/// What is wrong at `now` with `device`, whose point has these `hours`: stable codes.
/// Silent is who told nothing for longer than a working day of open hours.
pub fn alarms(
    device: &Device,
    health: Option<&Health>,
    hours: &OpeningHours,
    now: i64,
) -> Vec<&'static str> {
    if device.revoked_at.is_some() {
        return Vec::new();
    }
    let silent = hours.open_millis(device.last_seen_at, now);
    let told = |of: &dyn Fn(&Health) -> bool| health.is_some_and(of);
    [
        ("queue", told(&|h| h.report.queued >= ALARM_QUEUED)),
        ("oldest", told(&|h| h.report.oldest_seconds.is_some_and(|age| age > ALARM_SECONDS))),
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
    use uuid::Uuid;

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
        }
    }

    #[test]
    fn a_device_in_order_raises_nothing() {
        let always = OpeningHours::default();
        let health = Health::of(report(), NOW).unwrap();
        assert_eq!(health.clock_lead_seconds, 0);
        assert_eq!(alarms(&device(NOW), Some(&health), &always, NOW), Vec::<&str>::new());
        let revoked = Device { revoked_at: Some(1), ..device(0) };
        assert_eq!(alarms(&revoked, None, &always, NOW), Vec::<&str>::new());
    }

    #[test]
    fn each_trouble_has_its_alarm_from_its_bound_on() {
        let always = OpeningHours::default();
        let of = |report: Report| {
            alarms(&device(NOW), Some(&Health::of(report, NOW).unwrap()), &always, NOW)
        };
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
            alarms(&device(NOW - since), None, hours, NOW) == ["silent"]
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

    #[test]
    fn texts_of_another_form_are_no_report() {
        assert!(Health::of(Report { version: "x".repeat(41), ..report() }, NOW).is_none());
        assert!(Health::of(Report { version: "a\0".into(), ..report() }, NOW).is_none());
        assert!(Health::of(Report { device_clock: "noon".into(), ..report() }, NOW).is_none());
    }
}
