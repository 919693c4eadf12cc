//! Nothing becomes public that nobody looked at: each part of it that may be about a
//! person is covered or taken out, or ticked by whoever publishes it. A tick is for the
//! words beside it and for no others, so what is added to a text is asked about anew.

use surveys::CommuneCode;
use surveys::personal_data::personal_data;

use super::super::page::Stopped;
use super::visit::Signed;
use crate::pages::staff::sure::Unsure;
use crate::staff::Scope;

/// Names to look for: of the staff of `commune`.
pub(super) async fn known_names(signed: &Signed, commune: &CommuneCode) -> Stopped<Vec<String>> {
    let accounts = signed.service.db.accounts(&Scope::Commune(commune.clone())).await;
    let accounts = accounts.map_err(|error| signed.down(&error))?;
    Ok(accounts.into_iter().map(|account| account.full_name).collect())
}

/// What in these `texts` of `commune` may be about a person; nothing once all of it is
/// ticked.
pub(super) async fn unsure(
    signed: &Signed,
    commune: &CommuneCode,
    texts: &[&str],
) -> Stopped<Vec<Unsure>> {
    let names = known_names(signed, commune).await?;
    let language = signed.shell.language();
    let mut found: Vec<Unsure> = Vec::new();
    for text in texts {
        for finding in personal_data(text, &names) {
            let part = Unsure::of(text, &finding, language);
            if found.iter().all(|there| there.what != part.what) {
                found.push(part);
            }
        }
    }
    let ticked: Vec<&str> = signed.fields.values("sure").collect();
    let is_sure = found.iter().all(|part| ticked.contains(&part.what.as_str()));
    Ok(if is_sure { Vec::new() } else { found })
}
