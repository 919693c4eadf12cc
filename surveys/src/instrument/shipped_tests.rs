//! What the shipped instruments must keep: their structure and their tone.

use super::{Aggregation, Instrument, ItemKind, ScoredBy};
use crate::catalog;
use crate::text::Text;

fn shipped(id: &str) -> &'static Instrument {
    catalog::instrument(id, Some(1)).unwrap_or_else(|| panic!("{id} is not shipped"))
}

/// Component codes with the number of their items.
fn structure(instrument: &Instrument) -> Vec<(&str, usize)> {
    let count = |c: &super::Component| instrument.items_of(&c.code).count();
    instrument.components.iter().map(|c| (c.code.as_str(), count(c))).collect()
}

fn count(instrument: &Instrument, wanted: impl Fn(&ItemKind) -> bool) -> usize {
    instrument.items.iter().filter(|i| wanted(&i.kind)).count()
}

const SERVICE: [&str; 5] = ["access", "procedures", "officials", "results", "feedback"];

#[test]
fn the_counter_survey_asks_once_about_each_component_of_service() {
    let counter = shipped("quick-counter");
    assert_eq!(structure(counter), SERVICE.map(|c| (c, 1)));
    assert_eq!(counter.aggregation, Aggregation::MeanOfComponents);
    assert!(counter.items.len() <= 7);
}

#[test]
fn the_counter_survey_asks_what_was_not_good_only_after_a_low_rating() {
    let first = shipped("quick-counter");
    let second = catalog::instrument("quick-counter", Some(2)).unwrap();
    assert!(first.items.iter().all(|item| item.asked_after.is_none()));
    let ratings = |i: &'static Instrument| i.items.iter().filter(|item| item.component().is_some());
    assert!(ratings(first).eq(ratings(second)), "the ratings are the same, word for word");
    assert_eq!(first.items.last(), second.items.last(), "and so is the comment");
    let reason = second.item("L1").unwrap();
    assert_eq!(second.asked_of_all().count() + 1, second.items.len());
    let low = second.low_ratings(reason).unwrap();
    assert_eq!(low.len(), 5);
    assert!(low.iter().all(|(_, values)| *values == [1, 2]), "{low:?}");
    assert!(reason.multiple && second.items.len() <= 7);
}

#[test]
fn the_sipas_style_survey_has_nine_components_and_33_items() {
    let sipas = shipped("sipas-style");
    let expected = [
        ("accountability", 2),
        ("participation", 2),
        ("policy-quality", 8),
        ("policy-results", 2),
        ("access", 4),
        ("procedures", 4),
        ("officials", 5),
        ("results", 3),
        ("feedback", 3),
    ];
    assert_eq!(structure(sipas), expected);
    assert_eq!(count(sipas, |k| matches!(k, ItemKind::Satisfaction { .. })), 33);
    assert_eq!(count(sipas, |k| *k == ItemKind::Need), 10);
    assert_eq!(count(sipas, |k| *k == ItemKind::Demographic), 3);
    assert_eq!(sipas.aggregation, Aggregation::Pooled);
}

#[test]
fn the_rating_has_nine_indicators_eighteen_points_and_five_ranks() {
    let rating = shipped("one-stop-rating");
    let office: Vec<_> = rating
        .items
        .iter()
        .filter(|i| i.scored_by == ScoredBy::Office)
        .map(|i| i.code.as_str())
        .collect();
    assert_eq!(rating.items.len(), 9);
    assert_eq!(office, ["CS5", "CS8", "CS9"]);
    assert_eq!(rating.asked().count(), 6);
    for item in &rating.items {
        let scale = rating.scale_of(item).expect("every indicator has a scale");
        assert_eq!(scale.options.iter().map(|o| o.value).collect::<Vec<_>>(), [0, 1, 2]);
    }
    let rank = |points| rating.rank(points).map(|r| r.text.vi.as_str());
    for (points, expected) in [
        (18, "Xuất sắc"),
        (15, "Xuất sắc"),
        (14, "Tốt"),
        (12, "Tốt"),
        (11, "Khá"),
        (9, "Khá"),
        (8, "Trung bình"),
        (6, "Trung bình"),
        (5, "Yếu"),
        (0, "Yếu"),
    ] {
        assert_eq!(rank(points), Some(expected), "{points} points");
    }
    assert_eq!(rank(19), None);
    assert!(shipped("quick-counter").rank(0).is_none());
}

#[test]
fn the_papi_style_survey_has_eight_dimensions_and_says_it_is_not_papi() {
    let papi = shipped("papi-style");
    assert_eq!(papi.components.len(), 8);
    assert!(structure(papi).iter().all(|(_, items)| (2..=4).contains(items)));
    for text in [&papi.title, &papi.introduction] {
        assert!(text.vi.contains("không phải Chỉ số PAPI"), "{}", text.vi);
        assert!(text.en.contains("not the PAPI index"), "{}", text.en);
    }
}

#[test]
fn five_levels_and_components_are_named_alike_in_every_instrument() {
    let five = [
        (1, "Rất không hài lòng"),
        (2, "Không hài lòng"),
        (3, "Bình thường"),
        (4, "Hài lòng"),
        (5, "Rất hài lòng"),
    ];
    let scale_of = |id| {
        let mut scales = shipped(id).scales.iter();
        scales.find(|s| s.code.as_str() == "hai-long-5").expect("it has five levels")
    };
    let first = scale_of("quick-counter");
    let labels: Vec<_> = first.options.iter().map(|o| (o.value, o.text.vi.as_str())).collect();
    assert_eq!(labels, five);
    assert_eq!(first.satisfied, [4, 5]);
    assert!(first.no_opinion.as_ref().is_some_and(|o| {
        o.value == 9 && o.text.vi == "Không có ý kiến" && o.text.en == "No opinion"
    }));
    assert_eq!(scale_of("sipas-style"), first);
    assert_eq!(scale_of("papi-style"), first);

    let sipas = shipped("sipas-style");
    for other in catalog::instruments() {
        for component in &other.components {
            if let Some(same) = sipas.component(component.code.as_str()) {
                assert_eq!(same.title, component.title, "{} in {}", component.code, other.id);
            }
        }
    }
}

fn texts(instrument: &Instrument) -> impl Iterator<Item = &Text> {
    let of_items = instrument.items.iter().flat_map(|i| std::iter::once(&i.text).chain(&i.hint));
    let of_scales = instrument
        .scales
        .iter()
        .flat_map(|s| s.options.iter().chain(&s.no_opinion).map(|o| &o.text));
    let titles = instrument.components.iter().map(|c| &c.title);
    [&instrument.title, &instrument.introduction]
        .into_iter()
        .chain(of_items)
        .chain(of_scales)
        .chain(titles)
        .chain(instrument.parts.iter().map(|p| &p.title))
}

#[test]
fn wording_is_short_plain_and_does_not_plead_or_lead() {
    let banned = ["Mong ông/bà", "mong ông/bà", "điểm cao", "có hài lòng", "!", "*", "  "];
    let abbreviations = ["PAKN", "TTHC", "HCC", "UBND", "DVC", "CCHC", "THCS", "THPT", "BHYT"];
    for instrument in catalog::instruments() {
        for text in texts(instrument) {
            for wording in [&text.vi, &text.en] {
                for bad in banned.iter().chain(&abbreviations) {
                    assert!(!wording.contains(bad), "{}: {bad:?} in {wording:?}", instrument.id);
                }
                // The quick survey is read standing, by anybody: twenty words at most.
                let most = if instrument.id.as_str() == "quick-counter" { 20 } else { 25 };
                for sentence in wording.split(['.', '?', ';', ':']) {
                    let words = sentence.split_whitespace().count();
                    assert!(words <= most, "{}: {words} words in {sentence:?}", instrument.id);
                }
            }
        }
        for item in &instrument.items {
            for question in [&item.text.vi, &item.text.en] {
                assert!(question.ends_with('?'), "{} of {}", item.code, instrument.id);
            }
        }
    }
}

#[test]
fn every_file_says_where_its_wording_comes_from() {
    for (name, source) in catalog::INSTRUMENT_FILES {
        let head: Vec<_> = source.lines().take_while(|l| l.starts_with('#')).collect();
        let head = head.join(" ");
        assert!(head.contains("# Source: our own wording"), "{name}");
        let denials = ["not the official", "NOT THE PAPI INDEX"];
        assert!(denials.iter().any(|denial| head.contains(denial)), "{name}");
        assert!(head.contains("This version never changes"), "{name}");
        assert_eq!(crate::text::nfc(source), *source, "{name}");
    }
}
