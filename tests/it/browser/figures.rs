//! Screen, picture, program and file say the same: every figure of the commune's
//! page is the one in the chart, the API and the month's package.

mod outlets;

use serde_json::Value;
use surveys::catalog;

use self::outlets::Outlets;
use crate::support::answers;
use crate::support::app::App;
use crate::support::browser::Chromium;
use crate::support::database::{Database, on_both_databases};
use crate::support::submission::{commune, point};

on_both_databases![page_chart_api_and_package_say_the_same];

/// The numbers in a Vietnamese text, in order.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| !c.is_ascii_digit() && c != ',' && c != '.')
        .filter(|part| part.chars().any(|c| c.is_ascii_digit()))
        .map(|part| {
            part.trim_matches(['.', ',']).replace('.', "").replace(',', ".").parse().unwrap()
        })
        .collect()
}

/// Whether `shown`, a percentage with one decimal, is `exact` rounded.
fn is_rounded(shown: f64, exact: &Value) -> bool {
    (shown - exact.as_f64().unwrap() * 100.0).abs() <= 0.05 + 1e-9
}

async fn page_chart_api_and_package_say_the_same(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    answers::month(&database, &point(), 150).await;
    let app = App::spawn(database);
    let Outlets { received, channels, rows, drawn, told, exact, filed } =
        Outlets::read(chromium, &app, &commune()).await;
    assert_eq!(received, "150");
    let by_channel: f64 = numbers(&channels.join(" ")).iter().sum();
    assert!((by_channel - 150.0).abs() < 0.5, "the channels add up to {by_channel}");

    assert_eq!(rows.len(), 6, "the index and five components");
    assert_eq!(told.len(), rows.len());
    for (row, told) in rows.iter().zip(&told) {
        let about = format!("{row:?} against {told}");
        let shown = [numbers(&row.rate), numbers(&row.limits)].concat();
        let unrounded = [&told["rate"], &told["low"], &told["upp"]];
        assert_eq!(shown.len(), 3, "{about}");
        assert!(shown.iter().zip(unrounded).all(|(s, e)| is_rounded(*s, e)), "{about}");
        assert!((numbers(&row.people)[0] - told["n_eff"].as_f64().unwrap()).abs() < 0.5, "{about}");
        assert!(
            (numbers(&row.target)[0] - told["target"].as_f64().unwrap() * 100.0).abs() < 1e-9,
            "{about}"
        );
        let (word, sign) = (told["verdict"].as_str().unwrap(), told["operator"].as_str().unwrap());
        let verdicts =
            [("met", "Đạt"), ("not_met", "Chưa đạt"), ("undetermined", "Chưa đủ căn cứ")];
        assert!(verdicts.contains(&(word, row.verdict.as_str())), "{about}");
        let signs = [("gt", '>'), ("ge", '≥'), ("le", '≤'), ("eq", '='), (">", '>'), (">=", '≥')];
        assert!(signs.iter().any(|(n, s)| *n == sign && row.target.starts_with(*s)), "{about}");

        // The picture says in words what it shows.
        for part in [&row.title, &row.rate, &row.verdict] {
            assert!(drawn.contains(part.as_str()), "{part} is not in the chart: {drawn}");
        }
        for limit in numbers(&row.limits) {
            let limit = format!("{limit:.1}").replace('.', ",");
            assert!(drawn.contains(&limit), "{limit} is not in the chart: {drawn}");
        }

        // The file has the very digits of the API's own table.
        let key =
            (told["level"].as_str().unwrap().to_owned(), told["code"].as_str().unwrap().to_owned());
        let filed = filed.get(&key).unwrap_or_else(|| panic!("{key:?} is not in the package"));
        for (column, name) in [
            ("so_hop_le", "valid"),
            ("so_hai_long", "satisfied"),
            ("khong_y_kien", "no_opinion"),
            ("khong_tra_loi", "unanswered"),
            ("ty_le_hai_long", "rate"),
            ("can_duoi", "low"),
            ("can_tren", "upp"),
            ("chi_tieu", "target"),
        ] {
            assert_eq!(filed[column], exact[&key][name], "{column} of {about}");
            let digits: f64 = exact[&key][name].parse().unwrap();
            assert!((digits - told[name].as_f64().unwrap()).abs() < 1e-12, "{name} of {about}");
        }
        assert_eq!(filed["ket_luan"], word, "{about}");
        assert_eq!(filed["mo_phong"], "false", "{about}");
    }
}

/// Whether a cell has a dash, and perhaps a reason, in place of a figure.
fn withheld(cell: impl AsRef<str>) -> bool {
    cell.as_ref().starts_with('–') && !cell.as_ref().contains('%')
}

#[tokio::test]
async fn what_few_people_said_is_withheld_in_all_four_places() {
    let Some(chromium) = Chromium::shared() else { return };
    let database = Database::sqlite();
    let plans = catalog::plans();
    for (plan, count) in plans.iter().zip([50, 20, 8]) {
        let point = hailong::first_points::code_of(plan).to_string();
        answers::month(&database, &point, count).await;
    }
    let app = App::spawn(database);
    let read = async |place: usize| {
        Outlets::read(chromium, &app, plans[place].commune_code.as_str()).await
    };
    let index = |outlets: &Outlets| {
        let is_index = |key: &&(String, String)| key.0 == "index";
        outlets.filed.keys().find(is_index).cloned().expect("the package has an index")
    };

    // Fifty: a rate, and no verdict.
    let fifty = read(0).await;
    assert_eq!(fifty.rows.len(), 6);
    assert!(fifty.rows.iter().all(|row| numbers(&row.rate).len() == 1), "{fifty:?}");
    assert!(fifty.rows.iter().all(|row| row.verdict == "Chưa đủ phiếu"), "{fifty:?}");
    assert!(fifty.drawn.contains("Chưa đủ phiếu"), "{}", fifty.drawn);
    assert!(fifty.told.iter().all(|row| row["verdict"] == "too_few"), "{fifty:?}");
    assert_eq!(fifty.filed[&index(&fifty)]["ket_luan"], "too_few");
    assert_eq!(fifty.filed[&index(&fifty)]["an"], "false");

    // Twenty: counts, and no rate.
    let twenty = read(1).await;
    assert!(
        twenty.rows.iter().all(|row| withheld(&row.rate) && withheld(&row.limits)),
        "{twenty:?}"
    );
    assert!(twenty.rows.iter().all(|row| !numbers(&row.people).is_empty()), "{twenty:?}");
    assert!(
        twenty.told.iter().all(|row| row["rate"].is_null() && row["low"].is_null()),
        "{twenty:?}"
    );
    let filed = &twenty.filed[&index(&twenty)];
    assert_eq!((filed["ty_le_hai_long"].as_str(), filed["an"].as_str()), ("", "true"));
    assert_eq!(filed["so_phieu"], "20");

    // Eight: nothing.
    let eight = read(2).await;
    assert_eq!(eight.told, Vec::<Value>::new());
    let figures = eight.rows.iter().flat_map(|row| [&row.rate, &row.limits, &row.people]);
    assert!(figures.into_iter().all(withheld), "{eight:?}");
    for row in eight.filed.values() {
        for column in ["so_phieu", "so_hop_le", "so_hai_long", "khong_y_kien", "ty_le_hai_long"] {
            assert_eq!(row[column], "", "{column} of {row:?}");
        }
        assert_eq!(row["an"], "true");
    }
}

#[test]
fn the_reader_of_numbers_reads_vietnamese_numbers() {
    assert_eq!(numbers("từ 88,0 % đến 1.234,5 %."), [88.0, 1234.5]);
    assert_eq!(numbers("–"), [0.0; 0]);
}
