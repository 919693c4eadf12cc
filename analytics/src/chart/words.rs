//! The words that charts add of their own, in both languages.

use surveys::Language::{self, En, Vi};
use surveys::text::{self, count, percent};

use super::Mark;

pub(super) const fn verdict(mark: Mark, language: Language) -> &'static str {
    match (mark, language) {
        (Mark::Met, Vi) => "Đạt",
        (Mark::Met, En) => "Met",
        (Mark::NotMet, Vi) => "Chưa đạt",
        (Mark::NotMet, En) => "Not met",
        (Mark::Undetermined, Vi) => "Chưa đủ căn cứ",
        (Mark::Undetermined, En) => "Undetermined",
        (Mark::TooFew, Vi) => "Chưa đủ phiếu",
        (Mark::TooFew, En) => "Too few",
        (Mark::Hidden, Vi) => "Ẩn",
        (Mark::Hidden, En) => "Hidden",
    }
}

pub(super) const fn simulated(language: Language) -> &'static str {
    match language {
        Vi => "DỮ LIỆU MÔ PHỎNG",
        En => "SIMULATED DATA",
    }
}

pub(super) const fn volunteers(language: Language) -> &'static str {
    match language {
        Vi => "Người trả lời là tự nguyện: kết quả nói về những người đã trả lời.",
        En => "Respondents are volunteers: the results describe those who answered.",
    }
}

pub(super) const fn no_data(language: Language) -> &'static str {
    match language {
        Vi => "Chưa có số liệu cho kỳ này.",
        En => "There are no figures for this period yet.",
    }
}

pub(super) const fn axis_from_half(language: Language) -> &'static str {
    match language {
        Vi => "Trục số bắt đầu từ 50 %, không phải từ 0 %.",
        En => "The axis starts at 50%, not at 0%.",
    }
}

pub(super) const fn rate(language: Language) -> &'static str {
    match language {
        Vi => "tỷ lệ",
        En => "rate",
    }
}

pub(super) const fn rate_row(language: Language) -> &'static str {
    match language {
        Vi => "Tỷ lệ (%)",
        En => "Rate (%)",
    }
}

pub(super) fn interval(level: f64, language: Language) -> String {
    let whole = ((level * 100.0).round() - level * 100.0).abs() < 1e-9;
    let decimals = usize::from(!whole);
    let level = percent(level, decimals, language);
    match language {
        Vi => format!("khoảng tin cậy {level}"),
        En => format!("{level} interval"),
    }
}

pub(super) const fn target(yardstick: bool, language: Language) -> &'static str {
    match (yardstick, language) {
        (false, Vi) => "chỉ tiêu",
        (false, En) => "target",
        (true, Vi) => "tham khảo",
        (true, En) => "yardstick",
    }
}

pub(super) const fn no_target(language: Language) -> &'static str {
    match language {
        Vi => "không có chỉ tiêu",
        En => "no target",
    }
}

pub(super) const fn not_published(language: Language) -> &'static str {
    match language {
        Vi => "không công bố hoặc không có số liệu",
        En => "not published, or no data",
    }
}

pub(super) fn people(n: u64, language: Language) -> String {
    format!("n\u{a0}=\u{a0}{}", count(n, language))
}

pub(super) fn between(low: f64, upp: f64, target: Option<f64>, language: Language) -> String {
    let (low, upp) = (text::rate(low, target, language), text::rate(upp, target, language));
    match language {
        Vi => format!("từ {low} đến {upp}"),
        En => format!("{low} to {upp}"),
    }
}

pub(super) fn more(left_out: usize, language: Language) -> String {
    let left_out = count(left_out as u64, language);
    match language {
        Vi => format!("Còn {left_out} dòng nữa không vẽ ở đây: xem bảng số liệu."),
        En => format!("{left_out} more rows are not drawn here: see the table."),
    }
}

pub(super) fn earlier(left_out: usize, language: Language) -> String {
    let left_out = count(left_out as u64, language);
    match language {
        Vi => format!("{left_out} kỳ trước đó không vẽ ở đây: xem bảng số liệu."),
        En => format!("{left_out} earlier periods are not drawn here: see the table."),
    }
}

pub(super) fn see_table(left_out: usize, language: Language) -> String {
    let left_out = count(left_out as u64, language);
    match language {
        Vi => format!("Và {left_out} dòng nữa, có trong bảng số liệu."),
        En => format!("And {left_out} more, given in the table."),
    }
}

pub(super) fn class(class: usize, language: Language) -> &'static str {
    const VI: [&str; 5] =
        ["dưới 60 %", "60 đến dưới 70", "70 đến dưới 80", "80 đến dưới 90", "từ 90 %"];
    const EN: [&str; 5] =
        ["below 60%", "60 to below 70", "70 to below 80", "80 to below 90", "90% and more"];
    let words = match language {
        Vi => VI,
        En => EN,
    };
    words.get(class).copied().unwrap_or_default()
}
