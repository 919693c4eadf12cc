//! Survey links: one for a dossier, reminded of once.

use hailong::clock::Clock;
use hailong::store::survey_links::NewLink;
use surveys::{PointCode, VisitToken};

use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;
use hailong::staff::audit::Action;

on_both_databases![
    links_made_together_are_counted_together,
    a_link_is_known_by_the_hash_of_its_dossier_and_used_when_its_token_is,
    a_second_link_for_a_dossier_stores_nothing,
    a_link_is_reminded_of_once,
];

fn link(dossier: u8) -> NewLink {
    NewLink {
        dossier: [dossier; 32],
        token: VisitToken::new(Clock::System.salt()),
        send_after: 9_000,
        mail: None,
    }
}

fn point() -> PointCode {
    PointCode::parse("22651").unwrap()
}

async fn a_link_is_known_by_the_hash_of_its_dossier_and_used_when_its_token_is(database: Database) {
    let db = database.open().await;
    assert!(!db.has_survey_links().await.unwrap());
    let links = [link(1), link(2)];
    db.add_survey_links(
        &point(),
        Clock::System.new_id(),
        &links,
        &by_operator(5_000, Action::MakeSurveyLinks),
    )
    .await
    .unwrap();
    assert!(db.has_survey_links().await.unwrap());
    assert_eq!(db.survey_link(&[3; 32]).await.unwrap(), None);
    let response = Clock::System.new_id();
    assert!(db.claim_visit(&links[0].token, &point(), response, 6_000).await.unwrap());
    let [used, unused] = [[1; 32], [2; 32]];
    let used = db.survey_link(&used).await.unwrap().unwrap();
    assert!(used.used && !used.reminded && used.send_after == 9_000, "{used:?}");
    let unused = db.survey_link(&unused).await.unwrap().unwrap();
    assert!(!unused.used && !unused.mailed, "{unused:?}");
}

async fn a_second_link_for_a_dossier_stores_nothing(database: Database) {
    let db = database.open().await;
    db.add_survey_links(
        &point(),
        Clock::System.new_id(),
        &[link(1)],
        &by_operator(1, Action::MakeSurveyLinks),
    )
    .await
    .unwrap();
    let again = [link(2), link(1)];
    assert!(
        db.add_survey_links(
            &point(),
            Clock::System.new_id(),
            &again,
            &by_operator(2, Action::MakeSurveyLinks)
        )
        .await
        .is_err()
    );
    for table in ["survey_links", "visit_tokens"] {
        assert_eq!(database.count(table).await, 1, "{table}");
    }
}

async fn a_link_is_reminded_of_once(database: Database) {
    let db = database.open().await;
    let links = [link(1), link(2)];
    db.add_survey_links(
        &point(),
        Clock::System.new_id(),
        &links,
        &by_operator(1, Action::MakeSurveyLinks),
    )
    .await
    .unwrap();
    assert!(db.mark_reminded(&[[1; 32]], &by_operator(2, Action::RemindOfLinks)).await.unwrap());
    assert!(db.survey_link(&[1; 32]).await.unwrap().unwrap().reminded);
    for others in [[[2; 32], [1; 32]], [[2; 32], [3; 32]]] {
        assert!(
            !db.mark_reminded(&others, &by_operator(3, Action::RemindOfLinks)).await.unwrap(),
            "all of them or none"
        );
        assert!(!db.survey_link(&[2; 32]).await.unwrap().unwrap().reminded);
    }
}

async fn links_made_together_are_counted_together(database: Database) {
    let db = database.open().await;
    let here = PointCode::parse("22651").unwrap();
    for (batch, dossiers) in [(1, 0..2), (2, 2..5)] {
        let links: Vec<NewLink> = dossiers.map(link).collect();
        let id = uuid::Uuid::from_u128(batch);
        db.add_survey_links(
            &here,
            id,
            &links,
            &by_operator(i64::try_from(batch).unwrap(), Action::MakeSurveyLinks),
        )
        .await
        .unwrap();
    }
    db.mark_reminded(&[[0; 32]], &by_operator(9, Action::RemindOfLinks)).await.unwrap();
    let batches = db.link_batches().await.unwrap();
    let told: Vec<_> = batches.iter().map(|b| (b.made_at, b.links, b.used, b.reminded)).collect();
    assert_eq!(told, [(2, 3, 0, 0), (1, 2, 0, 1)]);
}
