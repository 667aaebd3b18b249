//! Bringing deleted keys back, never over what has taken their name: by RESTORE, or element by element.
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::conn::{Conn, READ, WRITE};
use super::out::Out;
use super::private::Private;
use super::unlink::shortened;
use super::{Answer, Fault, Restored, Ticket, wire};
use crate::model::undo::{Kept, Life};
use crate::model::{Cmd, Key, Reply, dump};

/// Keys brought back in one go.
const BATCH: usize = 100;
/// Progress is told this far apart.
const BEAT: Duration = Duration::from_millis(33);

/// Answers [`super::Request::Restore`]; `stop` ends it after the batch in flight.
///
/// A fault means that the rest was not brought back, and of the batch in flight it is not known when the connection
/// was lost or slow.
pub(super) async fn restore(
    conn: &Conn,
    private: &mut Private,
    out: &Out,
    ticket: Ticket,
    kept: &[Kept],
    stop: &AtomicBool,
) {
    let mut work = Work {
        conn,
        private,
        out,
        so_far: Restored::default(),
    };
    let mut told = Instant::now();
    // The first one alone: where RESTORE is refused, one refusal is enough to know.
    let (first, rest) = kept.split_at(kept.len().min(1));
    for batch in [first].into_iter().chain(rest.chunks(BATCH)) {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let end = work.batch(batch).await;
        if end.is_err() || told.elapsed() >= BEAT {
            let so_far = std::mem::take(&mut work.so_far);
            out.answer(ticket, Ok(Answer::Restored(so_far))).await;
            told = Instant::now();
        }
        if let Err(fault) = end {
            return out.answer(ticket, Err(fault)).await;
        }
    }
    work.so_far.done = true;
    out.answer(ticket, Ok(Answer::Restored(work.so_far))).await;
}

struct Work<'a> {
    conn: &'a Conn,
    private: &'a mut Private,
    out: &'a Out,
    so_far: Restored,
}

impl Work<'_> {
    async fn batch(&mut self, batch: &[Kept]) -> Result<(), Fault> {
        let cmds: Vec<Cmd> = batch.iter().map(command).collect();
        if let Some(Some(_)) = self.conn.refusals(&cmds).first() {
            return self.rebuild_all(batch).await;
        }
        let asked = Instant::now();
        let replies = self.conn.send(&cmds, WRITE).await;
        self.log("RESTORE", batch, asked, &replies);
        let replies = replies?;
        self.conn.learn(&cmds, &replies);
        if replies
            .iter()
            .any(|reply| wire::whole_command(reply) || wire::unknown(reply))
        {
            return self.rebuild_all(batch).await;
        }
        for (kept, reply) in batch.iter().zip(replies) {
            self.count(kept, reply);
        }
        Ok(())
    }

    fn count(&mut self, kept: &Kept, reply: Reply) {
        let key = kept.key.clone();
        match wire::accept(reply) {
            Ok(_) => self.so_far.back.push(key),
            Err(Fault::Refused { code, .. }) if code == "BUSYKEY" => self.so_far.taken.push(key),
            Err(fault) => self.so_far.failed.push((key, fault)),
        }
    }

    /// The whole batch in one transaction; where somebody touches one of the names meanwhile, each in its own.
    async fn rebuild_all(&mut self, batch: &[Kept]) -> Result<(), Fault> {
        let mut readable = Vec::with_capacity(batch.len());
        for kept in batch {
            match dump::read(&kept.payload) {
                Ok(contents) => {
                    let until = kept.life.until().and_then(|at| u64::try_from(at).ok());
                    readable.push((kept, dump::rebuild(&kept.key, &contents, until)));
                }
                Err(why) => {
                    let fault = Fault::Odd(format!("RESTORE is refused to this user, and {why}"));
                    self.so_far.failed.push((kept.key.clone(), fault));
                }
            }
        }
        if self.rebuild(&readable).await? == Ended::Touched {
            for one in readable.chunks(1) {
                if self.rebuild(one).await? == Ended::Touched {
                    let taken = one.iter().map(|(kept, _)| kept.key.clone());
                    self.so_far.taken.extend(taken);
                }
            }
        }
        Ok(())
    }

    async fn rebuild(&mut self, batch: &[(&Kept, Vec<Cmd>)]) -> Result<Ended, Fault> {
        if batch.is_empty() {
            return Ok(Ended::Done);
        }
        let line = self.private.take().await?;
        let keys: Vec<&Key> = batch.iter().map(|(kept, _)| &kept.key).collect();
        let about = |name: &str| {
            keys.iter()
                .fold(Cmd::new(name), |cmd, key| cmd.arg(key.bytes()))
        };
        let exists = keys.iter().map(|key| Cmd::new("EXISTS").arg(key.bytes()));
        let asks: Vec<Cmd> = [about("WATCH")].into_iter().chain(exists).collect();
        let there = line.send(&asks, READ).await?;
        let (watched, there) = there.split_first().unwrap_or((&Reply::Nil, &[]));
        wire::accept(watched.clone())?;
        let mut free = Vec::with_capacity(batch.len());
        for (one, there) in batch.iter().zip(there) {
            match wire::accept(there.clone()) {
                Ok(Reply::Int(0)) => free.push(one),
                Ok(_) => self.so_far.taken.push(one.0.key.clone()),
                Err(fault) => self.so_far.failed.push((one.0.key.clone(), fault)),
            }
        }
        wire::accept(first(line.send(&[Cmd::new("MULTI")], READ).await?))?;
        let steps = free.iter().flat_map(|(_, cmds)| cmds.iter().cloned());
        let cmds: Vec<Cmd> = steps.chain([Cmd::new("EXEC")]).collect();
        let asked = Instant::now();
        let sent = line.send(&cmds, WRITE).await;
        let names: Vec<Key> = free.iter().map(|(kept, _)| kept.key.clone()).collect();
        let done = sent
            .as_ref()
            .map(|replies| replies.last().cloned().unwrap_or(Reply::Nil));
        self.out.sent(
            &shortened("(rebuild)", names.iter()),
            asked.elapsed(),
            &done.map_err(Clone::clone),
        );
        let mut queued = sent?;
        match queued.pop() {
            Some(Reply::Array(replies)) => {
                let mut replies = replies.into_iter();
                for (kept, cmds) in free {
                    let replies: Vec<Reply> = replies.by_ref().take(cmds.len()).collect();
                    let refused = |reply: &Reply| matches!(reply, Reply::Error { .. });
                    let worst = replies.into_iter().find(refused).unwrap_or(Reply::Nil);
                    self.count(kept, worst);
                }
            }
            Some(Reply::Nil) => return Ok(Ended::Touched),
            Some(exec) => {
                let refused = |reply: &Reply| matches!(reply, Reply::Error { .. });
                let why = queued.into_iter().find(refused).unwrap_or(exec);
                for (kept, _) in free {
                    self.count(kept, why.clone());
                }
            }
            None => return Err(Fault::Lost),
        }
        self.private.keep(line);
        Ok(Ended::Done)
    }

    /// The log names keys and no values.
    fn log(&self, verb: &str, batch: &[Kept], asked: Instant, replies: &Result<Vec<Reply>, Fault>) {
        let names: Vec<Key> = batch.iter().map(|kept| kept.key.clone()).collect();
        let told = match replies {
            Ok(replies) if replies.len() == 1 => Ok(first(replies.clone())),
            Ok(replies) => Ok(Reply::Array(replies.clone())),
            Err(fault) => Err(fault.clone()),
        };
        self.out
            .sent(&shortened(verb, names.iter()), asked.elapsed(), &told);
    }
}

/// How a transaction ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Done,
    /// Something touched one of the names; nothing was written.
    Touched,
}

/// Without REPLACE it is its own condition. ABSTTL (5.0): the moment it goes, not how long it stays.
fn command(kept: &Kept) -> Cmd {
    let restore = Cmd::new("RESTORE").arg(kept.key.bytes());
    match kept.life {
        Life::Forever => restore.num(0).arg(&kept.payload),
        Life::Until(at) | Life::About(at) => restore.num(at).arg(&kept.payload).arg("ABSTTL"),
    }
}

fn first(replies: Vec<Reply>) -> Reply {
    replies.into_iter().next().unwrap_or(Reply::Nil)
}
