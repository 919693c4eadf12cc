//! Samples on the pages of staff: the list is pasted, mistakes are told by line and cell,
//! households change hands until they are visited, a tablet is given a code.

use hailong::staff::Role;
use hailong::store::enrolment::EnrolmentCode;

use crate::support::app::{App, NOW};
use crate::support::database::{Database, on_both_databases};
use crate::support::sample::{self, CODE, list};
use crate::support::staff::Member;
use crate::support::submission::{commune, new_id, point};

on_both_databases![
    a_pasted_list_becomes_a_sample_whose_households_are_shared_out,
    a_list_with_mistakes_is_told_by_line_and_cell_and_stays_in_the_form,
    a_tablet_is_revoked_and_its_responses_set_aside_by_whoever_runs_the_sample,
    a_sample_is_withdrawn_with_a_reason,
];

/// The commune of the collection point, as a scope.
fn scope() -> String {
    hailong::staff::Scope::of_code(&commune()).expect("a commune").to_string()
}

fn fields(households: &str) -> Vec<(&'static str, String)> {
    [
        ("title", "Hộ 2026"),
        ("sample", CODE),
        ("point", &point()),
        ("from", "01/10/2026"),
        ("until", "2026-10-31"),
        ("interviewers", "2"),
        ("households", households),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

async fn post(member: &Member<'_>, path: &str, fields: &[(&str, String)]) -> (u16, String) {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let answer = member.post(path, &fields).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn a_pasted_list_becomes_a_sample_whose_households_are_shared_out(database: Database) {
    let app = App::spawn(database);
    let scope = scope();
    let centre = Member::signed_in(&app, "lan", Role::CentreStaff, &scope).await;
    let form = centre.get("/staff/samples/new").await.text().await.unwrap();
    assert!(form.contains("Thôn Đông") && !form.contains("(quick-counter)"), "{form}");
    let vietnamese = ["Tầng", "Thôn", "Hộ", "Dự phòng", "Số thôn của tầng", "Số hộ của thôn"];
    for heading in vietnamese {
        assert!(
            form.contains(&format!("<th scope=\"row\">{heading}</th>")),
            "{heading} is explained"
        );
    }
    let (_, rows) = list().split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let pasted = format!("{}\n{rows}", vietnamese.join(",")).replace(',', "\t");
    let (status, said) = post(&centre, "/staff/samples/new", &fields(&pasted)).await;
    assert_eq!(status, 303, "{said}");
    let path = format!("/staff/samples/{CODE}");
    let shown = centre.get(&path).await.text().await.unwrap();
    assert!(shown.contains("0 hộ đã trả lời trên 40 hộ cần trả lời"), "{shown}");
    let noted = app.database().backdoor().await;
    let of = "select count(*) from sample_households where interviewer = 2";
    assert_eq!(noted.number(of).await, 24, "half of them");
    let assign = [("village", "Đông".to_owned()), ("interviewer", "2".to_owned())];
    assert_eq!(post(&centre, &format!("{path}/assign"), &assign).await.0, 303);
    assert_eq!(noted.number(of).await, 36);
    assert_eq!(post(&centre, &format!("{path}/interviewers"), &[]).await.0, 303);
    assert_eq!(post(&centre, &format!("{path}/assign"), &[]).await.0, 303);
    let third = "select count(*) from sample_households where interviewer = 3";
    assert!((14..=18).contains(&noted.number(third).await), "shared out among three");
    let (status, page) =
        post(&centre, &format!("{path}/code"), &[("interviewer", "3".to_owned())]).await;
    assert_eq!(status, 200, "{page}");
    let code =
        page.split("<code>").filter_map(|rest| EnrolmentCode::typed(rest.split('<').next()?));
    assert_eq!(code.count(), 1, "{page}");
    let actions = noted.texts("select action from staff_audit where action like '%interview%' or action like '%sample%' or action like '%household%' order by seq").await;
    assert_eq!(
        actions,
        [
            "add-sample",
            "assign-households",
            "assign-households",
            "add-interviewer",
            "assign-households",
            "enrol-interviewer"
        ]
    );
    noted.close().await;
    let (status, again) = post(&centre, "/staff/samples/new", &fields(&pasted)).await;
    assert_eq!(status, 422);
    assert!(again.contains("Mã này đã có mẫu dùng"), "{again}");
    let leader = Member::signed_in(&app, "mai", Role::Leader, &scope).await;
    let read = leader.get(&path).await.text().await.unwrap();
    assert!(read.contains("Tiến độ theo thôn") && !read.contains("/assign"), "reading alone");
}

async fn a_list_with_mistakes_is_told_by_line_and_cell_and_stays_in_the_form(database: Database) {
    let app = App::spawn(database);
    let centre = Member::signed_in(&app, "lan", Role::CentreStaff, &scope()).await;
    let named = list().replacen("reserve", "Họ tên", 1);
    let (status, page) = post(&centre, "/staff/samples/new", &fields(&named)).await;
    assert_eq!(status, 422);
    assert!(page.contains("Dòng 1, ô 4: Cột “Họ tên” có thể cho biết ai sống ở đó"), "{page}");
    assert!(page.contains("đồng bằng,Đông,3,,6,120"), "what was pasted stays");
    let mut empty = fields("");
    for (_, value) in &mut empty {
        value.clear();
    }
    let (status, page) = post(&centre, "/staff/samples/new", &empty).await;
    assert_eq!(status, 422);
    for id in ["sample", "point", "from", "until", "interviewers", "households"] {
        assert!(page.contains(&format!("href=\"#{id}\"")), "{id} is to be mended");
    }
    let mut swapped = fields(&list());
    "2026-09-30".clone_into(&mut swapped[4].1);
    let (_, page) = post(&centre, "/staff/samples/new", &swapped).await;
    assert!(page.contains("Ngày cuối đứng trước ngày đầu"), "{page}");
    assert_eq!(app.database().count("samples").await, 0);
}

async fn a_tablet_is_revoked_and_its_responses_set_aside_by_whoever_runs_the_sample(
    database: Database,
) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    sample::add(&db, 1).await;
    db.close().await;
    let own = sample::tablet(&app, 1).await;
    for (stratum, psu) in [("núi", "Nam"), ("núi", "Nam"), ("núi", "Bắc")] {
        let sent = own.put(&app, &new_id(), &sample::response(stratum, psu, 4), NOW).await;
        assert_eq!(sent.status, 201);
    }
    let province = scope().split_inclusive('/').take(2).collect::<String>();
    let province = Member::signed_in(&app, "hoa", Role::ProvinceOfficer, &province).await;
    let path = format!("/staff/samples/{CODE}");
    let shown = province.get(&path).await.text().await.unwrap();
    assert!(shown.contains(&own.id) && shown.contains("Đang dùng"), "{shown}");
    let device = [("device", own.id.clone())];
    assert_eq!(post(&province, &format!("{path}/revoke"), &device).await.0, 303);
    assert!(province.get(&path).await.text().await.unwrap().contains("đã thu hồi"));
    sample::sync(&app, &own, &serde_json::json!([])).await.problem(401, "unknown-device");
    let aside = format!("{path}/set-aside");
    let fields = |village: &str, reason: &str| {
        [("device", own.id.clone()), ("village", village.into()), ("reason", reason.into())]
    };
    let (status, page) = post(&province, &aside, &fields("Nam", "")).await;
    assert!(status == 422 && page.contains("href=\"#reason\""), "{page}");
    let nobody = [("device", new_id()), ("reason", "máy bị mất".to_owned())];
    assert_eq!(post(&province, &aside, &nobody).await.0, 422);
    assert_eq!(post(&province, &aside, &fields("Nam", "máy bị mất")).await.0, 303);
    let (status, page) = post(&province, &aside, &fields("Nam", "máy bị mất")).await;
    assert!(status == 422 && page.contains("không có phiếu nào còn được tính"), "{page}");
    let shown = province.get(&path).await.text().await.unwrap();
    assert!(shown.contains("1 hộ đã trả lời trên 40"), "{shown}");
    assert_eq!(app.database().count("responses").await, 3, "nothing is erased");
    let (status, page) =
        post(&province, &format!("{path}/withdraw"), &[("reason", "nhầm".to_owned())]).await;
    assert!(status == 422 && page.contains("Mẫu đã có phiếu"), "{page}");
}

async fn a_sample_is_withdrawn_with_a_reason(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    sample::add(&db, 1).await;
    db.close().await;
    let centre = Member::signed_in(&app, "lan", Role::CentreStaff, &scope()).await;
    let path = format!("/staff/samples/{CODE}");
    let withdraw = format!("{path}/withdraw");
    assert_eq!(post(&centre, &withdraw, &[("reason", " ".to_owned())]).await.0, 422);
    assert_eq!(post(&centre, &withdraw, &[("reason", "nhầm danh sách".to_owned())]).await.0, 303);
    assert_eq!(centre.get(&path).await.status(), 404);
    let (status, again) = post(&centre, "/staff/samples/new", &fields(&list())).await;
    assert!(status == 422 && again.contains("Mã này đã có mẫu dùng"), "{again}");
}
