//! What a line of the log is about, in words. The file of the log has it as it was noted.

use surveys::period::Period;
use surveys::{PetitionCode, catalog, typed_day, unit};

use super::taken;
use crate::pages::staff::petitions::ActKind;
use crate::pages::{Shell, day};
use crate::staff::Scope;
use crate::staff::audit::{Action, Event};

/// The pages that are called by a name, the longer addresses first.
const PAGES: [(&str, &str); 26] = [
    ("/staff/results", "results-heading"),
    ("/staff/publishing", "publishing-heading"),
    ("/staff/indicators", "indicators-heading"),
    ("/staff/petitions", "petitions-staff"),
    ("/staff/replies", "replies-heading"),
    ("/staff/apology", "apology-heading"),
    ("/staff/comments", "comments-heading"),
    ("/staff/actions", "actions-heading"),
    ("/staff/points", "points-heading"),
    ("/staff/links", "links-heading"),
    ("/staff/samples", "samples-heading"),
    ("/staff/paper", "paper-heading"),
    ("/staff/import", "import-heading"),
    ("/staff/accounts", "accounts-heading"),
    ("/staff/audit", "audit-heading"),
    ("/staff/erase", "staff-erase-heading"),
    ("/staff/me", "me-heading"),
    ("/staff/sign-in", "sign-in-heading"),
    ("/staff/second-factor", "second-factor-heading"),
    ("/staff/set-up", "set-up-heading"),
    ("/staff/again", "again-heading"),
    ("/staff", "staff-home"),
    ("/p/", "petition-heading"),
    ("/s/", "answer-heading"),
    ("/privacy", "footer-data"),
    ("/api/", "audit-of-devices"),
];

/// What the line `event` is about, for people.
pub(super) fn said(shell: &Shell, event: &Event) -> String {
    let noted = &event.subject;
    taken::said(shell, event.action, noted)
        .or_else(|| report(shell, event.action, noted))
        .unwrap_or_else(|| of_any(shell, &event.scope, noted))
}

/// `noted`, the subject of a line about `scope`, where its form says what it is.
fn of_any(shell: &Shell, scope: &Scope, noted: &str) -> String {
    // Of many refusals in a minute one is noted, with how many more there were.
    let more = noted.strip_suffix(')').and_then(|text| text.rsplit_once(" (+"));
    if let Some((text, more)) = more.filter(|(_, more)| more.parse::<u64>().is_ok()) {
        return shell
            .t
            .with("audit-more", &[("said", &of_any(shell, scope, text)), ("more", more)]);
    }
    page(shell, noted)
        .or_else(|| petition(shell, noted))
        .or_else(|| results(shell, noted))
        .or_else(|| indicator(shell, scope, noted))
        .or_else(|| let_go(shell, noted))
        .unwrap_or_else(|| noted.to_owned())
}

/// The page whose address it is.
fn page(shell: &Shell, noted: &str) -> Option<String> {
    let is = |at: &str| {
        noted.strip_prefix(at).is_some_and(|rest| {
            at.ends_with('/') || rest.is_empty() || rest.starts_with(['/', '?'])
        })
    };
    let (at, key) = PAGES.iter().find(|(at, _)| is(at))?;
    let name = shell.t.get(key);
    let rest = noted.strip_prefix(at)?.trim_start_matches('/');
    let code = rest.split(['/', '?']).next().unwrap_or_default();
    // A number or a code that people know; no pattern of a route and no id of a machine.
    let is_known = code.len() <= 20
        && code.contains(|c: char| c.is_ascii_digit())
        && code.chars().all(|c| c.is_alphanumeric() || c == '-');
    Some(if is_known { format!("{name}: {code}") } else { name.into_owned() })
}

/// A petition and what was done with it: `YJAA-52WW publish`.
fn petition(shell: &Shell, noted: &str) -> Option<String> {
    let (code, act) = noted.split_once(' ')?;
    let code = code.parse::<PetitionCode>().ok()?;
    let said = |key: &str| shell.t.get(key).into_owned();
    let act = match act {
        "contact" => said("petition-act-erase"),
        "text" => said("petition-act-cover"),
        "contact, text" => {
            format!("{}; {}", said("petition-act-erase"), said("petition-act-cover"))
        }
        act => ActKind::of_name(act)?.heading(shell),
    };
    Some(format!("{code}: {act}"))
}

/// A report of the plan and when it was sent: `2026-Q3.1 2026-11-22`.
fn report(shell: &Shell, action: Action, noted: &str) -> Option<String> {
    if !matches!(action, Action::NoteReport | Action::TakeReportBack) {
        return None;
    }
    let (report, sent) = noted.split_once(' ')?;
    let (of, number) = report.rsplit_once('.')?;
    let (of, sent) = (period(shell, of)?, day(typed_day(sent)?, shell.language()));
    let values = [("period", &*of), ("number", number), ("day", &*sent)];
    Some(shell.t.with("audit-of-report", &values))
}

/// Published results: `quick-counter@1 2026-10 #2`.
fn results(shell: &Shell, noted: &str) -> Option<String> {
    let mut parts = noted.split(' ');
    let title = instrument(shell, parts.next()?)?;
    let period = period(shell, parts.next()?)?;
    let number = parts.next()?.strip_prefix('#')?;
    let values = [("title", &*title), ("period", &*period), ("number", number)];
    Some(shell.t.with("audit-of-results", &values))
}

/// An indicator and its month or year, and why: `ONTIME_DOSSIERS 2026-10: …`.
fn indicator(shell: &Shell, scope: &Scope, noted: &str) -> Option<String> {
    let (about, why) = noted.split_once(": ").map_or((noted, ""), |(about, why)| (about, why));
    let (code, span) = about.split_once(' ')?;
    // Plans share indicators, and each has its own name for them.
    let own = match scope {
        Scope::Commune(commune) | Scope::Point { commune, .. } => catalog::plan_of(commune),
        Scope::Everywhere | Scope::Province(_) => None,
    };
    let plans = own.into_iter().chain(catalog::plans());
    let target = plans.flat_map(|plan| &plan.targets).find(|target| target.indicator == code)?;
    let span = period(shell, span).unwrap_or_else(|| span.to_owned());
    let title = target.title.get(shell.language());
    let said = format!("{title}, {span}");
    Some(if why.is_empty() { said } else { format!("{said}: {why}") })
}

/// What was let go with its term: `moments 12, texts 0, links 3, audit lines 0`.
fn let_go(shell: &Shell, noted: &str) -> Option<String> {
    let mut counts = Vec::new();
    for (part, name) in noted.split(", ").zip(["moments", "texts", "links", "audit lines"]) {
        let count: u64 = part.strip_prefix(name)?.trim_start().parse().ok()?;
        counts.push(shell.number(count));
    }
    let [moments, texts, links, audited] = <[String; 4]>::try_from(counts).ok()?;
    let values =
        [("moments", &*moments), ("texts", &*texts), ("links", &*links), ("lines", &*audited)];
    Some(shell.t.with("audit-let-go", &values))
}

pub(super) fn unit_name(code: &str) -> Option<String> {
    let commune = unit::commune(code).map(|commune| commune.name);
    commune.or_else(|| Some(unit::province(code)?.name)).map(str::to_owned)
}

/// The title of `id@version` or of `id`.
pub(super) fn instrument(shell: &Shell, name: &str) -> Option<String> {
    let (id, version) = name.split_once('@').map_or((name, None), |(id, v)| (id, v.parse().ok()));
    let found = catalog::instrument(id, version)?;
    Some(found.title.get(shell.language()).to_owned())
}

pub(super) fn period(shell: &Shell, code: &str) -> Option<String> {
    Some(Period::parse(code).ok()?.title.get(shell.language()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::audit::Outcome;

    #[test]
    fn a_report_is_told_with_its_period_and_day() {
        let shell = Shell::new("/", "", false);
        for (noted, expected) in [
            ("2026-Q3.2 2026-09-08", "Quý III năm 2026, báo cáo thứ 2, gửi ngày 08/09/2026"),
            ("x", "x"),
        ] {
            let event = Event::new(0, "lan", Action::TakeReportBack, Outcome::Done).about(noted);
            assert_eq!(said(&shell, &event), expected);
        }
    }

    #[test]
    fn what_was_noted_is_told_to_people_and_nothing_is_lost() {
        let shell = Shell::new("/", "", false);
        let quick = &catalog::instrument("quick-counter", Some(1)).unwrap().title.vi;
        let ontime = catalog::plans().iter().flat_map(|plan| &plan.targets);
        let ontime = ontime.into_iter().find(|t| t.indicator == "ONTIME_DOSSIERS").unwrap();
        for (noted, expected) in [
            ("/p/{commune}/status", "Gửi phản ánh, kiến nghị".to_owned()),
            ("/staff/paper/7/close", "Phiếu giấy: 7".to_owned()),
            ("/staff/papers", "Trang cán bộ".to_owned()),
            ("/staff (+12)", "Trang cán bộ, và 12 lần nữa trong phút đó".to_owned()),
            ("YJAA-52WW publish", "YJAA-52WW: Công khai".to_owned()),
            ("YJAA-52WW contact", "YJAA-52WW: Xóa thông tin liên hệ".to_owned()),
            (
                "YJAA-52WW contact, text",
                "YJAA-52WW: Xóa thông tin liên hệ; Che phần nói về người gửi, theo yêu cầu của họ"
                    .to_owned(),
            ),
            ("quick-counter@1 2026-10 #2", format!("{quick}, Tháng 10 năm 2026, lần 2")),
            (
                "ONTIME_DOSSIERS 2026-10: nhập nhầm",
                format!("{}, Tháng 10 năm 2026: nhập nhầm", ontime.title.vi),
            ),
            (
                "moments 6490, texts 0, links 3, audit lines 0",
                "6.490 thời điểm trả lời, 0 góp ý, 3 liên kết, 0 dòng nhật ký".to_owned(),
            ),
            ("quầy 1 = 2", "quầy 1 = 2".to_owned()),
            ("lan.nguyen", "lan.nguyen".to_owned()),
            ("=", "=".to_owned()),
            ("", String::new()),
        ] {
            let event = Event::new(0, "lan", Action::Enter, Outcome::Done).about(noted);
            assert_eq!(said(&shell, &event), expected, "{noted}");
        }
    }

    #[test]
    fn an_indicator_is_called_as_the_plan_of_the_place_calls_it() {
        let shell = Shell::new("/", "", false);
        let mut titles = Vec::new();
        for plan in catalog::plans() {
            let Some(target) = plan.targets.iter().find(|t| t.indicator == "ONLINE_DOSSIERS")
            else {
                continue;
            };
            let scope = Scope::of_code(plan.commune_code.as_str()).unwrap();
            let title = &target.title.vi;
            let expected = format!("{title}, Tháng 10 năm 2026");
            let event = Event::new(0, "lan", Action::EnterIndicators, Outcome::Done);
            let event = event.at_place(&scope).about("ONLINE_DOSSIERS 2026-10");
            assert_eq!(said(&shell, &event), expected);
            titles.push(title);
        }
        titles.dedup();
        assert!(titles.len() > 1, "plans have names of their own");
    }
}
