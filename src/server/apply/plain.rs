//! Changes without a guard: their commands carry their own condition.
use std::time::Instant;

use super::watch::Ended;
use super::{Outcome, TRIES, Work, odd, partly};
use crate::model::Reply;
use crate::model::change::{Change, Expect};
use crate::server::conn::Conn;
use crate::server::private::Private;
use crate::server::{Fault, wire};

impl Work<'_> {
    /// A single step that nothing is read around goes as it is. All else goes as one MULTI/EXEC where the user may,
    /// because then a lost connection cannot cut it apart; but where one of several steps carries its own condition
    /// they go one by one, because then the next is not sent when the condition did not hold.
    pub(super) async fn plain(&mut self, private: &mut Private) -> Result<Outcome, Fault> {
        if goes_alone(self.change) {
            return self.one_by_one().await;
        }
        let line = private.take().await?;
        let outcome = self.together(&line).await?;
        private.put(line, &outcome);
        Ok(outcome)
    }

    /// Sends the steps and their reads as one transaction, or one by one where the user may not.
    async fn together(&mut self, line: &Conn) -> Result<Outcome, Fault> {
        let steps = &self.change.cmds;
        for _ in 0..TRIES {
            match self.begin(line).await {
                Ok(()) => {}
                // Nothing was sent but MULTI, and nothing more goes out on another line.
                Err(fault @ (Fault::Lost | Fault::Slow(_))) => return Err(fault),
                Err(_) => break,
            }
            match self.commit(line, steps).await? {
                Ended::Done(outcome) => return Ok(outcome),
                Ended::Watched => return Err(odd("EXEC")),
                Ended::Unread => {}
            }
        }
        self.one_by_one().await
    }

    pub(super) async fn one_by_one(&self) -> Result<Outcome, Fault> {
        let steps = &self.change.cmds;
        let mut around = self.conn.read_now(&self.asked.before()).await?;
        let mut replies: Vec<Reply> = Vec::with_capacity(steps.len());
        for step in steps {
            let cmd = std::slice::from_ref(&step.cmd);
            let asked = Instant::now();
            let reply = match self.write(cmd).await {
                Ok(reply) => reply.into_iter().next().unwrap_or(Reply::Nil),
                Err(fault @ Fault::ReadOnly { .. }) => return Err(partly(replies.len(), fault)),
                Err(fault) => return self.unknown(cmd, asked, fault),
            };
            self.out
                .sent(&step.cmd, asked.elapsed(), &Ok(reply.clone()));
            if let Some(why) = step.fell_short(&reply) {
                return if replies.is_empty() {
                    Ok(Outcome::Nothing(why))
                } else {
                    Err(partly(replies.len(), Fault::Odd(why.to_owned())))
                };
            }
            replies.push(wire::accept(reply).map_err(|fault| partly(replies.len(), fault))?);
        }
        around.extend(replies);
        // What cannot be read now is only not known to an undo: the change is made.
        let after = self.conn.read_now(&self.asked.after()).await;
        around.extend(after.unwrap_or_default());
        Ok(Outcome::Done(self.asked.complete(around)))
    }
}

/// Whether a change goes without a transaction.
fn goes_alone(change: &Change) -> bool {
    let [_] = change.cmds.as_slice() else {
        return change.cmds.iter().any(|step| step.expect != Expect::Any);
    };
    change.reads.before.is_empty() && change.reads.after.is_empty()
}
