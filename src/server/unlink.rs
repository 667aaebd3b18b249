//! Deleting many keys: UNLINK in batches, with progress, stopped between batches; what is small is read before it goes.
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::apply::apply;
use super::conn::{Conn, WRITE};
use super::out::Out;
use super::private::Private;
use super::refusals::neighbourhood;
use super::{Answer, Consent, Doomed, Fault, Ticket, Unlinked, heavy, kept, wire};
use crate::model::change::Outcome;
use crate::model::undo::Past;
use crate::model::{Cmd, Key, Reply, whole};

/// Keys in one command.
const BATCH: usize = 500;
/// Progress is told this far apart.
const BEAT: Duration = Duration::from_millis(33);
/// Keys of a batch that the log names.
const NAMED: usize = 3;

/// Deletes the keys and answers with progress; `stop` ends it after the batch in flight.
///
/// A fault means that the rest was not deleted, and of the batch in flight it is not known when the connection
/// was lost or slow.
pub(super) async fn unlink(
    conn: &Conn,
    private: &mut Private,
    out: &Out,
    ticket: Ticket,
    doomed: &Doomed,
    stop: &AtomicBool,
) {
    let mut work = Work {
        conn,
        out,
        verb: verb(conn),
        so_far: Unlinked::default(),
    };
    let mut told = Instant::now();
    let (kept, lost) = doomed.keys.split_at(doomed.keep.min(doomed.keys.len()));
    if let ([key], []) = (kept, lost)
        && let Some(end) = work.single(private, key).await
    {
        work.so_far.done = end.is_ok();
        let end = end.map(|()| Answer::Unlinked(work.so_far));
        return out.answer(ticket, end).await;
    }
    let keep = kept.chunks(BATCH).map(|batch| (batch, Keep::Yes));
    for (batch, keep) in keep.chain(lost.chunks(BATCH).map(|batch| (batch, Keep::No))) {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let end = match keep {
            Keep::Yes => work.keep(batch).await,
            Keep::No => Ok(()),
        };
        let end = match end {
            Ok(()) => work.batch(batch).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = end {
            out.answer(ticket, Ok(Answer::Unlinked(work.so_far))).await;
            return out.answer(ticket, Err(fault)).await;
        }
        if told.elapsed() >= BEAT {
            let kept = std::mem::take(&mut work.so_far.kept);
            let so_far = Unlinked {
                kept,
                ..work.so_far.clone()
            };
            out.answer(ticket, Ok(Answer::Unlinked(so_far))).await;
            told = Instant::now();
        }
    }
    work.so_far.done = true;
    out.answer(ticket, Ok(Answer::Unlinked(work.so_far))).await;
}

/// Whether a batch is read before it goes.
#[derive(Clone, Copy)]
enum Keep {
    Yes,
    No,
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
    /// One key goes in the transaction that reads it; `None` where this cannot be, and nothing was done.
    async fn single(&mut self, private: &mut Private, key: &Key) -> Option<Result<(), Fault>> {
        let change = whole::unlink_kept(key);
        match apply(self.conn, private, self.out, &change, Consent::Guarded).await {
            Ok(Outcome::Done(replies)) => {
                if let Ok(Past::Gone { kept, .. }) =
                    Past::unlinked(key.clone(), change.told(&replies))
                {
                    self.so_far.kept = kept;
                }
                self.so_far.deleted = 1;
            }
            Ok(Outcome::Overwrote(_)) => self.so_far.deleted = 1,
            Ok(Outcome::Nothing(_)) => self.so_far.missing = 1,
            Ok(Outcome::Unknown(_)) => {
                let command = self.verb.to_owned();
                return Some(Err(Fault::Unknown { command, done: 0 }));
            }
            // UNLINK itself may be what is not to be had.
            Ok(Outcome::Conflict(_))
            | Err(Fault::Denied { .. } | Fault::Refused { .. } | Fault::Odd(_)) => return None,
            Err(fault) => return Some(Err(fault)),
        }
        Some(Ok(()))
    }

    /// Reads keys that are about to go. What cannot be read is deleted all the same.
    async fn keep(&mut self, keys: &[Key]) -> Result<(), Fault> {
        let asked = Instant::now();
        let kept = kept::read(self.conn, keys).await?;
        let told = Ok(Reply::Array(vec![Reply::Nil; kept.len()]));
        self.out
            .sent(&shortened("DUMP", keys.iter()), asked.elapsed(), &told);
        self.so_far.kept.extend(kept);
        Ok(())
    }

    async fn batch(&mut self, keys: &[Key]) -> Result<(), Fault> {
        // It may have been learned just now, from the first key.
        if self.verb == "DEL" || verb(self.conn) == "DEL" {
            self.verb = "DEL";
            return self.light(keys).await;
        }
        // Where some may belong to others, one alone tells whether there is the command; all at once would be refused.
        let trusted = keys.iter().all(|key| self.conn.rights().trusts(key));
        let (now, later) = keys.split_at(if trusted { keys.len() } else { 1 });
        let reply = self.all_at_once(now).await?;
        if no_such_command(&reply) {
            self.verb = "DEL";
            return self.light(keys).await;
        }
        let refused = match now {
            [key] if wire::foreign_key(&reply) => self.tally(key, reply).map(|fault| (key, fault)),
            _ => {
                self.told(now, reply).await?;
                None
            }
        };
        self.each(later, refused).await
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
            reply if concerns_keys(&reply) => self.each(keys, None).await,
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
            .sent(&shortened(self.verb, keys.iter()), asked.elapsed(), &reply);
        reply
    }

    /// One of the keys is not ours to delete: one by one the others are deleted all the same. Of those that stand
    /// together the first goes first; where it is refused the others are not tried, for each would be an entry in
    /// the server's log of denials. `known` is one that was refused before.
    async fn each(&mut self, keys: &[Key], known: Option<(&Key, Fault)>) -> Result<(), Fault> {
        let known = known.map(|(key, fault)| (neighbourhood(key.bytes()), fault));
        let mut refused: HashMap<&[u8], Fault> = known.into_iter().collect();
        let mut seen: HashSet<&[u8]> = refused.keys().copied().collect();
        let (first, rest): (Vec<&Key>, Vec<&Key>) = keys
            .iter()
            .partition(|key| seen.insert(neighbourhood(key.bytes())));
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
                self.conn.rights().trust(key);
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
pub(super) fn shortened<'k>(verb: &str, keys: impl ExactSizeIterator<Item = &'k Key>) -> Cmd {
    let more = keys.len().checked_sub(NAMED);
    let cmd = keys
        .take(NAMED)
        .fold(Cmd::new(verb), |cmd, key| cmd.arg(key.bytes()));
    match more {
        None | Some(0) => cmd,
        Some(more) => cmd.arg(format!("(+{more} keys)")),
    }
}
