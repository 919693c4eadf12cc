//! The SQL that makes a file of tallies where the responses are in a database.

use std::fmt::Write;

use surveys::instrument::Instrument;

use super::Kept;
use crate::estimate::Level;
use crate::frame::asked_items;
use crate::frame::csv_file::{ANSWERED_AT, made_from_day};

/// The SQL that tallies a table `responses` by its columns `by`, with a row for
/// each response and an integer column for each item of `instrument`, empty where
/// unanswered. It is plain SQL, as `SQLite` and `PostgreSQL` read it. `day` and `month` are cut out of
/// `answered_at`, a text in Vietnamese time. `item_pairs` is that of
/// [`Tallies::of_frame`](super::Tallies::of_frame).
pub fn tally_sql(instrument: &Instrument, by: &[String], item_pairs: bool) -> String {
    let kept = Kept::of_instrument(instrument, item_pairs);
    let items: Vec<_> = asked_items(instrument).collect();
    let mut sql = String::from("with answer as (\n");
    for (place, item) in items.iter().enumerate() {
        let scale = instrument.scale_of(item).expect("a satisfaction item has a scale");
        let listed =
            |values: Vec<u8>| values.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
        let code = item.code.as_str();
        let column = quoted(code);
        let one = |condition: String| format!("case when {condition} then 1 else 0 end");
        let among = |values| one(format!("{column} in ({})", listed(values)));
        let no_opinion = scale
            .no_opinion
            .as_ref()
            .map_or("0".to_owned(), |o| one(format!("{column} = {}", o.value)));
        let _ = write!(
            sql,
            "  {}select response_id, '{code}' as item,\n    {} as satisfied,\n    {} as valid,\n    {no_opinion} as no_opinion\n  from responses\n",
            if place == 0 { "" } else { "union all " },
            among(scale.satisfied.clone()),
            among(scale.options.iter().map(|option| option.value).collect()),
        );
    }
    sql.push_str("), member as (\n");
    let mut first = true;
    for member in &kept.members {
        for item in &kept.ratios[member.ratio] {
            let union = if std::mem::take(&mut first) { "  " } else { "  union all " };
            let (level, code, item) = (member.level.name(), &member.code, &items[*item].code);
            let _ = writeln!(
                sql,
                "{union}select '{level}' as level, '{code}' as code, '{item}' as item"
            );
        }
    }
    sql.push_str(
        "), respondent as (
  select response_id, level, code, count(*) as items,
    sum(satisfied) as satisfied, sum(valid) as valid, sum(no_opinion) as no_opinion
  from answer join member on member.item = answer.item
  group by response_id, level, code
), place as (
  select response_id",
    );
    for name in by {
        let _ = match made_from_day(name) {
            Some(form) => {
                // A year, a month and a day: as many characters as their form makes.
                let length = if form.ends_with("%d") { 10 } else { 7 };
                write!(sql, ", substr({ANSWERED_AT}, 1, {length}) as {}", quoted(name))
            }
            None => write!(sql, ", {}", quoted(name)),
        };
    }
    let names: Vec<String> = by.iter().map(|name| format!(", place.{}", quoted(name))).collect();
    let names = names.concat();
    let (id, version) = (&instrument.id, instrument.version);
    let paired = |level: &str| format!(" or a.level = '{level}'");
    let pairs = paired(Level::Component.name())
        + &if item_pairs { paired(Level::Item.name()) } else { String::new() };
    let _ = writeln!(
        sql,
        " from responses
)
select '{id}' as instrument, {version} as version{names}, a.level, a.code as a, b.code as b,
  count(*) as respondents, sum(a.valid) as valid, sum(a.satisfied) as satisfied,
  sum(a.no_opinion) as no_opinion, sum(a.items - a.valid - a.no_opinion) as unanswered,
  sum(case when a.valid > 0 then 1 else 0 end) as people,
  sum(a.satisfied * b.satisfied) as satisfied_satisfied,
  sum(a.satisfied * b.valid) as satisfied_valid,
  sum(a.valid * b.satisfied) as valid_satisfied,
  sum(a.valid * b.valid) as valid_valid
from respondent a
join respondent b on b.response_id = a.response_id and b.level = a.level and b.code >= a.code
join place on place.response_id = a.response_id
where a.code = b.code{pairs}
group by a.level, a.code, b.code{names}"
    );
    sql
}

/// A column's name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
