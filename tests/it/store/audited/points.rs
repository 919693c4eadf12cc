//! Collection points, what they ask and when, their devices, and what is handed out there.

use hailong::clock::Clock;
use hailong::staff::audit::Action;
use hailong::store::enrolment::{EnrolmentCode, Pin, Token};
use hailong::store::recordings::Spoken;
use hailong::store::survey_links::NewLink;
use surveys::collection_point::CollectionPoint;
use surveys::{
    CentreContact, InstrumentId, ItemCode, Language, OpeningHours, PointCode, ServiceFields,
    VisitToken, catalog,
};

use super::forced::{AT, Log, by, forced, id, point};
use crate::support::database::{Database, on_both_databases};

on_both_databases![
    without_its_line_no_point_is_changed,
    without_its_line_no_device_is_let_in_or_out,
    without_its_line_nothing_is_handed_out,
];

async fn without_its_line_no_point_is_changed(database: Database) {
    let (log, point) = (Log::of(&database).await, point());
    let here = log.db.collection_point("22651").await.unwrap().unwrap();
    let new = CollectionPoint { code: PointCode::parse("mot-cua").unwrap(), ..here };
    forced!(log, make_collection_point(&new, &by(Action::AddPoint)));
    forced!(log, rename_point(&point, "Quầy mới", &by(Action::RenamePoint)));
    forced!(log, set_retired(&new.code, true, &by(Action::RetirePoint)));
    let hours = OpeningHours::parse("Mon-Fri 07:00-17:00").unwrap();
    forced!(log, set_opening_hours(&point, &hours, &by(Action::SetHours)));
    let fields = ServiceFields::new(&["Hộ tịch"]).unwrap();
    forced!(log, set_service_fields(&point, &fields, &by(Action::SetFields)));
    forced!(log, set_auto_advance(&point, true, &by(Action::SetAdvance)));
    let contact = CentreContact::parse("0258 3 811 234", "1 Trần Phú", "").unwrap();
    forced!(log, set_centre_contact(&point, &contact, &by(Action::SetContact)));
    let spoken = Spoken {
        point: Some(point.clone()),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        item: ItemCode::parse("A1").unwrap(),
        language: Language::Vi.tag().to_owned(),
    };
    let sound = b"OggS";
    forced!(log, add_recording(&spoken, "audio/ogg", sound, &by(Action::AddRecording)));
    forced!(log, remove_recording(&spoken, &by(Action::RemoveRecording)));
    log.close().await;
}

async fn without_its_line_no_device_is_let_in_or_out(database: Database) {
    let (log, point) = (Log::of(&database).await, point());
    let (code, pin) = (EnrolmentCode::new([1; 16]), Pin::new("1234", [1; 16]));
    let enrol = by(Action::EnrolDevice);
    forced!(log, add_enrolment_code(&code, &point, "Quầy 1", &pin, &enrol));
    let device = id();
    log.db.enrol(&code, device, &Token::new([[1; 16]; 2]), None, AT).await.unwrap().unwrap();
    forced!(log, revoke_device(device, &by(Action::RevokeDevice)));
    log.close().await;
}

async fn without_its_line_nothing_is_handed_out(database: Database) {
    let (log, point) = (Log::of(&database).await, point());
    let here = log.db.collection_point("22651").await.unwrap().unwrap();
    let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
    let range = forced!(log, issue_paper(&here, quick, 3, &by(Action::MakePaper)));
    assert_eq!(range.unwrap().first.number(), 1, "no number was lost");
    let tokens = [VisitToken::new(Clock::System.salt())];
    let batch = id();
    forced!(log, add_visits(&point, batch, &tokens, &by(Action::MakeSlips)));
    let links = [NewLink {
        dossier: [1; 32],
        token: VisitToken::new(Clock::System.salt()),
        send_after: 9_000,
        mail: Some(vec![1]),
    }];
    let batch = id();
    forced!(log, add_survey_links(&point, batch, &links, &by(Action::MakeSurveyLinks)));
    forced!(log, mark_reminded(&[[1; 32]], &by(Action::RemindOfLinks)));
    forced!(log, stop_mail(&[1; 32], &by(Action::StopMail)));
    log.close().await;
}
