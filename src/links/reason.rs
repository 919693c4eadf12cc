//! Why a mail waits or was given up, in words.

use surveys::Text;

/// What `why`, as it is stored, means and what to do, in both languages.
pub fn reason(why: &str) -> Text {
    let (step, _) = why.split_once(' ').unwrap_or((why, ""));
    let (vi, en) = match step {
        "network" => (
            "không kết nối được máy chủ thư; kiểm tra mạng, host và port",
            "the mail server cannot be reached; check the network, host and port",
        ),
        "tls" => (
            "kết nối mã hóa với máy chủ thư không thành; kiểm tra tls và host",
            "no encrypted connection to the mail server; check tls and host",
        ),
        "server" => (
            "máy chủ thư không tiếp nhận hệ thống này; hỏi người quản lý máy chủ thư",
            "the mail server does not talk to this service; ask whoever runs it",
        ),
        "sign-in" => (
            "máy chủ thư không nhận tên hoặc mật khẩu; sửa rồi khởi động lại",
            "the mail server does not take the name or the password; correct them and restart",
        ),
        "sender" => (
            "máy chủ thư không nhận địa chỉ gửi; sửa from rồi khởi động lại",
            "the mail server does not take the sender’s address; correct from and restart",
        ),
        "mail" => (
            "máy chủ thư không chuyển thư cho hệ thống này; kiểm tra user và password-file",
            "the mail server passes nothing on for this service; check user and password-file",
        ),
        "unclear" => (
            "không rõ máy chủ thư đã nhận hay chưa; không gửi lại để tránh gửi hai lần",
            "not known whether the mail server took it; not sent again, to send nothing twice",
        ),
        "too-old" => ("đã quá 14 ngày", "14 days are over"),
        "retired" => (
            "điểm khảo sát đã ngừng; mở lại trong 14 ngày thì thư được gửi",
            "the collection point is retired; mails go out if it is reopened within 14 days",
        ),
        "no-point" => ("không còn điểm khảo sát này", "there is no such collection point"),
        "key-lost" => (
            "khóa niêm phong địa chỉ thư không còn; tạo liên kết bằng tệp cho cổng gửi tin",
            "the key that sealed the mailbox is lost; use the file for the gateway",
        ),
        "no-address" => (
            "chưa đặt địa chỉ công khai; đặt public-address",
            "there is no public address; set public-address",
        ),
        "bad-address" => ("không gửi được tới địa chỉ này", "nothing can be sent to this mailbox"),
        code if code.starts_with('4') => {
            ("máy chủ thư hẹn gửi lại sau", "the mail server puts it off; it is tried again")
        }
        _ => ("máy chủ thư từ chối hộp thư này", "the mail server refuses this mailbox"),
    };
    Text::new(format!("{why} ({vi})"), format!("{why} ({en})"))
}
