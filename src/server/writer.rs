//! The lane of writes: one after another, each to its end.
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::sync::{mpsc, watch};

use super::apply::apply;
use super::conn::Conn;
use super::out::Out;
use super::private::Private;
use super::unlink::unlink;
use super::{Answer, Consent, Fault, Ticket};
use crate::model::Key;
use crate::model::change::Change;

/// Writes that may wait for their turn.
pub(super) const DEPTH: usize = 64;

/// One write and who asked for it.
pub(super) struct Write {
    pub(super) ticket: Ticket,
    pub(super) what: What,
}

pub(super) enum What {
    Apply {
        change: Change,
        consent: Consent,
    },
    /// `stop` ends it between two batches.
    Unlink {
        keys: Vec<Key>,
        stop: Arc<AtomicBool>,
    },
}

/// Carries out writes in order until no more can come. Those that find no connection were not sent: lost.
pub(super) async fn write(
    mut queue: mpsc::Receiver<Write>,
    current: watch::Receiver<Option<Conn>>,
    mut private: Private,
    out: Out,
) {
    while let Some(Write { ticket, what }) = queue.recv().await {
        let conn = current.borrow().clone();
        let Some(conn) = conn else {
            out.answer(ticket, Err(Fault::Lost)).await;
            continue;
        };
        match what {
            What::Apply { change, consent } => {
                let outcome = apply(&conn, &mut private, &out, &change, consent).await;
                out.answer(ticket, outcome.map(Answer::Applied)).await;
            }
            What::Unlink { keys, stop } => unlink(&conn, &out, ticket, &keys, &stop).await,
        }
    }
}
