//! Opening a key and describing rows: what is refused spoils only its own cell.
use std::time::Instant;

use super::conn::Conn;
use super::out::Out;
use super::sift::Sift;
use super::skills::Skill;
use super::{Answer, Described, Fault, Left, Load, Seen, Ticket, wire};
use crate::model::kinds::{self, Kind, Look, Page};
use crate::model::{Cmd, Key, Reply};

/// Where a look is taken.
struct On<'a> {
    conn: &'a Conn,
    out: &'a Out,
    key: &'a Key,
    load: Load,
}

/// Answers [`super::Request::Describe`].
pub(super) async fn describe(conn: Conn, out: Out, ticket: Ticket, keys: Vec<Key>) {
    let cmds: Vec<Cmd> = keys
        .iter()
        .flat_map(|key| [about("TYPE", key), about("PTTL", key)])
        .collect();
    let answer = conn.read(&cmds).await.map(|replies| {
        let (pairs, _) = replies.as_chunks::<2>();
        let described = pairs.iter().map(|[kind, left]| Described {
            kind: text(kind),
            left: read_left(left),
        });
        Answer::Described(described.collect())
    });
    out.answer(ticket, answer).await;
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
    };
    let mut seen = open(&on, &look).await;
    if seen == Err(Fault::WrongKind) {
        // It became another type between two of our questions; as what it is now, it can be shown.
        seen = open(&on, &look).await;
    }
    out.answer(ticket, seen.map(Answer::Seen)).await;
}

/// Answers [`super::Request::Question`].
pub(super) async fn question(conn: Conn, out: Out, ticket: Ticket, cmd: Cmd) {
    let asked = Instant::now();
    let reply = conn.ask(&cmd).await;
    out.sent(&cmd, asked.elapsed(), &reply);
    out.answer(ticket, reply.map(Answer::Replied)).await;
}

async fn open(on: &On<'_>, look: &Look) -> Result<Seen, Fault> {
    let On { conn, out, key, .. } = *on;
    let cmds = [
        about("TYPE", key),
        about("PTTL", key),
        about("OBJECT ENCODING", key),
        about("MEMORY USAGE", key),
    ];
    let replies = read(conn, out, &cmds).await?;
    let [kind, left, encoding, memory] =
        <[Reply; 4]>::try_from(replies).map_err(|_| odd("a pipeline"))?;
    let memory = bytes_used(&memory);
    let (kind, (page, unread)) = match text(&kind) {
        Ok(name) if name == "none" => return Err(Fault::Gone),
        Ok(name) => {
            let kind = kinds::of(&name);
            match page(on, kind, look, memory.as_ref().ok().copied()).await {
                Ok(page) => (name, (page, None)),
                Err(fault @ Fault::Denied { .. }) => {
                    let page = only_size(on, kind, look).await?;
                    (name, (page, Some(Box::new(fault))))
                }
                Err(fault) => return Err(fault),
            }
        }
        Err(Fault::Denied { .. }) if wire::whole_command(&kind) => {
            let (name, page) = guess(on, look).await?;
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

/// Where TYPE is refused as a command, the type is the one whose reads are answered without WRONGTYPE.
async fn guess(on: &On<'_>, look: &Look) -> Result<(String, Page), Fault> {
    let mut denied = None;
    for kind in kinds::ALL {
        match page(on, *kind, look, None).await {
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
    let mut page = sift.page(memory).await?;
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
    let asked = Instant::now();
    let replies = conn.read(cmds).await;
    out.sent_all(cmds, asked.elapsed(), &replies);
    replies
}

fn about(command: &str, key: &Key) -> Cmd {
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
