//! What surrounds every page: language, links that keep it, the banner of
//! simulated data.

use std::sync::Arc;

use surveys::text::count;
use surveys::{CentreContact, Language, Translation};

use super::assets;
use crate::texts::{Words, own_name};

/// What every page knows about itself.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Its texts.
    pub t: Words,
    /// Whether everything it shows is made up.
    pub simulated: bool,
    path: String,
    query: Vec<(String, String)>,
    /// The tag that was asked for.
    asked_tag: String,
    /// The further languages that this page is offered in.
    further: Vec<&'static Translation>,
    /// How the reader reaches the centre; empty where that is not known.
    contact: Arc<CentreContact>,
}

/// One entry of the language switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tongue {
    /// Its tag.
    pub tag: &'static str,
    /// Its own name for itself.
    pub name: &'static str,
    /// The same page in it; empty for the language of this page.
    pub address: String,
}

impl Shell {
    /// The surroundings of the page at `path` with the query `query`.
    pub fn new(path: &str, query: &str, simulated: bool) -> Self {
        let query: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let tag = query.iter().rev().find(|(name, _)| name == "lang").map(|(_, tag)| tag.clone());
        let asked_tag = tag.unwrap_or_default();
        let language = Language::of_tag(&asked_tag).unwrap_or_default();
        let query = query.into_iter().filter(|(name, _)| name != "lang").collect();
        let (t, path) = (Words::new(language), path.to_owned());
        let (further, contact) = (Vec::new(), Arc::default());
        Self { t, simulated, path, query, asked_tag, further, contact }
    }

    /// The same page, offered in further languages too; in one of them if it was asked for.
    #[must_use]
    pub fn offered_in(mut self, further: Vec<&'static Translation>) -> Self {
        if let Some(asked) = further.iter().find(|t| t.tag == self.asked_tag) {
            self.t = Words::further(asked);
        }
        self.further = further;
        self
    }

    /// The same page for whoever is at the centre with `contact`: where it says how
    /// things ended or what went wrong, it says how to reach the centre.
    #[must_use]
    pub fn at_centre(mut self, contact: Arc<CentreContact>) -> Self {
        self.contact = contact;
        self
    }

    /// How the reader reaches the centre; empty where that is not known.
    pub fn contact(&self) -> &CentreContact {
        &self.contact
    }

    /// The further languages that it is offered in.
    pub fn further(&self) -> &[&'static Translation] {
        &self.further
    }

    /// The tag of its language.
    pub fn tag(&self) -> &'static str {
        self.t.tag()
    }

    /// Its language.
    pub fn language(&self) -> Language {
        self.t.0
    }

    /// The first value of the query's `name`.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// `address`, an address on this server, in the language of this page.
    pub fn link(&self, address: &str) -> String {
        in_language(address, self.tag())
    }

    /// Whether this is the page at `address` or one below it.
    pub fn is_within(&self, address: &str) -> bool {
        let path = address.split('?').next().unwrap_or_default();
        self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether this page is the one at `address` itself.
    pub fn is_at(&self, address: &str) -> bool {
        self.path == address.split('?').next().unwrap_or_default()
    }

    /// The address of this page with the query's `name` set to `value`. Which publication
    /// was asked for is left out: each period has its own.
    pub fn here_with(&self, name: &str, value: &str) -> String {
        self.here_with_each(&[(name, value)])
    }

    /// The same with several parameters; one without a value is left out.
    pub fn here_with_each(&self, given: &[(&str, &str)]) -> String {
        let mut query: Vec<(&str, &str)> =
            self.query.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        query.retain(|(n, _)| *n != "publication" && given.iter().all(|(name, _)| name != n));
        query.extend(given.iter().filter(|(_, value)| !value.is_empty()));
        in_language(&address(&self.path, &query), self.tag())
    }

    /// `n` as people read it, thousands apart; what is below nothing is nothing.
    pub fn number<N>(&self, n: N) -> String
    where
        u64: TryFrom<N>,
    {
        count(u64::try_from(n).unwrap_or_default(), self.language())
    }

    /// The language switch.
    pub fn tongues(&self) -> Vec<Tongue> {
        let query: Vec<(&str, &str)> =
            self.query.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let own = Language::ALL.into_iter().map(|language| (language.tag(), own_name(language)));
        let further = self.further.iter().map(|further| (&*further.tag, &*further.name));
        let tongue = |(tag, name): (&'static str, &'static str)| Tongue {
            tag,
            name,
            address: if tag == self.tag() {
                String::new()
            } else {
                in_language(&address(&self.path, &query), tag)
            },
        };
        own.chain(further).map(tongue).collect()
    }

    /// The address of the static file `name`.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }
}

fn address(path: &str, query: &[(&str, &str)]) -> String {
    match serde_urlencoded::to_string(query) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

fn in_language(address: &str, tag: &str) -> String {
    if tag == Language::default().tag() {
        return address.to_owned();
    }
    let (address, fragment) =
        address.split_once('#').map_or((address, None), |(a, f)| (a, Some(f)));
    let join = if address.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|f| format!("#{f}")).unwrap_or_default();
    format!("{address}{join}lang={tag}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_vietnamese_unless_it_is_asked_for_in_english() {
        assert_eq!(Shell::new("/", "", false).language(), Language::Vi);
        assert_eq!(Shell::new("/", "lang=fr", false).language(), Language::Vi);
        assert_eq!(Shell::new("/", "q=x&lang=en", false).language(), Language::En);
    }

    #[test]
    fn links_keep_the_language_and_the_switch_keeps_the_query() {
        let shell = Shell::new("/c/22651", "period=2025-Q1&lang=en", false);
        assert_eq!(shell.link("/s/x"), "/s/x?lang=en");
        assert_eq!(shell.link("/?q=1#top"), "/?q=1&lang=en#top");
        assert_eq!(shell.here_with("period", "2025"), "/c/22651?period=2025&lang=en");
        let tongues = shell.tongues();
        assert_eq!(tongues[0].address, "/c/22651?period=2025-Q1");
        assert_eq!(tongues[1].address, "");
        let vietnamese = Shell::new("/", "q=Di%C3%AAn+Kh%C3%A1nh%22%3E", false);
        assert_eq!(vietnamese.tongues()[1].address, "/?q=Di%C3%AAn+Kh%C3%A1nh%22%3E&lang=en");
    }
}
