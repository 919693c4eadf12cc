//! Petitions: the row of what each is now, its history, and the sealed contact. All of
//! one act is written together or not at all, and only over what whoever acts has seen.

mod erasing;
mod row;

use surveys::comment::{MOST_WORDS, Wanted};
use surveys::petition::{Act, AnswerRating, State};
use surveys::text::fold;
use surveys::{CommuneCode, Period, Petition, PetitionCode};

use self::row::Row;
use super::staff::{full_name, note};
use super::{Db, Error, on_db};
use crate::staff::Scope;
use crate::staff::audit::Event;
use chrono::NaiveDate;

/// Who acts when the citizen does.
pub const CITIZEN: &str = "(citizen)";
/// Who acts when the program does by itself.
pub const PROGRAM: &str = "(program)";

/// One thing done with a petition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PetitionEvent {
    /// The petition's version after it.
    pub version: u32,
    /// On which day.
    pub on: NaiveDate,
    /// Whose sign-in name when it is written, whose full name when it is read; or
    /// [`CITIZEN`] or [`PROGRAM`].
    pub who: String,
    /// What.
    pub act: Act,
}

/// Which petitions are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// In this state only.
    pub state: Option<State>,
    /// Those in whose code, subject or text all of these words are, wherever; marks of tone
    /// do not matter, and words in quotation marks stand one after the other.
    pub words: String,
    /// Those whose next step is due on this day or after it.
    pub due_from: Option<NaiveDate>,
    /// Those whose next step is due on this day or before it.
    pub due_by: Option<NaiveDate>,
    /// Those assigned to whom these words name; to anybody or nobody when empty.
    pub assigned_to: String,
    /// How many at most.
    pub most: u32,
}

/// What a new petition comes with.
#[derive(Debug)]
pub struct NewPetition<'a> {
    /// The petition.
    pub petition: &'a Petition,
    /// What is known of its PIN.
    pub pin_mark: [u8; 32],
    /// The sealed contact, if one was given.
    pub sealed: Option<Vec<u8>>,
    /// Who brought it in: [`CITIZEN`] or a sign-in name.
    pub who: &'a str,
}

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select p.code, p.commune_code, p.channel, p.subject, p.body, p.received_on,
            p.state, p.acknowledge_by, p.answer_by, p.assigned_to, p.extended, p.answer,
            p.answered_on, p.late, p.reopened, p.rating, p.public_question, p.public_answer,
            p.version from petitions p where ",
            $which
        )
    };
}

const ADD_EVENT: &str = "insert into petition_events (code, version, on_day, who, act)
    values ($1, $2, $3, $4, $5)";

/// Adds a line to the history as part of `$work`.
macro_rules! add_event {
    ($work:expr, $code:expr, $event:expr) => {
        sqlx::query(ADD_EVENT)
            .bind($code.as_str())
            .bind(i64::from($event.version))
            .bind($event.on.to_string())
            .bind(&$event.who)
            .bind(row::written(&$event.act))
            .execute(&mut *$work)
            .await
    };
}

use add_event;

/// What each phrase of `words` looks like among other words, the rest of them like
/// anything; `None` when something was typed that is no word.
fn patterns(words: &str) -> Option<[String; MOST_WORDS]> {
    let mut patterns = std::array::from_fn(|_| "%".to_owned());
    if words.trim().is_empty() {
        return Some(patterns);
    }
    // A phrase consists of letters and digits, none of which means anything to `like`.
    for (pattern, phrase) in patterns.iter_mut().zip(Wanted::read(words)?.phrases()) {
        *pattern = format!("% {} %", phrase.join(" "));
    }
    Some(patterns)
}

/// The words by which `petition` is found.
fn searched(petition: &Petition) -> String {
    fold(&format!("{} {} {}", petition.code, petition.subject, petition.text))
}

fn due(petition: &Petition) -> Option<String> {
    petition.due().map(|day| day.to_string())
}

impl Db {
    /// Adds a petition, with a line in the audit log when staff bring it in; false when
    /// its code is taken.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_petition(
        &self,
        new: &NewPetition<'_>,
        audited: Option<&Event>,
    ) -> Result<bool, Error> {
        const SQL: &str = "insert into petitions (code, pin_mark, commune_code, scope, channel,
            subject, body, searched, received_on, state, acknowledge_by, answer_by, due_on,
            assigned_to, extended, answer, late, reopened, version)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', 0, '', 0, 0, $14)
            on conflict (code) do nothing";
        const CONTACT: &str = "insert into petition_contacts (code, sealed) values ($1, $2)";
        let petition = new.petition;
        let event = PetitionEvent {
            version: petition.version,
            on: petition.received_on,
            who: new.who.to_owned(),
            act: Act::Receive,
        };
        let added = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let added = sqlx::query(SQL)
                .bind(petition.code.as_str())
                .bind(&new.pin_mark[..])
                .bind(petition.commune.as_str())
                .bind(Scope::Commune(petition.commune.clone()).to_string())
                .bind(petition.channel.name())
                .bind(&petition.subject)
                .bind(&petition.text)
                .bind(searched(petition))
                .bind(petition.received_on.to_string())
                .bind(petition.state.name())
                .bind(petition.acknowledge_by.to_string())
                .bind(petition.answer_by.to_string())
                .bind(due(petition))
                .bind(i64::from(petition.version))
                .execute(&mut *work)
                .await?
                .rows_affected();
            if added == 1 {
                add_event!(work, petition.code, event)?;
                if let Some(sealed) = &new.sealed {
                    let contact = sqlx::query(CONTACT).bind(petition.code.as_str());
                    contact.bind(&sealed[..]).execute(&mut *work).await?;
                }
                if let Some(audited) = audited {
                    note!(&mut *work, audited)?;
                }
            }
            work.commit().await?;
            added
        });
        Ok(added == 1)
    }

    /// The petition `code`, if it is within `scope`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn petition(
        &self,
        scope: &Scope,
        code: &PetitionCode,
    ) -> Result<Option<Petition>, Error> {
        const SQL: &str = select!("p.code = $1 and substr(p.scope, 1, length($2)) = $2");
        let row: Option<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(code.as_str())
            .bind(scope.to_string())
            .fetch_optional(p)
            .await)?;
        row.map(Row::petition).transpose()
    }

    /// The petitions within `scope` that are asked for: what is due first comes first,
    /// what waits for nothing last, the newest of it first.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn petitions(&self, scope: &Scope, listed: &Listed) -> Result<Vec<Petition>, Error> {
        const SQL: &str = select!(
            "substr(p.scope, 1, length($1)) = $1 and ($2 = '' or p.state = $2)
            and ($5 = '' or p.due_on <= $5) and ($6 = '' or p.due_on >= $6)
            and ($7 = '' or p.assigned_to = $7)
            and not exists (select 1 from (values ($3), ($8), ($9), ($10), ($11), ($12), ($13),
                ($14), ($15), ($16), ($17), ($18), ($19), ($20), ($21), ($22)) as wanted
                where ' ' || p.searched || ' ' not like wanted.column1)
            order by case when p.due_on is null then 1 else 0 end, p.due_on,
            p.received_on desc, p.code limit $4"
        );
        let Some(patterns) = patterns(&listed.words) else { return Ok(Vec::new()) };
        let [first, others @ ..] = patterns;
        let rows: Vec<Row> = on_db!(&self.read, |p| {
            let mut query = sqlx::query_as(SQL)
                .bind(scope.to_string())
                .bind(listed.state.map_or("", State::name))
                .bind(first)
                .bind(i64::from(listed.most))
                .bind(listed.due_by.map(|day| day.to_string()).unwrap_or_default())
                .bind(listed.due_from.map(|day| day.to_string()).unwrap_or_default())
                .bind(&listed.assigned_to);
            for other in others {
                query = query.bind(other);
            }
            query.fetch_all(p).await
        })?;
        rows.into_iter().map(Row::petition).collect()
    }

    /// Whom petitions within `scope` are assigned to, in the order of their names.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn petition_assignees(&self, scope: &Scope) -> Result<Vec<String>, Error> {
        const SQL: &str = "select distinct assigned_to from petitions
            where substr(scope, 1, length($1)) = $1 and assigned_to <> ''
            order by assigned_to limit 200";
        let rows: Vec<(String,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(scope.to_string()).fetch_all(p).await)?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    /// Every petition that `commune` received in `period`, the oldest first.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn petitions_received(
        &self,
        commune: &CommuneCode,
        period: &Period,
    ) -> Result<Vec<Petition>, Error> {
        const SQL: &str = select!(
            "p.commune_code = $1 and p.received_on >= $2 and p.received_on < $3
            order by p.received_on, p.code"
        );
        let rows: Vec<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(commune.as_str())
            .bind(period.start.to_string())
            .bind(period.end.to_string())
            .fetch_all(p)
            .await)?;
        rows.into_iter().map(Row::petition).collect()
    }

    /// The day on which `commune` received its first petition here.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn first_petition(&self, commune: &CommuneCode) -> Result<Option<NaiveDate>, Error> {
        const SQL: &str = "select min(received_on) from petitions where commune_code = $1";
        let (first,): (Option<String>,) =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(commune.as_str()).fetch_one(p).await)?;
        let damaged = |_| Error::Damaged(format!("a petition of {commune}"));
        first.map(|day| day.parse().map_err(damaged)).transpose()
    }

    /// The communes within `scope` that have received petitions here.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn communes_with_petitions(&self, scope: &Scope) -> Result<Vec<CommuneCode>, Error> {
        const SQL: &str = "select distinct commune_code from petitions
            where substr(scope, 1, length($1)) = $1 order by commune_code";
        let rows: Vec<(String,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(scope.to_string()).fetch_all(p).await)?;
        let code = |(code,): (String,)| {
            CommuneCode::parse(&code).map_err(|_| Error::Damaged(format!("a petition of {code}")))
        };
        rows.into_iter().map(code).collect()
    }

    /// What was done with the petition `code`, in order.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn petition_history(&self, code: &PetitionCode) -> Result<Vec<PetitionEvent>, Error> {
        const SQL: &str = concat!(
            "select version, on_day, ",
            full_name!("who"),
            ", act from petition_events where code = $1 order by version"
        );
        let rows: Vec<(i64, String, String, String)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(code.as_str()).fetch_all(p).await)?;
        rows.into_iter().map(|row| row::event(code, row)).collect()
    }

    /// Makes `before` what it is `after` the event, with a line in the audit log when
    /// staff act. False, and nothing is done, when somebody else acted since `before`
    /// was read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn change_petition(
        &self,
        before: &Petition,
        after: &Petition,
        event: &PetitionEvent,
        audited: Option<&Event>,
    ) -> Result<bool, Error> {
        const SQL: &str = "update petitions set state = $3, acknowledge_by = $4, answer_by = $5,
            due_on = $6, assigned_to = $7, extended = $8, answer = $9, answered_on = $10,
            late = $11, reopened = $12, rating = $13, public_question = $14,
            public_answer = $15, version = $16,
            settled_on = case when $17 = 1 then null else coalesce(settled_on, $18) end
            where code = $1 and version = $2";
        const ERASE: &str = "delete from petition_contacts where code = $1";
        let published = after.published.as_ref();
        let changed = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let changed = sqlx::query(SQL)
                .bind(before.code.as_str())
                .bind(i64::from(before.version))
                .bind(after.state.name())
                .bind(after.acknowledge_by.to_string())
                .bind(after.answer_by.to_string())
                .bind(due(after))
                .bind(&after.assigned_to)
                .bind(i64::from(after.extended))
                .bind(&after.answer)
                .bind(after.answered_on.map(|day| day.to_string()))
                .bind(i64::from(after.late))
                .bind(i64::from(after.reopened))
                .bind(after.rating.map(AnswerRating::name))
                .bind(published.map(|published| published.question.as_str()))
                .bind(published.map(|published| published.answer.as_str()))
                .bind(i64::from(after.version))
                .bind(i64::from(after.state.is_open()))
                .bind(event.on.to_string())
                .execute(&mut *work)
                .await?
                .rows_affected();
            if changed == 1 {
                add_event!(work, before.code, event)?;
                if event.act == Act::EraseContact {
                    sqlx::query(ERASE).bind(before.code.as_str()).execute(&mut *work).await?;
                }
                if let Some(audited) = audited {
                    note!(&mut *work, audited)?;
                }
            }
            work.commit().await?;
            changed
        });
        Ok(changed == 1)
    }

    /// What is known of the PIN of the petition `code`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn petition_pin(&self, code: &PetitionCode) -> Result<Option<Vec<u8>>, Error> {
        const SQL: &str = "select pin_mark from petitions where code = $1";
        let row: Option<(Vec<u8>,)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(code.as_str())
            .fetch_optional(p)
            .await)?;
        Ok(row.map(|(mark,)| mark))
    }

    /// The sealed contact of the petition `code`, if there is one.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn petition_contact(&self, code: &PetitionCode) -> Result<Option<Vec<u8>>, Error> {
        const SQL: &str = "select sealed from petition_contacts where code = $1";
        let row: Option<(Vec<u8>,)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(code.as_str())
            .fetch_optional(p)
            .await)?;
        Ok(row.map(|(sealed,)| sealed))
    }

    /// The petitions that have waited for nothing since before `day` and whose contact
    /// is still kept.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn petitions_settled_before(&self, day: NaiveDate) -> Result<Vec<Petition>, Error> {
        const SQL: &str = select!(
            "p.settled_on < $1 and p.code in (select code from petition_contacts) order by p.code"
        );
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(day.to_string()).fetch_all(p).await)?;
        rows.into_iter().map(Row::petition).collect()
    }
}
