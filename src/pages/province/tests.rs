use analytics::chart::HeatClass;

use super::heat::STYLES;
use super::*;
use crate::reporting::province::tests::beside;

const CSS: &str = include_str!("../static/heat.css");

/// The value of `property` in the rule of the class `style`.
fn value<'a>(style: &str, property: &str) -> &'a str {
    let rule = CSS.split_once(&format!(".{style} {{")).expect(style).1;
    let rule = rule.split_once('}').unwrap().0;
    let found = rule.split(';').find_map(|part| {
        let (name, value) = part.split_once(':')?;
        (name.trim() == property).then_some(value.trim())
    });
    found.expect(property)
}

fn colour(hex: &str) -> [u8; 3] {
    [1, 3, 5].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
}

/// Relative luminance (WCAG 2.2).
fn luminance(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|channel| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn the_five_classes_have_the_charts_colours_and_every_number_is_readable_on_them() {
    for (class, style) in HeatClass::ALL.into_iter().zip(STYLES) {
        let (ground, ink) = (colour(value(style, "background")), colour(value(style, "color")));
        assert_eq!((ground, ink), (class.ground(), class.ink()), "{style}");
        let found = contrast(ground, ink);
        assert!(found >= 4.5, "{style}: {found}");
    }
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
}

#[test]
fn neighbouring_classes_are_too_much_alike_to_go_without_their_number() {
    for pair in HeatClass::ALL.windows(2) {
        let found = contrast(pair[0].ground(), pair[1].ground());
        assert!((1.5..3.0).contains(&found), "{found}");
    }
}

#[test]
fn who_is_below_target_among_many_is_named_and_who_only_looks_so_is_counted() {
    let mut counts = vec![(90, 150), (126, 150), (20, 60)];
    counts.extend([(147, 150); 39]);
    let beside = beside(&counts);
    let shell = Shell::new("/province/01", "", false);
    let chosen = Chosen {
        period: Period::parse("2026-10").unwrap(),
        published: Vec::new(),
        instruments: vec![beside.instrument],
        order: Order::default(),
        today: NaiveDate::from_ymd_opt(2026, 10, 15).unwrap(),
    };
    let province = unit::province("01").unwrap();
    let page = ProvincePage::new(&shell, province, &beside, &chosen).render().unwrap();
    assert!(page.contains("Khi so 41 đơn vị cùng lúc"), "{page}");
    let (_, listed) = page.split_once("id=\"below\"").unwrap();
    let listed = listed.split_once("</ul>").unwrap().0;
    assert_eq!(listed.matches("<li>").count(), 1, "{listed}");
    assert!(listed.contains(&format!("{}: 60,0", beside.places[0].commune.name)), "{listed}");
    assert!(page.contains("Ngoài ra có 1 đơn vị “Chưa đạt” khi xét riêng"), "{page}");
    assert_eq!(page.matches("<tr role=\"row\"><th scope=\"row\"").count(), 42);
}
