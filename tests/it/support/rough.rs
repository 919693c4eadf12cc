//! A network between many devices and the servers of one database that does to every
//! third request and more what networks do. What becomes of a request is drawn by lot.

use std::collections::BTreeMap;
use std::mem::take;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::acknowledged::Acknowledged;
use super::app::App;
use super::proxy::{ask, read_request};

/// How long a delayed request is under way: longer than a device waits, so that it arrives
/// after the one that was sent in its place.
const DELAY: Duration = Duration::from_millis(2_500);

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// It comes through, and its answer too.
    Through,
    /// The connection is reset before the server hears of it.
    ResetBefore,
    /// The connection is reset when the server has answered.
    ResetAfter,
    /// Half of it reaches the server.
    RequestCut,
    /// Half of the answer reaches the device.
    AnswerCut,
    /// Something in between says 503.
    Unavailable,
    /// It arrives after the device has given it up.
    Late,
    /// It arrives twice at once, at two servers where there are two.
    Twice,
    /// It arrives again after it was answered, at the other server where there are two.
    Again,
}

/// Every fate but the good one, with its share in percent.
pub(crate) const FAULTS: [(Fate, u32); 8] = [
    (Fate::ResetBefore, 6),
    (Fate::ResetAfter, 8),
    (Fate::RequestCut, 5),
    (Fate::AnswerCut, 5),
    (Fate::Unavailable, 5),
    (Fate::Late, 4),
    (Fate::Twice, 6),
    (Fate::Again, 6),
];

/// Whether the network does more than lose, delay and repeat: what the safeguards cannot
/// mend, and a checker must see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Honesty {
    /// It does not.
    Honest,
    /// It acknowledges every response itself before it passes it on.
    Hasty,
    /// It changes one answer of every response.
    Forging,
}

#[derive(Debug)]
struct State {
    servers: Vec<String>,
    honesty: Honesty,
    lot: Mutex<StdRng>,
    fates: Mutex<BTreeMap<Fate, usize>>,
    /// Every receipt that a server gave, also those that no device heard of.
    told: Mutex<Vec<Acknowledged>>,
    under_way: Mutex<JoinSet<Option<()>>>,
}

/// The network.
#[derive(Debug)]
pub(crate) struct RoughNetwork {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl RoughNetwork {
    /// One before `servers`, which have one database.
    pub(crate) async fn before(servers: &[App], honesty: Honesty) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let place = |app: &App| app.url("").trim_start_matches("http://").to_owned();
        let state = Arc::new(State {
            servers: servers.iter().map(place).collect(),
            honesty,
            lot: Mutex::new(StdRng::seed_from_u64(2026)),
            fates: Mutex::default(),
            told: Mutex::default(),
            under_way: Mutex::default(),
        });
        let task = tokio::spawn(serve(listener, Arc::clone(&state)));
        Self { address, state, task }
    }

    /// Its address.
    pub(crate) fn home(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until nothing is under way; gives every receipt that a server gave, and how
    /// many requests had which fate.
    pub(crate) async fn calm(&self) -> (Vec<Acknowledged>, BTreeMap<Fate, usize>) {
        loop {
            let mut under_way = take(&mut *locked(&self.state.under_way));
            if under_way.is_empty() {
                break;
            }
            while let Some(ended) = under_way.join_next().await {
                ended.expect("the network itself does not break");
            }
        }
        (take(&mut locked(&self.state.told)), take(&mut locked(&self.state.fates)))
    }
}

impl Drop for RoughNetwork {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    while let Ok((device, _)) = listener.accept().await {
        locked(&state.under_way).spawn(pass(device, Arc::clone(&state)));
    }
}

/// One request and what becomes of it; then the connection is closed.
async fn pass(mut device: TcpStream, state: Arc<State>) -> Option<()> {
    let mut request = read_request(&mut device).await?;
    let (fate, first) = state.draw();
    *locked(&state.fates).entry(fate).or_default() += 1;
    if state.honesty == Honesty::Forging {
        request = forged(&request);
    }
    if state.honesty == Honesty::Hasty {
        device.write_all(&acknowledgement(&request)).await.ok()?;
    }
    let answer = match fate {
        Fate::Through => state.ask(first, &request).await?,
        Fate::ResetBefore => return reset(&device),
        Fate::ResetAfter => {
            state.ask(first, &request).await?;
            return reset(&device);
        }
        Fate::RequestCut => {
            let mut server = TcpStream::connect(state.server(first)).await.ok()?;
            server.write_all(&request[..request.len() / 2]).await.ok()?;
            reset(&server)?;
            return reset(&device);
        }
        Fate::AnswerCut => {
            let answer = state.ask(first, &request).await?;
            device.write_all(&answer[..answer.len() / 2]).await.ok()?;
            return device.shutdown().await.ok();
        }
        Fate::Unavailable => {
            b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .to_vec()
        }
        Fate::Late => {
            tokio::time::sleep(DELAY).await;
            state.ask(first, &request).await?
        }
        Fate::Twice => {
            let other = state.ask(first + 1, &request);
            let (one, other) = tokio::join!(state.ask(first, &request), other);
            one.or(other)?
        }
        Fate::Again => {
            let answer = state.ask(first, &request).await?;
            let again = Arc::clone(&state);
            locked(&state.under_way).spawn(async move {
                tokio::time::sleep(DELAY / 2).await;
                again.ask(first + 1, &request).await.map(drop)
            });
            answer
        }
    };
    device.write_all(&answer).await.ok()?;
    device.shutdown().await.ok()
}

impl State {
    /// The fate of the next request, and the server that it goes to.
    fn draw(&self) -> (Fate, usize) {
        let mut lot = locked(&self.lot);
        let mut drawn = lot.random_range(0..100);
        let server = lot.random_range(0..self.servers.len());
        for (fate, share) in FAULTS {
            if drawn < share {
                return (fate, server);
            }
            drawn -= share;
        }
        (Fate::Through, server)
    }

    fn server(&self, number: usize) -> &str {
        &self.servers[number % self.servers.len()]
    }

    /// What the server answers; a receipt in it is noted.
    async fn ask(&self, server: usize, request: &[u8]) -> Option<Vec<u8>> {
        let answer = ask(self.server(server), request).await?;
        locked(&self.told).extend(receipt(&answer));
        Some(answer)
    }
}

/// Ends a connection the rude way.
fn reset(stream: &TcpStream) -> Option<()> {
    stream.set_zero_linger().ok()
}

fn receipt(answer: &[u8]) -> Option<Acknowledged> {
    let body = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let told: Value = serde_json::from_slice(&answer[body..]).ok()?;
    let text = |name: &str| Some(told[name].as_str()?.to_owned());
    Some(Acknowledged { id: text("response_id")?, receipt: text("receipt")? })
}

/// An acknowledgement that no server gave.
fn acknowledgement(request: &[u8]) -> Vec<u8> {
    let line = String::from_utf8_lossy(&request[..request.len().min(200)]).into_owned();
    let id = line.split(' ').nth(1).and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let body = format!(r#"{{"response_id":"{id}","receipt":"0000-0000"}}"#);
    format!("HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

/// The request with an answer that nobody gave.
fn forged(request: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(request).replace(r#""A2":4"#, r#""A2":1"#).into_bytes()
}
