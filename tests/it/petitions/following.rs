//! Following a petition with code and PIN: what its sender sees and can do, and what
//! guessing comes to.

use hailong::staff::Role;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{COMMUNE, Pass, post};
use crate::support::staff::Member;

on_both_databases![
    the_whole_way_from_sending_to_rating_and_another_look,
    a_wrong_pin_and_a_wrong_code_are_told_alike_and_slow_down,
    a_contact_is_erased_when_its_owner_asks,
];

async fn the_whole_way_from_sending_to_rating_and_another_look(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "thuytrang", Role::CentreStaff, "/56/22651/").await;
    let pass = Pass::sent(&app, &[]).await;
    let sees = async |said: &[&str]| {
        let (status, page) = pass.look(&app, &[]).await;
        assert_eq!(status, 200);
        for said in said {
            assert!(page.contains(said), "{said}: {page}");
        }
        page
    };
    sees(&["Mới đến. Còn 2 ngày làm việc", "29/10/2026", "Tôi chờ 45 phút."]).await;
    let done = async |act: &str, version: &str, more: &[(&str, &str)]| {
        let fields = [&[("version", version)], more].concat();
        let answer = lan.post(&pass.staff(act), &fields).await;
        assert_eq!(answer.status(), 303, "{act}");
    };
    done("acknowledge", "1", &[]).await;
    done("assign", "2", &[("to", "Bộ phận Một cửa")]).await;
    sees(&["Đang xử lý", "Giao xử lý:", "Bộ phận Một cửa"]).await;
    done("answer", "3", &[("answer", "Đã thêm một quầy.\nXin cảm ơn.")]).await;
    let page = sees(&["Đã trả lời. Trả lời đúng hạn", "Đã thêm một quầy.\nXin cảm ơn."]).await;
    assert!(!page.contains("thuytrang"), "the sender does not see who of the staff acted");

    assert_eq!(pass.look(&app, &[("act", "rate")]).await.0, 422, "nothing was chosen");
    let rate = [("act", "rate"), ("rating", "not-satisfied"), ("reason", "Chưa thấy quầy mới")];
    let (status, page) = pass.look(&app, &rate).await;
    assert!(status == 200 && page.contains("Đã ghi nhận đánh giá"), "{page}");
    assert_eq!(pass.look(&app, &rate).await.0, 422, "once");
    let (status, page) = pass.look(&app, &[("act", "again"), ("reason", " ")]).await;
    assert!(status == 422 && page.contains("Ghi điều chưa được trả lời"));
    let again = [("act", "again"), ("reason", "Quầy mới ở đâu")];
    assert_eq!(pass.look(&app, &again).await.0, 200);
    sees(&["Đang xử lý. Còn 10 ngày làm việc", "Quầy mới ở đâu"]).await;
    let staff = lan.get(&pass.staff("")).await.text().await.unwrap();
    for said in ["Chưa thấy quầy mới", "Quầy mới ở đâu", "người gửi"] {
        assert!(staff.contains(said), "{said}");
    }
    done("answer", "6", &[("answer", "Quầy số 3.")]).await;
    assert_eq!(pass.look(&app, &rate).await.0, 200, "the new answer is rated anew");
    assert_eq!(pass.look(&app, &again).await.0, 422, "another look is given once");
    done("close", "8", &[]).await;
    sees(&["Đã kết thúc"]).await;
}

async fn a_wrong_pin_and_a_wrong_code_are_told_alike_and_slow_down(database: Database) {
    let app = App::spawn(database);
    let pass = Pass::sent(&app, &[]).await;
    let other = if pass.pin == "000000" { "000001" } else { "000000" };
    let wrong = Pass { pin: other.to_owned(), ..pass.clone() };
    let unknown = Pass { code: "0000-0000".to_owned(), ..pass.clone() };
    let (status, page) = wrong.look(&app, &[]).await;
    let (also, like) = unknown.look(&app, &[]).await;
    assert_eq!((status, also), (422, 422));
    assert_eq!(page.replace(&wrong.code, "x"), like.replace("0000-0000", "x"));
    for (code, pin) in [("", ""), ("x", "1"), ("' or 1=1", "123456"), (&*pass.code, "１２３４５６")]
    {
        let pass = Pass { code: code.to_owned(), pin: pin.to_owned() };
        assert_eq!(pass.look(&app, &[]).await.0, 422, "{code} {pin}");
    }
    // A second try at once has to wait, the right PIN too; then it opens.
    assert_eq!(pass.look(&app, &[]).await.0, 429);
    app.pass_minutes(1);
    assert_eq!(pass.look(&app, &[]).await.0, 200);
    // A script that tries one PIN after the other comes to a hundred in a day.
    let mut tried = 0;
    for minute in 0..200 {
        app.pass_minutes(1);
        tried += u32::from(wrong.look(&app, &[]).await.0 == 422);
        assert!(minute < 199 || tried == 100, "{tried} were tried");
    }
    assert_eq!(pass.look(&app, &[]).await.0, 429, "for today");
    app.pass_minutes(24 * 60);
    assert_eq!(pass.look(&app, &[]).await.0, 200, "and nobody is kept out for good");
    let english = format!("/p/{COMMUNE}/status?lang=en");
    let page = post(&app, &english, &[("code", "x")]).await.text().await.unwrap();
    assert!(page.contains("Check code and PIN"));
}

async fn a_contact_is_erased_when_its_owner_asks(database: Database) {
    let app = App::spawn(database);
    let contact = [("phone", "0905 123 456"), ("consent", "yes")];
    let pass = Pass::sent(&app, &contact).await;
    assert!(pass.look(&app, &[]).await.1.contains("value=\"erase\""));
    let (status, page) = pass.look(&app, &[("act", "erase")]).await;
    assert!(status == 200 && !page.contains("value=\"erase\""), "{page}");
    assert_eq!(app.database().count("petition_contacts").await, 0);
    assert_eq!(app.database().count("petitions").await, 1);
}
