//! Deleting many keys: UNLINK in batches, with progress, stopped between batches.
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::conn::{Conn, WRITE};
use super::out::Out;
use super::{Answer, Fault, Ticket, Unlinked, heavy, wire};
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
        verb: "UNLINK",
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

struct Work<'a> {
    conn: &'a Conn,
    out: &'a Out,
    /// UNLINK; DEL once it is known that UNLINK is not to be had.
    verb: &'static str,
    so_far: Unlinked,
}

impl Work<'_> {
    async fn batch(&mut self, keys: &[Key]) -> Result<(), Fault> {
        if self.verb == "DEL" {
            return self.light(keys).await;
        }
        let reply = self.all_at_once(keys).await?;
        if no_such_command(&reply) {
            self.verb = "DEL";
            return self.light(keys).await;
        }
        self.told(keys, reply).await
    }

    /// By DEL, which frees while the server waits: only what is light, and little at once.
    async fn light(&mut self, keys: &[Key]) -> Result<(), Fault> {
        let (lots, heavy) = heavy::lots(self.conn, keys).await?;
        let heavy = heavy.into_iter();
        let heavy = heavy.map(|(key, bytes)| (key, Fault::Heavy(bytes)));
        self.so_far.failed.extend(heavy);
        for lot in lots {
            let reply = self.all_at_once(&lot).await?;
            self.told(&lot, reply).await?;
        }
        Ok(())
    }

    async fn told(&mut self, keys: &[Key], reply: Reply) -> Result<(), Fault> {
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

    /// One of the keys is not ours to delete: one by one the others are deleted all the same.
    async fn each(&mut self, keys: &[Key]) -> Result<(), Fault> {
        let cmds: Vec<Cmd> = keys
            .iter()
            .map(|key| Cmd::new(self.verb).arg(key.bytes()))
            .collect();
        for (key, reply) in keys.iter().zip(self.conn.send(&cmds, WRITE).await?) {
            match wire::accept(reply) {
                Ok(reply) => self.count(1, u64::from(reply == Reply::Int(1))),
                Err(fault) => self.so_far.failed.push((key.clone(), fault)),
            }
        }
        Ok(())
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
    wire::whole_command(reply)
        || matches!(reply, Reply::Error { code, text } if code == "ERR" && text.starts_with("unknown command"))
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
