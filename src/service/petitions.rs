//! Petitions as the running service handles them for citizens, for staff who bring them
//! in, and by itself.

use chrono::{Days, NaiveDate};
use surveys::period::date_of_millis;
use surveys::petition::{Act, Contact, PetitionChannel, Refused};
use surveys::{CommuneCode, Petition, PetitionCode};

use super::Service;
use crate::staff::Scope;
use crate::staff::audit::Event;
use crate::staff::petition_secrets::Pin;
use crate::store;
use crate::store::petitions::{NewPetition, PROGRAM, PetitionEvent};

/// How many codes are tried; that one is taken happens once in a billion.
const CODES: u8 = 8;
/// How often an act is tried while others act on the same petition.
const ATTEMPTS: usize = 8;

/// A petition as it was written.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// The secret token of its form: the same form sent again makes the same petition.
    pub form: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// The text.
    pub text: &'a str,
    /// How to reach whoever wrote it.
    pub contact: &'a Contact,
    /// The commune it is put to.
    pub commune: &'a CommuneCode,
    /// How it came.
    pub channel: PetitionChannel,
    /// The day on which it came in: deadlines are counted from it.
    pub received_on: NaiveDate,
    /// Who brings it in: a sign-in name or [`store::petitions::CITIZEN`].
    pub who: &'a str,
}

/// What came of an act.
#[derive(Debug)]
pub enum Acted {
    /// It was done.
    Done(Box<Petition>),
    /// It cannot be done now.
    Refused(Refused),
    /// There is no such petition, or others act on it all the time.
    NotReached,
}

impl Service {
    /// Today, in Vietnam.
    pub fn today(&self) -> NaiveDate {
        date_of_millis(self.clock.now())
    }

    /// Stores a petition, with the line in the audit log that `audited` gives for its
    /// code; gives its code and PIN. The same form sent again gives the same two, and
    /// stores nothing.
    ///
    /// # Errors
    /// [`store::Error`] when it cannot be stored.
    pub async fn receive_petition(
        &self,
        written: &Written<'_>,
        audited: impl Fn(&PetitionCode) -> Option<Event>,
    ) -> Result<(PetitionCode, Pin), store::Error> {
        let Written { form, subject, text, contact, commune, channel, received_on, who } = *written;
        let settings = &self.settings.petitions;
        let key = &self.entrance.key;
        let Contact { name, phone, email } = contact;
        let mut content = vec![subject, text, name, phone, email, commune.as_str(), channel.name()];
        let day = received_on.to_string();
        if channel != PetitionChannel::Online {
            // A form that is sent again after midnight is the same; one with another day is not.
            content.push(&day);
        }
        for attempt in 0..CODES {
            let (code, pin) = key.petition_pass(form, &content, attempt);
            let petition = Petition::received(
                code.clone(),
                commune.clone(),
                (channel, subject.to_owned(), text.to_owned()),
                received_on,
                &settings.terms(),
                &settings.working_days(),
            );
            let sealed = (!contact.is_empty())
                .then(|| key.seal_contact(self.clock.secret(), &code, contact));
            let pin_mark = key.pin_mark(&code, &pin);
            let new = NewPetition { petition: &petition, pin_mark, sealed, who };
            if self.db.add_petition(&new, audited(&code).as_ref()).await? {
                return Ok((code, pin));
            }
            let known = self.db.petition_pin(&code).await?;
            if known.is_some_and(|mark| mark == pin_mark) {
                return Ok((code, pin));
            }
        }
        Err(store::Error::Damaged("no code of a petition is free".to_owned()))
    }

    /// Lets `who`, who is not staff, do `act` with the petition `code`. Nothing of theirs
    /// is written over anything, so whoever acts between reading and writing only makes
    /// it be read once more.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be used.
    pub async fn act_on_petition(
        &self,
        code: &PetitionCode,
        who: &str,
        act: &Act,
    ) -> Result<Acted, store::Error> {
        let settings = &self.settings.petitions;
        let (today, terms, days) = (self.today(), settings.terms(), settings.working_days());
        for _ in 0..ATTEMPTS {
            let Some(before) = self.db.petition(&Scope::Everywhere, code).await? else {
                return Ok(Acted::NotReached);
            };
            let after = match before.after(act, today, &terms, &days) {
                Ok(after) => after,
                Err(refused) => return Ok(Acted::Refused(refused)),
            };
            let (who, act) = (who.to_owned(), act.clone());
            let event = PetitionEvent { version: after.version, on: today, who, act };
            if self.db.change_petition(&before, &after, &event, None).await? {
                return Ok(Acted::Done(Box::new(after)));
            }
        }
        Ok(Acted::NotReached)
    }

    /// Erases the contacts of petitions that ended longer ago than contacts are kept;
    /// gives how many.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be used.
    pub async fn erase_old_contacts(&self) -> Result<usize, store::Error> {
        let kept = Days::new(self.settings.petitions.contact_days.into());
        let day = self.today().checked_sub_days(kept).unwrap_or(NaiveDate::MIN);
        let old = self.db.petitions_settled_before(day).await?;
        for petition in &old {
            self.act_on_petition(&petition.code, PROGRAM, &Act::EraseContact).await?;
        }
        Ok(old.len())
    }
}
