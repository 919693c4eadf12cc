//! Sheets as the pages of a PDF: real text in embedded fonts, which can be
//! searched and copied. The same sheets give the same bytes.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::letters::Weight;
use super::sheet::{Anchor, Colour, Mark, Sheet, Step};

/// Points to the millimetre.
const POINTS: f32 = 72.0 / 25.4;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const INFO: Ref = Ref::new(3);
/// The first of the five objects that each weight of the font takes.
const FONTS: i32 = 4;
/// The first of the objects of pages, two for each.
const FIRST_PAGE: i32 = FONTS + 5 * 2;
const SYSTEM: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// `sheets` as one PDF, a page each. Only one of them is held at a time.
///
/// # Errors
/// The first that a sheet comes with.
pub fn pdf<E>(sheets: impl IntoIterator<Item = Result<Sheet, E>>) -> Result<Vec<u8>, E> {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(FIRST_PAGE);
    let mut pages = Vec::new();
    let mut used = Weight::ALL.map(|weight| (weight, BTreeMap::new()));
    for sheet in sheets {
        let sheet = sheet?;
        if pages.is_empty() {
            describe(&mut pdf, &sheet);
        }
        let (page, content) = (next.bump(), next.bump());
        let mut written = pdf.page(page);
        let (width, height) = (sheet.width * POINTS, sheet.height * POINTS);
        written.parent(PAGES).media_box(Rect::new(0.0, 0.0, width, height)).contents(content);
        let mut resources = written.resources();
        let mut fonts = resources.fonts();
        for weight in Weight::ALL {
            fonts.pair(name(weight), font_objects(weight)[0]);
        }
        fonts.finish();
        resources.finish();
        written.finish();
        pdf.stream(content, &compressed(&drawn(&sheet))).filter(Filter::FlateDecode);
        for (weight, letters) in &mut used {
            add_letters(letters, &sheet, *weight);
        }
        pages.push(page);
    }
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(PAGES).kids(pages).count(count);
    for (weight, letters) in &used {
        embed(&mut pdf, *weight, letters);
    }
    Ok(pdf.finish())
}

/// What the file says of itself.
fn describe(pdf: &mut Pdf, first: &Sheet) {
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGES).lang(TextStr(first.tag));
    catalog.viewer_preferences().display_doc_title(true);
    catalog.finish();
    pdf.document_info(INFO).title(TextStr(&first.title)).creator(TextStr("Hài Lòng"));
}

fn name(weight: Weight) -> Name<'static> {
    Name(match weight {
        Weight::Regular => b"R",
        Weight::SemiBold => b"S",
    })
}

/// The objects of a font: itself, its glyphs, what describes it, its letters, its file.
fn font_objects(weight: Weight) -> [Ref; 5] {
    let first = match weight {
        Weight::Regular => FONTS,
        Weight::SemiBold => FONTS + 5,
    };
    [0, 1, 2, 3, 4].map(|n| Ref::new(first + n))
}

/// Adds the glyphs that `sheet` uses of a weight, with the letter each stands for.
fn add_letters(used: &mut BTreeMap<u16, char>, sheet: &Sheet, of: Weight) {
    let texts = sheet.marks.iter().filter_map(|mark| match mark {
        Mark::Line { text, weight, .. } if *weight == of => Some(text),
        _ => None,
    });
    used.extend(texts.flat_map(|text| text.chars()).map(|c| (of.glyph(c).0, c)));
}

fn embed(pdf: &mut Pdf, weight: Weight, used: &BTreeMap<u16, char>) {
    let [font, glyphs, descriptor, letters, file] = font_objects(weight);
    let base = Name(match weight {
        Weight::Regular => b"BeVietnamPro-Regular",
        Weight::SemiBold => b"BeVietnamPro-SemiBold",
    });
    let face = weight.face();
    let thousandths = |units: i16| f32::from(units) / f32::from(face.units_per_em()) * 1000.0;

    pdf.type0_font(font)
        .base_font(base)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(glyphs)
        .to_unicode(letters);
    let mut cid = pdf.cid_font(glyphs);
    cid.subtype(CidFontType::Type2).base_font(base).system_info(SYSTEM);
    cid.font_descriptor(descriptor).default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for glyph in used.keys() {
        let advance = weight.advance(ttf_parser::GlyphId(*glyph)) * 1000.0;
        widths.same(*glyph, *glyph, advance);
    }
    widths.finish();
    cid.finish();
    let bounds = face.global_bounding_box();
    pdf.font_descriptor(descriptor)
        .name(base)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(
            thousandths(bounds.x_min),
            thousandths(bounds.y_min),
            thousandths(bounds.x_max),
            thousandths(bounds.y_max),
        ))
        .italic_angle(0.0)
        .ascent(thousandths(face.ascender()))
        .descent(thousandths(face.descender()))
        .cap_height(thousandths(face.capital_height().unwrap_or(700)))
        .stem_v(if weight == Weight::SemiBold { 120.0 } else { 80.0 })
        .font_file2(file);
    let mut map = UnicodeCmap::<u16>::new(Name(b"Custom"), SYSTEM);
    for (glyph, letter) in used {
        map.pair(*glyph, *letter);
    }
    pdf.stream(letters, &compressed(&map.finish())).filter(Filter::FlateDecode);
    let packed = compressed(weight.file());
    let mut embedded = pdf.stream(file, &packed);
    embedded.filter(Filter::FlateDecode);
    let whole = i32::try_from(weight.file().len()).unwrap_or(i32::MAX);
    embedded.pair(Name(b"Length1"), whole);
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes everything")
}

/// The page's drawing instructions.
fn drawn(sheet: &Sheet) -> Vec<u8> {
    let mut content = Content::new();
    // From here on a unit is a millimetre, still counted from the lower left corner.
    content.transform([POINTS, 0.0, 0.0, POINTS, 0.0, 0.0]);
    content.set_line_join(pdf_writer::types::LineJoinStyle::RoundJoin);
    let up = |y: f32| sheet.height - y;
    for mark in &sheet.marks {
        match mark {
            Mark::Line { text, x, y, size, weight, anchor, colour } => {
                let wide = weight.width(text, *size);
                let start = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - wide / 2.0,
                    Anchor::End => x - wide,
                };
                let glyphs: Vec<u8> =
                    text.chars().flat_map(|c| weight.glyph(c).0.to_be_bytes()).collect();
                let [r, g, b] = parts(*colour);
                content.set_fill_rgb(r, g, b).begin_text();
                content.set_font(name(*weight), *size).next_line(start, up(*y));
                content.show(Str(&glyphs)).end_text();
            }
            Mark::Filled { outline, colour } => {
                let [r, g, b] = parts(*colour);
                content.set_fill_rgb(r, g, b);
                trace(&mut content, outline, up);
                content.fill_nonzero();
            }
            Mark::Drawn { outline, colour, thick } => {
                let [r, g, b] = parts(*colour);
                content.set_stroke_rgb(r, g, b).set_line_width(*thick);
                trace(&mut content, outline, up);
                content.stroke();
            }
        }
    }
    content.finish().into_vec()
}

fn trace(content: &mut Content, outline: &[Step], up: impl Fn(f32) -> f32) {
    for step in outline {
        match *step {
            Step::Move(x, y) => content.move_to(x, up(y)),
            Step::Line(x, y) => content.line_to(x, up(y)),
            Step::Curve([one, two, end]) => {
                content.cubic_to(one.0, up(one.1), two.0, up(two.1), end.0, up(end.1))
            }
            Step::Close => content.close_path(),
        };
    }
}

fn parts(colour: Colour) -> [f32; 3] {
    colour.map(|part| f32::from(part) / 255.0)
}
