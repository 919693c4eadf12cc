//! Names of people: after what one calls somebody, after a family name, and names that
//! are known.

use super::{Finding, Kind, Token, is_space};
use crate::text::fold;

/// What stands before a name, with its marks.
const TITLES: [&str; 18] = [
    "ông", "bà", "anh", "chị", "cô", "chú", "bác", "em", "cháu", "thầy", "cậu", "dì", "mợ", "thím",
    "mr", "ms", "mrs", "tên",
];
/// What somebody is, before a name with a capital; what they are is not covered with it.
const CALLINGS: [&[&str]; 13] = [
    &["bạn"],
    &["bác", "sĩ"],
    &["bác", "sỹ"],
    &["y", "sĩ"],
    &["thầy", "giáo"],
    &["cô", "giáo"],
    &["cán", "bộ"],
    &["chuyên", "viên"],
    &["nhân", "viên"],
    &["công", "chức"],
    &["đồng", "chí"],
    &["kỹ", "sư"],
    &["luật", "sư"],
];
/// How what stands behind such a word begins when it is an office, a field or a task.
const OFFICES: [&[&str]; 57] = [
    &["ubnd"],
    &["hđnd"],
    &["ubmttq"],
    &["bhxh"],
    &["một", "cửa"],
    &["trung", "tâm"],
    &["tư", "pháp"],
    &["tư", "vấn"],
    &["địa", "chính"],
    &["văn", "phòng"],
    &["văn", "hóa"],
    &["văn", "hoá"],
    &["văn", "thư"],
    &["công", "an"],
    &["công", "chức"],
    &["công", "thương"],
    &["hành", "chính"],
    &["tiếp"],
    &["bưu"],
    &["hộ", "tịch"],
    &["kế", "toán"],
    &["kế", "hoạch"],
    &["lao", "động"],
    &["xây", "dựng"],
    &["tài", "chính"],
    &["tài", "nguyên"],
    &["nông"],
    &["giáo", "dục"],
    &["mặt", "trận"],
    &["bộ"],
    &["y", "tế"],
    &["nhà", "nước"],
    &["thuế"],
    &["đoàn"],
    &["hội"],
    &["khoa"],
    &["phòng"],
    &["sở"],
    &["phường"],
    &["xã"],
    &["quầy"],
    &["tổ"],
    &["ban"],
    &["đảng"],
    &["cục"],
    &["chi", "cục"],
    &["bảo", "hiểm"],
    &["kiểm", "lâm"],
    &["thanh", "niên"],
    &["phụ", "nữ"],
    &["quân", "sự"],
    &["đất", "đai"],
    &["môi", "trường"],
    &["ngân", "hàng"],
    &["kỹ", "thuật"],
    &["ủy", "ban"],
    &["uỷ", "ban"],
];
/// What follows a "Y" that is no name.
const NO_Y: [&str; 7] = ["tế", "te", "sĩ", "sỹ", "tá", "học", "khoa"];
/// What stands after such a word without being a name.
const NO_NAMES: [&str; 9] = ["chủ", "phó", "giám", "trưởng", "bí", "ubnd", "hđnd", "ủy", "uỷ"];
/// Given names that are hardly anything else after such a word.
const GIVEN: [&str; 38] = [
    "lan",
    "tuấn",
    "hùng",
    "thảo",
    "trang",
    "linh",
    "minh",
    "hương",
    "hường",
    "hoa",
    "thủy",
    "thúy",
    "nga",
    "oanh",
    "loan",
    "tuyết",
    "phượng",
    "quỳnh",
    "ngọc",
    "khánh",
    "vinh",
    "cường",
    "thắng",
    "dũng",
    "dung",
    "đức",
    "hiếu",
    "phúc",
    "nhung",
    "yến",
    "hiền",
    "hằng",
    "điệp",
    "vy",
    "khoa",
    "tùng",
    "liên",
    "tám",
];
/// Family names, without marks.
const FAMILY: [&str; 42] = [
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do",
    "ho", "ngo", "duong", "ly", "dinh", "truong", "mai", "lam", "doan", "to", "trinh", "cao", "ha",
    "ta", "chau", "luong", "luu", "thai", "tang", "quach", "kieu", "phung", "dao", "ninh", "tong",
    "vuong", "quan", "mac", "thach", "nong",
];
/// What a place of that name is called by, without marks.
const PLACES: [&str; 16] = [
    "duong", "pho", "phuong", "xa", "huyen", "tinh", "thanh", "truong", "cho", "cau", "quan",
    "thon", "khom", "ap", "ngo", "hem",
];
/// Places that look like a name, without marks.
const PLACE_NAMES: [&str; 10] = [
    "ha noi",
    "ha nam",
    "ha giang",
    "ha tinh",
    "ho chi minh",
    "thai nguyen",
    "thai binh",
    "lam dong",
    "cao bang",
    "ninh binh",
];
/// The longest name, in words after the first.
const LONGEST: usize = 4;

pub(super) fn find(text: &str, tokens: &[Token<'_>], known: &[String]) -> Vec<Finding> {
    let words = |name: &String| fold(name).split(' ').map(str::to_owned).collect::<Vec<_>>();
    let full: Vec<Vec<String>> = known.iter().map(words).filter(|words| words.len() >= 2).collect();
    let last = known.iter().filter_map(|name| name.split_whitespace().last());
    let given: Vec<String> = GIVEN.iter().copied().chain(last).map(str::to_lowercase).collect();
    // Whoever types without marks types titles without them too.
    let unmarked = text.is_ascii();
    let mut found = Vec::new();
    let mut push = |from: usize, until: usize| {
        let range = tokens[from].range.start..tokens[until - 1].range.end;
        found.push(Finding { range, kind: Kind::Name });
    };
    for at in 0..tokens.len() {
        let is = |at: usize, word: &str| {
            tokens[at].lower == word || (unmarked && tokens[at].folded == fold(word))
        };
        let is_given = |at: usize| given.iter().any(|name| is(at, name));
        if TITLES.iter().any(|title| is(at, title))
            && let Some(until) = after_title(text, tokens, at, is_given)
        {
            push(at, until);
        }
        let calling = CALLINGS.iter().find(|words| {
            (at..).zip(words.iter()).all(|(at, word)| at < tokens.len() && is(at, word))
        });
        if let Some(words) = calling
            && let Some(until) = after_calling(text, tokens, (at, at + words.len()), is_given)
        {
            push(at + words.len(), until);
        }
        if let Some(until) = of_the_highlands(text, tokens, at) {
            push(at, until);
        }
        if FAMILY.contains(&tokens[at].folded.as_str())
            && let Some(until) = after_family_name(text, tokens, at)
        {
            push(at, until);
        }
        for name in &full {
            let here = tokens[at..].iter().map(|token| &token.folded);
            if here.take(name.len()).eq(name.iter()) {
                push(at, at + name.len());
            }
        }
    }
    found
}

/// Whether the word at `at` follows the one before it with nothing but space between.
fn follows(text: &str, tokens: &[Token<'_>], at: usize) -> bool {
    at > 0
        && tokens
            .get(at)
            .is_some_and(|token| is_space(&text[tokens[at - 1].range.end..token.range.start]))
}

/// Where the name after the title at `at` ends, if there is one.
fn after_title(
    text: &str,
    tokens: &[Token<'_>],
    at: usize,
    is_given: impl Fn(usize) -> bool,
) -> Option<usize> {
    let first = at + 1;
    if !follows(text, tokens, first) {
        return None;
    }
    let name = &tokens[first];
    if NO_NAMES.contains(&name.lower.as_str()) && name.is_capital() {
        return None;
    }
    if name.is_capital() {
        let more = (first + 1..first + LONGEST)
            .take_while(|at| follows(text, tokens, *at) && tokens[*at].is_capital());
        return Some(more.last().unwrap_or(first) + 1);
    }
    is_given(first).then_some(first + 1)
}

/// Where the name after the calling at `from`, which ends before `first`, ends, if there is
/// one.
fn after_calling(
    text: &str,
    tokens: &[Token<'_>],
    (from, first): (usize, usize),
    is_given: impl Fn(usize) -> bool,
) -> Option<usize> {
    if !(from + 1..=first).all(|at| follows(text, tokens, at)) || !tokens[first].is_capital() {
        return None;
    }
    let is_office = OFFICES.iter().any(|words| {
        (first..).zip(words.iter()).all(|(at, word)| {
            tokens.get(at).is_some_and(|token| token.lower == *word || token.folded == fold(word))
        })
    });
    // In capitals throughout every word looks like a name.
    let shouted = tokens[from].written.chars().count() > 1
        && !tokens[from].written.contains(char::is_lowercase);
    let is_family = FAMILY.contains(&tokens[first].folded.as_str());
    if is_office || (shouted && !is_family && !is_given(first)) {
        return None;
    }
    let more = (first + 1..first + LONGEST)
        .take_while(|at| follows(text, tokens, *at) && tokens[*at].is_capital());
    Some(more.last().unwrap_or(first) + 1)
}

/// Where the name that begins with the `Y` or `H` at `at` ends, if it is one: `Y Blô`,
/// `H’Hen Niê`, `Y-Thân Êban`.
fn of_the_highlands(text: &str, tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let signs = ["'", "’", "‘", "ʼ", "`", "-"];
    let joins = |next: usize| {
        let gap = &text[tokens[next - 1].range.end..tokens[next].range.start];
        signs.contains(&gap) || is_space(gap)
    };
    let second = tokens.get(at + 1)?;
    let gap = &text[tokens[at].range.end..second.range.start];
    let begins = match tokens[at].written {
        "H" => signs.contains(&gap) && gap != "-",
        "Y" => joins(at + 1) && !NO_Y.contains(&second.lower.as_str()),
        _ => false,
    };
    if !begins || !second.is_capital() {
        return None;
    }
    let more = (at + 2..at + LONGEST)
        .take_while(|at| *at < tokens.len() && tokens[*at].is_capital() && joins(*at));
    Some(more.last().unwrap_or(at + 1) + 1)
}

/// Where the name that begins with the family name at `at` ends, if it is one.
fn after_family_name(text: &str, tokens: &[Token<'_>], at: usize) -> Option<usize> {
    if !follows(text, tokens, at + 1) {
        return None;
    }
    let middle = ["van", "thi"].contains(&tokens[at + 1].folded.as_str());
    if middle && follows(text, tokens, at + 2) && tokens[at].folded.len() > 2 {
        let more = (at + 3..at + LONGEST)
            .take_while(|at| follows(text, tokens, *at) && tokens[*at].is_capital());
        return Some(more.last().unwrap_or(at + 2) + 1);
    }
    let is_place =
        at > 0 && follows(text, tokens, at) && PLACES.contains(&tokens[at - 1].folded.as_str());
    if is_place || !tokens[at].is_capital() || !tokens[at + 1].is_capital() {
        return None;
    }
    let more = (at + 2..at + LONGEST)
        .take_while(|at| follows(text, tokens, *at) && tokens[*at].is_capital());
    let until = more.last().unwrap_or(at + 1) + 1;
    let name: Vec<&str> = tokens[at..until].iter().map(|token| token.folded.as_str()).collect();
    (!PLACE_NAMES.contains(&name.join(" ").as_str())).then_some(until)
}
