//! One finished drawing and the forms in which it goes out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

use super::canvas::{Canvas, clean};
use super::font::{self, FAMILY};
use super::{Caption, ChartError, Look, words};

/// PNG files have twice the pixels of the drawing.
const PNG_SCALE: f64 = 2.0;
/// The most pixels of a PNG (each takes 4 bytes while it is made). Pictures of
/// very many rows get fewer pixels instead of more memory.
const MOST_PIXELS: f64 = 24e6;

/// A chart as drawn. The same data gives the same bytes in every form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    language: &'static str,
    width: i32,
    height: i32,
    title: String,
    description: String,
    /// SVG elements, without the `svg` element around them.
    marks: String,
}

impl Drawing {
    /// What `draw` draws, under `caption`; `draw` gives the height of it. `said`
    /// is the content of the chart in sentences.
    pub(super) fn new(
        look: Look,
        caption: &Caption,
        said: &[String],
        draw: impl FnOnce(&Canvas<'_>) -> Result<i32, ChartError>,
    ) -> Result<Self, ChartError> {
        let mut plotted = String::new();
        let canvas = Canvas::new(&mut plotted, look.width())?;
        let height = draw(&canvas)?;
        canvas.finish()?;

        let mut title = clean(&caption.title);
        if look.simulated {
            title = format!("{}: {title}", words::simulated(look.language));
        }
        let mut description = clean(&caption.subtitle);
        if !description.is_empty() && !description.ends_with('.') {
            description.push('.');
        }
        for sentence in said {
            if !description.is_empty() {
                description.push(' ');
            }
            description.push_str(sentence);
        }
        Ok(Self {
            language: look.language.tag(),
            width: look.width(),
            height,
            title,
            description,
            marks: tidy(&plotted),
        })
    }

    /// The width in pixels.
    pub fn width(&self) -> u32 {
        self.width.unsigned_abs()
    }

    /// The height in pixels.
    pub fn height(&self) -> u32 {
        self.height.unsigned_abs()
    }

    /// The message of the chart, as a screen reader says it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The picture in words.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The `svg` element to put into a page. It has no style and no script, so a
    /// strict content security policy lets it through; the page's style sheet
    /// must offer the font family [`FAMILY`] in weights 400 and 600.
    pub fn svg_inline(&self) -> String {
        self.svg("")
    }

    /// A complete SVG file that carries its font, for download and for machines
    /// without it. The font comes in a `style` element: serve the file with a
    /// policy that allows `style-src 'unsafe-inline'; font-src data:`.
    pub fn svg_file(&self) -> String {
        let face = |weight: u16, file: &[u8]| {
            format!(
                "@font-face{{font-family:\"{FAMILY}\";font-weight:{weight};\
                 src:url(data:font/woff2;base64,{}) format(\"woff2\")}}",
                STANDARD.encode(file)
            )
        };
        let fonts = format!(
            "<style>{}{}</style>\n",
            face(400, font::REGULAR_WOFF2),
            face(600, font::SEMIBOLD_WOFF2)
        );
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", self.svg(&fonts))
    }

    /// The picture as a PNG file with two pixels for each one of the drawing,
    /// fewer when the chart is very tall.
    ///
    /// # Errors
    /// [`ChartError::Pixels`] when there is no memory for the pixels.
    pub fn png(&self) -> Result<Vec<u8>, ChartError> {
        let refused = |why: &dyn std::fmt::Display| ChartError::Pixels(why.to_string());
        let options = usvg::Options {
            font_family: FAMILY.to_owned(),
            fontdb: font::database(),
            ..usvg::Options::default()
        };
        let tree = usvg::Tree::from_str(&self.svg_inline(), &options).map_err(|e| refused(&e))?;
        let (wide, high) = (f64::from(self.width), f64::from(self.height));
        let scale = png_scale(wide, high);
        let mut pixels = Pixmap::new(whole(wide * scale), whole(high * scale))
            .ok_or_else(|| refused(&"no memory for its pixels"))?;
        #[expect(clippy::cast_possible_truncation, reason = "a scale between 0 and 2")]
        let scale = scale as f32;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
        pixels.encode_png().map_err(|e| refused(&e))
    }

    fn svg(&self, inside: &str) -> String {
        let Self { language, width, height, marks, .. } = self;
        let (title, description) = (escape(&self.title), escape(&self.description));
        let id = fingerprint(&[language, &title, &description, marks]);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" lang=\"{language}\" \
             aria-labelledby=\"title-{id} desc-{id}\">\n\
             <title id=\"title-{id}\">{title}</title>\n\
             <desc id=\"desc-{id}\">{description}</desc>\n\
             {inside}\
             <g aria-hidden=\"true\" font-family=\"{FAMILY}, sans-serif\">\n\
             <rect x=\"0\" y=\"0\" width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n\
             {marks}</g>\n</svg>"
        )
    }
}

/// How many pixels of a PNG go to one of a drawing of this size.
fn png_scale(wide: f64, high: f64) -> f64 {
    PNG_SCALE.min((MOST_PIXELS / (wide * high)).sqrt())
}

/// A positive number of pixels.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded by the number of pixels allowed"
)]
fn whole(pixels: f64) -> u32 {
    pixels.round().max(1.0) as u32
}

/// The elements that plotters wrote, without its `svg` element, and with what
/// the elements have in common left to the group around them: the family, full
/// opacity. `dy` goes since texts are placed by their baseline; line breaks
/// around a text go since they would shift it when it is centred. Texts are
/// escaped, so none of the attributes can occur in one.
fn tidy(plotted: &str) -> String {
    let start = plotted.find('\n').map_or(0, |at| at + 1);
    let end = plotted.rfind("</svg>").unwrap_or(plotted.len());
    plotted
        .get(start..end)
        .unwrap_or_default()
        .replace(" opacity=\"1\"", "")
        .replace(" dy=\"0.76em\"", "")
        .replace(&format!(" font-family=\"{FAMILY}\""), "")
        .replace(" font-weight=\"bold\"", " font-weight=\"600\"")
        .replace(" text-anchor=\"start\"", "")
        .replace(" stroke=\"none\"", "")
        .replace(" \"/>", "\"/>")
        .replace("\">\n", "\">")
        .replace("\n</text>", "</text>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A short name for a content: 64-bit FNV-1a (Fowler, Noll and Vo), since the
/// hash of the standard library may change from release to release.
fn fingerprint(parts: &[&str]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_tall_drawings_get_fewer_pixels_not_more_memory() {
        for (wide, high) in [(800.0, 500.0), (800.0, 22_000.0), (360.0, 60_000.0), (800.0, 1e6)] {
            let scale = png_scale(wide, high);
            assert!(scale <= 2.0 && wide * scale * high * scale <= MOST_PIXELS * 1.001);
        }
        assert!((png_scale(800.0, 500.0) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_name_of_a_content_is_the_published_hash() {
        // FNV-1a of "a" is af63dc4c8601ec8c; here a zero byte follows each part.
        let of_a: u64 = 0xaf63_dc4c_8601_ec8c;
        let expected = of_a.wrapping_mul(0x0000_0100_0000_01b3);
        assert_eq!(fingerprint(&["a"]), format!("{expected:016x}"));
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }
}
