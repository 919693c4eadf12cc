//! What a form of several pages keeps between them: sealed and in the store, so that any
//! server finds it, and for an hour at most.

use super::super::page::Stopped;
use super::visit::Signed;

/// How long a file that is being read in is kept, in milliseconds: the hour that the
/// page names.
const FILE_MILLIS: i64 = 3_600_000;

fn purpose(signed: &Signed, path: &str) -> String {
    format!("import of {} at {path}", signed.account.id)
}

/// Keeps `content` as `path` for whoever is signed in, in place of what was kept before.
pub(super) async fn keep(signed: &Signed, path: &str, content: &[u8]) -> Stopped<()> {
    let service = &signed.service;
    let purpose = purpose(signed, path);
    let sealed = service.entrance.key.seal(service.clock.secret(), &purpose, content);
    let until = signed.now() + FILE_MILLIS;
    let kept = service.db.keep_form(signed.account.id, path, &sealed, until).await;
    Ok(kept.map_err(|error| signed.down(&error))?)
}

/// What is kept as `path` for whoever is signed in.
pub(super) async fn kept(signed: &Signed, path: &str) -> Stopped<Option<Vec<u8>>> {
    let found = signed.service.db.kept_form(signed.account.id, path, signed.now()).await;
    let found = found.map_err(|error| signed.down(&error))?;
    Ok(found.and_then(|sealed| signed.service.entrance.key.open(&purpose(signed, path), &sealed)))
}

/// Forgets it; what cannot be forgotten now is purged within the hour.
pub(super) async fn forget(signed: &Signed, path: &str) {
    if let Err(error) = signed.service.db.forget_form(signed.account.id, path).await {
        tracing::warn!(%error, "a file stays until it is purged");
    }
}
