//! Enrolment: a short code that staff read out, changed once for a device's token.

use sha2::{Digest, Sha256};
use surveys::code::BadCode;
use surveys::crockford::{eight_digits, read};
use surveys::{PointCode, SampleCode};
use uuid::Uuid;

use super::devices::{Device, Interviews};
use super::staff::note;
use super::tablet_key::TabletKey;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// How long a code can be used, in milliseconds: ten minutes.
pub const CODE_LIFE_MILLIS: i64 = 600_000;

/// A PIN as the store and the device keep it: whoever opens the maintenance screen
/// types it, and the device compares SHA-256(salt ‖ PIN). It keeps passers-by out
/// and guards no answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// Random bytes.
    pub salt: [u8; 16],
    /// The hash of both.
    pub hash: [u8; 32],
}

impl Pin {
    /// `digits` with `salt`.
    pub fn new(digits: &str, salt: [u8; 16]) -> Self {
        let hash = Sha256::new().chain_update(salt).chain_update(digits).finalize();
        Self { salt, hash: hash.into() }
    }
}

/// The code that enrols one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentCode(String);

impl EnrolmentCode {
    /// A code of random bytes, of which five are used.
    pub fn new(random: [u8; 16]) -> Self {
        Self(eight_digits(&random))
    }

    /// The code that somebody typed, if it has the form of one.
    pub fn typed(text: &str) -> Option<Self> {
        read(text).map(Self)
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(&self.0).to_vec()
    }
}

impl std::fmt::Display for EnrolmentCode {
    /// Writes the code in two groups of four, as people read it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", &self.0[..4], &self.0[4..])
    }
}

/// The secret of one device, which can submit and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token of 256 random bits.
    pub fn new(random: [[u8; 16]; 2]) -> Self {
        Self(random.concat().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")))
    }

    /// The token that a device sent.
    pub fn sent(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The token, to be told once to its device.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// What the store knows of it.
    pub(super) fn hash(&self) -> Vec<u8> {
        Sha256::digest(&self.0).to_vec()
    }
}

type Row = (String, String, Vec<u8>, Vec<u8>, Option<String>, Option<i64>);

impl Db {
    /// Keeps `code`, by which one device can be enrolled at `point` until
    /// [`CODE_LIFE_MILLIS`] after `event`, which is noted. Codes that nobody used in time
    /// are forgotten.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_enrolment_code(
        &self,
        code: &EnrolmentCode,
        point: &PointCode,
        name: &str,
        pin: &Pin,
        event: &Event,
    ) -> Result<(), Error> {
        self.add_code(code, point, name, pin, None, event).await
    }

    /// The same for the tablet of an interviewer.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_interviewer_code(
        &self,
        code: &EnrolmentCode,
        (point, name): (&PointCode, &str),
        pin: &Pin,
        interviews: &Interviews,
        event: &Event,
    ) -> Result<(), Error> {
        self.add_code(code, point, name, pin, Some(interviews), event).await
    }

    async fn add_code(
        &self,
        code: &EnrolmentCode,
        point: &PointCode,
        name: &str,
        pin: &Pin,
        interviews: Option<&Interviews>,
        event: &Event,
    ) -> Result<(), Error> {
        const OLD: &str = "delete from enrolment_codes where expires_at <= $1";
        const SQL: &str = "insert into enrolment_codes
            (code_hash, collection_point, name, pin_salt, pin_hash, expires_at, sample,
            interviewer) values ($1, $2, $3, $4, $5, $6, $7, $8)";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(OLD).bind(event.at).execute(&mut *work).await?;
            sqlx::query(SQL)
                .bind(code.hash())
                .bind(point.as_str())
                .bind(name)
                .bind(pin.salt.as_slice())
                .bind(pin.hash.as_slice())
                .bind(event.at + CODE_LIFE_MILLIS)
                .bind(interviews.map(|i| i.sample.as_str()))
                .bind(interviews.map(|i| i64::from(i.interviewer)))
                .execute(&mut *work)
                .await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Whether `code` enrols a device for `sample`; `None` when there is no such code.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn enrols_for(
        &self,
        code: &EnrolmentCode,
        sample: &SampleCode,
    ) -> Result<Option<bool>, Error> {
        const SQL: &str = "select sample from enrolment_codes where code_hash = $1";
        let row: Option<(Option<String>,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(code.hash()).fetch_optional(p).await)?;
        Ok(row.map(|(of,)| of.as_deref() == Some(sample.as_str())))
    }

    /// Changes `code` for the device `id` with `token` that signs by `key`; `None` when there
    /// is no such code, it was used, or its time is over. Whoever loses the answer takes a new code.
    ///
    /// # Errors
    /// [`Error`] when it cannot be written.
    pub async fn enrol(
        &self,
        code: &EnrolmentCode,
        id: Uuid,
        token: &Token,
        key: Option<&TabletKey>,
        now: i64,
    ) -> Result<Option<(Device, Pin)>, Error> {
        const TAKE: &str = "delete from enrolment_codes where code_hash = $1 and expires_at > $2
            returning collection_point, name, pin_salt, pin_hash, sample, interviewer";
        const ADD: &str = "insert into devices (device_id, collection_point, name, token_hash,
            pin_salt, pin_hash, enrolled_at, last_seen_at, sample, interviewer, signing_key)
            values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)";
        let found: Option<Row> = on_db!(&self.write, |p| {
            let found: Option<Row> =
                sqlx::query_as(TAKE).bind(code.hash()).bind(now).fetch_optional(p).await?;
            if let Some((point, name, salt, hash, sample, interviewer)) = &found {
                sqlx::query(ADD)
                    .bind(id)
                    .bind(point)
                    .bind(name)
                    .bind(token.hash())
                    .bind(salt)
                    .bind(hash)
                    .bind(now)
                    .bind(sample)
                    .bind(interviewer)
                    .bind(key.map(TabletKey::bytes))
                    .execute(p)
                    .await?;
            }
            Ok::<_, sqlx::Error>(found)
        })?;
        found
            .map(|(point, name, salt, hash, sample, interviewer)| {
                let damaged = |e: BadCode| Error::Damaged(e.to_string());
                let size = |_| Error::Damaged("a PIN of another size".into());
                let collection_point = PointCode::parse(&point).map_err(damaged)?;
                let salt = salt.try_into().map_err(size)?;
                let pin = Pin { salt, hash: hash.try_into().map_err(size)? };
                let device = Device {
                    id,
                    collection_point,
                    name,
                    enrolled_at: now,
                    revoked_at: None,
                    last_seen_at: now,
                    report: None,
                    interviews: Interviews::of_row(sample.as_deref(), interviewer)?,
                    key: key.cloned(),
                };
                Ok((device, pin))
            })
            .transpose()
    }
}
