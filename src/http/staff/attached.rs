//! A file as an answer.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use analytics::export::sheet::{Sheet, SheetFormat};

/// The file `name` with `content`, which a browser stores and does not open.
pub(super) fn attached(media_type: &str, name: &str, content: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(content)
}

/// The format that the ending `asked` names; CSV for any other.
pub(super) fn format(asked: &str) -> SheetFormat {
    let named = SheetFormat::ALL.into_iter().find(|format| format.ending() == asked);
    named.unwrap_or(SheetFormat::Csv)
}

/// `sheet` as a file called `name`, with the ending of its format.
pub(super) fn sheet(sheet: &Sheet, name: &str, format: SheetFormat) -> HttpResponse {
    let file = sheet.file(format).expect("memory takes what is written to it");
    attached(format.media_type(), &format!("{name}.{}", format.ending()), file)
}
