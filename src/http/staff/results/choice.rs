//! What is chosen on the page of results: unit, instrument, period, slice, groups.

use surveys::response::{Channel, MAX_SERVICE_FIELD_CHARS};
use surveys::unit::{Commune, Province};
use surveys::{Instrument, Period, Text, catalog, unit};

use super::super::super::asked;
use super::super::super::fields::Fields;
use super::super::super::page::Stopped;
use super::super::visit::Signed;
use super::{failed, own_slice, refused};
use crate::problem::Problem;
use crate::reporting::slices::{By, Slice};
use crate::staff::Scope;

/// Whose results.
pub(super) enum Place {
    /// Not chosen yet by somebody who may see all.
    Everywhere,
    /// The communes of a province.
    Province(&'static Province),
    /// A commune.
    Commune(&'static Commune),
}

/// The place that `unit` names, or the signed-in person's own. Another's is told as if
/// there were none.
pub(super) fn place(signed: &Signed, named: &str) -> Stopped<Place> {
    let own = &signed.account.scope;
    let scope = if named.is_empty() {
        Some(own.clone())
    } else {
        Scope::of_code(named).filter(|scope| match (own, scope) {
            (Scope::Point { commune: own, .. }, Scope::Commune(asked)) => own == asked,
            _ => own.covers(scope),
        })
    };
    let place = scope.and_then(|scope| match scope {
        Scope::Everywhere => Some(Place::Everywhere),
        Scope::Province(code) => unit::province(code.as_str()).map(Place::Province),
        Scope::Commune(code) | Scope::Point { commune: code, .. } => {
            unit::commune(code.as_str()).map(Place::Commune)
        }
    });
    match place {
        Some(place) => Ok(place),
        None => Err(Box::new(signed.nothing_here())),
    }
}

/// What is chosen of a commune.
pub(super) struct Choice {
    pub(super) instrument: &'static Instrument,
    pub(super) period: Period,
    pub(super) slice: Option<Slice>,
    pub(super) by: By,
}

impl Choice {
    /// Settles what `asked` gives by name; empty means not chosen.
    pub(super) async fn of(
        signed: &Signed,
        commune: &'static Commune,
        asked: &Fields,
    ) -> Stopped<Self> {
        let refused = |problem: Problem| refused(signed, &problem);
        let period = match asked.first("period") {
            "" => asked::current_year(&signed.service, commune),
            code => asked::period(commune, code).map_err(refused)?,
        };
        let named = if let Some(named) = instrument(asked).map_err(refused)? {
            named
        } else {
            let answered = signed.service.reporting.answered(&commune.code).await;
            let answered = answered.map_err(|error| failed(signed, error))?;
            let first = answered.first().copied().unwrap_or(&catalog::instruments()[0]);
            asked::Named::newest(first)
        };
        let instrument =
            named.of(&signed.service, commune, Some(&period)).await.map_err(refused)?;
        let by = by(asked.first("group"), instrument).map_err(refused)?;
        let slice = slice(asked, instrument).map_err(refused)?;
        let slice = match (own_slice(signed), slice) {
            (None, slice) => slice,
            (Some(own), None) => Some(own),
            (Some(own), Some(slice)) if own == slice => Some(own),
            (Some(_), Some(_)) => return Err(Box::new(signed.nothing_here())),
        };
        if let Some(Slice { by: By::Point, value }) = &slice {
            let points = signed.service.db.collection_points_of(&commune.code).await;
            let points = points.map_err(|error| signed.down(&error))?;
            if !points.iter().any(|point| point.code.as_str() == value) {
                return Err(Box::new(refused(Problem::parameter(
                    "point",
                    Text::new(
                        "Đơn vị này chưa có điểm khảo sát mang mã đó. Hãy chọn trong danh sách.",
                        "This unit has no collection point with that code. Choose one of the list.",
                    ),
                ))));
            }
        }
        Ok(Self { instrument, period, slice, by })
    }
}

/// The instrument that is asked for, as `id`, as `id@version` or with `version`; `None`
/// when none is.
pub(super) fn instrument(asked: &Fields) -> Result<Option<asked::Named>, Problem> {
    let (name, version) = (asked.first("instrument"), asked.first("version"));
    let name = name.strip_suffix('@').unwrap_or(name);
    if name.is_empty() {
        return Ok(None);
    }
    let version = Some(version).filter(|version| !version.is_empty());
    // No version is called 0.
    let version = version.map(|version| version.parse().unwrap_or(0));
    asked::named(name, version).map(Some).map_err(|_| {
        Problem::parameter(
            "instrument",
            Text::new(
                "Chưa có phiếu khảo sát này, hoặc chưa có phiên bản này. Hãy chọn trong danh sách.",
                "There is no such instrument or version. Choose one of the list.",
            ),
        )
    })
}

/// What the groups are told apart by. The form still names a question of the instrument
/// that was chosen before; then it is as if nothing were named.
fn by(name: &str, instrument: &'static Instrument) -> Result<By, Problem> {
    if let Some(by) = By::named(name, instrument) {
        return Ok(by);
    }
    let of_another = || catalog::instruments().iter().any(|i| By::named(name, i).is_some());
    if name.is_empty() || of_another() {
        return Ok(By::Point);
    }
    Err(Problem::parameter(
        "group",
        Text::new(
            "Hãy ghi point, channel, service_field, hoặc mã một câu về người trả lời của phiếu, như D1.",
            "Write point, channel, service_field, or the code of a question about the respondents, such as D1.",
        ),
    ))
}

/// The one slice that is asked for.
fn slice(asked: &Fields, instrument: &'static Instrument) -> Result<Option<Slice>, Problem> {
    let ways = By::all_of(instrument);
    let chosen: Vec<By> =
        ways.into_iter().filter(|by| !asked.first(by.name()).is_empty()).collect();
    let [by] = chosen[..] else {
        return if chosen.is_empty() {
            Ok(None)
        } else {
            Err(Problem::parameter(
                chosen[1].name(),
                Text::new(
                    "Hãy chọn một điều kiện thôi: điểm khảo sát, kênh, lĩnh vực, hoặc một câu về người trả lời. Chọn hai điều kiện cùng lúc có thể chỉ còn vài người và để lộ câu trả lời của họ.",
                    "Choose one condition: collection point, channel, service field, or a question about the respondents. Two together may leave a handful of people and give away what they answered.",
                ),
            ))
        };
    };
    let value = asked.first(by.name());
    let known = match by {
        By::Channel => Channel::named(value).is_some(),
        By::Point => true,
        By::Field => value.chars().count() as u64 <= MAX_SERVICE_FIELD_CHARS,
        By::Item(_) => by.asked(instrument).is_some_and(|asked| asked.option(value).is_some()),
    };
    if !known {
        return Err(Problem::parameter(
            by.name(),
            Text::new("Hãy chọn trong danh sách.", "Choose one of the list."),
        ));
    }
    Ok(Some(Slice { by, value: value.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Fields {
        Fields::of(&serde_urlencoded::to_string(pairs).unwrap())
    }

    #[test]
    fn one_slice_can_be_chosen_and_not_two() {
        let sipas = catalog::instrument("sipas-style", None).unwrap();
        let quick = catalog::instrument("quick-counter", None).unwrap();
        let of = |pairs: &[(&str, &str)]| slice(&asked(pairs), sipas);
        assert_eq!(of(&[]).unwrap(), None);
        let one = of(&[("channel", "qr"), ("point", ""), ("D1", "")]).unwrap().unwrap();
        assert_eq!((one.by, one.value.as_str()), (By::Channel, "qr"));
        let women = of(&[("D1", "2")]).unwrap().unwrap();
        assert_eq!((women.by, women.value.as_str()), (By::Item("D1"), "2"));
        let long = "x".repeat(usize::try_from(MAX_SERVICE_FIELD_CHARS).unwrap() + 1);
        for wrong in [
            &[("channel", "qr"), ("point", "22651")][..],
            &[("channel", "qr"), ("D1", "2")],
            &[("D1", "2"), ("D2", "5")],
            &[("channel", "post")],
            &[("service_field", &long)],
            // No such answer, one that is none, and one written otherwise.
            &[("D1", "4")],
            &[("D1", "9")],
            &[("D1", "02")],
        ] {
            assert!(of(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(slice(&asked(&[("D1", "2")]), quick).unwrap(), None, "it does not ask that");
    }

    #[test]
    fn groups_are_by_what_the_instrument_asks_and_nothing_else_is_called_so() {
        let sipas = catalog::instrument("sipas-style", None).unwrap();
        let quick = catalog::instrument("quick-counter", None).unwrap();
        assert_eq!(by("D2", sipas).unwrap(), By::Item("D2"));
        assert_eq!(by("D2", quick).unwrap(), By::Point, "left from the other instrument");
        assert_eq!(by("", sipas).unwrap(), By::Point);
        assert!(by("A1", sipas).is_err() && by("age", sipas).is_err());
        let others =
            ["unit", "instrument", "version", "period", "group", "table", "format", "lang", "mark"];
        for instrument in catalog::instruments() {
            let names: Vec<&str> =
                By::all_of(instrument).iter().map(|by| by.name()).chain(others).collect();
            let all: std::collections::BTreeSet<_> = names.iter().collect();
            assert_eq!(all.len(), names.len(), "{names:?}");
        }
    }

    #[test]
    fn an_instrument_is_named_with_its_version_in_either_way() {
        let found = |pairs: &[(&str, &str)]| instrument(&asked(pairs));
        assert!(found(&[]).unwrap().is_none());
        for pairs in [
            &[("instrument", "quick-counter@1")][..],
            &[("instrument", "quick-counter"), ("version", "1")],
            &[("instrument", "quick-counter")],
        ] {
            assert_eq!(found(pairs).unwrap().unwrap().shipped().id.as_str(), "quick-counter");
        }
        for wrong in ["quick-counter@99", "quick-counter@x", "quick-counter@", "none"] {
            let is_whole = wrong.ends_with('@');
            assert_eq!(found(&[("instrument", wrong)]).is_ok(), is_whole, "{wrong}");
        }
    }
}
