//! What is told of a file on standard error, beside its bad rows.

use surveys::Language;

use super::super::responses_file;
use crate::importing::header::Header;
use crate::importing::row::Defaults;

/// Equal rows without ids may be of different people; only a person can tell.
pub(super) fn tell_known(known: i64, language: Language) {
    match language {
        Language::Vi => tell!(
            "hailong: {known} dòng giống hệt phiếu đã có nên không được thêm; nếu là phiếu của người khác, hãy thêm cột response_id với mã riêng cho mỗi dòng rồi nhập lại"
        ),
        Language::En => tell!(
            "hailong: {known} rows equal responses that were there and were not added; if they are of other people, give each row an id of its own in a column response_id and import again"
        ),
    }
}

/// Tells which columns are left aside, and what stands above the header.
pub(super) fn tell_columns(header: &Header, defaults: &Defaults<'_>, language: Language) {
    for (name, ours) in header.grouped(defaults.instrument) {
        let name = responses_file::some_of(&[name]);
        match language {
            Language::Vi => tell!("hailong: cột {name} được hiểu là {ours}; xin kiểm tra"),
            Language::En => tell!("hailong: the column {name} is taken for {ours}; please check"),
        }
    }
    let unused = defaults.map.unused(header.names());
    let names = responses_file::some_of(&unused);
    match language {
        _ if unused.is_empty() => {}
        Language::Vi => tell!("hailong: bản đồ nêu các cột mà tệp không có: {names}"),
        Language::En => tell!("hailong: the map names columns that the file lacks: {names}"),
    }
    let (line, above) = (header.line(), header.above());
    match language {
        _ if above == 0 => {}
        Language::Vi => tell!("hailong: tên cột ở dòng {line}; bỏ qua {above} dòng phía trên"),
        Language::En => {
            tell!("hailong: the columns are named in row {line}; {above} above it are passed over");
        }
    }
    let ignored: Vec<&str> = header.ignored().collect();
    let names = responses_file::some_of(&ignored);
    match language {
        _ if ignored.is_empty() => {}
        Language::Vi => tell!("hailong: bỏ qua các cột: {names}"),
        Language::En => tell!("hailong: these columns are left aside: {names}"),
    }
}
