//! What single charts say and do not say.

use resvg::tiny_skia::Pixmap;
use resvg::usvg::roxmltree::Document;
use surveys::Language;

use super::super::*;
use super::{
    HOSTILE, at_least, component_chart, heatmap_chart, shown, texts, trend_chart, withheld,
};

#[test]
fn hostile_labels_stay_text() {
    let mut chart = component_chart(Look::default());
    chart.rows[0].label = HOSTILE.into();
    chart.caption.title = HOSTILE.into();
    let drawing = chart.draw().expect("it is drawn");
    for svg in [drawing.svg_inline(), drawing.svg_file()] {
        assert!(!svg.contains("<script"));
        assert!(texts(&svg).iter().any(|t| t.contains("<script>")));
        assert!(!svg.contains('\u{202e}') && !svg.contains('\u{0}'));
    }
    assert!(drawing.title().starts_with("<script>alert(\"x\")</script> & 'Ẩẫễ'"));
}

#[test]
fn the_component_chart_says_rate_count_target_and_verdict_of_every_row() {
    let drawing = component_chart(Look::default()).draw().expect("it is drawn");
    let all = texts(&drawing.svg_inline());
    let from = all.iter().position(|t| t == "Tiếp cận dịch vụ").expect("the first row");
    let of_row = |at: usize| all[from + 5 * at..from + 5 * at + 5].to_vec();
    assert_eq!(
        of_row(0),
        [
            "Tiếp cận dịch vụ",
            "92,1\u{a0}%",
            "n\u{a0}=\u{a0}412",
            "Chưa đủ căn cứ",
            "chỉ tiêu ≥\u{a0}90\u{a0}%"
        ]
    );
    assert_eq!(of_row(1)[1..4], ["95,8\u{a0}%", "n\u{a0}=\u{a0}12.408", "Đạt"]);
    assert_eq!(of_row(2)[3..], ["Chưa đạt", "chỉ tiêu ≥\u{a0}88,5\u{a0}%"]);
    assert_eq!(of_row(3)[3], "Chưa đủ phiếu");
    assert!(all.iter().any(|t| t == "không có chỉ tiêu"));

    let look = Look { language: Language::En, ..Look::default() };
    let english = texts(&component_chart(look).draw().expect("it is drawn").svg_inline());
    for words in
        ["92.1%", "n\u{a0}=\u{a0}12,408", "Undetermined", "target ≥\u{a0}88.5%", "95% interval"]
    {
        assert!(english.iter().any(|t| t == words), "{words}");
    }
}

#[test]
fn a_withheld_rate_shows_its_reason_and_no_mark() {
    let mut chart = component_chart(Look::default());
    chart.rows = vec![chart.rows[5].clone()];
    let drawing = chart.draw().expect("it is drawn");
    let svg = drawing.svg_inline();
    let all = texts(&svg);
    assert!(all.iter().any(|t| t == "ẩn vì có dưới 10 phiếu"));
    assert!(all.iter().any(|t| t == "Ẩn") && all.iter().any(|t| t == "–"));
    // The only dot is that of the key.
    assert_eq!(svg.matches("<circle").count(), 1);
    assert!(drawing.description().contains("ẩn vì có dưới 10 phiếu"));
}

#[test]
fn numbers_that_are_none_are_not_drawn() {
    for rate in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut chart = component_chart(Look::default());
        chart.rows.truncate(1);
        chart.rows[0].reading = Reading::Shown { rate, interval: Some((rate, rate)), n: 50 };
        chart.rows[0].target =
            Some(TargetMark { value: rate, sign: "≥".into(), yardstick: false });
        let svg = chart.draw().expect("it is drawn").svg_inline();
        assert_eq!(svg.matches("<circle").count(), 2, "the ring of the verdict and the key");

        let mut chart = trend_chart(Look::default(), 3);
        chart.points[1].reading = Reading::Shown { rate, interval: None, n: 50 };
        chart.points[2].target =
            Some(TargetMark { value: rate, sign: String::new(), yardstick: false });
        chart.draw().expect("it is drawn");

        let mut chart = heatmap_chart(Look::default(), 1, 2);
        chart.rows[0].cells = vec![Some(rate)];
        let all = texts(&chart.draw().expect("it is drawn").svg_inline());
        assert_eq!(all.iter().filter(|t| *t == "–").count(), 2);
    }
}

#[test]
fn an_axis_from_half_is_stated_and_never_hides_a_value() {
    let statement = "Trục số bắt đầu từ 50 %, không phải từ 0 %.";
    let states = |chart: &ComponentChart| {
        texts(&chart.draw().expect("it is drawn").svg_inline()).iter().any(|t| t == statement)
    };
    let mut chart = component_chart(Look::default());
    assert!(states(&chart));
    chart.rows[0].reading = shown(0.52, 0.05, 40);
    assert!(!states(&chart), "a limit lies below 50 %");
    chart = component_chart(Look::default());
    chart.rows[0].target = Some(at_least(0.4));
    assert!(!states(&chart), "a target lies below 50 %");
    chart = component_chart(Look::default());
    chart.from_half = false;
    assert!(!states(&chart));
}

#[test]
fn a_trend_is_not_drawn_across_a_gap_or_a_change_of_method() {
    let lines = |chart: &TrendChart| {
        let svg = chart.draw().expect("it is drawn").svg_inline();
        svg.matches("stroke=\"#0072B2\"").count()
    };
    let mut chart = trend_chart(Look::default(), 5);
    assert_eq!(lines(&chart), 1);
    chart.points[2].break_before = Some("phiên bản 2".into());
    assert_eq!(lines(&chart), 2);
    chart.points[2].break_before = None;
    chart.points[2].reading = withheld();
    assert_eq!(lines(&chart), 2);
    chart.points[1].reading = withheld();
    assert_eq!(lines(&chart), 1, "a single dot has no line");
}

#[test]
fn simulated_data_says_so_above_below_and_to_screen_readers() {
    for (language, words) in [(Language::Vi, "DỮ LIỆU MÔ PHỎNG"), (Language::En, "SIMULATED DATA")]
    {
        let look = Look { language, simulated: true, ..Look::default() };
        let drawings = [
            component_chart(look).draw(),
            trend_chart(look, 12).draw(),
            heatmap_chart(look, 3, 3).draw(),
            heatmap_chart(look, 0, 0).draw(),
        ];
        for drawing in drawings.map(|drawing| drawing.expect("it is drawn")) {
            let said = texts(&drawing.svg_inline()).iter().filter(|t| *t == words).count();
            assert_eq!(said, 2);
            assert!(drawing.title().starts_with(words));
        }
        let real = component_chart(Look { simulated: false, ..look }).draw().expect("it is drawn");
        assert!(!real.svg_inline().contains(words));
    }
}

#[test]
fn a_picture_says_that_volunteers_answered_unless_people_were_drawn() {
    for (language, words) in [(Language::Vi, "tự nguyện"), (Language::En, "volunteers")] {
        for size in [Size::Wide, Size::Compact] {
            let look = Look { language, size, ..Look::default() };
            let pictures = |look: Look| {
                let all = [
                    component_chart(look).draw(),
                    trend_chart(look, 12).draw(),
                    heatmap_chart(look, 3, 3).draw(),
                ];
                all.map(|drawing| texts(&drawing.expect("it is drawn").svg_file()).join(" "))
            };
            let drawn = pictures(Look { drawn: true, ..look });
            for (picture, drawn) in pictures(look).iter().zip(drawn) {
                assert!(picture.contains(words) && !drawn.contains(words), "{picture}");
            }
        }
    }
}

#[test]
fn the_file_carries_its_font_and_draws_the_same_marks() {
    let drawing = component_chart(Look::default()).draw().expect("it is drawn");
    let file = drawing.svg_file();
    let document = Document::parse(&file).expect("it is XML");
    let style = document.descendants().find(|n| n.has_tag_name("style")).expect("a style");
    let css = style.text().expect("rules");
    assert_eq!(css.matches("@font-face").count(), 2);
    assert_eq!(css.matches("data:font/woff2;base64,d09GMg").count(), 2);
    assert_eq!(texts(&file), texts(&drawing.svg_inline()));
}

#[test]
fn the_png_has_twice_the_pixels_and_shows_words_and_marks() {
    let drawing = component_chart(Look::default()).draw().expect("it is drawn");
    let pixels = Pixmap::decode_png(&drawing.png().expect("a PNG")).expect("it decodes");
    assert_eq!((pixels.width(), pixels.height()), (2 * drawing.width(), 2 * drawing.height()));
    let count = |wanted: plotters::style::RGBColor| {
        let same = |p: &&resvg::tiny_skia::PremultipliedColorU8| {
            (p.red(), p.green(), p.blue(), p.alpha()) == (wanted.0, wanted.1, wanted.2, 255)
        };
        pixels.pixels().iter().filter(same).count()
    };
    assert!(count(palette::DOT) > 1_000);
    assert!(count(palette::NOT_MET) > 100);
    assert!(count(palette::INK) > 5_000, "texts are drawn");
    assert!(count(palette::PAPER) > 1_000_000);
}

#[test]
fn very_long_lists_end_with_a_note() {
    let long = heatmap_chart(Look::default(), 3_321, 2).draw().expect("it is drawn");
    let note = "Còn 2.921 dòng nữa không vẽ ở đây: xem bảng số liệu.";
    assert!(texts(&long.svg_inline()).iter().any(|t| t == note));
    let months = trend_chart(Look::default(), 61).draw().expect("it is drawn");
    let note = "1 kỳ trước đó không vẽ ở đây: xem bảng số liệu.";
    assert!(texts(&months.svg_inline()).iter().any(|t| t == note));
}

#[test]
fn the_description_says_the_chart_in_words() {
    let look = Look { language: Language::En, ..Look::default() };
    let drawing = component_chart(look).draw().expect("it is drawn");
    assert!(drawing.description().contains(
        "Tiếp cận dịch vụ: 92.1%; 95% interval 89.1% to 95.1%; n\u{a0}=\u{a0}412; \
         target ≥\u{a0}90%; Undetermined."
    ));
    let empty = ComponentChart { rows: vec![], ..component_chart(look) };
    let said = empty.draw().expect("it is drawn");
    assert!(said.description().ends_with("There are no figures for this period yet."));
}

#[test]
fn a_target_is_printed_with_the_decimals_it_needs() {
    let text =
        |value: f64| TargetMark { value, sign: ">".into(), yardstick: false }.text(Language::Vi);
    assert_eq!(text(0.95), ">\u{a0}95\u{a0}%");
    assert_eq!(text(0.885), ">\u{a0}88,5\u{a0}%");
    assert_eq!(text(0.8394), ">\u{a0}83,94\u{a0}%");
}
