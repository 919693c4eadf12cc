//! The session ends in the middle of a form: what was typed is there again after signing in,
//! on every form there is.

use super::crawl::{Crawl, Found, Reach};
use super::fillings::LAST;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::html::Field;

on_both_databases![whatever_was_typed_when_the_session_ended_is_there_after_signing_in];

/// Forms of the way in itself, and what must not be kept.
const NOT_KEPT: [(&str, &str); 4] = [
    ("/staff/sign-in", "there is no session yet"),
    ("/staff/second-factor", "there is no whole session yet"),
    ("/staff/again", "a code is used once"),
    ("/staff/me/password", "a password is not kept"),
];

async fn whatever_was_typed_when_the_session_ended_is_there_after_signing_in(database: Database) {
    let app = App::spawn(database);
    let mut crawl = Crawl::begun(&app).await;
    crawl.staff(Reach { everybody: true, of_a_kind: 4 }).await;
    let forms: Vec<(String, Found)> = crawl
        .forms
        .iter()
        .filter(|(key, found)| {
            let kept = !NOT_KEPT.iter().any(|(path, _)| key.contains(path));
            let typed = found.form.fields.iter().any(Field::is_typed);
            found.form.posts && found.who.is_some() && typed && kept
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
    }
    let look = crawl.ended().await;
    assert_eq!(lost, Vec::<String>::new(), "what was typed is gone");
    assert_eq!(look.faults(), Vec::<&str>::new());
}
