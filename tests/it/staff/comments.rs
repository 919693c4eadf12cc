//! Comments on staff's pages and on the public one.

mod actions;
mod deciding;
mod hostile;
mod queue;
mod shown;

use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::comments::{Comment, Decision};
use reqwest::Method;

use crate::support::answers;
use crate::support::app::App;
use crate::support::comments::left;
use crate::support::database::Database;
use crate::support::staff::{Member, by_operator};

const NUMBER: &str = "0912 345 678";
const SAID: &str = "Chị Lan rất tốt.\nGọi tôi 0912 345 678 nhé";
const COVERED: &str = "[…] rất tốt.\nGọi tôi […] nhé";

/// How a comment says where it was left.
const NAMED: &str = "</blockquote><p class=\"small\">Trung tâm Phục vụ hành chính công";

/// A service where September 2026 has enough answers, and these comments.
async fn service(database: Database, texts: &[&str]) -> (App, Vec<Comment>) {
    answers::month(&database, "22651", 40).await;
    let app = App::spawn(database);
    let db = app.database().open().await;
    let comments = left(&db, texts).await;
    db.close().await;
    (app, comments)
}

async fn centre(app: &App) -> Member<'_> {
    Member::signed_in(app, "lan", Role::CentreStaff, "/56/22651/").await
}

async fn text(answer: reqwest::Response) -> String {
    answer.text().await.unwrap()
}

async fn citizen(app: &App, path: &str) -> String {
    let answer = app.request(Method::GET, path).header("accept", "text/html");
    text(answer.send().await.unwrap()).await
}

fn act(comment: &Comment, what: &str) -> String {
    format!("/staff/comments/{}/{what}", comment.id)
}

async fn publish(app: &App, comment: &Comment) {
    let db = app.database().open().await;
    let event = by_operator(app.now(), Action::PublishComment);
    let decision = Decision::Publish(&comment.text);
    assert!(db.decide_comment(comment, decision, &event).await.unwrap());
    db.close().await;
}
