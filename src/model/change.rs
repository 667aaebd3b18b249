//! A write before anything is sent: its commands, what must still be true, what the answers mean.
use super::key::Key;
use super::resp::{Cmd, Reply, quote};

/// Everything about one write: shown in the confirmation, logged, compared by tests, then sent.
#[derive(Clone, PartialEq, Debug)]
#[must_use]
pub struct Change {
    /// The key it is about.
    pub key: Key,
    /// What it does, for the notice after it is done: "saved", "field added".
    pub done: &'static str,
    /// The commands in order; with a guard they run as one transaction.
    pub cmds: Vec<Step>,
    /// What must still be true when it is written; without one the commands carry their own condition.
    pub guard: Option<Guard>,
    /// A hash field's own expiry, which the commands alone would drop.
    pub keep: Option<Box<Keep>>,
    /// Whether something is lost for good, so that the person is asked first.
    pub stakes: Stakes,
    /// What an undo must know beyond the replies of the steps.
    pub reads: Reads,
}

/// Reads around the steps of a change, in the same transaction where there is one. None of them is a condition: one
/// that is refused, unknown to the server or too big has [`Reply::Error`] or [`Reply::Nil`] in its place.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reads {
    pub before: Vec<Read>,
    pub after: Vec<Read>,
}

/// One read for an undo.
#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    pub cmd: Cmd,
    /// A read that tells how big the answer would be, in bytes (HSTRLEN, MEMORY USAGE), asked first; from
    /// [`Read::MOST`] on, and where it is not told, the answer is not asked for.
    pub size: Option<Cmd>,
}

/// The replies to everything a change sent.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Told<'r> {
    pub before: &'r [Reply],
    pub steps: &'r [Reply],
    pub after: &'r [Reply],
}

/// Whether a change takes something away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stakes {
    /// Adds, or replaces what the person just saw and edited.
    Plain,
    /// Deletes or takes out: the literal commands are confirmed first.
    Destructive,
}

/// One command of a change and what its reply must be.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub cmd: Cmd,
    pub expect: Expect,
}

/// What a reply must be for the step to have done its work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expect {
    /// Any reply but an error.
    Any,
    /// Not nil and not zero; else nothing was written, for this reason.
    Done(&'static str),
}

/// What must be true for a guarded change to be written: the replies to these reads.
///
/// The server room writes only when every reply equals what is expected, on the highest rung that server and user
/// allow: one command that compares by itself, WATCH and a transaction, a script, or reads directly before the write.
/// Every check is bounded: a length first, then a slice of that length.
#[derive(Clone, PartialEq, Debug)]
pub struct Guard {
    pub checks: Vec<Check>,
    /// Does the work of the checks and of the steps in one (SET … IFEQ; Valkey 8.1, Redis 8.4). Nil: nothing was
    /// written.
    pub alone: Option<Cmd>,
    /// Where nothing can guard: does the work of the steps, and answers with what it wrote over.
    pub swap: Option<Box<Swap>>,
}

/// A write that tells what it overwrote (SET … GET; Redis 6.2). Nil: there was no key, and nothing was written.
#[derive(Clone, PartialEq, Debug)]
pub struct Swap {
    pub cmd: Cmd,
    /// What it should have overwritten.
    pub was: Vec<u8>,
}

/// The expiry of one hash field goes on (Redis 7.4, Valkey 9); HSET drops it, and a renamed field begins without.
///
/// It is read under the guard and set again in the same transaction. Servers that know no such expiry are not asked.
#[derive(Clone, PartialEq, Debug)]
pub struct Keep {
    /// The field that may expire.
    pub from: Vec<u8>,
    /// The field that shall expire then.
    pub to: Vec<u8>,
    /// Milliseconds the field had left when it was shown; the expiry that is kept is the one of the moment of writing.
    pub seen: Option<u64>,
}

/// One read and the reply that means "unchanged".
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    pub cmd: Cmd,
    pub expect: Reply,
}

/// How a change ended.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// Written; the replies to the reads before, the steps and the reads after, in order: [`Change::told`] tells
    /// them apart.
    Done(Vec<Reply>),
    /// Nothing was written: a step's own condition did not hold (the sentence of [`Expect::Done`]).
    Nothing(&'static str),
    /// Nothing was written: the guard did not hold. Replies to the checks as they are now (fewer than the
    /// checks when an early one already differed).
    Conflict(Vec<Reply>),
    /// Written without a guard, and over something else than was read directly before: replies to the checks, or to
    /// the [`Swap`], at that moment.
    Overwrote(Vec<Reply>),
    /// Sent, but no answer came: it may or may not have been done.
    Unknown(String),
}

impl Keep {
    /// When the field expires (HPEXPIRETIME): its unix milliseconds in an array of one, -1 for never, -2 for no field.
    pub fn read(&self, key: &Key) -> Cmd {
        let read = Cmd::new("HPEXPIRETIME").arg(key.bytes());
        read.arg("FIELDS").num(1).arg(&self.from)
    }

    /// The step that lets a field expire when this was answered; none where nothing expires.
    pub fn step(&self, key: &Key, answer: &Reply) -> Option<Step> {
        let at = answer.items()?.first()?.int().filter(|&at| at > 0)?;
        let expire = Cmd::new("HPEXPIREAT").arg(key.bytes()).num(at);
        Some(Step::any(expire.arg("FIELDS").num(1).arg(&self.to)))
    }
}

impl Step {
    /// A step whose reply only must not be an error.
    pub fn any(cmd: Cmd) -> Self {
        Self {
            cmd,
            expect: Expect::Any,
        }
    }

    /// A step that answers nil or zero when it wrote nothing, and why.
    pub fn done(cmd: Cmd, otherwise: &'static str) -> Self {
        Self {
            cmd,
            expect: Expect::Done(otherwise),
        }
    }

    /// The sentence for a reply that means "nothing written".
    pub fn fell_short(&self, reply: &Reply) -> Option<&'static str> {
        match self.expect {
            Expect::Done(why) if matches!(reply, Reply::Nil | Reply::Int(0)) => Some(why),
            _ => None,
        }
    }
}

impl Change {
    /// A change without a guard, of steps that carry their own condition.
    pub fn plain(key: &Key, done: &'static str, cmds: Vec<Step>) -> Self {
        Self {
            key: key.clone(),
            done,
            cmds,
            guard: None,
            keep: None,
            stakes: Stakes::Plain,
            reads: Reads::default(),
        }
    }

    /// The same, with these reads before and after its steps.
    pub fn reading(self, before: Vec<Read>, after: Vec<Read>) -> Self {
        let reads = Reads { before, after };
        Self { reads, ..self }
    }

    /// Tells the replies of [`Outcome::Done`] apart. Where only the steps were answered, nothing was read.
    pub fn told<'r>(&self, replies: &'r [Reply]) -> Told<'r> {
        let (first, last) = (self.reads.before.len(), self.reads.after.len());
        if replies.len() != first + self.cmds.len() + last {
            return Told {
                before: &[],
                steps: replies,
                after: &[],
            };
        }
        let (before, rest) = replies.split_at(first);
        let (steps, after) = rest.split_at(self.cmds.len());
        Told {
            before,
            steps,
            after,
        }
    }

    /// The same, to be written only if these reads still answer this.
    pub fn guarded(self, checks: Vec<Check>) -> Self {
        Self {
            guard: Some(Guard {
                checks,
                alone: None,
                swap: None,
            }),
            ..self
        }
    }

    /// The same; a command may stand for its checks and steps, and another for its steps where nothing guards.
    pub fn in_one(self, alone: Option<Cmd>, swap: Swap) -> Self {
        let guard = self.guard.map(|guard| Guard {
            alone,
            swap: Some(Box::new(swap)),
            ..guard
        });
        Self { guard, ..self }
    }

    /// The same; the expiry of this field goes on.
    pub fn keeping(self, from: &[u8], to: &[u8]) -> Self {
        let keep = Keep {
            from: from.to_vec(),
            to: to.to_vec(),
            seen: None,
        };
        Self {
            keep: Some(Box::new(keep)),
            ..self
        }
    }

    /// The same, to be confirmed first.
    pub fn destructive(self) -> Self {
        Self {
            stakes: Stakes::Destructive,
            ..self
        }
    }

    /// The literal commands, one a line, as redis-cli would take them.
    pub fn lines(&self) -> Vec<String> {
        let keep = self.keep.as_ref().filter(|keep| keep.seen.is_some());
        let kept = keep.map(|keep| {
            let (key, field) = (quote(self.key.bytes()), quote(&keep.to));
            format!("HPEXPIREAT {key} <when it expires now> FIELDS 1 {field}")
        });
        let steps = self.cmds.iter().map(|step| step.cmd.cli());
        steps.chain(kept).collect()
    }

    /// The literal commands of the same change without its guard.
    pub fn bare_lines(&self) -> Vec<String> {
        match self.guard.as_ref().and_then(|guard| guard.swap.as_ref()) {
            Some(swap) => vec![swap.cmd.cli()],
            None => self.lines(),
        }
    }
}

impl Read {
    /// Answers that are bigger than this, in bytes, are not read for an undo.
    pub const MOST: u64 = 1024 * 1024;

    /// A read whose answer is small whatever the key holds.
    pub fn small(cmd: Cmd) -> Self {
        Self { cmd, size: None }
    }

    /// A read whose answer is as big as another read tells.
    pub fn sized(cmd: Cmd, size: Cmd) -> Self {
        Self {
            cmd,
            size: Some(size),
        }
    }
}

impl Check {
    /// This read must answer this.
    pub fn new(cmd: Cmd, expect: Reply) -> Self {
        Self { cmd, expect }
    }

    /// The key must still be of this type (TYPE).
    pub fn kind(key: &Key, name: &str) -> Self {
        Self::new(
            Cmd::new("TYPE").arg(key.bytes()),
            Reply::Status(name.to_owned()),
        )
    }

    /// There must be no such key (EXISTS).
    pub fn absent(key: &Key) -> Self {
        Self::new(Cmd::new("EXISTS").arg(key.bytes()), Reply::Int(0))
    }
}
