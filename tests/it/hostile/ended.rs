//! The session ends in the middle of a form: what was typed is there again after signing in,
//! on every form there is.

use hailong::http::staff::{ROUTES, Verb};

use super::crawl::{Crawl, Found, Reach};
use super::fillings::LAST;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::html::{self, Field, Form};

on_both_databases![whatever_was_typed_when_the_session_ended_is_there_after_signing_in];

/// Routes with something to type or to choose that keep nothing, by reason.
const NOT_KEPT: [(&str, &[&str]); 3] = [
    (
        "there is no whole session that could end",
        &["/staff/sign-in", "/staff/second-factor", "/staff/set-up/{token}"],
    ),
    ("a secret is not kept", &["/staff/me/password", "/staff/again"]),
    (
        "the file is where it was chosen",
        &[
            "/staff/points/{point}/recordings/{item}/{language}",
            "/staff/points/{point}/devices/import",
        ],
    ),
];

#[test]
fn whatever_is_said_to_be_kept_nowhere_is() {
    for (why, paths) in NOT_KEPT {
        for path in paths {
            let route = ROUTES.iter().find(|r| r.verb == Verb::Post && r.path == *path);
            assert!(route.is_some_and(|route| !route.kept), "{path} is kept: not that {why}");
        }
    }
}

/// Whether it is said that nothing is kept of a form.
fn is_not_kept(found: &Found) -> bool {
    let route = Crawl::route(Verb::Post, &found.to);
    let mut paths = NOT_KEPT.iter().flat_map(|(_, paths)| *paths);
    route.is_some_and(|route| paths.any(|path| *path == route.path))
}

fn is_a_choice(field: &Field) -> bool {
    ["option", "radio", "checkbox"].contains(&field.kind.as_str())
}

/// Chooses the last of what there is to choose, and ticks every box; gives what was chosen.
fn choose_last(fields: &mut Vec<(String, String)>, form: &Form) -> Vec<(String, String)> {
    let mut chosen: Vec<(String, String)> = Vec::new();
    // What a column of a file holds decides what else is asked.
    let decides = |name: &str| form.action.ends_with("/import/columns") && name.starts_with('c');
    let choices = form.fields.iter().filter(|field| is_a_choice(field) && !decides(&field.name));
    for choice in choices {
        if choice.kind != "checkbox" {
            chosen.retain(|(name, _)| *name != choice.name);
        }
        chosen.push((choice.name.clone(), choice.value.clone()));
    }
    fields.retain(|(name, _)| !chosen.iter().any(|(other, _)| other == name));
    fields.extend(chosen.iter().cloned());
    chosen
}

async fn whatever_was_typed_when_the_session_ended_is_there_after_signing_in(database: Database) {
    let app = App::spawn(database);
    let mut crawl = Crawl::begun(&app).await;
    crawl.staff(Reach { everybody: true, of_a_kind: 4 }).await;
    let forms: Vec<(String, Found)> = crawl
        .forms
        .iter()
        .filter(|(_, found)| {
            let filled = found.form.fields.iter().any(|f| f.is_typed() || is_a_choice(f));
            found.form.posts && found.who.is_some() && filled && !is_not_kept(found)
        })
        .map(|(key, found)| (key.clone(), found.clone()))
        .collect();
    assert!(forms.len() > 30, "only {} forms were found", forms.len());
    let ends = LAST.iter().filter(|end| forms.iter().any(|(key, _)| key.contains(*end))).count();
    assert!(ends > 2, "also forms that end something");
    let mut lost = Vec::new();
    for (key, found) in forms {
        let who = found.who.expect("somebody");
        let mut marks = Vec::new();
        let mut fields = found.form.sent();
        for (name, value) in &mut fields {
            if found.form.fields.iter().any(|field| field.name == *name && field.is_typed()) {
                let (typed, mark) = crawl.look.plant("Đã nhập", &format!("{key} {name}"), &[]);
                *value = typed;
                marks.push((name.clone(), mark));
            }
        }
        let chosen = choose_last(&mut fields, &found.form);
        crawl.end_session(who).await;
        let answer = crawl.ask_as_is(&found.to, who, &fields).await;
        let to = answer.to.unwrap_or_default();
        let next = to.strip_prefix("/staff/sign-in?").unwrap_or_else(|| {
            panic!("{key}: {} {to}", answer.status);
        });
        let next: Vec<(String, String)> = serde_urlencoded::from_str(next).unwrap();
        let next = next.into_iter().find(|(name, _)| name == "next").unwrap().1;
        let page = crawl.ask(&next, Some(who), None).await;
        crawl.note(&format!("GET {next}"), Some(who), &page);
        let is_lost = |(name, mark): &(String, String)| {
            let lost = crawl.look.unseen_text(mark).is_some();
            lost.then(|| format!("{key}: {name} is not at {next} ({})", page.status))
        };
        lost.extend(marks.iter().filter_map(is_lost));
        let (again, _) = html::forms_and_links(&html::parts(&page.text()).unwrap_or_default());
        let again = again.into_iter().filter(|form| form.posts).flat_map(|form| form.sent());
        let again: Vec<_> = again.collect();
        let gone = chosen.iter().filter(|choice| !again.contains(choice));
        lost.extend(
            gone.map(|(name, value)| format!("{key}: {name}={value} is not chosen at {next}")),
        );
    }
    let look = crawl.ended().await;
    assert_eq!(lost, Vec::<String>::new(), "what was typed is gone");
    assert_eq!(look.faults(), Vec::<&str>::new());
}
