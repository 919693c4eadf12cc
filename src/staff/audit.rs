//! The audit log: who did what, when, where, and how it ended.

use surveys::Text;
use surveys::text::typed_text;

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
    /// Took a table of results along as a file.
    ExportResults,
    /// Added a collection point.
    AddPoint,
    /// Gave a collection point another name.
    RenamePoint,
    /// Retired a collection point.
    RetirePoint,
    /// Took a retired collection point into use again.
    ReopenPoint,
    /// Set opening hours.
    SetHours,
    /// Made a code by which a tablet is enrolled.
    EnrolDevice,
    /// Revoked a tablet.
    RevokeDevice,
    /// Made visit slips.
    MakeSlips,
    /// Made paper forms with serial numbers.
    MakePaper,
    /// Made survey links for closed dossiers.
    MakeSurveyLinks,
    /// Forgot everything sealed with a key that is lost.
    NewKey,
    /// Gave a recovery code instead of one from the phone.
    RecoveryCode,
    /// Imported a file of responses.
    Import,
    /// Took the rows of a file along that could not be imported.
    ExportRejects,
    /// Undid an import.
    UndoBatch,
    /// Added a sample of households.
    AddSample,
    /// Assigned households to interviewers.
    AssignHouseholds,
    /// Added an interviewer.
    AddInterviewer,
    /// Made a code that enrols an interviewer's tablet.
    EnrolInterviewer,
    /// Set responses aside that do not belong to a sample.
    SetAsideResponses,
    /// Withdrew a sample.
    WithdrawSample,
    /// Opened a batch of paper forms.
    OpenPaperBatch,
    /// Added serial numbers to a batch of paper forms.
    AddPaperRange,
    /// Counted the sheets of a batch.
    CountSheets,
    /// Keyed a sheet.
    KeySheet,
    /// Keyed a sheet in place of an earlier keying.
    ReplaceSheet,
    /// Took back a sheet they had keyed.
    TakeBackSheet,
    /// Explained serial numbers that nobody had keyed.
    ExplainSerials,
    /// Had the sheets drawn that are keyed again.
    DrawSheets,
    /// Keyed a sheet again to check it.
    RekeySheet,
    /// Decided what a sheet says.
    DecideSheet,
    /// Agreed to what another person says of a sheet.
    AgreeToSheet,
    /// Did not agree to what was said of a sheet, or took it back.
    RefuseSheet,
    /// Closed a batch of paper forms.
    ClosePaperBatch,
    /// Corrected a sheet of a closed batch.
    CorrectSheet,
    /// Gave up a batch of paper forms.
    GiveUpPaperBatch,
    /// Did something with a petition.
    HandlePetition,
    /// Opened the contact of whoever sent a petition.
    OpenContact,
    /// Wrote a letter of apology.
    WriteApology,
    /// Opened an improvement action.
    OpenAction,
    /// Changed what an improvement action says.
    EditAction,
    /// Changed an improvement action that everybody may read.
    EditPublicAction,
    /// Noted something on an improvement action, or gave evidence.
    NoteAction,
    /// Began, closed, dropped or reopened an improvement action.
    MoveAction,
    /// Let everybody read an improvement action.
    PublishAction,
    /// Let only staff read an improvement action again.
    WithdrawAction,
    /// Entered results of indicators.
    EnterIndicators,
    /// Withdrew a result of an indicator.
    WithdrawIndicator,
    /// Published a comment.
    PublishComment,
    /// Hid a comment.
    HideComment,
    /// Set a comment aside.
    SetAsideComment,
    /// Let a comment wait again.
    ReturnComment,
    /// Gave a comment tags.
    TagComment,
    /// Took comments along as a file.
    ExportComments,
    /// Set the fields of procedures that a point offers.
    SetFields,
    /// Set whether tablets go on by themselves.
    SetAdvance,
    /// Set how citizens reach the centre.
    SetContact,
    /// Took improvement actions along as a file.
    ExportActions,
    /// Took entered results of indicators along as a file.
    ExportIndicators,
    /// Added the recording of an item.
    AddRecording,
    /// Removed the recording of an item.
    RemoveRecording,
    /// Took in the file that a tablet had saved.
    ImportQueue,
    /// Refused the file of a tablet that somebody had changed.
    RefuseQueue,
    /// Made reminders of survey links.
    RemindOfLinks,
    /// Stopped the mails of a dossier.
    StopMail,
    /// Took raw responses along as a file.
    ExportResponses,
    /// Let go what was kept long enough.
    EndTerms,
    /// Took a response back, for whoever had its receipt.
    WithdrawResponse,
    /// Erased the contact of a petition, or covered parts of it, as its sender asked.
    EraseOfPetition,
    /// Took the figures of petitions along as a file.
    ExportPetitions,
    /// Took a list of petitions along as a file.
    ExportPetitionList,
    /// Took another list of staff's along as a file.
    ExportList,
    /// Sent something more often than is let in, or before the wait was over.
    TooOften,
    /// Asked for something grave without having proved again who they are.
    Unproved,
    /// Sent a form from a page that is not ours.
    SendForeign,
    /// Sent a form without the mark of their session.
    SendUnmarked,
    /// Sent a form too large or of a kind that is not read.
    SendUnread,
    /// Asked for a page of staff over a connection that others can read.
    EnterPlainly,
    /// Saved a reply template of a commune.
    SaveReplyTemplate,
    /// Removed a reply template of a commune.
    RemoveReplyTemplate,
    /// Published the results of a period.
    PublishResults,
    /// Corrected published results.
    CorrectResults,
    /// Took published results back.
    WithdrawResults,
    /// Wrote down in which department somebody works.
    SetDepartment,
    /// Noted that a report of the plan's calendar was sent.
    NoteReport,
    /// Took back that a report was sent.
    TakeReportBack,
}

impl Action {
    /// Every action.
    pub const ALL: &[Self] = &[
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
        Self::ExportResults,
        Self::AddPoint,
        Self::RenamePoint,
        Self::RetirePoint,
        Self::ReopenPoint,
        Self::SetHours,
        Self::EnrolDevice,
        Self::RevokeDevice,
        Self::MakeSlips,
        Self::MakePaper,
        Self::MakeSurveyLinks,
        Self::NewKey,
        Self::RecoveryCode,
        Self::Import,
        Self::ExportRejects,
        Self::UndoBatch,
        Self::AddSample,
        Self::AssignHouseholds,
        Self::AddInterviewer,
        Self::EnrolInterviewer,
        Self::SetAsideResponses,
        Self::WithdrawSample,
        Self::OpenPaperBatch,
        Self::AddPaperRange,
        Self::CountSheets,
        Self::KeySheet,
        Self::ReplaceSheet,
        Self::TakeBackSheet,
        Self::ExplainSerials,
        Self::DrawSheets,
        Self::RekeySheet,
        Self::DecideSheet,
        Self::AgreeToSheet,
        Self::RefuseSheet,
        Self::ClosePaperBatch,
        Self::CorrectSheet,
        Self::GiveUpPaperBatch,
        Self::HandlePetition,
        Self::OpenContact,
        Self::WriteApology,
        Self::OpenAction,
        Self::EditAction,
        Self::EditPublicAction,
        Self::NoteAction,
        Self::MoveAction,
        Self::PublishAction,
        Self::WithdrawAction,
        Self::EnterIndicators,
        Self::WithdrawIndicator,
        Self::PublishComment,
        Self::HideComment,
        Self::SetAsideComment,
        Self::ReturnComment,
        Self::TagComment,
        Self::ExportComments,
        Self::SetFields,
        Self::SetAdvance,
        Self::SetContact,
        Self::AddRecording,
        Self::RemoveRecording,
        Self::ImportQueue,
        Self::RefuseQueue,
        Self::RemindOfLinks,
        Self::StopMail,
        Self::ExportActions,
        Self::ExportIndicators,
        Self::ExportResponses,
        Self::EndTerms,
        Self::WithdrawResponse,
        Self::EraseOfPetition,
        Self::ExportPetitions,
        Self::ExportPetitionList,
        Self::ExportList,
        Self::TooOften,
        Self::Unproved,
        Self::SendForeign,
        Self::SendUnmarked,
        Self::SendUnread,
        Self::EnterPlainly,
        Self::SaveReplyTemplate,
        Self::RemoveReplyTemplate,
        Self::PublishResults,
        Self::CorrectResults,
        Self::WithdrawResults,
        Self::SetDepartment,
        Self::NoteReport,
        Self::TakeReportBack,
    ];

    /// The action as it is stored and exported.
    #[expect(clippy::too_many_lines, reason = "a line for each action, and no more")]
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
            Self::ExportResults => "export-results",
            Self::AddPoint => "add-point",
            Self::RenamePoint => "rename-point",
            Self::RetirePoint => "retire-point",
            Self::ReopenPoint => "reopen-point",
            Self::SetHours => "set-hours",
            Self::EnrolDevice => "enrol-device",
            Self::RevokeDevice => "revoke-device",
            Self::MakeSlips => "make-slips",
            Self::MakePaper => "make-paper",
            Self::MakeSurveyLinks => "make-survey-links",
            Self::NewKey => "new-key",
            Self::RecoveryCode => "recovery-code",
            Self::Import => "import",
            Self::ExportRejects => "export-rejects",
            Self::UndoBatch => "undo-batch",
            Self::AddSample => "add-sample",
            Self::AssignHouseholds => "assign-households",
            Self::AddInterviewer => "add-interviewer",
            Self::EnrolInterviewer => "enrol-interviewer",
            Self::SetAsideResponses => "set-aside-responses",
            Self::WithdrawSample => "withdraw-sample",
            Self::OpenPaperBatch => "open-paper-batch",
            Self::AddPaperRange => "add-paper-range",
            Self::CountSheets => "count-sheets",
            Self::KeySheet => "key-sheet",
            Self::ReplaceSheet => "replace-sheet",
            Self::TakeBackSheet => "take-back-sheet",
            Self::ExplainSerials => "explain-serials",
            Self::DrawSheets => "draw-sheets",
            Self::RekeySheet => "rekey-sheet",
            Self::DecideSheet => "decide-sheet",
            Self::AgreeToSheet => "agree-to-sheet",
            Self::RefuseSheet => "refuse-sheet",
            Self::ClosePaperBatch => "close-paper-batch",
            Self::CorrectSheet => "correct-sheet",
            Self::GiveUpPaperBatch => "give-up-paper-batch",
            Self::HandlePetition => "handle-petition",
            Self::OpenContact => "open-contact",
            Self::WriteApology => "write-apology",
            Self::OpenAction => "open-action",
            Self::EditAction => "edit-action",
            Self::EditPublicAction => "edit-public-action",
            Self::NoteAction => "note-action",
            Self::MoveAction => "move-action",
            Self::PublishAction => "publish-action",
            Self::WithdrawAction => "withdraw-action",
            Self::EnterIndicators => "enter-indicators",
            Self::WithdrawIndicator => "withdraw-indicator",
            Self::PublishComment => "publish-comment",
            Self::HideComment => "hide-comment",
            Self::SetAsideComment => "set-aside-comment",
            Self::ReturnComment => "return-comment",
            Self::TagComment => "tag-comment",
            Self::ExportComments => "export-comments",
            Self::SetFields => "set-fields",
            Self::SetAdvance => "set-advance",
            Self::SetContact => "set-contact",
            Self::AddRecording => "add-recording",
            Self::RemoveRecording => "remove-recording",
            Self::ImportQueue => "import-queue",
            Self::RefuseQueue => "refuse-queue",
            Self::RemindOfLinks => "remind-of-links",
            Self::StopMail => "stop-mail",
            Self::ExportActions => "export-actions",
            Self::ExportIndicators => "export-indicators",
            Self::ExportResponses => "export-responses",
            Self::EndTerms => "end-terms",
            Self::WithdrawResponse => "withdraw-response",
            Self::EraseOfPetition => "erase-of-petition",
            Self::ExportPetitions => "export-petitions",
            Self::ExportPetitionList => "export-petition-list",
            Self::ExportList => "export-list",
            Self::TooOften => "too-often",
            Self::Unproved => "unproved",
            Self::SendForeign => "send-foreign",
            Self::SendUnmarked => "send-unmarked",
            Self::SendUnread => "send-unread",
            Self::EnterPlainly => "enter-plainly",
            Self::SaveReplyTemplate => "save-reply-template",
            Self::RemoveReplyTemplate => "remove-reply-template",
            Self::PublishResults => "publish-results",
            Self::CorrectResults => "correct-results",
            Self::WithdrawResults => "withdraw-results",
            Self::SetDepartment => "set-department",
            Self::NoteReport => "note-report",
            Self::TakeReportBack => "take-report-back",
        }
    }

    /// Reads what [`Action::name`] wrote.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }

    /// The action in words.
    #[expect(clippy::too_many_lines, reason = "a line or two for each action, and no more")]
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
            Self::ExportResults => ("Tải bảng kết quả", "Exported a table of results"),
            Self::AddPoint => ("Thêm điểm khảo sát", "Added a collection point"),
            Self::RenamePoint => ("Đổi tên điểm khảo sát", "Renamed a collection point"),
            Self::RetirePoint => ("Ngừng điểm khảo sát", "Retired a collection point"),
            Self::ReopenPoint => ("Mở lại điểm khảo sát", "Reopened a collection point"),
            Self::SetHours => ("Đặt giờ làm việc", "Set opening hours"),
            Self::EnrolDevice => ("Tạo mã đăng ký máy", "Made a code to enrol a tablet"),
            Self::RevokeDevice => ("Thu hồi máy", "Revoked a tablet"),
            Self::MakeSlips => ("In phiếu lượt giao dịch", "Made visit slips"),
            Self::MakePaper => ("In phiếu giấy", "Made paper forms"),
            Self::MakeSurveyLinks => ("Tạo liên kết khảo sát", "Made survey links"),
            Self::NewKey => ("Bỏ khóa đã mất", "Gave up a lost key"),
            Self::RecoveryCode => ("Nhập mã dự phòng", "Gave a recovery code"),
            Self::Import => ("Nhập tệp phiếu", "Imported a file of responses"),
            Self::ExportRejects => ("Tải các dòng bị loại", "Exported rows left out"),
            Self::UndoBatch => ("Rút lại đợt nhập", "Undid an import"),
            Self::AddSample => ("Thêm mẫu hộ gia đình", "Added a sample of households"),
            Self::AssignHouseholds => ("Phân công hộ", "Assigned households"),
            Self::AddInterviewer => ("Thêm người phỏng vấn", "Added an interviewer"),
            Self::EnrolInterviewer => {
                ("Tạo mã đăng ký máy phỏng vấn", "Made a code for an interviewer's tablet")
            }
            Self::SetAsideResponses => {
                ("Để riêng phiếu không thuộc mẫu", "Set responses of a sample aside")
            }
            Self::WithdrawSample => ("Rút lại mẫu hộ gia đình", "Withdrew a sample of households"),
            Self::OpenPaperBatch => ("Mở đợt phiếu giấy", "Opened a batch of paper forms"),
            Self::AddPaperRange => ("Thêm dải số phiếu vào đợt", "Added serial numbers to a batch"),
            Self::CountSheets => ("Đếm phiếu giấy", "Counted sheets"),
            Self::KeySheet => ("Nhập một phiếu giấy", "Keyed a sheet"),
            Self::ReplaceSheet => {
                ("Nhập thay một phiếu giấy", "Keyed a sheet in place of an earlier keying")
            }
            Self::TakeBackSheet => ("Rút lại một phiếu giấy vừa nhập", "Took back a sheet"),
            Self::ExplainSerials => {
                ("Giải trình số phiếu còn thiếu", "Explained missing serial numbers")
            }
            Self::DrawSheets => ("Chọn phiếu để nhập lại", "Had sheets drawn to be keyed again"),
            Self::RekeySheet => ("Nhập lại một phiếu để kiểm tra", "Keyed a sheet again"),
            Self::DecideSheet => ("Quyết định nội dung một phiếu", "Decided what a sheet says"),
            Self::AgreeToSheet => {
                ("Xác nhận nội dung một phiếu", "Agreed to what another says of a sheet")
            }
            Self::RefuseSheet => {
                ("Không xác nhận nội dung một phiếu", "Did not agree to what is said of a sheet")
            }
            Self::ClosePaperBatch => ("Đóng đợt phiếu giấy", "Closed a batch of paper forms"),
            Self::CorrectSheet => {
                ("Sửa một phiếu của đợt đã đóng", "Corrected a sheet of a closed batch")
            }
            Self::GiveUpPaperBatch => ("Rút lại đợt phiếu giấy", "Gave up a batch of paper forms"),
            Self::HandlePetition => ("Xử lý phản ánh, kiến nghị", "Handled a petition"),
            Self::OpenContact => ("Xem thông tin liên hệ", "Opened a contact"),
            Self::WriteApology => ("Soạn thư xin lỗi", "Wrote a letter of apology"),
            Self::OpenAction => ("Mở việc khắc phục", "Opened an improvement action"),
            Self::EditAction => ("Sửa việc khắc phục", "Edited an improvement action"),
            Self::EditPublicAction => {
                ("Sửa việc khắc phục đang công khai", "Edited a public improvement action")
            }
            Self::NoteAction => {
                ("Ghi chú về việc khắc phục", "Noted something on an improvement action")
            }
            Self::MoveAction => {
                ("Đổi tình trạng việc khắc phục", "Changed the status of an improvement action")
            }
            Self::PublishAction => ("Công khai việc khắc phục", "Published an improvement action"),
            Self::WithdrawAction => {
                ("Thôi công khai việc khắc phục", "Withdrew an improvement action from the public")
            }
            Self::EnterIndicators => {
                ("Nhập kết quả chỉ tiêu hành chính", "Entered results of indicators")
            }
            Self::WithdrawIndicator => {
                ("Rút lại kết quả chỉ tiêu hành chính", "Withdrew a result of an indicator")
            }
            Self::PublishComment => ("Công bố góp ý", "Published a comment"),
            Self::HideComment => ("Ẩn góp ý", "Hid a comment"),
            Self::SetAsideComment => ("Lưu riêng góp ý", "Set a comment aside"),
            Self::ReturnComment => ("Đưa góp ý về chờ xem", "Let a comment wait again"),
            Self::TagComment => ("Gắn nhãn góp ý", "Gave a comment tags"),
            Self::ExportComments => ("Tải các góp ý", "Took comments along as a file"),
            Self::SetFields => ("Đặt các lĩnh vực được hỏi", "Set the fields of procedures"),
            Self::SetAdvance => {
                ("Đặt việc tự chuyển câu", "Set whether tablets go on by themselves")
            }
            Self::SetContact => {
                ("Đặt thông tin liên hệ của Trung tâm", "Set the contact of the centre")
            }
            Self::AddRecording => ("Thêm bản ghi âm", "Added a recording"),
            Self::RemoveRecording => ("Xóa bản ghi âm", "Removed a recording"),
            Self::ImportQueue => {
                ("Nhập tệp chờ gửi của máy", "Took in the file of a tablet's queue")
            }
            Self::RefuseQueue => (
                "Không nhận tệp chờ gửi đã bị sửa",
                "Refused the file of a tablet's queue, which was changed",
            ),
            Self::RemindOfLinks => {
                ("Tạo lời nhắc liên kết khảo sát", "Made reminders of survey links")
            }
            Self::StopMail => {
                ("Ngừng gửi thư điện tử của một hồ sơ", "Stopped the mails of a dossier")
            }
            Self::ExportActions => ("Tải các việc khắc phục", "Exported improvement actions"),
            Self::ExportIndicators => {
                ("Tải kết quả chỉ tiêu đã nhập", "Exported results of indicators")
            }
            Self::ExportResponses => ("Xuất từng phiếu trả lời", "Exported raw responses"),
            Self::EndTerms => ("Xóa dữ liệu hết thời hạn giữ", "Let go what was kept long enough"),
            Self::WithdrawResponse => {
                ("Rút một phiếu theo yêu cầu người gửi", "Took a response back for its sender")
            }
            Self::EraseOfPetition => {
                ("Xóa dữ liệu của phản ánh theo yêu cầu", "Erased data of a petition on request")
            }
            Self::ExportPetitions => {
                ("Tải số liệu phản ánh, kiến nghị", "Exported the figures of petitions")
            }
            Self::ExportList => ("Tải một danh sách thành tệp", "Took a list along as a file"),
            Self::ExportPetitionList => {
                ("Tải danh sách phản ánh, kiến nghị", "Exported a list of petitions")
            }
            Self::TooOften => ("Gửi quá nhiều lần", "Sent something too often"),
            Self::Unproved => ("Việc cần xác nhận lại", "Asked for what needs a new code first"),
            Self::SendForeign => {
                ("Gửi biểu mẫu từ trang khác", "Sent a form from a page of somebody else")
            }
            Self::SendUnmarked => {
                ("Gửi biểu mẫu thiếu dấu của phiên", "Sent a form without the mark of the session")
            }
            Self::SendUnread => {
                ("Gửi biểu mẫu không đọc được", "Sent a form that could not be read")
            }
            Self::EnterPlainly => {
                ("Mở trang qua kết nối không an toàn", "Asked over a connection others can read")
            }
            Self::SaveReplyTemplate => ("Lưu mẫu trả lời", "Saved a reply template"),
            Self::RemoveReplyTemplate => ("Xóa mẫu trả lời", "Removed a reply template"),
            Self::PublishResults => ("Công bố kết quả một kỳ", "Published the results of a period"),
            Self::WithdrawResults => ("Thu hồi kết quả đã công bố", "Withdrew published results"),
            Self::SetDepartment => ("Ghi bộ phận của tài khoản", "Wrote down a department"),
            Self::NoteReport => ("Ghi báo cáo đã gửi", "Noted that a report was sent"),
            Self::TakeReportBack => {
                ("Ghi lại báo cáo là chưa gửi", "Took back that a report was sent")
            }
            Self::CorrectResults => {
                ("Đính chính kết quả đã công bố", "Corrected published results")
            }
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
        self.subject = typed_text(subject).chars().filter(|c| !c.is_control()).take(200).collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_its_own_name_and_is_read_back() {
        for action in Action::ALL {
            assert_eq!(Action::of_name(action.name()), Some(*action));
        }
        assert_eq!(Action::of_name("nonsense"), None);
        assert_eq!(Outcome::of_name("refused"), Some(Outcome::Refused));
    }

    #[test]
    fn a_subject_cannot_forge_a_line() {
        let event = Event::new(0, UNKNOWN, Action::Enter, Outcome::Refused)
            .about(&format!("/staff\r\n2026\u{202e} admin done\0{}", "x".repeat(500)));
        assert!(event.subject.starts_with("/staff2026 admin donex"));
        assert_eq!(event.subject.chars().count(), 200);
    }
}
