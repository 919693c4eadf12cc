//! A sheet as a file of SVG that carries its font.

use std::fmt::Write;

use analytics::chart::FAMILY;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::letters::Weight;
use super::sheet::{Anchor, Colour, Mark, Sheet, Step};

/// `sheet` as SVG. The font comes in a `style` element: serve the file with a
/// policy that allows `style-src 'unsafe-inline'; font-src data:`.
pub fn svg(sheet: &Sheet) -> String {
    let (width, height) = (sheet.width, sheet.height);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {width} {height}\" lang=\"{}\" role=\"img\" font-family=\"{FAMILY}\">\n\
         <title>{}</title>\n<style>text{{font-kerning:none;white-space:pre}}",
        sheet.tag,
        escaped(&sheet.title)
    );
    for weight in Weight::ALL {
        put(
            &mut out,
            format_args!(
                "@font-face{{font-family:\"{FAMILY}\";font-weight:{};\
                 src:url(data:font/woff2;base64,{}) format(\"woff2\")}}",
                weight.number(),
                STANDARD.encode(weight.web_file())
            ),
        );
    }
    out.push_str("</style>\n");
    put(&mut out, format_args!("<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"));
    for mark in &sheet.marks {
        write_mark(&mut out, mark);
    }
    out.push_str("</svg>\n");
    out
}

/// Adds to `out`, which takes everything.
fn put(out: &mut String, written: std::fmt::Arguments<'_>) {
    out.write_fmt(written).expect("a string takes everything");
}

fn write_mark(out: &mut String, mark: &Mark) {
    match mark {
        Mark::Line { text, x, y, size, weight, anchor, colour } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            put(
                out,
                format_args!(
                    "<text x=\"{x:.3}\" y=\"{y:.3}\" font-size=\"{size:.3}\" font-weight=\"{}\" \
                     text-anchor=\"{anchor}\" fill=\"{}\">{}</text>\n",
                    weight.number(),
                    hex(*colour),
                    escaped(text)
                ),
            );
        }
        Mark::Filled { outline, colour } => {
            put(out, format_args!("<path fill=\"{}\" d=\"{}\"/>\n", hex(*colour), path(outline)));
        }
        Mark::Drawn { outline, colour, thick } => put(
            out,
            format_args!(
                "<path fill=\"none\" stroke=\"{}\" stroke-width=\"{thick}\" \
                 stroke-linejoin=\"round\" d=\"{}\"/>\n",
                hex(*colour),
                path(outline)
            ),
        ),
    }
}

/// The outline as the data of a path.
pub(super) fn path(outline: &[Step]) -> String {
    let mut data = String::new();
    for step in outline {
        match step {
            Step::Move(x, y) => put(&mut data, format_args!("M{x:.3} {y:.3}")),
            Step::Line(x, y) => put(&mut data, format_args!("L{x:.3} {y:.3}")),
            Step::Curve(places) => {
                let mut letter = 'C';
                for (x, y) in places {
                    put(&mut data, format_args!("{letter}{x:.3} {y:.3}"));
                    letter = ' ';
                }
            }
            Step::Close => data.push('Z'),
        }
    }
    data
}

fn hex([r, g, b]: Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// `text` as XML takes it: characters that XML has no form for are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
