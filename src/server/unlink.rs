//! Deleting many keys: UNLINK in batches, with progress, stopped between batches.
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::conn::{Conn, WRITE};
use super::out::Out;
use super::refusals::neighbourhood;
use super::{Answer, Fault, Ticket, Unlinked, wire};
use crate::model::{Cmd, Key, Reply};

/// Keys in one command.
const BATCH: usize = 500;
/// Progress is told this far apart.
const BEAT: Duration = Duration::from_millis(33);
/// Keys of a batch that the log names.
const NAMED: usize = 3;

/// Deletes the keys and answers with progress; `stop` ends it after the batch in flight, with no last answer.
///
/// A fault means that the rest was not deleted, and of the batch in flight it is not known when the connection
/// was lost or slow.
pub(super) async fn unlink(
    conn: &Conn,
    out: &Out,
    ticket: Ticket,
    keys: &[Key],
    stop: &AtomicBool,
) {
    let mut work = Work {
        conn,
        out,
        verb: verb(conn),
        so_far: Unlinked::default(),
    };
    let mut told = Instant::now();
    for batch in keys.chunks(BATCH) {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        if let Err(fault) = work.batch(batch).await {
            out.answer(ticket, Ok(Answer::Unlinked(work.so_far))).await;
            return out.answer(ticket, Err(fault)).await;
        }
        if told.elapsed() >= BEAT {
            out.answer(ticket, Ok(Answer::Unlinked(work.so_far.clone())))
                .await;
            told = Instant::now();
        }
    }
    work.so_far.done = true;
    out.answer(ticket, Ok(Answer::Unlinked(work.so_far))).await;
}

/// UNLINK, or DEL where that is known to be refused.
fn verb(conn: &Conn) -> &'static str {
    let refused = conn.rights().fault(&[Cmd::new("UNLINK")]).is_some();
    if refused { "DEL" } else { "UNLINK" }
}

struct Work<'a> {
    conn: &'a Conn,
    out: &'a Out,
    /// UNLINK; DEL once it is known that UNLINK is not to be had.
    verb: &'static str,
    so_far: Unlinked,
}

impl Work<'_> {
    async fn batch(&mut self, keys: &[Key]) -> Result<(), Fault> {
        let reply = self.all_at_once(keys).await?;
        let reply = if self.verb == "UNLINK" && no_such_command(&reply) {
            self.verb = "DEL";
            self.all_at_once(keys).await?
        } else {
            reply
        };
        match reply {
            Reply::Int(deleted) => {
                self.count(keys.len(), u64::try_from(deleted).unwrap_or_default());
                Ok(())
            }
            reply if concerns_keys(&reply) => self.each(keys).await,
            reply => Err(wire::accept(reply).err().unwrap_or_else(|| self.odd())),
        }
    }

    async fn all_at_once(&self, keys: &[Key]) -> Result<Reply, Fault> {
        if let Some(fault) = self.conn.rights().fault(&[Cmd::new(self.verb)]) {
            return Err(fault);
        }
        let cmd = keys
            .iter()
            .fold(Cmd::new(self.verb), |cmd, key| cmd.arg(key.bytes()));
        let asked = Instant::now();
        let replies = self.conn.send(&[cmd], WRITE).await;
        let reply = replies.map(|replies| replies.into_iter().next().unwrap_or(Reply::Nil));
        self.out
            .sent(&shortened(self.verb, keys), asked.elapsed(), &reply);
        reply
    }

    /// One of the keys is not ours to delete: one by one the others are deleted all the same. Of those that stand
    /// together the first goes first; where it is refused the others are not tried, for each would be an entry in
    /// the server's log of denials.
    async fn each(&mut self, keys: &[Key]) -> Result<(), Fault> {
        let mut seen = HashSet::new();
        let (first, rest): (Vec<&Key>, Vec<&Key>) = keys
            .iter()
            .partition(|key| seen.insert(neighbourhood(key.bytes())));
        let mut refused: HashMap<&[u8], Fault> = HashMap::new();
        for (key, reply) in self.singly(&first).await? {
            let foreign = wire::foreign_key(&reply);
            if let (true, Some(fault)) = (foreign, self.tally(key, reply)) {
                refused.insert(neighbourhood(key.bytes()), fault);
            }
        }
        let near = |key: &Key| refused.get(neighbourhood(key.bytes())).cloned();
        let (lost, rest): (Vec<&Key>, Vec<&Key>) =
            rest.into_iter().partition(|key| near(key).is_some());
        let failed = lost
            .into_iter()
            .filter_map(|key| Some((key.clone(), near(key)?)));
        self.so_far.failed.extend(failed);
        for (key, reply) in self.singly(&rest).await? {
            self.tally(key, reply);
        }
        Ok(())
    }

    /// A command for each key, in one go.
    async fn singly<'k>(&self, keys: &[&'k Key]) -> Result<Vec<(&'k Key, Reply)>, Fault> {
        let cmd = |key: &&Key| Cmd::new(self.verb).arg(key.bytes());
        let cmds: Vec<Cmd> = keys.iter().map(cmd).collect();
        let replies = self.conn.send(&cmds, WRITE).await?;
        Ok(keys.iter().copied().zip(replies).collect())
    }

    /// Counts what came of one key, and gives its fault.
    fn tally(&mut self, key: &Key, reply: Reply) -> Option<Fault> {
        match wire::accept(reply) {
            Ok(reply) => {
                self.count(1, u64::from(reply == Reply::Int(1)));
                None
            }
            Err(fault) => {
                self.so_far.failed.push((key.clone(), fault.clone()));
                Some(fault)
            }
        }
    }

    fn count(&mut self, keys: usize, deleted: u64) {
        self.so_far.deleted += deleted;
        self.so_far.missing += (keys as u64).saturating_sub(deleted);
    }

    fn odd(&self) -> Fault {
        Fault::Odd(format!(
            "the server answered {} in a form keygrove does not know",
            self.verb
        ))
    }
}

/// Whether UNLINK is unknown here (before 4.0) or refused to this user as a command.
fn no_such_command(reply: &Reply) -> bool {
    wire::whole_command(reply) || wire::unknown(reply)
}

/// Whether a refusal is about some of the keys and not about the command or the state of the server.
fn concerns_keys(reply: &Reply) -> bool {
    match reply {
        Reply::Error { code, .. } if code == "NOPERM" => !wire::whole_command(reply),
        Reply::Error { code, .. } => {
            matches!(code.as_str(), "CROSSSLOT" | "MOVED" | "ASK" | "TRYAGAIN")
        }
        _ => false,
    }
}

/// The command for the log: a few keys stand for all.
fn shortened(verb: &str, keys: &[Key]) -> Cmd {
    let cmd = keys
        .iter()
        .take(NAMED)
        .fold(Cmd::new(verb), |cmd, key| cmd.arg(key.bytes()));
    match keys.len().checked_sub(NAMED) {
        None | Some(0) => cmd,
        Some(more) => cmd.arg(format!("(+{more} keys)")),
    }
}
