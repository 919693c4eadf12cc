//! What holds for every chart, in every state.

use std::sync::LazyLock;

use resvg::usvg::roxmltree::{Document, Node};
use surveys::Language;

use super::font::{self, Weight};
use super::palette::{self, contrast};
use super::*;

mod content;

const HOSTILE: &str = "<script>alert(\"x\")</script> & 'Ẩẫễ' ]]> \u{0}\u{1b}\u{202e}\u{ffff}";

fn shown(rate: f64, half: f64, n: u64) -> Reading {
    Reading::Shown { rate, interval: Some(((rate - half).max(0.0), (rate + half).min(1.0))), n }
}

fn withheld() -> Reading {
    Reading::Withheld { reason: "ẩn vì có dưới 10 phiếu".into() }
}

fn at_least(value: f64) -> TargetMark {
    TargetMark { value, sign: "≥".into(), yardstick: false }
}

fn caption() -> Caption {
    Caption {
        title: "Thủ tục hành chính đạt chỉ tiêu, công chức chưa đạt".into(),
        subtitle: "Tỷ lệ hài lòng, xã Long Phụng, quý III năm 2026".into(),
    }
}

fn component_chart(look: Look) -> ComponentChart {
    let row = |label: &str, reading, target, verdict| ComponentRow {
        label: label.into(),
        reading,
        target,
        verdict,
        strong: false,
    };
    let rows = vec![
        row(
            "Tiếp cận dịch vụ",
            shown(0.921, 0.03, 412),
            Some(at_least(0.9)),
            Some(Mark::Undetermined),
        ),
        row("Thủ tục hành chính", shown(0.958, 0.02, 12_408), Some(at_least(0.9)), Some(Mark::Met)),
        row("Công chức", shown(0.812, 0.04, 411), Some(at_least(0.885)), Some(Mark::NotMet)),
        row("Kết quả dịch vụ", shown(0.9, 0.1, 27), Some(at_least(0.9)), Some(Mark::TooFew)),
        row("Trách nhiệm giải trình", shown(0.7, 0.05, 380), None, None),
        row("Phản ánh, kiến nghị", withheld(), Some(at_least(0.9)), Some(Mark::Hidden)),
    ];
    ComponentChart { caption: caption(), look, level: 0.95, from_half: true, rows }
}

fn trend_chart(look: Look, months: usize) -> TrendChart {
    let points = (0..months).map(|i| TrendPoint {
        label: format!("{:02}/{}", i % 12 + 1, 2025 + i / 12),
        reading: if i % 7 == 5 { withheld() } else { shown(0.8 + 0.01 * (i % 9) as f64, 0.04, 99) },
        target: match i {
            0 => None,
            1..8 => Some(at_least(0.85)),
            _ => Some(at_least(0.9)),
        },
        break_before: (i % 9 == 7).then(|| "Đổi sang phiếu khảo sát phiên bản 2".to_owned()),
    });
    TrendChart { caption: caption(), look, level: 0.95, from_half: true, points: points.collect() }
}

fn heatmap_chart(look: Look, rows: usize, columns: usize) -> HeatmapChart {
    let cell = |i: usize| (i % 11 != 5).then(|| ((i * 37) % 101) as f64 / 100.0);
    HeatmapChart {
        caption: caption(),
        look,
        columns: (0..columns).map(|i| format!("Tiếp nhận, xử lý kiến nghị {i}")).collect(),
        rows: (0..rows)
            .map(|i| HeatmapRow {
                label: format!("Phường Ẩn Đỗ số {i}"),
                cells: (0..columns).map(|j| cell(i * columns + j)).collect(),
            })
            .collect(),
    }
}

fn looks() -> Vec<Look> {
    let mut looks = Vec::new();
    for language in Language::ALL {
        for size in [Size::Wide, Size::Compact] {
            for simulated in [false, true] {
                looks.push(Look { language, size, simulated, drawn: false });
            }
        }
    }
    looks
}

/// Every chart in ordinary and extreme states, drawn once for all tests.
static GALLERY: LazyLock<Vec<(String, Drawing)>> = LazyLock::new(gallery);

fn gallery() -> Vec<(String, Drawing)> {
    let mut gallery = Vec::new();
    let mut add = |name: String, drawing: Result<Drawing, ChartError>| {
        gallery.push((name, drawing.expect("it is drawn")));
    };
    // Two of the four looks with the band: it does not depend on the language.
    for look in looks().into_iter().filter(|l| l.simulated == (l.language == Language::Vi)) {
        let name = |kind: &str| format!("{kind} {look:?}");
        let components = component_chart(look);
        add(name("components"), components.draw());
        add(name("no components"), ComponentChart { rows: vec![], ..components.clone() }.draw());
        let mut full = components.clone();
        full.from_half = false;
        add(name("components from 0"), full.draw());
        let rows: Vec<_> = components.rows.iter().cycle().take(33).cloned().collect();
        add(name("33 items"), ComponentChart { rows, ..components.clone() }.draw());
        for months in [0, 1, 2, 12, 24, 60] {
            add(name(&format!("{months} months")), trend_chart(look, months).draw());
        }
        for (rows, columns) in [(0, 5), (5, 0), (1, 1), (6, 9), (4, 33)] {
            add(name("heatmap"), heatmap_chart(look, rows, columns).draw());
        }

        let long = format!("{HOSTILE} {}", "Ẩẫễ Ỗỗ Ặặ Ựự rất dài ".repeat(12));
        let long = || long.clone();
        let hostile = Caption { title: long(), subtitle: long() };
        let mut bad = components;
        bad.caption = hostile.clone();
        for row in &mut bad.rows {
            row.label = long();
            row.target = Some(TargetMark { value: 0.12345, sign: long(), yardstick: false });
            if row.reading.shown().is_none() {
                row.reading = Reading::Withheld { reason: long() };
            }
        }
        add(name("hostile components"), bad.draw());
        let mut bad = trend_chart(look, 12);
        bad.caption = hostile.clone();
        for (i, point) in bad.points.iter_mut().enumerate() {
            point.label = if i == 0 { long() } else { "x".repeat(200) };
            point.break_before = Some(long());
            point.target =
                Some(TargetMark { value: 0.7 + 0.01 * i as f64, sign: long(), yardstick: false });
        }
        add(name("hostile months"), bad.draw());
        let mut bad = heatmap_chart(look, 5, 5);
        bad.caption = hostile;
        bad.columns = vec![long(); 5];
        bad.rows.iter_mut().for_each(|row| row.label = "x".repeat(200));
        add(name("hostile heatmap"), bad.draw());
    }
    gallery
}

fn texts(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).expect("it is XML");
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

fn number(node: Node<'_, '_>, attribute: &str) -> f64 {
    node.attribute(attribute).and_then(|v| v.parse().ok()).expect("a number")
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let look = Look { simulated: true, ..Look::default() };
    let twice = [component_chart(look).draw(), component_chart(look).draw()];
    let [a, b] = twice.map(|drawing| drawing.expect("it is drawn"));
    assert_eq!(a.svg_inline(), b.svg_inline());
    assert_eq!(a.svg_file(), b.svg_file());
    let look = Look { size: Size::Compact, ..look };
    let few = [0, 1].map(|_| ComponentChart { rows: vec![], ..component_chart(look) }.draw());
    let [a, b] = few.map(|drawing| drawing.expect("it is drawn").png().expect("a PNG"));
    assert_eq!(a, b);
}

#[test]
fn every_drawing_is_one_named_picture_that_a_strict_policy_lets_through() {
    for (name, drawing) in GALLERY.iter() {
        let svg = drawing.svg_inline();
        let document = Document::parse(&svg).unwrap_or_else(|e| panic!("{name}: {e}"));
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"), "{name}");
        let named_by = root.attribute("aria-labelledby").expect("it is named");
        for id in named_by.split(' ') {
            let named: Vec<_> =
                document.descendants().filter(|n| n.attribute("id") == Some(id)).collect();
            assert_eq!(named.len(), 1, "{name}: {id}");
            assert!(named[0].text().is_some_and(|t| t.len() > 20), "{name}: {id}");
        }
        for node in document.descendants().filter(Node::is_element) {
            let tag = node.tag_name().name();
            let known = ["svg", "title", "desc", "g", "rect", "circle", "polyline", "text"];
            assert!(known.contains(&tag), "{name}: <{tag}>");
            for attribute in node.attributes() {
                assert!(
                    attribute.name() != "style" && !attribute.name().starts_with("on"),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn ids_differ_from_drawing_to_drawing() {
    let looks = looks();
    let ids: std::collections::BTreeSet<String> = looks
        .iter()
        .map(|look| {
            let svg = component_chart(*look).draw().expect("it is drawn").svg_inline();
            let document = Document::parse(&svg).expect("it is XML");
            document.root_element().attribute("aria-labelledby").expect("named").to_owned()
        })
        .collect();
    assert_eq!(ids.len(), looks.len());
}

#[test]
fn every_colour_is_of_the_palette_and_every_mark_stands_out() {
    let hex = |c: plotters::style::RGBColor| format!("#{:02X}{:02X}{:02X}", c.0, c.1, c.2);
    let marks =
        [palette::DOT, palette::INTERVAL, palette::TARGET, palette::NOT_MET, palette::BLACK];
    for mark in marks {
        assert!(contrast(mark, palette::PAPER) >= 3.0);
    }
    let others = [palette::GRID, palette::PAPER];
    let allowed: Vec<String> =
        marks.into_iter().chain(others).chain(palette::CLASSES).map(hex).collect();
    for (name, drawing) in GALLERY.iter() {
        let svg = drawing.svg_inline();
        let document = Document::parse(&svg).expect("it is XML");
        for node in document.descendants() {
            for value in ["fill", "stroke"].into_iter().filter_map(|a| node.attribute(a)) {
                assert!(value == "none" || allowed.iter().any(|a| a == value), "{name}: {value}");
            }
            let is_text = node.has_tag_name("text");
            let grid = hex(palette::GRID);
            assert!(!is_text || node.attribute("fill") != Some(grid.as_str()), "{name}");
        }
    }
}

#[test]
fn texts_are_large_enough_inside_the_picture_and_never_on_each_other() {
    for (name, drawing) in GALLERY.iter() {
        let svg = drawing.svg_inline();
        let document = Document::parse(&svg).expect("it is XML");
        let mut boxes: Vec<(f64, f64, f64, f64, String)> = Vec::new();
        for node in document.descendants().filter(|node| node.has_tag_name("text")) {
            let size = number(node, "font-size");
            assert!(size >= 14.0, "{name}: {size}");
            let weight = match node.attribute("font-weight") {
                Some("600") => Weight::SemiBold,
                _ => Weight::Regular,
            };
            let text = node.text().unwrap_or_default();
            let px = [14, 16, 20].into_iter().find(|px| (f64::from(*px) - size).abs() < 0.01);
            let wide = font::width(text, px.expect("a known size"), weight).expect("measured");
            let left = number(node, "x")
                - match node.attribute("text-anchor") {
                    Some("middle") => f64::from(wide) / 2.0,
                    Some("end") => f64::from(wide),
                    _ => 0.0,
                };
            let right = left + f64::from(wide);
            let y = number(node, "y");
            // Stacked capitals reach 1.05 em up, dots below 0.27 em down.
            let whole = (left, y - 1.05 * size, right, y + 0.27 * size);
            let fits = whole.0 >= 0.0
                && whole.1 >= 0.0
                && whole.2 <= f64::from(drawing.width())
                && whole.3 <= f64::from(drawing.height());
            assert!(fits, "{name}: {text} at {whole:?} leaves the picture");
            // Lines that belong together may share the room of rare stacked marks.
            boxes.push((left, y - 0.75 * size, right, y + 0.2 * size, text.to_owned()));
        }
        boxes.sort_by(|a, b| a.1.total_cmp(&b.1));
        for (i, a) in boxes.iter().enumerate() {
            for b in boxes[i + 1..].iter().take_while(|b| b.1 < a.3) {
                assert!(a.0 >= b.2 || b.0 >= a.2, "{name}: “{}” lies on “{}”", a.4, b.4);
            }
        }
    }
}
