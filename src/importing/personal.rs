//! Columns that are about a person, told by their names: they are never guessed to be an
//! answer or a comment.

use surveys::text::fold;

/// What names such a column wherever it stands in its name, folded.
const ANYWHERE: [&str; 20] = [
    "ho ten",
    "ho va ten",
    "so dien thoai",
    "sdt",
    "so zalo",
    "dia chi email",
    "email",
    "e mail",
    "thu dien tu",
    "cccd",
    "cmnd",
    "can cuoc",
    "so giay to",
    "so dinh danh",
    "ngay sinh",
    "full name",
    "phone number",
    "mobile number",
    "id number",
    "date of birth",
];
/// What names one only when little else is said: a question may be about an address or
/// about being told by telephone.
const ALONE: [&str; 11] = [
    "ten nguoi",
    "dien thoai",
    "dia chi",
    "dtdd",
    "zalo",
    "noi o",
    "username",
    "phone",
    "mobile",
    "address",
    "mail",
];
/// What names one when it is all that is said.
const WHOLE: [&str; 2] = ["ten", "name"];
/// The most words of a name that says little else.
const FEW: usize = 5;

/// Whether a column called `name` may hold who somebody is or how to reach them.
pub fn is_personal(name: &str) -> bool {
    let name = fold(name);
    if WHOLE.contains(&name.as_str()) {
        return true;
    }
    let name = format!(" {name} ");
    let says = |phrase: &&str| name.contains(&format!(" {phrase} "));
    ANYWHERE.iter().any(&says) || name.split_whitespace().count() <= FEW && ALONE.iter().any(says)
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;

    #[test]
    fn who_somebody_is_and_how_to_reach_them_is_known_by_the_name_of_the_column() {
        for name in [
            "Họ và tên",
            "HỌ TÊN",
            "Họ tên người trả lời",
            "Tên",
            "Số điện thoại",
            "Điện thoại liên hệ",
            "SĐT",
            "Để được liên hệ lại, ông/bà vui lòng ghi số điện thoại:",
            "Địa chỉ",
            "Địa chỉ email",
            "Email Address",
            "E-mail",
            "Số CCCD/CMND",
            "Số giấy tờ",
            "Ngày sinh",
            "Phone",
            "Full name",
            "Username",
        ] {
            assert!(is_personal(name), "{name}");
        }
    }

    #[test]
    fn no_question_of_ours_and_nothing_that_is_asked_for_counts_as_such() {
        for instrument in catalog::instruments() {
            for item in instrument.asked() {
                for text in [&item.text.vi, &item.text.en] {
                    assert!(!is_personal(text), "{text}");
                }
            }
        }
        for name in
            ["Góp ý thêm", "Nơi tiếp nhận", "Ngày", "Giấy tờ phải nộp", "Tên thủ tục", "Ghi chú"]
        {
            assert!(!is_personal(name), "{name}");
        }
        assert!(!is_personal("Ông/bà hài lòng thế nào khi được trả lời qua điện thoại?"));
    }
}
