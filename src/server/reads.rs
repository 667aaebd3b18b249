//! The reads around a change that an undo wants: asked along with its steps, and never a reason not to make it.
use super::Fault;
use super::conn::Conn;
use super::skills::Skill;
use crate::model::change::{Change, Read, Step};
use crate::model::{Cmd, Reply};

/// The reads of one change, and which of them are asked at all.
pub(super) struct Asked {
    before: Vec<Ask>,
    after: Vec<Ask>,
    steps: usize,
    /// Steps that were added on the way; nobody asks for their replies.
    added: usize,
}

/// One read.
enum Ask {
    Send(Cmd),
    /// It is refused, unknown here or too big: this stands in the place of its reply.
    Known(Reply),
}

impl Asked {
    /// Asks first how big the answers would be, and leaves out what is big or known to be refused.
    pub(super) async fn of(conn: &Conn, change: &Change) -> Result<Self, Fault> {
        Ok(Self {
            before: fitting(conn, &change.reads.before).await?,
            after: fitting(conn, &change.reads.after).await?,
            steps: change.cmds.len(),
            added: 0,
        })
    }

    /// The steps between the reads, as they are sent.
    pub(super) fn around(&mut self, steps: &[Step]) -> Vec<Cmd> {
        self.added = steps.len().saturating_sub(self.steps);
        let before = self.before().into_iter();
        before
            .chain(steps.iter().map(|step| step.cmd.clone()))
            .chain(self.after())
            .collect()
    }

    /// The reads to be sent before the steps.
    pub(super) fn before(&self) -> Vec<Cmd> {
        sent(&self.before)
    }

    /// The reads to be sent after the steps.
    pub(super) fn after(&self) -> Vec<Cmd> {
        sent(&self.after)
    }

    /// Where the replies to the steps stand among the replies to [`Self::around`].
    pub(super) fn steps(&self) -> std::ops::Range<usize> {
        let first = self.before().len();
        first..first + self.steps + self.added
    }

    /// The replies to [`Self::around`], with what was not asked in its place.
    pub(super) fn complete(&self, replies: Vec<Reply>) -> Vec<Reply> {
        let mut replies = replies.into_iter();
        let mut all = fill(&self.before, &mut replies);
        all.extend(replies.by_ref().take(self.steps));
        let mut replies = replies.skip(self.added);
        all.extend(fill(&self.after, &mut replies));
        all
    }

    /// A transaction was thrown away as it was queued. Leaves out the reads that are to blame, and remembers them
    /// for this connection; false when it was none of them.
    pub(super) fn leave_out(&mut self, conn: &Conn, queued: &[Reply]) -> bool {
        let mut replies = queued.iter();
        let first = blame(conn, &mut self.before, &mut replies);
        let mut replies = replies.skip(self.steps + self.added);
        blame(conn, &mut self.after, &mut replies) | first
    }
}

async fn fitting(conn: &Conn, reads: &[Read]) -> Result<Vec<Ask>, Fault> {
    let sizes: Vec<Cmd> = reads.iter().filter_map(|read| read.size.clone()).collect();
    let mut sizes = conn.read_now(&sizes).await?.into_iter();
    let cmds: Vec<Cmd> = reads.iter().map(|read| read.cmd.clone()).collect();
    let known = conn.refusals(&cmds);
    let ask = |((read, cmd), known): ((&Read, Cmd), Option<Reply>)| {
        let size = read
            .size
            .as_ref()
            .map(|_| sizes.next().and_then(|size| size.int()));
        let fits = size.is_none_or(|size| {
            size.is_some_and(|size| u64::try_from(size).is_ok_and(|size| size <= Read::MOST))
        });
        let lacks = conn.peer().skills.fields == Skill::Lacks && cmd.name() == "HPEXPIRETIME";
        match known.or_else(|| lacks.then_some(Reply::Nil)) {
            Some(refusal) => Ask::Known(refusal),
            None if fits => Ask::Send(cmd),
            None => Ask::Known(Reply::Nil),
        }
    };
    Ok(reads.iter().zip(cmds).zip(known).map(ask).collect())
}

fn sent(asks: &[Ask]) -> Vec<Cmd> {
    let cmd = |ask: &Ask| match ask {
        Ask::Send(cmd) => Some(cmd.clone()),
        Ask::Known(_) => None,
    };
    asks.iter().filter_map(cmd).collect()
}

fn fill(asks: &[Ask], replies: &mut impl Iterator<Item = Reply>) -> Vec<Reply> {
    let reply = |ask: &Ask| match ask {
        Ask::Send(_) => replies.next().unwrap_or(Reply::Nil),
        Ask::Known(reply) => reply.clone(),
    };
    asks.iter().map(reply).collect()
}

fn blame<'r>(conn: &Conn, asks: &mut [Ask], replies: &mut impl Iterator<Item = &'r Reply>) -> bool {
    let mut found = false;
    for ask in asks {
        let Ask::Send(cmd) = ask else { continue };
        if let Some(reply @ Reply::Error { .. }) = replies.next() {
            conn.learn(std::slice::from_ref(cmd), std::slice::from_ref(reply));
            *ask = Ask::Known(reply.clone());
            found = true;
        }
    }
    found
}
