//! How long staff wait: Today and the results over five years of one commune, the list of
//! its published periods, the communes of a province beside each other, which periods a
//! province has published, and signing in. The whole service runs in this process and is
//! asked over HTTP. `benches/README.md` says how to run it.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use chrono::Months;
use hailong::clock::Clock;
use hailong::config::{PublishResults, Settings};
use hailong::server::{self, Listeners};
use hailong::service::Service;
use hailong::staff::audit::{Action, Event, OPERATOR, Outcome};
use hailong::staff::session::{Device, Session, Stage};
use hailong::staff::{Account, Key, Role, Scope, SignInName, Token, password};
use hailong::store::publications::{Footprint, NewPublication};
use hailong::store::responses::{MAX_BATCH, NewResponse, Selection};
use hailong::store::staff::links::{Chosen, Kind};
use hailong::store::{Db, Options};
use reqwest::Client;
use surveys::collection_point::CollectionPoint;
use surveys::period::{ReportingCalendar, date_of_millis};
use surveys::response::{Answer, Channel};
use surveys::unit::{self, Commune};
use surveys::{CommuneCode, Instrument, Period, PointCode, ProvinceCode, Response, catalog};
use tokio::sync::oneshot;
use uuid::Uuid;

/// What goes wrong in a bench ends it.
type Failure = Box<dyn std::error::Error>;

const DAY: i64 = 86_400_000;
const FIELDS: [&str; 5] = ["Đất đai", "Hộ tịch", "Xây dựng", "Chứng thực", "Bảo trợ xã hội"];
const COMMUNE: &str = "22651";
/// How many communes the province has, and how many responses each in the month.
const COMMUNES: usize = 168;
const A_MONTH: u32 = 400;

fn main() -> Result<(), Failure> {
    let numbers: Vec<u32> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let a_year = numbers.first().copied().unwrap_or(20_000);
    let requests = numbers.get(1).copied().unwrap_or(100);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        one_commune(a_year, requests).await?;
        published_periods(requests).await?;
        a_province(requests).await?;
        periods_of_a_province(requests).await?;
        signing_in().await
    })
}

async fn one_commune(a_year: u32, requests: u32) -> Result<(), Failure> {
    let bench = Bench::new().await?;
    let commune = unit::commune(COMMUNE).ok_or("no such commune")?;
    let mut draw = Draw(1);
    let points = bench.points(commune, 3).await?;
    let began = Instant::now();
    bench.fill(commune, &points, 5 * a_year, 5 * 365, &mut draw).await?;
    println!("{} responses of one commune stored in {:.1?}", 5 * a_year, began.elapsed());
    let served = bench.serve(&format!("/56/{COMMUNE}/"), PublishResults::AtOnce).await?;
    let year = "/staff/results?period=2026".to_owned();
    let paths = [
        "/staff".to_owned(),
        year.clone(),
        format!("{year}&channel=qr"),
        format!("{year}&service_field=H%E1%BB%99+t%E1%BB%8Bch&group=service_field"),
        "/staff/results?period=2023-Q2".to_owned(),
    ];
    for path in &paths {
        served.time(path, requests).await?;
    }
    let mut again = async |served: &Served, path: &String| {
        let mut millis = Vec::new();
        for _ in 0..requests.min(40) {
            bench.fill(commune, &points, 1, 1, &mut draw).await?;
            millis.push(served.get(path).await?);
        }
        println!("{path:<60} each time after a new response: {}", told(&mut millis));
        Ok::<_, Failure>(())
    };
    for path in &paths[..2] {
        again(&served, path).await?;
    }
    println!("the same where results are published by decision, none yet:");
    let served = bench.serve(&format!("/56/{COMMUNE}/"), PublishResults::ByDecision).await?;
    for path in ["/staff", "/staff/publishing", &year].map(str::to_owned) {
        served.time(&path, requests).await?;
        again(&served, &path).await?;
    }
    Ok(())
}

/// The list of periods of five years, every one of them published by decision.
async fn published_periods(requests: u32) -> Result<(), Failure> {
    let bench = Bench::new().await?;
    let commune = unit::commune(COMMUNE).ok_or("no such commune")?;
    let points = bench.points(commune, 1).await?;
    bench.fill(commune, &points, 60 * A_MONTH, 5 * 365, &mut Draw(3)).await?;
    let published = bench.publish(commune).await?;
    println!("{} responses of one commune, {published} published periods", 60 * A_MONTH);
    let served = bench.serve(&format!("/56/{COMMUNE}/"), PublishResults::ByDecision).await?;
    served.time("/staff/publishing", requests).await
}

/// The province with the most communes.
fn largest_province() -> Result<ProvinceCode, Failure> {
    let of = |code: &str| unit::communes().iter().filter(|c| c.province.as_str() == code).count();
    let province = unit::provinces().iter().max_by_key(|p| of(p.code.as_str()));
    Ok(province.ok_or("no province")?.code.clone())
}

/// Which periods its page offers after every month of five years was published of each
/// commune. Asks the store as the page does.
async fn periods_of_a_province(requests: u32) -> Result<(), Failure> {
    let bench = Bench::new().await?;
    let province = largest_province()?;
    let communes: BTreeSet<CommuneCode> = unit::communes()
        .iter()
        .filter(|c| c.province == province)
        .take(COMMUNES)
        .map(|c| c.code.clone())
        .collect();
    let today = date_of_millis(NOW);
    let months = (1..=60).filter_map(|back| today.checked_sub_months(Months::new(back)));
    let months: Vec<Period> = months.map(Period::month_of).collect();
    let mut decisions = 0;
    for commune in &communes {
        for month in &months {
            decisions += usize::from(bench.decide(commune, month, Footprint::default()).await?);
        }
    }
    let mut millis = Vec::new();
    for _ in 0..requests {
        let began = Instant::now();
        let found = bench.db.published_periods("quick-counter", &communes, 12).await?;
        millis.push(began.elapsed().as_secs_f64() * 1e3);
        if found.len() != 12 {
            return Err(format!("{found:?}").into());
        }
    }
    println!("{decisions} published months of {} communes", communes.len());
    println!("{:<60} {}", "the twelve newest published periods", told(&mut millis));
    Ok(())
}

/// A password and the name of an account, as a browser sends them, ten times.
async fn signing_in() -> Result<(), Failure> {
    const PASSWORD: &str = "con mèo ngủ trên mái";
    let bench = Bench::new().await?;
    let served = bench.serve(&format!("/56/{COMMUNE}/"), PublishResults::AtOnce).await?;
    let account = account("signs-in", Role::CentreStaff, &format!("/56/{COMMUNE}/"))?;
    let event = Event::new(NOW, OPERATOR, Action::SetUp, Outcome::Done);
    bench.db.add_account(&account, &event).await?;
    let link = Token::of(Clock::System.secret());
    bench.db.make_link(&link, Kind::SetUp, Some(account.id), &event).await?;
    let password_hash = password::hash(PASSWORD, Clock::System.salt());
    let second_factor = Some((vec![0; 32], 0, Vec::new()));
    bench.db.use_link(&link, &Chosen { account, password_hash, second_factor }, &event).await?;
    let address = format!("http://{}/staff/sign-in", served.address);
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let mut millis = Vec::new();
    for _ in 0..10 {
        let began = Instant::now();
        let typed = [("name", "signs-in"), ("password", PASSWORD), ("next", "")];
        let request = client.post(&address).header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(serde_urlencoded::to_string(typed)?).send().await?;
        let on = answer.headers().get("location").and_then(|to| to.to_str().ok());
        if !on.is_some_and(|to| to.contains("second-factor")) {
            return Err(format!("the password was answered with {}", answer.status()).into());
        }
        millis.push(began.elapsed().as_secs_f64() * 1e3);
    }
    println!("{:<60} {}", "POST /staff/sign-in, the right password", told(&mut millis));
    Ok(())
}

fn account(name: &str, role: Role, scope: &str) -> Result<Account, Failure> {
    Ok(Account {
        id: Clock::System.new_id(),
        name: SignInName::parse(name).ok_or("a name")?,
        full_name: "Bench".to_owned(),
        department: String::new(),
        role,
        scope: Scope::parse(scope).ok_or("a scope")?,
        is_set_up: true,
        disabled_at: None,
        reset_asked: None,
    })
}

async fn a_province(requests: u32) -> Result<(), Failure> {
    let bench = Bench::new().await?;
    let province = largest_province()?;
    let mut draw = Draw(2);
    let communes = || unit::communes().iter().filter(|c| c.province == province).take(COMMUNES);
    let mut points = Vec::new();
    for commune in communes() {
        points = bench.points(commune, 1).await?;
        bench.fill(commune, &points, A_MONTH, 20, &mut draw).await?;
    }
    println!("{} communes with {A_MONTH} responses each", communes().count());
    let served = bench.serve(&format!("/{province}/"), PublishResults::AtOnce).await?;
    let path = "/staff/results?period=2026-10";
    served.time(path, requests).await?;
    served.time("/staff", requests).await?;
    let public = format!("/province/{province}?period=2026-10");
    served.time(&public, requests).await?;
    served.time(&format!("{public}&sort=index-low"), requests).await?;
    let last = communes().last().ok_or("no commune")?;
    for path in [path, &public] {
        let mut millis = Vec::new();
        for _ in 0..requests.min(20) {
            bench.fill(last, &points, 1, 1, &mut draw).await?;
            millis.push(served.get(path).await?);
        }
        println!("{path:<60} each time after a new response: {}", told(&mut millis));
    }
    Ok(())
}

/// A database of its own.
struct Bench {
    db: Db,
    _folder: tempfile::TempDir,
}

/// 25 October 2026, 10:00 in Vietnam.
const NOW: i64 = 1_792_897_200_000;

impl Bench {
    async fn new() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:{}", folder.path().join("hailong.db").display());
        let db = Db::open(&Options { url, simulated: false, readers: 4 }).await?;
        Ok(Self { db, _folder: folder })
    }

    async fn points(&self, commune: &Commune, count: usize) -> Result<Vec<PointCode>, Failure> {
        let mut codes = Vec::new();
        for n in 0..count {
            let code = PointCode::parse(&format!("{}-{n}", commune.code))?;
            let point = CollectionPoint {
                code: code.clone(),
                commune_code: commune.code.clone(),
                name: format!("Quầy {n}"),
                instrument: quick().id.clone(),
                retired: false,
            };
            self.db.add_collection_point(&point, NOW).await?;
            codes.push(code);
        }
        Ok(codes)
    }

    /// Stores `count` responses spread over the `days` before now.
    async fn fill(
        &self,
        commune: &Commune,
        points: &[PointCode],
        count: u32,
        days: i64,
        draw: &mut Draw,
    ) -> Result<(), Failure> {
        let mut waiting = Vec::new();
        for n in 0..count {
            let at = NOW - (i64::from(n) * days * DAY) / i64::from(count) - 60_000;
            let point = &points[n as usize % points.len()];
            waiting.push(NewResponse::new(response(commune, point, at, draw), [1; 16], at));
            if waiting.len() == MAX_BATCH {
                self.db.insert_responses(&waiting).await?;
                waiting.clear();
            }
        }
        self.db.insert_responses(&waiting).await?;
        Ok(())
    }

    /// Publishes every period of `commune` that has ended and has responses; how many. The
    /// list is made without reading the documents, so these hold nothing.
    async fn publish(&self, commune: &Commune) -> Result<usize, Failure> {
        let plain = ReportingCalendar::default();
        let calendar = catalog::plan_of(&commune.code).map_or(&plain, |plan| &plan.calendar);
        let mut published = 0;
        for period in calendar.finished(date_of_millis(NOW)) {
            let selection = Selection {
                commune_code: commune.code.to_string(),
                instrument: quick().id.to_string(),
                version: quick().version,
                from: period.start_millis(),
                until: period.end_millis(),
            };
            let days = self.db.days_of_responses(&selection).await?;
            let Some(made_of) = days.into_iter().map(|(_, one)| one).reduce(Footprint::and) else {
                continue;
            };
            published += usize::from(self.decide(&commune.code, &period, made_of).await?);
        }
        Ok(published)
    }

    /// Publishes `period` of `commune` with a document that holds nothing.
    async fn decide(
        &self,
        commune: &CommuneCode,
        period: &Period,
        made_of: Footprint,
    ) -> Result<bool, Failure> {
        let new = NewPublication {
            commune: commune.clone(),
            instrument: quick().id.to_string(),
            version: quick().version,
            period: period.code.clone(),
            start: period.start,
            end: period.end,
            number: 1,
            reason: String::new(),
            last_seq: 1,
            document: "{".to_owned(),
            made_of,
        };
        let event = Event::new(NOW, OPERATOR, Action::PublishResults, Outcome::Done);
        Ok(self.db.publish(&new, &event).await?)
    }

    /// The service over it, and somebody signed in who may see the results of `scope`.
    async fn serve(&self, scope: &str, publish_results: PublishResults) -> Result<Served, Failure> {
        let role = if scope.len() > 5 { Role::CentreStaff } else { Role::ProvinceOfficer };
        let name = match publish_results {
            PublishResults::AtOnce => "at-once",
            PublishResults::ByDecision => "by-decision",
        };
        let account = account(name, role, scope)?;
        let event = Event::of(NOW, &account, Action::SecondFactor, Outcome::Done);
        self.db.add_account(&account, &event).await?;
        let token = Token::of(Clock::System.secret());
        let (id, of) = (Clock::System.new_id(), account.id);
        let (begun_at, seen_at, proved_at) = (NOW, NOW, NOW);
        let session = Session {
            id,
            account: of,
            stage: Stage::Whole,
            device: Device::Unknown,
            begun_at,
            seen_at,
            proved_at,
        };
        self.db.begin_session(&token, &session, None, &event).await?;
        let listeners = Listeners { public: any_port()?, ops: any_port()? };
        let address = listeners.public.local_addr()?;
        let clock = Clock::Set(Arc::new(NOW.into()));
        let (db, (stop, stopped)) = (self.db.clone(), oneshot::channel::<()>());
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            let served = runtime.map(|runtime| {
                runtime.block_on(async {
                    let settings = Settings { publish_results, ..Settings::default() };
                    let service = Service::new(settings, clock, db, Key::of([7; 32]));
                    let _ = tell.send(());
                    server::run(Arc::new(service), listeners, async { drop(stopped.await) }).await
                })
            });
            if let Ok(Err(error)) = served {
                eprintln!("the server ended: {error}");
            }
        });
        told.recv()?;
        Ok(Served { address, client: Client::new(), token, _stop: stop })
    }
}

struct Served {
    address: SocketAddr,
    client: Client,
    token: Token,
    _stop: oneshot::Sender<()>,
}

impl Served {
    async fn get(&self, path: &str) -> Result<f64, Failure> {
        let began = Instant::now();
        let request = self.client.get(format!("http://{}{path}", self.address));
        let cookie = format!("__Host-sid={}", self.token.text());
        let answer = request.header("cookie", cookie).header("accept", "text/html").send().await?;
        let status = answer.status();
        let read = answer.bytes().await?.len();
        if status != 200 || read < 1_000 {
            return Err(format!("{path} answered with {status}, {read} bytes").into());
        }
        Ok(began.elapsed().as_secs_f64() * 1e3)
    }

    async fn time(&self, path: &str, requests: u32) -> Result<(), Failure> {
        let first = self.get(path).await?;
        let mut millis = Vec::new();
        for _ in 0..requests {
            millis.push(self.get(path).await?);
        }
        println!("{path:<60} first {first:>7.1} ms, then {}", told(&mut millis));
        Ok(())
    }
}

fn told(millis: &mut [f64]) -> String {
    millis.sort_by(f64::total_cmp);
    let at = |share: usize| millis[(millis.len() * share).div_ceil(100).saturating_sub(1)];
    format!("p50 {:.1} ms, p95 {:.1} ms of {}", at(50), at(95), millis.len())
}

fn any_port() -> std::io::Result<TcpListener> {
    TcpListener::bind("127.0.0.1:0")
}

fn quick() -> &'static Instrument {
    catalog::instrument("quick-counter", None).unwrap_or(&catalog::instruments()[0])
}

fn response(commune: &Commune, point: &PointCode, at: i64, draw: &mut Draw) -> Response {
    let random = draw.next();
    let answers = quick().asked().filter(|item| item.component().is_some());
    let answers = answers.enumerate().map(|(place, item)| {
        let value = [9, 1, 2, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5]
            [((random >> (4 * place)) & 15) as usize];
        (item.code.clone(), Answer::Chosen(value))
    });
    Response {
        id: Uuid::from_u64_pair(draw.next(), draw.next()),
        instrument: quick().id.clone(),
        version: quick().version,
        commune_code: commune.code.clone(),
        collection_point: point.clone(),
        channel: Channel::ALL[((random >> 40) & 3) as usize],
        answered_at: at,
        answers: answers.collect(),
        service_field: Some(FIELDS[((random >> 44) % 5) as usize].to_owned()),
        comment: None,
        partial: false,
        sample: None,
    }
}

/// Well-mixed bits (the `SplitMix64` generator of Steele, Lea and Flood, 2014).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
