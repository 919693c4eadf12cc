//! What is held of a petition, for whoever erases of it what its sender asks for: how it
//! would read afterwards, what is covered, whether there is a contact.

use askama::Template;
use surveys::petition::Covering;
use surveys::{Petition, unit};

use super::Nav;
use super::form::Field;
use crate::pages::field::{Mending, to_mend};
use crate::pages::petition::words;
use crate::pages::{Shell, Words, day};
use crate::store::petitions::PetitionEvent;

/// What is to be said on the page.
#[derive(Debug, Default)]
pub struct Told {
    /// That nobody said the sender asks.
    pub asked: Option<String>,
    /// That nothing was chosen.
    pub chosen: Option<String>,
    /// What to mend in the parts.
    pub parts: Option<String>,
    /// Something to notice first; may be empty.
    pub notice: String,
    /// What others did since, each with its heading.
    pub since: Vec<(String, String)>,
}

impl Told {
    /// Whether nothing is to be mended.
    pub fn is_nothing(&self) -> bool {
        self.asked.is_none() && self.chosen.is_none() && self.parts.is_none()
    }
}

/// What is held of a petition.
#[derive(Debug, Template)]
#[template(path = "staff/erase.html")]
pub struct Held<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    petition: &'a Petition,
    code: String,
    commune: &'static str,
    received: String,
    state: String,
    has_contact: bool,
    whole: String,
    action: String,
    /// What it would say, each text with its heading.
    left: Vec<(String, String)>,
    fields: Vec<Field>,
    previewed: String,
    told: Told,
}

impl<'a> Held<'a> {
    /// What is held of `petition`.
    pub fn new(shell: &'a Shell, nav: Nav, petition: &'a Petition, has_contact: bool) -> Self {
        let code = petition.code.to_string();
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            petition,
            commune: unit::commune(petition.commune.as_str()).map_or("", |commune| commune.name),
            received: day(petition.received_on, shell.language()),
            state: words::state(shell, petition.state),
            has_contact,
            whole: shell.link(&format!("/staff/petitions/{code}")),
            action: shell.link(&format!("/staff/erase/{code}")),
            code,
            left: Vec::new(),
            fields: Vec::new(),
            previewed: String::new(),
            told: Told::default(),
        }
    }

    /// The same with everything that is said in it and its `history`, as `covering` leaves it.
    #[must_use]
    pub fn covered(mut self, covering: Option<&Covering>, history: &[PetitionEvent]) -> Self {
        let left = |text: &str| covering.map_or_else(|| text.to_owned(), |c| c.of_text(text));
        let said = |key: &str| self.t.get(key).into_owned();
        let petition = self.petition;
        let text = format!("{}\n{}", left(&petition.subject), left(&petition.text));
        self.left = vec![(said("petition-text"), text)];
        for event in history {
            let act = covering.map_or_else(|| event.act.clone(), |c| c.of_act(&event.act));
            if !act.texts().is_empty() {
                let line = words::line(self.shell, &PetitionEvent { act, ..event.clone() }, true);
                self.left.push((format!("{} {}", line.on, line.what), line.said));
            }
        }
        if let Some(public) = &petition.published {
            let text = format!("{}\n{}", left(&public.question), left(&public.answer));
            self.left.push((said("petition-public"), text));
        }
        self
    }

    /// The same with what is ticked, of contact, text and that the sender asks, and the parts
    /// that are covered, one on each line; `others` are names that are not proposed.
    #[must_use]
    pub fn choosing(
        mut self,
        [contact, text, asked]: [bool; 3],
        parts: &str,
        others: &[String],
    ) -> Self {
        let tick = |id, key: &str, ticked: bool| {
            Field::tick(id, self.t.get(key)).value(if ticked { "yes" } else { "" })
        };
        if self.has_contact {
            self.fields.push(tick("contact", "erase-contact", contact));
        }
        self.fields.push(tick("text", "erase-text", text));
        let long = Field::long("parts", self.t.get("erase-parts"), 8);
        let mut hint = self.t.get("erase-parts-hint").into_owned();
        if !others.is_empty() {
            hint.push(' ');
            hint.push_str(&self.t.with("erase-others", &[("names", &others.join("; "))]));
        }
        self.fields.push(long.hint(hint).value(parts));
        self.fields.push(tick("asked", "erase-asked", asked));
        parts.clone_into(&mut self.previewed);
        self
    }

    /// The same, telling this.
    #[must_use]
    pub fn telling(mut self, mut told: Told) -> Self {
        let first = if self.has_contact { "contact" } else { "text" };
        let wrong = |told: &mut Told, id: &str| match id {
            "parts" => told.parts.take(),
            "asked" => told.asked.take(),
            id if id == first => told.chosen.take(),
            _ => None,
        };
        let fields = std::mem::take(&mut self.fields);
        let fields = fields.into_iter().map(|field| {
            let wrong = wrong(&mut told, field.id);
            field.wrong(wrong)
        });
        self.fields = fields.collect();
        self.told = told;
        self
    }

    fn to_mend(&self) -> Vec<Mending<'_>> {
        to_mend(&self.fields)
    }

    fn is_wrong(&self) -> bool {
        !self.to_mend().is_empty()
    }
}
