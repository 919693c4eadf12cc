//! Drafts: what a citizen has answered so far.

use hailong::clock::Clock;
use hailong::store::drafts::Draft;
use surveys::{Language, PointCode};

use crate::support::database::{Database, on_both_databases};

on_both_databases![
    a_draft_comes_back_as_it_was_saved,
    saving_again_replaces_answers_and_language,
    a_removed_draft_is_gone_and_may_be_removed_again,
    a_purge_takes_drafts_begun_before_the_moment_only,
    what_was_removed_is_nowhere_in_the_files,
];

fn draft(started_at: i64) -> Draft {
    Draft {
        id: Clock::System.new_id(),
        collection_point: PointCode::parse("mot-cua-2").unwrap(),
        instrument: "quick-counter".into(),
        version: 1,
        language: Language::Vi,
        answers: r#"{"A1":5,"G1":"Tốt"}"#.into(),
        started_at,
    }
}

async fn a_draft_comes_back_as_it_was_saved(database: Database) {
    let db = database.open().await;
    let draft = draft(1_000);
    assert_eq!(db.draft(draft.id).await.unwrap(), None);
    db.save_draft(&draft).await.unwrap();
    assert_eq!(db.draft(draft.id).await.unwrap(), Some(draft));
}

async fn saving_again_replaces_answers_and_language(database: Database) {
    let db = database.open().await;
    let first = draft(1_000);
    db.save_draft(&first).await.unwrap();
    let later = Draft { answers: "{}".into(), language: Language::En, ..first };
    db.save_draft(&later).await.unwrap();
    assert_eq!(db.draft(later.id).await.unwrap(), Some(later));
    assert_eq!(database.count("drafts").await, 1);
}

async fn a_removed_draft_is_gone_and_may_be_removed_again(database: Database) {
    let db = database.open().await;
    let (gone, kept) = (draft(1_000), draft(1_000));
    db.save_draft(&gone).await.unwrap();
    db.save_draft(&kept).await.unwrap();
    db.remove_draft(gone.id).await.unwrap();
    db.remove_draft(gone.id).await.unwrap();
    assert_eq!(db.draft(gone.id).await.unwrap(), None);
    assert_eq!(db.draft(kept.id).await.unwrap(), Some(kept));
}

async fn a_purge_takes_drafts_begun_before_the_moment_only(database: Database) {
    let db = database.open().await;
    let (old, edge, young) = (draft(999), draft(1_000), draft(1_001));
    for draft in [&old, &edge, &young] {
        db.save_draft(draft).await.unwrap();
    }
    assert_eq!(db.purge_drafts(1_000).await.unwrap(), 1);
    assert_eq!(db.draft(old.id).await.unwrap(), None);
    assert_eq!(db.draft(edge.id).await.unwrap(), Some(edge));
    assert_eq!(db.purge_drafts(1_000).await.unwrap(), 0);
}

async fn what_was_removed_is_nowhere_in_the_files(database: Database) {
    let db = database.open().await;
    let draft = Draft { answers: r#"{"G1":"chỉ-ở-đây"}"#.into(), ..draft(1_000) };
    db.save_draft(&draft).await.unwrap();
    let embedded = database.url().starts_with("sqlite:").then(|| database.file());
    let found = || {
        let files = ["", "-wal"].map(|end| {
            let mut file = embedded.clone().unwrap().into_os_string();
            file.push(end);
            std::fs::read(file).unwrap_or_default()
        });
        let said = "chỉ-ở-đây".as_bytes();
        files.iter().any(|bytes| bytes.windows(said.len()).any(|part| part == said))
    };
    assert!(embedded.is_none() || found(), "before it is removed it is there");
    db.remove_draft(draft.id).await.unwrap();
    db.forget_what_was_removed().await.unwrap();
    assert!(embedded.is_none() || !found());
}
