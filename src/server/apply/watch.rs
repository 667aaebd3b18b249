//! The second rung: WATCH, the checks, and a transaction on the private connection.
use std::time::Instant;

use super::{Outcome, TRANSACTION, TRIES, Work, odd, same};
use crate::model::change::{Guard, Step};
use crate::model::{Cmd, Reply};
use crate::server::conn::{Conn, WRITE};
use crate::server::private::Private;
use crate::server::{Fault, wire};

/// How a transaction ended.
pub(super) enum Ended {
    Done(Outcome),
    /// Something touched the watched key; nothing was written.
    Watched,
    /// The server would not read what an undo wants; nothing was written, and it is not asked for again.
    Unread,
}

impl Work<'_> {
    /// Nothing was written when EXEC says that the key was touched. Where every check still holds, what was touched
    /// was something else (a time to live, a counter that this change only adds to), and the change is tried again.
    pub(super) async fn watched(
        &mut self,
        private: &mut Private,
        guard: &Guard,
    ) -> Result<Outcome, Fault> {
        self.may_transact()?;
        let line = private.take().await?;
        let outcome = self.under_watch(&line, guard).await?;
        private.put(line, &outcome);
        Ok(outcome)
    }

    /// What was refused before is not tried again.
    fn may_transact(&self) -> Result<(), Fault> {
        let refused = TRANSACTION
            .iter()
            .find(|command| self.conn.refused(&Cmd::new(command)).is_some());
        match refused {
            Some(command) => Err(Fault::Unguardable {
                command: (*command).to_owned(),
            }),
            None => Ok(()),
        }
    }

    async fn under_watch(&mut self, line: &Conn, guard: &Guard) -> Result<Outcome, Fault> {
        let watch = Cmd::new("WATCH").arg(self.change.key.bytes());
        for _ in 0..TRIES {
            self.needed(line, &watch).await?;
            let (now, holds) = self.check(line, guard).await?;
            if !holds {
                match self.needed(line, &Cmd::new("UNWATCH")).await {
                    // A watch that stays costs the next transaction one more try.
                    Ok(_) | Err(Fault::Unguardable { .. }) => return Ok(Outcome::Conflict(now)),
                    Err(fault) => return Err(fault),
                }
            }
            let (steps, _) = self.steps(line).await?;
            self.begin(line).await?;
            if let Ended::Done(outcome) = self.commit(line, &steps).await? {
                return Ok(outcome);
            }
        }
        // It was touched every time, and yet all checks hold: none of them tells what changed.
        let (now, holds) = self.check(line, guard).await?;
        Ok(Outcome::Conflict(if holds { Vec::new() } else { now }))
    }

    /// Runs the checks in order until one differs.
    pub(super) async fn check(
        &self,
        line: &Conn,
        guard: &Guard,
    ) -> Result<(Vec<Reply>, bool), Fault> {
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
    pub(super) async fn begin(&self, line: &Conn) -> Result<(), Fault> {
        self.needed(line, &Cmd::new("MULTI")).await.map(drop)
    }

    /// Sends the steps among the reads, and EXEC.
    pub(super) async fn commit(&mut self, line: &Conn, steps: &[Step]) -> Result<Ended, Fault> {
        let mut cmds = self.asked.around(steps);
        cmds.push(Cmd::new("EXEC"));
        let asked = Instant::now();
        let mut queued = match line.send(&cmds, WRITE).await {
            Ok(queued) => queued,
            Err(fault) => return self.unknown(&cmds, asked, fault).map(Ended::Done),
        };
        let ended = queued.pop().unwrap_or(Reply::Nil);
        let mut told = match &ended {
            Reply::Array(replies) => replies.clone(),
            _ => queued.clone(),
        };
        told.push(ended.clone());
        self.out.sent_all(&cmds, asked.elapsed(), &Ok(told));
        match ended {
            Reply::Array(replies) => self.judge(steps, replies).map(Ended::Done),
            Reply::Nil => Ok(Ended::Watched),
            Reply::Error { .. } if self.asked.leave_out(self.conn, &queued) => Ok(Ended::Unread),
            Reply::Error { code, text } => Err(self.aborted(queued, code, text)),
            _ => Err(odd("EXEC")),
        }
    }

    /// Why a transaction was thrown away: the first command that could not be queued, else EXEC itself.
    fn aborted(&self, queued: Vec<Reply>, code: String, text: String) -> Fault {
        let refused = queued
            .into_iter()
            .find(|reply| matches!(reply, Reply::Error { .. }));
        match refused.map(wire::accept) {
            Some(Err(fault)) => fault,
            _ if text.contains("NOPERM") || code == "NOPERM" => {
                self.conn
                    .refuse(&Cmd::new("EXEC"), Reply::Error { code, text });
                Fault::Unguardable {
                    command: "EXEC".to_owned(),
                }
            }
            _ => wire::fault(code, text),
        }
    }
}
