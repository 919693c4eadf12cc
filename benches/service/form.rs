//! Filled-in forms, cheap to make and never two alike.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use uuid::Uuid;

use crate::Failure;

/// The shipped instruments that a bench can fill in, and the items it answers.
const INSTRUMENTS: [(&str, &[&str]); 2] = [
    (
        "sipas-style",
        &[
            "S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09", "S10", "S11", "S12",
            "S13", "S14", "S15",
        ],
    ),
    ("quick-counter", &["A1", "A2", "A3", "A4", "A5"]),
];

/// Makes submissions to one collection point.
pub(crate) struct Forms {
    instrument: &'static str,
    items: &'static [&'static str],
    point: String,
    state: u64,
    now: u64,
    answered_at: String,
}

impl Forms {
    /// Forms of `instrument` for a collection point of the commune of `counter`,
    /// the point of the short survey.
    pub(crate) fn new(instrument: &str, counter: &str) -> Result<Self, Failure> {
        let point = match instrument {
            "sipas-style" => format!("{counter}-sipas"),
            _ => counter.to_owned(),
        };
        let (instrument, items) = *INSTRUMENTS
            .iter()
            .find(|(id, _)| *id == instrument)
            .ok_or_else(|| format!("cannot fill in {instrument}"))?;
        let now = now_millis()?;
        Ok(Self { instrument, items, point, state: now, now, answered_at: rfc3339(now)? })
    }

    /// From now on forms say that they were answered `days` before now.
    pub(crate) fn days_ago(&mut self, days: u64) -> Result<(), Failure> {
        self.answered_at = rfc3339(self.now - days * 86_400_000)?;
        Ok(())
    }

    /// A `PUT` of a new form, written over what `request` held.
    pub(crate) fn put(&mut self, request: &mut Vec<u8>) -> Result<(), Failure> {
        let mut body = Vec::with_capacity(512);
        self.body(&mut body, None)?;
        let id = self.new_id()?;
        request.clear();
        write!(
            request,
            "PUT /api/v1/responses/{id} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )?;
        request.extend_from_slice(&body);
        Ok(())
    }

    /// A `POST` of a batch of `lines` new forms.
    pub(crate) fn batch(&mut self, lines: usize) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::with_capacity(512 * lines);
        for _ in 0..lines {
            let id = self.new_id()?;
            self.body(&mut body, Some(id))?;
            body.push(b'\n');
        }
        let mut request = format!(
            "POST /api/v1/responses:batch HTTP/1.1\r\nhost: bench\r\ncontent-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        Ok(request)
    }

    fn body(&mut self, out: &mut Vec<u8>, id: Option<Uuid>) -> Result<(), Failure> {
        out.push(b'{');
        if let Some(id) = id {
            write!(out, "\"response_id\":\"{id}\",")?;
        }
        write!(
            out,
            "\"instrument\":\"{}\",\"version\":1,\"collection_point\":\"{}\",\"channel\":\"qr\",\"answered_at\":\"{}\",\"answers\":{{",
            self.instrument, self.point, self.answered_at
        )?;
        let mut draw = self.draw();
        for (place, item) in self.items.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            // One of sixteen has no opinion; most are satisfied.
            let value = [9, 1, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5][(draw & 15) as usize];
            write!(out, "{comma}\"{item}\":{value}")?;
            draw >>= 4;
        }
        out.extend_from_slice(b"}}");
        Ok(())
    }

    fn new_id(&mut self) -> Result<Uuid, Failure> {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.draw().to_le_bytes());
        random[8..].copy_from_slice(&self.draw().to_le_bytes()[..2]);
        Ok(uuid::Builder::from_unix_timestamp_millis(now_millis()?, &random).into_uuid())
    }

    /// Sixty-four well-mixed bits (the `SplitMix64` generator of Steele, Lea and Flood, 2014).
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bench plays the device, and a device reads its own clock"
)]
fn now_millis() -> Result<u64, Failure> {
    Ok(u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

fn rfc3339(millis: u64) -> Result<String, Failure> {
    let moment =
        DateTime::from_timestamp_millis(i64::try_from(millis)?).ok_or("a clock far off")?;
    Ok(moment.to_rfc3339())
}
