//! Commands one after another: as ourselves until one is refused, or as another user to see what is.
use std::time::{Duration, Instant};

use super::apply::partly;
use super::conn::{Conn, READ, WRITE};
use super::dial::Steps;
use super::gate::Gate;
use super::link::{connect, hello};
use super::out::Out;
use super::refusals::name;
use super::{Failed, Fault};
use crate::model::target::Target;
use crate::model::{Cmd, Reply};

/// Runs commands until one is refused; that refusal is the last reply.
///
/// See [`super::Request::Act`] for what the faults mean.
pub(super) async fn act(conn: &Conn, out: &Out, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
    conn.gate().pass(cmds)?;
    let replies = until_refused(conn, out, cmds).await;
    // They may have changed what we may ourselves.
    conn.rights().outdate();
    replies
}

async fn until_refused(conn: &Conn, out: &Out, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
    let mut replies = Vec::with_capacity(cmds.len());
    for cmd in cmds {
        let reply = one(conn, out, cmd, replies.len(), WRITE).await?;
        let refused = matches!(reply, Reply::Error { .. });
        replies.push(reply);
        if refused {
            break;
        }
    }
    Ok(replies)
}

/// Logs in on a connection of its own, runs all the commands, and hangs up.
pub(super) async fn log_in(
    target: Target,
    gate: &Gate,
    out: &Out,
    cmds: &[Cmd],
) -> Result<Result<Vec<Reply>, Failed>, Fault> {
    gate.pass(cmds)?;
    let conn = match greet(&target, gate, out).await {
        Ok(conn) => conn,
        Err(failed) => return Ok(Err(failed)),
    };
    let mut replies = Vec::with_capacity(cmds.len());
    for cmd in cmds {
        replies.push(one(&conn, out, cmd, replies.len(), READ).await?);
    }
    Ok(Ok(replies))
}

/// Connects; the line in the log tells as whom the next ones were sent.
async fn greet(target: &Target, gate: &Gate, out: &Out) -> Result<Conn, Failed> {
    let asked = Instant::now();
    let (told, conn) = match connect(target, gate, Steps::Quiet).await {
        Ok(ready) => (Ok(Reply::Status("OK".to_owned())), Ok(ready.conn)),
        Err(failure) => (
            Err(Fault::Odd(failure.failed.words.clone())),
            Err(failure.failed),
        ),
    };
    out.sent(&hello(target), asked.elapsed(), &told);
    conn
}

/// Sends one command after `done` others. What was sent and not answered is unknown, and is not sent again.
async fn one(
    conn: &Conn,
    out: &Out,
    cmd: &Cmd,
    done: usize,
    within: Duration,
) -> Result<Reply, Fault> {
    if !conn.is_alive() {
        return Err(partly(done, Fault::Lost));
    }
    let asked = Instant::now();
    let reply = match conn.send(std::slice::from_ref(cmd), within).await {
        Ok(replies) => Ok(replies.into_iter().next().unwrap_or(Reply::Nil)),
        // Writing was forbidden in the meantime: it never left.
        Err(fault @ Fault::ReadOnly { .. }) => return Err(partly(done, fault)),
        Err(_) => Err(Fault::Unknown {
            command: name(cmd),
            done,
        }),
    };
    out.sent(cmd, asked.elapsed(), &reply);
    reply
}
