//! Whether a response may come from where it says: an interviewer's tablet sends those of
//! its own sample, one for each household to visit, a counter's tablet none of any.

use surveys::response::Fault;
use surveys::{Channel, Response, Text};

use crate::store::devices::Device;
use crate::store::samples::places::Place;
use crate::store::{self, Db};

/// What is wrong with where `response` says that it was taken, when `device` sent it. If
/// nothing is, a response of a sample has taken its place there.
///
/// # Errors
/// [`store::Error`] when the sample cannot be read or the place not be taken.
pub async fn misplaced(
    db: &Db,
    device: &Device,
    response: &Response,
) -> Result<Option<Fault>, store::Error> {
    let fault = |pointer: &str, code, vi: String, en: String| {
        Ok(Some(Fault::new(pointer, code, Text::new(vi, en))))
    };
    let own = &device.collection_point;
    if response.collection_point != *own {
        return fault(
            "/collection_point",
            "other-point",
            format!("Máy này được đăng ký cho điểm khảo sát {own}. Hãy đăng ký lại máy."),
            format!("This device is enrolled for the collection point {own}. Enrol it anew."),
        );
    }
    let (interviews, unit) = match (&device.interviews, &response.sample) {
        (None, None) => return Ok(None),
        (None, Some(_)) => {
            return fault(
                "/sample",
                "not-an-interviewer",
                "Chỉ máy của người phỏng vấn mới gửi được phiếu của một mẫu. Hãy bỏ sample ra."
                    .into(),
                "Only an interviewer's tablet sends responses of a sample. Leave sample out."
                    .into(),
            );
        }
        (Some(interviews), Some(unit)) if unit.code == interviews.sample => (interviews, unit),
        (Some(interviews), _) => {
            let sample = &interviews.sample;
            return fault(
                "/sample",
                "other-sample",
                format!(
                    "Máy này phỏng vấn cho mẫu {sample}. Hãy gửi mẫu đó, hoặc đăng ký lại máy."
                ),
                format!(
                    "This tablet interviews for the sample {sample}. Send that one, or enrol it anew."
                ),
            );
        }
    };
    if response.channel != Channel::Interview {
        return fault(
            "/channel",
            "not-an-interview",
            "Phiếu của một mẫu có kênh interview.".into(),
            "A response of a sample has the channel interview.".into(),
        );
    }
    let psus = db.sample_psus(&interviews.sample).await?;
    if !psus.iter().any(|psu| psu.name == unit.psu && psu.stratum == unit.stratum) {
        return fault(
            "/sample/psu",
            "unknown-psu",
            "Mẫu không có thôn này trong tầng này. Hãy tải lại danh sách hộ trên máy.".into(),
            "The sample has no such unit in this stratum. Load the list of households again."
                .into(),
        );
    }
    let psu = &unit.psu;
    match db.take_place(unit, response.id).await? {
        Place::Own => Ok(None),
        Place::AllTaken(households) => fault(
            "/sample/psu",
            "no-household-left",
            format!(
                "{psu} đã có đủ phiếu cho {households} hộ phải đến. Phiếu này được giữ riêng trên máy; xin báo cán bộ phụ trách."
            ),
            format!(
                "{psu} has a response for each of its {households} households. This one is kept apart on the tablet; tell whoever is in charge."
            ),
        ),
        Place::Withdrawn => fault(
            "/sample",
            "withdrawn-sample",
            "Mẫu này đã được rút lại. Phiếu được giữ riêng trên máy; xin báo cán bộ phụ trách."
                .into(),
            "This sample was withdrawn. The response is kept apart on the tablet; tell whoever is in charge."
                .into(),
        ),
    }
}
