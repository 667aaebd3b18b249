//! The last rung: nothing guards, the person knows, and what must be true is read directly before the write.
use std::time::Instant;

use super::{Outcome, Work, odd, same};
use crate::model::change::{Check, Expect, Guard, Swap};
use crate::model::{Cmd, Reply};
use crate::server::{Fault, wire};

impl Work<'_> {
    /// Looks once more, and writes where that still holds; what was overwritten all the same is told.
    pub(super) async fn compared(&mut self, guard: &Guard) -> Result<Outcome, Fault> {
        let mut open = Vec::with_capacity(guard.checks.len());
        let mut now = Vec::with_capacity(guard.checks.len());
        for check in &guard.checks {
            let Some(reply) = self.glance(&check.cmd).await? else {
                // The replies stay beside their checks: the last one tells which did not hold.
                now.push(check.expect.clone());
                continue;
            };
            let holds = same(&reply, &check.expect);
            now.push(reply);
            if !holds {
                return Ok(Outcome::Conflict(now));
            }
            open.push(check);
        }
        if let Some(swap) = &guard.swap
            && open.len() == guard.checks.len()
            && let Some(outcome) = self.swapped(swap).await?
        {
            return Ok(outcome);
        }
        if self.change.cmds.len() > 1
            && self
                .change
                .cmds
                .iter()
                .any(|step| step.expect != Expect::Any)
        {
            return self.one_by_one().await;
        }
        self.at_once(&open).await
    }

    /// A check that may be refused: then this user cannot know, and has said to go on.
    async fn glance(&self, cmd: &Cmd) -> Result<Option<Reply>, Fault> {
        match self.needed(self.conn, cmd).await {
            Ok(reply) => Ok(Some(reply)),
            Err(Fault::Unguardable { .. }) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The write that tells what it overwrote; nothing where it is not to be had, and then nothing was written.
    async fn swapped(&mut self, swap: &Swap) -> Result<Option<Outcome>, Fault> {
        let (reply, told) = match self.in_one(&swap.cmd).await? {
            Ok(replies) => replies,
            Err(unknown) => return Ok(Some(unknown)),
        };
        let why = self
            .change
            .cmds
            .first()
            .and_then(|step| step.fell_short(&Reply::Nil));
        let whole = wire::whole_command(&reply);
        match (reply, why) {
            (Reply::Nil, Some(why)) => Ok(Some(Outcome::Nothing(why))),
            (Reply::Bytes(was), _) if was == swap.was => Ok(Some(Outcome::Done(told))),
            (Reply::Bytes(was), _) => Ok(Some(Outcome::Overwrote(vec![Reply::Bytes(was)]))),
            // Before 6.2 SET has no GET; and telling is reading, which may be what is refused. Where the command is
            // refused as such, it is without GET too.
            (Reply::Error { code, text }, _)
                if code == "NOPERM" && !whole || code == "ERR" && text.contains("syntax error") =>
            {
                Ok(None)
            }
            (reply, _) => wire::accept(reply).and(Err(odd("SET"))),
        }
    }

    /// The checks once more and the steps in one go, so that hardly anything comes between them.
    async fn at_once(&mut self, checks: &[&Check]) -> Result<Outcome, Fault> {
        let (steps, _) = self.steps(self.conn).await?;
        let reads = checks.iter().map(|check| &check.cmd);
        let cmds: Vec<Cmd> = reads.cloned().chain(self.asked.around(&steps)).collect();
        let asked = Instant::now();
        let mut before = match self.write(&cmds).await {
            Ok(replies) => replies,
            Err(fault) => return self.unknown(&cmds, asked, fault),
        };
        self.out
            .sent_all(&cmds, asked.elapsed(), &Ok(before.clone()));
        let replies = before.split_off(checks.len().min(before.len()));
        let held = checks
            .iter()
            .zip(&before)
            .all(|(check, reply)| same(reply, &check.expect));
        match self.judge(&steps, replies)? {
            Outcome::Done(_) if !held => Ok(Outcome::Overwrote(before)),
            outcome => Ok(outcome),
        }
    }
}
