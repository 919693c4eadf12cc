//! Petitions for tests: sending one as a citizen does, reading it with code and PIN.

use hailong::staff::Scope;
use hailong::staff::audit::{Action, Event, Outcome};
use hailong::store::Db;
use hailong::store::petitions::{CITIZEN, NewPetition};
use hailong::store::reply_templates::NewReply;
use reqwest::{Method, Response};
use surveys::period::date_of_millis;
use surveys::petition::reply::ReplyTemplate;
use surveys::petition::{PetitionChannel, Terms};
use surveys::{CommuneCode, Petition, PetitionCode, WorkingDays};

use super::app::App;
use super::staff::send;

/// The commune that petitions of tests are put to.
pub(crate) const COMMUNE: &str = "22651";

/// A petition's code and PIN, as its sender has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) code: String,
    pub(crate) pin: String,
}

/// Sends `fields` as a form to `path` as anybody can.
pub(crate) async fn post(app: &App, path: &str, fields: &[(&str, &str)]) -> Response {
    send(app.request(Method::POST, path).header("accept", "text/html"), fields).await
}

/// What `page` has between the tags of the element with this id.
fn inside(page: &str, id: &str) -> String {
    let after = page.split(&format!("id=\"{id}\">")).nth(1);
    let text = after.and_then(|rest| rest.split('<').next());
    text.unwrap_or_else(|| panic!("no {id} in {page}")).to_owned()
}

impl Pass {
    /// The two that a page says once.
    pub(crate) fn of(page: &str) -> Self {
        Self { code: inside(page, "code"), pin: inside(page, "pin") }
    }

    /// Sends a petition with these fields beside its subject and text.
    pub(crate) async fn sent(app: &App, more: &[(&str, &str)]) -> Self {
        let fields = [("subject", "Chờ lâu"), ("text", "Tôi chờ 45 phút."), ("press", "send")];
        let answer = post(app, &format!("/p/{COMMUNE}"), &[&fields, more].concat()).await;
        assert_eq!(answer.status(), 200);
        Self::of(&answer.text().await.unwrap())
    }

    /// What its sender sees, after asking for `more`.
    pub(crate) async fn look(&self, app: &App, more: &[(&str, &str)]) -> (u16, String) {
        self.look_in(app, "vi", more).await
    }

    /// The same in the language `tag`.
    pub(crate) async fn look_in(
        &self,
        app: &App,
        tag: &str,
        more: &[(&str, &str)],
    ) -> (u16, String) {
        let fields = [("code", self.code.as_str()), ("pin", self.pin.as_str())];
        let path = format!("/p/{COMMUNE}/status?lang={tag}");
        let answer = post(app, &path, &[&fields, more].concat()).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Where staff do `act` with it.
    pub(crate) fn staff(&self, act: &str) -> String {
        format!("/staff/petitions/{}{}{act}", self.code, if act.is_empty() { "" } else { "/" })
    }
}

/// A petition to `commune` on the day of `now`, not stored.
pub(crate) fn petition(commune: &str, now: i64) -> Petition {
    let terms = Terms { acknowledge: 2, answer: 10, extension: 5 };
    let written = (PetitionChannel::Online, "Chờ lâu".to_owned(), "Tôi chờ 45 phút.".to_owned());
    Petition::received(
        PetitionCode::of(hailong::clock::Clock::System.secret()),
        CommuneCode::parse(commune).expect("a code"),
        written,
        date_of_millis(now),
        &terms,
        &WorkingDays::shipped(),
    )
}

/// Keeps a reply template of `commune`; gives its number.
pub(crate) async fn reply_kept(db: &Db, commune: &str, title: &str) -> i64 {
    let commune = CommuneCode::parse(commune).expect("a code");
    let template = ReplyTemplate::of(title, "Kính gửi ông/bà, [đơn vị] đã nhận [mã].").unwrap();
    let place = Scope::Commune(commune.clone());
    let event = Event::new(1_000, "lan", Action::SaveReplyTemplate, Outcome::Done).at_place(&place);
    let new = NewReply { commune, replaces: None, template };
    db.add_reply_template(&new, &event).await.unwrap().expect("there is room")
}

/// Stores a petition to `commune`; gives its code.
pub(crate) async fn stored(db: &Db, commune: &str, now: i64) -> String {
    let petition = petition(commune, now);
    let sealed = None;
    let new = NewPetition { petition: &petition, pin_mark: [0; 32], sealed, who: CITIZEN };
    assert!(db.add_petition(&new, None).await.unwrap());
    petition.code.to_string()
}
