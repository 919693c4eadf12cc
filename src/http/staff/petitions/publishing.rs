//! Letting everybody read a petition and its answer: both as they were written, with
//! parts covered. Nobody rewords them, and what may be about a person is covered or
//! ticked first.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Petition;
use surveys::comment::{BLACK, BadBlackout, blacked_out, check_blackout};
use surveys::personal_data::personal_data;
use surveys::petition::{Act, Refused, cleaned};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::sure::{known_names, unsure};
use super::super::visit::Signed;
use super::{acting, address, named};
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::petitions::ActKind;
use crate::pages::staff::sure::Unsure;

/// What stands in the form.
struct Covered {
    question: String,
    answer: String,
}

/// What is to be said on the form.
#[derive(Default)]
struct Told {
    question: Option<String>,
    answer: Option<String>,
    notice: String,
    unsure: Vec<Unsure>,
    /// What others did since, each with its heading.
    since: Vec<(String, String)>,
}

fn typed(signed: &Signed) -> Covered {
    let of = |name| signed.fields.first(name).to_owned();
    Covered { question: of("question"), answer: of("answer") }
}

/// What the form offers: what is public by now, or what was written with everything
/// covered that may be about a person.
async fn offered(signed: &Signed, petition: &Petition) -> Stopped<Covered> {
    if let Some(published) = petition.published.as_ref().filter(|_| petition.is_public_as_written())
    {
        let (question, answer) = (published.question.clone(), published.answer.clone());
        return Ok(Covered { question, answer });
    }
    let names = known_names(signed, &petition.commune).await?;
    let covered = |text: &str| blacked_out(text, &personal_data(text, &names));
    Ok(Covered { question: covered(&petition.text), answer: covered(&petition.answer) })
}

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let petition = named(&signed).await?;
        let seen = signed.fields.first("version");
        if signed.resumed {
            let told = Told { notice: signed.said("resumed"), ..Told::default() };
            return Ok(form(&signed, StatusCode::OK, &petition, (seen, &typed(&signed)), told));
        }
        let (seen, offered) = (petition.version.to_string(), offered(&signed, &petition).await?);
        Ok(form(&signed, StatusCode::OK, &petition, (&seen, &offered), Told::default()))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    status: StatusCode,
    petition: &Petition,
    (seen, covered): (&str, &Covered),
    told: Told,
) -> HttpResponse {
    let shell = &signed.shell;
    let said = |key| signed.said(key);
    let heading = ActKind::Publish.heading(shell);
    let to = format!("{}/{}", address(petition), ActKind::Publish.name());
    let code = petition.code.to_string();
    let mut page = Form::new(shell, heading.as_str(), &to, heading.as_str())
        .signed(signed.nav())
        .saying(shell.t.with("petition-of", &[("code", &code)]) + ": " + &petition.subject)
        .saying(ActKind::Publish.consequence(shell))
        .saying(shell.t.with("petition-public-as-written", &[("black", BLACK)]))
        .carrying("version", seen)
        .beside(said("petition-original-question"), &petition.text)
        .beside(said("petition-original-answer"), &petition.answer);
    if petition.published.is_some() && !petition.is_public_as_written() {
        page = page.saying(said("petition-public-reworded-before"));
    }
    for (heading, text) in told.since {
        page = page.beside(heading, &text);
    }
    if !told.notice.is_empty() {
        page = page.noticing(told.notice);
    }
    let page = page
        .asking(
            Field::long("question", said("petition-public-question"), 8)
                .value(&covered.question)
                .wrong(told.question),
        )
        .asking(
            Field::long("answer", said("petition-public-answer"), 12)
                .value(&covered.answer)
                .wrong(told.answer),
        )
        .confirming(told.unsure)
        .leading(&address(petition), said("petition-back"));
    page::show(status, Keep::Never, &page)
}

pub(in super::super) async fn take(signed: Signed) -> HttpResponse {
    settled(published(&signed).await)
}

async fn published(signed: &Signed) -> Stopped<HttpResponse> {
    let petition = named(signed).await?;
    let (seen, typed) = (signed.fields.first("version"), typed(signed));
    if seen.parse() != Ok(petition.version) {
        return overtaken(signed, &petition, &typed).await;
    }
    let again = |told| {
        let mend = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(form(signed, mend, &petition, (seen, &typed), told))
    };
    let refused = |refused: Refused| {
        let question = Some(refused.text().get(signed.shell.language()).to_owned());
        Told { question, ..Told::default() }
    };
    let publish = |question: &str, answer: &str| Act::Publish {
        question: question.to_owned(),
        answer: answer.to_owned(),
    };
    // Whether there is an answer at all comes first.
    if let Err(why) = acting::may(signed, &petition, &publish("", "")) {
        return again(refused(why));
    }
    let wrong = |bad: BadBlackout, reworded| match bad {
        BadBlackout::Reworded => signed.shell.t.with(reworded, &[("black", BLACK)]),
        BadBlackout::Empty => signed.said("petition-public-empty"),
    };
    let question = check_blackout(&petition.text, &cleaned(&typed.question));
    let answer = check_blackout(&petition.answer, &cleaned(&typed.answer));
    let (question, answer) = match (question, answer) {
        (Ok(question), Ok(answer)) => (question, answer),
        (question, answer) => {
            let question = question.err().map(|bad| wrong(bad, "petition-question-reworded"));
            let answer = answer.err().map(|bad| wrong(bad, "petition-answer-reworded"));
            return again(Told { question, answer, ..Told::default() });
        }
    };
    let unsure = unsure(signed, &petition.commune, &[&question, &answer]).await?;
    if !unsure.is_empty() {
        return again(Told { unsure, ..Told::default() });
    }
    let act = publish(&question, &answer);
    match acting::done(signed, &petition, ActKind::Publish, act).await? {
        Ok(done) => Ok(done),
        Err(acting::NotDone::Refused(why)) => again(refused(why)),
        Err(acting::NotDone::Overtaken) => overtaken(signed, &named(signed).await?, &typed).await,
    }
}

/// The form again, with everything that was done since whoever fills it in last looked.
async fn overtaken(signed: &Signed, petition: &Petition, typed: &Covered) -> Stopped<HttpResponse> {
    let told = Told {
        notice: signed.said("petition-conflict"),
        since: acting::done_since(signed, petition, signed.fields.first("version")).await?,
        ..Told::default()
    };
    let now = petition.version.to_string();
    Ok(form(signed, StatusCode::CONFLICT, petition, (&now, typed), told))
}
