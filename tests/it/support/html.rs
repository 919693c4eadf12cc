//! Pages read strictly: what is not written as our templates write it is a fault, so that a
//! text which opens something on a page cannot pass for a part of the page.

/// An element as it is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of the attribute `name`; empty for one without.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Opened(Element),
    Closed(String),
    Text(String),
}

/// The parts of `page`.
///
/// # Errors
/// What is not as our templates write it, and where.
pub(crate) fn parts(page: &str) -> Result<Vec<Part>, String> {
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap_or(page);
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let end = rest.find('<').unwrap_or(rest.len());
        if end > 0 {
            parts.push(Part::Text(decoded(&rest[..end])?));
            rest = &rest[end..];
        }
        if let Some(inside) = rest.strip_prefix("</") {
            let (name, after) = name(inside)?;
            rest = after.strip_prefix('>').ok_or_else(|| odd("an end", after))?;
            parts.push(Part::Closed(name.to_owned()));
        } else if let Some(inside) = rest.strip_prefix('<') {
            let (element, after) = opened(inside)?;
            rest = after;
            parts.push(Part::Opened(element));
        }
    }
    Ok(parts)
}

fn opened(inside: &str) -> Result<(Element, &str), String> {
    let (element, mut rest) = name(inside)?;
    let mut element = Element { name: element.to_owned(), attributes: Vec::new() };
    loop {
        let after = rest.trim_start();
        if let Some(after) = after.strip_prefix("/>").or_else(|| after.strip_prefix('>')) {
            return Ok((element, after));
        }
        if after.len() == rest.len() {
            return Err(odd("something in an element", rest));
        }
        let (attribute, after) = name(after)?;
        let mut value = String::new();
        rest = after;
        if let Some(after) = after.strip_prefix('=') {
            let quoted = after.strip_prefix('"').and_then(|after| after.split_once('"'));
            let (inside, after) = quoted.ok_or_else(|| odd("a value without quotes", after))?;
            if inside.contains('<') {
                return Err(odd("an element in a value", inside));
            }
            value = decoded(inside)?;
            rest = after;
        }
        element.attributes.push((attribute.to_owned(), value));
    }
}

/// The name that `rest` begins with, and what follows it.
fn name(rest: &str) -> Result<(&str, &str), String> {
    let is_of_names = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
    let end = rest.find(|c| !is_of_names(c)).unwrap_or(rest.len());
    let begins = rest.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins { Ok(rest.split_at(end)) } else { Err(odd("no name", rest)) }
}

fn odd(what: &str, rest: &str) -> String {
    format!("{what}: {}", rest.chars().take(120).collect::<String>())
}

/// `text` with its escapes read.
fn decoded(text: &str) -> Result<String, String> {
    let mut said = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        said.push_str(&rest[..at]);
        let escape = rest[at + 1..].split_once(';');
        let (escape, after) = escape.ok_or_else(|| odd("a bare &", &rest[at..]))?;
        let number = escape.strip_prefix('#').and_then(|number| {
            let hex = number.strip_prefix(['x', 'X']);
            hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
        });
        said.push(match (escape, number.and_then(char::from_u32)) {
            (_, Some(c)) => c,
            ("amp", _) => '&',
            ("lt", _) => '<',
            ("gt", _) => '>',
            ("quot", _) => '"',
            ("nbsp", _) => '\u{a0}',
            _ => return Err(odd("a bare &", &rest[at..])),
        });
        rest = after;
    }
    said.push_str(rest);
    Ok(said)
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) id: String,
    /// The type of an input, or `fixed` where nobody can type; otherwise `textarea`,
    /// `select`, `option` or `button`.
    pub(crate) kind: String,
    /// What is in it, or what it stands for.
    pub(crate) value: String,
    /// Whether a browser would send it as the page is.
    pub(crate) chosen: bool,
    /// Whether the page says that it is wrong.
    pub(crate) wrong: bool,
}

impl Field {
    /// Whether people type into it.
    pub(crate) fn is_typed(&self) -> bool {
        let kinds = ["text", "textarea", "search", "email", "tel", "url", "password", "number"];
        kinds.contains(&self.kind.as_str()) || ["date", "month"].contains(&self.kind.as_str())
    }
}

/// A form of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    /// Where it goes; empty for the page itself.
    pub(crate) action: String,
    pub(crate) posts: bool,
    pub(crate) fields: Vec<Field>,
}

impl Form {
    /// What a browser would send of it by its first button.
    pub(crate) fn sent(&self) -> Vec<(String, String)> {
        let button = self.fields.iter().position(|field| field.kind == "button");
        let sends = |(place, field): &(usize, &Field)| match field.kind.as_str() {
            "button" => Some(*place) == button && !field.name.is_empty(),
            _ => field.chosen,
        };
        let fields = self.fields.iter().enumerate().filter(sends);
        fields.map(|(_, field)| (field.name.clone(), field.value.clone())).collect()
    }

    /// Whether people type into it or choose a file.
    pub(crate) fn takes_texts(&self) -> bool {
        self.fields.iter().any(|field| field.is_typed() || field.kind == "file")
    }
}

/// The forms of a page, and the addresses that it leads to.
pub(crate) fn forms_and_links(parts: &[Part]) -> (Vec<Form>, Vec<String>) {
    let (mut forms, mut links) = (Vec::<Form>::new(), Vec::new());
    let mut open: Option<Form> = None;
    let mut select: Option<Field> = None;
    let mut is_first = false;
    for (place, part) in parts.iter().enumerate() {
        let element = match part {
            Part::Opened(element) => element,
            Part::Closed(name) => {
                match (name.as_str(), &mut open) {
                    ("form", _) => forms.extend(open.take()),
                    ("select", Some(form)) => form.fields.extend(select.take()),
                    _ => {}
                }
                continue;
            }
            Part::Text(_) => continue,
        };
        let get = |name: &str| element.get(name).unwrap_or_default().to_owned();
        let described = get("aria-describedby");
        let field = |kind: &str, value: String, chosen: bool| Field {
            name: get("name"),
            id: get("id"),
            kind: kind.to_owned(),
            value,
            chosen: chosen && !get("name").is_empty() && element.get("disabled").is_none(),
            wrong: described.split(' ').any(|id| id.ends_with("-error")),
        };
        match (element.name.as_str(), &mut open) {
            ("a", _) => links.extend(element.get("href").map(str::to_owned)),
            ("form", _) => {
                let posts = get("method").eq_ignore_ascii_case("post");
                open = Some(Form { action: get("action"), posts, fields: Vec::new() });
            }
            ("input", Some(form)) => {
                let fixed = element.get("readonly").map(|_| "fixed");
                let kind = fixed.or(element.get("type")).unwrap_or("text");
                let ticked = element.get("checked").is_some();
                let is_tick = ["checkbox", "radio"].contains(&kind);
                let value =
                    if is_tick && get("value").is_empty() { "on".into() } else { get("value") };
                form.fields.push(field(kind, value, kind != "file" && (ticked || !is_tick)));
            }
            ("textarea", Some(form)) => {
                let said = match parts.get(place + 1) {
                    Some(Part::Text(text)) => text.strip_prefix('\n').unwrap_or(text),
                    _ => "",
                };
                form.fields.push(field("textarea", said.to_owned(), true));
            }
            ("button", Some(form)) => form.fields.push(field("button", get("value"), true)),
            ("select", Some(_)) => {
                select = Some(field("select", String::new(), true));
                is_first = true;
            }
            ("option", Some(form)) => {
                let Some(select) = &mut select else { continue };
                if std::mem::take(&mut is_first) || element.get("selected").is_some() {
                    select.value = get("value");
                }
                let name = select.name.clone();
                form.fields.push(Field { name, ..field("option", get("value"), false) });
            }
            _ => {}
        }
    }
    (forms, links)
}
