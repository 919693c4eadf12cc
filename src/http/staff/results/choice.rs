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
        let by = by(asked.first("group")).map_err(refused)?;
        let slice = slice(asked).map_err(refused)?;
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

fn by(name: &str) -> Result<By, Problem> {
    let unknown = || {
        Problem::parameter(
            "group",
            Text::new(
                "Hãy ghi point, channel hoặc service_field.",
                "Write point, channel or service_field.",
            ),
        )
    };
    if name.is_empty() { Ok(By::Point) } else { By::named(name).ok_or_else(unknown) }
}

/// The one slice that is asked for.
fn slice(asked: &Fields) -> Result<Option<Slice>, Problem> {
    let chosen: Vec<By> =
        By::ALL.into_iter().filter(|by| !asked.first(by.name()).is_empty()).collect();
    let [by] = chosen[..] else {
        return if chosen.is_empty() {
            Ok(None)
        } else {
            Err(Problem::parameter(
                chosen[1].name(),
                Text::new(
                    "Hãy chọn một trong ba: điểm khảo sát, kênh, hoặc lĩnh vực. Chọn hai điều kiện cùng lúc có thể chỉ còn vài người và để lộ câu trả lời của họ.",
                    "Choose one of collection point, channel and service field. Two together may leave a handful of people and give away what they answered.",
                ),
            ))
        };
    };
    let value = asked.first(by.name());
    let known = match by {
        By::Channel => Channel::named(value).is_some(),
        By::Point => true,
        By::Field => value.chars().count() as u64 <= MAX_SERVICE_FIELD_CHARS,
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
        assert_eq!(slice(&asked(&[])).unwrap(), None);
        let one = slice(&asked(&[("channel", "qr"), ("point", "")])).unwrap().unwrap();
        assert_eq!((one.by, one.value.as_str()), (By::Channel, "qr"));
        assert!(slice(&asked(&[("channel", "qr"), ("point", "22651")])).is_err());
        assert!(slice(&asked(&[("channel", "post")])).is_err());
        let long = "x".repeat(usize::try_from(MAX_SERVICE_FIELD_CHARS).unwrap() + 1);
        assert!(slice(&asked(&[("service_field", &long)])).is_err());
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
