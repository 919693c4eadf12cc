//! What was kept long enough goes: by the program itself once a day, and by the operator.

use surveys::Period;
use surveys::period::{date_of_millis, midnight_millis};

use super::Service;
use crate::config::Retention;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store;
use crate::store::petitions::PROGRAM;
use crate::store::retention::{Over, Terms};

/// The terms that `settings` give at the moment `now`. They end at midnight, so that what
/// is over goes once a day.
pub fn terms(settings: &Retention, now: i64) -> Terms {
    let today = date_of_millis(now);
    let texts = settings.text_months.before(today);
    Terms {
        exact_from: midnight_millis(settings.exact_from(today)),
        // Of a month nothing goes before all of it is over.
        texts_from: Period::month_of(texts).code,
        keyed_from: midnight_millis(texts),
        links_from: midnight_millis(settings.link_months.before(today)),
        audit_from: midnight_millis(settings.audit_months.before(today)),
    }
}

/// The line of the audit log that tells what `who` let go at `now`.
pub fn noted(who: &str, now: i64, over: &Over) -> Event {
    let Over { moments, texts, links, audit } = over;
    Event::new(now, who, Action::EndTerms, Outcome::Done)
        .about(&format!("moments {moments}, texts {texts}, links {links}, audit lines {audit}"))
}

impl Service {
    /// Lets go what was kept long enough, and notes how much.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be used.
    pub async fn end_terms(&self) -> Result<(), store::Error> {
        let now = self.clock.now();
        let terms = terms(&self.settings.retention, now);
        self.db.fill_receipts().await?;
        self.db.end_terms(&terms, |over| noted(PROGRAM, now, over)).await?;
        Ok(())
    }
}
