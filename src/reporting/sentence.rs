//! The sentence a chair understands: how satisfied, how sure, and what that says
//! about the target.

use analytics::{Flag, Verdict};
use surveys::plan::Operator;
use surveys::text::{self, count, set_percent};
use surveys::{Language, Text};

use super::published::{FEWEST_FOR_RATE, Shown};
use super::{HeldAgainst, Report};

/// The sentences about the index of `report`, in both languages.
pub fn headline(report: &Report) -> Text {
    let said = |language| said(report, language).join(" ");
    Text::new(said(Language::Vi), said(Language::En))
}

/// Why nothing is told of `report`, where that is for another reason than its answers.
fn untold(report: &Report, vi: bool) -> Option<String> {
    if report.is_awaited() {
        return Some(pick(
            vi,
            "Kết quả của kỳ này chưa được công bố.",
            "The results of this period are not published yet.",
        ));
    }
    if report.withdrawal().is_some() {
        return Some(pick(
            vi,
            "Kết quả của kỳ này đã được thu hồi.",
            "The results of this period were withdrawn.",
        ));
    }
    let number = report.unreadable()?;
    Some(if vi {
        format!(
            "Kết quả của kỳ này đã được công bố (lần {number}), nhưng máy chủ không đọc lại được bản đã công bố. Các kỳ khác vẫn xem được. Người quản trị máy chủ cần khôi phục cơ sở dữ liệu từ bản sao lưu; xin ông/bà trở lại sau."
        )
    } else {
        format!(
            "The results of this period were published (number {number}), but the server cannot read what was published. Other periods can be read. The server's operator has to restore the database from a backup; please come back later."
        )
    })
}

fn said(report: &Report, language: Language) -> Vec<String> {
    let vi = language == Language::Vi;
    if let Some(said) = untold(report, vi) {
        return vec![said];
    }
    let Some(index) = report.index().filter(|_| report.received > 0) else {
        return vec![pick(
            vi,
            "Chưa có phiếu nào trong kỳ này.",
            "There are no responses in this period yet.",
        )];
    };
    match index.shown() {
        Shown::Nothing => vec![pick(
            vi,
            "Kết quả của kỳ này tạm chưa công bố, để không ai bị đoán ra: có dưới 10 người nêu mức độ hài lòng, hoặc cùng với các kỳ khác có thể tính ngược ra câu trả lời của một nhóm ít người. Kết quả sẽ được công bố khi nhóm đó có từ 10 người trở lên.",
            "The results of this period are withheld for now, so that nobody can be guessed: fewer than 10 people gave a rating, or together with other periods what a small group answered could be worked out. They appear once that group has 10 people.",
        )],
        Shown::Counts(_) if let Some(few) = report.few_in(index) => {
            let n = count(report.received, language);
            let received = if vi {
                format!("Đã có {n} phiếu trong kỳ này.")
            } else {
                format!("There are {n} responses in this period.")
            };
            vec![received, few.get(language).to_owned()]
        }
        Shown::Counts(index) => {
            let n = count(report.received, language);
            vec![if index.people >= FEWEST_FOR_RATE {
                if vi {
                    format!(
                        "Đã có {n} phiếu trong kỳ này. Chưa tính được mức hài lòng chung, vì có thành phần chưa đủ câu trả lời."
                    )
                } else {
                    format!(
                        "There are {n} responses in this period. Overall satisfaction cannot be given yet: a component has too few answers."
                    )
                }
            } else if vi {
                format!(
                    "Đã có {n} phiếu trong kỳ này. Từ 30 người trả lời trở lên mới tính tỷ lệ hài lòng."
                )
            } else {
                format!(
                    "There are {n} responses in this period. A rate is given from 30 respondents on."
                )
            }]
        }
        Shown::End(_, end) => vec![end.flag().text().get(language).to_owned()],
        Shown::Rate { rate, low, upp, .. } => {
            let target = index.against.as_ref().map(|against| against.proportion);
            let p = |value| text::rate(value, target, language);
            let mut sentences = vec![if vi {
                format!(
                    "Trong số người đã trả lời, mức hài lòng chung là {} (từ {} đến {}).",
                    p(rate),
                    p(low),
                    p(upp)
                )
            } else {
                format!(
                    "Among those who answered, overall satisfaction is {} (from {} to {}).",
                    p(rate),
                    p(low),
                    p(upp)
                )
            }];
            if let Some(few) = report.few_in(index) {
                sentences.push(few.get(language).to_owned());
            } else if let (Some(against), Some(verdict)) =
                (&index.against, index.published_verdict())
            {
                sentences.push(about_target(against, verdict, language));
            }
            if index.estimate.flags.contains(Flag::NonresponseOver30) {
                sentences.push(pick(
                    vi,
                    "Hơn 30 % số câu hỏi không có ý kiến hoặc bỏ trống, nên con số này không đáng tin cậy.",
                    "More than 30% of the questions were answered with no opinion or left out, so this figure is not reliable.",
                ));
            }
            sentences
        }
    }
}

fn pick(vi: bool, in_vietnamese: &str, in_english: &str) -> String {
    if vi { in_vietnamese } else { in_english }.to_owned()
}

/// Where a figure stands against its target, in a sentence.
pub fn about_target(against: &HeldAgainst, verdict: Verdict, language: Language) -> String {
    let value = target_in_words(against, language);
    // A target that was set for another survey only serves to compare with.
    let asked = match (language, against.yardstick) {
        (Language::Vi, false) => format!("chỉ tiêu {value}"),
        (Language::Vi, true) => format!("mức tham khảo {value}"),
        (Language::En, false) => format!("the target of {value}"),
        (Language::En, true) => format!("the yardstick of {value}"),
    };
    match (verdict, language) {
        (Verdict::Met, Language::Vi) => format!("Đạt {asked}."),
        (Verdict::Met, Language::En) => format!("That meets {asked}."),
        (Verdict::NotMet, Language::Vi) => format!("Chưa đạt {asked}."),
        (Verdict::NotMet, Language::En) => format!("That does not meet {asked}."),
        (Verdict::Undetermined, Language::Vi) => {
            format!("Chưa đủ căn cứ để nói đạt hay chưa đạt {asked}.")
        }
        (Verdict::Undetermined, Language::En) => {
            format!("The answers do not tell whether that meets {asked}.")
        }
        (Verdict::TooFew, Language::Vi) => format!("Chưa đủ phiếu để kết luận về {asked}."),
        (Verdict::TooFew, Language::En) => {
            format!("There are too few responses to judge {asked}.")
        }
    }
}

/// The time for which a target was set, where the figure is of another time;
/// empty otherwise.
pub fn out_of_force(against: &HeldAgainst, language: Language) -> String {
    if against.in_force {
        return String::new();
    }
    let (from, to) = (against.target.valid_from, against.target.valid_to);
    match language {
        Language::Vi => {
            format!(", đặt cho {} – {}", from.format("%d/%m/%Y"), to.format("%d/%m/%Y"))
        }
        Language::En => {
            format!(", set for {} – {}", from.format("%-d %b %Y"), to.format("%-d %b %Y"))
        }
    }
}

/// A target's operator and value as people say them: "từ 90 % trở lên".
pub fn target_in_words(against: &HeldAgainst, language: Language) -> String {
    let value = set_percent(against.proportion, language);
    match (against.target.operator, language) {
        (Operator::AtLeast, Language::Vi) => format!("từ {value} trở lên"),
        (Operator::AtLeast, Language::En) => format!("at least {value}"),
        (Operator::MoreThan, Language::Vi) => format!("trên {value}"),
        (Operator::MoreThan, Language::En) => format!("more than {value}"),
        (Operator::AtMost, Language::Vi) => format!("nhiều nhất {value}"),
        (Operator::AtMost, Language::En) => format!("at most {value}"),
        (_, _) => value,
    }
}

#[cfg(test)]
mod tests {
    use analytics::{EstimateOptions, FrameBuilder, Level, estimate};
    use surveys::{Period, catalog};

    use super::super::Finding;
    use super::*;

    /// What is said of the index of so many people of whom so many are satisfied with
    /// everything, against the 90 % of a plan.
    fn told(people: usize, satisfied: usize) -> [String; 2] {
        let instrument = catalog::instrument("quick-counter", None).unwrap();
        let plan = catalog::plan("dien-khanh-2025").unwrap();
        let mut builder = FrameBuilder::new(instrument, &[]).unwrap();
        for person in 0..people {
            builder.push(&[], &[Some(if person < satisfied { 5 } else { 2 }); 5]).unwrap();
        }
        let table = estimate(&builder.finish(), instrument, &EstimateOptions::default()).unwrap();
        let row = table.rows.into_iter().find(|row| row.level == Level::Index).unwrap();
        let finding = Finding::of(row, instrument, Some(plan), &Period::parse("2025-10").unwrap());
        let (against, verdict) = (finding.against.as_ref(), finding.published_verdict());
        // A number keeps its sign by a space that does not break.
        let said = |language| {
            about_target(against.unwrap(), verdict.unwrap(), language).replace('\u{a0}', " ")
        };
        [said(Language::Vi), said(Language::En)]
    }

    #[test]
    fn a_chair_reads_where_the_commune_stands_and_no_more_than_the_answers_bear() {
        let words = [
            (400, 388, "Đạt chỉ tiêu từ 90 % trở lên.", "That meets the target of at least 90%."),
            (
                400,
                320,
                "Chưa đạt chỉ tiêu từ 90 % trở lên.",
                "That does not meet the target of at least 90%.",
            ),
            (
                400,
                364,
                "Chưa đủ căn cứ để nói đạt hay chưa đạt chỉ tiêu từ 90 % trở lên.",
                "The answers do not tell whether that meets the target of at least 90%.",
            ),
            (
                99,
                80,
                "Chưa đủ phiếu để kết luận về chỉ tiêu từ 90 % trở lên.",
                "There are too few responses to judge the target of at least 90%.",
            ),
        ];
        for (people, satisfied, vi, en) in words {
            assert_eq!(told(people, satisfied), [vi, en], "{satisfied} of {people}");
        }
    }
}
