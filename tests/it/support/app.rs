//! A whole service in this process: the listeners are bound before the test
//! goes on, so nothing is ever waited for.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use hailong::clock::Clock;
use hailong::config::{PublishResults, Settings};
use hailong::first_points;
use hailong::languages::Languages;
use hailong::server::{self, Listeners};
use hailong::service::Service;
use hailong::store::{Db, Options};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use surveys::response::read_moment;
use tokio::sync::oneshot;

use super::database::Database;
use super::log::Log;
use super::staff;

/// What the clock of every service under test shows at first.
pub(crate) const NOW: &str = "2026-10-15T10:00:00+07:00";

/// The same moment in UTC milliseconds.
pub(crate) fn now() -> i64 {
    read_moment(NOW).expect("a moment")
}

/// A running service. Dropping it stops it gracefully and looks at its log.
#[derive(Debug)]
pub(crate) struct App {
    address: SocketAddr,
    operations: SocketAddr,
    client: Client,
    clock: Arc<AtomicI64>,
    log: Log,
    expected: Vec<String>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
    database: Option<Database>,
}

impl App {
    /// A service over `database` without a limit of submissions per address.
    pub(crate) fn spawn(database: Database) -> Self {
        Self::with(database, Settings { submissions_per_minute: 0, ..Settings::default() })
    }

    /// A service over `database` with settings of its own; where it listens and
    /// what it stores in is not taken from them.
    pub(crate) fn with(database: Database, settings: Settings) -> Self {
        Self::open(database, settings, false, Log::default())
    }

    /// The same with everything in its log, down to the last detail; see [`App::logged`].
    pub(crate) fn telling_all(database: Database, settings: Settings) -> Self {
        Self::open(database, settings, false, Log::of_everything())
    }

    /// A service whose database says that all of it is made up.
    pub(crate) fn simulated(database: Database) -> Self {
        let settings = Settings { submissions_per_minute: 0, ..Settings::default() };
        Self::open(database, settings, true, Log::default())
    }

    /// A service whose results are public only when somebody has decided so. Those of
    /// every other one are at once.
    pub(crate) fn by_decision(database: Database) -> Self {
        let settings = Settings { submissions_per_minute: 0, ..Settings::default() };
        Self::start(database, settings, false, Log::default())
    }

    fn open(database: Database, settings: Settings, simulated: bool, log: Log) -> Self {
        let publish_results = PublishResults::AtOnce;
        Self::start(database, Settings { publish_results, ..settings }, simulated, log)
    }

    fn start(database: Database, settings: Settings, simulated: bool, log: Log) -> Self {
        let clock = Arc::new(AtomicI64::new(now()));
        let listeners = Listeners { public: any_port(), ops: any_port() };
        let address = listeners.public.local_addr().expect("a bound listener");
        let operations = listeners.ops.local_addr().expect("a bound listener");
        let (stop, stopped) = oneshot::channel::<()>();
        let (opened, open) = mpsc::channel();
        let options = Options { url: database.url().to_owned(), simulated, readers: 4 };
        let serve = {
            let clock = Clock::Set(Arc::clone(&clock));
            async move {
                let db = Db::open(&options).await.expect("the database opens");
                first_points::add(&db, clock.now()).await.expect("the first points are added");
                let languages = Languages::load(settings.languages.as_deref()).expect("no mistake");
                let service = Service::new(settings, clock, db, staff::key());
                let service = Arc::new(service.speaking(languages));
                opened.send(()).expect("the test waits");
                server::run(service, listeners, async { drop(stopped.await) }).await
            }
        };
        let dispatch = log.dispatch();
        let server = std::thread::spawn(move || {
            let _kept = tracing::dispatcher::set_default(&dispatch);
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .on_thread_start(move || {
                    // The guard is kept for as long as the thread lives.
                    std::mem::forget(tracing::dispatcher::set_default(&dispatch));
                })
                .build()
                .expect("a runtime")
                .block_on(serve)
                .expect("the service ends well");
        });
        open.recv().expect("the service starts");
        // Idle connections would make the graceful stop wait for their time-out.
        let client = Client::builder()
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            address,
            operations,
            client,
            clock,
            log,
            expected: Vec::new(),
            stop: Some(stop),
            server: Some(server),
            database: Some(database),
        }
    }

    /// The address of `path`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The address of `path` on the operations listener.
    pub(crate) fn operations_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.operations)
    }

    /// The client that requests are sent with; follows no redirection.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The database beneath.
    pub(crate) fn database(&self) -> &Database {
        self.database.as_ref().expect("the service runs")
    }

    /// Sets the clock.
    pub(crate) fn set_clock(&self, moment: &str) {
        self.clock.store(read_moment(moment).expect("a moment"), Ordering::Relaxed);
    }

    /// Sets the clock to a moment so long ago that whatever takes another one from it
    /// overflows, which panics in a debug build.
    pub(crate) fn break_clock(&self) {
        self.clock.store(i64::MIN, Ordering::Relaxed);
    }

    /// What the clock shows, in UTC milliseconds.
    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// Lets so many minutes pass.
    pub(crate) fn pass_minutes(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::Relaxed);
    }

    /// Declares that the log will have an event with `part` in it.
    pub(crate) fn expects(&mut self, part: &str) {
        self.expected.push(part.to_owned());
    }

    /// What its log says so far.
    pub(crate) fn logged(&self) -> Vec<String> {
        self.log.lines()
    }

    /// A request to begin.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// What is at `path`.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.expect("an answer")
    }

    /// Sends one submission under `id`.
    pub(crate) async fn put(&self, id: &str, submission: &Value) -> Answer {
        self.put_body(id, submission.to_string()).await
    }

    /// Sends any body under `id`.
    pub(crate) async fn put_body(&self, id: &str, body: impl Into<reqwest::Body>) -> Answer {
        let path = format!("/api/v1/responses/{id}");
        let request = self.request(Method::PUT, &path).header("content-type", "application/json");
        Answer::of(request.body(body).send().await.expect("an answer")).await
    }

    /// Stops the service gracefully and gives the database back.
    pub(crate) fn stop(mut self) -> Database {
        self.end();
        self.database.take().expect("the service ran")
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take()
            && let Err(panic) = server.join()
            && !std::thread::panicking()
        {
            std::panic::resume_unwind(panic);
        }
        if !std::thread::panicking() {
            self.log.check(&std::mem::take(&mut self.expected));
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if self.server.is_some() {
            self.end();
        }
    }
}

/// What came back for a submission.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) retry_after: Option<u64>,
    pub(crate) body: Value,
}

impl Answer {
    /// Reads `response` to its end.
    pub(crate) async fn of(response: Response) -> Self {
        let header = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let kind = header("content-type").unwrap_or_default();
        let retry_after = header("retry-after").and_then(|seconds| seconds.parse().ok());
        let status = response.status().as_u16();
        let text = response.text().await.expect("a whole body");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, kind, retry_after, body }
    }

    /// The receipt.
    pub(crate) fn receipt(&self) -> String {
        self.body["receipt"].as_str().unwrap_or_else(|| panic!("no receipt in {self:?}")).to_owned()
    }

    /// Fails unless this is a problem document with `status` and `code` that
    /// says what to do; gives the code and pointer of each single fault.
    pub(crate) fn problem(&self, status: u16, code: &str) -> Vec<(String, String)> {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{self:?}");
        assert_eq!(self.kind, "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert!(self.body["type"].as_str().is_some_and(|t| t.ends_with(code)), "{self:?}");
        for told in ["title", "detail"] {
            assert!(self.body[told].as_str().is_some_and(|t| t.len() > 10), "{told} in {self:?}");
        }
        let text = self.body.to_string();
        for inner in ["sqlx", "panicked", "select ", "insert ", ".rs:"] {
            assert!(!text.contains(inner), "the answer shows our insides: {text}");
        }
        let of = |fault: &Value, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        let faults = self.body["errors"].as_array().cloned().unwrap_or_default();
        faults.iter().map(|fault| (of(fault, "code"), of(fault, "pointer"))).collect()
    }
}

fn any_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a free port")
}
