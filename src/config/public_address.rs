//! The address under which citizens reach the service, and what is printed of it.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use surveys::{CommuneCode, PointCode, Text, VisitToken};

/// Longer addresses do not go onto a poster in letters that can be read.
const LONGEST: usize = 60;

/// `https://HOST`, `https://HOST/FOLDER` or the same with a port; no slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicAddress(String);

/// A text that cannot be printed as the service's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a public address: write one such as https://hailong.example.vn, at most 60 characters"
)]
pub struct BadAddress(String);

impl BadAddress {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        Text::new(
            format!(
                "`{}` chưa dùng được làm địa chỉ công khai; hãy ghi như https://hailong.example.vn, nhiều nhất 60 ký tự",
                self.0
            ),
            self.to_string(),
        )
    }
}

impl PublicAddress {
    /// The survey of `point`.
    pub fn survey(&self, point: &PointCode) -> String {
        format!("{self}/s/{point}")
    }

    /// The survey of `point` for the visit that `token` stands for.
    pub fn visit(&self, point: &PointCode, token: &VisitToken) -> String {
        format!("{self}/s/{point}?v={token}")
    }

    /// The same in a link that is sent.
    pub fn link(&self, point: &PointCode, token: &VisitToken) -> String {
        format!("{}&via=online", self.visit(point, token))
    }

    /// The published results of `commune`.
    pub fn results(&self, commune: &CommuneCode) -> String {
        format!("{self}/c/{commune}")
    }
}

impl fmt::Display for PublicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicAddress {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let bad = || BadAddress(text.chars().take(2 * LONGEST).collect());
        let address = text.trim().trim_end_matches('/');
        let rest = ["https://", "http://"].iter().find_map(|scheme| address.strip_prefix(scheme));
        let rest = rest.ok_or_else(bad)?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/:".contains(&b);
        let begins = rest.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let tidy = !rest.contains("//") && address.len() <= LONGEST;
        if begins && tidy && rest.bytes().all(plain) {
            Ok(Self(address.to_owned()))
        } else {
            Err(bad())
        }
    }
}

impl TryFrom<String> for PublicAddress {
    type Error = BadAddress;

    fn try_from(text: String) -> Result<Self, BadAddress> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_without_the_slash_at_its_end() {
        for (text, kept) in [
            ("https://hailong.example.vn/", "https://hailong.example.vn"),
            (" http://10.0.0.5:8080 ", "http://10.0.0.5:8080"),
            ("https://xa.example.vn/hai-long", "https://xa.example.vn/hai-long"),
        ] {
            assert_eq!(text.parse::<PublicAddress>().unwrap().to_string(), kept);
        }
    }

    #[test]
    fn what_people_could_not_scan_or_type_is_no_address() {
        let long = format!("https://{}.vn", "x".repeat(60));
        for bad in [
            "",
            "hailong.example.vn",
            "https://",
            "https:///x",
            "ftp://a.vn",
            "https://a.vn/?x=1",
            "https://a.vn/#x",
            "https://xã.vn",
            "https://[::1]",
            "https://a b.vn",
            "https://me@a.vn",
            "https://a.vn\"><script>",
            &long,
        ] {
            assert!(bad.parse::<PublicAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_printed_leads_to_pages_that_there_are() {
        let home: PublicAddress = "https://a.vn".parse().unwrap();
        let point = PointCode::parse("22651").unwrap();
        let token = VisitToken::new([0xff; 16]);
        assert_eq!(home.survey(&point), "https://a.vn/s/22651");
        assert_eq!(home.results(&CommuneCode::parse("22651").unwrap()), "https://a.vn/c/22651");
        assert_eq!(home.visit(&point, &token), format!("https://a.vn/s/22651?v={token}"));
    }
}
