//! Every text through every field.

use std::collections::{BTreeMap, BTreeSet};

use hailong::http::staff::{ROUTES, Verb};
use serde_json::json;

use super::crawl::{Answered, Crawl, Found, Reach};
use super::fillings::{FOLDERS, LAST, good, is_never_shown, parts};
use crate::support::app::App;
use crate::support::browser::{Chromium, DESKTOP, Scripts};
use crate::support::database::Database;
use crate::support::hostile::{ROUGH, STRINGS};
use crate::support::html::{self, Form};
use crate::support::petition::Pass;
use crate::support::submission::point;

/// How far one looks for forms, and how far for what was typed.
const FORMS: Reach = Reach { everybody: true, of_a_kind: 4 };
const NEW_FORMS: Reach = Reach { everybody: false, of_a_kind: 4 };
const TEXTS: Reach = Reach { everybody: false, of_a_kind: 30 };

#[tokio::test]
async fn every_field_takes_sixty_hostile_texts_and_what_shows_them_says_them_as_text() {
    let texts: Vec<&str> = STRINGS.into_iter().chain(ROUGH).collect();
    through_every_field(Database::sqlite(), &texts).await;
}

#[tokio::test]
async fn every_field_takes_hostile_texts_on_postgresql() {
    if let Some(database) = Database::postgres().await {
        let some = [STRINGS[0], STRINGS[32], STRINGS[54], ROUGH[7]];
        through_every_field(database, &some).await;
    }
}

/// Where the public begins.
fn seeds() -> Vec<String> {
    let paths = [
        "/",
        "/?q=dien+khanh",
        "/c/22651",
        "/c/22651?period=2026-09",
        "/c/22651/actions",
        "/c/22651/comments",
        "/c/22651/petitions?period=2026-10",
        "/p/22651",
        "/p/22651/status",
        "/privacy",
        "/privacy/erase",
        "/province/56",
        "/kiosk/22651",
        "/interview/22651",
    ];
    let survey = format!("/s/{}", point());
    paths.map(str::to_owned).into_iter().chain([survey]).collect()
}

async fn through_every_field(database: Database, texts: &[&str]) {
    let app = App::spawn(database);
    Pass::sent(&app, &[]).await;
    let mut crawl = Crawl::begun(&app).await;
    let mut done = BTreeSet::new();
    let mut reach = FORMS;
    loop {
        crawl.staff(reach).await;
        crawl.public(&seeds(), reach).await;
        reach = NEW_FORMS;
        let mut open: Vec<(String, Found)> = crawl
            .forms
            .iter()
            .filter(|(key, found)| !done.contains(*key) && found.form.takes_texts())
            .map(|(key, found)| (key.clone(), found.clone()))
            .collect();
        if open.is_empty() {
            break;
        }
        // What ends something goes after what needs it.
        let is_last = |key: &str| LAST.iter().any(|last| key.contains(last));
        if open.iter().any(|(key, _)| !is_last(key)) {
            open.retain(|(key, _)| !is_last(key));
        }
        for (key, found) in open {
            Typing { crawl: &mut crawl, key: &key, found: &found, texts }.all().await;
            done.insert(key);
        }
        crawl.acknowledge().await;
    }
    crawl.asked(texts).await;
    crawl.files().await;
    let pages = crawl.staff(TEXTS).await + crawl.public(&seeds(), TEXTS).await;
    assert!(pages > 300, "only {pages} pages were read");
    if texts.len() >= STRINGS.len()
        && let Some(chromium) = Chromium::shared()
    {
        nothing_runs(chromium, &crawl).await;
    }
    let forms: BTreeSet<String> = crawl.forms.keys().cloned().collect();
    let offers = |found: &Found, format: &str| {
        let fields = &found.form.fields;
        fields.iter().any(|field| field.name == "format" && field.value == format)
    };
    let tables = crawl.forms.iter().filter(|(key, found)| {
        key.contains("/export") && !(offers(found, "csv") && offers(found, "xlsx"))
    });
    let without_both: Vec<String> = tables.map(|(key, _)| key.clone()).collect();
    let look = crawl.ended().await;
    let unseen: Vec<&str> =
        look.unseen().into_iter().filter(|field| !is_never_shown(field)).collect();
    let posts = ROUTES.iter().filter(|route| route.verb == Verb::Post).map(|route| route.path);
    let is_shown = |path: &str| {
        let begins = match path.split_once("{act}") {
            Some((begins, _)) => format!("Post {begins}"),
            None => format!("Post {path} "),
        };
        forms.iter().any(|key| key.starts_with(&begins))
    };
    let unmet: Vec<&str> = posts.filter(|path| !is_shown(path)).collect();
    let told = format!("{unseen:#?} {unmet:#?} {without_both:#?}");
    assert_eq!(look.faults(), Vec::<&str>::new(), "what came out as something else; {told}");
    assert!(unseen.is_empty(), "fields whose texts no page shows: {told}");
    assert!(unmet.is_empty(), "routes whose form no page shows, see prepared.rs: {told}");
    assert!(without_both.is_empty(), "tables as CSV without XLSX: {told}");
    for format in ["csv", "xlsx"] {
        let place = format!("POST /staff/petitions/export {format}");
        assert!(look.has_seen_at(&place), "{place} shows nothing of what was typed");
    }
    assert!(look.seen() > texts.len() * 40, "only {} texts were seen", look.seen());
}

/// Opens the pages that show the most texts in a browser: there is no element and no handler
/// that is not ours, and nothing was tried against the policy.
async fn nothing_runs(chromium: &Chromium, crawl: &Crawl<'_>) {
    let inert = "const foreign = 'iframe, object, embed, base, math, marquee, template, style, '
            + 'script:not([src]), [onerror], [onload], [onclick], [onfocus], [onmouseover], [ontoggle]';
        return window.hacked === undefined && document.querySelector(foreign) === null";
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            browser.goto(&crawl.app.url("/")).await;
            let mut opened = 0;
            for path in crawl.look.fullest().into_iter().take(14) {
                let who = if path.starts_with("/staff") { crawl.who_may_see(&path) } else { None };
                if let Some(token) = who {
                    let cookie = json!({
                        "url": crawl.app.url("/"), "name": "__Host-sid", "value": token,
                        "path": "/", "secure": true, "httpOnly": true,
                    });
                    browser.command("Network.setCookie", cookie).await;
                }
                browser.goto(&crawl.app.url(&path)).await;
                assert_eq!(browser.run(inert).await, true, "{path}");
                let shown = browser.run("return document.documentElement.outerHTML").await;
                opened += usize::from(shown.as_str().is_some_and(|shown| shown.contains("zq")));
            }
            assert!(opened > 8, "only {opened} pages showed texts");
        })
        .await;
}

/// Names of fields, each with what belongs to it.
type Fields = Vec<(String, String)>;

/// Texts on their way through one form.
struct Typing<'a, 'b> {
    crawl: &'a mut Crawl<'b>,
    key: &'a str,
    found: &'a Found,
    texts: &'a [&'a str],
}

impl Typing<'_, '_> {
    /// Types each text into each field: all of them at once, so that the form comes back,
    /// and then only where any text may stand, so that it is taken.
    async fn all(mut self) {
        let mut form = self.found.form.clone();
        let mut strict = BTreeMap::<String, usize>::new();
        let mut taken = true;
        for filled in [false, true] {
            for turn in 0..self.texts.len() {
                let often =
                    |name: &str| strict.get(name).is_some_and(|n| *n > self.texts.len() / 2);
                let right: Option<BTreeSet<String>> =
                    filled.then(|| strict.keys().filter(|name| often(name)).cloned().collect());
                let (fields, marks) = self.typed(&form, turn, right.as_ref());
                let answer = self.sent(&form, turn, &fields).await;
                taken &= answer.status < 400;
                if answer.status == 422 {
                    self.is_still_there(&marks);
                    let again = self.of_page(&answer).map(|form| form.fields).unwrap_or_default();
                    if !filled {
                        for field in again.into_iter().filter(|field| field.wrong) {
                            *strict.entry(field.name).or_default() += 1;
                        }
                    }
                } else if form.posts {
                    let Found { page: path, who, .. } = self.found;
                    let page = self.crawl.ask(path, *who, None).await;
                    self.crawl.note(&format!("GET {path}"), *who, &page);
                    form = self.of_page(&page).unwrap_or(form);
                }
            }
            let chooses =
                form.fields.iter().any(|f| ["checkbox", "radio", "option"].contains(&&*f.kind));
            let secret = form.fields.iter().any(|field| field.kind == "password");
            if !form.posts || (taken && !chooses) || secret {
                break;
            }
        }
        self.forged(&form).await;
        self.empty(&form).await;
    }

    /// Sends the form with nothing typed into it.
    async fn empty(&mut self, form: &Form) {
        let mut fields = form.sent();
        for (name, value) in &mut fields {
            if form.fields.iter().any(|field| field.name == *name && field.is_typed()) {
                value.clear();
            }
        }
        self.sent(form, 0, &fields).await;
    }

    /// Nothing typed may be lost by a refusal.
    fn is_still_there(&mut self, marks: &[(String, String)]) {
        for (field, mark) in marks {
            let lost = self.crawl.look.unseen_text(mark).filter(|_| !is_never_shown(field));
            if let Some(text) = lost.map(str::to_owned) {
                self.crawl.look.fault(format!("{field}: a refusal loses {text}"));
            }
        }
    }

    /// The form of the same kind on the page `answer`.
    fn of_page(&self, answer: &Answered) -> Option<Form> {
        let (forms, _) = html::forms_and_links(&html::parts(&answer.text()).ok()?);
        let to = |form: &Form| form.action == self.found.form.action && form.takes_texts();
        forms.into_iter().find(to)
    }

    /// What is sent in this turn, and the marks in it with their fields. Fields in `right`
    /// get what is right there; without it every field gets a text.
    fn typed(
        &mut self,
        form: &Form,
        turn: usize,
        right: Option<&BTreeSet<String>>,
    ) -> (Fields, Fields) {
        let mut fields = form.sent();
        if right.is_some() {
            choose(&mut fields, form, turn);
        }
        let mut marks = Vec::new();
        for (place, (name, value)) in fields.iter_mut().enumerate() {
            let of = form.fields.iter().find(|field| field.name == *name && field.is_typed());
            let Some(of) = of else { continue };
            let field = format!("{} {name}", self.key);
            if right.is_some_and(|right| right.contains(name)) {
                *value = good(&field, turn);
                continue;
            }
            // To look whether a password is right takes long.
            if of.kind == "password" && !turn.is_multiple_of(8) {
                value.clear();
                continue;
            }
            // Together where they are to be taken, for some are refused everywhere.
            let text = if right.is_some() { turn } else { turn + place };
            let text = self.texts[text % self.texts.len()];
            let (typed, mark) = self.crawl.look.plant(text, &field, parts(name));
            *value = typed;
            if of.kind != "password" {
                marks.push((field, mark));
            }
        }
        (fields, marks)
    }

    /// Sends `fields` and looks at the answer, and at where it leads.
    async fn sent(&mut self, form: &Form, turn: usize, fields: &[(String, String)]) -> Answered {
        let Found { to, who, .. } = self.found;
        let place = format!("{} {to}", if form.posts { "POST" } else { "GET" });
        let has_file = form.fields.iter().any(|field| field.kind == "file");
        let answer = match who {
            Some(who) if form.posts && has_file => {
                let field = format!("{} (file)", self.key);
                // As browsers write it.
                let name = self.texts[turn].replace('"', "%22").replace(['\r', '\n', '\0'], " ");
                let (name, _) = self.crawl.look.plant(&name, &field, FOLDERS);
                let content = table(if turn == 0 { self.texts } else { &self.texts[..1] });
                self.crawl.upload(to, *who, fields, (&name, content.as_bytes())).await
            }
            _ if form.posts => self.crawl.ask(to, *who, Some(fields)).await,
            _ => {
                let path = to.split('?').next().unwrap_or_default();
                let query = serde_urlencoded::to_string(fields).unwrap();
                self.crawl.ask(&format!("{path}?{query}"), *who, None).await
            }
        };
        self.crawl.note(&place, *who, &answer);
        if let Some(to) = answer.to.clone().filter(|to| to.starts_with('/')) {
            let next = self.crawl.ask(&to, *who, None).await;
            self.crawl.note(&format!("GET {to}"), *who, &next);
        }
        answer
    }

    /// Sends what no page of ours would: every field a text, hidden ones and choices too.
    async fn forged(&mut self, form: &Form) {
        for text in self.texts.iter().step_by(20) {
            let of = format!("{} (forged)", self.key);
            let fields: Vec<(String, String)> = form
                .sent()
                .into_iter()
                .map(|(name, value)| match name.as_str() {
                    "mark" => (name, value),
                    _ => (name, self.crawl.look.plant(text, &of, parts("list")).0),
                })
                .collect();
            self.sent(form, 0, &fields).await;
        }
    }
}

/// Ticks every box, and chooses of several, or of two in a list, one after the other.
fn choose(fields: &mut Vec<(String, String)>, form: &Form, turn: usize) {
    let of_kind = |kind: &'static str| form.fields.iter().filter(move |field| field.kind == kind);
    for tick in of_kind("checkbox").filter(|tick| !tick.chosen) {
        fields.push((tick.name.clone(), tick.value.clone()));
    }
    for kind in ["radio", "option"] {
        let names: BTreeSet<&str> = of_kind(kind).map(|choice| choice.name.as_str()).collect();
        for name in names {
            let choices: Vec<_> = of_kind(kind).filter(|choice| choice.name == name).collect();
            if kind == "option" && choices.len() != 2 {
                continue;
            }
            fields.retain(|(other, _)| other != name);
            fields.push((name.to_owned(), choices[turn % choices.len()].value.clone()));
        }
    }
}

/// A table with the texts in its cells.
fn table(texts: &[&str]) -> String {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record(["answered_at", "A1", "A2", "A3", "A4", "A5", "comment", texts[0]]).unwrap();
    for text in texts {
        rows.write_record(["2026-09-05", "5", text, "5", "5", "5", text, text]).unwrap();
    }
    String::from_utf8(rows.into_inner().unwrap()).unwrap()
}
