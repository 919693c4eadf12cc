//! `hailong sample set-aside` and `withdraw`: what came into a sample, or into the list of
//! samples, by mistake.

use std::process::ExitCode;

use clap::Args;
use surveys::{Language, SampleCode, Text};
use uuid::Uuid;

use super::super::database::Database;
use super::super::{Done, Failure};
use super::{event, sample};
use crate::staff::audit::Action;
use crate::store::batches;
use crate::store::samples::places::Aside;

fn reason(text: &str) -> Result<String, String> {
    batches::reason(text).ok_or_else(|| "write 1 to 500 characters in one line".to_owned())
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong sample set-aside sipas-2026 --device 0198… --reason 'máy bị mất từ 05/11'
  hailong sample set-aside sipas-2026 --response 0198… --reason 'phỏng vấn hai lần'

The ids are those of hailong device list and of hailong sample export.")]
pub(in super::super) struct SetAside {
    /// The sample
    code: SampleCode,
    /// Every response of this tablet
    #[arg(
        long,
        value_name = "ID",
        conflicts_with = "response",
        required_unless_present = "response"
    )]
    device: Option<Uuid>,
    /// Only those of this primary sampling unit
    #[arg(long, value_name = "NAME", requires = "device")]
    village: Option<String>,
    /// One response
    #[arg(long, value_name = "ID")]
    response: Option<Uuid>,
    /// Why, for those who ask later: up to 500 characters
    #[arg(long, value_parser = reason)]
    reason: String,
    #[command(flatten)]
    database: Database,
}

impl SetAside {
    pub(super) async fn run(self, language: Language) -> Done {
        let db = self.database.open_existing().await?;
        let sample = sample(&db, &self.code).await?;
        let village = self.village.map(|name| surveys::text::typed_text(name.trim()));
        let (which, whose) = match (self.response, self.device) {
            (Some(id), _) => (Aside::Response(id), id),
            (None, Some(device)) => (Aside::OfDevice(device, village), device),
            (None, None) => {
                return Err(Failure::new(
                    "Hãy ghi --device hoặc --response",
                    "give --device or --response",
                ));
            }
        };
        let event = event(Action::SetAsideResponses, &sample.code, &sample.scope);
        let event = event.about(&format!("{} {whose}: {}", sample.code, self.reason));
        let code = &sample.code;
        match db.set_aside(code, &which, &self.reason, &event).await? {
            0 => Err(Failure::new(
                format!(
                    "Không có phiếu nào của mẫu {code} như vậy còn được tính; xem hailong device list và hailong sample export"
                ),
                format!(
                    "the sample {code} has no such response that counts; see hailong device list and hailong sample export"
                ),
            )),
            count => {
                let done = Text::new(
                    format!("đã để riêng {count} phiếu: vẫn được lưu và không còn được tính"),
                    format!(
                        "{count} responses are set aside: they stay stored and no longer count"
                    ),
                );
                tell!("hailong: {}", done.get(language));
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong sample withdraw sipas-2026 --reason 'nhầm danh sách thôn'

Its tablets are revoked; its code is not given again.")]
pub(in super::super) struct Withdraw {
    /// The sample
    code: SampleCode,
    /// Why, for those who ask later: up to 500 characters
    #[arg(long, value_parser = reason)]
    reason: String,
    #[command(flatten)]
    database: Database,
}

impl Withdraw {
    pub(super) async fn run(self, language: Language) -> Done {
        let db = self.database.open_existing().await?;
        let sample = sample(&db, &self.code).await?;
        let code = &sample.code;
        let event = event(Action::WithdrawSample, code, &sample.scope);
        let event = event.about(&format!("{code}: {}", self.reason));
        if !db.withdraw_sample(code, &self.reason, &event).await? {
            return Err(Failure::new(
                format!(
                    "Mẫu {code} đã có phiếu nên không rút lại được; phiếu không thuộc mẫu thì để riêng bằng hailong sample set-aside"
                ),
                format!(
                    "the sample {code} has responses and cannot be withdrawn; set those aside that do not belong with hailong sample set-aside"
                ),
            ));
        }
        let done =
            Text::new(format!("đã rút lại mẫu {code}"), format!("the sample {code} is withdrawn"));
        tell!("hailong: {}", done.get(language));
        Ok(ExitCode::SUCCESS)
    }
}
