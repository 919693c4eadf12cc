//! Whom a petition is given to: a department or somebody of its unit, as accounts and
//! earlier petitions name them, or whoever is typed.

use surveys::Petition;
use surveys::petition::{MAX_REASON_CHARS, cleaned_line};
use surveys::text::fold;

use super::super::super::page::Stopped;
use super::super::visit::Signed;
use crate::pages::staff::form::{Choice, Field};
use crate::staff::{Permission, Scope};

/// What is to be mended, by field.
pub(super) type Wrong = Vec<(&'static str, String)>;

/// The departments and people of the unit of `petition`, and whom its petitions were given
/// to before.
pub(super) async fn known(signed: &Signed, petition: &Petition) -> Stopped<Vec<String>> {
    let scope = Scope::Commune(petition.commune.clone());
    let (db, down) = (&signed.service.db, |error| signed.down(&error));
    let mut known = db.petition_assignees(&scope).await.map_err(down)?;
    let accounts = db.accounts(&scope).await.map_err(down)?;
    for account in accounts.into_iter().filter(|account| account.disabled_at.is_none()) {
        if account.may(Permission::HandlePetitions) {
            known.push(account.full_name);
        }
        known.push(account.department);
    }
    known.retain(|name| !name.is_empty());
    known.sort_by_cached_key(|name| (fold(name), name.clone()));
    known.dedup();
    Ok(known)
}

/// The fields: the list of those who are `known`, and a line for whoever is not on it.
pub(super) fn fields(
    signed: &Signed,
    petition: &Petition,
    known: &[String],
    wrong: &Wrong,
) -> Vec<Field> {
    let said = |key| signed.said(key);
    let typed = signed.fields.values("version").next().is_some();
    let is_known = known.contains(&petition.assigned_to);
    let (whom, to) = match (typed, is_known) {
        (true, _) => (signed.fields.first("whom"), signed.fields.first("to")),
        (false, true) => (&*petition.assigned_to, ""),
        (false, false) => ("", &*petition.assigned_to),
    };
    let wrong = |id: &str| wrong.iter().find(|(of, _)| *of == id).map(|(_, said)| said.clone());
    let label = if known.is_empty() { "petition-assign-to" } else { "petition-assign-other" };
    let line = Field::text("to", said(label)).value(to).wrong(wrong("to"));
    if known.is_empty() {
        return vec![line];
    }
    let other = Choice { value: String::new(), label: said("petition-assign-elsewhere") };
    let named = known.iter().map(|name| Choice { value: name.clone(), label: name.clone() });
    let choices = std::iter::once(other).chain(named).collect();
    let choice = Field::choice("whom", said("petition-assign-to"), choices);
    vec![choice.value(whom).wrong(wrong("whom")), line]
}

/// Whom the form names, or what is to be mended.
pub(super) fn chosen(signed: &Signed, known: &[String]) -> Result<String, Wrong> {
    let (whom, to) = (signed.fields.first("whom"), cleaned_line(signed.fields.first("to")));
    let wrong = |field, key| Err(vec![(field, signed.said(key))]);
    if !whom.is_empty() && !known.iter().any(|name| name == whom) {
        return wrong("whom", "petition-assign-unknown");
    }
    if !whom.is_empty() {
        let agrees = to.is_empty() || to == whom;
        return if agrees { Ok(whom.to_owned()) } else { wrong("to", "petition-assign-both") };
    }
    let over = to.chars().count().saturating_sub(MAX_REASON_CHARS);
    if to.is_empty() {
        let key = if known.is_empty() { "petition-field-empty" } else { "petition-assign-nobody" };
        wrong("to", key)
    } else if over > 0 {
        let said = signed.shell.t.with("petition-field-long", &[("over", &over.to_string())]);
        Err(vec![("to", said)])
    } else {
        Ok(to)
    }
}
