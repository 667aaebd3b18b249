//! Opening a key and describing rows: what is refused spoils only its own cell.
use std::time::Instant;

use super::conn::Conn;
use super::out::Out;
use super::sift::Sift;
use super::skills::Skill;
use super::whole::{self, Size};
use super::{Answer, Described, Fault, Left, Load, Seen, Ticket, wire};
use crate::model::kinds::{self, Kind, Look, PAGE, Page};
use crate::model::{Cmd, Key, Reply};

/// Where a look is taken.
struct On<'a> {
    conn: &'a Conn,
    out: &'a Out,
    key: &'a Key,
    load: Load,
    /// Whether a string that only GET may read is read whatever its size.
    size: Size,
}

/// Answers [`super::Request::Describe`].
pub(super) async fn describe(conn: Conn, out: Out, ticket: Ticket, keys: Vec<Key>) {
    let answer = described(&conn, &keys).await.map(Answer::Described);
    out.answer(ticket, answer).await;
}

async fn described(conn: &Conn, keys: &[Key]) -> Result<Vec<Described>, Fault> {
    let rights = conn.rights();
    if rights.trusts_all(keys) {
        let cmds: Vec<Cmd> = keys
            .iter()
            .flat_map(|key| [about("TYPE", key), about("PTTL", key)])
            .collect();
        let replies = conn.read(&cmds).await?;
        let (pairs, _) = replies.as_chunks::<2>();
        return Ok(pairs.iter().map(|[kind, left]| cells(kind, left)).collect());
    }
    let kinds: Vec<Cmd> = keys.iter().map(|key| about("TYPE", key)).collect();
    let kinds = conn.read(&kinds).await?;
    // What is refused to one question about a key is not asked a second one.
    let allowed = keys.iter().zip(&kinds);
    let allowed = allowed.filter(|(_, kind)| !wire::foreign_key(kind));
    let allowed: Vec<&Key> = allowed.map(|(key, _)| key).collect();
    let mut lefts = lefts(conn, &allowed).await?.into_iter();
    let rows = keys.iter().zip(&kinds).map(|(key, kind)| {
        if wire::foreign_key(kind) {
            rights.distrust(key);
            return cells(kind, kind);
        }
        let left = lefts.next().unwrap_or(Reply::Nil);
        if !(wire::denied(kind) && wire::denied(&left)) {
            rights.trust(key);
        } else if wire::foreign_key(&left) {
            rights.distrust(key);
        }
        cells(kind, &left)
    });
    Ok(rows.collect())
}

/// PTTL of each key. Where keys may be such that can be written only, one of a neighbourhood is asked about first, and
/// the others are refused with it: each would be an entry in the server's log of denials.
async fn lefts(conn: &Conn, keys: &[&Key]) -> Result<Vec<Reply>, Fault> {
    let rights = conn.rights();
    let known = |key: &&Key| rights.unread(key);
    let mut answers: Vec<Option<Reply>> = keys.iter().map(known).collect();
    loop {
        let scouts = rights.scouts(keys, &answers);
        let asked: Vec<&Key> = scouts
            .iter()
            .filter_map(|at| keys.get(*at).copied())
            .collect();
        if asked.is_empty() {
            return Ok(answers.into_iter().flatten().collect());
        }
        let cmds: Vec<Cmd> = asked.iter().map(|key| about("PTTL", key)).collect();
        let replies = conn.read(&cmds).await?;
        for ((at, key), reply) in scouts.iter().zip(asked).zip(replies) {
            rights.read(key, &reply);
            if let Some(answer) = answers.get_mut(*at) {
                *answer = Some(reply);
            }
        }
        for (key, answer) in keys.iter().zip(&mut answers) {
            if answer.is_none() {
                *answer = rights.unread(key);
            }
        }
    }
}

fn cells(kind: &Reply, left: &Reply) -> Described {
    Described {
        kind: text(kind),
        left: read_left(left),
    }
}

/// Answers [`super::Request::Look`].
pub(super) async fn look(
    conn: Conn,
    out: Out,
    ticket: Ticket,
    (key, look): (Key, Look),
    load: Load,
) {
    let on = On {
        conn: &conn,
        out: &out,
        key: &key,
        load,
        size: Size::Small,
    };
    let seen = settled(&on, &look).await;
    out.answer(ticket, seen.map(Answer::Seen)).await;
}

/// Answers [`super::Request::Get`].
pub(super) async fn get(conn: Conn, out: Out, ticket: Ticket, key: Key, load: Load) {
    let on = On {
        conn: &conn,
        out: &out,
        key: &key,
        load,
        size: Size::Any,
    };
    let look = Look {
        count: PAGE,
        ..Look::whole()
    };
    let seen = settled(&on, &look).await;
    out.answer(ticket, seen.map(Answer::Seen)).await;
}

async fn settled(on: &On<'_>, look: &Look) -> Result<Seen, Fault> {
    match open(on, look).await {
        // It became another type between two of our questions; as what it is now, it can be shown.
        Err(Fault::WrongKind) => open(on, look).await,
        seen => seen,
    }
}

/// Answers [`super::Request::Question`].
pub(super) async fn question(conn: Conn, out: Out, ticket: Ticket, cmd: Cmd) {
    let asked = Instant::now();
    let reply = conn.ask(&cmd).await;
    out.sent(&cmd, asked.elapsed(), &reply);
    out.answer(ticket, reply.map(Answer::Replied)).await;
}

async fn open(on: &On<'_>, look: &Look) -> Result<Seen, Fault> {
    let spared = on.conn.rights().spares(on.key);
    let [kind, left, encoding, memory] = facts(on, spared.as_ref()).await?;
    let memory = bytes_used(&memory);
    let most = memory.as_ref().ok().copied();
    let (kind, (page, unread)) = match text(&kind) {
        Ok(name) if name == "none" => return Err(Fault::Gone),
        Ok(name) => {
            let kind = kinds::of(&name);
            let page = match &spared {
                Some(refused) => Err(refusal(refused, "PTTL")),
                None => page(on, kind, look, most).await,
            };
            match page {
                Ok(page) => (name, (page, None)),
                Err(fault @ Fault::Denied { .. }) => {
                    let page = only_size(on, kind, look).await?;
                    (name, (page, Some(Box::new(fault))))
                }
                Err(fault) => return Err(fault),
            }
        }
        Err(untold) if wire::whole_command(&kind) => {
            let (name, page) = guess(on, look, most, untold).await?;
            (name, (page, None))
        }
        Err(fault) => return Err(fault),
    };
    Ok(Seen {
        kind,
        left: read_left(&left),
        encoding: text(&encoding),
        memory,
        page,
        unread,
    })
}

/// A value that may be written but not read (`%W~`) tells its size all the same.
async fn only_size(on: &On<'_>, kind: &dyn Kind, look: &Look) -> Result<Page, Fault> {
    let mut size = kind.page(on.key, look);
    size.truncate(1);
    let replies = read(on.conn, on.out, &size).await?;
    let total = replies.first().and_then(Reply::int);
    Ok(Page {
        total: total.and_then(|size| u64::try_from(size).ok()),
        ..Page::default()
    })
}

/// Type, time to live, encoding, memory: in one go, or where the key may not be ours one by one until it is seen to be.
/// Of a key that is spared, only what who may not read it is told.
async fn facts(on: &On<'_>, spared: Option<&Reply>) -> Result<[Reply; 4], Fault> {
    let On { conn, out, key, .. } = *on;
    let rights = conn.rights();
    let cmds = [
        about("TYPE", key),
        about("PTTL", key),
        about("OBJECT ENCODING", key),
        about("MEMORY USAGE", key),
    ];
    let mut replies = Vec::with_capacity(cmds.len());
    while let Some(rest) = cmds.get(replies.len()..).filter(|rest| !rest.is_empty()) {
        // What may be named and not read is told neither of them.
        let unread = replies
            .get(1)
            .filter(|left| rights.trusts(key) && wire::foreign_key(left));
        if let Some(refused) = unread.or(spared.filter(|_| !replies.is_empty())) {
            replies.push(refused.clone());
            continue;
        }
        let (trusted, read_too) = (rights.trusts(key), rights.reads(key));
        let many = if trusted && read_too { rest.len() } else { 1 };
        for reply in read(conn, out, rest.get(..many).unwrap_or(rest)).await? {
            if !trusted && wire::foreign_key(&reply) {
                rights.distrust(key);
                return Err(refusal(&reply, "TYPE"));
            }
            if !wire::denied(&reply) {
                rights.trust(key);
            }
            if !replies.is_empty() {
                rights.read(key, &reply);
            }
            replies.push(reply);
        }
    }
    <[Reply; 4]>::try_from(replies).map_err(|_| odd("a pipeline"))
}

/// Whether a string cannot be read by slices, whatever its key.
fn unsliceable(fault: &Fault) -> bool {
    matches!(fault, Fault::Denied { command, .. } if command == "GETRANGE")
}

/// Where TYPE is refused as a command (`untold`), the type is the one whose reads are answered without WRONGTYPE.
/// Where such reads are refused too, only TYPE would tell which of them is lacking.
async fn guess(
    on: &On<'_>,
    look: &Look,
    memory: Option<u64>,
    untold: Fault,
) -> Result<(String, Page), Fault> {
    let mut fault = Fault::WrongKind;
    for kind in kinds::ALL {
        match page(on, *kind, look, memory).await {
            Ok(page) => return Ok((kind.name().to_owned(), page)),
            Err(Fault::WrongKind) => {}
            Err(Fault::Denied { command, .. }) if command != "key" => fault = untold.clone(),
            Err(fault) => return Err(fault),
        }
    }
    Err(fault)
}

async fn page(
    on: &On<'_>,
    kind: &'static dyn Kind,
    look: &Look,
    memory: Option<u64>,
) -> Result<Page, Fault> {
    let sift = Sift {
        conn: on.conn,
        out: on.out,
        kind,
        key: on.key,
        look,
        load: on.load,
    };
    let mut page = match sift.page(memory).await {
        Err(fault) if unsliceable(&fault) => {
            let bound = (memory, on.size);
            whole::instead(on.conn, on.out, on.key, look, bound, fault).await?
        }
        page => page?,
    };
    if on.conn.peer().skills.fields == Skill::Has
        && let Some(lives) = kind.lives(on.key, &page)
    {
        let replies = read(on.conn, on.out, std::slice::from_ref(&lives)).await?;
        kind.live(&mut page, replies.first().unwrap_or(&Reply::Nil));
    }
    Ok(page)
}

/// Reads because of the person, and so into the log.
pub(super) async fn read(conn: &Conn, out: &Out, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
    conn.read_logged(cmds, out).await
}

pub(super) fn about(command: &str, key: &Key) -> Cmd {
    Cmd::new(command).arg(key.bytes())
}

fn odd(command: &str) -> Fault {
    Fault::Odd(format!(
        "the server answered {command} in a form keygrove does not know"
    ))
}

/// A refusal in one cell.
fn refusal(reply: &Reply, command: &str) -> Fault {
    match reply {
        Reply::Error { code, text } => wire::fault(code.clone(), text.clone()),
        Reply::Nil => Fault::Gone,
        _ => odd(command),
    }
}

fn text(reply: &Reply) -> Result<String, Fault> {
    reply
        .bytes()
        .map(crate::model::printed::print)
        .ok_or_else(|| refusal(reply, "TYPE or OBJECT ENCODING"))
}

fn bytes_used(reply: &Reply) -> Result<u64, Fault> {
    reply
        .int()
        .and_then(|bytes| u64::try_from(bytes).ok())
        .ok_or_else(|| refusal(reply, "MEMORY USAGE"))
}

/// PTTL: -2 is no key, -1 is forever.
fn read_left(reply: &Reply) -> Result<Left, Fault> {
    match reply.int() {
        Some(-2) => Ok(Left::Gone),
        Some(-1) => Ok(Left::Forever),
        Some(millis) => u64::try_from(millis)
            .map(Left::Millis)
            .map_err(|_| odd("PTTL")),
        None => Err(refusal(reply, "PTTL")),
    }
}
