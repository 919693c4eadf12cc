//! The list of comments: searched, chosen, taken along.

use super::{act, centre, service, text};
use crate::support::database::{Database, on_both_databases};
use crate::support::spreadsheet;

on_both_databases![the_queue_is_searched_chosen_and_taken_along,];

async fn the_queue_is_searched_chosen_and_taken_along(database: Database) {
    let many: Vec<String> = (0..60).map(|n| format!("Ý số {n}")).collect();
    let mut texts: Vec<&str> = many.iter().map(String::as_str).collect();
    texts.extend(["Chờ lâu ở quầy đất đai", "=1+1, \"chờ\""]);
    let (app, said) = service(database, &texts).await;
    let lan = centre(&app).await;
    let first = text(lan.get("/staff/comments?state=all").await).await;
    assert_eq!(first.matches("class=\"comment\"").count(), 50);
    let older = first.split("href=\"").find(|part| part.contains("before=")).unwrap();
    let older = older.split('"').next().unwrap().replace("&#38;", "&");
    let rest = text(lan.get(&older).await).await;
    assert_eq!(rest.matches("class=\"comment\"").count(), 12);
    let found = text(lan.get("/staff/comments?q=dat+DAI").await).await;
    assert_eq!(found.matches("class=\"comment\"").count(), 1);
    assert!(found.contains("value=\"dat DAI\""), "what was typed stays");
    let tagged = [("changes", "0"), ("tags", "Đất đai, chờ lâu")];
    assert_eq!(lan.post(&act(&said[60], "tags"), &tagged).await.status(), 303);
    let by_tag = text(lan.get("/staff/comments?tag=%C4%91%E1%BA%A5t+%C4%91ai").await).await;
    assert_eq!(by_tag.matches("class=\"comment\"").count(), 1);
    let bad = [("changes", "1"), ("tags", "a,b,c,d,e,f,g,h,i")];
    let answer = lan.post(&act(&said[60], "tags"), &bad).await;
    assert_eq!(answer.status(), 422);
    assert!(text(answer).await.contains("value=\"a,b,c,d,e,f,g,h,i\""));
    for (period, status) in [("2026-09", 200), ("2026-Q3", 200), ("hôm qua", 422), ("2026-13", 422)]
    {
        let path = format!("/staff/comments?period={period}");
        assert_eq!(lan.get(&path).await.status(), status, "{period}");
    }
    assert!(text(lan.get("/staff/comments?period=2026-10").await).await.contains("như vậy"));
    for odd in ["before=-9", "before=", "state=x", "tag=%00", "q=%22%00", "q=*&period="] {
        assert_eq!(lan.get(&format!("/staff/comments?{odd}")).await.status(), 200, "{odd}");
    }
    let lost = lan.get("/staff/comments?before=x").await;
    assert_eq!(lost.status(), 422);
    let lost = text(lost).await;
    assert!(
        lost.contains("không chỉ đúng một chỗ") && lost.contains("class=\"comment\""),
        "{lost}"
    );
    let unknown = text(lan.get("/staff/comments?tag=gia+c%E1%BA%A3%3Cb%3E").await).await;
    assert!(unknown.contains("không có góp ý nào mang nhãn “gia cả&#60;b&#62;”"), "{unknown}");
    let file = lan.post("/staff/comments/export", &[("q", "cho"), ("state", "all")]).await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let file = text(file).await;
    assert_eq!(file.lines().count(), 3, "{file}");
    assert!(file.contains("\"'=1+1, \"\"chờ\"\"\"") && file.contains("\"chờ lâu, đất đai\""));
    assert!(!file.contains("2026-09-14") && file.contains(",2026-09,"));
    let all = [("q", "cho"), ("state", "all"), ("format", "xlsx")];
    let book = lan.post("/staff/comments/export", &all).await;
    assert!(book.headers()["content-disposition"].to_str().unwrap().contains("gop-y.xlsx"));
    let [csv, xlsx] = spreadsheet::both(file.as_bytes(), book.bytes().await.unwrap().to_vec());
    let with_formula = |row: &&Vec<String>| row[5].contains("=1+1");
    let text = |rows: &[Vec<String>]| rows.iter().find(with_formula).unwrap()[5].clone();
    // A workbook says itself that this is a text; CSV has to be told by an apostrophe.
    assert_eq!(text(&csv), format!("'{}", text(&xlsx)));
    assert_eq!((csv.len(), &csv[0]), (xlsx.len(), &xlsx[0]));
    let wrong = lan.post("/staff/comments/export", &[("period", "x")]).await;
    assert_eq!(wrong.headers()["location"], "/staff/comments?period=x");
}
