//! Changes without a guard: their commands carry their own condition.
use std::time::Instant;

use super::watch::Ended;
use super::{Outcome, Work, odd, partly};
use crate::model::Reply;
use crate::model::change::Expect;
use crate::server::conn::WRITE;
use crate::server::private::Private;
use crate::server::{Fault, wire};

impl Work<'_> {
    /// A single step goes as it is. Several steps go as one MULTI/EXEC where the user may, because then a lost
    /// connection cannot cut them apart; but where a step carries its own condition they go one by one, because then
    /// the next is not sent when the condition did not hold.
    pub(super) async fn plain(&self, private: &mut Private) -> Result<Outcome, Fault> {
        let steps = &self.change.cmds;
        if steps.len() == 1 || steps.iter().any(|step| step.expect != Expect::Any) {
            return self.one_by_one().await;
        }
        let line = private.take().await?;
        if self.begin(&line).await.is_err() {
            return self.one_by_one().await;
        }
        match self.commit(&line, steps).await? {
            Ended::Done(outcome) => {
                private.put(line, &outcome);
                Ok(outcome)
            }
            Ended::Watched => Err(odd("EXEC")),
        }
    }

    pub(super) async fn one_by_one(&self) -> Result<Outcome, Fault> {
        let steps = &self.change.cmds;
        let mut replies: Vec<Reply> = Vec::with_capacity(steps.len());
        for step in steps {
            let cmd = std::slice::from_ref(&step.cmd);
            let asked = Instant::now();
            let reply = match self.conn.send(cmd, WRITE).await {
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
        Ok(Outcome::Done(replies))
    }
}
