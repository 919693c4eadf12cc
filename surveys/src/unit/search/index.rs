//! The folded names that queries are compared with, made once, on first use.

use std::sync::LazyLock;

use super::super::{TYPE_WORDS, communes, provinces, table, without_type};
use crate::text::fold;

/// The name of a unit of today or of before.
pub(super) struct Entry {
    start: u32,
    len: u8,
    /// Its type: a place in the list of type words.
    pub(super) kind: u8,
    /// Where it is: a place in [`Index::places`].
    pub(super) place: u16,
}

/// Names without types, folded.
pub(super) struct Index {
    names: String,
    /// The communes of today, then those of before, each in the order of its table.
    pub(super) entries: Vec<Entry>,
    /// The names of the province of a commune of today; of the district, the
    /// province then and the province now of one of before.
    pub(super) places: Vec<Box<[Box<str>]>>,
}

impl Index {
    /// The folded name of an entry.
    pub(super) fn name(&self, entry: &Entry) -> &str {
        let start = entry.start as usize;
        &self.names[start..start + usize::from(entry.len)]
    }

    fn add(&mut self, name: &'static str, place: usize) {
        let folded = fold(without_type(name));
        self.entries.push(Entry {
            start: u32::try_from(self.names.len()).expect("names of less than 4 GB"),
            len: u8::try_from(folded.len()).expect("a name of less than 256 bytes"),
            kind: kind(name),
            place: u16::try_from(place).expect("fewer than 65,536 places"),
        });
        self.names.push_str(&folded);
    }
}

/// The type of a unit with this full name, as a place in the list of type words.
pub(super) fn kind(name: &str) -> u8 {
    let at = TYPE_WORDS.iter().position(|word| name.starts_with(word));
    u8::try_from(at.unwrap_or(TYPE_WORDS.len())).unwrap_or(u8::MAX)
}

/// What people write for the province with the longest common name.
const HO_CHI_MINH: (&str, [&str; 3]) = ("79", ["hcm", "tphcm", "tp hcm"]);

pub(super) static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let past = &*table::PAST;
    let province_names: Vec<Vec<Box<str>>> = provinces()
        .iter()
        .map(|province| {
            let mut names = vec![fold(province.short_name()).into()];
            if province.code.as_str() == HO_CHI_MINH.0 {
                names.extend(HO_CHI_MINH.1.map(Box::from));
            }
            names
        })
        .collect();
    let mut old_names: Vec<Vec<Box<str>>> = table::OLD_PLACES
        .iter()
        .map(|old| [old.district, old.province].map(|name| fold(without_type(name)).into()).into())
        .collect();
    let province_at = |code: &crate::ProvinceCode| {
        provinces().binary_search_by(|p| p.code.cmp(code)).expect("a province of the table")
    };
    let mut index = Index {
        names: String::with_capacity(160 * 1024),
        entries: Vec::with_capacity(communes().len() + past.predecessors.len()),
        places: Vec::with_capacity(province_names.len() + old_names.len()),
    };
    for commune in communes() {
        index.add(commune.name, province_at(&commune.province));
    }
    for unit in &past.predecessors {
        let old = table::OLD_PLACES.element_offset(unit.old_place).expect("a place of the table");
        for name in &province_names[province_at(&unit.commune.province)] {
            if !old_names[old].contains(name) {
                old_names[old].push(name.clone());
            }
        }
        index.add(unit.old_name, province_names.len() + old);
    }
    index.names.shrink_to_fit();
    index.places.extend(province_names.into_iter().chain(old_names).map(Vec::into_boxed_slice));
    index
});
