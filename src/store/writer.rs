//! Group commit: responses that arrive together share one commit, so that the
//! disk is asked to be sure once for all of them.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::responses::{MAX_BATCH, NewResponse, Outcome};
use super::{Db, Error};

/// How many responses may wait for a commit before new ones are turned away.
const QUEUE: usize = 4_096;

type Waiter = oneshot::Sender<Result<Outcome, String>>;

/// Takes responses one at a time and stores them together.
#[derive(Debug)]
pub struct Writer(Mutex<Option<Open>>);

/// The way to the task that writes, and the task.
#[derive(Debug)]
struct Open {
    queue: mpsc::Sender<(NewResponse, Waiter)>,
    task: JoinHandle<()>,
}

impl Writer {
    /// Starts the task that writes to `db`.
    pub fn start(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(write(db, waiting));
        Self(Mutex::new(Some(Open { queue, task })))
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Option<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes no more responses and comes back when those it took are stored, also
    /// when their devices have hung up.
    pub async fn finish(&self) {
        let open = self.open().take();
        if let Some(Open { queue, task }) = open {
            drop(queue);
            if let Err(error) = task.await {
                tracing::error!(%error, "the writer did not end well");
            }
        }
    }

    /// Stores `new` durably and says what became of it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it is not stored: the queue is full or the
    /// database cannot be written. Nothing may be confirmed then.
    pub async fn store(&self, new: NewResponse) -> Result<Outcome, Error> {
        let stopping = || Error::Unavailable("the program is stopping".into());
        let (waiter, outcome) = oneshot::channel();
        self.open()
            .as_ref()
            .ok_or_else(stopping)?
            .queue
            .try_send((new, waiter))
            .map_err(|_| Error::Unavailable("too many responses are waiting".into()))?;
        outcome.await.map_err(|_| stopping())?.map_err(Error::Unavailable)
    }
}

async fn write(db: Db, mut waiting: mpsc::Receiver<(NewResponse, Waiter)>) {
    let mut arrived = Vec::with_capacity(MAX_BATCH);
    while waiting.recv_many(&mut arrived, MAX_BATCH).await > 0 {
        let (batch, waiters): (Vec<NewResponse>, Vec<Waiter>) = arrived.drain(..).unzip();
        match db.insert_responses(&batch).await {
            Ok(outcomes) => {
                for (waiter, outcome) in waiters.into_iter().zip(outcomes) {
                    // A device that hung up will ask again and get the same receipt.
                    drop(waiter.send(Ok(outcome)));
                }
            }
            Err(error) => {
                tracing::error!(%error, responses = batch.len(), "responses could not be stored");
                let reason = error.to_string();
                for waiter in waiters {
                    drop(waiter.send(Err(reason.clone())));
                }
            }
        }
    }
}
