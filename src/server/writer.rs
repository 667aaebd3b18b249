//! The lane of writes: one after another, each to its end.
use std::convert::Infallible;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::act::{act, log_in};
use super::apply::apply;
use super::conn::Conn;
use super::out::Out;
use super::private::Private;
use super::restore::restore;
use super::unlink::unlink;
use super::{Answer, Consent, Doomed, Fault, Ticket};
use crate::model::Cmd;
use crate::model::change::Change;
use crate::model::target::Secret;
use crate::model::undo::Kept;

/// Writes that may wait for their turn.
pub(super) const DEPTH: usize = 64;

/// How long a write may wait before it is asked whether the server speaks at all.
const WONDER: Duration = Duration::from_secs(1);

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
        doomed: Doomed,
        stop: Arc<AtomicBool>,
    },
    /// The same.
    Restore {
        kept: Vec<Kept>,
        stop: Arc<AtomicBool>,
    },
    Act(Vec<Cmd>),
    LogIn {
        user: String,
        password: Secret,
        cmds: Vec<Cmd>,
    },
}

/// Carries out writes in order until no more can come. Those that find no connection were not sent: lost.
pub(super) async fn write(
    mut queue: mpsc::Receiver<Write>,
    current: watch::Receiver<Option<Conn>>,
    mut private: Private,
    out: Out,
) {
    // Only a mark of it: a connection that is over must not be kept open by this.
    let mut last = Weak::new();
    while let Some(Write { ticket, what }) = queue.recv().await {
        let conn = current.borrow().clone();
        let Some(conn) = conn else {
            out.answer(ticket, Err(Fault::Lost)).await;
            continue;
        };
        let before = std::mem::replace(&mut last, conn.mark());
        if !before.ptr_eq(&last) {
            // Where the shared connection had to be made anew, the private one may be dead and not know it.
            private.hang_up();
        }
        tokio::select! {
            () = carry_out(what, ticket, &conn, &mut private, &out) => {}
            never = wonder(&conn) => match never {},
        }
    }
}

/// Asks on the shared connection again and again whether the server speaks. A write waits on a connection that nobody
/// watches over; that the server is silent is seen on this one.
async fn wonder(conn: &Conn) -> Infallible {
    loop {
        tokio::time::sleep(WONDER).await;
        // Any answer will do, and so will none: what becomes of it is seen to by whoever watches over the connection.
        let _answer = conn.read_now(&[Cmd::new("PING")]).await;
    }
}

async fn carry_out(what: What, ticket: Ticket, conn: &Conn, private: &mut Private, out: &Out) {
    match what {
        What::Apply { change, consent } => {
            let outcome = apply(conn, private, out, &change, consent).await;
            out.answer(ticket, outcome.map(Answer::Applied)).await;
        }
        What::Unlink { doomed, stop } => unlink(conn, private, out, ticket, &doomed, &stop).await,
        What::Restore { kept, stop } => restore(conn, private, out, ticket, &kept, &stop).await,
        What::Act(cmds) => {
            let replies = act(conn, out, &cmds).await;
            out.answer(ticket, replies.map(Answer::Replies)).await;
        }
        What::LogIn {
            user,
            password,
            cmds,
        } => {
            let target = private.as_user(user, password);
            let replies = log_in(target, conn.gate(), out, &cmds).await;
            out.answer(ticket, replies.map(Answer::LoggedIn)).await;
        }
    }
}
