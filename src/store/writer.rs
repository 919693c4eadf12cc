//! Group commit: responses that arrive together share one commit, so that the
//! disk is asked to be sure once for all of them.

use tokio::sync::{mpsc, oneshot};

use super::responses::{MAX_BATCH, NewResponse, Outcome};
use super::{Db, Error};

/// How many responses may wait for a commit before new ones are turned away.
const QUEUE: usize = 4_096;

type Waiter = oneshot::Sender<Result<Outcome, String>>;

/// Takes responses one at a time and stores them together.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::Sender<(NewResponse, Waiter)>,
}

impl Writer {
    /// Starts the task that writes to `db`; it ends when every `Writer` is gone.
    pub fn start(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(write(db, waiting));
        Self { queue }
    }

    /// Stores `new` durably and says what became of it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it is not stored: the queue is full or the
    /// database cannot be written. Nothing may be confirmed then.
    pub async fn store(&self, new: NewResponse) -> Result<Outcome, Error> {
        let (waiter, outcome) = oneshot::channel();
        self.queue
            .try_send((new, waiter))
            .map_err(|_| Error::Unavailable("too many responses are waiting".into()))?;
        outcome
            .await
            .map_err(|_| Error::Unavailable("the program is stopping".into()))?
            .map_err(Error::Unavailable)
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
