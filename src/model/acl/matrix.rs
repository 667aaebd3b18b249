//! The proof: operations that must work and operations that must be refused.
use super::catalog::Catalog;
use super::dialect::Feature;
use super::reach::Reach;
use super::roles::{self, Book, Role, Unusable};
use super::user::User;
use crate::model::resp::{Cmd, Reply};

/// One operation and what is expected of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub argv: Vec<Vec<u8>>,
    pub want: Want,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Want {
    Allowed,
    Refused,
}

/// What a server said to one row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shown {
    Allowed,
    /// Refused, in the server's words.
    Refused(String),
    /// It said nothing about permission: the command is unknown to it or malformed.
    Unclear(String),
}

/// Operations tried with every user: own keys and others', reading and writing, what needs no key, channels.
/// `{p}` is the prefix.
const USUAL: &[&str] = &[
    "GET {p}k",
    "SET {p}k v",
    "DEL {p}k",
    "EXPIRE {p}k 9",
    "TYPE {p}k",
    "HGETALL {p}h",
    "HSET {p}h f v",
    "LRANGE {p}l 0 -1",
    "LPUSH {p}l a",
    "SMEMBERS {p}s",
    "SADD {p}s a",
    "ZRANGE {p}z 0 -1",
    "ZADD {p}z 1 a",
    "XADD {p}x * f v",
    "GET other:k",
    "SET other:k v",
    "DEL other:k",
    "TYPE other:k",
    "RENAME {p}a other:b",
    "PING",
    "SELECT 0",
    "SELECT 1",
    "INFO",
    "SCAN 0",
    "KEYS *",
    "RANDOMKEY",
    "EVAL return 0",
    "SCRIPT FLUSH",
    "FUNCTION FLUSH",
    "CLIENT LIST",
    "CLIENT KILL ID 1",
    "CONFIG GET *",
    "CONFIG SET maxmemory 0",
    "FLUSHALL",
    "SHUTDOWN NOSAVE",
    "ACL SETUSER x",
    "ACL LIST",
    "MONITOR",
    "REPLICAOF h 1",
    "PUBLISH {p}c m",
    "SUBSCRIBE {p}c",
    "PUBLISH other:c m",
    "SUBSCRIBE other:c",
    "PSUBSCRIBE *",
];

/// Subcommands of roles that came with 7.0. A server before it tells no subcommands, so that they cannot be looked up.
const SINCE_7: &[[&str; 2]] = &[
    ["ACL", "DRYRUN"],
    ["CLUSTER", "SHARDS"],
    ["LATENCY", "HISTOGRAM"],
];

/// What a role promises, for this prefix; operations this server does not know are left out.
pub fn of_role(
    book: &Book,
    role: &Role,
    prefix: &[u8],
    catalog: &Catalog,
) -> Result<Vec<Row>, Unusable> {
    let must = role.lines(&role.must, prefix)?;
    let must_not = role.lines(&role.must_not, prefix)?;
    let granted: Vec<_> = must.iter().map(|argv| lookup(argv, catalog)).collect();
    let never = role.lines(&book.never, prefix)?;
    let never = never
        .into_iter()
        .filter(|argv| !granted.contains(&lookup(argv, catalog)));
    let mut rows: Vec<Row> = must
        .iter()
        .map(|argv| Row {
            argv: argv.clone(),
            want: Want::Allowed,
        })
        .collect();
    for argv in must_not.into_iter().chain(never) {
        let want = Want::Refused;
        rows.push(Row { argv, want });
    }
    rows.retain(|row| lookup(&row.argv, catalog).is_some());
    rows.dedup();
    Ok(rows)
}

/// The same rows where a user may reach other channels than the role proposes: what is told of channels is what our own
/// decision expects for this user.
pub fn with_channels(mut rows: Vec<Row>, user: &User, catalog: &Catalog) -> Vec<Row> {
    let reach = Reach::of(user, catalog);
    for row in &mut rows {
        let command = lookup(&row.argv, catalog).map(|id| catalog.command(id));
        if command.is_some_and(|command| command.categories.iter().any(|name| name == "pubsub")) {
            row.want = wanted(&reach, &row.argv);
        }
    }
    rows
}

/// What our own decision expects.
fn wanted(reach: &Reach<'_>, argv: &[Vec<u8>]) -> Want {
    let words: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
    if reach.decide(&words).is_allowed() {
        Want::Allowed
    } else {
        Want::Refused
    }
}

fn lookup(argv: &[Vec<u8>], catalog: &Catalog) -> Option<super::catalog::CommandId> {
    let is = |names: &[&str; 2]| {
        argv.iter()
            .zip(names)
            .all(|(arg, name)| arg == name.as_bytes())
    };
    if !catalog.dialect.has(Feature::Subcommands) && SINCE_7.iter().any(is) {
        return None;
    }
    let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
    catalog.lookup(&argv)
}

/// The usual operations, with what our own decision expects for this user: a proof that the server agrees.
pub fn of_user(user: &User, prefix: &[u8], catalog: &Catalog) -> Vec<Row> {
    let reach = Reach::of(user, catalog);
    let argvs = USUAL
        .iter()
        .filter_map(|line| roles::argv("", line, prefix).ok());
    let rows = argvs
        .filter(|argv| lookup(argv, catalog).is_some())
        .map(|argv| {
            let want = wanted(&reach, &argv);
            Row { argv, want }
        });
    rows.collect()
}

impl Row {
    /// The question to a server of 7.0 or later.
    pub fn dryrun(&self, user: &[u8]) -> Cmd {
        let cmd = Cmd::new("ACL DRYRUN").arg(user);
        self.argv.iter().fold(cmd, Cmd::arg)
    }

    /// Whether what the server said is what is expected.
    pub fn holds(&self, shown: &Shown) -> bool {
        match self.want {
            Want::Allowed => *shown == Shown::Allowed,
            Want::Refused => matches!(shown, Shown::Refused(_)),
        }
    }
}

/// What ACL DRYRUN's reply says.
pub fn dryrun(reply: &Reply) -> Shown {
    match reply {
        Reply::Status(text) if text == "OK" => Shown::Allowed,
        Reply::Error { text, .. } => Shown::Unclear(text.clone()),
        reply => Shown::Refused(crate::model::printed::print(
            reply.bytes().unwrap_or_default(),
        )),
    }
}

/// What the reply to the operation itself says, run by the user: any answer but NOPERM means that it may. A queued
/// command (6.x: MULTI, the operation, DISCARD) says so too.
pub fn login(reply: &Reply) -> Shown {
    match reply {
        Reply::Error { code, text } if code == "NOPERM" => Shown::Refused(text.clone()),
        Reply::Error { code, text } if matches!(code.as_str(), "NOAUTH" | "WRONGPASS") => {
            Shown::Unclear(text.clone())
        }
        Reply::Error { text, .. } if early(text) => Shown::Unclear(text.clone()),
        _ => Shown::Allowed,
    }
}

/// Whether the operation cannot be queued by anybody (7.0+: SHUTDOWN), so that the reply tells nothing.
pub fn is_unqueued(reply: &Reply) -> bool {
    matches!(reply, Reply::Error { text, .. } if text.ends_with("not allowed inside a transaction"))
}

/// Whether an error came before the server looked at permissions.
fn early(text: &str) -> bool {
    let starts = [
        "unknown command",
        "unknown subcommand",
        "wrong number of arguments",
    ];
    starts
        .iter()
        .any(|start| text.to_ascii_lowercase().starts_with(start))
}
