//! What came into a sample, or into the list of samples, by mistake: responses are set
//! aside, a tablet is revoked, a sample without responses is withdrawn.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::period::date_of_millis;
use uuid::Uuid;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::{about, address, named, tablets};
use crate::pages::day;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::staff::audit::Action;
use crate::store::batches::{LONGEST_REASON, reason};
use crate::store::devices::Device;
use crate::store::samples::Sample;
use crate::store::samples::places::Aside;

/// A tablet of the sample is revoked: the one that the form names.
pub(in crate::http::staff) async fn revoke(signed: Signed) -> HttpResponse {
    let revoked = async {
        let sample = named(&signed).await?;
        let id = Uuid::parse_str(signed.fields.first("device")).ok();
        let mut own = tablets(&signed, &sample).await?.into_iter();
        if let Some(device) = own.find(|device| Some(device.id) == id) {
            let event = about(&signed, Action::RevokeDevice, &sample).about(&device.name);
            let revoked = signed.service.db.revoke_device(device.id, &event).await;
            revoked.map_err(|error| signed.down(&error))?;
        }
        Ok(page::see_other(&signed.shell.link(&address(&sample))))
    };
    settled(revoked.await)
}

/// The field for a reason, which `wrong` says to mend.
fn why(signed: &Signed, wrong: Option<String>) -> Field {
    let most = LONGEST_REASON.to_string();
    Field::text("reason", signed.said("batch-undo-reason"))
        .hint(signed.shell.t.with("sample-reason-hint", &[("most", &most)]))
        .value(signed.fields.first("reason"))
        .wrong(wrong)
}

/// The reason that was typed, or what is to be mended in it.
fn typed_reason(signed: &Signed) -> Result<String, String> {
    let most = LONGEST_REASON.to_string();
    reason(signed.fields.first("reason"))
        .ok_or_else(|| signed.shell.t.with("batch-undo-reason-wrong", &[("most", &most)]))
}

/// The form `name` of `sample` with the texts heading, about and button.
fn form<'a>(signed: &'a Signed, sample: &Sample, name: &str, texts: [&str; 3]) -> Form<'a> {
    let action = format!("{}/{name}", address(sample));
    let [heading, about, button] = texts.map(|key| signed.said(key));
    let page = Form::new(&signed.shell, heading, &action, button);
    let page = page.signed(signed.nav()).saying(about);
    let page = if signed.resumed { page.noticing(signed.said("resumed")) } else { page };
    page.leading(&address(sample), signed.said("sample-back"))
}

pub(in crate::http::staff) async fn set_aside_form(signed: Signed) -> HttpResponse {
    let shown = async {
        let sample = named(&signed).await?;
        set_aside_page(&signed, &sample, StatusCode::OK, [None, None]).await
    };
    settled(shown.await)
}

async fn set_aside_page(
    signed: &Signed,
    sample: &Sample,
    status: StatusCode,
    [device, reason]: [Option<String>; 2],
) -> Stopped<HttpResponse> {
    let own = tablets(signed, sample).await?;
    let psus = signed.service.db.sample_psus(&sample.code).await;
    let psus = psus.map_err(|error| signed.down(&error))?;
    let tablet = |device: &Device| {
        let at = day(date_of_millis(device.enrolled_at), signed.shell.language());
        let label = signed.shell.t.with("sample-tablet", &[("name", &device.name), ("day", &at)]);
        Choice { value: device.id.to_string(), label }
    };
    let all = Choice { value: String::new(), label: signed.said("sample-every-village") };
    let villages = psus.into_iter().map(|psu| Choice { value: psu.name.clone(), label: psu.name });
    let texts = ["sample-set-aside-heading", "sample-set-aside-about", "sample-set-aside-button"];
    let page = form(signed, sample, "set-aside", texts)
        .asking(
            Field::choice(
                "device",
                signed.said("sample-tablet-label"),
                own.iter().map(tablet).collect(),
            )
            .value(signed.fields.first("device"))
            .wrong(device),
        )
        .asking(
            Field::choice(
                "village",
                signed.said("sample-village"),
                [all].into_iter().chain(villages).collect(),
            )
            .value(signed.fields.first("village")),
        )
        .asking(why(signed, reason));
    Ok(page::show(status, Keep::Never, &page))
}

/// Sets the responses of one tablet aside, of one village or of all.
pub(in crate::http::staff) async fn set_aside(signed: Signed) -> HttpResponse {
    settled(put_aside(&signed).await)
}

async fn put_aside(signed: &Signed) -> Stopped<HttpResponse> {
    let sample = named(signed).await?;
    let id = Uuid::parse_str(signed.fields.first("device")).ok();
    let mut own = tablets(signed, &sample).await?.into_iter();
    let device = own.find(|device| Some(device.id) == id);
    let (Some(device), Ok(reason)) = (&device, typed_reason(signed)) else {
        let wrong = device.is_none().then(|| signed.said("sample-tablet-wrong"));
        let wrong = [wrong, typed_reason(signed).err()];
        return set_aside_page(signed, &sample, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    };
    let village = Some(signed.fields.first("village").to_owned()).filter(|name| !name.is_empty());
    let event = about(signed, Action::SetAsideResponses, &sample);
    let event = event.about(&format!("{} {}: {reason}", sample.code, device.name));
    let which = Aside::OfDevice(device.id, village);
    let aside = signed.service.db.set_aside(&sample.code, &which, &reason, &event).await;
    if aside.map_err(|error| signed.down(&error))? == 0 {
        let wrong = [Some(signed.said("sample-set-aside-none")), None];
        return set_aside_page(signed, &sample, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    }
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link(&address(&sample))))
}

pub(in crate::http::staff) async fn withdraw_form(signed: Signed) -> HttpResponse {
    let shown = async {
        let sample = named(&signed).await?;
        Ok(withdraw_page(&signed, &sample, StatusCode::OK, None))
    };
    settled(shown.await)
}

fn withdraw_page(
    signed: &Signed,
    sample: &Sample,
    status: StatusCode,
    wrong: Option<String>,
) -> HttpResponse {
    let texts = ["sample-withdraw-heading", "sample-withdraw-about", "sample-withdraw-button"];
    let page = form(signed, sample, "withdraw", texts).asking(why(signed, wrong));
    page::show(status, Keep::Never, &page)
}

/// Withdraws a sample that has no responses.
pub(in crate::http::staff) async fn withdraw(signed: Signed) -> HttpResponse {
    settled(withdrawn(&signed).await)
}

async fn withdrawn(signed: &Signed) -> Stopped<HttpResponse> {
    let sample = named(signed).await?;
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    let reason = match typed_reason(signed) {
        Ok(reason) => reason,
        Err(wrong) => return Ok(withdraw_page(signed, &sample, unfit, Some(wrong))),
    };
    let event = about(signed, Action::WithdrawSample, &sample);
    let event = event.about(&format!("{}: {reason}", sample.code));
    let withdrawn = signed.service.db.withdraw_sample(&sample.code, &reason, &event).await;
    if !withdrawn.map_err(|error| signed.down(&error))? {
        let wrong = Some(signed.said("sample-withdraw-answered"));
        return Ok(withdraw_page(signed, &sample, unfit, wrong));
    }
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link("/staff/samples")))
}
