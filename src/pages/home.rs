//! The home page: what this is, the search for a commune, the communes with a plan.

use askama::Template;
use surveys::collection_point::CollectionPoint;
use surveys::unit::{self, Commune, Found};
use surveys::{Plan, catalog};

use super::message::Link;
use super::{Shell, Words, province};

/// The home page.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    shell: &'a Shell,
    t: Words,
    query: &'a str,
    found_heading: String,
    found: Vec<Place>,
    places: Vec<Place>,
    /// Where all communes of a province are beside each other.
    provinces: Vec<Link>,
}

/// A commune with the ways to it.
#[derive(Debug)]
struct Place {
    name: &'static str,
    where_it_is: String,
    formerly: String,
    results: String,
    surveys: Vec<Link>,
}

impl<'a> Home<'a> {
    /// The home page with what `query` found and the communes that have plans.
    pub fn new(
        shell: &'a Shell,
        query: &'a str,
        found: &[Found],
        points: &[CollectionPoint],
    ) -> Self {
        let heading = if found.is_empty() { "search-found-none" } else { "search-found" };
        let mut places: Vec<Place> = Vec::new();
        for plan in catalog::plans() {
            let commune = unit::commune(plan.commune_code.as_str());
            if let Some(commune) = commune.filter(|c| places.iter().all(|p| p.name != c.name)) {
                places.push(Place::with_plan(shell, commune, plan, points));
            }
        }
        Self {
            shell,
            t: shell.t,
            query,
            found_heading: shell.t.with(heading, &[("query", query)]),
            found: found.iter().map(|f| Place::found(shell, f)).collect(),
            places,
            provinces: province::links(shell, points.iter().map(|p| p.commune_code.as_str())),
        }
    }
}

impl Place {
    fn found(shell: &Shell, found: &Found) -> Self {
        let formerly = found.formerly.map(|unit| {
            let place = format!("{}, {}", unit.old_place.district, unit.old_place.province);
            shell.t.with("search-formerly", &[("name", unit.old_name), ("place", &place)])
        });
        Self {
            name: found.commune.name,
            where_it_is: format!("{} · {}", found.province.name, found.commune.code),
            formerly: formerly.unwrap_or_default(),
            results: shell.link(&format!("/c/{}", found.commune.code)),
            surveys: Vec::new(),
        }
    }

    fn with_plan(
        shell: &Shell,
        commune: &'static Commune,
        plan: &Plan,
        points: &[CollectionPoint],
    ) -> Self {
        let language = shell.language();
        let unit_name = plan.unit_name.get(language);
        let carries_on = !plan.unit_name.vi.to_lowercase().contains(&commune.name.to_lowercase());
        let formerly = if carries_on {
            shell.t.with("home-carries-on", &[("unit", unit_name)])
        } else {
            String::new()
        };
        let surveys = points
            .iter()
            .filter(|p| p.commune_code == commune.code)
            .filter_map(|p| {
                let instrument = catalog::instrument(p.instrument.as_str(), None)?;
                let label = instrument.title.get(language).to_owned();
                Some(Link { address: shell.link(&format!("/s/{}", p.code)), label })
            })
            .collect();
        Self {
            name: commune.name,
            where_it_is: unit::province(commune.province.as_str())
                .map_or("", |p| p.name)
                .to_owned(),
            formerly,
            results: shell.link(&format!("/c/{}", commune.code)),
            surveys,
        }
    }
}
