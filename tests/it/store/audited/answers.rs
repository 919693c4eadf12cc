//! Batches of a file, samples and their interviewers, responses that are taken back,
//! reports that were sent.

use hailong::staff::audit::Action;
use hailong::store::batches::NewBatch;
use hailong::store::devices::Interviews;
use hailong::store::enrolment::{EnrolmentCode, Pin};
use hailong::store::responses::NewResponse;
use hailong::store::samples::places::Aside;
use hailong::store::samples::visits::by_village;
use hailong::store::samples::{Interviewer, Sample};
use surveys::sample::{self, SampleUnit};
use surveys::{CommuneCode, Response, SampleCode};

use super::forced::{AT, Log, by, forced, id, point};
use crate::support::database::{Database, on_both_databases};
use crate::support::sample::{CODE, list};
use crate::support::submission::{good, parsed};

on_both_databases![
    without_its_line_no_file_is_taken_in_or_undone,
    without_its_line_no_sample_is_made_or_changed,
];

async fn without_its_line_no_file_is_taken_in_or_undone(database: Database) {
    let log = Log::of(&database).await;
    let file = NewBatch {
        file_name: "a.csv".into(),
        sha256: "a".into(),
        instrument: "quick-counter".into(),
        version: 1,
        channel: "online".into(),
        point: String::new(),
        map: String::new(),
        map_text: String::new(),
        imported_by: String::new(),
    };
    let batch = forced!(log, begin_batch(&file, &by(Action::Import)));
    let undo = by(Action::UndoBatch);
    forced!(log, undo_batch(batch, "nhầm", AT, Some(&undo)));
    let new = parsed(id(), &good());
    log.db.insert_responses(std::slice::from_ref(&new)).await.unwrap();
    forced!(log, withdraw_response(new.response.id, &by(Action::WithdrawResponse)));
    let queue = [parsed(id(), &good())];
    forced!(log, insert_queue(&queue, &by(Action::ImportQueue)));
    let (commune, sent_on) = (CommuneCode::parse("22651").unwrap(), "2026-10-14".parse().unwrap());
    forced!(log, note_report_sent(&commune, "2026.1", sent_on, &by(Action::NoteReport)));
    forced!(log, take_report_back(&commune, "2026.1", sent_on, &by(Action::TakeReportBack)));
    log.close().await;
}

async fn without_its_line_no_sample_is_made_or_changed(database: Database) {
    let log = Log::of(&database).await;
    let place = log.db.collection_point("22651").await.unwrap().unwrap();
    let days = ("2026-10-01".parse().unwrap(), "2026-10-15".parse().unwrap());
    let of = |code| Sample::at(&place, SampleCode::parse(code).unwrap(), "Hộ 2026", days).unwrap();
    let (asked, other) = (of(CODE), of("ho-khac"));
    let (households, first) = (sample::read(&list()).unwrap(), [Interviewer::numbered(1)]);
    forced!(log, add_sample(&asked, &households, &first, &by(Action::AddSample)));
    forced!(log, add_sample(&other, &households, &first, &by(Action::AddSample)));
    let (code, second) = (&asked.code, Interviewer::numbered(2));
    forced!(log, add_interviewer(code, &second, &by(Action::AddInterviewer)));
    let all = log.db.sampled_households(code).await.unwrap();
    let assigned = by_village(&all, "Đông", 2);
    forced!(log, assign_households(code, &assigned, &by(Action::AssignHouseholds)));
    let (enrolling, pin) = (EnrolmentCode::new([3; 16]), Pin::new("2468", [4; 16]));
    let interviews = Interviews { sample: code.clone(), interviewer: 1 };
    let (place, enrol) = (point(), by(Action::EnrolInterviewer));
    let device = (&place, "Người phỏng vấn 1");
    forced!(log, add_interviewer_code(&enrolling, device, &pin, &interviews, &enrol));

    let unit =
        SampleUnit { code: code.clone(), stratum: "đồng bằng".into(), psu: "Đông".into() };
    let plain = parsed(id(), &good());
    log.db.take_place(&unit, plain.response.id).await.unwrap();
    let of_it = Response { sample: Some(unit), ..plain.response };
    let aside = Aside::Response(of_it.id);
    let new = NewResponse::new(of_it, plain.salt, plain.received_at);
    log.db.insert_responses(&[new]).await.unwrap();
    forced!(log, set_aside(code, &aside, "nhập nhầm", &by(Action::SetAsideResponses)));
    forced!(log, withdraw_sample(&other.code, "nhầm", &by(Action::WithdrawSample)));
    log.close().await;
}
