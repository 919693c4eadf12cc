//! What is printed can be scanned, read, copied and compared with the screen.

use std::collections::HashMap;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;
use surveys::collection_point::CollectionPoint;
use surveys::{CommuneCode, Instrument, InstrumentId, Language, PointCode, Serial, catalog, unit};

use super::letters::Weight;
use super::sheet::{Mark, Step};
use super::*;

const SURVEY: &str = "https://hailong.example.vn/s/mot-cua-2";
const RESULTS: &str = "https://hailong.example.vn/c/22651";
/// What stands on everything that is made up.
const SIMULATED: &str = "DỮ LIỆU MÔ PHỎNG / SIMULATED DATA";
/// Points to the millimetre.
const POINTS: f32 = 72.0 / 25.4;

fn point(name: &str) -> CollectionPoint {
    CollectionPoint {
        code: PointCode::parse("mot-cua-2").unwrap(),
        commune_code: CommuneCode::parse("22651").unwrap(),
        name: name.to_owned(),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        retired: false,
    }
}

fn poster(size: PosterSize, name: &str, simulated: bool) -> Sheet {
    let commune = unit::commune("22651").unwrap();
    let point = point(name);
    let (survey, results, questions, words) = (SURVEY, RESULTS, 7, Words::new(Language::Vi));
    Poster { point: &point, commune, survey, results, questions, words, simulated }
        .sheet(size)
        .unwrap()
}

fn form(instrument: &Instrument, language: Language) -> Vec<Sheet> {
    let commune = unit::commune("22651").unwrap();
    let form = PaperForm { instrument, commune, words: Words::new(language), simulated: false };
    form.pages().numbered(Serial::new(42).unwrap())
}

fn addresses(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{SURVEY}?v={n:026}")).collect()
}

fn slips(addresses: &[String], layout: SlipLayout) -> Vec<Sheet> {
    slips_in(Words::new(Language::Vi), addresses, layout)
}

fn slips_in(words: Words, addresses: &[String], layout: SlipLayout) -> Vec<Sheet> {
    let commune = unit::commune("22651").unwrap();
    let slips = Slips { commune, survey: SURVEY, addresses, words, simulated: true };
    slips.sheets(layout).collect::<Result<_, _>>().unwrap()
}

/// Everything that is printed, once.
fn all() -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> =
        PosterSize::ALL.into_iter().map(|size| poster(size, "Quầy số 2", true)).collect();
    for (layout, language) in [SlipLayout::A4, SlipLayout::Receipt]
        .into_iter()
        .flat_map(|layout| Language::ALL.map(|language| (layout, language)))
    {
        sheets.extend(slips_in(Words::new(language), &addresses(25), layout));
    }
    for instrument in catalog::instruments() {
        for language in Language::ALL {
            sheets.extend(form(instrument, language));
        }
    }
    sheets
}

/// The lines of text on a sheet, in the order in which they are read.
fn lines(sheet: &Sheet) -> Vec<&str> {
    let lines = sheet.marks.iter().filter_map(|mark| match mark {
        Mark::Line { text, .. } => Some(text.as_str()),
        _ => None,
    });
    lines.collect()
}

/// What a camera reads on a print of `sheet` with `dots` to the millimetre, when
/// it is held over each of `across` × `down` equal parts.
fn scanned(sheet: &Sheet, dots: f32, parts: (usize, usize)) -> Vec<String> {
    seen(&svg(sheet), sheet.width * dots, parts)
}

/// The same of a picture drawn so many dots wide.
fn seen(picture: &str, dots: f32, (across, down): (usize, usize)) -> Vec<String> {
    let tree = usvg::Tree::from_str(picture, &usvg::Options::default()).unwrap();
    let scale = dots / tree.size().width();
    let size = tree.size().to_int_size().scale_by(scale).unwrap();
    let mut pixels = Pixmap::new(size.width(), size.height()).unwrap();
    let (width, height) = (size.width() as usize, size.height() as usize);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let (wide, high) = (width / across, height / down);
    let parts = (0..down).flat_map(|row| (0..across).map(move |column| (column, row)));
    let read = parts.flat_map(|(column, row)| {
        let at = |x: usize, y: usize| (row * high + y) * width + column * wide + x;
        let grey = |x: usize, y: usize| pixels.pixels()[at(x, y)].green();
        let mut seen = rqrr::PreparedImage::prepare_from_greyscale(wide, high, grey);
        let codes = seen.detect_grids();
        codes.into_iter().filter_map(|code| Some(code.decode().ok()?.1)).collect::<Vec<_>>()
    });
    read.collect()
}

#[test]
fn the_code_on_a_poster_of_any_size_leads_to_the_survey() {
    for size in PosterSize::ALL {
        assert_eq!(scanned(&poster(size, "Quầy số 2", false), 4.0, (1, 1)), [SURVEY], "{size:?}");
    }
}

#[test]
fn the_longest_name_fits_every_poster_and_touches_nothing_below() {
    let widest = "Ư".repeat(80);
    let words = "Nguyễn Thị Nghĩa ".repeat(5);
    for size in PosterSize::ALL {
        for name in [widest.as_str(), &words[..words.len().min(104)], "Quầy số 2"] {
            let sheet = poster(size, name, true);
            let mut bottom = 0.0_f32;
            let mut heading = f32::MAX;
            for mark in &sheet.marks {
                let Mark::Line { text, y, size, weight, .. } = mark else { continue };
                let wide = weight.width(text, *size);
                assert!(wide <= sheet.width - 2.0, "{text} is {wide} mm wide");
                if name.contains(text.as_str()) {
                    bottom = bottom.max(y + 0.25 * size);
                }
                if text == "Mời ông/bà đánh giá" {
                    heading = y - 0.95 * size;
                }
            }
            assert!(0.0 < bottom && bottom < heading, "{size:?}: {bottom} {heading}");
        }
    }
}

#[test]
fn a_letter_that_the_font_has_not_is_named() {
    assert_eq!(unprintable("Trung tâm Phục vụ – ẨẪỄỖẶỰ ₫ “một cửa” 1/2"), None);
    assert_eq!(unprintable("Quầy 二"), Some('二'));
}

#[test]
fn a_code_on_a_page_says_its_text() {
    let text = "otpauth://totp/Hai%20Long:lan?secret=JBSWY3DPEHPK3PXP&issuer=Hai%20Long";
    assert_eq!(seen(&qr_picture(text).unwrap(), 240.0, (1, 1)), [text]);
    assert!(qr_picture(&"a".repeat(5_000)).is_err());
}

#[test]
fn every_slip_has_the_code_of_its_own_address() {
    let addresses = addresses(25);
    let pages = slips(&addresses, SlipLayout::A4);
    let read: Vec<String> = pages.iter().flat_map(|page| scanned(page, 4.0, (2, 6))).collect();
    assert_eq!(read, addresses);
    // Whoever has no camera at hand types it.
    assert!(
        pages.iter().all(|page| lines(page).concat().contains("hailong.example.vn/s/mot-cua-2"))
    );
    let receipts = slips(&addresses[..2], SlipLayout::Receipt);
    assert_eq!(receipts.len(), 2);
    assert_eq!(scanned(&receipts[1], 4.0, (1, 1)), [addresses[1].as_str()]);
}

#[test]
fn no_letter_on_a_slip_is_smaller_than_ten_points_and_none_stands_outside_its_slip() {
    let long = "https://khaosat.long-phung.quangngai.gov.vn/s/21409";
    for survey in [SURVEY, long] {
        for (language, simulated) in Language::ALL.map(|l| [(l, false), (l, true)]).concat() {
            for layout in [SlipLayout::A4, SlipLayout::Receipt] {
                let (commune, words) = (unit::commune("22651").unwrap(), Words::new(language));
                let addresses = &addresses(13)[..];
                let slips = Slips { commune, survey, addresses, words, simulated };
                for sheet in slips.sheets(layout).map(Result::unwrap) {
                    let said = lines(&sheet).concat();
                    assert!(said.contains(survey.trim_start_matches("https://")), "{said}");
                    let rows = if layout == SlipLayout::A4 { 6.0 } else { 1.0 };
                    for mark in &sheet.marks {
                        let Mark::Line { text, y, size, .. } = mark else { continue };
                        assert!(*size > 3.52, "{text}: {size} mm, {language:?}");
                        let high = sheet.height / rows;
                        let at = y % high;
                        assert!(at > *size && at < high - 1.5, "{text}: {at} of {high} mm");
                    }
                }
            }
        }
    }
}

#[test]
fn every_page_of_a_form_carries_its_serial_number_and_its_code() {
    let serial = Serial::new(42).unwrap();
    for instrument in catalog::instruments() {
        let sheets = form(instrument, Language::Vi);
        assert_eq!(sheets.len() % 2, 0, "two forms would share a sheet of paper");
        let written: Vec<&Sheet> = sheets.iter().filter(|s| !s.marks.is_empty()).collect();
        for (sheet, number) in written.iter().zip(1..) {
            let lines = lines(sheet);
            assert!(lines.contains(&format!("Số phiếu {serial}").as_str()));
            assert!(lines.contains(&format!("Trang {number}/{}", written.len()).as_str()));
            let code = sheet.marks.last();
            assert!(matches!(code, Some(Mark::Filled { .. })));
            assert_eq!(code, written[0].marks.last(), "the code that is read below");
        }
    }
    let sheets = form(catalog::instrument("quick-counter", None).unwrap(), Language::Vi);
    assert_eq!(scanned(&sheets[1], 4.0, (1, 1)), [serial.as_digits()]);
}

#[test]
fn an_address_that_goes_into_no_code_is_told() {
    let addresses = [format!("https://a.vn/{}", "x".repeat(3_000))];
    let commune = unit::commune("22651").unwrap();
    let slips = Slips {
        commune,
        survey: SURVEY,
        addresses: &addresses,
        words: Words::new(Language::Vi),
        simulated: false,
    };
    let refused = slips.sheets(SlipLayout::A4).next().unwrap().unwrap_err();
    assert_eq!(refused, PrintError::AddressTooLong(3_013));
    assert!(refused.text().vi.contains("3013"));
}

/// The questions and labels of a form in the order in which they stand, put
/// together again where they were broken into lines.
fn put_together(sheets: &[Sheet]) -> String {
    let lines: Vec<&str> = sheets.iter().flat_map(lines).collect();
    lines.join(" ")
}

#[test]
fn paper_asks_the_same_questions_with_the_same_labels_in_the_order_of_the_screen() {
    for instrument in catalog::instruments() {
        for language in Language::ALL {
            let printed = put_together(&form(instrument, language));
            let mut at = 0;
            for (number, item) in (1..).zip(instrument.asked()) {
                let question = format!("{number}. {}", item.text.get(language));
                let place = printed[at..].find(&question);
                at += place.unwrap_or_else(|| panic!("{question} is not where it should be"));
                let next = instrument.asked().nth(number).map(|next| {
                    printed.find(&format!("{}. {}", number + 1, next.text.get(language))).unwrap()
                });
                let block = &printed[at..next.unwrap_or(printed.len())];
                let (vi, en) = ("Chỉ trả lời câu này nếu", "Answer this question only if");
                let condition = if language == Language::Vi { vi } else { en };
                assert_eq!(block.contains(condition), item.asked_after.is_some(), "{block}");
                let scale = instrument.scale_of(item);
                for option in scale.into_iter().flat_map(|s| s.options.iter().chain(&s.no_opinion))
                {
                    let label = option.text.get(language);
                    assert!(block.contains(label), "{label} is not in {block}");
                }
            }
        }
    }
}

#[test]
fn paper_says_in_words_who_is_to_answer_a_question_that_not_everybody_is_asked() {
    let quick = catalog::instrument("quick-counter", None).unwrap();
    let printed = put_together(&form(quick, Language::Vi));
    let said = "6. Điều gì chưa tốt? Chỉ trả lời câu này nếu ông/bà đã chọn mức 2 trở xuống ở ít nhất một câu trên. Có thể chọn nhiều ý.";
    assert!(printed.contains(said), "{printed}");
}

#[test]
fn the_labels_of_a_scale_stand_in_the_order_of_the_screen_with_no_opinion_last() {
    let instrument = catalog::instrument("quick-counter", None).unwrap();
    let scale = &instrument.scales[0];
    let sheets = form(instrument, Language::Vi);
    let printed = put_together(&sheets);
    let labels: Vec<String> = (1..=5)
        .map(|value| {
            let option = scale.options.iter().find(|o| o.value == value).unwrap();
            format!("{value} {}", option.text.vi)
        })
        .collect();
    let row = format!("{} {}", labels.join(" "), scale.no_opinion.as_ref().unwrap().text.vi);
    assert_eq!(printed.matches(&row).count(), 5, "{row} in {printed}");
}

#[test]
fn letters_of_a_form_have_fourteen_points_and_its_boxes_nine_millimetres() {
    for sheet in form(catalog::instrument("sipas-style", None).unwrap(), Language::Vi) {
        for mark in &sheet.marks {
            match mark {
                Mark::Line { text, size, .. } => assert!(size * POINTS >= 13.99, "{text}"),
                Mark::Drawn { outline, .. } if outline.len() > 2 => {
                    let (Step::Move(x, y), Step::Line(right, _), Step::Line(_, low)) =
                        (outline[0], outline[1], outline[2])
                    else {
                        panic!("a box is four lines")
                    };
                    assert!(right - x >= 8.0 && low - y >= 8.0);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn nothing_stands_beyond_what_printers_print() {
    for sheet in all() {
        let edge = if sheet.width > 100.0 { 5.0 } else { 3.0 };
        for mark in &sheet.marks {
            let Mark::Line { text, x, y, size, weight, anchor, .. } = mark else { continue };
            let wide = weight.width(text, *size);
            let left = match anchor {
                sheet::Anchor::Start => *x,
                sheet::Anchor::Middle => x - wide / 2.0,
                sheet::Anchor::End => x - wide,
            };
            assert!(left >= edge && left + wide <= sheet.width - edge, "{text} on {}", sheet.title);
            assert!(*y - size >= 2.0 && *y + 0.3 * size <= sheet.height - 2.0, "{text}");
        }
    }
}

#[test]
fn no_two_lines_of_text_run_into_each_other() {
    for sheet in all() {
        let boxes: Vec<_> = sheet
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Line { text, x, y, size, weight, anchor, .. } => {
                    let wide = weight.width(text, *size);
                    let left = match anchor {
                        sheet::Anchor::Start => *x,
                        sheet::Anchor::Middle => x - wide / 2.0,
                        sheet::Anchor::End => x - wide,
                    };
                    Some((text, left, left + wide, y - 0.72 * size, y + 0.1 * size))
                }
                _ => None,
            })
            .collect();
        for (n, (text, left, right, top, low)) in boxes.iter().enumerate() {
            for (other, left2, right2, top2, low2) in &boxes[n + 1..] {
                let apart = right <= left2 || right2 <= left || low <= top2 || low2 <= top;
                assert!(apart, "{text} and {other} on {}", sheet.title);
            }
        }
    }
}

#[test]
fn what_people_call_a_point_is_no_markup() {
    let name = "Quầy <b>\"1\" & 2</b>\u{1}]]>";
    let sheet = poster(PosterSize::A5, name, false);
    let svg = svg(&sheet);
    let read = usvg::roxmltree::Document::parse(&svg).unwrap();
    let texts: Vec<&str> = read.descendants().filter_map(|n| n.text()).collect();
    assert!(texts.contains(&"Quầy <b>\"1\" & 2</b>]]>"), "{texts:?}");
    assert!(!read.descendants().any(|n| n.has_tag_name("b")));
}

#[test]
fn what_is_made_up_says_so_on_every_page() {
    for sheet in PosterSize::ALL.into_iter().map(|size| poster(size, "Quầy", true)) {
        assert!(lines(&sheet).contains(&SIMULATED));
        assert!(!lines(&poster(PosterSize::A4, "Quầy", false)).contains(&SIMULATED));
    }
    for layout in [SlipLayout::A4, SlipLayout::Receipt] {
        for sheet in slips(&addresses(25), layout) {
            assert!(lines(&sheet).join(" ").contains(SIMULATED));
        }
    }
    let instrument = catalog::instrument("sipas-style", None).unwrap();
    let commune = unit::commune("22651").unwrap();
    let form = PaperForm { instrument, commune, words: Words::new(Language::Vi), simulated: true };
    for sheet in
        form.pages().numbered(Serial::new(1).unwrap()).iter().filter(|s| !s.marks.is_empty())
    {
        assert!(lines(sheet).contains(&SIMULATED));
    }
}

/// The texts of a PDF's pages, through the maps from glyphs to letters that it carries.
fn copied(pdf: &[u8]) -> Vec<String> {
    let streams = streams(pdf);
    // A font's letters come after the pages, regular first.
    let maps: Vec<HashMap<u16, String>> = streams
        .iter()
        .filter(|stream| stream.contains("begincmap"))
        .map(|map| {
            let pairs = map.lines().filter_map(|line| line.trim().split_once("> <"));
            let units = |hex: &str| -> Vec<u16> {
                let units = hex.trim_matches(['<', '>']).as_bytes().chunks(4);
                units.map(hexadecimal).collect()
            };
            pairs
                .map(|(g, text)| (units(g)[0], String::from_utf16(&units(text)).unwrap()))
                .collect()
        })
        .collect();
    let mut texts = Vec::new();
    let mut weight = Weight::Regular;
    for line in streams.iter().filter(|s| s.contains(" Tf")).flat_map(|s| s.lines()) {
        if line.ends_with(" Tf") {
            weight = if line.starts_with("/R") { Weight::Regular } else { Weight::SemiBold };
        }
        let Some(glyphs) = line.strip_suffix(" Tj") else { continue };
        let map = &maps[usize::from(weight == Weight::SemiBold)];
        let glyphs = shown(glyphs);
        let text =
            glyphs.chunks(2).map(|glyph| map[&u16::from_be_bytes([glyph[0], glyph[1]])].as_str());
        texts.push(text.collect());
    }
    texts
}

fn hexadecimal(digits: &[u8]) -> u16 {
    u16::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()
}

/// The bytes of a string as a PDF writes it, in hexadecimal digits or with escapes.
fn shown(string: &str) -> Vec<u8> {
    if let Some(digits) = string.strip_prefix('<') {
        let pairs = digits.trim_end_matches('>').as_bytes().chunks(2);
        return pairs.map(|pair| u8::try_from(hexadecimal(pair)).unwrap()).collect();
    }
    let mut rest = string[1..string.len() - 1].bytes();
    let mut bytes = Vec::new();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next().unwrap() {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            digit @ b'0'..=b'7' => {
                let digits = [digit, rest.next().unwrap(), rest.next().unwrap()];
                digits.iter().fold(0, |byte, digit| byte * 8 + (digit - b'0'))
            }
            other => other,
        });
    }
    bytes
}

/// The inflated streams of a PDF that hold text.
fn streams(pdf: &[u8]) -> Vec<String> {
    let find = |part: &[u8], from: usize| {
        pdf[from..].windows(part.len()).position(|window| window == part).map(|at| from + at)
    };
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = find(b"stream\n", from) {
        let end = find(b"endstream", at).unwrap();
        let mut inflated = Vec::new();
        let mut decoder = flate2::read::ZlibDecoder::new(&pdf[at + 7..end]);
        std::io::Read::read_to_end(&mut decoder, &mut inflated).unwrap();
        found.extend(String::from_utf8(inflated));
        from = end + 9;
    }
    found
}

#[test]
fn the_text_of_a_pdf_can_be_copied_and_is_that_of_the_svg_in_normal_form_c() {
    for sheet in all() {
        let svg = svg(&sheet);
        let read = usvg::roxmltree::Document::parse(&svg).unwrap();
        let drawn: Vec<&str> = read
            .descendants()
            .filter(|node| node.has_tag_name("text"))
            .filter_map(|node| node.text())
            .collect();
        let pdf = pdf([Ok::<_, PrintError>(sheet.clone())]).unwrap();
        assert_eq!(copied(&pdf), drawn);
        assert!(drawn.iter().all(|text| surveys::text::nfc(text) == *text));
    }
}

#[test]
fn the_same_sheets_give_the_same_bytes_and_a_page_each() {
    let sheets = || all().into_iter().map(Ok::<_, PrintError>);
    let written = pdf(sheets()).unwrap();
    assert_eq!(written, pdf(sheets()).unwrap());
    assert!(written.starts_with(b"%PDF-"));
    let pages = format!("/Count {}", all().len());
    assert!(String::from_utf8_lossy(&written).contains(&pages), "{pages}");
}
