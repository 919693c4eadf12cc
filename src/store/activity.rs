//! What came in lately: how many responses and from where, never what they say.

use std::collections::BTreeSet;

use surveys::response::Channel;
use surveys::{CommuneCode, Instrument, PointCode};

use super::batches::counts;
use super::{Db, Error, on_db};

/// Connections may finish in another order than they were given their places: so many
/// places before the last known one are looked at again.
const LATE: i64 = 64;

/// How far the store has come; it changes whenever a response or a batch is added, a batch
/// is undone, or results are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// The place of the response stored last.
    pub last: i64,
    /// How often any batch was finished or undone, or results were published.
    pub turns: i64,
}

/// How many responses came in through a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrivals {
    /// The channel.
    pub channel: Channel,
    /// Since the later of the two moments asked for.
    pub today: u64,
    /// Since the earlier.
    pub lately: u64,
}

impl Db {
    /// How far the store has come.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn pulse(&self) -> Result<Pulse, Error> {
        const SQL: &str = "select (select coalesce(max(seq), 0) from responses),
            (select count(finished_at) + count(undone_at) from batches)
            + (select count(*) from publications)";
        let (last, turns): (i64, i64) =
            on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_one(p).await)?;
        Ok(Pulse { last, turns })
    }

    /// The communes that have a response stored after `then`.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn communes_after(&self, then: Pulse) -> Result<Vec<String>, Error> {
        const SQL: &str = "select distinct commune_code from responses where seq > $1";
        let rows: Vec<(String,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(then.last - LATE).fetch_all(p).await)?;
        Ok(rows.into_iter().map(|(code,)| code).collect())
    }

    /// When each of `communes` that answered `instrument` did so first, in UTC milliseconds.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn first_answers(
        &self,
        communes: &[&CommuneCode],
        instrument: &Instrument,
    ) -> Result<Vec<i64>, Error> {
        // One look into the index for each commune.
        const SQL: &str = concat!(
            "select commune_code, (select answered_at from responses
                where responses.commune_code = asked.commune_code
                and instrument = $3 and version = $4 and ",
            counts!(),
            " order by answered_at limit 1)
            from (select distinct commune_code from collection_points
                where commune_code between $1 and $2) asked"
        );
        let codes: BTreeSet<&str> = communes.iter().map(|code| code.as_str()).collect();
        let (Some(first), Some(last)) = (codes.first(), codes.last()) else {
            return Ok(Vec::new());
        };
        let rows: Vec<(String, Option<i64>)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(*first)
            .bind(*last)
            .bind(instrument.id.as_str())
            .bind(i64::from(instrument.version))
            .fetch_all(p)
            .await)?;
        let asked = rows.into_iter().filter(|(code, _)| codes.contains(code.as_str()));
        Ok(asked.filter_map(|(_, first)| first).collect())
    }

    /// How many responses to `instrument` came in for `commune`, or for one `point` of it,
    /// by channel: since `today` and since the moment `lately` before it, both in UTC
    /// milliseconds. Channels without any are left out.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn arrivals(
        &self,
        commune: &CommuneCode,
        point: Option<&PointCode>,
        instrument: &Instrument,
        (today, lately): (i64, i64),
    ) -> Result<Vec<Arrivals>, Error> {
        const SQL: &str = concat!(
            "select channel, count(case when answered_at >= $4 then 1 end), count(*)
            from responses
            where commune_code = $1 and instrument = $2 and version = $3 and answered_at >= $5
            and ($6 = '' or collection_point = $6) and ",
            counts!(),
            " group by channel"
        );
        let rows: Vec<(String, i64, i64)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(commune.as_str())
            .bind(instrument.id.as_str())
            .bind(i64::from(instrument.version))
            .bind(today)
            .bind(lately)
            .bind(point.map_or("", PointCode::as_str))
            .fetch_all(p)
            .await)?;
        let arrivals = |(channel, today, lately): (String, i64, i64)| {
            let unknown = || Error::Damaged(format!("channel {channel}"));
            Ok::<_, Error>(Arrivals {
                channel: Channel::named(&channel).ok_or_else(unknown)?,
                today: today.unsigned_abs(),
                lately: lately.unsigned_abs(),
            })
        };
        let mut arrivals: Vec<Arrivals> =
            rows.into_iter().map(arrivals).collect::<Result<_, Error>>()?;
        arrivals.sort_by_key(|a| a.channel);
        Ok(arrivals)
    }
}
