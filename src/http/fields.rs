//! The fields of a form that a page sends back, not yet believed.

use actix_web::web::{Payload, Query};
use tokio::time::timeout;

use super::LONGEST_READ;

/// The most fields that are looked at; more than any page has.
pub(super) const MOST_FIELDS: usize = 1_000;

/// The fields of a form in the order sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

/// A form that is larger than it may be or broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unread;

impl Fields {
    /// Reads a form of at most `limit` bytes.
    pub(super) async fn read(payload: Payload, limit: usize) -> Result<Self, Unread> {
        let body = timeout(LONGEST_READ, payload.to_bytes_limited(limit)).await;
        let body = body.map_err(|_| Unread)?.map_err(|_| Unread)?.map_err(|_| Unread)?;
        let form = Self::of(&String::from_utf8_lossy(&body));
        // No page has so many; what stands behind them must not go unread.
        if form.0.len() > MOST_FIELDS { Err(Unread) } else { Ok(form) }
    }

    /// These names with their values.
    pub(super) fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The fields of the body of a form, or of a query.
    pub(super) fn of(body: &str) -> Self {
        let fields = Query::<Vec<(String, String)>>::from_query(body);
        Self(fields.map(Query::into_inner).unwrap_or_default())
    }

    /// The values of the field `name` in the order sent.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The first value of the field `name`; empty when there is none.
    pub(super) fn first(&self, name: &str) -> &str {
        self.values(name).next().unwrap_or("")
    }

    /// The fields without those named in `names`, written as a form's body.
    pub(super) fn without(&self, names: &[&str]) -> String {
        let kept: Vec<_> = self.0.iter().filter(|(n, _)| !names.contains(&n.as_str())).collect();
        serde_urlencoded::to_string(kept).expect("texts can be written as a form")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_back_from_what_is_kept_of_them() {
        let fields = Fields::of("name=Nguy%E1%BB%85n+Lan&mark=x&name=b%26c");
        assert_eq!(fields.first("name"), "Nguyễn Lan");
        assert_eq!(fields.first("nothing"), "");
        let kept = Fields::of(&fields.without(&["mark"]));
        assert_eq!(kept.values("name").collect::<Vec<_>>(), ["Nguyễn Lan", "b&c"]);
        assert_eq!(kept.values("mark").count(), 0);
    }
}
