//! `datapackage.json`: what the tables are, for programs (Frictionless Data
//! Package with Table Schema).

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::columns::{self, COUNTS, Column, RESULTS};
use super::{INTERNAL_GROUPS, Package, SCHEMA_VERSION};
use crate::export::sheet::SheetFormat;

const RESULTS_KEY: [&str; 7] =
    ["ky_bao_cao", "ma_xa", "mau_phieu", "phien_ban", "kenh", "cap", "ma"];
const COUNTS_KEY: [&str; 7] =
    ["ky_bao_cao", "ma_xa", "mau_phieu", "phien_ban", "kenh", "ma_cau_hoi", "phuong_an"];

const TALLIES_KEY: [&str; 7] =
    ["instrument", "version", "period", "commune_code", "level", "a", "b"];

/// The descriptor of the package with these tables, as CSV and as `workbook`.
pub(super) fn write(package: &Package<'_>, tables: [&[u8]; 3], workbook: &[u8]) -> Vec<u8> {
    let [results, counts, tallies] = tables;
    let columns: [Vec<&Column>; 3] =
        [RESULTS.iter().collect(), COUNTS.iter().collect(), columns::tallies(package)];
    let groups = if package.internal { &INTERNAL_GROUPS[..] } else { &[] };
    let tallies_key = [&TALLIES_KEY[..], groups].concat();
    let mark = if package.simulated { "DỮ LIỆU MÔ PHỎNG – " } else { "" };
    let internal = if package.internal {
        " NỘI BỘ: tong-cong.csv là số liệu cộng dồn đầy đủ, chỉ dành cho cán bộ, không công bố."
    } else {
        ""
    };
    let descriptor = json!({
        "name": format!("hailong-{}-{}", package.commune.code, package.period.code).to_lowercase(),
        "profile": "data-package",
        "schema_version": SCHEMA_VERSION,
        "title": format!("{mark}Kết quả khảo sát hài lòng, {}, {}", package.commune.name, package.period.title.vi),
        "description": format!("{mark}Tỷ lệ hài lòng, khoảng tin cậy và kết luận so với chỉ tiêu của kế hoạch. Số liệu mô tả những người đã trả lời; khoảng tin cậy chỉ tính sai số lấy mẫu. Số liệu của dưới 10 người không được công bố.{internal}"),
        "simulated": package.simulated,
        "internal": package.internal,
        "period": {
            "code": package.period.code,
            "title": package.period.title.vi,
            "first_day": package.period.start,
            "last_day": package.period.last_day(),
        },
        "commune": { "code": package.commune.code, "name": package.commune.name, "province": package.commune.province },
        "plan": package.plan.map(|plan| json!({
            "id": plan.id,
            "version": plan.version,
            "title": plan.title.vi,
            "valid_from": plan.valid_from,
            "valid_to": plan.valid_to,
        })),
        "left_out": package.left_out.iter().map(|left| json!({
            "instrument": left.instrument.id,
            "version": left.instrument.version,
            "status": if left.withdrawal.is_some() { "withdrawn" } else { "awaited" },
            "decision": left.withdrawal.map(|w| w.number),
            "day": left.withdrawal.map(|w| w.day),
            "reason": left.withdrawal.map(|w| w.reason),
        })).collect::<Vec<_>>(),
        "resources": [
            resource("ket-qua", "Kết quả", results, &columns[0], &RESULTS_KEY),
            resource("so-lieu", "Số lượt chọn từng phương án", counts, &columns[1], &COUNTS_KEY),
            resource("tong-cong", "Số liệu cộng dồn", tallies, &columns[2], &tallies_key),
            {
                "name": "ket-qua-xlsx",
                "path": "ket-qua.xlsx",
                "title": "Các bảng trên trong một tệp Excel",
                "profile": "data-resource",
                "type": "file",
                "format": "xlsx",
                "mediatype": SheetFormat::Xlsx.media_type(),
                "bytes": workbook.len(),
                "hash": format!("sha256:{}", hex(workbook)),
            },
        ],
    });
    let mut bytes = serde_json::to_vec_pretty(&descriptor).expect("plain values always serialise");
    bytes.push(b'\n');
    bytes
}

fn resource(name: &str, title: &str, bytes: &[u8], columns: &[&Column], key: &[&str]) -> Value {
    json!({
        "name": name,
        "path": format!("{name}.csv"),
        "title": title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": bytes.len(),
        "hash": format!("sha256:{}", hex(bytes)),
        "dialect": { "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true, "header": true },
        "schema": {
            "fields": columns.iter().map(|column| column.field()).collect::<Vec<_>>(),
            "missingValues": [""],
            "primaryKey": key,
        },
    })
}

/// SHA-256 of `bytes` in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 15)]);
    Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
