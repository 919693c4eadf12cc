//! What the way through all forms has to be told, because no page says it.

/// What ends something, or makes whoever tries often wait: done after everything else.
pub(crate) const LAST: [&str; 12] = [
    "/refuse",
    "/duplicate",
    "/give-up",
    "/withdraw",
    "/undo",
    "/erase",
    "/retire",
    "/revoke",
    "/again",
    "/second-factor",
    "/sign-in",
    "/me/password",
];

/// Routes whose form a page shows only when things stand otherwise than in this test; the
/// tests of their own rooms type into those.
pub(crate) const GONE: &[&str] = &[
    "/staff/set-up/{token}",
    "/staff/publishing/{commune}/{instrument}/{period}/withdraw",
    "/staff/points/{point}/reopen",
    "/staff/points/{point}/recordings/{item}/{language}/remove",
    "/staff/points/{point}/devices/{device}/revoke",
    "/staff/accounts/{account}/enable",
    "/staff/samples/{sample}/assign",
    "/staff/samples/{sample}/interviewers",
    "/staff/samples/{sample}/code",
    "/staff/samples/{sample}/revoke",
    "/staff/paper/{batch}/key/undo",
    "/staff/paper/{batch}/draw",
    "/staff/paper/{batch}/rekey",
    "/staff/paper/{batch}/decide",
    "/staff/paper/{batch}/agree",
    "/staff/paper/{batch}/close",
    "/staff/paper/{batch}/correct",
    "/staff/comments/{comment}/return",
    "/staff/import/columns",
    "/staff/import/preview",
    "/staff/import/rejects",
    "/staff/indicators/file/preview",
    "/staff/indicators/file/rejects",
];

/// Fields whose texts no page shows again, with the reason.
const NEVER_SHOWN: [(&str, &str); 11] = [
    ("/staff/again", "a code is used once"),
    ("/staff/second-factor", "a code is used once"),
    ("/staff/links/stop", "which dossier it was is kept nowhere"),
    ("/status {", "a PIN is a secret"),
    ("password", "a password is a secret"),
    ("(forged)", "no page of ours sends it"),
    ("Get /staff/petitions {\"commune\"", "a commune that is none has no petitions"),
    ("recordings/{item}/{language} {\"file\"} (file)", "a recording has no name"),
    ("Post /staff/indicators/file {", "a file that cannot be read has no name any more"),
    ("devices/import {", "a file that cannot be read has no name any more"),
    ("(asked)", "most of what is asked chooses and is not shown"),
];

/// Whether nothing shows again what is typed into `field`.
pub(crate) fn is_never_shown(field: &str) -> bool {
    NEVER_SHOWN.iter().any(|(part, _)| field.contains(part))
}

/// What takes a field apart that is a list, whose entries may be shown one by one.
pub(crate) fn parts(name: &str) -> &'static [char] {
    let is_a_list = ["list", "households", "fields", "tags"].contains(&name);
    if is_a_list { &[',', ';', '"', '\n', '\r', '\t'] } else { &[] }
}

/// What takes the name of a file apart: nobody is told in which folder it was.
pub(crate) const FOLDERS: &[char] = &['/', '\\'];

/// What is right in `field`, which does not take every text; another one each turn where it
/// must not be there yet.
pub(crate) fn good(field: &str, turn: usize) -> String {
    let name = field.rsplit(' ').next().unwrap_or_default();
    let right = match name {
        "name" => return format!("nguoi-{turn}"),
        "code" => return format!("22651-{turn}"),
        "sample" => return format!("mau-{turn}"),
        "households" => return crate::support::sample::list(),
        "email" => "x@a.vn",
        "phone" => "0912345678",
        "unit" => "22651",
        "day" | "from" => "01/10/2026",
        "until" => "30/11/2026",
        "due" => "15/10/2026",
        "new_due" => "20/10/2026",
        "number" => "12/GXL",
        "period" => "9/2026",
        "numerator" | "denominator" | "interviewers" => "1",
        "sheets" | "count" => "3",
        "pin" => "1234",
        _ => "",
    };
    right.to_owned()
}
