//! A network between browser and service that does what networks do: it is away, wants
//! a sign-in, loses requests and answers, sends twice.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::app::App;

/// What the network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    /// It passes everything on.
    Fair,
    /// It hangs up.
    Down,
    /// It answers everything with 200 and a page to sign in on.
    Portal,
    /// It does to every submission something else in turn; half of them come through.
    Rough,
    /// It loses the answer to every submission, which has come through.
    Deaf,
    /// It hangs up on every submission and passes everything else on.
    Closed,
    /// It answers every submission with 200 and JSON that is no receipt of ours.
    Strange,
}

#[derive(Debug)]
struct State {
    weather: Weather,
    submissions: usize,
    /// When each submission came.
    moments: Vec<Instant>,
    rewritten: Vec<(&'static str, &'static str)>,
}

/// The network to one service.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// A fair network to `app`.
    pub(crate) async fn before(app: &App) -> Self {
        Self::rewriting(app, &[]).await
    }

    /// A fair network to `app` that changes its scripts on the way: in each, the first
    /// text of a pair becomes the second. So a safeguard is taken out, to see that its
    /// test notices.
    pub(crate) async fn rewriting(app: &App, rewritten: &[(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let rewritten = rewritten.to_vec();
        let state =
            State { weather: Weather::Fair, submissions: 0, moments: Vec::new(), rewritten };
        let state = Arc::new(Mutex::new(state));
        let service = app.url("").trim_start_matches("http://").to_owned();
        let task = tokio::spawn(serve(listener, service, Arc::clone(&state)));
        Self { address, state, task }
    }

    /// The address of `path` through this network.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on changes the scripts on the way in another manner.
    pub(crate) fn rewrite(&self, rewritten: &[(&'static str, &'static str)]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.rewritten = rewritten.to_vec();
    }

    /// Changes what the network does.
    pub(crate) fn turn(&self, weather: Weather) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).weather = weather;
    }

    /// How many submissions were seen, whatever became of them.
    pub(crate) fn submissions(&self) -> usize {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).submissions
    }
}

impl Proxy {
    /// When each of the last `count` submissions came.
    pub(crate) fn moments(&self, count: usize) -> Vec<Instant> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.moments[state.moments.len().saturating_sub(count)..].to_vec()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, service: String, state: Arc<Mutex<State>>) {
    while let Ok((browser, _)) = listener.accept().await {
        tokio::spawn(pass(browser, service.clone(), Arc::clone(&state)));
    }
}

/// One request and its answer; then the connection is closed.
async fn pass(mut browser: TcpStream, service: String, state: Arc<Mutex<State>>) -> Option<()> {
    let request = read_request(&mut browser).await?;
    let is_submission = request.starts_with(b"PUT ");
    let (weather, nth) = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.submissions += usize::from(is_submission);
        if is_submission {
            state.moments.push(Instant::now());
        }
        (state.weather, state.submissions)
    };
    let answer = match weather {
        Weather::Down => return None,
        Weather::Portal => portal(),
        Weather::Closed if is_submission => return None,
        Weather::Strange if is_submission => strange(nth),
        Weather::Deaf if is_submission => {
            ask(&service, &request).await?;
            return None;
        }
        Weather::Rough if is_submission => match nth % 8 {
            1 => return None,
            3 => {
                ask(&service, &request).await?;
                return None;
            }
            5 => {
                ask(&service, &request).await?;
                ask(&service, &request).await?
            }
            7 => b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbad"
                .to_vec(),
            _ => ask(&service, &request).await?,
        },
        _ => rewritten(ask(&service, &request).await?, &state),
    };
    browser.write_all(&answer).await.ok()?;
    browser.shutdown().await.ok()
}

fn portal() -> Vec<u8> {
    ok("text/html", "<!doctype html><title>WiFi</title><form>Sign in</form>")
}

/// A receipt for another response, one without a receipt, something else, half of it.
fn strange(nth: usize) -> Vec<u8> {
    let body = [
        r#"{"response_id":"01990000-0000-7000-8000-000000000000","receipt":"ABCD-EFGH"}"#,
        r#"{"status":"ok"}"#,
        "[]",
        r#"{"response_id":"#,
    ];
    ok("application/json", body[nth % body.len()])
}

fn ok(kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}

/// The whole request, asking for an answer that is not compressed, on a connection of its own.
pub(super) async fn read_request(browser: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if browser.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let named = |line: &&str, name: &str| line.to_ascii_lowercase().starts_with(name);
    let length = head.lines().find(|line| named(line, "content-length:"));
    let length: usize =
        length.and_then(|line| line.split_once(':')?.1.trim().parse().ok()).unwrap_or(0);
    while bytes.len() < end + length {
        if browser.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let lines = head.trim_end().lines();
    let kept = lines.filter(|l| !named(l, "connection:") && !named(l, "accept-encoding:"));
    let head: Vec<&str> = kept.collect();
    let mut request = format!("{}\r\nconnection: close\r\n\r\n", head.join("\r\n")).into_bytes();
    request.extend_from_slice(&bytes[end..]);
    Some(request)
}

pub(super) async fn ask(service: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(service).await.ok()?;
    stream.write_all(request).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    Some(answer)
}

/// `answer` with the texts changed that are to be changed in scripts.
fn rewritten(answer: Vec<u8>, state: &Mutex<State>) -> Vec<u8> {
    let pairs = state.lock().unwrap_or_else(PoisonError::into_inner).rewritten.clone();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (Some(end), false) = (end, pairs.is_empty()) else { return answer };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let Ok(body) = std::str::from_utf8(&answer[end + 4..]) else { return answer };
    if !head.contains("text/javascript") {
        return answer;
    }
    let changed = pairs.iter().fold(body.to_owned(), |body, (from, to)| body.replace(from, to));
    let lines = head.lines().filter(|line| !line.starts_with("content-length:"));
    let head: Vec<&str> = lines.collect();
    let length = changed.len();
    format!("{}\r\ncontent-length: {length}\r\n\r\n{changed}", head.join("\r\n")).into_bytes()
}
