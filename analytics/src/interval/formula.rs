//! How each interval is computed, for people to read and for R to run.

use surveys::Text;

use super::IntervalMethod;

/// The formula of an interval. Names in braces stand for numbers: `{R}` the rate,
/// `{SE}` its standard error, `{x}` satisfied of `{n}`, `{t}` and `{z}` the
/// quantiles of Student's and the normal distribution, `{a}` the probability left
/// out on each side and `{b}` one less it. B⁻¹(p; u, v) is the p-quantile of the
/// beta distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// What it is called.
    pub name: Text,
    /// In words, a sentence or two.
    pub words: Text,
    /// In symbols, a line for each thing that is computed.
    pub symbols: &'static [&'static str],
    /// An expression of R that gives both limits from `{x}`, `{n}` and the
    /// variables `rate`, `se`, `df` and `level`.
    pub r: &'static str,
}

impl IntervalMethod {
    /// Its formula.
    pub fn formula(self) -> Formula {
        let (name, words, symbols, r): (_, _, &[&str], _) = match self {
            Self::Wilson => (
                ("Wilson", "Wilson’s score"),
                (
                    "Khoảng gồm mọi tỷ lệ thật mà số đã đếm không bác bỏ, theo phép thử bằng phân phối chuẩn, không hiệu chỉnh liên tục (Wilson 1927). Dùng cho một câu hỏi có từ 100 câu trả lời.",
                    "All true rates that the counts do not reject by the normal approximation, without continuity correction (Wilson 1927). Used for a single question with 100 answers or more.",
                ),
                &[
                    "({R} + {z}²/(2·{n}) ± {z}·√({R}·(1 − {R})/{n} + {z}²/(4·{n}²))) / (1 + {z}²/{n})",
                ],
                "prop.test({x}, {n}, conf.level = level, correct = FALSE)$conf.int",
            ),
            Self::ClopperPearson => (
                ("Clopper–Pearson", "Clopper and Pearson, exact"),
                (
                    "Khoảng gồm mọi tỷ lệ thật mà số đã đếm không bác bỏ, tính đúng theo phân phối nhị thức (Clopper và Pearson 1934). Khi x = 0 cận dưới là 0; khi x = n cận trên là 1. Dùng cho một câu hỏi có dưới 100 câu trả lời, và cho tỷ lệ 0 % hoặc 100 % tính theo số người.",
                    "All true rates that the counts do not reject, by the binomial distribution itself (Clopper and Pearson 1934). The lower limit is 0 when x = 0, the upper one 1 when x = n. Used for a single question with fewer than 100 answers, and for 0% or 100% on the number of people.",
                ),
                EXACT,
                "binom.test({x}, {n}, conf.level = level)$conf.int",
            ),
            Self::AgrestiCoull => (
                ("Agresti–Coull", "Agresti and Coull"),
                (
                    "Tâm của khoảng Wilson, với độ rộng của một tỷ lệ thường quanh tâm đó (Agresti và Coull 1998).",
                    "The middle of Wilson’s interval with the width of a plain rate around it (Agresti and Coull 1998).",
                ),
                &["m = ({x} + {z}²/2) / ({n} + {z}²)", "m ± {z}·√(m·(1 − m)/({n} + {z}²))"],
                "local({ k <- qnorm((1 + level) / 2)^2; m <- ({x} + k / 2) / ({n} + k); m + c(-1, 1) * sqrt(k * m * (1 - m) / ({n} + k)) })",
            ),
            Self::Jeffreys => (
                ("Jeffreys", "Jeffreys"),
                (
                    "Các phân vị của phân phối beta với nửa câu trả lời thêm vào mỗi bên (Brown và cộng sự 2001).",
                    "Quantiles of the beta distribution with half an answer added on each side (Brown and others 2001).",
                ),
                &["B⁻¹({a}; {x} + ½, {n} − {x} + ½)", "B⁻¹({b}; {x} + ½, {n} − {x} + ½)"],
                "qbeta((1 + c(-1, 1) * level) / 2, {x} + 1 / 2, {n} - {x} + 1 / 2)",
            ),
            Self::Logit => (
                ("logit", "logit"),
                (
                    "Đổi tỷ lệ sang thang logit, lấy mỗi bên t lần sai số chuẩn trên thang đó, rồi đổi ngược lại: expit(y) = 1/(1 + e⁻ʸ). Câu trả lời của cùng một người không độc lập, nên sai số chuẩn tính theo người chứ không theo câu trả lời.",
                    "The rate on the logit scale, t standard errors of that scale on either side, and back: expit(y) = 1/(1 + e⁻ʸ). Answers of one person are not independent, so the standard error counts people and not answers.",
                ),
                &["expit(ln({R}/(1 − {R})) ± {t}·{SE}/({R}·(1 − {R})))"],
                "plogis(qlogis(rate) + c(-1, 1) * qt((1 + level) / 2, df) * se / (rate * (1 - rate)))",
            ),
            Self::Asin => (
                ("arcsin", "arcsine"),
                (
                    "Đổi tỷ lệ sang góc arcsin của căn bậc hai, lấy mỗi bên t lần sai số chuẩn của góc, rồi đổi ngược lại.",
                    "The arcsine of the rate’s root, t standard errors of it on either side, and back.",
                ),
                &["sin²(asin(√{R}) ± {t}·{SE}/(2·√({R}·(1 − {R}))))"],
                "sin(pmin(pmax(asin(sqrt(rate)) + c(-1, 1) * qt((1 + level) / 2, df) * se / (2 * sqrt(rate * (1 - rate))), 0), pi / 2))^2",
            ),
            Self::Mean => (
                ("đối xứng quanh tỷ lệ", "around the mean"),
                (
                    "Tỷ lệ cộng và trừ t lần sai số chuẩn, không vượt ra ngoài 0 và 1.",
                    "The rate plus and minus t standard errors, never beyond 0 and 1.",
                ),
                &["{R} ± {t}·{SE}"],
                "pmin(pmax(rate + c(-1, 1) * qt((1 + level) / 2, df) * se, 0), 1)",
            ),
            Self::Beta => (
                ("Korn–Graubard", "Korn and Graubard"),
                (
                    "Khoảng Clopper–Pearson trên cỡ mẫu hiệu dụng n, với x = R·n (Korn và Graubard 1998). Khi mọi người trả lời như nhau nên sai số chuẩn là 0, n là số người.",
                    "Clopper and Pearson’s interval on the effective number n, with x = R·n (Korn and Graubard 1998). When all people answered alike and the standard error is 0, n is the number of people.",
                ),
                EXACT,
                EFFECTIVE,
            ),
            Self::BetaCapped => (
                ("Korn–Graubard có giới hạn", "Korn and Graubard, capped"),
                (
                    "Như Korn–Graubard, nhưng cỡ mẫu hiệu dụng n không lớn hơn số người đã trả lời (Parker và cộng sự 2017).",
                    "Korn and Graubard’s interval with an effective number n that is never above the number of people (Parker and others 2017).",
                ),
                EXACT,
                EFFECTIVE,
            ),
            Self::Likelihood => (
                ("tỷ số hợp lý", "likelihood ratio"),
                (
                    "Khoảng gồm mọi tỷ lệ thật q mà độ hợp lý không cách quá xa tỷ lệ R; khoảng cách được chia theo hệ số thiết kế (Rao và Scott 1984).",
                    "All true rates q whose likelihood is not too far from that of R, the distance scaled by the design effect (Rao and Scott 1984).",
                ),
                &[
                    "m = {R}·(1 − {R})/{SE}² · ({n} − 1)/{n}",
                    "2·m·({R}·ln({R}/q) + (1 − {R})·ln((1 − {R})/(1 − q))) ≤ {t}²",
                ],
                "local({ m <- rate * (1 - rate) / se^2 * ({n} - 1) / {n}; off <- function(q) 2 * m * (rate * log(rate / q) + (1 - rate) * log((1 - rate) / (1 - q))) - qt((1 + level) / 2, df)^2; c(uniroot(off, c(1e-12, rate), tol = 1e-14)$root, uniroot(off, c(rate, 1 - 1e-12), tol = 1e-14)$root) })",
            ),
        };
        let text = |(vi, en): (&str, &str)| Text::new(vi, en);
        Formula { name: text(name), words: text(words), symbols, r }
    }
}

const EFFECTIVE: &str = "qbeta((1 + c(-1, 1) * level) / 2, {x} + c(0, 1), {n} - {x} + c(1, 0))";
const EXACT: &[&str] = &["B⁻¹({a}; {x}, {n} − {x} + 1)", "B⁻¹({b}; {x} + 1, {n} − {x})"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_a_formula_of_its_own_in_names_that_are_known() {
        let mut titles = Vec::new();
        for method in IntervalMethod::CHOICES {
            let formula = method.formula();
            assert!(!formula.words.vi.is_empty() && !formula.words.en.is_empty());
            for text in formula.symbols.iter().chain([&formula.r]) {
                let named = text.split('{').skip(1).filter_map(|rest| rest.split('}').next());
                for name in named.filter(|name| !name.contains(' ')) {
                    assert!(["R", "SE", "x", "n", "t", "z", "a", "b"].contains(&name), "{text}");
                }
            }
            titles.push(formula.name.en);
        }
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), IntervalMethod::CHOICES.len());
    }
}
