//! A form with a file in it, as a browser sends it in several parts. Nothing of it
//! is believed, and no more of it read than may be.

use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::error::PayloadError;
use actix_web::http::header::HeaderMap;
use actix_web::web::Payload;
use futures_util::StreamExt;
use tokio::time::timeout;

use super::super::fields::{Fields, MOST_FIELDS, Unread};
use super::MAX_FORM_BYTES;

/// The largest file that is taken, in bytes.
pub(super) const MAX_FILE_BYTES: usize = 5 * 1024 * 1024;
/// The most bytes of a body that are read. A file that is somewhat too large is read to
/// its end, so that the browser sees the page that says so.
const MAX_BODY_BYTES: usize = 5 * MAX_FILE_BYTES;
/// The most characters of a file's name that are kept.
const LONGEST_NAME: usize = 200;
/// How long a file may take to arrive: a minute, on a slow line.
const LONGEST_UPLOAD: Duration = Duration::from_mins(1);

/// A file that came with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    /// What it is called, without the folders that some browsers send.
    pub(super) name: String,
    /// What is in it; at most [`MAX_FILE_BYTES`].
    pub(super) content: Vec<u8>,
}

/// What came of reading a form in parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    /// Its fields.
    pub(super) fields: Fields,
    /// Its file, if one was chosen.
    pub(super) file: Option<Upload>,
    /// Whether a file was larger than it may be; it was not kept.
    pub(super) too_large: bool,
}

/// Reads a form in parts: its fields within the bounds of any form, and one file.
pub(super) async fn read(headers: &HeaderMap, payload: Payload) -> Result<Parts, Unread> {
    timeout(LONGEST_UPLOAD, parts(headers, payload)).await.map_err(|_| Unread)?
}

async fn parts(headers: &HeaderMap, payload: Payload) -> Result<Parts, Unread> {
    let mut left = MAX_BODY_BYTES;
    let bounded = payload.map(move |chunk| {
        let chunk = chunk?;
        left = left.checked_sub(chunk.len()).ok_or(PayloadError::Overflow)?;
        Ok(chunk)
    });
    let mut stream = Multipart::new(headers, bounded);
    let (mut read, mut typed) = (Parts::default(), 0);
    let mut pairs: Vec<(String, String)> = Vec::new();
    while let Some(part) = stream.next().await {
        let mut part = part.map_err(|_| Unread)?;
        let name = part.name().unwrap_or("").to_owned();
        let file = part.content_disposition().and_then(|about| about.get_filename()).map(own_name);
        match file {
            None => {
                let text = part.bytes(MAX_FORM_BYTES - typed).await.map_err(|_| Unread)?;
                let text = text.map_err(|_| Unread)?;
                typed += text.len();
                pairs.push((name, String::from_utf8_lossy(&text).into_owned()));
                if pairs.len() > MOST_FIELDS {
                    return Err(Unread);
                }
            }
            Some(name) => match part.bytes(MAX_FILE_BYTES).await {
                Err(_) => read.too_large = true,
                Ok(content) => {
                    let content = content.map_err(|_| Unread)?.to_vec();
                    // A browser sends an empty file when none was chosen.
                    if !(name.is_empty() && content.is_empty()) {
                        read.file = Some(Upload { name, content });
                    }
                }
            },
        }
    }
    read.fields = Fields::from_pairs(pairs);
    Ok(read)
}

/// The last part of a path, in characters that can be shown.
fn own_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or("");
    let shown = surveys::text::typed_text(name.trim()).replace(char::is_control, " ");
    shown.chars().take(LONGEST_NAME).collect()
}
