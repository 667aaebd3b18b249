//! Opening a key and describing rows: what is refused spoils only its own cell.
use std::time::Instant;

use super::conn::Conn;
use super::out::Out;
use super::whole::{self, Size};
use super::{Answer, Described, Fault, Left, Seen, Ticket, wire};
use crate::model::kinds::{self, Kind, Look, Odd, PAGE, Page, Shape};
use crate::model::{Cmd, Key, Reply};

/// About how many bytes of rows one page should bring.
const PAGE_BYTES: u64 = 1024 * 1024;
/// Rows asked for at least, however big they are.
const FEWEST: u32 = 10;

/// Answers [`super::Request::Describe`].
pub(super) async fn describe(conn: Conn, out: Out, ticket: Ticket, keys: Vec<Key>) {
    let answer = described(&conn, &keys).await.map(Answer::Described);
    out.answer(ticket, answer).await;
}

async fn described(conn: &Conn, keys: &[Key]) -> Result<Vec<Described>, Fault> {
    if keys.iter().all(|key| conn.refusals().trusts(key)) {
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
    let lefts: Vec<Cmd> = allowed.map(|(key, _)| about("PTTL", key)).collect();
    let mut lefts = conn.read(&lefts).await?.into_iter();
    let rows = keys.iter().zip(&kinds).map(|(key, kind)| {
        if wire::foreign_key(kind) {
            return cells(kind, kind);
        }
        let left = lefts.next().unwrap_or(Reply::Nil);
        if !(wire::denied(kind) && wire::denied(&left)) {
            conn.refusals().trust(key);
        }
        cells(kind, &left)
    });
    Ok(rows.collect())
}

fn cells(kind: &Reply, left: &Reply) -> Described {
    Described {
        kind: text(kind),
        left: read_left(left),
    }
}

/// Answers [`super::Request::Look`].
pub(super) async fn look(conn: Conn, out: Out, ticket: Ticket, key: Key, look: Look) {
    let seen = settled(&conn, &out, &key, &look, Size::Small).await;
    out.answer(ticket, seen.map(Answer::Seen)).await;
}

/// Answers [`super::Request::Get`].
pub(super) async fn get(conn: Conn, out: Out, ticket: Ticket, key: Key) {
    let look = Look {
        count: PAGE,
        ..Look::whole()
    };
    let seen = settled(&conn, &out, &key, &look, Size::Any).await;
    out.answer(ticket, seen.map(Answer::Seen)).await;
}

async fn settled(
    conn: &Conn,
    out: &Out,
    key: &Key,
    look: &Look,
    size: Size,
) -> Result<Seen, Fault> {
    match open(conn, out, key, look, size).await {
        // It became another type between two of our questions; as what it is now, it can be shown.
        Err(Fault::WrongKind) => open(conn, out, key, look, size).await,
        seen => seen,
    }
}

/// Answers [`super::Request::Question`].
pub(super) async fn question(conn: Conn, out: Out, ticket: Ticket, cmd: Cmd) {
    let asked = Instant::now();
    let reply = conn.ask(&cmd, super::conn::READ).await;
    out.sent(&cmd, asked.elapsed(), &reply);
    out.answer(ticket, reply.map(Answer::Replied)).await;
}

async fn open(conn: &Conn, out: &Out, key: &Key, look: &Look, size: Size) -> Result<Seen, Fault> {
    let [kind, left, encoding, memory] = facts(conn, out, key).await?;
    let memory = bytes_used(&memory);
    let bound = (memory.as_ref().ok().copied(), size);
    let (kind, page) = match text(&kind) {
        Ok(name) if name == "none" => return Err(Fault::Gone),
        Ok(name) => {
            let page = page(conn, out, kinds::of(&name), key, look, bound).await?;
            (name, page)
        }
        Err(Fault::Denied { .. }) if wire::whole_command(&kind) => {
            guess(conn, out, key, look, bound).await?
        }
        Err(fault) => return Err(fault),
    };
    Ok(Seen {
        kind,
        left: read_left(&left),
        encoding: text(&encoding),
        memory,
        page,
    })
}

/// Type, time to live, encoding, memory: in one go, or where the key may not be ours one by one until it is seen to be.
async fn facts(conn: &Conn, out: &Out, key: &Key) -> Result<[Reply; 4], Fault> {
    let cmds = [
        about("TYPE", key),
        about("PTTL", key),
        about("OBJECT ENCODING", key),
        about("MEMORY USAGE", key),
    ];
    let mut replies = Vec::with_capacity(cmds.len());
    while let Some(rest) = cmds.get(replies.len()..).filter(|rest| !rest.is_empty()) {
        let trusted = conn.refusals().trusts(key);
        let many = if trusted { rest.len() } else { 1 };
        for reply in read(conn, out, rest.get(..many).unwrap_or(rest)).await? {
            if !trusted && wire::foreign_key(&reply) {
                return Err(refusal(&reply, "TYPE"));
            }
            if !wire::denied(&reply) {
                conn.refusals().trust(key);
            }
            replies.push(reply);
        }
    }
    <[Reply; 4]>::try_from(replies).map_err(|_| odd("a pipeline"))
}

/// Bytes of memory that a value takes, where that is known, and whether it may be read at once if that is much.
type Bound = (Option<u64>, Size);

/// Whether a string cannot be read by slices, whatever its key.
fn unsliceable(fault: &Fault) -> bool {
    matches!(fault, Fault::Denied { command, .. } if command == "GETRANGE")
}

/// Where TYPE is refused as a command, the type is the one whose reads are answered without WRONGTYPE.
async fn guess(
    conn: &Conn,
    out: &Out,
    key: &Key,
    look: &Look,
    bound: Bound,
) -> Result<(String, Page), Fault> {
    let mut denied = None;
    for kind in kinds::ALL {
        match page(conn, out, *kind, key, look, bound).await {
            Ok(page) => return Ok((kind.name().to_owned(), page)),
            Err(Fault::WrongKind) => {}
            Err(Fault::Denied { command, text }) if command != "key" => {
                denied.get_or_insert(Fault::Denied { command, text });
            }
            Err(fault) => return Err(fault),
        }
    }
    Err(denied.unwrap_or(Fault::WrongKind))
}

/// Reads a page. Of a key that is big as a whole a few rows are read first, and then as many as fit a page.
async fn page(
    conn: &Conn,
    out: &Out,
    kind: &dyn Kind,
    key: &Key,
    look: &Look,
    bound: Bound,
) -> Result<Page, Fault> {
    let heavy = bound
        .0
        .filter(|&bytes| bytes > PAGE_BYTES && matches!(kind.shape(), Shape::Grid(_)));
    let Some(bytes) = heavy.filter(|_| look.count > FEWEST) else {
        let slice = slice(conn, out, kind, key, look).await;
        return match slice {
            Err(fault) if unsliceable(&fault) => {
                whole::instead(conn, out, key, look, bound, fault).await
            }
            slice => slice,
        };
    };
    let probe = slice(
        conn,
        out,
        kind,
        key,
        &Look {
            count: FEWEST,
            ..look.clone()
        },
    )
    .await?;
    let rows = probe.total.unwrap_or(1).max(1);
    let fitting =
        (PAGE_BYTES / (bytes / rows).max(1)).clamp(u64::from(FEWEST), u64::from(look.count));
    let count = u32::try_from(fitting).unwrap_or(look.count);
    if count == FEWEST || probe.next.is_none() {
        return Ok(probe);
    }
    slice(
        conn,
        out,
        kind,
        key,
        &Look {
            count,
            ..look.clone()
        },
    )
    .await
}

async fn slice(
    conn: &Conn,
    out: &Out,
    kind: &dyn Kind,
    key: &Key,
    look: &Look,
) -> Result<Page, Fault> {
    let replies = read(conn, out, &kind.page(key, look)).await?;
    kind.read(look, &replies).map_err(|odd| match odd {
        Odd::Refused { code, text } => wire::fault(code, text),
        Odd::Gone => Fault::Gone,
        Odd::Shape(_) => Fault::Odd(odd.to_string()),
    })
}

/// Reads because of the person, and so into the log.
pub(super) async fn read(conn: &Conn, out: &Out, cmds: &[Cmd]) -> Result<Vec<Reply>, Fault> {
    let asked = Instant::now();
    let replies = conn.read(cmds).await;
    out.sent_all(cmds, asked.elapsed(), &replies);
    replies
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
