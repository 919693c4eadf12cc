use super::*;
use crate::instrument::AskedAfter;
use crate::text::Language;

const WHOLE: &str = r#"
id = "test"
version = 2
title = { vi = "Phiếu thử", en = "Test" }
introduction = { vi = "Một phút.", en = "One minute." }
aggregation = "weighted_parts"

[[scale]]
code = "two"
options = [{ value = 0, vi = "Không", en = "No" }, { value = 1, vi = "Có", en = "Yes" }]
satisfied = [1]
no_opinion = { value = 9, vi = "Không có ý kiến", en = "No opinion" }

[[scale]]
code = "band"
options = [{ value = 1, vi = "Trẻ", en = "Young" }, { value = 2, vi = "Già", en = "Old" }]

[[part]]
code = "p"
title = { vi = "Phần", en = "Part" }
weight = 0.4

[[part]]
code = "q"
title = { vi = "Phần hai", en = "Part two" }
weight = 0.6

[[component]]
code = "c"
part = "p"
title = { vi = "Thành phần", en = "Component" }

[[component]]
code = "d"
part = "q"
title = { vi = "Thành phần hai", en = "Component two" }

[[item]]
code = "A1"
component = "c"
scale = "two"
text = { vi = "Thế nào?", en = "How?" }

[[item]]
code = "A2"
component = "d"
scale = "two"
scored_by = "office"
text = { vi = "Thế nào nữa?", en = "How else?" }

[[item]]
code = "T1"
kind = "demographic"
scale = "band"
multiple = true
text = { vi = "Tuổi?", en = "Age?" }

[[item]]
code = "G1"
kind = "comment"
text = { vi = "Góp ý?", en = "Comment?" }
hint = { vi = "Ngắn thôi.", en = "Briefly." }
"#;

fn told(source: &str) -> Vec<String> {
    let mistakes = parse(source).expect_err("the file was accepted");
    mistakes.iter().map(|m| m.line_in(Language::En)).collect()
}

/// What is told when `from` is replaced by `to` in a file without mistakes.
fn told_after(from: &str, to: &str) -> Vec<String> {
    assert!(WHOLE.contains(from), "{from} is not in the file");
    told(&WHOLE.replacen(from, to, 1))
}

#[test]
fn a_whole_file_gives_the_instrument_it_describes() {
    let instrument = parse(WHOLE).expect("the file has no mistake");
    assert_eq!((instrument.id.as_str(), instrument.version), ("test", 2));
    assert_eq!(instrument.aggregation, Aggregation::WeightedParts);
    assert_eq!(instrument.parts[1].weight, Some(0.6));
    assert_eq!(instrument.components[1].part.as_ref().map(PartCode::as_str), Some("q"));
    assert_eq!(instrument.scales[0].satisfied, [1]);
    assert!(instrument.scales[0].offers(9) && !instrument.scales[1].offers(9));
    assert_eq!(instrument.items[1].scored_by, ScoredBy::Office);
    assert!(instrument.items[2].multiple && instrument.items[3].is_comment());
    assert_eq!(instrument.asked().count(), 3);
    assert!(instrument.rating.is_none());
}

#[test]
fn every_mistake_is_told_at_once_with_line_and_column() {
    let broken = r#"id = "có dấu"
version = 0
titel = { vi = "Sai khóa", en = "Wrong key" }
introduction = { vi = "Một phút." }
aggregation = "median"

[[scale]]
code = "two"
options = [{ value = 1, vi = "Có", en = "Yes" }, { value = 1, vi = "có", en = "Aye" }]
satisfied = [1, 7, 9]
no_opinion = { value = 9, vi = "Không có ý kiến", en = "No opinion" }

[[component]]
code = "c"
part = "p"
title = { vi = "Thành phần", en = "Component" }

[[component]]
code = "empty"
title = { vi = "Trống", en = "Empty" }

[[item]]
code = "Comment"
component = "c"
scale = "three"
multiple = true
text = { vi = "", en = "How?" }

[[item]]
code = "G1"
kind = "comment"
scale = "two"
text = { vi = "Góp ý?", en = "Comment?" }

[[item]]
code = "g1"
component = "x"
scale = "two"
text = { vi = "Thế nào?", en = "How?" }
"#;
    let starts = [
        "1:1: `title` is missing",
        "1:6: `có dấu` is not a usable code",
        "2:11: `version` must be from 1 to 9999",
        "3:1: There is no key `titel`; did you mean `title`?",
        "4:16: `en` is missing",
        "5:15: `aggregation` cannot be `median`",
        "9:60: `1` is already used on line 9",
        "9:68: `có` is already used on line 9",
        "10:17: The scale has no option 7",
        "10:20: 9 is \"no opinion\"",
        "15:8: No `[[part]]` has the code `p`",
        "18:1: The component `empty` has no item",
        "23:8: `Comment` is already a column",
        "25:9: No `[[scale]]` has the code `three`",
        "26:12: Satisfaction and comment have one answer only",
        "27:15: `vi` is empty",
        "32:9: A comment is free text",
        "35:1: The comment must be the last item",
        "36:8: `g1` is already used on line 30",
        "37:13: No `[[component]]` has the code `x`",
    ];
    let told = told(broken);
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (line, start) in told.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}\ndoes not begin with\n{start}");
    }
}

/// The file with an item before the comment that is asked on `condition`.
fn conditional(condition: &str) -> String {
    let item = format!(
        "[[item]]\ncode = \"L1\"\nkind = \"experience\"\nscale = \"band\"\n\
         asked_after = {condition}\ntext = {{ vi = \"Sao?\", en = \"Why?\" }}\n\n"
    );
    let comment = "[[item]]\ncode = \"G1\"";
    WHOLE.replacen(comment, &format!("{item}{comment}"), 1)
}

#[test]
fn an_item_is_asked_of_everybody_or_after_a_low_rating() {
    let instrument = parse(&conditional("{ at_most = 0 }")).expect("the file has no mistake");
    let item = instrument.item("L1").unwrap();
    assert_eq!(item.asked_after, Some(AskedAfter { at_most: 0 }));
    let ratings = instrument.low_ratings(item).unwrap();
    let ratings: Vec<_> = ratings.iter().map(|(code, low)| (code.as_str(), &low[..])).collect();
    assert_eq!(ratings, [("A1", &[0][..])], "what the office scores is no rating of a citizen");
    for (chosen, asked) in [(Some(0), true), (Some(1), false), (Some(9), false), (None, false)] {
        let given = |rating: &crate::ItemCode| chosen.filter(|_| rating.as_str() == "A1");
        assert_eq!(instrument.asks(item, given), asked, "{chosen:?}");
        assert!(instrument.asks(instrument.item("T1").unwrap(), given));
    }
    let of_all: Vec<_> = instrument.asked_of_all().map(|item| item.code.as_str()).collect();
    assert_eq!(of_all, ["A1", "T1", "G1"]);
}

#[test]
fn a_condition_that_cannot_be_or_always_is_met_is_told_at_its_place() {
    for (condition, mistake) in [
        ("2", "62:15: `asked_after` must be a table"),
        ("{}", "62:15: `at_most` is missing"),
        ("{ at_most = 0, at_least = 0 }", "62:30: There is no key `at_least`"),
        ("{ at_most = -1 }", "62:27: `at_most` must be from 0 to 99"),
        ("{ at_most = 1 }", "62:27: On the scale `two` an option of 1 or less counts as satisfied"),
    ] {
        let told = told(&conditional(condition));
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].starts_with(mistake), "{told:#?} for {mistake}");
    }
    let never = conditional("{ at_most = 0 }")
        .replace("value = 0", "value = 2")
        .replace("satisfied = [1]", "satisfied = [2]");
    assert!(told(&never)[0].starts_with("62:27: No rating before has an option of 0 or less"));
    let condition = "asked_after = { at_most = 0 }\n";
    for place in ["code = \"G1\"\n", "code = \"A1\"\n"] {
        let told = told_after(place, &format!("{place}{condition}"));
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].contains("are asked of everybody; remove `asked_after`"), "{told:#?}");
    }
    let comment = "[[item]]\ncode = \"G1\"";
    let late = "[[item]]\ncode = \"A3\"\ncomponent = \"c\"\nscale = \"two\"\n\
                text = { vi = \"Gì?\", en = \"What?\" }\n\n";
    let told = told(&conditional("{ at_most = 0 }").replace(comment, &format!("{late}{comment}")));
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("stand after every rating; move this item before"), "{told:#?}");
}

#[test]
fn weights_belong_to_weighted_parts_and_add_up_to_one() {
    assert!(told_after("weight = 0.6", "weight = 0.61")[0].contains("add up to 1.01"));
    assert!(told_after("weight = 0.6", "weight = 0")[0].contains("more than 0"));
    assert_eq!(told_after("weight = 0.6\n", "").len(), 1);
    assert_eq!(told_after("weighted_parts", "pooled").len(), 2);
    let thirds = WHOLE
        .replace("weight = 0.4", "weight = 0.33333333333")
        .replace("weight = 0.6", "weight = 0.66666666667");
    assert!(parse(&thirds).is_ok());
}

#[test]
fn a_scale_that_measures_satisfaction_says_what_is_satisfied() {
    let told = told_after("satisfied = [1]\n", "");
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|t| t.contains("does not say what counts as satisfied")), "{told:?}");
}

#[test]
fn no_opinion_is_apart_from_the_options() {
    assert_eq!(told_after("value = 9", "value = 1").len(), 2);
    assert_eq!(told_after("value = 9", "value = 100").len(), 1);
}

#[test]
fn lists_are_neither_empty_nor_endless() {
    assert!(
        !told_after("options = [{ value = 0, vi = \"Không\", en = \"No\" }, ", "options = [")
            .is_empty()
    );
    let header = WHOLE.split("[[item]]").next().unwrap();
    assert!(told(header).iter().any(|t| t.contains("`item` is missing")));
    let item = |n: usize| {
        format!(
            "[[item]]\ncode = \"X{n}\"\ncomponent = \"c\"\nscale = \"two\"\n\
             text = {{ vi = \"Gì?\", en = \"What?\" }}\n"
        )
    };
    let many = (0..200).map(item).collect::<String>();
    assert!(told(&format!("{WHOLE}{many}")).iter().any(|t| t.contains("more than 200")));
}

#[test]
fn texts_have_a_length_that_a_person_reads() {
    let question = "x".repeat(501);
    assert!(told_after("Thế nào?", &question)[0].contains("501 characters"));
    assert_eq!(told_after("\"Trẻ\"", &format!("\"{}\"", "x".repeat(201))).len(), 1);
    let decomposed = WHOLE.replace("Phiếu thử", "Phie\u{302}\u{301}u thu\u{31b}\u{309}");
    assert_eq!(parse(&decomposed).expect("the file has no mistake").title.vi, "Phiếu thử");
}

#[test]
fn a_rating_has_the_points_its_items_give_and_ranks_down_to_zero() {
    let rated = |rating: &str| format!("{WHOLE}\n[rating]\n{rating}");
    let ranks = "[[rating.rank]]\nat_least = 1\nvi = \"Tốt\"\nen = \"Good\"\n\
                 [[rating.rank]]\nat_least = 0\nvi = \"Yếu\"\nen = \"Weak\"\n";
    let instrument =
        parse(&rated(&format!("maximum = 2\n{ranks}"))).expect("the file has no mistake");
    assert_eq!(instrument.rating.map(|r| (r.maximum, r.ranks.len())), Some((2, 2)));
    assert!(told(&rated(&format!("maximum = 3\n{ranks}")))[0].contains("at most 2 points"));
    let upside_down = "maximum = 2\n[[rating.rank]]\nat_least = 0\nvi = \"Yếu\"\nen = \"Weak\"\n\
                       [[rating.rank]]\nat_least = 1\nvi = \"Tốt\"\nen = \"Good\"\n";
    let told_of = told(&rated(upside_down));
    assert_eq!(told_of.len(), 2, "{told_of:?}");
    assert_eq!(told(&rated("maximum = 2\nrank = []")).len(), 1);
}

#[test]
fn a_broken_or_foreign_file_is_refused_without_a_panic() {
    for source in [
        "",
        "\u{feff}",
        "id",
        "[[item]]\n[[item]]",
        "item = 3",
        "scale = [1, 2]",
        "rating = 1",
        "part = {}",
        "a.b.c = 1",
        "\0",
        "= = =",
        "id = \"x\" id = \"y\"",
    ] {
        assert!(!told(source).is_empty());
    }
    assert!(!told(&format!("id = {}", "[".repeat(100_000))).is_empty());
    for cut in (0..WHOLE.len()).filter(|i| WHOLE.is_char_boundary(*i)) {
        let _ = parse(&WHOLE[..cut]);
    }
}
