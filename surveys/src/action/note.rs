//! Notes on an improvement action: what was said, shown and decided about it, in the
//! order of time. They are added and never changed.

use super::columns::{BadColumn, prose};
use crate::text::Text;

/// The longest note, reason or public sentence, in characters.
pub const MOST_NOTE_CHARS: usize = 2_000;

/// The longest link, in characters.
const MOST_LINK_CHARS: usize = 500;

/// One line of an action's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// When, in UTC milliseconds.
    pub at: i64,
    /// Whose full name.
    pub who: String,
    /// What it is.
    pub kind: NoteKind,
    /// What it says. Of an edit: each changed column with what stood there before, as
    /// JSON.
    pub text: String,
    /// Where more of it is; may be empty.
    pub link: String,
}

/// What a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// The action was opened.
    Opened,
    /// Columns were changed.
    Edited,
    /// Somebody says something.
    Said,
    /// Something shows what was done.
    Evidence,
    /// Work began.
    Begun,
    /// It was done.
    Done,
    /// It was dropped, for this reason.
    Dropped,
    /// It was taken up again, for this reason.
    Reopened,
    /// It became public.
    Published,
    /// It is for staff only again.
    Withdrawn,
}

impl NoteKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Opened,
        Self::Edited,
        Self::Said,
        Self::Evidence,
        Self::Begun,
        Self::Done,
        Self::Dropped,
        Self::Reopened,
        Self::Published,
        Self::Withdrawn,
    ];

    /// The kind as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Edited => "edited",
            Self::Said => "said",
            Self::Evidence => "evidence",
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Dropped => "dropped",
            Self::Reopened => "reopened",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads what [`NoteKind::name`] wrote.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind in words.
    pub fn text(self) -> Text {
        match self {
            Self::Opened => Text::new("Mở việc", "Opened"),
            Self::Edited => Text::new("Sửa nội dung", "Edited"),
            Self::Said => Text::new("Ghi chú", "Note"),
            Self::Evidence => Text::new("Minh chứng", "Evidence"),
            Self::Begun => Text::new("Bắt đầu làm", "Begun"),
            Self::Done => Text::new("Báo đã xong", "Closed as done"),
            Self::Dropped => Text::new("Không làm nữa", "Dropped"),
            Self::Reopened => Text::new("Mở lại", "Reopened"),
            Self::Published => Text::new("Công khai", "Published"),
            Self::Withdrawn => Text::new("Thôi công khai", "Withdrawn from the public"),
        }
    }
}

/// A text that is no link to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Write a link that begins with https:// or http://, of at most 500 characters.")]
pub struct BadLink;

impl BadLink {
    /// What is wrong and what to do, in both languages.
    pub fn text(self) -> Text {
        let vi = "Ghi liên kết bắt đầu bằng https:// hoặc http://, nhiều nhất 500 ký tự.";
        Text::new(vi, self.to_string())
    }
}

/// The link that was `typed`; empty when nothing was.
///
/// # Errors
/// [`BadLink`] when it leads to no page on the web.
pub fn link(typed: &str) -> Result<String, BadLink> {
    let link = prose(typed, MOST_LINK_CHARS).map_err(|_: BadColumn| BadLink)?;
    if link.is_empty() {
        return Ok(link);
    }
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or(""));
    let leads = host.is_some_and(|host| !host.is_empty() && !host.contains('@'));
    if leads && !link.contains(char::is_whitespace) { Ok(link) } else { Err(BadLink) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_back_from_its_name() {
        for kind in NoteKind::ALL {
            assert_eq!(NoteKind::named(kind.name()), Some(kind));
        }
        assert_eq!(NoteKind::named("nonsense"), None);
    }

    #[test]
    fn a_link_leads_to_a_page_on_the_web_or_is_told() {
        for fine in ["", " https://dienkhanh.gov.vn/tin?id=1 ", "http://x/ảnh.jpg"] {
            assert_eq!(link(fine).as_deref(), Ok(fine.trim()), "{fine}");
        }
        let (most, more) =
            (format!("https://x/{}", "a".repeat(490)), format!("https://x/{}", "a".repeat(491)));
        assert!(link(&most).is_ok());
        assert_eq!(link("https://\u{202e}x\u{200b}").as_deref(), Ok("https://x"), "as it is seen");
        for wrong in [
            "javascript:alert(1)",
            "data:text/html,x",
            "dienkhanh.gov.vn",
            "https://",
            "https:///x",
            "https://gov.vn@evil.example/",
            "https://a b",
            "https://a\nb",
            &more,
        ] {
            assert_eq!(link(wrong), Err(BadLink), "{wrong:?}");
        }
    }
}
