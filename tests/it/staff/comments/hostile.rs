//! Hostile texts as comments and in every field about one.

use surveys::comment::State;

use super::{act, centre, citizen, publish, service, text};
use crate::support::comments::everything;
use crate::support::database::{Database, on_both_databases};
use crate::support::hostile;

on_both_databases![hostile_texts_come_out_as_text,];

/// `text` as pages write it.
fn escaped(text: &str) -> String {
    let signs = [("&", "&#38;"), ("<", "&#60;"), (">", "&#62;"), ("\"", "&#34;"), ("'", "&#39;")];
    signs.iter().fold(text.to_owned(), |text, (sign, written)| text.replace(sign, written))
}

async fn hostile_texts_come_out_as_text(database: Database) {
    let (app, said) = service(database, &hostile::STRINGS).await;
    let lan = centre(&app).await;
    let file = text(lan.post("/staff/comments/export", &[("state", "all")]).await).await;
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let cells: Vec<String> =
        reader.records().map(|record| record.unwrap().get(5).unwrap().to_owned()).collect();
    for (number, comment) in said.iter().enumerate() {
        let hostile = comment.text.as_str();
        let cell = cells
            .iter()
            .find(|cell| cell.trim_start_matches('\'') == hostile.trim_start_matches('\''));
        let cell = cell.unwrap_or_else(|| panic!("no cell says {hostile}"));
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        // Every field takes it, every page says it as text.
        let tag: String = hostile.replace([',', ';'], " ").chars().take(40).collect();
        let one = format!("/staff/comments/{}", comment.id);
        let mut pages = Vec::new();
        let tagged = lan.post(&act(comment, "tags"), &[("changes", "0"), ("tags", &tag)]).await;
        assert_eq!(tagged.status(), 303, "{tag}");
        let changes = if text(lan.get(&one).await).await.contains("name=\"changes\" value=\"1\"") {
            "1"
        } else {
            "0"
        };
        pages.push(text(lan.get(&act(comment, "publish")).await).await);
        let query =
            serde_urlencoded::to_string([("q", hostile), ("tag", hostile), ("period", hostile)]);
        pages.push(text(lan.get(&format!("/staff/comments?{}", query.unwrap())).await).await);
        let again =
            lan.post(&act(comment, "publish"), &[("changes", changes), ("text", "x")]).await;
        pages.push(text(again).await);
        let late = [("changes", "77"), ("text", hostile), ("reason", hostile)];
        pages.push(text(lan.post(&act(comment, "hide"), &late).await).await);
        if number % 2 == 0 {
            let sent = [("changes", changes), ("reason", hostile)];
            assert_eq!(lan.post(&act(comment, "hide"), &sent).await.status(), 303, "{hostile}");
        } else {
            let db = app.database().open().await;
            let there = db.comment(&hailong::staff::Scope::Everywhere, comment.id).await;
            db.close().await;
            publish(&app, &there.unwrap().unwrap()).await;
        }
        pages.push(text(lan.get(&one).await).await);
        for page in pages {
            assert!(page.contains(&escaped(hostile)), "{hostile} in {page}");
            if hostile.contains('<') {
                assert!(!page.contains(hostile), "{hostile}");
            }
        }
    }
    let public = citizen(&app, "/c/22651/comments").await;
    let db = app.database().open().await;
    for comment in db.comments(&everything()).await.unwrap() {
        let open = comment.state == State::Published;
        assert_eq!(public.contains(&format!(">{}</blockquote>", escaped(&comment.text))), open);
    }
    db.close().await;
}
