//! Collection points: the list, and one of them with its tablets and what can be done.

use askama::Template;
use surveys::collection_point::CollectionPoint;
use surveys::opening_hours::Span;
use surveys::text::count;
use surveys::{CentreContact, OpeningHours, catalog, unit};

use super::{Nav, moment};
use crate::pages::message::Link;
use crate::pages::{Shell, Words};
use crate::store::devices::Device;

/// A tablet and how it is.
#[derive(Debug)]
pub struct Tablet {
    /// The tablet.
    pub device: Device,
    /// How many responses wait on it, as it last told.
    pub queued: Option<u32>,
    /// The program's version on it, as it last told.
    pub version: Option<String>,
    /// By how many seconds its clock was ahead of ours then.
    pub clock_lead_seconds: Option<i64>,
    /// What is wrong with it: the codes of alarms.
    pub alarms: Vec<&'static str>,
    /// How many responses that it told of are lost.
    pub lost: u32,
    /// Of how many households that it told of the results are lost.
    pub lost_households: u32,
}

/// A collection point with what its list tells of it.
#[derive(Debug)]
pub struct Listed {
    /// The point.
    pub point: CollectionPoint,
    /// Its tablets, revoked ones too.
    pub tablets: Vec<Tablet>,
    /// How many responses were given there this month.
    pub month: i64,
}

/// The name of a day, from 0 for Monday.
pub fn day_name(shell: &Shell, day: u8) -> String {
    let key = match day {
        0 => "kiosk-mon",
        1 => "kiosk-tue",
        2 => "kiosk-wed",
        3 => "kiosk-thu",
        4 => "kiosk-fri",
        5 => "kiosk-sat",
        _ => "kiosk-sun",
    };
    shell.t.get(key).into_owned()
}

/// The name of the days from `first` to `last`.
pub fn days_name(shell: &Shell, first: u8, last: u8) -> String {
    format!("{} – {}", day_name(shell, first), day_name(shell, last))
}

/// The hours in words: one line for each run of days that are alike.
fn hours_lines(shell: &Shell, hours: &OpeningHours) -> Vec<String> {
    if hours.spans().is_empty() {
        return vec![shell.t.get("hours-always").into_owned()];
    }
    let of = |day: u8| {
        let spans = hours.spans().iter().filter(|span| span.day == day).map(Span::to_string);
        spans.map(|span| span.replace('-', "–")).collect::<Vec<_>>().join(", ")
    };
    let days: Vec<(u8, String)> = (0..7).map(|day| (day, of(day))).collect();
    let runs = days.chunk_by(|a, b| a.1 == b.1).map(|run| {
        let (first, last) = (run[0].0, run[run.len() - 1].0);
        let name =
            if first == last { day_name(shell, first) } else { days_name(shell, first, last) };
        let off = || shell.t.get("hours-off").into_owned();
        let times = Some(run[0].1.clone()).filter(|times| !times.is_empty()).unwrap_or_else(off);
        format!("{name}: {times}")
    });
    runs.collect()
}

/// What an alarm says and what to do.
pub(super) fn alarm(shell: &Shell, tablet: &Tablet, code: &str) -> String {
    let key = match code {
        "lost" => return lost(shell, tablet.lost),
        "lost-households" => return lost_households(shell, tablet.lost_households),
        "households" => "tablet-households",
        "queue" => "tablet-queue",
        "oldest" => "tablet-oldest",
        "quarantine" => "tablet-quarantine",
        "failures" => "tablet-failures",
        "storage" => "tablet-storage",
        "clock" => "tablet-clock",
        _ => "tablet-silent",
    };
    shell.t.get(key).into_owned()
}

fn lost(shell: &Shell, responses: u32) -> String {
    let responses = count(responses.into(), shell.language());
    shell.t.with("tablet-lost", &[("responses", &responses)])
}

fn lost_households(shell: &Shell, households: u32) -> String {
    let households = count(households.into(), shell.language());
    shell.t.with("tablet-lost-households", &[("households", &households)])
}

fn state(shell: &Shell, point: &CollectionPoint) -> String {
    let key = if point.retired { "point-retired" } else { "point-open" };
    shell.t.get(key).into_owned()
}

fn instrument(shell: &Shell, point: &CollectionPoint) -> String {
    let known = catalog::instrument(point.instrument.as_str(), None);
    let title = known.map(|instrument| instrument.title.get(shell.language()).to_owned());
    title.unwrap_or_else(|| point.instrument.to_string())
}

fn commune(point: &CollectionPoint) -> String {
    let known = unit::commune(point.commune_code.as_str());
    known.map_or_else(|| point.commune_code.to_string(), |commune| commune.name.to_owned())
}

/// A row of the list.
#[derive(Debug)]
struct Row {
    address: String,
    name: String,
    code: String,
    commune: String,
    instrument: String,
    state: String,
    tablets: String,
    no_tablets: bool,
    alarming: bool,
    month: String,
}

/// Every point that its reader may see.
#[derive(Debug, Template)]
#[template(path = "staff/points.html")]
pub struct Points<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    add: String,
    more: String,
}

impl<'a> Points<'a> {
    /// The list of `points`; `next` is the last code of a page that is not the last.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        points: &[Listed],
        next: Option<&str>,
        may_add: bool,
    ) -> Self {
        let row = |listed: &Listed| {
            let point = &listed.point;
            let in_use = listed.tablets.iter().filter(|t| t.device.revoked_at.is_none()).count();
            let alarming = listed.tablets.iter().filter(|t| !t.alarms.is_empty()).count();
            let values = [("all", shell.number(in_use)), ("alarming", shell.number(alarming))];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            let tablets = match (in_use, alarming) {
                (0, _) => shell.t.get("point-no-tablets").into_owned(),
                (_, 0) => shell.t.with("point-tablets", &values[..1]),
                _ => shell.t.with("point-tablets-alarming", &values),
            };
            Row {
                address: shell.link(&format!("/staff/points/{}", point.code)),
                name: point.name.clone(),
                code: point.code.to_string(),
                commune: commune(point),
                instrument: instrument(shell, point),
                state: state(shell, point),
                tablets,
                no_tablets: in_use == 0,
                alarming: alarming > 0,
                month: shell.number(listed.month),
            }
        };
        let add = may_add.then(|| shell.link("/staff/points/new"));
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            rows: points.iter().map(row).collect(),
            add: add.unwrap_or_default(),
            more: next.map(|code| shell.here_with("after", code)).unwrap_or_default(),
        }
    }
}

/// A tablet on the page of its point.
#[derive(Debug)]
struct TabletRow {
    name: String,
    seen: String,
    queued: String,
    version: String,
    clock: String,
    alarms: Vec<String>,
    lost: String,
    revoked: String,
    revoke: String,
}

/// Something that can be done to a point, with its consequence.
#[derive(Debug)]
struct Act {
    action: String,
    heading: String,
    consequence: String,
    button: String,
}

/// One point.
#[derive(Debug, Template)]
#[template(path = "staff/point.html")]
pub struct One<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    name: &'a str,
    described: String,
    state: String,
    survey: String,
    hours: Vec<String>,
    month: String,
    tablets: Vec<TabletRow>,
    posters: Vec<Link>,
    /// How it asks: what is heard, which fields are asked about.
    questions: Vec<Link>,
    /// Where name, hours and contact are changed; empty for who may not.
    rename: String,
    set_hours: String,
    set_contact: String,
    enrol: String,
    /// Where a file that a tablet saved is taken in; empty for who may not.
    queue_file: String,
    contact: Vec<String>,
    act: Option<Act>,
    back: String,
}

impl<'a> One<'a> {
    /// The point of `listed` with its `hours` and `contact`, for somebody who may change it
    /// or not, and take in the files of its tablets or not.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        listed: &'a Listed,
        (hours, contact): (&OpeningHours, &CentreContact),
        [may_manage, may_import]: [bool; 2],
    ) -> Self {
        let t = shell.t;
        let point = &listed.point;
        let at = |part: &str| shell.link(&format!("/staff/points/{}/{part}", point.code));
        let link = |part: &str, key: &str| Link { address: at(part), label: t.get(key).into() };
        let poster = |(size, key): (&str, &str)| Link {
            address: format!("/api/v1/collection-points/{}/poster.pdf?size={size}", point.code),
            label: t.get(key).into(),
        };
        let open = may_manage && !point.retired;
        let act = may_manage.then(|| {
            let (part, heading, consequence, button) = if point.retired {
                ("reopen", "reopen-heading", "reopen-consequence", "reopen-button")
            } else {
                ("retire", "retire-heading", "retire-consequence", "retire-button")
            };
            Act {
                action: at(part),
                heading: t.get(heading).into(),
                consequence: t.get(consequence).into(),
                button: t.get(button).into(),
            }
        });
        let managed = |part: &str| if may_manage { at(part) } else { String::new() };
        let mut questions = vec![link("recordings", "recordings-heading")];
        if may_manage {
            questions.push(link("asking", "asking-heading"));
        }
        let mut posters = Vec::new();
        if open {
            let sizes = [("a4", "poster-a4"), ("a5", "poster-a5"), ("card", "poster-card")];
            posters.extend(sizes.map(poster));
            posters.push(link("slips", "slips-heading"));
            posters.push(link("paper", "forms-heading"));
        }
        let tablets = listed.tablets.iter().map(|tablet| {
            let revoke = may_manage.then(|| at(&format!("devices/{}/revoke", tablet.device.id)));
            tablet_row(shell, tablet, revoke.unwrap_or_default())
        });
        Self {
            shell,
            t,
            nav: Some(nav),
            name: &point.name,
            described: format!("{} – {}", instrument(shell, point), commune(point)),
            state: state(shell, point),
            survey: format!("/s/{}", point.code),
            hours: hours_lines(shell, hours),
            month: shell.number(listed.month),
            tablets: tablets.collect(),
            posters,
            questions,
            rename: managed("name"),
            set_hours: managed("hours"),
            set_contact: managed("contact"),
            queue_file: if may_import { at("devices/import") } else { String::new() },
            contact: [contact.telephone(), contact.address(), contact.note()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
            enrol: if open { at("devices") } else { String::new() },
            act,
            back: shell.link("/staff/points"),
        }
    }
}

fn tablet_row(shell: &Shell, tablet: &Tablet, revoke: String) -> TabletRow {
    let unknown = || shell.t.get("tablet-untold").into_owned();
    let revoked = tablet.device.revoked_at;
    let lost = [(tablet.lost, lost as fn(&Shell, u32) -> String)];
    let lost = lost.into_iter().chain([(tablet.lost_households, lost_households as _)]);
    let lost = lost.filter(|(many, _)| *many > 0).map(|(many, said)| said(shell, many));
    TabletRow {
        name: tablet.device.name.clone(),
        seen: moment(shell, tablet.device.last_seen_at),
        queued: tablet.queued.map_or_else(unknown, |n| shell.number(n)),
        version: tablet.version.clone().unwrap_or_else(unknown),
        clock: tablet.clock_lead_seconds.map_or_else(unknown, |s| clock(shell, s)),
        alarms: tablet.alarms.iter().map(|code| alarm(shell, tablet, code)).collect(),
        lost: lost.collect::<Vec<_>>().join(" "),
        revoked: revoked.map(|at| moment(shell, at)).unwrap_or_default(),
        revoke: if revoked.is_some() { String::new() } else { revoke },
    }
}

fn clock(shell: &Shell, lead_seconds: i64) -> String {
    let minutes = shell.number(lead_seconds.unsigned_abs() / 60);
    match lead_seconds {
        -59..=59 => shell.t.get("tablet-clock-right").into_owned(),
        60.. => shell.t.with("tablet-clock-ahead", &[("minutes", &minutes)]),
        _ => shell.t.with("tablet-clock-behind", &[("minutes", &minutes)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_said_in_words_a_person_understands() {
        let said = |hours: &str, query| {
            hours_lines(&Shell::new("/", query, false), &OpeningHours::parse(hours).unwrap())
        };
        assert_eq!(said("always", ""), ["Luôn mở"]);
        assert_eq!(
            said("T2-T6 7:00-11:30,13:30-17:00; T7 7:30-11:00", ""),
            [
                "Thứ Hai – Thứ Sáu: 07:00–11:30, 13:30–17:00",
                "Thứ Bảy: 07:30–11:00",
                "Chủ nhật: nghỉ"
            ]
        );
        assert_eq!(said("Sun 8:00-9:00", "lang=en")[1], "Sunday: 08:00–09:00");
    }

    #[test]
    fn a_clock_is_told_in_whole_minutes_from_one_minute_on() {
        let shell = Shell::new("/", "lang=en", false);
        assert_eq!(clock(&shell, -59), "right");
        assert_eq!(clock(&shell, 60), "1 min ahead");
        assert_eq!(clock(&shell, -3_600), "60 min behind");
    }
}
