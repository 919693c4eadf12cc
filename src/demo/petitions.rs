//! Petitions of the simulated year: in every state, some late, one extended, some rated
//! and published. Days are counted back from today in working days, so that the same
//! number is always due today or overdue.

use chrono::NaiveDate;
use surveys::petition::{Act, AnswerRating, PetitionChannel, Terms};
use surveys::{CommuneCode, Petition, PetitionCode, WorkingDays, catalog};

use super::{STAFF, at_nine};
use crate::staff::Scope;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store::petitions::{CITIZEN, NewPetition, PetitionEvent};
use crate::store::{Db, Error};

/// One step of a petition's way: so many working days after it came, this.
type Step = (u32, Done);

/// What is done with a petition.
#[derive(Debug, Clone, Copy)]
enum Done {
    Acknowledged,
    Assigned(&'static str),
    Extended(&'static str),
    Answered(&'static str),
    Closed,
    Duplicate(&'static str),
    Refused(&'static str),
    Rated(AnswerRating, &'static str),
    AskedAgain(&'static str),
    Published,
}

use AnswerRating::{NotSatisfied, Satisfied};
use Done::{
    Acknowledged, Answered, AskedAgain, Assigned, Closed, Duplicate, Extended, Published, Rated,
    Refused,
};
use PetitionChannel::{Counter, Online, Paper, Telephone};

/// A petition: how many working days ago it came, how, what it says, and its way.
struct Story {
    ago: u32,
    channel: PetitionChannel,
    subject: &'static str,
    text: &'static str,
    steps: &'static [Step],
}

const LAND: &str = "Bộ phận đất đai";
const CIVIL: &str = "Bộ phận hộ tịch";
const CENTRE: &str = "Trung tâm Phục vụ hành chính công";

/// What came to the first plan's commune; the first [`ELSEWHERE`] came to the others too.
const STORIES: &[Story] = &[
    Story {
        ago: 1,
        channel: Online,
        subject: "Xin thêm chỗ để xe",
        text: "Sáng thứ hai đông người, xe để tràn ra đường. Mong xã sắp xếp thêm chỗ.",
        steps: &[],
    },
    Story {
        ago: 14,
        channel: Online,
        subject: "Hồ sơ đất đai trả trễ",
        text: "Giấy hẹn ghi trả ngày đầu tháng, đến nay chưa có kết quả và chưa ai báo lý do.",
        steps: &[(1, Acknowledged), (2, Assigned(LAND))],
    },
    Story {
        ago: 10,
        channel: Counter,
        subject: "Bảng hướng dẫn chữ nhỏ",
        text: "Bảng thủ tục chữ nhỏ, người lớn tuổi đứng xa không đọc được.",
        steps: &[(1, Acknowledged), (2, Assigned(CENTRE))],
    },
    Story {
        ago: 25,
        channel: Online,
        subject: "Chờ lâu ở quầy hộ tịch",
        text: "Có hôm chờ hơn một tiếng vì chỉ có một quầy làm khai sinh.",
        steps: &[
            (1, Acknowledged),
            (2, Assigned(CIVIL)),
            (
                7,
                Answered(
                    "Kính gửi ông/bà, phản ánh là đúng. Từ tuần sau có thêm một quầy hộ tịch vào buổi sáng thứ hai và thứ ba. Xin cảm ơn ông/bà.",
                ),
            ),
            (9, Rated(Satisfied, "Đã thấy có thêm quầy.")),
            (11, Closed),
            (12, Published),
        ],
    },
    Story {
        ago: 5,
        channel: Telephone,
        subject: "Máy lấy số bị hỏng",
        text: "Máy lấy số không in phiếu, mọi người không biết đến lượt ai.",
        steps: &[],
    },
    Story {
        ago: 12,
        channel: Online,
        subject: "Nhà văn hóa mở loa sớm",
        text: "Loa mở từ 5 giờ sáng, trẻ nhỏ không ngủ được.",
        steps: &[
            (1, Acknowledged),
            (1, Assigned("Công chức văn hóa")),
            (6, Extended("Cần họp với trưởng thôn để thống nhất giờ mở loa.")),
        ],
    },
    Story {
        ago: 3,
        channel: Online,
        subject: "Nộp hồ sơ qua mạng bị lỗi",
        text: "Tải tệp lên thì báo lỗi, gọi số hướng dẫn không ai nghe máy.",
        steps: &[(1, Acknowledged)],
    },
    Story {
        ago: 8,
        channel: Online,
        subject: "Bảng hướng dẫn khó đọc",
        text: "Chữ trên bảng hướng dẫn nhỏ quá.",
        steps: &[
            (1, Acknowledged),
            (2, Duplicate("Cùng nội dung với phản ánh đã nhận về bảng hướng dẫn.")),
        ],
    },
    Story {
        ago: 18,
        channel: Online,
        subject: "Đèn tín hiệu ở ngã tư",
        text: "Đèn tín hiệu ở ngã tư quốc lộ hỏng đã hai tuần.",
        steps: &[(
            2,
            Refused(
                "Đèn tín hiệu trên quốc lộ do đơn vị quản lý đường bộ phụ trách. Xã đã chuyển nội dung đến đơn vị đó.",
            ),
        )],
    },
    Story {
        ago: 22,
        channel: Paper,
        subject: "Thiếu ghế ngồi chờ",
        text: "Người già phải đứng chờ, xin thêm ghế.",
        steps: &[
            (1, Acknowledged),
            (1, Assigned(CENTRE)),
            (8, Answered("Kính gửi ông/bà, Trung tâm sẽ kê thêm ghế. Xin cảm ơn ông/bà.")),
            (16, Rated(NotSatisfied, "Chưa thấy thêm ghế nào.")),
            (16, AskedAgain("Đã hai tuần vẫn chưa có ghế.")),
        ],
    },
    Story {
        ago: 34,
        channel: Online,
        subject: "Trả lời phản ánh chậm",
        text: "Tôi gửi phản ánh về thu gom rác mà chưa thấy trả lời.",
        steps: &[
            (2, Acknowledged),
            (4, Assigned("Công chức môi trường")),
            (
                13,
                Answered(
                    "Kính gửi ông/bà, xã xin lỗi vì đã trả lời trễ hạn 3 ngày; thư xin lỗi đã gửi đến ông/bà. Lịch thu gom nay là thứ ba, thứ năm và thứ bảy hằng tuần.",
                ),
            ),
            (15, Rated(Satisfied, "")),
            (20, Closed),
        ],
    },
    Story {
        ago: 30,
        channel: Counter,
        subject: "Không rõ lệ phí chứng thực",
        text: "Mỗi lần đi hỏi lệ phí lại được trả lời khác nhau.",
        steps: &[
            (1, Acknowledged),
            (
                6,
                Answered(
                    "Kính gửi ông/bà, mức thu đã niêm yết tại quầy và trên trang của xã. Trung tâm đã nhắc cán bộ hướng dẫn thống nhất.",
                ),
            ),
            (7, Rated(Satisfied, "Đã rõ.")),
            (9, Closed),
            (10, Published),
        ],
    },
    Story {
        ago: 38,
        channel: Online,
        subject: "Đường vào xóm ngập nước",
        text: "Mưa là ngập, học sinh đi lại khó.",
        steps: &[
            (1, Acknowledged),
            (3, Assigned("Công chức xây dựng")),
            (
                9,
                Answered(
                    "Kính gửi ông/bà, xã đã nạo vét 200 m cống. Đoạn còn lại đưa vào kế hoạch quý sau.",
                ),
            ),
            (14, Closed),
            (15, Published),
        ],
    },
    Story {
        ago: 42,
        channel: Online,
        subject: "Xin lịch làm việc thứ bảy",
        text: "Người đi làm xa chỉ về được thứ bảy.",
        steps: &[
            (1, Acknowledged),
            (5, Answered("Kính gửi ông/bà, Trung tâm nhận hồ sơ sáng thứ bảy từ tháng này.")),
            (6, Rated(Satisfied, "Rất tiện.")),
            (10, Closed),
            (11, Published),
        ],
    },
    Story {
        ago: 16,
        channel: Online,
        subject: "Mẫu tờ khai khó điền",
        text: "Tờ khai có nhiều mục không hiểu phải ghi gì.",
        steps: &[
            (1, Acknowledged),
            (4, Answered("Kính gửi ông/bà, tại quầy nay có bản mẫu đã điền sẵn để xem.")),
            (5, Rated(Satisfied, "")),
        ],
    },
    Story {
        ago: 20,
        channel: Telephone,
        subject: "Không gọi được số điện thoại của Trung tâm",
        text: "Gọi nhiều lần trong giờ hành chính không có người nghe.",
        steps: &[
            (1, Acknowledged),
            (6, Answered("Kính gửi ông/bà, số máy bị hỏng ba ngày, nay đã sửa xong.")),
        ],
    },
    Story {
        ago: 28,
        channel: Online,
        subject: "Tốc độ mạng ở phòng chờ",
        text: "Mạng ở phòng chờ yếu, không nộp hồ sơ qua mạng tại chỗ được.",
        steps: &[
            (2, Acknowledged),
            (7, Answered("Kính gửi ông/bà, Trung tâm đã lắp thêm thiết bị phát sóng.")),
            (8, Rated(NotSatisfied, "Buổi sáng vẫn chậm.")),
            (12, Closed),
        ],
    },
];

/// How many of [`STORIES`] came to every commune.
const ELSEWHERE: usize = 4;

/// The working day that is `ago` working days before `today`.
fn before(today: NaiveDate, ago: u32, days: &WorkingDays) -> NaiveDate {
    let back = |day: &NaiveDate| day.pred_opt();
    let all = std::iter::successors(Some(today), back).skip(usize::from(ago > 0));
    let mut working = all.filter(|day| days.is_working(*day));
    working.nth(ago.saturating_sub(1) as usize).unwrap_or(today)
}

/// The petitions of one commune, each with the acts that brought it where it is.
fn stories(
    commune: &CommuneCode,
    number: usize,
    today: NaiveDate,
    (terms, days): (&Terms, &WorkingDays),
) -> Vec<(Petition, Vec<(Petition, PetitionEvent)>)> {
    let told = if number == 0 { STORIES.len() } else { ELSEWHERE };
    let code = |place: usize| {
        let place = u64::try_from(number * STORIES.len() + place).unwrap_or_default();
        // Any bits that differ: the code of a petition is drawn by lot.
        let bits = (place + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
        PetitionCode::of([bits[0], bits[1], bits[2], bits[3], bits[4]])
    };
    // The one about which two people wrote.
    let first = STORIES.iter().position(|story| story.subject == "Bảng hướng dẫn chữ nhỏ");
    let of = first.map(|place| code(place).to_string()).unwrap_or_default();
    let all = STORIES.iter().take(told).enumerate().map(|(place, story)| {
        let written = (story.channel, story.subject.to_owned(), story.text.to_owned());
        let received_on = before(today, story.ago, days);
        let petition =
            Petition::received(code(place), commune.clone(), written, received_on, terms, days);
        let mut now = petition.clone();
        let mut way = Vec::new();
        for (after, done) in story.steps {
            let on = days.after(received_on, *after);
            let act = done.act(story, &now, &of);
            // With other terms than usual a step may not be possible; it is left out then.
            let Ok(next) = now.after(&act, on, terms, days) else { continue };
            if on > today {
                break;
            }
            let citizen = matches!(act, Act::Rate { .. } | Act::AskAgain { .. });
            let who = if citizen { CITIZEN } else { STAFF }.to_owned();
            way.push((next.clone(), PetitionEvent { version: next.version, on, who, act }));
            now = next;
        }
        (petition, way)
    });
    all.collect()
}

impl Done {
    fn act(self, story: &Story, now: &Petition, of: &str) -> Act {
        let owned = str::to_owned;
        match self {
            Acknowledged => Act::Acknowledge,
            Assigned(to) => Act::Assign { to: owned(to) },
            Extended(reason) => Act::Extend { reason: owned(reason) },
            Answered(text) => Act::Answer { text: owned(text) },
            Closed => Act::Close,
            Duplicate(reason) => Act::Duplicate { of: owned(of), reason: owned(reason) },
            Refused(reason) => Act::Refuse { reason: owned(reason) },
            Rated(rating, reason) => Act::Rate { rating, reason: owned(reason) },
            AskedAgain(reason) => Act::AskAgain { reason: owned(reason) },
            Published => Act::Publish { question: owned(story.text), answer: now.answer.clone() },
        }
    }
}

/// Puts petitions to the commune of every plan.
pub(super) async fn fill(
    db: &Db,
    today: NaiveDate,
    petitions: (&Terms, &WorkingDays),
) -> Result<(), Error> {
    for (number, plan) in catalog::plans().iter().enumerate() {
        let place = Scope::Commune(plan.commune_code.clone());
        for (petition, way) in stories(&plan.commune_code, number, today, petitions) {
            let new =
                NewPetition { petition: &petition, pin_mark: [0; 32], sealed: None, who: CITIZEN };
            db.add_petition(&new, None).await?;
            let mut before = petition;
            for (after, event) in way {
                let at = at_nine(event.on);
                let noted = |what: Action, about: &str| {
                    Event::new(at, STAFF, what, Outcome::Done).at_place(&place).about(about)
                };
                if after.late && !before.late {
                    db.note(&noted(Action::WriteApology, "")).await?;
                }
                let audited = (event.who == STAFF)
                    .then(|| noted(Action::HandlePetition, &before.code.to_string()));
                db.change_petition(&before, &after, &event, audited.as_ref()).await?;
                before = after;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use surveys::personal_data::personal_data;
    use surveys::petition::{Figures, State};

    use super::*;

    const TERMS: Terms = Terms { acknowledge: 2, answer: 10, extension: 5 };

    fn on(today: NaiveDate) -> Vec<Petition> {
        let commune = CommuneCode::parse("22651").unwrap();
        let days = WorkingDays::shipped();
        let all = stories(&commune, 0, today, (&TERMS, &days));
        let last = |(petition, way): (Petition, Vec<(Petition, PetitionEvent)>)| {
            way.into_iter().last().map_or(petition, |(last, _)| last)
        };
        all.into_iter().map(last).collect()
    }

    #[test]
    fn on_every_day_of_two_years_each_state_is_there_and_something_is_overdue() {
        let days = WorkingDays::shipped();
        let first: NaiveDate = "2025-12-01".parse().unwrap();
        for today in first.iter_days().take(730) {
            let all = on(today);
            for state in State::ALL {
                assert!(all.iter().any(|p| p.state == *state), "{today}: none is {state:?}");
            }
            let overdue = all.iter().filter(|p| p.is_overdue(today)).count();
            assert!(overdue >= 1, "{today}: nothing is overdue");
            assert_eq!(all.iter().filter(|p| p.extended).count(), 1, "{today}");
            assert!(all.iter().any(|p| p.late && !p.answer.is_empty()), "{today}");
            assert!(all.iter().any(|p| p.reopened && p.state.is_open()), "{today}");
            assert!(all.iter().filter(|p| p.published.is_some()).count() >= 4, "{today}");
            let due = all.iter().any(|p| p.due() == Some(today));
            assert!(due || !days.is_working(today), "{today}: nothing is due today");
        }
    }

    #[test]
    fn no_step_of_any_way_is_left_out_and_nothing_is_about_anybody() {
        let commune = CommuneCode::parse("22651").unwrap();
        let today = "2026-11-20".parse().unwrap();
        let days = WorkingDays::shipped();
        let mut codes = HashSet::new();
        for number in 0..catalog::plans().len() {
            let all = stories(&commune, number, today, (&TERMS, &days));
            for ((petition, way), story) in all.iter().zip(STORIES) {
                assert_eq!(way.len(), story.steps.len(), "{}", story.subject);
                assert!(codes.insert(petition.code.clone()), "{}", story.subject);
                assert_eq!(personal_data(story.text, &[]), [], "{}", story.text);
            }
        }
        let now: Vec<Petition> = on(today);
        let offices: HashSet<&str> = now.iter().map(|p| &*p.assigned_to).collect();
        for office in [LAND, CIVIL, CENTRE] {
            assert!(offices.contains(office), "nothing is with {office}: {offices:?}");
        }
        let figures = Figures::of(&now, today);
        assert!(figures.decided >= 10, "enough for a public rate: {figures:?}");
        assert!(figures.decided - figures.on_time >= 2, "{figures:?}");
    }
}
