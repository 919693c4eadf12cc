//! The letter of apology (thư xin lỗi) for something that was not done in time, laid out
//! as official letters are: once as content, written as a sheet and as DOCX.

use surveys::Language;
use surveys::unit::{self, Commune};

use super::sheet::{Anchor, INK, Sheet, Style, straight};

/// A letter to one person.
#[derive(Debug, Clone)]
pub struct ApologyLetter<'a> {
    /// The commune that apologises.
    pub commune: &'a Commune,
    /// The number of the letter; dots to be filled in by hand when empty.
    pub number: &'a str,
    /// Its day.
    pub day: chrono::NaiveDate,
    /// Whom it is for.
    pub addressee: &'a str,
    /// What is late, such as a dossier with its code.
    pub matter: &'a str,
    /// When it was due, as people write a day.
    pub due: &'a str,
    /// Why it is late.
    pub reason: &'a str,
    /// When it will be done, as people write a day.
    pub new_due: &'a str,
    /// What the signer is.
    pub title: &'a str,
    /// Who signs.
    pub signer: &'a str,
    /// Whether everything in the service is made up.
    pub simulated: bool,
}

/// The two lines with which every official paper begins.
pub(super) const NATION: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
pub(super) const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
pub(super) const HEADING: &str = "THƯ XIN LỖI";
const DOTS: &str = "……";

/// Margins and page of A4, in millimetres.
const A4: (f32, f32) = (210.0, 297.0);
const LEFT: f32 = 30.0;
const RIGHT: f32 = 20.0;

impl ApologyLetter<'_> {
    /// Who writes, in two lines.
    pub(super) fn office(&self) -> [String; 2] {
        ["ỦY BAN NHÂN DÂN".to_owned(), self.commune.name.to_uppercase()]
    }

    pub(super) fn number_line(&self) -> String {
        let number = if self.number.is_empty() { DOTS } else { self.number };
        format!("Số: {number}/TXL-UBND")
    }

    pub(super) fn place_and_day(&self) -> String {
        let day = self.day.format("ngày %d tháng %m năm %Y");
        format!("{}, {day}", self.commune.short_name())
    }

    pub(super) fn about(&self) -> String {
        format!("Về việc chậm trả kết quả: {}", self.matter)
    }

    pub(super) fn to(&self) -> String {
        format!("Kính gửi: {}", self.addressee)
    }

    /// The text, a paragraph each.
    pub(super) fn paragraphs(&self) -> Vec<String> {
        let province = unit::province(self.commune.province.as_str()).map_or("", |p| p.name);
        let office = format!(
            "Ủy ban nhân dân {}, {}",
            within_a_sentence(self.commune.name),
            within_a_sentence(province)
        );
        vec![
            format!(
                "{office} đã nhận “{}”, hẹn trả kết quả ngày {}. Đến nay việc này chưa xong.",
                self.matter, self.due
            ),
            format!("Lý do: {}", self.reason),
            format!("Thời hạn trả kết quả mới: ngày {}.", self.new_due),
            format!(
                "{office} xin lỗi ông/bà vì sự chậm trễ này và những phiền hà đã gây ra; rất mong ông/bà thông cảm."
            ),
        ]
    }

    /// The letter as one page of A4: in smaller letters when it has much to say.
    pub fn sheet(&self) -> Sheet {
        let [large, middle, small] = [4.4, 4.0, 3.6].map(|size| self.drawn(size));
        let fits = |(_, end): &(Sheet, f32)| *end <= A4.1 - RIGHT;
        [large, middle].into_iter().find(fits).unwrap_or(small).0
    }

    /// The letter in letters of `size`, and where it ends.
    fn drawn(&self, size: f32) -> (Sheet, f32) {
        let mut sheet = Sheet::new(A4.0, A4.1, HEADING.to_owned(), Language::Vi.tag());
        let (left, right) = (64.0, 143.0);
        let mut y = 22.0;
        if self.simulated {
            let style = Style::semibold(3.6, INK);
            sheet.write(&super::simulated(), A4.0 / 2.0, 14.0, style, Anchor::Middle);
        }
        let bold = Style::semibold(4.1, INK);
        let [over, under] = self.office();
        let end = sheet.write_wrapped(&over, (left, y), 66.0, bold, Anchor::Middle);
        sheet.write_wrapped(&under, (left, end), 66.0, bold, Anchor::Middle);
        sheet.write(NATION, right, y, bold, Anchor::Middle);
        sheet.write(MOTTO, right, end, Style::semibold(4.4, INK), Anchor::Middle);
        sheet.draw(straight((right - 26.0, end + 2.0), (right + 26.0, end + 2.0)), INK, 0.25);
        y += 22.0;
        let plain = Style::regular(size, INK);
        sheet.write(&self.number_line(), left, y, plain, Anchor::Middle);
        sheet.write(&self.place_and_day(), right, y, plain, Anchor::Middle);
        let (middle, room) = (A4.0 / 2.0, A4.0 - LEFT - RIGHT);
        y += 16.0;
        sheet.write(HEADING, middle, y, Style::semibold(5.6, INK), Anchor::Middle);
        y += 8.0;
        y = sheet.write_wrapped(
            &self.about(),
            (middle, y),
            room,
            Style::semibold(size, INK),
            Anchor::Middle,
        );
        y = sheet.write_wrapped(&self.to(), (middle, y + 5.0), room, plain, Anchor::Middle) + 4.0;
        for paragraph in self.paragraphs().iter().flat_map(|text| text.split('\n')) {
            y = sheet.write_wrapped(paragraph, (LEFT, y), room, plain, Anchor::Start) + 2.0;
        }
        y += 6.0;
        let title = self.title.to_uppercase();
        y = sheet.write_wrapped(&title, (right, y), 70.0, bold, Anchor::Middle);
        let end = sheet.write_wrapped(self.signer, (right, y + 22.0), 70.0, bold, Anchor::Middle);
        (sheet, end)
    }
}

/// The name of a unit where no sentence begins: `xã Diên Khánh`.
fn within_a_sentence(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Mark;
    use super::*;

    #[test]
    fn the_longest_letter_stays_on_its_page() {
        let [wide, matter, title] = ["Ế ".repeat(300), "M".repeat(150), "Ư".repeat(60)];
        let letter = ApologyLetter {
            commune: unit::commune("22651").unwrap(),
            number: "1234567890",
            day: chrono::NaiveDate::from_ymd_opt(2026, 10, 15).unwrap(),
            addressee: &matter,
            matter: &matter,
            due: "15/10/2026",
            reason: &wide,
            new_due: "20/10/2026",
            title: &title,
            signer: &title,
            simulated: true,
        };
        for mark in letter.sheet().marks {
            if let Mark::Line { text, x, y, size, weight, anchor, .. } = mark {
                let width = weight.width(&text, size);
                let start = match anchor {
                    Anchor::Start => x,
                    Anchor::Middle => x - width / 2.0,
                    Anchor::End => x - width,
                };
                let fits = start >= 10.0 && start + width <= A4.0 - 10.0 && y <= A4.1 - 10.0;
                assert!(fits, "{text} from {start} to {}, {y}", start + width);
            }
        }
    }
}
