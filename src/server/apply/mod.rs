//! Carrying out a change: on the highest rung of guards that server and user allow; sent once, never resent.
use std::time::Instant;

use super::conn::{Conn, READ};
use super::out::Out;
use super::private::Private;
use super::reads::Asked;
use super::refusals::name;
use super::skills::Skill;
use super::{Consent, Fault, wire};
use crate::model::change::{Change, Guard, Outcome, Step};
use crate::model::{Cmd, Reply};

mod alike;
mod compare;
mod plain;
mod script;
mod watch;

use alike::same;

/// How often a change is tried whose key is touched between its checks and its writing.
const TRIES: usize = 5;
/// What a transaction needs besides its checks and steps.
const TRANSACTION: [&str; 3] = ["WATCH", "MULTI", "EXEC"];

/// Carries out a change.
///
/// With a guard, the first of these that is to be had:
///
/// 1. one command that compares and writes (SET … IFEQ);
/// 2. WATCH, the checks, MULTI, the steps, EXEC on the private connection;
/// 3. a script that checks and writes;
/// 4. with consent only: the checks, and directly after them the checks once more with the steps.
///
/// Without a guard the steps go as they are. See [`Work::plain`].
pub(super) async fn apply(
    conn: &Conn,
    private: &mut Private,
    out: &Out,
    change: &Change,
    consent: Consent,
) -> Result<Outcome, Fault> {
    let cmds: Vec<Cmd> = change.cmds.iter().map(|step| step.cmd.clone()).collect();
    conn.gate().pass(&cmds)?;
    if let Some(fault) = conn.rights().fault(&cmds) {
        return Err(fault);
    }
    let mut work = Work {
        conn,
        out,
        change,
        asked: Asked::of(conn, change).await?,
    };
    match (&change.guard, consent) {
        (Some(guard), Consent::Guarded) => work.guarded(private, guard).await,
        (Some(guard), Consent::Unguarded) => work.compared(guard).await,
        (None, _) => work.plain(private).await,
    }
}

/// A change on its way.
struct Work<'a> {
    /// The shared connection; it remembers what this user is refused.
    conn: &'a Conn,
    out: &'a Out,
    change: &'a Change,
    /// What an undo wants to be read along.
    asked: Asked,
}

impl Work<'_> {
    async fn guarded(&mut self, private: &mut Private, guard: &Guard) -> Result<Outcome, Fault> {
        if let Some(cmd) = &guard.alone
            && let Some(outcome) = self.alone(cmd).await?
        {
            return Ok(outcome);
        }
        let transaction = match self.watched(private, guard).await {
            Err(Fault::Unguardable { command }) if TRANSACTION.contains(&command.as_str()) => {
                command
            }
            ended => return ended,
        };
        match self.scripted(guard).await {
            Err(Fault::Unguardable { command }) if command == script::EVAL => {
                Err(Fault::Unguardable {
                    command: format!("{transaction} or {command}"),
                })
            }
            ended => ended,
        }
    }

    /// The command that compares and writes by itself; nothing where it is not to be had, and then nothing was written.
    async fn alone(&mut self, cmd: &Cmd) -> Result<Option<Outcome>, Fault> {
        const COMPARE: &str = "SET IFEQ";
        if self.conn.peer().skills.compare != Skill::Has || self.conn.lacks(COMPARE) {
            return Ok(None);
        }
        let (reply, told) = match self.in_one(cmd).await? {
            Ok(replies) => replies,
            Err(unknown) => return Ok(Some(unknown)),
        };
        match reply {
            // The server had another value, or none.
            Reply::Nil => Ok(Some(Outcome::Conflict(Vec::new()))),
            reply @ Reply::Error { .. } if alike::is_other(&reply) => {
                Ok(Some(Outcome::Conflict(vec![reply])))
            }
            Reply::Error { code, text } if code == "ERR" && text.contains("syntax error") => {
                self.conn.lack(COMPARE);
                Ok(None)
            }
            // Comparing is reading, and that may be what is refused.
            Reply::Error { code, .. } if code == "NOPERM" => Ok(None),
            reply => wire::accept(reply).map(|_| Some(Outcome::Done(told))),
        }
    }

    /// A read or a word that the guard cannot do without, on this connection. What a check says of the key's type is
    /// for the comparison.
    async fn needed(&self, line: &Conn, cmd: &Cmd) -> Result<Reply, Fault> {
        let unguardable = || Fault::Unguardable { command: name(cmd) };
        if self.conn.refused(cmd).is_some() {
            return Err(unguardable());
        }
        let asked = Instant::now();
        let replies = tokio::select! {
            replies = line.send(std::slice::from_ref(cmd), READ) => replies,
            // Where the shared connection was dead, this one is too.
            () = self.conn.health().given_up() => Err(Fault::Lost),
        };
        let reply = replies.map(|replies| replies.into_iter().next().unwrap_or(Reply::Nil));
        self.out.sent(cmd, asked.elapsed(), &reply);
        let reply = reply?;
        self.conn
            .learn(std::slice::from_ref(cmd), std::slice::from_ref(&reply));
        match reply {
            Reply::Error { code, .. } if code == "NOPERM" => Err(unguardable()),
            reply @ Reply::Error { .. } if !alike::is_other(&reply) => wire::accept(reply),
            reply => Ok(reply),
        }
    }

    /// The steps, and with them the one that keeps a field's expiry; and the read that told of it with its reply.
    async fn steps(&self, line: &Conn) -> Result<(Vec<Step>, Option<(Cmd, Reply)>), Fault> {
        let mut steps = self.change.cmds.clone();
        let Some(keep) = &self.change.keep else {
            return Ok((steps, None));
        };
        let read = keep.read(&self.change.key);
        let lacking =
            |refusal: &Reply| !matches!(refusal, Reply::Error { code, .. } if code == "NOPERM");
        if self.conn.peer().skills.fields == Skill::Lacks
            || self.conn.refused(&read).as_ref().is_some_and(lacking)
        {
            return Ok((steps, None));
        }
        match self.needed(line, &read).await {
            Ok(reply) => {
                steps.extend(keep.step(&self.change.key, &reply));
                Ok((steps, Some((read, reply))))
            }
            // A server that does not say what it is, and knows no such expiry.
            Err(Fault::Refused { .. }) if self.conn.refused(&read).is_some() => Ok((steps, None)),
            Err(Fault::Unguardable { command }) => Err(Fault::Denied {
                text: format!(
                    "this user may not {command}, and so the field would lose its expiry"
                ),
                command,
            }),
            Err(fault) => Err(fault),
        }
    }

    /// One command that does the work of all steps, among the reads: its reply, and the replies to all of them.
    /// Without an answer it is unknown whether it was done.
    async fn in_one(&mut self, cmd: &Cmd) -> Result<Result<(Reply, Vec<Reply>), Outcome>, Fault> {
        let cmds = self.asked.around(&[Step::any(cmd.clone())]);
        let asked = Instant::now();
        let replies = match self.write(&cmds).await {
            Ok(replies) => replies,
            Err(fault) => return self.unknown(&cmds, asked, fault).map(Err),
        };
        self.out
            .sent_all(&cmds, asked.elapsed(), &Ok(replies.clone()));
        let own = replies.get(self.asked.steps()).and_then(<[Reply]>::first);
        let own = own.cloned().unwrap_or(Reply::Nil);
        Ok(Ok((own, self.asked.complete(replies))))
    }

    async fn write(&self, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
        self.conn.send(cmds, super::conn::WRITE).await
    }

    /// Reads the replies to steps, and to the reads around them, that were run together.
    fn judge(&self, steps: &[Step], told: Vec<Reply>) -> Result<Outcome, Fault> {
        let replies = told.get(self.asked.steps()).unwrap_or_default();
        let short = |(step, reply): (&Step, &Reply)| step.fell_short(reply);
        let refused = |reply: &&Reply| matches!(reply, Reply::Error { .. });
        let first_short = steps.iter().zip(replies).find_map(short);
        let idle = steps
            .iter()
            .zip(replies)
            .filter(|pair| short(*pair).is_some())
            .count();
        let done = replies.len() - idle - replies.iter().filter(refused).count();
        if let Some(refusal) = replies.iter().find(refused) {
            return wire::accept(refusal.clone())
                .map(|_| Outcome::Done(Vec::new()))
                .map_err(|fault| partly(done, fault));
        }
        match first_short {
            None => Ok(Outcome::Done(self.asked.complete(told))),
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

fn odd(command: &str) -> Fault {
    Fault::Odd(format!(
        "the server answered {command} in a form keygrove does not know"
    ))
}
