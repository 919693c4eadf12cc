//! Second factors that wait to be set up anew until a second administrator agrees: who may
//! be the second one.

use super::super::super::page::Stopped;
use super::super::visit::Signed;
use crate::staff::Account;

/// For how long whoever added an account, or made a link for it, cannot be the second
/// pair of eyes beside its owner: 7 days.
const STRANGERS_MILLIS: i64 = 7 * 24 * 3_600_000;

/// Who else asked for the second factor of `account` to be set up anew, if that waits for
/// whoever makes this visit, or for another one like them.
pub(super) fn asked_by_another<'a>(signed: &Signed, account: &'a Account) -> Option<&'a str> {
    let own = account.id == signed.account.id;
    let (asker, _) = account.waiting_reset(signed.now()).filter(|_| !own)?;
    (asker != signed.account.name.as_str()).then_some(asker)
}

/// Whether whoever makes this visit and `asker` may be the same person: somebody added the
/// account of one of them lately, or made a link for it.
pub(super) async fn are_same_eyes(signed: &Signed, asker: &str) -> Stopped<bool> {
    let since = signed.now() - STRANGERS_MILLIS;
    let new = signed.service.db.is_in_other_hands(&signed.account.name, asker, since).await;
    Ok(new.map_err(|error| signed.down(&error))?)
}

/// The accounts within reach whose second factor waits for whoever makes this visit to
/// agree, and who may.
pub(in super::super) async fn waiting(signed: &Signed) -> Stopped<Vec<Account>> {
    let accounts = signed.service.db.accounts(&signed.account.scope).await;
    let mut waiting = Vec::new();
    for account in accounts.map_err(|error| signed.down(&error))? {
        if let Some(asker) = asked_by_another(signed, &account)
            && !are_same_eyes(signed, asker).await?
        {
            waiting.push(account);
        }
    }
    Ok(waiting)
}
