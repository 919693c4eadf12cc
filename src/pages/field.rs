//! One thing that a form asks: what was typed into it, and what to mend.

/// One entry of a choice.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// A line of the summary of what is to be mended in a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mending<'a> {
    /// The field it leads to.
    pub(super) id: &'a str,
    /// What the line says.
    pub(super) said: String,
}

/// A line for each field that is `wrong`: its id, what is said there, and what it asks.
/// Lines that would read the same name their fields.
pub(super) fn told_apart<'a>(
    wrong: impl IntoIterator<Item = (&'a str, &'a str, String)>,
) -> Vec<Mending<'a>> {
    let wrong: Vec<_> = wrong.into_iter().collect();
    let line = |(id, said, of): &(&'a str, &'a str, String)| {
        let alike = wrong.iter().filter(|(_, other, _)| other == said).count();
        let said = match of.trim_end_matches([':', '.', '?']) {
            of if alike > 1 && !of.is_empty() => format!("{of}: {said}"),
            _ => (*said).to_owned(),
        };
        Mending { id, said }
    };
    wrong.iter().map(line).collect()
}

/// What is to be mended in `fields`, in their order.
pub(super) fn to_mend<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<Mending<'a>> {
    let wrong = fields.into_iter().filter(|field| field.is_wrong());
    told_apart(wrong.map(|field| (field.id, &*field.wrong, field.label.clone())))
}

/// One thing that is asked. Its id is also its name.
#[derive(Debug, Clone)]
pub struct Field {
    pub(super) id: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(in crate::pages) value: String,
    pub(super) wrong: String,
    pub(super) choices: Vec<Choice>,
    pub(super) fixed: bool,
    pub(super) rows: u8,
    pub(super) digits: bool,
    /// Whether it is spelled letter by letter: nothing that is typed into it is a sentence.
    pub(super) spelled: bool,
    /// The name of a button beside it, and what it says.
    pub(super) button: Option<(&'static str, String)>,
}

impl Field {
    fn new(id: &'static str, label: impl Into<String>, kind: &'static str) -> Self {
        let empty = String::new;
        Self {
            id,
            label: label.into(),
            hint: empty(),
            kind,
            autocomplete: "off",
            value: empty(),
            wrong: empty(),
            choices: Vec::new(),
            fixed: false,
            rows: 0,
            digits: false,
            spelled: kind != "text",
            button: None,
        }
    }

    /// A line of text.
    pub fn text(id: &'static str, label: impl Into<String>) -> Self {
        Self::new(id, label, "text")
    }

    /// A code, an address, a serial number.
    pub fn spelled(id: &'static str, label: impl Into<String>) -> Self {
        Self { spelled: true, ..Self::text(id, label) }
    }

    /// The name somebody signs in with.
    pub fn sign_in_name(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "username", ..Self::spelled(id, label) }
    }

    /// The password that somebody has.
    pub fn password(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "current-password", ..Self::new(id, label, "password") }
    }

    /// A password that somebody chooses.
    pub fn new_password(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "new-password", ..Self::new(id, label, "password") }
    }

    /// A code of the second factor.
    pub fn code(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "one-time-code", ..Self::spelled(id, label) }
    }

    /// A file.
    pub fn file(id: &'static str, label: impl Into<String>) -> Self {
        Self::new(id, label, "file")
    }

    /// Lines that are pasted from a spreadsheet.
    pub fn pasted(id: &'static str, label: impl Into<String>) -> Self {
        Self { rows: 12, ..Self::new(id, label, "pasted") }
    }

    /// A text of several lines, shown with so many rows.
    pub fn long(id: &'static str, label: impl Into<String>, rows: u8) -> Self {
        Self { rows, ..Self::new(id, label, "long") }
    }

    /// A box to tick; ticked when its value is `yes`.
    pub fn tick(id: &'static str, label: impl Into<String>) -> Self {
        Self::new(id, label, "tick")
    }

    /// A telephone number; phones show digits for it.
    pub fn phone(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "tel", ..Self::new(id, label, "tel") }
    }

    /// An e-mail address.
    pub fn email(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "email", ..Self::new(id, label, "email") }
    }

    /// The name of whoever fills the form in.
    pub fn own_name(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "name", ..Self::new(id, label, "text") }
    }

    /// Digits that are typed, shown as they are.
    pub fn digits(id: &'static str, label: impl Into<String>) -> Self {
        Self { digits: true, ..Self::spelled(id, label) }
    }

    /// One of several.
    pub fn choice(id: &'static str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(id, label, "choice") }
    }

    /// The same with a sentence that helps.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same with what was typed.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    /// The same with a button beside it that sends the form as `name`.
    #[must_use]
    pub fn with_button(mut self, name: &'static str, label: impl Into<String>) -> Self {
        self.button = Some((name, label.into()));
        self
    }

    /// The same, not to be changed.
    #[must_use]
    pub fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// The same with what is to be mended.
    #[must_use]
    pub fn wrong(mut self, wrong: Option<String>) -> Self {
        self.wrong = wrong.unwrap_or_default();
        self
    }

    /// Whether it is to be mended.
    pub(super) fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// Whether it asks for a file.
    pub(super) fn is_file(&self) -> bool {
        self.kind == "file"
    }

    /// The ids of what is said about it.
    pub(super) fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let wrong = (!self.wrong.is_empty()).then(|| format!("{}-error", self.id));
        hint.into_iter().chain(wrong).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_summary_that_would_read_the_same_name_their_fields() {
        let asked = |id, label: &str, wrong: &str| {
            Field::text(id, label).wrong(Some(wrong.to_owned()).filter(|w| !w.is_empty()))
        };
        let fields = [
            asked("name", "Kính gửi ai?", "Ghi nội dung vào ô này."),
            asked("day", "Ngày hẹn", "Ghi ngày như 31/12/2026."),
            asked("title", "Chức vụ", ""),
            asked("why", "Lý do", "Ghi nội dung vào ô này."),
        ];
        let lines: Vec<_> =
            to_mend(&fields).iter().map(|line| (line.id, line.said.clone())).collect();
        let said = |id, said: &str| (id, said.to_owned());
        assert_eq!(
            lines,
            [
                said("name", "Kính gửi ai: Ghi nội dung vào ô này."),
                said("day", "Ghi ngày như 31/12/2026."),
                said("why", "Lý do: Ghi nội dung vào ô này."),
            ]
        );
    }
}
