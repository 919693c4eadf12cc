//! What must have happened for a form to be shown: each way as far as the form, none further.

use hailong::clock::Clock;
use hailong::http::staff::set_up_path;
use hailong::staff::audit::Action;
use hailong::staff::{Role, Scope, Token};
use hailong::store::comments::Decision;
use hailong::store::devices::Interviews;
use hailong::store::enrolment::{self, EnrolmentCode, Pin};
use hailong::store::recordings::Spoken;
use hailong::store::samples::{Interviewer, Sample};
use hailong::store::staff::links::Kind;
use surveys::collection_point::CollectionPoint;
use surveys::{InstrumentId, ItemCode, Language, PointCode, SampleCode};

use super::crawl::{Answered, Crawl};
use super::fillings::FOLDERS;
use crate::support::answers;
use crate::support::comments::{TWO_DAYS, everything, gather, leave};
use crate::support::html::{self, Form};
use crate::support::paper::each_step;
use crate::support::sample::list;
use crate::support::staff::{account, by_operator};

/// The point that is no longer used.
const CLOSED: &str = "22651-cu";

impl Crawl<'_> {
    /// Lets everything happen; the addresses that no page may lead to begin the way then.
    pub(super) async fn prepared(&mut self) {
        answers::add(&self.db, "22651", 0..40).await;
        self.accounts().await;
        self.points().await;
        self.interviews().await;
        self.decided().await;
        self.paper().await;
        self.files_kept().await;
    }

    /// The place of whoever is in `role`.
    fn in_role(&self, role: Role) -> usize {
        self.actors.iter().position(|actor| actor.role == role).expect("somebody")
    }

    /// Begins at `path` too, as whoever is in `role`.
    fn begins(&mut self, role: Role, path: String) {
        let who = Some(self.in_role(role));
        self.also.push((path, who));
    }

    /// Sends what the first form on `page` that goes to an address with this end would send
    /// as it is, with `chosen` in place of its own.
    async fn press(
        &mut self,
        role: Role,
        page: &str,
        end: &str,
        chosen: &[(&str, &str)],
    ) -> Answered {
        let who = Some(self.in_role(role));
        let shown = self.ask(page, who, None).await;
        let (forms, _) = html::forms_and_links(&html::parts(&shown.text()).unwrap());
        let to = |form: &Form| {
            if form.action.is_empty() { page.to_owned() } else { form.action.clone() }
        };
        let form = forms.into_iter().find(|form| form.posts && to(form).ends_with(end));
        let form = form.unwrap_or_else(|| panic!("{page}: {} has no {end}", shown.status));
        let mut fields = form.sent();
        fields.retain(|(name, _)| !chosen.iter().any(|(other, _)| other == name));
        fields.extend(chosen.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let answer = self.ask(&to(&form), who, Some(&fields)).await;
        assert_eq!(answer.status, 303, "{page} {end}: {}", answer.text());
        answer
    }

    /// Somebody who is to set up their account, and somebody who was.
    async fn accounts(&mut self) {
        let [new, former] =
            ["moi", "cu.nguoi"].map(|name| account(name, Role::DataEntry, "/56/22651/"));
        let act = |action| by_operator(self.app.now(), action);
        for one in [&new, &former] {
            assert!(self.db.add_account(one, &act(Action::AddAccount)).await.unwrap());
        }
        let link = Token::of(Clock::System.secret());
        let made = act(Action::MakeLink);
        self.db.make_link(&link, Kind::SetUp, Some(new.id), &made).await.unwrap();
        self.also.push((set_up_path(&link), None));
        let disabled = act(Action::Disable);
        self.db.set_disabled(former.id, Some(self.app.now()), &disabled).await.unwrap();
        self.begins(Role::Administrator, format!("/staff/accounts/{}", former.id));
    }

    /// A point that is closed, and one that reads aloud.
    async fn points(&mut self) {
        let here = self.db.collection_point("22651").await.unwrap().unwrap();
        let closed = CollectionPoint { code: PointCode::parse(CLOSED).unwrap(), ..here.clone() };
        let act = |action| by_operator(self.app.now(), action);
        assert!(self.db.make_collection_point(&closed, &act(Action::AddPoint)).await.unwrap());
        assert!(self.db.set_retired(&closed.code, true, &act(Action::RetirePoint)).await.unwrap());
        let spoken = Spoken {
            point: Some(here.code),
            instrument: InstrumentId::parse("quick-counter").unwrap(),
            item: ItemCode::parse("A1").unwrap(),
            language: Language::Vi.tag().to_owned(),
        };
        let added = act(Action::AddRecording);
        self.db.add_recording(&spoken, "audio/ogg", b"OggS", &added).await.unwrap();
        self.begins(Role::CentreStaff, format!("/staff/points/{CLOSED}"));
    }

    /// A sample that is being asked, with a tablet.
    async fn interviews(&mut self) {
        let here = self.db.collection_point("22651").await.unwrap().unwrap();
        let days = ("2026-10-01".parse().unwrap(), "2026-10-15".parse().unwrap());
        let of = Sample::at(&here, SampleCode::parse("ho-2026").unwrap(), "Hộ 2026", days).unwrap();
        let (list, first) = (surveys::sample::read(&list()).unwrap(), [Interviewer::numbered(1)]);
        let added = by_operator(self.app.now(), Action::AddSample);
        assert!(self.db.add_sample(&of, &list, &first, &added).await.unwrap());
        let (code, pin) = (EnrolmentCode::new([8; 16]), Pin::new("2468", [8; 16]));
        let interviews = Interviews { sample: of.code.clone(), interviewer: 1 };
        let device = (&of.collection_point, "Người phỏng vấn 1");
        let made = by_operator(self.app.now(), Action::EnrolInterviewer);
        self.db.add_interviewer_code(&code, device, &pin, &interviews, &made).await.unwrap();
        let (id, token) = (Clock::System.new_id(), enrolment::Token::new([[8; 16]; 2]));
        self.db
            .enrol(&code, id, &token, None, self.app.now())
            .await
            .unwrap()
            .expect("it is enrolled");
        self.begins(Role::CentreStaff, format!("/staff/samples/{}", of.code));
    }

    /// A report that was sent, a month that is published, and a comment that is not.
    async fn decided(&mut self) {
        let report = "/staff/reports/22651/2026.1";
        self.press(Role::CentreStaff, report, report, &[("sent", "14/10/2026")]).await;
        let month = "/staff/publishing/22651/quick-counter@1/2026-09";
        self.press(Role::Leader, month, month, &[]).await;
        leave(&self.db, "22651", "Chậm quá").await;
        gather(&self.db, self.app.now() + TWO_DAYS).await;
        let all = self.db.comments(&everything()).await.unwrap();
        let slow = all.into_iter().find(|comment| comment.text == "Chậm quá").unwrap();
        let slow = self.db.comment(&Scope::Everywhere, slow.id).await.unwrap().unwrap();
        let hidden = by_operator(self.app.now(), Action::HideComment);
        assert!(self.db.decide_comment(&slow, Decision::Hide("trùng"), &hidden).await.unwrap());
        self.begins(Role::CentreStaff, format!("/staff/comments/{}", slow.id));
    }

    /// A batch of paper forms for each step of its way.
    async fn paper(&mut self) {
        for (role, path) in each_step(self.app, &self.db).await {
            self.begins(role, path);
        }
    }

    /// Files that are kept until somebody has said what is in them, or has looked at what
    /// would be stored. Their names and cells are hostile too.
    async fn files_kept(&mut self) {
        let mut plant = |text: &str, field: &str| self.look.plant(text, field, FOLDERS).0;
        let name = plant("<script>window.hacked=1</script>", "a file that is kept (name)") + ".csv";
        let heads = plant("\"><script>window.hacked=1</script>", "a file that is kept (column)");
        let said =
            plant("=HYPERLINK(\"https://evil.example\",\"bấm\")", "a file that is kept (cell)");
        let mut rows = csv::Writer::from_writer(Vec::new());
        rows.write_record(["answered_at", "A1", "A2", "A3", "A4", "A5", &heads]).unwrap();
        rows.write_record(["05/09/2026", "5", "5", "5", "5", "5", "x"]).unwrap();
        rows.write_record(["", "5", "5", "5", "5", "5", &said]).unwrap();
        let answers = rows.into_inner().unwrap();
        let at = [("point", "22651"), ("channel", "online"), ("map", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        for (role, goes_on) in [(Role::CentreStaff, false), (Role::ProvinceOfficer, true)] {
            let who = self.in_role(role);
            let kept = self.upload("/staff/import", who, &at, (&name, &answers)).await;
            assert_eq!(kept.to.as_deref(), Some("/staff/import/columns"), "{}", kept.text());
            if goes_on {
                let columns = "/staff/import/columns";
                let next = self.press(role, columns, columns, &[("dates", "dd/mm/yyyy")]).await;
                assert_eq!(next.to.as_deref(), Some("/staff/import/preview"));
            }
        }
        let mut rows = csv::Writer::from_writer(Vec::new());
        let head = ["commune", "indicator", "month", "numerator", "denominator", "source"];
        rows.write_record(head).unwrap();
        rows.write_record(["22651", "DIGITISED", "2026-08", "180", "200", "Hệ thống"]).unwrap();
        rows.write_record(["22651", "DIGITISED", "2026-13", "180", "200", &said]).unwrap();
        let indicators = rows.into_inner().unwrap();
        let (who, path) = (self.in_role(Role::CentreStaff), "/staff/indicators/file");
        let kept = self.upload(path, who, &[], (&name, &indicators)).await;
        assert_eq!(kept.to.as_deref(), Some("/staff/indicators/file/preview"), "{}", kept.text());
    }
}
