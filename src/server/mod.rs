//! The only room that talks to a server. This file is its face: requests, answers, events, faults.
use std::time::Duration;

use crate::model::change::{Change, Outcome};
use crate::model::kinds::{Look, Page};
use crate::model::target::{Secret, Target};
use crate::model::undo::Kept;
use crate::model::{Cmd, Key, Names, Pattern, Plight, Reply};

mod act;
mod actor;
mod apply;
mod conn;
mod dial;
mod facts;
mod fault;
mod gate;
mod health;
mod heavy;
mod keeper;
mod kept;
mod legible;
mod link;
mod listen;
mod look;
mod out;
mod packed;
#[cfg(test)]
mod pieces;
mod private;
mod reads;
mod refusals;
mod restore;
mod scan;
mod sift;
mod skills;
mod tls;
mod unlink;
mod watcher;
mod weigh;
mod whole;
mod wire;
mod writer;

pub use actor::{Handle, Settings, start};
pub use fault::Fault;
pub use gate::READS;
pub use health::SILENT;
pub use scan::Place;

/// Who asked: an answer carries the ticket of its request, and whoever does not hold it ignores the answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ticket(pub u64);

/// What panes may ask for: intents, not commands.
#[derive(Clone, PartialEq, Debug)]
pub enum Request {
    /// Connects, or switches to another target; every older ticket dies with it.
    Connect(Target),
    /// Walks the keyspace: many [`Answer::Keys`] under one ticket, the last one with `done`.
    Keys(Walk),
    /// Type and time to live of the rows on screen, in one pipeline (TYPE, PTTL).
    Describe(Vec<Key>),
    /// Opens a key: type, time to live, encoding, memory, and a page of its value.
    Look { key: Key, look: Look },
    /// The same of a string that only GET may read, whatever its size: the person agreed.
    Get(Key),
    /// One read whose reply is shown as it is: "is this a member?".
    Question(Cmd),
    /// Reads in one pipeline, for a screen that reads the replies itself: [`Answer::Replies`], one for each in
    /// order, a refused one as [`Reply::Error`] in its place. A newer one of the topic ends the older.
    ///
    /// All must be known to only read, or [`Fault::ReadOnly`] names the first that is not and none is sent,
    /// whether or not writing is allowed.
    Read { topic: Topic, cmds: Vec<Cmd> },
    /// Commands without guard, one after another in the lane of writes, stopping at the first refusal:
    /// [`Answer::Replies`], where the refusal is the last ([`Reply::Error`]). [`Fault::Unknown`] when one was sent
    /// and not answered; any other fault before the first means that nothing was sent.
    Act(Vec<Cmd>),
    /// Logs in as another user at the same place on a connection of its own, in database 0, runs these one after
    /// another, whatever is refused, and hangs up: [`Answer::LoggedIn`]. Waits for the writes before it; in
    /// read-only mode only reads may be among the commands.
    LogIn {
        user: String,
        password: Secret,
        cmds: Vec<Cmd>,
    },
    /// Writes.
    Apply { change: Change, consent: Consent },
    /// How big these keys are (MEMORY USAGE): many [`Answer::Weighed`], the last one with `done`.
    Weigh(Vec<Key>),
    /// Deletes these keys by UNLINK in batches: many [`Answer::Unlinked`], the last one with `done`.
    Unlink(Doomed),
    /// Brings deleted keys back, where their names are still free: many [`Answer::Restored`], the last one with
    /// `done`. By RESTORE; where that is refused to the user, element by element under WATCH.
    Restore(Vec<Kept>),
    /// Opens a new connection to the same place now, instead of waiting for the next try or for a silent server.
    Retry,
    /// Allows or forbids writing from now on.
    Access(Access),
}

/// What reads are about; a new [`Request::Read`] of a topic ends the older one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Topic {
    /// Who we are, and every user: ACL WHOAMI, ACL LIST, ACL GETUSER.
    Users,
    /// One user, read again before a change and after it: ACL GETUSER.
    User,
    /// The commands and categories of this server: COMMAND, ACL CAT.
    Catalog,
    /// What was refused to whom (ACL LOG). Read again and again while it is on screen, and so not in the log.
    Denials,
    /// Who is connected (CLIENT LIST). Not in the log either.
    Clients,
    /// Whether users outlive a restart, and where they are kept: CONFIG GET, INFO.
    Disk,
    /// What a user may, tried row by row: ACL DRYRUN.
    Proof,
    /// What a user may, tried with one command: ACL DRYRUN.
    Trial,
}

/// What a walk over the keyspace looks for, and where it goes on.
#[derive(Clone, PartialEq, Debug)]
pub struct Walk {
    pub purpose: Purpose,
    pub pattern: Option<Pattern>,
    /// Only keys of this type (SCAN TYPE, 6.0+).
    pub kind: Option<String>,
    /// Most names in one request (SCAN COUNT).
    pub count: u32,
    /// `None` is the beginning.
    pub from: Option<Place>,
}

/// What a walk is for; a new walk of a purpose ends the older one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Purpose {
    Tree,
    Search,
    /// Gathering the names below a folder before it is deleted.
    Folder,
}

/// A part of the keyspace.
#[derive(Clone, PartialEq, Debug)]
pub struct Batch {
    /// Names as they came; SCAN may repeat some.
    pub keys: Names,
    /// How much of the keyspace has been walked, 0 to 1; the cursors tell.
    pub share: f64,
    /// Where to go on from here.
    pub place: Place,
    /// What the walk has cost until now.
    pub effort: Effort,
    pub done: bool,
}

/// What a walk has cost the server since it began, or since it went on.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Effort {
    /// SCAN requests that were answered.
    pub requests: u64,
    /// How long the server worked on them: an estimate by the names asked for, and never more than the replies took.
    pub worked: Duration,
}

/// Keys to be deleted.
#[derive(Clone, PartialEq, Debug)]
pub struct Doomed {
    pub keys: Vec<Key>,
    /// So many of them, the first ones, are read before they go (DUMP), for an undo. All of these are small.
    pub keep: usize,
}

impl From<Vec<Key>> for Doomed {
    /// Nothing is kept.
    fn from(keys: Vec<Key>) -> Self {
        Self { keys, keep: 0 }
    }
}

/// Whether a write may go without its guard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Consent {
    /// Only with its guard in one step: by the server's own comparison, a transaction or a script. Where the user may
    /// have none of them, the answer is [`Fault::Unguardable`].
    Guarded,
    /// The person was told that this is impossible, and said yes: what must be true is read directly before the write.
    Unguarded,
}

/// How much of the server a walk may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Load {
    /// One small request at a time, and none for as long as the last one took.
    Gentle,
    /// At most 500 names at the server at once; fewer as soon as others want to be served.
    #[default]
    Fair,
    /// Four times as many.
    Fast,
}

/// Whether writing is allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    ReadOnly,
    ReadWrite,
}

/// What comes back.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    Keys(Batch),
    /// One for each key asked for, in order.
    Described(Vec<Described>),
    Seen(Seen),
    Replied(Reply),
    /// To [`Request::Read`]: one for each command. To [`Request::Act`]: up to the first refusal.
    Replies(Vec<Reply>),
    /// One reply for each command, or why there was no login.
    LoggedIn(Result<Vec<Reply>, Failed>),
    Applied(Outcome),
    Weighed(Weighed),
    Unlinked(Unlinked),
    Restored(Restored),
}

/// Type and time to live of one key; each may be refused by itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Described {
    /// As TYPE answers; `none` when there is no such key.
    pub kind: Result<String, Fault>,
    pub left: Result<Left, Fault>,
}

/// How long a key lives, counted from when the server was asked (PTTL).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Left {
    Forever,
    Millis(u64),
    /// There is no such key.
    Gone,
}

/// An opened key.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    pub kind: String,
    pub left: Result<Left, Fault>,
    /// OBJECT ENCODING.
    pub encoding: Result<String, Fault>,
    /// MEMORY USAGE, bytes.
    pub memory: Result<u64, Fault>,
    pub page: Page,
    /// Why this user may not read the value, though its type was told; the page has no rows then.
    pub unread: Option<Box<Fault>>,
}

/// How big keys are.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Weighed {
    /// For each key since the last answer its bytes; `None` where that was not told, or it is not small.
    pub bytes: Vec<Option<u64>>,
    /// How many of them since the last answer are of types that RESTORE alone brings back, asked where this user may
    /// be refused it.
    pub restore_only: u64,
    pub done: bool,
}

/// How far bringing keys back has got; all of it since the last answer.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Restored {
    pub back: Vec<Key>,
    /// Their names were taken again: nothing was overwritten.
    pub taken: Vec<Key>,
    /// The server would not have them, with its words.
    pub failed: Vec<(Key, Fault)>,
    pub done: bool,
}

/// How far a deletion of many keys has got.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Unlinked {
    /// Keys that are deleted.
    pub deleted: u64,
    /// Keys that were already gone.
    pub missing: u64,
    /// Keys that the server would not delete, with its words.
    pub failed: Vec<(Key, Fault)>,
    /// What an undo brings back, of the keys since the last answer.
    pub kept: Vec<Kept>,
    pub done: bool,
}

/// News from the server room.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// An answer to a request.
    Answer {
        ticket: Ticket,
        answer: Result<Answer, Fault>,
    },
    /// The connection changed.
    Link(Link),
    /// A command was sent because of the person, and this came of it.
    Sent(Sent),
    /// Something was learned of what we may.
    Rights(Rights),
}

/// What the server's answers tell of our own rights.
#[derive(Clone, PartialEq, Debug)]
pub enum Rights {
    /// This command (`OBJECT ENCODING`) is refused whatever its arguments; told once, as long as it is not sent again.
    Refused { command: String, fault: Fault },
    /// We changed users: what was learned may not hold any more.
    Unknown,
}

/// The state of the connection.
#[derive(Clone, PartialEq, Debug)]
pub enum Link {
    /// At this step of connecting.
    Trying(ConnectStep),
    Up(Hello),
    /// The connection is good, and yet the server answers no reads now, for this reason; with none, it does again.
    Plight(Option<Plight>),
    /// A step failed or the connection was lost; tried again after `retry`, or not at all (`None`).
    Down {
        failed: Failed,
        retry: Option<Duration>,
    },
}

/// The steps of connecting, in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConnectStep {
    /// Looking up the host name.
    Name,
    /// Opening the TCP connection or unix socket.
    Tcp,
    Tls,
    Auth,
    Select,
}

/// Which step failed, in words, and what to try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failed {
    pub step: ConnectStep,
    /// What happened, safe to print.
    pub words: String,
    /// What to try.
    pub hint: String,
}

/// What the server told of itself in answer to HELLO; all of it may be missing on old servers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hello {
    /// `redis` or `valkey`.
    pub server: String,
    pub version: String,
    /// `standalone`, `cluster`, `sentinel`.
    pub mode: String,
    /// `master` or `replica`.
    pub role: String,
    /// 2 or 3.
    pub protocol: u8,
    /// True on a reconnect to a server that was restarted since: its cursors mean something else now.
    pub restarted: bool,
}

/// One line of the log.
#[derive(Clone, PartialEq, Debug)]
pub struct Sent {
    pub cmd: Cmd,
    pub took: Duration,
    /// What came of it, short: `OK`, `3`, `12 items`, or the error.
    pub result: Result<String, Fault>,
}
