//! Carrying out a change: guarded by WATCH on a private connection, or plainly; sent once, never resent.
use std::time::Instant;

use super::conn::{Conn, READ, WRITE};
use super::out::Out;
use super::private::Private;
use super::refusals::name;
use super::{Consent, Fault, wire};
use crate::model::change::{Change, Expect, Guard, Outcome, Step};
use crate::model::{Cmd, Reply};

/// How often a change is tried whose key is touched between its checks and its EXEC.
const TRIES: usize = 5;

/// Carries out a change.
///
/// - With a guard: WATCH, the checks, MULTI, the steps, EXEC on the private connection.
/// - Without one, or with consent to go without: a single step goes as it is. Several steps go as one MULTI/EXEC
///   where the user may, because then a lost connection cannot cut them apart; but where a step carries its own
///   condition they go one by one, because then the next is not sent when the condition did not hold.
pub(super) async fn apply(
    conn: &Conn,
    private: &mut Private,
    out: &Out,
    change: &Change,
    consent: Consent,
) -> Result<Outcome, Fault> {
    let cmds: Vec<Cmd> = change.cmds.iter().map(|step| step.cmd.clone()).collect();
    conn.gate().pass(&cmds)?;
    if let Some(fault) = conn.refusals().fault(&cmds) {
        return Err(fault);
    }
    let work = Work {
        out,
        steps: &change.cmds,
        cmds: &cmds,
    };
    match (&change.guard, consent) {
        (Some(guard), Consent::Guarded) => {
            let line = private.take().await?;
            let watch = Cmd::new("WATCH").arg(change.key.bytes());
            let outcome = work.guarded(&line, &watch, guard).await?;
            private.put(line, &outcome);
            Ok(outcome)
        }
        _ if cmds.len() == 1 || change.cmds.iter().any(|step| step.expect != Expect::Any) => {
            work.one_by_one(conn).await
        }
        _ => {
            let line = private.take().await?;
            if work.begin(&line).await.is_err() {
                return work.one_by_one(conn).await;
            }
            let ended = work.commit(&line).await?;
            match ended {
                Ended::Done(outcome) => {
                    private.put(line, &outcome);
                    Ok(outcome)
                }
                Ended::Watched => Err(odd("EXEC")),
            }
        }
    }
}

/// The commands of a change, on their way.
struct Work<'a> {
    out: &'a Out,
    steps: &'a [Step],
    cmds: &'a [Cmd],
}

/// How a transaction ended.
enum Ended {
    Done(Outcome),
    /// Something touched the watched key; nothing was written.
    Watched,
}

impl Work<'_> {
    /// Nothing was written when EXEC says that the key was touched. Where every check still holds, what was touched
    /// was something else (a time to live, a counter that this change only adds to), and the change is tried again.
    async fn guarded(&self, line: &Conn, watch: &Cmd, guard: &Guard) -> Result<Outcome, Fault> {
        for _ in 0..TRIES {
            self.needed(line, watch).await?;
            let (now, holds) = self.check(line, guard).await?;
            if !holds {
                self.needed(line, &Cmd::new("UNWATCH")).await?;
                return Ok(Outcome::Conflict(now));
            }
            self.begin(line).await?;
            if let Ended::Done(outcome) = self.commit(line).await? {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Conflict(self.check(line, guard).await?.0))
    }

    /// Runs the checks in order until one differs.
    async fn check(&self, line: &Conn, guard: &Guard) -> Result<(Vec<Reply>, bool), Fault> {
        let mut now = Vec::with_capacity(guard.checks.len());
        for check in &guard.checks {
            let reply = self.needed(line, &check.cmd).await?;
            let holds = same(&reply, &check.expect);
            now.push(reply);
            if !holds {
                return Ok((now, false));
            }
        }
        Ok((now, true))
    }

    /// MULTI goes alone: were it refused, commands behind it would run at once and unguarded.
    async fn begin(&self, line: &Conn) -> Result<(), Fault> {
        self.needed(line, &Cmd::new("MULTI")).await.map(drop)
    }

    /// A command the guard cannot do without. What a check says of the key's type is for the comparison.
    async fn needed(&self, line: &Conn, cmd: &Cmd) -> Result<Reply, Fault> {
        if line.refusals().fault(std::slice::from_ref(cmd)).is_some() {
            return Err(Fault::Unguardable { command: name(cmd) });
        }
        let asked = Instant::now();
        let replies = line.send(std::slice::from_ref(cmd), READ).await;
        let reply = replies.map(|replies| replies.into_iter().next().unwrap_or(Reply::Nil));
        self.out.sent(cmd, asked.elapsed(), &reply);
        match reply? {
            Reply::Error { code, .. } if code == "NOPERM" => {
                Err(Fault::Unguardable { command: name(cmd) })
            }
            reply @ Reply::Error { .. } if !differs(&reply) => wire::accept(reply),
            reply => Ok(reply),
        }
    }

    /// Sends the steps and EXEC.
    async fn commit(&self, line: &Conn) -> Result<Ended, Fault> {
        let cmds: Vec<Cmd> = self
            .cmds
            .iter()
            .cloned()
            .chain([Cmd::new("EXEC")])
            .collect();
        let asked = Instant::now();
        let mut queued = match line.send(&cmds, WRITE).await {
            Ok(queued) => queued,
            Err(fault) => return self.unknown(&cmds, asked, fault).map(Ended::Done),
        };
        let exec = queued.pop().unwrap_or(Reply::Nil);
        let mut told = match &exec {
            Reply::Array(replies) => replies.clone(),
            _ => queued.clone(),
        };
        told.push(exec.clone());
        self.out.sent_all(&cmds, asked.elapsed(), &Ok(told));
        match exec {
            Reply::Array(replies) => self.judge(replies).map(Ended::Done),
            Reply::Nil => Ok(Ended::Watched),
            Reply::Error { code, text } => Err(aborted(queued, code, text)),
            _ => Err(odd("EXEC")),
        }
    }

    async fn one_by_one(&self, conn: &Conn) -> Result<Outcome, Fault> {
        let mut replies: Vec<Reply> = Vec::with_capacity(self.cmds.len());
        for (step, cmd) in self.steps.iter().zip(self.cmds) {
            let asked = Instant::now();
            let reply = match conn.send(std::slice::from_ref(cmd), WRITE).await {
                Ok(reply) => reply.into_iter().next().unwrap_or(Reply::Nil),
                Err(fault @ Fault::ReadOnly { .. }) => return Err(partly(replies.len(), fault)),
                Err(fault) => return self.unknown(std::slice::from_ref(cmd), asked, fault),
            };
            self.out.sent(cmd, asked.elapsed(), &Ok(reply.clone()));
            if let Some(why) = step.fell_short(&reply) {
                return if replies.is_empty() {
                    Ok(Outcome::Nothing(why))
                } else {
                    Err(partly(replies.len(), Fault::Odd(why.to_owned())))
                };
            }
            replies.push(wire::accept(reply).map_err(|fault| partly(replies.len(), fault))?);
        }
        Ok(Outcome::Done(replies))
    }

    /// Reads the replies of a transaction that was run.
    fn judge(&self, replies: Vec<Reply>) -> Result<Outcome, Fault> {
        let short = |(step, reply): (&Step, &Reply)| step.fell_short(reply);
        let refused = |reply: &&Reply| matches!(reply, Reply::Error { .. });
        let first_short = self.steps.iter().zip(&replies).find_map(short);
        let idle = self
            .steps
            .iter()
            .zip(&replies)
            .filter(|pair| short(*pair).is_some())
            .count();
        let done = replies.len() - idle - replies.iter().filter(refused).count();
        if let Some(refusal) = replies.iter().find(refused) {
            return wire::accept(refusal.clone())
                .map(|_| Outcome::Done(Vec::new()))
                .map_err(|fault| partly(done, fault));
        }
        match first_short {
            None => Ok(Outcome::Done(replies)),
            Some(why) if done == 0 => Ok(Outcome::Nothing(why)),
            Some(why) => Err(partly(done, Fault::Odd(why.to_owned()))),
        }
    }

    /// No answer to a write that was sent: nobody knows, and it is not sent again.
    fn unknown(&self, cmds: &[Cmd], asked: Instant, fault: Fault) -> Result<Outcome, Fault> {
        if matches!(fault, Fault::ReadOnly { .. }) {
            return Err(fault);
        }
        let words = format!("{fault}; the change may or may not have been made");
        self.out.sent_all(cmds, asked.elapsed(), &Err(fault));
        Ok(Outcome::Unknown(words))
    }
}

/// A fault after which some commands of the change are already done.
pub(super) fn partly(done: usize, fault: Fault) -> Fault {
    if done == 0 {
        return fault;
    }
    let commands = if done == 1 {
        "1 command of this change was".to_owned()
    } else {
        format!("{done} commands of this change were")
    };
    match fault {
        Fault::Refused { code, text } => Fault::Refused {
            code,
            text: format!("{text} ({commands} done)"),
        },
        fault => Fault::Odd(format!("{fault} ({commands} done)")),
    }
}

/// Why a transaction was thrown away: the first command that could not be queued, else EXEC itself.
fn aborted(queued: Vec<Reply>, code: String, text: String) -> Fault {
    let refused = queued
        .into_iter()
        .find(|reply| matches!(reply, Reply::Error { .. }));
    match refused.map(wire::accept) {
        Some(Err(fault)) => fault,
        _ if text.contains("NOPERM") || code == "NOPERM" => Fault::Unguardable {
            command: "EXEC".to_owned(),
        },
        _ => wire::fault(code, text),
    }
}

/// Whether a refused check means that the value changed, and not that something is wrong.
fn differs(reply: &Reply) -> bool {
    matches!(reply, Reply::Error { code, text } if code == "WRONGTYPE" || text == "no such key")
}

fn odd(command: &str) -> Fault {
    Fault::Odd(format!(
        "the server answered {command} in a form keygrove does not know"
    ))
}

/// Whether two replies say the same, whatever protocol they came by.
fn same(a: &Reply, b: &Reply) -> bool {
    match (a, b) {
        (Reply::Status(text), Reply::Bytes(bytes)) | (Reply::Bytes(bytes), Reply::Status(text)) => {
            text.as_bytes() == bytes
        }
        (Reply::Double(_), _) | (_, Reply::Double(_)) => a
            .score()
            .zip(b.score())
            .is_some_and(|(a, b)| a.total_cmp(&b).is_eq()),
        (Reply::Int(_), _) | (_, Reply::Int(_)) => {
            a.int().zip(b.int()).is_some_and(|(a, b)| a == b)
        }
        (Reply::Array(a), Reply::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Reply::Map(pairs), Reply::Array(items)) | (Reply::Array(items), Reply::Map(pairs)) => {
            let flat = pairs.iter().flat_map(|(key, value)| [key, value]);
            pairs.len() * 2 == items.len() && flat.zip(items).all(|(a, b)| same(a, b))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_compared_by_what_they_say() {
        let bytes = |text: &str| Reply::Bytes(text.as_bytes().to_vec());
        let pair = || Reply::Map(vec![(bytes("a"), Reply::Int(1))]);
        for (a, b, equal) in [
            (Reply::Status("hash".into()), bytes("hash"), true),
            (Reply::Int(3), bytes("3"), true),
            (Reply::Double(0.5), bytes("0.50"), true),
            (Reply::Double(f64::INFINITY), bytes("inf"), true),
            (Reply::Double(0.5), bytes("x"), false),
            (bytes("0.5"), bytes("0.50"), false),
            (Reply::Nil, bytes(""), false),
            (Reply::Nil, Reply::Nil, true),
            (
                Reply::Array(vec![Reply::Int(1)]),
                Reply::Array(vec![bytes("1")]),
                true,
            ),
            (Reply::Array(vec![]), Reply::Array(vec![Reply::Nil]), false),
            (pair(), Reply::Array(vec![bytes("a"), bytes("1")]), true),
            (pair(), Reply::Array(vec![bytes("a")]), false),
        ] {
            assert_eq!(same(&a, &b), equal, "{a:?} {b:?}");
            assert_eq!(same(&b, &a), equal, "{b:?} {a:?}");
        }
    }
}
