//! The list of petitions, as it is chosen by its address; the same as a file.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use analytics::export::sheet::{Cell, Sheet, SheetFormat};
use chrono::NaiveDate;
use surveys::petition::State;
use surveys::{Petition, WorkingDays};

use super::super::super::asked::internal;
use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::attached::attached;
use super::super::visit::Signed;
use crate::pages::petition::words;
use crate::pages::staff::petitions::{Chosen, Due, List};
use crate::staff::audit::Action;
use crate::staff::{Permission, Scope};
use crate::store::petitions::Listed;

/// The most petitions on one page; a choice or a search finds the others.
const MOST_LISTED: u32 = 200;
/// The most petitions in one file.
const MOST_IN_A_FILE: u32 = 10_000;
/// What is due within so many working days is due soon.
const SOON_DAYS: u32 = 2;

/// The columns of the file.
const COLUMNS: [&str; 13] = [
    "code",
    "commune",
    "received_on",
    "channel",
    "subject",
    "state",
    "due_on",
    "standing",
    "assigned_to",
    "extended",
    "answered_on",
    "late",
    "rating",
];

/// What is chosen of the list, and within which scope.
fn chosen(signed: &Signed) -> Stopped<(Chosen, Scope)> {
    let asked = |name| {
        let asked = signed.shell.asked(name).unwrap_or_else(|| signed.fields.first(name));
        let kept = asked.trim().chars().filter(|c| !c.is_control()).take(600);
        kept.collect::<String>()
    };
    // An older address says `overdue=yes`.
    let overdue = (asked("overdue") == "yes").then_some(Due::Overdue);
    let chosen = Chosen {
        state: State::of_name(&asked("state")),
        due: overdue.or_else(|| Due::of_name(&asked("due"))),
        assigned_to: asked("assigned"),
        commune: asked("commune"),
        words: asked("q").chars().take(100).collect(),
    };
    let own = &signed.account.scope;
    match Scope::of_code(&chosen.commune) {
        _ if chosen.commune.is_empty() => Ok((chosen, own.clone())),
        Some(scope @ Scope::Commune(_)) if own.covers(&scope) => Ok((chosen, scope)),
        _ => Err(Box::new(signed.nothing_here())),
    }
}

async fn read(
    signed: &Signed,
    chosen: &Chosen,
    scope: &Scope,
    most: u32,
) -> Stopped<Vec<Petition>> {
    let today = signed.service.today();
    let days = signed.service.settings.petitions.working_days();
    let (due_from, due_by) = match chosen.due {
        None => (None, None),
        Some(Due::Overdue) => (None, Some(today.pred_opt().unwrap_or(today))),
        Some(Due::Today) => (Some(today), Some(today)),
        Some(Due::Soon) => (Some(today), Some(days.after(today, SOON_DAYS))),
    };
    let listed = Listed {
        state: chosen.state,
        words: chosen.words.clone(),
        due_from,
        due_by,
        assigned_to: chosen.assigned_to.clone(),
        most,
    };
    let petitions = signed.service.db.petitions(scope, &listed).await;
    Ok(petitions.map_err(|error| signed.down(&error))?)
}

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let (chosen, scope) = chosen(&signed)?;
        let petitions = read(&signed, &chosen, &scope, MOST_LISTED).await?;
        let assignees = signed.service.db.petition_assignees(&scope).await;
        let mut assignees = assignees.map_err(|error| signed.down(&error))?;
        // What is for the reader stands first.
        assignees.sort_by_key(|name| !signed.account.is_meant_by(name));
        let today = signed.service.today();
        let days = signed.service.settings.petitions.working_days();
        let wide = !matches!(signed.account.scope, Scope::Commune(_));
        let page = List::new(&signed.shell, signed.nav(), &petitions, (today, &days))
            .chosen_by(&chosen, wide, assignees)
            .cut_at(MOST_LISTED)
            .entering(signed.account.may(Permission::HandlePetitions));
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

pub(in super::super) async fn export(signed: Signed) -> HttpResponse {
    let made = async {
        let (chosen, scope) = chosen(&signed)?;
        let asked = signed.fields.first("format");
        let format = SheetFormat::ALL.into_iter().find(|format| format.ending() == asked);
        let format = format.unwrap_or(SheetFormat::Csv);
        let petitions = read(&signed, &chosen, &scope, MOST_IN_A_FILE).await?;
        let about = chosen.state.map_or("", State::name);
        signed.note_taken(Action::ExportPetitionList, about).await?;
        let days = signed.service.settings.petitions.working_days();
        let table = sheet(&signed, &petitions, (signed.service.today(), &days));
        let file = table.file(format).map_err(|error| {
            let problem = internal(&error.to_string());
            Box::new(page::problem(&signed.shell, "/staff/petitions", &problem))
        })?;
        let marked = if signed.service.db.is_simulated() { "_mo-phong" } else { "" };
        let name = format!("phan-anh{marked}.{}", format.ending());
        Ok(attached(format.media_type(), &name, file))
    };
    settled(made.await)
}

fn sheet(signed: &Signed, petitions: &[Petition], now: (NaiveDate, &WorkingDays)) -> Sheet {
    let yes = |is: bool| if is { "1" } else { "0" }.to_owned();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let row = |petition: &Petition| -> Vec<Cell> {
        [
            petition.code.to_string(),
            petition.commune.to_string(),
            petition.received_on.to_string(),
            petition.channel.name().to_owned(),
            petition.subject.clone(),
            petition.state.name().to_owned(),
            day(petition.due()),
            words::standing(&signed.shell, petition, now),
            petition.assigned_to.clone(),
            yes(petition.extended),
            day(petition.answered_on),
            yes(petition.late),
            petition.rating.map_or("", surveys::petition::AnswerRating::name).to_owned(),
        ]
        .map(Cell::Text)
        .into()
    };
    Sheet { columns: COLUMNS.map(str::to_owned).into(), rows: petitions.iter().map(row).collect() }
}
