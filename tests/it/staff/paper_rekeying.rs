//! Sheets that are keyed a second time, on the pages of staff: how many differ decides what
//! is looked at again.

use hailong::store::paper_batches::Purpose;
use surveys::paper::keys;
use surveys::{Serial, catalog};

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::paper::{
    agree, counting, keyed_and_drawn, long_point, printed_for, rekey, serial, text, two_people,
};
use crate::support::staff::Member;

on_both_databases![more_than_one_item_in_a_hundred_that_differs_makes_all_of_it_keyed_again];

async fn more_than_one_item_in_a_hundred_that_differs_makes_all_of_it_keyed_again(
    database: Database,
) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let batch = keyed_and_drawn(&db, &lan, &hoa, 8).await;
    assert_eq!(db.drawn_sheets(1).await.unwrap().len(), 5);
    // She keyed them herself.
    let own = text(lan.get(&format!("{batch}/rekey")).await, 200).await;
    assert!(own.contains("Xin nhờ một người khác"), "{own}");
    let odd = db.drawn_sheets(1).await.unwrap()[0].number();
    let typed = |n: u32| if n == odd { "554531" } else { "554431" }.to_owned();
    rekey(&db, [&lan, &hoa], &batch, typed).await;
    let page = text(lan.get(&batch).await, 200).await;
    assert!(
        page.contains("lệch 1 trong 30 câu (3,33\u{a0}%)") && page.contains("toàn bộ"),
        "{page}"
    );
    let early = text(lan.post(&format!("{batch}/close"), &[]).await, 303).await;
    assert_eq!((early, counting(&db).await), (batch.clone(), 0), "it cannot be closed");
    text(lan.post(&format!("{batch}/draw"), &[]).await, 303).await;
    assert_eq!(db.drawn_sheets(1).await.unwrap().len(), 8);
    rekey(&db, [&lan, &hoa], &batch, typed).await;
    let decide = format!("{batch}/decide");
    let page = text(lan.get(&decide).await, 200).await;
    assert!(page.contains("4 Hài lòng") && page.contains("5 Rất hài lòng"), "{page}");
    assert!(!page.contains("id=\"item-A1\""), "only what differs is asked");
    let odd = serial(odd).to_string();
    let decided = [("serial", odd.as_str()), ("item-A4", "x")];
    assert!(text(lan.post(&decide, &decided).await, 422).await.contains("value=\"x\""));
    let decided = [("serial", odd.as_str()), ("item-A4", "")];
    assert!(text(lan.post(&decide, &decided).await, 422).await.contains("Câu này để trống"));
    let decided = [("serial", odd.as_str()), ("item-A4", "3")];
    let neither = text(lan.post(&decide, &decided).await, 422).await;
    assert!(neither.contains("khác cả hai lần nhập"), "a third value asks why: {neither}");
    let decided = [&decided[..], &[("reason", "số 3 bị gạch, viết lại")]].concat();
    text(lan.post(&decide, &decided).await, 303).await;
    assert_eq!(text(lan.get(&decide).await, 303).await, batch);
    text(lan.post(&format!("{batch}/close"), &[]).await, 303).await;
    assert_eq!(counting(&db).await, 0, "one person's word does not close it");
    let page = text(hoa.get(&format!("{batch}/agree")).await, 200).await;
    for said in ["4 Hài lòng", "5 Rất hài lòng", "số 3 bị gạch, viết lại"] {
        assert!(page.contains(said), "both keyings are shown beside the third: {page}");
    }
    agree(&hoa, &batch, "yes").await;
    text(lan.post(&format!("{batch}/close"), &[]).await, 303).await;
    assert_eq!(counting(&db).await, 8);
    let held = db.keyings_of(1, odd.parse().unwrap()).await.unwrap();
    let closed = held.iter().find(|keying| keying.response_id.is_some()).unwrap();
    assert_eq!(closed.purpose, Purpose::Decided, "the third word counts");
    assert!(closed.keyed.document.as_ref().unwrap().contains("\"A4\":3"));
    db.close().await;
}

#[tokio::test]
async fn one_item_in_a_hundred_that_differs_is_decided_and_the_rest_is_accepted() {
    let app = App::spawn(Database::sqlite());
    let db = app.database().open().await;
    let (lan, hoa) = two_people(&app).await;
    let long = catalog::instrument("sipas-style", None).unwrap();
    let range = printed_for(&db, &long_point(), 5).await;
    let fields = [("range", &*range.first.as_digits()), ("day", "5/10/2026"), ("sheets", "5")];
    let batch = text(lan.post("/staff/paper/new", &fields).await, 303).await;
    text(hoa.post(&format!("{batch}/count"), &[("sheets", "5")]).await, 303).await;
    let ticked: Vec<(String, String)> = long
        .asked()
        .filter_map(|item| Some((item, keys(long.scale_of(item)?)[0].0)))
        .map(|(item, key)| (format!("item-{}", item.code), key.to_string()))
        .collect();
    assert!(ticked.len() * 5 >= 200, "two differences are one in a hundred");
    let send = async |member: &Member<'_>, page: &str, serial: Serial, odd: usize| {
        let mut fields = ticked.clone();
        for (_, typed) in fields.iter_mut().take(odd) {
            "-".clone_into(typed);
        }
        fields.push(("serial".into(), serial.as_digits()));
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        text(member.post(&format!("{batch}/{page}"), &fields).await, 303).await;
    };
    for serial in range.serials() {
        send(&lan, "key", serial, 0).await;
    }
    text(lan.post(&format!("{batch}/draw"), &[]).await, 303).await;
    for (odd, serial) in [2, 0, 0, 0, 0].into_iter().zip(range.serials()) {
        send(&hoa, "rekey", serial, odd).await;
    }
    let page = text(lan.get(&batch).await, 200).await;
    assert!(page.contains("Còn 1 tờ có chỗ lệch"), "{page}");
    send(&lan, "decide", range.first, 0).await;
    agree(&hoa, &batch, "yes").await;
    text(lan.post(&format!("{batch}/close"), &[]).await, 303).await;
    assert_eq!(app.database().count("responses").await, 5);
    db.close().await;
}
