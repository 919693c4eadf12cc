//! Where a member of staff may act: everywhere, in a province, in a commune, or at
//! one collection point of a commune.

use std::fmt;

use surveys::{CommuneCode, PointCode, ProvinceCode, Text, unit};

/// A place in the tree province → commune → collection point, and all below it.
///
/// Written as a path with a mark at both ends (`/56/22651/`), so that one scope
/// covers another exactly when its path begins the other's; the store filters by
/// this.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The whole installation.
    Everywhere,
    /// A province.
    Province(ProvinceCode),
    /// A commune.
    Commune(CommuneCode),
    /// One collection point, such as an office's counter.
    Point {
        /// Its commune.
        commune: CommuneCode,
        /// Its code.
        point: PointCode,
    },
}

impl Scope {
    /// Reads the path of a scope.
    pub fn parse(path: &str) -> Option<Self> {
        let inside = path.strip_prefix('/')?;
        let Some(inside) = inside.strip_suffix('/') else {
            return inside.is_empty().then_some(Self::Everywhere);
        };
        let mut parts = inside.split('/');
        let province = unit::province(parts.next()?)?;
        let Some(commune) = parts.next() else {
            return Some(Self::Province(province.code.clone()));
        };
        let commune = unit::commune(commune).filter(|c| c.province == province.code)?;
        let commune = commune.code.clone();
        match (parts.next(), parts.next()) {
            (None, _) => Some(Self::Commune(commune)),
            (Some(point), None) => {
                Some(Self::Point { commune, point: PointCode::parse(point).ok()? })
            }
            _ => None,
        }
    }

    /// The scope that a person names by a code: of a province, of a commune, or
    /// nothing for everywhere.
    pub fn of_code(code: &str) -> Option<Self> {
        match code.len() {
            0 => Some(Self::Everywhere),
            2 => unit::province(code).map(|p| Self::Province(p.code.clone())),
            _ => unit::commune(code).map(|c| Self::Commune(c.code.clone())),
        }
    }

    /// Whether everything in `other` is in this.
    pub fn covers(&self, other: &Self) -> bool {
        other.to_string().starts_with(&self.to_string())
    }

    /// Whether everything of `commune` is in this.
    pub fn covers_commune(&self, commune: &CommuneCode) -> bool {
        self.covers(&Self::Commune(commune.clone()))
    }

    /// Its name, for people.
    pub fn name(&self) -> Text {
        let commune_name = |code: &CommuneCode| {
            let commune = unit::commune(code.as_str());
            let province = commune.and_then(|c| unit::province(c.province.as_str()));
            match (commune, province) {
                (Some(commune), Some(province)) => format!("{}, {}", commune.name, province.name),
                _ => code.to_string(),
            }
        };
        match self {
            Self::Everywhere => Text::new("Toàn hệ thống", "The whole installation"),
            Self::Province(code) => {
                let name = unit::province(code.as_str()).map_or(code.as_str(), |p| p.name);
                Text::new(name, name)
            }
            Self::Commune(code) => Text::new(commune_name(code), commune_name(code)),
            Self::Point { commune, point } => {
                let name = format!("{point}, {}", commune_name(commune));
                Text::new(name.clone(), name)
            }
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let province = |code: &CommuneCode| {
            unit::commune(code.as_str()).map_or("", |commune| commune.province.as_str())
        };
        match self {
            Self::Everywhere => f.write_str("/"),
            Self::Province(code) => write!(f, "/{code}/"),
            Self::Commune(code) => write!(f, "/{}/{code}/", province(code)),
            Self::Point { commune, point } => {
                write!(f, "/{}/{commune}/{point}/", province(commune))
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Everywhere, a province, a commune in it and a point in that.
    pub(crate) const SAMPLES: [&str; 4] = ["/", "/56/", "/56/22651/", "/56/22651/quay-2/"];

    #[test]
    fn a_scope_is_read_back_from_its_path() {
        for path in SAMPLES {
            assert_eq!(Scope::parse(path).unwrap().to_string(), path);
        }
        for wrong in [
            "",
            "56",
            "//",
            "/99/",
            "/56",
            "/01/22651/",
            "/56/99999/",
            "/56/22651/a/b/",
            "/56/22651/%/",
        ] {
            assert_eq!(Scope::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_scope_covers_itself_and_what_is_below_it_only() {
        let scopes = SAMPLES.map(|path| Scope::parse(path).unwrap());
        for (i, upper) in scopes.iter().enumerate() {
            for (j, lower) in scopes.iter().enumerate() {
                assert_eq!(upper.covers(lower), i <= j, "{upper} {lower}");
            }
        }
        let sister = Scope::parse("/56/22651/quay-20/").unwrap();
        assert!(!scopes[3].covers(&sister), "the beginning of a code is another code");
    }

    #[test]
    fn a_code_names_a_province_a_commune_or_nothing() {
        assert_eq!(Scope::of_code("56").unwrap().to_string(), "/56/");
        assert_eq!(Scope::of_code("22651").unwrap().to_string(), "/56/22651/");
        assert_eq!(Scope::of_code(""), Some(Scope::Everywhere));
        assert_eq!(Scope::of_code("99999"), None);
    }
}
