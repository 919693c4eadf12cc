//! Comments and the improvement actions that are opened for them.

use surveys::CommuneCode;
use surveys::action::ImprovementAction;
use surveys::comment::blacked_out;
use surveys::personal_data::personal_data;

use super::super::super::page::Stopped;
use super::super::sure::known_names;
use super::super::visit::Signed;
use crate::pages::staff::actions::Quoted;
use crate::staff::{Permission, Scope};
use crate::store::actions::Wanted;
use crate::store::comments::Comment;

/// The comment `id` of `commune`, if whoever makes this visit may read it.
pub(in super::super) async fn readable(
    signed: &Signed,
    commune: &CommuneCode,
    id: &str,
) -> Stopped<Option<Comment>> {
    let (true, Ok(id)) = (signed.account.may(Permission::ReadComments), id.parse()) else {
        return Ok(None);
    };
    let found = signed.service.db.comment(&signed.account.scope, id).await;
    let found = found.map_err(|error| signed.down(&error))?;
    Ok(found.filter(|comment| comment.commune_code == *commune))
}

/// `comment` as it is shown beside an action: what was published of it, or else with
/// everything covered that may be about a person.
pub(in super::super) async fn quoted(signed: &Signed, comment: &Comment) -> Stopped<Quoted> {
    let text = if let Some(text) = &comment.published_text {
        text.clone()
    } else {
        let names = known_names(signed, &comment.commune_code).await?;
        blacked_out(&comment.text, &personal_data(&comment.text, &names))
    };
    Ok(Quoted { address: signed.shell.link(&super::address(comment)), text })
}

/// The actions that were opened for `comment`; `None` when whoever makes this visit sees
/// none of its commune's.
pub(super) async fn actions_for(
    signed: &Signed,
    comment: &Comment,
) -> Stopped<Option<Vec<ImprovementAction>>> {
    let may = signed.account.may(Permission::ReadActions);
    if !may || !signed.account.scope.covers_commune(&comment.commune_code) {
        return Ok(None);
    }
    let wanted = Wanted { comment: Some(comment.id), ..Wanted::ALL };
    let scope = Scope::Commune(comment.commune_code.clone());
    let found = signed.service.db.actions(&scope, &wanted).await;
    Ok(Some(found.map_err(|error| signed.down(&error))?))
}
