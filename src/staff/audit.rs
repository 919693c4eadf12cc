//! The audit log: who did what, when, where, and how it ended.

use surveys::Text;

use super::{Account, Scope};

/// What was done. A name is never used again for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Gave a name and a password.
    Password,
    /// Gave a code of the second factor.
    SecondFactor,
    /// Proved again who they are.
    ProvedAgain,
    /// Signed out.
    SignOut,
    /// Set up an account through a one-time link.
    SetUp,
    /// Chose another password.
    ChangePassword,
    /// Made new recovery codes.
    NewRecoveryCodes,
    /// Ended other sessions of their own.
    EndSessions,
    /// Asked for a page or an act.
    Enter,
    /// Added an account.
    AddAccount,
    /// Made a one-time link.
    MakeLink,
    /// Asked for somebody's second factor to be set up anew.
    AskReset,
    /// Disabled an account.
    Disable,
    /// Enabled an account again.
    Enable,
    /// Took the audit log along as a file.
    ExportAudit,
    /// Did something with a petition.
    HandlePetition,
    /// Opened the contact of whoever sent a petition.
    OpenContact,
    /// Wrote a letter of apology.
    WriteApology,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 18] = [
        Self::Password,
        Self::SecondFactor,
        Self::ProvedAgain,
        Self::SignOut,
        Self::SetUp,
        Self::ChangePassword,
        Self::NewRecoveryCodes,
        Self::EndSessions,
        Self::Enter,
        Self::AddAccount,
        Self::MakeLink,
        Self::AskReset,
        Self::Disable,
        Self::Enable,
        Self::ExportAudit,
        Self::HandlePetition,
        Self::OpenContact,
        Self::WriteApology,
    ];

    /// The action as it is stored and exported.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second-factor",
            Self::ProvedAgain => "proved-again",
            Self::SignOut => "sign-out",
            Self::SetUp => "set-up",
            Self::ChangePassword => "change-password",
            Self::NewRecoveryCodes => "new-recovery-codes",
            Self::EndSessions => "end-sessions",
            Self::Enter => "enter",
            Self::AddAccount => "add-account",
            Self::MakeLink => "make-link",
            Self::AskReset => "ask-reset",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::ExportAudit => "export-audit",
            Self::HandlePetition => "handle-petition",
            Self::OpenContact => "open-contact",
            Self::WriteApology => "write-apology",
        }
    }

    /// Reads what [`Action::name`] wrote.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// The action in words.
    pub fn text(self) -> Text {
        let (vi, en) = match self {
            Self::Password => ("Nhập mật khẩu", "Gave a password"),
            Self::SecondFactor => ("Nhập mã xác thực", "Gave a code"),
            Self::ProvedAgain => ("Xác nhận lại", "Proved again who they are"),
            Self::SignOut => ("Đăng xuất", "Signed out"),
            Self::SetUp => ("Thiết lập tài khoản", "Set up an account"),
            Self::ChangePassword => ("Đổi mật khẩu", "Changed the password"),
            Self::NewRecoveryCodes => ("Tạo mã dự phòng mới", "Made new recovery codes"),
            Self::EndSessions => ("Kết thúc các phiên khác", "Ended other sessions"),
            Self::Enter => ("Mở trang hoặc gửi yêu cầu", "Asked for a page or an act"),
            Self::AddAccount => ("Thêm tài khoản", "Added an account"),
            Self::MakeLink => ("Tạo liên kết dùng một lần", "Made a one-time link"),
            Self::AskReset => ("Đề nghị đặt lại xác thực hai lớp", "Asked for a new second factor"),
            Self::Disable => ("Khóa tài khoản", "Disabled an account"),
            Self::Enable => ("Mở lại tài khoản", "Enabled an account"),
            Self::ExportAudit => ("Tải nhật ký", "Exported the audit log"),
            Self::HandlePetition => ("Xử lý phản ánh, kiến nghị", "Handled a petition"),
            Self::OpenContact => ("Xem thông tin liên hệ", "Opened a contact"),
            Self::WriteApology => ("Soạn thư xin lỗi", "Wrote a letter of apology"),
        };
        Text::new(vi, en)
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl Outcome {
    /// The outcome as it is stored and exported.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// Reads what [`Outcome::name`] wrote.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Done, Self::Refused].into_iter().find(|outcome| outcome.name() == name)
    }
}

/// Who acts when the operator does, from the machine's own command line.
pub const OPERATOR: &str = "(operator)";
/// Who acts when nobody is known: what was typed may be somebody's password.
pub const UNKNOWN: &str = "(unknown)";

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, in UTC milliseconds.
    pub at: i64,
    /// Whose sign-in name, or [`OPERATOR`] or [`UNKNOWN`].
    pub who: String,
    /// What.
    pub action: Action,
    /// Where: whoever may read the log there sees it.
    pub scope: Scope,
    /// What it was about: a sign-in name, a path. On one line.
    pub subject: String,
    /// How it ended.
    pub outcome: Outcome,
}

impl Event {
    /// What `who` did, on behalf of nobody's unit in particular.
    pub fn new(at: i64, who: &str, action: Action, outcome: Outcome) -> Self {
        let (who, subject) = (who.to_owned(), String::new());
        Self { at, who, action, scope: Scope::Everywhere, subject, outcome }
    }

    /// What `account` did at its own place.
    pub fn of(at: i64, account: &Account, action: Action, outcome: Outcome) -> Self {
        Self::new(at, account.name.as_str(), action, outcome).at_place(&account.scope)
    }

    /// The same at `scope`.
    #[must_use]
    pub fn at_place(mut self, scope: &Scope) -> Self {
        self.scope = scope.clone();
        self
    }

    /// The same about `subject`; what could break a line is taken out.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        self.subject = subject.chars().filter(|c| !c.is_control()).take(200).collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_its_own_name_and_is_read_back() {
        for action in Action::ALL {
            assert_eq!(Action::of_name(action.name()), Some(action));
        }
        assert_eq!(Action::of_name("nonsense"), None);
        assert_eq!(Outcome::of_name("refused"), Some(Outcome::Refused));
    }

    #[test]
    fn a_subject_cannot_forge_a_line() {
        let event = Event::new(0, UNKNOWN, Action::Enter, Outcome::Refused)
            .about(&format!("/staff\r\n2026 admin done\0{}", "x".repeat(500)));
        assert!(event.subject.starts_with("/staff2026 admin donex"));
        assert_eq!(event.subject.chars().count(), 200);
    }
}
