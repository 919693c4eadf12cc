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

/// Fields whose texts no page shows again, with the reason.
const NEVER_SHOWN: [(&str, &str); 12] = [
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
    ("/withdraw {\"reason\", \"sure\"}", "what asked whether one is sure is withdrawn by then"),
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
        "day" | "from" | "sent" => "01/10/2026",
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
