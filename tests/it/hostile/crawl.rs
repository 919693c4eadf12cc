//! The way through the service: every route of staff's, every page of the public's, every
//! form that they show.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hailong::http::staff::{ROUTES, StaffRoute, Verb, Who};
use hailong::staff::session::Stage;
use hailong::staff::{Account, Role, Token};
use hailong::store::Db;
use reqwest::Method;

use super::look::Look;
use crate::staff::routes::{Named, Target, actors, half};
use crate::support::app::App;
use crate::support::html::{self, Form};
use crate::support::staff::{self, Member};

/// How far a way through the pages goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// Whether everybody who may looks at a page, or only the first of them.
    pub(crate) everybody: bool,
    /// The most pages of one kind, which differ by what they are of and in what order.
    pub(crate) of_a_kind: usize,
}

/// A form where it was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The page that has it.
    pub(crate) page: String,
    /// Where it goes.
    pub(crate) to: String,
    /// Whoever sees it; nobody for a public page.
    pub(crate) who: Option<usize>,
    /// The form as it was.
    pub(crate) form: Form,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) to: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    async fn of(answer: reqwest::Response) -> Self {
        let header = |name| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
        let (kind, to) = (header("content-type").unwrap_or_default(), header("location"));
        let status = answer.status().as_u16();
        Self { status, kind, to, body: answer.bytes().await.unwrap().to_vec() }
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A service with something of everything, and everybody who may look at it.
pub(crate) struct Crawl<'a> {
    pub(crate) app: &'a App,
    pub(super) db: Db,
    named: Named,
    pub(crate) actors: Vec<Account>,
    tokens: Vec<Token>,
    /// Somebody by whose hands files are sent.
    member: Member<'a>,
    pub(crate) look: Look,
    /// Addresses at which the way through staff's pages begins too, and who goes there.
    pub(super) also: Vec<(String, Option<usize>)>,
    /// Every form by what it is.
    pub(crate) forms: BTreeMap<String, Found>,
    /// Every query parameter, by path.
    pub(crate) asked: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Crawl<'a> {
    /// Fills the database of `app`.
    pub(crate) async fn begun(app: &'a App) -> Self {
        let db = app.database().open().await;
        let named = Named::made(&db, app.now()).await;
        let actors = actors(&db, app.now()).await;
        let mut tokens = Vec::new();
        for actor in &actors {
            tokens.push(staff::session(&db, actor, app.now()).await);
        }
        let member = Member::signed_in(app, "hands", Role::CentreStaff, "/56/22651/").await;
        let (look, also, forms, asked) = Default::default();
        let mut crawl = Self { app, db, named, actors, tokens, member, look, also, forms, asked };
        crawl.prepared().await;
        crawl
    }

    /// Lets go of the database.
    pub(crate) async fn ended(self) -> Look {
        self.db.close().await;
        self.look
    }

    /// The row of the table that `path` is an address of.
    pub(crate) fn route(verb: Verb, path: &str) -> Option<&'static StaffRoute> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let fits = |route: &&StaffRoute| {
            let (pattern, parts) = (route.path.split('/'), path.split('/'));
            route.verb == verb
                && pattern.clone().count() == parts.clone().count()
                && pattern.zip(parts).all(|(name, part)| name.starts_with('{') || name == part)
        };
        // A name goes before a pattern, as in the service.
        ROUTES.iter().filter(fits).min_by_key(|route| route.path.matches('{').count())
    }

    /// Gives an actor a session again if whatever was done before has ended theirs.
    async fn renew(&mut self, who: usize, is_half: bool) {
        let (actor, now) = (&self.actors[who], self.app.now());
        let there = self.db.session(&self.tokens[who]).await.unwrap();
        let holds = there.is_some_and(|(session, _)| {
            session.stage == Stage::Whole && session.ends_at() > now && session.is_fresh(now)
        });
        if is_half {
            self.tokens[who] = half(&self.db, actor, now).await;
        } else if !holds {
            self.tokens[who] = staff::session(&self.db, actor, now).await;
        }
    }

    /// Sends a file called `name` beside `fields`.
    pub(crate) async fn upload(
        &mut self,
        path: &str,
        who: usize,
        fields: &[(String, String)],
        (name, content): (&str, &[u8]),
    ) -> Answered {
        self.renew(who, false).await;
        let member = self.member.with(Token::parse(&self.tokens[who].text()).unwrap());
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .filter(|(name, _)| name != "mark")
            .map(|(name, value)| (&**name, &**value))
            .collect();
        Answered::of(member.upload(path, &fields, (name, content)).await).await
    }

    /// Gives an actor a session that is over.
    pub(crate) async fn end_session(&mut self, who: usize) {
        let long_ago = self.app.now() - 24 * 60 * 60_000;
        self.tokens[who] = staff::session(&self.db, &self.actors[who], long_ago).await;
    }

    /// What comes of asking for `path`, or of sending `fields` to it, by somebody who is
    /// signed in if they are known.
    pub(crate) async fn ask(
        &mut self,
        path: &str,
        who: Option<usize>,
        fields: Option<&[(String, String)]>,
    ) -> Answered {
        let verb = if fields.is_some() { Verb::Post } else { Verb::Get };
        let is_half = Self::route(verb, path).is_some_and(|route| route.who == Who::Half);
        if let Some(who) = who {
            self.renew(who, is_half).await;
        }
        self.send(path, who, fields).await
    }

    /// What comes of sending `fields` to `path` in whatever session there is.
    pub(crate) async fn ask_as_is(
        &self,
        path: &str,
        who: usize,
        fields: &[(String, String)],
    ) -> Answered {
        self.send(path, Some(who), Some(fields)).await
    }

    async fn send(
        &self,
        path: &str,
        who: Option<usize>,
        fields: Option<&[(String, String)]>,
    ) -> Answered {
        let method = if fields.is_some() { Method::POST } else { Method::GET };
        let mut request = self.app.request(method, path).header("accept", "text/html");
        request = request.header("sec-fetch-site", "same-origin");
        let mut mark = String::new();
        if let Some(who) = who {
            mark = self.tokens[who].form_mark();
            request = request.header("cookie", format!("__Host-sid={}", self.tokens[who].text()));
        }
        let answer = match fields {
            None => request.send().await.unwrap(),
            Some(fields) => {
                let of = |(name, value): &'_ (String, String)| {
                    (name.clone(), if name == "mark" { mark.clone() } else { value.clone() })
                };
                let fields: Vec<(String, String)> = fields.iter().map(of).collect();
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (&**name, &**value)).collect();
                staff::send(request, &fields).await
            }
        };
        Answered::of(answer).await
    }

    /// Looks at what came from `place`, and notes the forms and addresses there.
    pub(crate) fn note(
        &mut self,
        place: &str,
        who: Option<usize>,
        answer: &Answered,
    ) -> Vec<String> {
        if answer.status >= 500 {
            self.look.fault(format!("{place}: {} {}", answer.status, answer.text()));
        }
        if let Some(to) = &answer.to {
            self.look.says(place, to);
        }
        if !answer.kind.starts_with("text/html") {
            self.look.at(place, &answer.kind, &answer.body);
            return Vec::new();
        }
        let parts = self.look.at_page(place, &answer.text());
        let (forms, links) = html::forms_and_links(&parts);
        let page = place.split_once(' ').map_or(place, |(_, path)| path);
        for form in forms {
            let here = page.split(['?', '#']).next().unwrap_or_default();
            let to = if form.action.is_empty() { here.to_owned() } else { form.action.clone() };
            let names: BTreeSet<&str> = form
                .fields
                .iter()
                .filter(|f| f.kind != "hidden" && !f.name.is_empty())
                .map(|f| &*f.name)
                .collect();
            let verb = if form.posts { Verb::Post } else { Verb::Get };
            let pattern = Self::route(verb, &to).map_or_else(|| pattern(&to), |r| r.path.into());
            let pattern = match to.split('?').next().and_then(|to| to.rsplit('/').next()) {
                Some(act) => pattern.replace("{act}", act),
                None => pattern,
            };
            let key = format!("{verb:?} {pattern} {names:?}");
            let found = Found { page: page.to_owned(), to, who, form };
            self.forms.entry(key).or_insert(found);
        }
        for link in &links {
            if let Some((path, query)) = link.split_once('?') {
                let fields: Vec<(String, String)> =
                    serde_urlencoded::from_str(query).unwrap_or_default();
                let names = fields.into_iter().map(|(name, _)| name);
                self.asked.entry(path.to_owned()).or_default().extend(names);
            }
        }
        links.into_iter().filter(|link| link.starts_with('/')).collect()
    }

    /// Everybody who may take `route`.
    fn who_may(&self, route: &StaffRoute) -> Vec<Option<usize>> {
        match route.who {
            Who::Anyone => vec![None],
            Who::Half => vec![Some(0)],
            Who::May(permission) => {
                let actors = self.actors.iter().enumerate();
                let may = actors.filter(|(_, actor)| actor.may(permission));
                may.map(|(place, _)| Some(place)).collect()
            }
        }
    }

    /// Looks at every page of staff's and at where they lead; how many pages that were.
    pub(crate) async fn staff(&mut self, reach: Reach) -> usize {
        let mut met = BTreeMap::<(&str, Option<usize>), usize>::new();
        let mut next: VecDeque<(String, Option<usize>)> = self.also.iter().cloned().collect();
        for route in ROUTES.iter().filter(|route| route.verb == Verb::Get) {
            let path = self.named.path(route, Target::Own);
            let who = self.who_may(route).into_iter();
            let who = who.take(if reach.everybody { usize::MAX } else { 1 });
            next.extend(who.map(|who| (path.clone(), who)));
        }
        let mut seen = BTreeSet::new();
        while let Some((path, who)) = next.pop_front() {
            let Some(route) = Self::route(Verb::Get, &path) else { continue };
            let times = met.entry((route.path, who)).or_default();
            let begins = seen.len() < self.also.len();
            if (*times >= reach.of_a_kind && !begins) || !seen.insert((path.clone(), who)) {
                continue;
            }
            *times += usize::from(!begins);
            let answer = self.ask(&path, who, None).await;
            let links = self.note(&format!("GET {path}"), who, &answer);
            next.extend(links.into_iter().filter(|link| is_once(link)).map(|link| (link, who)));
        }
        seen.len()
    }

    /// Takes the step of a survey that `page` asks for; where it leads.
    async fn answered(&mut self, path: &str, page: &Answered) -> Option<String> {
        let parts = html::parts(&page.text()).ok()?;
        let form = html::forms_and_links(&parts).0.into_iter().find(|form| form.posts)?;
        let mut fields = form.sent();
        let radio = form.fields.iter().find(|field| field.kind == "radio");
        fields.extend(radio.map(|radio| (radio.name.clone(), radio.value.clone())));
        let to = if form.action.is_empty() { path } else { &form.action };
        self.ask(to, None, Some(&fields)).await.to
    }

    /// Does what a petition waits for and nobody types anything for, so that what follows can
    /// be done.
    pub(crate) async fn acknowledge(&mut self) {
        let acts = self.forms.iter().filter(|(key, found)| {
            key.contains("/staff/petitions/{petition}/") && !found.form.takes_texts()
        });
        let acts: Vec<Found> = acts.map(|(_, found)| found.clone()).collect();
        for found in acts.into_iter().filter(|found| found.form.posts) {
            self.ask(&found.to, found.who, Some(&found.form.sent())).await;
        }
    }

    /// Puts each of `texts` into what stands behind the question mark of every address that a
    /// page leads to, one after the other.
    pub(crate) async fn asked(&mut self, texts: &[&str]) {
        let mut met = BTreeSet::new();
        for (path, names) in self.asked.clone() {
            let route = Self::route(Verb::Get, &path);
            let kind = route.map_or_else(|| pattern(&path), |route| route.path.to_owned());
            let who = route.and_then(|route| self.who_may(route)[0]);
            let names: Vec<String> = names.into_iter().collect();
            if names.is_empty() || !met.insert((kind.clone(), names.clone())) {
                continue;
            }
            for (turn, text) in texts.iter().enumerate() {
                let name = &names[turn % names.len()];
                let field = format!("{kind}?{name} (asked)");
                // A month is written year-month there, and shown month/year.
                let (typed, _) = self.look.plant(text, &field, &['-']);
                let query = serde_urlencoded::to_string([(name, typed)]).unwrap();
                let answer = self.ask(&format!("{path}?{query}"), who, None).await;
                self.note(&format!("GET {path}"), who, &answer);
            }
        }
    }

    /// The token of somebody who may see `path`.
    pub(crate) fn who_may_see(&self, path: &str) -> Option<String> {
        let route = Self::route(Verb::Get, path)?;
        let who = self.who_may(route).first().copied().flatten()?;
        Some(self.tokens[who].text())
    }

    /// Takes along every file that a form offers, by each of its buttons.
    pub(crate) async fn files(&mut self) {
        let offers = |key: &str| ["export", "rejects"].iter().any(|part| key.contains(part));
        let found = self.forms.iter().filter(|(key, _)| offers(key));
        let found: Vec<Found> = found.map(|(_, found)| found.clone()).collect();
        for Found { page, who, form, to } in found {
            let page = self.ask(&page, who, None).await;
            let parts = html::parts(&page.text()).unwrap_or_default();
            let (forms, _) = html::forms_and_links(&parts);
            let form = forms.into_iter().find(|f| f.action == form.action).unwrap_or(form);
            for button in form.fields.iter().filter(|field| field.kind == "button") {
                let mut fields = form.sent();
                fields.retain(|(name, _)| *name != button.name);
                fields.push((button.name.clone(), button.value.clone()));
                let answer = self.ask(&to, who, Some(&fields)).await;
                self.note(&format!("POST {to} {}", button.value), who, &answer);
            }
        }
    }

    /// Looks at every public page that one leads to, beginning at `from`; how many.
    pub(crate) async fn public(&mut self, from: &[String], reach: Reach) -> usize {
        let mut met = BTreeMap::<String, usize>::new();
        let mut next: VecDeque<String> = from.iter().cloned().collect();
        let mut seen = BTreeSet::new();
        while let Some(path) = next.pop_front() {
            let path = path.split('#').next().unwrap_or_default().to_owned();
            let bare = path.split('?').next().unwrap_or_default().to_owned();
            let times = met.entry(pattern(&bare)).or_default();
            if *times >= reach.of_a_kind || !seen.insert(path.clone()) {
                continue;
            }
            *times += 1;
            let answer = self.ask(&path, None, None).await;
            let links = self.note(&format!("GET {path}"), None, &answer);
            let links = links.into_iter().filter(|link| is_once(link));
            next.extend(links.filter(|link| !link.starts_with("/staff")));
            if bare.starts_with("/s/") {
                next.extend(self.answered(&path, &answer).await);
            }
        }
        seen.len()
    }
}

/// Whether a link leads to something else than the same page in the other language.
fn is_once(link: &str) -> bool {
    !link.contains("lang=")
}

/// `path` with a star for whatever has a digit in it.
fn pattern(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let star = |part: &str| {
        if part.contains(|c: char| c.is_ascii_digit()) { "*".into() } else { part.to_owned() }
    };
    path.split('/').map(star).collect::<Vec<_>>().join("/")
}
