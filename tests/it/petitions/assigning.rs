//! Whom a petition is given to: chosen from the unit's departments and people, and told
//! first to whom it is given.

use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::Db;
use reqwest::Response;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{self, COMMUNE, Pass};
use crate::support::staff::{Member, event};

on_both_databases![
    whom_a_petition_is_given_to_is_chosen_from_its_unit_or_written,
    what_is_given_to_somebody_stands_first_for_them,
    an_administrator_writes_a_department_down_and_takes_it_away,
];

const PLACE: &str = "/56/22651/";

/// Writes down that `member` works in `department`.
async fn works_in(db: &Db, member: &Member<'_>, department: &str) {
    let event = event(1_000, "admin", Action::SetDepartment);
    db.set_department(member.account.id, department, &event).await.unwrap();
}

/// A petition that was taken on, and what comes of giving it to whom `fields` name.
async fn given(app: &App, lan: &Member<'_>, fields: &[(&str, &str)]) -> (Pass, Response) {
    let pass = Pass::sent(app, &[]).await;
    lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    let fields = [&[("version", "2")], fields].concat();
    let answer = lan.post(&pass.staff("assign"), &fields).await;
    (pass, answer)
}

fn option(name: &str) -> String {
    format!("<option value=\"{name}\"")
}

async fn whom_a_petition_is_given_to_is_chosen_from_its_unit_or_written(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, PLACE).await;
    let hoa = Member::signed_in(&app, "hoa", Role::Leader, PLACE).await;
    let elsewhere = Member::signed_in(&app, "xa.khac", Role::CentreStaff, "/01/00004/").await;
    let gone = Member::signed_in(&app, "da.nghi", Role::CentreStaff, PLACE).await;
    works_in(&db, &lan, "Phòng Kinh tế").await;
    works_in(&db, &hoa, "Văn phòng").await;
    works_in(&db, &elsewhere, "Phòng ở nơi khác").await;
    works_in(&db, &gone, "Phòng cũ").await;
    let disabled = event(1_000, "admin", Action::Disable);
    db.set_disabled(gone.account.id, Some(1), &disabled).await.unwrap();
    let (pass, refused) = given(&app, &lan, &[]).await;
    assert_eq!(refused.status(), 422, "nobody was chosen");
    let page = refused.text().await.unwrap();
    for name in ["Phòng Kinh tế", "Văn phòng", "Cán bộ lan", ""] {
        assert!(page.contains(&option(name)), "{name}: {page}");
    }
    for name in ["Cán bộ hoa", "Phòng ở nơi khác", "Cán bộ xa.khac", "Phòng cũ", "Cán bộ da.nghi"]
    {
        assert!(!page.contains(name), "{name} handles nothing here: {page}");
    }
    let try_again = async |whom: &str, to: &str| {
        let fields = [("version", "2"), ("whom", whom), ("to", to)];
        lan.post(&pass.staff("assign"), &fields).await
    };
    for (whom, to, wrong) in [
        ("Phòng không có", "", "whom-error"),
        ("Phòng Kinh tế", "Tổ dân phố 3", "to-error"),
        ("", "\u{202e}", "to-error"),
        ("", &"ă".repeat(601), "to-error"),
    ] {
        let answer = try_again(whom, to).await;
        assert_eq!(answer.status(), 422, "{whom} {to}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(wrong) && page.contains(&format!("value=\"{to}\"")), "{page}");
    }
    assert_eq!(try_again("Phòng Kinh tế", "").await.status(), 303);
    assert!(pass.look(&app, &[]).await.1.contains("Phòng Kinh tế"), "its sender is told");
    let (_, written) = given(&app, &lan, &[("to", "Tổ dân phố 3")]).await;
    assert_eq!(written.status(), 303);
    let page = lan.get(&pass.staff("assign")).await.text().await.unwrap();
    assert!(page.contains(&option("Tổ dân phố 3")), "who was written once is remembered: {page}");
    assert!(page.contains("<option value=\"Phòng Kinh tế\" selected>"), "whose it is now");
    let list = lan.get("/staff/petitions").await.text().await.unwrap();
    let [own, other] = ["<option>Phòng Kinh tế", "<option>Tổ dân phố 3"].map(|o| list.find(o));
    assert!(own.is_some() && own < other, "what is the reader's stands first: {list}");
    let chosen = "/staff/petitions?assigned=Ph%C3%B2ng+Kinh+t%E1%BA%BF";
    let chosen = lan.get(chosen).await.text().await.unwrap();
    assert_eq!(chosen.matches("<tr><th scope=\"row\">").count(), 1, "{chosen}");
    db.close().await;
}

async fn what_is_given_to_somebody_stands_first_for_them(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    for days in [-30, -20] {
        petition::stored(&db, COMMUNE, app.now() + days * 86_400_000).await;
    }
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, PLACE).await;
    let minh = Member::signed_in(&app, "minh", Role::CentreStaff, PLACE).await;
    let hoa = Member::signed_in(&app, "hoa", Role::Leader, PLACE).await;
    works_in(&db, &minh, "Phòng Kinh tế").await;
    works_in(&db, &hoa, "Văn phòng").await;
    db.close().await;
    let (pass, answer) = given(&app, &lan, &[("whom", "Phòng Kinh tế")]).await;
    assert_eq!(answer.status(), 303);
    // Two working days before its day.
    app.set_clock("2026-10-27T09:00:00+07:00");
    let first = async |name: &str, department: &str| {
        let db = app.database().open().await;
        let member = Member::signed_in(&app, name, Role::CentreStaff, PLACE).await;
        works_in(&db, &member, department).await;
        db.close().await;
        let page = member.get("/staff").await.text().await.unwrap();
        let mut found = page.match_indices("href=\"/staff/petitions/");
        let at = found.next().unwrap_or_else(|| panic!("no petition: {page}")).0;
        assert_eq!(found.count(), 2, "{page}");
        (page[at..].starts_with(&format!("href=\"{}\"", pass.staff(""))), page)
    };
    let (is_first, page) = first("minh.2", "phòng kinh tế").await;
    assert!(is_first, "{page}");
    assert!(page.contains("Giao cho: Phòng Kinh tế."), "{page}");
    let (is_first, page) = first("hoa.2", "Văn phòng").await;
    assert!(!is_first, "what is overdue comes first for everybody else: {page}");
}

async fn an_administrator_writes_a_department_down_and_takes_it_away(database: Database) {
    let app = App::spawn(database);
    let anh = Member::signed_in(&app, "anh", Role::Administrator, PLACE).await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, PLACE).await;
    let page = format!("/staff/accounts/{}", lan.account.id);
    let form = format!("{page}/department");
    let shown = anh.get(&page).await.text().await.unwrap();
    assert!(shown.contains(&format!("href=\"{form}\"")), "{shown}");
    let wrong = anh.post(&form, &[("department", &"ă".repeat(101))]).await;
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().await.unwrap().contains(&"ă".repeat(101)), "what was typed stays");
    assert_eq!(anh.post(&form, &[("department", " Phòng Kinh tế ")]).await.status(), 303);
    for page in [anh.get(&page).await, anh.get("/staff/accounts").await, lan.get("/staff").await] {
        let page = page.text().await.unwrap();
        assert!(page.contains("– Phòng Kinh tế"), "{page}");
    }
    let own = format!("/staff/accounts/{}/department", anh.account.id);
    assert_eq!(anh.get(&own).await.status(), 403, "one's own is somebody else's to change");
    assert_eq!(anh.post(&form, &[("department", "")]).await.status(), 303);
    assert!(!lan.get("/staff").await.text().await.unwrap().contains("Phòng Kinh tế"));
    let new = [
        ("full_name", "Trần Hòa"),
        ("name", "hoa.tran"),
        ("role", "leader"),
        ("unit", "22651"),
        ("department", "Văn phòng"),
    ];
    assert_eq!(anh.post("/staff/accounts/new", &new).await.status(), 200);
    let backdoor = app.database().backdoor().await;
    let stored = "select department from staff_accounts where name = 'hoa.tran'";
    assert_eq!(backdoor.texts(stored).await, ["Văn phòng"]);
    let lines = "select who || ' ' || subject from staff_audit where action = 'set-department'";
    assert_eq!(backdoor.texts(lines).await, ["anh lan", "anh lan"]);
    backdoor.close().await;
}
